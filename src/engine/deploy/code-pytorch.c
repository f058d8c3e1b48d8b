/* code-pytorch.c: the experiment as a PyTorch program. Its network is the recipe's, layer by layer,
 * so a model saved by Glassbox has the names and shapes of its parameters. */
#include "code-text.h"

/* ---- modules that PyTorch does not have ---- */

static gboolean
has_kind (const NnCode *code, const NnLayerClass *class_, gboolean padded)
{
  for (guint i = 0; i < code->experiment->layers->len; i++) {
    const NnLayerSpec *spec = nn_code_spec (code, i);
    const NnWindow *window = nn_code_window (spec);

    if (spec->class_ == class_ && (!padded || window->padding != NN_PADDING_VALID))
      return TRUE;
  }
  return FALSE;
}

static void
write_modules (NnCode *code)
{
  GString *text = code->text;

  if (has_kind (code, &nn_convolution_class, TRUE))
    g_string_append (text, "class PaddedConv2d(nn.Conv2d):\n"
                           "    def __init__(self, *arguments, zeros, **options):\n"
                           "        super().__init__(*arguments, **options)\n"
                           "        self.zeros = zeros  # left, right, top, bottom\n\n"
                           "    def forward(self, x):\n"
                           "        return super().forward(functional.pad(x, self.zeros))\n\n\n");
  if (has_kind (code, &nn_max_pool_class, TRUE))
    g_string_append (
        text, "class PaddedMaxPool2d(nn.MaxPool2d):\n"
              "    \"\"\"What lies beyond the picture is not looked at.\"\"\"\n\n"
              "    def __init__(self, *arguments, zeros, **options):\n"
              "        super().__init__(*arguments, **options)\n"
              "        self.zeros = zeros\n\n"
              "    def forward(self, x):\n"
              "        return super().forward(functional.pad(x, self.zeros, value=-math.inf))\n"
              "\n\n");
  if (has_kind (code, &nn_average_pool_class, TRUE))
    g_string_append (text, "class PaddedAvgPool2d(nn.AvgPool2d):\n"
                           "    \"\"\"What lies beyond the picture does not count.\"\"\"\n\n"
                           "    def __init__(self, *arguments, zeros, **options):\n"
                           "        super().__init__(*arguments, **options)\n"
                           "        self.zeros = zeros\n\n"
                           "    def forward(self, x):\n"
                           "        inside = functional.pad(torch.ones_like(x), self.zeros)\n"
                           "        sums = super().forward(functional.pad(x, self.zeros))\n"
                           "        return sums / super().forward(inside)\n\n\n");
  if (has_kind (code, &nn_global_average_pool_class, FALSE))
    g_string_append (text, "class GlobalAveragePool(nn.Module):\n"
                           "    def forward(self, x):\n"
                           "        return x.mean((2, 3))\n\n\n");
  if (has_kind (code, &nn_layer_norm_class, FALSE))
    g_string_append (text, "class ChannelNorm(nn.LayerNorm):\n"
                           "    \"\"\"Over the channels of each place.\"\"\"\n\n"
                           "    def forward(self, x):\n"
                           "        return super().forward(x.movedim(1, -1)).movedim(-1, 1)\n\n\n");
  if (has_kind (code, &nn_reshape_class, FALSE))
    g_string_append (text,
                     "class Reshape(nn.Module):\n"
                     "    \"\"\"The same numbers in the order of height, width, channels.\"\"\"\n\n"
                     "    def __init__(self, before, after):\n"
                     "        super().__init__()\n"
                     "        self.before, self.after = before, after\n\n"
                     "    def forward(self, x):\n"
                     "        if len(self.before) == 3:\n"
                     "            height, width, channels = self.before\n"
                     "            x = x.reshape(-1, channels, height, width).permute(0, 2, 3, 1)\n"
                     "        return x.reshape(-1, *self.after).permute(0, 3, 1, 2)\n\n\n");
}

/* ---- layers ---- */

