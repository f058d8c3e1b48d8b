/* kernel-random.c: Philox4x32-10 (see rng.h), many counters at a time; built once per
 * instruction-set level. */
#include "kernel-levels.h"

/* The multipliers and key increments of the publication's table 2 and section 4.3. */
#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u /* the golden ratio */
#define WEYL_1 0xBB67AE85u /* √3 − 1 */
#define N_ROUNDS 10

void
NN_LEVEL_NAME (nn_philox) (guint32 *numbers, gsize n, guint64 index, guint64 purpose, guint64 seed)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++) {
    guint32 c0 = (guint32)(index + i), c1 = (guint32)((index + i) >> 32);
    guint32 c2 = (guint32)purpose, c3 = (guint32)(purpose >> 32);
    guint32 k0 = (guint32)seed, k1 = (guint32)(seed >> 32);

    for (int round = 0; round < N_ROUNDS; round++) {
      guint64 product_0 = (guint64)MULTIPLIER_0 * c0;
      guint64 product_1 = (guint64)MULTIPLIER_1 * c2;

      c0 = (guint32)(product_1 >> 32) ^ c1 ^ k0;
      c1 = (guint32)product_1;
      c2 = (guint32)(product_0 >> 32) ^ c3 ^ k1;
      c3 = (guint32)product_0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    numbers[4 * i] = c0;
    numbers[4 * i + 1] = c1;
    numbers[4 * i + 2] = c2;
    numbers[4 * i + 3] = c3;
  }
}
