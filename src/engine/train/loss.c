/* loss.c: what the network is told about its mistakes, and the first gradient. */
#include "loss.h"

#include <math.h>
#include <string.h>

/* Keras clips probabilities by this much before it takes their logarithm. */
#define PROBABILITY_MARGIN 1e-7

/* One sample. Its target t is one-hot: t[k] = 1 where k is the label, 0 elsewhere. A single output
 * has the label itself, 0 or 1, for its target. */
typedef struct {
  const real *z; /* what the closing layer reads where the loss is fused, its output otherwise */
  const real *closed; /* the closing layer's output where the loss is fused, NULL otherwise */
  real *dz;           /* NULL: no gradient wanted */
  int n, label;
  double share; /* of this sample in the batch's mean: 1 / batch */
} Row;

static double
target (const Row *row, int k)
{
  return row->n == 1 ? row->label : k == row->label;
}

typedef double (*RowLoss) (const Row *row);

/* The same behind a closing softmax, whose p says all of Σₖ e^z[k] = e^z[j] · Σₖ p[k]/p[j]. With
 * p[j] the greatest, 1 + the others over it: so a loss near 0 keeps its digits. */
static double
closed_softmax_cross_entropy (const Row *row)
{
  const real *p = row->closed;
  int j = nn_argmax (p, row->n);
  double others = 0;

  for (int k = 0; k < row->n; k++)
    others += k == j ? 0 : p[k];
  if (row->dz)
    for (int k = 0; k < row->n; k++)
      row->dz[k] = (p[k] - (k == row->label)) * (real)row->share;
  return row->z[j] - row->z[row->label] + log1p (others / p[j]);
}

/* loss = log Σₖ e^z[k] − z[label], dz[k] = softmax (z)[k] − t[k]
 * Goodfellow, Bengio, Courville: "Deep Learning", 2016, 6.2.2.3. The greatest logit is taken out of
 * the sum first, so that nothing overflows. */
static double
softmax_cross_entropy (const Row *row)
{
  double greatest = row->z[nn_argmax (row->z, row->n)], sum = 0;
  for (int k = 0; k < row->n; k++)
    sum += exp (row->z[k] - greatest);
  double log_sum_exp = greatest + log (sum);

  if (row->dz)
    for (int k = 0; k < row->n; k++) {
      double p = exp (row->z[k] - log_sum_exp);
      row->dz[k] = (p - (k == row->label)) * row->share;
    }
  return log_sum_exp - row->z[row->label];
}

/* loss = Σₖ max(z, 0) − z·t + log(1 + e^−|z|), dz = σ(z) − t: −t·log σ(z) − (1−t)·log(1−σ(z)) with
 * the exponentials rearranged so that none overflows (the formula of TensorFlow's
 * sigmoid_cross_entropy_with_logits). */
static double
sigmoid_cross_entropy (const Row *row)
{
  double loss = 0;
  for (int k = 0; k < row->n; k++) {
    double z = row->z[k], t = target (row, k);
    /* Not fmax(): it would swallow a NaN. */
    loss += (z < 0 ? 0 : z) - z * t + log1p (exp (-fabs (z)));
    if (row->dz)
      row->dz[k] = (row->closed[k] - t) * row->share;
  }
  return loss;
}

/* loss = Σₖ −t·log p − (1−t)·log(1−p), dp = (p − t) / (p·(1 − p)) */
static double
binary_cross_entropy (const Row *row)
{
  double loss = 0;
  for (int k = 0; k < row->n; k++) {
    double t = target (row, k);
    double p = row->z[k];
    gboolean clipped = p < PROBABILITY_MARGIN || p > 1 - PROBABILITY_MARGIN;
    if (clipped)
      p = p < 0.5 ? PROBABILITY_MARGIN : 1 - PROBABILITY_MARGIN;
    loss -= t * log (p) + (1 - t) * log1p (-p);
    if (row->dz)
      row->dz[k] = clipped ? 0 : (p - t) / (p * (1 - p)) * row->share;
  }
  return loss;
}

/* loss = 1/n · Σₖ (y − t)², dy = 2/n · (y − t) */
static double
mean_squared_error (const Row *row)
{
  double loss = 0;
  for (int k = 0; k < row->n; k++) {
    double error = row->z[k] - target (row, k);
    loss += error * error;
    if (row->dz)
      row->dz[k] = 2 * error / row->n * row->share;
  }
  return loss / row->n;
}

