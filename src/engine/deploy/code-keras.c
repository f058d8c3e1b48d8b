/* code-keras.c: the experiment as a Keras 3 program. */
#include "code-text.h"

/* ---- layers ---- */

static void
write_initialiser (NnCode *code, NnInitialiser initialiser)
{
  static const char *const words[] = {
      "\"glorot_uniform\"",
      "keras.initializers.VarianceScaling(2.0, \"fan_in\", \"untruncated_normal\", seed=SEED)",
      "keras.initializers.RandomNormal(stddev=0.05, seed=SEED)", "\"zeros\""};
  double l2 = code->experiment->train.l2;

  g_string_append_printf (code->text, "kernel_initializer=%s", words[initialiser]);
  if (l2 > 0) { /* Keras has no half before the square */
    g_string_append (code->text, ", kernel_regularizer=keras.regularizers.L2(");
    nn_code_append_number (code, l2 / 2);
    g_string_append (code->text, ")");
  }
}

static void
write_activation (NnCode *code, const NnActivationSpec *spec, const NnShape *input)
{
  static const char *const words[] = {"linear", "relu", NULL, "sigmoid", "tanh", "softmax"};

  if (spec->function == NN_FUNCTION_LEAKY_RELU) {
    g_string_append (code->text, "layers.LeakyReLU(negative_slope=");
    nn_code_append_number (code, spec->slope);
    g_string_append (code->text, ")");
  } else if (spec->function == NN_FUNCTION_SOFTMAX && input->n_dims == 3) {
    g_string_append (code->text, "layers.Softmax(axis=(1, 2, 3))");
  } else {
    g_string_append_printf (code->text, "layers.Activation(\"%s\")", words[spec->function]);
  }
}

static void
write_window (NnCode *code, const NnWindow *window)
{
  g_string_append_printf (code->text, "(%d, %d), strides=(%d, %d), padding=\"%s\"", window->height,
                          window->width, window->stride_y, window->stride_x,
                          window->padding == NN_PADDING_SAME ? "same" : "valid");
}

/* Zeros by hand are a layer of their own; before a pooling they are not quite the same. */
static void
write_zeros (NnCode *code, const NnLayerSpec *spec, const NnWindow *window)
{
  if (window->padding != NN_PADDING_EXPLICIT)
    return;
  if (spec->class_ == &nn_max_pool_class)
    g_string_append (
        code->text,
        "        # Keras has no such padding before a pooling: zeros stand in, which is\n"
        "        # the same behind a ReLU; else use padding=\"same\".\n");
  else if (spec->class_ == &nn_average_pool_class)
    g_string_append (
        code->text,
        "        # Keras has no such padding before a pooling: here the zeros count, in\n"
        "        # Glassbox they do not; use padding=\"same\" where that will do.\n");
  g_string_append_printf (code->text, "        layers.ZeroPadding2D(((%d, %d), (%d, %d))),\n",
                          window->top, window->bottom, window->left, window->right);
}

static void
write_windowed (NnCode *code, const NnLayerSpec *spec, const NnWindow *window)
{
  if (spec->class_ == &nn_convolution_class) {
    const NnConvolutionSpec *convolution = (const NnConvolutionSpec *)spec;

    g_string_append_printf (code->text, "layers.Conv2D(%d, ", convolution->filters);
    write_window (code, window);
    g_string_append (code->text, ", ");
    write_initialiser (code, convolution->initialiser);
  } else {
    g_string_append (code->text, spec->class_ == &nn_max_pool_class ? "layers.MaxPooling2D("
                                                                    : "layers.AveragePooling2D(");
    write_window (code, window);
  }
  g_string_append (code->text, ")");
}

static void
write_norm (NnCode *code, const NnLayerSpec *spec)
{
  if (spec->class_ == &nn_batch_norm_class) {
    g_string_append (code->text, "layers.BatchNormalization(momentum=");
    nn_code_append_number (code, ((const NnBatchNormSpec *)spec)->momentum);
    g_string_append (code->text, ", epsilon=");
    nn_code_append_number (code, ((const NnBatchNormSpec *)spec)->epsilon);
  } else {
    g_string_append (code->text, "layers.LayerNormalization(epsilon=");
    nn_code_append_number (code, ((const NnLayerNormSpec *)spec)->epsilon);
  }
  g_string_append (code->text, ")");
}

