/* gbx-average.h: a debiased running average of a stream of numbers. */
#pragma once

#include <math.h>

/* m ← s·m + (1−s)·y and the same for a stream of ones, w: the average is m/w, right from the first
 * number on (Kingma & Ba 2015, §3). */
typedef struct {
  double sum, weight;
} GbxAverage;

/* About the last fifty batches. */
#define GBX_AVERAGE_SMOOTHING 0.98

/** gbx_average_add: A number that is none is passed over. */
static inline void
gbx_average_add (GbxAverage *average, double value)
{
  if (!isfinite (value))
    return;
  average->sum = GBX_AVERAGE_SMOOTHING * average->sum + (1 - GBX_AVERAGE_SMOOTHING) * value;
  average->weight = GBX_AVERAGE_SMOOTHING * average->weight + (1 - GBX_AVERAGE_SMOOTHING);
}

/** gbx_average_get: Returns: NaN before the first number. */
static inline double
gbx_average_get (const GbxAverage *average)
{
  return average->weight > 0 ? average->sum / average->weight : NAN;
}
