/* gbx-store-document.c: takes over the session.json in which earlier versions kept everything. */
#include "gbx-store-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define DOCUMENT "session.json"
#define OLD_WEIGHTS_PREFIX "session-"

static void
set_damaged_aside (GbxStore *store, const GError *why)
{
  g_autoptr (GDir) dir = g_dir_open (store->folder, 0, NULL);
  g_autofree char *aside = gbx_store_set_aside (store, DOCUMENT);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, OLD_WEIGHTS_PREFIX) &&
        g_str_has_suffix (name, GBX_STORE_WEIGHTS_SUFFIX))
      g_free (gbx_store_set_aside (store, name));
  if (store->notice == NULL)
    store->notice = g_strdup_printf (_ ("The kept session cannot be read (%s). The file was "
                                        "renamed to %s; this is a fresh start."),
                                     why->message, aside != NULL ? aside : DOCUMENT);
}

/* Runs of a document have no dates: they are a moment apart, before this one. */
static void
date_runs (GbxKept *kept)
{
  gint64 now = g_get_real_time ();

  for (guint i = 0; i < kept->runs->len; i++)
    ((GbxKeptRun *)g_ptr_array_index (kept->runs, i))->begun = now - (gint64)i - 1;
}

static gboolean
put_document (GbxStore *store, GbxKept *kept, GError **error)
{
  gbx_database_begin (store->database);
  gbx_store_put_kept (store, kept);
  return gbx_database_commit (store->database, error);
}

/* Kept under a new name, for an earlier version of the program may be wanted again. */
static void
rename_document (GbxStore *store)
{
  g_autofree char *from = gbx_store_path (store, DOCUMENT);
  g_autofree char *to = gbx_store_path (store, DOCUMENT ".taken-over");

  g_rename (from, to);
}

gboolean
gbx_store_has_document (GbxStore *store)
{
  g_autofree char *path = gbx_store_path (store, DOCUMENT);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

gboolean
gbx_store_take_document_locked (GbxStore *store, GError **error)
{
  g_autofree char *path = gbx_store_path (store, DOCUMENT);
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GbxKept) kept = NULL;
  gsize length;

  if (!gbx_store_has_document (store))
    return TRUE;
  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  if (!gbx_store_has_session_locked (store)) {
    kept = gbx_kept_parse_document (text, length, &local);
    if (kept == NULL) {
      set_damaged_aside (store, local);
      return TRUE;
    }
    date_runs (kept);
    if (!put_document (store, kept, error))
      return FALSE;
  }
  rename_document (store);
  return TRUE;
}
