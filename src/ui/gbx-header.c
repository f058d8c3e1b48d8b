/* gbx-header.c: the header bar: what to train, the commands, how far it is, how fast. */
#include "gbx-header.h"

#include "gbx-format.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The slider's right end is flat out; each step to the left halves the rate from 512 a second. */
#define FLAT_OUT 10
#define LONG_NAME 20 /* characters */

struct _GbxHeader {
  GbxSessionView parent_instance;

  GtkInscription *progress; /* not a label: its text must not lay out the window anew */
  GtkMenuButton *preset_button;
  GtkLabel *preset_label;
  AdwSplitButton *reset_button;
  GtkButton *train_button;
  AdwButtonContent *train_content;
  AdwSplitButton *step_button;
  GtkScale *speed_scale;
  GtkAdjustment *speed_adjustment;
};

G_DEFINE_FINAL_TYPE (GbxHeader, gbx_header, GBX_TYPE_SESSION_VIEW)

static gboolean
speed_to_position (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  double speed = g_value_get_double (from);

  g_value_set_double (to, speed <= 0 ? FLAT_OUT : CLAMP (log2 (speed), 0, FLAT_OUT - 1));
  return TRUE;
}

static gboolean
position_to_speed (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  double position = round (g_value_get_double (from));

  g_value_set_double (to, position >= FLAT_OUT ? 0 : exp2 (position));
  return TRUE;
}

static void
show_speed (GbxHeader *self)
{
  g_autofree char *text = NULL;
  double speed;

  g_object_get (gbx_session_view_get_session (GBX_SESSION_VIEW (self)), "speed", &speed, NULL);
  if (speed <= 0)
    text = g_strdup (_ ("Flat out"));
  else
    text = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%d batch a second", "%d batches a second", (gulong)speed),
        (int)speed);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->speed_scale), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->speed_scale),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

static guint
n_digits (int number)
{
  g_autofree char *text = gbx_format_count ((guint64)MAX (number, 0));

  return (guint)g_utf8_strlen (text, -1);
}

/* What was measured is the training alone; at a set pace it waits. Returns: 0 when not known. */
static double
get_samples_per_second (GbxSession *session)
{
  double measured, speed, paced;

  g_object_get (session, "samples-per-second", &measured, "speed", &speed, NULL);
  if (speed <= 0)
    return measured;
  paced = speed * gbx_session_get_experiment (session)->train.batch_size;
  if (measured > 0)
    return MIN (measured, paced);
  return gbx_session_get_state (session) == GBX_SESSION_RUNNING ? paced : 0;
}

/* Every number keeps its width, so that nothing jumps while they run. */
static void
gbx_header_refresh (GbxSessionView *view)
{
  GbxHeader *self = GBX_HEADER (view);
  g_autofree char *epoch = NULL, *epochs = NULL, *batch = NULL, *batches = NULL, *rate = NULL;
  g_autofree char *text = NULL;
  int epoch_now, n_epochs, batch_now, n_batches;
  GbxSession *session = gbx_session_view_get_session (view);
  double samples_per_second = get_samples_per_second (session);

  g_object_get (session, "epoch", &epoch_now, "epochs", &n_epochs, "batch", &batch_now,
                "batches-per-epoch", &n_batches, NULL);
  /* Completed epochs are counted from 0; the one under way is the next. */
  if (epoch_now >= n_epochs)
    batch_now = n_batches;
  epoch = gbx_format_padded ((guint64)MIN (epoch_now + 1, n_epochs), n_digits (n_epochs));
  epochs = gbx_format_count ((guint64)n_epochs);
  batch = gbx_format_padded ((guint64)batch_now, n_digits (n_batches));
  batches = gbx_format_count ((guint64)n_batches);
  if (samples_per_second >= 1) {
    rate = gbx_format_padded ((guint64)samples_per_second, 7);
    text = g_strdup_printf (_ ("epoch %s / %s · batch %s / %s · %s samples/s"), epoch, epochs,
                            batch, batches, rate);
  } else {
    text = g_strdup_printf (_ ("epoch %s / %s · batch %s / %s"), epoch, epochs, batch, batches);
  }
  gtk_inscription_set_text (self->progress, text);
}

