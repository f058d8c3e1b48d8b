/* gbx-line.c: the maths of one curve in a plot. */
#include "gbx-line.h"

#include <math.h>

/* The points of one pixel column that matter; as indices. */
typedef struct {
  guint first, least, most, last;
} Column;

static double
value_at (const GbxPoint *points, const double *y, guint i)
{
  return y ? y[i] : points[i].y;
}

static void
keep (GArray *thinned, const GbxPoint *points, const double *y, guint i)
{
  GbxPoint point = {points[i].x, value_at (points, y, i)};

  g_array_append_val (thinned, point);
}

static void
flush (GArray *thinned, const GbxPoint *points, const double *y, const Column *column)
{
  guint early = MIN (column->least, column->most), late = MAX (column->least, column->most);

  keep (thinned, points, y, column->first);
  if (early != column->first)
    keep (thinned, points, y, early);
  if (late != early)
    keep (thinned, points, y, late);
  if (column->last != late && column->last != column->first)
    keep (thinned, points, y, column->last);
}

static void
restart (GbxLine *line, double smoothing)
{
  g_array_set_size (line->smoothed, 0);
  line->smoothing = smoothing;
  line->smoother = (GbxSmoother){0};
  line->least = line->least_positive = INFINITY;
  line->most = -INFINITY;
}

void
gbx_line_init (GbxLine *line)
{
  line->smoothed = g_array_new (FALSE, FALSE, sizeof (double));
  restart (line, 0);
}

void
gbx_line_clear (GbxLine *line)
{
  g_clear_pointer (&line->smoothed, g_array_unref);
}

void
gbx_line_update (GbxLine *line, const GbxPoint *points, guint n, double smoothing)
{
  if (n < line->smoothed->len || smoothing != line->smoothing)
    restart (line, smoothing);
  for (guint i = line->smoothed->len; i < n; i++) {
    /* An infinity would stay in the average for ever. */
    double y =
        gbx_smoother_add (&line->smoother, isfinite (points[i].y) ? points[i].y : NAN, smoothing);

    g_array_append_val (line->smoothed, y);
    if (isnan (y))
      continue;
    line->least = MIN (line->least, y);
    line->most = MAX (line->most, y);
    if (y > 0)
      line->least_positive = MIN (line->least_positive, y);
  }
}

void
gbx_line_thin (const GbxPoint *points, const double *y, guint n, double minimum, double maximum,
               int columns, GArray *thinned)
{
  double scale = maximum > minimum ? columns / (maximum - minimum) : 0;
  Column column = {0};
  int current = -1; /* −1: no column is open */

  g_array_set_size (thinned, 0);
  for (guint i = 0; i < n; i++) {
    double value = value_at (points, y, i);
    int here = (int)CLAMP ((points[i].x - minimum) * scale, 0, columns);

    if (!isfinite (value)) {
      if (current >= 0) {
        GbxPoint gap = {points[i].x, NAN};

        flush (thinned, points, y, &column);
        g_array_append_val (thinned, gap);
      }
      current = -1;
      continue;
    }
    if (here != current) {
      if (current >= 0)
        flush (thinned, points, y, &column);
      column = (Column){i, i, i, i};
      current = here;
      continue;
    }
    if (value < value_at (points, y, column.least))
      column.least = i;
    if (value > value_at (points, y, column.most))
      column.most = i;
    column.last = i;
  }
  if (current >= 0)
    flush (thinned, points, y, &column);
}

guint
gbx_line_nearest (const GbxPoint *points, guint n, double x)
{
  guint low = 0, high = n - 1;

  while (high - low > 1) {
    guint middle = low + (high - low) / 2;

    if (points[middle].x < x)
      low = middle;
    else
      high = middle;
  }
  return fabs (points[low].x - x) <= fabs (points[high].x - x) ? low : high;
}
