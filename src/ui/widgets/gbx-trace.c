/* gbx-trace.c: one run in a plot. */
#include "gbx-trace.h"

#include <math.h>

#define RAW_ALPHA 0.25
#define OLDER_ALPHA 0.7
#define MARKER 3.5    /* half the size of a marker */
#define MARKER_ROOM 9 /* pixels between two, at least */
#define BEST_MARKER 6.5
#define STEEP_PART 0.2 /* of what a run has done so far */

/* From values to device pixels, in place. */
static void
place (GArray *points, const GbxPlotSpace *space, int scale)
{
  for (guint i = 0; i < points->len; i++) {
    GbxPoint *point = &g_array_index (points, GbxPoint, i);

    point->x = (gbx_plot_space_x (space, point->x) + GBX_PLOT_EDGE) * scale;
    point->y = (gbx_plot_space_y (space, point->y) + GBX_PLOT_EDGE) * scale;
  }
}

/* A shape for each run, so that colour is not all that tells them apart. */
static void
trace_marker (cairo_t *cr, guint shape, double x, double y, double size)
{
  int corners = shape % 4 == 0 ? 0 : shape % 4 == 2 ? 3 : 4;
  double turn = shape % 4 == 1 ? G_PI / 4 : -G_PI / 2;

  cairo_new_sub_path (cr);
  if (corners == 0)
    cairo_arc (cr, x, y, size, 0, 2 * G_PI);
  for (int i = 0; i < corners; i++)
    cairo_line_to (cr, x + 1.2 * size * cos (turn + i * 2 * G_PI / corners),
                   y + 1.2 * size * sin (turn + i * 2 * G_PI / corners));
  cairo_close_path (cr);
}

static void
draw_training (GbxTrace *trace, GbxPixels *pixels, const GbxPlotSpace *space, int scale,
               const GdkRGBA *colour, gboolean current)
{
  g_autoptr (GArray) thinned = g_array_new (FALSE, FALSE, sizeof (GbxPoint));
  const GbxPoint *points = gbx_trace_peek (trace, &trace->n_training);
  int columns = space->width * scale;
  GbxStroke stroke = {.red = colour->red, .green = colour->green, .blue = colour->blue};

  gbx_line_thin (points, NULL, trace->n_training, space->x.minimum, space->x.maximum, columns,
                 thinned);
  place (thinned, space, scale);
  stroke.alpha = RAW_ALPHA * (current ? 1 : OLDER_ALPHA);
  stroke.thickness = scale;
  gbx_stroke_draw (&stroke, (const GbxPoint *)thinned->data, thinned->len, pixels);

  gbx_line_thin (points, (const double *)trace->line.smoothed->data, trace->n_training,
                 space->x.minimum, space->x.maximum, columns, thinned);
  place (thinned, space, scale);
  stroke.alpha = current ? 1 : OLDER_ALPHA;
  stroke.thickness = (current ? 2 : 1.25) * scale;
  stroke.steady = TRUE;
  gbx_stroke_draw (&stroke, (const GbxPoint *)thinned->data, thinned->len, pixels);
}

