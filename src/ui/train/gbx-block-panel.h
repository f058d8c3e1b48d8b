/* gbx-block-panel.h: what the panels share that show one block of a network: which of its maps is
 * chosen, and which of those it goes over.
 *
 * Properties: "selected" (int, read-write: the filter or output map), "input" (int, read-only: the
 * map it looks at; −1: all of them, in the mean). Whoever owns it shows again when they change. */
#pragma once

#include <adwaita.h>

#define GBX_TYPE_BLOCK_PANEL (gbx_block_panel_get_type ())
G_DECLARE_DERIVABLE_TYPE (GbxBlockPanel, gbx_block_panel, GBX, BLOCK_PANEL, AdwBin)

struct _GbxBlockPanelClass {
  AdwBinClass parent_class;

  int (*get_input) (GbxBlockPanel *self);
};

int gbx_block_panel_get_selected (GbxBlockPanel *self);

/** gbx_block_panel_set_showing: What changes while it is, no hand has changed. */
void gbx_block_panel_set_showing (GbxBlockPanel *self, gboolean showing);

/** gbx_block_panel_choose: A hand has chosen a map; −1: none, which leaves the first. */
void gbx_block_panel_choose (GbxBlockPanel *self, int selected);

/** gbx_block_panel_input_chosen: A hand has chosen another input. */
void gbx_block_panel_input_chosen (GbxBlockPanel *self);
