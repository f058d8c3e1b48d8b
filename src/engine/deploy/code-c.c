/* code-c.c: the experiment as a C99 program without any library: what a trained network does, and
 * what reads files. It keeps pictures channel by channel, as the files have their weights, so that
 * flattening moves nothing. Training is code-c-training.c's. */
#include "code-c.h"

#include <string.h>

/* Each is written where the network has such a layer. */
static const NnCodePart parts[] = {
    {&nn_dense_class,
     "static void dense(const float *x, float *y, const float *weight, const float *bias,\n"
     "                  int inputs, int units)\n"
     "{\n"
     "  for (int o = 0; o < units; o++) {\n"
     "    float sum = bias[o];\n"
     "    for (int i = 0; i < inputs; i++)\n"
     "      sum += x[i] * weight[(size_t)o * inputs + i];\n"
     "    y[o] = sum;\n"
     "  }\n"
     "}\n\n"},
    {&nn_convolution_class,
     "static void convolve(const float *x, float *y, const float *weight, const float *bias,\n"
     "                     const Window *w, int filters)\n"
     "{\n"
     "  for (int o = 0; o < filters; o++)\n"
     "    for (int v = 0; v < w->rows; v++)\n"
     "      for (int u = 0; u < w->columns; u++) {\n"
     "        float sum = bias[o];\n"
     "        for (int c = 0; c < w->channels; c++)\n"
     "          for (int i = 0; i < w->height; i++)\n"
     "            for (int j = 0; j < w->width; j++) {\n"
     "              int row = v * w->stride_y - w->top + i, column = u * w->stride_x - w->left + "
     "j;\n"
     "              if (row >= 0 && row < w->x_rows && column >= 0 && column < w->x_columns)\n"
     "                sum += x[(c * w->x_rows + row) * w->x_columns + column] *\n"
     "                       weight[((o * w->channels + c) * w->height + i) * w->width + j];\n"
     "            }\n"
     "        y[(o * w->rows + v) * w->columns + u] = sum;\n"
     "      }\n"
     "}\n\n"},
    {&nn_global_average_pool_class,
     "static void global_average(const float *x, float *y, int channels, int places)\n"
     "{\n"
     "  for (int c = 0; c < channels; c++) {\n"
     "    float sum = 0;\n"
     "    for (int i = 0; i < places; i++)\n"
     "      sum += x[c * places + i];\n"
     "    y[c] = sum / places;\n"
     "  }\n"
     "}\n\n"},
    {&nn_batch_norm_class,
     "static void batch_norm(const float *x, float *y, const float *weight, const float *bias,\n"
     "                       const float *mean, const float *variance, int channels, int places,\n"
     "                       float epsilon)\n"
     "{\n"
     "  for (int c = 0; c < channels; c++)\n"
     "    for (int i = 0; i < places; i++)\n"
     "      y[c * places + i] = (x[c * places + i] - mean[c]) / sqrtf(variance[c] + epsilon) *\n"
     "                              weight[c] + bias[c];\n"
     "}\n\n"},
    {&nn_layer_norm_class,
     "static void layer_norm(const float *x, float *y, const float *weight, const float *bias,\n"
     "                       int channels, int places, float epsilon)\n"
     "{\n"
     "  for (int i = 0; i < places; i++) {\n"
     "    float mean = 0, variance = 0;\n"
     "    for (int c = 0; c < channels; c++)\n"
     "      mean += x[c * places + i] / channels;\n"
     "    for (int c = 0; c < channels; c++)\n"
     "      variance += (x[c * places + i] - mean) * (x[c * places + i] - mean) / channels;\n"
     "    for (int c = 0; c < channels; c++)\n"
     "      y[c * places + i] = (x[c * places + i] - mean) / sqrtf(variance + epsilon) * weight[c] "
     "+\n"
     "                          bias[c];\n"
     "  }\n"
     "}\n\n"},
    {&nn_reshape_class,
     "/* Numbers keep the order height, width, channels. */\n"
     "static void reshape(const float *x, float *y, int channels, int places, int y_channels,\n"
     "                    int y_places)\n"
     "{\n"
     "  for (int i = 0; i < channels * places; i++)\n"
     "    y[i % y_channels * y_places + i / y_channels] = x[i % channels * places + i / "
     "channels];\n"
     "}\n\n"},
};

