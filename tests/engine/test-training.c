/* test-training.c: the same bits however many threads, wherever it is taken up again; batches. */
#include "training-fixture.h"

#include <math.h>
#include <stdlib.h>

/* ---- recipes ---- */

#define PLAIN DENSE (16) ", " ACTIVATION ("relu") ", " DENSE (4) ", " ACTIVATION ("softmax")
#define DROPPING                                                                                             \
  DENSE (40)                                                                                                 \
  ", " ACTIVATION ("relu") ", { \"type\": \"dropout\", \"rate\": 0.3 }, " DENSE (                            \
      24) ", " ACTIVATION ("tanh") ", { \"type\": \"dropout\", \"rate\": 0.5 }, " DENSE (4) ","              \
                                                                                            " " ACTIVATION ( \
                                                                                                "softmax")
#define AUGMENTING                                                                                 \
  "\"noise\": 0.1, \"standardise\": true, \"augmentation\": { \"shift\": 2, \"rotation\": 10, "    \
  "\"scale\": 0.1, \"shear\": 10, \"elastic\": 30, \"stroke_width\": 0.5 }"
#define LOSS "\"loss\": \"softmax-cross-entropy\", "
#define OPTIMIZER(type) "\"optimizer\": { \"type\": \"" type "\" }"

/* ---- threads ---- */

typedef struct {
  const char *prepare, *layers, *train;
  gsize n_samples;
} Recipe;

static const guint thread_counts[] = {1, 2, 3, 5, 16};

static void
test_threads (gconstpointer data)
{
  const Recipe *recipe = data;
  g_autoptr (NnExperiment) experiment =
      make_experiment (recipe->prepare, recipe->layers, recipe->train);
  g_autoptr (NnDataset) dataset = make_dataset (recipe->n_samples, 50, 4);
  g_autofree real *expected = NULL;
  NnEpochResult first = {0};

  for (gsize i = 0; i < G_N_ELEMENTS (thread_counts); i++) {
    g_autoptr (NnTraining) training = make_training (experiment, dataset, thread_counts[i]);
    const NnArena *parameters = &nn_training_network (training)->parameters;
    g_autofree real *start = copy_block (parameters);
    NnEpochResult result = finish_epoch (training);

    if (!expected) {
      expected = copy_block (parameters);
      first = result;
      g_assert_true (memcmp (start, expected, block_bytes (parameters)) != 0);
    }
    assert_same_block (parameters, expected);
    g_assert_cmpfloat (result.loss, ==, first.loss);
    g_assert_cmpfloat (result.accuracy, ==, first.accuracy);
    g_assert_cmpfloat (result.validation_loss, ==, first.validation_loss);
  }
}

/* ---- the seed ---- */

static void
test_seed (void)
{
  g_autoptr (NnExperiment) experiment =
      make_experiment (AUGMENTING, DROPPING, LOSS OPTIMIZER ("adam"));
  g_autoptr (NnDataset) dataset = make_dataset (100, 10, 4);
  g_autoptr (NnTraining) training = make_training (experiment, dataset, 2);
  const NnArena *parameters = &nn_training_network (training)->parameters;

  finish_epoch (training);
  finish_epoch (training);
  g_autofree real *expected = copy_block (parameters);

  nn_training_reset (training, 8);
  g_assert_cmpuint (nn_training_seed (training), ==, 8);
  g_assert_cmpuint (nn_training_experiment (training)->seed, ==, 8);
  g_assert_cmpint (nn_training_epoch (training), ==, 0);
  finish_epoch (training);
  finish_epoch (training);
  g_assert_true (memcmp (parameters->data, expected, block_bytes (parameters)) != 0);

  nn_training_reset (training, 7);
  finish_epoch (training);
  finish_epoch (training);
  assert_same_block (parameters, expected);
}

/* Two ways to write the same target. */
static void
test_targets (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (100, 10, 4);
  g_autoptr (NnExperiment) sparse =
      make_experiment ("", PLAIN, LOSS "\"targets\": \"sparse\", " OPTIMIZER ("adam"));
  g_autoptr (NnExperiment) one_hot =
      make_experiment ("", PLAIN, LOSS "\"targets\": \"one-hot\", " OPTIMIZER ("adam"));
  g_autoptr (NnTraining) first = make_training (sparse, dataset, 1);
  g_autoptr (NnTraining) second = make_training (one_hot, dataset, 1);

  g_assert_cmpfloat (finish_epoch (first).loss, ==, finish_epoch (second).loss);
  assert_same_block (&nn_training_network (first)->parameters,
                     nn_training_network (second)->parameters.data);
}

