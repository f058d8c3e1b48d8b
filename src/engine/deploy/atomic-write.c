/* atomic-write.c: a file is the old one or the new one, never half of it. */
#include "safetensors.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_FILE_MODE 0666 /* less what the user's umask takes away */

static gboolean
write_all (int fd, const char *data, gsize length)
{
  while (length > 0) {
    ssize_t n = write (fd, data, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    data += n;
    length -= (gsize)n;
  }
  return TRUE;
}

static gboolean
fill_and_close (int fd, const void *data, gsize length, const struct stat *before)
{
  gboolean good = (!before || fchmod (fd, before->st_mode & 07777) == 0) &&
                  write_all (fd, data, length) && fsync (fd) == 0;
  int saved = errno;
  if (close (fd) != 0 && good)
    return FALSE;
  errno = saved;
  return good;
}

/* So that the new name outlives a power cut. The content is safe already: no error from here. */
static void
sync_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

/* A new file beside the target, under a name nobody has. Returns: −1 where there can be none. */
static int
open_temporary (const char *target, char **temporary)
{
  g_autofree char *folder = g_path_get_dirname (target);
  *temporary = g_build_filename (folder, ".glassbox-XXXXXX", NULL);
  return g_mkstemp_full (*temporary, O_WRONLY | O_CLOEXEC, NEW_FILE_MODE);
}

static gboolean
replace_file (const char *target, const struct stat *before, const void *data, gsize length)
{
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *temporary = NULL;
  int fd = open_temporary (target, &temporary);
  if (fd < 0)
    return FALSE;
  if (fill_and_close (fd, data, length, before) && g_rename (temporary, target) == 0) {
    sync_folder (folder);
    return TRUE;
  }
  int saved = errno;
  g_unlink (temporary);
  errno = saved;
  return FALSE;
}

static gboolean
try_folder (const char *target)
{
  g_autofree char *temporary = NULL;
  int fd = open_temporary (target, &temporary);
  if (fd < 0)
    return FALSE;
  close (fd);
  g_unlink (temporary);
  return TRUE;
}

/* What a path leads to, behind symbolic links. */
typedef struct {
  char *path; /* owned */
  gboolean exists;
  struct stat before;
} Target;

static void
target_clear (Target *target)
{
  free (target->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear)

static gboolean
find_target (const char *path, Target *target, GError **error)
{
  target->path = realpath (path, NULL);
  if (!target->path)
    target->path = strdup (path);
  target->exists = stat (target->path, &target->before) == 0;
  if (!target->exists || S_ISREG (target->before.st_mode))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
               _ ("Could not write “%s”: it is not a regular file."), path);
  return FALSE;
}

static void
set_write_error (GError **error, const char *path, const Target *target, int code)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               target->exists ? _ ("Could not write “%s”: %s. What was there before is unchanged.")
                              : _ ("Could not write “%s”: %s."),
               path, g_strerror (code));
}

gboolean
nn_check_writable (const char *path, GError **error)
{
  g_auto (Target) target = {0};
  if (!find_target (path, &target, error))
    return FALSE;
  errno = ENOENT; /* of an empty name, or one that ends in a slash, there can be no file */
  if (*path && !g_str_has_suffix (path, G_DIR_SEPARATOR_S) && try_folder (target.path))
    return TRUE;
  set_write_error (error, path, &target, errno);
  return FALSE;
}

gboolean
nn_write_file_atomically (const char *path, const void *data, gsize length, GError **error)
{
  g_auto (Target) target = {0};
  if (!find_target (path, &target, error))
    return FALSE;
  if (replace_file (target.path, target.exists ? &target.before : NULL, data, length))
    return TRUE;
  set_write_error (error, path, &target, errno);
  return FALSE;
}
