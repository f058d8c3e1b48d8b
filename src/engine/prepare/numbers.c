/* numbers.c: from grey levels to the numbers a network reads: scale, noise, standardise. */
#include "numbers.h"

#include "engine/math/kernels.h"

#include <math.h>
#include <string.h>

#define LEVELS 256

/* A byte out of 0…255, each as likely: four of them have this sum on average, and this deviation.
 */
#define SUM_OF_BYTES 510
#define DEVIATION_OF_SUM 147.8f /* √(4·(256² − 1)/12) */

static real
range_of (const NnPrepareSpec *spec)
{
  return spec->scale == NN_SCALE_UNIT ? 1 : 255;
}

static void
scale (const NnPrepareSpec *spec, const guint8 *pixels, real *x)
{
  if (spec->scale == NN_SCALE_UNIT)
    nn_kernels ()->from_bytes_unit (x, pixels, NN_DIGIT_PIXELS);
  else
    nn_kernels ()->from_bytes (x, pixels, NN_DIGIT_PIXELS);
}

/* The sum of four even numbers is nearly normal, and takes a fraction of the time. */
static void
add_noise (const NnPrepareSpec *spec, NnRng *rng, real *x)
{
  real deviation = (real)spec->noise * range_of (spec) / (real)DEVIATION_OF_SUM;
  guint32 numbers[NN_DIGIT_PIXELS];

  nn_rng_fill (rng, numbers, NN_DIGIT_PIXELS);
  for (int i = 0; i < NN_DIGIT_PIXELS; i++) {
    guint32 pairs = (numbers[i] & 0xff00ff) + (numbers[i] >> 8 & 0xff00ff);
    gint32 sum = (gint32)((pairs & 0xffff) + (pairs >> 16)) - SUM_OF_BYTES;

    x[i] += deviation * (real)sum;
  }
}

static void
standardise (const NnPrepareSpec *spec, real *x)
{
  real mean = (real)spec->fit->numbers[0], deviation = (real)spec->fit->numbers[1];

  for (int i = 0; i < NN_DIGIT_PIXELS; i++)
    x[i] = (x[i] - mean) / deviation;
}

void
nn_prepare_numbers (const NnPrepareSpec *spec, const guint8 *pixels, NnRng *noise, real *x)
{
  scale (spec, pixels, x);
  if (noise != NULL && spec->noise > 0)
    add_noise (spec, noise, x);
  if (spec->standardise && spec->fit != NULL)
    standardise (spec, x);
}

guint8
nn_samples_grey (const NnSamples *samples, real x)
{
  const NnPrepareSpec *spec = &samples->spec;
  real number = x;

  if (spec->standardise && spec->fit != NULL)
    number = number * (real)spec->fit->numbers[1] + (real)spec->fit->numbers[0];
  return (guint8)(CLAMP (number / range_of (spec), 0, 1) * 255 + (real)0.5);
}

void
nn_prepare_pixels (const NnPrepareSpec *spec, const guint8 *pixels, real *x)
{
  nn_prepare_numbers (spec, pixels, NULL, x);
}

/* Exact sums of whole numbers, so the order means nothing. */
NnFit *
nn_fit_pixels (const NnPrepareSpec *spec, const guint8 *pixels, gsize n)
{
  double per_level = spec->scale == NN_SCALE_UNIT ? 1.0 / 255 : 1, numbers[2] = {0, 1};
  guint64 counts[LEVELS] = {0}, sum = 0, squares = 0;

  for (gsize i = 0; i < n; i++)
    counts[pixels[i]]++;
  for (guint64 level = 0; level < LEVELS; level++) {
    sum += counts[level] * level;
    squares += counts[level] * level * level;
  }
  if (n > 0) {
    double mean = (double)sum / n, variance = (double)squares / n - mean * mean;

    numbers[0] = mean * per_level;
    if (variance > 0)
      numbers[1] = sqrt (variance) * per_level;
  }
  return nn_fit_new (1, numbers);
}

gboolean
nn_prepare_ink (const NnPrepareSpec *spec, const guint8 *ink, int width, int height, int stride,
                NnNormalised *result)
{
  g_autofree guint8 *seen = NULL;
  gsize n = (gsize)width * height;

  memset (result, 0, sizeof *result);
  if (spec->invert)
    return nn_normalise_ink_by (&spec->ink, ink, width, height, stride, result);
  if (!nn_normalise_ink (ink, width, height, stride, result))
    return FALSE;
  seen = g_malloc (n);
  for (gsize i = 0; i < n; i++)
    seen[i] = 255 - ink[i / width * stride + i % width];
  nn_normalise_ink_by (&spec->ink, seen, width, height, width, result);
  return TRUE;
}
