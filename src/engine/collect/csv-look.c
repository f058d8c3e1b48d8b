/* csv-look.c: guesses from its first rows what a CSV file holds. */
#include "engine/collect/csv.h"

#include "engine/collect/columns.h"
#include "engine/collect/import-private.h"
#include "engine/collect/lines.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define LOOK_ROWS 1000
#define LEAST_SIDE 8
#define MOST_SIDE 64
#define MOST_COLUMNS (NN_COLUMNS_MOST + 1) /* and the label's */
#define MANY_NUMBERS 0.9 /* of the values of a column of numbers; the rest are mistakes */
#define FEW_CATEGORIES 20

/* What the rows showed of a column. */
typedef struct {
  gsize n_numbers, n_other, n_grey;
  GHashTable *distinct; /* owned texts, at most one more than a column may have categories */
} Seen;

typedef struct {
  NnCsvLook *look;
  const NnCsvChoice *choice;
  Seen *seen;
  gsize n_pictures; /* rows whose fields but one are grey levels */
  char *fields[MOST_COLUMNS];
} Looking;

/* ---- the first line ---- */

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
is_comma_decimal (const NnCsvLook *look)
{
  return look->delimiter != ',';
}

static gboolean
guess_header (const Looking *looking)
{
  const NnCsvLook *look = looking->look;
  double value;

  for (int i = 0; i < look->n_columns; i++)
    if (nn_csv_number (looking->fields[i], is_comma_decimal (look), &value))
      return FALSE;
  return TRUE;
}

/* In a table of pictures the label, too, may be called by a number. */
static gboolean
guess_picture_header (const Looking *looking)
{
  int n = looking->look->n_columns;
  double value;

  return n > 2 && !nn_csv_number (looking->fields[n - 2], FALSE, &value) &&
         !nn_csv_number (looking->fields[n - 1], FALSE, &value);
}

static gboolean
is_square (int n)
{
  int side = n > 0 ? (int)lround (sqrt (n)) : 0;

  return side >= LEAST_SIDE && side <= MOST_SIDE && side * side == n;
}

/* As much of @text as a name may have, in one line. */
static char *
make_name (const char *text, int number)
{
  g_autofree char *name = g_utf8_validate (text, -1, NULL) ? g_strdup (text) : g_strdup ("");
  const char *end;

  for (char *c = name; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  g_strstrip (name);
  end = name + MIN (strlen (name), NN_COLUMN_LONGEST_NAME);
  g_utf8_validate (name, end - name, &end);
  name[end - name] = '\0';
  return *name != '\0' ? g_steal_pointer (&name) : g_strdup_printf (_ ("column %d"), number);
}

static gboolean
read_first_line (Looking *looking, char *line, GError **error)
{
  NnCsvLook *look = looking->look;
  const NnCsvChoice *choice = looking->choice;
  int n;

  look->delimiter = choice->delimiter != 0 ? choice->delimiter : find_delimiter (line);
  n = nn_line_split (line, look->delimiter, looking->fields, MOST_COLUMNS);
  if (n < 0) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s: line 1: a quote is opened and not closed"), look->place);
    return FALSE;
  }
  if (n < 2 || n > MOST_COLUMNS) {
    g_set_error (error, NN_ERROR, n < 2 ? NN_ERROR_FORMAT : NN_ERROR_TOO_LARGE,
                 _ ("%s: its first line has %d columns; expected 2 to %d: one with the labels and "
                    "what is known besides"),
                 look->place, n, MOST_COLUMNS);
    return FALSE;
  }
  look->n_columns = n;
  look->columns = g_new0 (NnCsvColumn, n);
  looking->seen = g_new0 (Seen, n);
  look->has_header = choice->header >= 0 ? choice->header
                     : is_square (n - 1) ? guess_picture_header (looking)
                                         : guess_header (looking);
  for (int i = 0; i < n; i++) {
    look->columns[i].name = make_name (look->has_header ? looking->fields[i] : "", i + 1);
    looking->seen[i].distinct = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  }
  return TRUE;
}

/* ---- the rows ---- */

static void
see (Looking *looking, int index, char *text)
{
  NnCsvColumn *column = &looking->look->columns[index];
  Seen *seen = &looking->seen[index];
  double value;

  g_strstrip (text);
  if (nn_csv_is_missing (text)) {
    column->n_missing++;
    return;
  }
  if (nn_csv_number (text, is_comma_decimal (looking->look), &value)) {
    seen->n_numbers++;
    seen->n_grey += value >= 0 && value <= 255 && value == floor (value);
  } else {
    seen->n_other++;
  }
  if (g_hash_table_size (seen->distinct) <= NN_COLUMN_MOST_CATEGORIES)
    g_hash_table_add (seen->distinct, g_strdup (text));
}

static void
see_row (Looking *looking, char *line)
{
  NnCsvLook *look = looking->look;
  int n = nn_line_split (line, look->delimiter, looking->fields, MOST_COLUMNS), n_grey = 0;

  look->n_rows++;
  if (n == look->n_columns)
    for (int i = 0; i < n; i++) {
      gsize before = looking->seen[i].n_grey;

      see (looking, i, looking->fields[i]);
      n_grey += looking->seen[i].n_grey > before;
    }
  looking->n_pictures += n == look->n_columns && n_grey >= n - 1;
  if (n > 0 && look->preview->len < NN_CSV_PREVIEW) {
    char **row = g_new0 (char *, MIN (n, look->n_columns) + 1);

    for (int i = 0; i < MIN (n, look->n_columns); i++)
      row[i] = g_utf8_make_valid (looking->fields[i], -1);
    g_ptr_array_add (look->preview, row);
  }
}

