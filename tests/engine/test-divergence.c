/* test-divergence.c: a training that runs away says where, and the last good weights stay. */
#include "training-fixture.h"

#include <math.h>

static gboolean
all_finite (const NnArena *arena)
{
  for (gsize i = 0; i < arena->reserved; i++)
    if (!isfinite (arena->data[i]))
      return FALSE;
  return TRUE;
}

/* Raw pixels and a learning rate of a million. */
static NnTraining *
make_runaway (NnDataset *dataset, const char *optimizer, guint n_threads)
{
  g_autofree char *train = g_strdup_printf (
      "\"loss\": \"mean-squared-error\", \"optimizer\": { \"type\": \"%s\" }", optimizer);
  g_autoptr (NnExperiment) experiment = make_experiment (
      "\"scale\": \"none\"", DENSE (16) ", " ACTIVATION ("relu") ", " DENSE (4), train);

  experiment->train.optimizer.learning_rate = 1e6;
  return make_training (experiment, dataset, n_threads);
}

static void
assert_message (const GError *error, int epoch, int batch, const char *what)
{
  g_autofree char *where = g_strdup_printf ("in epoch %d, batch %d: layer ", epoch, batch);

  g_assert_error (error, NN_ERROR, NN_ERROR_DIVERGED);
  g_assert_nonnull (strstr (error->message, where));
  g_assert_nonnull (strstr (error->message, what));
}

static void
test_runaway (gconstpointer optimizer)
{
  g_autoptr (NnDataset) dataset = make_dataset (400, 50, 4);
  g_autoptr (NnTraining) training = make_runaway (dataset, optimizer, 2);
  const NnArena *parameters = &nn_training_network (training)->parameters;
  g_autoptr (NnSamples) test =
      make_samples (dataset, nn_training_experiment (training), NN_PART_TEST);
  g_autoptr (GError) error = NULL;
  NnStepResult step;
  NnEpochResult epoch;
  /* Before the last two steps: one of the two is what must stay. */
  g_autofree real *older = copy_block (parameters), *newer = copy_block (parameters);

  for (;;) {
    memcpy (older, newer, block_bytes (parameters));
    memcpy (newer, parameters->data, block_bytes (parameters));
    gsize position = nn_training_position (training);
    if (!nn_training_step (training, &step, &error)) {
      g_assert_cmpuint (nn_training_position (training), ==, position);
      break;
    }
    g_assert_true (isfinite (step.loss));
    if (nn_training_epoch_done (training))
      nn_training_close_epoch (training, &epoch);
    g_assert_cmpint (nn_training_epoch (training), <, 20);
  }
  assert_message (error, nn_training_epoch (training) + 1, nn_training_batch (training) + 1,
                  "(dense)");
  g_assert_true (memcmp (parameters->data, older, block_bytes (parameters)) == 0 ||
                 memcmp (parameters->data, newer, block_bytes (parameters)) == 0);
  g_assert_true (all_finite (parameters));

  /* With a rate that suits, it goes on from there. */
  nn_training_reset (training, 7);
  nn_training_set_dials (training, 1e-6, 0.9, 0);
  finish_epoch (training);
  g_assert_true (all_finite (parameters));
}

/* After a step too far the weights are such that the next loss is not finite: it is taken back, so
 * that what stays gives a finite loss on the very batch that failed. */
static void
test_step_too_far (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (64, 0, 4);
  g_autoptr (NnTraining) training = make_runaway (dataset, "sgd", 1);
  const NnArena *parameters = &nn_training_network (training)->parameters;
  g_autofree real *good = copy_block (parameters);
  g_autoptr (GError) error = NULL;
  NnStepResult step;

  nn_training_set_dials (training, 1e30, 0, 0);
  take_step (training, &step);
  g_assert_true (all_finite (parameters));
  g_assert_true (memcmp (parameters->data, good, block_bytes (parameters)) != 0);
  g_assert_false (nn_training_step (training, &step, &error));
  assert_message (error, 1, 2, "has an output that is not finite");
  assert_same_block (parameters, good);

  nn_training_set_dials (training, 1e-6, 0, 0);
  take_step (training, &step);
  g_assert_cmpint (step.batch, ==, 1);
  g_assert_true (isfinite (step.loss));
}

static NnTraining *
make_linear (NnDataset *dataset)
{
  g_autoptr (NnExperiment) experiment =
      make_experiment ("", DENSE (4) ", " ACTIVATION ("relu") ", " DENSE (4),
                       "\"loss\": \"mean-squared-error\", \"optimizer\": { \"type\": \"sgd\" }");
  return make_training (experiment, dataset, 2);
}

/* A weight that is not a number is found in the first layer that reads it, and the weights from
 * before the step stay as they were. */
