/* gemm.h: row-major matrix product. gemm.c is the only file that includes cblas.h. */
#pragma once

#include "real.h"

#include <glib.h>

typedef enum { NN_PLAIN, NN_TRANSPOSED } NnTranspose;

/**
 * nn_gemm:
 * C[m][n] = alpha · op(A)[m][k] · op(B)[k][n] + beta · C[m][n], row-major, with row strides
 * @lda, @ldb, @ldc. Runs on the calling thread alone: parallelism is the pool's business.
 * With @beta 0, C is written without being read (NaN in it does not survive).
 */
void nn_gemm (NnTranspose transpose_a, NnTranspose transpose_b, int m, int n, int k, real alpha,
              const real *a, int lda, const real *b, int ldb, real beta, real *c, int ldc);

/**
 * nn_gemm_naive:
 * The same in three plain loops: the definition, and the oracle of the tests.
 */
void nn_gemm_naive (NnTranspose transpose_a, NnTranspose transpose_b, int m, int n, int k,
                    real alpha, const real *a, int lda, const real *b, int ldb, real beta, real *c,
                    int ldc);
