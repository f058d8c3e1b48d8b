/* gbx-readout.c: what a plot says in words. */
#include "gbx-readout.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define GAP 6
#define PAPER_ALPHA 0.9f /* behind a label */
#define MOST_ROWS 2      /* of marks' labels */
#define TREND_SHARE 0.1  /* of a curve, before its end: against this its end falls or rises … */
#define TREND_LIMIT 0.03 /* … if it differs by more than this share */

/* The value as it is shown, with its unit. */
static char *
format_value (const GbxTrace *trace, double value)
{
  g_autofree char *number = NULL;

  if (!isfinite (value))
    return g_strdup ("—");
  if (trace->metric == GBX_PLOT_LOSS)
    return gbx_axis_format (value, MAX (value < 0.1 ? 0.0001 : 0.001, value / 1000));
  number = gbx_axis_format (100 * value, 0.1);
  return g_strdup_printf (_ ("%s %%"), number);
}

/* −1 falling, 1 rising, 0 neither: now against a tenth of the training earlier. */
static int
trend (const GbxLine *line)
{
  guint n = line->smoothed->len, back = MAX (1, (guint)(n * TREND_SHARE));
  double now, before;

  if (n < 2)
    return 0;
  now = g_array_index (line->smoothed, double, n - 1);
  before = g_array_index (line->smoothed, double, n - 1 - back);
  if (!(fabs (now - before) > TREND_LIMIT * fabs (before)))
    return 0;
  return now < before ? -1 : 1;
}

static void
paint_dot (GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y)
{
  if (!isnan (y))
    gbx_drawn_rectangle (snapshot, colour, x - 4, y - 4, 8, 8, 4);
}

static char *
sentence (const GbxTrace *trace, int direction, const char *value, int epoch)
{
  if (trace->metric == GBX_PLOT_LOSS)
    return g_strdup_printf (direction < 0   ? _ ("Loss %s, falling, epoch %d")
                            : direction > 0 ? _ ("Loss %s, rising, epoch %d")
                                            : _ ("Loss %s, steady, epoch %d"),
                            value, epoch);
  return g_strdup_printf (direction < 0   ? _ ("Accuracy %s, falling, epoch %d")
                          : direction > 0 ? _ ("Accuracy %s, rising, epoch %d")
                                          : _ ("Accuracy %s, steady, epoch %d"),
                          value, epoch);
}

char *
gbx_readout_describe (GbxTrace *trace)
{
  guint n;
  const GbxPoint *points = gbx_trace_peek (trace, &n);
  g_autofree char *value = NULL;

  if (n == 0)
    return NULL;
  value = format_value (trace, g_array_index (trace->line.smoothed, double, n - 1));
  return sentence (trace, trend (&trace->line), value, (int)ceil (points[n - 1].x));
}

/* Readable over the curves too. Returns: its width. */
static int
paint_label (GbxDrawn *drawn, GtkSnapshot *snapshot, const char *text, const GdkRGBA *colour,
             double x, double y)
{
  GdkRGBA paper = gbx_palette_get (GTK_WIDGET (drawn), GBX_COLOUR_CARD);
  int width, height;

  gbx_drawn_measure (drawn, text, GBX_TEXT_SMALL, &width, &height);
  paper.alpha = PAPER_ALPHA;
  gbx_drawn_rectangle (snapshot, &paper, x - 1, y - height / 2.0, width + 2, height, 3);
  return gbx_drawn_text (drawn, snapshot, text, GBX_TEXT_SMALL, colour, x, y, 0, 0);
}

/* Where the curves seldom are: above a loss, below an accuracy. */
static double
mark_y (const GbxTrace *trace, const GbxPlotSpace *space, int line, int row)
{
  double y = (row + 0.5) * line;

  return trace->metric == GBX_PLOT_LOSS ? y : space->height - y;
}

void
gbx_readout_paint_marks (GbxTrace *trace, GbxDrawn *drawn, GtkSnapshot *snapshot,
                         const GbxPlotSpace *space)
{
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (drawn), GBX_COLOUR_DIM);
  GPtrArray *marks = gbx_run_get_marks (trace->run);
  double next[MOST_ROWS] = {space->width, space->width}; /* where each row's last label begins */
  int line;

  gbx_drawn_measure (drawn, "0", GBX_TEXT_SMALL, NULL, &line);
  for (guint i = marks->len; i-- > 0;) {
    const GbxDialMark *mark = g_ptr_array_index (marks, i);
    g_autofree char *label = gbx_dial_mark_describe (mark);
    double x = round (gbx_plot_space_x (space, mark->x));
    int width, row = 0;

    for (int dash = 0; dash < space->height; dash += 6)
      gbx_drawn_rectangle (snapshot, &dim, x, dash, 1, MIN (3, space->height - dash), 0);
    gbx_drawn_measure (drawn, label, GBX_TEXT_SMALL, &width, NULL);
    while (row < MOST_ROWS && x + GAP + width > next[row])
      row++;
    if (row == MOST_ROWS)
      continue;
    paint_label (drawn, snapshot, label, &dim, x + GAP / 2, mark_y (trace, space, line, row));
    next[row] = x;
  }
}