static void
write_window (NnCode *code, const NnWindow *window, const NnShape *input)
{
  NnCodeZeros zeros = nn_code_zeros (window, input);

  g_string_append_printf (code->text, "(%d, %d), stride=(%d, %d)", window->height, window->width,
                          window->stride_y, window->stride_x);
  if (window->padding != NN_PADDING_VALID)
    g_string_append_printf (code->text, ", zeros=(%d, %d, %d, %d)", zeros.left, zeros.right,
                            zeros.top, zeros.bottom);
}

static void
write_activation (NnCode *code, const NnActivationSpec *spec, const NnShape *input)
{
  switch (spec->function) {
  case NN_FUNCTION_RELU:
    g_string_append (code->text, "nn.ReLU()");
    break;
  case NN_FUNCTION_LEAKY_RELU:
    g_string_append (code->text, "nn.LeakyReLU(");
    nn_code_append_number (code, spec->slope);
    g_string_append (code->text, ")");
    break;
  case NN_FUNCTION_SIGMOID:
    g_string_append (code->text, "nn.Sigmoid()");
    break;
  case NN_FUNCTION_TANH:
    g_string_append (code->text, "nn.Tanh()");
    break;
  case NN_FUNCTION_SOFTMAX:
    if (input->n_dims == 1)
      g_string_append (code->text, "nn.Softmax(dim=1)");
    else /* over all numbers of the picture */
      g_string_append_printf (
          code->text,
          "nn.Sequential(nn.Flatten(), nn.Softmax(dim=1), nn.Unflatten(1, (%d, %d, %d)))",
          input->dims[2], input->dims[0], input->dims[1]);
    break;
  default:
    g_string_append (code->text, "nn.Identity()");
    break;
  }
}

/* @seen: the picture whose numbers a vector still is, channel by channel. */
static void
write_reshape (NnCode *code, const NnShape *seen, const NnShape *after)
{
  if (after->n_dims == 1)
    g_string_append (code->text, "nn.Flatten()");
  else if (seen->n_dims == 1)
    g_string_append_printf (code->text, "Reshape((%d,), (%d, %d, %d))", seen->dims[0],
                            after->dims[0], after->dims[1], after->dims[2]);
  else
    g_string_append_printf (code->text, "Reshape((%d, %d, %d), (%d, %d, %d))", seen->dims[0],
                            seen->dims[1], seen->dims[2], after->dims[0], after->dims[1],
                            after->dims[2]);
}

static void
write_norm (NnCode *code, const NnLayerSpec *spec, const NnShape *input)
{
  if (spec->class_ == &nn_batch_norm_class) {
    const NnBatchNormSpec *norm = (const NnBatchNormSpec *)spec;

    g_string_append_printf (code->text, "nn.BatchNorm%dd(%d, eps=", input->n_dims == 3 ? 2 : 1,
                            input->dims[input->n_dims - 1]);
    nn_code_append_number (code, norm->epsilon);
    g_string_append (code->text, ", momentum=1 - ");
    nn_code_append_number (code, norm->momentum);
  } else {
    g_string_append_printf (code->text, "ChannelNorm(%d, eps=", input->dims[input->n_dims - 1]);
    nn_code_append_number (code, ((const NnLayerNormSpec *)spec)->epsilon);
  }
  g_string_append (code->text, ")");
}

static void
write_layer (NnCode *code, guint index, const NnShape *seen)
{
  const NnLayerSpec *spec = nn_code_spec (code, index);
  const NnForeseen *layer = &code->layers[index];
  const NnShape *input = &layer->input_shape;
  const NnWindow *window = nn_code_window (spec);
  gboolean padded = window != NULL && window->padding != NN_PADDING_VALID;

  if (spec->class_ == &nn_dense_class) {
    g_string_append_printf (code->text, "nn.Linear(%zu, %d)", nn_shape_size (input),
                            ((const NnDenseSpec *)spec)->units);
  } else if (spec->class_ == &nn_activation_class) {
    write_activation (code, (const NnActivationSpec *)spec, input);
  } else if (spec->class_ == &nn_flatten_class) {
    g_string_append (code->text, "nn.Flatten()");
  } else if (spec->class_ == &nn_dropout_class) {
    g_string_append (code->text, "nn.Dropout(");
    nn_code_append_number (code, ((const NnDropoutSpec *)spec)->rate);
    g_string_append (code->text, ")");
  } else if (spec->class_ == &nn_global_average_pool_class) {
    g_string_append (code->text, "GlobalAveragePool()");
  } else if (spec->class_ == &nn_reshape_class) {
    write_reshape (code, seen, &layer->output_shape);
  } else if (window == NULL) {
    write_norm (code, spec, input);
  } else {
    g_string_append (code->text, padded ? "Padded" : "nn.");
    if (spec->class_ == &nn_convolution_class)
      g_string_append_printf (code->text, "Conv2d(%d, %d, ", input->dims[2],
                              ((const NnConvolutionSpec *)spec)->filters);
    else
      g_string_append (code->text,
                       spec->class_ == &nn_max_pool_class ? "MaxPool2d(" : "AvgPool2d(");
    write_window (code, window, input);
    g_string_append (code->text, ")");
  }
}

