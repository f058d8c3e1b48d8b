/* kernels.c: chooses the kernels of this processor once. */
#include "kernel-levels.h"

#include "vmath.h"

#include <pthread.h>

static const NnKernels *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

#ifdef __x86_64__
static const NnKernels *const levels[] = {&nn_kernels_v1, &nn_kernels_v3, &nn_kernels_v4};

/* Returns: the index in `levels` of the best this processor (and system) runs. */
static gsize
best_level (void)
{
  gboolean v3, v4;

  __builtin_cpu_init ();
  v3 = __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma") &&
       __builtin_cpu_supports ("bmi") && __builtin_cpu_supports ("bmi2");
  v4 = v3 && __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw") &&
       __builtin_cpu_supports ("avx512cd") && __builtin_cpu_supports ("avx512dq") &&
       __builtin_cpu_supports ("avx512vl");
  return v4 ? 2 : v3 ? 1 : 0;
}
#else
static const NnKernels *const levels[] = {&nn_kernels_portable};

static gsize
best_level (void)
{
  return 0;
}
#endif

static void
choose (void)
{
  const char *forced = g_getenv ("GLASSBOX_ISA");
  gsize level = best_level ();

  for (gsize i = 0; forced != NULL && i < level; i++)
    if (g_str_equal (forced, levels[i]->isa))
      level = i;
  chosen = levels[level];
}

const NnKernels *
nn_kernels (void)
{
  pthread_once (&once, choose);
  return chosen;
}

const char *
nn_isa_name (void)
{
  return nn_kernels ()->isa;
}

void
nn_vexp (real *y, const real *x, gsize n)
{
  nn_kernels ()->exp (y, x, n);
}

void
nn_vtanh (real *y, const real *x, gsize n)
{
  nn_kernels ()->tanh (y, x, n);
}

void
nn_vsigmoid (real *y, const real *x, gsize n)
{
  nn_kernels ()->sigmoid (y, x, n);
}
