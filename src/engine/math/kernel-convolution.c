/* kernel-convolution.c: a convolution forward, with ReLU and 2×2 max-pooling behind it where the
 * plan says so; built once per instruction-set level.
 *
 *   for each output pixel (v, u) and filter o:
 *     sum = b[o]
 *     for each row i of the window:
 *       for each number k of that row (kernel width · channels, side by side):
 *         sum += x[v·step_y + u·step_x + i·row_stride + k] · W[i][k][o]
 *   for each cell of 2×2 such sums: y = the greatest, or 0 if that is less; argmax = which it was
 *
 * The register tile is 12 pixels (3 cells) × 2 vectors of filters: 24 sums stay in registers during
 * the whole of the inner loops, in which each round loads 2 vectors of weights and 12 single
 * numbers of x, and does 24 multiplications and additions with them: almost two for each load, and
 * no two in a row that wait for each other. Processors with 16 registers get 4 pixels × 2 vectors.
 * Every 32 numbers of a window are summed by themselves: one chain of hundreds would round at each
 * link. What they come to is added up in memory, which takes a few percent of the time.
 * A pixel is just a pointer, so it does not matter which pixels a tile has: they run on over the
 * ends of lines and pictures, and only the last tile of a part is smaller.
 */
#include "kernel-convolution.h"

#if NN_REGISTERS >= 32
#define CELLS 3
#else
#define CELLS 1
#endif
#define PIXELS (CELLS * NN_CELL)
#define VECTORS 2
#define BLOCK 32 /* numbers of a window that are summed by themselves */

/* sums[p][v] += Σ x[p][k] · W[k][v] over @n numbers side by side: the inner loop. */
NN_INLINE void
sum_products (NnVector (*sums)[VECTORS], const real *const *x, gsize first, gssize n,
              const real *weights, gsize filters, const int pixels, const int vectors)
{
  const real *ends[PIXELS];

  NN_UNROLL
  for (int p = 0; p < pixels; p++)
    ends[p] = x[p] + first + n;
  /* Up to 0, so that no register is needed for the end: twelve are pointers. */
  for (gssize k = -n; k < 0; k++, weights += filters) {
    NnVector w[VECTORS];

    NN_UNROLL
    for (int v = 0; v < vectors; v++)
      w[v] = nn_load (weights + v * NN_WIDTH);
    NN_UNROLL
    for (int p = 0; p < pixels; p++) {
      NN_UNROLL
      for (int v = 0; v < vectors; v++) {
        sums[p][v] += ends[p][k] * w[v];
      }
    }
  }
}

/* sums[p][v] = b + Σ x[p][k] · W[k][v] over the window, block by block. */
NN_INLINE void
sum_window (const NnConvolutionShape *shape, NnVector (*sums)[VECTORS], const real *const *x,
            const real *weights, const real *bias, const int pixels, const int vectors)
{
  const NnVector zero = {0};
  gsize filters = (gsize)shape->filters;
  NnVector totals[PIXELS][VECTORS];
  int summed = 0;

  NN_UNROLL
  for (int p = 0; p < pixels; p++) {
    NN_UNROLL
    for (int v = 0; v < vectors; v++) {
      totals[p][v] = zero;
      sums[p][v] = nn_load (bias + v * NN_WIDTH);
    }
  }
  for (int row = 0; row < shape->kernel_rows; row++)
    for (int first = 0, n; first < shape->row_numbers; first += n) {
      n = MIN (BLOCK, shape->row_numbers - first);
      if (summed + n > BLOCK) {
        NN_UNROLL
        for (int p = 0; p < pixels; p++) {
          NN_UNROLL
          for (int v = 0; v < vectors; v++) {
            totals[p][v] += sums[p][v];
            sums[p][v] = zero;
          }
        }
        summed = 0;
      }
      sum_products (sums, x, (gsize)row * (gsize)shape->row_stride + (gsize)first, n, weights,
                    filters, pixels, vectors);
      weights += (gsize)n * filters;
      summed += n;
    }
  if (shape->kernel_rows * shape->row_numbers <= BLOCK)
    return;
  NN_UNROLL
  for (int p = 0; p < pixels; p++) {
    NN_UNROLL
    for (int v = 0; v < vectors; v++)
      sums[p][v] += totals[p][v];
  }
}

/* NaN stays NaN, as it does in the layers that this replaces. */
NN_INLINE NnVector
rectify (const NnConvolutionShape *shape, NnVector sum)
{
  const NnVector zero = {0};

  return shape->rectifies ? nn_select (sum <= zero, zero, sum) : sum;
}

/* The greatest of a cell, the first of equal ones, and which it was; NaN is greater than all. */
NN_INLINE void
pool (const NnConvolutionShape *shape, NnVector (*sums)[VECTORS], int v, real *y, guint8 *argmax)
{
  NnVector best = sums[0][v];
  NnWholes which = {0};
  NnBytes bytes;

  NN_UNROLL
  for (int p = 1; p < NN_CELL; p++) {
    NnVector sum = sums[p][v];
    NnWholes greater = (sum > best) | (sum != sum);

    best = nn_select (greater, sum, best);
    which = (greater & p) | (~greater & which);
  }
  nn_store (y, rectify (shape, best));
  bytes = __builtin_convertvector(which, NnBytes);
  memcpy (argmax, &bytes, sizeof bytes);
}

