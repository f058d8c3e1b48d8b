/* gbx-design-page.c: the Design stage: the layers as cards, and the whole recipe. */
#include "gbx-design-page.h"

#include "gbx-code-view.h"
#include "gbx-layer-row.h"
#include "gbx-layer-words.h"
#include "gbx-own-recipes.h"
#include "ui/gbx-format.h"
#include "ui/session/gbx-layer-edits.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _GbxDesignPage {
  GbxSessionView parent_instance;

  GtkLabel *summary;
  GtkMenuButton *add_button;
  GtkButton *undo_button;
  GtkButton *redo_button;
  GtkListBox *layers;
  GtkLabel *output;
  GtkTextBuffer *recipe;

  GSimpleActionGroup *actions; /* owned: "design" */
  GtkListBoxRow *open_row;     /* borrowed: the chosen one, whose fields are shown */
  int chosen;                  /* the layer to choose, by its place */
  gboolean takes_focus;        /* the chosen card shall have it */
  GtkWidget *drop_row;         /* borrowed: where the dragged one would go */
};

G_DEFINE_FINAL_TYPE (GbxDesignPage, gbx_design_page, GBX_TYPE_SESSION_VIEW)

static GbxSession *
get_session (GbxDesignPage *self)
{
  return gbx_session_view_get_session (GBX_SESSION_VIEW (self));
}

static int
count_layers (GbxDesignPage *self)
{
  return (int)gbx_session_get_experiment (get_session (self))->layers->len;
}

/* ---- actions ---- */

/* The card is chosen once it is there. */
static void
choose (GbxDesignPage *self, int index)
{
  self->chosen = index;
  self->takes_focus = TRUE;
  gbx_session_view_queue_refresh (GBX_SESSION_VIEW (self));
}

static void
add_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GbxDesignPage *self = data;
  const NnLayerClass *class_ = nn_layer_class_find (g_variant_get_string (parameter, NULL));
  int n = count_layers (self);

  g_return_if_fail (class_ != NULL);

  gbx_layer_edits_add (get_session (self), class_, self->chosen);
  if (count_layers (self) > n)
    choose (self, self->chosen + 1);
}

static void
remove_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GbxDesignPage *self = data;

  gbx_layer_edits_remove (get_session (self), self->chosen);
  choose (self, MIN (self->chosen, count_layers (self) - 1));
}

static void
duplicate_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GbxDesignPage *self = data;
  int n = count_layers (self);

  gbx_layer_edits_duplicate (get_session (self), self->chosen);
  if (count_layers (self) > n)
    choose (self, self->chosen + 1);
}

static void
move (GbxDesignPage *self, int from, int to)
{
  if (to < 0 || to >= count_layers (self))
    return;
  gbx_layer_edits_move (get_session (self), from, to);
  choose (self, to);
}

static void
move_up_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GbxDesignPage *self = data;

  move (self, self->chosen, self->chosen - 1);
}

static void
move_down_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GbxDesignPage *self = data;

  move (self, self->chosen, self->chosen + 1);
}

static const GActionEntry actions[] = {
    {.name = "add", .activate = add_cb, .parameter_type = "s"},
    {.name = "remove", .activate = remove_cb},
    {.name = "duplicate", .activate = duplicate_cb},
    {.name = "move-up", .activate = move_up_cb},
    {.name = "move-down", .activate = move_down_cb},
};

static void
enable (GbxDesignPage *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
enable_actions (GbxDesignPage *self)
{
  int n = count_layers (self);

  enable (self, "add", n < NN_MAX_LAYERS);
  enable (self, "duplicate", n < NN_MAX_LAYERS);
  enable (self, "remove", n > 1);
  enable (self, "move-up", self->chosen > 0);
  enable (self, "move-down", self->chosen < n - 1);
}

static void
add_keys (GbxDesignPage *self)
{
  static const struct {
    const char *trigger, *action;
  } keys[] = {
      {"<Alt>Up", "design.move-up"},
      {"<Alt>Down", "design.move-down"},
      {"Delete", "design.remove"},
      {"<Control>d", "design.duplicate"},
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].trigger),
                          gtk_named_action_new (keys[i].action)));
  gtk_widget_add_controller (GTK_WIDGET (self->layers), controller);
}

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();

  for (const NnLayerClass *const *class_ = nn_layer_class_all (); *class_ != NULL; class_++) {
    g_autoptr (GMenuItem) item = g_menu_item_new (gbx_layer_words_kind (*class_), NULL);

    g_menu_item_set_action_and_target (item, "design.add", "s", (*class_)->type);
    g_menu_append_item (menu, item);
  }
  return G_MENU_MODEL (menu);
}

/* ---- dragging ---- */

static GdkContentProvider *
prepare_drag_cb (GtkDragSource *source, double x, double y, GbxLayerRow *row)
{
  return gdk_content_provider_new_typed (GBX_TYPE_LAYER_ROW, row);
}

