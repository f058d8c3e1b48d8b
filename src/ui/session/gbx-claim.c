/* gbx-claim.c: which processes are using a folder, and which of them are still alive. */
#include "gbx-claim.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define PREFIX "open-"
#define SUFFIX ".lock"
#define DOOR "glassbox.lock"

struct GbxClaim {
  char *folder, *id, *path;
  int fd;
};

static char *
make_path (const char *folder, const char *id)
{
  g_autofree char *name = g_strconcat (PREFIX, id, SUFFIX, NULL);

  return g_build_filename (folder, name, NULL);
}

/* Whoever gets the lock has found that nobody holds it. */
static gboolean
is_locked (const char *path)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);
  gboolean locked;

  if (fd < 0)
    return FALSE;
  locked = flock (fd, LOCK_EX | LOCK_NB) != 0;
  close (fd);
  return locked;
}

GbxClaim *
gbx_claim_new (const char *folder, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *path = make_path (folder, id);
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), saved_errno = errno;
  GbxClaim *self;

  if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) != 0) {
    saved_errno = fd < 0 ? saved_errno : errno;
    if (fd >= 0)
      close (fd);
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
                 _ ("The folder %s cannot be written to: %s"), folder, g_strerror (saved_errno));
    return NULL;
  }
  self = g_new0 (GbxClaim, 1);
  self->folder = g_strdup (folder);
  self->id = g_steal_pointer (&id);
  self->path = g_steal_pointer (&path);
  self->fd = fd;
  return self;
}

void
gbx_claim_free (GbxClaim *self)
{
  g_unlink (self->path);
  close (self->fd);
  g_free (self->folder);
  g_free (self->id);
  g_free (self->path);
  g_free (self);
}

const char *
gbx_claim_get_id (const GbxClaim *self)
{
  return self->id;
}

gboolean
gbx_claim_is_alive (const GbxClaim *self, const char *id)
{
  g_autofree char *path = NULL;

  if (id == NULL || strchr (id, G_DIR_SEPARATOR) != NULL)
    return FALSE;
  if (g_str_equal (id, self->id))
    return TRUE;
  path = make_path (self->folder, id);
  return is_locked (path);
}

gboolean
gbx_claim_is_alone (const GbxClaim *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  gboolean alone = TRUE;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (self->folder, name, NULL);

    if (!g_str_has_prefix (name, PREFIX) || !g_str_has_suffix (name, SUFFIX) ||
        g_str_equal (path, self->path))
      continue;
    if (is_locked (path))
      alone = FALSE;
    else
      g_unlink (path);
  }
  return alone;
}

int
gbx_claim_enter (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, DOOR, NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  while (fd >= 0 && flock (fd, LOCK_EX) != 0)
    if (errno != EINTR)
      break;
  return fd;
}

void
gbx_claim_leave (int entered)
{
  if (entered >= 0)
    close (entered);
}
