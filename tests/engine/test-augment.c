/* test-augment.c: what each kind of augmentation does to a picture. */
#include "engine/prepare/augment.h"

#include <math.h>
#include <string.h>

#define PIXELS NN_DIGIT_PIXELS

static void
draw_bar (guint8 *picture, int left, int top, int width, int height)
{
  memset (picture, 0, PIXELS);
  for (int y = top; y < top + height; y++)
    memset (picture + y * 28 + left, 255, width);
}

typedef struct {
  double mass, x, y;
  double angle;         /* of the principal axis, radians */
  double width, height; /* standard deviations, pixels */
} Moments;

static Moments
measure (const guint8 *picture)
{
  Moments m = {0};
  double xx = 0, yy = 0, xy = 0;

  for (int i = 0; i < PIXELS; i++) {
    m.mass += picture[i];
    m.x += picture[i] * (i % 28);
    m.y += picture[i] * (double)(i / 28);
  }
  m.x /= m.mass;
  m.y /= m.mass;
  for (int i = 0; i < PIXELS; i++) {
    double dx = i % 28 - m.x, dy = i / 28 - m.y;

    xx += picture[i] * dx * dx;
    yy += picture[i] * dy * dy;
    xy += picture[i] * dx * dy;
  }
  m.angle = 0.5 * atan2 (2 * xy, xx - yy);
  m.width = sqrt (xx / m.mass);
  m.height = sqrt (yy / m.mass);
  return m;
}

static void
augment (const NnAugmentation *augmentation, guint32 index, const guint8 *source, guint8 *target)
{
  NnAugmenter *augmenter = nn_augmenter_new (augmentation);
  NnRng rng = nn_rng (5, NN_STREAM_AUGMENTATION, 0, index * 64ull);

  nn_augment (augmenter, &rng, source, target);
  nn_augmenter_free (augmenter);
}

static Moments
augmented (NnAugmentation augmentation, guint32 index, const guint8 *source)
{
  guint8 target[PIXELS];

  augment (&augmentation, index, source, target);
  return measure (target);
}

static void
test_none (void)
{
  NnAugmentation none = {.elastic_smoothing = 4};

  g_assert_null (nn_augmenter_new (&none));
}

/* Each kind alone, over many draws: as far as asked for, both ways, and nothing else. */
static void
test_shift (void)
{
  guint8 bar[PIXELS];
  double low = 0, high = 0;
  Moments before;

  draw_bar (bar, 8, 12, 12, 4);
  before = measure (bar);
  for (guint32 i = 0; i < 300; i++) {
    Moments after = augmented ((NnAugmentation){.shift = 3}, i, bar);

    g_assert_cmpfloat_with_epsilon (after.mass, before.mass, 0.01 * before.mass);
    g_assert_cmpfloat (fabs (after.x - before.x), <, 3.02);
    g_assert_cmpfloat (fabs (after.y - before.y), <, 3.02);
    low = MIN (low, after.x - before.x);
    high = MAX (high, after.x - before.x);
  }
  g_assert_cmpfloat (low, <, -2.7);
  g_assert_cmpfloat (high, >, 2.7);
}

static void
test_rotation (void)
{
  guint8 bar[PIXELS];
  double low = 0, high = 0;

  draw_bar (bar, 6, 13, 17, 3); /* its middle is MNIST's centre of mass: (14, 14) */
  for (guint32 i = 0; i < 300; i++) {
    Moments after = augmented ((NnAugmentation){.rotation = 30}, i, bar);

    g_assert_cmpfloat_with_epsilon (after.x, 14, 0.05);
    g_assert_cmpfloat_with_epsilon (after.y, 14, 0.05);
    g_assert_cmpfloat (fabs (after.angle), <, 30.5 * G_PI / 180);
    low = MIN (low, after.angle);
    high = MAX (high, after.angle);
  }
  g_assert_cmpfloat (low, <, -27 * G_PI / 180);
  g_assert_cmpfloat (high, >, 27 * G_PI / 180);
}

static void
test_larger_or_smaller (void)
{
  guint8 square[PIXELS];
  double low = 9, high = 0, most_apart = 0;
  Moments before;

  draw_bar (square, 7, 7, 15, 15);
  before = measure (square);
  for (guint32 i = 0; i < 300; i++) {
    Moments after = augmented ((NnAugmentation){.scale = 0.25}, i, square);
    double wider = after.width / before.width, taller = after.height / before.height;

    g_assert_cmpfloat_with_epsilon (after.x, 14, 0.05);
    g_assert_cmpfloat_with_epsilon (after.y, 14, 0.05);
    low = MIN (low, MIN (wider, taller));
    high = MAX (high, MAX (wider, taller));
    most_apart = MAX (most_apart, fabs (wider - taller));
  }
  g_assert_cmpfloat_with_epsilon (low, 0.75, 0.02);
  g_assert_cmpfloat_with_epsilon (high, 1.25, 0.02);
  g_assert_cmpfloat (most_apart, >, 0.35);
}