static const char window_text[] =
    "typedef struct {\n"
    "  int height, width, stride_y, stride_x, top, left; /* of the window */\n"
    "  int x_rows, x_columns, channels, rows, columns;\n"
    "} Window;\n\n";

static const char pool_text[] =
    "/* What lies beyond the picture is not looked at. */\n"
    "static void pool(const float *x, float *y, const Window *w, int greatest)\n"
    "{\n"
    "  for (int c = 0; c < w->channels; c++)\n"
    "    for (int v = 0; v < w->rows; v++)\n"
    "      for (int u = 0; u < w->columns; u++) {\n"
    "        float best = -INFINITY, sum = 0;\n"
    "        int n = 0;\n"
    "        for (int i = 0; i < w->height; i++)\n"
    "          for (int j = 0; j < w->width; j++) {\n"
    "            int row = v * w->stride_y - w->top + i, column = u * w->stride_x - w->left + j;\n"
    "            if (row < 0 || row >= w->x_rows || column < 0 || column >= w->x_columns)\n"
    "              continue;\n"
    "            float number = x[(c * w->x_rows + row) * w->x_columns + column];\n"
    "            best = number > best ? number : best;\n"
    "            sum += number;\n"
    "            n++;\n"
    "          }\n"
    "        y[(c * w->rows + v) * w->columns + u] = greatest ? best : sum / n;\n"
    "      }\n"
    "}\n\n";

static const char softmax_text[] = "static void softmax(const float *x, float *y, int n)\n"
                                   "{\n"
                                   "  float greatest = x[0], sum = 0;\n"
                                   "  for (int i = 1; i < n; i++)\n"
                                   "    greatest = x[i] > greatest ? x[i] : greatest;\n"
                                   "  for (int i = 0; i < n; i++)\n"
                                   "    sum += y[i] = expf(x[i] - greatest);\n"
                                   "  for (int i = 0; i < n; i++)\n"
                                   "    y[i] /= sum;\n"
                                   "}\n\n";

static const char files_text[] =
    "/* Fills @values from the tensor @name of a safetensors file. */\n"
    "static int take_tensor(const char *header, FILE *file, long data, const char *name,\n"
    "                       float *values, size_t n)\n"
    "{\n"
    "  char quoted[64];\n"
    "  unsigned long first, end;\n"
    "  snprintf(quoted, sizeof quoted, \"\\\"%s\\\":\", name);\n"
    "  const char *at = strstr(header, quoted);\n"
    "  at = at ? strstr(at, \"\\\"data_offsets\\\":[\") : NULL;\n"
    "  if (!at || sscanf(at + 16, \"%lu,%lu\", &first, &end) != 2 || end - first != 4 * n)\n"
    "    return 0;\n"
    "  return fseek(file, data + (long)first, SEEK_SET) == 0 && fread(values, 4, n, file) == n;\n"
    "}\n\n"
    "/* The numbers of a model saved by Glassbox; this machine's bytes are in their order. */\n"
    "static int load_model(const char *path)\n"
    "{\n"
    "  unsigned char size[8];\n"
    "  unsigned long length = 0;\n"
    "  int good = 1;\n"
    "  FILE *file = fopen(path, \"rb\");\n"
    "  if (!file)\n"
    "    return 0;\n"
    "  if (fread(size, 1, 8, file) != 8)\n"
    "    length = 0;\n"
    "  else\n"
    "    for (int i = 3; i >= 0; i--)\n"
    "      length = length << 8 | size[i];\n"
    "  char *header = length && length < 1UL << 24 ? malloc(length + 1) : NULL;\n"
    "  if (!header || fread(header, 1, length, file) != length)\n"
    "    good = 0;\n"
    "  else\n"
    "    header[length] = 0;\n"
    "  for (size_t i = 0; good && i < sizeof tensors / sizeof *tensors; i++)\n"
    "    good = take_tensor(header, file, 8 + (long)length, tensors[i].name, tensors[i].values,\n"
    "                       tensors[i].n);\n"
    "  free(header);\n"
    "  fclose(file);\n"
    "  return good;\n"
    "}\n\n"
    "static FILE *open_idx(const char *folder, const char *name, long skip)\n"
    "{\n"
    "  char path[4096];\n"
    "  snprintf(path, sizeof path, \"%s/%s\", folder, name);\n"
    "  FILE *file = fopen(path, \"rb\");\n"
    "  if (file && fseek(file, skip, SEEK_SET) != 0) {\n"
    "    fclose(file);\n"
    "    file = NULL;\n"
    "  }\n"
    "  return file;\n"
    "}\n\n";

