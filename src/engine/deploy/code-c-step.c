/* code-c-step.c: the loss, the update and the epochs of the C program. */
#include "code-c.h"

static const char shuffle_text[] =
    "/* From 0 to below the bound, each as likely (Lemire 2019). */\n"
    "static uint32_t random_below(uint32_t bound, uint32_t epoch, uint64_t *position)\n"
    "{\n"
    "  uint64_t product = (uint64_t)random_number(SHUFFLING, epoch, (*position)++) * bound;\n"
    "  uint32_t threshold = (uint32_t)-bound % bound;\n"
    "  while ((uint32_t)product < threshold)\n"
    "    product = (uint64_t)random_number(SHUFFLING, epoch, (*position)++) * bound;\n"
    "  return (uint32_t)(product >> 32);\n"
    "}\n\n";

static const char *const losses[][2] = {
    [NN_LOSS_SOFTMAX_CROSS_ENTROPY] =
        {"  double greatest = y[0], sum = 0;\n"
         "  for (int k = 1; k < CLASSES; k++)\n"
         "    greatest = y[k] > greatest ? y[k] : greatest;\n"
         "  for (int k = 0; k < CLASSES; k++)\n"
         "    sum += exp(y[k] - greatest);\n"
         "  for (int k = 0; k < CLASSES; k++)\n"
         "    dz[k] = (float)((exp(y[k] - greatest) / sum - (k == label)) * share);\n"
         "  return greatest + log(sum) - y[label];\n",
         "  double others = 0; /* than the greatest */\n"
         "  int j = 0;\n"
         "  for (int k = 1; k < CLASSES; k++)\n"
         "    j = y[k] > y[j] ? k : j;\n"
         "  for (int k = 0; k < CLASSES; k++) {\n"
         "    others += k == j ? 0 : y[k];\n"
         "    dz[k] = (float)((y[k] - (k == label)) * share);\n"
         "  }\n"
         "  return z[j] - z[label] + log1p(others / y[j]);\n"},
    [NN_LOSS_BINARY_CROSS_ENTROPY] =
        {"  double loss = 0;\n"
         "  for (int k = 0; k < CLASSES; k++) {\n"
         "    double t = k == label, p = y[k] < 1e-7 ? 1e-7 : y[k] > 1 - 1e-7 ? 1 - 1e-7 : y[k];\n"
         "    loss -= t * log(p) + (1 - t) * log1p(-p);\n"
         "    dz[k] = p == y[k] ? (float)((p - t) / (p * (1 - p)) * share) : 0;\n"
         "  }\n"
         "  return loss;\n",
         "  double loss = 0;\n"
         "  for (int k = 0; k < CLASSES; k++) {\n"
         "    double t = k == label;\n"
         "    loss += (z[k] < 0 ? 0 : z[k]) - z[k] * t + log1p(exp(-fabs(z[k])));\n"
         "    dz[k] = (float)((y[k] - t) * share);\n"
         "  }\n"
         "  return loss;\n"},
    [NN_LOSS_MEAN_SQUARED_ERROR] = {"  double loss = 0;\n"
                                    "  for (int k = 0; k < CLASSES; k++) {\n"
                                    "    double error = y[k] - (k == label);\n"
                                    "    loss += error * error / CLASSES;\n"
                                    "    dz[k] = (float)(2 * error / CLASSES * share);\n"
                                    "  }\n"
                                    "  return loss;\n",
                                    NULL},
};

static void
write_loss (NnCode *code)
{
  gboolean fused = nn_code_is_fused (code);

  g_string_append_printf (
      code->text,
      "/* y: the answers%s; dz: %s gradient, for a batch's mean. */\n"
      "static double loss_of(%sconst float *y, int label, float *dz, double share)\n"
      "{\n%s}\n\n",
      fused ? ", and z what the closing activation made them of" : "", fused ? "z's" : "their",
      fused ? "const float *z, " : "", losses[code->experiment->train.loss][fused]);
}

