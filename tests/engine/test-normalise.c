/* test-normalise.c: where and how large a digit is drawn makes no difference to what is read. */
#include "drawn-digits.h"

#include "engine/collect/dataset.h"
#include "engine/error.h"
#include "engine/ink/drawing.h"

#include <math.h>
#include <string.h>

#define SIDE 280
#define PIXELS (SIDE * SIDE)
#define CENTRE 14.0 /* of MNIST's mass, as measured by test_mnist_centre() */

static void
centre_of_mass (const guint8 *pixels, double *x, double *y)
{
  double mass = 0, moment_x = 0, moment_y = 0;

  for (int i = 0; i < NN_DIGIT_PIXELS; i++) {
    mass += pixels[i];
    moment_x += pixels[i] * (i % NN_DIGIT_SIDE);
    moment_y += pixels[i] * (double)(i / NN_DIGIT_SIDE);
  }
  *x = moment_x / mass;
  *y = moment_y / mass;
}

static double
mean_difference (const guint8 *a, const guint8 *b)
{
  double sum = 0;

  for (int i = 0; i < NN_DIGIT_PIXELS; i++)
    sum += abs (a[i] - b[i]);
  return sum / NN_DIGIT_PIXELS;
}

/* The same after the best move by at most one pixel: placing by whole pixels may fall either way.
 */
static double
aligned_difference (const guint8 *a, const guint8 *b)
{
  double best = G_MAXDOUBLE;

  for (int dy = -1; dy <= 1; dy++)
    for (int dx = -1; dx <= 1; dx++) {
      guint8 moved[NN_DIGIT_PIXELS] = {0};

      for (int y = 1; y < NN_DIGIT_SIDE - 1; y++)
        for (int x = 1; x < NN_DIGIT_SIDE - 1; x++)
          moved[y * NN_DIGIT_SIDE + x] = b[(y + dy) * NN_DIGIT_SIDE + x + dx];
      best = MIN (best, mean_difference (a, moved));
    }
  return best;
}

static int
darkest (const NnNormalised *result)
{
  int most = 0;

  for (int i = 0; i < NN_DIGIT_PIXELS; i++)
    most = MAX (most, result->pixels[i]);
  return most;
}

static void
normalise_digit (int digit, int style, float size, float x, float y, float pen,
                 NnNormalised *result)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autofree guint8 *ink = g_malloc (PIXELS);
  Hand hand = {.size = size, .aspect = 0.7f, .x = x, .y = y, .slant = 0.1f};
  NnDrawing *drawing = drawn_digit (digit, style, &hand, rand);

  nn_drawing_rasterise (drawing, pen, SIDE, ink);
  g_assert_true (nn_normalise_ink (ink, SIDE, SIDE, SIDE, result));
  nn_drawing_free (drawing);
}

static void
test_nothing (void)
{
  guint8 ink[30 * 30] = {0};
  static const guint8 empty[NN_DIGIT_PIXELS];
  NnNormalised result;

  memset (&result, 0xff, sizeof result);
  g_assert_false (nn_normalise_ink (ink, 30, 30, 30, &result));
  g_assert_cmpmem (result.pixels, NN_DIGIT_PIXELS, empty, NN_DIGIT_PIXELS);
  g_assert_cmpint (result.width, ==, 0);
  g_assert_false (nn_normalise_ink (ink, 0, 0, 0, &result));
}

