/* onnx-norms.c: normalisations of an ONNX graph. */
#include "onnx-nodes.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* Sees to it that the stack has a vector where the file has one, and a map where it has a map. */
static gboolean
need_shape (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  if (self->view.n_dims == 1)
    return self->stack->shape.n_dims == 1 || nn_onnx_add (self, node, nn_flatten_spec (), error);
  return self->stack->shape.n_dims == 3 ||
         nn_onnx_add (self, node, nn_reshape_spec (self->view.map), error);
}

/* Input @index as the last layer's parameter @name; those of a vector in the order of ours. */
static gboolean
add_parameter (NnOnnxReader *self, const Onnx__NodeProto *node, gsize index, const char *name,
               gsize n, GError **error)
{
  g_autofree real *numbers = nn_onnx_numbers (self, node, index, n, error);
  g_autofree gsize *places = NULL;
  real *ordered;

  if (!numbers)
    return FALSE;
  ordered = g_new (real, n);
  places = self->view.n_dims == 1 ? nn_onnx_view_places (&self->view) : NULL;
  for (gsize i = 0; i < n; i++)
    ordered[places ? places[i] : i] = numbers[i];
  nn_stack_add_tensor (self->stack, name, ordered, 1, &n);
  return TRUE;
}

static gsize
count_channels (const NnOnnxReader *self)
{
  return self->view.n_dims == 1 ? nn_onnx_view_size (&self->view) : (gsize)self->view.map.dims[2];
}

gboolean
nn_onnx_read_batch_norm (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  double epsilon = nn_onnx_float (node, "epsilon", 1e-5);
  double momentum = nn_onnx_float (node, "momentum", 0.9);
  gsize n = count_channels (self);

  if (self->view.n_dims != 1 && !nn_onnx_view_is_map (&self->view))
    return nn_onnx_fail (node, error,
                         _ ("it reads a map as channels × height × width, which its input is not"));
  if (nn_onnx_int (node, "training_mode", 0) != 0 || nn_onnx_int (node, "spatial", 1) != 1)
    return nn_onnx_fail (node, error, _ ("it is still in training; save the model for inference"));
  if (!(momentum >= 0 && momentum < 1))
    momentum = 0.9; /* it is for a training to come alone */
  return need_shape (self, node, error) &&
         nn_onnx_add (self, node, nn_batch_norm_spec (momentum, epsilon), error) &&
         add_parameter (self, node, 1, "weight", n, error) &&
         add_parameter (self, node, 2, "bias", n, error) &&
         add_parameter (self, node, 3, "running_mean", n, error) &&
         add_parameter (self, node, 4, "running_var", n, error);
}

static gboolean
add_layer_norm (NnOnnxReader *self, const Onnx__NodeProto *node, double epsilon, GError **error)
{
  return need_shape (self, node, error) &&
         nn_onnx_add (self, node, nn_layer_norm_spec (epsilon), error);
}

/* Opset 17's own node: over the last axis. */
gboolean
nn_onnx_read_layer_norm (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const NnOnnxView *view = &self->view;
  gint64 axis = nn_onnx_int (node, "axis", -1);
  gsize n = count_channels (self);
  gboolean last = axis == -1 || axis == view->n_dims;

  if (!last || (view->n_dims > 1 && nn_onnx_view_axis (view, view->n_dims - 1) != NN_AXIS_CHANNEL))
    return nn_onnx_fail (node, error,
                         _ ("Glassbox's layer normalisation goes over the channels of each place"));
  if (!add_layer_norm (self, node, nn_onnx_float (node, "epsilon", 1e-5), error) ||
      !add_parameter (self, node, 1, "weight", n, error))
    return FALSE;
  if (node->n_input > 2 && *node->input[2])
    return add_parameter (self, node, 2, "bias", n, error);
  nn_stack_add_tensor (self->stack, "bias", g_new0 (real, n), 1, &n);
  return TRUE;
}

/* ---- written out: (x − mean) / √(mean ((x − mean)²) + ε) ---- */

