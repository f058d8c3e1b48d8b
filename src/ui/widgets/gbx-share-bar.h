/* gbx-share-bar.h: one thin bar: how much of the most. It says nothing to assistive technology: the
 * number stands beside it. */
#pragma once

#include "gbx-drawn.h"

#define GBX_TYPE_SHARE_BAR (gbx_share_bar_get_type ())
G_DECLARE_FINAL_TYPE (GbxShareBar, gbx_share_bar, GBX, SHARE_BAR, GbxDrawn)

GtkWidget *gbx_share_bar_new (void);
/** gbx_share_bar_set_share: @share: 0…1, clamped. */
void gbx_share_bar_set_share (GbxShareBar *self, double share);