static void
test_injected_weight (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (64, 0, 4);
  g_autoptr (NnTraining) training = make_linear (dataset);
  NnNetwork *network = nn_training_network (training);
  g_autoptr (GError) error = NULL;
  NnStepResult step;

  network->layers[2]->parameters[0].value[5] = NAN;
  g_autofree real *before = copy_block (&network->parameters);
  g_assert_false (nn_training_step (training, &step, &error));
  assert_message (error, 1, 1, "layer 2 (dense) has an output that is not finite");
  assert_same_block (&network->parameters, before);
  g_clear_error (&error);

  network->layers[2]->parameters[0].value[5] = 0;
  take_step (training, &step);
  network->layers[0]->parameters[1].value[2] = INFINITY;
  g_assert_false (nn_training_step (training, &step, &error));
  assert_message (error, 1, 2, "layer 0 (dense) has an output that is not finite");
  g_assert_true (all_finite (&network->parameters));
}

/* The loss is finite, the way back is not: 10²⁰ squared twice. */
static void
test_gradient (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (64, 0, 4);
  g_autoptr (NnTraining) training = make_linear (dataset);
  NnNetwork *network = nn_training_network (training);
  g_autoptr (GError) error = NULL;
  NnStepResult step;

  memset (network->layers[0]->parameters[0].value, 0, 4 * 784 * sizeof (real));
  for (int i = 0; i < 4; i++)
    network->layers[0]->parameters[1].value[i] = 1;
  network->layers[2]->parameters[0].value[0] = 1e20f;
  g_autofree real *before = copy_block (&network->parameters);
  g_assert_false (nn_training_step (training, &step, &error));
  assert_message (error, 1, 1, "layer 0 (dense) has a gradient of its weight that is not finite");
  assert_same_block (&network->parameters, before);
}

/* Adam as the articles print it, without an epsilon, divides nothing by nothing where a pixel is
 * always black. A recipe may not ask for that; the arithmetic still has to notice it. */
static void
test_no_epsilon (void)
{
  g_autoptr (NnExperiment) experiment = make_experiment ("", DENSE (4) ", " ACTIVATION ("softmax"),
                                                         "\"loss\": \"softmax-cross-entropy\", "
                                                         "\"optimizer\": { \"type\": \"adam\" }");
  g_autoptr (NnDataset) dataset = make_dataset (64, 0, 4);
  g_autoptr (GError) error = NULL;
  NnStepResult step;

  experiment->train.optimizer.epsilon = 0;
  for (gsize i = 0; i < dataset->train.count; i++)
    dataset->train.images[i * 784] = 0;
  g_autoptr (NnTraining) training = make_training (experiment, dataset, 1);
  const NnArena *parameters = &nn_training_network (training)->parameters;
  g_autofree real *before = copy_block (parameters);
  g_assert_false (nn_training_step (training, &step, &error));
  assert_message (error, 1, 1, "layer 0 (dense) would get a weight that is not finite");
  assert_same_block (parameters, before);
}

/* A gradient whose square is too large would leave its weight stuck for good: v = ∞, step = 0. */
static void
test_too_large_to_square (void)
{
  g_autoptr (NnExperiment) experiment = make_experiment (
      "", DENSE (4), "\"loss\": \"mean-squared-error\", \"optimizer\": { \"type\": \"rmsprop\" }");
  g_autoptr (NnDataset) dataset = make_dataset (64, 0, 4);
  g_autoptr (NnTraining) training = make_training (experiment, dataset, 1);
  NnNetwork *network = nn_training_network (training);
  g_autoptr (GError) error = NULL;
  NnStepResult step;

  network->layers[0]->parameters[1].value[3] = 1e25f;
  g_autofree real *before = copy_block (&network->parameters);
  g_assert_false (nn_training_step (training, &step, &error));
  assert_message (error, 1, 1, "layer 0 (dense) has a gradient of its weight too large");
  assert_same_block (&network->parameters, before);
}

int
main (int argc, char **argv)
{
  static const char *const optimizers[] = {"sgd", "momentum", "nesterov", "rmsprop", "adam"};

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (optimizers); i++) {
    g_autofree char *path = g_strconcat ("/divergence/runaway/", optimizers[i], NULL);
    g_test_add_data_func (path, optimizers[i], test_runaway);
  }
  g_test_add_func ("/divergence/step-too-far", test_step_too_far);
  g_test_add_func ("/divergence/injected-weight", test_injected_weight);
  g_test_add_func ("/divergence/gradient", test_gradient);
  g_test_add_func ("/divergence/no-epsilon", test_no_epsilon);
  g_test_add_func ("/divergence/too-large-to-square", test_too_large_to_square);
  return g_test_run ();
}
