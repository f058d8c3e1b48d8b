/* code-c-back.c: what each layer of the C program does on the way back: the gradient of what it was
 * given, and of its own numbers. */
#include "code-c.h"

/* Each is written where the network has such a layer. */
static const NnCodePart parts[] = {
    {&nn_dense_class,
     "static void dense_back(const float *x, const float *dy, float *dx, const float *weight,\n"
     "                       float *weight_gradient, float *bias_gradient, int inputs, int units)\n"
     "{\n"
     "  for (int o = 0; o < units; o++) {\n"
     "    bias_gradient[o] += dy[o];\n"
     "    for (int i = 0; i < inputs; i++)\n"
     "      weight_gradient[(size_t)o * inputs + i] += dy[o] * x[i];\n"
     "  }\n"
     "  for (int i = 0; dx && i < inputs; i++)\n"
     "    dx[i] = 0;\n"
     "  for (int o = 0; dx && o < units; o++)\n"
     "    for (int i = 0; i < inputs; i++)\n"
     "      dx[i] += dy[o] * weight[(size_t)o * inputs + i];\n"
     "}\n\n"},
    {&nn_convolution_class,
     "static void convolve_back(const float *x, const float *dy, float *dx, const float *weight,\n"
     "                          float *weight_gradient, float *bias_gradient, const Window *w,\n"
     "                          int filters)\n"
     "{\n"
     "  for (int i = 0; dx && i < w->channels * w->x_rows * w->x_columns; i++)\n"
     "    dx[i] = 0;\n"
     "  for (int o = 0; o < filters; o++)\n"
     "    for (int v = 0; v < w->rows; v++)\n"
     "      for (int u = 0; u < w->columns; u++) {\n"
     "        float d = dy[(o * w->rows + v) * w->columns + u];\n"
     "        bias_gradient[o] += d;\n"
     "        for (int c = 0; c < w->channels; c++)\n"
     "          for (int i = 0; i < w->height; i++)\n"
     "            for (int j = 0; j < w->width; j++) {\n"
     "              int row = v * w->stride_y - w->top + i, column = u * w->stride_x - w->left + "
     "j;\n"
     "              if (row < 0 || row >= w->x_rows || column < 0 || column >= w->x_columns)\n"
     "                continue;\n"
     "              int at = (c * w->x_rows + row) * w->x_columns + column;\n"
     "              int tap = ((o * w->channels + c) * w->height + i) * w->width + j;\n"
     "              weight_gradient[tap] += d * x[at];\n"
     "              if (dx)\n"
     "                dx[at] += d * weight[tap];\n"
     "            }\n"
     "      }\n"
     "}\n\n"},
    {&nn_global_average_pool_class,
     "static void global_average_back(const float *dy, float *dx, int channels, int places)\n"
     "{\n"
     "  for (int c = 0; c < channels; c++)\n"
     "    for (int i = 0; i < places; i++)\n"
     "      dx[c * places + i] = dy[c] / places;\n"
     "}\n\n"},
    {&nn_dropout_class,
     "/* Forward and back: the same numbers stay, the same fall out. */\n"
     "static void drop(const float *x, float *y, uint32_t layer, uint64_t position, int channels,\n"
     "                 int places, double rate)\n"
     "{\n"
     "  uint64_t dropped = (uint64_t)(rate * 0x1p32);\n"
     "  float kept = (float)(1 / (1 - rate));\n"
     "  for (int i = 0; i < places; i++)\n"
     "    for (int c = 0; c < channels; c++, position++)\n"
     "      y[c * places + i] = random_number(DROPOUT, layer, position) < dropped\n"
     "                              ? 0\n"
     "                              : x[c * places + i] * kept;\n"
     "}\n\n"},
    {&nn_batch_norm_class,
     "/* By the batch's own mean and variance. */\n"
     "static void batch_norm_train(const float *x, float *y, const float *weight, const float "
     "*bias,\n"
     "                             float *mean, float *variance, int rows, int channels, int "
     "places,\n"
     "                             float epsilon)\n"
     "{\n"
     "  int n = channels * places;\n"
     "  for (int c = 0; c < channels; c++) {\n"
     "    double sum = 0, squares = 0;\n"
     "    for (int b = 0; b < rows; b++)\n"
     "      for (int i = c * places; i < (c + 1) * places; i++)\n"
     "        sum += x[b * n + i];\n"
     "    mean[c] = (float)(sum / rows / places);\n"
     "    for (int b = 0; b < rows; b++)\n"
     "      for (int i = c * places; i < (c + 1) * places; i++)\n"
     "        squares += (x[b * n + i] - mean[c]) * (x[b * n + i] - mean[c]);\n"
     "    variance[c] = (float)(squares / rows / places);\n"
     "    for (int b = 0; b < rows; b++)\n"
     "      for (int i = c * places; i < (c + 1) * places; i++)\n"
     "        y[b * n + i] = (x[b * n + i] - mean[c]) / sqrtf(variance[c] + epsilon) * weight[c] "
     "+\n"
     "                       bias[c];\n"
     "  }\n"
     "}\n\n"
     "static void batch_norm_back(const float *x, const float *dy, float *dx, const float "
     "*weight,\n"
     "                            float *weight_gradient, float *bias_gradient, const float "
     "*mean,\n"
     "                            const float *variance, int rows, int channels, int places,\n"
     "                            float epsilon)\n"
     "{\n"
     "  int n = channels * places;\n"
     "  for (int c = 0; c < channels; c++) {\n"
     "    double inverse = 1 / sqrt(variance[c] + epsilon), sum = 0, product = 0;\n"
     "    for (int b = 0; b < rows; b++)\n"
     "      for (int i = c * places; i < (c + 1) * places; i++) {\n"
     "        sum += dy[b * n + i];\n"
     "        product += dy[b * n + i] * (x[b * n + i] - mean[c]) * inverse;\n"
     "      }\n"
     "    weight_gradient[c] += (float)product;\n"
     "    bias_gradient[c] += (float)sum;\n"
     "    for (int b = 0; b < rows; b++)\n"
     "      for (int i = c * places; i < (c + 1) * places; i++) {\n"
     "        double normal = (x[b * n + i] - mean[c]) * inverse;\n"
     "        dx[b * n + i] = (float)(weight[c] * inverse *\n"
     "                                (dy[b * n + i] - (sum + normal * product) / rows / "
     "places));\n"
     "      }\n"
     "  }\n"
     "}\n\n"
     "/* A running number's change is kept where the others have their gradient. */\n"
     "static void gather(const float *running, float *change, const float *now, int channels,\n"
     "                   double share, double correction)\n"
     "{\n"
     "  for (int c = 0; c < channels; c++)\n"
     "    change[c] += (float)(share * (running[c] - now[c] * correction));\n"
     "}\n\n"},
    {&nn_layer_norm_class,
     "static void layer_norm_back(const float *x, const float *dy, float *dx, const float "
     "*weight,\n"
     "                            float *weight_gradient, float *bias_gradient, int channels,\n"
     "                            int places, float epsilon)\n"
     "{\n"
     "  for (int i = 0; i < places; i++) {\n"
     "    double mean = 0, variance = 0, sum = 0, product = 0;\n"
     "    for (int c = 0; c < channels; c++)\n"
     "      mean += x[c * places + i] / (double)channels;\n"
     "    for (int c = 0; c < channels; c++)\n"
     "      variance += (x[c * places + i] - mean) * (x[c * places + i] - mean) / channels;\n"
     "    double inverse = 1 / sqrt(variance + epsilon);\n"
     "    for (int c = 0; c < channels; c++) {\n"
     "      double normal = (x[c * places + i] - mean) * inverse, d = dy[c * places + i];\n"
     "      weight_gradient[c] += (float)(d * normal);\n"
     "      bias_gradient[c] += (float)d;\n"
     "      sum += d * weight[c];\n"
     "      product += d * weight[c] * normal;\n"
     "    }\n"
     "    for (int c = 0; c < channels; c++) {\n"
     "      double normal = (x[c * places + i] - mean) * inverse;\n"
     "      dx[c * places + i] = (float)(inverse * (dy[c * places + i] * weight[c] -\n"
     "                                              (sum + normal * product) / channels));\n"
     "    }\n"
     "  }\n"
     "}\n\n"},
};