static void
write_rate (NnCode *code)
{
  const NnScheduleSpec *spec = &code->experiment->train.schedule;
  g_autofree char *factor = nn_code_number (spec->factor);

  g_string_append (code->text, "/* epoch: done so far, with the fraction of this one. */\n"
                               "static double rate_at(double epoch)\n{\n");
  switch (spec->kind) {
  case NN_SCHEDULE_STEP:
    g_string_append_printf (code->text, "  return RATE * pow(%s, floor(epoch / %d));\n", factor,
                            spec->every);
    break;
  case NN_SCHEDULE_COSINE:
    g_string_append_printf (code->text,
                            "  double done = epoch < EPOCHS ? epoch / EPOCHS : 1;\n"
                            "  return RATE * (%s + (1 - %s) * (1 + cos(PI * done)) / 2);\n",
                            factor, factor);
    break;
  case NN_SCHEDULE_EXPONENTIAL:
    g_string_append_printf (code->text, "  return RATE * pow(%s, epoch);\n", factor);
    break;
  case NN_SCHEDULE_CONSTANT:
    g_string_append (code->text, "  (void)epoch;\n  return RATE;\n");
    break;
  }
  g_string_append (code->text, "}\n\n");
}

/* What a step does to one number, whose gradient is g. */
static void
write_rule (NnCode *code)
{
  const NnOptimizerSpec *spec = &code->experiment->train.optimizer;
  g_autofree char *momentum = nn_code_number (spec->momentum);
  g_autofree char *rho = nn_code_number (spec->rho);
  g_autofree char *beta_1 = nn_code_number (spec->beta_1);
  g_autofree char *beta_2 = nn_code_number (spec->beta_2);
  g_autofree char *epsilon = nn_code_number (spec->epsilon);

  switch (spec->kind) {
  case NN_OPTIMIZER_GRADIENT_DESCENT:
  case NN_OPTIMIZER_SGD:
    g_string_append (code->text, "      *value -= (float)rate * g;\n");
    break;
  case NN_OPTIMIZER_MOMENTUM:
    g_string_append_printf (code->text,
                            "      moments[0][at] = %sf * moments[0][at] + g;\n"
                            "      *value -= (float)rate * moments[0][at];\n",
                            momentum);
    break;
  case NN_OPTIMIZER_NESTEROV:
    g_string_append_printf (code->text,
                            "      moments[0][at] = %sf * moments[0][at] + g;\n"
                            "      *value -= (float)rate * (g + %sf * moments[0][at]);\n",
                            momentum, momentum);
    break;
  case NN_OPTIMIZER_RMSPROP:
    g_string_append_printf (
        code->text,
        "      moments[0][at] = %sf * moments[0][at] + (float)(1 - %s) * g * g;\n"
        "      *value -= (float)rate * g / (sqrtf(moments[0][at]) + %sf);\n",
        rho, rho, epsilon);
    break;
  case NN_OPTIMIZER_ADAM:
    g_string_append_printf (
        code->text,
        "      moments[0][at] = %sf * moments[0][at] + (float)(1 - %s) * g;\n"
        "      moments[1][at] = %sf * moments[1][at] + (float)(1 - %s) * g * g;\n"
        "      *value -= first * moments[0][at] / (sqrtf(moments[1][at]) * second + %sf);\n",
        beta_1, beta_1, beta_2, beta_2, epsilon);
    break;
  }
}

static void
write_clip (NnCode *code)
{
  g_string_append (code->text,
                   "  double squares = 0;\n"
                   "  for (size_t k = 0; k < ALL_LEARNED; k++)\n"
                   "    for (size_t i = 0; !learned[k].is_running && i < learned[k].n; i++) {\n"
                   "      double g = learned[k].gradient[i] +\n"
                   "                 (learned[k].decays ? L2 : 0) * learned[k].values[i];\n"
                   "      squares += g * g;\n"
                   "    }\n"
                   "  float scale = sqrt(squares) > CLIP ? (float)(CLIP / sqrt(squares)) : 1;\n");
}

