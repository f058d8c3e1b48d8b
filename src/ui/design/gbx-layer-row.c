/* gbx-layer-row.c: one layer as a card. */
#include "gbx-layer-row.h"

#include "gbx-field.h"
#include "gbx-layer-words.h"
#include "ui/gbx-session-view.h"
#include "ui/session/gbx-layer-edits.h"

#include <glib/gi18n-lib.h>

struct _GbxLayerRow {
  GtkListBoxRow parent_instance;

  GtkLabel *edge;
  GtkBox *card;
  GtkBox *handle;
  GtkLabel *title;
  GtkLabel *detail;
  GtkLabel *figure;
  GtkLabel *fault;
  GtkFlowBox *fields;

  GbxSession *session; /* owned */
  const NnLayerClass *class_;
  int index;
  gboolean open;
};

G_DEFINE_FINAL_TYPE (GbxLayerRow, gbx_layer_row, GTK_TYPE_LIST_BOX_ROW)

static void
edited_cb (GbxField *field, double value, GbxLayerRow *self)
{
  gbx_layer_edits_set (self->session, self->index, gbx_field_get_field (field), value);
}

/* They take the room of a chosen card, and the keyboard's way passes through them. */
static void
make_fields (GbxLayerRow *self)
{
  guint n;
  const NnField *fields = nn_layer_fields (self->class_, &n);

  for (guint i = 0; i < n; i++) {
    GtkWidget *field = gbx_field_new (&fields[i]);

    g_signal_connect_object (field, "edited", G_CALLBACK (edited_cb), self, 0);
    gtk_flow_box_append (self->fields, field);
    gtk_widget_set_focusable (gtk_widget_get_parent (field), FALSE);
  }
}

static void
show_fields (GbxLayerRow *self, const NnLayerSpec *spec)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->fields)); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GbxField *field = GBX_FIELD (gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (child)));
    const NnField *what = gbx_field_get_field (field);

    gbx_field_show (field, nn_field_get (spec, what), nn_layer_field_maximum (spec, what));
    gtk_widget_set_visible (child, nn_layer_field_counts (spec, what));
  }
}

static void
show_open (GbxLayerRow *self)
{
  gboolean has_fields = gtk_widget_get_first_child (GTK_WIDGET (self->fields)) != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->fields), self->open && has_fields);
}

/* The first card's edge says what comes in. */
static void
show_edge (GbxLayerRow *self, const GbxForesight *foresight)
{
  g_autofree char *text = NULL;

  if (self->index == 0) {
    g_autofree char *shape = nn_shape_to_string (&foresight->input_shape);

    text = g_strdup_printf (_ ("The picture: %s"), shape);
  } else if (self->index <= (int)foresight->n_good) {
    g_autofree char *shape = nn_shape_to_string (&foresight->layers[self->index - 1].output_shape);

    text = g_strdup_printf ("↓ %s", shape);
  } else {
    text = g_strdup ("↓ ?");
  }
  gtk_label_set_label (self->edge, text);
}

static void
show_fault (GbxLayerRow *self, const GbxForesight *foresight)
{
  gboolean faulty = foresight->faulty == self->index;

  gtk_widget_set_visible (GTK_WIDGET (self->fault), faulty);
  gtk_label_set_label (self->fault, faulty ? foresight->message : "");
  if (faulty)
    gtk_widget_add_css_class (GTK_WIDGET (self->card), "faulty");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->card), "faulty");
}

static void
gbx_layer_row_dispose (GObject *object)
{
  g_clear_object (&GBX_LAYER_ROW (object)->session);
  G_OBJECT_CLASS (gbx_layer_row_parent_class)->dispose (object);
}

static void
gbx_layer_row_class_init (GbxLayerRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gbx_layer_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-layer-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxLayerRow, edge);
  gtk_widget_class_bind_template_child (widget_class, GbxLayerRow, card);
  gtk_widget_class_bind_template_child (widget_class, GbxLayerRow, handle);
  gtk_widget_class_bind_template_child (widget_class, GbxLayerRow, title);
  gtk_widget_class_bind_template_child (widget_class, GbxLayerRow, detail);
  gtk_widget_class_bind_template_child (widget_class, GbxLayerRow, figure);
  gtk_widget_class_bind_template_child (widget_class, GbxLayerRow, fault);
  gtk_widget_class_bind_template_child (widget_class, GbxLayerRow, fields);
}

static void
gbx_layer_row_init (GbxLayerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gbx_layer_row_new (GbxSession *session, const NnLayerClass *class_)
{
  GbxLayerRow *self = g_object_new (GBX_TYPE_LAYER_ROW, NULL);

  self->session = g_object_ref (session);
  self->class_ = class_;
  return GTK_WIDGET (self);
}

const NnLayerClass *
gbx_layer_row_get_class (GbxLayerRow *self)
{
  return self->class_;
}

void
gbx_layer_row_show (GbxLayerRow *self, int index, const GbxForesight *foresight)
{
  const NnExperiment *experiment = gbx_session_get_experiment (self->session);
  const NnLayerSpec *spec = g_ptr_array_index (experiment->layers, index);
  const NnForeseen *foreseen = index < (int)foresight->n_good ? &foresight->layers[index] : NULL;
  g_autofree char *title = gbx_layer_words_title (spec);
  g_autofree char *numbered = g_strdup_printf ("%d · %s", index + 1, title);
  g_autofree char *detail = gbx_layer_words_detail (spec, foreseen);
  g_autofree char *figure =
      foreseen != NULL ? gbx_layer_words_parameters (foreseen->n_parameters) : NULL;
  g_autofree char *description = NULL;

  self->index = index;
  gtk_label_set_label (self->title, numbered);
  gtk_label_set_label (self->detail, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), *detail != '\0');
  gtk_label_set_label (self->figure, figure != NULL ? figure : "");
  show_edge (self, foresight);
  show_fault (self, foresight);
  if (self->open)
    show_fields (self, spec);
  description = g_strjoin (" · ", gtk_label_get_label (self->edge), figure != NULL ? figure : "–",
                           foresight->faulty == index ? foresight->message : NULL, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, numbered,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

void
gbx_layer_row_set_open (GbxLayerRow *self, gboolean open)
{
  const NnExperiment *experiment = gbx_session_get_experiment (self->session);

  self->open = open;
  if (open && gtk_widget_get_first_child (GTK_WIDGET (self->fields)) == NULL)
    make_fields (self);
  if (open && self->index < (int)experiment->layers->len)
    show_fields (self, g_ptr_array_index (experiment->layers, self->index));
  show_open (self);
}

GtkWidget *
gbx_layer_row_get_handle (GbxLayerRow *self)
{
  return GTK_WIDGET (self->handle);
}
