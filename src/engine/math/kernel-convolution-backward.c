/* kernel-convolution-backward.c: the gradients of a convolution whose dy is mostly zero: behind a
 * 2×2 max-pooling three of four numbers are, and ReLU makes about half of the rest so; built once
 * per instruction-set level.
 *
 *   for each filter o, for each output of the pictures, with its window at x[at]:
 *     where dy is not zero:
 *       for each row i of the window, for each number k of that row:
 *         dW[o][i][k] += dy · x[at + i·row_stride + k]
 *         dx[at + i·row_stride + k] += dy · W[o][i][k]
 *
 * Both are sums of windows, each times a number. First what is not zero is listed, without a branch
 * that a processor could guess wrong: every output is written to the end of its list, which only
 * grows by one where dy is not zero. A list is either all that belongs to one filter, for dW, or
 * all that belongs to one window, for dx. Then all numbers of a window are worked on side by side,
 * as vectors: the register tile is 3 rows × 6 vectors, 18 sums that stay in registers for a whole
 * list; a 3×3 window over 32 channels is just one such tile. For dx it is 3 × 3, so that these
 * vectors of 64 filters' weights stay in the nearest cache (32 KiB). Processors with 16 registers
 * get 3 × 4 and 3 × 3.
 *
 * The lists are made for some outputs at a time, so few that the pictures they lie in stay in that
 * cache too. As each list is added up by itself, no sum is one long chain that rounds at each link.
 */
#include "kernel-convolution.h"

#define ROWS 3
#if NN_REGISTERS >= 32
#define COLUMNS 6
#else
#define COLUMNS 4
#endif
#define INPUT_COLUMNS 3
#define GROUP NN_CONVOLUTION_GROUP
#define INPUT_GROUP 64    /* filters whose outputs are listed at a time for dx */
#define MAX_OUTPUTS 32    /* listed at a time */
#define NEAR_NUMBERS 6144 /* of x or dx: 24 KiB */
#define MAX_LISTS 8       /* whose sums are added up in one chain */

/* An output with a gradient. */
typedef struct {
  guint32 at; /* where its window of x begins, or its filter's of W, from the first of all lists */
  real dy;
} Term;

/* The outputs with a gradient of some filters. */
typedef struct {
  Term terms[GROUP][MAX_OUTPUTS + 1]; /* one to be written over */
  int n[GROUP];
} Lists;

/* A run over all outputs, some at a time. */
typedef struct {
  NnPlace place;
  gsize left;   /* outputs */
  gsize at;     /* the first of them, as a number of dy */
  int some;     /* at a time */
  gsize origin; /* of the windows in the lists */
} Walk;

static Walk
begin_walk (const NnConvolutionShape *shape, int n)
{
  gsize outputs = (gsize)shape->cells_down * (gsize)shape->cells_across;

  return (Walk){
      .left = (gsize)n * outputs,
      .some = (int)CLAMP (NEAR_NUMBERS * outputs / shape->picture, 4, MAX_OUTPUTS),
  };
}

/* Adds each filter's dy to @bias where that is wanted. */
static void
list_outputs (const NnConvolutionShape *shape, Walk *walk, const real *dy, const real *y,
              const guint8 *argmax, int filters, Lists *lists, double *bias)
{
  int some = (int)MIN ((gsize)walk->some, walk->left);
  guint32 step_y = (guint32)shape->step_y, step_x = (guint32)shape->step_x;
  guint32 at[MAX_OUTPUTS][GROUP];
  real kept[MAX_OUTPUTS][GROUP], sums[GROUP] = {0};

  walk->origin = walk->place.line;
  for (int i = 0; i < some; i++, walk->at += (gsize)shape->filters) {
    guint32 start = (guint32)(nn_take_place (shape, &walk->place) - walk->origin);
    const real *dy_i = dy + walk->at, *y_i = y + walk->at;
    const guint8 *argmax_i = argmax + walk->at;

    NN_SIMD
    for (int o = 0; o < filters; o++) {
      kept[i][o] = shape->rectifies && y_i[o] <= 0 ? 0 : dy_i[o];
      sums[o] += kept[i][o];
    }
    NN_SIMD
    for (int o = 0; o < filters; o++) {
      guint32 p = shape->pools ? argmax_i[o] : 0;

      at[i][o] = start + (p & 1) * step_x + (p >> 1) * step_y;
    }
  }
  for (int o = 0; o < filters; o++) {
    Term *term = lists->terms[o];

    for (int i = 0; i < some; i++) {
      *term = (Term){at[i][o], kept[i][o]};
      term += kept[i][o] != 0;
    }
    lists->n[o] = (int)(term - lists->terms[o]);
  }
  walk->left -= (gsize)some;
  for (int o = 0; bias != NULL && o < filters; o++)
    bias[o] += (double)sums[o];
}

