/* gbx-tiling.h: where the tiles of a grid are, in whole device pixels: pure, tested. */
#pragma once

#include <glib.h>

typedef struct {
  int left, top, width, height; /* all tiles together */
  int n, columns, rows;
  double pitch_x, pitch_y;     /* from one tile to the next */
  int tile_width, tile_height; /* 0: each takes what its pitch leaves, so that the grid is filled */
  int gap;
} GbxTiling;

/**
 * gbx_tiling_pictures:
 * Arranges @n pictures of @picture_width × @picture_height in the rows and columns in which they
 * are largest within @width × @height, and centres them.
 */
GbxTiling gbx_tiling_pictures (int n, int picture_width, int picture_height, int width, int height,
                               int gap);
/** gbx_tiling_matrix: Divides @width × @height into cells with @gap between them, if they are
 * large enough for it. */
GbxTiling gbx_tiling_matrix (int rows, int columns, int left, int top, int width, int height,
                             int gap);
/** gbx_tiling_rectangle: Where tile @index is; never empty. */
void gbx_tiling_rectangle (const GbxTiling *tiling, int index, int *x, int *y, int *width,
                           int *height);
/** gbx_tiling_at: Returns: the tile at a place, the gap after it included, or −1. */
int gbx_tiling_at (const GbxTiling *tiling, double x, double y);
