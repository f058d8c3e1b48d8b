/* layer-norm.c: y[r][c] = γ[c] · x̂[r][c] + β[c], x̂[r][c] = (x[r][c] − μ[r]) / √(σ²[r] + ε), where r
 * is one place of one sample and μ, σ² are mean and biased variance of its C channels (Ba, Kiros &
 * Hinton: "Layer normalization", 2016, equations 3 and 4). So no sample looks at another.
 *
 * dβ[c] = Σᵣ dy, dγ[c] = Σᵣ dy · x̂; with g = dy · γ,
 * dx = (g − Σ_c g / C − x̂ · Σ_c g·x̂ / C) / √(σ² + ε).
 */
#include "channels.h"

#include "engine/json-text.h"
#include "engine/json-util.h"

#define NUMBERS_PER_PART 8192
#define DEFAULT_EPSILON 1e-5
#define OPERATIONS 8 /* a number: 1 for the mean, 3 for the variance, 4 for y */

enum { WEIGHT, BIAS };

/* scratch is mean[r], then inverse[r] = 1 / √(σ²[r] + ε), for all rows planned */
static real *
get_mean (const NnLayer *layer)
{
  return layer->scratch;
}

static real *
get_inverse (const NnLayer *layer)
{
  return layer->scratch + (gsize)layer->max_batch * (gsize)nn_places (layer);
}

static gboolean
parse_spec (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const allowed[] = {"type", "epsilon", NULL};
  NnLayerNormSpec *norm = (NnLayerNormSpec *)spec;

  norm->epsilon = DEFAULT_EPSILON;
  return nn_json_check_members (object, path, allowed, error) &&
         nn_json_get_double (object, path, "epsilon", NN_JSON_OPTIONAL, NN_NORM_MIN_EPSILON, 1,
                             &norm->epsilon, error);
}

static void
write_spec (const NnLayerSpec *spec, JsonBuilder *builder)
{
  nn_json_add_double (builder, "epsilon", ((const NnLayerNormSpec *)spec)->epsilon);
}

static gboolean
infer (NnLayer *layer, GError **error)
{
  NnShape figures = nn_shape_vector (nn_channels (layer));

  layer->output_shape = layer->input_shape;
  layer->n_parameters = 2;
  layer->parameters[WEIGHT] = (NnParameter){.name = "weight", .shape = figures};
  layer->parameters[BIAS] = (NnParameter){.name = "bias", .shape = figures};
  layer->scratch_size = 2 * (gsize)layer->max_batch * (gsize)nn_places (layer);
  layer->flops = OPERATIONS * (double)nn_shape_size (&layer->input_shape);
  layer->forward_parts = layer->backward_input_parts = nn_layer_row_parts (layer, NUMBERS_PER_PART);
  layer->backward_parameter_parts = nn_channel_parts (layer);
  return TRUE;
}

static void
initialise (NnLayer *layer, NnRng *rng)
{
  for (int c = 0; c < nn_channels (layer); c++)
    layer->parameters[WEIGHT].value[c] = 1;
}

/* All channels of @share's rows. */
static NnRows
get_rows (const NnLayer *layer, const NnRowShare *share)
{
  gsize channels = (gsize)nn_channels (layer);

  return (NnRows){.count = share->n / channels, .stride = channels, .n = channels};
}

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_layer_row_share (layer, run, part, NUMBERS_PER_PART);
  NnRows rows = get_rows (layer, &share);
  gsize first = (gsize)share.first * (gsize)nn_places (layer);

  nn_kernels ()->normalise_rows (share.y, share.x, layer->parameters[WEIGHT].value,
                                 layer->parameters[BIAS].value, get_mean (layer) + first,
                                 get_inverse (layer) + first,
                                 ((const NnLayerNormSpec *)layer->spec)->epsilon, rows);
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_layer_row_share (layer, run, part, NUMBERS_PER_PART);
  NnRows rows = get_rows (layer, &share);
  gsize first = (gsize)share.first * (gsize)nn_places (layer);

  nn_kernels ()->normalise_rows_gradient (share.dx, share.dy, share.x,
                                          layer->parameters[WEIGHT].value, get_mean (layer) + first,
                                          get_inverse (layer) + first, rows);
}

static void
backward_parameters (NnLayer *layer, const NnRun *run, int part)
{
  NnChannelShare share = nn_channel_share (layer, part);

  for (int first = share.first; first < share.end; first += NN_CHANNEL_BLOCK) {
    NnRows rows = nn_channel_rows (layer, run, &share, first);
    double sums[NN_CHANNEL_BLOCK] = {0}, products[NN_CHANNEL_BLOCK] = {0};

    nn_kernels ()->normalised_down (sums, products, layer->dy + first, layer->x + first,
                                    get_mean (layer), get_inverse (layer), rows);
    for (gsize c = 0; c < rows.n; c++) {
      layer->parameters[WEIGHT].gradient[(gsize)first + c] = (real)products[c];
      layer->parameters[BIAS].gradient[(gsize)first + c] = (real)sums[c];
    }
  }
}

const NnLayerClass nn_layer_norm_class = {
    .type = "layer-norm",
    .spec_size = sizeof (NnLayerNormSpec),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
    .initialise = initialise,
    .forward = forward,
    .backward_input = backward_input,
    .backward_parameters = backward_parameters,
};

NnLayerSpec *
nn_layer_norm_spec (double epsilon)
{
  NnLayerNormSpec *spec = g_new0 (NnLayerNormSpec, 1);

  spec->base.class_ = &nn_layer_norm_class;
  spec->epsilon = epsilon;
  return &spec->base;
}
