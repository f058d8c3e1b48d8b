/* peak-kernel.c: nothing but fused multiply-adds, built once per instruction-set level.
 *
 * Twelve accumulators hide the latency of the multiply-add (4 cycles, two ports) and leave
 * registers for the two operands: acc[i] = acc[i] · a + b. */
#include <glib.h>

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif
#define N_ACCUMULATORS 12

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_ (a, b)

typedef float Vector __attribute__ ((vector_size (VECTOR_BYTES)));

double PASTE (bench_peak_kernel_, NN_ISA_LEVEL) (guint64 n, float *out);

/* Returns the floating-point operations done; *out keeps the compiler honest. */
double
PASTE (bench_peak_kernel_, NN_ISA_LEVEL) (guint64 n, float *out)
{
  Vector accumulators[N_ACCUMULATORS], a = {0}, b = {0};
  const int lanes = sizeof (Vector) / sizeof (float);

  for (int lane = 0; lane < lanes; lane++) {
    a[lane] = 0.999f;
    b[lane] = 0.001f;
  }
  for (int i = 0; i < N_ACCUMULATORS; i++)
    accumulators[i] = b * (float)i;

  for (guint64 round = 0; round < n; round++) {
#pragma GCC unroll 12
    for (int i = 0; i < N_ACCUMULATORS; i++)
      accumulators[i] = accumulators[i] * a + b;
    /* Without this the compiler would fold rounds together. */
    __asm__ volatile("" : "+x"(a), "+x"(b));
  }

  Vector sum = accumulators[0];
  for (int i = 1; i < N_ACCUMULATORS; i++)
    sum += accumulators[i];
  *out = sum[0];
  return 2.0 * lanes * N_ACCUMULATORS * (double)n;
}
