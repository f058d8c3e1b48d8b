/* convolution-direct.c: a convolution by kernels of our own (math/kernel-convolution*.c), which can
 * do a ReLU and a 2×2 max-pooling behind it as well.
 *
 * Fused, only the pooled y is kept, and one byte for each of its numbers that says which of the
 * four was the greatest. What a pooling drops at the border of a picture is never computed.
 */
#include "convolution.h"
#include "grid.h"

#include "engine/math/kernels.h"

#include <string.h>

#define PRODUCTS_PER_PART 1500000.0 /* forward, about: some 20 µs */
#define MAX_PICTURES_PER_PART 4

/* Returns: whether the kernels are good at it: whole vectors of filters, and windows whose rows are
 * whole vectors, or so small that the filters are vectors instead. A window of one pixel is a plain
 * product of matrices, whose gradients OpenBLAS makes 1.5 to 4 times as fast. */
static gboolean
suits (const NnConvolution *convolution)
{
  int width = nn_kernels ()->width;
  int row_numbers = convolution->grid.width * convolution->grid.channels;

  return convolution->filters % width == 0 &&
         convolution->grid.height * convolution->grid.width > 1 &&
         (row_numbers % width == 0 || convolution->depth <= NN_CONVOLUTION_MAX_SMALL);
}

static gboolean
is_small (const NnConvolution *convolution)
{
  return convolution->shape.row_numbers % nn_kernels ()->width != 0;
}

/* Returns: whether convolve_cells can do it, which multiplies less. */
static gboolean
has_cells (const NnConvolution *convolution)
{
  const NnWindowGrid *grid = &convolution->grid;

  return convolution->shape.pools && grid->height == 3 && grid->width == 3 && grid->stride_y == 1 &&
         grid->stride_x == 1 && grid->channels % nn_kernels ()->width == 0 &&
         grid->channels <= NN_CELLS_MAX_CHANNELS && convolution->filters % NN_CELLS_FILTERS == 0;
}

/* ---- plan ---- */

/* Rows and columns of a picture with its zeros around. */
static int
padded_height (const NnWindowGrid *grid)
{
  int needed = (grid->output_height - 1) * grid->stride_y + grid->height;

  return MAX (needed, grid->top + grid->input_height);
}

static int
padded_width (const NnWindowGrid *grid)
{
  int needed = (grid->output_width - 1) * grid->stride_x + grid->width;

  return MAX (needed, grid->left + grid->input_width);
}

static gboolean
is_padded (const NnConvolution *convolution)
{
  const NnWindowGrid *grid = &convolution->grid;

  return padded_height (grid) > grid->input_height || padded_width (grid) > grid->input_width;
}

static void
describe (NnConvolution *convolution)
{
  const NnWindowGrid *grid = &convolution->grid;
  NnConvolutionShape *shape = &convolution->shape;
  int row_stride = padded_width (grid) * grid->channels;

  shape->kernel_rows = grid->height;
  shape->row_numbers = grid->width * grid->channels;
  shape->filters = convolution->filters;
  shape->picture = (gsize)padded_height (grid) * (gsize)row_stride;
  shape->row_stride = row_stride;
  shape->step_y = shape->cell_y = grid->stride_y * row_stride;
  shape->step_x = shape->cell_x = grid->stride_x * grid->channels;
  shape->cells_down = grid->output_height;
  shape->cells_across = grid->output_width;
}

/* Carves @count numbers from the scratch; returns where they begin. */
static gsize
carve (NnLayer *layer, gsize count)
{
  const gsize line = 16; /* numbers: parts never write to the same line of a cache */
  gsize offset = layer->scratch_size;

  layer->scratch_size += (count + line - 1) / line * line;
  return offset;
}

static gsize
count_outputs (const NnConvolution *convolution)
{
  const NnConvolutionShape *shape = &convolution->shape;

  return (gsize)shape->cells_down * (gsize)shape->cells_across * (gsize)shape->filters;
}

