/* gbx-window.c: the window: one session, its actions, and its content in the current language. */
#include "gbx-window.h"

#include "gbx-preferences.h"
#include "ui/deploy/gbx-model-files.h"
#include "ui/widgets/gbx-pipeline-view.h"

#include <glib/gi18n-lib.h>

#define SHORT_TRAINING 600   /* batches */
#define WATCHABLE_SPEED 32.0 /* batches a second */

struct _GbxWindow {
  AdwApplicationWindow parent_instance;

  GbxSession *session;     /* owned */
  GbxWorkbench *workbench; /* the content */
  gboolean closed;         /* the session is closed, or the user gave up on it */
};

G_DEFINE_FINAL_TYPE (GbxWindow, gbx_window, ADW_TYPE_APPLICATION_WINDOW)

/* ---- actions ----------------------------------------------------------------------------------
 */

static void
train_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_session_toggle (GBX_WINDOW (data)->session);
}

static void
step_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const char *size = g_variant_get_string (parameter, NULL);
  NnStepSize step = NN_STEP_BATCH;

  if (g_str_equal (size, "sample"))
    step = NN_STEP_SAMPLE;
  else if (g_str_equal (size, "epoch"))
    step = NN_STEP_EPOCH;
  gbx_session_step (GBX_WINDOW (data)->session, step);
}

static void
reset_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_session_reset (GBX_WINDOW (data)->session, g_variant_get_boolean (parameter));
}

static void
preset_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_session_load_preset (GBX_WINDOW (data)->session, g_variant_get_string (parameter, NULL));
}

static void
own_recipe_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GbxSession *session = GBX_WINDOW (data)->session;
  g_autoptr (GbxOwnRecipe) recipe =
      g_list_model_get_item (gbx_library_get_recipes (gbx_session_get_library (session)),
                             g_variant_get_uint32 (parameter));

  if (recipe != NULL)
    gbx_session_load_experiment (session, gbx_own_recipe_get_experiment (recipe));
}

static void
stage_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_object_set (GBX_WINDOW (data)->session, "stage", g_variant_get_int32 (parameter), NULL);
}

/* One step of the speed slider: twice or half the rate; beyond 512 a second, flat out. */
static void
speed_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GbxWindow *self = GBX_WINDOW (data);
  gboolean faster = g_variant_get_boolean (parameter);
  double speed;

  g_object_get (self->session, "speed", &speed, NULL);
  if (speed <= 0)
    speed = faster ? 0 : 512;
  else if (faster)
    speed = speed >= 512 ? 0 : speed * 2;
  else
    speed = MAX (speed / 2, 1);
  g_object_set (self->session, "speed", speed, NULL);
}

/* A few hundred batches would be over before one sees the weights form: with a small data set the
 * training begins at a pace that can be watched. Any other speed was chosen by hand and stays. */
static void
dataset_changed_cb (GbxWindow *self)
{
  const NnTrainSpec *train = &gbx_session_get_experiment (self->session)->train;
  NnDataset *dataset = gbx_session_get_dataset (self->session);
  double speed;

  g_object_get (self->session, "speed", &speed, NULL);
  if (dataset == NULL || (speed > 0 && speed != WATCHABLE_SPEED))
    return;
  gsize n_batches = (dataset->train.count / (gsize)train->batch_size + 1) * (gsize)train->epochs;
  g_object_set (self->session, "speed", n_batches < SHORT_TRAINING ? WATCHABLE_SPEED : 0.0, NULL);
}

static void
undo_edit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_session_undo (GBX_WINDOW (data)->session);
}

static void
redo_edit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_session_redo (GBX_WINDOW (data)->session);
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_drawing_panel_undo (gbx_workbench_get_drawing_panel (GBX_WINDOW (data)->workbench));
}

static GbxAlbum *
get_album (GbxWindow *self)
{
  return gbx_session_get_album (self->session);
}