/* One tile: @outputs cells, or pixels where nothing is pooled. All parameters that are const become
 * constants where it is called. */
NN_INLINE void
convolve_tile (const NnConvolutionShape *shape, const real *const *x, const real *weights,
               const real *bias, real *y, guint8 *argmax, const gboolean pools, const int outputs,
               const int vectors)
{
  const int pixels = pools ? outputs * NN_CELL : outputs;
  NnVector sums[PIXELS][VECTORS];

  sum_window (shape, sums, x, weights, bias, pixels, vectors);
  NN_UNROLL
  for (int i = 0; i < outputs; i++) {
    NN_UNROLL
    for (int v = 0; v < vectors; v++) {
      gsize at = (gsize)i * (gsize)shape->filters + (gsize)(v * NN_WIDTH);

      if (pools)
        pool (shape, sums + i * NN_CELL, v, y + at, argmax + at);
      else
        nn_store (y + at, rectify (shape, sums[i][v]));
    }
  }
}

/* A tile of one size. Never inlined: inside a loop over tiles the compiler would keep the constants
 * of the pooling in registers too, and then not all sums. */
typedef void (*TileFunc) (const NnConvolutionShape *shape, const real *const *x,
                          const real *weights, const real *bias, real *y, guint8 *argmax);

#define DEFINE_TILE(name, pools, outputs, vectors)                                                 \
  static __attribute__ ((noinline)) void name (const NnConvolutionShape *shape,                    \
                                               const real *const *x, const real *weights,          \
                                               const real *bias, real *y, guint8 *argmax)          \
  {                                                                                                \
    convolve_tile (shape, x, weights, bias, y, argmax, pools, outputs, vectors);                   \
  }

DEFINE_TILE (pool_full, TRUE, CELLS, VECTORS)
DEFINE_TILE (pool_one, TRUE, 1, VECTORS)
DEFINE_TILE (pool_full_narrow, TRUE, CELLS, 1)
DEFINE_TILE (pool_one_narrow, TRUE, 1, 1)
DEFINE_TILE (keep_full, FALSE, PIXELS, VECTORS)
DEFINE_TILE (keep_some, FALSE, NN_CELL, VECTORS)
DEFINE_TILE (keep_one, FALSE, 1, VECTORS)
DEFINE_TILE (keep_full_narrow, FALSE, PIXELS, 1)
DEFINE_TILE (keep_some_narrow, FALSE, NN_CELL, 1)
DEFINE_TILE (keep_one_narrow, FALSE, 1, 1)

typedef struct {
  int outputs;
  TileFunc func;
} Tile;

/* From large to small; [is narrow] */
static const Tile pooling_tiles[2][2] = {{{CELLS, pool_full}, {1, pool_one}},
                                         {{CELLS, pool_full_narrow}, {1, pool_one_narrow}}};
static const Tile keeping_tiles[2][3] = {
    {{PIXELS, keep_full}, {NN_CELL, keep_some}, {1, keep_one}},
    {{PIXELS, keep_full_narrow}, {NN_CELL, keep_some_narrow}, {1, keep_one_narrow}}};

/* All outputs of some pictures, for a panel of filters; @tiles are of its width. */
static void
convolve_panel (const NnConvolutionShape *shape, const real *x, const real *weights,
                const real *bias, real *y, guint8 *argmax, int n, const Tile *tiles)
{
  gsize left = (gsize)n * (gsize)shape->cells_down * (gsize)shape->cells_across;
  const real *starts[PIXELS];
  gsize corners[NN_CELL];
  NnPlace place = {0};

  nn_find_corners (shape, corners);
  while (left > 0) {
    while ((gsize)tiles->outputs > left)
      tiles++;
    for (int i = 0; i < tiles->outputs; i++) {
      const real *start = x + nn_take_place (shape, &place);

      if (shape->pools)
        for (int p = 0; p < NN_CELL; p++)
          starts[i * NN_CELL + p] = start + corners[p];
      else
        starts[i] = start;
    }
    tiles->func (shape, starts, weights, bias, y, argmax);
    left -= (gsize)tiles->outputs;
    y += tiles->outputs * shape->filters;
    argmax += tiles->outputs * shape->filters;
  }
}

void
NN_LEVEL_NAME (nn_convolve) (const NnConvolutionShape *shape, const real *x, const real *weights,
                             const real *bias, real *y, guint8 *argmax, int n)
{
  for (int o = 0; o < shape->filters; o += VECTORS * NN_WIDTH) {
    int narrow = shape->filters - o < VECTORS * NN_WIDTH;

    convolve_panel (shape, x, weights + o, bias + o, y + o, argmax + o, n,
                    shape->pools ? pooling_tiles[narrow] : keeping_tiles[narrow]);
  }
}
