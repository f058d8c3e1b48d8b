/* average-pool.c: y[n][v][u][c] = Σᵢⱼ x[n][v·stride − top + i][u·stride − left + j][c] / P[v][u]
 * over the P places (i, j) of the window that lie on the picture; padding does not count, as in
 * Keras.
 *
 * dx gets dy / P from each window that saw it. scratch holds dy / P.
 */
#include "pooling.h"

#include <string.h>

/* The same number in input and output: y gathers from x, or dy / P goes back to dx. */
typedef struct {
  real *to;
  const real *from;
} Sample;

/* Returns: how many of @size places from @first lie in 0 … @extent − 1. */
static int
count_places (int first, int size, int extent)
{
  return MIN (first + size, extent) - MAX (first, 0);
}

/* to = from / P for one sample's outputs; both may be the same. */
static void
divide (const NnWindowGrid *grid, real *to, const real *from)
{
  for (int v = 0; v < grid->output_height; v++) {
    int rows = count_places (v * grid->stride_y - grid->top, grid->height, grid->input_height);

    for (int u = 0; u < grid->output_width; u++) {
      int columns = count_places (u * grid->stride_x - grid->left, grid->width, grid->input_width);
      real places = (real)(rows * columns);

      for (int c = 0; c < grid->channels; c++)
        to[c] = from[c] / places;
      to += grid->channels;
      from += grid->channels;
    }
  }
}

static void
add_up (const NnPoolingRun *run, gpointer data)
{
  const Sample *sample = data;

  nn_kernels ()->add_up (sample->to + run->y, sample->from + run->x, run->rows);
}

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_pooling_share (layer, run, part);
  gsize inputs = nn_shape_size (&layer->input_shape),
        outputs = nn_shape_size (&layer->output_shape);

  for (gsize n = 0; n < (gsize)share.rows; n++) {
    Sample sample = {share.y + n * outputs, share.x + n * inputs};

    memset (sample.to, 0, outputs * sizeof (real));
    nn_pooling_each (layer, add_up, &sample);
    divide (&((NnPooling *)layer)->grid, sample.to, sample.to);
  }
}

static void
spread (const NnPoolingRun *run, gpointer data)
{
  const Sample *sample = data;

  nn_kernels ()->spread (sample->to + run->x, sample->from + run->y, run->rows);
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_pooling_share (layer, run, part);
  gsize inputs = nn_shape_size (&layer->input_shape),
        outputs = nn_shape_size (&layer->output_shape);
  real *shares = layer->scratch + (gsize)share.first * outputs;

  memset (share.dx, 0, share.n * sizeof (real));
  for (gsize n = 0; n < (gsize)share.rows; n++) {
    Sample sample = {share.dx + n * inputs, shares + n * outputs};

    divide (&((NnPooling *)layer)->grid, shares + n * outputs, share.dy + n * outputs);
    nn_pooling_each (layer, spread, &sample);
  }
}

const NnLayerClass nn_average_pool_class = {
    .type = "average-pool",
    .spec_size = sizeof (NnPoolSpec),
    .layer_size = sizeof (NnPooling),
    .parse = nn_pooling_parse,
    .write = nn_pooling_write,
    .infer = nn_pooling_infer,
    .forward = forward,
    .backward_input = backward_input,
};

NnLayerSpec *
nn_average_pool_spec (const NnWindow *window)
{
  return nn_pooling_spec (&nn_average_pool_class, window);
}