static void
write_first_weights (NnCode *code, guint index)
{
  static const char *const draw[] = {
      "nn.init.xavier_uniform_(network.get_submodule(\"%u\").weight)",
      "nn.init.kaiming_normal_(network.get_submodule(\"%u\").weight, "
      "nonlinearity=\"relu\")",
      "nn.init.normal_(network.get_submodule(\"%u\").weight, std=0.05)",
      "nn.init.zeros_(network.get_submodule(\"%u\").weight)"};
  const NnLayerSpec *spec = nn_code_spec (code, index);
  g_autofree char *place = g_strdup_printf ("%u", index);
  NnInitialiser initialiser;

  if (spec->class_ == &nn_dense_class)
    initialiser = ((const NnDenseSpec *)spec)->initialiser;
  else if (spec->class_ == &nn_convolution_class)
    initialiser = ((const NnConvolutionSpec *)spec)->initialiser;
  else
    return;
  g_auto (GStrv) parts = g_strsplit (draw[initialiser], "%u", 2);
  g_string_append_printf (code->text, "    %s%s%s\n", parts[0], place, parts[1]);
  g_string_append_printf (code->text, "    nn.init.zeros_(network.get_submodule(\"%u\").bias)\n",
                          index);
}

static void
write_network (NnCode *code)
{
  guint n = code->experiment->layers->len;
  NnShape seen = code->input;
  gboolean fused = nn_code_is_fused (code);

  g_string_append (code->text,
                   "def make_network():\n"
                   "    \"\"\"A module a layer of the recipe, by its number there.\"\"\"\n"
                   "    network = nn.Sequential()\n");
  for (guint i = 0; i < n; i++) {
    const NnLayerSpec *spec = nn_code_spec (code, i);
    const NnForeseen *layer = &code->layers[i];

    if (spec->class_ == &nn_dense_class && layer->input_shape.n_dims == 3)
      g_string_append_printf (code->text, "    network.add_module(\"flatten-%u\", nn.Flatten())\n",
                              i);
    if (fused && i == n - 1) {
      g_string_append (code->text, "    # The closing activation is the loss's part.\n");
      break;
    }
    g_string_append_printf (code->text, "    network.add_module(\"%u\", ", i);
    write_layer (code, i, &seen);
    g_string_append (code->text, ")\n");
    if (spec->class_ == &nn_dense_class || layer->output_shape.n_dims == 3 ||
        nn_shape_size (&layer->output_shape) != nn_shape_size (&layer->input_shape))
      seen = layer->output_shape;
  }
  for (guint i = 0; i < n; i++)
    write_first_weights (code, i);
  g_string_append (code->text, "    return network\n\n\n");
}

/* ---- training ---- */

