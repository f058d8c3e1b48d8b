/* dense-panels.c: the forward pass of the layer that reads the data, while training. W lies in
 * panels:
 *
 *   for a piece of the inputs          its sums from 0
 *     for 64 inputs of it              their rows of W are in the first cache
 *       sums[n][o] += Σᵢ x[n][i] · W[i][o]
 *   y = b + the sums of the first piece + those of the second …
 *
 * A step changes W by just such blocks. So it goes on to the next batch with a block that is new
 * and still in the first cache (nn_dense_begin()), instead of fetching all of W again from the
 * second; of that batch only the last line is left to do. Both ways add in the same order.
 */
#include "dense.h"

#include "engine/math/kernels.h"

#include <string.h>

#define FEW_ROWS 16 /* of a product: 4 kB */

static int
n_pieces (const NnDense *dense)
{
  return nn_grid_ceiling (dense->inputs, dense->parameters.block_columns);
}

gsize
nn_dense_sums_size (const NnDense *dense)
{
  return (gsize)n_pieces (dense) * (gsize)dense->base.max_batch * (gsize)dense->units;
}

/* Returns: [max_batch][units], behind dz. */
static real *
sums_of (const NnDense *dense, int piece)
{
  gsize size = (gsize)dense->base.max_batch * (gsize)dense->units;
  gsize before = dense->base.scratch_size - nn_dense_sums_size (dense);

  return dense->base.scratch + before + (gsize)piece * size;
}

/* C += A·B by the kernel that overwrites. */
static void
add_product (const NnProduct *p)
{
  real few[FEW_ROWS * NN_DENSE_PANEL];

  for (gsize row = 0; row < (gsize)p->rows; row += FEW_ROWS) {
    NnProduct part = *p;

    part.rows = (int)MIN (FEW_ROWS, (gsize)p->rows - row);
    part.a += row * p->a_row;
    part.c = few;
    part.c_row = (gsize)p->columns;
    nn_kernels ()->dense_outer (&part);
    for (gsize r = 0; r < (gsize)part.rows; r++)
      for (gsize c = 0; c < part.c_row; c++)
        p->c[(row + r) * p->c_row + c] += few[r * part.c_row + c];
  }
}

/* @rows rows from @row on of the batch @x, which has @n: their sums over the inputs of @block of
 * W, [rows][units of the panel]. */
static void
add_block (const NnDense *dense, const real *x, int n, int row, int rows, const NnBlock *block,
           real *sums, gsize stride)
{
  gsize inputs = (gsize)dense->inputs, width = (gsize)block->rows;
  const real *columns = x + block->column;
  NnProduct product = {
      .rows = rows,
      .columns = block->rows,
      .depth = block->columns,
      .a = columns + (gsize)row * inputs,
      .a_row = inputs,
      .a_step = 1,
      .b = dense->base.parameters[NN_DENSE_WEIGHT].value + (gsize)block->row * inputs +
           (gsize)block->column * width,
      .b_row = width,
      .c = sums,
      .c_row = stride,
  };

  if (nn_dense_is_sparse (dense, columns, n, block->columns))
    nn_kernels ()->sparse_rows (&product);
  else
    add_product (&product);
}

static void
clear_rows (real *sums, int rows, int columns, gsize stride)
{
  for (gsize r = 0; r < (gsize)rows; r++)
    memset (sums + r * stride, 0, (gsize)columns * sizeof (real));
}

static void
add_rows (real *y, gsize y_stride, const real *start, gsize start_stride, const real *sums,
          gsize sums_stride, int rows, int columns)
{
  for (gsize r = 0; r < (gsize)rows; r++)
    for (gsize c = 0; c < (gsize)columns; c++)
      y[r * y_stride + c] = start[r * start_stride + c] + sums[r * sums_stride + c];
}

void
nn_dense_forward_in_panels (const NnDense *dense, const NnRun *run, const NnBlock *block)
{
  const NnLayer *layer = &dense->base;
  gsize units = (gsize)dense->units;
  const real *bias = layer->parameters[NN_DENSE_BIAS].value + block->column;
  real *y = layer->y + (gsize)block->row * units + block->column;
  real sums[FEW_ROWS * NN_DENSE_PANEL];

  for (int first = 0; first < block->rows; first += FEW_ROWS) {
    int rows = MIN (FEW_ROWS, block->rows - first);
    real *few = y + (gsize)first * units;

    for (int piece = 0; piece < n_pieces (dense); piece++) {
      int begin = piece * dense->parameters.block_columns;
      NnBlock whole = {block->column, begin, block->columns,
                       MIN (dense->parameters.block_columns, dense->inputs - begin)};
      NnGrid grid = nn_grid_cut (&whole, NN_DENSE_PANEL, NN_DENSE_INPUTS);

      clear_rows (sums, rows, block->columns, NN_DENSE_PANEL);
      for (int i = 0; i < nn_grid_n_blocks (&grid); i++) {
        NnBlock part = nn_grid_piece (&grid, i, &whole);

        add_block (dense, layer->x, run->batch, block->row + first, rows, &part, sums,
                   NN_DENSE_PANEL);
      }
      add_rows (few, units, piece == 0 ? bias : few, piece == 0 ? 0 : units, sums, NN_DENSE_PANEL,
                rows, block->columns);
    }
  }
}

void
nn_dense_begin (const NnDense *dense, const NnRun *run, const NnBlock *block)
{
  gsize units = (gsize)dense->units;
  int width = dense->parameters.block_columns;
  real *sums = sums_of (dense, block->column / width) + block->row;

  if (block->column % width == 0)
    clear_rows (sums, run->next_batch, block->rows, units);
  add_block (dense, run->next_x, run->next_batch, 0, run->next_batch, block, sums, units);
}

void
nn_dense_finish (const NnDense *dense, int row, int rows)
{
  const NnLayer *layer = &dense->base;
  gsize units = (gsize)dense->units, offset = (gsize)row * units;
  const real *bias = layer->parameters[NN_DENSE_BIAS].value;
  real *y = layer->y + offset;

  for (int piece = 0; piece < n_pieces (dense); piece++)
    add_rows (y, units, piece == 0 ? bias : y, piece == 0 ? 0 : units,
              sums_of (dense, piece) + offset, units, rows, dense->units);
}
