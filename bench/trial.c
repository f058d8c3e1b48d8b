/* trial.c: one training of ours, ready to be timed. */
#include "bench.h"

#include <math.h>

#define WARM_BATCHES 3

static BenchFlops
count_flops (const NnNetwork *network)
{
  BenchFlops flops = {
      .forward = nn_network_flops (network, FALSE),
      .all = nn_network_flops (network, TRUE),
  };

  for (int i = 0; i < network->n_layers; i++)
    if (network->layers[i]->class_->backward_parameters != NULL)
      flops.backward_parameters += network->layers[i]->flops;
  flops.backward_input = flops.all - flops.forward - flops.backward_parameters;
  return flops;
}

gboolean
bench_count_flops (const NnExperiment *experiment, BenchFlops *flops, GError **error)
{
  int side = experiment->prepare.side;
  NnShape shape = nn_shape_image (side, side, 1);
  g_autoptr (NnNetwork) network =
      nn_network_new (experiment->layers, &shape, experiment->train.batch_size, TRUE, NULL, error);

  if (network == NULL)
    return FALSE;
  *flops = count_flops (network);
  return TRUE;
}

BenchTrial *
bench_trial_new (const Bench *bench, const NnExperiment *experiment, guint n_threads,
                 GError **error)
{
  g_autoptr (BenchTrial) trial = g_new0 (BenchTrial, 1);
  g_autoptr (NnSamples) samples =
      nn_samples_new (bench->dataset, &experiment->prepare, NN_PART_TRAIN, experiment->seed, error);

  if (samples == NULL)
    return NULL;
  trial->experiment = nn_experiment_copy (experiment);
  trial->n_samples = samples->count;
  trial->training = nn_training_new (experiment, samples, NULL, n_threads, error);
  if (trial->training == NULL)
    return NULL;
  trial->flops = count_flops (nn_training_network (trial->training));
  if (isnan (bench_trial_run (trial, WARM_BATCHES, error)))
    return NULL;
  return g_steal_pointer (&trial);
}

static gboolean
train_batch (BenchTrial *trial, GError **error)
{
  NnStepResult step;
  NnEpochResult epoch;

  if (nn_training_epoch_done (trial->training))
    nn_training_close_epoch (trial->training, &epoch);
  trial->n_trained -= nn_training_position (trial->training);
  if (!nn_training_step (trial->training, &step, error))
    return FALSE;
  trial->n_trained += nn_training_position (trial->training);
  return TRUE;
}

double
bench_trial_run (BenchTrial *trial, int n_batches, GError **error)
{
  gint64 start = g_get_monotonic_time ();

  trial->n_trained = 0;
  for (int i = 0; i < n_batches; i++)
    if (!train_batch (trial, error))
      return NAN;
  return bench_seconds_since (start);
}

double
bench_trial_run_for (BenchTrial *trial, double seconds, GError **error)
{
  gint64 start = g_get_monotonic_time ();

  trial->n_trained = 0;
  do {
    if (!train_batch (trial, error))
      return NAN;
  } while (bench_seconds_since (start) < seconds);
  return bench_seconds_since (start);
}

int
bench_trial_batches (const BenchTrial *trial, double operations)
{
  double batch = trial->flops.all * trial->experiment->train.batch_size;

  return (int)CLAMP (operations / batch, 1, 1e6);
}

void
bench_trial_free (BenchTrial *trial)
{
  g_clear_pointer (&trial->training, nn_training_free);
  g_clear_pointer (&trial->experiment, nn_experiment_free);
  g_free (trial);
}