/* The layer that turns the network's last sums into its output. */
static const NnLayer *
closing_layer (const NnNetwork *network)
{
  return network->layers[network->n_layers - 1];
}

static gboolean
closes_with (const NnNetwork *network, NnFunction function)
{
  const NnLayer *layer = closing_layer (network);
  return layer->class_ == &nn_activation_class &&
         ((const NnActivationSpec *)layer->spec)->function == function;
}

static gboolean
is_fused (NnLossKind kind, const NnNetwork *network)
{
  switch (kind) {
  case NN_LOSS_SOFTMAX_CROSS_ENTROPY:
    return closes_with (network, NN_FUNCTION_SOFTMAX);
  case NN_LOSS_BINARY_CROSS_ENTROPY:
    return closes_with (network, NN_FUNCTION_SIGMOID);
  case NN_LOSS_MEAN_SQUARED_ERROR:
    return FALSE;
  }
  g_return_val_if_reached (FALSE);
}

static RowLoss
row_loss (NnLossKind kind, gboolean fused)
{
  switch (kind) {
  case NN_LOSS_SOFTMAX_CROSS_ENTROPY:
    return fused ? closed_softmax_cross_entropy : softmax_cross_entropy;
  case NN_LOSS_BINARY_CROSS_ENTROPY:
    return fused ? sigmoid_cross_entropy : binary_cross_entropy;
  case NN_LOSS_MEAN_SQUARED_ERROR:
    return mean_squared_error;
  }
  g_return_val_if_reached (NULL);
}

int
nn_argmax (const real *numbers, int n)
{
  int best = 0;
  for (int i = 1; i < n; i++)
    if (numbers[i] > numbers[best])
      best = i;
  return best;
}

gboolean
nn_loss_takes_one (NnLossKind kind, int n_outputs)
{
  return n_outputs == 1 && kind != NN_LOSS_SOFTMAX_CROSS_ENTROPY;
}

int
nn_loss_n_classes (int n_outputs)
{
  return MAX (n_outputs, 2);
}

int
nn_loss_answer (const real *y, int n)
{
  return n == 1 ? *y >= (real)0.5 : nn_argmax (y, n);
}

int
nn_loss_last_layer (NnLossKind kind, const NnNetwork *network)
{
  return network->n_layers - (is_fused (kind, network) ? 2 : 1);
}

NnLossSum
nn_loss_evaluate (NnLossKind kind, const NnNetwork *network, const NnRun *run, const guint8 *labels,
                  real *dy)
{
  const NnLayer *closing = closing_layer (network);
  gboolean fused = is_fused (kind, network);
  RowLoss loss = row_loss (kind, fused);
  int n = nn_shape_size (&network->output_shape);
  NnLossSum sum = {0};

  for (int i = 0; i < run->batch; i++) {
    gsize offset = (gsize)i * n;
    Row row = {
        .z = (fused ? closing->x : closing->y) + offset,
        .closed = fused ? closing->y + offset : NULL,
        .dz = dy ? dy + offset : NULL,
        .n = n,
        .label = labels[i],
        .share = 1.0 / run->batch,
    };
    sum.loss += loss (&row);
    sum.n_correct += nn_loss_answer (closing->y + offset, n) == row.label;
  }
  return sum;
}

void
nn_loss_probabilities (const NnNetwork *network, int batch, real *probabilities)
{
  const real *y = closing_layer (network)->y;
  int n = nn_shape_size (&network->output_shape);

  if (n == 1) {
    for (int i = 0; i < batch; i++) {
      probabilities[2 * i + 1] = CLAMP (y[i], 0, 1);
      probabilities[2 * i] = 1 - probabilities[2 * i + 1];
    }
    return;
  }
  if (closes_with (network, NN_FUNCTION_SOFTMAX) || closes_with (network, NN_FUNCTION_SIGMOID)) {
    memcpy (probabilities, y, (gsize)batch * n * sizeof (real));
    return;
  }
  for (int i = 0; i < batch; i++, y += n, probabilities += n) {
    double greatest = y[nn_argmax (y, n)], sum = 0;
    for (int k = 0; k < n; k++)
      sum += exp (y[k] - greatest);
    for (int k = 0; k < n; k++)
      probabilities[k] = exp (y[k] - greatest) / sum;
  }
}