/* ---- going on ---- */

static void
copy_moment (NnArena *to, const NnArena *from)
{
  if (from->data)
    memcpy (to->data, from->data, block_bytes (from));
}

/* What a checkpoint does, without a file. */
static void
take_over (NnTraining *to, NnTraining *from)
{
  NnTrainingPosition position;
  const NnArena *parameters = &nn_training_network (from)->parameters;

  nn_training_get_position (from, &position);
  memcpy (nn_training_network (to)->parameters.data, parameters->data, block_bytes (parameters));
  copy_moment (&nn_training_optimizer (to)->first, &nn_training_optimizer (from)->first);
  copy_moment (&nn_training_optimizer (to)->second, &nn_training_optimizer (from)->second);
  nn_training_set_position (to, &position);
}

static void
test_resume (gconstpointer optimizer)
{
  g_autofree char *train = g_strdup_printf (LOSS OPTIMIZER ("%s"), (const char *)optimizer);
  g_autoptr (NnExperiment) experiment = make_experiment (AUGMENTING, DROPPING, train);
  g_autoptr (NnDataset) dataset = make_dataset (150, 10, 4);
  g_autoptr (NnTraining) whole = make_training (experiment, dataset, 2);
  g_autoptr (NnTraining) broken = make_training (experiment, dataset, 1);
  NnStepResult step;

  finish_epoch (whole);
  NnEpochResult expected = finish_epoch (whole);

  finish_epoch (broken);
  for (int i = 0; i < 3 && nn_training_batches_per_epoch (broken) > 1; i++)
    take_step (broken, &step);
  g_autoptr (NnTraining) resumed = make_training (experiment, dataset, 2);
  nn_training_reset (resumed, 99); /* whatever it was before */
  take_over (resumed, broken);
  NnEpochResult result = finish_epoch (resumed);

  assert_same_block (&nn_training_network (resumed)->parameters,
                     nn_training_network (whole)->parameters.data);
  g_assert_cmpint (result.epoch, ==, 1);
  g_assert_cmpfloat (result.loss, ==, expected.loss);
  g_assert_cmpfloat (result.accuracy, ==, expected.accuracy);
  g_assert_cmpuint (nn_training_seed (resumed), ==, experiment->seed);
}

/* A batch that the step before began, and one that is taken up at once, come to the same bits:
 * where the data are mostly zeros, where they are not, and with units that fill no panel. */
static void
test_begun (void)
{
  g_autoptr (NnExperiment) experiment =
      make_experiment ("",
                       "{ \"type\": \"flatten\" }, " DENSE (100) ", " ACTIVATION (
                           "relu") ", " DENSE (4) ", " ACTIVATION ("softmax"),
                       LOSS OPTIMIZER ("adam") ", \"batch_size\": 20");
  g_autoptr (NnDataset) dataset = make_dataset (150, 10, 4);
  NnTrainingPosition position;
  NnStepResult step;

  for (gsize i = 0; i < 150; i++)
    for (gsize k = 0; k < 784; k++)
      if (k < 300 || k % 7 == 0)
        dataset->train.images[i * 784 + k] = 0;
  g_autoptr (NnTraining) ahead = make_training (experiment, dataset, 2);
  g_autoptr (NnTraining) behind = make_training (experiment, dataset, 1);

  g_assert_true (nn_network_begins (nn_training_network (ahead)));
  while (!nn_training_epoch_done (ahead)) {
    take_step (ahead, &step);
    nn_training_get_position (behind, &position);
    nn_training_set_position (behind, &position); /* forgets what was begun */
    take_step (behind, &step);
    assert_same_block (&nn_training_network (ahead)->parameters,
                       nn_training_network (behind)->parameters.data);
  }
}

/* ---- batches ---- */

