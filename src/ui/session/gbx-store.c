/* gbx-store.c: the folder in which everything is kept: opening it, and the queues of writes. */
#include "gbx-store-private.h"

#include "gbx-schema.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define TEMPORARY_PREFIX                                                                           \
  ".glassbox-" /* of a file that was being written when the plug was pulled */

static gboolean
make_folder (GbxStore *store, GError **error)
{
  int saved_errno;

  if (g_mkdir_with_parents (store->folder, 0700) == 0)
    return TRUE;
  saved_errno = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
               _ ("The folder %s cannot be made: %s"), store->folder, g_strerror (saved_errno));
  return FALSE;
}

/* ---- the folder's other files ---- */

/* They belong to a database that cannot be read, and are not to be taken for forgotten ones. */
static void
set_weights_aside (GbxStore *store)
{
  g_autoptr (GPtrArray) names = gbx_store_list_weights (store);

  for (guint i = 0; i < names->len; i++)
    g_free (gbx_store_set_aside (store, g_ptr_array_index (names, i)));
}

static void
remove_temporaries (GbxStore *store)
{
  g_autoptr (GDir) dir = g_dir_open (store->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, TEMPORARY_PREFIX)) {
      g_autofree char *path = gbx_store_path (store, name);
      g_unlink (path);
    }
}

/* Weights that were written when the plug was pulled, before the row that was to name them. */
static void
remove_forgotten_weights (GbxStore *store)
{
  g_autoptr (GPtrArray) names = gbx_store_list_weights (store);

  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);

    if (!gbx_store_is_used_locked (store, name) && gbx_database_is_good (store->database)) {
      g_autofree char *path = gbx_store_path (store, name);
      g_unlink (path);
    }
  }
}

/* ---- opening ---- */

static void
tidy (GbxStore *store)
{
  if (gbx_database_is_new (store->database))
    set_weights_aside (store);
  remove_temporaries (store);
  remove_forgotten_weights (store);
  gbx_store_bound_weights_locked (store);
}