static void
write_layer (NnCode *code, guint index)
{
  const NnLayerSpec *spec = nn_code_spec (code, index);
  const NnForeseen *layer = &code->layers[index];
  const NnShape *output = &layer->output_shape;
  const NnWindow *window = nn_code_window (spec);

  if (spec->class_ == &nn_dense_class && layer->input_shape.n_dims == 3)
    g_string_append (code->text, "        layers.Flatten(),\n");
  if (window != NULL)
    write_zeros (code, spec, window);
  if (spec->class_ == &nn_batch_norm_class)
    g_string_append (code->text, "        # Keras gathers the batch's own variance, Glassbox the "
                                 "unbiased one.\n");
  g_string_append (code->text, "        ");
  if (spec->class_ == &nn_dense_class) {
    g_string_append_printf (code->text, "layers.Dense(%d, ", ((const NnDenseSpec *)spec)->units);
    write_initialiser (code, ((const NnDenseSpec *)spec)->initialiser);
    g_string_append (code->text, ")");
  } else if (spec->class_ == &nn_activation_class) {
    write_activation (code, (const NnActivationSpec *)spec, &layer->input_shape);
  } else if (spec->class_ == &nn_flatten_class) {
    g_string_append (code->text, "layers.Flatten()");
  } else if (spec->class_ == &nn_dropout_class) {
    g_string_append (code->text, "layers.Dropout(");
    nn_code_append_number (code, ((const NnDropoutSpec *)spec)->rate);
    g_string_append (code->text, ")");
  } else if (spec->class_ == &nn_global_average_pool_class) {
    g_string_append (code->text, "layers.GlobalAveragePooling2D()");
  } else if (spec->class_ == &nn_reshape_class && output->n_dims == 1) {
    g_string_append_printf (code->text, "layers.Reshape((%d,))", output->dims[0]);
  } else if (spec->class_ == &nn_reshape_class) {
    g_string_append_printf (code->text, "layers.Reshape((%d, %d, %d))", output->dims[0],
                            output->dims[1], output->dims[2]);
  } else if (window != NULL) {
    write_windowed (code, spec, window);
  } else {
    write_norm (code, spec);
  }
  g_string_append (code->text, ",\n");
}

static void
write_network (NnCode *code)
{
  g_string_append_printf (code->text,
                          "def make_network():\n"
                          "    return keras.Sequential([\n"
                          "        keras.Input((%d, %d, 1)),\n",
                          code->input.dims[0], code->input.dims[1]);
  for (guint i = 0; i < code->experiment->layers->len; i++)
    write_layer (code, i);
  g_string_append (code->text, "    ])\n\n\n");
}

/* ---- training ---- */

static gboolean
closes_with (const NnCode *code, NnFunction function)
{
  const NnLayerSpec *last = nn_code_spec (code, code->experiment->layers->len - 1);

  return last->class_ == &nn_activation_class &&
         ((const NnActivationSpec *)last)->function == function;
}

static gboolean
wants_one_hot (const NnTrainSpec *train)
{
  return train->targets == NN_TARGETS_ONE_HOT || train->loss != NN_LOSS_SOFTMAX_CROSS_ENTROPY;
}

static void
write_loss (NnCode *code)
{
  const NnTrainSpec *train = &code->experiment->train;

  switch (train->loss) {
  case NN_LOSS_SOFTMAX_CROSS_ENTROPY:
    g_string_append_printf (code->text,
                            "LOSS = keras.losses.%sCategoricalCrossentropy(from_logits=%s)\n",
                            wants_one_hot (train) ? "" : "Sparse",
                            closes_with (code, NN_FUNCTION_SOFTMAX) ? "False" : "True");
    break;
  case NN_LOSS_BINARY_CROSS_ENTROPY:
    g_string_append (code->text,
                     "\n\ndef LOSS(targets, answers):\n"
                     "    \"\"\"Summed over the outputs, where Keras takes the mean.\"\"\"\n"
                     "    return CLASSES * keras.losses.binary_crossentropy(targets, answers)\n");
    break;
  case NN_LOSS_MEAN_SQUARED_ERROR:
    g_string_append (code->text, "LOSS = keras.losses.MeanSquaredError()\n");
    break;
  }
}

