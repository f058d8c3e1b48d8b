/* convolution.h: what the ways to compute a convolution share; only convolution*.c include it.
 *
 * In memory x is [n][height][width][in], y is [n][height][width][out] and W is
 * [kernel height][kernel width][in][out].
 */
#pragma once

#include "window.h"

#include "engine/math/kernels.h"

typedef struct NnConvolution NnConvolution;

/* One way to compute: plans parts and scratch, then fills a part's share like NnLayerClass. */
typedef struct {
  void (*plan) (NnConvolution *convolution);
  int (*fuse) (NnConvolution *convolution, NnLayer *const *next, int n); /* may be NULL */
  void (*forward) (NnConvolution *convolution, const NnRun *run, int part);
  void (*backward_input) (NnConvolution *convolution, const NnRun *run, int part);
  void (*backward_parameters) (NnConvolution *convolution, const NnRun *run, int part);
} NnConvolutionMethod;

struct NnConvolution {
  NnLayer base;
  const NnConvolutionMethod *method;
  NnWindowGrid grid;
  int filters;
  int depth; /* inputs of one output: kernel height · kernel width · channels */

  int pictures_per_part; /* a part's share of the batch */

  /* gemm */
  int tile_lines;     /* lines of outputs that are rearranged at a time */
  int lines_per_part; /* forward */
  int taps_per_part;  /* weight gradient: places in the kernel */

  /* direct */
  NnConvolutionShape shape;
  gsize turned; /* in the scratch: weights as [filter][window], as backward reads them */
  gsize sums;   /* their gradient, lying the same, twice */
  gsize argmax; /* bytes: which of a cell was the greatest */
  gsize padded_x, padded_dx; /* pictures with their zeros around */
};

enum { NN_CONVOLUTION_WEIGHT, NN_CONVOLUTION_BIAS };

extern const NnConvolutionMethod nn_convolution_naive, nn_convolution_gemm, nn_convolution_direct;

/** nn_convolution_bias_gradient: db[o] = Σ dy[…][o] over all places of the batch, for the filters
 * @first … @first + @n − 1; in double: there may be millions of them. */
void nn_convolution_bias_gradient (NnConvolution *convolution, const NnRun *run, int first, int n);