/* ---- sums of windows ---- */

/* A window that the windows of a list add up to. */
typedef struct {
  const Term *terms;
  int n;
  real *to;
} Sum;

/* Sums of windows whose rows lie as far apart. */
typedef struct {
  const Sum *sums;
  int n;
  const real *from; /* what the terms' places count from */
  gsize from_row, to_row;
} Sums;

/* A tile of to += Σ dy · from[at], whose first number is the row's number @k. */
NN_INLINE void
sum_tile (const Sums *all, const Sum *sum, gsize row, gsize k, const int rows, const int columns)
{
  const gsize from_row = all->from_row, to_row = all->to_row;
  const real *from = all->from + row * from_row + k;
  real *to = sum->to + row * to_row + k;
  NnVector sums[ROWS][COLUMNS] = {0};

  for (int t = 0; t < sum->n; t++) {
    const real *at = from + sum->terms[t].at;
    real dy = sum->terms[t].dy;

    NN_UNROLL
    for (int i = 0; i < rows; i++, at += from_row) {
      NN_KEEP (at);
      NN_UNROLL
      for (int c = 0; c < columns; c++) {
        sums[i][c] += dy * nn_load (at + c * NN_WIDTH);
      }
    }
  }
  NN_UNROLL
  for (int i = 0; i < rows; i++, to += to_row) {
    NN_UNROLL
    for (int c = 0; c < columns; c++) {
      nn_store (to + c * NN_WIDTH, nn_load (to + c * NN_WIDTH) + sums[i][c]);
    }
  }
}

/* The same tile of all sums. */
NN_INLINE void
sum_tiles (const Sums *all, int row, int k, const int rows, const int columns)
{
  for (int i = 0; i < all->n; i++)
    if (all->sums[i].n > 0)
      sum_tile (all, &all->sums[i], (gsize)row, (gsize)k, rows, columns);
}

/* What is left of a row's last vector. */
static void
sum_numbers (const Sums *all, int row, int first, int end)
{
  for (int i = 0; i < all->n; i++)
    for (int k = first; k < end; k++) {
      const Sum *sum = &all->sums[i];
      const real *from = all->from + (gsize)row * all->from_row + k;
      real total = 0;

      for (int t = 0; t < sum->n; t++)
        total += sum->terms[t].dy * from[sum->terms[t].at];
      sum->to[(gsize)row * all->to_row + (gsize)k] += total;
    }
}

/* Some rows of the windows, in tiles from the left to the right. */
NN_INLINE void
sum_rows (const Sums *all, int row, int numbers, const int rows, const int columns)
{
  int k = 0;

  for (; k + columns * NN_WIDTH <= numbers; k += columns * NN_WIDTH)
    sum_tiles (all, row, k, rows, columns);
  for (; k + 2 * NN_WIDTH <= numbers; k += 2 * NN_WIDTH)
    sum_tiles (all, row, k, rows, 2);
  for (; k + NN_WIDTH <= numbers; k += NN_WIDTH)
    sum_tiles (all, row, k, rows, 1);
  for (int i = 0; k < numbers && i < rows; i++)
    sum_numbers (all, row + i, k, numbers);
}

NN_INLINE void
sum_windows (const NnConvolutionShape *shape, const Sums *all, const int columns)
{
  int row = 0;

  for (; row + ROWS <= shape->kernel_rows; row += ROWS)
    sum_rows (all, row, shape->row_numbers, ROWS, columns);
  for (; row < shape->kernel_rows; row++)
    sum_rows (all, row, shape->row_numbers, 1, columns);
}

/* ---- weights ---- */

/* weights[k][o] = sums[o][k], in blocks that stay in the nearest cache. */
static void
turn_back (const NnConvolutionShape *shape, const real *sums, real *weights, int filters)
{
  int depth = shape->kernel_rows * shape->row_numbers;

  for (int first = 0; first < depth; first += GROUP) {
    int n = MIN (GROUP, depth - first);
    real block[GROUP][GROUP];

    for (int o = 0; o < filters; o++)
      for (int k = 0; k < n; k++)
        block[k][o] = sums[(gsize)o * (gsize)depth + (gsize)(first + k)];
    for (int k = 0; k < n; k++)
      memcpy (weights + (gsize)(first + k) * (gsize)shape->filters, block[k],
              (gsize)filters * sizeof (real));
  }
}

