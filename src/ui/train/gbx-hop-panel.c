/* gbx-hop-panel.c: a block's window on its way over a map, and what to choose about it. */
#include "gbx-hop-panel.h"

#include "ui/gbx-session-view.h"
#include "ui/widgets/gbx-convolution-view.h"

#include <glib/gi18n-lib.h>

struct _GbxHopPanel {
  GbxBlockPanel parent_instance;

  GbxConvolutionView *view;
  GtkToggleButton *play;
  GtkLabel *output_label;
  GtkSpinButton *output_spin;
  GtkWidget *input_box;
  GtkAdjustment *output;
  GtkAdjustment *input;
};

G_DEFINE_FINAL_TYPE (GbxHopPanel, gbx_hop_panel, GBX_TYPE_BLOCK_PANEL)

static int
gbx_hop_panel_get_input (GbxBlockPanel *panel)
{
  return (int)gtk_adjustment_get_value (GBX_HOP_PANEL (panel)->input) - 1;
}

static void
output_chosen_cb (GbxHopPanel *self)
{
  gbx_block_panel_choose (GBX_BLOCK_PANEL (self), (int)gtk_adjustment_get_value (self->output) - 1);
}

static void
gbx_hop_panel_class_init (GbxHopPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_BLOCK_PANEL_CLASS (klass)->get_input = gbx_hop_panel_get_input;

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
  gtk_widget_class_bind_template_callback (widget_class, gbx_block_panel_input_chosen);
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
  GbxBlockPanel *panel = GBX_BLOCK_PANEL (self);
  gboolean filters = block->kind == GBX_LAYER_CONVOLUTION;
  int selected = gbx_block_panel_get_selected (panel);
  int n_inputs = filters ? gbx_block_n_inputs (block) : 1;

  gbx_block_panel_set_showing (panel, TRUE);
  gtk_adjustment_set_upper (self->output, gbx_block_n_outputs (block));
  gtk_adjustment_set_value (self->output, selected + 1);
  gtk_adjustment_set_upper (self->input, n_inputs);
  gtk_adjustment_set_value (self->input, MIN (gtk_adjustment_get_value (self->input), n_inputs));
  gtk_label_set_label (self->output_label, filters ? _ ("Filter") : _ ("Map"));
  gtk_widget_set_visible (self->input_box, n_inputs > 1);
  gbx_convolution_view_set_hop (self->view,
                                gbx_block_hop (block, gbx_hop_panel_get_input (panel), selected));
  gbx_block_panel_set_showing (panel, FALSE);
}

void
gbx_hop_panel_take_over (GbxHopPanel *self, GbxHopPanel *old)
{
  GbxBlockPanel *panel = GBX_BLOCK_PANEL (self);
  int place;

  g_object_get (old->view, "place", &place, NULL);
  if (place > 0)
    g_object_set (self->view, "place", place, NULL);
  gbx_block_panel_set_showing (panel, TRUE);
  gtk_adjustment_set_upper (self->input, gtk_adjustment_get_upper (old->input));
  gtk_adjustment_set_value (self->input, gtk_adjustment_get_value (old->input));
  gbx_block_panel_set_showing (panel, FALSE);
}
