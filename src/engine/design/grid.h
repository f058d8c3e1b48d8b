/* grid.h: a matrix cut into a grid of blocks, one a part. */
#pragma once

#include <glib.h>

typedef struct {
  int rows, columns;             /* of the matrix */
  int block_rows, block_columns; /* of a part's share, less at the end */
  gboolean down;                 /* the parts go down the rows first, else along the columns */
} NnGrid;

/* A part's share: rows × columns, from (row, column). */
typedef struct {
  int row, column, rows, columns;
} NnBlock;

/** nn_grid_ceiling: Returns: how many blocks of @block cover @extent. */
int nn_grid_ceiling (int extent, int block);

int nn_grid_n_blocks (const NnGrid *grid);

/** nn_grid_block: Returns: the share of @part, cut to @rows, which may be fewer than the grid's. */
NnBlock nn_grid_block (const NnGrid *grid, int part, int rows);

/** nn_grid_cut: Returns: @block itself as a grid of blocks of at most @rows × @columns. */
NnGrid nn_grid_cut (const NnBlock *block, int rows, int columns);

/** nn_grid_piece: Returns: the share @index of @grid, which nn_grid_cut() made of @block. */
NnBlock nn_grid_piece (const NnGrid *grid, int index, const NnBlock *block);
