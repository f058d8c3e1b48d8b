/* test-math.c: shapes, arena, matrix product, random numbers and the workers. */
#include "engine/math/arena.h"
#include "engine/math/gemm.h"
#include "engine/math/kernels.h"
#include "engine/math/pool.h"
#include "engine/math/rng.h"
#include "engine/math/shape.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

/* ---- shape and arena ---- */

static void
test_shape (void)
{
  NnShape image = nn_shape_image (28, 20, 3), vector = nn_shape_vector (784);
  g_autofree char *image_text = nn_shape_to_string (&image);
  g_autofree char *vector_text = nn_shape_to_string (&vector);
  NnShape flat = nn_shape_vector (28 * 20 * 3), other = nn_shape_image (28, 20, 1);

  g_assert_cmpstr (image_text, ==, "28×20×3");
  g_assert_cmpstr (vector_text, ==, "784");
  g_assert_cmpuint (nn_shape_size (&image), ==, 1680);
  g_assert_true (nn_shape_equal (&image, &image));
  g_assert_false (nn_shape_equal (&image, &flat));
  g_assert_false (nn_shape_equal (&image, &other));
}

static void
test_arena (void)
{
  const gsize counts[] = {1, 16, 17, 0, 5};
  NnArena arena = {0};
  gsize offsets[G_N_ELEMENTS (counts)];

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    offsets[i] = nn_arena_reserve (&arena, counts[i]);
  nn_arena_commit (&arena);

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++) {
    real *view = nn_arena_at (&arena, offsets[i]);
    gsize end = i + 1 < G_N_ELEMENTS (counts) ? offsets[i + 1] : arena.reserved;

    g_assert_cmpuint ((guintptr)view % NN_ALIGNMENT, ==, 0);
    g_assert_cmpuint (offsets[i] + counts[i], <=, end);
    g_assert_cmpuint (end - offsets[i] - counts[i], <, NN_ALIGNMENT / sizeof (real));
  }
  for (gsize i = 0; i < arena.reserved; i++)
    g_assert_true (arena.data[i] == 0);

  nn_arena_clear (&arena);
  g_assert_null (arena.data);
  g_assert_cmpuint (arena.reserved, ==, 0);
}

/* ---- matrix product ---- */

static real *
random_numbers (gsize n, guint64 seed)
{
  real *numbers = g_new (real, n);
  NnRng rng = nn_rng (seed, NN_STREAM_SPLIT, 0, 0);

  for (gsize i = 0; i < n; i++)
    numbers[i] = (real)nn_rng_normal (&rng);
  return numbers;
}

/* Strides are wider than the matrices; what lies between the rows must stay untouched. */
static void
check_gemm (int m, int n, int k, NnTranspose transpose_a, NnTranspose transpose_b, real alpha,
            real beta)
{
  int lda = (transpose_a == NN_PLAIN ? k : m) + 3, ldb = (transpose_b == NN_PLAIN ? n : k) + 2;
  int ldc = n + 5;
  g_autofree real *a = random_numbers ((gsize)lda * (gsize)MAX (m, k), 1);
  g_autofree real *b = random_numbers ((gsize)ldb * (gsize)MAX (n, k), 2);
  g_autofree real *fast = random_numbers ((gsize)ldc * (gsize)m, 3);
  g_autofree real *plain = g_memdup2 (fast, (gsize)ldc * (gsize)m * sizeof (real));

  if (beta == 0)
    for (int i = 0; i < m; i++)
      fast[i * ldc] = plain[i * ldc] = NAN;
  nn_gemm (transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, fast, ldc);
  nn_gemm_naive (transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, plain, ldc);

  for (int i = 0; i < m; i++)
    for (int j = 0; j < ldc; j++) {
      real tolerance = j < n ? (real)(1e-6 * (k + 4)) : 0;

      g_assert_false (isnan (fast[i * ldc + j]));
      g_assert_cmpfloat (fabs (fast[i * ldc + j] - plain[i * ldc + j]), <=, tolerance);
    }
}

