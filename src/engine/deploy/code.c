/* code.c: the same experiment as a program: what all languages share. */
#include "code.h"

#include "code-text.h"

#include "engine/json-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const names[] = {"keras", "pytorch", "c", NULL};

const NnLayerSpec *
nn_code_spec (const NnCode *code, guint index)
{
  return g_ptr_array_index (code->experiment->layers, index);
}

char *
nn_code_number (double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (int digits = 1; digits <= 17; digits++) {
    g_autofree char *format = g_strdup_printf ("%%.%dg", digits);

    g_ascii_formatd (text, sizeof text, format, number);
    if (g_ascii_strtod (text, NULL) == number)
      break;
  }
  if (strpbrk (text, ".e") == NULL)
    return g_strconcat (text, ".0", NULL);
  return g_strdup (text);
}

void
nn_code_append_number (NnCode *code, double number)
{
  g_autofree char *text = nn_code_number (number);

  g_string_append (code->text, text);
}

gboolean
nn_code_is_fused (const NnCode *code)
{
  const NnLayerSpec *last = nn_code_spec (code, code->experiment->layers->len - 1);
  NnFunction function;

  if (last->class_ != &nn_activation_class || code->experiment->layers->len == 1)
    return FALSE;
  function = ((const NnActivationSpec *)last)->function;
  switch (code->experiment->train.loss) {
  case NN_LOSS_SOFTMAX_CROSS_ENTROPY:
    return function == NN_FUNCTION_SOFTMAX;
  case NN_LOSS_BINARY_CROSS_ENTROPY:
    return function == NN_FUNCTION_SIGMOID;
  default:
    return FALSE;
  }
}

const NnWindow *
nn_code_window (const NnLayerSpec *spec)
{
  if (spec->class_ == &nn_convolution_class)
    return &((const NnConvolutionSpec *)spec)->window;
  if (spec->class_ == &nn_max_pool_class || spec->class_ == &nn_average_pool_class)
    return &((const NnPoolSpec *)spec)->window;
  return NULL;
}

NnCodeZeros
nn_code_zeros (const NnWindow *window, const NnShape *input)
{
  NnWindowGrid grid;
  NnCodeZeros zeros = {0};

  if (window->padding == NN_PADDING_VALID || !nn_window_place (window, input, &grid, NULL))
    return zeros;
  if (window->padding == NN_PADDING_EXPLICIT)
    return (NnCodeZeros){window->top, window->bottom, window->left, window->right};
  zeros.top = grid.top;
  zeros.left = grid.left;
  zeros.bottom = MAX ((grid.output_height - 1) * window->stride_y + window->height -
                          grid.input_height - grid.top,
                      0);
  zeros.right = MAX (
      (grid.output_width - 1) * window->stride_x + window->width - grid.input_width - grid.left, 0);
  return zeros;
}

/* ---- Python ---- */

static void
write_standardising (NnCode *code)
{
  const NnPrepareSpec *prepare = &code->experiment->prepare;

  if (!prepare->standardise)
    return;
  if (prepare->fit != NULL) {
    g_autofree char *mean = nn_code_number (prepare->fit->numbers[0]);
    g_autofree char *deviation = nn_code_number (prepare->fit->numbers[1]);

    g_string_append_printf (code->text,
                            "    # Standardised by what was measured on the training part.\n"
                            "    images = (images - np.float32(%s)) / np.float32(%s)\n",
                            mean, deviation);
  } else {
    g_string_append_printf (
        code->text,
        "    # Standardised by the training part's mean and deviation.\n"
        "    known = read_idx(folder, \"train-images-idx3-ubyte\").astype(np.float64)%s\n"
        "    images = (images - np.float32(known.mean())) / np.float32(known.std())\n",
        prepare->scale == NN_SCALE_UNIT ? " / 255" : "");
  }
}

