/* gbx-deploy-page.c: the Deploy stage: what can be taken out of the program, and what it holds. */
#include "gbx-deploy-page.h"

#include "ui/gbx-figures.h"
#include "ui/gbx-format.h"

#include <glib/gi18n-lib.h>

struct _GbxDeployPage {
  GbxSessionView parent_instance;

  GtkLabel *summary;
  GtkListBox *forms, *tensors;
  AdwActionRow *cost, *parity;
  GtkWidget *scripts[6]; /* labels, in the order of the forms; the list's */
};

G_DEFINE_FINAL_TYPE (GbxDeployPage, gbx_deploy_page, GBX_TYPE_SESSION_VIEW)

/* What can be taken out, and what it is for. */
static const struct {
  const char *word; /* the action's */
  NnExportFormat format;
  NnOnnxInput input;
  const char *title, *subtitle;
} forms[] = {
    {"safetensors", NN_EXPORT_SAFETENSORS, NN_ONNX_PREPARED, "safetensors",
     N_ ("Weights and recipe, for Glassbox and PyTorch")},
    {"onnx", NN_EXPORT_ONNX, NN_ONNX_PREPARED, "ONNX",
     N_ ("The network as a graph that servers, phones and browsers run; prepare its pictures "
         "first")},
    {"onnx:bytes", NN_EXPORT_ONNX, NN_ONNX_BYTES, "ONNX (0…255)",
     N_ ("The same with the preparation inside: it takes the pixels of a picture as they are")},
    {"c", NN_EXPORT_C, NN_ONNX_PREPARED, "C",
     N_ ("One C99 file without any library, for the smallest machines")},
    {"pytorch", NN_EXPORT_PYTORCH, NN_ONNX_PREPARED, "PyTorch",
     N_ ("A Python program to train on with, and the weights beside it")},
    {"keras", NN_EXPORT_KERAS, NN_ONNX_PREPARED, "Keras",
     N_ ("The same program for Keras 3, and the weights beside it")},
};

static GtkWidget *
make_button (const char *label)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "compact");
  return button;
}

static void
copy_cb (GtkButton *button, GtkLabel *script)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)),
                          gtk_label_get_label (script));
}

/* The lines that use the file, and a button that copies them. */
static GtkWidget *
make_script (GbxDeployPage *self, guint index)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL), *button = make_button (_ ("Copy"));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_set_tooltip_text (button, _ ("Copy these lines to the clipboard"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (copy_cb), label, 0);
  g_object_set (box, "margin-top", 6, "margin-bottom", 6, "margin-start", 12, "margin-end", 12,
                NULL);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  self->scripts[index] = label;
  return box;
}

static void
append_form (GbxDeployPage *self, guint index)
{
  GtkWidget *row = adw_expander_row_new (), *button = make_button (_ ("Export…"));
  /* TRANSLATORS: %s: a format, such as ONNX */
  g_autofree char *tooltip = g_strdup_printf (_ ("Export as %s"), forms[index].title);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.export");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", forms[index].word);
  gtk_widget_set_tooltip_text (button, tooltip);
  g_object_set (row, "title", forms[index].title, "subtitle", _ (forms[index].subtitle), NULL);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (row), button);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), make_script (self, index));
  gtk_list_box_append (self->forms, row);
}

static void
show_scripts (GbxDeployPage *self, const NnExperiment *experiment)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree char *text = nn_export_script (experiment, forms[i].format, forms[i].input);

    gtk_label_set_label (GTK_LABEL (self->scripts[i]), text);
  }
}

/* ---- checks ---- */

static void
measure_cb (GbxDeployPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *alone = NULL, *together = NULL;
  NnPace pace;

  if (!gbx_session_measure_pace (gbx_session_view_get_session (GBX_SESSION_VIEW (self)), &pace,
                                 &error)) {
    adw_action_row_set_subtitle (self->cost, error->message);
    return;
  }
  alone = gbx_format_number (pace.alone * 1e6, 3);
  together = gbx_format_number (pace.together * 1e6, 3);
  /* TRANSLATORS: microseconds for one prediction, by itself and among others */
  text = g_strdup_printf (_ ("%s µs per prediction one at a time, %s µs when %d come at once; one "
                             "core of this machine"),
                          alone, together, NN_PACE_BATCH);
  adw_action_row_set_subtitle (self->cost, text);
}

