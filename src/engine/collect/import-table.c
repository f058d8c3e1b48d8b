/* import-table.c: the rows of a CSV file, numbers and categories, become a harvest. */
#include "engine/collect/import-private.h"

#include "engine/collect/lines.h"
#include "engine/collect/names.h"
#include "engine/error.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define FIRST_ROOM 4096 /* rows; it doubles */
#define TELL_ROWS 4096
#define NOTED_COLUMNS 12 /* that are told of one by one */

/* A column of the file that becomes one of the table. */
typedef struct {
  int field;
  NnNames *names;      /* of categories; NULL: numbers */
  gboolean overflowed; /* more categories than there can be: left out after all */
  gsize n_missing;
} Source;

typedef struct {
  NnImport *import;
  NnHarvest *harvest;
  const NnCsvLook *look;
  gboolean comma; /* may begin a fraction */
  gsize room;     /* rows there is memory for */
  int n_sources;
  Source *sources;
  NnNames *classes;
  char **fields; /* [look->n_columns] */
} Table;

static void
plan_columns (Table *table)
{
  const NnCsvLook *look = table->look;

  table->sources = g_new0 (Source, look->n_columns);
  for (int i = 0; i < look->n_columns; i++) {
    if (i == look->label || look->columns[i].kind == NN_CSV_LEFT_OUT)
      continue;
    table->sources[table->n_sources++] = (Source){
        .field = i,
        .names = look->columns[i].kind == NN_CSV_CATEGORIES ? nn_names_new () : NULL,
    };
  }
}

/* The whole is bounded before any of it is taken. */
static gboolean
make_room (Table *table, GError **error)
{
  NnHarvest *harvest = table->harvest;
  gsize room = MAX (2 * table->room, FIRST_ROOM), row = table->n_sources * sizeof (float);
  gsize most = MIN (NN_IMPORT_MOST_SAMPLES, NN_IDX_LIMIT / row);
  float *rows;

  if (harvest->count < table->room)
    return TRUE;
  if (harvest->count >= most) {
    g_set_error (
        error, NN_ERROR, NN_ERROR_TOO_LARGE,
        _ ("%s has more than %zu rows of %d columns, which is what a data set may hold: %d "
           "samples, 1 GiB in all"),
        table->look->place, most, table->n_sources, NN_IMPORT_MOST_SAMPLES);
    return FALSE;
  }
  table->room = MIN (room, most);
  rows = g_try_realloc (harvest->rows, table->room * row);
  if (rows == NULL) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                 _ ("%zu samples of %zu values need more memory than there is"), table->room,
                 (gsize)table->n_sources);
    return FALSE;
  }
  harvest->rows = rows;
  harvest->labels = g_realloc (harvest->labels, table->room);
  harvest->destination = g_realloc (harvest->destination, table->room);
  return TRUE;
}

/* ---- a row ---- */

/* Returns: (transfer full) (nullable): why @text is no value of the column. */
static char *
take_value (const Table *table, Source *source, char *text, float *value)
{
  const char *name = table->look->columns[source->field].name;
  double number;
  int index;

  if (source->names == NULL && nn_csv_number (text, table->comma, &number) &&
      fabs (number) <= FLT_MAX) {
    *value = (float)number;
    return NULL;
  }
  g_strstrip (text);
  if (nn_csv_is_missing (text)) {
    source->n_missing++;
    *value = NAN;
    return NULL;
  }
  if (source->names == NULL)
    return g_strdup_printf (_ ("column %d (“%s”) is no number that can be used"), source->field + 1,
                            name);
  if (!g_utf8_validate (text, -1, NULL))
    return g_strdup_printf (_ ("column %d (“%s”) is no UTF-8 text"), source->field + 1, name);
  if (strlen (text) > NN_COLUMN_LONGEST_NAME)
    return g_strdup_printf (_ ("column %d (“%s”) is longer than the %d bytes that a category may "
                               "have"),
                            source->field + 1, name, NN_COLUMN_LONGEST_NAME);
  index = nn_names_find (source->names, text);
  source->overflowed |= index < 0;
  *value = (float)index;
  return NULL;
}