static const char score_text[] =
    "/* Returns how many of the test part's pictures are read right; @n: how many there are. */\n"
    "static int score(const char *folder, int *n)\n"
    "{\n"
    "  unsigned char pixels[INPUTS];\n"
    "  float x[INPUTS], answer[CLASSES];\n"
    "  int right = 0, label;\n"
    "  FILE *images = open_idx(folder, \"t10k-images-idx3-ubyte\", 16);\n"
    "  FILE *labels = open_idx(folder, \"t10k-labels-idx1-ubyte\", 8);\n"
    "  *n = 0;\n"
    "  while (images && labels && fread(pixels, 1, INPUTS, images) == INPUTS &&\n"
    "         (label = getc(labels)) != EOF) {\n"
    "    for (int i = 0; i < INPUTS; i++)\n"
    "      x[i] = PREPARED(pixels[i]);\n"
    "    right += predict(x, answer) == label;\n"
    "    ++*n;\n"
    "  }\n"
    "  if (images)\n"
    "    fclose(images);\n"
    "  if (labels)\n"
    "    fclose(labels);\n"
    "  return right;\n"
    "}\n\n";

static const char main_text[] =
    "int main(int argc, char **argv)\n"
    "{\n"
    "  int n = 0, right = 0;\n"
    "  if (argc == 2)\n"
    "    return train(argv[1]);\n"
    "  if (argc != 3) {\n"
    "    fprintf(stderr,\n"
    "            \"usage: %s FOLDER                    to train on its four IDX files, "
    "unpacked\\n\"\n"
    "            \"       %s MODEL.safetensors FOLDER  to score a model that Glassbox saved\\n\",\n"
    "            argv[0], argv[0]);\n"
    "    return 2;\n"
    "  }\n"
    "  if (!load_model(argv[1])) {\n"
    "    fprintf(stderr, \"%s is no model of this network\\n\", argv[1]);\n"
    "    return 1;\n"
    "  }\n"
    "  right = score(argv[2], &n);\n"
    "  if (n == 0) {\n"
    "    fprintf(stderr, \"%s has no t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte\\n\", "
    "argv[2]);\n"
    "    return 1;\n"
    "  }\n"
    "  printf(\"%d of %d right: %.2f %%\\n\", right, n, 100.0 * right / n);\n"
    "  return 0;\n"
    "}\n";

static gboolean
has_kind (const NnCode *code, const NnLayerClass *class_)
{
  for (guint i = 0; i < code->experiment->layers->len; i++)
    if (nn_code_spec (code, i)->class_ == class_ && nn_code_c_writes (code, i))
      return TRUE;
  return FALSE;
}

static gboolean
has_softmax (const NnCode *code)
{
  for (guint i = 0; i < code->experiment->layers->len; i++)
    if (nn_code_spec (code, i)->class_ == &nn_activation_class &&
        ((const NnActivationSpec *)nn_code_spec (code, i))->function == NN_FUNCTION_SOFTMAX)
      return TRUE;
  return FALSE;
}

static void
write_windows (NnCode *code)
{
  for (guint i = 0; i < code->experiment->layers->len; i++) {
    const NnWindow *window = nn_code_window (nn_code_spec (code, i));
    NnWindowGrid grid;

    if (window == NULL)
      continue;
    nn_window_place (window, &code->layers[i].input_shape, &grid, NULL);
    g_string_append_printf (code->text,
                            "static const Window window_%u = {%d, %d, %d, %d, %d, %d, %d, %d, "
                            "%d, %d, %d};\n",
                            i, grid.height, grid.width, grid.stride_y, grid.stride_x, grid.top,
                            grid.left, grid.input_height, grid.input_width, grid.channels,
                            grid.output_height, grid.output_width);
  }
  g_string_append_c (code->text, '\n');
}

