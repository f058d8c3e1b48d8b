/* kernel-dense.c: the products of a dense layer at the size of a batch; built once per
 * instruction-set level.
 *
 * Forward, y = x·Wᵀ + b, both read along the inputs:
 *
 *   for a block of 64 samples
 *     for 4 units                  their weights stay in the first cache
 *       for 4 samples              16 sums, each a vector, stay in registers
 *         for a vector of inputs   8 loads, 16 multiply-adds
 *
 * Backward, dW = dyᵀ·x and dx = dy·W, both written along the inputs:
 *
 *   for 4 vectors of inputs
 *     for 128 samples or units     these columns of x or W stay in the first cache
 *       for 4 units or samples     16 vectors of sums stay in registers
 *         for a sample or unit     4 loads, 4 numbers spread, 16 multiply-adds
 *
 * Why these tiles: a multiply-add takes 4 steps and one or two begin in each, so 8 sums must be
 * under way; more sums a load spare loads, until the registers are used up. The sums of forward are
 * vectors of partial sums, so even a sum of thousands stays close to the exact one; those of
 * backward are at most 128 long before they are added to the others.
 *
 * Nothing is copied and packed as a general matrix product does before it begins: at the size of a
 * batch that would take as long as the product.
 *
 * A drawing is mostly empty paper. Where asked to, both leave out the vectors of inputs that are 0
 * in the tile's samples: they would add nothing. They are looked up once and used for all units.
 */
#include "kernel-levels.h"

/* Registers: 32 of 64 bytes with AVX-512, 16 of 32 with AVX2, 16 of 16 before; 32 of 16 on arm64.
 * Forward takes vectors of 32 bytes even with AVX-512, for twice as many of them are all 0; most
 * processors compute no faster with 64. */
#if defined(__AVX512F__)
#define DOT_BYTES 32
#define DOT_ROWS 4
#define OUTER_BYTES 64
#define OUTER_VECTORS 4
#elif defined(__AVX2__)
#define DOT_BYTES 32
#define DOT_ROWS 3
#define OUTER_BYTES 32
#define OUTER_VECTORS 3
#elif defined(__x86_64__)
#define DOT_BYTES 16
#define DOT_ROWS 2
#define OUTER_BYTES 16
#define OUTER_VECTORS 2
#else
#define DOT_BYTES 16
#define DOT_ROWS 4
#define OUTER_BYTES 16
#define OUTER_VECTORS 4
#endif
#define DOT_COLUMNS 4
#define OUTER_ROWS 4

#define BLOCK_ROWS 64   /* of the samples whose lists are kept at a time */
#define MAX_LISTED 256  /* longer lists are not made */
#define BLOCK_DEPTH 128 /* of backward: summed by itself; it stays in the cache */

typedef real Quad __attribute__ ((vector_size (16), may_alias));
typedef real FreeQuad __attribute__ ((vector_size (16), aligned (sizeof (real)), may_alias));
typedef guint64 Pair __attribute__ ((vector_size (16), may_alias));

#define QUAD_LANES ((int)(sizeof (Quad) / sizeof (real)))

#ifdef NN_DOUBLE
typedef guint64 Mask;
#else
typedef guint32 Mask;
#endif

/* A vector of masks from keep_last + MOST_LANES − LANES + n on keeps the last n lanes. */
#define MOST_LANES 16
#define ALL ((Mask)-1)
static const Mask keep_last[2 * MOST_LANES] = {
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL,
};

static inline real
sum_lanes (Quad quad)
{
  real sum = quad[0];

  for (int i = 1; i < QUAD_LANES; i++)
    sum += quad[i];
  return sum;
}

/* target[c] = bias[c] + the lanes of quads[c], for DOT_COLUMNS columns */
static inline void
store_sums (real *target, const Quad *quads, const real *bias)
{
#ifdef NN_DOUBLE
  for (int c = 0; c < DOT_COLUMNS; c++)
    target[c] = bias[c] + sum_lanes (quads[c]);
#else
  typedef gint32 Order __attribute__ ((vector_size (16)));
  const Order low = {0, 4, 1, 5}, high = {2, 6, 3, 7};
  const Order lower = {0, 1, 4, 5}, upper = {2, 3, 6, 7};
  /* The lanes of ab: a₀+a₂, b₀+b₂, a₁+a₃, b₁+b₃. */
  Quad ab =
      __builtin_shuffle (quads[0], quads[1], low) + __builtin_shuffle (quads[0], quads[1], high);
  Quad cd =
      __builtin_shuffle (quads[2], quads[3], low) + __builtin_shuffle (quads[2], quads[3], high);
  Quad sums = __builtin_shuffle (ab, cd, lower) + __builtin_shuffle (ab, cd, upper);

  *(FreeQuad *)target = *(const FreeQuad *)bias + sums;
#endif
}

#define TILE(name) name##_16
#define TILE_BYTES 16
#include "kernel-dense-tiles.h"

#if OUTER_BYTES >= 32
#define TILE(name) name##_32
#define TILE_BYTES 32
#include "kernel-dense-tiles.h"
#endif

#if OUTER_BYTES >= 64
#define TILE(name) name##_64
#define TILE_BYTES 64
#include "kernel-dense-tiles.h"
#endif

void
NN_LEVEL_NAME (nn_dense_dot) (const NnProduct *p)
{
  if (p->depth >= DOT_BYTES / (int)sizeof (real))
    NN_PASTE (dot_, DOT_BYTES) (p);
  else if (p->depth >= QUAD_LANES)
    dot_16 (p);
  else
    for (int r = 0; r < p->rows; r++)
      for (int c = 0; c < p->columns; c++) {
        real sum = p->bias[c];

        for (int d = 0; d < p->depth; d++)
          sum += p->a[r * p->a_row + d] * p->b[c * p->b_row + d];
        p->c[r * p->c_row + c] = sum;
      }
}

void
NN_LEVEL_NAME (nn_dense_outer) (const NnProduct *p)
{
  if (p->columns >= OUTER_BYTES / (int)sizeof (real))
    NN_PASTE (outer_, OUTER_BYTES) (p);
  else if (p->columns >= QUAD_LANES)
    outer_16 (p);
  else
    for (int r = 0; r < p->rows; r++)
      for (int c = 0; c < p->columns; c++) {
        real sum = 0;

        for (int d = 0; d < p->depth; d++)
          sum += p->a[r * p->a_row + d * p->a_step] * p->b[d * p->b_row + c];
        p->c[r * p->c_row + c] = sum;
      }
}
