/* onnx-graph.c: an ONNX file, looked through before anything in it is believed. */
#include "onnx-graph.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include <string.h>

#define MAX_NODES 512
#define LEAST_OPSET 7
#define SMALL_CHANGE (1 << 20) /* bytes that any file may cost, however short */
#define LONGEST_SHOWN 60

/* ---- memory ---- */

typedef struct {
  gsize left;
} Budget;

static void *
budget_allocate (void *data, size_t size)
{
  Budget *budget = data;

  if (size > budget->left)
    return NULL;
  budget->left -= size;
  return g_try_malloc (size);
}

static void
budget_release (void *data, void *pointer)
{
  g_free (pointer);
}

static ProtobufCAllocator releaser = {.free = budget_release};

/* An empty node takes two bytes of a file and a hundred of memory: a file of nothing else is cut
 * off long before the memory is full. */
static Onnx__ModelProto *
unpack (GBytes *bytes, GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  Budget budget = {2 * length + SMALL_CHANGE};
  ProtobufCAllocator allocator = {budget_allocate, budget_release, &budget};
  Onnx__ModelProto *model = onnx__model_proto__unpack (&allocator, length, data);

  if (model == NULL)
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("not an ONNX file, or a damaged one: its parts do not fit into each other"));
  return model;
}

/* ---- messages ---- */

char *
nn_onnx_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
  g_autofree char *shown =
      g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), LONGEST_SHOWN));

  for (char *c = shown; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  return g_steal_pointer (&shown);
}

/* A node without a name is known by what it makes. */
gboolean
nn_onnx_fail (const Onnx__NodeProto *node, GError **error, const char *format, ...)
{
  gboolean named = node->name && *node->name;
  g_autofree char *name = nn_onnx_text (named                ? node->name
                                        : node->n_output > 0 ? node->output[0]
                                                             : NULL);
  g_autofree char *type = nn_onnx_text (node->op_type);
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("node “%s” (%s): %s"), name, type, what);
  return FALSE;
}

/* ---- attributes ---- */

const Onnx__AttributeProto *
nn_onnx_attribute (const Onnx__NodeProto *node, const char *name)
{
  for (gsize i = 0; i < node->n_attribute; i++)
    if (g_strcmp0 (node->attribute[i]->name, name) == 0)
      return node->attribute[i];
  return NULL;
}

gint64
nn_onnx_int (const Onnx__NodeProto *node, const char *name, gint64 otherwise)
{
  const Onnx__AttributeProto *attribute = nn_onnx_attribute (node, name);

  return attribute && attribute->has_i ? attribute->i : otherwise;
}

double
nn_onnx_float (const Onnx__NodeProto *node, const char *name, double otherwise)
{
  const Onnx__AttributeProto *attribute = nn_onnx_attribute (node, name);

  return attribute && attribute->has_f ? (double)attribute->f : otherwise;
}

gboolean
nn_onnx_ints (const Onnx__NodeProto *node, const char *name, gint64 otherwise, gint64 *ints,
              gsize n)
{
  const Onnx__AttributeProto *attribute = nn_onnx_attribute (node, name);

  for (gsize i = 0; i < n; i++)
    ints[i] = attribute && attribute->n_ints == n ? attribute->ints[i] : otherwise;
  return !attribute || attribute->n_ints == n;
}

gboolean
nn_onnx_is (const Onnx__NodeProto *node, const char *name, const char *otherwise, const char *word)
{
  const Onnx__AttributeProto *attribute = nn_onnx_attribute (node, name);

  if (!attribute || !attribute->has_s)
    return g_str_equal (otherwise, word);
  return attribute->s.len == strlen (word) &&
         memcmp (attribute->s.data, word, attribute->s.len) == 0;
}

static gboolean
check_attributes (const Onnx__NodeProto *node, GError **error)
{
  for (gsize i = 0; i < node->n_attribute; i++) {
    const Onnx__AttributeProto *attribute = node->attribute[i];
    g_autofree char *name = nn_onnx_text (attribute->name);

    if (nn_onnx_attribute (node, attribute->name ? attribute->name : "") != attribute)
      return nn_onnx_fail (node, error, _ ("the attribute “%s” is there twice, or has no name"),
                           name);
    if (attribute->ref_attr_name && *attribute->ref_attr_name)
      return nn_onnx_fail (node, error, _ ("the attribute “%s” refers to another one"), name);
    if (attribute->type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH ||
        attribute->type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS)
      return nn_onnx_fail (node, error,
                           _ ("its attribute “%s” is a graph of its own; Glassbox reads layers in "
                              "a row"),
                           name);
  }
  return TRUE;
}

/* ---- the graph ---- */

