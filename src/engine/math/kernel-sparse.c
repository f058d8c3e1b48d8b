/* kernel-sparse.c: the products of a dense layer whose input is mostly zeros, as drawings are;
 * built once per instruction-set level. A zero adds nothing, so it is not multiplied.
 *
 * Forward, y += x·W, W as [inputs][units]:
 *
 *   for 64 inputs, for 64 samples     a bit for each pair says where x is not 0
 *     for 64 units                    their sums stay in registers, these rows of W in the cache
 *       for a sample
 *         for each bit that is set    1 number spread, a row of W read, multiply-adds
 *
 * Backward, dW = xᵀ·dz, in the same order of units:
 *
 *   for 64 inputs, for 32 samples     a bit for each pair says where x is not 0
 *     for 64 units                    their sums stay in registers, dz in the cache
 *       for an input
 *         for each bit that is set    1 number spread, a row of dz read, multiply-adds
 *
 * Each multiply-add reads a vector of its own, so these loops are at best as fast as the cache:
 * half as fast as a dense product, which uses what it read several times. They win where fewer than
 * half of the numbers are there; of a drawing it is a fifth.
 */
#include "kernel-vectors.h"

#include <string.h>

#if !defined(NN_DOUBLE) && defined(__x86_64__)
#include <immintrin.h>
#endif

/* Vectors of a row at a time: 64 numbers, or half of the registers. */
#define VECTORS (64 / NN_WIDTH < 8 ? 64 / NN_WIDTH : 8)
#define BLOCK 64 /* inputs, and samples forward */
#define DEPTH 32 /* samples backward, a bit each */

/* ---- which numbers are there ---- */

/* Returns: a bit for each of 16 numbers, set where it is not 0 (NaN is not). */
NN_INLINE guint32
find_numbers (const real *x)
{
#if !defined(NN_DOUBLE) && defined(__AVX512F__)
  return _mm512_cmp_ps_mask (_mm512_loadu_ps (x), _mm512_setzero_ps (), _CMP_NEQ_UQ);
#elif !defined(NN_DOUBLE) && defined(__AVX__)
  __m256 zero = _mm256_setzero_ps ();

  return (guint32)_mm256_movemask_ps (_mm256_cmp_ps (_mm256_loadu_ps (x), zero, _CMP_NEQ_UQ)) |
         (guint32)_mm256_movemask_ps (_mm256_cmp_ps (_mm256_loadu_ps (x + 8), zero, _CMP_NEQ_UQ))
             << 8;
#else
  guint32 bits = 0;

  for (int i = 0; i < 16; i++)
    bits |= (guint32)(x[i] != 0) << i;
  return bits;
#endif
}

/* Returns: the same of @n ≤ BLOCK numbers. */
NN_INLINE guint64
find_row (const real *x, int n)
{
  guint64 bits = 0;
  int i = 0;

  for (; i + 16 <= n; i += 16)
    bits |= (guint64)find_numbers (x + i) << i;
  for (; i < n; i++)
    bits |= (guint64)(x[i] != 0) << i;
  return bits;
}

gsize
NN_LEVEL_NAME (nn_count_numbers) (const real *x, NnRows rows)
{
  gsize count = 0;

  for (gsize r = 0; r < rows.count; r++, x += rows.stride) {
    gint32 found = 0;

    NN_SIMD
    for (gsize i = 0; i < rows.n; i++)
      found += x[i] != 0;
    count += (gsize)found;
  }
  return count;
}

/* bits[r] has a bit for each of @n ≤ DEPTH samples, set where its number r is not 0. */
static void
find_columns (guint64 *bits, const real *x, gsize stride, int rows, int n)
{
  guint32 found[BLOCK] = {0};

  for (int d = 0; d < n; d++, x += stride) {
    NN_SIMD
    for (int r = 0; r < rows; r++)
      found[r] |= (guint32)(x[r] != 0) << d;
  }
  for (int r = 0; r < rows; r++)
    bits[r] = found[r];
}