static void
write_schedule (NnCode *code)
{
  const NnScheduleSpec *spec = &code->experiment->train.schedule;
  g_autofree char *factor = nn_code_number (spec->factor);

  if (spec->kind == NN_SCHEDULE_CONSTANT)
    return;
  g_string_append (code->text, "class Schedule(keras.optimizers.schedules.LearningRateSchedule):\n"
                               "    def __init__(self, steps_per_epoch):\n"
                               "        self.steps_per_epoch = steps_per_epoch\n\n"
                               "    def __call__(self, step):\n"
                               "        epoch = keras.ops.cast(step, \"float32\") / "
                               "self.steps_per_epoch\n");
  if (spec->kind == NN_SCHEDULE_STEP)
    g_string_append_printf (code->text, "        return RATE * %s ** keras.ops.floor(epoch / %d)\n",
                            factor, spec->every);
  else if (spec->kind == NN_SCHEDULE_COSINE)
    g_string_append_printf (code->text,
                            "        done = keras.ops.minimum(epoch / EPOCHS, 1.0)\n"
                            "        left = (1 + keras.ops.cos(math.pi * done)) / 2\n"
                            "        return RATE * (%s + (1 - %s) * left)\n",
                            factor, factor);
  else
    g_string_append_printf (code->text, "        return RATE * %s ** epoch\n", factor);
  g_string_append (code->text, "\n\n");
}

static void
write_optimizer (NnCode *code)
{
  const NnTrainSpec *train = &code->experiment->train;
  const NnOptimizerSpec *spec = &train->optimizer;
  g_autofree char *momentum = nn_code_number (spec->momentum);
  g_autofree char *rho = nn_code_number (spec->rho);
  g_autofree char *beta_1 = nn_code_number (spec->beta_1);
  g_autofree char *beta_2 = nn_code_number (spec->beta_2);
  g_autofree char *epsilon = nn_code_number (spec->epsilon);
  g_autofree char *clip = nn_code_number (train->clip_norm);
  const char *rate =
      train->schedule.kind == NN_SCHEDULE_CONSTANT ? "RATE" : "Schedule(steps_per_epoch)";

  g_string_append (code->text, "def make_optimizer(steps_per_epoch):\n");
  if (spec->kind == NN_OPTIMIZER_ADAM)
    g_string_append (code->text, "    # Keras adds epsilon to the root before it is corrected for "
                                 "the start, Glassbox after.\n");
  if (spec->kind == NN_OPTIMIZER_RMSPROP)
    g_string_append (code->text,
                     "    # Keras adds epsilon below the root, Glassbox to the root.\n");
  switch (spec->kind) {
  case NN_OPTIMIZER_MOMENTUM:
  case NN_OPTIMIZER_NESTEROV:
    g_string_append_printf (code->text, "    return keras.optimizers.SGD(%s, momentum=%s%s", rate,
                            momentum, spec->kind == NN_OPTIMIZER_NESTEROV ? ", nesterov=True" : "");
    break;
  case NN_OPTIMIZER_RMSPROP:
    g_string_append_printf (code->text,
                            "    return keras.optimizers.RMSprop(%s, rho=%s, epsilon=%s", rate, rho,
                            epsilon);
    break;
  case NN_OPTIMIZER_ADAM:
    g_string_append_printf (code->text,
                            "    return keras.optimizers.Adam(%s, beta_1=%s, beta_2=%s, epsilon=%s",
                            rate, beta_1, beta_2, epsilon);
    break;
  default:
    g_string_append_printf (code->text, "    return keras.optimizers.SGD(%s", rate);
    break;
  }
  if (train->clip_norm > 0)
    g_string_append_printf (code->text, ", global_clipnorm=%s", clip);
  g_string_append (code->text, ")\n\n\n");
}