/* A database that is damaged makes room for a new one, unless another window still has it. */
static GbxDatabase *
open_database (GbxStore *store, GError **error)
{
  g_autofree char *path = gbx_store_path (store, GBX_STORE_DATABASE);
  g_autofree char *aside = NULL;
  g_autoptr (GError) local = NULL;
  GbxDatabase *database = gbx_database_open (path, gbx_schema_get_steps (), &local);

  if (database != NULL)
    return database;
  if (store->alone && g_error_matches (local, GBX_DATABASE_ERROR, GBX_DATABASE_ERROR_DAMAGED))
    aside = gbx_database_set_aside (path);
  if (aside == NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  set_weights_aside (store);
  g_free (store->notice);
  store->notice = g_strdup_printf (
      _ ("What was kept cannot be read (%s). The file was renamed to %s; this is a fresh start."),
      local->message, aside);
  return gbx_database_open (path, gbx_schema_get_steps (), error);
}

static gboolean
open_alone (GbxStore *store, GError **error)
{
  if (store->claim == NULL)
    store->claim = gbx_claim_new (store->folder, error);
  if (store->claim == NULL)
    return FALSE;
  store->alone = gbx_claim_is_alone (store->claim);
  store->database = open_database (store, error);
  if (store->database == NULL)
    return FALSE;
  if (store->alone)
    tidy (store);
  return TRUE;
}

/* Where nothing can be written, what is there can still be shown. @why: nothing can be written;
 * taken. */
static gboolean
open_to_read (GbxStore *store, GError *why, GError **error)
{
  g_autofree char *path = gbx_store_path (store, GBX_STORE_DATABASE);

  if (why->domain == G_FILE_ERROR ||
      g_error_matches (why, GBX_DATABASE_ERROR, GBX_DATABASE_ERROR_DISK))
    store->database = gbx_database_open_to_read (path, gbx_schema_get_steps (), NULL);
  store->reads_only = store->database != NULL;
  if (!store->reads_only) {
    g_propagate_error (error, why);
    return FALSE;
  }
  g_free (store->notice);
  store->notice = g_strdup_printf (
      _ ("Nothing can be kept: what was kept is shown, and what comes now stays in memory until "
         "the window closes. %s"),
      why->message);
  g_error_free (why);
  return TRUE;
}

/* ---- the queues ---- */

static void
finish_locked (GbxStore *store, GbxStoreWrite *write)
{
  if (gbx_store_open_locked (store, TRUE, &write->error))
    gbx_store_put_session_locked (store, write, &write->error);
  g_clear_pointer (&write->checkpoint, nn_checkpoint_free);
  write->done = TRUE;
}

static GbxStoreWrite *
pop_write (GbxStore *store)
{
  GbxStoreWrite *write;

  g_mutex_lock (&store->queue_lock);
  write = g_queue_pop_head (&store->writes);
  g_mutex_unlock (&store->queue_lock);
  return write;
}

static void
write_free (GbxStoreWrite *write)
{
  gbx_kept_free (write->kept);
  g_clear_pointer (&write->checkpoint, nn_checkpoint_free);
  g_clear_error (&write->error);
  g_free (write);
}

static GPtrArray *
take_edits (GbxStore *store)
{
  GPtrArray *edits = g_ptr_array_new ();
  GbxEdit *edit;

  g_mutex_lock (&store->queue_lock);
  while ((edit = g_queue_pop_head (&store->edits)) != NULL)
    g_ptr_array_add (edits, edit);
  store->n_taken = edits->len;
  g_mutex_unlock (&store->queue_lock);
  return edits;
}

static void
give_edits_back (GbxStore *store, GPtrArray *edits, gboolean done)
{
  g_mutex_lock (&store->queue_lock);
  for (guint i = edits->len; i > 0; i--)
    if (done)
      gbx_edit_free (g_ptr_array_index (edits, i - 1));
    else
      g_queue_push_head (&store->edits, g_ptr_array_index (edits, i - 1));
  store->n_taken = 0;
  g_mutex_unlock (&store->queue_lock);
}

/* ---- shared with the store's other files ---- */

gboolean
gbx_store_is_file_name (const char *name)
{
  return g_str_has_suffix (name, GBX_STORE_WEIGHTS_SUFFIX) &&
         strchr (name, G_DIR_SEPARATOR) == NULL;
}

GPtrArray *
gbx_store_list_weights (GbxStore *store)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (store->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, GBX_STORE_WEIGHTS_PREFIX) &&
        g_str_has_suffix (name, GBX_STORE_WEIGHTS_SUFFIX))
      g_ptr_array_add (names, g_strdup (name));
  return names;
}

gboolean
gbx_store_open_locked (GbxStore *store, gboolean create, GError **error)
{
  g_autofree char *path = gbx_store_path (store, GBX_STORE_DATABASE);
  GbxDatabase *reading;
  GError *local = NULL;
  gboolean open;
  int entered;

  if (store->database != NULL && !(create && store->reads_only))
    return TRUE;
  if (store->closed) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, _ ("%s is closed"), path);
    return FALSE;
  }
  if (!create && !g_file_test (path, G_FILE_TEST_EXISTS) && !gbx_store_has_document (store))
    return FALSE;
  if (!make_folder (store, error))
    return FALSE;
  reading = g_steal_pointer (&store->database);
  entered = gbx_claim_enter (store->folder);
  open = open_alone (store, &local) && gbx_store_take_document_locked (store, &local);
  gbx_claim_leave (entered);
  if (open) {
    store->reads_only = FALSE;
    g_clear_pointer (&reading, gbx_database_close);
    return TRUE;
  }
  g_clear_pointer (&store->database, gbx_database_close);
  store->database = reading;
  if (!create)
    return open_to_read (store, local, error);
  g_propagate_error (error, local);
  return FALSE;
}

/* ---- public ---- */

GbxStore *
gbx_store_new (const char *folder)
{
  GbxStore *store = g_new0 (GbxStore, 1);

  g_atomic_ref_count_init (&store->references);
  g_mutex_init (&store->lock);
  g_mutex_init (&store->queue_lock);
  g_queue_init (&store->writes);
  g_queue_init (&store->edits);
  store->weights_limit = GBX_STORE_WEIGHTS_LIMIT;
  store->folder = folder != NULL ? g_strdup (folder)
                                 : g_build_filename (g_get_user_data_dir (), "glassbox", NULL);
  return store;
}