/* ---- sums of B's rows ---- */

/* c = Σ x[d·step] · row d of B, over the bits d that are set, of @vectors vectors: a constant at
 * each call, so that the sums lie in registers. */
NN_INLINE void
sum_rows (real *c, const real *x, gsize step, guint64 bits, const real *b, gsize b_row, int vectors,
          gboolean adds)
{
  NnVector sums[VECTORS] = {0};

  for (; bits != 0; bits &= bits - 1) {
    gsize d = (gsize)__builtin_ctzll (bits);
    real number = x[d * step];

    NN_UNROLL
    for (int v = 0; v < vectors; v++)
      sums[v] += number * nn_load (b + d * b_row + v * NN_WIDTH);
  }
  NN_UNROLL
  for (int v = 0; v < vectors; v++)
    nn_store (c + v * NN_WIDTH, adds ? nn_load (c + v * NN_WIDTH) + sums[v] : sums[v]);
}

/* The sums over one block of the depth, of which bits[r] tells what is there in row r of @p. Where
 * the columns are no multiple of the vector, the last begins early, and only its new numbers are
 * kept. */
static void
sum_block (const NnProduct *p, const guint64 *bits, gboolean adds)
{
  real last[NN_WIDTH];
  int k = 0;

  for (; k + VECTORS * NN_WIDTH <= p->columns; k += VECTORS * NN_WIDTH)
    for (int r = 0; r < p->rows; r++)
      sum_rows (p->c + r * p->c_row + k, p->a + r * p->a_row, p->a_step, bits[r], p->b + k,
                p->b_row, VECTORS, adds);
  for (; k + NN_WIDTH <= p->columns; k += NN_WIDTH)
    for (int r = 0; r < p->rows; r++)
      sum_rows (p->c + r * p->c_row + k, p->a + r * p->a_row, p->a_step, bits[r], p->b + k,
                p->b_row, 1, adds);
  if (k == p->columns)
    return;

  int before = NN_WIDTH - (p->columns - k);
  for (int r = 0; r < p->rows; r++) {
    real *c = p->c + r * p->c_row + k;

    sum_rows (last, p->a + r * p->a_row, p->a_step, bits[r], p->b + k - before, p->b_row, 1, FALSE);
    for (int i = before; i < NN_WIDTH; i++, c++)
      *c = adds ? *c + last[i] : last[i];
  }
}

/* Returns: @p cut to a block of its rows and its depth. */
static NnProduct
cut (const NnProduct *p, int row, int rows, int first, int depth)
{
  NnProduct block = *p;

  block.rows = MIN (rows, p->rows - row);
  block.depth = MIN (depth, p->depth - first);
  block.a += row * p->a_row + first * p->a_step;
  block.b += first * p->b_row;
  block.c += row * p->c_row;
  return block;
}

void
NN_LEVEL_NAME (nn_sparse_rows) (const NnProduct *p)
{
  guint64 bits[BLOCK];

  for (int first = 0; first < p->depth; first += BLOCK)
    for (int row = 0; row < p->rows; row += BLOCK) {
      NnProduct block = cut (p, row, BLOCK, first, BLOCK);

      for (int r = 0; r < block.rows; r++)
        bits[r] = find_row (block.a + r * p->a_row, block.depth);
      sum_block (&block, bits, TRUE);
    }
}

void
NN_LEVEL_NAME (nn_sparse_columns) (const NnProduct *p)
{
  guint64 bits[BLOCK];

  for (int row = 0; row < p->rows; row += BLOCK)
    for (int first = 0; first < p->depth; first += DEPTH) {
      NnProduct block = cut (p, row, BLOCK, first, DEPTH);

      find_columns (bits, block.a, p->a_step, block.rows, block.depth);
      sum_block (&block, bits, first > 0);
    }
}
