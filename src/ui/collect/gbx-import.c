/* gbx-import.c: importing folders and files: choosing them, watching, and what came of it. */
#include "gbx-import.h"

#include "gbx-csv-dialog.h"

#include "engine/collect/import.h"
#include "ui/gbx-format.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define SHOW_INTERVAL 100 /* ms */
#define REFUSALS_HEIGHT 160

/* Shared by the thread and the main loop; the main loop alone touches the widgets. */
typedef struct {
  GtkWindow *window;   /* owned: the import may outlive it */
  GbxSession *session; /* owned */
  char *source, *name;
  NnCsvChoice csv; /* of a CSV file */
  guint8 *kinds;   /* csv's, owned */
  GCancellable *cancellable;

  GtkWidget *dialog; /* weak: the user may close it */
  GtkProgressBar *bar;
  guint timer;

  GMutex lock;
  NnImportProgress progress; /* under the lock */
  NnImportReport report;     /* the thread's until it is done */
} Import;

static void
import_free (gpointer data)
{
  Import *import = data;

  g_clear_weak_pointer (&import->dialog);
  g_object_unref (import->window);
  g_object_unref (import->session);
  g_object_unref (import->cancellable);
  g_free (import->source);
  g_free (import->name);
  g_free (import->kinds);
  g_mutex_clear (&import->lock);
  nn_import_report_clear (&import->report);
  g_free (import);
}

/* ---- the end ---- */

/* A list that can be scrolled, selected and copied. */
static GtkWidget *
make_refusal_list (const NnImportReport *report)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *view = gtk_text_view_new (), *scrolled = gtk_scrolled_window_new ();

  for (guint i = 0; i < report->refusals->len; i++) {
    const NnRefusal *refusal = report->refusals->pdata[i];

    /* TRANSLATORS: a file, and why it was not taken */
    g_string_append_printf (text, _ ("%s: %s"), refusal->place, refusal->reason);
    g_string_append_c (text, '\n');
  }
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text->str, -1);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 8);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 8);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What was refused, and why"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled), REFUSALS_HEIGHT);
  gtk_widget_add_css_class (scrolled, "card");
  return scrolled;
}

static void
add_line (GString *text, char *line)
{
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
  g_free (line);
}

static char *
describe (const NnImportReport *report, const GError *error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *train = gbx_format_count (report->n_train);
  g_autofree char *test = gbx_format_count (report->n_test);
  g_autofree char *refused = gbx_format_count (report->n_refused);

  if (error != NULL)
    add_line (text, g_strdup (error->message));
  else
    add_line (text,
              g_strdup_printf (_ ("%d classes, %s pictures to train with and %s to test with."),
                               report->n_classes, train, test));
  for (char **note = report->notes; error == NULL && *note != NULL; note++)
    add_line (text, g_strdup (*note));
  if (report->n_refused > report->refusals->len)
    add_line (text, g_strdup_printf (_ ("%s were refused; the first %u:"), refused,
                                     report->refusals->len));
  else if (report->n_refused > 0)
    add_line (text, g_strdup_printf (_ ("Refused: %s"), refused));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_result (Import *import, const GError *error)
{
  g_autofree char *heading = error != NULL
                                 ? g_strdup (_ ("Nothing Was Imported"))
                                 : g_strdup_printf (_ ("“%s” Is a Data Set Now"), import->name);
  g_autofree char *body = describe (&import->report, error);
  GtkWidget *dialog = adw_message_dialog_new (import->window, heading, body);

  if (import->report.n_refused > 0)
    adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog),
                                        make_refusal_list (&import->report));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Import *import = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  g_source_remove (import->timer);
  if (import->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (import->dialog));
  if (done)
    gbx_session_set_dataset (import->session, import->name);
  if (done || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_result (import, error);
}

/* ---- under way ---- */

static void
progress_cb (const NnImportProgress *progress, gpointer data)
{
  Import *import = data;

  g_mutex_lock (&import->lock);
  import->progress = *progress;
  g_mutex_unlock (&import->lock);
}

