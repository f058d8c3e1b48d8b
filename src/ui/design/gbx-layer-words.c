/* gbx-layer-words.c: a layer in words. */
#include "gbx-layer-words.h"

#include "ui/gbx-format.h"

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
describe_dense (const NnLayerSpec *spec)
{
  int units = ((const NnDenseSpec *)spec)->units;

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Dense: %d unit, each sees every input",
                                       "Dense: %d units, each sees every input", (gulong)units),
                          units);
}

static char *
describe_convolution (const NnConvolutionSpec *spec)
{

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "Convolution: %d filter of %d×%d, moved over the picture",
                                       "Convolution: %d filters of %d×%d, moved over the picture",
                                       (gulong)spec->filters),
                          spec->filters, spec->window.height, spec->window.width);
}

static char *
describe_dropout (const NnDropoutSpec *spec)
{
  g_autofree char *rate = gbx_format_percent (spec->rate, 0);

  return g_strdup_printf (_ ("Dropout: %s left out at random while training"), rate);
}

/* Returns: (nullable): the window that it moves over a picture. */
static const NnWindow *
find_window (const NnLayerSpec *spec)
{
  if (spec->class_ == &nn_convolution_class)
    return &((const NnConvolutionSpec *)spec)->window;
  if (spec->class_ == &nn_max_pool_class || spec->class_ == &nn_average_pool_class)
    return &((const NnPoolSpec *)spec)->window;
  return NULL;
}

const char *
gbx_layer_words_kind (const NnLayerClass *class_)
{
  const struct {
    const NnLayerClass *class_;
    const char *name;
  } kinds[] = {
      {&nn_dense_class, N_ ("Dense")},
      {&nn_activation_class, N_ ("Activation")},
      {&nn_flatten_class, N_ ("Flatten")},
      {&nn_dropout_class, N_ ("Dropout")},
      {&nn_convolution_class, N_ ("Convolution")},
      {&nn_max_pool_class, N_ ("Max pooling")},
      {&nn_average_pool_class, N_ ("Average pooling")},
      {&nn_global_average_pool_class, N_ ("Global average pooling")},
      {&nn_batch_norm_class, N_ ("Batch norm")},
      {&nn_layer_norm_class, N_ ("Layer norm")},
      {&nn_reshape_class, N_ ("Reshape")},
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].class_ == class_)
      return _ (kinds[i].name);
  g_return_val_if_reached (class_->type);
}

char *
gbx_layer_words_title (const NnLayerSpec *spec)
{
  const NnLayerClass *class_ = spec->class_;
  const NnWindow *window = find_window (spec);

  if (class_ == &nn_dense_class)
    return describe_dense (spec);
  if (class_ == &nn_activation_class)
    return g_strdup (describe_function (((const NnActivationSpec *)spec)->function));
  if (class_ == &nn_convolution_class)
    return describe_convolution ((const NnConvolutionSpec *)spec);
  if (class_ == &nn_max_pool_class)
    return g_strdup_printf (_ ("Max pooling: the largest number of each %d×%d window"),
                            window->height, window->width);
  if (class_ == &nn_average_pool_class)
    return g_strdup_printf (_ ("Average pooling: the mean of each %d×%d window"), window->height,
                            window->width);
  if (class_ == &nn_global_average_pool_class)
    return g_strdup (_ ("Global average pooling: the mean of each whole map"));
  if (class_ == &nn_batch_norm_class)
    return g_strdup (_ ("Batch norm: each channel to one mean and spread over the batch"));
  if (class_ == &nn_layer_norm_class)
    return g_strdup (_ ("Layer norm: the channels of each place to one mean and spread"));
  if (class_ == &nn_dropout_class)
    return describe_dropout ((const NnDropoutSpec *)spec);
  if (class_ == &nn_flatten_class)
    return g_strdup (_ ("Flatten: the picture as one row of numbers"));
  return g_strdup (_ ("Reshape: the same numbers in another arrangement"));
}

static gboolean
is_usual_stride (const NnLayerSpec *spec, const NnWindow *window)
{
  if (spec->class_ == &nn_convolution_class)
    return window->stride_y == 1 && window->stride_x == 1;
  return window->stride_y == window->height && window->stride_x == window->width;
}

char *
gbx_layer_words_detail (const NnLayerSpec *spec, const NnForeseen *foreseen)
{
  const NnWindow *window = find_window (spec);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (window != NULL && !is_usual_stride (spec, window))
    g_ptr_array_add (parts,
                     g_strdup_printf (_ ("in steps of %d×%d"), window->stride_y, window->stride_x));
  if (window != NULL && window->padding != NN_PADDING_VALID)
    g_ptr_array_add (parts, g_strdup (_ ("beyond the edge too")));
  if (foreseen != NULL && foreseen->n_statistics > 0)
    g_ptr_array_add (parts,
                     g_strdup_printf (_ ("%zu gathered, not learned"), foreseen->n_statistics));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **)parts->pdata);
}

char *
gbx_layer_words_parameters (gsize n)
{
  g_autofree char *number = gbx_format_count (n);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s parameter", "%s parameters", (gulong)n),
                          number);
}

/* ---- fields ---- */

const char *const *
gbx_layer_words_choices (const NnField *field)
{
  static const char *const functions[] = {
      N_ ("Linear"),  N_ ("ReLU"), N_ ("Leaky ReLU"), N_ ("Sigmoid"), N_ ("Tanh"),
      N_ ("Softmax"), NULL};
  static const char *const initialisers[] = {N_ ("Glorot uniform"), N_ ("He normal"), N_ ("Normal"),
                                             N_ ("Zeros"), NULL};
  static const char *const paddings[] = {N_ ("None"), N_ ("Same size"), N_ ("By hand"), NULL};
  static const char *const losses[] = {N_ ("Cross-entropy"), N_ ("Binary cross-entropy"),
                                       N_ ("Mean squared error"), NULL};
  static const char *const targets[] = {N_ ("Class numbers"), N_ ("One-hot"), NULL};
  static const char *const optimizers[] = {N_ ("Gradient descent"),
                                           N_ ("SGD"),
                                           N_ ("Momentum"),
                                           N_ ("Nesterov"),
                                           N_ ("RMSprop"),
                                           N_ ("Adam"),
                                           NULL};
  static const char *const schedules[] = {N_ ("Constant"), N_ ("In steps"), N_ ("Cosine"),
                                          N_ ("Exponential"), NULL};
  static const char *const shapes[] = {N_ ("A row"), N_ ("A picture"), NULL};
  static const char *const orders[] = {N_ ("As they are"), N_ ("Shuffled"), NULL};
  static const struct {
    const char *field;
    const char *const *choices;
  } choices[] = {
      {"function", functions}, {"initialiser", initialisers}, {"padding", paddings},
      {"loss", losses},        {"targets", targets},          {"optimizer", optimizers},
      {"schedule", schedules}, {"shuffle", orders},           {"dimensions", shapes},
  };

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    if (g_str_equal (choices[i].field, field->name))
      return choices[i].choices;
  return NULL;
}
