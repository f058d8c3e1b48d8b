/* gbx-hop-panel.c: a block's window on its way over a map, and what to choose about it. */
#include "gbx-hop-panel.h"

#include "ui/gbx-session-view.h"
#include "ui/widgets/gbx-convolution-view.h"

#include <glib/gi18n-lib.h>

struct _GbxHopPanel {
  AdwBin parent_instance;

  GbxConvolutionView *view;
  GtkToggleButton *play;
  GtkLabel *output_label;
  GtkSpinButton *output_spin;
  GtkWidget *input_box;
  GtkAdjustment *output;
  GtkAdjustment *input;

  int selected;
  gboolean showing; /* what changes now, no hand has changed */
};

G_DEFINE_FINAL_TYPE (GbxHopPanel, gbx_hop_panel, ADW_TYPE_BIN)

enum { PROP_0, PROP_SELECTED, PROP_INPUT, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

static int
get_input (GbxHopPanel *self)
{
  return (int)gtk_adjustment_get_value (self->input) - 1;
}

static void
set_selected (GbxHopPanel *self, int selected)
{
  if (self->selected == selected)
    return;
  self->selected = selected;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
output_chosen_cb (GbxHopPanel *self)
{
  if (!self->showing)
    set_selected (self, (int)gtk_adjustment_get_value (self->output) - 1);
}

static void
input_chosen_cb (GbxHopPanel *self)
{
  if (!self->showing)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INPUT]);
}

static void
gbx_hop_panel_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GbxHopPanel *self = GBX_HOP_PANEL (object);

  if (id == PROP_SELECTED)
    g_value_set_int (value, self->selected);
  else if (id == PROP_INPUT)
    g_value_set_int (value, get_input (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_hop_panel_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_SELECTED)
    set_selected (GBX_HOP_PANEL (object), g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_hop_panel_class_init (GbxHopPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = gbx_hop_panel_get_property;
  object_class->set_property = gbx_hop_panel_set_property;
  properties[PROP_SELECTED] =
      g_param_spec_int ("selected", NULL, NULL, 0, G_MAXINT, 0,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_INPUT] = g_param_spec_int ("input", NULL, NULL, 0, G_MAXINT, 0,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  g_type_ensure (GBX_TYPE_CONVOLUTION_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-hop-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxHopPanel, view);
  gtk_widget_class_bind_template_child (widget_class, GbxHopPanel, play);
  gtk_widget_class_bind_template_child (widget_class, GbxHopPanel, output_label);
  gtk_widget_class_bind_template_child (widget_class, GbxHopPanel, output_spin);
  gtk_widget_class_bind_template_child (widget_class, GbxHopPanel, input_box);
  gtk_widget_class_bind_template_child (widget_class, GbxHopPanel, output);
  gtk_widget_class_bind_template_child (widget_class, GbxHopPanel, input);
  gtk_widget_class_bind_template_callback (widget_class, output_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, input_chosen_cb);
}

static void
gbx_hop_panel_init (GbxHopPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Who wants no animations gets none; the arrow keys go the same way. */
  g_object_bind_property (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations",
                          self->play, "sensitive", G_BINDING_SYNC_CREATE);
}

void
gbx_hop_panel_show (GbxHopPanel *self, const GbxBlock *block)
{
  gboolean filters = block->kind == GBX_LAYER_CONVOLUTION;
  int n_inputs = filters ? gbx_block_n_inputs (block) : 1;

  self->showing = TRUE;
  gtk_adjustment_set_upper (self->output, gbx_block_n_outputs (block));
  gtk_adjustment_set_value (self->output, self->selected + 1);
  gtk_adjustment_set_upper (self->input, n_inputs);
  gtk_adjustment_set_value (self->input, MIN (gtk_adjustment_get_value (self->input), n_inputs));
  gtk_label_set_label (self->output_label, filters ? _ ("Filter") : _ ("Map"));
  gtk_widget_set_visible (self->input_box, n_inputs > 1);
  gbx_convolution_view_set_hop (self->view,
                                gbx_block_hop (block, get_input (self), self->selected));
  self->showing = FALSE;
}

void
gbx_hop_panel_take_over (GbxHopPanel *self, GbxHopPanel *old)
{
  int place;

  g_object_get (old->view, "place", &place, NULL);
  if (place > 0)
    g_object_set (self->view, "place", place, NULL);
  self->showing = TRUE;
  gtk_adjustment_set_upper (self->input, gtk_adjustment_get_upper (old->input));
  gtk_adjustment_set_value (self->input, gtk_adjustment_get_value (old->input));
  self->showing = FALSE;
}
