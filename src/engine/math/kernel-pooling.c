/* kernel-pooling.c: what pooling does with one place of windows that lie side by side: the inner
 * loops run over the channels; built once per instruction-set level. */
#include "kernel-levels.h"

void
NN_LEVEL_NAME (nn_keep_greatest) (real *best, gint32 *from, const real *x, gint32 place,
                                  NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++) {
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++) {
      gboolean wins = (from[c] < 0) | (x[c] > best[c]) | (x[c] != x[c]);

      best[c] = wins ? x[c] : best[c];
      from[c] = wins ? place : from[c];
    }
    best += rows.n;
    from += rows.n;
    x += rows.stride;
  }
}

void
NN_LEVEL_NAME (nn_give_back) (real *dx, const real *dy, const gint32 *from, gint32 place,
                              NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++) {
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++)
      dx[c] += from[c] == place ? dy[c] : 0;
    dy += rows.n;
    from += rows.n;
    dx += rows.stride;
  }
}

void
NN_LEVEL_NAME (nn_add_up) (real *y, const real *x, NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++, y += rows.n, x += rows.stride) {
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++)
      y[c] += x[c];
  }
}

void
NN_LEVEL_NAME (nn_spread) (real *dx, const real *dy, NnRows rows)
{
  for (gsize r = 0; r < rows.count; r++, dy += rows.n, dx += rows.stride) {
    NN_SIMD
    for (gsize c = 0; c < rows.n; c++)
      dx[c] += dy[c];
  }
}
