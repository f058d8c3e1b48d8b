/* gbx-deploy-page.c: the Deploy stage: what a model file holds, saving and opening one. */
#include "gbx-deploy-page.h"

#include "ui/gbx-figures.h"
#include "ui/gbx-format.h"

#include <glib/gi18n-lib.h>

struct _GbxDeployPage {
  GbxSessionView parent_instance;

  GtkLabel *summary;
  GtkListBox *tensors;
};

G_DEFINE_FINAL_TYPE (GbxDeployPage, gbx_deploy_page, GBX_TYPE_SESSION_VIEW)

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
  g_autofree char *size = NULL, *text = NULL;
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->tensors))) != NULL)
    gtk_list_box_remove (self->tensors, row);
  if (network == NULL) {
    gtk_label_set_label (self->summary, _ ("There is no network yet"));
    return;
  }
  size = gbx_figures_describe_size (network);
  text = g_strdup_printf (_ ("one .safetensors file: %s of weights, and the recipe"), size);
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
}

static void
gbx_deploy_page_init (GbxDeployPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
