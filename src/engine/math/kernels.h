/* kernels.h: the element loops whose speed matters, built once per instruction-set level from the
 * same source (kernel-*.c) and chosen once at start.
 *
 * Where an array is both read and written it is named once; different arguments may not overlap
 * unless said so. NaN in, NaN out.
 */
#pragma once

#include "real.h"

#include <glib.h>

/* One step of an optimizer. g is the gradient as it acts: scale·gradient + scale·decay·θ. */
typedef struct {
  real scale;          /* 1; less where the gradient is clipped */
  real decay;          /* λ of L2 */
  real rate;           /* what multiplies the change of θ */
  real beta_1, beta_2; /* how much stays of the first and of the second moment */
  real gain_1, gain_2; /* 1 − beta from double: 1 − 0.999f is short of 0.001 by 1.3e-5 of it */
  real from_gradient;  /* momentum: the change of θ is this much of g … */
  real from_first;     /* … and this much of the first moment */
  real correction;     /* Adam: 1 / √(1 − β₂ᵗ) */
  real epsilon;
} NnUpdate;

/* Rows of numbers, equally far apart: a block of columns of a matrix. */
typedef struct {
  gsize count, stride;
  gsize n; /* numbers in each */
} NnRows;

/* A product of matrices; each row lies together but for A's. */
typedef struct {
  int rows, columns, depth;
  const real *a;
  gsize a_row, a_step; /* A[r][d] lies at a[r·a_row + d·a_step] */
  const real *b;
  gsize b_row;
  real *c;
  gsize c_row;
  const real *bias;     /* [columns], of dense_dot */
  gboolean skips_zeros; /* leaves out vectors of zeros in A of dense_dot, in B of dense_outer */
} NnProduct;

#define NN_CONVOLUTION_GROUP 16     /* filters whose weight gradient is made at a time */
#define NN_CONVOLUTION_MAX_SMALL 32 /* numbers in a window that is called small */
#define NN_CELLS_FILTERS 32         /* of convolve_cells at a time */
#define NN_CELLS_MAX_CHANNELS 64

/* How a convolution lies in memory; all strides are counted in numbers. Pictures have no padding:
 * where a convolution asks for some, they were copied into the middle of zeros before. */
typedef struct {
  int kernel_rows, row_numbers; /* of the window: its height, and its width · channels */
  int filters;
  gsize picture;      /* from one input picture to the next */
  int row_stride;     /* from one row of it to the next */
  int step_y, step_x; /* from one output's window to that of the next below, to the right */
  gboolean rectifies; /* ReLU behind the convolution */
  gboolean pools;     /* 2×2 max-pooling behind that: an output is a cell of four */
  int cells_down, cells_across; /* outputs of a picture */
  int cell_y, cell_x;           /* step_y and step_x, twice those where it pools */
} NnConvolutionShape;

/* A picture of 28×28 bytes with paper around, so that no neighbour needs a check. */
#define NN_PICTURE_SIDE 28
#define NN_PAPER_MARGIN 3
#define NN_PAPER_SIDE (NN_PICTURE_SIDE + 2 * NN_PAPER_MARGIN)
#define NN_PAPER_BYTES (NN_PAPER_SIDE * (NN_PAPER_SIDE + 1) + 1) /* with a row behind it */
#define NN_LOOK_STRIDE 32 /* numbers of across and down that are read of each row */

/* Where on the paper each pixel of a new picture comes from, in 1/65536 of a pixel: pixel (x, y)
 * from u[y] + x·step_u + 256·across[y·stride + x] and v[y] + x·step_v + 256·down[y·stride + x]. */
typedef struct {
  gint32 u[NN_PICTURE_SIDE], v[NN_PICTURE_SIDE];
  gint32 step_u, step_v;
  const gint16 *across, *down; /* or NULL: nothing is added */
  gsize stride;
  gint32 reach; /* 256·down is nowhere more than this, either way */
} NnLook;