static const char pool_text[] =
    "/* The greatest gets all of it, an average's numbers share it. */\n"
    "static void pool_back(const float *x, const float *dy, float *dx, const Window *w, int "
    "greatest)\n"
    "{\n"
    "  for (int i = 0; i < w->channels * w->x_rows * w->x_columns; i++)\n"
    "    dx[i] = 0;\n"
    "  for (int c = 0; c < w->channels; c++)\n"
    "    for (int v = 0; v < w->rows; v++)\n"
    "      for (int u = 0; u < w->columns; u++) {\n"
    "        int top = v * w->stride_y - w->top, left = u * w->stride_x - w->left;\n"
    "        int best = -1, n = 0;\n"
    "        for (int turn = 0; turn < 2; turn++)\n"
    "          for (int i = 0; i < w->height; i++)\n"
    "            for (int j = 0; j < w->width; j++) {\n"
    "              int row = top + i, column = left + j;\n"
    "              if (row < 0 || row >= w->x_rows || column < 0 || column >= w->x_columns)\n"
    "                continue;\n"
    "              int at = (c * w->x_rows + row) * w->x_columns + column;\n"
    "              if (turn == 0) {\n"
    "                best = best < 0 || x[at] > x[best] ? at : best;\n"
    "                n++;\n"
    "              } else if (!greatest || at == best) {\n"
    "                dx[at] += dy[(c * w->rows + v) * w->columns + u] / (greatest ? 1 : n);\n"
    "              }\n"
    "            }\n"
    "      }\n"
    "}\n\n";

