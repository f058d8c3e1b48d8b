/* gbx-plot.c: curves of every run. */
#include "gbx-plot.h"

#include "gbx-readout.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define RISE_LIMIT 2     /* times the start of a loss: beyond, it has exploded */
#define START_LIMIT 1000 /* times the least start: the same */
#define GBX_PLOT_EDGE 9  /* markers at the ends of the area stand out so far */
#define DEFAULT_SMOOTHING 0.9
#define EMPTY_TEXT N_ ("Press Train: the curve appears here.")
#define KEY_STEPS 100 /* Left and Right go this fraction of the x axis */

struct _GbxPlot {
  GbxDrawn parent_instance;

  GbxPlotMetric metric;
  GListModel *runs;
  gboolean logarithmic;
  double smoothing;
  int epochs;
  char *title;

  GPtrArray *traces; /* GbxTrace, as in runs */
  gboolean stale;    /* the series may have new points */
  gboolean empty;    /* nothing to draw */
  double least;      /* percent: where the axis of the accuracy begins */
  GbxPlotSpace space;
  GskRenderNode *grid;            /* made for space, as are … */
  GskRenderNode *current, *older; /* … the newest run and all the others */

  gboolean reading;    /* the readout is shown … */
  double reading_x;    /* … at so many epochs … */
  guint reading_trace; /* … for this trace */
};

G_DEFINE_FINAL_TYPE (GbxPlot, gbx_plot, GBX_TYPE_DRAWN)

enum {
  PROP_0,
  PROP_METRIC,
  PROP_RUNS,
  PROP_LOGARITHMIC,
  PROP_SMOOTHING,
  PROP_EPOCHS,
  PROP_TITLE,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

static GbxTrace *
trace_at (GbxPlot *self, guint index)
{
  return g_ptr_array_index (self->traces, index);
}

static gboolean
is_drawn (GbxTrace *trace)
{
  return gbx_run_get_visible (trace->run) && (gbx_metric_series_get_length (trace->training) > 0 ||
                                              gbx_metric_series_get_length (trace->validation) > 0);
}

static void
forget_drawings (GbxPlot *self)
{
  g_clear_pointer (&self->grid, gsk_render_node_unref);
  g_clear_pointer (&self->current, gsk_render_node_unref);
  g_clear_pointer (&self->older, gsk_render_node_unref);
}

static void
describe (GbxPlot *self)
{
  g_autofree char *text = NULL;

  if (self->traces->len > 0)
    text = gbx_readout_describe (trace_at (self, 0));
  gbx_drawn_describe_live (GBX_DRAWN (self), text ? text : _ (EMPTY_TEXT));
}

static double
longest (GbxPlot *self)
{
  double most = 0;

  for (guint i = 0; i < self->traces->len; i++) {
    GbxMetricSeries *both[] = {trace_at (self, i)->training, trace_at (self, i)->validation};

    for (guint k = 0; k < 2 && is_drawn (trace_at (self, i)); k++) {
      guint n;
      const GbxPoint *points = gbx_metric_series_peek (both[k], &n);

      if (n > 0)
        most = MAX (most, points[n - 1].x);
    }
  }
  return most;
}

/* Where a run that is drawn begins, else NaN. */
static double
start_of (GbxPlot *self, guint index)
{
  return is_drawn (trace_at (self, index)) ? gbx_trace_start (trace_at (self, index)) : NAN;
}

/* A loss that explodes leaves a linear plot, and does not press the other runs flat: neither by its
 * rise nor, taken up again when it had exploded, by its start. */
static double
find_limit (GbxPlot *self)
{
  double least = INFINITY, most = 0;

  if (self->metric != GBX_PLOT_LOSS || self->logarithmic)
    return INFINITY;
  for (guint i = 0; i < self->traces->len; i++)
    if (start_of (self, i) > 0)
      least = MIN (least, start_of (self, i));
  for (guint i = 0; i < self->traces->len; i++)
    if (start_of (self, i) <= least * START_LIMIT)
      most = MAX (most, start_of (self, i));
  return most > 0 ? RISE_LIMIT * most : INFINITY;
}

/* An accuracy of 98 % and one of 99 % are one line on an axis that begins at 0: it begins higher up
 * as soon as no curve is below any more. Where a run began it leaves the plot then. */
static double
find_least (GbxPlot *self)
{
  double least = INFINITY;

  for (guint i = 0; i < self->traces->len; i++)
    if (is_drawn (trace_at (self, i)))
      least = MIN (least, gbx_trace_least (trace_at (self, i)));
  return isinf (least) ? 0 : gbx_axis_zoom (self->least, 100 * least);
}

static void
find_axes (GbxPlot *self, GbxPlotSpace *space)
{
  double most = longest (self), limit = find_limit (self);

  space->unit = self->metric == GBX_PLOT_ACCURACY ? 100 : 1;
  space->x = (GbxAxis){0, MAX (self->epochs, 1), FALSE};
  gbx_axis_include (&space->x, most);
  space->y = (GbxAxis){0, 0, self->logarithmic};
  if (self->metric == GBX_PLOT_ACCURACY) {
    self->least = find_least (self);
    space->y = (GbxAxis){self->least, 100, FALSE};
    return;
  }
  for (guint i = 0; i < self->traces->len; i++)
    if (is_drawn (trace_at (self, i)))
      gbx_trace_widen (trace_at (self, i), &space->y, space->unit, limit);
  if (space->y.maximum <= space->y.minimum)
    gbx_axis_include (&space->y, 1);
}

/* Takes in what is new. What has not changed keeps its nodes. */
static void
refresh (GbxPlot *self, int width, int height)
{
  GbxPlotSpace space = {0};

  self->empty = TRUE;
  for (guint i = 0; i < self->traces->len; i++) {
    if (gbx_trace_update (trace_at (self, i), self->smoothing))
      g_clear_pointer (i == 0 ? &self->current : &self->older, gsk_render_node_unref);
    self->empty &= !is_drawn (trace_at (self, i));
  }
  find_axes (self, &space);
  gbx_plot_space_fit (&space, GBX_DRAWN (self), width, height);
  if (!gbx_plot_space_equal (&space, &self->space)) {
    self->space = space;
    forget_drawings (self);
  }
  self->stale = FALSE;
  if (!self->reading)
    describe (self);
}

/* The traces from @first on, up to but without @end, the first of them on top. */
static GskRenderNode *
draw_traces (GbxPlot *self, guint first, guint end)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  guint32 *pixels;
  cairo_surface_t *surface =
      gbx_drawn_begin_image ((self->space.width + 2 * GBX_PLOT_EDGE) * scale,
                             (self->space.height + 2 * GBX_PLOT_EDGE) * scale, &pixels);

