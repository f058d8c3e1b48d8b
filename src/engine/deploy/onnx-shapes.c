/* onnx-shapes.c: nodes of an ONNX graph that move or regroup numbers, and the shapes that some
 * files compute. */
#include "onnx-nodes.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define LARGEST_DIM (1 << 24)
#define MAX_COMPUTED 16 /* numbers of a shape that is computed */

/* ---- regrouping ---- */

/* A vector behind a map is our flatten; a map behind a vector our reshape, which knows the numbers'
 * order only where it is our own. */
static gboolean
regroup (NnOnnxReader *self, const Onnx__NodeProto *node, const gint64 *dims, int n_dims,
         GError **error)
{
  NnOnnxView *view = &self->view;

  if (!nn_onnx_view_regroup (view, dims, n_dims)) {
    gboolean one_channel = n_dims == 3 && dims[0] == 1;
    NnShape map;

    if (n_dims != 3 || !nn_onnx_view_is_ours (view))
      return nn_onnx_fail (node, error,
                           _ ("Glassbox reshapes to a vector, or to height × width × channels"));
    map = one_channel ? nn_shape_image ((int)dims[1], (int)dims[2], 1)
                      : nn_shape_image ((int)dims[0], (int)dims[1], (int)dims[2]);
    if (!nn_onnx_add (self, node, nn_reshape_spec (map), error))
      return FALSE;
    *view = nn_onnx_view_map (&map);
    for (int i = 0; i < 3; i++) {
      view->order[i] = (NnAxis)i;
      view->dims[i] = dims[i];
    }
    return TRUE;
  }
  if (n_dims == 1 && self->stack->shape.n_dims == 3)
    return nn_onnx_add (self, node, nn_flatten_spec (), error);
  return TRUE;
}

/* Fills @dims from the wanted shape, in which 0 means "as before" and one −1 "the rest". */
static gboolean
resolve (const NnOnnxReader *self, const gint64 *wanted, gsize n, gint64 *dims)
{
  gint64 size = (gint64)nn_onnx_view_size (&self->view), product = 1;
  int rest = -1;

  if (n < 2 || n > NN_ONNX_MAX_DIMS ||
      (wanted[0] != 0 && wanted[0] != -1 && wanted[0] != self->batch))
    return FALSE;
  for (gsize i = 0; i + 1 < n; i++) {
    dims[i] = wanted[i + 1];
    if (dims[i] == 0 && (int)i < self->view.n_dims)
      dims[i] = self->view.dims[i];
    if (dims[i] == -1 && rest < 0) {
      rest = (int)i;
      continue;
    }
    if (dims[i] < 1 || dims[i] > LARGEST_DIM)
      return FALSE;
    product *= dims[i];
    if (product > size)
      return FALSE;
  }
  if (rest >= 0) {
    dims[rest] = size / product;
    product *= dims[rest];
  }
  return product == size;
}

gboolean
nn_onnx_read_reshape (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const NnOnnxConstant *constant = nn_onnx_input (self, node, 1);
  g_autofree gint64 *wanted = constant ? nn_onnx_constant_ints (constant) : NULL;
  gint64 dims[NN_ONNX_MAX_DIMS];

  if (!wanted || nn_onnx_int (node, "allowzero", 0) != 0 ||
      !resolve (self, wanted, constant->n, dims))
    return nn_onnx_fail (node, error,
                         _ ("its shape must be a list in the file, the batch first, that has room "
                            "for %zu numbers a picture"),
                         nn_onnx_view_size (&self->view));
  return regroup (self, node, dims, (int)constant->n - 1, error);
}

gboolean
nn_onnx_read_flatten (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  gint64 axis = nn_onnx_int (node, "axis", 1), size = (gint64)nn_onnx_view_size (&self->view);

  if (axis != 1 && axis != -self->view.n_dims)
    return nn_onnx_fail (node, error,
                         _ ("it works along the batch, or along an axis that is not "
                            "there"));
  return regroup (self, node, &size, 1, error);
}

gboolean
nn_onnx_read_transpose (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  gint64 wanted[NN_ONNX_MAX_DIMS + 1];
  int order[NN_ONNX_MAX_DIMS], n = self->view.n_dims;
  gboolean good = nn_onnx_attribute (node, "perm") &&
                  nn_onnx_ints (node, "perm", 0, wanted, (gsize)n + 1) && wanted[0] == 0;

  for (int i = 0; i < n && good; i++) {
    good = wanted[i + 1] >= 1 && wanted[i + 1] <= n;
    order[i] = (int)wanted[i + 1] - 1;
  }
  return (good && nn_onnx_view_transpose (&self->view, order)) ||
         nn_onnx_fail (node, error, _ ("it must put the axes behind the batch in another order"));
}

