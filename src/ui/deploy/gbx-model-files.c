/* gbx-model-files.c: choosing the file to save a model to, or to open one from. */
#include "gbx-model-files.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

typedef struct {
  GtkWindow *window;   /* owned: the dialog may outlive it */
  GbxSession *session; /* owned */
  GbxSaidFunc said;
  gboolean saving;
  NnExportFormat format; /* of what is saved */
  NnOnnxInput input;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->window);
  g_object_unref (request->session);
  g_free (request);
}

static void
tell_failure (const Request *request, const GError *error)
{
  GtkWidget *dialog = adw_message_dialog_new (request->window,
                                              request->saving ? _ ("The Model Could Not Be Saved")
                                                              : _ ("The Model Could Not Be Opened"),
                                              error->message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
save_or_open (const Request *request, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done = request->saving ? gbx_session_export (request->session, request->format,
                                                        request->input, path, &error)
                                  : gbx_session_open_model (request->session, path, &error);

  if (!done) {
    tell_failure (request, error);
    return;
  }
  text = g_strdup_printf (request->saving ? _ ("Saved as %s") : _ ("Opened %s"), name);
  request->said (text, request->window);
}

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer data)
{
  Request *request = data;

  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    g_autofree char *path = g_file_get_path (file);

    if (path != NULL)
      save_or_open (request, path);
  }
  g_object_unref (dialog);
}

/* Only models are opened; of what is saved the name says what it is. */
static void
add_filter (GtkFileChooser *chooser)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Models (.safetensors, .onnx)"));
  gtk_file_filter_add_suffix (filter, "safetensors");
  gtk_file_filter_add_suffix (filter, "onnx");
  gtk_file_chooser_add_filter (chooser, filter);
}

static void
choose (GtkWindow *window, GbxSession *session, GbxSaidFunc said, gboolean saving,
        NnExportFormat format, NnOnnxInput input)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      saving ? _ ("Save Model") : _ ("Open Model"), window,
      saving ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_OPEN,
      saving ? _ ("_Save") : _ ("_Open"), NULL);
  Request *request = g_new0 (Request, 1);

  request->window = g_object_ref (window);
  request->session = g_object_ref (session);
  request->said = said;
  request->saving = saving;
  request->format = format;
  request->input = input;
  if (saving) {
    g_autofree char *file = nn_export_file_name (gbx_session_get_experiment (session), format);

    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), file);
  } else {
    add_filter (GTK_FILE_CHOOSER (dialog));
  }
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_object_set_data_full (G_OBJECT (dialog), "request", request, request_free);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), request);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
gbx_model_files_save (GtkWindow *window, GbxSession *session, GbxSaidFunc said)
{
  choose (window, session, said, TRUE, NN_EXPORT_SAFETENSORS, NN_ONNX_PREPARED);
}

void
gbx_model_files_open (GtkWindow *window, GbxSession *session, GbxSaidFunc said)
{
  choose (window, session, said, FALSE, NN_EXPORT_SAFETENSORS, NN_ONNX_PREPARED);
}

void
gbx_model_files_export (GtkWindow *window, GbxSession *session, const char *form, GbxSaidFunc said)
{
  g_auto (GStrv) words = g_strsplit (form, ":", 2);
  NnExportFormat format = NN_EXPORT_ONNX;
  NnOnnxInput input = NN_ONNX_PREPARED;

  if (words[0] == NULL || !nn_export_parse (words[0], &format) ||
      (words[1] != NULL && !nn_onnx_input_parse (words[1], &input)))
    g_return_if_reached ();
  choose (window, session, said, TRUE, format, input);
}