static void
test_gemm (void)
{
  const int sizes[][3] = {{1, 1, 1},     {1, 10, 784}, {7, 5, 3},     {17, 31, 33},
                          {32, 64, 784}, {10, 784, 1}, {65, 129, 67}, {3, 1, 200}};

  for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (int transposes = 0; transposes < 4; transposes++)
      for (int beta = 0; beta < 3; beta++)
        check_gemm (sizes[s][0], sizes[s][1], sizes[s][2], (NnTranspose)(transposes & 1),
                    (NnTranspose)(transposes >> 1), beta == 2 ? (real)-0.5 : 1,
                    beta == 2 ? (real)0.25 : (real)beta);
}

static void
test_gemm_nan (void)
{
  real a[4] = {1, NAN, 1, 1}, b[4] = {1, 0, 0, 1}, c[4] = {0};

  nn_gemm (NN_PLAIN, NN_PLAIN, 2, 2, 2, 1, a, 2, b, 2, 0, c, 2);
  g_assert_true (isnan (c[0]) && isnan (c[1]));
  g_assert_true (c[2] == 1 && c[3] == 1);
}

/* ---- random numbers ---- */

/* From the Random123 distribution's kat_vectors, "philox4x32 10": counter, key, output. */
static void
test_philox (void)
{
  static const struct {
    guint64 index, purpose, seed; /* low word first */
    guint32 output[4];
  } cases[] = {
      {0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {0xffffffffffffffff,
       0xffffffffffffffff,
       0xffffffffffffffff,
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {0x85a308d3243f6a88,
       0x0370734413198a2e,
       0x299f31d0a4093822,
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  enum { MANY = 21 }; /* enough for vectors and a rest; the known answer last and first */

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint32 first[4 * MANY], last[4 * MANY];
    gsize bytes = sizeof cases[i].output;

    nn_kernels ()->philox (first, MANY, cases[i].index, cases[i].purpose, cases[i].seed);
    nn_kernels ()->philox (last, MANY, cases[i].index - (MANY - 1), cases[i].purpose,
                           cases[i].seed);
    g_assert_cmpmem (first, bytes, cases[i].output, bytes);
    g_assert_cmpmem (last + 4 * (MANY - 1), bytes, cases[i].output, bytes);
  }
}

/* Any part of a sequence can be made by itself, and one by one or many at once. */
static void
test_rng_position (void)
{
  guint32 whole[100], part[100];
  NnRng rng = nn_rng (42, NN_STREAM_SHUFFLING, 7, (1ull << 33) + 1);

  nn_rng_fill (&rng, whole, G_N_ELEMENTS (whole));
  g_assert_cmpuint (rng.position, ==, (1ull << 33) + 101);
  for (gsize start = 0; start < 9; start++)
    for (gsize n = 0; n < 20; n++) {
      NnRng again = nn_rng (42, NN_STREAM_SHUFFLING, 7, (1ull << 33) + 1 + start);

      nn_rng_fill (&again, part, n);
      g_assert_cmpmem (part, n * sizeof *part, whole + start, n * sizeof *part);
      g_assert_cmpuint (nn_rng_next (&again), ==, whole[start + n]);
    }
}

static void
test_rng_streams (void)
{
  NnRng rngs[] = {nn_rng (1, NN_STREAM_SHUFFLING, 0, 0),
                  nn_rng (2, NN_STREAM_SHUFFLING, 0, 0),
                  nn_rng (1ull << 32 | 1, NN_STREAM_SHUFFLING, 0, 0),
                  nn_rng (1, NN_STREAM_DROPOUT, 0, 0),
                  nn_rng (1, NN_STREAM_SHUFFLING, 1, 0),
                  nn_rng (1, NN_STREAM_SHUFFLING, 0, 1ull << 40)};
  guint32 numbers[G_N_ELEMENTS (rngs)][1000];

  for (gsize i = 0; i < G_N_ELEMENTS (rngs); i++)
    nn_rng_fill (&rngs[i], numbers[i], 1000);
  for (gsize i = 0; i < G_N_ELEMENTS (rngs); i++)
    for (gsize j = 0; j < i; j++) {
      guint equal_bits = 0;

      for (gsize n = 0; n < 1000; n++)
        equal_bits += (guint)__builtin_popcount (~(numbers[i][n] ^ numbers[j][n]));
      /* 16 000 expected of 32 000 bits; six standard deviations are 537 */
      g_assert_cmpuint (equal_bits, >, 16000 - 537);
      g_assert_cmpuint (equal_bits, <, 16000 + 537);
    }
}

static void
test_rng_distributions (void)
{
  const int n = 100000;
  NnRng rng = nn_rng (3, NN_STREAM_INITIALISATION, 0, 0);
  double sum = 0, squares = 0, cubes = 0, uniform_sum = 0;
  int counts[7] = {0};

  for (int i = 0; i < n; i++) {
    double normal = nn_rng_normal (&rng), uniform = nn_rng_uniform (&rng);

    g_assert_cmpfloat (uniform, >=, 0);
    g_assert_cmpfloat (uniform, <, 1);
    g_assert_true (isfinite (normal));
    sum += normal;
    squares += normal * normal;
    cubes += normal * normal * normal;
    uniform_sum += uniform;
    counts[nn_rng_below (&rng, 7)]++;
  }
  /* five standard deviations each */
  g_assert_cmpfloat (fabs (sum / n), <, 5 * sqrt (1.0 / n));
  g_assert_cmpfloat (fabs (squares / n - 1), <, 5 * sqrt (2.0 / n));
  g_assert_cmpfloat (fabs (cubes / n), <, 5 * sqrt (15.0 / n));
  g_assert_cmpfloat (fabs (uniform_sum / n - 0.5), <, 5 * sqrt (1.0 / 12 / n));
  for (int i = 0; i < 7; i++)
    g_assert_cmpfloat (fabs (counts[i] - n / 7.0), <, 5 * sqrt (n * 6.0 / 49));
  for (int i = 0; i < 100; i++)
    g_assert_cmpuint (nn_rng_below (&rng, 1), ==, 0);
}

static void
test_rng_normal_positions (void)
{
  NnRng rng = nn_rng (3, NN_STREAM_INITIALISATION, 0, 10);

  nn_rng_normal (&rng);
  g_assert_cmpuint (rng.position, ==, 12);
}

static void
test_rng_shuffle (void)
{
  enum { N = 1000 };
  guint32 order[N], again[N], other[N];
  gboolean seen[N] = {FALSE};
  int in_place = 0;
  NnRng rng = nn_rng (9, NN_STREAM_SHUFFLING, 0, 0), same = rng;
  NnRng next = nn_rng (9, NN_STREAM_SHUFFLING, 1, 0);

  for (guint32 i = 0; i < N; i++)
    order[i] = again[i] = other[i] = i;
  nn_rng_shuffle (&rng, order, N);
  nn_rng_shuffle (&same, again, N);
  nn_rng_shuffle (&next, other, N);
  g_assert_cmpmem (order, sizeof order, again, sizeof again);
  g_assert_cmpint (memcmp (order, other, sizeof order), !=, 0);
  for (guint32 i = 0; i < N; i++) {
    g_assert_false (seen[order[i]]);
    seen[order[i]] = TRUE;
    in_place += order[i] == i;
  }
  g_assert_cmpint (in_place, <, 10); /* one expected */
}

/* ---- workers ---- */

typedef struct {
  atomic_int counts[1000];
  guint64 results[1000];
} Job;

/* Uneven work: part 0 takes longest. */
static void
count_part (gpointer data, int part)
{
  Job *job = data;
  guint64 sum = 0;

  for (guint64 i = 0; i < 2000u / (guint)(part + 1); i++)
    sum += i ^ (guint64)part;
  job->results[part] = sum;
  atomic_fetch_add_explicit (&job->counts[part], 1, memory_order_relaxed);
}

/* What the parts wrote must be visible to the caller without further ado. */
static void
check_pool (NnPool *pool)
{
  const int sizes[] = {0, 1, 2, 3, 7, 64, 1000, 5, 1, 33};

  for (int round = 0; round < 50; round++)
    for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++) {
      g_autofree Job *job = g_new0 (Job, 1), *expected = g_new0 (Job, 1);

      nn_pool_run (pool, count_part, job, sizes[s]);
      for (int part = 0; part < sizes[s]; part++)
        count_part (expected, part);
      for (int part = 0; part < 1000; part++) {
        g_assert_cmpint (job->counts[part], ==, part < sizes[s] ? 1 : 0);
        g_assert_cmpuint (job->results[part], ==, expected->results[part]);
      }
    }
}

static void
test_pool_parts (void)
{
  const guint threads[] = {1, 2, 3, 5, 16};

  check_pool (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autoptr (NnPool) pool = nn_pool_new (threads[i]);

    g_assert_cmpuint (nn_pool_get_n_threads (pool), ==, threads[i]);
    check_pool (pool);
  }
}

static void
test_pool_default (void)
{
  g_autoptr (NnPool) pool = nn_pool_new (0);

  g_assert_cmpuint (nn_pool_get_n_threads (pool), ==, g_get_num_processors ());
}

typedef struct {
  atomic_int arrived;
  atomic_int strangers; /* parts done by another thread than the caller */
  pthread_t caller;
} Meeting;

/* Waits until all parts have begun: proof that each runs on a thread of its own. */
static void
meet (gpointer data, int part)
{
  Meeting *meeting = data;

  atomic_fetch_add (&meeting->arrived, 1);
  if (!pthread_equal (pthread_self (), meeting->caller))
    atomic_fetch_add (&meeting->strangers, 1);
  while (atomic_load (&meeting->arrived) < 2)
    g_thread_yield ();
}

/* Also after the workers went to sleep: the first rounds find them fresh, the later ones
 * whenever they get to it. */
static void
test_pool_parallel (void)
{
  g_autoptr (NnPool) pool = nn_pool_new (2);

  for (int round = 0; round < 100; round++) {
    Meeting meeting = {.caller = pthread_self ()};

    nn_pool_run (pool, meet, &meeting, 2);
    g_assert_cmpint (meeting.strangers, ==, 1);
  }
}

static void *
run_own_pool (void *data)
{
  g_autoptr (NnPool) pool = nn_pool_new (3);

  check_pool (pool);
  return NULL;
}

static void
test_pool_several (void)
{
  pthread_t threads[3];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpint (pthread_create (&threads[i], NULL, run_own_pool, NULL), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    pthread_join (threads[i], NULL);
}

static gboolean
denormals_live (void)
{
  volatile float smallest = FLT_MIN;
  volatile float half = smallest * 0.5f;

  return half > 0;
}

static void
look_at_denormals (gpointer data, int part)
{
  atomic_int *living = data;

  if (denormals_live ())
    atomic_fetch_add (living, 1);
}

#if defined(__x86_64__) || defined(__aarch64__) /* elsewhere the rounding mode is left alone */
static void
test_pool_denormals (void)
{
  for (guint threads = 0; threads <= 3; threads++) {
    g_autoptr (NnPool) pool = threads > 0 ? nn_pool_new (threads) : NULL;

    for (int parts = 1; parts <= 64; parts *= 4) {
      atomic_int living = 0;

      g_assert_true (denormals_live ());
      nn_pool_run (pool, look_at_denormals, &living, parts);
      g_assert_cmpint (living, ==, 0);
      g_assert_true (denormals_live ());
    }
  }
}
#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/math/shape", test_shape);
  g_test_add_func ("/math/arena", test_arena);
  g_test_add_func ("/math/gemm", test_gemm);
  g_test_add_func ("/math/gemm/nan", test_gemm_nan);
  g_test_add_func ("/math/rng/philox", test_philox);
  g_test_add_func ("/math/rng/position", test_rng_position);
  g_test_add_func ("/math/rng/streams", test_rng_streams);
  g_test_add_func ("/math/rng/distributions", test_rng_distributions);
  g_test_add_func ("/math/rng/normal-positions", test_rng_normal_positions);
  g_test_add_func ("/math/rng/shuffle", test_rng_shuffle);
  g_test_add_func ("/math/pool/parts", test_pool_parts);
  g_test_add_func ("/math/pool/default", test_pool_default);
  g_test_add_func ("/math/pool/parallel", test_pool_parallel);
  g_test_add_func ("/math/pool/several", test_pool_several);
#if defined(__x86_64__) || defined(__aarch64__)
  g_test_add_func ("/math/pool/denormals", test_pool_denormals);
#endif
  return g_test_run ();
}
