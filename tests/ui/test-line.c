/* test-line.c: curves: smoothed as they grow, thinned to the pixels, and put into them. */
#include "ui/widgets/gbx-line.h"
#include "ui/widgets/gbx-stroke.h"

#include <math.h>

#define MANY 20000

static GbxPoint *
noisy_points (guint n)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  GbxPoint *points = g_new (GbxPoint, n);

  for (guint i = 0; i < n; i++)
    points[i] = (GbxPoint){10.0 * i / n, exp (-3.0 * i / n) + g_rand_double_range (random, -1, 1)};
  return points;
}

static void
test_grows (void)
{
  g_autofree GbxPoint *points = noisy_points (1000);
  g_autofree double *y = g_new (double, 1000), *expected = g_new (double, 1000);
  GbxLine line;

  for (guint i = 0; i < 1000; i++)
    y[i] = points[i].y;
  gbx_smooth (y, expected, 1000, 0.9);
  gbx_line_init (&line);
  for (guint n = 1; n <= 1000; n += 37)
    gbx_line_update (&line, points, n, 0.9);
  gbx_line_update (&line, points, 1000, 0.9);
  g_assert_cmpuint (line.smoothed->len, ==, 1000);
  g_assert_cmpmem (line.smoothed->data, 1000 * sizeof (double), expected, 1000 * sizeof (double));
  gbx_line_clear (&line);
}

/* Other smoothing or a cleared series: from the start, and the extremes with it. */
static void
test_begins_again (void)
{
  const GbxPoint points[] = {{0, 8}, {1, 4}, {2, 6}}, fresh[] = {{0, 1}};
  GbxLine line;

  gbx_line_init (&line);
  gbx_line_update (&line, points, 3, 0);
  g_assert_cmpfloat (line.most, ==, 8);
  g_assert_cmpfloat (line.least, ==, 4);
  gbx_line_update (&line, points, 3, 0.5);
  g_assert_cmpuint (line.smoothed->len, ==, 3);
  g_assert_cmpfloat_with_epsilon (g_array_index (line.smoothed, double, 1), 16.0 / 3, 1e-12);
  gbx_line_update (&line, fresh, 1, 0.5);
  g_assert_cmpuint (line.smoothed->len, ==, 1);
  g_assert_cmpfloat (line.most, ==, 1);
  gbx_line_clear (&line);
}

static void
test_infinity_is_not_taken_in (void)
{
  const GbxPoint points[] = {{0, 2}, {1, INFINITY}, {2, NAN}, {3, 2}, {4, -2}};
  GbxLine line;

  gbx_line_init (&line);
  gbx_line_update (&line, points, 4, 0.9);
  g_assert_cmpfloat (g_array_index (line.smoothed, double, 3), ==, 2);
  g_assert_true (isnan (g_array_index (line.smoothed, double, 1)));
  g_assert_cmpfloat (line.most, ==, 2);
  gbx_line_update (&line, points, 5, 0);
  g_assert_cmpfloat (line.least, ==, -2);
  g_assert_cmpfloat (line.least_positive, ==, 2);
  gbx_line_clear (&line);
}

/* What a column shows: the range of all its points. */
static void
column_ranges (const GbxPoint *points, guint n, int columns, double *low, double *high)
{
  for (int i = 0; i <= columns; i++) {
    low[i] = INFINITY;
    high[i] = -INFINITY;
  }
  for (guint i = 0; i < n; i++) {
    int column = (int)(points[i].x / 10 * columns);

    low[column] = MIN (low[column], points[i].y);
    high[column] = MAX (high[column], points[i].y);
  }
}

static void
test_thin_shows_the_same (void)
{
  enum { COLUMNS = 300 };
  g_autofree GbxPoint *points = noisy_points (MANY);
  g_autoptr (GArray) thinned = g_array_new (FALSE, FALSE, sizeof (GbxPoint));
  double low[2][COLUMNS + 1], high[2][COLUMNS + 1];
  const GbxPoint *kept;

  gbx_line_thin (points, NULL, MANY, 0, 10, COLUMNS, thinned);
  kept = (const GbxPoint *)thinned->data;
  g_assert_cmpuint (thinned->len, <=, 4 * COLUMNS);
  g_assert_cmpuint (thinned->len, >, 3 * COLUMNS);
  column_ranges (points, MANY, COLUMNS, low[0], high[0]);
  column_ranges (kept, thinned->len, COLUMNS, low[1], high[1]);
  g_assert_cmpmem (low[0], sizeof low[0], low[1], sizeof low[1]);
  g_assert_cmpmem (high[0], sizeof high[0], high[1], sizeof high[1]);
  for (guint i = 1; i < thinned->len; i++)
    g_assert_cmpfloat (kept[i].x, >, kept[i - 1].x);
  g_assert_cmpfloat (kept[0].y, ==, points[0].y);
  g_assert_cmpfloat (kept[thinned->len - 1].y, ==, points[MANY - 1].y);
}

