/* stack.c: a model that is put together layer by layer from somebody else's file. */
#include "stack.h"

#include "parameters.h"

#include "engine/ink/drawing.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define USUAL_RECIPE "keras-784-64-10"
#define LONGEST_NAME 60

NnStack *
nn_stack_new (void)
{
  NnStack *stack = g_new0 (NnStack, 1);

  stack->layers = g_ptr_array_new_with_free_func (g_free);
  stack->tensors = nn_tensor_file_new ();
  stack->shape = nn_shape_image (NN_DIGIT_SIDE, NN_DIGIT_SIDE, 1);
  return stack;
}

void
nn_stack_free (NnStack *stack)
{
  if (stack == NULL)
    return;
  g_ptr_array_unref (stack->layers);
  nn_tensor_file_free (stack->tensors);
  g_free (stack);
}

gboolean
nn_stack_add (NnStack *stack, NnLayerSpec *spec, GError **error)
{
  g_autoptr (GPtrArray) alone = g_ptr_array_new_with_free_func (g_free);
  NnForeseen foreseen;

  g_ptr_array_add (alone, spec);
  if (nn_network_foresee (alone, &stack->shape, &foreseen, error) == 0)
    return FALSE;
  if (stack->layers->len == NN_MAX_LAYERS) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE, _ ("a network has at most %d layers here"),
                 NN_MAX_LAYERS);
    return FALSE;
  }
  stack->n_numbers += nn_shape_size (&foreseen.output_shape);
  if (stack->n_numbers > NN_STACK_MAX_NUMBERS) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                 _ ("the layers up to here make more than %d numbers of one picture"),
                 NN_STACK_MAX_NUMBERS);
    return FALSE;
  }
  g_ptr_array_add (stack->layers, nn_layer_spec_copy (spec));
  stack->shape = foreseen.output_shape;
  stack->n_least = stack->tensors->tensors->len;
  return TRUE;
}

void
nn_stack_add_tensor (NnStack *stack, const char *name, real *numbers, int n_dims, const gsize *dims)
{
  g_autofree char *full = g_strdup_printf ("%u.%s", stack->layers->len - 1, name);

  nn_tensor_file_add_taken (stack->tensors, full, numbers, n_dims, dims);
}

real *
nn_stack_find (const NnStack *stack, const char *name, gsize *n)
{
  for (gsize i = stack->n_least; i < stack->tensors->tensors->len; i++) {
    NnTensor *tensor = stack->tensors->tensors->pdata[i];

    if (g_str_equal (strchr (tensor->name, '.') + 1, name)) {
      *n = tensor->n;
      return tensor->owned;
    }
  }
  return NULL;
}

const NnLayerClass *
nn_stack_last (const NnStack *stack)
{
  if (stack->layers->len == 0)
    return NULL;
  return ((const NnLayerSpec *)stack->layers->pdata[stack->layers->len - 1])->class_;
}

/* The loss that goes with the way the network ends. */
static NnLossKind
choose_loss (const NnStack *stack)
{
  const NnLayerSpec *last = stack->layers->pdata[stack->layers->len - 1];

  if (last->class_ == &nn_activation_class &&
      ((const NnActivationSpec *)last)->function == NN_FUNCTION_SIGMOID)
    return NN_LOSS_BINARY_CROSS_ENTROPY;
  return NN_LOSS_SOFTMAX_CROSS_ENTROPY;
}

static char *
tidy_name (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  glong length = g_utf8_strlen (valid, -1);

  return g_utf8_substring (valid, 0, MIN (length, LONGEST_NAME));
}

/* The recipe goes through its own text, so that every bound of a recipe holds here as well. */
static NnExperiment *
make_experiment (NnStack *stack, const NnExperiment *base, const char *name, NnScale scale,
                 GError **error)
{
  g_autoptr (NnExperiment) experiment =
      base ? nn_experiment_copy (base) : nn_preset_load (USUAL_RECIPE, error);
  g_autofree char *text = NULL;

  if (!experiment)
    return NULL;
  g_ptr_array_set_size (experiment->layers, 0);
  for (guint i = 0; i < stack->layers->len; i++)
    g_ptr_array_add (experiment->layers, nn_layer_spec_copy (stack->layers->pdata[i]));
  experiment->prepare.scale = scale;
  if (!base) {
    g_free (experiment->name);
    experiment->name = tidy_name (name);
    experiment->train.loss = choose_loss (stack);
  }
  text = nn_experiment_to_json (experiment);
  return nn_experiment_parse (text, -1, error);
}

NnModel *
nn_stack_finish (NnStack *stack, const NnExperiment *base, const char *name, NnScale scale,
                 int max_batch, NnPool *pool, GError **error)
{
  g_autoptr (NnExperiment) experiment = NULL;
  g_autoptr (NnModel) model = NULL;

  if (stack->layers->len == 0) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("there is no layer in it"));
    return NULL;
  }
  experiment = make_experiment (stack, base, name, scale, error);
  if (experiment)
    model = nn_model_new (experiment, (int)nn_shape_size (&stack->shape), max_batch, pool, error);
  if (!model || !nn_parameters_load (stack->tensors, model->network, FALSE, error))
    return NULL;
  return g_steal_pointer (&model);
}
