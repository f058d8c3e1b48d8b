/* test-drawing.c: strokes, their pixels, and photographed pictures turned to ink. */
#include "engine/ink/drawing.h"

#include <math.h>
#include <string.h>

#define SIDE 280
#define PIXELS (SIDE * SIDE)

static double
total_ink (const guint8 *ink, int side)
{
  double sum = 0;

  for (int i = 0; i < side * side; i++)
    sum += ink[i] / 255.0;
  return sum;
}

static void
test_strokes (void)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();

  g_assert_true (nn_drawing_is_empty (drawing));
  g_assert_false (nn_drawing_undo (drawing));

  nn_drawing_begin_stroke (drawing, 0.1f, 0.1f);
  nn_drawing_add_point (drawing, 0.2f, 0.1f);
  nn_drawing_begin_stroke (drawing, 0.5f, 0.5f);
  nn_drawing_add_point (drawing, 0.6f, 0.5f);
  nn_drawing_add_point (drawing, 0.7f, 0.5f);
  g_assert_cmpuint (drawing->points->len, ==, 5);
  g_assert_cmpuint (drawing->starts->len, ==, 2);

  g_assert_true (nn_drawing_undo (drawing));
  g_assert_cmpuint (drawing->points->len, ==, 2);
  g_assert_cmpfloat (g_array_index (drawing->points, NnPoint, 1).x, ==, 0.2f);
  g_assert_true (nn_drawing_undo (drawing));
  g_assert_true (nn_drawing_is_empty (drawing));
  g_assert_false (nn_drawing_undo (drawing));

  nn_drawing_add_point (drawing, 0.3f, 0.3f);
  g_assert_cmpuint (drawing->starts->len, ==, 1);
  nn_drawing_clear (drawing);
  g_assert_true (nn_drawing_is_empty (drawing));
  g_assert_cmpuint (drawing->starts->len, ==, 0);
}

static void
test_not_a_number (void)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();

  nn_drawing_begin_stroke (drawing, NAN, 0.5f);
  nn_drawing_add_point (drawing, 0.5f, INFINITY);
  g_assert_true (nn_drawing_is_empty (drawing));
  nn_drawing_begin_stroke (drawing, 0.5f, 0.5f);
  nn_drawing_add_point (drawing, NAN, NAN);
  g_assert_cmpuint (drawing->points->len, ==, 1);
}

/* Undo gives back the very pixels from before the stroke. */
static void
test_undo_pixels (void)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  g_autofree guint8 *before = g_malloc (PIXELS);
  g_autofree guint8 *with = g_malloc (PIXELS);
  g_autofree guint8 *after = g_malloc (PIXELS);

  nn_drawing_begin_stroke (drawing, 0.2f, 0.2f);
  nn_drawing_add_point (drawing, 0.7f, 0.4f);
  nn_drawing_rasterise (drawing, 0.08f, SIDE, before);
  nn_drawing_begin_stroke (drawing, 0.6f, 0.1f);
  nn_drawing_add_point (drawing, 0.3f, 0.9f);
  nn_drawing_rasterise (drawing, 0.08f, SIDE, with);
  g_assert_cmpint (memcmp (before, with, PIXELS), !=, 0);
  nn_drawing_undo (drawing);
  nn_drawing_rasterise (drawing, 0.08f, SIDE, after);
  g_assert_cmpmem (before, PIXELS, after, PIXELS);
}

static void
test_click_makes_a_dot (void)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  g_autofree guint8 *ink = g_malloc (PIXELS);
  double radius = 0.5 * 0.1 * SIDE;

  nn_drawing_begin_stroke (drawing, 0.25f, 0.75f);
  nn_drawing_rasterise (drawing, 0.1f, SIDE, ink);
  g_assert_cmpfloat_with_epsilon (total_ink (ink, SIDE), G_PI * radius * radius, 6);
  g_assert_cmpint (ink[210 * SIDE + 70], ==, 255);
  g_assert_cmpint (ink[70 * SIDE + 210], ==, 0);
}

