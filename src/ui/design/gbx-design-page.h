/* gbx-design-page.h: the Design stage: the layers with shapes and counts, and the whole recipe. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_DESIGN_PAGE (gbx_design_page_get_type ())
G_DECLARE_FINAL_TYPE (GbxDesignPage, gbx_design_page, GBX, DESIGN_PAGE, GbxSessionView)