/* What was put into the album by mistake is on the canvas still: it can be put right. */
static void
undo_drawing_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_album_undo (get_album (data));
  gbx_drawing_panel_take_up (gbx_workbench_get_drawing_panel (GBX_WINDOW (data)->workbench));
}

static void
redo_drawing_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_album_redo (get_album (data));
}

static void
add_drawing_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_drawing_panel_add (gbx_workbench_get_drawing_panel (GBX_WINDOW (data)->workbench));
}

static void
clear_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_drawing_panel_clear (gbx_workbench_get_drawing_panel (GBX_WINDOW (data)->workbench));
}

static void
enable (GbxWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* On an empty canvas there is nothing to take back, and nothing to clear. */
static void
drawing_changed_cb (GbxWindow *self)
{
  GbxDrawingPanel *panel = gbx_workbench_get_drawing_panel (self->workbench);

  enable (self, "undo", gbx_drawing_panel_can_undo (panel));
  enable (self, "add-drawing", gbx_drawing_panel_can_add (panel));
  enable (self, "clear", !nn_drawing_is_empty (gbx_drawing_panel_get_drawing (panel)));
}

/* What can be taken back of the recipe, and what of that can be done again. */
static void
edits_changed_cb (GbxWindow *self)
{
  g_autofree char *undo = NULL, *redo = NULL;

  g_object_get (self->session, "undo-name", &undo, "redo-name", &redo, NULL);
  enable (self, "undo-edit", undo != NULL);
  enable (self, "redo-edit", redo != NULL);
}

static void
album_changed_cb (GbxWindow *self)
{
  g_autofree char *undo = NULL, *redo = NULL;

  g_object_get (get_album (self), "undo-name", &undo, "redo-name", &redo, NULL);
  enable (self, "undo-drawing", undo != NULL);
  enable (self, "redo-drawing", redo != NULL);
}

static void
evaluate_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_session_evaluate (GBX_WINDOW (data)->session);
}

static void
said_cb (const char *text, gpointer data)
{
  gbx_workbench_toast (GBX_WINDOW (data)->workbench, text);
}

static void
save_model_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_model_files_save (GTK_WINDOW (data), GBX_WINDOW (data)->session, said_cb);
}

static void
open_model_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_model_files_open (GTK_WINDOW (data), GBX_WINDOW (data)->session, said_cb);
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gbx_model_files_export (GTK_WINDOW (data), GBX_WINDOW (data)->session,
                          g_variant_get_string (parameter, NULL), said_cb);
}

static void
fullscreen_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  if (g_variant_get_boolean (state))
    gtk_window_fullscreen (GTK_WINDOW (data));
  else
    gtk_window_unfullscreen (GTK_WINDOW (data));
}

/* Built when asked for, so that it speaks the language of the moment. */
static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (GBX_UI "gbx-shortcuts.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (shortcuts, GTK_WINDOW (data));
  gtk_window_present (shortcuts);
}

static const GActionEntry actions[] = {
    {.name = "train", .activate = train_cb},
    {.name = "step", .activate = step_cb, .parameter_type = "s"},
    {.name = "reset", .activate = reset_cb, .parameter_type = "b"},
    {.name = "preset", .activate = preset_cb, .parameter_type = "s", .state = "''"},
    {.name = "own-recipe", .activate = own_recipe_cb, .parameter_type = "u"},
    {.name = "stage", .activate = stage_cb, .parameter_type = "i"},
    {.name = "speed", .activate = speed_cb, .parameter_type = "b"},
    {.name = "undo", .activate = undo_cb},
    {.name = "undo-edit", .activate = undo_edit_cb},
    {.name = "redo-edit", .activate = redo_edit_cb},
    {.name = "clear", .activate = clear_cb},
    {.name = "add-drawing", .activate = add_drawing_cb},
    {.name = "undo-drawing", .activate = undo_drawing_cb},
    {.name = "redo-drawing", .activate = redo_drawing_cb},
    {.name = "evaluate", .activate = evaluate_cb},
    {.name = "save-model", .activate = save_model_cb},
    {.name = "open-model", .activate = open_model_cb},
    {.name = "export", .activate = export_cb, .parameter_type = "s"},
    {.name = "fullscreen", .state = "false", .change_state = fullscreen_cb},
    {.name = "show-help-overlay", .activate = shortcuts_cb},
};

