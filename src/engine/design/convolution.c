/* convolution.c: y[n][v][u][o] = b[o] + Σ x[n][v·stride − top + i][u·stride − left + j][c]
 * · W[i][j][c][o] over the kernel's places (i, j) and channels c; beyond the picture x is 0.
 *
 * "Convolution" as in every deep learning library: the kernel is not turned round.
 */
#include "convolution.h"
#include "initialiser.h"

#include "engine/json-text.h"
#include "engine/json-util.h"

#define BIAS_BLOCK 32

/* ---- recipe ---- */

static gboolean
parse_spec (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const allowed[] = {"type",    "filters",     "kernel", "stride",
                                 "padding", "initialiser", NULL};
  NnConvolutionSpec *convolution = (NnConvolutionSpec *)spec;

  convolution->window.stride_y = convolution->window.stride_x = 1;
  return nn_json_check_members (object, path, allowed, error) &&
         nn_json_get_int (object, path, "filters", NN_JSON_REQUIRED, 1, NN_MAX_FILTERS,
                          &convolution->filters, error) &&
         nn_window_parse (&convolution->window, object, path, "kernel", TRUE, error) &&
         nn_initialiser_read (object, path, &convolution->initialiser, error);
}

static void
write_spec (const NnLayerSpec *spec, JsonBuilder *builder)
{
  const NnConvolutionSpec *convolution = (const NnConvolutionSpec *)spec;

  nn_json_add_int (builder, "filters", convolution->filters);
  nn_window_write (&convolution->window, builder, "kernel", TRUE);
  nn_json_add_string (builder, "initialiser", nn_initialiser_name (convolution->initialiser));
}

/* ---- plan ---- */

static const NnConvolutionMethod *
choose_method (NnMethod method)
{
  switch (method) {
  case NN_METHOD_NAIVE:
    return &nn_convolution_naive;
  case NN_METHOD_GEMM:
    return &nn_convolution_gemm;
  case NN_METHOD_DIRECT:
    break;
  }
  return &nn_convolution_direct;
}

/* A product and a sum for each weight at each place; those that meet a zero of the padding count
 * too, the additions of the bias do not. */
static double
count_flops (const NnConvolution *convolution)
{
  const NnWindowGrid *grid = &convolution->grid;

  return 2.0 * grid->output_height * grid->output_width * convolution->filters * convolution->depth;
}

static gboolean
infer (NnLayer *layer, GError **error)
{
  NnConvolution *convolution = (NnConvolution *)layer;
  const NnConvolutionSpec *spec = (const NnConvolutionSpec *)layer->spec;
  NnWindowGrid *grid = &convolution->grid;

  if (!nn_window_place (&spec->window, &layer->input_shape, grid, error))
    return FALSE;
  convolution->filters = spec->filters;
  convolution->depth = grid->height * grid->width * grid->channels;
  convolution->method = choose_method (layer->method);
  layer->output_shape =
      nn_shape_image (grid->output_height, grid->output_width, convolution->filters);
  layer->n_parameters = 2;
  layer->parameters[NN_CONVOLUTION_WEIGHT] = (NnParameter){
      .name = "weight",
      .shape = {.n_dims = 4, .dims = {spec->filters, grid->channels, grid->height, grid->width}},
      .decays = TRUE,
      .panel = spec->filters};
  layer->parameters[NN_CONVOLUTION_BIAS] =
      (NnParameter){.name = "bias", .shape = nn_shape_vector (spec->filters)};
  layer->flops = count_flops (convolution);
  convolution->method->plan (convolution);
  return TRUE;
}

static int
fuse (NnLayer *layer, NnLayer *const *next, int n)
{
  NnConvolution *convolution = (NnConvolution *)layer;

  return convolution->method->fuse != NULL ? convolution->method->fuse (convolution, next, n) : 0;
}

static void
initialise (NnLayer *layer, NnRng *rng)
{
  const NnConvolution *convolution = (const NnConvolution *)layer;
  const NnConvolutionSpec *spec = (const NnConvolutionSpec *)layer->spec;
  const NnParameter *weight = &layer->parameters[NN_CONVOLUTION_WEIGHT];
  int taps = convolution->grid.height * convolution->grid.width;

  nn_initialise (spec->initialiser, weight->value, nn_shape_size (&weight->shape),
                 convolution->depth, taps * convolution->filters, rng);
}

/* ---- passes ---- */

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  NnConvolution *convolution = (NnConvolution *)layer;

  convolution->method->forward (convolution, run, part);
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  NnConvolution *convolution = (NnConvolution *)layer;

  convolution->method->backward_input (convolution, run, part);
}

static void
backward_parameters (NnLayer *layer, const NnRun *run, int part)
{
  NnConvolution *convolution = (NnConvolution *)layer;

  convolution->method->backward_parameters (convolution, run, part);
}

void
nn_convolution_bias_gradient (NnConvolution *convolution, const NnRun *run, int first, int n)
{
  const NnWindowGrid *grid = &convolution->grid;
  gsize places = (gsize)run->batch * (gsize)(grid->output_height * grid->output_width);
  real *bias = convolution->base.parameters[NN_CONVOLUTION_BIAS].gradient + first;
  const real *dy = convolution->base.dy + first;

  for (int block = 0; block < n; block += BIAS_BLOCK) {
    double exact[BIAS_BLOCK] = {0};
    int width = MIN (BIAS_BLOCK, n - block);

    for (gsize place = 0; place < places; place++)
      for (int o = 0; o < width; o++)
        exact[o] += dy[place * convolution->filters + block + o];
    for (int o = 0; o < width; o++)
      bias[block + o] = (real)exact[o];
  }
}

const NnLayerClass nn_convolution_class = {
    .type = "conv2d",
    .spec_size = sizeof (NnConvolutionSpec),
    .layer_size = sizeof (NnConvolution),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
    .fuse = fuse,
    .initialise = initialise,
    .forward = forward,
    .backward_input = backward_input,
    .backward_parameters = backward_parameters,
};

NnLayerSpec *
nn_convolution_spec (int filters, const NnWindow *window, NnInitialiser initialiser)
{
  NnConvolutionSpec *spec = g_new0 (NnConvolutionSpec, 1);

  spec->base.class_ = &nn_convolution_class;
  spec->filters = filters;
  spec->window = *window;
  spec->initialiser = initialiser;
  return &spec->base;
}
