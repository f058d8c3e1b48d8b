/* grid.c: a matrix cut into a grid of blocks. */
#include "grid.h"

int
nn_grid_ceiling (int extent, int block)
{
  return (extent + block - 1) / block;
}

int
nn_grid_n_blocks (const NnGrid *grid)
{
  return nn_grid_ceiling (grid->rows, grid->block_rows) *
         nn_grid_ceiling (grid->columns, grid->block_columns);
}

NnBlock
nn_grid_block (const NnGrid *grid, int part, int rows)
{
  int across = nn_grid_ceiling (grid->columns, grid->block_columns);
  int down = nn_grid_ceiling (grid->rows, grid->block_rows);
  int row = grid->down ? part % down : part / across;
  int column = grid->down ? part / down : part % across;
  NnBlock block = {row * grid->block_rows, column * grid->block_columns, 0, 0};

  block.rows = CLAMP (rows - block.row, 0, grid->block_rows);
  block.columns = MIN (grid->columns - block.column, grid->block_columns);
  return block;
}

NnGrid
nn_grid_cut (const NnBlock *block, int rows, int columns)
{
  return (NnGrid){block->rows, block->columns, MIN (rows, block->rows),
                  MIN (columns, block->columns), FALSE};
}

NnBlock
nn_grid_piece (const NnGrid *grid, int index, const NnBlock *block)
{
  NnBlock piece = nn_grid_block (grid, index, block->rows);

  piece.row += block->row;
  piece.column += block->column;
  return piece;
}