static void
write_parts (NnCode *code)
{
  gboolean pools = has_kind (code, &nn_max_pool_class) || has_kind (code, &nn_average_pool_class);

  if (pools || has_kind (code, &nn_convolution_class))
    g_string_append (code->text, window_text);
  write_windows (code);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (has_kind (code, parts[i].class_))
      g_string_append (code->text, parts[i].text);
  if (pools)
    g_string_append (code->text, pool_text);
  if (has_softmax (code))
    g_string_append (code->text, softmax_text);
}

/* ---- numbers ---- */

static void
write_tensors (NnCode *code)
{
  g_autoptr (GString) table = g_string_new (NULL);
  g_autoptr (NnNetwork) network =
      nn_network_new (code->experiment->layers, &code->input, 1, FALSE, NULL, NULL);

  for (int i = 0; network != NULL && i < network->n_layers; i++)
    for (int p = 0; p < network->layers[i]->n_parameters; p++) {
      const NnParameter *parameter = &network->layers[i]->parameters[p];
      gsize n = nn_shape_size (&parameter->shape);

      g_string_append_printf (code->text, "static float %s_%d[%zu];\n", parameter->name, i, n);
      g_string_append_printf (table, "    {\"%d.%s\", %s_%d, %zu},\n", i, parameter->name,
                              parameter->name, i, n);
    }
  g_string_append_printf (code->text,
                          "\nstatic const struct {\n  const char *name;\n  float *values;\n"
                          "  size_t n;\n} tensors[] = {\n%s};\n\n",
                          table->len > 0 ? table->str : "    {\"\", NULL, 0},\n");
}

/* ---- the network ---- */

static int
channels_of (const NnShape *shape)
{
  return shape->dims[shape->n_dims - 1];
}

static void
write_activation (NnCode *code, const NnActivationSpec *spec, gsize n)
{
  static const char *const formulas[] = {
      NULL, "x[i] > 0 ? x[i] : 0", NULL, "1 / (1 + expf(-x[i]))", "tanhf(x[i])", NULL};
  g_autofree char *slope = nn_code_number (spec->slope);

  if (spec->function == NN_FUNCTION_SOFTMAX)
    g_string_append_printf (code->text, "  softmax(x, y, %zu);\n", n);
  else if (spec->function == NN_FUNCTION_LEAKY_RELU)
    g_string_append_printf (code->text,
                            "  for (int i = 0; i < %zu; i++)\n"
                            "    y[i] = x[i] > 0 ? x[i] : %sf * x[i];\n",
                            n, slope);
  else
    g_string_append_printf (code->text, "  for (int i = 0; i < %zu; i++)\n    y[i] = %s;\n", n,
                            formulas[spec->function]);
}

static void
write_windowed (NnCode *code, guint index)
{
  const NnLayerSpec *spec = nn_code_spec (code, index);

  if (spec->class_ == &nn_convolution_class)
    g_string_append_printf (code->text, "  convolve(x, y, weight_%u, bias_%u, &window_%u, %d);\n",
                            index, index, index, ((const NnConvolutionSpec *)spec)->filters);
  else
    g_string_append_printf (code->text, "  pool(x, y, &window_%u, %d);\n", index,
                            spec->class_ == &nn_max_pool_class);
}

static void
write_norm (NnCode *code, guint index, int channels, int places)
{
  const NnLayerSpec *spec = nn_code_spec (code, index);
  gboolean batch = spec->class_ == &nn_batch_norm_class;
  g_autofree char *epsilon = nn_code_number (batch ? ((const NnBatchNormSpec *)spec)->epsilon
                                                   : ((const NnLayerNormSpec *)spec)->epsilon);

  if (batch)
    g_string_append_printf (
        code->text,
        "  batch_norm(x, y, weight_%u, bias_%u, running_mean_%u, running_var_%u, "
        "%d, %d, %sf);\n",
        index, index, index, index, channels, places, epsilon);
  else
    g_string_append_printf (code->text, "  layer_norm(x, y, weight_%u, bias_%u, %d, %d, %sf);\n",
                            index, index, channels, places, epsilon);
}

