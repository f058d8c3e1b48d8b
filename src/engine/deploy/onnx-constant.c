/* onnx-constant.c: the tensors of an ONNX file: their numbers, wherever the writer put them. */
#include "onnx-graph.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define MAX_INTS 4096 /* of shapes, axes and the like */

#define TYPE(name) ONNX__TENSOR_PROTO__DATA_TYPE__##name

/* Bytes of a number in raw_data; 0: a type that no weight has. */
static gsize
size_of (int type)
{
  switch (type) {
  case TYPE (FLOAT):
  case TYPE (INT32):
    return 4;
  case TYPE (DOUBLE):
  case TYPE (INT64):
    return 8;
  default:
    return 0;
  }
}

/* How many numbers the file really holds. */
static gboolean
count_numbers (const Onnx__TensorProto *tensor, gsize *n)
{
  gsize size = size_of (tensor->data_type);

  if (tensor->has_raw_data) {
    *n = tensor->raw_data.len / size;
    return tensor->raw_data.len % size == 0;
  }
  switch (tensor->data_type) {
  case TYPE (FLOAT):
    *n = tensor->n_float_data;
    break;
  case TYPE (DOUBLE):
    *n = tensor->n_double_data;
    break;
  case TYPE (INT32):
    *n = tensor->n_int32_data;
    break;
  default:
    *n = tensor->n_int64_data;
    break;
  }
  return TRUE;
}

static gboolean
fail (const Onnx__TensorProto *tensor, GError **error, const char *what)
{
  g_autofree char *name = nn_onnx_text (tensor->name);

  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("tensor “%s”: %s"), name, what);
  return FALSE;
}

static gboolean
read_dims (NnOnnxConstant *constant, GError **error)
{
  const Onnx__TensorProto *tensor = constant->tensor;

  if (tensor->n_dims > NN_ONNX_MAX_DIMS)
    return fail (tensor, error, _ ("“shape” has more than 8 dimensions"));
  constant->n_dims = (int)tensor->n_dims;
  constant->n = 1;
  for (gsize i = 0; i < tensor->n_dims; i++) {
    if (tensor->dims[i] < 0)
      return fail (tensor, error, _ ("a dimension is below zero"));
    constant->dims[i] = (gsize)tensor->dims[i];
    if (!g_size_checked_mul (&constant->n, constant->n, constant->dims[i]))
      return fail (tensor, error, _ ("“shape” is larger than any memory"));
  }
  return TRUE;
}

static gboolean
check_numbers (const NnOnnxConstant *constant, GError **error)
{
  const Onnx__TensorProto *tensor = constant->tensor;
  gsize n;

  if (tensor->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
    return fail (tensor, error,
                 _ ("its numbers are in another file; save the model with its weights inside"));
  if (size_of (tensor->data_type) == 0)
    return fail (tensor, error,
                 _ ("numbers of this type cannot be read; save the model with 32-bit floats"));
  if (!count_numbers (tensor, &n) || n != constant->n) {
    g_autofree char *what = g_strdup_printf (
        _ ("its shape asks for %zu numbers, and the file holds %zu"), constant->n, n);
    return fail (tensor, error, what);
  }
  return TRUE;
}

NnOnnxConstant *
nn_onnx_constant_new (const Onnx__TensorProto *tensor, GError **error)
{
  g_autoptr (NnOnnxConstant) constant = g_new0 (NnOnnxConstant, 1);

  constant->tensor = tensor;
  if (!read_dims (constant, error) || !check_numbers (constant, error))
    return NULL;
  return g_steal_pointer (&constant);
}

NnOnnxConstant *
nn_onnx_constant_new_ints (gint64 *ints, gsize n, gboolean is_scalar)
{
  NnOnnxConstant *constant = g_new0 (NnOnnxConstant, 1);

  constant->ints = ints;
  constant->n = constant->dims[0] = n;
  constant->n_dims = is_scalar ? 0 : 1;
  return constant;
}

void
nn_onnx_constant_free (NnOnnxConstant *constant)
{
  if (!constant)
    return;
  g_free (constant->ints);
  g_free (constant);
}

/* raw_data is little-endian, whatever the machine. */
static guint64
raw_bits (const Onnx__TensorProto *tensor, gsize index, gsize size)
{
  guint64 bits = 0;

  for (gsize i = size; i > 0; i--)
    bits = bits << 8 | tensor->raw_data.data[index * size + i - 1];
  return bits;
}

static real
number_at (const Onnx__TensorProto *tensor, gsize index)
{
  union {
    guint32 bits;
    float number;
  } single;
  union {
    guint64 bits;
    double number;
  } twice;

  if (tensor->data_type == TYPE (FLOAT)) {
    if (!tensor->has_raw_data)
      return tensor->float_data[index];
    single.bits = (guint32)raw_bits (tensor, index, 4);
    return single.number;
  }
  if (!tensor->has_raw_data)
    return (real)tensor->double_data[index];
  twice.bits = raw_bits (tensor, index, 8);
  return (real)twice.number;
}

real *
nn_onnx_constant_numbers (const NnOnnxConstant *constant)
{
  const Onnx__TensorProto *tensor = constant->tensor;
  gsize columns = constant->is_transposed ? constant->dims[0] : 1;
  gsize rows = constant->is_transposed ? constant->dims[1] : 1;
  real *numbers;

  if (!tensor || (tensor->data_type != TYPE (FLOAT) && tensor->data_type != TYPE (DOUBLE)))
    return NULL;
  numbers = g_new (real, MAX (constant->n, 1));
  for (gsize i = 0; i < constant->n; i++)
    numbers[constant->is_transposed ? i % columns * rows + i / columns : i] = number_at (tensor, i);
  return numbers;
}

gint64 *
nn_onnx_constant_ints (const NnOnnxConstant *constant)
{
  const Onnx__TensorProto *tensor = constant->tensor;
  gint64 *ints;

  if (constant->ints)
    return g_memdup2 (constant->ints, MAX (constant->n, 1) * sizeof *ints);
  if (constant->n > MAX_INTS || constant->is_transposed ||
      (tensor->data_type != TYPE (INT64) && tensor->data_type != TYPE (INT32)))
    return NULL;
  ints = g_new0 (gint64, MAX (constant->n, 1));
  for (gsize i = 0; i < constant->n; i++)
    if (tensor->data_type == TYPE (INT64))
      ints[i] = tensor->has_raw_data ? (gint64)raw_bits (tensor, i, 8) : tensor->int64_data[i];
    else
      ints[i] = tensor->has_raw_data ? (gint32)raw_bits (tensor, i, 4) : tensor->int32_data[i];
  return ints;
}
