/* experiment-edit.c: what the dials do to a recipe; each edit leaves it valid. */
#include "experiment.h"

#define MAX_DROPOUT 0.99

static gboolean
is_kind (const GPtrArray *layers, int index, const NnLayerClass *class_)
{
  return ((const NnLayerSpec *)layers->pdata[index])->class_ == class_;
}

/* The dense layer that gives the answer; −1 if there is none. */
static int
find_last_dense (const GPtrArray *layers)
{
  int index = (int)layers->len - 1;
  while (index >= 0 && !is_kind (layers, index, &nn_dense_class))
    index--;
  return index;
}

/* The activation behind the last dense layer; −1 if there is none. */
static int
find_closing_activation (const GPtrArray *layers)
{
  for (int i = (int)layers->len - 1; i >= 0; i--) {
    if (is_kind (layers, i, &nn_dense_class))
      break;
    if (is_kind (layers, i, &nn_activation_class))
      return i;
  }
  return -1;
}

/* Whether the layer of weights before it is a convolution. */
static gboolean
is_of_convolution (const GPtrArray *layers, int index)
{
  while (index >= 0 && !is_kind (layers, index, &nn_dense_class)) {
    if (is_kind (layers, index, &nn_convolution_class))
      return TRUE;
    index--;
  }
  return FALSE;
}

/* Dropout belongs behind a hidden dense layer, and behind its activation where it has one. */
static gboolean
is_hidden_end (const GPtrArray *layers, int index, int last_dense)
{
  if (index >= last_dense || is_of_convolution (layers, index))
    return FALSE;
  if (is_kind (layers, index, &nn_activation_class))
    return TRUE;
  return is_kind (layers, index, &nn_dense_class) &&
         !is_kind (layers, index + 1, &nn_activation_class);
}

int
nn_experiment_get_hidden_units (const NnExperiment *experiment)
{
  int last = find_last_dense (experiment->layers);
  for (int i = 0; i < last; i++)
    if (is_kind (experiment->layers, i, &nn_dense_class))
      return ((const NnDenseSpec *)experiment->layers->pdata[i])->units;
  return 0;
}

void
nn_experiment_set_hidden_units (NnExperiment *experiment, int units)
{
  int last = find_last_dense (experiment->layers);
  for (int i = 0; i < last; i++)
    if (is_kind (experiment->layers, i, &nn_dense_class))
      ((NnDenseSpec *)experiment->layers->pdata[i])->units = CLAMP (units, 1, NN_MAX_UNITS);
}

gboolean
nn_experiment_fit_classes (NnExperiment *experiment, int n_classes)
{
  int last = find_last_dense (experiment->layers);
  NnDenseSpec *dense = last >= 0 ? experiment->layers->pdata[last] : NULL;
  gboolean one_is_enough =
      n_classes == 2 && experiment->train.loss != NN_LOSS_SOFTMAX_CROSS_ENTROPY;
  if (!dense || dense->units == n_classes || (dense->units == 1 && one_is_enough))
    return FALSE;
  dense->units = n_classes;
  return TRUE;
}

NnFunction
nn_experiment_get_hidden_function (const NnExperiment *experiment)
{
  int last = find_last_dense (experiment->layers);
  for (int i = 0; i < last; i++)
    if (is_kind (experiment->layers, i, &nn_activation_class))
      return ((const NnActivationSpec *)experiment->layers->pdata[i])->function;
  return NN_FUNCTION_LINEAR;
}

void
nn_experiment_set_hidden_function (NnExperiment *experiment, NnFunction function)
{
  int last = find_last_dense (experiment->layers);
  for (int i = 0; i < last; i++)
    if (is_kind (experiment->layers, i, &nn_activation_class)) {
      g_free (experiment->layers->pdata[i]);
      experiment->layers->pdata[i] = nn_activation_spec (function);
    }
}

double
nn_experiment_get_dropout (const NnExperiment *experiment)
{
  for (guint i = 0; i < experiment->layers->len; i++)
    if (is_kind (experiment->layers, (int)i, &nn_dropout_class))
      return ((const NnDropoutSpec *)experiment->layers->pdata[i])->rate;
  return 0;
}

void
nn_experiment_set_dropout (NnExperiment *experiment, double rate)
{
  GPtrArray *layers = experiment->layers;
  for (int i = (int)layers->len - 1; i >= 0; i--)
    if (is_kind (layers, i, &nn_dropout_class) && layers->len > 1)
      g_ptr_array_remove_index (layers, (guint)i);
  if (!(rate > 0))
    return;
  int last = find_last_dense (layers);
  for (int i = last - 1; i >= 0; i--)
    if (is_hidden_end (layers, i, last))
      g_ptr_array_insert (layers, i + 1, nn_dropout_spec (MIN (rate, MAX_DROPOUT)));
}

/* Squared error keeps softmax: what changes is how probabilities are judged, not what they are. */
void
nn_experiment_set_loss (NnExperiment *experiment, NnLossKind loss)
{
  NnFunction function =
      loss == NN_LOSS_BINARY_CROSS_ENTROPY ? NN_FUNCTION_SIGMOID : NN_FUNCTION_SOFTMAX;
  int closing = find_closing_activation (experiment->layers);
  experiment->train.loss = loss;
  if (closing < 0) {
    g_ptr_array_add (experiment->layers, nn_activation_spec (function));
    return;
  }
  g_free (experiment->layers->pdata[closing]);
  experiment->layers->pdata[closing] = nn_activation_spec (function);
}
