/* gbx-block.c: a network as one looks at it. */
#include "gbx-block.h"

#include "engine/design/window.h"

#include <glib/gi18n-lib.h>

enum { WEIGHT, BIAS }; /* a convolution's parameters, in their order */

/* ---- which there are --------------------------------------------------------------------------
 */

static gboolean
begins_block (GbxLayerKind kind)
{
  return kind == GBX_LAYER_CONVOLUTION || kind == GBX_LAYER_MAX_POOL ||
         kind == GBX_LAYER_AVERAGE_POOL || kind == GBX_LAYER_GLOBAL_POOL || kind == GBX_LAYER_DENSE;
}

static gboolean
belongs_to_block (const NnLayer *layer)
{
  GbxLayerKind kind = gbx_layer_kind (layer);

  return kind == GBX_LAYER_ACTIVATION || kind == GBX_LAYER_BATCH_NORM ||
         kind == GBX_LAYER_LAYER_NORM || layer->class_ == &nn_dropout_class;
}

/* All poolings are counted as one kind. */
static GbxLayerKind
counted_as (GbxLayerKind kind)
{
  return kind == GBX_LAYER_CONVOLUTION || kind == GBX_LAYER_DENSE ? kind : GBX_LAYER_MAX_POOL;
}

int
gbx_block_find_all (const NnNetwork *network, GbxBlock *blocks, int most)
{
  int counts[GBX_LAYER_LAYER_NORM + 1] = {0}, n = 0;

  for (int i = 0; i < network->n_layers; i++) {
    const NnLayer *layer = network->layers[i];
    GbxLayerKind kind = gbx_layer_kind (layer);
    GbxBlock *block = n > 0 ? &blocks[n - 1] : NULL;

    if (begins_block (kind) && n < most) {
      blocks[n++] = (GbxBlock){kind, ++counts[counted_as (kind)], layer, NULL, layer};
    } else if (block != NULL && block->last->index == i - 1 && belongs_to_block (layer)) {
      if (kind == GBX_LAYER_ACTIVATION && block->last == block->layer)
        block->activation = layer;
      block->last = layer;
    }
  }
  return n;
}

/* ---- in words ---------------------------------------------------------------------------------
 */

char *
gbx_block_name (const GbxBlock *block)
{
  switch (block->kind) {
  case GBX_LAYER_CONVOLUTION:
    /* TRANSLATORS: a short name on a button: the first convolution layer */
    return g_strdup_printf (_ ("conv %d"), block->number);
  case GBX_LAYER_DENSE:
    /* TRANSLATORS: a short name on a button: the first dense layer */
    return g_strdup_printf (_ ("dense %d"), block->number);
  default:
    /* TRANSLATORS: a short name on a button: the first pooling layer */
    return g_strdup_printf (_ ("pool %d"), block->number);
  }
}

static char *
describe_window (const GbxBlock *block)
{
  const NnWindow *window = gbx_layer_window (block->layer);
  int n = gbx_block_n_outputs (block);

  switch (block->kind) {
  case GBX_LAYER_CONVOLUTION:
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%d filter of %d×%d", "%d filters of %d×%d", (gulong)n), n,
        window->height, window->width);
  case GBX_LAYER_MAX_POOL:
    return g_strdup_printf (_ ("the largest of each %d×%d"), window->height, window->width);
  case GBX_LAYER_AVERAGE_POOL:
    return g_strdup_printf (_ ("the mean of each %d×%d"), window->height, window->width);
  case GBX_LAYER_GLOBAL_POOL:
    return g_strdup (_ ("the mean of each map"));
  default:
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d unit, each sees every input",
                                         "%d units, each sees every input", (gulong)n),
                            n);
  }
}

char *
gbx_block_describe (const GbxBlock *block)
{
  g_autofree char *window = describe_window (block);
  g_autofree char *input = nn_shape_to_string (&block->layer->input_shape);
  g_autofree char *output = nn_shape_to_string (&block->last->output_shape);

  return g_strdup_printf (_ ("%s · %s → %s · blue + / orange −"), window, input, output);
}

static const char *
function_name (const NnLayer *activation)
{
  switch (((const NnActivationSpec *)activation->spec)->function) {
  case NN_FUNCTION_RELU:
    return "ReLU";
  case NN_FUNCTION_LEAKY_RELU:
    return "Leaky ReLU";
  case NN_FUNCTION_SIGMOID:
    return "Sigmoid";
  case NN_FUNCTION_TANH:
    return "Tanh";
  case NN_FUNCTION_SOFTMAX:
    return "Softmax";
  default:
    return _ ("linear");
  }
}

/* ---- as pictures ------------------------------------------------------------------------------
 */

static int
n_channels (const NnShape *shape)
{
  return shape->dims[shape->n_dims - 1];
}

/* What is no picture is one of a single number for each. */
static void
get_side (const NnShape *shape, int *height, int *width)
{
  *height = shape->n_dims == 3 ? shape->dims[0] : 1;
  *width = shape->n_dims == 3 ? shape->dims[1] : shape->n_dims == 2 ? shape->dims[0] : 1;
}

