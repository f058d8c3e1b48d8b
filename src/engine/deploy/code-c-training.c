/* code-c-training.c: the part of the C program that trains, from the same first weights and on the
 * same batches as Glassbox.
 *
 * The program has one way of looking at a picture, code-c.c's; here is what each layer does on the
 * way back, in the same order of numbers, and what happens once a step: the loss and the update. */
#include "code-c.h"

#include "engine/design/initialiser.h"

static const char random_text[] =
    "/* ---- random numbers: those of Glassbox ---- */\n\n"
    "enum { INITIALISATION, SHUFFLING, DROPOUT };\n\n"
    "/* Philox4x32-10: Salmon, Moraes, Dror, Shaw: \"Parallel random numbers: as easy as 1, 2, "
    "3\",\n"
    "   2011. A number depends on its purpose and position alone. */\n"
    "static uint32_t random_number(uint32_t purpose, uint32_t part, uint64_t position)\n"
    "{\n"
    "  uint32_t c[4] = {(uint32_t)(position / 4), (uint32_t)(position / 4 >> 32), part, purpose};\n"
    "  uint32_t low = (uint32_t)SEED, high = (uint32_t)(SEED >> 32);\n"
    "  for (int round = 0; round < 10; round++) {\n"
    "    uint64_t a = (uint64_t)0xD2511F53 * c[0], b = (uint64_t)0xCD9E8D57 * c[2];\n"
    "    c[0] = (uint32_t)(b >> 32) ^ c[1] ^ low;\n"
    "    c[1] = (uint32_t)b;\n"
    "    c[2] = (uint32_t)(a >> 32) ^ c[3] ^ high;\n"
    "    c[3] = (uint32_t)a;\n"
    "    low += 0x9E3779B9;\n"
    "    high += 0xBB67AE85;\n"
    "  }\n"
    "  return c[position % 4];\n"
    "}\n\n";

static const char uniform_text[] =
    "static float first_uniform(double limit, uint32_t layer, uint64_t *position)\n"
    "{\n"
    "  double number = random_number(INITIALISATION, layer, (*position)++) * 0x1p-32;\n"
    "  return (float)(limit * (2 * number - 1));\n"
    "}\n\n";

static const char normal_text[] =
    "static float first_normal(double deviation, uint32_t layer, uint64_t *position)\n"
    "{\n"
    "  double u = (random_number(INITIALISATION, layer, (*position)++) + 1.0) * 0x1p-32;\n"
    "  double v = random_number(INITIALISATION, layer, (*position)++) * 0x1p-32;\n"
    "  return (float)(deviation * (sqrt(-2 * log(u)) * cos(2 * PI * v)));\n"
    "}\n\n";

/* ---- what the layers read and write ---- */

/* Returns: (transfer full): a place for each layer and one for what comes out. */
static NnCodePlace *
find_places (const NnCode *code)
{
  guint n = code->experiment->layers->len;
  NnCodePlace *places = g_new0 (NnCodePlace, n + 1);

  places[0].seen = code->input;
  for (guint i = 0; i < n; i++) {
    places[i].writes = nn_code_c_writes (code, i) || nn_code_c_drops (nn_code_spec (code, i));
    places[i + 1].buffer = places[i].buffer + places[i].writes;
    places[i + 1].seen = nn_code_c_seen (code, i, &places[i].seen);
  }
  return places;
}

static int
channels_of (const NnShape *shape)
{
  return shape->dims[shape->n_dims - 1];
}

static int
size_of (const NnShape *shape)
{
  return (int)nn_shape_size (shape);
}

/* ---- numbers that are learned ---- */