/* A long bar, thickened by w, has w more rows of ink; and it stays as dark however thin. */
static void
test_stroke_width (void)
{
  guint8 bar[PIXELS];
  double low = 9, high = 0;

  draw_bar (bar, 4, 11, 20, 6);
  for (guint32 i = 0; i < 300; i++) {
    NnAugmentation augmentation = {.stroke_width = 2.5};
    guint8 target[PIXELS];
    double thickness = 0;
    int darkest = 0;

    augment (&augmentation, i, bar, target);
    for (int y = 0; y < 28; y++)
      thickness += target[y * 28 + 14] / 255.0;
    for (int k = 0; k < PIXELS; k++)
      darkest = MAX (darkest, target[k]);
    g_assert_cmpint (darkest, ==, 255);
    low = MIN (low, thickness);
    high = MAX (high, thickness);
  }
  g_assert_cmpfloat_with_epsilon (low, 6 - 2.5, 0.1);
  g_assert_cmpfloat_with_epsilon (high, 6 + 2.5, 0.1);
}

/* What is above goes as far one way as what is below goes the other. */
static void
test_shear (void)
{
  guint8 bar[PIXELS];
  double low = 0, high = 0;

  draw_bar (bar, 13, 4, 3, 21);
  for (guint32 i = 0; i < 300; i++) {
    NnAugmentation augmentation = {.shear = 25};
    guint8 target[PIXELS];
    double above = 0, below = 0, mass_above = 0, mass_below = 0, lean;

    augment (&augmentation, i, bar, target);
    for (int x = 0; x < 28; x++) {
      above += x * target[6 * 28 + x];
      mass_above += target[6 * 28 + x];
      below += x * target[22 * 28 + x];
      mass_below += target[22 * 28 + x];
    }
    lean = atan ((above / mass_above - below / mass_below) / 16) * 180 / G_PI;
    g_assert_cmpfloat_with_epsilon (above / mass_above + below / mass_below, 28, 0.05);
    low = MIN (low, lean);
    high = MAX (high, lean);
  }
  g_assert_cmpfloat_with_epsilon (low, -25, 1);
  g_assert_cmpfloat_with_epsilon (high, 25, 1);
}

/* A ramp tells how far each pixel came from: as far as Simard's α and σ say, and its neighbour
 * almost as far. */
static void
test_elastic (void)
{
  const NnAugmentation augmentation = {.elastic = 34, .elastic_smoothing = 4};
  guint8 across[PIXELS], down[PIXELS];
  double squares = 0, beside = 0, sum = 0, n = 0;

  for (int i = 0; i < PIXELS; i++) {
    across[i] = (guint8)(i % 28 * 9);
    down[i] = (guint8)(i / 28 * 9);
  }
  for (guint32 k = 0; k < 400; k++) {
    const guint8 *ramp = k % 2 ? across : down;
    guint8 target[PIXELS];

    augment (&augmentation, k, ramp, target);
    for (int y = 8; y < 20; y++)
      for (int x = 8; x < 20; x++) {
        double moved = (target[y * 28 + x] - ramp[y * 28 + x]) / 9.0;
        double next = (target[y * 28 + x + 1] - ramp[y * 28 + x + 1]) / 9.0;

        sum += moved;
        squares += moved * moved;
        beside += moved * next;
        n++;
      }
  }
  g_assert_cmpfloat_with_epsilon (sum / n, 0, 0.15);
  g_assert_cmpfloat_with_epsilon (sqrt (squares / n), 34 * 0.1629 / 4, 0.15);
  g_assert_cmpfloat (beside / squares, >, 0.95); /* e^(−1/(4σ²)) */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/none", test_none);
  g_test_add_func ("/augment/shift", test_shift);
  g_test_add_func ("/augment/rotation", test_rotation);
  g_test_add_func ("/augment/scale", test_larger_or_smaller);
  g_test_add_func ("/augment/shear", test_shear);
  g_test_add_func ("/augment/elastic", test_elastic);
  g_test_add_func ("/augment/stroke-width", test_stroke_width);
  return g_test_run ();
}
