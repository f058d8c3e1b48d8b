/* gbx-metric-series.c: one curve, kept whole until it is very long. */
#include "gbx-metric-series.h"

#include <math.h>

struct _GbxMetricSeries {
  GObject parent_instance;
  GArray *points; /* GbxPoint */
  double last;    /* the value appended last, as it came */

  /* The point under way: the sum of the last n_pending of `stride` values. */
  GbxPoint pending;
  guint n_pending;
  guint stride; /* values a point stands for: 1 until the curve is very long */
  guint generation;
};

G_DEFINE_FINAL_TYPE (GbxMetricSeries, gbx_metric_series, G_TYPE_OBJECT)

/* A NaN is a value nobody has; it must not swallow its neighbours. */
static GbxPoint
mean_point (const GbxPoint *points, guint n)
{
  GbxPoint mean = {0, 0};
  guint n_known = 0;

  for (guint i = 0; i < n; i++) {
    mean.x += points[i].x / n;
    if (!isnan (points[i].y)) {
      mean.y += points[i].y;
      n_known++;
    }
  }
  mean.y = n_known > 0 ? mean.y / n_known : NAN;
  return mean;
}

static void
halve (GbxMetricSeries *self)
{
  GbxPoint *points = (GbxPoint *)self->points->data;

  for (guint i = 0; i < self->points->len / 2; i++)
    points[i] = mean_point (points + 2 * i, 2);
  g_array_set_size (self->points, self->points->len / 2);
  self->stride *= 2;
  self->generation++;
}

static void
gbx_metric_series_finalize (GObject *object)
{
  GbxMetricSeries *self = GBX_METRIC_SERIES (object);

  g_array_unref (self->points);
  G_OBJECT_CLASS (gbx_metric_series_parent_class)->finalize (object);
}

static void
gbx_metric_series_class_init (GbxMetricSeriesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gbx_metric_series_finalize;
}

static void
gbx_metric_series_init (GbxMetricSeries *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (GbxPoint));
  self->stride = 1;
  self->last = NAN;
}

GbxMetricSeries *
gbx_metric_series_new (void)
{
  return g_object_new (GBX_TYPE_METRIC_SERIES, NULL);
}

void
gbx_metric_series_append (GbxMetricSeries *self, double x, double y)
{
  GbxPoint point = {x, y};

  g_return_if_fail (GBX_IS_METRIC_SERIES (self));

  self->last = y;
  if (self->stride > 1) {
    self->pending.x += x;
    self->pending.y += y;
    if (++self->n_pending < self->stride)
      return;
    point = (GbxPoint){self->pending.x / self->stride, self->pending.y / self->stride};
    self->pending = (GbxPoint){0, 0};
    self->n_pending = 0;
  }
  g_array_append_val (self->points, point);
  if (self->points->len >= GBX_METRIC_SERIES_LIMIT)
    halve (self);
}

void
gbx_metric_series_clear (GbxMetricSeries *self)
{
  g_return_if_fail (GBX_IS_METRIC_SERIES (self));

  g_array_set_size (self->points, 0);
  self->pending = (GbxPoint){0, 0};
  self->n_pending = 0;
  self->stride = 1;
  self->last = NAN;
  self->generation++;
}

guint
gbx_metric_series_get_generation (GbxMetricSeries *self)
{
  g_return_val_if_fail (GBX_IS_METRIC_SERIES (self), 0);

  return self->generation;
}

guint
gbx_metric_series_get_length (GbxMetricSeries *self)
{
  g_return_val_if_fail (GBX_IS_METRIC_SERIES (self), 0);

  return self->points->len;
}

const GbxPoint *
gbx_metric_series_peek (GbxMetricSeries *self, guint *length)
{
  g_return_val_if_fail (GBX_IS_METRIC_SERIES (self), NULL);

  if (length != NULL)
    *length = self->points->len;
  return (const GbxPoint *)self->points->data;
}

double
gbx_metric_series_get_last (GbxMetricSeries *self)
{
  g_return_val_if_fail (GBX_IS_METRIC_SERIES (self), NAN);

  return self->last;
}

void
gbx_metric_series_truncate (GbxMetricSeries *self, double x)
{
  guint length;

  g_return_if_fail (GBX_IS_METRIC_SERIES (self));

  length = self->points->len;
  while (length > 0 && g_array_index (self->points, GbxPoint, length - 1).x > x)
    length--;
  if (length == self->points->len)
    return;
  g_array_set_size (self->points, length);
  self->generation++;
  self->last = length > 0 ? g_array_index (self->points, GbxPoint, length - 1).y : NAN;
}