static void
write_learned (NnCode *code)
{
  g_autoptr (GString) table = g_string_new (NULL);
  g_autoptr (NnNetwork) network =
      nn_network_new (code->experiment->layers, &code->input, 1, FALSE, NULL, NULL);
  gsize total = 0;

  for (int i = 0; network != NULL && i < network->n_layers; i++)
    for (int p = 0; p < network->layers[i]->n_parameters; p++) {
      const NnParameter *parameter = &network->layers[i]->parameters[p];
      gsize n = nn_shape_size (&parameter->shape);

      g_string_append_printf (code->text, "static float %s_%d_gradient[%zu];\n", parameter->name, i,
                              n);
      g_string_append_printf (table, "    {%s_%d, %s_%d_gradient, %zu, %d, %d},\n", parameter->name,
                              i, parameter->name, i, n, parameter->decays, parameter->is_statistic);
      total += n;
    }
  g_string_append_printf (
      code->text,
      "\nstatic const struct {\n  float *values, *gradient;\n  size_t n;\n"
      "  int decays, is_running; /* a running number is no weight: its change is its own */\n"
      "} learned[] = {\n%s};\n\n"
      "#define ALL_LEARNED (sizeof learned / sizeof *learned)\n#define N_LEARNED %zu\n\n",
      table->len > 0 ? table->str : "    {NULL, NULL, 0, 0, 0},\n", MAX (total, 1));
}

/* In the order in which Glassbox draws them, which keeps channels last. */
static void
write_first (NnCode *code, guint index, const NnCodePlace *place)
{
  const NnLayerSpec *spec = nn_code_spec (code, index);
  int inputs = size_of (&code->layers[index].input_shape);
  gboolean convolution = spec->class_ == &nn_convolution_class;
  const NnWindow *window = nn_code_window (spec);
  NnInitialiser initialiser = convolution ? ((const NnConvolutionSpec *)spec)->initialiser
                                          : ((const NnDenseSpec *)spec)->initialiser;
  int channels = channels_of (&place->seen);
  int units =
      convolution ? ((const NnConvolutionSpec *)spec)->filters : ((const NnDenseSpec *)spec)->units;
  int taps = convolution ? window->height * window->width : 1;
  int fan_in = convolution ? taps * channels : inputs;
  g_autofree char *call = NULL;

  if (initialiser == NN_INITIALISER_ZEROS)
    return;
  if (initialiser == NN_INITIALISER_GLOROT_UNIFORM)
    call = g_strdup_printf ("first_uniform(sqrt(6.0 / %d), %u, &at)", fan_in + taps * units, index);
  else if (initialiser == NN_INITIALISER_HE_NORMAL)
    call = g_strdup_printf ("first_normal(sqrt(2.0 / %d), %u, &at)", fan_in, index);
  else
    call = g_strdup_printf ("first_normal(0.05, %u, &at)", index);
  if (convolution)
    g_string_append_printf (code->text,
                            "  at = 0;\n"
                            "  for (int tap = 0; tap < %d; tap++)\n"
                            "    for (int c = 0; c < %d; c++)\n"
                            "      for (int o = 0; o < %d; o++)\n"
                            "        weight_%u[(o * %d + c) * %d + tap] = %s;\n",
                            taps, channels, units, index, channels, taps, call);
  else
    g_string_append_printf (code->text,
                            "  at = 0;\n"
                            "  for (int o = 0; o < %d; o++)\n"
                            "    for (int i = 0; i < %d; i++)\n"
                            "      for (int c = 0; c < %d; c++)\n"
                            "        weight_%u[o * %d + c * %d + i] = %s;\n",
                            units, inputs / channels, channels, index, inputs, inputs / channels,
                            call);
}

static gboolean
has_initialiser (const NnCode *code, gboolean uniform)
{
  for (guint i = 0; i < code->experiment->layers->len; i++) {
    const NnLayerSpec *spec = nn_code_spec (code, i);
    NnInitialiser initialiser = NN_INITIALISER_ZEROS;

    if (spec->class_ == &nn_convolution_class)
      initialiser = ((const NnConvolutionSpec *)spec)->initialiser;
    else if (spec->class_ == &nn_dense_class)
      initialiser = ((const NnDenseSpec *)spec)->initialiser;
    if (initialiser != NN_INITIALISER_ZEROS &&
        uniform == (initialiser == NN_INITIALISER_GLOROT_UNIFORM))
      return TRUE;
  }
  return FALSE;
}

