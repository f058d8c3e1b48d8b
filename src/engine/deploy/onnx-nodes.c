/* onnx-nodes.c: which node is which of our layers; activations, and what does nothing. */
#include "onnx-nodes.h"

#include <glib/gi18n-lib.h>

#include <math.h>
#include <string.h>

#define COERCED_OPSET 13 /* before, a softmax took all axes from its own on for one */

/* ---- for all nodes ---- */

gboolean
nn_onnx_add (NnOnnxReader *self, const Onnx__NodeProto *node, NnLayerSpec *spec, GError **error)
{
  g_autoptr (GError) inner = NULL;

  return nn_stack_add (self->stack, spec, &inner) ||
         nn_onnx_fail (node, error, "%s", inner->message);
}

const NnOnnxConstant *
nn_onnx_input (const NnOnnxReader *self, const Onnx__NodeProto *node, gsize index)
{
  if (index >= node->n_input)
    return NULL;
  return g_hash_table_lookup (self->graph->constants, node->input[index]);
}

real *
nn_onnx_numbers (const NnOnnxReader *self, const Onnx__NodeProto *node, gsize index, gsize n,
                 GError **error)
{
  const NnOnnxConstant *constant = nn_onnx_input (self, node, index);
  g_autofree real *numbers = constant ? nn_onnx_constant_numbers (constant) : NULL;
  gboolean in_row =
      constant && (constant->n_dims == 0 || constant->dims[constant->n_dims - 1] == constant->n);

  if (!numbers || (constant->n != 1 && (constant->n != n || !in_row))) {
    nn_onnx_fail (node, error, _ ("its input %zu must be %zu numbers of the file"), index, n);
    return NULL;
  }
  if (constant->n == 1 && n > 1) {
    g_autofree real *spread = g_new (real, n);

    for (gsize i = 0; i < n; i++)
      spread[i] = numbers[0];
    return g_steal_pointer (&spread);
  }
  return g_steal_pointer (&numbers);
}

int *
nn_onnx_axes (NnOnnxReader *self, const Onnx__NodeProto *node, int n_dims, gsize *n, GError **error)
{
  const Onnx__AttributeProto *attribute = nn_onnx_attribute (node, "axes");
  const NnOnnxConstant *constant = nn_onnx_input (self, node, 1);
  g_autofree gint64 *ints = constant ? nn_onnx_constant_ints (constant) : NULL;
  g_autofree int *axes = NULL;

  *n = attribute ? attribute->n_ints : ints ? constant->n : 0;
  if (*n == 0 || *n > NN_ONNX_MAX_DIMS) {
    nn_onnx_fail (node, error, _ ("its axes are not said"));
    return NULL;
  }
  axes = g_new (int, *n);
  for (gsize i = 0; i < *n; i++) {
    gint64 axis = attribute ? attribute->ints[i] : ints[i];

    axis += axis < 0 ? n_dims + 1 : 0;
    if (axis < 1 || axis > n_dims) {
      nn_onnx_fail (node, error,
                    _ ("it works along the batch, or along an axis that is not there"));
      return NULL;
    }
    axes[i] = (int)axis - 1;
  }
  return g_steal_pointer (&axes);
}

gboolean
nn_onnx_need_map (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  if (!nn_onnx_view_is_map (&self->view))
    return nn_onnx_fail (node, error,
                         _ ("it reads a map as channels × height × width, which its input is not"));
  return self->stack->shape.n_dims == 3 ||
         nn_onnx_add (self, node, nn_reshape_spec (self->view.map), error);
}

/* ---- activations ---- */

static gboolean
add_function (NnOnnxReader *self, const Onnx__NodeProto *node, NnFunction function, GError **error)
{
  return nn_onnx_add (self, node, nn_activation_spec (function), error);
}

static gboolean
read_relu (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  return add_function (self, node, NN_FUNCTION_RELU, error);
}

static gboolean
read_sigmoid (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  return add_function (self, node, NN_FUNCTION_SIGMOID, error);
}

static gboolean
read_tanh (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  return add_function (self, node, NN_FUNCTION_TANH, error);
}

static gboolean
add_leaky (NnOnnxReader *self, const Onnx__NodeProto *node, double slope, GError **error)
{
  NnLayerSpec *spec;

  if (!(slope >= 0 && slope <= 1))
    return nn_onnx_fail (node, error, _ ("a slope of %g; expected 0…1"), slope);
  spec = nn_activation_spec (NN_FUNCTION_LEAKY_RELU);
  ((NnActivationSpec *)spec)->slope = slope;
  return nn_onnx_add (self, node, spec, error);
}

static gboolean
read_leaky (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  return add_leaky (self, node, nn_onnx_float (node, "alpha", 0.01), error);
}

