/* gbx-session-download.c: fetching a data set on a thread, its progress on the main thread. */
#include "gbx-session-private.h"

#include <glib/gi18n-lib.h>

/* Shared by the thread and the main loop, counted by reference. At most one source is on its way
 * to the main loop: it takes the newest figures. */
struct GbxDownload {
  char *id;
  char **mirrors; /* or NULL */
  GCancellable *cancellable;
  GWeakRef session;

  GMutex lock;
  guint64 bytes_done, bytes_total;
  double seconds_left;
  gboolean told; /* a source is on its way */
};

/* One that was cancelled may still be letting go of its files when the next is asked for. */
static GMutex one_at_a_time;

static void
download_clear (gpointer data)
{
  GbxDownload *download = data;

  g_free (download->id);
  g_strfreev (download->mirrors);
  g_object_unref (download->cancellable);
  g_weak_ref_clear (&download->session);
  g_mutex_clear (&download->lock);
}

static void
download_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, download_clear);
}

/* ---- in words ---- */

static char *
describe (guint64 bytes_done, guint64 bytes_total, double seconds_left)
{
  g_autofree char *done = g_format_size (bytes_done);
  g_autofree char *total = g_format_size (bytes_total);
  guint minutes, seconds;

  if (bytes_total == 0)
    return g_steal_pointer (&done);
  if (!(seconds_left >= 0 && seconds_left < 24 * 3600))
    return g_strdup_printf (_ ("%s of %s"), done, total);
  seconds = (guint)ceil (seconds_left);
  minutes = (seconds + 59) / 60;
  if (seconds <= 90)
    return g_strdup_printf (
        ngettext ("%s of %s, %u second left", "%s of %s, %u seconds left", seconds), done, total,
        seconds);
  return g_strdup_printf (
      ngettext ("%s of %s, %u minute left", "%s of %s, %u minutes left", minutes), done, total,
      minutes);
}

static void
show (GbxSession *self, double fraction, char *text)
{
  self->download_fraction = fraction;
  g_free (self->download_text);
  self->download_text = text;
  gbx_session_tell (self);
}

/* ---- from the thread ---- */

static gboolean
progress_cb (gpointer data)
{
  GbxDownload *download = data;
  g_autoptr (GbxSession) self = g_weak_ref_get (&download->session);
  guint64 done, total;
  double left;

  g_mutex_lock (&download->lock);
  download->told = FALSE;
  done = download->bytes_done;
  total = download->bytes_total;
  left = download->seconds_left;
  g_mutex_unlock (&download->lock);

  if (self != NULL && self->download == download)
    show (self, total > 0 ? MIN (1, (double)done / total) : 0, describe (done, total, left));
  return G_SOURCE_REMOVE;
}

static void
progressed (const NnDownloadProgress *progress, gpointer data)
{
  GbxDownload *download = data;
  gboolean told;

  g_mutex_lock (&download->lock);
  download->bytes_done = progress->bytes_done;
  download->bytes_total = progress->bytes_total;
  download->seconds_left = progress->seconds_left;
  told = download->told;
  download->told = TRUE;
  g_mutex_unlock (&download->lock);

  if (!told)
    g_idle_add_full (G_PRIORITY_DEFAULT, progress_cb, g_atomic_rc_box_acquire (download),
                     download_unref);
}

static void
download_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GbxDownload *download = data;
  GError *error = NULL;

  gboolean done;

  g_mutex_lock (&one_at_a_time);
  done = nn_download_dataset (download->id, (const char *const *)download->mirrors, NULL,
                              progressed, download, cancellable, &error);
  g_mutex_unlock (&one_at_a_time);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
downloaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GbxDownload *download = g_task_get_task_data (G_TASK (result));
  g_autoptr (GbxSession) self = g_weak_ref_get (&download->session);
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (self == NULL || self->download != download)
    return;
  g_clear_pointer (&self->download, download_unref);
  show (self, -1, NULL);
  if (!done) {
    gbx_session_set_error (self, error->message);
    return;
  }
  gbx_session_emit (self, GBX_SESSION_SIGNAL_DATASET_CHANGED); /* there is one more to choose */
  if (g_str_equal (self->experiment->dataset, download->id))
    gbx_session_set_dataset (self, download->id);
}

/* ---- shared with the session's other files ---- */

void
gbx_download_cancel (GbxDownload *download)
{
  g_cancellable_cancel (download->cancellable);
  download_unref (download);
}

void
gbx_session_set_mirrors (GbxSession *self, const char *const *mirrors)
{
  g_strfreev (self->mirrors);
  self->mirrors = g_strdupv ((char **)mirrors);
}

/* ---- public ---- */

void
gbx_session_download (GbxSession *self, const char *id)
{
  g_autoptr (GTask) task = NULL;
  GbxDownload *download;

  g_return_if_fail (GBX_IS_SESSION (self) && id != NULL);

  if (self->closed || self->download != NULL)
    return;
  gbx_session_set_error (self, NULL);
  download = g_atomic_rc_box_new0 (GbxDownload);
  download->id = g_strdup (id);
  download->mirrors = g_strdupv (self->mirrors);
  download->cancellable = g_cancellable_new ();
  g_weak_ref_init (&download->session, self);
  g_mutex_init (&download->lock);
  self->download = download;
  show (self, 0, g_strdup (_ ("Connecting…")));

  task = g_task_new (NULL, download->cancellable, downloaded_cb, NULL);
  g_task_set_task_data (task, g_atomic_rc_box_acquire (download), download_unref);
  g_task_run_in_thread (task, download_cb);
}

void
gbx_session_cancel_download (GbxSession *self)
{
  g_return_if_fail (GBX_IS_SESSION (self));

  if (self->download == NULL)
    return;
  g_clear_pointer (&self->download, gbx_download_cancel);
  show (self, -1, NULL);
}
