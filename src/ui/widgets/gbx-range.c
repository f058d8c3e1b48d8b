/* gbx-range.c: which value gets the full colour. */
#include "gbx-range.h"

#include <math.h>

#define PERCENTILE 0.995 /* of |value| gets the full colour */

/* The @k-th smallest of @values, which get reordered (Hoare's selection). */
static float
select_kth (float *values, gssize n, gssize k)
{
  gssize low = 0, high = n - 1;

  while (low < high) {
    float pivot = values[low + (high - low) / 2];
    gssize i = low - 1, j = high + 1;

    for (;;) {
      do
        i++;
      while (values[i] < pivot);
      do
        j--;
      while (values[j] > pivot);
      if (i >= j)
        break;
      float swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
    if (k <= j)
      high = j;
    else
      low = j + 1;
  }
  return values[k];
}

float
gbx_range_find (const float *values, gsize n)
{
  g_autofree float *sizes = g_new (float, n);
  gsize n_finite = 0;
  float range;

  for (gsize i = 0; i < n; i++)
    if (isfinite (values[i]))
      sizes[n_finite++] = fabsf (values[i]);
  if (n_finite == 0)
    return 0;
  range = select_kth (sizes, (gssize)n_finite, (gssize)((double)(n_finite - 1) * PERCENTILE));
  return range > 0 ? range : select_kth (sizes, (gssize)n_finite, (gssize)n_finite - 1);
}
