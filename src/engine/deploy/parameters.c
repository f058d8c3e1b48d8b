/* parameters.c: which tensor of a file belongs to which parameter of a network. */
#include "parameters.h"

#include "layout.h"

#include <glib/gi18n-lib.h>

#include <math.h>
#include <string.h>

/* PyTorch's batch norm keeps one and needs none: a fixed momentum makes no use of it. */
#define COUNTER "num_batches_tracked"

/* A parameter, and the tensor that was found for it. */
typedef struct {
  const NnParameter *parameter;
  NnLayout layout;
  int layer;
  char *name; /* owned: "2.weight" */
  const NnTensor *tensor;
} Match;

static void
clear_match (gpointer match)
{
  g_free (((Match *)match)->name);
}

static GArray *
list_parameters (const NnNetwork *network, const char *prefix)
{
  GArray *matches = g_array_new (FALSE, TRUE, sizeof (Match));
  NnShape seen = network->input_shape;
  g_array_set_clear_func (matches, clear_match);
  for (int l = 0; l < network->n_layers; l++) {
    const NnLayer *layer = network->layers[l];
    seen = nn_layout_see (network, l, &seen);
    for (int p = 0; p < layer->n_parameters; p++) {
      const NnParameter *parameter = &layer->parameters[p];
      g_autofree char *name = nn_network_parameter_name (layer, parameter);
      Match match = {.parameter = parameter,
                     .layout = nn_layout (layer, parameter, &seen),
                     .layer = l,
                     .name = g_strconcat (prefix, name, NULL)};
      g_array_append_val (matches, match);
    }
  }
  return matches;
}

/* ---- by name ---- */

static gboolean
match_by_name (const NnTensorFile *file, GArray *matches, GError **error)
{
  for (guint i = 0; i < matches->len; i++) {
    Match *match = &g_array_index (matches, Match, i);
    match->tensor = nn_tensor_file_find (file, match->name);
    if (!match->tensor) {
      g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
                   _ ("tensor “%s” is missing, which the network needs"), match->name);
      return FALSE;
    }
  }
  return TRUE;
}

/* ---- by order: "fc1.weight", "fc1.bias", "fc2.weight" … ---- */

/* The tensors of one module of the other framework: those whose names agree up to the last dot. */
typedef struct {
  char *name;        /* owned: "fc1" */
  gsize stem_length; /* of "fc" */
  guint64 number;    /* the digits behind the stem */
} Module;

static void
module_free (Module *module)
{
  g_free (module->name);
  g_free (module);
}

static Module *
module_new (const NnTensor *tensor)
{
  const char *dot = strrchr (tensor->name, '.');
  Module *module = g_new0 (Module, 1);
  module->name = g_strndup (tensor->name, dot ? (gsize)(dot - tensor->name) : 0);
  module->stem_length = strlen (module->name);
  while (module->stem_length > 0 && g_ascii_isdigit (module->name[module->stem_length - 1]))
    module->stem_length--;
  module->number = g_ascii_strtoull (module->name + module->stem_length, NULL, 10);
  return module;
}

static gboolean
same_stem (const Module *a, const Module *b)
{
  return a->stem_length == b->stem_length && memcmp (a->name, b->name, a->stem_length) == 0;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const Module *first = *(Module *const *)a, *second = *(Module *const *)b;
  return first->number < second->number ? -1 : first->number > second->number;
}

static gboolean
is_counter (const NnTensor *tensor)
{
  return tensor->dtype == NN_DTYPE_I64 && tensor->n_dims == 0 &&
         g_str_has_suffix (tensor->name, "." COUNTER);
}

static gboolean
is_parameter (const NnTensor *tensor)
{
  return !g_str_has_prefix (tensor->name, NN_OPTIMIZER_PREFIX) && !is_counter (tensor);
}

/* In the file's order; by number where all differ in nothing else, since a sorted file has "10"
 * before "2". */
static GPtrArray *
list_modules (const NnTensorFile *file)
{
  GPtrArray *modules = g_ptr_array_new_with_free_func ((GDestroyNotify)module_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean numbered = TRUE;
  for (guint i = 0; i < file->tensors->len; i++) {
    if (!is_parameter (file->tensors->pdata[i]))
      continue;
    Module *module = module_new (file->tensors->pdata[i]);
    if (g_hash_table_contains (seen, module->name)) {
      module_free (module);
      continue;
    }
    g_hash_table_add (seen, module->name);
    g_ptr_array_add (modules, module);
    numbered = numbered && same_stem (module, modules->pdata[0]);
  }
  if (numbered)
    g_ptr_array_sort (modules, compare_numbers);
  return modules;
}

/* Layers with parameters and modules pair up in order; inside, "weight" is "weight". */
static gboolean
match_by_order (const NnTensorFile *file, GArray *matches)
{
  g_autoptr (GPtrArray) modules = list_modules (file);
  int layer = -1;
  guint next = 0;
  for (guint i = 0; i < matches->len; i++) {
    Match *match = &g_array_index (matches, Match, i);
    if (match->layer != layer)
      next++;
    layer = match->layer;
    if (next > modules->len)
      return FALSE;
    const Module *module = modules->pdata[next - 1];
    g_autofree char *name = *module->name
                                ? g_strconcat (module->name, ".", match->parameter->name, NULL)
                                : g_strdup (match->parameter->name);
    match->tensor = nn_tensor_file_find (file, name);
    if (!match->tensor)
      return FALSE;
  }
  return next == modules->len;
}

/* ---- checks ---- */

static gboolean
has_shape (const NnTensor *tensor, const NnShape *shape)
{
  if (tensor->n_dims != shape->n_dims)
    return FALSE;
  for (int i = 0; i < shape->n_dims; i++)
    if (tensor->dims[i] != (gsize)shape->dims[i])
      return FALSE;
  return TRUE;
}

static gboolean
check_shape (const Match *match, GError **error)
{
  const NnTensor *tensor = match->tensor;
  if (has_shape (tensor, &match->parameter->shape))
    return TRUE;
  g_autofree char *found = nn_tensor_shape_to_string (tensor->dims, tensor->n_dims);
  g_autofree char *expected = nn_shape_to_string (&match->parameter->shape);
  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE, _ ("tensor “%s”: expected %s numbers, found %s"),
               tensor->name, expected, found);
  return FALSE;
}

