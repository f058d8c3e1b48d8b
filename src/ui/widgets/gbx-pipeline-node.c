/* gbx-pipeline-node.c: one stage in the pipeline. */
#include "gbx-pipeline-node.h"

#include <glib/gi18n-lib.h>

#define PADDING 12
#define RADIUS 10
#define LINE_GAP 6
#define MARK 12 /* the size of the state's mark */

struct _GbxPipelineNode {
  GbxDrawn parent_instance;

  char *title; /* "4 Train" */
  char *other_name;
  char *figure;
  GbxNodeState state;
  gboolean selected;
};

G_DEFINE_FINAL_TYPE (GbxPipelineNode, gbx_pipeline_node, GBX_TYPE_DRAWN)

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
describe (GbxPipelineNode *self)
{
  const char *figure = self->figure ? self->figure : "";
  g_autofree char *text = NULL;

  switch (self->state) {
  case GBX_NODE_ACTIVE:
    text = g_strdup_printf (_ ("%s, at work"), figure);
    break;
  case GBX_NODE_DONE:
    text = g_strdup_printf (_ ("%s, done"), figure);
    break;
  case GBX_NODE_FAULT:
    text = g_strdup_printf (_ ("Fault: %s"), figure);
    break;
  case GBX_NODE_IDLE:
    text = g_strdup (figure);
    break;
  }
  gbx_drawn_describe_live (GBX_DRAWN (self), text);
}

/* A tick when done, a disc while at work, a warning triangle for a fault: shape as well as colour.
 */
static void
paint_mark (GbxPipelineNode *self, GtkSnapshot *snapshot, double left, double middle)
{
  static const GbxColour colours[] = {GBX_COLOUR_DIM, GBX_COLOUR_ACCENT, GBX_COLOUR_ACCENT,
                                      GBX_COLOUR_ERROR};
  GdkRGBA colour = gbx_palette_get (GTK_WIDGET (self), colours[self->state]);
  GdkRGBA paper = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_BACKGROUND);
  cairo_t *cr;

  if (self->state == GBX_NODE_IDLE)
    return;
  cr = gtk_snapshot_append_cairo (snapshot,
                                  &GRAPHENE_RECT_INIT (left, middle - MARK / 2, MARK, MARK));
  cairo_translate (cr, left, middle - MARK / 2.0);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, 2);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (self->state == GBX_NODE_ACTIVE) {
    cairo_arc (cr, MARK / 2.0, MARK / 2.0, MARK / 3.0, 0, 2 * G_PI);
    cairo_fill (cr);
  } else if (self->state == GBX_NODE_DONE) {
    cairo_move_to (cr, 1.5, MARK * 0.55);
    cairo_line_to (cr, MARK * 0.4, MARK - 2.5);
    cairo_line_to (cr, MARK - 1.5, 2.5);
    cairo_stroke (cr);
  } else {
    cairo_move_to (cr, MARK / 2.0, 1);
    cairo_line_to (cr, MARK - 1, MARK - 1.5);
    cairo_line_to (cr, 1, MARK - 1.5);
    cairo_close_path (cr);
    cairo_fill_preserve (cr);
    cairo_stroke (cr);
    gdk_cairo_set_source_rgba (cr, &paper);
    cairo_set_line_width (cr, 1.5);
    cairo_move_to (cr, MARK / 2.0, 4);
    cairo_line_to (cr, MARK / 2.0, 7);
    cairo_move_to (cr, MARK / 2.0, 9.5);
    cairo_line_to (cr, MARK / 2.0, 9.5);
    cairo_stroke (cr);
  }
  cairo_destroy (cr);
}

static void
paint_card (GbxPipelineNode *self, GtkSnapshot *snapshot, int width, int height)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GbxColour line = self->state == GBX_NODE_FAULT ? GBX_COLOUR_ERROR
                   : self->selected              ? GBX_COLOUR_ACCENT
                                                 : GBX_COLOUR_GRID;
  GdkRGBA paper = gbx_palette_get (widget, GBX_COLOUR_BACKGROUND);
  GdkRGBA tint = gbx_palette_get (widget, GBX_COLOUR_ACCENT);
  GdkRGBA border = gbx_palette_get (widget, line);

  gbx_drawn_rectangle (snapshot, &paper, 0, 0, width, height, RADIUS);
  if (self->selected || (gtk_widget_get_state_flags (widget) & GTK_STATE_FLAG_PRELIGHT)) {
    tint.alpha = self->selected ? 0.13f : 0.05f;
    gbx_drawn_rectangle (snapshot, &tint, 0, 0, width, height, RADIUS);
  }
  gbx_drawn_frame (snapshot, &border, 0, 0, width, height, RADIUS, line == GBX_COLOUR_GRID ? 1 : 2);
}