void
nn_code_data (NnCode *code, gboolean channels_first)
{
  const NnPrepareSpec *prepare = &code->experiment->prepare;
  int side = code->input.dims[0];

  g_string_append (
      code->text,
      "def read_idx(folder, name):\n"
      "    \"\"\"An IDX file of bytes, packed or not.\"\"\"\n"
      "    path = pathlib.Path(folder) / name\n"
      "    if path.exists():\n"
      "        content = path.read_bytes()\n"
      "    else:\n"
      "        content = gzip.decompress(pathlib.Path(str(path) + \".gz\").read_bytes())\n"
      "    n_dims = content[3]\n"
      "    shape = struct.unpack(f\">{n_dims}I\", content[4:4 + 4 * n_dims])\n"
      "    return np.frombuffer(content, np.uint8, offset=4 + 4 * n_dims).reshape(shape)\n"
      "\n\n"
      "def load(folder, part):\n"
      "    \"\"\"part: \"train\" or \"t10k\", as MNIST's files are named.\"\"\"\n"
      "    images = read_idx(folder, f\"{part}-images-idx3-ubyte\")\n"
      "    labels = read_idx(folder, f\"{part}-labels-idx1-ubyte\").astype(np.int64)\n");
  g_string_append_printf (code->text, "    assert images.shape[1:] == (%d, %d), images.shape\n",
                          side, side);
  g_string_append_printf (code->text, "    images = images.astype(np.float32)%s\n",
                          prepare->scale == NN_SCALE_UNIT ? " / 255" : "");
  write_standardising (code);
  g_string_append (code->text, channels_first ? "    return images[:, None], labels\n\n\n"
                                              : "    return images[..., None], labels\n\n\n");
}

void
nn_code_remarks (NnCode *code)
{
  const NnPrepareSpec *prepare = &code->experiment->prepare;
  const NnAugmentation *changes = &prepare->augmentation;

  if (prepare->validation_fraction > 0)
    g_string_append_printf (
        code->text,
        "# Glassbox keeps %g of the training part, as many of each class, for validation; here "
        "all\n"
        "# of it is trained on and the test part validates. To split it use scikit-learn's\n"
        "# train_test_split(images, labels, test_size=%g, stratify=labels).\n",
        prepare->validation_fraction, prepare->validation_fraction);
  if (prepare->test_fraction > 0)
    g_string_append_printf (code->text,
                            "# Glassbox draws its test part anew, %g of all samples, as many of "
                            "each class; here it is\n"
                            "# the one the data came with.\n",
                            prepare->test_fraction);
  if (prepare->noise > 0)
    g_string_append_printf (
        code->text,
        "# Glassbox adds noise of deviation %g of the grey's range to each training picture; here\n"
        "# there is none. Keras has GaussianNoise.\n",
        prepare->noise);
  if (changes->shift > 0 || changes->rotation > 0 || changes->scale > 0 || changes->shear > 0 ||
      changes->elastic > 0 || changes->stroke_width > 0)
    g_string_append (
        code->text,
        "# Glassbox changes each picture at random in each epoch; here they stay as they are. Use\n"
        "# torchvision.transforms.RandomAffine and ElasticTransform, or Keras's "
        "RandomTranslation,\n"
        "# RandomRotation, RandomZoom, RandomShear and RandomElasticTransform.\n");
}

/* ---- public ---- */

char *
nn_code_write (const NnExperiment *experiment, const NnNetwork *network, NnCodeLanguage language,
               GError **error)
{
  static void (*const write[]) (NnCode *) = {nn_code_keras, nn_code_pytorch, nn_code_c};
  guint n = experiment->layers->len, n_good;
  g_autofree NnForeseen *layers = g_new0 (NnForeseen, n);
  NnCode code = {
      .experiment = experiment,
      .network = network,
      .layers = layers,
      .input = nn_prepare_spec_input (&experiment->prepare),
  };

  if (experiment->prepare.columns && language != NN_CODE_C) {
    g_set_error_literal (error, NN_ERROR, NN_ERROR_SHAPE,
                         _ ("Programs in Python read pictures; this recipe reads a table."));
    return NULL;
  }
  n_good = nn_network_foresee (experiment->layers, &code.input, layers, error);
  if (n_good < n) {
    g_prefix_error (error, "layers[%u]: ", n_good);
    return NULL;
  }
  code.n_classes = (int)nn_shape_size (&layers[n - 1].output_shape);
  code.text = g_string_new (NULL);
  write[language](&code);
  return g_string_free (code.text, FALSE);
}

const char *
nn_code_name (NnCodeLanguage language)
{
  return names[language];
}

gboolean
nn_code_parse (const char *name, NnCodeLanguage *language)
{
  return nn_word_find (names, name, language);
}