static gboolean
read_parametric (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  g_autofree real *slope = nn_onnx_numbers (self, node, 1, 1, error);

  return slope && add_leaky (self, node, (double)*slope, error);
}

/* A bound of older files is an attribute, of newer ones an input that may be left out. */
static gboolean
get_bound (NnOnnxReader *self, const Onnx__NodeProto *node, gsize index, const char *name,
           double otherwise, double *bound, GError **error)
{
  g_autofree real *number = NULL;

  *bound = nn_onnx_float (node, name, otherwise);
  if (index >= node->n_input || !*node->input[index])
    return TRUE;
  number = nn_onnx_numbers (self, node, index, 1, error);
  if (number)
    *bound = (double)*number;
  return number != NULL;
}

static gboolean
read_clip (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  double least, most;

  if (!get_bound (self, node, 1, "min", -INFINITY, &least, error) ||
      !get_bound (self, node, 2, "max", INFINITY, &most, error))
    return FALSE;
  if (least == 0 && most >= G_MAXFLOAT)
    return add_function (self, node, NN_FUNCTION_RELU, error);
  return nn_onnx_fail (node, error, _ ("of all bounds, Glassbox has only 0 from below: a ReLU"));
}

/* Ours goes over all numbers of a sample. A logarithm behind it, as PyTorch likes it at the end,
 * changes no order; here the answer is the probabilities themselves. */
static gboolean
read_softmax (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  gboolean coerced = self->graph->opset < COERCED_OPSET;
  gint64 axis = nn_onnx_int (node, "axis", coerced ? 1 : -1);
  gboolean whole;

  axis += axis < 0 ? self->view.n_dims + 1 : 0;
  if (axis < 1 || axis > self->view.n_dims)
    return nn_onnx_fail (node, error,
                         _ ("it works along the batch, or along an axis that is not there"));
  whole = (coerced && axis == 1) ||
          self->view.dims[axis - 1] == (gint64)nn_onnx_view_size (&self->view);
  if (!whole)
    return nn_onnx_fail (node, error,
                         _ ("Glassbox's softmax goes over all numbers of a picture, not over one "
                            "axis of a map"));
  if (g_str_equal (node->op_type, "LogSoftmax") && !g_str_equal (self->live, self->graph->output))
    return nn_onnx_fail (node, error, _ ("Glassbox has it only as the last layer"));
  return add_function (self, node, NN_FUNCTION_SOFTMAX, error);
}

/* ---- what does nothing ---- */

static gboolean
read_nothing (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  return TRUE;
}

static gboolean
read_dropout (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  for (gsize i = 1; i < node->n_input; i++)
    if (*node->input[i] && !nn_onnx_input (self, node, i))
      return nn_onnx_fail (node, error, _ ("Glassbox has no such layer"));
  return TRUE;
}

static gboolean
read_cast (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  gint64 to = nn_onnx_int (node, "to", 0);

  if (to == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT || to == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE)
    return TRUE;
  return nn_onnx_fail (node, error, _ ("Glassbox computes with floats alone"));
}

/* ---- all ---- */

static const struct {
  const char *type;
  NnOnnxNode read;
} nodes[] = {
    {"Add", nn_onnx_read_binary},
    {"AveragePool", nn_onnx_read_pool},
    {"BatchNormalization", nn_onnx_read_batch_norm},
    {"Cast", read_cast},
    {"Clip", read_clip},
    {"Conv", nn_onnx_read_convolution},
    {"Div", nn_onnx_read_binary},
    {"Dropout", read_dropout},
    {"Flatten", nn_onnx_read_flatten},
    {"Gemm", nn_onnx_read_gemm},
    {"GlobalAveragePool", nn_onnx_read_global_pool},
    {"Identity", read_nothing},
    {"LayerNormalization", nn_onnx_read_layer_norm},
    {"LeakyRelu", read_leaky},
    {"LogSoftmax", read_softmax},
    {"MatMul", nn_onnx_read_matmul},
    {"MaxPool", nn_onnx_read_pool},
    {"Mul", nn_onnx_read_binary},
    {"PRelu", read_parametric},
    {"Pad", nn_onnx_read_pad},
    {"ReduceMean", nn_onnx_read_mean},
    {"Relu", read_relu},
    {"Reshape", nn_onnx_read_reshape},
    {"Sigmoid", read_sigmoid},
    {"Softmax", read_softmax},
    {"Squeeze", nn_onnx_read_squeeze},
    {"Sub", nn_onnx_read_binary},
    {"Tanh", read_tanh},
    {"Transpose", nn_onnx_read_transpose},
    {"Unsqueeze", nn_onnx_read_unsqueeze},
};

NnOnnxNode
nn_onnx_node_find (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    if (g_str_equal (nodes[i].type, type))
      return nodes[i].read;
  return NULL;
}