/* One pixel, lines as long as the canvas, everything black. */
static void
test_extremes (void)
{
  static const struct {
    int left, top, width, height, box_width, box_height;
  } cases[] = {{0, 0, 1, 1, 20, 20},     {279, 279, 1, 1, 20, 20}, {0, 140, 280, 1, 20, 1},
               {140, 0, 1, 280, 1, 20},  {0, 0, 280, 280, 20, 20}, {100, 30, 10, 200, 1, 20},
               {30, 100, 200, 30, 20, 3}};
  g_autofree guint8 *ink = g_malloc (PIXELS);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    NnNormalised result;
    double x, y;

    memset (ink, 0, PIXELS);
    for (int row = 0; row < cases[i].height; row++)
      memset (ink + (cases[i].top + row) * SIDE + cases[i].left, 255, cases[i].width);
    g_assert_true (nn_normalise_ink (ink, SIDE, SIDE, SIDE, &result));
    g_assert_cmpint (result.left, ==, cases[i].left);
    g_assert_cmpint (result.top, ==, cases[i].top);
    g_assert_cmpint (result.width, ==, cases[i].width);
    g_assert_cmpint (result.height, ==, cases[i].height);
    g_assert_cmpint (result.box_width, ==, cases[i].box_width);
    g_assert_cmpint (result.box_height, ==, cases[i].box_height);
    g_assert_cmpint (darkest (&result), ==, 255);
    centre_of_mass (result.pixels, &x, &y);
    g_assert_cmpfloat_with_epsilon (x, CENTRE, 0.501);
    g_assert_cmpfloat_with_epsilon (y, CENTRE, 0.501);
  }
}

/* In a corner or in the middle: the same picture, to the last bit. */
static void
test_position (void)
{
  for (int digit = 0; digit < 10; digit++)
    for (int style = 0; style < drawn_digit_n_styles (digit); style++) {
      NnNormalised middle, corner;

      normalise_digit (digit, style, 0.4f, 0.5f, 0.5f, 0.05f, &middle);
      for (int i = 0; i < 4; i++) {
        /* 70 whole pixels each way, which float positions reach to a ten-thousandth. */
        normalise_digit (digit, style, 0.4f, i % 2 ? 0.75f : 0.25f, i / 2 ? 0.75f : 0.25f, 0.05f,
                         &corner);
        g_assert_cmpint (corner.width, ==, middle.width);
        for (int k = 0; k < NN_DIGIT_PIXELS; k++)
          g_assert_cmpint (ABS (corner.pixels[k] - middle.pixels[k]), <=, 1);
      }
    }
}

static void
test_shift_by_pixels (void)
{
  g_autofree guint8 *ink = g_malloc0 (PIXELS);
  g_autofree guint8 *moved = g_malloc0 (PIXELS);
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);
  NnNormalised first, second;

  for (int y = 20; y < 120; y++)
    for (int x = 30; x < 90; x++) {
      ink[y * SIDE + x] = (guint8)g_rand_int_range (rand, 0, 256);
      moved[(y + 133) * SIDE + x + 171] = ink[y * SIDE + x];
    }
  g_assert_true (nn_normalise_ink (ink, SIDE, SIDE, SIDE, &first));
  g_assert_true (nn_normalise_ink (moved, SIDE, SIDE, SIDE, &second));
  g_assert_cmpint (second.left - first.left, ==, 171);
  g_assert_cmpint (second.top - first.top, ==, 133);
  g_assert_cmpmem (first.pixels, NN_DIGIT_PIXELS, second.pixels, NN_DIGIT_PIXELS);
}

/* The pen grows with the digit: what is left is the resampling alone. */
static void
test_size (void)
{
  for (int digit = 0; digit < 10; digit++)
    for (int style = 0; style < drawn_digit_n_styles (digit); style++) {
      NnNormalised large, small;

      normalise_digit (digit, style, 0.8f, 0.5f, 0.5f, 0.08f, &large);
      for (float size = 0.2f; size < 0.8f; size += 0.1f) {
        normalise_digit (digit, style, size, 0.5f, 0.5f, 0.1f * size, &small);
        g_assert_cmpint (abs (small.box_width - large.box_width), <=, 1);
        g_assert_cmpfloat (aligned_difference (small.pixels, large.pixels), <, 6);
      }
    }
}

