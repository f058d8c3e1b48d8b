/* gbx-hop-panel.h: a block's window on its way over a map, and what to choose about it. */
#pragma once

#include "gbx-block-panel.h"
#include "gbx-block.h"

#define GBX_TYPE_HOP_PANEL (gbx_hop_panel_get_type ())
G_DECLARE_FINAL_TYPE (GbxHopPanel, gbx_hop_panel, GBX, HOP_PANEL, GbxBlockPanel)

/** gbx_hop_panel_show: @block has a window. */
void gbx_hop_panel_show (GbxHopPanel *self, const GbxBlock *block);

/** gbx_hop_panel_take_over: Before it shows anything: goes over the map, and at the place, of @old.
 */
void gbx_hop_panel_take_over (GbxHopPanel *self, GbxHopPanel *old);
