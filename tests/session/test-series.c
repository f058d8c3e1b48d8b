/* test-series.c: one curve: order, thinning of very long ones, NaN. */
#include "ui/session/gbx-metric-series.h"

#include <math.h>

static void
test_grows (void)
{
  g_autoptr (GbxMetricSeries) series = gbx_metric_series_new ();
  const GbxPoint *points;
  guint length;

  g_assert_cmpuint (gbx_metric_series_get_length (series), ==, 0);
  g_assert_true (isnan (gbx_metric_series_get_last (series)));

  for (int i = 0; i < 10000; i++)
    gbx_metric_series_append (series, i / 100.0, 2.0 * i);

  points = gbx_metric_series_peek (series, &length);
  g_assert_cmpuint (length, ==, 10000);
  for (int i = 0; i < 10000; i++) {
    g_assert_cmpfloat (points[i].x, ==, i / 100.0);
    g_assert_cmpfloat (points[i].y, ==, 2.0 * i);
  }
  g_assert_cmpfloat (gbx_metric_series_get_last (series), ==, 19998);

  gbx_metric_series_clear (series);
  g_assert_cmpuint (gbx_metric_series_get_length (series), ==, 0);
  g_assert_true (isnan (gbx_metric_series_get_last (series)));
}

/* A line stays the line it was, at any length, and memory stays bounded. */
static void
test_very_long (void)
{
  g_autoptr (GbxMetricSeries) series = gbx_metric_series_new ();
  const GbxPoint *points;
  guint length, n = 5 * GBX_METRIC_SERIES_LIMIT + 3;

  for (guint i = 0; i < n; i++)
    gbx_metric_series_append (series, i, 3.0 * i);

  points = gbx_metric_series_peek (series, &length);
  g_assert_cmpuint (length, <, GBX_METRIC_SERIES_LIMIT);
  g_assert_cmpuint (length, >, GBX_METRIC_SERIES_LIMIT / 4);
  for (guint i = 0; i < length; i++) {
    g_assert_cmpfloat_with_epsilon (points[i].y, 3.0 * points[i].x, 1e-6);
    if (i > 0)
      g_assert_cmpfloat (points[i].x, >, points[i - 1].x);
  }
  g_assert_cmpfloat (points[length - 1].x, >, n - 16);
  g_assert_cmpfloat (gbx_metric_series_get_last (series), ==, 3.0 * (n - 1));
}

/* Whoever keeps a curve somewhere else needs to know whether it has only grown. */
static void
test_generation (void)
{
  g_autoptr (GbxMetricSeries) series = gbx_metric_series_new ();
  guint first = gbx_metric_series_get_generation (series), second;

  for (int i = 0; i < GBX_METRIC_SERIES_LIMIT - 1; i++)
    gbx_metric_series_append (series, i, 1);
  g_assert_cmpuint (gbx_metric_series_get_generation (series), ==, first);
  gbx_metric_series_append (series, GBX_METRIC_SERIES_LIMIT, 1);
  second = gbx_metric_series_get_generation (series);
  g_assert_cmpuint (second, !=, first);
  gbx_metric_series_truncate (series, GBX_METRIC_SERIES_LIMIT);
  g_assert_cmpuint (gbx_metric_series_get_generation (series), ==, second);
  gbx_metric_series_truncate (series, 5);
  g_assert_cmpuint (gbx_metric_series_get_generation (series), !=, second);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/grows", test_grows);
  g_test_add_func ("/series/very-long", test_very_long);
  g_test_add_func ("/series/generation", test_generation);
  return g_test_run ();
}