/* Returns: (nullable): the one later node of @type that reads @a, and @b where it is not NULL. */
static const Onnx__NodeProto *
find_reader (NnOnnxReader *self, const char *type, const char *a, const char *b, gsize *index)
{
  const Onnx__GraphProto *graph = self->graph->graph;

  for (gsize i = self->at + 1; i < graph->n_node; i++) {
    const Onnx__NodeProto *node = graph->node[i];
    gboolean has_a = node->n_input > 0 && g_str_equal (node->input[0], a);
    gboolean has_b = !b || (node->n_input > 1 && g_str_equal (node->input[1], b));

    if (!self->done[i] && has_a && has_b && g_strcmp0 (node->op_type, type) == 0) {
      *index = i;
      return node;
    }
  }
  return NULL;
}

/* One of the nodes behind, which is marked as done; @value: (inout): what it reads and makes. */
static gboolean
follow (NnOnnxReader *self, const char *type, const char *a, const char *b, const char **value)
{
  gsize index;
  const Onnx__NodeProto *node = find_reader (self, type, a, b, &index);

  if (!node)
    return FALSE;
  self->done[index] = TRUE;
  *value = node->output[0];
  return TRUE;
}

static gboolean
same_axes (const Onnx__NodeProto *a, const Onnx__NodeProto *b)
{
  const Onnx__AttributeProto *first = nn_onnx_attribute (a, "axes");
  const Onnx__AttributeProto *second = nn_onnx_attribute (b, "axes");

  if (!first || !second)
    return a->n_input > 1 && b->n_input > 1 && g_str_equal (a->input[1], b->input[1]);
  return first->n_ints == second->n_ints &&
         memcmp (first->ints, second->ints, first->n_ints * sizeof (gint64)) == 0;
}

/* The square of @centred: multiplied by itself, or to the power of 2. */
static gboolean
follow_square (NnOnnxReader *self, const char *centred, const char **square)
{
  gsize index;
  const Onnx__NodeProto *power = find_reader (self, "Pow", centred, NULL, &index);
  g_autofree real *two = power ? nn_onnx_numbers (self, power, 1, 1, NULL) : NULL;

  if (two && *two == 2)
    return follow (self, "Pow", centred, NULL, square);
  return follow (self, "Mul", centred, centred, square);
}

static gboolean
follow_deviation (NnOnnxReader *self, const Onnx__NodeProto *mean, const char *x, double *epsilon)
{
  const char *centred, *square, *value;
  gsize index;
  const Onnx__NodeProto *node;
  g_autofree real *number = NULL;

  if (!follow (self, "Sub", x, mean->output[0], &centred) ||
      !follow_square (self, centred, &square))
    return FALSE;
  node = find_reader (self, "ReduceMean", square, NULL, &index);
  if (!node || !same_axes (mean, node) || nn_onnx_int (node, "keepdims", 1) == 0 ||
      !follow (self, "ReduceMean", square, NULL, &value))
    return FALSE;
  node = find_reader (self, "Add", value, NULL, &index);
  number = node ? nn_onnx_numbers (self, node, 1, 1, NULL) : NULL;
  if (!number || !follow (self, "Add", value, NULL, &value) ||
      !follow (self, "Sqrt", value, NULL, &value) || !follow (self, "Div", centred, value, &value))
    return FALSE;
  *epsilon = (double)*number;
  self->live = value;
  return TRUE;
}

gboolean
nn_onnx_read_deviation (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  gsize n = count_channels (self), n_axes;
  g_autofree int *axes = nn_onnx_axes (self, node, self->view.n_dims, &n_axes, error);
  double epsilon = 0;
  real *weight;

  if (!axes)
    return FALSE;
  if (n_axes != 1 || nn_onnx_int (node, "keepdims", 1) == 0 ||
      !follow_deviation (self, node, node->input[0], &epsilon))
    return nn_onnx_fail (node, error,
                         _ ("a mean over the channels is only read as the beginning of a layer "
                            "normalisation"));
  if (!add_layer_norm (self, node, epsilon, error))
    return FALSE;
  weight = g_new (real, n);
  for (gsize i = 0; i < n; i++)
    weight[i] = 1;
  nn_stack_add_tensor (self->stack, "weight", weight, 1, &n);
  nn_stack_add_tensor (self->stack, "bias", g_new0 (real, n), 1, &n);
  return TRUE;
}
