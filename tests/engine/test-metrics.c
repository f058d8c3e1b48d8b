/* test-metrics.c: scores from known counts, and counts from a network. */
#include "training-fixture.h"

#include <math.h>

static void
test_known (void)
{
  static const guint confusion[] = {
      6, 2, 0, /* of 8 */
      1, 3, 0, /* of 4 */
      1, 0, 7, /* of 8 */
  };
  g_autoptr (NnEvaluation) evaluation = nn_evaluation_from_confusion (confusion, 3);
  const NnClassScore *classes = evaluation->classes;

  g_assert_cmpint (evaluation->n_classes, ==, 3);
  g_assert_cmpuint (evaluation->count, ==, 20);
  g_assert_cmpfloat (evaluation->accuracy, ==, 16 / 20.0);
  g_assert_true (isnan (evaluation->loss));
  g_assert_cmpmem (evaluation->confusion, sizeof confusion, confusion, sizeof confusion);

  g_assert_cmpuint (classes[0].support, ==, 8);
  g_assert_cmpfloat (classes[0].precision, ==, 6 / 8.0);
  g_assert_cmpfloat (classes[0].recall, ==, 6 / 8.0);
  g_assert_cmpfloat_with_epsilon (classes[0].f1, 0.75, 1e-15);
  g_assert_cmpuint (classes[1].support, ==, 4);
  g_assert_cmpfloat (classes[1].precision, ==, 3 / 5.0);
  g_assert_cmpfloat (classes[1].recall, ==, 3 / 4.0);
  g_assert_cmpfloat_with_epsilon (classes[1].f1, 2 / 3.0, 1e-15);
  g_assert_cmpfloat (classes[2].precision, ==, 1);
  g_assert_cmpfloat (classes[2].recall, ==, 7 / 8.0);
  g_assert_cmpfloat_with_epsilon (classes[2].f1, 14 / 15.0, 1e-15);

  g_assert_cmpfloat_with_epsilon (evaluation->macro_precision, (0.75 + 0.6 + 1) / 3, 1e-15);
  g_assert_cmpfloat_with_epsilon (evaluation->macro_recall, (0.75 + 0.75 + 0.875) / 3, 1e-15);
  g_assert_cmpfloat_with_epsilon (evaluation->macro_f1, (0.75 + 2 / 3.0 + 14 / 15.0) / 3, 1e-15);
}

/* Class 0 is never predicted, class 1 never there, class 2 neither, class 3 as it should be. */
static void
test_undefined (void)
{
  static const guint confusion[] = {0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};
  g_autoptr (NnEvaluation) evaluation = nn_evaluation_from_confusion (confusion, 4);

  for (int i = 0; i < 3; i++) {
    g_assert_cmpfloat (evaluation->classes[i].precision, ==, 0);
    g_assert_cmpfloat (evaluation->classes[i].recall, ==, 0);
    g_assert_cmpfloat (evaluation->classes[i].f1, ==, 0);
  }
  g_assert_cmpfloat (evaluation->classes[3].f1, ==, 1);
  /* Class 2 does not occur, so the means are over three. */
  g_assert_cmpfloat_with_epsilon (evaluation->macro_f1, 1 / 3.0, 1e-15);
  g_assert_cmpfloat_with_epsilon (evaluation->accuracy, 5 / 7.0, 1e-15);
}

static void
test_empty (void)
{
  static const guint confusion[4] = {0};
  g_autoptr (NnEvaluation) evaluation = nn_evaluation_from_confusion (confusion, 2);

  g_assert_cmpuint (evaluation->count, ==, 0);
  g_assert_cmpfloat (evaluation->accuracy, ==, 0);
  g_assert_cmpfloat (evaluation->macro_recall, ==, 0);
}

#define RECIPE "\"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"sgd\" }"
#define LAYERS                                                                                     \
  "{ \"type\": \"dense\", \"units\": 4 }, { \"type\": \"dropout\", \"rate\": 0.9 }, "              \
  "{ \"type\": \"activation\", \"function\": \"softmax\" }"

/* Against each sample asked one by one; the last batch is a partial one, and dropout sleeps. */
static void
test_evaluate (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment =
      make_experiment ("\"augmentation\": { \"rotation\": 90 }", LAYERS, RECIPE);
  g_autoptr (NnDataset) dataset = make_dataset (0, 75, 4);
  g_autoptr (NnSamples) samples = make_samples (dataset, experiment, NN_PART_TEST);
  g_autoptr (NnPool) pool = nn_pool_new (2);
  g_autoptr (NnNetwork) network = make_network (experiment, 784, 32, pool);
  g_autofree real *x = g_new (real, 784);
  guint confusion[16] = {0};
  double loss = 0;

  g_autoptr (NnEvaluation) evaluation =
      nn_evaluate (network, NN_LOSS_SOFTMAX_CROSS_ENTROPY, samples, NULL, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < samples->count; i++) {
    NnRun run = {.batch = 1};
    for (int p = 0; p < 784; p++)
      x[p] = samples->images[i * 784 + p] / 255.0f;
    const real *y = nn_network_forward (network, &run, x);
    loss -= log (y[samples->labels[i]]);
    confusion[samples->labels[i] * 4 + nn_argmax (y, 4)]++;
  }
  g_assert_cmpuint (evaluation->count, ==, 75);
  g_assert_cmpmem (evaluation->confusion, sizeof confusion, confusion, sizeof confusion);
  g_assert_cmpfloat_with_epsilon (evaluation->loss, loss / 75, 1e-5);
}

static void
test_cancelled (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (NnExperiment) experiment = make_experiment ("", LAYERS, RECIPE);
  g_autoptr (NnDataset) dataset = make_dataset (0, 8, 4);
  g_autoptr (NnSamples) samples = make_samples (dataset, experiment, NN_PART_TEST);
  g_autoptr (NnNetwork) network = make_network (experiment, 784, 4, NULL);

  g_cancellable_cancel (cancellable);
  g_assert_null (
      nn_evaluate (network, NN_LOSS_SOFTMAX_CROSS_ENTROPY, samples, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_unfit (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment = make_experiment ("", LAYERS, RECIPE);
  g_autoptr (NnDataset) dataset = make_dataset (0, 8, 5);
  g_autoptr (NnSamples) samples = make_samples (dataset, experiment, NN_PART_TEST);
  g_autoptr (NnNetwork) network = make_network (experiment, 784, 4, NULL);
  g_autoptr (NnNetwork) narrow = make_network (experiment, 9, 4, NULL);

  g_assert_null (nn_evaluate (network, NN_LOSS_SOFTMAX_CROSS_ENTROPY, samples, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "5 classes"));
  g_clear_error (&error);
  g_assert_null (nn_evaluate (narrow, NN_LOSS_SOFTMAX_CROSS_ENTROPY, samples, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/known", test_known);
  g_test_add_func ("/metrics/undefined", test_undefined);
  g_test_add_func ("/metrics/empty", test_empty);
  g_test_add_func ("/metrics/evaluate", test_evaluate);
  g_test_add_func ("/metrics/cancelled", test_cancelled);
  g_test_add_func ("/metrics/unfit", test_unfit);
  return g_test_run ();
}