static gboolean
check_version (NnOnnxGraph *self, GError **error)
{
  for (gsize i = 0; i < self->model->n_opset_import; i++) {
    const Onnx__OperatorSetIdProto *set = self->model->opset_import[i];

    if (!set->domain || !*set->domain || g_str_equal (set->domain, "ai.onnx"))
      self->opset = set->version;
  }
  if (self->opset >= LEAST_OPSET)
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
               _ ("it uses version %" PRId64 " of ONNX's operators; Glassbox reads %d and later"),
               self->opset, LEAST_OPSET);
  return FALSE;
}

static gboolean
read_constants (NnOnnxGraph *self, GError **error)
{
  for (gsize i = 0; i < self->graph->n_initializer; i++) {
    const Onnx__TensorProto *tensor = self->graph->initializer[i];
    NnOnnxConstant *constant = nn_onnx_constant_new (tensor, error);

    if (!constant)
      return FALSE;
    if (!g_hash_table_insert (self->constants, g_strdup (tensor->name ? tensor->name : ""),
                              constant)) {
      g_autofree char *name = nn_onnx_text (tensor->name);
      g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("there are two tensors “%s”"), name);
      return FALSE;
    }
  }
  return TRUE;
}

/* Old files list the weights among the inputs too. */
static gboolean
find_ends (NnOnnxGraph *self, GError **error)
{
  gsize n_inputs = 0;

  for (gsize i = 0; i < self->graph->n_input; i++) {
    const Onnx__ValueInfoProto *input = self->graph->input[i];

    if (input->name && g_hash_table_contains (self->constants, input->name))
      continue;
    self->input = input;
    n_inputs++;
  }
  if (n_inputs != 1 || self->graph->n_output != 1 || !self->input->name ||
      !self->graph->output[0]->name) {
    g_set_error (
        error, NN_ERROR, NN_ERROR_FORMAT,
        _ ("the graph has %zu inputs and %zu outputs; Glassbox's networks have one of each"),
        n_inputs, self->graph->n_output);
    return FALSE;
  }
  self->output = self->graph->output[0]->name;
  return TRUE;
}

/* Nodes stand in the order of their work: who reads what only comes later is in a circle. */
static gboolean
check_order (NnOnnxGraph *self, GError **error)
{
  g_autoptr (GHashTable) made = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_add (made, self->input->name);
  for (gsize i = 0; i < self->graph->n_node; i++) {
    const Onnx__NodeProto *node = self->graph->node[i];

    if (!check_attributes (node, error))
      return FALSE;
    for (gsize j = 0; j < node->n_input; j++)
      if (*node->input[j] && !g_hash_table_contains (made, node->input[j]) &&
          !g_hash_table_contains (self->constants, node->input[j])) {
        g_autofree char *name = nn_onnx_text (node->input[j]);
        return nn_onnx_fail (node, error,
                             _ ("it reads “%s”, which nothing before it makes; is there a circle?"),
                             name);
      }
    for (gsize j = 0; j < node->n_output; j++)
      if (*node->output[j] && (g_hash_table_contains (self->constants, node->output[j]) ||
                               !g_hash_table_add (made, node->output[j]))) {
        g_autofree char *name = nn_onnx_text (node->output[j]);
        return nn_onnx_fail (node, error, _ ("it makes “%s”, which is there already"), name);
      }
    if (node->n_output == 0)
      return nn_onnx_fail (node, error, _ ("it makes nothing"));
  }
  return TRUE;
}

static gboolean
check (NnOnnxGraph *self, GError **error)
{
  if (!self->graph) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("there is no graph in it"));
    return FALSE;
  }
  if (self->graph->n_node > MAX_NODES) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE, _ ("it has %zu nodes; at most %d are read"),
                 self->graph->n_node, MAX_NODES);
    return FALSE;
  }
  return check_version (self, error) && read_constants (self, error) && find_ends (self, error) &&
         check_order (self, error);
}

/* ---- public ---- */

NnOnnxGraph *
nn_onnx_graph_read (GBytes *bytes, GError **error)
{
  g_autoptr (NnOnnxGraph) self = g_new0 (NnOnnxGraph, 1);

  self->constants = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify)nn_onnx_constant_free);
  self->model = unpack (bytes, error);
  if (!self->model)
    return NULL;
  self->graph = self->model->graph;
  return check (self, error) ? g_steal_pointer (&self) : NULL;
}

void
nn_onnx_graph_free (NnOnnxGraph *graph)
{
  if (!graph)
    return;
  g_hash_table_unref (graph->constants);
  if (graph->model)
    onnx__model_proto__free_unpacked (graph->model, &releaser);
  g_free (graph);
}
