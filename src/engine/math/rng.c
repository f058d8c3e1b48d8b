/* rng.c: Philox4x32-10, counter-based random numbers. */
#include "rng.h"

#include "kernels.h"

#include <math.h>
#include <string.h>

#define BLOCK 4 /* numbers one counter value gives */

NnRng
nn_rng (guint64 seed, NnStream stream, guint32 substream, guint64 position)
{
  return (NnRng){.seed = seed, .position = position, .stream = stream, .substream = substream};
}

/* Whole blocks straight to their place, what is left of one at either end by way of `block`. */
void
nn_rng_fill (NnRng *rng, guint32 *numbers, gsize n)
{
  const NnKernels *kernels = nn_kernels ();
  guint64 purpose = (guint64)rng->stream << 32 | rng->substream;
  gsize done = 0;

  while (done < n) {
    guint64 index = rng->position / BLOCK;
    gsize first = rng->position % BLOCK;
    gsize count = (n - done) / BLOCK * BLOCK;

    if (first == 0 && count > 0) {
      kernels->philox (numbers + done, count / BLOCK, index, purpose, rng->seed);
    } else {
      guint32 block[BLOCK];

      count = MIN (BLOCK - first, n - done);
      kernels->philox (block, 1, index, purpose, rng->seed);
      memcpy (numbers + done, block + first, count * sizeof (guint32));
    }
    rng->position += count;
    done += count;
  }
}

guint32
nn_rng_next (NnRng *rng)
{
  guint32 number;

  nn_rng_fill (rng, &number, 1);
  return number;
}

double
nn_rng_uniform (NnRng *rng)
{
  return nn_rng_next (rng) * 0x1p-32;
}

double
nn_rng_normal (NnRng *rng)
{
  double u = (nn_rng_next (rng) + 1.0) * 0x1p-32; /* (0, 1]: the logarithm stays finite */
  double v = nn_rng_uniform (rng);

  return sqrt (-2 * log (u)) * cos (2 * G_PI * v);
}

/* Lemire: "Fast random integer generation in an interval", ACM TOMACS 29 (2019). */
guint32
nn_rng_below (NnRng *rng, guint32 bound)
{
  guint64 product = (guint64)nn_rng_next (rng) * bound;

  if ((guint32)product < bound) {
    guint32 threshold = -bound % bound;

    while ((guint32)product < threshold)
      product = (guint64)nn_rng_next (rng) * bound;
  }
  return (guint32)(product >> 32);
}

void
nn_rng_shuffle (NnRng *rng, guint32 *indices, gsize n)
{
  for (gsize i = n; i > 1; i--) {
    gsize j = nn_rng_below (rng, (guint32)i);
    guint32 kept = indices[i - 1];

    indices[i - 1] = indices[j];
    indices[j] = kept;
  }
}