/* Ten samples by four: 4, 4, 2; the last batch's loss is the mean over its two. */
static void
test_partial_batch (void)
{
  g_autoptr (NnExperiment) experiment =
      make_experiment ("", PLAIN, LOSS OPTIMIZER ("sgd") ", \"batch_size\": 4, \"shuffle\": false");
  g_autoptr (NnDataset) dataset = make_dataset (10, 10, 4);
  g_autoptr (NnDataset) tail = make_dataset (2, 0, 4);
  g_autoptr (NnTraining) training = make_training (experiment, dataset, 2);
  NnStepResult steps[3], alone;
  NnEpochResult epoch;

  memcpy (tail->train.images, dataset->train.images + 8 * 784, 2 * 784);
  memcpy (tail->train.labels, dataset->train.labels + 8, 2);
  g_autoptr (NnTraining) last = make_training (experiment, tail, 1);

  g_assert_cmpint (nn_training_batches_per_epoch (training), ==, 3);
  for (int i = 0; i < 3; i++) {
    g_assert_false (nn_training_epoch_done (training));
    g_assert_cmpuint (nn_training_position (training), ==, (gsize)i * 4);
    g_assert_cmpint (nn_training_batch (training), ==, i);
    if (i == 2)
      take_over (last, training);
    take_step (training, &steps[i]);
    g_assert_cmpuint (steps[i].step, ==, (guint64)i + 1);
    g_assert_cmpint (steps[i].batch, ==, i);
  }
  g_assert_true (nn_training_epoch_done (training));

  nn_training_set_position (last, &(NnTrainingPosition){.seed = 7});
  take_step (last, &alone);
  g_assert_cmpfloat_with_epsilon (alone.loss, steps[2].loss, 1e-6);
  g_assert_cmpfloat (alone.accuracy, ==, steps[2].accuracy);

  nn_training_close_epoch (training, &epoch);
  double mean = (4 * steps[0].loss + 4 * steps[1].loss + 2 * steps[2].loss) / 10;
  g_assert_cmpfloat_with_epsilon (epoch.loss, mean, 1e-12);
  g_assert_cmpint (nn_training_epoch (training), ==, 1);
  g_assert_cmpuint (nn_training_position (training), ==, 0);
  g_assert_cmpint (nn_training_batch (training), ==, 0);
}

/* A sample alone is a batch of one, and the next batch begins after it. */
static void
test_step_sample (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) ones =
      make_experiment ("", PLAIN, LOSS OPTIMIZER ("adam") ", \"batch_size\": 1");
  g_autoptr (NnExperiment) fours =
      make_experiment ("", PLAIN, LOSS OPTIMIZER ("adam") ", \"batch_size\": 4");
  g_autoptr (NnDataset) dataset = make_dataset (10, 10, 4);
  g_autoptr (NnTraining) single = make_training (ones, dataset, 1);
  g_autoptr (NnTraining) training = make_training (fours, dataset, 2);
  NnStepResult expected, result;
  NnEpochResult epoch;

  for (int i = 0; i < 3; i++) {
    take_step (single, &expected);
    g_assert_true (nn_training_step_sample (training, &result, &error));
    g_assert_cmpfloat_with_epsilon (result.loss, expected.loss, 1e-6);
  }
  g_assert_cmpuint (nn_training_position (training), ==, 3);
  take_step (training, &result); /* 3…6 */
  g_assert_cmpuint (nn_training_position (training), ==, 7);
  take_step (training, &result); /* 7…9 */
  g_assert_cmpint (result.batch, ==, 4);
  g_assert_true (nn_training_epoch_done (training));
  nn_training_close_epoch (training, &epoch);
  take_step (training, &result);
  g_assert_cmpint (result.epoch, ==, 1);
  g_assert_cmpuint (nn_training_position (training), ==, 4);
}

