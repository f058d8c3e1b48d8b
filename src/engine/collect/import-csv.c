/* import-csv.c: a CSV file whose rows are pictures, a label and its grey levels, becomes a harvest.
 */
#include "engine/collect/import-private.h"

#include "engine/collect/lines.h"
#include "engine/collect/names.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MOST_COLUMNS (64 * 64 + 1)
#define TELL_ROWS 256

typedef struct {
  NnImport *import;
  NnHarvest *harvest;
  const NnCsvLook *look;
  int side;
  gsize n_rows;
  NnNames *classes;
  char *fields[MOST_COLUMNS];
} Table;

static gboolean
count_rows (Table *table, GError **error)
{
  GCancellable *cancellable = table->import->cancellable;
  g_autoptr (NnLines) lines = nn_lines_open (table->import->options->source, cancellable, error);
  char *line;

  if (lines == NULL)
    return FALSE;
  for (gsize n = 0; nn_lines_next (lines, &line, cancellable, error); n++) {
    table->n_rows = n - (n > 0 && table->look->has_header);
    /* Whatever the rest holds, it is too much. */
    if (line == NULL || table->n_rows > NN_IMPORT_MOST_SAMPLES)
      return TRUE;
  }
  return FALSE;
}

/* Returns: the grey level, or −1. A fraction of zeros, as some programs write it, is none. */
static int
parse_grey (const char *text)
{
  int value = 0, n = 0;

  while (*text == ' ')
    text++;
  for (; g_ascii_isdigit (*text) && n < 4; text++, n++)
    value = 10 * value + (*text - '0');
  if (*text == '.')
    text += 1 + strspn (text + 1, "0");
  text += strspn (text, " ");
  return n > 0 && *text == '\0' && value <= 255 ? value : -1;
}

/* Returns: (transfer full) (nullable): why the row cannot be taken. */
static char *
read_row (Table *table, char *line, guint8 *image, guint8 *label)
{
  const NnCsvLook *look = table->look;
  int n = nn_line_split (line, look->delimiter, table->fields, MOST_COLUMNS);

  if (n < 0)
    return g_strdup (_ ("a quote is opened and not closed"));
  if (n != look->n_columns)
    return g_strdup_printf (_ ("it has %d fields, expected %d"), n, look->n_columns);
  for (int i = 0; i < n; i++) {
    int grey = i == look->label ? 0 : parse_grey (table->fields[i]);

    if (grey < 0 && *g_strstrip (table->fields[i]) == '\0')
      return g_strdup_printf (_ ("column %d is missing"), i + 1);
    if (grey < 0)
      return g_strdup_printf (_ ("column %d is no grey level, a whole number from 0 to 255"),
                              i + 1);
    if (i != look->label)
      *image++ = (guint8)grey;
  }
  return nn_import_take_label (table->classes, table->fields[look->label], label);
}

static gboolean
read_rows (Table *table, GError **error)
{
  NnHarvest *harvest = table->harvest;
  GCancellable *cancellable = table->import->cancellable;
  gsize size = (gsize)table->side * table->side, n_told = 0, n_read = 0;
  g_autoptr (NnLines) lines = nn_lines_open (table->import->options->source, cancellable, error);
  char *line;

  if (lines == NULL ||
      (table->look->has_header && !nn_lines_next (lines, &line, cancellable, error)))
    return FALSE;
  for (gsize i = 0; i < table->n_rows; i++) {
    char *reason;

    if (!nn_lines_next (lines, &line, cancellable, error))
      return FALSE;
    if (line == NULL)
      break; /* the file became shorter meanwhile */
    reason = read_row (table, line, harvest->images + i * size, &harvest->labels[i]);
    if (reason != NULL) {
      nn_import_refuse_line (table->import, table->look->place, nn_lines_number (lines), reason);
    } else {
      harvest->destination[i] = NN_GOES_BY_SPLIT;
      n_read++;
    }
    if (i % TELL_ROWS == 0) {
      nn_import_tell (table->import, n_read - n_told, (double)i / table->n_rows);
      n_told = n_read;
    }
  }
  return TRUE;
}

static gboolean
read_pictures (NnImport *import, NnHarvest *harvest, const NnCsvLook *look, GError **error)
{
  g_autofree Table *table = g_new0 (Table, 1);
  g_autoptr (NnNames) classes = nn_names_new ();

  table->import = import;
  table->harvest = harvest;
  table->look = look;
  table->side = (int)lround (sqrt (look->n_columns - 1));
  table->classes = classes;
  if (!count_rows (table, error) ||
      !nn_harvest_reserve (harvest, table->n_rows, table->side, table->side, error) ||
      !read_rows (table, error))
    return FALSE;
  nn_harvest_name_classes (harvest, classes);
  nn_import_note (import, g_strdup_printf (_ ("Each row is a picture of %d×%d; its class stands in "
                                              "column %d."),
                                           table->side, table->side, look->label + 1));
  return TRUE;
}

/* ---- what pictures and tables share ---- */

char *
nn_import_take_label (NnNames *classes, char *text, guint8 *label)
{
  int index;

  g_strstrip (text);
  if (nn_csv_is_missing (text))
    return g_strdup (_ ("the label is missing"));
  if (!g_utf8_validate (text, -1, NULL))
    return g_strdup (_ ("the label is no UTF-8 text"));
  index = nn_names_find (classes, text);
  if (index < 0)
    return g_strdup_printf (_ ("its label would be one more than the %d classes there can be"),
                            NN_IMPORT_MOST_CLASSES);
  *label = (guint8)index;
  return NULL;
}

gboolean
nn_import_csv (NnImport *import, NnHarvest *harvest, GError **error)
{
  const NnImportOptions *options = import->options;
  const NnCsvChoice none = NN_CSV_NO_CHOICE;
  g_auto (NnCsvLook) look = {0};

  if (!nn_csv_look (&look, options->source, options->csv != NULL ? options->csv : &none,
                    import->cancellable, error))
    return FALSE;
  return look.rows == NN_CSV_PICTURES ? read_pictures (import, harvest, &look, error)
                                      : nn_import_table (import, harvest, &look, error);
}
