/* kernel-optimizers.c: the optimizers' steps, one loop each; built once per instruction-set level.
 *
 * 0·x is 0 for every finite x and NaN otherwise, so the sum that each returns costs next to nothing
 * and tells whether all numbers are still finite.
 */
#include "kernel-levels.h"

#include <math.h>

static inline real
square_root (real x)
{
#ifdef NN_DOUBLE
  return sqrt (x);
#else
  return sqrtf (x);
#endif
}

#define NN_SIMD_WATCH _Pragma ("omp simd reduction(+ : watch)")

real
NN_LEVEL_NAME (nn_descend) (real *value, real *previous, const real *gradient, gsize n,
                            const NnUpdate *update)
{
  const NnUpdate u = *update; /* so that no store can seem to change it */
  real watch = 0;

  NN_SIMD_WATCH
  for (gsize i = 0; i < n; i++) {
    real old = value[i];
    real g = u.scale * (gradient[i] + u.decay * old);

    previous[i] = old;
    value[i] = old - u.rate * g;
    watch += 0 * value[i];
  }
  return watch;
}

real
NN_LEVEL_NAME (nn_momentum) (real *value, real *previous, real *first, const real *gradient,
                             gsize n, const NnUpdate *update)
{
  const NnUpdate u = *update;
  real watch = 0;

  NN_SIMD_WATCH
  for (gsize i = 0; i < n; i++) {
    real old = value[i];
    real g = u.scale * (gradient[i] + u.decay * old);
    real m = u.beta_1 * first[i] + g;

    previous[i] = old;
    first[i] = m;
    value[i] = old - u.rate * (u.from_gradient * g + u.from_first * m);
    watch += 0 * (value[i] + m);
  }
  return watch;
}

real
NN_LEVEL_NAME (nn_rmsprop) (real *value, real *previous, real *second, const real *gradient,
                            gsize n, const NnUpdate *update)
{
  const NnUpdate u = *update;
  real watch = 0;

  NN_SIMD_WATCH
  for (gsize i = 0; i < n; i++) {
    real old = value[i];
    real g = u.scale * (gradient[i] + u.decay * old);
    real v = u.beta_2 * second[i] + u.gain_2 * g * g;

    previous[i] = old;
    second[i] = v;
    value[i] = old - u.rate * g / (square_root (v) + u.epsilon);
    watch += 0 * (value[i] + v);
  }
  return watch;
}

real
NN_LEVEL_NAME (nn_adam) (real *value, real *previous, real *first, real *second,
                         const real *gradient, gsize n, const NnUpdate *update)
{
  const NnUpdate u = *update;
  real watch = 0;

  NN_SIMD_WATCH
  for (gsize i = 0; i < n; i++) {
    real old = value[i];
    real g = u.scale * (gradient[i] + u.decay * old);
    real m = u.beta_1 * first[i] + u.gain_1 * g;
    real v = u.beta_2 * second[i] + u.gain_2 * g * g;

    previous[i] = old;
    first[i] = m;
    second[i] = v;
    value[i] = old - u.rate * m / (square_root (v) * u.correction + u.epsilon);
    watch += 0 * (value[i] + v);
  }
  return watch;
}