/* 2 500 samples in one step, though they are never all in memory: the same gradient. */
static void
test_full_batch (void)
{
  g_autoptr (NnExperiment) experiment =
      make_experiment ("", PLAIN,
                       LOSS "\"optimizer\": { \"type\": \"gradient-descent\", "
                            "\"learning_rate\": 0.5 }, \"batch_size\": 32");
  g_autoptr (NnDataset) dataset = make_dataset (2500, 10, 4);
  g_autoptr (NnSamples) samples = make_samples (dataset, experiment, NN_PART_TRAIN);
  g_autoptr (NnTraining) training = make_training (experiment, dataset, 2);
  g_autoptr (NnNetwork) network = make_network (experiment, 784, 2500, NULL);
  g_autofree guint32 *indices = g_new (guint32, 2500);
  g_autofree guint8 *labels = g_new (guint8, 2500);
  g_autofree real *x = g_new (real, 2500 * 784), *dy = g_new (real, 2500 * 4);
  NnRun run = {.batch = 2500, .training = TRUE};
  NnStepResult result;

  for (guint32 i = 0; i < 2500; i++)
    indices[i] = i;
  nn_samples_gather (samples, indices, 2500, FALSE, 0, 0, x, labels);
  nn_network_forward (network, &run, x);
  NnLossSum sum = nn_loss_evaluate (experiment->train.loss, network, &run, labels, dy);
  nn_network_backward (network, &run, nn_loss_last_layer (experiment->train.loss, network), dy);

  g_assert_cmpint (nn_training_batches_per_epoch (training), ==, 1);
  g_assert_cmpint (nn_training_network (training)->max_batch, <, 2500);
  take_step (training, &result);
  g_assert_true (nn_training_epoch_done (training));
  g_assert_cmpfloat_with_epsilon (result.loss, sum.loss / 2500, 1e-6);
  const NnArena *parameters = &nn_training_network (training)->parameters;
  for (gsize i = 0; i < parameters->reserved; i++)
    g_assert_cmpfloat_with_epsilon (
        parameters->data[i], network->parameters.data[i] - 0.5f * network->gradients.data[i], 2e-6);
}

/* ---- dials ---- */

static void
test_dials (void)
{
  g_autoptr (NnExperiment) experiment = make_experiment (
      "", PLAIN,
      LOSS OPTIMIZER (
          "momentum") ", \"epochs\": 4, "
                      "\"schedule\": { \"type\": \"step\", \"factor\": 0.5, \"every\": 2 }");
  g_autoptr (NnDataset) dataset = make_dataset (64, 10, 4);
  g_autoptr (NnTraining) training = make_training (experiment, dataset, 1);
  const NnArena *parameters = &nn_training_network (training)->parameters;
  NnStepResult step;
  NnEpochResult epoch;

  take_step (training, &step);
  g_assert_cmpfloat (step.learning_rate, ==, experiment->train.optimizer.learning_rate);
  nn_training_set_dials (training, 0, 0.5, 0);
  g_autofree real *before = copy_block (parameters);
  take_step (training, &step);
  g_assert_cmpfloat (step.learning_rate, ==, 0);
  assert_same_block (parameters, before); /* a rate of nothing changes nothing */
  g_assert_cmpfloat (nn_training_optimizer (training)->spec.momentum, ==, 0.5);

  nn_training_set_dials (training, 0.25, 0, 0.1);
  nn_training_close_epoch (training, &epoch);
  finish_epoch (training);
  take_step (training, &step);
  g_assert_cmpint (step.epoch, ==, 2);
  g_assert_cmpfloat (step.learning_rate, ==, 0.125); /* the schedule goes on from the new rate */
  g_assert_cmpfloat (nn_training_experiment (training)->train.l2, ==, 0.1);
  g_assert_cmpfloat (nn_training_experiment (training)->train.optimizer.learning_rate, ==, 0.25);

  g_assert_false (nn_training_finished (training));
  nn_training_set_epochs (training, 3);
  finish_epoch (training);
  g_assert_true (nn_training_finished (training));
  nn_training_set_epochs (training, 5);
  g_assert_false (nn_training_finished (training));
}

/* L2 pulls the weights towards 0 and does not show in the loss. */
static void
test_l2 (void)
{
  g_autoptr (NnExperiment) experiment =
      make_experiment ("", PLAIN,
                       LOSS "\"optimizer\": { \"type\": \"sgd\", \"learning_rate\": 0.1 "
                            "}, \"batch_size\": 8, \"shuffle\": false");
  g_autoptr (NnDataset) dataset = make_dataset (8, 0, 4);
  g_autoptr (NnTraining) plain = make_training (experiment, dataset, 1);
  experiment->train.l2 = 0.5;
  g_autoptr (NnTraining) decaying = make_training (experiment, dataset, 1);
  const NnParameter *weight = &nn_training_network (decaying)->layers[0]->parameters[0];
  g_autofree real *start = copy_block (&nn_training_network (plain)->parameters);
  NnStepResult first, second;

  take_step (plain, &first);
  take_step (decaying, &second);
  g_assert_cmpfloat (first.loss, ==, second.loss);
  for (gsize i = 0; i < nn_shape_size (&weight->shape); i++) {
    gsize at = weight->offset + i;
    real expected = nn_training_network (plain)->parameters.data[at] - 0.1f * 0.5f * start[at];
    g_assert_cmpfloat_with_epsilon (weight->value[i], expected, 1e-6);
  }
}