static void
write_first_weights (NnCode *code, const NnCodePlace *places)
{
  gboolean uniform = has_initialiser (code, TRUE), normal = has_initialiser (code, FALSE);

  if (uniform)
    g_string_append (code->text, uniform_text);
  if (normal)
    g_string_append (code->text, normal_text);
  g_string_append (code->text, "static void draw_first_weights(void)\n{\n");
  if (uniform || normal)
    g_string_append (code->text, "  uint64_t at;\n");
  for (guint i = 0; i < code->experiment->layers->len; i++) {
    const NnLayerClass *class_ = nn_code_spec (code, i)->class_;
    int channels = channels_of (&code->layers[i].input_shape);

    if (class_ == &nn_dense_class || class_ == &nn_convolution_class)
      write_first (code, i, &places[i]);
    else if (class_ == &nn_layer_norm_class)
      g_string_append_printf (code->text, "  for (int c = 0; c < %d; c++)\n    weight_%u[c] = 1;\n",
                              channels, i);
    else if (class_ == &nn_batch_norm_class)
      g_string_append_printf (code->text,
                              "  for (int c = 0; c < %d; c++)\n"
                              "    weight_%u[c] = running_var_%u[c] = 1;\n",
                              channels, i, i);
  }
  g_string_append (code->text, "}\n\n");
}

/* ---- forward and back ---- */

static void
write_buffers (NnCode *code, const NnCodePlace *places)
{
  guint n = code->experiment->layers->len;
  int greatest = size_of (&code->input);

  g_string_append_printf (code->text, "static float x_0[ROWS * INPUTS]");
  for (guint i = 0; i < n; i++) {
    int outputs = size_of (&code->layers[i].output_shape);

    greatest = MAX (greatest, outputs);
    if (places[i].writes)
      g_string_append_printf (code->text, ", x_%u[ROWS * %d]", places[i + 1].buffer, outputs);
  }
  g_string_append_printf (code->text, ";\nstatic float gradients[2][ROWS * %d]; /* of them */\n",
                          greatest);
  for (guint i = 0; i < n; i++)
    if (nn_code_spec (code, i)->class_ == &nn_batch_norm_class) {
      int channels = channels_of (&code->layers[i].input_shape);

      g_string_append_printf (code->text, "static float mean_%u[%d], variance_%u[%d];\n", i,
                              channels, i, channels);
    }
  g_string_append_c (code->text, '\n');
}

/* The statements of code-c.c between the lines that say what x and y are. */
static void
write_rows (NnCode *code, guint index, const NnCodePlace *place)
{
  NnCode inner = *code;
  g_auto (GStrv) lines = NULL;

  g_string_append_printf (code->text,
                          "  for (int b = 0; b < rows; b++) {\n"
                          "    const float *x = x_%u + (size_t)b * %d;\n"
                          "    float *y = x_%u + (size_t)b * %d;\n",
                          place->buffer, size_of (&code->layers[index].input_shape),
                          place->buffer + 1, size_of (&code->layers[index].output_shape));
  inner.text = g_string_new (NULL);
  nn_code_c_layer (&inner, index, &place->seen);
  lines = g_strsplit (inner.text->str, "\n", -1);
  for (char **line = lines; *line != NULL && **line != '\0'; line++)
    g_string_append_printf (code->text, "  %s\n", *line);
  g_string_free (inner.text, TRUE);
  g_string_append (code->text, "  }\n");
}

static void
write_drop (NnCode *code, guint index, const NnCodePlace *place, const char *from, const char *to)
{
  int n = size_of (&code->layers[index].input_shape), channels = channels_of (&place->seen);
  g_autofree char *rate =
      nn_code_number (((const NnDropoutSpec *)nn_code_spec (code, index))->rate);

  g_string_append_printf (code->text,
                          "  for (int b = 0; b < rows; b++)\n"
                          "    drop(%s + (size_t)b * %d, %s + (size_t)b * %d, %u,\n"
                          "         (turn << 32) + (uint64_t)b * %d, %d, %d, %s);\n",
                          from, n, to, n, index, n, channels, n / channels, rate);
}

static void
write_forward (NnCode *code, const NnCodePlace *places)
{
  g_string_append (code->text, "static void forward(int rows)\n{\n");
  for (guint i = 0; i < code->experiment->layers->len; i++) {
    const NnLayerSpec *spec = nn_code_spec (code, i);
    int channels = channels_of (&code->layers[i].input_shape);
    g_autofree char *x = g_strdup_printf ("x_%u", places[i].buffer);
    g_autofree char *y = g_strdup_printf ("x_%u", places[i].buffer + 1);

    if (!places[i].writes)
      continue;
    if (spec->class_ == &nn_dropout_class) {
      write_drop (code, i, &places[i], x, y);
    } else if (spec->class_ == &nn_batch_norm_class) {
      g_autofree char *epsilon = nn_code_number (((const NnBatchNormSpec *)spec)->epsilon);

      g_string_append_printf (
          code->text,
          "  batch_norm_train(%s, %s, weight_%u, bias_%u, mean_%u, variance_%u, rows,\n"
          "                   %d, %d, %sf);\n",
          x, y, i, i, i, i, channels, size_of (&code->layers[i].input_shape) / channels, epsilon);
    } else {
      write_rows (code, i, &places[i]);
    }
  }
  g_string_append (code->text, "}\n\n");
}

