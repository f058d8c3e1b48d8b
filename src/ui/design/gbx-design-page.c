/* gbx-design-page.c: the Design stage: the layers with shapes and counts, and the whole recipe. */
#include "gbx-design-page.h"

#include "gbx-layer-words.h"
#include "ui/gbx-format.h"

#include <glib/gi18n-lib.h>

struct _GbxDesignPage {
  GbxSessionView parent_instance;

  GtkLabel *summary;
  GtkListBox *layers;
  GtkTextBuffer *recipe;
};

G_DEFINE_FINAL_TYPE (GbxDesignPage, gbx_design_page, GBX_TYPE_SESSION_VIEW)

static void
append_row (GbxDesignPage *self, const char *title, const char *subtitle, const char *figure)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (figure);

  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "dim-label");
  g_object_set (row, "title", title, "subtitle", subtitle, "activatable", FALSE, NULL);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  gtk_list_box_append (self->layers, row);
}

static void
append_layer (GbxDesignPage *self, const NnLayer *layer)
{
  g_autofree char *title = gbx_layer_words_title (layer);
  g_autofree char *subtitle = gbx_layer_words_detail (layer);
  g_autofree char *figure = gbx_layer_words_parameters (layer);

  append_row (self, title, subtitle, figure);
}

static void
show_network (GbxDesignPage *self, const NnNetwork *network)
{
  g_autofree char *count = gbx_format_count (nn_network_n_parameters (network));
  g_autofree char *size = g_format_size (nn_network_n_parameters (network) * sizeof (float));
  g_autofree char *operations = gbx_format_count ((guint64)nn_network_flops (network, FALSE));
  g_autofree char *text = g_strdup_printf (
      _ ("%s parameters · %s · %s operations to read one picture"), count, size, operations);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->layers))) != NULL)
    gtk_list_box_remove (self->layers, row);
  gtk_label_set_label (self->summary, text);
  for (int i = 0; i < network->n_layers; i++)
    append_layer (self, network->layers[i]);
}

static void
gbx_design_page_refresh (GbxSessionView *view)
{
  GbxDesignPage *self = GBX_DESIGN_PAGE (view);
  GbxSession *session = gbx_session_view_get_session (view);
  const NnNetwork *network = gbx_session_get_network (session);
  g_autofree char *json = NULL;

  json = nn_experiment_to_json (gbx_session_get_experiment (session));
  gtk_text_buffer_set_text (self->recipe, json, -1);
  if (network != NULL)
    show_network (self, network);
}

static void
gbx_design_page_attach (GbxSessionView *view, GbxSession *session)
{
  static const char *const changes[] = {"experiment-changed", "notify::has-weights", NULL};

  gbx_session_view_refresh_on (view, changes);
}

static void
gbx_design_page_class_init (GbxDesignPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_design_page_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_design_page_refresh;

  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-design-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPage, summary);
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPage, layers);
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPage, recipe);
}

static void
gbx_design_page_init (GbxDesignPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