static void
write_update (NnCode *code)
{
  const NnTrainSpec *train = &code->experiment->train;
  g_autofree char *beta_1 = nn_code_number (train->optimizer.beta_1);
  g_autofree char *beta_2 = nn_code_number (train->optimizer.beta_2);

  if (train->optimizer.kind != NN_OPTIMIZER_GRADIENT_DESCENT &&
      train->optimizer.kind != NN_OPTIMIZER_SGD)
    g_string_append (code->text, "static float moments[2][N_LEARNED];\n\n");
  g_string_append (code->text, "static void update(double rate)\n{\n  size_t at = 0;\n");
  if (train->optimizer.kind == NN_OPTIMIZER_ADAM)
    g_string_append_printf (code->text,
                            "  static int t;\n  t++;\n"
                            "  float first = (float)(rate / (1 - pow(%s, t)));\n"
                            "  float second = (float)(1 / sqrt(1 - pow(%s, t)));\n",
                            beta_1, beta_2);
  if (train->clip_norm > 0)
    write_clip (code);
  g_string_append_printf (
      code->text,
      "  for (size_t k = 0; k < ALL_LEARNED; k++)\n"
      "    for (size_t i = 0; i < learned[k].n; i++, at++) {\n"
      "      float *value = &learned[k].values[i], g = learned[k].gradient[i];\n"
      "      if (learned[k].is_running) {\n"
      "        *value -= g;\n"
      "        continue;\n"
      "      }\n"
      "      g = %s(g + (learned[k].decays ? L2 : 0) * *value);\n",
      train->clip_norm > 0 ? "scale * " : "");
  write_rule (code);
  g_string_append (code->text, "    }\n}\n\n");
}

static void
write_step (NnCode *code, const NnCodePlace *places, gboolean drops)
{
  guint n = code->experiment->layers->len;
  g_autofree char *sums = nn_code_is_fused (code) ? g_strdup_printf ("x_%u + (size_t)b * CLASSES, ",
                                                                     places[n - 1].buffer)
                                                  : g_strdup ("");

  g_string_append_printf (
      code->text,
      "/* Learns from @batch pictures in the order given. Returns their loss, as it was before. "
      "*/\n"
      "static double step(const unsigned char *images, const unsigned char *labels,\n"
      "                   const uint32_t *order, int batch, double epoch)\n"
      "{\n"
      "  double loss = 0;\n"
      "  for (size_t k = 0; k < ALL_LEARNED; k++)\n"
      "    for (size_t i = 0; i < learned[k].n; i++)\n"
      "      learned[k].gradient[i] = 0;\n"
      "  for (int done = 0, rows; done < batch; done += rows) {\n"
      "    rows = batch - done < ROWS ? batch - done : ROWS;\n"
      "    for (int b = 0; b < rows; b++)\n"
      "      for (int i = 0; i < INPUTS; i++)\n"
      "        x_0[b * INPUTS + i] = PREPARED(images[(size_t)order[done + b] * INPUTS + i]);\n"
      "    forward(rows);\n"
      "    for (int b = 0; b < rows; b++)\n"
      "      loss += loss_of(%sx_%u + (size_t)b * CLASSES,\n"
      "                      labels[order[done + b]], gradients[0] + (size_t)b * CLASSES,\n"
      "                      1.0 / batch);\n"
      "    backward(rows, batch);\n%s"
      "  }\n"
      "  update(rate_at(epoch));\n"
      "  return loss / batch;\n"
      "}\n\n",
      sums, places[n].buffer, drops ? "    turn++;\n" : "");
}