static void
test_aspect_and_mass (void)
{
  for (int digit = 0; digit < 10; digit++)
    for (int style = 0; style < drawn_digit_n_styles (digit); style++)
      for (float pen = 0.02f; pen < 0.11f; pen += 0.02f) {
        NnNormalised result;
        double x, y, scale;

        normalise_digit (digit, style, 0.7f, 0.4f, 0.6f, pen, &result);
        scale = 20.0 / MAX (result.width, result.height);
        g_assert_cmpint (MAX (result.box_width, result.box_height), ==, 20);
        g_assert_cmpfloat (fabs (result.box_width - result.width * scale), <, 1);
        g_assert_cmpfloat (fabs (result.box_height - result.height * scale), <, 1);
        g_assert_cmpint (darkest (&result), ==, 255);
        centre_of_mass (result.pixels, &x, &y);
        g_assert_cmpfloat_with_epsilon (x, CENTRE, 0.501);
        g_assert_cmpfloat_with_epsilon (y, CENTRE, 0.501);
      }
}

/* ---- against MNIST itself ---- */

static NnDataset *
load_mnist (void)
{
  g_autoptr (GError) error = NULL;
  NnDataset *mnist = nn_dataset_load (NN_DATASET_MNIST, NULL, &error);

  if (mnist == NULL) {
    g_assert_nonnull (error);
    g_assert_true (error->domain == NN_ERROR);
    g_test_message ("MNIST is not on this machine: nothing to compare with");
  }
  return mnist;
}

/* The measurement behind the placement: mass spread evenly over the pixel around (14, 14), as when
 * pictures are moved by whole pixels to the nearest place. */
static void
test_mnist_centre (void)
{
  g_autoptr (NnDataset) mnist = load_mnist ();
  double sum = 0, squares = 0, low = 28, high = 0, mean;

  if (mnist == NULL)
    return;
  for (gsize i = 0; i < mnist->train.count; i++) {
    double x, y;

    centre_of_mass (mnist->train.images + i * NN_DIGIT_PIXELS, &x, &y);
    sum += x + y;
    squares += x * x + y * y;
    low = MIN (low, MIN (x, y));
    high = MAX (high, MAX (x, y));
  }
  mean = sum / (2 * mnist->train.count);
  g_assert_cmpfloat_with_epsilon (mean, CENTRE, 0.005);
  g_assert_cmpfloat_with_epsilon (squares / (2 * mnist->train.count) - mean * mean, 1.0 / 12,
                                  0.001);
  g_assert_cmpfloat (low, >, CENTRE - 0.53);
  g_assert_cmpfloat (high, <, CENTRE + 0.51);
}