static void
write_optimizer (NnCode *code)
{
  const NnOptimizerSpec *spec = &code->experiment->train.optimizer;
  g_autofree char *momentum = nn_code_number (spec->momentum);
  g_autofree char *rho = nn_code_number (spec->rho);
  g_autofree char *beta_1 = nn_code_number (spec->beta_1);
  g_autofree char *beta_2 = nn_code_number (spec->beta_2);
  g_autofree char *epsilon = nn_code_number (spec->epsilon);

  g_string_append (code->text, "def make_optimizer(network):\n    return torch.optim.");
  switch (spec->kind) {
  case NN_OPTIMIZER_MOMENTUM:
  case NN_OPTIMIZER_NESTEROV:
    g_string_append_printf (code->text, "SGD(network.parameters(), lr=RATE, momentum=%s%s)",
                            momentum, spec->kind == NN_OPTIMIZER_NESTEROV ? ", nesterov=True" : "");
    break;
  case NN_OPTIMIZER_RMSPROP:
    g_string_append_printf (code->text, "RMSprop(network.parameters(), lr=RATE, alpha=%s, eps=%s)",
                            rho, epsilon);
    break;
  case NN_OPTIMIZER_ADAM:
    g_string_append_printf (code->text,
                            "Adam(network.parameters(), lr=RATE, betas=(%s, %s), eps=%s)", beta_1,
                            beta_2, epsilon);
    break;
  default:
    g_string_append (code->text, "SGD(network.parameters(), lr=RATE)");
    break;
  }
  g_string_append (code->text, "\n\n\n");
}

static void
write_rate (NnCode *code)
{
  const NnScheduleSpec *spec = &code->experiment->train.schedule;
  g_autofree char *factor = nn_code_number (spec->factor);

  g_string_append (code->text,
                   "def rate(epoch):\n"
                   "    \"\"\"epoch: done so far, with the fraction of this one.\"\"\"\n");
  switch (spec->kind) {
  case NN_SCHEDULE_STEP:
    g_string_append_printf (code->text, "    return RATE * %s ** (epoch // %d)", factor,
                            spec->every);
    break;
  case NN_SCHEDULE_COSINE:
    g_string_append_printf (code->text,
                            "    left = (1 + math.cos(math.pi * min(epoch / EPOCHS, 1))) / 2\n"
                            "    return RATE * (%s + (1 - %s) * left)",
                            factor, factor);
    break;
  case NN_SCHEDULE_EXPONENTIAL:
    g_string_append_printf (code->text, "    return RATE * %s ** epoch", factor);
    break;
  default:
    g_string_append (code->text, "    return RATE");
    break;
  }
  g_string_append (code->text, "\n\n\n");
}

static void
write_loss (NnCode *code)
{
  gboolean fused = nn_code_is_fused (code);

  g_string_append (code->text, "def loss_of(answers, labels):\n");
  switch (code->experiment->train.loss) {
  case NN_LOSS_SOFTMAX_CROSS_ENTROPY:
    g_string_append (code->text, "    return functional.cross_entropy(answers.flatten(1), labels)");
    break;
  case NN_LOSS_BINARY_CROSS_ENTROPY:
    g_string_append (code->text,
                     "    targets = functional.one_hot(labels, CLASSES).to(answers.dtype)\n");
    g_string_append (
        code->text,
        fused ? "    return functional.binary_cross_entropy_with_logits(\n"
                "        answers.flatten(1), targets, reduction=\"sum\") / len(labels)"
              : "    return functional.binary_cross_entropy(\n"
                "        answers.flatten(1).clamp(1e-7, 1 - 1e-7), targets, reduction=\"sum\") / "
                "len(labels)");
    break;
  case NN_LOSS_MEAN_SQUARED_ERROR:
    g_string_append (code->text,
                     "    targets = functional.one_hot(labels, CLASSES).to(answers.dtype)\n"
                     "    return functional.mse_loss(answers.flatten(1), targets)");
    break;
  }
  g_string_append (code->text, "\n\n\n");
}

static void
write_step (NnCode *code)
{
  const NnTrainSpec *train = &code->experiment->train;

  g_string_append (code->text, "def step(network, optimizer, images, labels, epoch):\n"
                               "    network.train()\n"
                               "    for group in optimizer.param_groups:\n"
                               "        group[\"lr\"] = rate(epoch)\n"
                               "    optimizer.zero_grad()\n"
                               "    loss = loss_of(network(images), labels)\n"
                               "    loss.backward()\n");
  if (train->l2 > 0) {
    g_string_append (code->text, "    for parameter in network.parameters():\n"
                                 "        if parameter.dim() > 1:  # weights, not biases\n"
                                 "            parameter.grad.add_(parameter.detach(), alpha=");
    nn_code_append_number (code, train->l2);
    g_string_append (code->text, ")\n");
  }
  if (train->clip_norm > 0) {
    g_string_append (code->text, "    nn.utils.clip_grad_norm_(network.parameters(), ");
    nn_code_append_number (code, train->clip_norm);
    g_string_append (code->text, ")\n");
  }
  g_string_append (code->text, "    optimizer.step()\n"
                               "    return loss.item()\n\n\n");
}

