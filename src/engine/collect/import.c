/* import.c: a user's own files become a data set. */
#include "engine/collect/import-private.h"

#include "engine/collect/dataset.h"
#include "engine/collect/search.h"
#include "engine/collect/unpack.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_NAME 255          /* bytes: no folder's name is longer */
#define TELL_INTERVAL 50000    /* µs */
#define MOST_SUGGESTIONS 10000 /* "name 2", "name 3", … */

/* ---- names ---- */

static gboolean
is_known (const char *name)
{
  g_autoptr (GPtrArray) list = nn_dataset_list ();

  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (((const NnDatasetInfo *)list->pdata[i])->id, name))
      return TRUE;
  return FALSE;
}

/* Whatever stands there, be it a set or not, is not to be touched. */
static gboolean
is_taken (const char *name)
{
  g_auto (GStrv) search_path = nn_dataset_search_path ();
  g_autofree char *folder = g_build_filename (search_path[0], name, NULL);

  return is_known (name) || g_file_test (folder, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK);
}

static gboolean
has_controls (const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return TRUE;
  return FALSE;
}

gboolean
nn_import_check_name (const char *name, GError **error)
{
  if (!nn_dataset_is_folder_name (name) || strlen (name) > MOST_NAME || has_controls (name)) {
    g_autofree char *shown = nn_import_place (name);

    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("“%s” cannot be the name of a data set: it must be one that a folder can have, "
                    "and begin without a dot"),
                 shown);
    return FALSE;
  }
  if (is_taken (name)) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("There is a data set “%s” already. Choose another name"), name);
    return FALSE;
  }
  return TRUE;
}

char *
nn_import_suggest_name (const char *source)
{
  g_autofree char *base = g_path_get_basename (source);
  g_autofree char *shown = nn_import_place (base);
  char *dot = g_file_test (source, G_FILE_TEST_IS_DIR) ? NULL : strchr (shown + 1, '.');
  char *name;

  if (dot != NULL)
    *dot = '\0';
  g_strdelimit (shown, G_DIR_SEPARATOR_S, ' ');
  name = g_strdup (
      nn_dataset_is_folder_name (shown) && strlen (shown) < MOST_NAME / 2 ? shown : _ ("My data"));
  for (int i = 2; i < MOST_SUGGESTIONS && !nn_import_check_name (name, NULL); i++) {
    g_free (name);
    name = g_strdup_printf ("%s %d", shown, i);
  }
  return name;
}

char *
nn_import_place (const char *path)
{
  char *place = g_filename_display_name (path);

  /* A name may hold line ends and other orders to a terminal. */
  for (char *c = place; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  return place;
}

/* ---- what is told ---- */

static void
refusal_free (gpointer data)
{
  NnRefusal *refusal = data;

  g_free (refusal->place);
  g_free (refusal->reason);
  g_free (refusal);
}

void
nn_import_refuse (NnImport *import, char *place, char *reason)
{
  NnImportReport *report = import->report;
  NnRefusal refusal = {place, reason};

  g_mutex_lock (&import->lock);
  import->now.n_refused = ++report->n_refused;
  if (report->refusals->len < NN_IMPORT_MOST_REFUSALS) {
    g_ptr_array_add (report->refusals, g_memdup2 (&refusal, sizeof refusal));
    place = reason = NULL;
  }
  g_mutex_unlock (&import->lock);
  g_free (place);
  g_free (reason);
}

void
nn_import_refuse_error (NnImport *import, char *place, GError *error)
{
  nn_import_refuse (import, place, g_utf8_make_valid (error->message, -1));
  g_error_free (error);
}

void
nn_import_refuse_line (NnImport *import, const char *file, gsize line, char *reason)
{
  nn_import_refuse (import, g_strdup_printf ("%s:%zu", file, line), reason);
}

void
nn_import_note (NnImport *import, char *note)
{
  g_ptr_array_add (import->notes, note);
}

void
nn_import_tell (NnImport *import, gsize n_read, double fraction)
{
  const NnImportOptions *options = import->options;
  gint64 time;

  g_mutex_lock (&import->lock);
  import->now.n_read += n_read;
  import->now.fraction = MAX (import->now.fraction, MIN (fraction, 1));
  time = g_get_monotonic_time ();
  if (options->progress != NULL && time - import->told >= TELL_INTERVAL) {
    import->told = time;
    options->progress (&import->now, options->data);
  }
  g_mutex_unlock (&import->lock);
}

/* ---- public ---- */

/* Whether the file @path begins like an IDX file, packed or not. */
static gboolean
is_idx (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  g_autoptr (NnUnpacker) unpacker = NULL;
  guint8 start[3];
  gsize got;

  if (stream == NULL)
    return FALSE;
  unpacker = nn_unpacker_new (G_INPUT_STREAM (stream), path);
  return nn_unpacker_read (unpacker, start, sizeof start, &got, NULL, NULL) &&
         got == sizeof start && start[0] == 0 && start[1] == 0;
}

static gboolean
is_named_csv (const char *path)
{
  static const char *const endings[] = {".csv", ".tsv", ".csv.gz", ".tsv.gz"};
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;
  return FALSE;
}

gboolean
nn_import_is_csv (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_REGULAR) && !is_idx (path) && is_named_csv (path);
}

/* A pipe would be waited for: nothing but folders and files is opened. */
static gboolean
read_source (NnImport *import, NnHarvest *harvest, GError **error)
{
  const char *source = import->options->source;
  g_autofree char *place = nn_import_place (source);

  if (g_file_test (source, G_FILE_TEST_IS_DIR))
    return nn_import_folder (import, harvest, error);
  if (g_file_test (source, G_FILE_TEST_IS_REGULAR) && is_idx (source))
    return nn_import_idx (import, harvest, error);
  if (nn_import_is_csv (source))
    return nn_import_csv (import, harvest, error);
  g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
               _ ("%s is neither a folder nor an IDX or CSV file. Put pictures into folders, one "
                  "for each class"),
               place);
  return FALSE;
}

gboolean
nn_import (const NnImportOptions *options, NnImportReport *report, GCancellable *cancellable,
           GError **error)
{
  NnImport import = {.options = options, .report = report, .cancellable = cancellable};
  g_auto (NnHarvest) harvest = {0};
  gboolean good;

  *report = (NnImportReport){.refusals = g_ptr_array_new_with_free_func (refusal_free)};
  import.notes = g_ptr_array_new ();
  g_mutex_init (&import.lock);
  good = nn_import_check_name (options->name, error) && read_source (&import, &harvest, error) &&
         nn_harvest_write (&harvest, &import, error);
  g_mutex_clear (&import.lock);
  g_ptr_array_add (import.notes, NULL);
  report->notes = (char **)g_ptr_array_free (import.notes, FALSE);
  return good;
}

void
nn_import_report_clear (NnImportReport *report)
{
  g_clear_pointer (&report->refusals, g_ptr_array_unref);
  g_clear_pointer (&report->notes, g_strfreev);
}
