/* gemm.c: row-major matrix product over OpenBLAS, and the plain loops that define it. */
#include "gemm.h"

#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>

#ifdef NN_DOUBLE
#define CBLAS_GEMM cblas_dgemm
#else
#define CBLAS_GEMM cblas_sgemm
#endif

typedef void (*SetThreadsFunc) (int n_threads);

static int openblas_kind;
static SetThreadsFunc omp_set_threads; /* NULL without OpenMP */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t serial_lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local gboolean thread_is_ready;

static void
inspect_openblas (void)
{
  openblas_kind = openblas_get_parallel ();
  if (openblas_kind == OPENBLAS_OPENMP)
    *(void **)&omp_set_threads = dlsym (RTLD_DEFAULT, "omp_set_num_threads");
  else
    openblas_set_num_threads (1);
}

/* An OpenMP build ignores OpenBLAS's own setter and asks OpenMP, which counts threads for each
 * calling thread. */
static void
prepare_thread (void)
{
  pthread_once (&once, inspect_openblas);
  if (omp_set_threads != NULL)
    omp_set_threads (1);
  thread_is_ready = TRUE;
}

void
nn_gemm (NnTranspose transpose_a, NnTranspose transpose_b, int m, int n, int k, real alpha,
         const real *a, int lda, const real *b, int ldb, real beta, real *c, int ldc)
{
  if (!thread_is_ready)
    prepare_thread ();

  /* A build without threads may share its buffers without a lock (OpenBLAS issue 1755). */
  if (openblas_kind == OPENBLAS_SEQUENTIAL)
    pthread_mutex_lock (&serial_lock);
  CBLAS_GEMM (CblasRowMajor, transpose_a == NN_TRANSPOSED ? CblasTrans : CblasNoTrans,
              transpose_b == NN_TRANSPOSED ? CblasTrans : CblasNoTrans, m, n, k, alpha, a, lda, b,
              ldb, beta, c, ldc);
  if (openblas_kind == OPENBLAS_SEQUENTIAL)
    pthread_mutex_unlock (&serial_lock);
}

void
nn_gemm_naive (NnTranspose transpose_a, NnTranspose transpose_b, int m, int n, int k, real alpha,
               const real *a, int lda, const real *b, int ldb, real beta, real *c, int ldc)
{
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      real *cell = &c[(gsize)i * ldc + j];
      real sum = 0;

      for (int l = 0; l < k; l++) {
        real a_il = transpose_a == NN_TRANSPOSED ? a[(gsize)l * lda + i] : a[(gsize)i * lda + l];
        real b_lj = transpose_b == NN_TRANSPOSED ? b[(gsize)j * ldb + l] : b[(gsize)l * ldb + j];

        sum += a_il * b_lj;
      }
      *cell = beta == 0 ? alpha * sum : alpha * sum + beta * *cell;
    }
}