typedef struct {
  const char *isa; /* what nn_isa_name() tells */
  int width;       /* numbers in a vector */

  /* y and x may be the same array */
  void (*exp) (real *y, const real *x, gsize n);
  void (*tanh) (real *y, const real *x, gsize n);
  void (*sigmoid) (real *y, const real *x, gsize n);

  void (*relu) (real *y, const real *x, gsize n); /* y = 0 where x ≤ 0, x elsewhere */
  void (*relu_gradient) (real *dx, const real *dy, const real *x, gsize n);
  void (*leaky_relu) (real *y, const real *x, real slope, gsize n); /* y = slope·x where x ≤ 0 */
  void (*leaky_relu_gradient) (real *dx, const real *dy, const real *x, real slope, gsize n);
  void (*sigmoid_gradient) (real *dx, const real *dy, const real *y, gsize n); /* dy·y·(1−y) */
  void (*tanh_gradient) (real *dx, const real *dy, const real *y, gsize n);    /* dy·(1−y²) */
  void (*multiply) (real *z, const real *x, const real *y, gsize n);           /* z = x·y */

  /* y = x, and y = x/255, correctly rounded: grey levels of a picture */
  void (*from_bytes) (real *y, const guint8 *x, gsize n);
  void (*from_bytes_unit) (real *y, const guint8 *x, gsize n);

  /* C[r][c] = Σ_d A[r][d]·B[c][d] + bias[c], a_step 1 */
  void (*dense_dot) (const NnProduct *product);
  /* C[r][c] = Σ_d A[r][d]·B[d][c] */
  void (*dense_outer) (const NnProduct *product);

  /* Products that leave out each number of A that is 0 (kernel-sparse.c); they pay where most are.
   * B's rows have room for a whole vector that ends with the last column. */

  gsize (*count_numbers) (const real *x, NnRows rows); /* Returns: those that are not 0 */
  /* C[r][c] += Σ_d A[r][d]·B[d][c], a_step 1 */
  void (*sparse_rows) (const NnProduct *product);
  /* C[r][c] = Σ_d A[r][d]·B[d][c], a_row 1 */
  void (*sparse_columns) (const NnProduct *product);

  /* kernel-pictures.c: paper[34][34] with ink thicker by @change pixels, half of it on either
   * side; thinner where it is negative */
  void (*change_stroke) (guint8 *paper, float change);
  /* target[28][28], bilinear; 0 where it comes from beside the paper, of NN_PAPER_BYTES */
  void (*look) (guint8 *target, const guint8 *paper, const NnLook *look);

  /* Philox4x32-10 (rng.h): numbers[4·i…4·i+3] from the counter whose low half is index + i and
   * whose high half is purpose, 0 ≤ i < n */
  void (*philox) (guint32 *numbers, gsize n, guint64 index, guint64 purpose, guint64 seed);

  /* The optimizers' steps. Each keeps θ from before in `previous` and returns 0, or NaN where θ or
   * a moment is no longer finite. */

  /* θ ← θ − rate·g */
  real (*descend) (real *value, real *previous, const real *gradient, gsize n,
                   const NnUpdate *update);
  /* m ← β₁·m + g, θ ← θ − rate·(from_gradient·g + from_first·m) */
  real (*momentum) (real *value, real *previous, real *first, const real *gradient, gsize n,
                    const NnUpdate *update);
  /* v ← β₂·v + (1−β₂)·g², θ ← θ − rate·g/(√v + ε) (Tieleman & Hinton 2012) */
  real (*rmsprop) (real *value, real *previous, real *second, const real *gradient, gsize n,
                   const NnUpdate *update);
  /* m ← β₁·m + (1−β₁)·g, v ← β₂·v + (1−β₂)·g², θ ← θ − rate·m/(√v·correction + ε): the paper's form
   * (Kingma & Ba 2015, algorithm 1) with rate = α/(1 − β₁ᵗ) */
  real (*adam) (real *value, real *previous, real *first, real *second, const real *gradient,
                gsize n, const NnUpdate *update);

  /* Pooling (kernel-pooling.c): windows side by side, a row each; in best, from, y and dy they lie
   * without gaps, in x and dx `stride` numbers apart. */

  /* best = x and from = place where x > best, x is NaN or from is negative: nothing there yet */
  void (*keep_greatest) (real *best, gint32 *from, const real *x, gint32 place, NnRows rows);
  /* dx += dy where from is place */
  void (*give_back) (real *dx, const real *dy, const gint32 *from, gint32 place, NnRows rows);
  void (*add_up) (real *y, const real *x, NnRows rows);   /* y += x */
  void (*spread) (real *dx, const real *dy, NnRows rows); /* dx += dy */

  /* Normalisation (kernel-normalise.c). Down the rows, a figure a column c: */

  void (*sum_down) (double *sums, const real *x, NnRows rows); /* sums[c] += Σ x */
  /* sums[c] += Σ (x − mean[c])² */
  void (*squares_down) (double *sums, const real *x, const double *mean, NnRows rows);
  /* sums[c] += Σ dy, products[c] += Σ dy·(x − mean[c]) */
  void (*products_down) (double *sums, double *products, const real *dy, const real *x,
                         const real *mean, NnRows rows);
  /* y = (x − mean[c])·scale[c] + shift[c] */
  void (*scale_down) (real *y, const real *x, const real *mean, const real *scale,
                      const real *shift, NnRows rows);
  /* dx = dy·scale[c] − shift[c] − (x − mean[c])·slope[c] */
  void (*scale_down_gradient) (real *dx, const real *dy, const real *x, const real *mean,
                               const real *scale, const real *shift, const real *slope,
                               NnRows rows);

  /* … and along each row r, x̂ = (x − mean[r])·inverse[r]: */

  /* mean[r] = Σ x / n, inverse[r] = 1/√(Σ (x − mean)² / n + epsilon), y = x̂·weight[c] + bias[c] */
  void (*normalise_rows) (real *y, const real *x, const real *weight, const real *bias, real *mean,
                          real *inverse, double epsilon, NnRows rows);
  /* dx = inverse[r]·(g − Σ g / n − x̂ · Σ g·x̂ / n), g = dy·weight[c] */
  void (*normalise_rows_gradient) (real *dx, const real *dy, const real *x, const real *weight,
                                   const real *mean, const real *inverse, NnRows rows);
  /* sums[c] += Σ dy, products[c] += Σ dy·x̂ */
  void (*normalised_down) (double *sums, double *products, const real *dy, const real *x,
                           const real *mean, const real *inverse, NnRows rows);

  /* kernel-convolution.c: y and, where it pools, argmax (0…3: which of the cell) of @n pictures.
   * The filters are a multiple of the width. */
  void (*convolve) (const NnConvolutionShape *shape, const real *x, const real *weights,
                    const real *bias, real *y, guint8 *argmax, int n);
  /* kernel-convolution-cells.c: the same for 3×3 windows, a pixel apart, with pooling; the filters
   * are a multiple of NN_CELLS_FILTERS, the channels of the width, NN_CELLS_MAX_CHANNELS at most */
  void (*convolve_cells) (const NnConvolutionShape *shape, const real *x, const real *weights,
                          const real *bias, real *y, guint8 *argmax, int n);
  /* kernel-convolution-backward.c: dW [k][filters] and db of @filters ≤ NN_CONVOLUTION_GROUP
   * filters, of which the arrays are the first; @sums has room for [2][filters][depth] */
  void (*convolve_weights) (const NnConvolutionShape *shape, const real *x, const real *dy,
                            const real *y, const guint8 *argmax, int n, int filters, real *sums,
                            real *weights, real *bias);
  /* dx of @n pictures, from weights that lie as [filters][depth] */
  void (*convolve_input) (const NnConvolutionShape *shape, const real *weights, const real *dy,
                          const real *y, const guint8 *argmax, real *dx, int n);
  /* kernel-convolution-first.c: like convolve_weights, for windows of NN_CONVOLUTION_MAX_SMALL
   * numbers at most and filters that are a multiple of the width */
  void (*convolve_small_weights) (const NnConvolutionShape *shape, const real *x, const real *dy,
                                  const real *y, const guint8 *argmax, int n, int filters,
                                  real *weights, real *bias);
} NnKernels;

/** nn_kernels: Returns: (transfer none): those of the best level this processor has, or of the one
 * `GLASSBOX_ISA` forces where it is lower. */
const NnKernels *nn_kernels (void);
