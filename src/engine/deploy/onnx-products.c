/* onnx-products.c: Gemm and MatMul as dense layers, and what is added or multiplied behind a layer:
 * a bias, a normalisation in small pieces, or the preparation of the picture. */
#include "onnx-nodes.h"

#include <glib/gi18n-lib.h>

#include <math.h>
#include <string.h>

#define UNIT_TOLERANCE 1e-5
#define USUAL_EPSILON 1e-5

/* ---- dense ---- */

/* weights[in][out], or [out][in] where @rows_are_units, of which those of the input are in the
 * order of the file's vector. */
static gboolean
add_dense (NnOnnxReader *self, const Onnx__NodeProto *node, const NnOnnxConstant *weights,
           gboolean rows_are_units, double factor, GError **error)
{
  gsize inputs = nn_onnx_view_size (&self->view);
  gsize units = weights->dims[rows_are_units ? 0 : 1];
  const gsize dims[] = {units, inputs};
  g_autofree real *numbers = NULL;
  g_autofree gsize *places = NULL;
  real *ordered;

  if (weights->dims[rows_are_units ? 1 : 0] != inputs)
    return nn_onnx_fail (node, error, _ ("its weights are for %zu inputs, and it has %zu"),
                         weights->dims[rows_are_units ? 1 : 0], inputs);
  if (units < 1 || units > NN_MAX_UNITS)
    return nn_onnx_fail (node, error, _ ("%zu units; expected 1…%d"), units, NN_MAX_UNITS);
  numbers = nn_onnx_constant_numbers (weights);
  if (!numbers)
    return nn_onnx_fail (node, error, _ ("its weights are no floats"));
  if (!nn_onnx_add (self, node, nn_dense_spec ((int)units, NN_INITIALISER_GLOROT_UNIFORM), error))
    return FALSE;
  places = nn_onnx_view_places (&self->view);
  ordered = g_new (real, units * inputs);
  for (gsize o = 0; o < units; o++)
    for (gsize i = 0; i < inputs; i++)
      ordered[o * inputs + places[i]] =
          (real)(factor * (double)numbers[rows_are_units ? o * inputs + i : i * units + o]);
  nn_stack_add_tensor (self->stack, "weight", ordered, 2, dims);
  self->view = nn_onnx_view_vector ((int)units);
  return TRUE;
}

/* @numbers: (transfer full) (nullable): zeros */
static void
add_bias (NnOnnxReader *self, real *numbers, gsize n, double factor)
{
  real *bias = numbers ? numbers : g_new0 (real, n);

  for (gsize i = 0; i < n; i++)
    bias[i] = (real)(factor * (double)bias[i]);
  nn_stack_add_tensor (self->stack, "bias", bias, 1, &n);
}

static const NnOnnxConstant *
get_matrix (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const NnOnnxConstant *weights = nn_onnx_input (self, node, 1);

  if (!weights || weights->n_dims != 2) {
    nn_onnx_fail (node, error, _ ("its second input must be a matrix of weights in the file"));
    return NULL;
  }
  if (self->view.n_dims != 1) {
    nn_onnx_fail (node, error,
                  _ ("it reads a vector, which its input is not; is a Flatten missing?"));
    return NULL;
  }
  return weights;
}

gboolean
nn_onnx_read_gemm (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const NnOnnxConstant *weights = get_matrix (self, node, error);
  double alpha = nn_onnx_float (node, "alpha", 1), beta = nn_onnx_float (node, "beta", 1);
  gboolean rows_are_units = nn_onnx_int (node, "transB", 0) != 0;
  g_autofree real *bias = NULL;
  gsize units;

  if (!weights)
    return FALSE;
  if (nn_onnx_int (node, "transA", 0) != 0)
    return nn_onnx_fail (node, error, _ ("it transposes the pictures of a batch (transA)"));
  units = weights->dims[rows_are_units ? 0 : 1];
  if (units <= NN_MAX_UNITS && node->n_input > 2 && *node->input[2]) {
    bias = nn_onnx_numbers (self, node, 2, units, error);
    if (!bias)
      return FALSE;
  }
  if (!add_dense (self, node, weights, rows_are_units, alpha, error))
    return FALSE;
  add_bias (self, g_steal_pointer (&bias), units, beta);
  return TRUE;
}

gboolean
nn_onnx_read_matmul (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const NnOnnxConstant *weights = get_matrix (self, node, error);

  if (!weights || !add_dense (self, node, weights, FALSE, 1, error))
    return FALSE;
  add_bias (self, NULL, weights->dims[1], 1);
  return TRUE;
}

/* ---- scale and shift: y = scale · x + shift, for each channel ---- */

typedef struct {
  real *scale, *shift; /* [n], owned */
  gsize n;             /* channels of a map, numbers of a vector */
  gboolean is_even;    /* the same for all */
} Affine;

static void
affine_clear (Affine *affine)
{
  g_free (affine->scale);
  g_free (affine->shift);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Affine, affine_clear)

/* Returns: the dim of the tensor that counts what has a number each; −1: none does. */
static int
channel_dim (const NnOnnxView *view)
{
  if (view->n_dims == 1)
    return 0;
  for (int i = 0; i < view->n_dims; i++)
    if (nn_onnx_view_axis (view, i) == NN_AXIS_CHANNEL)
      return i;
  return -1;
}