static void
test_thin_few (void)
{
  const GbxPoint points[] = {{0, 3}, {4, 1}, {10, 2}};
  const double other[] = {5, 6, 7};
  g_autoptr (GArray) thinned = g_array_new (FALSE, FALSE, sizeof (GbxPoint));

  gbx_line_thin (points, NULL, 3, 0, 10, 500, thinned);
  g_assert_cmpmem (thinned->data, thinned->len * sizeof (GbxPoint), points, sizeof points);
  gbx_line_thin (points, other, 3, 0, 10, 500, thinned);
  g_assert_cmpuint (thinned->len, ==, 3);
  g_assert_cmpfloat (g_array_index (thinned, GbxPoint, 2).y, ==, 7);
  gbx_line_thin (points, NULL, 0, 0, 10, 500, thinned);
  g_assert_cmpuint (thinned->len, ==, 0);
}

static void
test_thin_gap (void)
{
  const GbxPoint points[] = {{0, NAN}, {1, 1}, {1.01, 2}, {1.02, INFINITY}, {1.03, NAN}, {1.04, 3}};
  g_autoptr (GArray) thinned = g_array_new (FALSE, FALSE, sizeof (GbxPoint));

  gbx_line_thin (points, NULL, 6, 0, 10, 10, thinned);
  g_assert_cmpuint (thinned->len, ==, 4);
  g_assert_cmpfloat (g_array_index (thinned, GbxPoint, 0).y, ==, 1);
  g_assert_cmpfloat (g_array_index (thinned, GbxPoint, 1).y, ==, 2);
  g_assert_true (isnan (g_array_index (thinned, GbxPoint, 2).y));
  g_assert_cmpfloat (g_array_index (thinned, GbxPoint, 3).y, ==, 3);
}

static void
test_nearest (void)
{
  const GbxPoint points[] = {{0, 0}, {1, 0}, {4, 0}, {5, 0}};

  g_assert_cmpuint (gbx_line_nearest (points, 1, 99), ==, 0);
  g_assert_cmpuint (gbx_line_nearest (points, 4, -1), ==, 0);
  g_assert_cmpuint (gbx_line_nearest (points, 4, 2.4), ==, 1);
  g_assert_cmpuint (gbx_line_nearest (points, 4, 2.6), ==, 2);
  g_assert_cmpuint (gbx_line_nearest (points, 4, 99), ==, 3);
}

#define SIDE 20

static guint32 canvas[SIDE * SIDE];

static void
stroke (double thickness, double alpha, gboolean steady, const GbxPoint *points, guint n)
{
  const GbxStroke stroke = {thickness, steady, 0, 0, 1, alpha};
  GbxPixels pixels = {canvas, SIDE, SIDE, SIDE};

  memset (canvas, 0, sizeof canvas);
  gbx_stroke_draw (&stroke, points, n, &pixels);
}

static void
test_stroke_flat (void)
{
  const GbxPoint points[] = {{2, 10.5}, {7, 10.5}, {18, 10.5}};

  stroke (1, 1, FALSE, points, 3);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      g_assert_cmphex (canvas[y * SIDE + x], ==, y == 10 && x >= 2 && x < 18 ? 0xff0000ff : 0);
  stroke (3, 1, TRUE, points, 3);
  g_assert_cmphex (canvas[9 * SIDE + 10], ==, 0xff0000ff);
  g_assert_cmphex (canvas[11 * SIDE + 10], ==, 0xff0000ff);
  g_assert_cmphex (canvas[8 * SIDE + 10], ==, 0);
  g_assert_cmphex (canvas[12 * SIDE + 10], ==, 0);
}

