/* pool.c: the engine's own workers. */
#define _GNU_SOURCE /* gettid() */
#include "pool.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/resource.h>
#endif
#ifdef __SSE__
#include <xmmintrin.h>
#endif

#define SPINS 2000 /* pauses before sleeping: 0.1 ms at most, where a pause takes 140 cycles */
#define NICENESS 10

/* A run of parts that one thread begins with. Each has a cache line of its own. */
typedef struct {
  alignas (64) atomic_int left; /* parts nobody has claimed yet */
  int end;                      /* the part after the last */
} Range;

/* One job at a time. The parts are dealt out evenly as one range a thread, always in the same way,
 * so that a thread finds in its cache what it wrote in the job before; who has done with its own
 * range takes from the others'.
 *
 * The caller writes the job, then the ranges; whoever lowers a range's `left` owns a part, and the
 * job stays as it is until `unfinished` is zero. So a thread that comes late, even by several
 * jobs, can only claim a part that is there. */
struct NnPool {
  NnPartFunc func;
  gpointer data;
  atomic_int unfinished;
  gboolean begun; /* a job that the caller has not finished; nobody else looks at these two */
  gboolean alone; /* the caller does everything */
  Range *ranges;  /* n_ranges */
  guint n_ranges;

  guint n_threads;    /* as many as ranges, unless the system refused some */
  pthread_t *workers; /* n_threads − 1 */
  int max_awake;      /* more workers than cores are no use at a time */
  atomic_uint job;    /* counts the jobs: a new number is a call to work */
  atomic_int spinning;
  atomic_bool quit;

  pthread_mutex_t lock;
  pthread_cond_t work, done;
  atomic_int sleeping;       /* workers waiting for `work` */
  atomic_bool caller_sleeps; /* the caller waits for `done` */
};

typedef struct {
  NnPool *pool;
  guint index; /* of the range to begin with; the caller's is 0 */
} Worker;

static inline void
pause_shortly (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* ---- denormals ---- */

#if defined(__SSE__)
#define FLUSH_BITS 0x8040u /* MXCSR: flush to zero, denormals are zero */

static guint64
flush_denormals (void)
{
  guint32 before = _mm_getcsr ();

  _mm_setcsr (before | FLUSH_BITS);
  return before;
}

static void
restore_denormals (guint64 before)
{
  _mm_setcsr ((guint32)before);
}
#elif defined(__aarch64__)
#define FLUSH_BITS (1u << 24) /* FPCR.FZ */

static guint64
flush_denormals (void)
{
  guint64 before;

  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(before | FLUSH_BITS));
  return before;
}

static void
restore_denormals (guint64 before)
{
  __asm__ volatile("msr fpcr, %0" : : "r"(before));
}
#else
static guint64
flush_denormals (void)
{
  return 0;
}

static void
restore_denormals (guint64 before)
{
}
#endif

/* ---- parts ---- */

/* Returns: the part taken, or −1 where all of @range are. */
static int
claim (Range *range)
{
  int left = atomic_load_explicit (&range->left, memory_order_relaxed);

  while (left > 0)
    if (atomic_compare_exchange_weak_explicit (&range->left, &left, left - 1, memory_order_acquire,
                                               memory_order_relaxed))
      return range->end - left;
  return -1;
}

static void
finish_part (NnPool *pool)
{
  if (atomic_fetch_sub (&pool->unfinished, 1) == 1 && atomic_load (&pool->caller_sleeps)) {
    pthread_mutex_lock (&pool->lock);
    pthread_cond_signal (&pool->done);
    pthread_mutex_unlock (&pool->lock);
  }
}

static void
work (NnPool *pool, guint index)
{
  for (guint i = 0; i < pool->n_ranges; i++) {
    Range *range = &pool->ranges[(index + i) % pool->n_ranges];
    int part;

    while ((part = claim (range)) >= 0) {
      pool->func (pool->data, part);
      finish_part (pool);
    }
  }
}

/* The ranges last: with the first of them the job has begun. */
static void
publish (NnPool *pool, NnPartFunc func, gpointer data, int n_parts)
{
  gint64 n_ranges = pool->n_ranges;
  int begin = 0;

  pool->func = func;
  pool->data = data;
  atomic_store_explicit (&pool->unfinished, n_parts, memory_order_relaxed);
  for (gint64 i = 0; i < n_ranges; i++) {
    int end = (int)((i + 1) * n_parts / n_ranges);

    pool->ranges[i].end = end;
    atomic_store_explicit (&pool->ranges[i].left, end - begin, memory_order_release);
    begin = end;
  }
  atomic_fetch_add (&pool->job, 1);
}

/* ---- waiting ---- */

static gboolean
is_called (NnPool *pool, guint seen)
{
  return atomic_load (&pool->job) != seen || atomic_load (&pool->quit);
}

/* Spins shortly, unless as many workers as there are cores to spare do so already. */
static void
wait_for_job (NnPool *pool, guint seen)
{
  if (atomic_fetch_add (&pool->spinning, 1) < pool->max_awake)
    for (int i = 0; i < SPINS && !is_called (pool, seen); i++)
      pause_shortly ();
  atomic_fetch_sub (&pool->spinning, 1);
  if (is_called (pool, seen))
    return;

  pthread_mutex_lock (&pool->lock);
  atomic_fetch_add (&pool->sleeping, 1);
  while (!is_called (pool, seen))
    pthread_cond_wait (&pool->work, &pool->lock);
  atomic_fetch_sub (&pool->sleeping, 1);
  pthread_mutex_unlock (&pool->lock);
}