/* MNIST's own pictures pass through the normalisation as they are. */
static void
test_mnist_unchanged (void)
{
  g_autoptr (NnDataset) mnist = load_mnist ();
  gsize identical = 0, n = 5000;

  if (mnist == NULL)
    return;
  for (gsize i = 0; i < n; i++) {
    const guint8 *picture = mnist->train.images + i * NN_DIGIT_PIXELS;
    NnNormalised result;

    g_assert_true (nn_normalise_ink (picture, 28, 28, 28, &result));
    if (mean_difference (picture, result.pixels) < 0.5)
      identical++;
  }
  g_test_message ("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " unchanged", identical, n);
  g_assert_cmpuint (identical, >, n * 97 / 100);
}

/* Pastes a picture at @scale times its size, bilinear, as a painting program would. */
static void
paste (const guint8 *picture, double scale, int left, int top, guint8 *ink)
{
  int size = (int)(28 * scale);

  memset (ink, 0, PIXELS);
  for (int y = 0; y < size; y++)
    for (int x = 0; x < size; x++) {
      double u = CLAMP ((x + 0.5) / scale - 0.5, 0, 26.999);
      double v = CLAMP ((y + 0.5) / scale - 0.5, 0, 26.999);
      const guint8 *corner = picture + (int)v * 28 + (int)u;
      double right = u - floor (u), down = v - floor (v);
      double upper = corner[0] * (1 - right) + corner[1] * right;
      double lower = corner[28] * (1 - right) + corner[29] * right;

      ink[(top + y) * SIDE + left + x] = (guint8)(upper * (1 - down) + lower * down + 0.5);
    }
}

static void
test_mnist_pasted (void)
{
  g_autoptr (NnDataset) mnist = load_mnist ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autofree guint8 *ink = g_malloc (PIXELS);
  double worst = 0, sum = 0;
  int n = 1000;

  if (mnist == NULL)
    return;
  for (int i = 0; i < n; i++) {
    const guint8 *picture = mnist->test.images + i * NN_DIGIT_PIXELS;
    double scale = g_rand_double_range (rand, 2, 10);
    int room = SIDE - (int)(28 * scale);
    NnNormalised result;
    double difference;

    paste (picture, scale, g_rand_int_range (rand, 0, room + 1),
           g_rand_int_range (rand, 0, room + 1), ink);
    g_assert_true (nn_normalise_ink (ink, SIDE, SIDE, SIDE, &result));
    difference = mean_difference (picture, result.pixels);
    worst = MAX (worst, difference);
    sum += difference;
  }
  g_test_message ("mean absolute difference %.2f of 255, worst picture %.2f", sum / n, worst);
  g_assert_cmpfloat (sum / n, <, 10);
  g_assert_cmpfloat (worst, <, 32);
}

/* Each step left out shows: a bar of 40×160 at the upper left of the paper. */
static void
test_steps (void)
{
  g_autofree guint8 *ink = g_malloc0 (PIXELS);
  const struct {
    NnInkSteps steps;
    int box_width, box_height;
    int left, top; /* of the box in the picture */
  } cases[] = {
      {{TRUE, TRUE, TRUE, 20, TRUE}, 5, 20, 12, 5},
      {{FALSE, TRUE, TRUE, 20, TRUE}, 20, 20, 8, 7},   /* the whole paper, 20 pixels wide */
      {{TRUE, FALSE, TRUE, 20, TRUE}, 20, 20, 5, 5},   /* a square */
      {{TRUE, TRUE, FALSE, 20, TRUE}, 28, 28, 0, 0},   /* its own pixels: all ink */
      {{TRUE, TRUE, TRUE, 12, TRUE}, 3, 12, 13, 9},    /* a smaller field */
      {{FALSE, TRUE, TRUE, 20, FALSE}, 20, 20, 4, 4},  /* the paper's middle in the middle */
      {{FALSE, TRUE, FALSE, 20, FALSE}, 28, 28, 0, 0}, /* nothing at all is in the middle */
  };

  for (int y = 20; y < 180; y++)
    memset (ink + y * SIDE + 60, 255, 40);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    NnNormalised result;

    g_assert_true (nn_normalise_ink_by (&cases[i].steps, ink, SIDE, SIDE, SIDE, &result));
    g_test_message ("case %zu: %d×%d", i, result.box_width, result.box_height);
    g_assert_cmpint (result.box_width, ==, cases[i].box_width);
    g_assert_cmpint (result.box_height, ==, cases[i].box_height);
    for (int y = 0; y < result.box_height; y++)
      g_assert_cmpmem (result.pixels + (cases[i].top + y) * 28 + cases[i].left, result.box_width,
                       result.box + y * 28, result.box_width);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/normalise/nothing", test_nothing);
  g_test_add_func ("/normalise/extremes", test_extremes);
  g_test_add_func ("/normalise/position", test_position);
  g_test_add_func ("/normalise/shift-by-pixels", test_shift_by_pixels);
  g_test_add_func ("/normalise/size", test_size);
  g_test_add_func ("/normalise/aspect-and-mass", test_aspect_and_mass);
  g_test_add_func ("/normalise/steps", test_steps);
  g_test_add_func ("/normalise/mnist-centre", test_mnist_centre);
  g_test_add_func ("/normalise/mnist-unchanged", test_mnist_unchanged);
  g_test_add_func ("/normalise/mnist-pasted", test_mnist_pasted);
  return g_test_run ();
}
