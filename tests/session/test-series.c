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

static void
test_thin (void)
{
  g_autoptr (GbxMetricSeries) series = gbx_metric_series_new ();
  g_autoptr (GArray) whole = NULL;
  g_autoptr (GArray) thinned = NULL;
  const GbxPoint *point;

  for (int i = 0; i < 7; i++)
    gbx_metric_series_append (series, i, i == 1 ? NAN : 10 * i);

  whole = gbx_metric_series_thin (series, 7);
  g_assert_cmpuint (whole->len, ==, 7);
  g_assert_true (isnan (g_array_index (whole, GbxPoint, 1).y));

  /* Seven in groups of three: the last group has one. */
  thinned = gbx_metric_series_thin (series, 3);
  g_assert_cmpuint (thinned->len, ==, 3);
  point = &g_array_index (thinned, GbxPoint, 0);
  g_assert_cmpfloat_with_epsilon (point->x, 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (point->y, 10, 1e-12); /* of 0 and 20: NaN swallows nobody */
  point = &g_array_index (thinned, GbxPoint, 2);
  g_assert_cmpfloat (point->x, ==, 6);
  g_assert_cmpfloat (point->y, ==, 60);
}

static void
test_thin_empty (void)
{
  g_autoptr (GbxMetricSeries) series = gbx_metric_series_new ();
  g_autoptr (GArray) thinned = gbx_metric_series_thin (series, 100);

  g_assert_cmpuint (thinned->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/grows", test_grows);
  g_test_add_func ("/series/very-long", test_very_long);
  g_test_add_func ("/series/thin", test_thin);
  g_test_add_func ("/series/thin-empty", test_thin_empty);
  return g_test_run ();
}