/* totals += sums, sums = 0 */
static void
put_aside (real *totals, real *sums, gsize n)
{
  NN_SIMD
  for (gsize i = 0; i < n; i++) {
    totals[i] += sums[i];
    sums[i] = 0;
  }
}

void
NN_LEVEL_NAME (nn_convolve_weights) (const NnConvolutionShape *shape, const real *x, const real *dy,
                                     const real *y, const guint8 *argmax, int n, int filters,
                                     real *sums, real *weights, real *bias)
{
  gsize depth = (gsize)shape->kernel_rows * (gsize)shape->row_numbers;
  gsize size = (gsize)filters * depth;
  real *totals = sums + size;
  Walk walk = begin_walk (shape, n);
  double exact[GROUP] = {0};
  Lists lists;
  Sum windows[GROUP];
  Sums all = {.sums = windows,
              .n = filters,
              .from_row = (gsize)shape->row_stride,
              .to_row = (gsize)shape->row_numbers};

  memset (sums, 0, 2 * size * sizeof (real));
  for (int made = 1; walk.left > 0; made++) {
    list_outputs (shape, &walk, dy, y, argmax, filters, &lists, exact);
    for (int o = 0; o < filters; o++)
      windows[o] = (Sum){lists.terms[o], lists.n[o], sums + (gsize)o * depth};
    all.from = x + walk.origin;
    sum_windows (shape, &all, COLUMNS);
    if (made % MAX_LISTS == 0 || walk.left == 0)
      put_aside (totals, sums, size);
  }
  turn_back (shape, totals, weights, filters);
  for (int o = 0; o < filters; o++)
    bias[o] = (real)exact[o];
}

/* ---- input ---- */

/* The filters with a gradient at each pixel of some outputs. */
typedef struct {
  Term terms[MAX_OUTPUTS][NN_CELL][INPUT_GROUP + 1]; /* one to be written over */
  Sum windows[MAX_OUTPUTS * NN_CELL];
} Pixels;

/* @dy, @y and @argmax: of @filters ≤ INPUT_GROUP of the outputs. Returns: how many sums */
static int
list_filters (const NnConvolutionShape *shape, Walk *walk, const real *dy, const real *y,
              const guint8 *argmax, int filters, real *dx, Pixels *pixels)
{
  int some = (int)MIN ((gsize)walk->some, walk->left), each = shape->pools ? NN_CELL : 1;
  guint32 depth = (guint32)(shape->kernel_rows * shape->row_numbers);
  Sum *window = pixels->windows;
  gsize corners[NN_CELL];

  nn_find_corners (shape, corners);
  for (int i = 0; i < some; i++, walk->at += (gsize)shape->filters) {
    real *first = dx + nn_take_place (shape, &walk->place);
    guint64 counts = 0; /* of the pixels' lists, 16 bits each: so they stay in a register */

    for (int o = 0; o < filters; o++) {
      gsize at = walk->at + (gsize)o;
      int p = shape->pools ? argmax[at] : 0;
      real kept = shape->rectifies && y[at] <= 0 ? 0 : dy[at];

      pixels->terms[i][p][counts >> 16 * p & 0xffff] = (Term){(guint32)o * depth, kept};
      counts += (guint64)(kept != 0) << 16 * p;
    }
    for (int p = 0; p < each; p++)
      *window++ = (Sum){pixels->terms[i][p], counts >> 16 * p & 0xffff, first + corners[p]};
  }
  walk->left -= (gsize)some;
  return some * each;
}

void
NN_LEVEL_NAME (nn_convolve_input) (const NnConvolutionShape *shape, const real *weights,
                                   const real *dy, const real *y, const guint8 *argmax, real *dx,
                                   int n)
{
  gsize depth = (gsize)shape->kernel_rows * (gsize)shape->row_numbers;
  Walk walk = begin_walk (shape, n);
  Pixels pixels;
  Sums all = {.sums = pixels.windows,
              .from_row = (gsize)shape->row_numbers,
              .to_row = (gsize)shape->row_stride};

  memset (dx, 0, (gsize)n * shape->picture * sizeof (real));
  while (walk.left > 0) {
    const Walk begin = walk;

    for (int o = 0; o < shape->filters; o += INPUT_GROUP) {
      int filters = MIN (INPUT_GROUP, shape->filters - o);

      walk = begin;
      all.n = list_filters (shape, &walk, dy + o, y + o, argmax + o, filters, dx, &pixels);
      all.from = weights + (gsize)o * depth;
      sum_windows (shape, &all, INPUT_COLUMNS);
    }
  }
}