/* Returns: (transfer full) (nullable): why the row cannot be taken. */
static char *
read_row (Table *table, char *line)
{
  const NnCsvLook *look = table->look;
  NnHarvest *harvest = table->harvest;
  float *row = harvest->rows + harvest->count * table->n_sources;
  int n = nn_line_split (line, look->delimiter, table->fields, look->n_columns);
  char *reason = NULL;
  int k;

  if (n < 0)
    return g_strdup (_ ("a quote is opened and not closed"));
  if (n != look->n_columns)
    return g_strdup_printf (_ ("it has %d fields, expected %d"), n, look->n_columns);
  for (k = 0; k < table->n_sources && reason == NULL; k++)
    reason =
        take_value (table, &table->sources[k], table->fields[table->sources[k].field], &row[k]);
  if (reason == NULL)
    reason = nn_import_take_label (table->classes, table->fields[look->label],
                                   &harvest->labels[harvest->count]);
  if (reason == NULL)
    harvest->destination[harvest->count++] = NN_GOES_BY_SPLIT;
  else
    while (k-- > 0) /* what was missing in a row that is refused is missing nowhere */
      table->sources[k].n_missing -= isnan (row[k]) != 0;
  return reason;
}

static gboolean
read_rows (Table *table, GError **error)
{
  GCancellable *cancellable = table->import->cancellable;
  g_autoptr (NnLines) lines = nn_lines_open (table->import->options->source, cancellable, error);
  gsize n_told = 0;
  char *line;

  if (lines == NULL ||
      (table->look->has_header && !nn_lines_next (lines, &line, cancellable, error)))
    return FALSE;
  for (gsize i = 0;; i++) {
    char *reason;

    if (!nn_lines_next (lines, &line, cancellable, error))
      return FALSE;
    if (line == NULL)
      break;
    if (!make_room (table, error))
      return FALSE;
    reason = read_row (table, line);
    if (reason != NULL)
      nn_import_refuse_line (table->import, table->look->place, nn_lines_number (lines), reason);
    if (i % TELL_ROWS == 0) {
      nn_import_tell (table->import, table->harvest->count - n_told, nn_lines_fraction (lines));
      n_told = table->harvest->count;
    }
  }
  return TRUE;
}

/* ---- what became of the columns ---- */

static void
rank_categories (NnHarvest *harvest, int n_sources, int index, NnNames *names, NnColumn *column)
{
  guint8 rank[NN_NAMES_MOST];

  column->categories = nn_names_sort (names, rank);
  column->n_categories = (int)names->texts->len;
  for (gsize i = 0; i < harvest->count; i++) {
    float *value = &harvest->rows[i * n_sources + index];

    if (!isnan (*value))
      *value = rank[(int)*value];
  }
}

static gboolean
is_of_use (const Source *source)
{
  return !source->overflowed && (source->names == NULL || source->names->texts->len > 0);
}

/* Closes the gaps that columns leave which turned out to be of no use. */
static void
close_gaps (Table *table)
{
  NnHarvest *harvest = table->harvest;
  int n = table->n_sources;
  float *to = harvest->rows;

  for (gsize i = 0; i < harvest->count; i++)
    for (int k = 0; k < n; k++)
      if (is_of_use (&table->sources[k]))
        *to++ = harvest->rows[i * n + k];
}