static void
write_main (NnCode *code)
{
  const NnTrainSpec *train = &code->experiment->train;
  const char *one_hot = wants_one_hot (train) ? "    labels = keras.utils.to_categorical(labels, "
                                                "CLASSES)\n"
                                                "    test_labels = keras.utils.to_categorical("
                                                "test_labels, CLASSES)\n"
                                              : "";

  g_string_append_printf (
      code->text,
      "def load_weights(network, path):\n"
      "    \"\"\"What Glassbox learned: the arrays of each layer that has some, in Keras's "
      "order.\"\"\"\n"
      "    with np.load(path) as arrays:\n"
      "        groups = itertools.groupby(arrays.files, lambda name: name.split(\".\")[0])\n"
      "        numbers = [[arrays[name] for name in group] for _, group in groups]\n"
      "    layers_with_weights = [layer for layer in network.layers if layer.weights]\n"
      "    for layer, arrays in zip(layers_with_weights, numbers, strict=True):\n"
      "        layer.set_weights(arrays)\n\n\n"
      "def main(folder, weights=None):\n"
      "    keras.utils.set_random_seed(SEED)  # other numbers than Glassbox's from the same seed\n"
      "    images, labels = load(folder, \"train\")\n"
      "    test_images, test_labels = load(folder, \"t10k\")\n"
      "%s"
      "    batch = %s\n"
      "    network = make_network()\n"
      "    network.compile(make_optimizer(math.ceil(len(images) / batch)), LOSS,\n"
      "                    metrics=[\"%s\"])\n"
      "    if weights:\n"
      "        load_weights(network, weights)\n"
      "    else:\n"
      "        network.fit(images, labels, batch_size=batch, epochs=EPOCHS, shuffle=%s,\n"
      "                    validation_data=(test_images, test_labels))\n"
      "    loss, accuracy = network.evaluate(test_images, test_labels, verbose=0)\n"
      "    print(f\"test loss {loss:.4f}, test accuracy {accuracy:.4f}\")\n\n\n"
      "if __name__ == \"__main__\":\n"
      "    if len(sys.argv) not in (2, 3):\n"
      "        sys.exit(f\"usage: {sys.argv[0]} FOLDER [WEIGHTS.npz]  (with the four IDX "
      "files)\")\n"
      "    main(*sys.argv[1:])\n",
      one_hot,
      train->optimizer.kind == NN_OPTIMIZER_GRADIENT_DESCENT ? "len(images)  # one step an epoch"
                                                             : "BATCH",
      wants_one_hot (train) ? "categorical_accuracy" : "sparse_categorical_accuracy",
      train->shuffle ? "True" : "False");
}

void
nn_code_keras (NnCode *code)
{
  const NnExperiment *experiment = code->experiment;

  g_string_append_printf (
      code->text,
      "# %s: the same experiment for Keras 3, as Glassbox wrote it.\n"
      "import gzip\nimport itertools\nimport math\nimport pathlib\nimport struct\nimport sys\n\n"
      "import keras\nimport numpy as np\nfrom keras import layers\n\n",
      experiment->name);
  nn_code_remarks (code);
  if (experiment->train.l2 > 0)
    g_string_append (code->text,
                     "# The loss that Keras prints has the weight decay in it, Glassbox's "
                     "has not.\n");
  g_string_append_printf (
      code->text, "CLASSES = %d\nEPOCHS = %d\nBATCH = %d\nSEED = %" G_GUINT64_FORMAT "\nRATE = ",
      code->n_classes, experiment->train.epochs, experiment->train.batch_size,
      experiment->seed % G_MAXUINT32); /* NumPy takes no more */
  nn_code_append_number (code, experiment->train.optimizer.learning_rate);
  g_string_append (code->text, "\n");
  write_loss (code);
  g_string_append (code->text, "\n\n");
  nn_code_data (code, FALSE);
  write_network (code);
  write_schedule (code);
  write_optimizer (code);
  write_main (code);
}