GbxStore *
gbx_store_ref (GbxStore *store)
{
  g_atomic_ref_count_inc (&store->references);
  return store;
}

void
gbx_store_unref (GbxStore *store)
{
  if (!g_atomic_ref_count_dec (&store->references))
    return;
  g_queue_clear_full (&store->edits, gbx_edit_free);
  g_clear_pointer (&store->database, gbx_database_close);
  g_clear_pointer (&store->claim, gbx_claim_free);
  g_mutex_clear (&store->lock);
  g_mutex_clear (&store->queue_lock);
  g_free (store->notice);
  g_free (store->weights);
  g_free (store->folder);
  g_free (store);
}

void
gbx_store_close (GbxStore *store)
{
  g_mutex_lock (&store->lock);
  store->closed = TRUE;
  g_clear_pointer (&store->database, gbx_database_close);
  g_clear_pointer (&store->claim, gbx_claim_free);
  g_mutex_unlock (&store->lock);
}

char *
gbx_store_path (GbxStore *store, const char *name)
{
  return g_build_filename (store->folder, name, NULL);
}

char *
gbx_store_set_aside (GbxStore *store, const char *name)
{
  g_autofree char *path = gbx_store_path (store, name);

  return gbx_database_set_aside (path);
}

char *
gbx_store_take_notice (GbxStore *store)
{
  char *notice;

  g_mutex_lock (&store->lock);
  notice = g_steal_pointer (&store->notice);
  g_mutex_unlock (&store->lock);
  return notice;
}

GbxStoreWrite *
gbx_store_queue_write (GbxStore *store, GbxKept *kept, NnCheckpoint *checkpoint)
{
  GbxStoreWrite *write = g_new0 (GbxStoreWrite, 1);

  write->kept = kept;
  write->checkpoint = checkpoint;
  g_mutex_lock (&store->queue_lock);
  g_queue_push_tail (&store->writes, write);
  g_mutex_unlock (&store->queue_lock);
  return write;
}

gboolean
gbx_store_finish_write (GbxStore *store, GbxStoreWrite *write, char **weights, GError **error)
{
  gboolean good;

  g_mutex_lock (&store->lock);
  while (!write->done)
    finish_locked (store, pop_write (store));
  g_mutex_unlock (&store->lock);

  good = write->error == NULL;
  if (!good)
    g_propagate_error (error, g_steal_pointer (&write->error));
  else if (weights != NULL)
    *weights = g_strdup (write->kept->weights);
  write_free (write);
  return good;
}

void
gbx_store_push (GbxStore *store, GbxEdit *edit)
{
  g_mutex_lock (&store->queue_lock);
  g_queue_push_tail (&store->edits, edit);
  g_mutex_unlock (&store->queue_lock);
}

void
gbx_store_push_all (GbxStore *store, GPtrArray *edits)
{
  g_mutex_lock (&store->queue_lock);
  for (guint i = 0; i < edits->len; i++)
    g_queue_push_tail (&store->edits, g_ptr_array_index (edits, i));
  g_mutex_unlock (&store->queue_lock);
}

guint
gbx_store_n_pending (GbxStore *store)
{
  guint n;

  g_mutex_lock (&store->queue_lock);
  n = g_queue_get_length (&store->edits) + store->n_taken;
  g_mutex_unlock (&store->queue_lock);
  return n;
}

gboolean
gbx_store_drain (GbxStore *store, GError **error)
{
  g_autoptr (GPtrArray) edits = NULL;
  gboolean done;

  g_mutex_lock (&store->lock);
  edits = take_edits (store);
  done = edits->len == 0 || (gbx_store_open_locked (store, TRUE, error) &&
                             gbx_store_put_edits_locked (store, edits, error));
  give_edits_back (store, edits, done);
  g_mutex_unlock (&store->lock);
  return done;
}

gboolean
gbx_store_is_busy (const GError *error)
{
  return g_error_matches (error, GBX_DATABASE_ERROR, GBX_DATABASE_ERROR_BUSY);
}
