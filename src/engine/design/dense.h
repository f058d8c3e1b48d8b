/* dense.h: what a dense layer's passes and its products share; only dense*.c include it. */
#pragma once

#include "grid.h"
#include "layer.h"

#define NN_DENSE_PANEL 64  /* units */
#define NN_DENSE_INPUTS 64 /* of a panel at a time: 16 kB of W, half of the first cache */

typedef struct {
  NnLayer base;
  int inputs, units;
  gboolean in_panels;                 /* W lies in panels of NN_DENSE_PANEL */
  NnGrid forward, input, parameters;  /* y [batch][units], dx [batch][inputs], dW [units][inputs] */
  const NnActivationSpec *activation; /* NULL: none */
} NnDense;

enum { NN_DENSE_WEIGHT, NN_DENSE_BIAS };

/** nn_dense_dz: Returns: the gradient by Σ + b, [batch][units]. */
const real *nn_dense_dz (const NnDense *dense);

/** nn_dense_multiply_forward: Σ + b for @block of y, which lies in one panel. */
void nn_dense_multiply_forward (const NnDense *dense, const NnRun *run, const NnBlock *block);

/**
 * nn_dense_is_sparse:
 * @x: [@rows][@columns] of the layer's input
 * Returns: whether most of it is zeros, of which kernels pay that leave them out; a few rows tell
 */
gboolean nn_dense_is_sparse (const NnDense *dense, const real *x, int rows, int columns);

/** nn_dense_multiply_input: @block of dx. */
void nn_dense_multiply_input (const NnDense *dense, const NnBlock *block);

/**
 * nn_dense_multiply_gradient:
 * @block: of dW as [units][inputs], of one panel
 * @gradient: [rows][columns], or where W lies in panels [columns][rows], @stride numbers apart
 */
void nn_dense_multiply_gradient (const NnDense *dense, const NnRun *run, const NnBlock *block,
                                 real *gradient, gsize stride);

/* ---- while training, where W lies in panels (dense-panels.c) ---- */

/** nn_dense_sums_size: Returns: the numbers of scratch in which a batch is begun. */
gsize nn_dense_sums_size (const NnDense *dense);

/** nn_dense_forward_in_panels: Σ + b for @block of y, which lies in one panel. */
void nn_dense_forward_in_panels (const NnDense *dense, const NnRun *run, const NnBlock *block);

/** nn_dense_begin: Adds what @block of W, up to NN_DENSE_INPUTS of one panel, gives to the sums of
 * the batch behind @run's; the first block of a part's share begins them. */
void nn_dense_begin (const NnDense *dense, const NnRun *run, const NnBlock *block);

/** nn_dense_finish: Σ + b for @rows rows of y from @row on, of a batch that was begun: to the same
 * bits as nn_dense_forward_in_panels(). */
void nn_dense_finish (const NnDense *dense, int row, int rows);
