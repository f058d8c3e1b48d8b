/* batch-norm.c: y[n][p][c] = γ[c] · x̂ + β[c], x̂ = (x[n][p][c] − μ[c]) / √(σ²[c] + ε), p: place.
 *
 * While training μ and σ² are mean and biased variance of the channel's m = batch · places numbers,
 * else what was gathered while training (Ioffe & Szegedy: "Batch normalization", 2015, algorithms 1
 * and 2). Gradients (section 3 there): dβ[c] = Σ dy, dγ[c] = Σ dy · x̂,
 * dx = γ / √(σ² + ε) · (dy − dβ/m − x̂ · dγ/m); of a fixed μ and σ², without the last two terms.
 */
#include "channels.h"

#include "engine/json-text.h"
#include "engine/json-util.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define NUMBERS_PER_PART 16384
#define DEFAULT_MOMENTUM 0.9
#define DEFAULT_EPSILON 1e-5
#define OPERATIONS 6 /* a number: 1 for the mean, 3 for the variance, 2 for y */

enum { WEIGHT, BIAS, RUNNING_MEAN, RUNNING_VARIANCE };

/* What scratch holds, each for all channels. */
typedef enum {
  MEAN,
  VARIANCE,
  INVERSE, /* 1 / √(σ² + ε) */
  SCALE,   /* γ · INVERSE */
  SUM,     /* dβ */
  PRODUCT, /* dγ */
  SHIFT,   /* SCALE · dβ/m */
  SLOPE,   /* SCALE · INVERSE · dγ/m */
  N_FIGURES,
} Figure;

static real *
get_figure (const NnLayer *layer, Figure figure)
{
  return layer->scratch + (gsize)figure * (gsize)nn_channels (layer);
}

static gboolean
parse_spec (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const allowed[] = {"type", "momentum", "epsilon", NULL};
  NnBatchNormSpec *norm = (NnBatchNormSpec *)spec;

  norm->momentum = DEFAULT_MOMENTUM;
  norm->epsilon = DEFAULT_EPSILON;
  if (!nn_json_check_members (object, path, allowed, error) ||
      !nn_json_get_double (object, path, "momentum", NN_JSON_OPTIONAL, 0, 1, &norm->momentum,
                           error) ||
      !nn_json_get_double (object, path, "epsilon", NN_JSON_OPTIONAL, NN_NORM_MIN_EPSILON, 1,
                           &norm->epsilon, error))
    return FALSE;
  if (norm->momentum == 1) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("%s.momentum: expected less than 1, got 1: nothing would be gathered"), path);
    return FALSE;
  }
  return TRUE;
}

static void
write_spec (const NnLayerSpec *spec, JsonBuilder *builder)
{
  const NnBatchNormSpec *norm = (const NnBatchNormSpec *)spec;

  nn_json_add_double (builder, "momentum", norm->momentum);
  nn_json_add_double (builder, "epsilon", norm->epsilon);
}

static gboolean
infer (NnLayer *layer, GError **error)
{
  NnShape figures = nn_shape_vector (nn_channels (layer));

  layer->output_shape = layer->input_shape;
  layer->n_parameters = 4;
  layer->parameters[WEIGHT] = (NnParameter){.name = "weight", .shape = figures};
  layer->parameters[BIAS] = (NnParameter){.name = "bias", .shape = figures};
  layer->parameters[RUNNING_MEAN] =
      (NnParameter){.name = "running_mean", .shape = figures, .is_statistic = TRUE};
  layer->parameters[RUNNING_VARIANCE] = (NnParameter){
      .name = "running_var", .shape = figures, .is_statistic = TRUE, .never_negative = TRUE};
  layer->scratch_size = N_FIGURES * (gsize)nn_channels (layer);
  layer->flops = OPERATIONS * (double)nn_shape_size (&layer->input_shape);
  layer->forward_parts = layer->backward_prepare_parts = nn_channel_parts (layer);
  layer->backward_input_parts = nn_layer_row_parts (layer, NUMBERS_PER_PART);
  layer->backward_parameter_parts = 1;
  return TRUE;
}

static void
initialise (NnLayer *layer, NnRng *rng)
{
  for (int c = 0; c < nn_channels (layer); c++)
    layer->parameters[WEIGHT].value[c] = layer->parameters[RUNNING_VARIANCE].value[c] = 1;
}