/* The area of a round-ended stroke is length · width + a disc, in every direction. */
static void
test_stroke_area (void)
{
  g_autofree guint8 *ink = g_malloc (PIXELS);
  double length = 0.5 * SIDE, width = 0.06 * SIDE;
  double expected = length * width + G_PI * 0.25 * width * width;

  for (int degrees = 0; degrees < 180; degrees += 15) {
    g_autoptr (NnDrawing) drawing = nn_drawing_new ();
    float x = 0.25f * (float)cos (degrees * G_PI / 180);
    float y = 0.25f * (float)sin (degrees * G_PI / 180);

    nn_drawing_begin_stroke (drawing, 0.5f - x, 0.5f - y);
    nn_drawing_add_point (drawing, 0.5f, 0.5f);
    nn_drawing_add_point (drawing, 0.5f + x, 0.5f + y);
    nn_drawing_rasterise (drawing, 0.06f, SIDE, ink);
    g_assert_cmpfloat_with_epsilon (total_ink (ink, SIDE), expected, 0.01 * expected);
  }
}

/* Going over a line again does not change it; not even its soft edge. */
static void
test_overlap (void)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  g_autofree guint8 *once = g_malloc (PIXELS);
  g_autofree guint8 *twice = g_malloc (PIXELS);

  nn_drawing_begin_stroke (drawing, 0.1f, 0.3f);
  nn_drawing_add_point (drawing, 0.8f, 0.6f);
  nn_drawing_rasterise (drawing, 0.05f, SIDE, once);
  nn_drawing_begin_stroke (drawing, 0.1f, 0.3f);
  nn_drawing_add_point (drawing, 0.8f, 0.6f);
  nn_drawing_rasterise (drawing, 0.05f, SIDE, twice);
  g_assert_cmpmem (once, PIXELS, twice, PIXELS);
}

/* A stroke that leaves the canvas is cut at its edge; nothing is written beyond. */
static void
test_outside (void)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  g_autofree guint8 *ink = g_malloc (PIXELS + 64);

  memset (ink, 0xa5, PIXELS + 64);
  nn_drawing_begin_stroke (drawing, -3.0f, 0.5f);
  nn_drawing_add_point (drawing, 4.0f, 0.5f);
  nn_drawing_begin_stroke (drawing, 1e30f, -1e30f);
  nn_drawing_add_point (drawing, -1e30f, -1e30f);
  nn_drawing_begin_stroke (drawing, 2.0f, 2.0f);
  nn_drawing_rasterise (drawing, 0.1f, SIDE, ink);
  g_assert_cmpfloat_with_epsilon (total_ink (ink, SIDE), SIDE * 0.1 * SIDE, 3);
  for (int i = PIXELS; i < PIXELS + 64; i++)
    g_assert_cmpint (ink[i], ==, 0xa5);
}

/* ---- pictures ---- */

static void
draw_five (guint8 *ink, int side)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();

  nn_drawing_begin_stroke (drawing, 0.65f, 0.25f);
  nn_drawing_add_point (drawing, 0.4f, 0.25f);
  nn_drawing_add_point (drawing, 0.38f, 0.48f);
  nn_drawing_add_point (drawing, 0.58f, 0.48f);
  nn_drawing_add_point (drawing, 0.65f, 0.6f);
  nn_drawing_add_point (drawing, 0.55f, 0.75f);
  nn_drawing_add_point (drawing, 0.36f, 0.72f);
  nn_drawing_rasterise (drawing, 0.06f, side, ink);
}

static void
test_dark_or_light (void)
{
  g_autofree guint8 *ink = g_malloc (PIXELS);
  g_autofree guint8 *light = g_malloc (PIXELS);
  g_autofree guint8 *dark = g_malloc (PIXELS);

  draw_five (ink, SIDE);
  memcpy (light, ink, PIXELS);
  for (int i = 0; i < PIXELS; i++)
    dark[i] = 255 - ink[i];
  g_assert_false (nn_picture_to_ink (light, SIDE, SIDE, SIDE));
  g_assert_true (nn_picture_to_ink (dark, SIDE, SIDE, SIDE));
  g_assert_cmpmem (light, PIXELS, ink, PIXELS);
  g_assert_cmpmem (dark, PIXELS, ink, PIXELS);
}

/* Grey paper on either side of the middle, pale ink: the strokes come out full and the paper
 * empty. */