/* Whether the constant has one number for each channel, at the channel's dim and no other. */
static gboolean
is_for_channels (const NnOnnxConstant *constant, const NnOnnxView *view)
{
  int channel = channel_dim (view), missing = view->n_dims - constant->n_dims;

  for (int i = 0; i < constant->n_dims; i++)
    if (constant->dims[i] != 1 &&
        (i + missing != channel || constant->dims[i] != (gsize)view->dims[channel]))
      return FALSE;
  return missing >= -1;
}

/* The operation as scale and shift; @first: the constant is the first of the two. */
static gboolean
set_affine (const char *type, gboolean first, real number, real *scale, real *shift)
{
  gboolean finite = isfinite (number);

  *scale = 1;
  *shift = 0;
  if (g_str_equal (type, "Add"))
    *shift = number;
  else if (g_str_equal (type, "Mul"))
    *scale = number;
  else if (g_str_equal (type, "Sub")) {
    *scale = first ? -1 : 1;
    *shift = first ? number : -number;
  } else if (first || number == 0)
    return FALSE;
  else
    *scale = 1 / number;
  return finite;
}

static gboolean
get_affine (NnOnnxReader *self, const Onnx__NodeProto *node, Affine *affine, GError **error)
{
  gboolean first = nn_onnx_input (self, node, 0) != NULL;
  const NnOnnxConstant *constant = node->n_input == 2 ? nn_onnx_input (self, node, !first) : NULL;
  g_autofree real *numbers = constant ? nn_onnx_constant_numbers (constant) : NULL;
  const NnOnnxView *view = &self->view;
  g_autofree gsize *places = view->n_dims == 1 ? nn_onnx_view_places (view) : NULL;

  if (!numbers || (constant->n != 1 && !is_for_channels (constant, view)))
    return nn_onnx_fail (node, error,
                         _ ("it must have one number of the file, or one for each channel"));
  affine->n = view->n_dims == 1 ? nn_onnx_view_size (view) : (gsize)view->map.dims[2];
  affine->is_even = constant->n == 1;
  affine->scale = g_new (real, affine->n);
  affine->shift = g_new (real, affine->n);
  for (gsize i = 0; i < affine->n; i++) {
    gsize place = places ? places[i] : i;

    if (!set_affine (node->op_type, first, numbers[affine->is_even ? 0 : i], &affine->scale[place],
                     &affine->shift[place]))
      return nn_onnx_fail (node, error,
                           _ ("it divides by the picture or by 0, or a number is not finite"));
  }
  return TRUE;
}

/* A layer that ends with a weight and a bias for each channel takes both in. */
static gboolean
fold (NnOnnxReader *self, const Affine *affine)
{
  gsize n_weights = 0, n_biases = 0, each;
  real *weight = nn_stack_find (self->stack, "weight", &n_weights);
  real *bias = nn_stack_find (self->stack, "bias", &n_biases);

  if (!weight || !bias || n_biases != affine->n)
    return FALSE;
  each = n_weights / n_biases;
  for (gsize o = 0; o < n_biases; o++) {
    for (gsize i = 0; i < each; i++)
      weight[o * each + i] *= affine->scale[o];
    bias[o] = bias[o] * affine->scale[o] + affine->shift[o];
  }
  return TRUE;
}

/* Otherwise it is a batch normalisation whose mean is 0 and whose variance is 1. */
static gboolean
add_normalisation (NnOnnxReader *self, const Onnx__NodeProto *node, Affine *affine, GError **error)
{
  gsize n = affine->n;
  real *variance;

  if (self->view.n_dims == 1 && self->stack->shape.n_dims == 3 &&
      !nn_onnx_add (self, node, nn_flatten_spec (), error))
    return FALSE;
  if (self->view.n_dims > 1 && self->stack->shape.n_dims == 1 &&
      !nn_onnx_add (self, node, nn_reshape_spec (self->view.map), error))
    return FALSE;
  if (!nn_onnx_add (self, node, nn_batch_norm_spec (0.9, USUAL_EPSILON), error))
    return FALSE;
  variance = g_new (real, n);
  for (gsize i = 0; i < n; i++)
    variance[i] = (real)(1 - USUAL_EPSILON);
  nn_stack_add_tensor (self->stack, "weight", g_steal_pointer (&affine->scale), 1, &n);
  nn_stack_add_tensor (self->stack, "bias", g_steal_pointer (&affine->shift), 1, &n);
  nn_stack_add_tensor (self->stack, "running_mean", g_new0 (real, n), 1, &n);
  nn_stack_add_tensor (self->stack, "running_var", variance, 1, &n);
  return TRUE;
}

gboolean
nn_onnx_read_binary (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  g_auto (Affine) affine = {0};
  gboolean is_first = self->stack->layers->len == 0 && !self->is_scaled;

  if (!get_affine (self, node, &affine, error))
    return FALSE;
  if (is_first && affine.is_even && affine.shift[0] == 0 &&
      fabs ((double)affine.scale[0] * 255 - 1) < UNIT_TOLERANCE) {
    self->is_scaled = TRUE;
    return TRUE;
  }
  return fold (self, &affine) || add_normalisation (self, node, &affine, error);
}
