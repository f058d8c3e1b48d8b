/* kernel-convolution-cells.c: a 3×3 convolution forward with 2×2 max-pooling behind it, by fewer
 * multiplications; built once per instruction-set level.
 *
 * Winograd's F(2×2, 3×3) (Lavin & Gray: "Fast Algorithms for Convolutional Neural Networks", 2016,
 * section 4.1): the four outputs of a cell look at 4×4 pixels d, and are
 *
 *   Aᵀ · [ (G·g·Gᵀ) ⊙ (Bᵀ·d·B) ] · A     with the filter's 3×3 numbers g of a channel, and
 *
 *        1  0 −1  0            1   0   0
 *   Bᵀ = 0  1  1  0       G =  ½   ½   ½      Aᵀ = 1  1  1  0
 *        0 −1  1  0            ½  −½   ½           0  1 −1 −1
 *        0  1  0 −1            0   0   1
 *
 * ⊙ is number by number: 16 products a channel, where the definition has 4 · 9.
 *
 *   for 32 filters: transform their weights
 *     for 12 cells: transform their pixels
 *       for each of the 16 places (i, j), for 12 cells × 2 vectors of filters:
 *         for each channel: product[i][j] += pixels[i][j] · weights[i][j]
 *       for each cell: transform back, take the greatest, ReLU
 *
 * The innermost loops are a product of matrices for each place, and their register tile is that of
 * kernel-convolution.c: 24 sums, or 8 where there are 16 registers. A cell's outputs are a cell of
 * the pooling, so nothing that is transformed back is ever written down.
 * All numbers of the transforms are sums or halves of four or fewer, so hardly anything is lost;
 * and a place sums the channels alone, 8 of them at a time, instead of nine times as many.
 */
#include "kernel-convolution.h"

#define SIDE 4 /* of the pixels that a cell looks at */
#define PLACES (SIDE * SIDE)
#define CELLS 12 /* at a time */
#if NN_REGISTERS >= 32
#define MOST 12 /* cells of a register tile */
#else
#define MOST 4
#endif
#define VECTORS 2
#define PAIR (VECTORS * NN_WIDTH)
#define PANEL NN_CELLS_FILTERS
#define MAX_CHANNELS NN_CELLS_MAX_CHANNELS
#define CHAIN 8 /* channels that are summed by themselves */

/* What a part works on; its core keeps it. */
typedef struct {
  real weights[PANEL / PAIR][PLACES][MAX_CHANNELS][PAIR];
  real pixels[PLACES][CELLS][MAX_CHANNELS];
  real products[PLACES][CELLS][PAIR];
} Work;

/* to = G · from for one column */
NN_INLINE void
spread_filter (NnVector *to, const NnVector *from)
{
  NnVector even = (from[0] + from[2]) * (real)0.5, odd = from[1] * (real)0.5;

  to[0] = from[0];
  to[1] = even + odd;
  to[2] = even - odd;
  to[3] = from[2];
}

/* G·g·Gᵀ for a vector of filters of a channel. */
NN_INLINE void
transform_filters (const NnConvolutionShape *shape, Work *work, const real *weights, int channels,
                   int c, int o)
{
  NnVector half[3][SIDE]; /* of a column of g, turned */

  NN_UNROLL
  for (int j = 0; j < 3; j++) {
    NnVector column[3];

    NN_UNROLL
    for (int i = 0; i < 3; i++)
      column[i] = nn_load (weights + (gsize)((i * 3 + j) * channels + c) * (gsize)shape->filters +
                           (gsize)o);
    spread_filter (half[j], column);
  }
  NN_UNROLL
  for (int i = 0; i < SIDE; i++) {
    const NnVector row[3] = {half[0][i], half[1][i], half[2][i]};
    NnVector whole[SIDE];

    spread_filter (whole, row);
    NN_UNROLL
    for (int j = 0; j < SIDE; j++)
      nn_store (&work->weights[o / PAIR][i * SIDE + j][c][o % PAIR], whole[j]);
  }
}

/* to = Bᵀ · from for one column */
NN_INLINE void
spread_pixels (NnVector *to, const NnVector *from)
{
  to[0] = from[0] - from[2];
  to[1] = from[1] + from[2];
  to[2] = from[2] - from[1];
  to[3] = from[1] - from[3];
}

/* Bᵀ·d·B for all channels of a cell. */
static void
transform_pixels (const NnConvolutionShape *shape, Work *work, const real *x, int channels,
                  int cell)
{
  for (int c = 0; c < channels; c += NN_WIDTH) {
    NnVector half[SIDE][SIDE]; /* of a column of d, turned */

    NN_UNROLL
    for (int j = 0; j < SIDE; j++) {
      NnVector column[SIDE];

      NN_UNROLL
      for (int i = 0; i < SIDE; i++)
        column[i] = nn_load (x + i * shape->row_stride + j * channels + c);
      spread_pixels (half[j], column);
    }
    NN_UNROLL
    for (int i = 0; i < SIDE; i++) {
      const NnVector row[SIDE] = {half[0][i], half[1][i], half[2][i], half[3][i]};
      NnVector whole[SIDE];

      spread_pixels (whole, row);
      NN_UNROLL
      for (int j = 0; j < SIDE; j++)
        nn_store (&work->pixels[i * SIDE + j][cell][c], whole[j]);
    }
  }
}

