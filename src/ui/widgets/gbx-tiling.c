/* gbx-tiling.c: where the tiles of a grid are, in whole device pixels. */
#include "gbx-tiling.h"

#include <math.h>

/* Cells of one size look calmer than larger ones of two, as long as this share remains. */
#define WHOLE_ZOOM_SHARE 0.85

/* A matrix has gaps when its cells are at least so many gaps large. */
#define GAP_SHARE 5

static double
zoom_with (int n, int columns, int picture_width, int picture_height, int width, int height,
           int gap)
{
  int rows = (n + columns - 1) / columns;

  return MIN ((double)(width - (columns - 1) * gap) / columns / picture_width,
              (double)(height - (rows - 1) * gap) / rows / picture_height);
}

GbxTiling
gbx_tiling_pictures (int n, int picture_width, int picture_height, int width, int height, int gap)
{
  GbxTiling tiling = {.n = n, .gap = gap, .columns = 1};
  double best = 0;

  for (int columns = 1; columns <= n; columns++) {
    double zoom = zoom_with (n, columns, picture_width, picture_height, width, height, gap);

    if (zoom > best) {
      best = zoom;
      tiling.columns = columns;
    }
  }
  if (floor (best) >= WHOLE_ZOOM_SHARE * best)
    best = floor (best);
  tiling.rows = (n + tiling.columns - 1) / tiling.columns;
  tiling.tile_width = MAX (1, (int)(best * picture_width));
  tiling.tile_height = MAX (1, (int)(best * picture_height));
  tiling.pitch_x = tiling.tile_width + gap;
  tiling.pitch_y = tiling.tile_height + gap;
  tiling.width = (int)(tiling.columns * tiling.pitch_x) - gap;
  tiling.height = (int)(tiling.rows * tiling.pitch_y) - gap;
  tiling.left = MAX (0, (width - tiling.width) / 2);
  tiling.top = MAX (0, (height - tiling.height) / 2);
  return tiling;
}

GbxTiling
gbx_tiling_matrix (int rows, int columns, int left, int top, int width, int height, int gap)
{
  GbxTiling tiling = {
      .left = left,
      .top = top,
      .width = MAX (width, 1),
      .height = MAX (height, 1),
      .n = rows * columns,
      .columns = columns,
      .rows = rows,
  };

  tiling.pitch_x = (double)tiling.width / columns;
  tiling.pitch_y = (double)tiling.height / rows;
  if (MIN (tiling.pitch_x, tiling.pitch_y) >= GAP_SHARE * gap)
    tiling.gap = gap;
  return tiling;
}

void
gbx_tiling_rectangle (const GbxTiling *tiling, int index, int *x, int *y, int *width, int *height)
{
  int column = index % tiling->columns, row = index / tiling->columns;
  int left = (int)(column * tiling->pitch_x), right = (int)((column + 1) * tiling->pitch_x);
  int top = (int)(row * tiling->pitch_y), bottom = (int)((row + 1) * tiling->pitch_y);

  *x = tiling->left + left;
  *y = tiling->top + top;
  *width = tiling->tile_width ? tiling->tile_width : MAX (1, right - left - tiling->gap);
  *height = tiling->tile_height ? tiling->tile_height : MAX (1, bottom - top - tiling->gap);
}

int
gbx_tiling_at (const GbxTiling *tiling, double x, double y)
{
  int column, row;

  if (tiling->n == 0 || x < tiling->left || y < tiling->top)
    return -1;
  column = (int)((x - tiling->left) / tiling->pitch_x);
  row = (int)((y - tiling->top) / tiling->pitch_y);
  if (column >= tiling->columns || row * tiling->columns + column >= tiling->n)
    return -1;
  return row * tiling->columns + column;
}