/* ---- shared with the program's other writers ---- */

gboolean
nn_code_c_writes (const NnCode *code, guint index)
{
  const NnLayerSpec *spec = nn_code_spec (code, index);

  if (spec->class_ == &nn_activation_class)
    return ((const NnActivationSpec *)spec)->function != NN_FUNCTION_LINEAR;
  if (spec->class_ == &nn_reshape_class)
    return code->layers[index].output_shape.n_dims > 1;
  return spec->class_ != &nn_dropout_class && spec->class_ != &nn_flatten_class;
}

gboolean
nn_code_c_drops (const NnLayerSpec *spec)
{
  return spec->class_ == &nn_dropout_class && ((const NnDropoutSpec *)spec)->rate > 0;
}

NnShape
nn_code_c_seen (const NnCode *code, guint index, const NnShape *seen)
{
  const NnForeseen *layer = &code->layers[index];

  if (nn_code_spec (code, index)->class_ == &nn_dense_class || layer->output_shape.n_dims == 3 ||
      nn_shape_size (&layer->output_shape) != nn_shape_size (&layer->input_shape))
    return layer->output_shape;
  return *seen;
}

void
nn_code_c_layer (NnCode *code, guint index, const NnShape *seen)
{
  const NnLayerSpec *spec = nn_code_spec (code, index);
  const NnForeseen *layer = &code->layers[index];
  int n = (int)nn_shape_size (&layer->input_shape), channels = channels_of (&layer->input_shape);
  int outputs = channels_of (&layer->output_shape);
  const NnWindow *window = nn_code_window (spec);

  if (!nn_code_c_writes (code, index))
    return;
  if (spec->class_ == &nn_dense_class)
    g_string_append_printf (code->text, "  dense(x, y, weight_%u, bias_%u, %d, %d);\n", index,
                            index, n, outputs);
  else if (spec->class_ == &nn_activation_class)
    write_activation (code, (const NnActivationSpec *)spec, (gsize)n);
  else if (spec->class_ == &nn_global_average_pool_class)
    g_string_append_printf (code->text, "  global_average(x, y, %d, %d);\n", channels,
                            n / channels);
  else if (spec->class_ == &nn_reshape_class)
    g_string_append_printf (code->text, "  reshape(x, y, %d, %d, %d, %d);\n", channels_of (seen),
                            n / channels_of (seen), outputs, n / outputs);
  else if (window != NULL)
    write_windowed (code, index);
  else
    write_norm (code, index, channels, n / channels);
}

static void
write_predict (NnCode *code)
{
  gsize greatest = nn_shape_size (&code->input);
  NnShape seen = code->input;
  guint turn = 0;

  for (guint i = 0; i < code->experiment->layers->len; i++)
    greatest = MAX (greatest, nn_shape_size (&code->layers[i].output_shape));
  g_string_append_printf (
      code->text,
      "/* @x: INPUTS numbers; answer: CLASSES. Returns the greatest's place. */\n"
      "static int predict(const float *x, float *answer)\n"
      "{\n  static float numbers[2][%zu];\n  float *y = numbers[0];\n"
      "  int best = 0;\n",
      greatest);
  for (guint i = 0; i < code->experiment->layers->len; i++) {
    nn_code_c_layer (code, i, &seen);
    if (nn_code_c_writes (code, i)) {
      turn = 1 - turn;
      g_string_append_printf (code->text, "  x = y;\n  y = numbers[%u];\n", turn);
    }
    seen = nn_code_c_seen (code, i, &seen);
  }
  g_string_append (code->text, "  (void)y;\n"
                               "  memcpy(answer, x, CLASSES * sizeof *answer);\n"
                               "  for (int i = 1; i < CLASSES; i++)\n"
                               "    best = answer[i] > answer[best] ? i : best;\n"
                               "  return best;\n}\n\n");
}

