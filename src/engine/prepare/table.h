/* table.h: the samples of a table. Inside the prepare room. */
#pragma once

#include "prepare.h"

/** nn_table_check: Returns: FALSE with NN_ERROR_SHAPE unless @dataset and @spec are of one kind,
 * and of a table of the same columns. */
gboolean nn_table_check (const NnDataset *dataset, const NnPrepareSpec *spec, GError **error);

/** nn_table_measure: Returns: (transfer full): mean and deviation of each column of @samples. */
NnFit *nn_table_measure (const NnSamples *samples);

/** nn_table_gather: nn_samples_gather() of a table. */
void nn_table_gather (const NnSamples *samples, const guint32 *indices, int count, real *x,
                      guint8 *labels);