static void
dash_line (cairo_t *cr, const GbxPlotSpace *space, const GbxPoint *points, guint n)
{
  const double dashes[] = {6, 4};

  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  for (guint i = 0; i < n; i++) {
    double x = gbx_plot_space_x (space, points[i].x), y = gbx_plot_space_y (space, points[i].y);

    if (isnan (y))
      cairo_new_sub_path (cr);
    else
      cairo_line_to (cr, x, y);
  }
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

static void
draw_validation (GbxTrace *trace, cairo_t *cr, const GbxPlotSpace *space, gboolean current)
{
  const GbxPoint *points = gbx_metric_series_peek (trace->validation, &trace->n_validation);
  guint shape = gbx_run_get_colour (trace->run);
  int best = gbx_run_get_best_epoch (trace->run);
  double beside = -INFINITY;

  cairo_set_line_width (cr, current ? 1.75 : 1.25);
  dash_line (cr, space, points, trace->n_validation);
  for (guint i = 0; i < trace->n_validation; i++) {
    double x = gbx_plot_space_x (space, points[i].x), y = gbx_plot_space_y (space, points[i].y);

    if (isnan (y))
      continue;
    if (x - beside >= MARKER_ROOM) {
      trace_marker (cr, shape, x, y, current ? MARKER : MARKER - 1);
      cairo_fill (cr);
      beside = x;
    }
    if (best >= 0 && i == (guint)best) {
      trace_marker (cr, 0, x, y, current ? BEST_MARKER : BEST_MARKER - 1.5);
      cairo_stroke (cr);
    }
  }
}

GbxTrace *
gbx_trace_new (GbxRun *run, GbxPlotMetric metric)
{
  GbxTrace *trace = g_new0 (GbxTrace, 1);

  trace->run = g_object_ref (run);
  trace->metric = metric;
  trace->training = gbx_run_get_series (run, metric == GBX_PLOT_LOSS ? GBX_CURVE_TRAINING_LOSS
                                                                     : GBX_CURVE_TRAINING_ACCURACY);
  trace->validation = gbx_run_get_series (
      run, metric == GBX_PLOT_LOSS ? GBX_CURVE_VALIDATION_LOSS : GBX_CURVE_VALIDATION_ACCURACY);
  gbx_line_init (&trace->line);
  return trace;
}

void
gbx_trace_free (GbxTrace *trace)
{
  gbx_line_clear (&trace->line);
  g_object_unref (trace->run);
  g_free (trace);
}

gboolean
gbx_trace_update (GbxTrace *trace, double smoothing)
{
  guint n;
  const GbxPoint *points = gbx_metric_series_peek (trace->training, &n);
  guint n_validation = gbx_metric_series_get_length (trace->validation);
  gboolean smoother = smoothing != trace->line.smoothing;

  gbx_line_update (&trace->line, points, n, smoothing);
  return smoother || n != trace->n_training || n_validation != trace->n_validation;
}

const GbxPoint *
gbx_trace_peek (GbxTrace *trace, guint *n)
{
  const GbxPoint *points = gbx_metric_series_peek (trace->training, n);

  *n = MIN (*n, trace->line.smoothed->len);
  return points;
}

double
gbx_trace_start (const GbxTrace *trace)
{
  for (guint i = 0; i < trace->line.smoothed->len; i++)
    if (isfinite (g_array_index (trace->line.smoothed, double, i)))
      return g_array_index (trace->line.smoothed, double, i);
  return NAN;
}

double
gbx_trace_least (GbxTrace *trace)
{
  guint n, n_validation;
  const GbxPoint *points = gbx_trace_peek (trace, &n);
  const GbxPoint *validation = gbx_metric_series_peek (trace->validation, &n_validation);
  double end = n > 0 ? points[n - 1].x : 0, least = INFINITY;

  if (n_validation > 0)
    end = MAX (end, validation[n_validation - 1].x);
  for (guint i = n; i-- > 0 && points[i].x >= STEEP_PART * end;)
    least = fmin (least, g_array_index (trace->line.smoothed, double, i));
  for (guint i = n_validation; i-- > 0 && validation[i].x >= STEEP_PART * end;)
    least = fmin (least, validation[i].y);
  return least;
}

void
gbx_trace_widen (GbxTrace *trace, GbxAxis *axis, double unit, double limit)
{
  guint n;
  const GbxPoint *points = gbx_metric_series_peek (trace->validation, &n);

  if (trace->line.least <= trace->line.most) {
    gbx_axis_include (axis, MIN (trace->line.most, limit) * unit);
    gbx_axis_include (axis,
                      (axis->logarithmic ? trace->line.least_positive : trace->line.least) * unit);
  }
  for (guint i = 0; i < n; i++)
    gbx_axis_include (axis, MIN (points[i].y, limit) * unit);
}

void
gbx_trace_draw (GbxTrace *trace, cairo_surface_t *surface, const GbxPlotSpace *space, int scale,
                const GdkRGBA *colour, gboolean current)
{
  GbxPixels pixels = {
      .pixels = (guint32 *)(gpointer)cairo_image_surface_get_data (surface),
      .width = cairo_image_surface_get_width (surface),
      .height = cairo_image_surface_get_height (surface),
      .stride = cairo_image_surface_get_stride (surface) / (int)sizeof (guint32),
  };
  cairo_t *cr;

  cairo_surface_flush (surface);
  draw_training (trace, &pixels, space, scale, colour, current);
  cairo_surface_mark_dirty (surface);

  cr = cairo_create (surface);
  cairo_scale (cr, scale, scale);
  cairo_translate (cr, GBX_PLOT_EDGE, GBX_PLOT_EDGE);
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, current ? 1 : OLDER_ALPHA);
  draw_validation (trace, cr, space, current);
  cairo_destroy (cr);
}