static void
write_preparation (NnCode *code)
{
  const NnPrepareSpec *prepare = &code->experiment->prepare;
  const char *scaled = prepare->scale == NN_SCALE_UNIT ? "(grey) * (1 / 255.0f)" : "(grey) * 1.0f";

  if (prepare->standardise && prepare->fit != NULL) {
    g_autofree char *mean = nn_code_number (prepare->fit->numbers[0]);
    g_autofree char *deviation = nn_code_number (prepare->fit->numbers[1]);

    g_string_append_printf (code->text,
                            "// mean and deviation as measured on the training part\n"
                            "#define PREPARED(grey) ((%s - %sf) / %sf)\n\n",
                            scaled, mean, deviation);
  } else if (prepare->standardise) {
    g_string_append (code->text, "#error Mean and deviation are not known before the training part "
                                 "was read.\n\n");
  } else {
    g_string_append_printf (code->text, "#define PREPARED(grey) (%s)\n\n", scaled);
  }
}

static void
write_remarks (NnCode *code)
{
  const NnPrepareSpec *prepare = &code->experiment->prepare;
  const NnAugmentation *changes = &prepare->augmentation;

  if (prepare->validation_fraction > 0)
    g_string_append_printf (code->text,
                            "// Glassbox keeps %g of the training part for validation; here all of "
                            "it is trained on.\n",
                            prepare->validation_fraction);
  if (prepare->test_fraction > 0)
    g_string_append (code->text,
                     "// Glassbox draws its test part anew; here it is the one the data "
                     "came with.\n");
  if (prepare->noise > 0 || changes->shift > 0 || changes->rotation > 0 || changes->scale > 0 ||
      changes->shear > 0 || changes->elastic > 0 || changes->stroke_width > 0)
    g_string_append (code->text, "// Glassbox changes each picture at random in each epoch; here "
                                 "they stay as they are.\n");
}

static void
write_numbers (NnCode *code)
{
  const NnTrainSpec *train = &code->experiment->train;
  gboolean whole = train->optimizer.kind == NN_OPTIMIZER_GRADIENT_DESCENT;
  int batch = whole ? 1 << 30 : train->batch_size;
  g_autofree char *rate = nn_code_number (train->optimizer.learning_rate);
  g_autofree char *l2 = nn_code_number (train->l2);
  g_autofree char *clip = nn_code_number (train->clip_norm);

  g_string_append_printf (
      code->text,
      "#define INPUTS %zu\n#define CLASSES %d\n"
      "#define SEED UINT64_C(%" G_GUINT64_FORMAT ")\n"
      "#define EPOCHS %d\n#define BATCH %d%s\n#define ROWS %d /* at once */\n"
      "#define RATE %s\n#define L2 %sf\n#define CLIP %s\n#define PI 3.14159265358979323846\n\n",
      nn_shape_size (&code->input), code->n_classes, code->experiment->seed, train->epochs, batch,
      whole ? " /* all there are */" : "", MIN (batch, 1024), rate, l2, clip);
}

/* The trained network alone, with its numbers inside. */
static void
write_trained (NnCode *code)
{
  nn_code_c_trained_begin (code);
  write_preparation (code);
  write_parts (code);
  write_predict (code);
  nn_code_c_trained_end (code);
}

void
nn_code_c (NnCode *code)
{
  if (code->network != NULL) {
    write_trained (code);
    return;
  }
  g_string_append_printf (
      code->text,
      "// %s: the same experiment in C99, as Glassbox wrote it.\n"
      "// It begins with the same weights and learns from the same batches. In plain loops: the\n"
      "// numbers are Glassbox's but for their rounding; the time they take is not.\n"
      "// cc -O2 -std=c99 THIS.c -lm && ./a.out FOLDER\n",
      code->experiment->name);
  write_remarks (code);
  g_string_append (code->text, "#include <math.h>\n#include <stdint.h>\n#include <stdio.h>\n"
                               "#include <stdlib.h>\n#include <string.h>\n\n");
  write_numbers (code);
  write_preparation (code);
  write_tensors (code);
  write_parts (code);
  write_predict (code);
  g_string_append (code->text, files_text);
  g_string_append (code->text, score_text);
  nn_code_c_training (code);
  g_string_append (code->text, main_text);
}