void
gbx_readout_paint_best (GbxTrace *trace, GbxDrawn *drawn, GtkSnapshot *snapshot,
                        const GbxPlotSpace *space)
{
  GdkRGBA colour = gbx_palette_get_run (GTK_WIDGET (drawn), gbx_run_get_colour (trace->run));
  int best = gbx_run_get_best_epoch (trace->run), width, height;
  g_autofree char *text = NULL;
  const GbxPoint *points;
  double x, y;
  guint n;

  points = gbx_metric_series_peek (trace->validation, &n);
  if (best < 0 || (guint)best >= n)
    return;
  x = gbx_plot_space_x (space, points[best].x);
  y = gbx_plot_space_y (space, points[best].y);
  if (!(y >= 0 && y <= space->height))
    return;
  text = g_strdup_printf (_ ("best: epoch %d"), best + 1);
  gbx_drawn_measure (drawn, text, GBX_TEXT_SMALL, &width, &height);
  x = CLAMP (x, width / 2.0, MAX (width / 2.0, space->width - width / 2.0));
  /* On the side of the curve where it has left room. */
  y += trace->metric == GBX_PLOT_LOSS ? -height : height;
  y = CLAMP (y, height / 2.0, MAX (height / 2.0, space->height - height / 2.0));
  paint_label (drawn, snapshot, text, &colour, x - width / 2.0, y);
}

/* What has left the plot has no dot. */
static void
paint_reading (GtkSnapshot *snapshot, const GdkRGBA *colour, const GbxPlotSpace *space,
               double epochs, double value)
{
  double y = gbx_plot_space_y (space, value);

  if (y >= 0 && y <= space->height)
    paint_dot (snapshot, colour, gbx_plot_space_x (space, epochs), y);
}

GStrv
gbx_readout_lines (GbxTrace *trace, double epochs)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  guint n, n_validation;
  const GbxPoint *points = gbx_trace_peek (trace, &n);
  const GbxPoint *validation = gbx_metric_series_peek (trace->validation, &n_validation);
  g_autofree char *title = g_strdup_printf (_ ("Run %u: %s"), gbx_run_get_number (trace->run),
                                            gbx_run_get_detail (trace->run));
  g_autofree char *epoch = g_strdup_printf (_ ("epoch %.2f"), epochs);
  GStrv lines;

  g_strv_builder_add_many (builder, title, epoch, NULL);
  if (n > 0) {
    guint i = gbx_line_nearest (points, n, epochs);
    g_autofree char *raw = format_value (trace, points[i].y);
    g_autofree char *smoothed =
        format_value (trace, g_array_index (trace->line.smoothed, double, i));
    g_autofree char *text = g_strdup_printf (_ ("training %s (raw %s)"), smoothed, raw);

    g_strv_builder_add (builder, text);
  }
  if (n_validation > 0) {
    guint i = gbx_line_nearest (validation, n_validation, epochs);
    g_autofree char *value = format_value (trace, validation[i].y);
    g_autofree char *text =
        g_strdup_printf (_ ("validation %s (epoch %d)"), value, (int)lround (validation[i].x));

    g_strv_builder_add (builder, text);
  }
  lines = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return lines;
}

void
gbx_readout_paint (GbxTrace *trace, GbxDrawn *drawn, GtkSnapshot *snapshot,
                   const GbxPlotSpace *space, double epochs)
{
  GdkRGBA colour = gbx_palette_get_run (GTK_WIDGET (drawn), gbx_run_get_colour (trace->run));
  GdkRGBA line = gbx_palette_get (GTK_WIDGET (drawn), GBX_COLOUR_DIM);
  g_auto (GStrv) lines = gbx_readout_lines (trace, epochs);
  double x = gbx_plot_space_x (space, epochs);
  const GbxPoint *points;
  guint n;

  gbx_drawn_rectangle (snapshot, &line, round (x), 0, 1, space->height, 0);
  points = gbx_trace_peek (trace, &n);
  if (n > 0) {
    guint i = gbx_line_nearest (points, n, epochs);

    paint_reading (snapshot, &colour, space, points[i].x,
                   g_array_index (trace->line.smoothed, double, i));
  }
  points = gbx_metric_series_peek (trace->validation, &n);
  if (n > 0) {
    guint i = gbx_line_nearest (points, n, epochs);

    paint_reading (snapshot, &colour, space, points[i].x, points[i].y);
  }
  gbx_drawn_panel (drawn, snapshot, (const char *const *)lines, x, space->height / 2.0,
                   space->width, space->height);
}