static void
plan_scratch (NnConvolution *convolution)
{
  NnLayer *layer = &convolution->base;
  gsize batch = (gsize)layer->max_batch;
  gsize weights = (gsize)convolution->depth * (gsize)convolution->filters;

  layer->scratch_size = 0;
  convolution->turned = carve (layer, weights);
  if (!is_small (convolution))
    convolution->sums = carve (layer, 2 * weights);
  if (convolution->shape.pools)
    convolution->argmax = carve (layer, batch * count_outputs (convolution) / sizeof (real) + 1);
  if (is_padded (convolution)) {
    convolution->padded_x = carve (layer, batch * convolution->shape.picture);
    convolution->padded_dx = carve (layer, batch * convolution->shape.picture);
  }
}

static void
plan_parts (NnConvolution *convolution, int pictures_per_part)
{
  NnLayer *layer = &convolution->base;

  convolution->pictures_per_part = pictures_per_part;
  layer->forward_parts = layer->backward_input_parts =
      nn_grid_ceiling (layer->max_batch, pictures_per_part);
}

static void
plan (NnConvolution *convolution)
{
  NnLayer *layer = &convolution->base;
  double products;

  if (!suits (convolution)) {
    convolution->method = &nn_convolution_gemm;
    convolution->method->plan (convolution);
    return;
  }
  describe (convolution);
  products = layer->flops / 2;
  plan_parts (convolution, (int)CLAMP (PRODUCTS_PER_PART / products, 1, MAX_PICTURES_PER_PART));
  layer->backward_parameter_parts = nn_grid_ceiling (convolution->filters, NN_CONVOLUTION_GROUP);
  plan_scratch (convolution);
}

static gboolean
is_relu (const NnLayer *layer)
{
  return layer->class_ == &nn_activation_class &&
         ((const NnActivationSpec *)layer->spec)->function == NN_FUNCTION_RELU;
}

static gboolean
is_2x2_pooling (const NnLayer *layer)
{
  const NnWindow *window = &((const NnPoolSpec *)layer->spec)->window;

  return layer->class_ == &nn_max_pool_class && window->height == 2 && window->width == 2 &&
         window->stride_y == 2 && window->stride_x == 2 && window->padding == NN_PADDING_VALID;
}

static int
fuse (NnConvolution *convolution, NnLayer *const *next, int n)
{
  NnConvolutionShape *shape = &convolution->shape;
  int n_fused = 0;

  if (n_fused < n && is_relu (next[n_fused])) {
    shape->rectifies = TRUE;
    n_fused++;
  }
  if (n_fused < n && is_2x2_pooling (next[n_fused])) {
    shape->pools = TRUE;
    shape->cells_down /= 2;
    shape->cells_across /= 2;
    shape->cell_y *= 2;
    shape->cell_x *= 2;
    n_fused++;
  }
  if (has_cells (
          convolution)) /* each part transforms the weights, as long as half a picture takes */
    plan_parts (convolution, MAX_PICTURES_PER_PART);
  plan_scratch (convolution);
  return n_fused;
}

/* ---- passes ---- */

/* A part's share of the batch. */
typedef struct {
  gsize first;
  int n;
} Pictures;

static Pictures
get_pictures (const NnConvolution *convolution, const NnRun *run, int part)
{
  int first = part * convolution->pictures_per_part;

  return (Pictures){(gsize)first, CLAMP (run->batch - first, 0, convolution->pictures_per_part)};
}

static guint8 *
get_argmax (const NnConvolution *convolution)
{
  return (guint8 *)(convolution->base.scratch + convolution->argmax);
}

/* The pictures as the kernels read them. */
static const real *
get_x (const NnConvolution *convolution)
{
  const NnLayer *layer = &convolution->base;

  return is_padded (convolution) ? layer->scratch + convolution->padded_x : layer->x;
}

/* Copies between pictures and their padded copies, whose zeros nobody ever writes to. */
static void
copy_pictures (const NnConvolution *convolution, Pictures pictures, real *plain, real *padded,
               gboolean into)
{
  const NnWindowGrid *grid = &convolution->grid;
  const NnConvolutionShape *shape = &convolution->shape;
  gsize row = (gsize)grid->input_width * (gsize)grid->channels;

  for (gsize n = pictures.first; n < pictures.first + (gsize)pictures.n; n++)
    for (int v = 0; v < grid->input_height; v++) {
      real *here = plain + (n * (gsize)grid->input_height + (gsize)v) * row;
      real *there = padded + n * shape->picture +
                    (gsize)(grid->top + v) * (gsize)shape->row_stride +
                    (gsize)(grid->left * grid->channels);

      memcpy (into ? there : here, into ? here : there, row * sizeof (real));
    }
}

