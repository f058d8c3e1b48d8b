/* european-digits.c: draws ones with an upstroke and sevens with a bar, through the same stages as
 * a drawing of a user's. */
#include "european-digits.h"

#include "engine/math/rng.h"
#include "engine/ink/drawing.h"

#include <math.h>
#include <string.h>

#define SIDE 140     /* of the canvas, in pixels */
#define HEIGHT 0.6f  /* of the stem, in units of the side */
#define BOW_POINTS 6 /* of a curve */
#define NUMBERS 64   /* random numbers set aside for each */

static float
between (NnRng *rng, double low, double high)
{
  return (float)(low + (high - low) * nn_rng_uniform (rng));
}

/* Goes on to @to in a bow (a Bézier curve) that strays from the straight line by up to @stray. */
static void
draw_to (NnDrawing *drawing, NnRng *rng, NnPoint from, NnPoint to, float stray)
{
  NnPoint control = {0.5f * (from.x + to.x) + between (rng, -2 * stray, 2 * stray),
                     0.5f * (from.y + to.y) + between (rng, -2 * stray, 2 * stray)};

  for (int i = 1; i <= BOW_POINTS; i++) {
    float t = i / (float)BOW_POINTS, s = 1 - t;

    nn_drawing_add_point (drawing, s * s * from.x + 2 * s * t * control.x + t * t * to.x,
                          s * s * from.y + 2 * s * t * control.y + t * t * to.y);
  }
}

/* A straight stroke of its own through @middle. */
static void
draw_bar (NnDrawing *drawing, NnRng *rng, NnPoint middle, double shortest, double longest,
          double steepest)
{
  float left = between (rng, shortest, longest), right = between (rng, shortest, longest);
  float tilt = between (rng, -steepest, steepest);

  nn_drawing_begin_stroke (drawing, middle.x - left, middle.y + tilt);
  nn_drawing_add_point (drawing, middle.x + right, middle.y - tilt);
}

/* Upstroke, then down the stem, which leans and bends a little; every third one stands on a bar. A
 * long upstroke is steep: a flat one would make a 7. */
static void
draw_one (NnDrawing *drawing, NnRng *rng, NnPoint top, NnPoint foot)
{
  float length = between (rng, 0.2, 0.8);
  float angle = between (rng, 0.5, 1.25 - 0.5 * fmax (0, length - 0.4)); /* off the vertical */
  NnPoint start = {top.x - HEIGHT * length * sinf (angle), top.y + HEIGHT * length * cosf (angle)};

  nn_drawing_begin_stroke (drawing, start.x, start.y);
  draw_to (drawing, rng, start, top, 0.06f * length);
  draw_to (drawing, rng, top, foot, 0.04f);
  if (nn_rng_below (rng, 3) == 0)
    draw_bar (drawing, rng, foot, 0.1, 0.28, 0.04);
}

/* The roof, which every other one's serif hangs from; the stem; the bar that crosses it. */
static void
draw_seven (NnDrawing *drawing, NnRng *rng, NnPoint top, NnPoint foot)
{
  float width = HEIGHT * between (rng, 0.4, 0.75), serif = between (rng, 0.04, 0.14);
  float slope = between (rng, -0.05, 0.05), crossing = between (rng, 0.38, 0.6);
  NnPoint left = {top.x - width, top.y + slope};
  NnPoint middle = {top.x + crossing * (foot.x - top.x), top.y + crossing * (foot.y - top.y)};

  if (nn_rng_below (rng, 2) == 0) {
    nn_drawing_begin_stroke (drawing, left.x + between (rng, -0.03, 0.03), left.y + serif);
    nn_drawing_add_point (drawing, left.x, left.y);
  } else {
    nn_drawing_begin_stroke (drawing, left.x, left.y);
  }
  draw_to (drawing, rng, left, top, 0.04f);
  draw_to (drawing, rng, top, foot, 0.05f);
  draw_bar (drawing, rng, middle, 0.1, 0.22, 0.06);
}

static void
draw_digit (int digit, NnRng *rng, guint8 *pixels)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  g_autofree guint8 *ink = g_malloc (SIDE * SIDE);
  float lean = 0.5f * HEIGHT * (digit == 1 ? between (rng, -0.15, 0.5) : between (rng, 0.1, 0.7));
  float pen = between (rng, 0.025, 0.1);
  NnPoint top = {0.5f + lean, 0.2f}, foot = {0.5f - lean, 0.2f + HEIGHT};
  NnNormalised normalised;

  (digit == 1 ? draw_one : draw_seven) (drawing, rng, top, foot);
  nn_drawing_rasterise (drawing, pen, SIDE, ink);
  nn_normalise_ink (ink, SIDE, SIDE, SIDE, &normalised);
  memcpy (pixels, normalised.pixels, NN_DIGIT_PIXELS);
}

NnDataset *
european_digits_join (const NnDataset *mnist, gsize n, guint64 seed)
{
  NnDataset *joined = g_memdup2 (mnist, sizeof *mnist);
  gsize count = mnist->train.count;

  g_atomic_ref_count_init (&joined->references);
  joined->id = g_strdup (mnist->id);
  joined->origin = g_strdup (mnist->origin);
  joined->class_names = g_strdupv (mnist->class_names);
  joined->test.images = g_memdup2 (mnist->test.images, mnist->test.count * NN_DIGIT_PIXELS);
  joined->test.labels = g_memdup2 (mnist->test.labels, mnist->test.count);

  joined->train.count = count + n;
  joined->train.images = g_malloc ((count + n) * NN_DIGIT_PIXELS);
  joined->train.labels = g_malloc (count + n);
  memcpy (joined->train.images, mnist->train.images, count * NN_DIGIT_PIXELS);
  memcpy (joined->train.labels, mnist->train.labels, count);
  for (gsize i = 0; i < n; i++) {
    NnRng rng = nn_rng (seed, NN_STREAM_AUGMENTATION, G_MAXUINT32, i * NUMBERS);
    int digit = i % 3 == 2 ? 7 : 1;

    draw_digit (digit, &rng, joined->train.images + (count + i) * NN_DIGIT_PIXELS);
    joined->train.labels[count + i] = (guint8)digit;
  }
  return joined;
}
