/* numbers.h: from grey levels to the numbers a network reads. Inside the prepare room. */
#pragma once

#include "prepare.h"

/**
 * nn_prepare_numbers:
 * x[784] from pixels[784].
 * @noise: the sample's own random numbers, or NULL: without noise
 */
void nn_prepare_numbers (const NnPrepareSpec *spec, const guint8 *pixels, NnRng *noise, real *x);

/** nn_fit_pixels: Returns: (transfer full): mean and deviation of @n grey levels as scaled; a
 * deviation of 1 where all are the same. */
NnFit *nn_fit_pixels (const NnPrepareSpec *spec, const guint8 *pixels, gsize n);
