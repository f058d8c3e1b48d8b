/* read-file.c: files somebody gave us, read without trusting them. */
#include "read-file.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
nn_file_fail (const char *path, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("Could not read “%s”: %s."),
               path, g_strerror (code));
  return FALSE;
}

int
nn_file_open (const char *path, guint64 *length, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not make us wait */
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0) {
    nn_file_fail (path, errno, error);
  } else if (!S_ISREG (info.st_mode)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                 _ ("Could not read “%s”: it is not a regular file."), path);
  } else {
    *length = (guint64)info.st_size;
    return fd;
  }
  if (fd >= 0)
    close (fd);
  return -1;
}

gboolean
nn_file_read (int fd, const char *path, void *data, gsize length, GError **error)
{
  guint8 *to = data;

  while (length > 0) {
    ssize_t n = read (fd, to, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) /* 0: shorter than it was a moment ago */
      return nn_file_fail (path, n == 0 ? EIO : errno, error);
    to += n;
    length -= (gsize)n;
  }
  return TRUE;
}

GBytes *
nn_file_read_whole (int fd, guint64 length, const char *path, GError **error)
{
  g_autofree guint8 *data = g_try_malloc (MAX ((gsize)length, 1));

  if (!data || lseek (fd, 0, SEEK_SET) != 0)
    return nn_file_fail (path, data ? errno : ENOMEM, error), NULL;
  if (!nn_file_read (fd, path, data, (gsize)length, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), (gsize)length);
}
