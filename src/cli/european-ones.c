/* european-ones.c: draws ones with an upstroke, through the same stages as a drawing of a user's.
 */
#include "european-ones.h"

#include "engine/math/rng.h"
#include "engine/prepare/drawing.h"

#include <math.h>
#include <string.h>

#define SIDE 140    /* of the canvas, in pixels */
#define HEIGHT 0.7f /* of the stem, in units of the side */
#define NUMBERS 16  /* random numbers set aside for each */

static float
between (NnRng *rng, double low, double high)
{
  return (float)(low + (high - low) * nn_rng_uniform (rng));
}

/* Upstroke, then down the stem, which leans and bends a little. */
static void
draw_stem (NnDrawing *drawing, NnRng *rng, NnPoint top, NnPoint foot)
{
  float length = HEIGHT * between (rng, 0.2, 0.5);
  float angle = between (rng, 0.5, 1.25); /* off the vertical, radians */
  float bend = between (rng, -0.04, 0.04);
  NnPoint start = {top.x - length * sinf (angle), top.y + length * cosf (angle)};

  nn_drawing_begin_stroke (drawing, start.x, start.y);
  nn_drawing_add_point (drawing, 0.5f * (start.x + top.x) + between (rng, -0.015, 0.015),
                        0.5f * (start.y + top.y) + between (rng, -0.015, 0.015));
  nn_drawing_add_point (drawing, top.x, top.y);
  nn_drawing_add_point (drawing, 0.5f * (top.x + foot.x) + bend, 0.5f * (top.y + foot.y));
  nn_drawing_add_point (drawing, foot.x, foot.y);
}

/* Every third one stands on a bar. */
static void
draw_bar (NnDrawing *drawing, NnRng *rng, NnPoint foot)
{
  gboolean has_bar = nn_rng_below (rng, 3) == 0;
  float left = between (rng, 0.1, 0.25), right = between (rng, 0.1, 0.25);
  float tilt = between (rng, -0.04, 0.04);

  if (!has_bar)
    return;
  nn_drawing_begin_stroke (drawing, foot.x - left, foot.y + tilt);
  nn_drawing_add_point (drawing, foot.x + right, foot.y - tilt);
}

static void
draw_one (NnRng *rng, guint8 *pixels)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  g_autofree guint8 *ink = g_malloc (SIDE * SIDE);
  float lean = 0.5f * HEIGHT * between (rng, -0.1, 0.35);
  float pen = between (rng, 0.03, 0.12);
  NnPoint top = {0.5f + lean, 0.15f}, foot = {0.5f - lean, 0.15f + HEIGHT};
  NnNormalised normalised;

  draw_stem (drawing, rng, top, foot);
  draw_bar (drawing, rng, foot);
  nn_drawing_rasterise (drawing, pen, SIDE, ink);
  nn_normalise_ink (ink, SIDE, SIDE, SIDE, &normalised);
  memcpy (pixels, normalised.pixels, NN_DIGIT_PIXELS);
}

NnDataset *
european_ones_join (const NnDataset *mnist, gsize n, guint64 seed)
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
  memset (joined->train.labels + count, 1, n);
  for (gsize i = 0; i < n; i++) {
    NnRng rng = nn_rng (seed, NN_STREAM_AUGMENTATION, G_MAXUINT32, i * NUMBERS);

    draw_one (&rng, joined->train.images + (count + i) * NN_DIGIT_PIXELS);
  }
  return joined;
}
