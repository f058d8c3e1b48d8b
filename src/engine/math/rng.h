/* rng.h: counter-based random numbers, Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * A number depends only on (seed, stream, substream, position): any thread can make any part of
 * a sequence, and one purpose never disturbs another.
 */
#pragma once

#include "real.h"

#include <glib.h>

typedef enum {
  NN_STREAM_INITIALISATION, /* substream: parameter index */
  NN_STREAM_SHUFFLING,      /* substream: epoch */
  NN_STREAM_DROPOUT,        /* substream: layer; position: step · 2³² + element */
  NN_STREAM_AUGMENTATION,   /* substream: epoch; position: sample · 64 */
  NN_STREAM_SPLIT,
  NN_STREAM_PEN,   /* position: digit · 256 */
  NN_STREAM_NOISE, /* substream: epoch; position: sample · 1024 */
  NN_STREAM_MIX,   /* substream: round */
} NnStream;

typedef struct {
  guint64 seed;
  guint64 position; /* of the next 32-bit number */
  guint32 stream;
  guint32 substream;
} NnRng;

NnRng nn_rng (guint64 seed, NnStream stream, guint32 substream, guint64 position);

guint32 nn_rng_next (NnRng *rng);

/** nn_rng_fill: The next @n numbers at once: much quicker than one by one. */
void nn_rng_fill (NnRng *rng, guint32 *numbers, gsize n);

/** nn_rng_uniform: Returns: a double in [0, 1), 32 random bits. */
double nn_rng_uniform (NnRng *rng);

/** nn_rng_normal: Returns: one standard normal number (Box–Muller; always uses two positions). */
double nn_rng_normal (NnRng *rng);

/** nn_rng_below: Returns: an unbiased integer in [0, @bound), @bound ≥ 1. */
guint32 nn_rng_below (NnRng *rng, guint32 bound);

/** nn_rng_shuffle: Fisher–Yates over @n indices. */
void nn_rng_shuffle (NnRng *rng, guint32 *indices, gsize n);
