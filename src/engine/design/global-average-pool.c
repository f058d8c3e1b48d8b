/* global-average-pool.c: y[n][c] = Σₚ x[n][p][c] / P: each channel's mean over all P places (Lin,
 * Chen & Yan: "Network in network", 2014, section 3.2). dx[n][p][c] = dy[n][c] / P.
 */
#include "channels.h"

#include "engine/json-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define NUMBERS_PER_PART 16384

static gboolean
parse_spec (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const allowed[] = {"type", NULL};

  return nn_json_check_members (object, path, allowed, error);
}

static void
write_spec (const NnLayerSpec *spec, JsonBuilder *builder)
{
}

static gboolean
infer (NnLayer *layer, GError **error)
{
  if (layer->input_shape.n_dims != 3) {
    g_autofree char *shape = nn_shape_to_string (&layer->input_shape);

    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("expected an input of height×width×channels, got %s"), shape);
    return FALSE;
  }
  layer->output_shape = nn_shape_vector (nn_channels (layer));
  layer->flops = (double)nn_shape_size (&layer->input_shape);
  layer->forward_parts = layer->backward_input_parts = nn_layer_row_parts (layer, NUMBERS_PER_PART);
  return TRUE;
}

/* The means of one sample, in double, a block of channels at a time. */
static void
average (real *y, const real *x, gsize places, gsize channels)
{
  for (gsize first = 0; first < channels; first += NN_CHANNEL_BLOCK) {
    NnRows rows = {places, channels, MIN (channels - first, NN_CHANNEL_BLOCK)};
    double sums[NN_CHANNEL_BLOCK] = {0};

    nn_kernels ()->sum_down (sums, x + first, rows);
    for (gsize c = 0; c < rows.n; c++)
      y[first + c] = (real)(sums[c] / (double)places);
  }
}

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_layer_row_share (layer, run, part, NUMBERS_PER_PART);
  gsize places = (gsize)nn_places (layer), channels = (gsize)nn_channels (layer);

  for (gsize n = 0; n < (gsize)share.rows; n++)
    average (share.y + n * channels, share.x + n * places * channels, places, channels);
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_layer_row_share (layer, run, part, NUMBERS_PER_PART);
  gsize places = (gsize)nn_places (layer), channels = (gsize)nn_channels (layer);

  for (gsize n = 0; n < (gsize)share.rows; n++) {
    const real *dy = share.dy + n * channels;
    real *dx = share.dx + n * places * channels;

    for (gsize c = 0; c < channels; c++)
      dx[c] = dy[c] / (real)places;
    for (gsize p = 1; p < places; p++)
      memcpy (dx + p * channels, dx, channels * sizeof (real));
  }
}

const NnLayerClass nn_global_average_pool_class = {
    .type = "global-average-pool",
    .spec_size = sizeof (NnGlobalAveragePoolSpec),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
    .forward = forward,
    .backward_input = backward_input,
};

NnLayerSpec *
nn_global_average_pool_spec (void)
{
  NnGlobalAveragePoolSpec *spec = g_new0 (NnGlobalAveragePoolSpec, 1);

  spec->base.class_ = &nn_global_average_pool_class;
  return &spec->base;
}
