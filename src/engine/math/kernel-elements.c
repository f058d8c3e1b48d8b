/* kernel-elements.c: element loops in plain C that the compiler turns into vectors; built once per
 * instruction-set level as the table nn_kernels_<level>. */
#include "kernel-vectors.h"

#include <math.h>

/* ---- exp, tanh, sigmoid ---- */

#ifdef NN_DOUBLE

/* The double build serves the tests of gradients: exact rather than fast. */
static inline real
exp_1 (real x)
{
  return exp (x);
}

static inline real
tanh_1 (real x)
{
  return tanh (x);
}

#else

typedef union {
  float number;
  guint32 bits;
} Float;

/* 2ⁿ for −126 ≤ n ≤ 127, n in the low bits of @n. */
static inline float
power_of_two (guint32 n)
{
  return (Float){.bits = (n + 127) << 23}.number;
}

/* eˣ = 2ⁿ·eʳ, n = round (x / ln 2), |r| ≤ ½·ln 2; eʳ by a minimax polynomial (Cephes, expf). */
static inline float
exp_1 (float x)
{
  const float low = -104.0f, high = 89.0f; /* beyond: 0 and infinity also by the way below */
  const float shifter = 0x1.8p23f;         /* adding it rounds to an integer in the low bits */
  float clamped = x < low ? low : x > high ? high : x;
  Float rounded = {.number = clamped * 0x1.715476p0f + shifter};
  float n = rounded.number - shifter;
  float r = clamped - n * 0.693359375f + n * 2.12194440e-4f; /* ln 2 in two parts */
  float p = 1.9875691500e-4f;
  guint32 exponent = rounded.bits - (Float){.number = shifter}.bits;
  guint32 half = (guint32)((gint32)exponent >> 1);

  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1;
  return p * power_of_two (half) * power_of_two (exponent - half); /* twice: into the denormals */
}

/* Near 0 an odd polynomial (Cephes, tanhf), elsewhere 1 − 2/(e²ˣ + 1). */
static inline float
tanh_1 (float x)
{
  float magnitude = fabsf (x);
  float square = x * x;
  float p = -5.70498872745e-3f;
  float far = 1 - 2 / (exp_1 (2 * magnitude) + 1);

  p = p * square + 2.06390887954e-2f;
  p = p * square - 5.37397155531e-2f;
  p = p * square + 1.33314422036e-1f;
  p = p * square - 3.33332819422e-1f;
  return copysignf (magnitude < 0.625f ? p * square * magnitude + magnitude : far, x);
}

#endif

static void
vector_exp (real *y, const real *x, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++)
    y[i] = exp_1 (x[i]);
}

static void
vector_tanh (real *y, const real *x, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++)
    y[i] = tanh_1 (x[i]);
}

/* With e = e^−|x| nothing overflows: 1/(1+e) for x ≥ 0, e/(1+e) below. */
static void
vector_sigmoid (real *y, const real *x, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++) {
    real magnitude = x[i] < 0 ? -x[i] : x[i];
    real e = exp_1 (-magnitude);

    y[i] = (x[i] < 0 ? e : 1) / (1 + e);
  }
}

/* ---- activations ---- */

static void
relu (real *y, const real *x, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++)
    y[i] = x[i] <= 0 ? 0 : x[i];
}

static void
relu_gradient (real *dx, const real *dy, const real *x, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++)
    dx[i] = x[i] <= 0 ? 0 : dy[i];
}

static void
leaky_relu (real *y, const real *x, real slope, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++)
    y[i] = x[i] <= 0 ? slope * x[i] : x[i];
}

static void
leaky_relu_gradient (real *dx, const real *dy, const real *x, real slope, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++)
    dx[i] = x[i] <= 0 ? slope * dy[i] : dy[i];
}

static void
sigmoid_gradient (real *dx, const real *dy, const real *y, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++)
    dx[i] = dy[i] * y[i] * (1 - y[i]);
}

static void
tanh_gradient (real *dx, const real *dy, const real *y, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++)
    dx[i] = dy[i] * (1 - y[i] * y[i]);
}

static void
multiply (real *z, const real *x, const real *y, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++)
    z[i] = x[i] * y[i];
}

static void
from_bytes (real *y, const guint8 *x, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++)
    y[i] = x[i];
}

/* 1/255 in two parts, the first so short that its product with a byte is exact: the sum is rounded
 * once, as a division would be, and takes a fraction of its time. */
static void
from_bytes_unit (real *y, const guint8 *x, gsize n)
{
#ifdef NN_DOUBLE
  const real high = 0x1.01010101010p-8;
#else
  const real high = 0x1.0101p-8f;
#endif
  const real low = (real)(1.0L / 255 - high);

  NN_SIMD
  for (gsize i = 0; i < n; i++)
    y[i] = x[i] * high + x[i] * low;
}

const NnKernels NN_LEVEL_NAME (nn_kernels) = {
    .isa = NN_LEVEL_ISA,
    .width = NN_WIDTH,
    .exp = vector_exp,
    .tanh = vector_tanh,
    .sigmoid = vector_sigmoid,
    .relu = relu,
    .relu_gradient = relu_gradient,
    .leaky_relu = leaky_relu,
    .leaky_relu_gradient = leaky_relu_gradient,
    .sigmoid_gradient = sigmoid_gradient,
    .tanh_gradient = tanh_gradient,
    .multiply = multiply,
    .from_bytes = from_bytes,
    .from_bytes_unit = from_bytes_unit,
    .dense_dot = NN_LEVEL_NAME (nn_dense_dot),
    .dense_outer = NN_LEVEL_NAME (nn_dense_outer),
    .count_numbers = NN_LEVEL_NAME (nn_count_numbers),
    .sparse_rows = NN_LEVEL_NAME (nn_sparse_rows),
    .sparse_columns = NN_LEVEL_NAME (nn_sparse_columns),
    .change_stroke = NN_LEVEL_NAME (nn_change_stroke),
    .look = NN_LEVEL_NAME (nn_look),
    .philox = NN_LEVEL_NAME (nn_philox),
    .descend = NN_LEVEL_NAME (nn_descend),
    .momentum = NN_LEVEL_NAME (nn_momentum),
    .rmsprop = NN_LEVEL_NAME (nn_rmsprop),
    .adam = NN_LEVEL_NAME (nn_adam),
    .keep_greatest = NN_LEVEL_NAME (nn_keep_greatest),
    .give_back = NN_LEVEL_NAME (nn_give_back),
    .add_up = NN_LEVEL_NAME (nn_add_up),
    .spread = NN_LEVEL_NAME (nn_spread),
    .sum_down = NN_LEVEL_NAME (nn_sum_down),
    .squares_down = NN_LEVEL_NAME (nn_squares_down),
    .products_down = NN_LEVEL_NAME (nn_products_down),
    .scale_down = NN_LEVEL_NAME (nn_scale_down),
    .scale_down_gradient = NN_LEVEL_NAME (nn_scale_down_gradient),
    .normalise_rows = NN_LEVEL_NAME (nn_normalise_rows),
    .normalise_rows_gradient = NN_LEVEL_NAME (nn_normalise_rows_gradient),
    .normalised_down = NN_LEVEL_NAME (nn_normalised_down),
    .convolve = NN_LEVEL_NAME (nn_convolve),
    .convolve_cells = NN_LEVEL_NAME (nn_convolve_cells),
    .convolve_weights = NN_LEVEL_NAME (nn_convolve_weights),
    .convolve_input = NN_LEVEL_NAME (nn_convolve_input),
    .convolve_small_weights = NN_LEVEL_NAME (nn_convolve_small_weights),
};
