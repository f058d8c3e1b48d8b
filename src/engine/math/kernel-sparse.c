/* kernel-sparse.c: the products of a dense layer whose input is mostly zeros, as drawings are;
 * built once per instruction-set level. A zero adds nothing, so it is not multiplied.
 *
 * Forward, y = x·W + b, W as [inputs][units]:
 *
 *   for 64 units                      their sums stay in registers
 *     for a sample
 *       list its inputs that are not 0
 *       for each of the list          1 number spread, a row of W read, multiply-adds
 *
 * Backward, dW = xᵀ·dz, in the same order of units:
 *
 *   for 64 inputs, for 32 samples     a bit for each pair says where x is not 0
 *     for 64 units                    their sums stay in registers, dz in the first cache
 *       for an input
 *         for each bit that is set    1 number spread, a row of dz read, multiply-adds
 *
 * Each multiply-add reads a vector of its own, so these loops are at best as fast as the cache:
 * half as fast as a dense product, which uses what it read several times. They win where fewer than
 * half of the numbers are there; of a drawing it is a fifth.
 *
 * A row's vectors are summed in two chains where registers suffice, for a multiply-add has to wait
 * for the one before it in its chain.
 */
#include "kernel-vectors.h"

#include <string.h>

#if !defined(NN_DOUBLE) && defined(__x86_64__)
#include <immintrin.h>
#endif

#if NN_REGISTERS >= 32
#define CHAINS 2
#else
#define CHAINS 1
#endif
#define VECTORS (8 / CHAINS) /* of a row at a time */
#define PIECE 2048           /* inputs in a list */
#define ROWS 64              /* inputs of backward whose bits are kept at a time */
#define DEPTH 32             /* samples: a bit each */

/* ---- which numbers are there ---- */

/* The positions of the bits that are set in four, 16 bits each, from the lowest. */
#define PLACES(a, b, c, d) (a | b << 16 | (guint64)c << 32 | (guint64)d << 48)
static const guint64 places[16] = {
    PLACES (0, 0, 0, 0), PLACES (0, 0, 0, 0), PLACES (1, 0, 0, 0), PLACES (0, 1, 0, 0),
    PLACES (2, 0, 0, 0), PLACES (0, 2, 0, 0), PLACES (1, 2, 0, 0), PLACES (0, 1, 2, 0),
    PLACES (3, 0, 0, 0), PLACES (0, 3, 0, 0), PLACES (1, 3, 0, 0), PLACES (0, 1, 3, 0),
    PLACES (2, 3, 0, 0), PLACES (0, 2, 3, 0), PLACES (1, 2, 3, 0), PLACES (0, 1, 2, 3),
};

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

/* Lists the places of those of @n numbers that are not 0; @list has room for three more.
 * Returns: how many there are */