static void
begin_drag_cb (GtkDragSource *source, GdkDrag *drag, GbxLayerRow *row)
{
  GtkWidget *card = gtk_widget_get_parent (gbx_layer_row_get_handle (row)); /* it has a ground */
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (card);

  gtk_drag_source_set_icon (source, picture, 0, 0);
}

static void
add_drag_source (GbxLayerRow *row)
{
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (prepare_drag_cb), row, 0);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (begin_drag_cb), row, 0);
  gtk_widget_add_controller (gbx_layer_row_get_handle (row), GTK_EVENT_CONTROLLER (source));
}

/* Returns: (nullable): the row at @y, and whether that is in its lower half. */
static GtkListBoxRow *
find_drop (GbxDesignPage *self, double y, gboolean *below)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->layers, (int)y);
  graphene_rect_t bounds;

  if (row == NULL ||
      !gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->layers), &bounds))
    return NULL;
  *below = y > bounds.origin.y + bounds.size.height / 2;
  return row;
}

static void
mark_drop (GbxDesignPage *self, GtkListBoxRow *row, gboolean below)
{
  if (self->drop_row != NULL) {
    gtk_widget_remove_css_class (self->drop_row, "drop-above");
    gtk_widget_remove_css_class (self->drop_row, "drop-below");
  }
  self->drop_row = row != NULL ? GTK_WIDGET (row) : NULL;
  if (row != NULL)
    gtk_widget_add_css_class (self->drop_row, below ? "drop-below" : "drop-above");
}

static GdkDragAction
drag_motion_cb (GtkDropTarget *target, double x, double y, GbxDesignPage *self)
{
  gboolean below = FALSE;
  GtkListBoxRow *row = find_drop (self, y, &below);

  mark_drop (self, row, below);
  return row != NULL ? GDK_ACTION_MOVE : 0;
}

static void
drag_leave_cb (GtkDropTarget *target, GbxDesignPage *self)
{
  mark_drop (self, NULL, FALSE);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, GbxDesignPage *self)
{
  GtkListBoxRow *dragged = g_value_get_object (value);
  gboolean below = FALSE;
  GtkListBoxRow *row = find_drop (self, y, &below);
  int from, to;

  mark_drop (self, NULL, FALSE);
  if (row == NULL || dragged == NULL ||
      gtk_widget_get_parent (GTK_WIDGET (dragged)) != GTK_WIDGET (self->layers))
    return FALSE;
  from = gtk_list_box_row_get_index (dragged);
  to = gtk_list_box_row_get_index (row) + below;
  move (self, from, to > from ? to - 1 : to);
  return TRUE;
}

static void
add_drop_target (GbxDesignPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GBX_TYPE_LAYER_ROW, GDK_ACTION_MOVE);

  g_signal_connect_object (target, "motion", G_CALLBACK (drag_motion_cb), self, 0);
  g_signal_connect_object (target, "leave", G_CALLBACK (drag_leave_cb), self, 0);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->layers), GTK_EVENT_CONTROLLER (target));
}

/* ---- showing ---- */

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *row, GbxDesignPage *self)
{
  if (row == NULL || row == self->open_row)
    return;
  if (self->open_row != NULL)
    gbx_layer_row_set_open (GBX_LAYER_ROW (self->open_row), FALSE);
  gbx_layer_row_set_open (GBX_LAYER_ROW (row), TRUE);
  self->open_row = row;
  self->chosen = gtk_list_box_row_get_index (row);
  enable_actions (self);
}

/* Cards of the same kinds stay, so that the keyboard stays in the field it is in. */
static gboolean
has_rows_for (GbxDesignPage *self, const GPtrArray *specs)
{
  GtkListBoxRow *row;

  for (guint i = 0; i < specs->len; i++) {
    const NnLayerSpec *spec = g_ptr_array_index (specs, i);

    row = gtk_list_box_get_row_at_index (self->layers, (int)i);
    if (row == NULL || gbx_layer_row_get_class (GBX_LAYER_ROW (row)) != spec->class_)
      return FALSE;
  }
  return gtk_list_box_get_row_at_index (self->layers, (int)specs->len) == NULL;
}

static void
make_rows (GbxDesignPage *self, const GPtrArray *specs)
{
  GtkWidget *row;

  self->open_row = NULL;
  mark_drop (self, NULL, FALSE);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->layers))) != NULL)
    gtk_list_box_remove (self->layers, row);
  for (guint i = 0; i < specs->len; i++) {
    row = gbx_layer_row_new (get_session (self),
                             ((const NnLayerSpec *)g_ptr_array_index (specs, i))->class_);
    add_drag_source (GBX_LAYER_ROW (row));
    gtk_list_box_append (self->layers, row);
  }
}