static void
gbx_pipeline_node_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxPipelineNode *self = GBX_PIPELINE_NODE (drawn);
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean reversed = gbx_drawn_is_reversed (drawn);
  GdkRGBA name =
      gbx_palette_get (widget, self->selected ? GBX_COLOUR_ACCENT : GBX_COLOUR_FOREGROUND);
  GdkRGBA dim = gbx_palette_get (widget, GBX_COLOUR_DIM);
  GdkRGBA figure =
      gbx_palette_get (widget, self->state == GBX_NODE_FAULT ? GBX_COLOUR_ERROR : GBX_COLOUR_DIM);
  double start = reversed ? width - PADDING : PADDING, end = reversed ? PADDING : width - PADDING;
  int inner = width - 2 * PADDING, title_width, title_height, other_width;
  double first = height / 2.0, second = height / 2.0;

  paint_card (self, snapshot, width, height);
  gbx_drawn_measure (drawn, self->title, GBX_TEXT_BOLD, &title_width, &title_height);
  gbx_drawn_measure (drawn, self->other_name, GBX_TEXT_SMALL, &other_width, NULL);
  first -= (title_height + LINE_GAP) / 2.0;
  second += (title_height + LINE_GAP) / 2.0;
  gbx_drawn_text (drawn, snapshot, self->title, GBX_TEXT_BOLD, &name, start, first,
                  reversed ? 1 : 0, inner);
  if (title_width + LINE_GAP + other_width <= inner)
    gbx_drawn_text (drawn, snapshot, self->other_name, GBX_TEXT_SMALL, &dim, end, first,
                    reversed ? 0 : 1, 0);
  if (self->figure)
    gbx_drawn_text (drawn, snapshot, self->figure, GBX_TEXT_SMALL, &figure, start, second,
                    reversed ? 1 : 0, MAX (1, inner - MARK - LINE_GAP));
  paint_mark (self, snapshot, reversed ? PADDING : width - PADDING - MARK, second);
}

static void
gbx_pipeline_node_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  GbxPipelineNode *self = GBX_PIPELINE_NODE (widget);
  int title_width, title_height, other_width;

  gbx_drawn_measure (GBX_DRAWN (self), self->title, GBX_TEXT_BOLD, &title_width, &title_height);
  gbx_drawn_measure (GBX_DRAWN (self), self->other_name, GBX_TEXT_SMALL, &other_width, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = title_width + 2 * PADDING;
    *natural = title_width + other_width + 4 * PADDING;
  } else {
    *minimum = *natural = 2 * title_height + LINE_GAP + 2 * (PADDING - 2);
  }
}

static void
choose (GtkWidget *widget)
{
  g_signal_emit (widget, signals[CHOSEN], 0);
}

static void
released_cb (GbxPipelineNode *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (gtk_widget_contains (GTK_WIDGET (self), x, y))
    choose (GTK_WIDGET (self));
}

static void
choose_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  choose (widget);
}

static void
gbx_pipeline_node_finalize (GObject *object)
{
  GbxPipelineNode *self = GBX_PIPELINE_NODE (object);

  g_free (self->title);
  g_free (self->other_name);
  g_free (self->figure);
  G_OBJECT_CLASS (gbx_pipeline_node_parent_class)->finalize (object);
}

static void
gbx_pipeline_node_class_init (GbxPipelineNodeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gbx_pipeline_node_finalize;
  widget_class->measure = gbx_pipeline_node_measure;
  GBX_DRAWN_CLASS (klass)->paint = gbx_pipeline_node_paint;
  GBX_DRAWN_CLASS (klass)->ring_radius = RADIUS;
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "gbx-pipeline-node");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TAB);
  gtk_widget_class_install_action (widget_class, "node.choose", NULL, choose_cb);
}

static void
gbx_pipeline_node_init (GbxPipelineNode *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "pointer");
}

GtkWidget *
gbx_pipeline_node_new (int number, const char *name, const char *other_name)
{
  GbxPipelineNode *self = g_object_new (GBX_TYPE_PIPELINE_NODE, NULL);

  self->title = g_strdup_printf ("%d %s", number, name);
  self->other_name = g_strdup (other_name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), other_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->title,
                                  -1);
  gbx_pipeline_node_set_selected (self, FALSE);
  return GTK_WIDGET (self);
}

void
gbx_pipeline_node_set_figure (GbxPipelineNode *self, const char *figure, GbxNodeState state)
{
  g_return_if_fail (GBX_IS_PIPELINE_NODE (self));

  if (g_strcmp0 (self->figure, figure) == 0 && self->state == state)
    return;
  g_free (self->figure);
  self->figure = g_strdup (figure);
  self->state = state;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
gbx_pipeline_node_set_selected (GbxPipelineNode *self, gboolean selected)
{
  g_return_if_fail (GBX_IS_PIPELINE_NODE (self));

  self->selected = selected;
  gtk_widget_set_focusable (GTK_WIDGET (self), selected);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
