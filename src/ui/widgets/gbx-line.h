/* gbx-line.h: the maths of one curve in a plot: smoothed as it grows, thinned to what the pixels
 * can show. Without GTK: pure, tested. */
#pragma once

#include "gbx-axis.h"

#include "ui/session/gbx-metric-series.h"

typedef struct {
  GArray *smoothed; /* double: one a point */
  double smoothing;
  GbxSmoother smoother;
  double least, most; /* smoothed values that are finite; least > most: none yet */
  double least_positive;
} GbxLine;

void gbx_line_init (GbxLine *line);
void gbx_line_clear (GbxLine *line);
/** gbx_line_update: Smooths what is new of @points; begins again when it must. */
void gbx_line_update (GbxLine *line, const GbxPoint *points, guint n, double smoothing);

/**
 * gbx_line_thin:
 * @y: (nullable): values to take instead of those in @points
 * @thinned: GbxPoint: emptied and filled
 * Keeps of each of @columns between @minimum and @maximum the first, the least, the largest and the
 * last point, in their order: drawn as a polyline, it covers the same pixels as all of them. What
 * is not finite breaks the line and is kept as one NaN.
 */
void gbx_line_thin (const GbxPoint *points, const double *y, guint n, double minimum,
                    double maximum, int columns, GArray *thinned);

/** gbx_line_nearest: Returns: the index of the point nearest in x; @n > 0, x ascending. */
guint gbx_line_nearest (const GbxPoint *points, guint n, double x);