static void
wait_for_others (NnPool *pool)
{
  for (int i = 0; i < SPINS; i++) {
    if (atomic_load_explicit (&pool->unfinished, memory_order_acquire) == 0)
      return;
    pause_shortly ();
  }

  pthread_mutex_lock (&pool->lock);
  atomic_store (&pool->caller_sleeps, TRUE);
  while (atomic_load (&pool->unfinished) > 0)
    pthread_cond_wait (&pool->done, &pool->lock);
  atomic_store (&pool->caller_sleeps, FALSE);
  pthread_mutex_unlock (&pool->lock);
}

/* A worker counts itself asleep before it looks for work the last time, and the caller publishes
 * before it counts the sleepers (both sequentially consistent), so no call is missed. */
static void
wake_workers (NnPool *pool, int n_parts)
{
  int useful = MIN (n_parts - 1, pool->max_awake) - atomic_load (&pool->spinning);
  int n = MIN (useful, atomic_load (&pool->sleeping));

  if (n <= 0)
    return;
  pthread_mutex_lock (&pool->lock);
  for (int i = 0; i < n; i++)
    pthread_cond_signal (&pool->work);
  pthread_mutex_unlock (&pool->lock);
}

static void *
worker_main (void *data)
{
  g_autofree Worker *worker = data;
  NnPool *pool = worker->pool;

#ifdef __linux__
  setpriority (PRIO_PROCESS, (id_t)gettid (), NICENESS);
#endif
  flush_denormals ();
  while (!atomic_load (&pool->quit)) {
    guint seen = atomic_load (&pool->job);

    work (pool, worker->index);
    wait_for_job (pool, seen);
  }
  return NULL;
}

/* Returns: whether the system gave us the thread. */
static gboolean
start_worker (NnPool *pool, guint index)
{
  Worker *worker = g_new (Worker, 1);

  *worker = (Worker){pool, index};
  if (pthread_create (&pool->workers[index - 1], NULL, worker_main, worker) == 0)
    return TRUE;
  g_free (worker);
  return FALSE;
}

NnPool *
nn_pool_new (guint n_threads)
{
  NnPool *pool = g_new0 (NnPool, 1);
  guint n_cores = g_get_num_processors ();

  pool->n_threads = n_threads > 0 ? n_threads : n_cores;
  pool->max_awake = (int)MAX (MIN (pool->n_threads, n_cores), 2) - 1;
  pool->workers = g_new (pthread_t, pool->n_threads);
  pool->n_ranges = pool->n_threads;
  pool->ranges = g_aligned_alloc0 (pool->n_ranges, sizeof (Range), alignof (Range));
  pthread_mutex_init (&pool->lock, NULL);
  pthread_cond_init (&pool->work, NULL);
  pthread_cond_init (&pool->done, NULL);
  for (guint i = 1; i < pool->n_threads; i++)
    if (!start_worker (pool, i))
      pool->n_threads = i; /* the system refuses more: fewer do the same work */
  return pool;
}

guint
nn_pool_get_n_threads (const NnPool *pool)
{
  return pool->n_threads;
}

static void
run_alone (NnPartFunc func, gpointer data, int n_parts)
{
  guint64 before = flush_denormals ();

  for (int part = 0; part < n_parts; part++)
    func (data, part);
  restore_denormals (before);
}

void
nn_pool_set_alone (NnPool *pool, gboolean alone)
{
  pool->alone = alone;
}

void
nn_pool_begin (NnPool *pool, NnPartFunc func, gpointer data, int n_parts)
{
  if (pool == NULL || pool->n_threads == 1 || pool->alone) {
    run_alone (func, data, n_parts);
  } else if (n_parts > 0) {
    nn_pool_finish (pool);
    publish (pool, func, data, n_parts);
    wake_workers (pool, n_parts + 1);
    pool->begun = TRUE;
  }
}

void
nn_pool_finish (NnPool *pool)
{
  if (pool == NULL || !pool->begun)
    return;
  guint64 before = flush_denormals ();

  work (pool, 0);
  wait_for_others (pool);
  pool->begun = FALSE;
  restore_denormals (before);
}

void
nn_pool_run (NnPool *pool, NnPartFunc func, gpointer data, int n_parts)
{
  if (n_parts == 1) {
    run_alone (func, data, 1);
  } else {
    nn_pool_begin (pool, func, data, n_parts);
    nn_pool_finish (pool);
  }
}

void
nn_pool_free (NnPool *pool)
{
  pthread_mutex_lock (&pool->lock);
  atomic_store (&pool->quit, TRUE);
  pthread_cond_broadcast (&pool->work);
  pthread_mutex_unlock (&pool->lock);
  for (guint i = 0; i + 1 < pool->n_threads; i++)
    pthread_join (pool->workers[i], NULL);
  pthread_cond_destroy (&pool->done);
  pthread_cond_destroy (&pool->work);
  pthread_mutex_destroy (&pool->lock);
  g_aligned_free (pool->ranges);
  g_free (pool->workers);
  g_free (pool);
}
