/* csv.h: what a CSV file holds, as far as its first rows tell, and what to make of it. */
#pragma once

#include <gio/gio.h>

#define NN_CSV_PREVIEW 20 /* rows kept to be shown */

/* Columns of a table. */
typedef enum {
  NN_CSV_NUMBERS,
  NN_CSV_CATEGORIES,
  NN_CSV_LEFT_OUT,
} NnCsvKind;

typedef enum {
  NN_CSV_GUESSED,
  NN_CSV_PICTURES, /* each row is the grey levels of a picture, and its label */
  NN_CSV_TABLE,
} NnCsvRows;

/* What somebody decided. Zero, but −1 for header and label: nothing. */
typedef struct {
  NnCsvRows rows;
  char delimiter;      /* 0: guessed */
  int header;          /* whether the first line has the columns' names; −1: guessed */
  int label;           /* column, from 0; −1: guessed */
  const char *column;  /* or by its name or its number from 1; NULL: guessed */
  const guint8 *kinds; /* [n_columns] of NnCsvKind; NULL: guessed */
} NnCsvChoice;

#define NN_CSV_NO_CHOICE ((NnCsvChoice){.header = -1, .label = -1})

typedef struct {
  char *name; /* from the first line, or "column 3"; owned */
  NnCsvKind kind;
  gsize n_missing, n_distinct; /* in the rows that were looked at; of the latter at most 257 */
} NnCsvColumn;

/* All owned. */
typedef struct {
  char *place; /* the file, as it can be shown */
  NnCsvRows rows;
  char delimiter;
  gboolean has_header;
  int n_columns, label;
  NnCsvColumn *columns; /* [n_columns] */
  gsize n_rows;         /* that were looked at: the first ones */
  GPtrArray *preview;   /* char **: the first of them */
} NnCsvLook;

/**
 * nn_csv_look:
 * Reads the first thousand rows of @path and decides what @choice leaves open: the delimiter is the
 * one of which the first line has most; the first line has names where it has no number; a column
 * of which nearly all values are numbers holds numbers, one of few different values categories, and
 * any other is left out. Rows are pictures where their fields are grey levels of a square.
 * @look: (out): to be cleared in any case
 * Returns: FALSE with NN_ERROR_FORMAT, _NOT_FOUND (the label's column), _TOO_LARGE or what the disk
 * says
 */
gboolean nn_csv_look (NnCsvLook *look, const char *path, const NnCsvChoice *choice,
                      GCancellable *cancellable, GError **error);

void nn_csv_look_clear (NnCsvLook *look);

/** nn_csv_is_missing: Returns: whether @text, without blanks around it, stands for no value. */
gboolean nn_csv_is_missing (const char *text);

/**
 * nn_csv_number:
 * Reads a number as people and programs write it: blanks around, a sign, digits, a fraction, an
 * exponent; @comma: a comma too begins the fraction. Exact where IEEE arithmetic makes it so
 * (W. Clinger: "How to Read Floating Point Numbers Accurately", PLDI 1990: a whole number below 2⁵³
 * times or over 10^n, n ≤ 22); by g_ascii_strtod() otherwise.
 * Returns: FALSE where it is none or not finite
 */
gboolean nn_csv_number (const char *text, gboolean comma, double *value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnCsvLook, nn_csv_look_clear)
