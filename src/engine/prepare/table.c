/* table.c: the samples of a table: measured, and encoded into batches. */
#include "table.h"

#include "split.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>

gboolean
nn_table_check (const NnDataset *dataset, const NnPrepareSpec *spec, GError **error)
{
  if (dataset->columns == NULL && spec->columns == NULL)
    return TRUE;
  if (dataset->columns != NULL && spec->columns != NULL &&
      nn_columns_same (dataset->columns, spec->columns))
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               spec->columns == NULL
                   ? _ ("The data set “%s” is a table, but the recipe reads pictures.")
               : dataset->columns == NULL
                   ? _ ("The data set “%s” has pictures, but the recipe reads a table.")
                   : _ ("The data set “%s” has other columns than the recipe reads."),
               dataset->id);
  return FALSE;
}

NnFit *
nn_table_measure (const NnSamples *samples)
{
  const NnColumns *columns = samples->spec.columns;
  g_autofree const float **rows = g_new (const float *, samples->count);
  g_autofree double *numbers = g_new (double, 2 * columns->count);

  for (gsize i = 0; i < samples->count; i++)
    rows[i] = nn_split_row (samples->dataset, samples->source[i]);
  nn_columns_measure (columns, rows, samples->count, numbers);
  return nn_fit_new (columns->count, numbers);
}

void
nn_table_gather (const NnSamples *samples, const guint32 *indices, int count, real *x,
                 guint8 *labels)
{
  const NnPrepareSpec *spec = &samples->spec;
  gsize width = nn_shape_size (&samples->shape);

  for (int i = 0; i < count; i++) {
    const float *row = nn_split_row (samples->dataset, samples->source[indices[i]]);

    nn_columns_encode (spec->columns, spec->fit->numbers, spec->standardise, row, x + i * width);
    labels[i] = samples->labels[indices[i]];
  }
}
