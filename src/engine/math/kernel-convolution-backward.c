/* kernel-convolution-backward.c: the gradients of a convolution whose dy is mostly zero: behind a
 * 2×2 max-pooling three of four numbers are, and ReLU makes about half of the rest so; built once
 * per instruction-set level.
 *
 *   for each filter o:
 *     for each output of the pictures whose dy is not zero, with its window at x[at]:
 *       for each row i of the window, for each number k of that row:
 *         dW[o][i][k] += dy · x[at + i·row_stride + k]
 *         dx[at + i·row_stride + k] += dy · W[o][i][k]
 *
 * First the outputs that are not zero are listed, without a branch that a processor could guess
 * wrong: every output is written to the end of its filter's list, which only grows by one where dy
 * is not zero. Behind that all numbers of a window are worked on side by side, as vectors: the
 * register tile is 3 rows × 6 vectors, 18 sums (dW) or 18 weights (dx) that stay in registers for a
 * whole list. A 3×3 window over 32 channels is just one such tile. Processors with 16 registers get
 * 3 × 4.
 *
 * The lists are made for some outputs at a time, so few that the pictures they lie in stay in the
 * nearest cache (32 KiB) while all filters of a group go over them.
 */
#include "kernel-convolution.h"

#define ROWS 3
#if NN_REGISTERS >= 32
#define COLUMNS 6
#else
#define COLUMNS 4
#endif
#define GROUP NN_CONVOLUTION_GROUP
#define MAX_OUTPUTS 32    /* listed at a time */
#define NEAR_NUMBERS 6144 /* of x or dx: 24 KiB */

