/* convolution-naive.c: a convolution in plain loops: the definition, and the oracle of the tests.
 *
 * y[n][v][u][o] = b[o] + Σᵢⱼ꜀ x[n][v·s − top + i][u·s − left + j][c] · W[i][j][c][o]
 */
#include "convolution.h"

#include <string.h>

/* Where the output (v, u) of a picture meets the kernel's place (i, j). */
typedef struct {
  int i, j, v, u;
} Place;

/* Returns: the index of the input pixel's first channel, or −1 beyond the picture. */
static gssize
find_input (const NnWindowGrid *grid, Place p)
{
  int row = p.v * grid->stride_y - grid->top + p.i;
  int column = p.u * grid->stride_x - grid->left + p.j;

  if (row < 0 || row >= grid->input_height || column < 0 || column >= grid->input_width)
    return -1;
  return ((gssize)row * grid->input_width + column) * grid->channels;
}

/* Steps through every (v, u, i, j) in this order; begins with all of them 0. */
static gboolean
next_place (const NnWindowGrid *grid, Place *p)
{
  if (++p->j < grid->width)
    return TRUE;
  p->j = 0;
  if (++p->i < grid->height)
    return TRUE;
  p->i = 0;
  if (++p->u < grid->output_width)
    return TRUE;
  p->u = 0;
  return ++p->v < grid->output_height;
}

static const real *
get_weights (const NnConvolution *convolution, const real *weights, Place p)
{
  int tap = p.i * convolution->grid.width + p.j;

  return weights + (gsize)tap * (gsize)convolution->grid.channels * (gsize)convolution->filters;
}

static gsize
get_output (const NnConvolution *convolution, Place p)
{
  return ((gsize)p.v * (gsize)convolution->grid.output_width + (gsize)p.u) *
         (gsize)convolution->filters;
}

/* A part is a picture, or a filter of the weight gradient. */
static void
plan (NnConvolution *convolution)
{
  NnLayer *layer = &convolution->base;

  layer->forward_parts = layer->backward_input_parts = layer->max_batch;
  layer->backward_parameter_parts = convolution->filters;
}

static void
forward (NnConvolution *convolution, const NnRun *run, int n)
{
  const NnWindowGrid *grid = &convolution->grid;
  const NnLayer *layer = &convolution->base;
  const real *x = layer->x + (gsize)n * nn_shape_size (&layer->input_shape);
  gsize size = nn_shape_size (&layer->output_shape);
  real *y = layer->y + (gsize)n * size;
  int filters = convolution->filters;
  Place p = {0};

  if (n >= run->batch)
    return;
  for (gsize k = 0; k < size; k++)
    y[k] = layer->parameters[NN_CONVOLUTION_BIAS].value[k % (gsize)filters];
  do {
    const real *w = get_weights (convolution, layer->parameters[NN_CONVOLUTION_WEIGHT].value, p);
    gssize input = find_input (grid, p);
    gsize output = get_output (convolution, p);

    for (int c = 0; input >= 0 && c < grid->channels; c++)
      for (int o = 0; o < filters; o++)
        y[output + o] += x[input + c] * w[c * filters + o];
  } while (next_place (grid, &p));
}

/* dx[…][c] = Σ dy[v][u][o] · W[i][j][c][o] over all places that looked at it. */
static void
backward_input (NnConvolution *convolution, const NnRun *run, int n)
{
  const NnWindowGrid *grid = &convolution->grid;
  const NnLayer *layer = &convolution->base;
  gsize size = nn_shape_size (&layer->input_shape);
  const real *dy = layer->dy + (gsize)n * nn_shape_size (&layer->output_shape);
  real *dx = layer->dx + (gsize)n * size;
  int filters = convolution->filters;
  Place p = {0};

  if (n >= run->batch)
    return;
  memset (dx, 0, size * sizeof (real));
  do {
    const real *w = get_weights (convolution, layer->parameters[NN_CONVOLUTION_WEIGHT].value, p);
    gssize input = find_input (grid, p);
    gsize output = get_output (convolution, p);

    for (int c = 0; input >= 0 && c < grid->channels; c++)
      for (int o = 0; o < filters; o++)
        dx[input + c] += dy[output + o] * w[c * filters + o];
  } while (next_place (grid, &p));
}

/* dW[i][j][c][o] = Σ x[…][c] · dy[n][v][u][o] over the batch, for one filter o. */
static void
backward_parameters (NnConvolution *convolution, const NnRun *run, int o)
{
  const NnWindowGrid *grid = &convolution->grid;
  const NnLayer *layer = &convolution->base;
  real *gradient = layer->parameters[NN_CONVOLUTION_WEIGHT].gradient;
  int filters = convolution->filters;

  for (int k = 0; k < convolution->depth; k++)
    gradient[(gsize)k * filters + o] = 0;
  for (int n = 0; n < run->batch; n++) {
    const real *x = layer->x + (gsize)n * nn_shape_size (&layer->input_shape);
    const real *dy = layer->dy + (gsize)n * nn_shape_size (&layer->output_shape);
    Place p = {0};

    do {
      real *dw = (real *)get_weights (convolution, gradient, p) + o;
      gssize input = find_input (grid, p);
      gsize output = get_output (convolution, p);

      for (int c = 0; input >= 0 && c < grid->channels; c++)
        dw[c * filters] += x[input + c] * dy[output + o];
    } while (next_place (grid, &p));
  }
  nn_convolution_bias_gradient (convolution, run, o, 1);
}

const NnConvolutionMethod nn_convolution_naive = {
    .plan = plan,
    .forward = forward,
    .backward_input = backward_input,
    .backward_parameters = backward_parameters,
};
