/* new-set.c: writes a data set that is there when it is whole, and not before. */
#include "engine/collect/new-set.h"

#include "engine/collect/dataset.h"
#include "engine/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define HIDDEN ".import-"
#define CANCEL_INTERVAL 256 /* records between two looks at the cancellable */

struct NnNewSet {
  char *parent; /* the user's data folder */
  char *id;
  char *folder; /* hidden; NULL: finished */
  int lock;     /* a descriptor of it: as long as it is locked, its owner lives */
};

/* By errno. */
static void
fail_file (GError **error, const char *path)
{
  int saved = errno;

  if (saved == ENOSPC || saved == EDQUOT || saved == EFBIG)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                 _ ("There is no room for %s (%s). Free some space and try again"), path,
                 g_strerror (saved));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), _ ("%s cannot be written: %s"),
                 path, g_strerror (saved));
}

/* ---- folders ---- */

static int
open_locked (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* There is nothing but files in it. */
static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
}

/* What nobody holds a lock on was left by one who is no more. */
static void
remove_abandoned (const char *parent)
{
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *folder = g_build_filename (parent, name, NULL);
    int fd = g_str_has_prefix (name, HIDDEN) ? open_locked (folder) : -1;

    if (fd < 0)
      continue;
    remove_folder (folder);
    close (fd);
  }
}

/* So that the names outlive a power cut. */
static void
sync_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

NnNewSet *
nn_new_set_begin (const char *id, GError **error)
{
  g_auto (GStrv) search_path = nn_dataset_search_path ();
  g_autoptr (NnNewSet) set = g_new0 (NnNewSet, 1);

  set->parent = g_strdup (search_path[0]);
  set->id = g_strdup (id);
  set->lock = -1;
  if (g_mkdir_with_parents (set->parent, 0777) != 0) {
    fail_file (error, set->parent);
    return NULL;
  }
  remove_abandoned (set->parent);
  set->folder = g_build_filename (set->parent, HIDDEN "XXXXXX", NULL);
  if (g_mkdtemp_full (set->folder, 0777) == NULL) {
    fail_file (error, set->parent);
    g_clear_pointer (&set->folder, g_free);
    return NULL;
  }
  set->lock = open_locked (set->folder);
  return g_steal_pointer (&set);
}

/* ---- files ---- */

static gboolean
write_header (FILE *file, const NnRecords *records)
{
  const guint8 magic[4] = {0, 0, nn_idx_type (records->kind), records->kind};
  gboolean good = fwrite (magic, sizeof magic, 1, file) == 1;

  for (int i = 0; i < (int)records->kind; i++) {
    guint32 size = GUINT32_TO_BE ((guint32)records->sizes[i]);

    good = good && fwrite (&size, sizeof size, 1, file) == 1;
  }
  return good;
}

static gboolean
write_records (FILE *file, const NnRecords *records, GCancellable *cancellable)
{
  gsize size = nn_idx_value_size (records->kind);

  for (int i = 1; i < (int)records->kind; i++)
    size *= records->sizes[i];
  for (gsize i = 0; i < records->sizes[0]; i++) {
    if (i % CANCEL_INTERVAL == 0 && g_cancellable_is_cancelled (cancellable))
      return TRUE;
    if (fwrite (records->bytes + records->order[i] * size, size, 1, file) != 1)
      return FALSE;
  }
  return TRUE;
}

/* Returns: whether all of @file is on the disk; it is closed in any case. */
static gboolean
close_synced (FILE *file, gboolean good)
{
  int saved;

  good = good && fflush (file) == 0 && fsync (fileno (file)) == 0;
  saved = errno;
  if (fclose (file) != 0)
    return FALSE;
  errno = saved;
  return good;
}

gboolean
nn_new_set_add (NnNewSet *set, const char *name, const NnRecords *records,
                GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_build_filename (set->folder, name, NULL);
  FILE *file = g_fopen (path, "wbe");
  gboolean good =
      file != NULL && write_header (file, records) && write_records (file, records, cancellable);

  if (file != NULL)
    good = close_synced (file, good);
  if (!good)
    fail_file (error, path);
  return good && !g_cancellable_set_error_if_cancelled (cancellable, error);
}

gboolean
nn_new_set_describe (NnNewSet *set, const NnAbout *about, GError **error)
{
  g_autofree char *path = g_build_filename (set->folder, NN_ABOUT_FILE, NULL);
  g_autofree char *text = nn_about_write (about);
  FILE *file = g_fopen (path, "wbe");
  gboolean good = file != NULL && fputs (text, file) != EOF;

  if (file != NULL)
    good = close_synced (file, good);
  if (!good)
    fail_file (error, path);
  return good;
}

/* ---- the end ---- */

gboolean
nn_new_set_finish (NnNewSet *set, GError **error)
{
  g_autofree char *target = g_build_filename (set->parent, set->id, NULL);

  sync_folder (set->folder);
  if (g_rename (set->folder, target) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR)
      g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                   _ ("There is something of the name “%s” in %s already"), set->id, set->parent);
    else
      fail_file (error, target);
    return FALSE;
  }
  g_clear_pointer (&set->folder, g_free);
  sync_folder (set->parent);
  return TRUE;
}

void
nn_new_set_free (NnNewSet *set)
{
  if (set->folder != NULL)
    remove_folder (set->folder);
  if (set->lock >= 0)
    close (set->lock);
  g_free (set->folder);
  g_free (set->parent);
  g_free (set->id);
  g_free (set);
}