static void
write_norm_back (NnCode *code, guint i, const char *x)
{
  const NnLayerSpec *spec = nn_code_spec (code, i);
  int n = size_of (&code->layers[i].input_shape);
  int channels = channels_of (&code->layers[i].input_shape), places = n / channels;
  gboolean batch = spec->class_ == &nn_batch_norm_class;
  g_autofree char *epsilon = nn_code_number (batch ? ((const NnBatchNormSpec *)spec)->epsilon
                                                   : ((const NnLayerNormSpec *)spec)->epsilon);

  if (!batch) {
    g_string_append_printf (
        code->text,
        "  for (int b = 0; b < rows; b++)\n"
        "    layer_norm_back(%s + (size_t)b * %d, dy + (size_t)b * %d,\n"
        "                    dx + (size_t)b * %d, weight_%u, weight_%u_gradient,"
        "\n                    bias_%u_gradient, %d, %d, %sf);\n",
        x, n, n, n, i, i, i, channels, places, epsilon);
    return;
  }
  g_autofree char *gone = nn_code_number (1 - ((const NnBatchNormSpec *)spec)->momentum);

  g_string_append_printf (
      code->text,
      "  batch_norm_back(%s, dy, dx, weight_%u, weight_%u_gradient, bias_%u_gradient, mean_%u,\n"
      "                  variance_%u, rows, %d, %d, %sf);\n"
      "  gather(running_mean_%u, running_mean_%u_gradient, mean_%u, %d, %s * rows / batch, 1);\n"
      "  if (rows * %d > 1) /* of a single number there is no variance */\n"
      "    gather(running_var_%u, running_var_%u_gradient, variance_%u, %d, %s * rows / batch,\n"
      "           rows * %d / (rows * %d - 1.0));\n",
      x, i, i, i, i, i, channels, places, epsilon, i, i, i, channels, gone, places, i, i, i,
      channels, gone, places, places);
}

static void
write_activation_back (NnCode *code, guint i, const char *x, const char *y)
{
  static const char *const formulas[] = {NULL,
                                         "%s[i] > 0 ? dy[i] : 0",
                                         NULL,
                                         "dy[i] * %s[i] * (1 - %s[i])",
                                         "dy[i] * (1 - %s[i] * %s[i])",
                                         NULL};
  const NnActivationSpec *spec = (const NnActivationSpec *)nn_code_spec (code, i);
  int n = size_of (&code->layers[i].input_shape);
  g_autofree char *slope = nn_code_number (spec->slope);
  g_autofree char *formula = NULL;

  if (spec->function == NN_FUNCTION_SOFTMAX) {
    g_string_append_printf (code->text,
                            "  for (int b = 0; b < rows; b++)\n"
                            "    softmax_back(%s + (size_t)b * %d, dy + (size_t)b * %d,\n"
                            "                 dx + (size_t)b * %d, %d);\n",
                            y, n, n, n, n);
    return;
  }
  if (spec->function == NN_FUNCTION_LEAKY_RELU) {
    formula = g_strdup_printf ("%s[i] > 0 ? dy[i] : %sf * dy[i]", x, slope);
  } else {
    g_auto (GStrv) pieces = g_strsplit (formulas[spec->function], "%s", -1);

    formula = g_strjoinv (y, pieces);
  }
  g_string_append_printf (code->text, "  for (int i = 0; i < rows * %d; i++)\n    dx[i] = %s;\n", n,
                          formula);
}