static gboolean
read_rows (Looking *looking, const char *path, GCancellable *cancellable, GError **error)
{
  NnCsvLook *look = looking->look;
  g_autoptr (NnLines) lines = nn_lines_open (path, cancellable, error);
  g_autofree char *first = NULL;
  char *line;

  if (lines == NULL || !nn_lines_next (lines, &line, cancellable, error))
    return FALSE;
  if (line == NULL) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s is empty"), look->place);
    return FALSE;
  }
  first = g_strdup (line);
  if (!read_first_line (looking, line, error))
    return FALSE;
  if (!look->has_header)
    see_row (looking, first);
  while (look->n_rows < LOOK_ROWS) {
    if (!nn_lines_next (lines, &line, cancellable, error))
      return FALSE;
    if (line == NULL)
      return TRUE;
    see_row (looking, line);
  }
  return TRUE;
}

/* ---- what they mean ---- */

static NnCsvKind
guess_kind (const Seen *seen)
{
  gsize n = seen->n_numbers + seen->n_other, n_distinct = g_hash_table_size (seen->distinct);

  if (n == 0)
    return NN_CSV_LEFT_OUT;
  if (seen->n_numbers >= MANY_NUMBERS * n)
    return NN_CSV_NUMBERS;
  if (n_distinct <= NN_COLUMN_MOST_CATEGORIES && n_distinct <= MAX (FEW_CATEGORIES, n / 2))
    return NN_CSV_CATEGORIES;
  return NN_CSV_LEFT_OUT;
}

static int
find_column (const NnCsvLook *look, const char *wanted)
{
  gint64 number;

  for (int i = 0; i < look->n_columns && look->has_header; i++)
    if (g_str_equal (look->columns[i].name, wanted))
      return i;
  return g_ascii_string_to_signed (wanted, 10, 1, look->n_columns, &number, NULL) ? (int)number - 1
                                                                                  : -1;
}

/* By its name; else the first column of pictures, and of a table the last that has few values. */
static int
guess_label (const Looking *looking)
{
  static const char *const usual[] = {"label",  "class",    "target",  "digit",
                                      "y",      "species",  "outcome", "diagnosis",
                                      "result", "survived", "clicked", NULL};
  const NnCsvLook *look = looking->look;

  for (int i = 0; i < look->n_columns && look->has_header; i++) {
    g_autofree char *lower = g_utf8_strdown (look->columns[i].name, -1);

    if (g_strv_contains (usual, lower))
      return i;
  }
  for (int i = look->n_columns - 1; i >= 0 && look->rows == NN_CSV_TABLE; i--) {
    guint n = g_hash_table_size (looking->seen[i].distinct);

    if (n >= 2 && n <= FEW_CATEGORIES)
      return i;
  }
  return look->rows == NN_CSV_TABLE ? look->n_columns - 1 : 0;
}

static gboolean
decide (Looking *looking, GError **error)
{
  NnCsvLook *look = looking->look;
  const NnCsvChoice *choice = looking->choice;

  for (int i = 0; i < look->n_columns; i++) {
    look->columns[i].kind =
        choice->kinds != NULL ? (NnCsvKind)choice->kinds[i] : guess_kind (&looking->seen[i]);
    look->columns[i].n_distinct = g_hash_table_size (looking->seen[i].distinct);
  }
  look->rows = choice->rows;
  if (look->rows == NN_CSV_GUESSED)
    look->rows = is_square (look->n_columns - 1) && (looking->n_pictures > 0 || look->n_rows == 0)
                     ? NN_CSV_PICTURES
                     : NN_CSV_TABLE;
  if (look->rows == NN_CSV_PICTURES && !is_square (look->n_columns - 1)) {
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("%s: its first line has %d fields; expected those of a picture: one label, and "
                    "the grey levels of as many rows as columns, %d×%d to %d×%d (785 fields for "
                    "28×28)"),
                 look->place, look->n_columns, LEAST_SIDE, LEAST_SIDE, MOST_SIDE, MOST_SIDE);
    return FALSE;
  }
  look->label = choice->label >= 0       ? choice->label
                : choice->column != NULL ? find_column (look, choice->column)
                                         : guess_label (looking);
  if (look->label >= 0 && look->label < look->n_columns)
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
               _ ("%s has no column “%s”: give its name in the first line, or its number, 1 to %d"),
               look->place, choice->column != NULL ? choice->column : "", look->n_columns);
  return FALSE;
}

/* ---- public ---- */

gboolean
nn_csv_look (NnCsvLook *look, const char *path, const NnCsvChoice *choice,
             GCancellable *cancellable, GError **error)
{
  g_autofree Looking *looking = g_new0 (Looking, 1);
  gboolean good;

  *look = (NnCsvLook){.place = nn_import_place (path)};
  look->preview = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  looking->look = look;
  looking->choice = choice;
  good = read_rows (looking, path, cancellable, error) && decide (looking, error);
  for (int i = 0; i < look->n_columns; i++)
    g_hash_table_unref (looking->seen[i].distinct);
  g_free (looking->seen);
  return good;
}

void
nn_csv_look_clear (NnCsvLook *look)
{
  for (int i = 0; i < look->n_columns; i++)
    g_free (look->columns[i].name);
  g_clear_pointer (&look->columns, g_free);
  g_clear_pointer (&look->preview, g_ptr_array_unref);
  g_clear_pointer (&look->place, g_free);
}
