/* training-fixture.h: small recipes, networks and data sets for the tests of the training. */
#pragma once

#include "engine/evaluate/metrics.h"
#include "engine/train/training.h"

#include <string.h>

/* A recipe's layers. */
#define DENSE(units) "{ \"type\": \"dense\", \"units\": " #units " }"
#define ACTIVATION(function) "{ \"type\": \"activation\", \"function\": \"" function "\" }"

/* Returns: a recipe with these @layers and @train, as JSON text without the outer brackets. */
static inline NnExperiment *
make_experiment (const char *prepare, const char *layers, const char *train)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json =
      g_strdup_printf ("{ \"glassbox_experiment\": 1, \"name\": \"test\", \"dataset\": \"digits\", "
                       "\"prepare\": {%s}, \"layers\": [%s], \"train\": {%s}, \"seed\": 7 }",
                       prepare, layers, train);
  NnExperiment *experiment = nn_experiment_parse (json, -1, &error);

  g_assert_no_error (error);
  return experiment;
}

/* Returns: a network of the layers of @experiment with its first values. */
static inline NnNetwork *
make_network (const NnExperiment *experiment, int inputs, int max_batch, NnPool *pool)
{
  g_autoptr (GError) error = NULL;
  NnShape shape = nn_shape_vector (inputs);
  NnNetwork *network = nn_network_new (experiment->layers, &shape, max_batch, TRUE, pool, &error);

  g_assert_no_error (error);
  nn_network_initialise (network, experiment->seed);
  return network;
}

/* Fills @examples with @count pictures of noise, whose left or right half is darker: learnable. */
static inline void
draw_noise (NnExamples *examples, gsize count, int n_classes, guint64 seed)
{
  NnRng rng = nn_rng (seed, NN_STREAM_SPLIT, 0, 0);

  examples->count = count;
  examples->images = g_malloc (MAX (count, 1) * 784);
  examples->labels = g_malloc (MAX (count, 1));
  for (gsize i = 0; i < count; i++) {
    int label = examples->labels[i] = i % n_classes;
    for (int p = 0; p < 784; p++) {
      gboolean marked = p % 28 * n_classes / 28 == label;
      examples->images[i * 784 + p] = nn_rng_below (&rng, marked ? 256 : 64);
    }
  }
}

/* Returns: a data set of noise, 28×28, that can be told apart. */
static inline NnDataset *
make_dataset (gsize n_train, gsize n_test, int n_classes)
{
  NnDataset *dataset = g_new0 (NnDataset, 1);

  g_atomic_ref_count_init (&dataset->references);
  dataset->id = g_strdup ("noise");
  dataset->height = dataset->width = 28;
  dataset->channels = 1;
  dataset->maximum = 255;
  dataset->n_classes = n_classes;
  draw_noise (&dataset->train, n_train, n_classes, 1);
  draw_noise (&dataset->test, n_test, n_classes, 2);
  return dataset;
}

static inline NnSamples *
make_samples (NnDataset *dataset, const NnExperiment *experiment, NnPart part)
{
  g_autoptr (GError) error = NULL;
  NnSamples *samples = nn_samples_new (dataset, &experiment->prepare, part, 1, &error);

  g_assert_no_error (error);
  return samples;
}

/* Returns: a training of @experiment on all of @dataset, validated on its test part. */
static inline NnTraining *
make_training (const NnExperiment *experiment, NnDataset *dataset, guint n_threads)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnSamples) samples = make_samples (dataset, experiment, NN_PART_TRAIN);
  g_autoptr (NnSamples) validation = make_samples (dataset, experiment, NN_PART_TEST);
  NnTraining *training = nn_training_new (experiment, samples, validation, n_threads, &error);

  g_assert_no_error (error);
  return training;
}

static inline gsize
block_bytes (const NnArena *arena)
{
  return arena->reserved * sizeof (real);
}

/* Returns: (transfer full): a copy of @arena's numbers. */
static inline real *
copy_block (const NnArena *arena)
{
  return g_memdup2 (arena->data, block_bytes (arena));
}

static inline void
assert_same_block (const NnArena *arena, const real *expected)
{
  g_assert_cmpmem (arena->data, block_bytes (arena), expected, block_bytes (arena));
}

static inline void
take_step (NnTraining *training, NnStepResult *result)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = nn_training_step (training, result, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

/* Trains to the end of the epoch under way. */
static inline NnEpochResult
finish_epoch (NnTraining *training)
{
  NnEpochResult result;
  NnStepResult step;

  while (!nn_training_epoch_done (training))
    take_step (training, &step);
  nn_training_close_epoch (training, &result);
  return result;
}
