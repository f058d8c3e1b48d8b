/* parameters.h: a network's parameters as named tensors. Inside the deploy room. */
#pragma once

#include "safetensors.h"

#include "engine/design/network.h"

#define NN_METADATA_EXPERIMENT "glassbox.experiment"
#define NN_METADATA_INPUT "glassbox.input" /* of an ONNX file: what it is given */
#define NN_METADATA_VERSION "glassbox.version"
#define NN_METADATA_CHECKPOINT "glassbox.checkpoint"
#define NN_OPTIMIZER_PREFIX "optimizer." /* tensors of a checkpoint that are no parameters */

/**
 * nn_parameters_add:
 * Adds one tensor a parameter: the views at the parameters' offsets in @block, which is laid out
 * like the network's parameter block. Names get @prefix in front.
 */
void nn_parameters_add (NnTensorFile *file, const NnNetwork *network, const NnArena *block,
                        const char *prefix);

/**
 * nn_parameters_read:
 * The way back, by name; with @by_order also where only the numbering differs (see model.h).
 * Parameters (empty @prefix) that are not finite are refused; moments are taken as they are.
 * Returns: (transfer full): a block laid out like the network's parameters, or NULL
 */
real *nn_parameters_read (const NnTensorFile *file, const NnNetwork *network, const char *prefix,
                          gboolean by_order, GError **error);

/** nn_parameters_load: Reads them into @network, which stays untouched where that fails. */
gboolean nn_parameters_load (const NnTensorFile *file, NnNetwork *network, gboolean by_order,
                             GError **error);
