/* gbx-pipeline-view.c: the six stages, alive. */
#include "gbx-pipeline-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define ARROW 28 /* between two nodes */
#define NARROW_ARROW 16
#define WIDE 1000 /* from here on there is room for the long arrows */
#define DOTS 3
#define DOT_RADIUS 2.5
#define PHASES_PER_SECOND 1.7 /* how many times a dot covers the distance to the next */

/* The names are shown in both languages whatever the language is, so they are no messages here. */
static const struct {
  const char *english, *chinese;
} names[GBX_N_STAGES] = {
    {N_ ("Collect"), "数据收集"}, {N_ ("Prepare"), "预处理"}, {N_ ("Design"), "模型设计"},
    {N_ ("Train"), "训练"},       {N_ ("Evaluate"), "评估"},  {N_ ("Deploy"), "部署"},
};

struct _GbxPipelineView {
  GtkWidget parent_instance;

  GtkWidget *nodes[GBX_N_STAGES]; /* GbxPipelineNode */
  int selected;
  gboolean flowing;

  double phase; /* of the dots, 0…1 */
};

G_DEFINE_FINAL_TYPE (GbxPipelineView, gbx_pipeline_view, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_SELECTED, PROP_FLOWING, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

static int
arrow_width (int width)
{
  return width >= WIDE ? ARROW : NARROW_ARROW;
}

static void
select_stage (GbxPipelineView *self, int stage)
{
  gboolean focused = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;

  if (stage == self->selected)
    return;
  self->selected = stage;
  /* The new one first: otherwise the focus would have to leave the view for a moment. */
  gbx_pipeline_node_set_selected (GBX_PIPELINE_NODE (self->nodes[stage]), TRUE);
  if (focused)
    gtk_widget_grab_focus (self->nodes[stage]);
  for (int i = 0; i < GBX_N_STAGES; i++)
    if (i != stage)
      gbx_pipeline_node_set_selected (GBX_PIPELINE_NODE (self->nodes[i]), FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
chosen_cb (GbxPipelineView *self, GtkWidget *node)
{
  for (int i = 0; i < GBX_N_STAGES; i++)
    if (self->nodes[i] == node)
      select_stage (self, i);
  gtk_widget_grab_focus (node);
}

static gboolean
key_pressed_cb (GbxPipelineView *self, guint key, guint code, GdkModifierType state,
                GtkEventControllerKey *controller)
{
  gboolean reversed = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int forward = reversed ? -1 : 1;

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK))
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Right || key == GDK_KEY_KP_Right)
    select_stage (self, CLAMP (self->selected + forward, 0, GBX_N_STAGES - 1));
  else if (key == GDK_KEY_Left || key == GDK_KEY_KP_Left)
    select_stage (self, CLAMP (self->selected - forward, 0, GBX_N_STAGES - 1));
  else if (key == GDK_KEY_Home || key == GDK_KEY_KP_Home)
    select_stage (self, 0);
  else if (key == GDK_KEY_End || key == GDK_KEY_KP_End)
    select_stage (self, GBX_N_STAGES - 1);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

/* From @from to @to, either of which may be the larger one. */
static void
paint_arrow (GbxPipelineView *self, GtkSnapshot *snapshot, double from, double to, double y,
             gboolean flowing)
{
  GdkRGBA line = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);
  GdkRGBA dot = gbx_palette_get (GTK_WIDGET (self), flowing ? GBX_COLOUR_NEGATIVE : GBX_COLOUR_DIM);
  double length = to - from, head = length > 0 ? 4 : -4;
  double phase = flowing ? self->phase : 0.5;
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (MIN (from, to), y - 6, fabs (length), 12));

  line.alpha *= 0.6f;
  if (!flowing)
    dot.alpha *= 0.6f;
  gdk_cairo_set_source_rgba (cr, &line);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, from + head / 2, y);
  cairo_line_to (cr, to - head / 2, y);
  cairo_move_to (cr, to - 1.5 * head, y - 4);
  cairo_line_to (cr, to - head / 2, y);
  cairo_line_to (cr, to - 1.5 * head, y + 4);
  cairo_stroke (cr);
  gdk_cairo_set_source_rgba (cr, &dot);
  for (int i = 0; i < DOTS; i++) {
    cairo_arc (cr, from + head + (length - 2 * head) * (i + phase) / DOTS, y, DOT_RADIUS, 0,
               2 * G_PI);
    cairo_fill (cr);
  }
  cairo_destroy (cr);
}

static void
gbx_pipeline_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GbxPipelineView *self = GBX_PIPELINE_VIEW (widget);
  gboolean reversed = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  double y = floor (gtk_widget_get_height (widget) / 2.0) + 0.5;

  for (int i = 0; i < GBX_N_STAGES; i++)
    gtk_widget_snapshot_child (widget, self->nodes[i], snapshot);
  for (int i = 0; i + 1 < GBX_N_STAGES; i++) {
    graphene_rect_t here, next;

    if (!gtk_widget_compute_bounds (self->nodes[i], widget, &here) ||
        !gtk_widget_compute_bounds (self->nodes[i + 1], widget, &next))
      continue;
    paint_arrow (self, snapshot, reversed ? here.origin.x : here.origin.x + here.size.width,
                 reversed ? next.origin.x + next.size.width : next.origin.x, y,
                 self->flowing && i < GBX_STAGE_TRAIN);
  }
}

