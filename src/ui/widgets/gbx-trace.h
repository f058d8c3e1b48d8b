/* gbx-trace.h: one run in a plot: its two curves, and how they are drawn. */
#pragma once

#include "gbx-line.h"
#include "gbx-plot-space.h"
#include "gbx-plot.h"
#include "gbx-stroke.h"

#include "ui/session/gbx-run.h"

typedef struct {
  GbxRun *run;
  GbxPlotMetric metric;
  GbxMetricSeries *training, *validation; /* borrowed from run */
  GbxLine line;                           /* of training */
  guint n_training, n_validation;         /* points drawn last time */
} GbxTrace;

GbxTrace *gbx_trace_new (GbxRun *run, GbxPlotMetric metric);
void gbx_trace_free (GbxTrace *trace);
/** gbx_trace_update: Takes in new points. Returns: TRUE when it is to be drawn anew. */
gboolean gbx_trace_update (GbxTrace *trace, double smoothing);
/** gbx_trace_peek: Returns: (transfer none): the training's points that have been taken in: as
 * many as there are smoothed ones. */
const GbxPoint *gbx_trace_peek (GbxTrace *trace, guint *n);
/** gbx_trace_start: Returns: the first value of the smoothed curve, NaN before. */
double gbx_trace_start (const GbxTrace *trace);
/** gbx_trace_least: Returns: the least of the smoothed and the validation curve once the first
 * steep part of the run is over; infinity when there is nothing. */
double gbx_trace_least (GbxTrace *trace);
/** gbx_trace_widen: Widens @axis so that the smoothed and the validation curve are on it, where
 * they are below @limit. */
void gbx_trace_widen (GbxTrace *trace, GbxAxis *axis, double unit, double limit);

/**
 * gbx_trace_draw:
 * @surface: an image of the area and GBX_PLOT_EDGE around it, in @scale device pixels a pixel
 * Draws the raw curve at 25 %, the smoothed one solid, and the validation dashed with markers,
 * whose shape goes with the run; a ring around the best epoch. @current: thicker.
 */
void gbx_trace_draw (GbxTrace *trace, cairo_surface_t *surface, const GbxPlotSpace *space,
                     int scale, const GdkRGBA *colour, gboolean current);