/* ---- keys -------------------------------------------------------------------------------------
 */

/* Plain keys come last: after the text being typed, the focused button and the canvas's own keys.
 * Accelerators of the application would come first and take them away. */
static gboolean
is_enabled (GbxWindow *self, const char *name)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (self), name);
}

/* On the Design page the last edit of the recipe; on the Collect page, and where a drawing has just
 * been put away, the last of the drawings; elsewhere the last stroke. The canvas and a text being
 * typed take the key before. */
static gboolean
undo_key_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  GbxWindow *self = GBX_WINDOW (widget);
  gboolean put_away =
      gbx_drawing_panel_is_set_aside (gbx_workbench_get_drawing_panel (self->workbench));
  const char *action = "win.undo";
  int stage;

  g_object_get (self->session, "stage", &stage, NULL);
  if (stage == GBX_STAGE_DESIGN)
    action = "win.undo-edit";
  else if ((stage == GBX_STAGE_COLLECT || put_away) && is_enabled (self, "undo-drawing"))
    action = "win.undo-drawing";
  gtk_widget_activate_action (widget, action, NULL);
  return TRUE;
}

static gboolean
redo_key_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  int stage;

  g_object_get (GBX_WINDOW (widget)->session, "stage", &stage, NULL);
  gtk_widget_activate_action (
      widget, stage == GBX_STAGE_COLLECT ? "win.redo-drawing" : "win.redo-edit", NULL);
  return TRUE;
}

static void
add_plain_keys (GbxWindow *self)
{
  static const struct {
    const char *trigger;
    const char *action;
  } keys[] = {
      {"space", "win.train"},
      {"s", "win.step('batch')"},
      {"r", "win.reset(false)"},
      {"bracketleft", "win.speed(false)"},
      {"bracketright", "win.speed(true)"},
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *name = NULL;
    g_autoptr (GVariant) target = NULL;
    GtkShortcut *shortcut;

    g_action_parse_detailed_name (keys[i].action, &name, &target, NULL);
    shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].trigger),
                                 gtk_named_action_new (name));
    gtk_shortcut_set_arguments (shortcut, target);
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
  }
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>z"),
                        gtk_callback_action_new (undo_key_cb, NULL, NULL)));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control><Shift>z"),
                        gtk_callback_action_new (redo_key_cb, NULL, NULL)));
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_BUBBLE);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

/* ---- closing ----------------------------------------------------------------------------------
 */

static void
remember_size (GbxWindow *self)
{
  gboolean maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_object_set (gbx_preferences_get_default (), "maximized", maximized, NULL);
  if (width > 0 && height > 0)
    g_object_set (gbx_preferences_get_default (), "window-width", width, "window-height", height,
                  NULL);
}

static void
close_cb (gpointer data)
{
  g_autoptr (GbxWindow) self = data;

  self->closed = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

/* Once the dialog, which hangs on the window, is gone. */
static void
close_anyway_cb (AdwMessageDialog *dialog, const char *response, gpointer data)
{
  if (g_str_equal (response, "close"))
    g_idle_add_once (close_cb, g_object_ref (data));
}

static void
ask_whether_to_close (GbxWindow *self, const GError *error)
{
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (self), _ ("The Session Could Not Be Kept"), NULL);

  adw_message_dialog_format_body (
      ADW_MESSAGE_DIALOG (dialog),
      _ ("%s\n\nClosing now loses what was trained since the last time it was kept."),
      error->message);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "stay", _ ("_Stay Open"), "close",
                                    _ ("_Close Anyway"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "close",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "stay");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "stay");
  g_signal_connect_object (dialog, "response", G_CALLBACK (close_anyway_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
gbx_window_close_request (GtkWindow *window)
{
  GbxWindow *self = GBX_WINDOW (window);
  g_autoptr (GError) error = NULL;

  remember_size (self);
  if (!self->closed && !gbx_session_close (self->session, &error)) {
    ask_whether_to_close (self, error);
    return TRUE;
  }
  self->closed = TRUE;
  return GTK_WINDOW_CLASS (gbx_window_parent_class)->close_request (window);
}

/* ---- the object -------------------------------------------------------------------------------
 */

static void
fullscreened_cb (GbxWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "fullscreen");
  gboolean fullscreen = gtk_window_is_fullscreen (GTK_WINDOW (self));

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (fullscreen));
}