static const char read_text[] =
    "/* Returns the records of an IDX file, behind @skip bytes; to be freed; NULL where it has "
    "none. "
    "*/\n"
    "static unsigned char *read_idx(const char *folder, const char *name, long skip, size_t size,\n"
    "                               size_t *n)\n"
    "{\n"
    "  FILE *file = open_idx(folder, name, skip);\n"
    "  unsigned char *records = NULL;\n"
    "  if (file && fseek(file, 0, SEEK_END) == 0 && ftell(file) > skip) {\n"
    "    *n = (size_t)(ftell(file) - skip) / size;\n"
    "    records = malloc(*n * size + 1);\n"
    "    fseek(file, skip, SEEK_SET);\n"
    "    if (records && fread(records, size, *n, file) != *n) {\n"
    "      free(records);\n"
    "      records = NULL;\n"
    "    }\n"
    "  }\n"
    "  if (file)\n"
    "    fclose(file);\n"
    "  if (!records)\n"
    "    fprintf(stderr, \"%s/%s cannot be read\\n\", folder, name);\n"
    "  return records;\n"
    "}\n\n";

static const char train_text[] =
    "/* Trains on the training part and scores the other after each epoch. */\n"
    "static int train(const char *folder)\n"
    "{\n"
    "  size_t n = 0, n_labels = 0;\n"
    "  unsigned char *images = read_idx(folder, \"train-images-idx3-ubyte\", 16, INPUTS, &n);\n"
    "  unsigned char *labels = read_idx(folder, \"train-labels-idx1-ubyte\", 8, 1, &n_labels);\n"
    "  uint32_t *order = malloc(n * sizeof *order + 1);\n"
    "  int good = images && labels && order && n == n_labels && n < 1u << 30;\n"
    "  for (size_t i = 0; good && i < n; i++)\n"
    "    good = labels[i] < CLASSES;\n"
    "  if (!good)\n"
    "    fprintf(stderr, \"%s has no labels that fit this network\\n\", folder);\n"
    "  draw_first_weights();\n"
    "  for (int epoch = 0; good && epoch < EPOCHS; epoch++) {\n"
    "    int batch = BATCH, right, tested;\n"
    "    double loss = 0;\n"
    "    put_in_order(order, n, epoch);\n"
    "    for (size_t start = 0; start < n; start += (size_t)batch) {\n"
    "      batch = n - start < (size_t)BATCH ? (int)(n - start) : BATCH;\n"
    "      loss += batch * step(images, labels, order + start, batch, epoch + (double)start / n);\n"
    "    }\n"
    "    right = score(folder, &tested);\n"
    "    printf(\"epoch %d/%d: loss %.4f, test accuracy %.4f\\n\", epoch + 1, EPOCHS, loss / "
    "n,\n"
    "           tested > 0 ? (double)right / tested : 0);\n"
    "    fflush(stdout);\n"
    "  }\n"
    "  free(images);\n"
    "  free(labels);\n"
    "  free(order);\n"
    "  return !good;\n"
    "}\n\n";

static void
write_order (NnCode *code)
{
  gboolean shuffles = code->experiment->train.shuffle;

  if (shuffles)
    g_string_append (code->text, shuffle_text);
  g_string_append_printf (code->text,
                          "static void put_in_order(uint32_t *order, size_t n, int epoch)\n"
                          "{\n"
                          "  for (size_t i = 0; i < n; i++)\n"
                          "    order[i] = (uint32_t)i;\n"
                          "%s"
                          "}\n\n",
                          shuffles ? "  uint64_t at = 0;\n"
                                     "  for (size_t i = n; i > 1; i--) {\n"
                                     "    size_t j = random_below((uint32_t)i, (uint32_t)epoch, "
                                     "&at);\n"
                                     "    uint32_t kept = order[i - 1];\n"
                                     "    order[i - 1] = order[j];\n"
                                     "    order[j] = kept;\n"
                                     "  }\n"
                                   : "  (void)epoch;\n");
}

void
nn_code_c_step (NnCode *code, const NnCodePlace *places, gboolean drops)
{
  write_loss (code);
  write_rate (code);
  write_update (code);
  write_step (code, places, drops);
  write_order (code);
  g_string_append (code->text, read_text);
  g_string_append (code->text, train_text);
}