static const char softmax_text[] =
    "static void softmax_back(const float *y, const float *dy, float *dx, int n)\n"
    "{\n"
    "  float sum = 0;\n"
    "  for (int i = 0; i < n; i++)\n"
    "    sum += dy[i] * y[i];\n"
    "  for (int i = 0; i < n; i++)\n"
    "    dx[i] = y[i] * (dy[i] - sum);\n"
    "}\n\n";

static gboolean
learns (const NnLayerClass *class_)
{
  return class_ == &nn_dense_class || class_ == &nn_convolution_class ||
         class_ == &nn_batch_norm_class || class_ == &nn_layer_norm_class;
}

guint
nn_code_c_lowest (const NnCode *code)
{
  guint n = code->experiment->layers->len, lowest = 0;

  while (lowest < n && !learns (nn_code_spec (code, lowest)->class_))
    lowest++;
  return lowest;
}

/* @function: for activations. Returns: whether the way back leads through such a layer; what drops
 * does so on the way there too. */
static gboolean
is_used (const NnCode *code, const NnLayerClass *class_, NnFunction function)
{
  guint n = code->experiment->layers->len - nn_code_is_fused (code);

  for (guint i = class_ == &nn_dropout_class ? 0 : nn_code_c_lowest (code); i < n; i++) {
    const NnLayerSpec *spec = nn_code_spec (code, i);

    if (spec->class_ != class_)
      continue;
    if (class_ == &nn_dropout_class ? nn_code_c_drops (spec)
                                    : class_ != &nn_activation_class ||
                                          ((const NnActivationSpec *)spec)->function == function)
      return TRUE;
  }
  return FALSE;
}

void
nn_code_c_back (NnCode *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (is_used (code, parts[i].class_, 0))
      g_string_append (code->text, parts[i].text);
  if (is_used (code, &nn_max_pool_class, 0) || is_used (code, &nn_average_pool_class, 0))
    g_string_append (code->text, pool_text);
  if (is_used (code, &nn_activation_class, NN_FUNCTION_SOFTMAX))
    g_string_append (code->text, softmax_text);
}
