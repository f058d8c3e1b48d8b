/* divergence.h: says where numbers stopped being finite. */
#pragma once

#include "optimizer.h"

/**
 * nn_divergence_in_forward:
 * Sets @error: the first layer whose output is not finite, after nn_network_forward().
 * @epoch, @batch: 0-based
 */
void nn_divergence_in_forward (const NnNetwork *network, int rows, int epoch, int batch,
                               GError **error);

/**
 * nn_divergence_in_update:
 * Sets @error: the first layer with a gradient, a moment or a parameter that is not finite, after
 * nn_optimizer_step() and before nn_optimizer_undo().
 */
void nn_divergence_in_update (const NnNetwork *network, const NnOptimizer *optimizer, int epoch,
                              int batch, GError **error);