static void
preset_changed_cb (GbxWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "preset");
  g_autofree char *name = NULL;

  g_object_get (self->session, "experiment-name", &name, NULL);
  g_simple_action_set_state (G_SIMPLE_ACTION (action),
                             g_variant_new_string (name != NULL ? name : ""));
}

static void
gbx_window_dispose (GObject *object)
{
  GbxWindow *self = GBX_WINDOW (object);

  G_OBJECT_CLASS (gbx_window_parent_class)->dispose (object);
  self->workbench = NULL;
  g_clear_object (&self->session);
}

static void
gbx_window_class_init (GbxWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gbx_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = gbx_window_close_request;
}

static void
gbx_window_init (GbxWindow *self)
{
  GbxPreferences *preferences = gbx_preferences_get_default ();
  g_autoptr (GPropertyAction) controls =
      g_property_action_new ("controls", preferences, "show-controls");
  gboolean maximized;
  int width, height;

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (controls));
  g_signal_connect (self, "notify::fullscreened", G_CALLBACK (fullscreened_cb), NULL);
  add_plain_keys (self);
  g_object_get (preferences, "window-width", &width, "window-height", &height, "maximized",
                &maximized, NULL);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  gtk_window_set_title (GTK_WINDOW (self), "Glassbox");
  gtk_window_set_icon_name (GTK_WINDOW (self), GBX_APPLICATION_ID);
  if (maximized)
    gtk_window_maximize (GTK_WINDOW (self));
}

GtkWidget *
gbx_window_new (GtkApplication *application, GbxSession *session)
{
  GbxWindow *self = g_object_new (GBX_TYPE_WINDOW, "application", application, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::experiment-name", G_CALLBACK (preset_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "dataset-changed", G_CALLBACK (dataset_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::undo-name", G_CALLBACK (edits_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::redo-name", G_CALLBACK (edits_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_album (self), "notify::undo-name", G_CALLBACK (album_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_album (self), "notify::redo-name", G_CALLBACK (album_changed_cb),
                           self, G_CONNECT_SWAPPED);
  preset_changed_cb (self);
  album_changed_cb (self);
  dataset_changed_cb (self);
  edits_changed_cb (self);
  gbx_window_rebuild (self);
  return GTK_WIDGET (self);
}

GbxSession *
gbx_window_get_session (GbxWindow *self)
{
  return self->session;
}

GbxWorkbench *
gbx_window_get_workbench (GbxWindow *self)
{
  return self->workbench;
}

void
gbx_window_rebuild (GbxWindow *self)
{
  GbxWorkbench *workbench;

  gbx_session_translate (self->session);
  workbench = GBX_WORKBENCH (gbx_workbench_new (self->session));
  gbx_drawing_panel_set_drawing (gbx_workbench_get_drawing_panel (workbench),
                                 gbx_session_get_drawing (self->session));
  if (self->workbench != NULL)
    gbx_session_view_take_over (GTK_WIDGET (workbench), GTK_WIDGET (self->workbench));
  self->workbench = workbench;
  g_signal_connect_object (gbx_workbench_get_drawing_panel (workbench), "changed",
                           G_CALLBACK (drawing_changed_cb), self, G_CONNECT_SWAPPED);
  drawing_changed_cb (self);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), GTK_WIDGET (workbench));
  gbx_workbench_focus (workbench);
}
