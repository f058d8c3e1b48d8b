/* gbx-plot.h: curves of every run: the raw curve at 25 % behind its debiased average, validation
 * never smoothed, log axis, hover readout, best epoch and turned dials marked.
 *
 * Properties: "metric" (GbxPlotMetric, int), "runs" (GListModel of GbxRun, the current one first),
 * "logarithmic" (boolean, y), "smoothing" (double 0…0.99), "epochs" (int: how far the training is
 * to go, 0 unknown; the axis reaches at least so far), "title" (string, for accessibility).
 *
 * Keyboard: Left and Right move the readout, with Ctrl from epoch to epoch, Home and End to the
 * ends; Up and Down change the run; Escape takes it away. */
#pragma once

#include "gbx-drawn.h"

typedef enum { GBX_PLOT_LOSS, GBX_PLOT_ACCURACY } GbxPlotMetric;

#define GBX_TYPE_PLOT (gbx_plot_get_type ())
G_DECLARE_FINAL_TYPE (GbxPlot, gbx_plot, GBX, PLOT, GbxDrawn)

GtkWidget *gbx_plot_new (void);
void gbx_plot_set_runs (GbxPlot *self, GListModel *runs);
/** gbx_plot_queue_refresh: Redraws at the next frame; called once a poll, not once a point. */
void gbx_plot_queue_refresh (GbxPlot *self);