/* This part's share of the weights, some numbers of every window, as [filter][window] for backward.
 */
static void
turn_weights (const NnConvolution *convolution, int part)
{
  const NnLayer *layer = &convolution->base;
  int depth = convolution->depth, filters = convolution->filters;
  int each = nn_grid_ceiling (depth, layer->forward_parts), first = MIN (part * each, depth);
  const real *weights = layer->parameters[NN_CONVOLUTION_WEIGHT].value;
  real *turned = layer->scratch + convolution->turned;

  for (int o = 0; o < filters; o++)
    for (int k = first; k < MIN (first + each, depth); k++)
      turned[(gsize)o * depth + k] = weights[(gsize)k * filters + o];
}

static void
forward (NnConvolution *convolution, const NnRun *run, int part)
{
  NnLayer *layer = &convolution->base;
  Pictures pictures = get_pictures (convolution, run, part);
  gsize at = pictures.first * count_outputs (convolution);

  if (layer->parameters[NN_CONVOLUTION_WEIGHT].gradient != NULL)
    turn_weights (convolution, part);
  if (is_padded (convolution))
    copy_pictures (convolution, pictures, (real *)layer->x, layer->scratch + convolution->padded_x,
                   TRUE);
  (has_cells (convolution) ? nn_kernels ()->convolve_cells : nn_kernels ()->convolve) (
      &convolution->shape, get_x (convolution) + pictures.first * convolution->shape.picture,
      layer->parameters[NN_CONVOLUTION_WEIGHT].value, layer->parameters[NN_CONVOLUTION_BIAS].value,
      layer->y + at, get_argmax (convolution) + at, pictures.n);
}

static void
backward_input (NnConvolution *convolution, const NnRun *run, int part)
{
  NnLayer *layer = &convolution->base;
  Pictures pictures = get_pictures (convolution, run, part);
  gsize at = pictures.first * count_outputs (convolution);
  real *padded = layer->scratch + convolution->padded_dx;
  real *dx = is_padded (convolution) ? padded : layer->dx;

  nn_kernels ()->convolve_input (&convolution->shape, layer->scratch + convolution->turned,
                                 layer->dy + at, layer->y + at, get_argmax (convolution) + at,
                                 dx + pictures.first * convolution->shape.picture, pictures.n);
  if (is_padded (convolution))
    copy_pictures (convolution, pictures, layer->dx, padded, FALSE);
}

/* Some filters, over the whole batch: so every sum has one order. */
static void
backward_parameters (NnConvolution *convolution, const NnRun *run, int part)
{
  NnLayer *layer = &convolution->base;
  int o = part * NN_CONVOLUTION_GROUP;
  int filters = MIN (NN_CONVOLUTION_GROUP, convolution->filters - o);
  const real *dy = layer->dy + o, *y = layer->y + o;
  const guint8 *argmax = get_argmax (convolution) + o;
  real *weights = layer->parameters[NN_CONVOLUTION_WEIGHT].gradient + o;
  real *bias = layer->parameters[NN_CONVOLUTION_BIAS].gradient + o;

  if (is_small (convolution))
    nn_kernels ()->convolve_small_weights (&convolution->shape, get_x (convolution), dy, y, argmax,
                                           run->batch, filters, weights, bias);
  else
    nn_kernels ()->convolve_weights (
        &convolution->shape, get_x (convolution), dy, y, argmax, run->batch, filters,
        layer->scratch + convolution->sums + 2 * (gsize)o * (gsize)convolution->depth, weights,
        bias);
}

const NnConvolutionMethod nn_convolution_direct = {
    .plan = plan,
    .fuse = fuse,
    .forward = forward,
    .backward_input = backward_input,
    .backward_parameters = backward_parameters,
};
