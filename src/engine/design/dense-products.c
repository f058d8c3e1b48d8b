/* dense-products.c: the three products of a dense layer, each in its three ways. */
#include "dense.h"

#include "engine/math/gemm.h"
#include "engine/math/kernels.h"

#include <string.h>

#define TELLING_ROWS 4 /* of x: they tell whether most of it is zeros */

/* A sum of more products, without runs of zeros, is OpenBLAS's: it packs their numbers, which pays
 * where the product is deep. At 512 it is 1.2 times as fast as the kernels with AVX2, and as fast
 * with AVX-512; at 128 and below the kernels are 1.1 to 1.3 times as fast. Forward reads along the
 * depth and is faster at any. */
#define DEEPEST 256

const real *
nn_dense_dz (const NnDense *dense)
{
  return dense->activation != NULL ? dense->base.scratch : dense->base.dy;
}

/* Drawings are mostly empty. Prediction multiplies all the same: a weight that is not finite must
 * not hide. */
static gboolean
skips_zeros (const NnLayer *layer, const NnRun *run)
{
  return run->training && layer->reads_data;
}

gboolean
nn_dense_is_sparse (const NnDense *dense, const real *x, int rows, int columns)
{
  gsize apart = (gsize)nn_grid_ceiling (rows, TELLING_ROWS);
  NnRows told = {(gsize)nn_grid_ceiling (rows, (int)apart), apart * (gsize)dense->inputs,
                 (gsize)columns};

  return 2 * nn_kernels ()->count_numbers (x, told) < told.count * told.n;
}

static void
begin_with_bias (const NnProduct *p)
{
  for (gsize n = 0; n < (gsize)p->rows; n++)
    memcpy (p->c + n * p->c_row, p->bias, (gsize)p->columns * sizeof (real));
}

static void
add_bias (const NnProduct *p)
{
  for (gsize n = 0; n < (gsize)p->rows; n++)
    for (gsize o = 0; o < (gsize)p->columns; o++)
      p->c[n * p->c_row + o] += p->bias[o];
}

/* C = A·B + bias, W along the units */
static void
multiply_in_panels (const NnLayer *layer, const NnProduct *p)
{
  if (layer->method == NN_METHOD_DIRECT) {
    nn_kernels ()->dense_outer (p);
    add_bias (p);
  } else {
    begin_with_bias (p);
    (layer->method == NN_METHOD_NAIVE ? nn_gemm_naive : nn_gemm) (
        NN_PLAIN, NN_PLAIN, p->rows, p->columns, p->depth, 1, p->a, (int)p->a_row, p->b,
        (int)p->b_row, 1, p->c, (int)p->c_row);
  }
}

/* C = A·Bᵀ + bias, W along the inputs */
static void
multiply_along_inputs (const NnLayer *layer, const NnProduct *p)
{
  if (layer->method == NN_METHOD_DIRECT) {
    nn_kernels ()->dense_dot (p);
    return;
  }
  begin_with_bias (p);
  (layer->method == NN_METHOD_NAIVE ? nn_gemm_naive : nn_gemm) (
      NN_PLAIN, NN_TRANSPOSED, p->rows, p->columns, p->depth, 1, p->a, (int)p->a_row, p->b,
      (int)p->b_row, 1, p->c, (int)p->c_row);
}

void
nn_dense_multiply_forward (const NnDense *dense, const NnRun *run, const NnBlock *block)
{
  const NnLayer *layer = &dense->base;
  gsize inputs = (gsize)dense->inputs, units = (gsize)dense->units;
  const real *weights = layer->parameters[NN_DENSE_WEIGHT].value;
  NnProduct product = {
      .rows = block->rows,
      .columns = block->columns,
      .depth = dense->inputs,
      .a = layer->x + (gsize)block->row * inputs,
      .a_row = inputs,
      .a_step = 1,
      .b = weights + (gsize)block->column * inputs,
      .b_row = dense->in_panels ? (gsize)block->columns : inputs,
      .c = layer->y + (gsize)block->row * units + block->column,
      .c_row = units,
      .bias = layer->parameters[NN_DENSE_BIAS].value + block->column,
      .skips_zeros = !dense->in_panels && skips_zeros (layer, run),
  };

  if (dense->in_panels)
    multiply_in_panels (layer, &product);
  else
    multiply_along_inputs (layer, &product);
}