static gboolean
check_type (const NnTensor *tensor, GError **error)
{
  if (tensor->dtype == NN_DTYPE_F32 || tensor->dtype == NN_DTYPE_F64)
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
               _ ("tensor “%s”: numbers of type “%s” cannot be weights, only F32 and F64"),
               tensor->name, nn_dtype_name (tensor->dtype));
  return FALSE;
}

static gboolean
check_finite (const NnTensor *tensor, const real *values, GError **error)
{
  for (gsize i = 0; i < tensor->n; i++)
    if (!isfinite (values[i])) {
      g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("tensor “%s”: number %zu is not finite"),
                   tensor->name, i);
      return FALSE;
    }
  return TRUE;
}

/* Its root is divided by. */
static gboolean
check_variance (const Match *match, const real *values, GError **error)
{
  if (!g_str_equal (match->parameter->name, "running_var"))
    return TRUE;
  for (gsize i = 0; i < match->tensor->n; i++)
    if (values[i] < 0) {
      g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                   _ ("tensor “%s”: number %zu is below zero, which no variance is"),
                   match->tensor->name, i);
      return FALSE;
    }
  return TRUE;
}

static gboolean
is_matched (const NnTensor *tensor, const GArray *matches)
{
  for (guint i = 0; i < matches->len; i++)
    if (g_array_index (matches, Match, i).tensor == tensor)
      return TRUE;
  return FALSE;
}

/* A tensor nobody asked for means that the file is of another network. */
static gboolean
check_none_left (const NnTensorFile *file, const GArray *matches, const char *prefix,
                 GError **error)
{
  for (guint i = 0; i < file->tensors->len; i++) {
    const NnTensor *tensor = file->tensors->pdata[i];
    gboolean belongs = *prefix ? g_str_has_prefix (tensor->name, prefix) : is_parameter (tensor);
    if (belongs && !is_matched (tensor, matches)) {
      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _ ("tensor “%s” is none of the %u that the network has"), tensor->name,
                   matches->len);
      return FALSE;
    }
  }
  return TRUE;
}

/* ---- for the room ---- */

void
nn_parameters_add (NnTensorFile *file, const NnNetwork *network, const NnArena *block,
                   const char *prefix)
{
  g_autoptr (GArray) matches = list_parameters (network, prefix);
  for (guint i = 0; i < matches->len; i++) {
    const Match *match = &g_array_index (matches, Match, i);
    const NnShape *shape = &match->parameter->shape;
    const real *memory = nn_arena_at (block, match->parameter->offset);
    gsize dims[NN_SHAPE_MAX_DIMS];
    for (int d = 0; d < shape->n_dims; d++)
      dims[d] = (gsize)shape->dims[d];
    if (nn_layout_is_plain (&match->layout)) {
      nn_tensor_file_add (file, match->name, memory, shape->n_dims, dims);
      continue;
    }
    real *numbers = g_new (real, nn_shape_size (shape));
    nn_layout_to_file (&match->layout, memory, numbers);
    nn_tensor_file_add_taken (file, match->name, numbers, shape->n_dims, dims);
  }
}

/* Checks the numbers of the parameters themselves: of what they move by, none is impossible. */
static gboolean
read_values (const Match *match, gboolean is_moment, real *memory, GError **error)
{
  const NnTensor *tensor = match->tensor;
  g_autofree real *numbers = g_new (real, MAX (tensor->n, 1));
  nn_tensor_copy (tensor, numbers);
  if (!is_moment &&
      (!check_finite (tensor, numbers, error) || !check_variance (match, numbers, error)))
    return FALSE;
  nn_layout_from_file (&match->layout, numbers, memory);
  return TRUE;
}

real *
nn_parameters_read (const NnTensorFile *file, const NnNetwork *network, const char *prefix,
                    gboolean by_order, GError **error)
{
  g_autoptr (GArray) matches = list_parameters (network, prefix);
  g_autoptr (GError) by_name = NULL;
  if (!match_by_name (file, matches, &by_name) && !(by_order && match_by_order (file, matches))) {
    g_propagate_error (error, g_steal_pointer (&by_name));
    return NULL;
  }
  if (!check_none_left (file, matches, prefix, error))
    return NULL;
  for (guint i = 0; i < matches->len; i++) {
    const Match *match = &g_array_index (matches, Match, i);
    if (!check_type (match->tensor, error) || !check_shape (match, error))
      return NULL;
  }
  g_autofree real *block = g_new0 (real, MAX (network->parameters.reserved, 1));
  for (guint i = 0; i < matches->len; i++) {
    const Match *match = &g_array_index (matches, Match, i);
    if (!read_values (match, *prefix != '\0', block + match->parameter->offset, error))
      return NULL;
  }
  return g_steal_pointer (&block);
}

gboolean
nn_parameters_load (const NnTensorFile *file, NnNetwork *network, gboolean by_order, GError **error)
{
  g_autofree real *block = nn_parameters_read (file, network, "", by_order, error);
  if (!block)
    return FALSE;
  if (network->parameters.data != NULL) /* it may have none */
    memcpy (network->parameters.data, block, network->parameters.reserved * sizeof (real));
  return TRUE;
}