/* @x: [height][width][channels]. Returns: (transfer full): one channel, [height][width]. */
static float *
take_channel (const real *x, const NnShape *shape, int channel)
{
  gsize n = n_channels (shape), size = nn_shape_size (shape) / n;
  float *values = g_new (float, size);

  for (gsize i = 0; i < size; i++)
    values[i] = x[i * n + channel];
  return values;
}

static GbxPictures
take_all (const real *x, const NnShape *shape)
{
  GbxPictures pictures = {.n = n_channels (shape)};
  gsize size = nn_shape_size (shape) / pictures.n;

  get_side (shape, &pictures.height, &pictures.width);
  pictures.values = g_new (float, nn_shape_size (shape));
  for (gsize i = 0; i < size; i++)
    for (int channel = 0; channel < pictures.n; channel++)
      pictures.values[channel * size + i] = *x++;
  return pictures;
}

GbxPictures
gbx_block_input (const GbxBlock *block)
{
  return take_all (block->layer->x, &block->layer->input_shape);
}

GbxPictures
gbx_block_output (const GbxBlock *block)
{
  return take_all (block->last->y, &block->last->output_shape);
}

/* The weight of filter @filter for map @input; in memory they lie [height][width][in][out]. */
static float
get_weight (const NnLayer *layer, int cell, int input, int filter)
{
  int n_inputs = n_channels (&layer->input_shape), n_filters = n_channels (&layer->output_shape);

  return layer->parameters[WEIGHT].value[((gsize)cell * n_inputs + input) * n_filters + filter];
}

static float
get_mean_weight (const NnLayer *layer, int cell, int filter)
{
  int n_inputs = n_channels (&layer->input_shape);
  double sum = 0;

  for (int input = 0; input < n_inputs; input++)
    sum += (double)get_weight (layer, cell, input, filter);
  return (float)(sum / n_inputs);
}

GbxPictures
gbx_block_filters (const GbxBlock *block, int input)
{
  const NnWindow *window = gbx_layer_window (block->layer);
  GbxPictures pictures = {
      .n = gbx_block_n_outputs (block), .height = window->height, .width = window->width};
  int size = window->height * window->width;

  pictures.values = g_new (float, (gsize)pictures.n *size);
  for (int filter = 0; filter < pictures.n; filter++)
    for (int cell = 0; cell < size; cell++)
      pictures.values[(gsize)filter * size + cell] =
          input < 0 ? get_mean_weight (block->layer, cell, filter)
                    : get_weight (block->layer, cell, input, filter);
  return pictures;
}

void
gbx_pictures_clear (GbxPictures *pictures)
{
  g_clear_pointer (&pictures->values, g_free);
}

int
gbx_block_n_inputs (const GbxBlock *block)
{
  return n_channels (&block->layer->input_shape);
}

int
gbx_block_n_outputs (const GbxBlock *block)
{
  return n_channels (&block->layer->output_shape);
}

float
gbx_block_bias (const GbxBlock *block, int filter)
{
  return block->layer->n_parameters > BIAS ? block->layer->parameters[BIAS].value[filter] : 0;
}

/* ---- the window on its way --------------------------------------------------------------------
 */

static void
place_window (GbxHop *hop, const NnWindowGrid *grid)
{
  hop->height = grid->height;
  hop->width = grid->width;
  hop->stride_y = grid->stride_y;
  hop->stride_x = grid->stride_x;
  hop->top = grid->top;
  hop->left = grid->left;
  hop->input_height = grid->input_height;
  hop->input_width = grid->input_width;
  hop->output_height = grid->output_height;
  hop->output_width = grid->output_width;
}

static float *
take_kernel (const NnLayer *layer, int size, int input, int filter)
{
  float *kernel = g_new (float, size);

  for (int cell = 0; cell < size; cell++)
    kernel[cell] = get_weight (layer, cell, input, filter);
  return kernel;
}

GbxHop *
gbx_block_hop (const GbxBlock *block, int input, int output)
{
  const NnLayer *layer = block->layer;
  const NnWindow *window = gbx_layer_window (layer);
  NnWindowGrid grid;
  GbxHop *hop;

  if (window == NULL || !nn_window_place (window, &layer->input_shape, &grid, NULL))
    return NULL;
  hop = g_new0 (GbxHop, 1);
  place_window (hop, &grid);
  hop->n_inputs = gbx_block_n_inputs (block);
  hop->n_outputs = gbx_block_n_outputs (block);
  hop->output = CLAMP (output, 0, hop->n_outputs - 1);
  hop->input = CLAMP (input, 0, hop->n_inputs - 1);
  if (block->kind == GBX_LAYER_CONVOLUTION) {
    hop->kind = GBX_HOP_CONVOLUTION;
    hop->kernel = take_kernel (layer, hop->height * hop->width, hop->input, hop->output);
    hop->bias = gbx_block_bias (block, hop->output);
  } else {
    hop->kind = block->kind == GBX_LAYER_MAX_POOL ? GBX_HOP_MAXIMUM : GBX_HOP_MEAN;
    hop->input = hop->output;
  }
  hop->picture = take_channel (layer->x, &layer->input_shape, hop->input);
  hop->sums = take_channel (layer->y, &layer->output_shape, hop->output);
  if (block->activation != NULL) {
    hop->outputs = take_channel (block->activation->y, &layer->output_shape, hop->output);
    hop->output_name = g_strdup (function_name (block->activation));
  }
  return hop;
}