/* ---- validation ---- */

static void
test_validation (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment =
      make_experiment (AUGMENTING, DROPPING, LOSS OPTIMIZER ("adam"));
  g_autoptr (NnDataset) dataset = make_dataset (100, 75, 4);
  g_autoptr (NnTraining) training = make_training (experiment, dataset, 2);
  g_autoptr (NnSamples) test = make_samples (dataset, experiment, NN_PART_TEST);
  NnStepResult step;
  NnEpochResult epoch;

  while (!nn_training_epoch_done (training))
    take_step (training, &step);
  g_autofree real *before = copy_block (&nn_training_network (training)->parameters);
  g_assert_true (nn_training_validate (training)); /* 75 by 32: two more */
  nn_training_close_epoch (training, &epoch);
  assert_same_block (&nn_training_network (training)->parameters, before);
  g_autoptr (NnEvaluation) evaluation =
      nn_evaluate (nn_training_network (training), experiment->train.loss, test, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (epoch.validation_loss, ==, evaluation->loss);
  g_assert_cmpfloat (epoch.validation_accuracy, ==, evaluation->accuracy);

  g_autoptr (NnSamples) samples = make_samples (dataset, experiment, NN_PART_TRAIN);
  g_autoptr (NnTraining) unwatched = nn_training_new (experiment, samples, NULL, 1, &error);
  g_assert_no_error (error);
  epoch = finish_epoch (unwatched);
  g_assert_true (isnan (epoch.validation_loss));
  g_assert_true (isnan (epoch.validation_accuracy));
}

/* ---- refusals ---- */

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment = make_experiment ("", PLAIN, LOSS OPTIMIZER ("adam"));
  g_autoptr (NnDataset) empty = make_dataset (0, 0, 4);
  g_autoptr (NnDataset) other = make_dataset (20, 0, 5);
  g_autoptr (NnSamples) nothing = make_samples (empty, experiment, NN_PART_TRAIN);
  g_autoptr (NnSamples) five_classes = make_samples (other, experiment, NN_PART_TRAIN);

  g_assert_null (nn_training_new (experiment, nothing, NULL, 1, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_RANGE);
  g_clear_error (&error);
  g_assert_null (nn_training_new (experiment, five_classes, NULL, 1, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "5 units"));
}

int
main (int argc, char **argv)
{
  static const Recipe recipes[] = {
      {AUGMENTING, DROPPING, LOSS OPTIMIZER ("adam"), 500},
      {"", DROPPING, LOSS OPTIMIZER ("nesterov") ", \"batch_size\": 27, \"clip_norm\": 0.5", 500},
      {"", PLAIN, LOSS OPTIMIZER ("rmsprop") ", \"batch_size\": 1, \"l2\": 0.01", 60},
      {"", DROPPING, LOSS OPTIMIZER ("gradient-descent"), 2500},
  };
  static const char *const recipe_paths[] = {
      "/training/threads/augmented", "/training/threads/clipped", "/training/threads/single",
      "/training/threads/full-batch"};
  static const char *const optimizers[] = {"gradient-descent", "sgd",     "momentum",
                                           "nesterov",         "rmsprop", "adam"};

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (recipes); i++)
    g_test_add_data_func (recipe_paths[i], &recipes[i], test_threads);
  g_test_add_func ("/training/seed", test_seed);
  g_test_add_func ("/training/targets", test_targets);
  for (gsize i = 0; i < G_N_ELEMENTS (optimizers); i++) {
    g_autofree char *path = g_strconcat ("/training/resume/", optimizers[i], NULL);
    g_test_add_data_func (path, optimizers[i], test_resume);
  }
  g_test_add_func ("/training/begun", test_begun);
  g_test_add_func ("/training/partial-batch", test_partial_batch);
  g_test_add_func ("/training/step-sample", test_step_sample);
  g_test_add_func ("/training/full-batch", test_full_batch);
  g_test_add_func ("/training/dials", test_dials);
  g_test_add_func ("/training/l2", test_l2);
  g_test_add_func ("/training/validation", test_validation);
  g_test_add_func ("/training/refused", test_refused);
  return g_test_run ();
}
