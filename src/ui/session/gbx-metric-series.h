/* gbx-metric-series.h: one curve: points in order of x, growing at the end. */
#pragma once

#include <glib-object.h>

typedef struct {
  double x; /* epochs, fractional: 1.5 is the middle of the second */
  double y;
} GbxPoint;

/* A longer curve is thinned: neighbours become their mean, so that a run of days stays in memory.
 * Far above what the presets make (1 875 batches × 5 epochs). */
#define GBX_METRIC_SERIES_LIMIT 65536

#define GBX_TYPE_METRIC_SERIES (gbx_metric_series_get_type ())
G_DECLARE_FINAL_TYPE (GbxMetricSeries, gbx_metric_series, GBX, METRIC_SERIES, GObject)

GbxMetricSeries *gbx_metric_series_new (void);
void gbx_metric_series_append (GbxMetricSeries *self, double x, double y);
void gbx_metric_series_clear (GbxMetricSeries *self);
guint gbx_metric_series_get_length (GbxMetricSeries *self);
/** gbx_metric_series_peek: Returns: (transfer none): all points, valid until the next append. */
const GbxPoint *gbx_metric_series_peek (GbxMetricSeries *self, guint *length);
/** gbx_metric_series_get_generation: Returns: another number whenever earlier points are others, or
 * gone; while it stays, the curve has only grown. */
guint gbx_metric_series_get_generation (GbxMetricSeries *self);
/** gbx_metric_series_get_last: Returns: the value appended last; NaN when empty. */
double gbx_metric_series_get_last (GbxMetricSeries *self);
/** gbx_metric_series_truncate: Takes away what lies beyond @x. */
void gbx_metric_series_truncate (GbxMetricSeries *self, double x);
