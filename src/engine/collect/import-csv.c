/* import-csv.c: a table whose rows are pictures, a label and its grey levels, becomes a harvest. */
#include "engine/collect/import-private.h"

#include "engine/collect/lines.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define LEAST_SIDE 8
#define MOST_SIDE 64
#define MOST_COLUMNS (MOST_SIDE * MOST_SIDE + 1)
#define TELL_ROWS 256

typedef struct {
  NnImport *import;
  NnHarvest *harvest;
  char *place; /* the file, as it can be shown */
  char delimiter;
  gboolean has_header;
  int n_columns, side, label_column;
  gsize n_rows;
  GPtrArray *class_names; /* char *, in the order in which they come */
  GHashTable *class_indices;
  char *fields[MOST_COLUMNS];
} Table;

/* ---- the first line, and how many follow ---- */

static gboolean
is_number (const char *text)
{
  char *end;

  g_ascii_strtod (text, &end);
  return end != text && *end == '\0';
}

/* The one of which there are most. */
static char
find_delimiter (const char *line)
{
  static const char delimiters[] = {',', ';', '\t', '|'};
  char best = delimiters[0];
  int most = 0;

  for (guint i = 0; i < G_N_ELEMENTS (delimiters); i++) {
    int n = 0;

    for (const char *c = line; *c != '\0'; c++)
      n += *c == delimiters[i];
    if (n > most) {
      most = n;
      best = delimiters[i];
    }
  }
  return best;
}

static gboolean
choose_label_column (Table *table, GError **error)
{
  static const char *const usual[] = {"label", "class", "target", "digit", "y", NULL};
  const char *wanted = table->import->options->label_column;
  gint64 number;

  for (int i = 0; i < table->n_columns && table->has_header; i++) {
    g_autofree char *lower = g_utf8_strdown (g_strstrip (table->fields[i]), -1);

    if (wanted != NULL ? g_str_equal (table->fields[i], wanted) : g_strv_contains (usual, lower)) {
      table->label_column = i;
      return TRUE;
    }
  }
  if (wanted == NULL)
    return TRUE; /* the first */
  if (g_ascii_string_to_signed (wanted, 10, 1, table->n_columns, &number, NULL)) {
    table->label_column = (int)number - 1;
    return TRUE;
  }
  g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
               _ ("%s has no column “%s”: give its name in the first line, or its number, 1 to %d"),
               table->place, wanted, table->n_columns);
  return FALSE;
}

/* Numbers in the first line are a picture already; else they are the columns' names. */
static gboolean
read_first_line (Table *table, char *line, GError **error)
{
  int n;

  table->delimiter = find_delimiter (line);
  n = nn_line_split (line, table->delimiter, table->fields, MOST_COLUMNS);
  table->side = n > 1 ? (int)lround (sqrt (n - 1)) : 0;
  if (table->side < LEAST_SIDE || table->side > MOST_SIDE || table->side * table->side != n - 1) {
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("%s: its first line has %d fields; expected those of a picture: one label, and "
                    "the grey levels of as many rows as columns, %d×%d to %d×%d (785 fields for "
                    "28×28)"),
                 table->place, MAX (n, 0), LEAST_SIDE, LEAST_SIDE, MOST_SIDE, MOST_SIDE);
    return FALSE;
  }
  table->n_columns = n;
  for (int i = 0; i < n; i++)
    if (!g_utf8_validate (table->fields[i], -1, NULL))
      table->fields[i] = (char *)"";
  table->has_header = !is_number (table->fields[n - 2]) && !is_number (table->fields[n - 1]);
  return choose_label_column (table, error);
}

static gboolean
look_through (Table *table, GError **error)
{
  GCancellable *cancellable = table->import->cancellable;
  g_autoptr (NnLines) lines = nn_lines_open (table->import->options->source, cancellable, error);
  char *line;

  if (lines == NULL || !nn_lines_next (lines, &line, cancellable, error))
    return FALSE;
  if (line == NULL) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s is empty"), table->place);
    return FALSE;
  }
  if (!read_first_line (table, line, error))
    return FALSE;
  table->n_rows = !table->has_header;
  while (nn_lines_next (lines, &line, cancellable, error)) {
    if (line == NULL)
      return TRUE;
    /* Whatever the rest holds, it is too much. */
    if (++table->n_rows > NN_IMPORT_MOST_SAMPLES)
      return TRUE;
  }
  return FALSE;
}

/* ---- the rows ---- */

static void
refuse (Table *table, gsize line, char *reason)
{
  nn_import_refuse (table->import, g_strdup_printf ("%s:%zu", table->place, line), reason);
}

