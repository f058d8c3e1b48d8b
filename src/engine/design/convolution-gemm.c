/* convolution-gemm.c: a convolution as a product of matrices.
 *
 * "im2col": for every output pixel the inputs it looks at are copied into one row, in the order
 * [i][j][c] of the weights, with zeros for what lies beyond the picture. Then
 *   y [pixels][out] = rows [pixels][depth] · W [depth][out] + b
 *   dW [depth][out] = rowsᵀ · dy
 *   drows = dy · Wᵀ, and each number of drows is added to the input it was copied from ("col2im").
 * The rows of a whole batch would not fit into a cache, so they are made in tiles of some lines of
 * output pixels; the lines of a batch are numbered through, n · output height + v.
 */
#include "convolution.h"
#include "grid.h"

#include "engine/math/gemm.h"

#include <string.h>

#define TILE_NUMBERS 65536 /* of a tile, about: a quarter of a 1 MiB cache */
#define MAX_PARTS 16       /* each has a tile of its own */
#define DEPTH_PER_PART 64  /* of the weight gradient, about: rows of dW */

/* Some of the kernel's places, all of whose channels are rearranged: a slice of a row. */
typedef struct {
  int first, n;
} Taps;

static int
count_taps (const NnConvolution *convolution)
{
  return convolution->grid.height * convolution->grid.width;
}

static gsize
get_tile_size (const NnConvolution *convolution)
{
  return (gsize)convolution->tile_lines * (gsize)convolution->grid.output_width *
         (gsize)convolution->depth;
}

/* Backward the parts of both gradients are at work at the same time; the input's tiles come after
 * the parameters'. */
static real *
get_tile (const NnConvolution *convolution, int part)
{
  return convolution->base.scratch + (gsize)part * get_tile_size (convolution);
}

static void
plan (NnConvolution *convolution)
{
  NnLayer *layer = &convolution->base;
  const NnWindowGrid *grid = &convolution->grid;
  gint64 line = (gint64)grid->output_width * convolution->depth;
  int lines = layer->max_batch * grid->output_height;
  int taps = count_taps (convolution);

  convolution->tile_lines = (int)CLAMP (TILE_NUMBERS / line, 1, lines);
  convolution->lines_per_part =
      nn_grid_ceiling (nn_grid_ceiling (lines, convolution->tile_lines), MAX_PARTS) *
      convolution->tile_lines;
  convolution->taps_per_part = MAX (nn_grid_ceiling (taps, MAX_PARTS),
                                    MIN (taps, nn_grid_ceiling (DEPTH_PER_PART, grid->channels)));
  convolution->pictures_per_part = nn_grid_ceiling (layer->max_batch, MAX_PARTS);
  layer->forward_parts = nn_grid_ceiling (lines, convolution->lines_per_part);
  layer->backward_parameter_parts = nn_grid_ceiling (taps, convolution->taps_per_part);
  layer->backward_input_parts = nn_grid_ceiling (layer->max_batch, convolution->pictures_per_part);
  layer->scratch_size = (gsize)MAX (layer->forward_parts,
                                    layer->backward_parameter_parts + layer->backward_input_parts) *
                        get_tile_size (convolution);
}

/* Returns: the index of the first channel of the input that the output pixel @u of @line meets at
 * @tap, or −1 beyond the picture. */
static gssize
find_input (const NnWindowGrid *grid, int line, int u, int tap)
{
  int n = line / grid->output_height, v = line % grid->output_height;
  int row = v * grid->stride_y - grid->top + tap / grid->width;
  int column = u * grid->stride_x - grid->left + tap % grid->width;

  if (row < 0 || row >= grid->input_height || column < 0 || column >= grid->input_width)
    return -1;
  return (((gssize)n * grid->input_height + row) * grid->input_width + column) * grid->channels;
}

static void
im2col (const NnConvolution *convolution, real *tile, int first, int lines, Taps taps)
{
  const NnWindowGrid *grid = &convolution->grid;
  gsize bytes = (gsize)grid->channels * sizeof (real);

  for (int line = first; line < first + lines; line++)
    for (int u = 0; u < grid->output_width; u++)
      for (int tap = taps.first; tap < taps.first + taps.n; tap++) {
        gssize input = find_input (grid, line, u, tap);

        if (input >= 0)
          memcpy (tile, convolution->base.x + input, bytes);
        else
          memset (tile, 0, bytes);
        tile += grid->channels;
      }
}