/* The products of one place, for @cells of its cells: a constant at each call. */
NN_INLINE void
multiply (const real (*pixels)[MAX_CHANNELS], const real (*weights)[PAIR], real (*products)[PAIR],
          int channels, const int cells)
{
  NnVector totals[MOST][VECTORS] = {0};

  for (int first = 0; first < channels; first += CHAIN) {
    NnVector sums[MOST][VECTORS] = {0};

    for (int c = first; c < MIN (first + CHAIN, channels); c++) {
      NnVector w[VECTORS];

      NN_UNROLL
      for (int v = 0; v < VECTORS; v++)
        w[v] = nn_load (&weights[c][v * NN_WIDTH]);
      NN_UNROLL
      for (int t = 0; t < cells; t++) {
        NN_UNROLL
        for (int v = 0; v < VECTORS; v++)
          sums[t][v] += pixels[t][c] * w[v];
      }
    }
    NN_UNROLL
    for (int t = 0; t < cells; t++) {
      NN_UNROLL
      for (int v = 0; v < VECTORS; v++)
        totals[t][v] += sums[t][v];
    }
  }
  NN_UNROLL
  for (int t = 0; t < cells; t++) {
    NN_UNROLL
    for (int v = 0; v < VECTORS; v++)
      nn_store (&products[t][v * NN_WIDTH], totals[t][v]);
  }
}

/* Never inlined, like the tiles of kernel-convolution.c. */
static __attribute__ ((noinline)) void
multiply_most (const real (*pixels)[MAX_CHANNELS], const real (*weights)[PAIR],
               real (*products)[PAIR], int channels)
{
  multiply (pixels, weights, products, channels, MOST);
}

static __attribute__ ((noinline)) void
multiply_one (const real (*pixels)[MAX_CHANNELS], const real (*weights)[PAIR],
              real (*products)[PAIR], int channels)
{
  multiply (pixels, weights, products, channels, 1);
}

/* All products of a pair of vectors of filters, for some cells. */
static void
multiply_places (Work *work, int pair, int channels, int cells)
{
  for (int p = 0; p < PLACES; p++) {
    int t = 0;

    for (; t + MOST <= cells; t += MOST)
      multiply_most (work->pixels[p] + t, work->weights[pair][p], work->products[p] + t, channels);
    for (; t < cells; t++)
      multiply_one (work->pixels[p] + t, work->weights[pair][p], work->products[p] + t, channels);
  }
}

/* Aᵀ · products · A + b of a cell and a vector of filters, and the greatest of the four: as pool()
 * in kernel-convolution.c takes it. */
NN_INLINE void
transform_back (const NnConvolutionShape *shape, const Work *work, int cell, int o,
                const real *bias, real *y, guint8 *argmax)
{
  const NnVector zero = {0}, b = nn_load (bias);
  NnVector half[2][SIDE], best, outputs[NN_CELL];
  NnWholes which = {0};
  NnBytes bytes;

  NN_UNROLL
  for (int j = 0; j < SIDE; j++) {
    NnVector m[SIDE];

    NN_UNROLL
    for (int i = 0; i < SIDE; i++)
      m[i] = nn_load (&work->products[i * SIDE + j][cell][o]);
    half[0][j] = m[0] + m[1] + m[2];
    half[1][j] = m[1] - m[2] - m[3];
  }
  NN_UNROLL
  for (int i = 0; i < 2; i++) {
    outputs[2 * i] = half[i][0] + half[i][1] + half[i][2] + b;
    outputs[2 * i + 1] = half[i][1] - half[i][2] - half[i][3] + b;
  }
  best = outputs[0];
  NN_UNROLL
  for (int p = 1; p < NN_CELL; p++) {
    NnWholes greater = (outputs[p] > best) | (outputs[p] != outputs[p]);

    best = nn_select (greater, outputs[p], best);
    which = (greater & p) | (~greater & which);
  }
  nn_store (y, shape->rectifies ? nn_select (best <= zero, zero, best) : best);
  bytes = __builtin_convertvector(which, NnBytes);
  memcpy (argmax, &bytes, sizeof bytes);
}

/* All cells of some pictures, for a panel of filters whose weights are transformed. */
static void
convolve_panel (const NnConvolutionShape *shape, Work *work, const real *x, const real *bias,
                real *y, guint8 *argmax, int n)
{
  gsize left = (gsize)n * (gsize)shape->cells_down * (gsize)shape->cells_across;
  int channels = shape->row_numbers / 3, cells;
  NnPlace place = {0};

  for (; left > 0; left -= (gsize)cells) {
    cells = (int)MIN (CELLS, left);
    for (int t = 0; t < cells; t++)
      transform_pixels (shape, work, x + nn_take_place (shape, &place), channels, t);
    for (int o = 0; o < PANEL; o += PAIR) {
      multiply_places (work, o / PAIR, channels, cells);
      for (int t = 0; t < cells; t++)
        for (int v = 0; v < PAIR; v += NN_WIDTH) {
          gsize at = (gsize)t * (gsize)shape->filters + (gsize)(o + v);

          transform_back (shape, work, t, v, bias + o + v, y + at, argmax + at);
        }
    }
    y += (gsize)cells * (gsize)shape->filters;
    argmax += (gsize)cells * (gsize)shape->filters;
  }
}

void
NN_LEVEL_NAME (nn_convolve_cells) (const NnConvolutionShape *shape, const real *x,
                                   const real *weights, const real *bias, real *y, guint8 *argmax,
                                   int n)
{
  Work work;
  int channels = shape->row_numbers / 3;

  for (int first = 0; first < shape->filters; first += PANEL) {
    for (int c = 0; c < channels; c++)
      for (int o = 0; o < PANEL; o += NN_WIDTH)
        transform_filters (shape, &work, weights + first, channels, c, o);
    convolve_panel (shape, &work, x, bias + first, y + first, argmax + first, n);
  }
}