gboolean
nn_onnx_read_squeeze (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  gint64 dims[NN_ONNX_MAX_DIMS];
  int n_dims = 0;
  gsize n;
  g_autofree int *axes = nn_onnx_axes (self, node, self->view.n_dims, &n, error);

  if (!axes)
    return FALSE;
  for (int i = 0; i < self->view.n_dims; i++) {
    gboolean is_taken = FALSE;

    for (gsize j = 0; j < n; j++)
      is_taken = is_taken || axes[j] == i;
    if (is_taken && self->view.dims[i] != 1)
      return nn_onnx_fail (node, error, _ ("it takes an axis away that has more than one number"));
    if (!is_taken)
      dims[n_dims++] = self->view.dims[i];
  }
  if (n_dims == 0)
    dims[n_dims++] = 1;
  return regroup (self, node, dims, n_dims, error);
}

gboolean
nn_onnx_read_unsqueeze (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  gint64 dims[NN_ONNX_MAX_DIMS];
  gsize n = 0, next = 0;
  const Onnx__AttributeProto *attribute = nn_onnx_attribute (node, "axes");
  const NnOnnxConstant *constant = nn_onnx_input (self, node, 1);
  gsize more = attribute ? attribute->n_ints : constant ? constant->n : 0;
  int n_dims = self->view.n_dims + (int)MIN (more, NN_ONNX_MAX_DIMS);
  g_autofree int *axes = NULL;

  if (n_dims > NN_ONNX_MAX_DIMS)
    return nn_onnx_fail (node, error, _ ("“shape” has more than 8 dimensions"));
  axes = nn_onnx_axes (self, node, n_dims, &n, error);
  if (!axes)
    return FALSE;
  for (int i = 0; i < n_dims; i++) {
    gboolean is_new = FALSE;

    for (gsize j = 0; j < n; j++)
      is_new = is_new || axes[j] == i;
    if (!is_new && (int)next == self->view.n_dims)
      return nn_onnx_fail (node, error, _ ("it names an axis twice"));
    dims[i] = is_new ? 1 : self->view.dims[next++];
  }
  return regroup (self, node, dims, n_dims, error);
}

/* ---- shapes that are computed ---- */

static gboolean
keep (NnOnnxReader *self, const Onnx__NodeProto *node, NnOnnxConstant *constant)
{
  if (*node->output[0])
    g_hash_table_insert (self->graph->constants, g_strdup (node->output[0]), constant);
  else
    nn_onnx_constant_free (constant);
  return TRUE;
}

static gboolean
keep_ints (NnOnnxReader *self, const Onnx__NodeProto *node, const gint64 *ints, gsize n,
           gboolean is_scalar)
{
  return keep (
      self, node,
      nn_onnx_constant_new_ints (g_memdup2 (ints, MAX (n, 1) * sizeof *ints), n, is_scalar));
}

/* 0 stands for the batch: in a shape, it means the same. */
static gboolean
evaluate_shape (NnOnnxReader *self, const Onnx__NodeProto *node)
{
  gint64 ints[NN_ONNX_MAX_DIMS + 1] = {0};

  if (node->n_input != 1 || !g_str_equal (node->input[0], self->live) || node->n_attribute > 0)
    return TRUE;
  memcpy (ints + 1, self->view.dims, (gsize)self->view.n_dims * sizeof *ints);
  return keep_ints (self, node, ints, (gsize)self->view.n_dims + 1, FALSE);
}

static gboolean
evaluate_constant (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const Onnx__AttributeProto *value = nn_onnx_attribute (node, "value");
  const Onnx__AttributeProto *ints = nn_onnx_attribute (node, "value_ints");
  const Onnx__AttributeProto *one = nn_onnx_attribute (node, "value_int");
  g_autoptr (GError) inner = NULL;
  NnOnnxConstant *constant;

  if (ints && ints->n_ints <= MAX_COMPUTED)
    return keep_ints (self, node, ints->ints, ints->n_ints, FALSE);
  if (one && one->has_i)
    return keep_ints (self, node, &one->i, 1, TRUE);
  if (!value || !value->t)
    return TRUE;
  constant = nn_onnx_constant_new (value->t, &inner);
  return constant ? keep (self, node, constant) : nn_onnx_fail (node, error, "%s", inner->message);
}

