/* gbx-picture.h: one small grey picture, magnified without blur.
 * set_pixels: [height][width] 0…255; shown light on dark as the network sees it. */
#pragma once

#include "gbx-drawn.h"

#define GBX_TYPE_PICTURE (gbx_picture_get_type ())
G_DECLARE_FINAL_TYPE (GbxPicture, gbx_picture, GBX, PICTURE, GbxDrawn)

GtkWidget *gbx_picture_new (void);
void gbx_picture_set_pixels (GbxPicture *self, const guint8 *pixels, int width, int height);
void gbx_picture_clear (GbxPicture *self);
