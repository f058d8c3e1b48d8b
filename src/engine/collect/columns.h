/* columns.h: what the columns of a table are. The samples of a table are rows of numbers, not
 * pictures. */
#pragma once

#include "engine/math/real.h"

#include <json-glib/json-glib.h>

#define NN_COLUMNS_MOST 4096          /* in a table, and numbers in a network's input */
#define NN_COLUMN_MOST_CATEGORIES 256 /* in a column */
#define NN_COLUMN_LONGEST_NAME 100    /* bytes of a column's or a category's name */

typedef struct {
  char *name;
  char **categories; /* NULL-terminated; NULL: a column of numbers */
  int n_categories;
  gsize n_missing; /* values that the source lacked */
} NnColumn;

/* Immutable once shared, by reference count.
 *
 * A row of a table is float[count]: a number, or the index of a category; NaN: missing. */
typedef struct {
  gatomicrefcount references;
  int count;
  NnColumn *columns; /* [count], owned with their texts */
} NnColumns;

/** nn_columns_new: Returns: (transfer full): @count nameless columns of numbers. */
NnColumns *nn_columns_new (int count);

/** nn_columns_copy: Returns: (transfer full): another one with the same content. */
NnColumns *nn_columns_copy (const NnColumns *columns);

/**
 * nn_column_width:
 * Returns: how many numbers the column becomes: one, or one for each category, and one more for
 * “missing” where the source lacked some
 */
int nn_column_width (const NnColumn *column);

/** nn_columns_width: Returns: how many numbers a network reads of a row. */
int nn_columns_width (const NnColumns *columns);

/** nn_columns_same: Returns: whether rows of one mean the same as rows of the other, so that a
 * network of the one reads the other. */
gboolean nn_columns_same (const NnColumns *a, const NnColumns *b);

/**
 * nn_columns_measure:
 * @rows: [n] pointers to float[count]
 * numbers[2][count]: mean and deviation of the numbers there are in each column, in double
 * precision, summed in the order of @rows: mean 0 where there is none, deviation 1 where they are
 * all the same; 0 and 1 for categories.
 */
void nn_columns_measure (const NnColumns *columns, const float *const *rows, gsize n,
                         double *numbers);

/**
 * nn_columns_encode:
 * @numbers: as nn_columns_measure() has them
 * One row[count] to x[width]: (number − mean) / deviation where @standardise, else the number; a
 * missing one counts as the mean. Of categories a 1 at its place and 0 elsewhere.
 */
void nn_columns_encode (const NnColumns *columns, const double *numbers, gboolean standardise,
                        const float *row, real *x);

/**
 * nn_columns_check_row:
 * Returns: FALSE with NN_ERROR_RANGE unless every number is finite or missing, and every category
 * is one of those there are
 */
gboolean nn_columns_check_row (const NnColumns *columns, const float *row, GError **error);

/**
 * nn_columns_parse:
 * @path: where @list stands in its document, for messages
 * Returns: (transfer full): the columns, or NULL
 */
NnColumns *nn_columns_parse (JsonArray *list, const char *path, GError **error);

/** nn_columns_write: As the member @name of the object that @builder is in. */
void nn_columns_write (const NnColumns *columns, const char *name, JsonBuilder *builder);

NnColumns *nn_columns_ref (NnColumns *columns);
void nn_columns_unref (NnColumns *columns); /* NULL is none */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnColumns, nn_columns_unref)
