/* accumulate.c: the gradients of a batch that is larger than the network takes at once. */
#include "accumulate.h"

#include <string.h>

#define NUMBERS_PER_PART 8192

typedef struct {
  real *to;
  const real *from;
  gsize n;
  gboolean adds;
} Accumulation;

static void
accumulate_part (gpointer data, int part)
{
  const Accumulation *accumulation = data;
  gsize first = (gsize)part * NUMBERS_PER_PART;
  gsize n = MIN (NUMBERS_PER_PART, accumulation->n - first);
  real *to = accumulation->to + first;
  const real *from = accumulation->from + first;

  if (!accumulation->adds)
    memcpy (to, from, n * sizeof (real));
  else
    for (gsize i = 0; i < n; i++)
      to[i] += from[i];
}

void
nn_accumulate (NnPool *pool, real *to, const real *from, gsize n, gboolean adds)
{
  Accumulation accumulation = {to, from, n, adds};

  nn_pool_run (pool, accumulate_part, &accumulation,
               (int)((n + NUMBERS_PER_PART - 1) / NUMBERS_PER_PART));
}