/* @lowest: below it there is nothing to learn. */
static void
write_layer_back (NnCode *code, guint i, const NnCodePlace *place, gboolean lowest)
{
  const NnLayerSpec *spec = nn_code_spec (code, i);
  int n = size_of (&code->layers[i].input_shape), m = size_of (&code->layers[i].output_shape);
  int channels = channels_of (&code->layers[i].input_shape);
  int outputs = channels_of (&code->layers[i].output_shape);
  g_autofree char *x = g_strdup_printf ("x_%u", place->buffer);
  g_autofree char *y = g_strdup_printf ("x_%u", place->buffer + 1);
  g_autofree char *dx = lowest ? g_strdup ("NULL") : g_strdup_printf ("dx + (size_t)b * %d", n);
  const char *const rows = "  for (int b = 0; b < rows; b++)\n    ";

  if (spec->class_ == &nn_activation_class)
    write_activation_back (code, i, x, y);
  else if (spec->class_ == &nn_dropout_class)
    write_drop (code, i, place, "dy", "dx");
  else if (spec->class_ == &nn_batch_norm_class || spec->class_ == &nn_layer_norm_class)
    write_norm_back (code, i, x);
  else if (spec->class_ == &nn_dense_class)
    g_string_append_printf (code->text,
                            "%sdense_back(%s + (size_t)b * %d, dy + (size_t)b * %d, %s,\n"
                            "               weight_%u, weight_%u_gradient, bias_%u_gradient, %d, "
                            "%d);\n",
                            rows, x, n, m, dx, i, i, i, n, m);
  else if (spec->class_ == &nn_convolution_class)
    g_string_append_printf (code->text,
                            "%sconvolve_back(%s + (size_t)b * %d, dy + (size_t)b * %d, %s,\n"
                            "                  weight_%u, weight_%u_gradient, bias_%u_gradient,\n"
                            "                  &window_%u, %d);\n",
                            rows, x, n, m, dx, i, i, i, i, outputs);
  else if (spec->class_ == &nn_global_average_pool_class)
    g_string_append_printf (code->text,
                            "%sglobal_average_back(dy + (size_t)b * %d, dx + (size_t)b * %d, %d, "
                            "%d);\n",
                            rows, m, n, channels, n / channels);
  else if (spec->class_ == &nn_reshape_class)
    g_string_append_printf (code->text,
                            "%sreshape(dy + (size_t)b * %d, dx + (size_t)b * %d, %d, %d, %d, "
                            "%d);\n",
                            rows, n, n, outputs, n / outputs, channels_of (&place->seen),
                            n / channels_of (&place->seen));
  else
    g_string_append_printf (code->text,
                            "%spool_back(%s + (size_t)b * %d, dy + (size_t)b * %d,\n"
                            "              dx + (size_t)b * %d, &window_%u, %d);\n",
                            rows, x, n, m, n, i, spec->class_ == &nn_max_pool_class);
}

static void
write_backward (NnCode *code, const NnCodePlace *places)
{
  guint n = code->experiment->layers->len, lowest = nn_code_c_lowest (code);

  g_string_append (code->text,
                   "/* From the gradient of the answers, in gradients[0], of a batch's rows. */\n"
                   "static void backward(int rows, int batch)\n"
                   "{\n"
                   "  (void)rows;\n"
                   "  (void)batch;\n");
  if (lowest < n)
    g_string_append (code->text, "  float *dy = gradients[0], *dx = gradients[1], *other;\n");
  for (guint i = n - nn_code_is_fused (code); i > lowest; i--) {
    if (!places[i - 1].writes)
      continue;
    write_layer_back (code, i - 1, &places[i - 1], i - 1 == lowest);
    g_string_append (code->text, "  other = dy, dy = dx, dx = other;\n");
  }
  g_string_append (code->text, "}\n\n");
}

/* ---- shared with the program's other writers ---- */

void
nn_code_c_training (NnCode *code)
{
  g_autofree NnCodePlace *places = find_places (code);
  gboolean drops = FALSE;

  for (guint i = 0; i < code->experiment->layers->len; i++)
    drops = drops || nn_code_c_drops (nn_code_spec (code, i));
  g_string_append (code->text, random_text);
  write_learned (code);
  write_first_weights (code, places);
  nn_code_c_back (code);
  write_buffers (code, places);
  if (drops)
    g_string_append (code->text, "static uint64_t turn; /* of what falls out */\n\n");
  write_forward (code, places);
  write_backward (code, places);
  nn_code_c_step (code, places, drops);
}
