/* test-axis.c: the scaling maths of the plots. */
#include "ui/widgets/gbx-axis.h"

#include <math.h>

static void
check_ticks (GbxAxis axis, guint most, guint n, const double *expected)
{
  double ticks[32];

  g_assert_cmpuint (gbx_axis_ticks (&axis, most, ticks), ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (ticks[i], expected[i], fabs (expected[i]) * 1e-9 + 1e-12);
}

static void
test_linear_scale (void)
{
  GbxAxis axis = {2, 12, FALSE};

  g_assert_cmpfloat (gbx_axis_to_unit (&axis, 2), ==, 0);
  g_assert_cmpfloat (gbx_axis_to_unit (&axis, 12), ==, 1);
  g_assert_cmpfloat (gbx_axis_to_unit (&axis, 7), ==, 0.5);
  g_assert_cmpfloat (gbx_axis_to_unit (&axis, 17), ==, 1.5);
  g_assert_cmpfloat (gbx_axis_from_unit (&axis, 0.25), ==, 4.5);
  g_assert_true (isnan (gbx_axis_to_unit (&axis, NAN)));
}

static void
test_log_scale (void)
{
  GbxAxis axis = {0.01, 100, TRUE};

  g_assert_cmpfloat_with_epsilon (gbx_axis_to_unit (&axis, 0.01), 0, 1e-12);
  g_assert_cmpfloat_with_epsilon (gbx_axis_to_unit (&axis, 1), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (gbx_axis_to_unit (&axis, 100), 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (gbx_axis_from_unit (&axis, 0.75), 10, 1e-9);
  g_assert_true (isnan (gbx_axis_to_unit (&axis, 0)));
  g_assert_true (isnan (gbx_axis_to_unit (&axis, -3)));
  g_assert_true (isnan (gbx_axis_to_unit (&axis, NAN)));
}

static void
test_empty_scale (void)
{
  GbxAxis axis = {0};
  double ticks[4];

  g_assert_cmpfloat (gbx_axis_to_unit (&axis, 5), ==, 0);
  g_assert_cmpuint (gbx_axis_ticks (&axis, 4, ticks), ==, 0);
  axis = (GbxAxis){0, INFINITY, FALSE};
  g_assert_cmpuint (gbx_axis_ticks (&axis, 4, ticks), ==, 0);
  axis = (GbxAxis){0, 1, TRUE};
  g_assert_cmpuint (gbx_axis_ticks (&axis, 4, ticks), ==, 0);
}

static void
test_linear_ticks (void)
{
  check_ticks ((GbxAxis){0, 1, FALSE}, 6, 6, (double[]){0, 0.2, 0.4, 0.6, 0.8, 1});
  check_ticks ((GbxAxis){0, 1, FALSE}, 5, 3, (double[]){0, 0.5, 1});
  check_ticks ((GbxAxis){0, 2.5, FALSE}, 6, 6, (double[]){0, 0.5, 1, 1.5, 2, 2.5});
  check_ticks ((GbxAxis){-3, 4, FALSE}, 4, 4, (double[]){-2, 0, 2, 4});
  check_ticks ((GbxAxis){0.3, 0.31, FALSE}, 3, 3, (double[]){0.3, 0.305, 0.31});
  check_ticks ((GbxAxis){0, 10, FALSE}, 1, 1, (double[]){0});
}

static void
test_log_ticks (void)
{
  check_ticks ((GbxAxis){0.01, 100, TRUE}, 5, 5, (double[]){0.01, 0.1, 1, 10, 100});
  check_ticks ((GbxAxis){0.2, 2, TRUE}, 5, 4, (double[]){0.2, 0.5, 1, 2});
  check_ticks ((GbxAxis){1e-6, 1, TRUE}, 4, 4, (double[]){1e-6, 1e-4, 1e-2, 1});
}

/* Whatever the range, there are never more ticks than asked for, all of them inside and ascending.
 */
static void
test_ticks_everywhere (void)
{
  for (double span = 1e-7; span < 1e8; span *= 3.7) {
    for (guint most = 1; most <= 12; most++) {
      for (int logarithmic = 0; logarithmic < 2; logarithmic++) {
        GbxAxis axis = {span / 7, span * 3, logarithmic};
        double ticks[12];
        guint n = gbx_axis_ticks (&axis, most, ticks);

        g_assert_cmpuint (n, <=, most);
        g_assert_true (n >= 1 || most < 3 || logarithmic);
        for (guint i = 0; i < n; i++) {
          g_assert_cmpfloat (ticks[i], >=, axis.minimum * (1 - 1e-6));
          g_assert_cmpfloat (ticks[i], <=, axis.maximum * (1 + 1e-6));
          g_assert_true (i == 0 || ticks[i] > ticks[i - 1]);
        }
      }
    }
  }
}

static void
test_include (void)
{
  GbxAxis axis = {0};

  gbx_axis_include (&axis, 2.31);
  g_assert_cmpfloat (axis.minimum, ==, 0);
  g_assert_cmpfloat (axis.maximum, ==, 2.5);
  gbx_axis_include (&axis, 1);
  gbx_axis_include (&axis, NAN);
  gbx_axis_include (&axis, INFINITY);
  g_assert_cmpfloat (axis.maximum, ==, 2.5);
  gbx_axis_include (&axis, -1.2);
  g_assert_cmpfloat (axis.minimum, ==, -2);
  g_assert_cmpfloat (axis.maximum, ==, 3);
}

static void
test_include_log (void)
{
  GbxAxis axis = {0, 0, TRUE};

  gbx_axis_include (&axis, 0.3);
  g_assert_cmpfloat_with_epsilon (axis.minimum, 0.2, 1e-12);
  g_assert_cmpfloat_with_epsilon (axis.maximum, 0.5, 1e-12);
  gbx_axis_include (&axis, 0);
  gbx_axis_include (&axis, -1);
  gbx_axis_include (&axis, 37);
  gbx_axis_include (&axis, 0.0004);
  g_assert_cmpfloat_with_epsilon (axis.minimum, 0.0002, 1e-12);
  g_assert_cmpfloat_with_epsilon (axis.maximum, 50, 1e-9);
  axis = (GbxAxis){0, 0, TRUE};
  gbx_axis_include (&axis, 1);
  g_assert_cmpfloat (axis.minimum, ==, 1);
  g_assert_cmpfloat (axis.maximum, >, 1);
}

static void
test_format (void)
{
  static const struct {
    double value, step;
    const char *text;
  } cases[] = {
      {2, 1, "2"},          {2, 0.5, "2.0"},          {0.25, 0.05, "0.25"}, {100, 20, "100"},
      {-0.5, 0.5, "−0.5"},  {1e-17, 0.1, "0.0"},      {-1e-17, 0.1, "0.0"}, {0.001, 0.001, "0.001"},
      {1e-6, 1e-6, "1e−6"}, {2.5e-6, 1e-7, "2.5e−6"}, {3e6, 1e6, "3e6"},    {-2e7, 1e7, "−2e7"},
      {0, 1e-9, "0.0000"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = gbx_axis_format (cases[i].value, cases[i].step);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

static void
test_format_tells_apart (void)
{
  for (double step = 1e-8; step < 1e7; step *= 10) {
    g_autofree char *a = gbx_axis_format (3 * step, step);
    g_autofree char *b = gbx_axis_format (4 * step, step);

    g_assert_cmpstr (a, !=, b);
  }
}

static void
test_smooth_constant (void)
{
  for (double s = 0; s < 1; s += 0.099) {
    double y[200], smoothed[200];

    for (guint i = 0; i < G_N_ELEMENTS (y); i++)
      y[i] = 0.1;
    gbx_smooth (y, smoothed, G_N_ELEMENTS (y), s);
    for (guint i = 0; i < G_N_ELEMENTS (y); i++)
      g_assert_cmpfloat (smoothed[i], ==, 0.1);
  }
}

/* Against the formula as it stands in the paper. */
static void
test_smooth_definition (void)
{
  const double s = 0.9;
  double y[50], smoothed[50], m = 0;

  for (guint i = 0; i < G_N_ELEMENTS (y); i++)
    y[i] = sin (i * 1.7) + i * 0.1;
  gbx_smooth (y, smoothed, G_N_ELEMENTS (y), s);
  for (guint i = 0; i < G_N_ELEMENTS (y); i++) {
    m = s * m + (1 - s) * y[i];
    g_assert_cmpfloat_with_epsilon (smoothed[i], m / (1 - pow (s, i + 1)), 1e-12);
  }
}

static void
test_smooth_gap (void)
{
  const double y[] = {NAN, 1, 3, NAN, 5}, without[] = {1, 3, 5};
  double smoothed[5], expected[3];

  gbx_smooth (y, smoothed, 5, 0.8);
  gbx_smooth (without, expected, 3, 0.8);
  g_assert_true (isnan (smoothed[0]) && isnan (smoothed[3]));
  g_assert_cmpfloat (smoothed[1], ==, expected[0]);
  g_assert_cmpfloat (smoothed[2], ==, expected[1]);
  g_assert_cmpfloat (smoothed[4], ==, expected[2]);
}

static void
test_no_smoothing (void)
{
  const double y[] = {4, -2, 0.3};
  double smoothed[3];

  gbx_smooth (y, smoothed, 3, 0);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon (smoothed[i], y[i], 1e-15);
}

/* It begins further up as the least number rises, and does not follow one that wavers. */
static void
test_zoom (void)
{
  double begin = 0;

  g_assert_cmpfloat (gbx_axis_zoom (0, 11), ==, 0);
  g_assert_cmpfloat (gbx_axis_zoom (0, 55), ==, 0); /* too little room below it */
  for (double least = 0; least <= 100; least += 0.01) {
    double next = gbx_axis_zoom (begin, least);

    g_assert_cmpfloat (next, >=, begin);
    g_assert_cmpfloat (next, <=, least);
    if (next > begin) /* back a little: the same */
      g_assert_cmpfloat (gbx_axis_zoom (next, least - 0.09 * (100 - next)), ==, next);
    begin = next;
  }
  g_assert_cmpfloat (begin, ==, 99.5);
  g_assert_cmpfloat (gbx_axis_zoom (95, 94.9), ==, 90);
  g_assert_cmpfloat (gbx_axis_zoom (99, 3), ==, 0);
  g_assert_cmpfloat (gbx_axis_zoom (90, NAN), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/axis/scale/linear", test_linear_scale);
  g_test_add_func ("/axis/scale/log", test_log_scale);
  g_test_add_func ("/axis/scale/empty", test_empty_scale);
  g_test_add_func ("/axis/ticks/linear", test_linear_ticks);
  g_test_add_func ("/axis/ticks/log", test_log_ticks);
  g_test_add_func ("/axis/ticks/everywhere", test_ticks_everywhere);
  g_test_add_func ("/axis/include/linear", test_include);
  g_test_add_func ("/axis/include/log", test_include_log);
  g_test_add_func ("/axis/zoom", test_zoom);
  g_test_add_func ("/axis/format/cases", test_format);
  g_test_add_func ("/axis/format/tells-apart", test_format_tells_apart);
  g_test_add_func ("/axis/smooth/constant", test_smooth_constant);
  g_test_add_func ("/axis/smooth/definition", test_smooth_definition);
  g_test_add_func ("/axis/smooth/gap", test_smooth_gap);
  g_test_add_func ("/axis/smooth/none", test_no_smoothing);
  return g_test_run ();
}
