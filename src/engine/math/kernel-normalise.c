/* kernel-normalise.c: means, spreads and their removal, for batch and layer normalisation; built
 * once per instruction-set level. Sums are in double, for a column may have a million numbers.
 */
#include "kernel-levels.h"

#include <math.h>

#define NN_SIMD_SUM _Pragma ("omp simd reduction(+ : sum)")
#define NN_SIMD_SUMS _Pragma ("omp simd reduction(+ : sum, product)")

/* ---- down the rows: one figure a column ---- */

void
NN_LEVEL_NAME (nn_sum_down) (double *sums, const real *x, NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++, x += rows.stride) {
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++)
      sums[c] += x[c];
  }
}

void
NN_LEVEL_NAME (nn_squares_down) (double *sums, const real *x, const double *mean, NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++, x += rows.stride) {
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++)
      sums[c] += (x[c] - mean[c]) * (x[c] - mean[c]);
  }
}

void
NN_LEVEL_NAME (nn_products_down) (double *sums, double *products, const real *dy, const real *x,
                                  const real *mean, NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++, x += rows.stride, dy += rows.stride) {
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++) {
      sums[c] += dy[c];
      products[c] += (double)dy[c] * (x[c] - mean[c]);
    }
  }
}

void
NN_LEVEL_NAME (nn_scale_down) (real *y, const real *x, const real *mean, const real *scale,
                               const real *shift, NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++, x += rows.stride, y += rows.stride) {
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++)
      y[c] = (x[c] - mean[c]) * scale[c] + shift[c];
  }
}

void
NN_LEVEL_NAME (nn_scale_down_gradient) (real *dx, const real *dy, const real *x, const real *mean,
                                        const real *scale, const real *shift, const real *slope,
                                        NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++) {
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++)
      dx[c] = dy[c] * scale[c] - shift[c] - (x[c] - mean[c]) * slope[c];
    x += rows.stride;
    dy += rows.stride;
    dx += rows.stride;
  }
}

/* ---- along each row: one figure a row ---- */

void
NN_LEVEL_NAME (nn_normalise_rows) (real *y, const real *x, const real *weight, const real *bias,
                                   real *mean, real *inverse, double epsilon, NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++, x += rows.stride, y += rows.stride) {
    double sum = 0, centre;

    NN_SIMD_SUM
    for (gsize c = 0; c < rows.n; c++)
      sum += x[c];
    centre = sum / (double)rows.n;
    sum = 0;
    NN_SIMD_SUM
    for (gsize c = 0; c < rows.n; c++)
      sum += (x[c] - centre) * (x[c] - centre);
    mean[r] = (real)centre;
    inverse[r] = (real)(1 / sqrt (sum / (double)rows.n + epsilon));
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++)
      y[c] = (x[c] - mean[r]) * inverse[r] * weight[c] + bias[c];
  }
}

void
NN_LEVEL_NAME (nn_normalise_rows_gradient) (real *dx, const real *dy, const real *x,
                                            const real *weight, const real *mean,
                                            const real *inverse, NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++) {
    const real centre = mean[r], scale = inverse[r];
    double sum = 0, product = 0;
    real mean_sum, mean_product;

    NN_SIMD_SUMS
    for (gsize c = 0; c < rows.n; c++) {
      double g = (double)dy[c] * weight[c];

      sum += g;
      product += g * ((x[c] - centre) * scale);
    }
    mean_sum = (real)(sum / (double)rows.n);
    mean_product = (real)(product / (double)rows.n);
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++)
      dx[c] = scale * (dy[c] * weight[c] - mean_sum - (x[c] - centre) * scale * mean_product);
    x += rows.stride;
    dy += rows.stride;
    dx += rows.stride;
  }
}

void
NN_LEVEL_NAME (nn_normalised_down) (double *sums, double *products, const real *dy, const real *x,
                                    const real *mean, const real *inverse, NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++, x += rows.stride, dy += rows.stride) {
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++) {
      sums[c] += dy[c];
      products[c] += (double)dy[c] * ((x[c] - mean[r]) * inverse[r]);
    }
  }
}
