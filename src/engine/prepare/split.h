/* split.h: which of a data set's samples belong to which part. Inside the prepare room. */
#pragma once

#include "prepare.h"

/**
 * nn_split:
 * Returns: (transfer full): guint32: indices in the data set, its training part's samples first,
 * then its test part's; in that order
 */
GArray *nn_split (const NnDataset *dataset, const NnPrepareSpec *spec, NnPart part, guint64 seed);

/** nn_split_label: Returns: the label of the sample @index of both parts. */
guint8 nn_split_label (const NnDataset *dataset, gsize index);

/** nn_split_row: Returns: (transfer none): its row, where the data set is a table. */
const float *nn_split_row (const NnDataset *dataset, gsize index);

/** nn_split_image: Returns: (transfer none): its picture. */
const guint8 *nn_split_image (const NnDataset *dataset, gsize index);