static void
gbx_pipeline_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GbxPipelineView *self = GBX_PIPELINE_VIEW (widget);
  gboolean reversed = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int arrow = arrow_width (width), nodes = width - (GBX_N_STAGES - 1) * arrow;

  for (int i = 0; i < GBX_N_STAGES; i++) {
    int left = nodes * i / GBX_N_STAGES + arrow * i;
    int right = nodes * (i + 1) / GBX_N_STAGES + arrow * i;
    GtkAllocation allocation = {reversed ? width - right : left, 0, right - left, height};

    gtk_widget_size_allocate (self->nodes[i], &allocation, -1);
  }
}

static void
gbx_pipeline_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  GbxPipelineView *self = GBX_PIPELINE_VIEW (widget);

  *minimum = *natural = 0;
  for (int i = 0; i < GBX_N_STAGES; i++) {
    int node_minimum, node_natural;

    gtk_widget_measure (self->nodes[i], orientation, -1, &node_minimum, &node_natural, NULL, NULL);
    *minimum = MAX (*minimum, node_minimum);
    *natural = MAX (*natural, node_natural);
  }
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = *minimum * GBX_N_STAGES + NARROW_ARROW * (GBX_N_STAGES - 1);
    *natural = *natural * GBX_N_STAGES + ARROW * (GBX_N_STAGES - 1);
  }
}

static gboolean
gbx_pipeline_view_grab_focus (GtkWidget *widget)
{
  GbxPipelineView *self = GBX_PIPELINE_VIEW (widget);

  return gtk_widget_grab_focus (self->nodes[self->selected]);
}

static void
gbx_pipeline_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxPipelineView *self = GBX_PIPELINE_VIEW (object);

  if (id == PROP_SELECTED)
    g_value_set_int (value, self->selected);
  else if (id == PROP_FLOWING)
    g_value_set_boolean (value, self->flowing);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
set_flowing (GbxPipelineView *self, gboolean flowing)
{
  if (self->flowing == flowing)
    return;
  self->flowing = flowing;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FLOWING]);
}

static void
gbx_pipeline_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SELECTED)
    select_stage (GBX_PIPELINE_VIEW (object), g_value_get_int (value));
  else if (id == PROP_FLOWING)
    set_flowing (GBX_PIPELINE_VIEW (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_pipeline_view_dispose (GObject *object)
{
  GbxPipelineView *self = GBX_PIPELINE_VIEW (object);

  for (int i = 0; i < GBX_N_STAGES; i++)
    g_clear_pointer (&self->nodes[i], gtk_widget_unparent);
  G_OBJECT_CLASS (gbx_pipeline_view_parent_class)->dispose (object);
}

static void
gbx_pipeline_view_class_init (GbxPipelineViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = gbx_pipeline_view_get_property;
  object_class->set_property = gbx_pipeline_view_set_property;
  object_class->dispose = gbx_pipeline_view_dispose;
  widget_class->snapshot = gbx_pipeline_view_snapshot;
  widget_class->size_allocate = gbx_pipeline_view_size_allocate;
  widget_class->measure = gbx_pipeline_view_measure;
  widget_class->grab_focus = gbx_pipeline_view_grab_focus;
  properties[PROP_SELECTED] =
      g_param_spec_int ("selected", NULL, NULL, 0, GBX_N_STAGES - 1, 0, flags);
  properties[PROP_FLOWING] = g_param_spec_boolean ("flowing", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_set_css_name (widget_class, "gbx-pipeline-view");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TAB_LIST);
}

static void
gbx_pipeline_view_init (GbxPipelineView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  for (int i = 0; i < GBX_N_STAGES; i++) {
    const char *name = _ (names[i].english);
    gboolean english = strcmp (name, names[i].english) == 0;
    GtkWidget *node =
        gbx_pipeline_node_new (i + 1, name, english ? names[i].chinese : names[i].english);

    self->nodes[i] = node;
    g_signal_connect_swapped (node, "chosen", G_CALLBACK (chosen_cb), self);
    gtk_widget_set_parent (node, GTK_WIDGET (self));
  }
  gbx_pipeline_node_set_selected (GBX_PIPELINE_NODE (self->nodes[0]), TRUE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Stages of the pipeline"), -1);
}

GtkWidget *
gbx_pipeline_view_new (void)
{
  return g_object_new (GBX_TYPE_PIPELINE_VIEW, NULL);
}

void
gbx_pipeline_view_set_figure (GbxPipelineView *self, GbxStage stage, const char *figure,
                              GbxNodeState state)
{
  g_return_if_fail (GBX_IS_PIPELINE_VIEW (self));
  g_return_if_fail (stage < GBX_N_STAGES);
  gbx_pipeline_node_set_figure (GBX_PIPELINE_NODE (self->nodes[stage]), figure, state);
}

/* Those who have switched animations off see the dots coloured, but at rest. */
void
gbx_pipeline_view_move (GbxPipelineView *self)
{
  gboolean animations;

  g_return_if_fail (GBX_IS_PIPELINE_VIEW (self));

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animations,
                NULL);
  if (!self->flowing || !animations)
    return;
  self->phase = fmod (PHASES_PER_SECOND * (double)g_get_monotonic_time () / G_USEC_PER_SEC, 1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
