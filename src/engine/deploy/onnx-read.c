/* onnx-read.c: an ONNX graph, node by node, as a model of our layers. */
#include "onnx.h"

#include "onnx-nodes.h"
#include "parameters.h"

#include "engine/ink/drawing.h"

#include <glib/gi18n-lib.h>

#include <string.h>

static void
reader_clear (NnOnnxReader *self)
{
  g_clear_pointer (&self->graph, nn_onnx_graph_free);
  g_clear_pointer (&self->stack, nn_stack_free);
  g_clear_pointer (&self->done, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnOnnxReader, reader_clear)

/* ---- the input ---- */

static char *
describe_shape (const gint64 *dims, gsize n)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text, dims[i] > 0 ? "%s%" G_GINT64_FORMAT : "%s?", i > 0 ? "×" : "",
                            dims[i]);
  return g_string_free (text, FALSE);
}

static gboolean
fail_input (const NnOnnxReader *self, const gint64 *dims, gsize n, GError **error)
{
  g_autofree char *name = nn_onnx_text (self->graph->input->name);
  g_autofree char *shape = describe_shape (dims, n);

  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _ ("the input “%s” is %s; Glassbox's networks read a batch of grey pictures of "
                  "28×28, as N×1×28×28, N×28×28×1, N×28×28 or N×784"),
               name, shape);
  return FALSE;
}

static gboolean
begin (NnOnnxReader *self, GError **error)
{
  const Onnx__TypeProto *type = self->graph->input->type;
  const Onnx__TypeProto__Tensor *tensor =
      type && type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE ? type->tensor_type : NULL;
  gint64 dims[5] = {0};
  gsize n = tensor && tensor->shape ? MIN (tensor->shape->n_dim, G_N_ELEMENTS (dims)) : 0;
  const NnShape map = nn_shape_image (NN_DIGIT_SIDE, NN_DIGIT_SIDE, 1);

  for (gsize i = 0; i < n; i++)
    if (tensor->shape->dim[i]->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE)
      dims[i] = tensor->shape->dim[i]->dim_value;
  self->live = self->graph->input->name;
  self->view = nn_onnx_view_map (&map);
  if (n < 2 || n > 4 || !nn_onnx_view_regroup (&self->view, dims + 1, (int)n - 1))
    return fail_input (self, dims, n, error);
  self->batch = dims[0];
  return TRUE;
}

/* ---- the nodes ---- */

/* Returns: whether all that it reads is known without a picture. */
static gboolean
is_constant (const NnOnnxReader *self, const Onnx__NodeProto *node)
{
  for (gsize i = 0; i < node->n_input; i++)
    if (*node->input[i] && !nn_onnx_input (self, node, i))
      return FALSE;
  return TRUE;
}

/* A row has no branches: but for constants, a node reads what the one before made. */
static gboolean
check_inputs (const NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  for (gsize i = 0; i < node->n_input; i++)
    if (*node->input[i] && !nn_onnx_input (self, node, i) &&
        !g_str_equal (node->input[i], self->live)) {
      g_autofree char *name = nn_onnx_text (node->input[i]);
      return nn_onnx_fail (node, error,
                           _ ("it reads “%s”, which is neither what the node before made nor a "
                              "number of the file; Glassbox reads layers in a row, without "
                              "branches"),
                           name);
    }
  return TRUE;
}

static gboolean
read_node (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const char *type = node->op_type ? node->op_type : "";
  gboolean is_standard = !node->domain || !*node->domain || g_str_equal (node->domain, "ai.onnx");
  gboolean has_zeros = self->zeros[0] + self->zeros[1] + self->zeros[2] + self->zeros[3] > 0;
  NnOnnxNode read = is_standard ? nn_onnx_node_find (type) : NULL;

  if (is_constant (self, node) || g_str_equal (type, "Shape"))
    return nn_onnx_evaluate (self, node, error);
  if (!read)
    return nn_onnx_fail (node, error, _ ("Glassbox has no such layer"));
  if (!check_inputs (self, node, error))
    return FALSE;
  if (has_zeros && !g_str_equal (type, "Conv"))
    return nn_onnx_fail (node, error,
                         _ ("zeros were put around its input, which only a convolution takes"));
  self->live = node->output[0];
  return read (self, node, error);
}

