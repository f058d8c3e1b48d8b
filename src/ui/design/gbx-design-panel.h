/* gbx-design-panel.h: the left side of the Design stage: what is learned by, number by number. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_DESIGN_PANEL (gbx_design_panel_get_type ())
G_DECLARE_FINAL_TYPE (GbxDesignPanel, gbx_design_panel, GBX, DESIGN_PANEL, GbxSessionView)
