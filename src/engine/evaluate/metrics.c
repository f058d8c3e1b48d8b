/* metrics.c: how good a network is, counted. */
#include "metrics.h"

#include "engine/train/batch.h"

#include <gio/gio.h>
#include <math.h>

static double
ratio (double part, double whole)
{
  return whole > 0 ? part / whole : 0;
}

/* Row @class_ of the matrix holds what samples of the class were taken for, its column what was
 * taken for the class. */
static NnClassScore
score_class (const guint *confusion, int n_classes, int class_, guint *n_predicted)
{
  guint right = confusion[class_ * n_classes + class_], support = 0, predicted = 0;

  for (int other = 0; other < n_classes; other++) {
    support += confusion[class_ * n_classes + other];
    predicted += confusion[other * n_classes + class_];
  }
  *n_predicted = predicted;
  NnClassScore score = {
      .precision = ratio (right, predicted),
      .recall = ratio (right, support),
      .support = support,
  };
  score.f1 = ratio (2 * score.precision * score.recall, score.precision + score.recall);
  return score;
}

NnEvaluation *
nn_evaluation_from_confusion (const guint *confusion, int n_classes)
{
  NnEvaluation *evaluation = g_new0 (NnEvaluation, 1);
  gsize right = 0;
  int n_seen = 0;

  evaluation->n_classes = n_classes;
  evaluation->confusion = g_memdup2 (confusion, sizeof *confusion * n_classes * n_classes);
  evaluation->classes = g_new0 (NnClassScore, n_classes);
  evaluation->loss = NAN;
  for (int i = 0; i < n_classes; i++) {
    guint predicted;
    NnClassScore score = score_class (confusion, n_classes, i, &predicted);
    evaluation->classes[i] = score;
    evaluation->count += score.support;
    right += confusion[i * n_classes + i];
    if (score.support + predicted == 0)
      continue;
    n_seen++;
    evaluation->macro_precision += score.precision;
    evaluation->macro_recall += score.recall;
    evaluation->macro_f1 += score.f1;
  }
  evaluation->accuracy = ratio (right, evaluation->count);
  evaluation->macro_precision = ratio (evaluation->macro_precision, n_seen);
  evaluation->macro_recall = ratio (evaluation->macro_recall, n_seen);
  evaluation->macro_f1 = ratio (evaluation->macro_f1, n_seen);
  return evaluation;
}

/* Runs everything through the network. Returns: the loss, summed; confusion[n_classes²] counts */
static double
count (NnBatch *batch, NnNetwork *network, NnLossKind loss, const NnSamples *samples,
       guint *confusion, GCancellable *cancellable, GError **error)
{
  int n = samples->n_classes, n_outputs = (int)nn_shape_size (&network->output_shape);
  double sum = 0;

  for (gsize start = 0; start < samples->count; start += batch->count) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      break;
    sum += nn_batch_measure (batch, network, loss, samples, start).loss;
    const real *y = nn_network_layer_output (network, network->n_layers - 1);
    for (int i = 0; i < batch->count; i++)
      confusion[batch->labels[i] * n + nn_loss_answer (y + (gsize)i * n_outputs, n_outputs)]++;
  }
  return sum;
}

NnEvaluation *
nn_evaluate (NnNetwork *network, NnLossKind loss, const NnSamples *samples,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cancelled = NULL;
  g_autofree guint *confusion = NULL;
  NnBatch batch;

  if (!nn_batch_fits (samples, network, loss, error))
    return NULL;
  confusion = g_new0 (guint, samples->n_classes * samples->n_classes);
  nn_batch_init (&batch, network);
  double sum = count (&batch, network, loss, samples, confusion, cancellable, &cancelled);
  nn_batch_clear (&batch);
  if (cancelled) {
    g_propagate_error (error, g_steal_pointer (&cancelled));
    return NULL;
  }

  NnEvaluation *evaluation = nn_evaluation_from_confusion (confusion, samples->n_classes);
  if (samples->count > 0)
    evaluation->loss = sum / samples->count;
  return evaluation;
}

void
nn_evaluation_free (NnEvaluation *evaluation)
{
  g_free (evaluation->confusion);
  g_free (evaluation->classes);
  g_free (evaluation);
}
