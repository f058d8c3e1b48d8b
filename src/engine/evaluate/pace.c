/* pace.c: how long a network really takes. */
#include "pace.h"

#define LEAST 3
#define MOST 10000
#define ENOUGH (G_USEC_PER_SEC / 20)

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* A clock ticks in microseconds, and a small network takes less than one: so many times at once. */
static int
passes_a_lap (NnNetwork *network, const NnRun *run, const real *x)
{
  gint64 start = g_get_monotonic_time ();
  int n = 0;

  do {
    nn_network_forward (network, run, x);
    n++;
  } while (n < MOST && g_get_monotonic_time () - start < 100);
  return n;
}

double
nn_network_measure (NnNetwork *network, GCancellable *cancellable)
{
  const NnRun run = {.batch = 1};
  g_autofree real *x = g_new (real, nn_shape_size (&network->input_shape));
  g_autoptr (GArray) laps = g_array_new (FALSE, FALSE, sizeof (double));
  gint64 start = g_get_monotonic_time ();
  int n;

  for (gsize i = 0; i < nn_shape_size (&network->input_shape); i++)
    x[i] = (real)(i % 7) / 7; /* no runs of zeros, which kernels leave out */
  nn_network_forward (network, &run, x);
  n = passes_a_lap (network, &run, x);
  while (laps->len < LEAST || g_get_monotonic_time () - start < ENOUGH) {
    gint64 before = g_get_monotonic_time ();
    double seconds;

    if (g_cancellable_is_cancelled (cancellable))
      return 0;
    for (int i = 0; i < n; i++)
      nn_network_forward (network, &run, x);
    seconds = (double)(g_get_monotonic_time () - before) / n / G_USEC_PER_SEC;
    g_array_append_val (laps, seconds);
  }
  g_array_sort (laps, compare);
  return g_array_index (laps, double, laps->len / 2);
}
