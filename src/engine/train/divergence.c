/* divergence.c: says where numbers stopped being finite. */
#include "divergence.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A layer's kind and a parameter's name as they stand in a sentence. */
static const char *
in_words (const char *name)
{
  static const struct {
    const char *name, *words;
  } known[] = {
      {"activation", N_ ("activation")},
      {"average-pool", N_ ("average pooling")},
      {"batch-norm", N_ ("batch normalisation")},
      {"conv2d", N_ ("convolution")},
      {"dense", N_ ("dense")},
      {"dropout", N_ ("dropout")},
      {"flatten", N_ ("flatten")},
      {"global-average-pool", N_ ("global average pooling")},
      {"layer-norm", N_ ("layer normalisation")},
      {"max-pool", N_ ("max pooling")},
      {"reshape", N_ ("reshape")},
      {"weight", N_ ("weight")},
      {"bias", N_ ("bias")},
      {"running_mean", N_ ("running mean")},
      {"running_var", N_ ("running variance")},
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].name, name))
      return _ (known[i].words);
  return name;
}

static gboolean
all_finite (const real *numbers, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (numbers[i]))
      return FALSE;
  return TRUE;
}

/* Returns: whether @block, laid out as the parameters, has such a number: then where. Only a
 * statistic itself counts: what is in its gradient's place is none. */
static gboolean
find_in_block (const NnNetwork *network, const NnArena *block, const NnLayer **layer,
               const NnParameter **parameter)
{
  if (!block->data)
    return FALSE;
  for (int i = 0; i < network->n_layers; i++)
    for (int j = 0; j < network->layers[i]->n_parameters; j++) {
      const NnParameter *candidate = &network->layers[i]->parameters[j];
      if (candidate->is_statistic && block != &network->parameters)
        continue;
      if (!all_finite (block->data + candidate->offset, nn_shape_size (&candidate->shape))) {
        *layer = network->layers[i];
        *parameter = candidate;
        return TRUE;
      }
    }
  return FALSE;
}

void
nn_divergence_in_forward (const NnNetwork *network, int rows, int epoch, int batch, GError **error)
{
  for (int i = 0; i < network->n_layers; i++) {
    const NnLayer *layer = network->layers[i];
    if (layer->y && !all_finite (layer->y, rows * nn_shape_size (&layer->y_shape))) {
      g_set_error (error, NN_ERROR, NN_ERROR_DIVERGED,
                   _ ("The training diverged in epoch %d, batch %d: layer %d (%s) has an output "
                      "that is not finite. Lower the learning rate or scale the inputs."),
                   epoch + 1, batch + 1, layer->index, in_words (layer->class_->type));
      return;
    }
  }
  g_set_error (
      error, NN_ERROR, NN_ERROR_DIVERGED,
      _ ("The training diverged in epoch %d, batch %d: the outputs of layer %d are so large "
         "that the loss is not finite. Lower the learning rate or scale the inputs."),
      epoch + 1, batch + 1, network->layers[network->n_layers - 1]->index);
}

void
nn_divergence_in_update (const NnNetwork *network, const NnOptimizer *optimizer, int epoch,
                         int batch, GError **error)
{
  const NnLayer *layer = NULL;
  const NnParameter *parameter = NULL;
  const char *format = NULL;

  if (find_in_block (network, &network->gradients, &layer, &parameter))
    format = _ ("The training diverged in epoch %d, batch %d: layer %d (%s) has a gradient of its "
                "%s that is not finite. Lower the learning rate or scale the inputs.");
  else if (find_in_block (network, &optimizer->second, &layer, &parameter))
    format = _ ("The training diverged in epoch %d, batch %d: layer %d (%s) has a gradient of its "
                "%s too large to be squared. Lower the learning rate or scale the inputs.");
  else if (find_in_block (network, &network->parameters, &layer, &parameter))
    format = _ ("The training diverged in epoch %d, batch %d: layer %d (%s) would get a %s that is "
                "not finite. Lower the learning rate or scale the inputs.");
  else
    g_return_if_reached ();

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* one of the three above */
  g_set_error (error, NN_ERROR, NN_ERROR_DIVERGED, format, epoch + 1, batch + 1, layer->index,
               in_words (layer->class_->type), in_words (parameter->name));
#pragma GCC diagnostic pop
}