/* Mean and variance of the block of channels from @first. */
static void
measure (NnLayer *layer, int first, NnRows rows)
{
  const NnKernels *kernels = nn_kernels ();
  double mean[NN_CHANNEL_BLOCK] = {0}, squares[NN_CHANNEL_BLOCK] = {0};

  kernels->sum_down (mean, layer->x + first, rows);
  for (gsize c = 0; c < rows.n; c++)
    mean[c] /= (double)rows.count;
  kernels->squares_down (squares, layer->x + first, mean, rows);
  for (gsize c = 0; c < rows.n; c++) {
    get_figure (layer, MEAN)[first + (int)c] = (real)mean[c];
    get_figure (layer, VARIANCE)[first + (int)c] = (real)(squares[c] / (double)rows.count);
  }
}

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  const double epsilon = ((const NnBatchNormSpec *)layer->spec)->epsilon;
  const NnParameter *parameters = layer->parameters;
  NnChannelShare share = nn_channel_share (layer, part);
  real *mean = get_figure (layer, MEAN), *variance = get_figure (layer, VARIANCE);
  real *inverse = get_figure (layer, INVERSE), *scale = get_figure (layer, SCALE);

  for (int first = share.first; first < share.end; first += NN_CHANNEL_BLOCK) {
    NnRows rows = nn_channel_rows (layer, run, &share, first);
    gsize bytes = rows.n * sizeof (real);

    if (run->training) {
      measure (layer, first, rows);
    } else {
      memcpy (mean + first, parameters[RUNNING_MEAN].value + first, bytes);
      memcpy (variance + first, parameters[RUNNING_VARIANCE].value + first, bytes);
    }
    for (int c = first; c < first + (int)rows.n; c++) {
      inverse[c] = (real)(1 / sqrt (variance[c] + epsilon));
      scale[c] = parameters[WEIGHT].value[c] * inverse[c];
    }
    nn_kernels ()->scale_down (layer->y + first, layer->x + first, mean + first, scale + first,
                               parameters[BIAS].value + first, rows);
  }
}

/* The sums that the gradients of x, γ and β share. */
static void
backward_prepare (NnLayer *layer, const NnRun *run, int part)
{
  NnChannelShare share = nn_channel_share (layer, part);
  const real *mean = get_figure (layer, MEAN), *inverse = get_figure (layer, INVERSE);
  const real *scale = get_figure (layer, SCALE);

  for (int first = share.first; first < share.end; first += NN_CHANNEL_BLOCK) {
    NnRows rows = nn_channel_rows (layer, run, &share, first);
    double sums[NN_CHANNEL_BLOCK] = {0}, products[NN_CHANNEL_BLOCK] = {0};
    double per_number = run->training ? 1 / (double)rows.count : 0;

    nn_kernels ()->products_down (sums, products, layer->dy + first, layer->x + first, mean + first,
                                  rows);
    for (gsize i = 0; i < rows.n; i++) {
      gsize c = (gsize)first + i;
      double product = products[i] * inverse[c];

      get_figure (layer, SUM)[c] = (real)sums[i];
      get_figure (layer, PRODUCT)[c] = (real)product;
      get_figure (layer, SHIFT)[c] = (real)(scale[c] * sums[i] * per_number);
      get_figure (layer, SLOPE)[c] = (real)(scale[c] * inverse[c] * product * per_number);
    }
  }
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_layer_row_share (layer, run, part, NUMBERS_PER_PART);
  gsize channels = (gsize)nn_channels (layer);
  NnRows rows = {.count = share.n / channels, .stride = channels, .n = channels};

  nn_kernels ()->scale_down_gradient (share.dx, share.dy, share.x, get_figure (layer, MEAN),
                                      get_figure (layer, SCALE), get_figure (layer, SHIFT),
                                      get_figure (layer, SLOPE), rows);
}

/* What a step takes off a running figure, so that `momentum` of it stays and the batch's makes up
 * the rest; of a part of a batch, the share of that part. */
static void
gather (NnParameter *parameter, const real *figure, double correction, double share)
{
  for (gsize c = 0; c < nn_shape_size (&parameter->shape); c++)
    parameter->gradient[c] = (real)(share * (parameter->value[c] - figure[c] * correction));
}

static void
backward_parameters (NnLayer *layer, const NnRun *run, int part)
{
  const NnBatchNormSpec *spec = (const NnBatchNormSpec *)layer->spec;
  NnParameter *parameters = layer->parameters;
  gsize bytes = (gsize)nn_channels (layer) * sizeof (real);
  double count = (double)run->batch * nn_places (layer);
  double share = run->training ? 1 - spec->momentum : 0;

  if (run->whole > 0)
    share *= (double)run->batch / (double)run->whole;
  memcpy (parameters[WEIGHT].gradient, get_figure (layer, PRODUCT), bytes);
  memcpy (parameters[BIAS].gradient, get_figure (layer, SUM), bytes);
  gather (&parameters[RUNNING_MEAN], get_figure (layer, MEAN), 1, share);
  /* Unbiased, as PyTorch gathers it; a single number says nothing of the variance. */
  gather (&parameters[RUNNING_VARIANCE], get_figure (layer, VARIANCE),
          count > 1 ? count / (count - 1) : 1, count > 1 ? share : 0);
}

const NnLayerClass nn_batch_norm_class = {
    .type = "batch-norm",
    .spec_size = sizeof (NnBatchNormSpec),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
    .initialise = initialise,
    .forward = forward,
    .backward_prepare = backward_prepare,
    .backward_input = backward_input,
    .backward_parameters = backward_parameters,
};

NnLayerSpec *
nn_batch_norm_spec (double momentum, double epsilon)
{
  NnBatchNormSpec *spec = g_new0 (NnBatchNormSpec, 1);

  spec->base.class_ = &nn_batch_norm_class;
  spec->momentum = momentum;
  spec->epsilon = epsilon;
  return &spec->base;
}