/* Weights that are turned on the way: the same numbers, read the other way round. */
static gboolean
evaluate_transpose (NnOnnxReader *self, const Onnx__NodeProto *node)
{
  const NnOnnxConstant *from = nn_onnx_input (self, node, 0);
  NnOnnxConstant *turned;

  if (from->n_dims != 2 || !from->tensor || from->ints)
    return TRUE;
  gint64 order[2] = {1, 0};
  if (nn_onnx_attribute (node, "perm") && !nn_onnx_ints (node, "perm", 0, order, 2))
    return TRUE;
  turned = g_memdup2 (from, sizeof *from);
  if (order[0] == 1 && order[1] == 0) {
    turned->dims[0] = from->dims[1];
    turned->dims[1] = from->dims[0];
    turned->is_transposed = !from->is_transposed;
  }
  return keep (self, node, turned);
}

static gboolean
evaluate_gather (NnOnnxReader *self, const Onnx__NodeProto *node)
{
  const NnOnnxConstant *from = nn_onnx_input (self, node, 0);
  const NnOnnxConstant *which = nn_onnx_input (self, node, 1);
  g_autofree gint64 *ints = nn_onnx_constant_ints (from);
  g_autofree gint64 *index = which ? nn_onnx_constant_ints (which) : NULL;
  gint64 at;

  if (!ints || !index || which->n != 1 || from->n_dims != 1 || nn_onnx_int (node, "axis", 0) != 0)
    return TRUE;
  at = index[0] < 0 ? index[0] + (gint64)from->n : index[0];
  if (at < 0 || at >= (gint64)from->n)
    return TRUE;
  return keep_ints (self, node, ints + at, 1, which->n_dims == 0);
}

static gboolean
evaluate_concat (NnOnnxReader *self, const Onnx__NodeProto *node)
{
  gint64 all[MAX_COMPUTED];
  gsize n = 0;

  for (gsize i = 0; i < node->n_input; i++) {
    const NnOnnxConstant *from = nn_onnx_input (self, node, i);
    g_autofree gint64 *ints = from ? nn_onnx_constant_ints (from) : NULL;

    if (!ints || from->n_dims != 1 || from->n > MAX_COMPUTED - n)
      return TRUE;
    memcpy (all + n, ints, from->n * sizeof *ints);
    n += from->n;
  }
  return keep_ints (self, node, all, n, FALSE);
}

/* Numbers that stay what they are. */
static gboolean
evaluate_copy (NnOnnxReader *self, const Onnx__NodeProto *node, gboolean is_scalar)
{
  const NnOnnxConstant *from = nn_onnx_input (self, node, 0);
  g_autofree gint64 *ints = nn_onnx_constant_ints (from);

  return !ints || from->n > MAX_COMPUTED || keep_ints (self, node, ints, from->n, is_scalar);
}

gboolean
nn_onnx_evaluate (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const char *type = node->op_type ? node->op_type : "";

  if (g_str_equal (type, "Shape"))
    return evaluate_shape (self, node);
  if (g_str_equal (type, "Constant"))
    return evaluate_constant (self, node, error);
  if (node->n_input == 0 || !nn_onnx_input (self, node, 0))
    return TRUE;
  if (g_str_equal (type, "Transpose"))
    return evaluate_transpose (self, node);
  if (g_str_equal (type, "Gather"))
    return evaluate_gather (self, node);
  if (g_str_equal (type, "Concat"))
    return evaluate_concat (self, node);
  if (g_str_equal (type, "Identity") && !nn_onnx_input (self, node, 0)->ints)
    return keep (self, node, g_memdup2 (nn_onnx_input (self, node, 0), sizeof (NnOnnxConstant)));
  if (g_str_equal (type, "Unsqueeze") || g_str_equal (type, "Cast"))
    return evaluate_copy (self, node,
                          g_str_equal (type, "Cast") && nn_onnx_input (self, node, 0)->n_dims == 0);
  if (g_str_equal (type, "Squeeze"))
    return evaluate_copy (self, node, nn_onnx_input (self, node, 0)->n == 1);
  return TRUE;
}
