/* gbx-collect-panel.h: which data set, whose it is, how many of each class and what they look like
 * on the whole, and how to get MNIST. Property "shown-class" (int: the class whose pictures the
 * page shows, −1 all): the row that is chosen. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_COLLECT_PANEL (gbx_collect_panel_get_type ())
G_DECLARE_FINAL_TYPE (GbxCollectPanel, gbx_collect_panel, GBX, COLLECT_PANEL, GbxSessionView)