  for (guint i = end; i-- > first;) {
    GbxTrace *trace = trace_at (self, i);
    GdkRGBA colour = gbx_palette_get_run (GTK_WIDGET (self), gbx_run_get_colour (trace->run));

    if (is_drawn (trace))
      gbx_trace_draw (trace, surface, &self->space, scale, &colour, i == 0);
  }
  return gbx_drawn_end_image (surface, -GBX_PLOT_EDGE, -GBX_PLOT_EDGE, scale);
}

/* The older runs stay as they are while the current one grows. */
static void
paint_traces (GbxPlot *self, GtkSnapshot *snapshot)
{
  if (!self->older && self->traces->len > 1)
    self->older = draw_traces (self, 1, self->traces->len);
  if (!self->current)
    self->current = draw_traces (self, 0, 1);
  if (self->older)
    gtk_snapshot_append_node (snapshot, self->older);
  gtk_snapshot_append_node (snapshot, self->current);
}

static void
gbx_plot_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxPlot *self = GBX_PLOT (drawn);

  if (self->stale)
    refresh (self, width, height);
  if (self->empty) {
    GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);

    gbx_drawn_text (drawn, snapshot, _ (EMPTY_TEXT), GBX_TEXT_NORMAL, &dim, width / 2.0,
                    height / 2.0, 0.5, width);
    return;
  }
  if (!self->grid)
    self->grid = gbx_plot_space_grid (
        &self->space, drawn, self->metric == GBX_PLOT_ACCURACY ? _ ("accuracy in %") : _ ("loss"));
  gtk_snapshot_append_node (snapshot, self->grid);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (self->space.left, self->space.top));
  paint_traces (self, snapshot);
  if (is_drawn (trace_at (self, 0))) {
    gbx_readout_paint_marks (trace_at (self, 0), drawn, snapshot, &self->space);
    gbx_readout_paint_best (trace_at (self, 0), drawn, snapshot, &self->space);
  }
  if (self->reading && is_drawn (trace_at (self, self->reading_trace)))
    gbx_readout_paint (trace_at (self, self->reading_trace), drawn, snapshot, &self->space,
                       self->reading_x);
  gtk_snapshot_restore (snapshot);
}

static void
gbx_plot_restyle (GbxDrawn *drawn)
{
  GbxPlot *self = GBX_PLOT (drawn);

  forget_drawings (self);
  self->stale = TRUE;
}

static void
gbx_plot_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gbx_plot_queue_refresh (GBX_PLOT (widget));
}

static void
gbx_plot_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : 90;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 360 : 150;
}

