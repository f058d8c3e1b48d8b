/* gbx-layers-view.h: the Train stage's picture of a network that looks at pictures: layer by layer,
 * what it makes of the drawing, and how. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_LAYERS_VIEW (gbx_layers_view_get_type ())
G_DECLARE_FINAL_TYPE (GbxLayersView, gbx_layers_view, GBX, LAYERS_VIEW, GbxSessionView)

/** gbx_layers_view_set_drawing: @normalised: (nullable): what the network sees of the drawing. */
void gbx_layers_view_set_drawing (GbxLayersView *self, const NnNormalised *normalised);