/* An output with a gradient. */
typedef struct {
  guint32 at; /* where its window begins, from the list's first */
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

/* ---- weights ---- */

/* A tile of dW += Σ dy · x over a list. */
NN_INLINE void
gather_tile (const NnConvolutionShape *shape, const Term *terms, int n, const real *x,
             real *gradient, const int rows, const int columns)
{
  NnVector sums[ROWS][COLUMNS] = {0};

  for (int t = 0; t < n; t++) {
    const real *row = x + terms[t].at;
    real dy = terms[t].dy;

    NN_UNROLL
    for (int i = 0; i < rows; i++, row += shape->row_stride) {
      NN_KEEP (row);
      NN_UNROLL
      for (int c = 0; c < columns; c++) {
        sums[i][c] += dy * nn_load (row + c * NN_WIDTH);
      }
    }
  }
  NN_UNROLL
  for (int i = 0; i < rows; i++) {
    NN_UNROLL
    for (int c = 0; c < columns; c++) {
      real *at = gradient + i * shape->row_numbers + c * NN_WIDTH;

      nn_store (at, nn_load (at) + sums[i][c]); /* lists added up by themselves: less rounding */
    }
  }
}

/* A tile of dx += dy · W for every output of a list. */
NN_INLINE void
scatter_tile (const NnConvolutionShape *shape, const Term *terms, int n, real *dx,
              const real *weights, const int rows, const int columns)
{
  NnVector w[ROWS][COLUMNS];

  NN_UNROLL
  for (int i = 0; i < rows; i++) {
    NN_UNROLL
    for (int c = 0; c < columns; c++) {
      w[i][c] = nn_load (weights + i * shape->row_numbers + c * NN_WIDTH);
    }
  }
  for (int t = 0; t < n; t++) {
    real *row = dx + terms[t].at;
    real dy = terms[t].dy;

    NN_UNROLL
    for (int i = 0; i < rows; i++, row += shape->row_stride) {
      NN_KEEP (row);
      NN_UNROLL
      for (int c = 0; c < columns; c++) {
        real *at = row + c * NN_WIDTH;

        nn_store (at, nn_load (at) + dy * w[i][c]);
      }
    }
  }
}

typedef enum { GATHER, SCATTER } Direction;

/* Does one tile: @x and @weights are the first numbers of it. */
NN_INLINE void
do_tile (const NnConvolutionShape *shape, const Direction direction, const Term *terms, int n,
         real *x, real *weights, const int rows, const int columns)
{
  if (direction == GATHER)
    gather_tile (shape, terms, n, x, weights, rows, columns);
  else
    scatter_tile (shape, terms, n, x, weights, rows, columns);
}

/* Some rows of a filter's window, in tiles from the left to the right; what is left of the last
 * vector number by number. */
NN_INLINE void
do_rows (const NnConvolutionShape *shape, const Direction direction, const Term *terms, int n,
         real *x, real *weights, const int rows)
{
  int k = 0;

  for (; k + COLUMNS * NN_WIDTH <= shape->row_numbers; k += COLUMNS * NN_WIDTH)
    do_tile (shape, direction, terms, n, x + k, weights + k, rows, COLUMNS);
  for (; k + 2 * NN_WIDTH <= shape->row_numbers; k += 2 * NN_WIDTH)
    do_tile (shape, direction, terms, n, x + k, weights + k, rows, 2);
  for (; k + NN_WIDTH <= shape->row_numbers; k += NN_WIDTH)
    do_tile (shape, direction, terms, n, x + k, weights + k, rows, 1);
  for (int t = 0; k < shape->row_numbers && t < n; t++)
    for (int i = 0; i < rows; i++)
      for (int j = k; j < shape->row_numbers; j++) {
        real *near = x + terms[t].at + (gsize)i * (gsize)shape->row_stride + j;
        real *weight = weights + (gsize)i * (gsize)shape->row_numbers + j;

        if (direction == GATHER)
          *weight += terms[t].dy * *near;
        else
          *near += terms[t].dy * *weight;
      }
}

NN_INLINE void
do_filter (const NnConvolutionShape *shape, const Direction direction, const Term *terms, int n,
           real *x, real *weights)
{
  int row = 0;

  for (; row + ROWS <= shape->kernel_rows; row += ROWS)
    do_rows (shape, direction, terms, n, x + (gsize)row * (gsize)shape->row_stride,
             weights + (gsize)row * (gsize)shape->row_numbers, ROWS);
  for (; row < shape->kernel_rows; row++)
    do_rows (shape, direction, terms, n, x + (gsize)row * (gsize)shape->row_stride,
             weights + (gsize)row * (gsize)shape->row_numbers, 1);
}

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

void
NN_LEVEL_NAME (nn_convolve_weights) (const NnConvolutionShape *shape, const real *x, const real *dy,
                                     const real *y, const guint8 *argmax, int n, int filters,
                                     real *sums, real *weights, real *bias)
{
  gsize depth = (gsize)shape->kernel_rows * (gsize)shape->row_numbers;
  Walk walk = begin_walk (shape, n);
  double exact[GROUP] = {0};
  Lists lists;

  memset (sums, 0, (gsize)filters * depth * sizeof (real));
  while (walk.left > 0) {
    list_outputs (shape, &walk, dy, y, argmax, filters, &lists, exact);
    for (int o = 0; o < filters; o++)
      do_filter (shape, GATHER, lists.terms[o], lists.n[o], (real *)x + walk.origin,
                 sums + (gsize)o * depth);
  }
  turn_back (shape, sums, weights, filters);
  for (int o = 0; o < filters; o++)
    bias[o] = (real)exact[o];
}

/* ---- input ---- */

void
NN_LEVEL_NAME (nn_convolve_input) (const NnConvolutionShape *shape, const real *weights,
                                   const real *dy, const real *y, const guint8 *argmax, real *dx,
                                   int n)
{
  gsize depth = (gsize)shape->kernel_rows * (gsize)shape->row_numbers;
  Walk walk = begin_walk (shape, n);
  Lists lists;

  memset (dx, 0, (gsize)n * shape->picture * sizeof (real));
  while (walk.left > 0) {
    const Walk begin = walk;

    for (int o = 0; o < shape->filters; o += GROUP) {
      int filters = MIN (GROUP, shape->filters - o);

      walk = begin;
      list_outputs (shape, &walk, dy + o, y + o, argmax + o, filters, &lists, NULL);
      for (int i = 0; i < filters; i++)
        do_filter (shape, SCATTER, lists.terms[i], lists.n[i], dx + walk.origin,
                   (real *)weights + (gsize)(o + i) * depth);
    }
  }
}
