/* gbx-training-panel.c: the dials of the recipe: the left side of the Train stage. */
#include "gbx-training-panel.h"

#include "gbx-dial.h"
#include "ui/collect/gbx-dataset-chooser.h"

struct _GbxTrainingPanel {
  GbxSessionView parent_instance;

  GbxDial *learning_rate;
  GbxDial *batch_size;
  GbxDial *epochs;
  GbxDial *hidden_units;
  GbxDial *l2;
  GbxDial *dropout;
  GtkDropDown *optimizer;
  GtkDropDown *activation;
  GtkDropDown *loss;
  GtkLabel *notice;
};

G_DEFINE_FINAL_TYPE (GbxTrainingPanel, gbx_training_panel, GBX_TYPE_SESSION_VIEW)

/* A network without a hidden layer has nothing these two could turn. */
static gboolean
has_hidden_units (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_boolean (to, g_value_get_int (from) > 0);
  return TRUE;
}

/* An empty drop-down says "none": that is no choice. */
static gboolean
selected_to_kind (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  if (g_value_get_uint (from) == GTK_INVALID_LIST_POSITION)
    return FALSE;
  g_value_set_uint (to, g_value_get_uint (from));
  return TRUE;
}

/* The items stand in the order of the enumeration. */
static void
bind_choice (GbxHyperparameters *dials, const char *property, GtkDropDown *choice)
{
  g_object_bind_property_full (dials, property, choice, "selected",
                               G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL, NULL,
                               selected_to_kind, NULL, NULL);
}

static void
gbx_training_panel_attach (GbxSessionView *view, GbxSession *session)
{
  GbxTrainingPanel *self = GBX_TRAINING_PANEL (view);
  GbxHyperparameters *dials = gbx_session_get_hyperparameters (session);

  gbx_dial_bind (self->learning_rate, dials);
  gbx_dial_bind (self->batch_size, dials);
  gbx_dial_bind (self->epochs, dials);
  gbx_dial_bind (self->hidden_units, dials);
  gbx_dial_bind (self->l2, dials);
  gbx_dial_bind (self->dropout, dials);
  bind_choice (dials, "optimizer", self->optimizer);
  bind_choice (dials, "activation", self->activation);
  bind_choice (dials, "loss", self->loss);
  g_object_bind_property_full (dials, "hidden-units", self->hidden_units, "sensitive",
                               G_BINDING_SYNC_CREATE, has_hidden_units, NULL, NULL, NULL);
  g_object_bind_property_full (dials, "hidden-units", self->activation, "sensitive",
                               G_BINDING_SYNC_CREATE, has_hidden_units, NULL, NULL, NULL);
  gbx_session_view_bind_notice (view, self->notice);
}

static void
gbx_training_panel_class_init (GbxTrainingPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_training_panel_attach;

  g_type_ensure (GBX_TYPE_DIAL);
  g_type_ensure (GBX_TYPE_DATASET_CHOOSER);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-training-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxTrainingPanel, learning_rate);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainingPanel, batch_size);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainingPanel, epochs);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainingPanel, hidden_units);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainingPanel, l2);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainingPanel, dropout);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainingPanel, optimizer);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainingPanel, activation);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainingPanel, loss);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainingPanel, notice);
}

static void
gbx_training_panel_init (GbxTrainingPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