/* Some nodes look ahead, and what they find there reads constants that are nodes as well. */
static gboolean
read_constants (NnOnnxReader *self, GError **error)
{
  for (gsize i = 0; i < self->graph->graph->n_node; i++) {
    const Onnx__NodeProto *node = self->graph->graph->node[i];

    if (g_strcmp0 (node->op_type, "Constant") != 0 || node->n_input > 0)
      continue;
    if (!nn_onnx_evaluate (self, node, error))
      return FALSE;
    self->done[i] = TRUE;
  }
  return TRUE;
}

static gboolean
read_nodes (NnOnnxReader *self, GError **error)
{
  for (self->at = 0; self->at < self->graph->graph->n_node; self->at++)
    if (!self->done[self->at] && !read_node (self, self->graph->graph->node[self->at], error))
      return FALSE;
  if (g_str_equal (self->live, self->graph->output) && nn_onnx_view_is_ours (&self->view))
    return TRUE;
  g_autofree char *output = nn_onnx_text (self->graph->output);
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
               _ ("the output “%s” is not the answer of the last layer"), output);
  return FALSE;
}

/* ---- the recipe ---- */

static const char *
find_metadata (const Onnx__ModelProto *model, const char *key)
{
  for (gsize i = 0; i < model->n_metadata_props; i++) {
    const Onnx__StringStringEntryProto *entry = model->metadata_props[i];

    if (g_strcmp0 (entry->key, key) == 0)
      return entry->value;
  }
  return NULL;
}

/* What Glassbox put into the file itself; a hint, never the layers. */
static NnExperiment *
find_recipe (const Onnx__ModelProto *model)
{
  const char *text = find_metadata (model, NN_METADATA_EXPERIMENT);
  NnExperiment *recipe = text ? nn_experiment_parse (text, -1, NULL) : NULL;

  /* What the network does itself must not be done twice. */
  if (recipe && g_strcmp0 (find_metadata (model, NN_METADATA_INPUT),
                           nn_onnx_input_name (NN_ONNX_PREPARED)) != 0) {
    recipe->prepare.standardise = FALSE;
    nn_prepare_spec_set_fit (&recipe->prepare, NULL);
  }
  return recipe;
}

/* A network that does not divide by 255 itself is given what is divided already, unless it takes
 * bytes. */
static NnScale
find_scale (const NnOnnxReader *self, const NnExperiment *recipe)
{
  const Onnx__TypeProto__Tensor *tensor = self->graph->input->type->tensor_type;

  if (self->is_scaled)
    return NN_SCALE_UNIT;
  if (recipe)
    return recipe->prepare.scale;
  return tensor->elem_type == ONNX__TENSOR_PROTO__DATA_TYPE__UINT8 ? NN_SCALE_NONE : NN_SCALE_UNIT;
}

/* "folder/mine.onnx" → "mine" */
static char *
name_of (const char *path)
{
  char *name = g_path_get_basename (path), *dot = strrchr (name, '.');

  if (dot && dot > name)
    *dot = '\0';
  return name;
}

static NnModel *
decode (NnOnnxReader *self, GBytes *bytes, const char *path, int max_batch, NnPool *pool,
        GError **error)
{
  g_autoptr (NnExperiment) recipe = NULL;
  g_autofree char *name = name_of (path);

  self->graph = nn_onnx_graph_read (bytes, error);
  if (!self->graph)
    return NULL;
  self->stack = nn_stack_new ();
  self->done = g_new0 (gboolean, self->graph->graph->n_node + 1);
  if (!begin (self, error) || !read_constants (self, error) || !read_nodes (self, error))
    return NULL;
  recipe = find_recipe (self->graph->model);
  return nn_stack_finish (self->stack, recipe, name, find_scale (self, recipe), max_batch, pool,
                          error);
}

NnModel *
nn_onnx_decode (GBytes *bytes, const char *name, int max_batch, NnPool *pool, GError **error)
{
  g_auto (NnOnnxReader) self = {0};
  NnModel *model = decode (&self, bytes, name, max_batch, pool, error);

  if (!model)
    g_prefix_error (error, "%s: ", name);
  return model;
}
