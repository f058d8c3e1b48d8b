/* activation.c: y[n][i] = f (x[n][i]); softmax over all numbers of a sample. */
#include "layer.h"

#include "engine/json-text.h"
#include "engine/json-util.h"
#include "engine/math/kernels.h"

#include <string.h>

#define NUMBERS_PER_PART 16384 /* a few µs of work: less is not worth waking a worker */
#define DEFAULT_SLOPE 0.01

static const char *const function_names[] = {"linear", "relu",    "leaky-relu", "sigmoid",
                                             "tanh",   "softmax", NULL};

static gboolean
parse_spec (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const plain[] = {"type", "function", NULL};
  const char *const sloped[] = {"type", "function", "slope", NULL};
  NnActivationSpec *activation = (NnActivationSpec *)spec;
  int function = NN_FUNCTION_LINEAR;

  if (!nn_json_get_choice (object, path, "function", NN_JSON_REQUIRED, function_names, &function,
                           error))
    return FALSE;
  activation->function = (NnFunction)function;
  activation->slope = DEFAULT_SLOPE;
  return nn_json_check_members (object, path, function == NN_FUNCTION_LEAKY_RELU ? sloped : plain,
                                error) &&
         nn_json_get_double (object, path, "slope", NN_JSON_OPTIONAL, 0, 1, &activation->slope,
                             error);
}

static void
write_spec (const NnLayerSpec *spec, JsonBuilder *builder)
{
  const NnActivationSpec *activation = (const NnActivationSpec *)spec;

  nn_json_add_string (builder, "function", function_names[activation->function]);
  if (activation->function == NN_FUNCTION_LEAKY_RELU) {
    nn_json_add_double (builder, "slope", activation->slope);
  }
}

static gboolean
infer (NnLayer *layer, GError **error)
{
  layer->output_shape = layer->input_shape;
  layer->flops = (double)nn_shape_size (&layer->input_shape);
  layer->forward_parts = layer->backward_input_parts = nn_layer_row_parts (layer, NUMBERS_PER_PART);
  return TRUE;
}

/* y[i] = eˣ⁽ⁱ⁾ / Σ eˣ⁽ʲ⁾ for rows of @size numbers, @n in all. The greatest x is taken off first so
 * that nothing overflows, and all rows' powers are computed together: one row may be less than a
 * vector.
 */
static void
softmax (real *y, const real *x, gsize size, gsize n)
{
  for (gsize row = 0; row < n; row += size) {
    real greatest = x[row];

    for (gsize i = 1; i < size; i++)
      greatest = MAX (greatest, x[row + i]);
    for (gsize i = 0; i < size; i++)
      y[row + i] = x[row + i] - greatest;
  }
  nn_kernels ()->exp (y, y, n);
  for (gsize row = 0; row < n; row += size) {
    double sum = 0;

    for (gsize i = 0; i < size; i++)
      sum += y[row + i];
    for (gsize i = 0; i < size; i++)
      y[row + i] = (real)(y[row + i] * (1 / sum));
  }
}

/* dx[i] = Σⱼ dy[j]·∂y[j]/∂x[i] = y[i] · (dy[i] − Σⱼ dy[j]·y[j]) */
static void
softmax_gradient (real *dx, const real *dy, const real *y, gsize n)
{
  double dot = 0;

  for (gsize i = 0; i < n; i++)
    dot += (double)dy[i] * y[i];
  for (gsize i = 0; i < n; i++)
    dx[i] = (real)(y[i] * (dy[i] - dot));
}

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  const NnActivationSpec *spec = (const NnActivationSpec *)layer->spec;
  const NnKernels *kernels = nn_kernels ();
  gsize size = nn_shape_size (&layer->input_shape);
  NnRowShare share = nn_layer_row_share (layer, run, part, NUMBERS_PER_PART);
  const real *x = share.x;
  real *y = share.y;
  gsize n = share.n;

  switch (spec->function) {
  case NN_FUNCTION_LINEAR:
    memcpy (y, x, n * sizeof (real));
    break;
  case NN_FUNCTION_RELU:
    kernels->relu (y, x, n);
    break;
  case NN_FUNCTION_LEAKY_RELU:
    kernels->leaky_relu (y, x, (real)spec->slope, n);
    break;
  case NN_FUNCTION_SIGMOID:
    kernels->sigmoid (y, x, n);
    break;
  case NN_FUNCTION_TANH:
    kernels->tanh (y, x, n);
    break;
  case NN_FUNCTION_SOFTMAX:
    softmax (y, x, size, n);
    break;
  }
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  const NnActivationSpec *spec = (const NnActivationSpec *)layer->spec;
  const NnKernels *kernels = nn_kernels ();
  gsize size = nn_shape_size (&layer->input_shape);
  NnRowShare share = nn_layer_row_share (layer, run, part, NUMBERS_PER_PART);
  const real *x = share.x, *y = share.y, *dy = share.dy;
  real *dx = share.dx;
  gsize n = share.n;

  switch (spec->function) {
  case NN_FUNCTION_LINEAR:
    memcpy (dx, dy, n * sizeof (real));
    break;
  case NN_FUNCTION_RELU:
    kernels->relu_gradient (dx, dy, x, n);
    break;
  case NN_FUNCTION_LEAKY_RELU:
    kernels->leaky_relu_gradient (dx, dy, x, (real)spec->slope, n);
    break;
  case NN_FUNCTION_SIGMOID:
    kernels->sigmoid_gradient (dx, dy, y, n);
    break;
  case NN_FUNCTION_TANH:
    kernels->tanh_gradient (dx, dy, y, n);
    break;
  case NN_FUNCTION_SOFTMAX:
    for (gsize row = 0; row < n; row += size)
      softmax_gradient (dx + row, dy + row, y + row, size);
    break;
  }
}

const NnLayerClass nn_activation_class = {
    .type = "activation",
    .spec_size = sizeof (NnActivationSpec),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
    .forward = forward,
    .backward_input = backward_input,
};

NnLayerSpec *
nn_activation_spec (NnFunction function)
{
  NnActivationSpec *spec = g_new0 (NnActivationSpec, 1);

  spec->base.class_ = &nn_activation_class;
  spec->function = function;
  spec->slope = DEFAULT_SLOPE;
  return &spec->base;
}

const char *
nn_function_name (NnFunction function)
{
  return function_names[function];
}

gboolean
nn_function_parse (const char *name, NnFunction *function)
{
  return nn_word_find (function_names, name, function);
}
