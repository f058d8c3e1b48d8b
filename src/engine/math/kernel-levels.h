/* kernel-levels.h: what a file that is built once per instruction-set level needs: only kernel-*.c
 * and kernels.c include it. */
#pragma once

#include "kernels.h"

/* Meson defines NN_ISA_LEVEL as a bare word: v1, v3, v4 or portable. */
#define NN_PASTE_(a, b) a##b
#define NN_PASTE(a, b) NN_PASTE_ (a, b)
#define NN_LEVEL_NAME(name) NN_PASTE (name##_, NN_ISA_LEVEL)

#define NN_ISA_v1 "x86-64"
#define NN_ISA_v3 "x86-64-v3"
#define NN_ISA_v4 "x86-64-v4"
#define NN_ISA_portable "portable"
#define NN_LEVEL_ISA NN_PASTE (NN_ISA_, NN_ISA_LEVEL)

/* Before a loop whose rounds do not depend on each other: all are, where only the names differ. */
#define NN_SIMD _Pragma ("omp simd")

#ifdef __x86_64__
extern const NnKernels nn_kernels_v1, nn_kernels_v3, nn_kernels_v4;
#else
extern const NnKernels nn_kernels_portable;
#endif

/* kernel-random.c */
void NN_LEVEL_NAME (nn_philox) (guint32 *numbers, gsize n, guint64 index, guint64 purpose,
                                guint64 seed);

/* kernel-pictures.c */
void NN_LEVEL_NAME (nn_change_stroke) (guint8 *paper, float change);
void NN_LEVEL_NAME (nn_look) (guint8 *target, const guint8 *paper, const NnLook *look);

/* kernel-optimizers.c */
real NN_LEVEL_NAME (nn_descend) (real *value, real *previous, const real *gradient, gsize n,
                                 const NnUpdate *update);
real NN_LEVEL_NAME (nn_momentum) (real *value, real *previous, real *first, const real *gradient,
                                  gsize n, const NnUpdate *update);
real NN_LEVEL_NAME (nn_rmsprop) (real *value, real *previous, real *second, const real *gradient,
                                 gsize n, const NnUpdate *update);
real NN_LEVEL_NAME (nn_adam) (real *value, real *previous, real *first, real *second,
                              const real *gradient, gsize n, const NnUpdate *update);

/* kernel-pooling.c */
void NN_LEVEL_NAME (nn_keep_greatest) (real *best, gint32 *from, const real *x, gint32 place,
                                       NnRows rows);
void NN_LEVEL_NAME (nn_give_back) (real *dx, const real *dy, const gint32 *from, gint32 place,
                                   NnRows rows);
void NN_LEVEL_NAME (nn_add_up) (real *y, const real *x, NnRows rows);
void NN_LEVEL_NAME (nn_spread) (real *dx, const real *dy, NnRows rows);

/* kernel-normalise.c */
void NN_LEVEL_NAME (nn_sum_down) (double *sums, const real *x, NnRows rows);
void NN_LEVEL_NAME (nn_squares_down) (double *sums, const real *x, const double *mean, NnRows rows);
void NN_LEVEL_NAME (nn_products_down) (double *sums, double *products, const real *dy,
                                       const real *x, const real *mean, NnRows rows);
void NN_LEVEL_NAME (nn_scale_down) (real *y, const real *x, const real *mean, const real *scale,
                                    const real *shift, NnRows rows);
void NN_LEVEL_NAME (nn_scale_down_gradient) (real *dx, const real *dy, const real *x,
                                             const real *mean, const real *scale, const real *shift,
                                             const real *slope, NnRows rows);
void NN_LEVEL_NAME (nn_normalise_rows) (real *y, const real *x, const real *weight,
                                        const real *bias, real *mean, real *inverse, double epsilon,
                                        NnRows rows);
void NN_LEVEL_NAME (nn_normalise_rows_gradient) (real *dx, const real *dy, const real *x,
                                                 const real *weight, const real *mean,
                                                 const real *inverse, NnRows rows);
void NN_LEVEL_NAME (nn_normalised_down) (double *sums, double *products, const real *dy,
                                         const real *x, const real *mean, const real *inverse,
                                         NnRows rows);

/* kernel-dense.c */
void NN_LEVEL_NAME (nn_dense_dot) (const NnProduct *product);
void NN_LEVEL_NAME (nn_dense_outer) (const NnProduct *product);

/* kernel-sparse.c */
gsize NN_LEVEL_NAME (nn_count_numbers) (const real *x, NnRows rows);
void NN_LEVEL_NAME (nn_sparse_rows) (const NnProduct *product);
void NN_LEVEL_NAME (nn_sparse_columns) (const NnProduct *product);

/* kernel-convolution.c */
void NN_LEVEL_NAME (nn_convolve) (const NnConvolutionShape *shape, const real *x,
                                  const real *weights, const real *bias, real *y, guint8 *argmax,
                                  int n);

/* kernel-convolution-cells.c */
void NN_LEVEL_NAME (nn_convolve_cells) (const NnConvolutionShape *shape, const real *x,
                                        const real *weights, const real *bias, real *y,
                                        guint8 *argmax, int n);

/* kernel-convolution-backward.c */
void NN_LEVEL_NAME (nn_convolve_weights) (const NnConvolutionShape *shape, const real *x,
                                          const real *dy, const real *y, const guint8 *argmax,
                                          int n, int filters, real *sums, real *weights,
                                          real *bias);
void NN_LEVEL_NAME (nn_convolve_input) (const NnConvolutionShape *shape, const real *weights,
                                        const real *dy, const real *y, const guint8 *argmax,
                                        real *dx, int n);

/* kernel-convolution-first.c */
void NN_LEVEL_NAME (nn_convolve_small_weights) (const NnConvolutionShape *shape, const real *x,
                                                const real *dy, const real *y, const guint8 *argmax,
                                                int n, int filters, real *weights, real *bias);