static void
test_stroke_between_pixels (void)
{
  const GbxPoint points[] = {{0, 10}, {20, 10}};

  stroke (1, 1, FALSE, points, 2);
  g_assert_cmphex (canvas[9 * SIDE + 5], ==, 0x80000080);
  g_assert_cmphex (canvas[10 * SIDE + 5], ==, 0x80000080);
}

static void
test_stroke_translucent (void)
{
  const GbxPoint points[] = {{0, 10.5}, {20, 10.5}};

  stroke (1, 0.25, FALSE, points, 2);
  g_assert_cmphex (canvas[10 * SIDE + 5], ==, 0x40000040);
}

/* All heights of a column in which the curve goes up and down are covered. */
static void
test_stroke_oscillation (void)
{
  const GbxPoint points[] = {{5.1, 3}, {5.4, 17}, {5.6, 3}, {5.9, 17}};

  stroke (1, 1, FALSE, points, 4);
  for (int y = 4; y < 16; y++)
    g_assert_cmpuint (canvas[y * SIDE + 5] >> 24, >, 100);
  for (int y = 0; y < SIDE; y++) {
    g_assert_cmphex (canvas[y * SIDE + 4], ==, 0);
    g_assert_cmphex (canvas[y * SIDE + 6], ==, 0);
  }
}

/* A line at 45° is as thick as a flat one: √2 times as high. */
static void
test_stroke_diagonal (void)
{
  const GbxPoint points[] = {{-5, -5}, {25, 25}};

  stroke (2, 1, TRUE, points, 2);
  for (int x = 4; x < 16; x++) {
    double ink = 0;

    for (int y = 0; y < SIDE; y++)
      ink += (canvas[y * SIDE + x] >> 24) / 255.0;
    g_assert_cmpfloat_with_epsilon (ink, 2 * G_SQRT2, 0.05);
  }
}

static void
test_stroke_gap_and_dot (void)
{
  const GbxPoint points[] = {{1, 10.5}, {5, 10.5},  {6, NAN},  {12, 5.5},
                             {13, NAN}, {15, 10.5}, {19, 10.5}};

  stroke (1, 1, FALSE, points, G_N_ELEMENTS (points));
  for (int x = 5; x < 15; x++)
    g_assert_cmphex (canvas[10 * SIDE + x], ==, 0);
  g_assert_cmphex (canvas[10 * SIDE + 4], ==, 0xff0000ff);
  g_assert_cmphex (canvas[10 * SIDE + 15], ==, 0xff0000ff);
  g_assert_cmpuint (canvas[5 * SIDE + 12] >> 24, >, 0);
}

/* Wild values neither crash nor run out of the picture. */
static void
test_stroke_outside (void)
{
  const GbxPoint points[] = {{-1e6, 1e6}, {-3, -1e5}, {10, 30}, {1e7, -1e9}};

  stroke (2, 1, TRUE, points, 4);
  g_assert_cmphex (canvas[19 * SIDE + 9], !=, 0);
  g_assert_cmphex (canvas[19 * SIDE + 3], ==, 0);
  stroke (2, 1, TRUE, points, 0);
  g_assert_cmphex (canvas[19 * SIDE + 9], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line/smoothed/grows", test_grows);
  g_test_add_func ("/line/smoothed/begins-again", test_begins_again);
  g_test_add_func ("/line/smoothed/infinity", test_infinity_is_not_taken_in);
  g_test_add_func ("/line/thin/same", test_thin_shows_the_same);
  g_test_add_func ("/line/thin/few", test_thin_few);
  g_test_add_func ("/line/thin/gap", test_thin_gap);
  g_test_add_func ("/line/nearest", test_nearest);
  g_test_add_func ("/stroke/flat", test_stroke_flat);
  g_test_add_func ("/stroke/between-pixels", test_stroke_between_pixels);
  g_test_add_func ("/stroke/translucent", test_stroke_translucent);
  g_test_add_func ("/stroke/oscillation", test_stroke_oscillation);
  g_test_add_func ("/stroke/diagonal", test_stroke_diagonal);
  g_test_add_func ("/stroke/gap-and-dot", test_stroke_gap_and_dot);
  g_test_add_func ("/stroke/outside", test_stroke_outside);
  return g_test_run ();
}
