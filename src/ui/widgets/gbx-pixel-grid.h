/* gbx-pixel-grid.h: a picture so large that each pixel shows its number. */
#pragma once

#include "gbx-drawn.h"

#define GBX_TYPE_PIXEL_GRID (gbx_pixel_grid_get_type ())
G_DECLARE_FINAL_TYPE (GbxPixelGrid, gbx_pixel_grid, GBX, PIXEL_GRID, GbxDrawn)

/**
 * gbx_pixel_grid_set_pixels:
 * @pixels: [height][width] greys, 0 … @maximum, copied
 * Numbers are left out where they do not fit.
 */
void gbx_pixel_grid_set_pixels (GbxPixelGrid *self, const guint8 *pixels, int width, int height,
                                int maximum);
