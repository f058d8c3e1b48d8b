/* dense.h: what a dense layer's passes and its products share; only dense*.c include it. */
#pragma once

#include "grid.h"
#include "layer.h"

#define NN_DENSE_PANEL 64 /* units */

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

/** nn_dense_multiply_input: @block of dx. */
void nn_dense_multiply_input (const NnDense *dense, const NnBlock *block);

/**
 * nn_dense_multiply_gradient:
 * @block: of dW as [units][inputs], of one panel
 * @gradient: [rows][columns], or where W lies in panels [columns][rows], @stride numbers apart
 */
void nn_dense_multiply_gradient (const NnDense *dense, const NnRun *run, const NnBlock *block,
                                 real *gradient, gsize stride);