static void
check_cb (GbxDeployPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *difference = NULL;
  NnParity parity;

  if (!gbx_session_check_parity (gbx_session_view_get_session (GBX_SESSION_VIEW (self)), &parity,
                                 &error)) {
    adw_action_row_set_subtitle (self->parity, error->message);
    return;
  }
  difference = gbx_format_number (parity.difference, 2);
  text = g_strdup_printf (_ ("%zu of %zu answers agree; no number differs by more than %s"),
                          parity.n_agree, parity.n_pictures, difference);
  adw_action_row_set_subtitle (self->parity, text);
}

/* What was measured was of other weights. */
static void
forget_checks (GbxDeployPage *self)
{
  adw_action_row_set_subtitle (self->cost, _ ("How long a prediction takes, measured here"));
  adw_action_row_set_subtitle (
      self->parity,
      _ ("Writes the network as ONNX, reads it again, and asks both about 100 test pictures"));
}

/* ---- what is inside ---- */

static void
append_tensor (GbxDeployPage *self, const NnLayer *layer, const NnParameter *parameter)
{
  gsize count = nn_shape_size (&parameter->shape);
  g_autofree char *name = nn_network_parameter_name (layer, parameter);
  g_autofree char *shape = nn_shape_to_string (&parameter->shape);
  g_autofree char *size = g_format_size (count * sizeof (float));
  g_autofree char *numbers = gbx_format_count (count);
  /* TRANSLATORS: a tensor's shape, and how many 32-bit numbers that makes */
  g_autofree char *subtitle = g_strdup_printf (_ ("%s · %s numbers of 32 bits"), shape, numbers);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (size);

  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "dim-label");
  g_object_set (row, "title", name, "subtitle", subtitle, "activatable", FALSE, NULL);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  gtk_list_box_append (self->tensors, row);
}

static void
gbx_deploy_page_refresh (GbxSessionView *view)
{
  GbxDeployPage *self = GBX_DEPLOY_PAGE (view);
  const NnNetwork *network = gbx_session_get_network (gbx_session_view_get_session (view));
  g_autofree char *size = NULL, *text = NULL, *parameters = NULL;
  GtkWidget *row;

  forget_checks (self);
  show_scripts (self, gbx_session_get_experiment (gbx_session_view_get_session (view)));
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->tensors))) != NULL)
    gtk_list_box_remove (self->tensors, row);
  if (network == NULL) {
    gtk_label_set_label (self->summary, _ ("There is no network yet"));
    return;
  }
  size = gbx_figures_describe_size (network);
  parameters = gbx_format_count (nn_network_n_parameters (network));
  /* TRANSLATORS: bytes, and how many numbers were learned */
  text = g_strdup_printf (_ ("%s of weights: %s parameters"), size, parameters);
  gtk_label_set_label (self->summary, text);
  for (int i = 0; i < network->n_layers; i++)
    for (int j = 0; j < network->layers[i]->n_parameters; j++)
      append_tensor (self, network->layers[i], &network->layers[i]->parameters[j]);
}

static void
gbx_deploy_page_attach (GbxSessionView *view, GbxSession *session)
{
  static const char *const changes[] = {"experiment-changed", "notify::has-weights", NULL};

  gbx_session_view_refresh_on (view, changes);
}

static void
gbx_deploy_page_class_init (GbxDeployPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_deploy_page_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_deploy_page_refresh;

  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-deploy-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxDeployPage, summary);
  gtk_widget_class_bind_template_child (widget_class, GbxDeployPage, tensors);
  gtk_widget_class_bind_template_child (widget_class, GbxDeployPage, forms);
  gtk_widget_class_bind_template_child (widget_class, GbxDeployPage, cost);
  gtk_widget_class_bind_template_child (widget_class, GbxDeployPage, parity);
  gtk_widget_class_bind_template_callback (widget_class, measure_cb);
  gtk_widget_class_bind_template_callback (widget_class, check_cb);
}

static void
gbx_deploy_page_init (GbxDeployPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    append_form (self, i);
}