/* C = A·B or Aᵀ·B, where @transpose says that A's steps lie in rows. */
static void
multiply_backward (const NnLayer *layer, NnTranspose transpose, const NnProduct *p)
{
  int lda = (int)(transpose == NN_TRANSPOSED ? p->a_step : p->a_row);

  if (layer->method == NN_METHOD_DIRECT && (p->depth <= DEEPEST || p->skips_zeros))
    nn_kernels ()->dense_outer (p);
  else
    (layer->method == NN_METHOD_NAIVE ? nn_gemm_naive : nn_gemm) (
        transpose, NN_PLAIN, p->rows, p->columns, p->depth, 1, p->a, lda, p->b, (int)p->b_row, 0,
        p->c, (int)p->c_row);
}

/* dx = Σ over the panels of dz·Wᵀ */
static void
multiply_input_in_panels (const NnDense *dense, const NnBlock *block)
{
  const NnLayer *layer = &dense->base;
  int inputs = dense->inputs, units = dense->units;
  real *dx = layer->dx + (gsize)block->row * (gsize)inputs + block->column;

  for (int first = 0; first < units; first += NN_DENSE_PANEL) {
    int width = MIN (NN_DENSE_PANEL, units - first);
    const real *weights = layer->parameters[NN_DENSE_WEIGHT].value + (gsize)first * (gsize)inputs +
                          (gsize)block->column * (gsize)width;

    (layer->method == NN_METHOD_NAIVE ? nn_gemm_naive : nn_gemm) (
        NN_PLAIN, NN_TRANSPOSED, block->rows, block->columns, width, 1,
        nn_dense_dz (dense) + (gsize)block->row * (gsize)units + first, units, weights, width,
        first > 0, dx, inputs);
  }
}

static void
multiply_input_along_inputs (const NnDense *dense, const NnBlock *block)
{
  const NnLayer *layer = &dense->base;
  gsize units = (gsize)dense->units, inputs = (gsize)dense->inputs;
  NnProduct product = {
      .rows = block->rows,
      .columns = block->columns,
      .depth = dense->units,
      .a = nn_dense_dz (dense) + (gsize)block->row * units,
      .a_row = units,
      .a_step = 1,
      .b = layer->parameters[NN_DENSE_WEIGHT].value + block->column,
      .b_row = inputs,
      .c = layer->dx + (gsize)block->row * inputs + block->column,
      .c_row = inputs,
  };

  multiply_backward (layer, NN_PLAIN, &product);
}

void
nn_dense_multiply_input (const NnDense *dense, const NnBlock *block)
{
  (dense->in_panels ? multiply_input_in_panels : multiply_input_along_inputs) (dense, block);
}

/* One block of dW, where W lies along the units: [columns][rows], @stride numbers apart. */
static void
multiply_gradient_in_panels (const NnDense *dense, const NnRun *run, const NnBlock *block,
                             real *gradient, gsize stride)
{
  const NnLayer *layer = &dense->base;
  const real *x = layer->x + block->column;
  NnProduct product = {
      .rows = block->columns,
      .columns = block->rows,
      .depth = run->batch,
      .a = x,
      .a_row = 1,
      .a_step = (gsize)dense->inputs,
      .b = nn_dense_dz (dense) + block->row,
      .b_row = (gsize)dense->units,
      .c = gradient,
      .c_row = stride,
  };

  if (layer->method == NN_METHOD_DIRECT && skips_zeros (layer, run) &&
      nn_dense_is_sparse (dense, x, run->batch, block->columns))
    nn_kernels ()->sparse_columns (&product);
  else
    multiply_backward (layer, NN_TRANSPOSED, &product);
}

/* … and along the inputs: [rows][columns]. */
static void
multiply_gradient_along_inputs (const NnDense *dense, const NnRun *run, const NnBlock *block,
                                real *gradient, gsize stride)
{
  const NnLayer *layer = &dense->base;
  NnProduct product = {
      .rows = block->rows,
      .columns = block->columns,
      .depth = run->batch,
      .a = nn_dense_dz (dense) + block->row,
      .a_row = 1,
      .a_step = (gsize)dense->units,
      .b = layer->x + block->column,
      .b_row = (gsize)dense->inputs,
      .c = gradient,
      .c_row = stride,
      .skips_zeros = skips_zeros (layer, run),
  };

  multiply_backward (layer, NN_TRANSPOSED, &product);
}

void
nn_dense_multiply_gradient (const NnDense *dense, const NnRun *run, const NnBlock *block,
                            real *gradient, gsize stride)
{
  (dense->in_panels ? multiply_gradient_in_panels
                    : multiply_gradient_along_inputs) (dense, run, block, gradient, stride);
}
