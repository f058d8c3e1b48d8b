/* gbx-layer-words.c: a layer in words. */
#include "gbx-layer-words.h"

#include "ui/gbx-format.h"
#include "ui/gbx-layer-kind.h"

#include <glib/gi18n-lib.h>

static const char *
describe_function (NnFunction function)
{
  switch (function) {
  case NN_FUNCTION_RELU:
    return _ ("ReLU: what is below zero becomes zero");
  case NN_FUNCTION_LEAKY_RELU:
    return _ ("Leaky ReLU: what is below zero becomes small");
  case NN_FUNCTION_SIGMOID:
    return _ ("Sigmoid: everything between 0 and 1");
  case NN_FUNCTION_TANH:
    return _ ("Tanh: everything between −1 and 1");
  case NN_FUNCTION_SOFTMAX:
    return _ ("Softmax: shares that add up to 1");
  default:
    return _ ("Linear: as it is");
  }
}

static char *
describe_dense (const NnLayer *layer)
{
  int units = ((const NnDenseSpec *)layer->spec)->units;

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Dense: %d unit, each sees every input",
                                       "Dense: %d units, each sees every input", (gulong)units),
                          units);
}

static char *
describe_convolution (const NnLayer *layer)
{
  const NnConvolutionSpec *spec = (const NnConvolutionSpec *)layer->spec;

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "Convolution: %d filter of %d×%d, moved over the picture",
                                       "Convolution: %d filters of %d×%d, moved over the picture",
                                       (gulong)spec->filters),
                          spec->filters, spec->window.height, spec->window.width);
}

static char *
describe_other (const NnLayer *layer)
{
  if (layer->class_ == &nn_flatten_class)
    return g_strdup (_ ("Flatten: the picture as one row of numbers"));
  if (layer->class_ == &nn_dropout_class) {
    g_autofree char *rate = gbx_format_percent (((const NnDropoutSpec *)layer->spec)->rate, 0);

    return g_strdup_printf (_ ("Dropout: %s left out at random while training"), rate);
  }
  if (g_str_equal (layer->class_->type, "reshape"))
    return g_strdup (_ ("Reshape: the same numbers in another arrangement"));
  return g_strdup (layer->class_->type);
}

char *
gbx_layer_words_title (const NnLayer *layer)
{
  const NnWindow *window = gbx_layer_window (layer);

  switch (gbx_layer_kind (layer)) {
  case GBX_LAYER_DENSE:
    return describe_dense (layer);
  case GBX_LAYER_ACTIVATION:
    return g_strdup (describe_function (((const NnActivationSpec *)layer->spec)->function));
  case GBX_LAYER_CONVOLUTION:
    return describe_convolution (layer);
  case GBX_LAYER_MAX_POOL:
    return g_strdup_printf (_ ("Max pooling: the largest number of each %d×%d window"),
                            window->height, window->width);
  case GBX_LAYER_AVERAGE_POOL:
    return g_strdup_printf (_ ("Average pooling: the mean of each %d×%d window"), window->height,
                            window->width);
  case GBX_LAYER_GLOBAL_POOL:
    return g_strdup (_ ("Global average pooling: the mean of each whole map"));
  case GBX_LAYER_BATCH_NORM:
    return g_strdup (_ ("Batch norm: each channel to one mean and spread over the batch"));
  case GBX_LAYER_LAYER_NORM:
    return g_strdup (_ ("Layer norm: the channels of each place to one mean and spread"));
  default:
    return describe_other (layer);
  }
}

static gboolean
is_usual_stride (const NnLayer *layer, const NnWindow *window)
{
  if (gbx_layer_kind (layer) == GBX_LAYER_CONVOLUTION)
    return window->stride_y == 1 && window->stride_x == 1;
  return window->stride_y == window->height && window->stride_x == window->width;
}

static gsize
count (const NnLayer *layer, gboolean statistics_only)
{
  gsize n = 0;

  for (int i = 0; i < layer->n_parameters; i++)
    if (layer->parameters[i].is_statistic || !statistics_only)
      n += nn_shape_size (&layer->parameters[i].shape);
  return n;
}

char *
gbx_layer_words_detail (const NnLayer *layer)
{
  const NnWindow *window = gbx_layer_window (layer);
  g_autofree char *input = nn_shape_to_string (&layer->input_shape);
  g_autofree char *output = nn_shape_to_string (&layer->output_shape);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  gsize n_gathered = count (layer, TRUE);

  g_ptr_array_add (parts, g_strdup_printf ("%s → %s", input, output));
  if (window != NULL && !is_usual_stride (layer, window))
    g_ptr_array_add (parts,
                     g_strdup_printf (_ ("in steps of %d×%d"), window->stride_y, window->stride_x));
  if (window != NULL && window->padding != NN_PADDING_VALID)
    g_ptr_array_add (parts, g_strdup (_ ("beyond the edge too")));
  if (n_gathered > 0)
    g_ptr_array_add (parts, g_strdup_printf (_ ("%zu gathered, not learned"), n_gathered));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **)parts->pdata);
}

char *
gbx_layer_words_parameters (const NnLayer *layer)
{
  g_autofree char *number = gbx_format_count (count (layer, FALSE));

  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s parameter", "%s parameters", (gulong)count (layer, FALSE)),
      number);
}
