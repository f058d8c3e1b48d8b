/* columns.c: what the columns of a table are, and the numbers a network reads of a row. */
#include "engine/collect/columns.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Relative to the mean: a smaller deviation is the rounding of numbers that are all the same. */
#define LEAST_DEVIATION 1e-10

NnColumns *
nn_columns_new (int count)
{
  NnColumns *columns = g_new0 (NnColumns, 1);

  g_atomic_ref_count_init (&columns->references);
  columns->count = count;
  columns->columns = g_new0 (NnColumn, count);
  return columns;
}

NnColumns *
nn_columns_copy (const NnColumns *columns)
{
  NnColumns *copy = nn_columns_new (columns->count);

  for (int i = 0; i < columns->count; i++) {
    copy->columns[i] = columns->columns[i];
    copy->columns[i].name = g_strdup (columns->columns[i].name);
    copy->columns[i].categories = g_strdupv (columns->columns[i].categories);
  }
  return copy;
}

int
nn_column_width (const NnColumn *column)
{
  return column->categories == NULL ? 1 : column->n_categories + (column->n_missing > 0);
}

int
nn_columns_width (const NnColumns *columns)
{
  int width = 0;

  for (int i = 0; i < columns->count; i++)
    width += nn_column_width (&columns->columns[i]);
  return width;
}

static gboolean
same_categories (const NnColumn *a, const NnColumn *b)
{
  if (a->categories == NULL || b->categories == NULL)
    return a->categories == b->categories;
  return nn_column_width (a) == nn_column_width (b) &&
         g_strv_equal ((const char *const *)a->categories, (const char *const *)b->categories);
}

gboolean
nn_columns_same (const NnColumns *a, const NnColumns *b)
{
  if (a->count != b->count)
    return FALSE;
  for (int i = 0; i < a->count; i++)
    if (g_strcmp0 (a->columns[i].name, b->columns[i].name) != 0 ||
        !same_categories (&a->columns[i], &b->columns[i]))
      return FALSE;
  return TRUE;
}

/* mean = 1/n · Σ v, deviation = √(1/n · Σ (v − mean)²), over the values there are. */
static void
measure (int index, const float *const *rows, gsize n, double *mean, double *deviation)
{
  double sum = 0, squares = 0;
  gsize n_known = 0;

  for (gsize i = 0; i < n; i++)
    if (!isnan (rows[i][index])) {
      sum += rows[i][index];
      n_known++;
    }
  *mean = n_known > 0 ? sum / n_known : 0;
  for (gsize i = 0; i < n; i++)
    if (!isnan (rows[i][index])) {
      double apart = rows[i][index] - *mean;

      squares += apart * apart;
    }
  *deviation = n_known > 0 ? sqrt (squares / n_known) : 0;
  if (!(*deviation > LEAST_DEVIATION * fabs (*mean)))
    *deviation = 1;
}

void
nn_columns_measure (const NnColumns *columns, const float *const *rows, gsize n, double *numbers)
{
  for (int i = 0; i < columns->count; i++) {
    numbers[i] = 0;
    numbers[columns->count + i] = 1;
    if (columns->columns[i].categories == NULL)
      measure (i, rows, n, &numbers[i], &numbers[columns->count + i]);
  }
}

void
nn_columns_encode (const NnColumns *columns, const double *numbers, gboolean standardise,
                   const float *row, real *x)
{
  for (int i = 0; i < columns->count; i++) {
    const NnColumn *column = &columns->columns[i];
    int width = nn_column_width (column);

    if (column->categories == NULL) {
      double mean = numbers[i], value = isnan (row[i]) ? mean : row[i];

      *x = (real)(standardise ? (value - mean) / numbers[columns->count + i] : value);
    } else {
      int place = isnan (row[i]) ? column->n_categories : (int)row[i];

      memset (x, 0, width * sizeof *x);
      if (place < width)
        x[place] = 1;
    }
    x += width;
  }
}

gboolean
nn_columns_check_row (const NnColumns *columns, const float *row, GError **error)
{
  for (int i = 0; i < columns->count; i++) {
    const NnColumn *column = &columns->columns[i];

    if (isnan (row[i]))
      continue;
    if (column->categories == NULL && isinf (row[i])) {
      g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("column “%s” is not a finite number"),
                   column->name);
      return FALSE;
    }
    if (column->categories != NULL &&
        !(row[i] >= 0 && row[i] < column->n_categories && row[i] == floorf (row[i]))) {
      g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                   _ ("column “%s” is %g, but its categories are numbered 0 to %d"), column->name,
                   (double)row[i], column->n_categories - 1);
      return FALSE;
    }
  }
  return TRUE;
}

NnColumns *
nn_columns_ref (NnColumns *columns)
{
  g_atomic_ref_count_inc (&columns->references);
  return columns;
}

void
nn_columns_unref (NnColumns *columns)
{
  if (columns == NULL || !g_atomic_ref_count_dec (&columns->references))
    return;
  for (int i = 0; i < columns->count; i++) {
    g_free (columns->columns[i].name);
    g_strfreev (columns->columns[i].categories);
  }
  g_free (columns->columns);
  g_free (columns);
}