static void
col2im (const NnConvolution *convolution, const real *tile, int first, int lines)
{
  const NnWindowGrid *grid = &convolution->grid;
  int taps = count_taps (convolution);

  for (int line = first; line < first + lines; line++)
    for (int u = 0; u < grid->output_width; u++)
      for (int tap = 0; tap < taps; tap++) {
        gssize input = find_input (grid, line, u, tap);
        real *dx = convolution->base.dx + input;

        for (int c = 0; input >= 0 && c < grid->channels; c++)
          dx[c] += tile[c];
        tile += grid->channels;
      }
}

static void
forward (NnConvolution *convolution, const NnRun *run, int part)
{
  const NnLayer *layer = &convolution->base;
  const NnWindowGrid *grid = &convolution->grid;
  const Taps taps = {0, count_taps (convolution)};
  const real *bias = layer->parameters[NN_CONVOLUTION_BIAS].value;
  int filters = convolution->filters, depth = convolution->depth;
  int line = part * convolution->lines_per_part;
  int end = MIN (line + convolution->lines_per_part, run->batch * grid->output_height);
  real *tile = get_tile (convolution, part);

  for (; line < end; line += convolution->tile_lines) {
    int lines = MIN (convolution->tile_lines, end - line);
    int pixels = lines * grid->output_width;
    real *y = layer->y + (gsize)line * (gsize)grid->output_width * (gsize)filters;

    im2col (convolution, tile, line, lines, taps);
    for (int pixel = 0; pixel < pixels; pixel++)
      memcpy (y + (gsize)pixel * filters, bias, filters * sizeof (real));
    nn_gemm (NN_PLAIN, NN_PLAIN, pixels, filters, depth, 1, tile, depth,
             layer->parameters[NN_CONVOLUTION_WEIGHT].value, filters, 1, y, filters);
  }
}

/* Whole pictures, for their lines share inputs. */
static void
backward_input (NnConvolution *convolution, const NnRun *run, int part)
{
  const NnLayer *layer = &convolution->base;
  const NnWindowGrid *grid = &convolution->grid;
  int filters = convolution->filters, depth = convolution->depth;
  int picture = part * convolution->pictures_per_part;
  int n = CLAMP (run->batch - picture, 0, convolution->pictures_per_part);
  int line = picture * grid->output_height, end = line + n * grid->output_height;
  real *tile = get_tile (convolution, layer->backward_parameter_parts + part);
  gsize size = nn_shape_size (&layer->input_shape);

  memset (layer->dx + (gsize)picture * size, 0, (gsize)n * size * sizeof (real));
  for (; line < end; line += convolution->tile_lines) {
    int lines = MIN (convolution->tile_lines, end - line);
    const real *dy = layer->dy + (gsize)line * (gsize)grid->output_width * (gsize)filters;

    nn_gemm (NN_PLAIN, NN_TRANSPOSED, lines * grid->output_width, depth, filters, 1, dy, filters,
             layer->parameters[NN_CONVOLUTION_WEIGHT].value, filters, 0, tile, depth);
    col2im (convolution, tile, line, lines);
  }
}

/* Some places of the kernel, over the whole batch: so every sum has one order. */
static void
backward_parameters (NnConvolution *convolution, const NnRun *run, int part)
{
  const NnLayer *layer = &convolution->base;
  const NnWindowGrid *grid = &convolution->grid;
  int filters = convolution->filters, end = run->batch * grid->output_height;
  Taps taps = {part * convolution->taps_per_part, convolution->taps_per_part};
  int depth = MIN (taps.n, count_taps (convolution) - taps.first) * grid->channels;
  real *gradient = layer->parameters[NN_CONVOLUTION_WEIGHT].gradient +
                   (gsize)taps.first * (gsize)grid->channels * (gsize)filters;
  real *tile = get_tile (convolution, part);

  taps.n = depth / grid->channels;
  for (int line = 0; line < end; line += convolution->tile_lines) {
    int lines = MIN (convolution->tile_lines, end - line);
    const real *dy = layer->dy + (gsize)line * (gsize)grid->output_width * (gsize)filters;

    im2col (convolution, tile, line, lines, taps);
    nn_gemm (NN_TRANSPOSED, NN_PLAIN, depth, filters, lines * grid->output_width, 1, tile, depth,
             dy, filters, line > 0, gradient, filters);
  }
  if (part == 0)
    nn_convolution_bias_gradient (convolution, run, 0, filters);
}

const NnConvolutionMethod nn_convolution_gemm = {
    .plan = plan,
    .forward = forward,
    .backward_input = backward_input,
    .backward_parameters = backward_parameters,
};