/* Returns: the class of the name @label, or −1 where there are too many already. */
static int
find_class (Table *table, const char *label)
{
  gpointer found;

  if (g_hash_table_lookup_extended (table->class_indices, label, NULL, &found))
    return GPOINTER_TO_INT (found);
  if (table->class_names->len == NN_IMPORT_MOST_CLASSES)
    return -1;
  g_ptr_array_add (table->class_names, g_strdup (label));
  g_hash_table_insert (table->class_indices, g_strdup (label),
                       GINT_TO_POINTER ((int)table->class_names->len - 1));
  return (int)table->class_names->len - 1;
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
  int n = nn_line_split (line, table->delimiter, table->fields, MOST_COLUMNS), class_index;
  char *name;

  if (n < 0)
    return g_strdup (_ ("a quote is opened and not closed"));
  if (n != table->n_columns)
    return g_strdup_printf (_ ("it has %d fields, expected %d"), n, table->n_columns);
  for (int i = 0; i < n; i++) {
    int grey = i == table->label_column ? 0 : parse_grey (table->fields[i]);

    if (grey < 0 && *g_strstrip (table->fields[i]) == '\0')
      return g_strdup_printf (_ ("column %d is missing"), i + 1);
    if (grey < 0)
      return g_strdup_printf (_ ("column %d is no grey level, a whole number from 0 to 255"),
                              i + 1);
    if (i != table->label_column)
      *image++ = (guint8)grey;
  }
  name = g_strstrip (table->fields[table->label_column]);
  if (*name == '\0')
    return g_strdup (_ ("the label is missing"));
  if (!g_utf8_validate (name, -1, NULL))
    return g_strdup (_ ("the label is no UTF-8 text"));
  class_index = find_class (table, name);
  if (class_index < 0)
    return g_strdup_printf (_ ("its label would be one more than the %d classes there can be"),
                            NN_IMPORT_MOST_CLASSES);
  *label = (guint8)class_index;
  return NULL;
}

static gboolean
read_rows (Table *table, GError **error)
{
  NnHarvest *harvest = table->harvest;
  GCancellable *cancellable = table->import->cancellable;
  gsize size = (gsize)table->side * table->side, n_told = 0, n_read = 0;
  g_autoptr (NnLines) lines = nn_lines_open (table->import->options->source, cancellable, error);
  char *line;

  if (lines == NULL || (table->has_header && !nn_lines_next (lines, &line, cancellable, error)))
    return FALSE;
  for (gsize i = 0; i < table->n_rows; i++) {
    char *reason;

    if (!nn_lines_next (lines, &line, cancellable, error))
      return FALSE;
    if (line == NULL)
      break; /* the file became shorter meanwhile */
    reason = read_row (table, line, harvest->images + i * size, &harvest->labels[i]);
    if (reason != NULL) {
      refuse (table, nn_lines_number (lines), reason);
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

/* ---- both ---- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return nn_natural_compare (*(char *const *)a, *(char *const *)b);
}

/* From the order in which the classes came to that in which people count. */
static void
sort_classes (Table *table)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  NnHarvest *harvest = table->harvest;
  guint8 rank[NN_IMPORT_MOST_CLASSES] = {0};

  for (guint i = 0; i < table->class_names->len; i++)
    g_ptr_array_add (sorted, table->class_names->pdata[i]);
  g_ptr_array_sort (sorted, compare_names);
  harvest->class_names = g_new0 (char *, sorted->len + 1);
  for (guint i = 0; i < sorted->len; i++) {
    harvest->class_names[i] = g_strdup (sorted->pdata[i]);
    rank[GPOINTER_TO_INT (g_hash_table_lookup (table->class_indices, sorted->pdata[i]))] =
        (guint8)i;
  }
  for (gsize i = 0; i < harvest->count; i++)
    harvest->labels[i] = rank[harvest->labels[i]];
}

gboolean
nn_import_csv (NnImport *import, NnHarvest *harvest, GError **error)
{
  g_autofree Table *table = g_new0 (Table, 1);
  g_autofree char *place = nn_import_place (import->options->source);
  g_autoptr (GPtrArray) class_names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) class_indices =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  table->import = import;
  table->harvest = harvest;
  table->place = place;
  table->class_names = class_names;
  table->class_indices = class_indices;
  if (!look_through (table, error) ||
      !nn_harvest_reserve (harvest, table->n_rows, table->side, table->side, error) ||
      !read_rows (table, error))
    return FALSE;
  sort_classes (table);
  nn_import_note (import, g_strdup_printf (_ ("Each row is a picture of %d×%d; its class stands in "
                                              "column %d."),
                                           table->side, table->side, table->label_column + 1));
  return TRUE;
}
