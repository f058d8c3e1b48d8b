/* kernel-convolution.h: where the outputs of a convolution lie; only kernel-convolution*.c include
 * it. */
#pragma once

#include "kernel-vectors.h"

#define NN_CELL 4 /* pixels of a cell of the pooling: 2×2 */

/* Where a run over the outputs of many pictures stands: a pixel, or a cell of the pooling. */
typedef struct {
  int v, u;
  gsize line; /* the number that the window of (v, 0) begins with */
} NnPlace;

/* Returns: where the window of this output begins; moves on to the next. */
NN_INLINE gsize
nn_take_place (const NnConvolutionShape *shape, NnPlace *place)
{
  gsize start = place->line + (gsize)place->u * (gsize)shape->cell_x;

  if (++place->u == shape->cells_across) {
    place->u = 0;
    place->line += (gsize)shape->cell_y;
    if (++place->v == shape->cells_down) {
      place->v = 0;
      place->line += shape->picture - (gsize)shape->cells_down * (gsize)shape->cell_y;
    }
  }
  return start;
}

/* corners[p]: from the window of a cell to that of its pixel @p. */
NN_INLINE void
nn_find_corners (const NnConvolutionShape *shape, gsize corners[NN_CELL])
{
  corners[0] = 0;
  corners[1] = (gsize)shape->step_x;
  corners[2] = (gsize)shape->step_y;
  corners[3] = (gsize)shape->step_y + (gsize)shape->step_x;
}