/* The run whose curve is nearest to the pointer's height. */
static guint
trace_near (GbxPlot *self, double epochs, double y)
{
  double least = INFINITY;
  guint nearest = 0;

  for (guint i = 0; i < self->traces->len; i++) {
    GbxTrace *trace = trace_at (self, i);
    const GbxPoint *points;
    double distance;
    guint n;

    points = gbx_trace_peek (trace, &n);
    if (!is_drawn (trace) || n == 0)
      continue;
    n = gbx_line_nearest (points, n, epochs);
    distance =
        fabs (gbx_plot_space_y (&self->space, g_array_index (trace->line.smoothed, double, n)) - y);
    /* Where a run has ended it is not meant. */
    distance += fabs (gbx_plot_space_x (&self->space, points[n].x) -
                      gbx_plot_space_x (&self->space, epochs));
    if (distance < least) {
      least = distance;
      nearest = i;
    }
  }
  return nearest;
}

static void
motion_cb (GbxPlot *self, double x, double y, GtkEventControllerMotion *controller)
{
  double unit = (x - self->space.left) / MAX (self->space.width, 1);

  if (self->empty || self->stale)
    return;
  self->reading = TRUE;
  self->reading_x = gbx_axis_from_unit (&self->space.x, CLAMP (unit, 0, 1));
  self->reading_trace = trace_near (self, self->reading_x, y - self->space.top);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
stop_reading (GbxPlot *self)
{
  self->reading = FALSE;
  self->reading_trace = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The next trace that is drawn, upwards or downwards; the same one when there is none. */
static void
change_trace (GbxPlot *self, int step)
{
  for (int i = (int)self->reading_trace + step; i >= 0 && i < (int)self->traces->len; i += step) {
    if (is_drawn (trace_at (self, i))) {
      self->reading_trace = i;
      return;
    }
  }
}

static void
tell_reading (GbxPlot *self)
{
  g_auto (GStrv) lines = gbx_readout_lines (trace_at (self, self->reading_trace), self->reading_x);
  g_autofree char *text = g_strjoinv (", ", lines);

  gbx_drawn_describe (GBX_DRAWN (self), text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
key_pressed_cb (GbxPlot *self, guint key, guint code, GdkModifierType state,
                GtkEventControllerKey *controller)
{
  double end = longest (self);
  double step = state & GDK_CONTROL_MASK ? 1 : self->space.x.maximum / KEY_STEPS;
  double x = self->reading ? self->reading_x : end;

  if (self->empty || (state & GDK_ALT_MASK))
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Escape && self->reading) {
    stop_reading (self);
    return GDK_EVENT_STOP;
  }
  if (key == GDK_KEY_Left || key == GDK_KEY_KP_Left)
    x -= step;
  else if (key == GDK_KEY_Right || key == GDK_KEY_KP_Right)
    x += step;
  else if (key == GDK_KEY_Home || key == GDK_KEY_KP_Home)
    x = 0;
  else if (key == GDK_KEY_End || key == GDK_KEY_KP_End)
    x = end;
  else if (key == GDK_KEY_Up || key == GDK_KEY_KP_Up)
    change_trace (self, -1);
  else if (key == GDK_KEY_Down || key == GDK_KEY_KP_Down)
    change_trace (self, 1);
  else
    return GDK_EVENT_PROPAGATE;
  if (!is_drawn (trace_at (self, self->reading_trace)))
    change_trace (self, 1);
  self->reading = TRUE;
  /* To whole epochs, when it goes by epochs. */
  self->reading_x = CLAMP (state & GDK_CONTROL_MASK ? round (x) : x, 0, end);
  tell_reading (self);
  return GDK_EVENT_STOP;
}

static void
pressed_cb (GbxPlot *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* A run is shown or hidden, has a new best epoch or a new mark. */
static void
run_changed_cb (GbxPlot *self)
{
  forget_drawings (self);
  gbx_plot_queue_refresh (self);
}

static void
forget_traces (GbxPlot *self)
{
  for (guint i = 0; i < self->traces->len; i++)
    g_signal_handlers_disconnect_by_func (trace_at (self, i)->run, run_changed_cb, self);
  g_ptr_array_set_size (self->traces, 0);
  self->reading = FALSE;
  self->reading_trace = 0;
}

static void
make_traces (GbxPlot *self)
{
  guint n = self->runs ? g_list_model_get_n_items (self->runs) : 0;

  forget_traces (self);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GbxRun) run = g_list_model_get_item (self->runs, i);

    g_signal_connect_swapped (run, "notify::visible", G_CALLBACK (run_changed_cb), self);
    g_signal_connect_swapped (run, "notify::best-epoch", G_CALLBACK (run_changed_cb), self);
    g_signal_connect_swapped (run, "marks-changed", G_CALLBACK (run_changed_cb), self);
    g_ptr_array_add (self->traces, gbx_trace_new (run, self->metric));
  }
  run_changed_cb (self);
}

static void
set_title (GbxPlot *self, const char *title)
{
  g_free (self->title);
  self->title = g_strdup (title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title ? title : _ ("Curves of the training"), -1);
}

static void
gbx_plot_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxPlot *self = GBX_PLOT (object);

  if (id == PROP_METRIC)
    g_value_set_int (value, self->metric);
  else if (id == PROP_RUNS)
    g_value_set_object (value, self->runs);
  else if (id == PROP_LOGARITHMIC)
    g_value_set_boolean (value, self->logarithmic);
  else if (id == PROP_SMOOTHING)
    g_value_set_double (value, self->smoothing);
  else if (id == PROP_EPOCHS)
    g_value_set_int (value, self->epochs);
  else if (id == PROP_TITLE)
    g_value_set_string (value, self->title);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_plot_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GbxPlot *self = GBX_PLOT (object);

  if (id == PROP_METRIC) {
    self->metric = g_value_get_int (value);
    make_traces (self);
  } else if (id == PROP_RUNS) {
    gbx_plot_set_runs (self, g_value_get_object (value));
  } else if (id == PROP_LOGARITHMIC) {
    self->logarithmic = g_value_get_boolean (value);
  } else if (id == PROP_SMOOTHING) {
    self->smoothing = g_value_get_double (value);
  } else if (id == PROP_EPOCHS) {
    self->epochs = g_value_get_int (value);
  } else if (id == PROP_TITLE) {
    set_title (self, g_value_get_string (value));
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  gbx_plot_queue_refresh (self);
}

static void
gbx_plot_dispose (GObject *object)
{
  gbx_plot_set_runs (GBX_PLOT (object), NULL);
  G_OBJECT_CLASS (gbx_plot_parent_class)->dispose (object);
}

static void
gbx_plot_finalize (GObject *object)
{
  GbxPlot *self = GBX_PLOT (object);

  g_ptr_array_unref (self->traces);
  forget_drawings (self);
  g_free (self->title);
  G_OBJECT_CLASS (gbx_plot_parent_class)->finalize (object);
}

static void
gbx_plot_class_init (GbxPlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = gbx_plot_get_property;
  object_class->set_property = gbx_plot_set_property;
  object_class->dispose = gbx_plot_dispose;
  object_class->finalize = gbx_plot_finalize;
  widget_class->measure = gbx_plot_measure;
  widget_class->size_allocate = gbx_plot_size_allocate;
  GBX_DRAWN_CLASS (klass)->paint = gbx_plot_paint;
  GBX_DRAWN_CLASS (klass)->restyle = gbx_plot_restyle;
  properties[PROP_METRIC] = g_param_spec_int ("metric", NULL, NULL, GBX_PLOT_LOSS,
                                              GBX_PLOT_ACCURACY, GBX_PLOT_LOSS, flags);
  properties[PROP_RUNS] = g_param_spec_object ("runs", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_LOGARITHMIC] = g_param_spec_boolean ("logarithmic", NULL, NULL, FALSE, flags);
  properties[PROP_SMOOTHING] =
      g_param_spec_double ("smoothing", NULL, NULL, 0, 0.99, DEFAULT_SMOOTHING, flags);
  properties[PROP_EPOCHS] = g_param_spec_int ("epochs", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_set_css_name (widget_class, "gbx-plot");
}

static void
gbx_plot_init (GbxPlot *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->smoothing = DEFAULT_SMOOTHING;
  self->traces = g_ptr_array_new_with_free_func ((GDestroyNotify)gbx_trace_free);
  self->stale = self->empty = TRUE;
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (stop_reading), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  set_title (self, NULL);
  describe (self);
}

GtkWidget *
gbx_plot_new (void)
{
  return g_object_new (GBX_TYPE_PLOT, NULL);
}

void
gbx_plot_set_runs (GbxPlot *self, GListModel *runs)
{
  g_return_if_fail (GBX_IS_PLOT (self));
  g_return_if_fail (runs == NULL || G_IS_LIST_MODEL (runs));

  if (self->runs == runs)
    return;
  if (self->runs)
    g_signal_handlers_disconnect_by_func (self->runs, make_traces, self);
  g_set_object (&self->runs, runs);
  if (runs)
    g_signal_connect_swapped (runs, "items-changed", G_CALLBACK (make_traces), self);
  make_traces (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNS]);
}

void
gbx_plot_queue_refresh (GbxPlot *self)
{
  g_return_if_fail (GBX_IS_PLOT (self));

  self->stale = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