/* The presets' names are shown whole; the others' may be long. */
static void
name_changed_cb (GbxHeader *self)
{
  g_autofree char *name = NULL;
  gboolean is_long;

  g_object_get (gbx_session_view_get_session (GBX_SESSION_VIEW (self)), "experiment-name", &name,
                NULL);
  is_long = name != NULL && g_utf8_strlen (name, -1) > LONG_NAME;
  gtk_label_set_ellipsize (self->preset_label,
                           is_long ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_label_set_width_chars (self->preset_label, is_long ? LONG_NAME / 2 : -1);
  gtk_label_set_label (self->preset_label, name != NULL ? name : "");
}

static void
state_changed_cb (GbxHeader *self)
{
  GbxSession *session = gbx_session_view_get_session (GBX_SESSION_VIEW (self));
  gboolean running = gbx_session_get_state (session) == GBX_SESSION_RUNNING;

  adw_button_content_set_icon_name (self->train_content, running ? "media-playback-pause-symbolic"
                                                                 : "media-playback-start-symbolic");
  adw_button_content_set_label (self->train_content, running ? _ ("Pause") : _ ("Train"));
  gbx_session_view_queue_refresh (GBX_SESSION_VIEW (self));
}

/* Those that are built in, and one's own behind them; made anew whenever it is opened. */
static void
show_presets_cb (GtkMenuButton *button, gpointer data)
{
  GbxHeader *self = data;
  GListModel *own = gbx_library_get_recipes (
      gbx_session_get_library (gbx_session_view_get_session (GBX_SESSION_VIEW (self))));
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();

  for (const char *const *name = nn_preset_names (); *name != NULL; name++) {
    g_autoptr (GMenuItem) item = g_menu_item_new (nn_preset_title (*name), NULL);

    g_menu_item_set_action_and_target (item, "win.preset", "s", *name);
    g_menu_append_item (menu, item);
  }
  for (guint i = 0; i < g_list_model_get_n_items (own); i++) {
    g_autoptr (GbxOwnRecipe) recipe = g_list_model_get_item (own, i);
    g_autoptr (GMenuItem) item = g_menu_item_new (gbx_own_recipe_get_name (recipe), NULL);

    g_menu_item_set_action_and_target (item, "win.own-recipe", "u", i);
    g_menu_append_item (section, item);
  }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
gbx_header_attach (GbxSessionView *view, GbxSession *session)
{
  GbxHeader *self = GBX_HEADER (view);
  static const char *const progress[] = {"notify::epoch",
                                         "notify::epochs",
                                         "notify::batch",
                                         "notify::batches-per-epoch",
                                         "notify::samples-per-second",
                                         "notify::speed",
                                         NULL};

  gtk_menu_button_set_create_popup_func (self->preset_button, show_presets_cb, self, NULL);
  gbx_session_view_refresh_on (view, progress);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (state_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::speed", G_CALLBACK (show_speed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::experiment-name", G_CALLBACK (name_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_object_bind_property_full (session, "speed", self->speed_adjustment, "value",
                               G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL, speed_to_position,
                               position_to_speed, NULL, NULL);
  name_changed_cb (self);
  state_changed_cb (self);
  show_speed (self);
}

/* The arrow beside the button has a tooltip, but no name of its own. */
static void
name_arrow (AdwSplitButton *button)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (button)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      adw_split_button_get_dropdown_tooltip (button), -1);
}

static void
gbx_header_class_init (GbxHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_header_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_header_refresh;

  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-header.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxHeader, progress);
  gtk_widget_class_bind_template_child (widget_class, GbxHeader, preset_button);
  gtk_widget_class_bind_template_child (widget_class, GbxHeader, preset_label);
  gtk_widget_class_bind_template_child (widget_class, GbxHeader, reset_button);
  gtk_widget_class_bind_template_child (widget_class, GbxHeader, train_button);
  gtk_widget_class_bind_template_child (widget_class, GbxHeader, train_content);
  gtk_widget_class_bind_template_child (widget_class, GbxHeader, step_button);
  gtk_widget_class_bind_template_child (widget_class, GbxHeader, speed_scale);
  gtk_widget_class_bind_template_child (widget_class, GbxHeader, speed_adjustment);
}

static void
gbx_header_init (GbxHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_arrow (self->reset_button);
  name_arrow (self->step_button);
}

void
gbx_header_focus (GbxHeader *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->train_button));
}
