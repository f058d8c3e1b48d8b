/* gbx-code-view.c: the experiment as a program. */
#include "gbx-code-view.h"

#include "engine/deploy/code.h"

#include <glib/gi18n-lib.h>

struct _GbxCodeView {
  GbxSessionView parent_instance;

  GtkDropDown *language;
  GtkLabel *said;
  GtkButton *copy_button;
  GtkButton *save_button;
  GtkTextBuffer *program;

  GtkFileChooserNative *chooser; /* owned while it is open */
};

G_DEFINE_FINAL_TYPE (GbxCodeView, gbx_code_view, GBX_TYPE_SESSION_VIEW)

/* The items stand in the order of the enumeration. */
static NnCodeLanguage
get_language (GbxCodeView *self)
{
  return (NnCodeLanguage)MIN (gtk_drop_down_get_selected (self->language), NN_CODE_C);
}

/* The recipe, with what was measured of the data it standardises. */
static NnExperiment *
get_recipe (GbxSession *session)
{
  NnExperiment *experiment = nn_experiment_copy (gbx_session_get_experiment (session));
  const NnSamples *samples = gbx_session_get_samples (session, NN_PART_TRAIN);

  if (samples != NULL && experiment->prepare.standardise && experiment->prepare.fit == NULL)
    nn_prepare_spec_set_fit (&experiment->prepare, samples->spec.fit);
  return experiment;
}

static void
gbx_code_view_refresh (GbxSessionView *view)
{
  GbxCodeView *self = GBX_CODE_VIEW (view);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment = get_recipe (gbx_session_view_get_session (view));
  g_autofree char *text = nn_code_write (experiment, NULL, get_language (self), &error);
  g_autofree char *missing = NULL;

  if (text == NULL)
    missing =
        g_strdup_printf (_ ("The program stands here once every layer fits. %s"), error->message);
  gtk_text_buffer_set_text (self->program, text != NULL ? text : missing, -1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy_button), text != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->save_button), text != NULL);
  gtk_label_set_label (self->said, "");
}

static char *
get_program (GbxCodeView *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->program, &start, &end);
  return gtk_text_buffer_get_text (self->program, &start, &end, FALSE);
}

static void
copy_cb (GbxCodeView *self)
{
  g_autofree char *text = get_program (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_label_set_label (self->said, _ ("Copied to the clipboard"));
}

static void
save (GbxCodeView *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *text = get_program (self);
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return;
  if (g_file_set_contents (path, text, -1, &error))
    said = g_strdup_printf (_ ("Saved as %s"), name);
  else
    said = g_strdup_printf (_ ("The program could not be saved: %s"), error->message);
  gtk_label_set_label (self->said, said);
}

static void
response_cb (GtkNativeDialog *dialog, int response, GbxCodeView *self)
{
  if (response == GTK_RESPONSE_ACCEPT) {
    g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

    save (self, file);
  }
  g_clear_object (&self->chooser);
}

static void
save_cb (GbxCodeView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autofree char *name = g_strdelimit (
      g_strdup (gbx_session_get_experiment (gbx_session_view_get_session (GBX_SESSION_VIEW (self)))
                    ->name),
      "/", '-');
  g_autofree char *file = g_strconcat (name, get_language (self) == NN_CODE_C ? ".c" : ".py", NULL);

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Save the Program"), GTK_WINDOW (root),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), file);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
gbx_code_view_attach (GbxSessionView *view, GbxSession *session)
{
  static const char *const changes[] = {"experiment-changed", NULL};

  gbx_session_view_refresh_on (view, changes);
}

static void
gbx_code_view_take_over (GbxSessionView *view, GbxSessionView *old)
{
  gtk_drop_down_set_selected (GBX_CODE_VIEW (view)->language,
                              gtk_drop_down_get_selected (GBX_CODE_VIEW (old)->language));
}

static void
gbx_code_view_dispose (GObject *object)
{
  g_clear_object (&GBX_CODE_VIEW (object)->chooser);
  G_OBJECT_CLASS (gbx_code_view_parent_class)->dispose (object);
}

static void
gbx_code_view_class_init (GbxCodeViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gbx_code_view_dispose;
  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_code_view_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_code_view_refresh;
  GBX_SESSION_VIEW_CLASS (klass)->take_over = gbx_code_view_take_over;

  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-code-view.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxCodeView, language);
  gtk_widget_class_bind_template_child (widget_class, GbxCodeView, said);
  gtk_widget_class_bind_template_child (widget_class, GbxCodeView, copy_button);
  gtk_widget_class_bind_template_child (widget_class, GbxCodeView, save_button);
  gtk_widget_class_bind_template_child (widget_class, GbxCodeView, program);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, gbx_session_view_queue_refresh);
}

static void
gbx_code_view_init (GbxCodeView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
