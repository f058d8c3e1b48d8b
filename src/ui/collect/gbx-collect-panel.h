/* gbx-collect-panel.h: which data set, whose it is, how many of each class, and how to get MNIST.
 */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_COLLECT_PANEL (gbx_collect_panel_get_type ())
G_DECLARE_FINAL_TYPE (GbxCollectPanel, gbx_collect_panel, GBX, COLLECT_PANEL, GbxSessionView)