static int
list_numbers (guint16 *list, const real *x, int n)
{
  int n_listed = 0, i = 0;

  for (; i + 16 <= n; i += 16) {
    guint32 bits = find_numbers (x + i);

    for (int k = 0; k < 16; k += 4, bits >>= 4) {
      guint64 four = places[bits & 15] + (guint64)(i + k) * PLACES (1, 1, 1, 1);

      memcpy (list + n_listed, &four, sizeof four);
      n_listed += __builtin_popcount (bits & 15);
    }
  }
  for (; i < n; i++) {
    list[n_listed] = (guint16)i;
    n_listed += x[i] != 0;
  }
  return n_listed;
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

/* ---- y = x·W + b ---- */

/* Adds to @vectors vectors of a row of C, a constant at each call, so that the sums lie in
 * registers. */
NN_INLINE void
add_listed (real *c, const real *start, const real *x, const guint16 *list, int n, const real *b,
            gsize b_row, int vectors)
{
  NnVector sums[CHAINS][VECTORS] = {0};
  int i = 0;

  for (; i + CHAINS <= n; i += CHAINS)
    NN_UNROLL
  for (int k = 0; k < CHAINS; k++) {
    const real *row = b + list[i + k] * b_row;
    real number = x[list[i + k]];

    NN_UNROLL
    for (int v = 0; v < vectors; v++)
      sums[k][v] += number * nn_load (row + v * NN_WIDTH);
  }
  for (; i < n; i++)
    NN_UNROLL
  for (int v = 0; v < vectors; v++)
    sums[0][v] += x[list[i]] * nn_load (b + list[i] * b_row + v * NN_WIDTH);

  NN_UNROLL
  for (int v = 0; v < vectors; v++) {
    NN_UNROLL
    for (int k = 1; k < CHAINS; k++)
      sums[0][v] += sums[k][v];
    nn_store (c + v * NN_WIDTH, nn_load (start + v * NN_WIDTH) + sums[0][v]);
  }
}

/* Where the columns are no multiple of the vector, the last begins early, and only its new numbers
 * are kept. */
static void
add_listed_last (real *c, const real *start, const real *x, const guint16 *list, int n,
                 const real *b, gsize b_row, int columns)
{
  int before = NN_WIDTH - columns;
  real from[NN_WIDTH] = {0}, to[NN_WIDTH];

  memcpy (from + before, start, (gsize)columns * sizeof (real));
  add_listed (to, from, x, list, n, b - before, b_row, 1);
  memcpy (c, to + before, (gsize)columns * sizeof (real));
}

void
NN_LEVEL_NAME (nn_sparse_rows) (const NnProduct *p)
{
  guint16 list[PIECE + 4];

  for (int r = 0; r < p->rows; r++)
    for (int first = 0; first < p->depth; first += PIECE) {
      const real *x = p->a + r * p->a_row + first, *b = p->b + first * p->b_row;
      real *c = p->c + r * p->c_row;
      const real *start = first == 0 ? p->bias : c;
      int n = list_numbers (list, x, MIN (PIECE, p->depth - first)), k = 0;

      for (; k + VECTORS * NN_WIDTH <= p->columns; k += VECTORS * NN_WIDTH)
        add_listed (c + k, start + k, x, list, n, b + k, p->b_row, VECTORS);
      for (; k + NN_WIDTH <= p->columns; k += NN_WIDTH)
        add_listed (c + k, start + k, x, list, n, b + k, p->b_row, 1);
      if (k < p->columns)
        add_listed_last (c + k, start + k, x, list, n, b + k, p->b_row, p->columns - k);
    }
}

/* ---- dW = xᵀ·dz ---- */

/* bits[r] has a bit for each of @n ≤ DEPTH samples, set where its number r is not 0. */
static void
find_columns (guint32 *bits, const real *x, gsize stride, int rows, int n)
{
  memset (bits, 0, (gsize)rows * sizeof *bits);
  for (int d = 0; d < n; d++, x += stride) {
    NN_SIMD
    for (int r = 0; r < rows; r++)
      bits[r] |= (guint32)(x[r] != 0) << d;
  }
}

/* The like of add_listed(), over the samples whose bit is set. */
NN_INLINE void
add_found (real *c, const real *x, gsize stride, guint32 bits, const real *b, gsize b_row,
           int vectors, gboolean first)
{
  NnVector sums[VECTORS] = {0};

  while (bits != 0) {
    gsize d = (gsize)__builtin_ctz (bits);
    real number = x[d * stride];

    bits &= bits - 1;
    NN_UNROLL
    for (int v = 0; v < vectors; v++)
      sums[v] += number * nn_load (b + d * b_row + v * NN_WIDTH);
  }
  NN_UNROLL
  for (int v = 0; v < vectors; v++)
    nn_store (c + v * NN_WIDTH, first ? sums[v] : nn_load (c + v * NN_WIDTH) + sums[v]);
}

/* One block of inputs and of samples, from the first on. */
static void
add_block (const NnProduct *p, int row, int rows, int first, int n)
{
  const real *x = p->a + row + first * p->a_step, *b = p->b + first * p->b_row;
  guint32 bits[ROWS];
  real last[NN_WIDTH];
  int k = 0;

  find_columns (bits, x, p->a_step, rows, n);
  for (; k + VECTORS * NN_WIDTH <= p->columns; k += VECTORS * NN_WIDTH)
    for (int r = 0; r < rows; r++)
      add_found (p->c + (row + r) * p->c_row + k, x + r, p->a_step, bits[r], b + k, p->b_row,
                 VECTORS, first == 0);
  for (; k + NN_WIDTH <= p->columns; k += NN_WIDTH)
    for (int r = 0; r < rows; r++)
      add_found (p->c + (row + r) * p->c_row + k, x + r, p->a_step, bits[r], b + k, p->b_row, 1,
                 first == 0);
  if (k == p->columns)
    return;

  int before = NN_WIDTH - (p->columns - k);
  for (int r = 0; r < rows; r++) {
    real *c = p->c + (row + r) * p->c_row + k;

    add_found (last, x + r, p->a_step, bits[r], b + k - before, p->b_row, 1, TRUE);
    for (int i = before; i < NN_WIDTH; i++, c++)
      *c = first == 0 ? last[i] : *c + last[i];
  }
}

void
NN_LEVEL_NAME (nn_sparse_columns) (const NnProduct *p)
{
  for (int row = 0; row < p->rows; row += ROWS)
    for (int first = 0; first < p->depth; first += DEPTH)
      add_block (p, row, MIN (ROWS, p->rows - row), first, MIN (DEPTH, p->depth - first));
}
