/* gbx-maps-panel.h: one block of a network in pictures: its filters, and what they make of the
 * drawing. It keeps none of the block's numbers. */
#pragma once

#include "gbx-block-panel.h"
#include "gbx-block.h"

#define GBX_TYPE_MAPS_PANEL (gbx_maps_panel_get_type ())
G_DECLARE_FINAL_TYPE (GbxMapsPanel, gbx_maps_panel, GBX, MAPS_PANEL, GbxBlockPanel)

/**
 * gbx_maps_panel_show:
 * @inked: whether there is a drawing: without, the maps are left out
 * @class_names: (nullable): what the units of the network's last layer stand for
 */
void gbx_maps_panel_show (GbxMapsPanel *self, const GbxBlock *block, gboolean inked,
                          const char *const *class_names);

/** gbx_maps_panel_take_over: Before it shows anything: what is chosen in @old is chosen here. */
void gbx_maps_panel_take_over (GbxMapsPanel *self, GbxMapsPanel *old);
