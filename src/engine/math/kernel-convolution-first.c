/* kernel-convolution-first.c: the weight gradient of a convolution whose window is too small to be
 * a vector, as the first one's is that looks at 3×3 grey pixels; built once per instruction-set
 * level.
 *
 *   for each output (v, u), for each pixel p of its cell (one, where nothing is pooled):
 *     for each number k of the window, for each filter o:
 *       dW[k][o] += x[window of p][k] · (p is the greatest for o ? dy[o] : 0)
 *
 * Here the filters are what lies side by side in a vector. Which pixel was the greatest differs
 * from filter to filter, so all four take part, each with dy where it was and 0 elsewhere. For 3×3
 * windows the register tile is 9 sums, one vector of filters for each number of the window; the
 * sums of larger ones are kept in memory. A batch has thousands of outputs: each picture is summed
 * by itself, and what comes of them in double.
 */
#include "kernel-convolution.h"

#define MAX_DEPTH NN_CONVOLUTION_MAX_SMALL

/* offsets[k]: from a window's first number to its number @k. */
static void
find_offsets (const NnConvolutionShape *shape, gsize *offsets)
{
  for (int row = 0; row < shape->kernel_rows; row++)
    for (int k = 0; k < shape->row_numbers; k++)
      *offsets++ = (gsize)row * (gsize)shape->row_stride + (gsize)k;
}

/* sums += the lanes of @vector */
NN_INLINE void
add_exactly (double *sums, NnVector vector)
{
  for (int o = 0; o < NN_WIDTH; o++)
    sums[o] += (double)vector[o];
}

/* One vector of filters over one picture: adds to @weights [depth][NN_WIDTH], and Σ dy to @bias. */
NN_INLINE void
sum_picture (const NnConvolutionShape *shape, const real *x, const real *dy, const real *y,
             const guint8 *argmax, const gsize *offsets, double *weights, double *bias,
             const int depth, const gboolean pools)
{
  int outputs = shape->cells_down * shape->cells_across;
  const NnVector zero = {0};
  NnVector sums[MAX_DEPTH], sum = zero;
  gsize corners[NN_CELL];
  NnPlace place = {0};

  nn_find_corners (shape, corners);
  NN_UNROLL
  for (int k = 0; k < depth; k++)
    sums[k] = zero;
  for (int i = 0; i < outputs; i++) {
    const real *window = x + nn_take_place (shape, &place);
    gsize at = (gsize)i * (gsize)shape->filters;
    NnVector kept = nn_load (dy + at);
    NnWholes which = {0};

    if (shape->rectifies)
      kept = nn_select (nn_load (y + at) <= zero, zero, kept);
    if (pools) {
      NnBytes bytes;

      memcpy (&bytes, argmax + at, sizeof bytes);
      which = __builtin_convertvector(bytes, NnWholes);
    }
    sum += kept;
    for (int p = 0; p < (pools ? NN_CELL : 1); p++) {
      NnVector share = pools ? nn_select (which == p, kept, zero) : kept;

      NN_UNROLL
      for (int k = 0; k < depth; k++)
        sums[k] += window[corners[p] + offsets[k]] * share;
    }
  }
  NN_UNROLL
  for (int k = 0; k < depth; k++)
    add_exactly (weights + k * NN_WIDTH, sums[k]);
  add_exactly (bias, sum);
}

void
NN_LEVEL_NAME (nn_convolve_small_weights) (const NnConvolutionShape *shape, const real *x,
                                           const real *dy, const real *y, const guint8 *argmax,
                                           int n, int filters, real *weights, real *bias)
{
  const int depth = shape->kernel_rows * shape->row_numbers;
  gsize size = (gsize)shape->cells_down * (gsize)shape->cells_across * (gsize)shape->filters;
  gsize offsets[MAX_DEPTH];

  find_offsets (shape, offsets);
  for (int o = 0; o < filters; o += NN_WIDTH) {
    double exact[MAX_DEPTH * NN_WIDTH] = {0}, exact_bias[NN_WIDTH] = {0};

    for (int i = 0; i < n; i++) {
      const real *x_i = x + (gsize)i * shape->picture;
      gsize at = (gsize)i * size + (gsize)o;

      if (depth == 9 && shape->pools)
        sum_picture (shape, x_i, dy + at, y + at, argmax + at, offsets, exact, exact_bias, 9, TRUE);
      else
        sum_picture (shape, x_i, dy + at, y + at, argmax + (shape->pools ? at : 0), offsets, exact,
                     exact_bias, depth, shape->pools);
    }
    for (int v = 0; v < NN_WIDTH; v++) {
      for (int k = 0; k < depth; k++)
        weights[(gsize)k * (gsize)shape->filters + (gsize)(o + v)] = (real)exact[k * NN_WIDTH + v];
      bias[o + v] = (real)exact_bias[v];
    }
  }
}
