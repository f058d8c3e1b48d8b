/* gbx-store.c: the folder a session is kept in. */
#include "gbx-store.h"

#include "engine/deploy/safetensors.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define DOCUMENT "session.json"
#define WEIGHTS_PREFIX "session-"
#define WEIGHTS_SUFFIX ".safetensors"

struct GbxStore {
  gatomicrefcount references;
  char *folder;
  guint64 tickets; /* given out; the main thread's */

  GMutex lock;     /* one write at a time */
  guint64 written; /* the newest ticket written */
};

static gboolean
is_weights_name (const char *name)
{
  return g_str_has_prefix (name, WEIGHTS_PREFIX) && g_str_has_suffix (name, WEIGHTS_SUFFIX);
}

static guint64
weights_number (const char *name)
{
  return g_ascii_strtoull (name + strlen (WEIGHTS_PREFIX), NULL, 10);
}

/* The next name after every one in the folder, whoever left it there. */
static char *
next_weights_name (GbxStore *store)
{
  g_autoptr (GDir) dir = g_dir_open (store->folder, 0, NULL);
  const char *name;
  guint64 greatest = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_weights_name (name))
      greatest = MAX (greatest, weights_number (name));
  return g_strdup_printf (WEIGHTS_PREFIX "%" G_GUINT64_FORMAT WEIGHTS_SUFFIX, greatest + 1);
}

static void
remove_other_weights (GbxStore *store, const char *current)
{
  g_autoptr (GDir) dir = g_dir_open (store->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_weights_name (name) && g_strcmp0 (name, current) != 0) {
      g_autofree char *path = gbx_store_path (store, name);
      g_unlink (path);
    }
}

/* They belong to a document that cannot be read, and are not to be taken for old ones. */
static void
set_weights_aside (GbxStore *store)
{
  g_autoptr (GDir) dir = g_dir_open (store->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_weights_name (name))
      g_free (gbx_store_set_aside (store, name));
}

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

static gboolean
write_locked (GbxStore *store, GbxKept *kept, const NnCheckpoint *checkpoint, GError **error)
{
  g_autofree char *document = gbx_store_path (store, DOCUMENT);
  g_autofree char *text = NULL;

  if (!make_folder (store, error))
    return FALSE;
  if (checkpoint != NULL) {
    g_autofree char *path = NULL;

    g_free (kept->weights);
    kept->weights = next_weights_name (store);
    path = gbx_store_path (store, kept->weights);
    if (!nn_checkpoint_write (checkpoint, NULL, path, error))
      return FALSE;
  }
  text = gbx_kept_to_json (kept);
  if (!nn_write_file_atomically (document, text, strlen (text), error))
    return FALSE;
  remove_other_weights (store, kept->weights);
  return TRUE;
}

/* ---- public ---- */

GbxStore *
gbx_store_new (const char *folder)
{
  GbxStore *store = g_new0 (GbxStore, 1);

  g_atomic_ref_count_init (&store->references);
  g_mutex_init (&store->lock);
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
  g_mutex_clear (&store->lock);
  g_free (store->folder);
  g_free (store);
}

char *
gbx_store_path (GbxStore *store, const char *name)
{
  return g_build_filename (store->folder, name, NULL);
}

char *
gbx_store_set_aside (GbxStore *store, const char *name)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d-%H%M%S");
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%s", name, date);
  g_autofree char *from = gbx_store_path (store, name);
  g_autofree char *to = gbx_store_path (store, aside);

  return g_rename (from, to) == 0 ? g_steal_pointer (&aside) : NULL;
}

GbxKept *
gbx_store_read (GbxStore *store, GError **error)
{
  g_autofree char *path = gbx_store_path (store, DOCUMENT);
  g_autofree char *text = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GError) local = NULL;
  GbxKept *kept;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &local)) {
    /* A folder that is no folder is told when something is to be kept in it. */
    if (!g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT) &&
        !g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
      g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  kept = gbx_kept_parse (text, length, &local);
  if (kept != NULL)
    return kept;
  aside = gbx_store_set_aside (store, DOCUMENT);
  set_weights_aside (store);
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
               _ ("The kept session cannot be read (%s). The file was renamed to %s; this is a "
                  "fresh start."),
               local->message, aside != NULL ? aside : DOCUMENT);
  return NULL;
}

guint64
gbx_store_next_ticket (GbxStore *store)
{
  return ++store->tickets;
}

gboolean
gbx_store_write (GbxStore *store, GbxKept *kept, const NnCheckpoint *checkpoint, guint64 ticket,
                 GError **error)
{
  gboolean done = TRUE;

  g_mutex_lock (&store->lock);
  if (ticket > store->written) {
    done = write_locked (store, kept, checkpoint, error);
    if (done)
      store->written = ticket;
  }
  g_mutex_unlock (&store->lock);
  return done;
}
