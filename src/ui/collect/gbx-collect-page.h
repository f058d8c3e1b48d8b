/* gbx-collect-page.h: the Collect stage: the pictures themselves. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_COLLECT_PAGE (gbx_collect_page_get_type ())
G_DECLARE_FINAL_TYPE (GbxCollectPage, gbx_collect_page, GBX, COLLECT_PAGE, GbxSessionView)
