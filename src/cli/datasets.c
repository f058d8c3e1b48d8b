/* datasets.c: `glassbox-cli datasets`. */
#include "cli.h"

#include "terminal.h"

#include "engine/collect/download.h"

#include <glib-unix.h>
#include <signal.h>

/* ---- list ---- */

static int
list (void)
{
  g_autoptr (GPtrArray) sets = nn_dataset_list ();
  for (guint i = 0; i < sets->len; i++) {
    const NnDatasetInfo *set = sets->pdata[i];
    g_autofree char *command = g_strdup_printf ("glassbox-cli datasets get %s", set->id);
    g_autofree char *get = g_strdup_printf (_ ("not here; “%s” gets it"), command);
    const char *where = set->can_download ? get : _ ("not here");
    g_print ("%-14s %s (%s)\n", set->id, set->title, set->origin ? set->origin : where);
  }
  return CLI_DONE;
}

/* ---- get: the download blocks its own thread, Ctrl+C is seen on this one ---- */

typedef struct {
  const char *id;
  GCancellable *cancellable;
  GMainLoop *loop;
  CliProgress progress;
  gboolean good;
  GError *error;
} Download;

static void
progress_cb (const NnDownloadProgress *state, gpointer data)
{
  Download *download = data;
  if (!cli_progress_due (&download->progress))
    return;
  g_autofree char *done = g_format_size (state->bytes_done);
  g_autofree char *total = g_format_size (state->bytes_total);
  g_autofree char *left = cli_format_seconds (state->seconds_left);
  g_autofree char *after = state->bytes_total == 0 ? g_strdup (done)
                           : state->seconds_left < 0
                               ? g_strdup_printf (_ ("%s of %s"), done, total)
                               : g_strdup_printf (_ ("%s of %s  %s left"), done, total, left);
  double fraction = state->bytes_total ? (double)state->bytes_done / (double)state->bytes_total : 0;
  cli_progress_draw (&download->progress, state->file, fraction, after);
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

static gpointer
download_thread (gpointer data)
{
  Download *download = data;
  download->good = nn_download_dataset (download->id, NULL, NULL, progress_cb, download,
                                        download->cancellable, &download->error);
  g_idle_add (quit_cb, download->loop);
  return NULL;
}

static gboolean
interrupt_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

/* GLib ends the program where GNOME's module for proxies asks for settings that are not installed,
 * as on a bare machine or with another XDG_DATA_DIRS. Without them there is no proxy to know of. */
static void
check_proxy_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source ? g_settings_schema_source_lookup (source, "org.gnome.system.proxy", TRUE) : NULL;
  if (!schema)
    g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", FALSE);
}

static int
get (const char *id)
{
  check_proxy_settings (); /* before there is another thread: it changes the environment */
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Download download = {
      .id = id, .cancellable = cancellable, .loop = loop, .progress = cli_progress_new ()};
  guint source = g_unix_signal_add (SIGINT, interrupt_cb, cancellable);
  GThread *thread = g_thread_new ("download", download_thread, &download);
  g_main_loop_run (loop);
  g_thread_join (thread);
  g_source_remove (source);
  cli_progress_clear (&download.progress);
  if (download.good) {
    g_printerr (_ ("“%s” is on this machine now\n"), id);
    return CLI_DONE;
  }
  if (g_error_matches (download.error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_error_free (download.error);
    g_printerr (_ ("Stopped; the next attempt goes on from here\n"));
    return CLI_INTERRUPTED;
  }
  return cli_fail (download.error);
}

int
cli_datasets (int argc, char **argv)
{
  g_auto (GStrv) arguments =
      cli_parse_options (argc, argv, NULL, "list | get ID",
                         _ ("Lists the data sets there are, or downloads one."), 1, 2);
  if (!arguments)
    return CLI_USAGE;
  if (g_str_equal (arguments[0], "list") && !arguments[1])
    return list ();
  if (g_str_equal (arguments[0], "get") && arguments[1])
    return get (arguments[1]);
  return cli_usage_error (_ ("expected “list” or “get ID”"));
}