static void
write_main (NnCode *code)
{
  const NnTrainSpec *train = &code->experiment->train;
  gboolean whole = train->optimizer.kind == NN_OPTIMIZER_GRADIENT_DESCENT;

  g_string_append_printf (
      code->text,
      "def accuracy(network, images, labels):\n"
      "    network.eval()\n"
      "    with torch.no_grad():\n"
      "        right = sum((network(x).flatten(1).argmax(1) == y).sum().item()\n"
      "                    for x, y in zip(images.split(1024), labels.split(1024)))\n"
      "    return right / len(labels)\n\n\n"
      "def load_weights(network, path):\n"
      "    \"\"\"What Glassbox learned: an array for each parameter, by its name.\"\"\"\n"
      "    with np.load(path) as arrays:\n"
      "        state = {name: torch.from_numpy(arrays[name]) for name in arrays.files}\n"
      "    missing, unknown = network.load_state_dict(state, strict=False)\n"
      "    missing = [name for name in missing if not name.endswith(\"num_batches_tracked\")]\n"
      "    assert not missing and not unknown, (missing, unknown)\n\n\n"
      "def main(folder, weights=None):\n"
      "    torch.manual_seed(SEED)  # other numbers than Glassbox's from the same seed\n"
      "    images, labels = map(torch.from_numpy, load(folder, \"train\"))\n"
      "    test_images, test_labels = map(torch.from_numpy, load(folder, \"t10k\"))\n"
      "    network = make_network()\n"
      "    if weights:\n"
      "        load_weights(network, weights)\n"
      "        print(f\"test accuracy {accuracy(network, test_images, test_labels):.4f}\")\n"
      "        return\n"
      "    optimizer = make_optimizer(network)\n"
      "    batch = %s\n"
      "    for epoch in range(EPOCHS):\n"
      "        order = %s\n"
      "        losses = []\n"
      "        for start in range(0, len(labels), batch):\n"
      "            chosen = order[start:start + batch]\n"
      "            losses.append(step(network, optimizer, images[chosen], labels[chosen],\n"
      "                               epoch + start / len(labels)))\n"
      "        print(f\"epoch {epoch + 1}/{EPOCHS}: loss {np.mean(losses):.4f}, \"\n"
      "              f\"test accuracy {accuracy(network, test_images, test_labels):.4f}\")\n\n\n"
      "if __name__ == \"__main__\":\n"
      "    if len(sys.argv) not in (2, 3):\n"
      "        sys.exit(f\"usage: {sys.argv[0]} FOLDER [WEIGHTS.npz]  (with the four IDX "
      "files)\")\n"
      "    main(*sys.argv[1:])\n",
      whole ? "len(labels)  # one step an epoch" : "BATCH",
      train->shuffle ? "torch.randperm(len(labels))" : "torch.arange(len(labels))");
}

void
nn_code_pytorch (NnCode *code)
{
  const NnExperiment *experiment = code->experiment;

  g_string_append_printf (code->text,
                          "# %s: the same experiment for PyTorch, as Glassbox wrote it.\n"
                          "import gzip\nimport math\nimport pathlib\nimport struct\nimport sys\n\n"
                          "import numpy as np\nimport torch\nfrom torch import nn\n"
                          "from torch.nn import functional\n\n",
                          experiment->name);
  nn_code_remarks (code);
  g_string_append_printf (
      code->text, "CLASSES = %d\nEPOCHS = %d\nBATCH = %d\nSEED = %" G_GUINT64_FORMAT "\nRATE = ",
      code->n_classes, experiment->train.epochs, experiment->train.batch_size, experiment->seed);
  nn_code_append_number (code, experiment->train.optimizer.learning_rate);
  g_string_append (code->text, "\n\n\n");
  nn_code_data (code, TRUE);
  write_modules (code);
  write_network (code);
  write_loss (code);
  write_optimizer (code);
  write_rate (code);
  write_step (code);
  write_main (code);
}