static void
import_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  const NnImportOptions options = {.source = import->source,
                                   .name = import->name,
                                   .csv = &import->csv,
                                   .progress = progress_cb,
                                   .data = import};
  GError *error = NULL;

  if (nn_import (&options, &import->report, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
show_progress_cb (gpointer data)
{
  Import *import = data;
  NnImportProgress progress;
  g_autofree char *count = NULL, *text = NULL;

  g_mutex_lock (&import->lock);
  progress = import->progress;
  g_mutex_unlock (&import->lock);
  if (import->dialog == NULL)
    return G_SOURCE_CONTINUE;
  count = gbx_format_count (progress.n_read);
  text = g_strdup_printf (_ ("%s read"), count);
  gtk_progress_bar_set_fraction (import->bar, progress.fraction);
  gtk_progress_bar_set_text (import->bar, text);
  return G_SOURCE_CONTINUE;
}

static void
show_dialog (Import *import)
{
  g_autofree char *heading = g_strdup_printf (_ ("Importing “%s”"), import->name);
  GtkWidget *bar = gtk_progress_bar_new ();

  import->dialog = adw_message_dialog_new (import->window, heading, NULL);
  g_object_add_weak_pointer (G_OBJECT (import->dialog), (gpointer *)&import->dialog);
  import->bar = GTK_PROGRESS_BAR (bar);
  gtk_progress_bar_set_show_text (import->bar, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Import progress"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (import->dialog), bar);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (import->dialog), "cancel", _ ("_Cancel"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (import->dialog), "cancel");
  g_signal_connect_object (import->dialog, "response", G_CALLBACK (g_cancellable_cancel),
                           import->cancellable, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (import->dialog));
}

/* @csv: what was decided about a CSV file; NULL: nothing */
static void
start (GtkWindow *window, GbxSession *session, const char *path, const NnCsvChoice *csv,
       int n_columns)
{
  Import *import = g_new0 (Import, 1);
  g_autoptr (GTask) task = NULL;

  import->window = g_object_ref (window);
  import->session = g_object_ref (session);
  import->source = g_strdup (path);
  import->name = nn_import_suggest_name (path);
  import->csv = csv != NULL ? *csv : NN_CSV_NO_CHOICE;
  import->kinds = csv != NULL ? g_memdup2 (csv->kinds, (gsize)n_columns) : NULL;
  import->csv.kinds = import->kinds;
  import->cancellable = g_cancellable_new ();
  g_mutex_init (&import->lock);
  show_dialog (import);
  import->timer = g_timeout_add (SHOW_INTERVAL, show_progress_cb, import);

  task = g_task_new (NULL, import->cancellable, imported_cb, NULL);
  g_task_set_task_data (task, import, import_free);
  g_task_run_in_thread (task, import_cb);
}

/* What the dialog of a CSV file is asked for. */
typedef struct {
  GtkWindow *window;
  GbxSession *session;
} Asker;

static void
asker_free (gpointer data)
{
  Asker *asker = data;

  g_object_unref (asker->window);
  g_object_unref (asker->session);
  g_free (asker);
}

static void
csv_chosen_cb (const char *path, const NnCsvChoice *choice, int n_columns, gpointer data)
{
  const Asker *asker = data;

  start (asker->window, asker->session, path, choice, n_columns);
}

void
gbx_import_start (GtkWindow *window, GbxSession *session, const char *path)
{
  Asker *asker;

  if (!nn_import_is_csv (path)) {
    start (window, session, path, NULL, 0);
    return;
  }
  asker = g_new (Asker, 1);
  asker->window = g_object_ref (window);
  asker->session = g_object_ref (session);
  gbx_csv_dialog_ask (window, path, csv_chosen_cb, asker, asker_free);
}

/* ---- choosing ---- */

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer data)
{
  GbxSession *session = data;

  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    g_autofree char *path = g_file_get_path (file);

    if (path != NULL)
      gbx_import_start (gtk_native_dialog_get_transient_for (dialog), session, path);
  }
  g_object_unref (dialog);
}

void
gbx_import_choose (GtkWindow *window, GbxSession *session, gboolean folder)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      folder ? _ ("Folder with a Folder of Pictures for Each Class")
             : _ ("CSV File, or IDX File of Pictures with That of the Labels Beside It"),
      window, folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN,
      _ ("_Import"), NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), session, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