static void
test_pale (void)
{
  static const struct {
    int paper, ink;
  } cases[] = {{100, 20}, {100, 220}, {160, 130}, {160, 200}, {255, 230}, {0, 25}};
  g_autofree guint8 *ink = g_malloc (PIXELS);
  g_autofree guint8 *grey = g_malloc (PIXELS);

  draw_five (ink, SIDE);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    int contrast = cases[i].ink - cases[i].paper;

    for (int k = 0; k < PIXELS; k++)
      grey[k] = (guint8)(cases[i].paper + contrast * ink[k] / 255);
    g_assert_cmpint (nn_picture_to_ink (grey, SIDE, SIDE, SIDE), ==, contrast < 0);
    for (int k = 0; k < PIXELS; k++)
      g_assert_cmpint (ABS (grey[k] - ink[k]), <=, 256 / ABS (contrast) + 1);
  }
}

/* A phone's photograph: the lamp on one side, grain everywhere. */
static void
test_photograph (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autofree guint8 *ink = g_malloc (PIXELS);
  g_autofree guint8 *grey = g_malloc (PIXELS);
  NnNormalised clean, photographed;
  double difference = 0;

  draw_five (ink, SIDE);
  nn_normalise_ink (ink, SIDE, SIDE, SIDE, &clean);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      double paper = 235 - 0.2 * x - 0.15 * y + g_rand_double_range (rand, -7, 7);
      double share = ink[y * SIDE + x] / 255.0;

      grey[y * SIDE + x] = (guint8)(paper * (1 - share) + 40 * share + 0.5);
    }
  g_assert_true (nn_picture_to_ink (grey, SIDE, SIDE, SIDE));
  g_assert_true (nn_normalise_ink (grey, SIDE, SIDE, SIDE, &photographed));
  for (gsize i = 0; i < G_N_ELEMENTS (clean.box); i++)
    difference += abs (clean.box[i] - photographed.box[i]);
  difference /= G_N_ELEMENTS (clean.box);
  g_test_message ("mean absolute difference %.2f of 255", difference);
  g_assert_cmpint (abs (clean.left - photographed.left), <=, 1);
  g_assert_cmpint (abs (clean.width - photographed.width), <=, 2);
  g_assert_cmpfloat (difference, <, 9);
}

static void
test_blank_pictures (void)
{
  guint8 grey[5 * 7];
  static const int sizes[][2] = {{1, 1}, {5, 1}, {1, 7}, {2, 2}, {5, 7}};

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (int shade = 0; shade < 256; shade += 51) {
      memset (grey, shade, sizeof grey);
      nn_picture_to_ink (grey, sizes[i][0], sizes[i][1], sizes[i][0]);
      for (int k = 0; k < sizes[i][0] * sizes[i][1]; k++)
        g_assert_cmpint (grey[k], ==, 0);
    }
}

/* What lies between the end of a row and the next is not the picture's. */
static void
test_stride (void)
{
  guint8 padded[10 * 16], plain[10 * 10];

  memset (padded, 77, sizeof padded);
  for (int y = 0; y < 10; y++)
    for (int x = 0; x < 10; x++)
      padded[y * 16 + x] = plain[y * 10 + x] = x > 3 && x < 7 && y > 1 && y < 8 ? 10 : 250;
  g_assert_true (nn_picture_to_ink (padded, 10, 10, 16));
  g_assert_true (nn_picture_to_ink (plain, 10, 10, 10));
  for (int y = 0; y < 10; y++) {
    g_assert_cmpmem (padded + y * 16, 10, plain + y * 10, 10);
    for (int x = 10; x < 16; x++)
      g_assert_cmpint (padded[y * 16 + x], ==, 77);
  }
  g_assert_cmpint (plain[5 * 10 + 5], ==, 255);
  g_assert_cmpint (plain[0], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drawing/strokes", test_strokes);
  g_test_add_func ("/drawing/not-a-number", test_not_a_number);
  g_test_add_func ("/drawing/undo-pixels", test_undo_pixels);
  g_test_add_func ("/drawing/click-makes-a-dot", test_click_makes_a_dot);
  g_test_add_func ("/drawing/stroke-area", test_stroke_area);
  g_test_add_func ("/drawing/overlap", test_overlap);
  g_test_add_func ("/drawing/outside", test_outside);
  g_test_add_func ("/picture/dark-or-light", test_dark_or_light);
  g_test_add_func ("/picture/pale", test_pale);
  g_test_add_func ("/picture/photograph", test_photograph);
  g_test_add_func ("/picture/blank", test_blank_pictures);
  g_test_add_func ("/picture/stride", test_stride);
  return g_test_run ();
}