static void
show_layers (GbxDesignPage *self, const GbxForesight *foresight)
{
  const GPtrArray *specs = gbx_session_get_experiment (get_session (self))->layers;
  GtkListBoxRow *row;

  if (!has_rows_for (self, specs))
    make_rows (self, specs);
  for (guint i = 0; i < specs->len; i++)
    gbx_layer_row_show (GBX_LAYER_ROW (gtk_list_box_get_row_at_index (self->layers, (int)i)),
                        (int)i, foresight);
  self->chosen = CLAMP (self->chosen, 0, (int)specs->len - 1);
  row = gtk_list_box_get_row_at_index (self->layers, self->chosen);
  gtk_list_box_select_row (self->layers, row);
  if (self->takes_focus)
    gtk_widget_grab_focus (GTK_WIDGET (row));
  self->takes_focus = FALSE;
}

static char *
describe_time (GbxSession *session)
{
  g_autofree char *number = NULL;
  double microseconds;

  g_object_get (session, "microseconds", &microseconds, NULL);
  if (isnan (microseconds))
    return g_strdup (_ ("measuring…"));
  number = gbx_format_number (microseconds, 3);
  return g_strdup_printf (_ ("%s µs a picture, measured here"), number);
}

static void
show_summary (GbxDesignPage *self, const GbxForesight *foresight)
{
  g_autofree char *count = gbx_layer_words_parameters (foresight->n_parameters);
  gsize n_kept = foresight->n_parameters + foresight->n_statistics;
  g_autofree char *size = g_format_size (n_kept * sizeof (float));
  g_autofree char *operations = gbx_format_count ((guint64)foresight->flops);
  g_autofree char *time = describe_time (get_session (self));
  g_autofree char *text = NULL;

  if (foresight->n_good < foresight->n_layers)
    text = g_strdup_printf (_ ("Layer %d does not fit: see its card"), foresight->faulty + 1);
  else
    text = g_strdup_printf (_ ("%s · %s · %s operations a picture · %s"), count, size, operations,
                            time);
  gtk_label_set_label (self->summary, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->summary), text);
}

static void
show_output (GbxDesignPage *self, const GbxForesight *foresight)
{
  g_autofree char *shape = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->output), foresight->n_good == foresight->n_layers);
  if (foresight->n_good < foresight->n_layers)
    return;
  shape = nn_shape_to_string (&foresight->layers[foresight->n_good - 1].output_shape);
  text = g_strdup_printf (_ ("↓ %s: a number for each class"), shape);
  gtk_label_set_label (self->output, text);
}

static void
show_edits (GbxDesignPage *self)
{
  g_autofree char *undo = NULL, *redo = NULL, *undo_text = NULL, *redo_text = NULL;

  g_object_get (get_session (self), "undo-name", &undo, "redo-name", &redo, NULL);
  undo_text = undo != NULL ? g_strdup_printf (_ ("Undo: %s"), undo) : g_strdup (_ ("Undo"));
  redo_text = redo != NULL ? g_strdup_printf (_ ("Redo: %s"), redo) : g_strdup (_ ("Redo"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->undo_button), undo_text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->redo_button), redo_text);
}

static void
gbx_design_page_refresh (GbxSessionView *view)
{
  GbxDesignPage *self = GBX_DESIGN_PAGE (view);
  GbxSession *session = gbx_session_view_get_session (view);
  g_autoptr (GbxForesight) foresight = gbx_session_foresee (session);
  g_autofree char *json = nn_experiment_to_json (gbx_session_get_experiment (session));

  gtk_text_buffer_set_text (self->recipe, json, -1);
  show_layers (self, foresight);
  show_summary (self, foresight);
  show_output (self, foresight);
  show_edits (self);
  enable_actions (self);
  gbx_session_measure (session);
}

static void
gbx_design_page_attach (GbxSessionView *view, GbxSession *session)
{
  static const char *const changes[] = {"experiment-changed",   "dataset-changed",
                                        "notify::microseconds", "notify::undo-name",
                                        "notify::redo-name",    NULL};

  gbx_session_view_refresh_on (view, changes);
}

static void
gbx_design_page_take_over (GbxSessionView *view, GbxSessionView *old)
{
  GBX_DESIGN_PAGE (view)->chosen = GBX_DESIGN_PAGE (old)->chosen;
}

static void
gbx_design_page_dispose (GObject *object)
{
  g_clear_object (&GBX_DESIGN_PAGE (object)->actions);
  G_OBJECT_CLASS (gbx_design_page_parent_class)->dispose (object);
}

static void
gbx_design_page_class_init (GbxDesignPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gbx_design_page_dispose;
  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_design_page_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_design_page_refresh;
  GBX_SESSION_VIEW_CLASS (klass)->take_over = gbx_design_page_take_over;

  g_type_ensure (GBX_TYPE_CODE_VIEW);
  g_type_ensure (GBX_TYPE_OWN_RECIPES);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-design-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPage, summary);
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPage, add_button);
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPage, undo_button);
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPage, redo_button);
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPage, layers);
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPage, output);
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPage, recipe);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
}

static void
gbx_design_page_init (GbxDesignPage *self)
{
  g_autoptr (GMenuModel) menu = make_menu ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), actions, G_N_ELEMENTS (actions),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "design", G_ACTION_GROUP (self->actions));
  gtk_menu_button_set_menu_model (self->add_button, menu);
  add_keys (self);
  add_drop_target (self);
}
