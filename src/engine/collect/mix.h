/* mix.h: two data sets as one, of which one is given a share of what is trained on. */
#pragma once

#include "engine/collect/dataset.h"

#define NN_MIX_LEAST 0.01
#define NN_MIX_MOST 0.75

/**
 * nn_dataset_mix:
 * @share: of all pictures to train with, how many are @other's: NN_MIX_LEAST…NN_MIX_MOST
 * @seed: which of @other's come once more, or at all, where their number does not go up
 *
 * To train with, all of @base's pictures, and spread evenly among them @other's, each as often as
 * every other, give or take one, until they are the share. To test with, those of both, each once.
 * Classes of one name are one class; @other's further ones follow @base's.
 * Returns: (transfer full): a set with the id and the origin of @base, or NULL with NN_ERROR_SHAPE
 * where the pictures are of two sizes, NN_ERROR_RANGE where there is nothing to mix in
 */
NnDataset *nn_dataset_mix (NnDataset *base, NnDataset *other, double share, guint64 seed,
                           GError **error);
