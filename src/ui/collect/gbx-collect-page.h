/* gbx-collect-page.h: the Collect stage: the pictures themselves. Property "shown-class" (int: of
 * which class, −1 all): setting it leaves the user's own drawings for the data set. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_COLLECT_PAGE (gbx_collect_page_get_type ())
G_DECLARE_FINAL_TYPE (GbxCollectPage, gbx_collect_page, GBX, COLLECT_PAGE, GbxSessionView)
