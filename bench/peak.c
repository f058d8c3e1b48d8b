/* peak.c: the machine's limit, by running nothing else on 1 or more threads. */
#include "peak.h"

#include "engine/math/vmath.h"

#define BANDWIDTH_SECONDS 0.4
#define BANDWIDTH_BYTES (256u << 20)

typedef double (*PeakKernel) (guint64 n, float *out);

#if defined(__x86_64__)
double bench_peak_kernel_v1 (guint64 n, float *out);
double bench_peak_kernel_v3 (guint64 n, float *out);
double bench_peak_kernel_v4 (guint64 n, float *out);
#else
double bench_peak_kernel_portable (guint64 n, float *out);
#endif

typedef struct {
  double duration; /* seconds to go on for, at least */
  PeakKernel kernel;
  const guint8 *memory; /* [bytes] */
  gsize bytes;
  double done; /* FLOP or bytes */
  double seconds;
} Work;

static PeakKernel
choose_kernel (void)
{
#if defined(__x86_64__)
  if (g_str_equal (nn_isa_name (), "x86-64-v4"))
    return bench_peak_kernel_v4;
  if (g_str_equal (nn_isa_name (), "x86-64-v3"))
    return bench_peak_kernel_v3;
  return bench_peak_kernel_v1;
#else
  return bench_peak_kernel_portable;
#endif
}

static gpointer
flops_thread (gpointer data)
{
  Work *work = data;
  gint64 start = g_get_monotonic_time ();
  volatile float sink;
  float out;

  do {
    work->done += work->kernel (200000, &out);
    sink = out;
  } while (g_get_monotonic_time () - start < work->duration * G_USEC_PER_SEC);
  (void)sink;
  work->seconds = (g_get_monotonic_time () - start) / 1e6;
  return NULL;
}

static gpointer
bandwidth_thread (gpointer data)
{
  Work *work = data;
  const guint64 *words = (const guint64 *)work->memory;
  gint64 start = g_get_monotonic_time ();
  volatile guint64 sink;

  do {
    guint64 sums[8] = {0};
    for (gsize i = 0; i < work->bytes / sizeof (guint64); i += 8)
      for (int j = 0; j < 8; j++)
        sums[j] ^= words[i + j];
    sink = sums[0] ^ sums[1] ^ sums[2] ^ sums[3] ^ sums[4] ^ sums[5] ^ sums[6] ^ sums[7];
    work->done += work->bytes;
  } while (g_get_monotonic_time () - start < work->duration * G_USEC_PER_SEC);
  (void)sink;
  work->seconds = (g_get_monotonic_time () - start) / 1e6;
  return NULL;
}

/* Runs @func on @n_threads threads; the rates add up. */
static double
run_threads (GThreadFunc func, guint n_threads, Work *works)
{
  g_autofree GThread **threads = g_new (GThread *, n_threads);
  double rate = 0;

  for (guint i = 0; i < n_threads; i++)
    threads[i] = g_thread_new ("peak", func, &works[i]);
  for (guint i = 0; i < n_threads; i++) {
    g_thread_join (threads[i]);
    rate += works[i].done / works[i].seconds;
  }
  return rate;
}

double
bench_peak_flops (guint n_threads, double seconds)
{
  g_autofree Work *works = g_new0 (Work, n_threads);

  for (guint i = 0; i < n_threads; i++)
    works[i] = (Work){.duration = seconds, .kernel = choose_kernel ()};
  return run_threads (flops_thread, n_threads, works);
}

double
bench_peak_bandwidth (guint n_threads)
{
  g_autofree Work *works = g_new0 (Work, n_threads);
  g_autofree guint8 *memory = g_malloc (BANDWIDTH_BYTES);

  memset (memory, 1, BANDWIDTH_BYTES); /* so that the pages are there */
  for (guint i = 0; i < n_threads; i++) {
    works[i].duration = BANDWIDTH_SECONDS;
    works[i].bytes = BANDWIDTH_BYTES / n_threads & ~(gsize)63;
    works[i].memory = memory + i * works[i].bytes;
  }
  return run_threads (bandwidth_thread, n_threads, works);
}