static gboolean
describe_columns (Table *table, GError **error)
{
  NnHarvest *harvest = table->harvest;
  const NnCsvLook *look = table->look;
  int n_used = 0, width;

  for (int k = 0; k < table->n_sources; k++)
    n_used += is_of_use (&table->sources[k]);
  if (n_used == 0) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s: beside the labels there is no column of numbers or of few different texts "
                    "to learn from"),
                 look->place);
    return FALSE;
  }
  harvest->columns = nn_columns_new (n_used);
  harvest->label = g_strdup (look->columns[look->label].name);
  n_used = 0;
  for (int k = 0; k < table->n_sources; k++) {
    const Source *source = &table->sources[k];
    NnColumn *column = &harvest->columns->columns[n_used];

    if (!is_of_use (source))
      continue;
    n_used++;
    column->name = g_strdup (look->columns[source->field].name);
    column->n_missing = source->n_missing;
    if (source->names != NULL)
      rank_categories (harvest, table->n_sources, k, source->names, column);
  }
  if (n_used < table->n_sources)
    close_gaps (table);
  width = nn_columns_width (harvest->columns);
  if (width <= NN_COLUMNS_MOST)
    return TRUE;
  g_set_error (
      error, NN_ERROR, NN_ERROR_TOO_LARGE,
      _ ("%s: its columns become %d numbers, but a network reads at most %d. Leave out some "
         "of those with many categories"),
      look->place, width, NN_COLUMNS_MOST);
  return FALSE;
}

/* ---- what is told ---- */

static void
note_columns (Table *table)
{
  const NnHarvest *harvest = table->harvest;
  int n_categories = 0;

  for (int i = 0; i < harvest->columns->count; i++)
    n_categories += harvest->columns->columns[i].categories != NULL;
  nn_import_note (
      table->import,
      g_strdup_printf (_ ("Columns of numbers: %d; of categories: %d; the class stands in “%s”."),
                       harvest->columns->count - n_categories, n_categories, harvest->label));
}

static void
note_left_out (Table *table)
{
  const NnCsvLook *look = table->look;
  g_autoptr (GString) names = g_string_new (NULL);
  int n = 0;

  for (int i = 0; i < look->n_columns; i++) {
    gboolean out = i != look->label && look->columns[i].kind == NN_CSV_LEFT_OUT;

    for (int k = 0; k < table->n_sources; k++)
      out |= table->sources[k].field == i && !is_of_use (&table->sources[k]);
    if (out && n++ < NOTED_COLUMNS)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", look->columns[i].name);
  }
  if (n > 0)
    nn_import_note (table->import, g_strdup_printf (_ ("Left out, %d of the columns: %s%s"), n,
                                                    names->str, n > NOTED_COLUMNS ? ", …" : ""));
}

static void
note_missing (Table *table)
{
  const NnColumns *columns = table->harvest->columns;
  int n = 0;

  for (int i = 0; i < columns->count; i++) {
    const NnColumn *column = &columns->columns[i];

    if (column->n_missing == 0 || n++ >= NOTED_COLUMNS)
      continue;
    nn_import_note (table->import,
                    g_strdup_printf (column->categories == NULL
                                         ? _ ("“%s”: %zu values are missing; the mean of the part "
                                              "to train with stands for them.")
                                         : _ ("“%s”: %zu values are missing; they are a category "
                                              "of their own."),
                                     column->name, column->n_missing));
  }
  if (n > NOTED_COLUMNS)
    nn_import_note (table->import, g_strdup_printf (_ ("%d more columns have missing values."),
                                                    n - NOTED_COLUMNS));
}

gboolean
nn_import_table (NnImport *import, NnHarvest *harvest, const NnCsvLook *look, GError **error)
{
  g_autoptr (NnNames) classes = nn_names_new ();
  g_autofree char **fields = g_new0 (char *, look->n_columns);
  Table table = {.import = import,
                 .harvest = harvest,
                 .look = look,
                 .comma = look->delimiter != ',',
                 .classes = classes,
                 .fields = fields};
  gboolean good;

  plan_columns (&table);
  if (table.n_sources == 0)
    good = describe_columns (&table, error);
  else
    good = read_rows (&table, error) && describe_columns (&table, error);
  if (good) {
    nn_harvest_name_classes (harvest, classes);
    note_columns (&table);
    note_left_out (&table);
    note_missing (&table);
  }
  for (int k = 0; k < table.n_sources; k++)
    g_clear_pointer (&table.sources[k].names, nn_names_free);
  g_free (table.sources);
  return good;
}
