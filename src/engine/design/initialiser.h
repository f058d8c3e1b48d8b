/* initialiser.h: the first values of weights. */
#pragma once

#include "layer.h"

/** nn_initialiser_read: Reads the member "initialiser"; Glorot's where it is absent. */
gboolean nn_initialiser_read (JsonObject *object, const char *path, NnInitialiser *initialiser,
                              GError **error);

/**
 * nn_initialise:
 * Draws @n weights, one or two positions of @rng each. @fan_in and @fan_out: how many numbers one
 * output reads, and how many outputs one input feeds.
 */
void nn_initialise (NnInitialiser initialiser, real *weights, gsize n, int fan_in, int fan_out,
                    NnRng *rng);
