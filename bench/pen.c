/* pen.c: what a network that has seen nothing but drawn digits makes of written ones. */
#include "bench.h"

#include "engine/collect/pen-digits.h"
#include "engine/evaluate/metrics.h"

#include <inttypes.h>

#define RECIPE BENCH_SOURCE "/../resources/experiments/pen-digits.json"
#define N_DRAWN 20000
#define DRAWING_SEED 1

/* Returns: digits drawn in a second. */
static double
measure_drawing (const Bench *bench)
{
  g_autofree guint8 *images = g_malloc_n (N_DRAWN, NN_DIGIT_PIXELS);
  g_autofree guint8 *labels = g_malloc (N_DRAWN);
  gint64 start = g_get_monotonic_time ();

  nn_pen_digits (DRAWING_SEED, 0, N_DRAWN, bench->n_threads, images, labels, NULL, NULL);
  return N_DRAWN / bench_seconds_since (start);
}

/* All epochs of the recipe, or the batches asked for. */
static gboolean
train (const Bench *bench, NnTraining *training, GError **error)
{
  for (int batch = 0; !nn_training_finished (training); batch++) {
    NnStepResult step;
    NnEpochResult epoch;

    if (bench->n_batches > 0 && batch == bench->n_batches)
      return TRUE;
    if (!nn_training_step (training, &step, error))
      return FALSE;
    if (nn_training_epoch_done (training))
      nn_training_close_epoch (training, &epoch);
  }
  return TRUE;
}

static void
tell (const Bench *bench, const NnTraining *training, const NnSamples *samples, double drawn,
      double seconds, const NnEvaluation *scores)
{
  const NnExperiment *experiment = nn_training_experiment (training);
  double epochs =
      nn_training_epoch (training) + (double)nn_training_position (training) / samples->count;
  JsonBuilder *builder = bench->builder;

  bench_print (
      bench,
      "pen digits: %.0f drawn a second; %s on %zu of them alone, %.3g epochs, seed %" PRIu64
      ", %.1f s,\n  reads %.2f %% of the %zu pictures of %s's test part\n",
      drawn, experiment->name, samples->count, epochs, experiment->seed, seconds,
      100 * scores->accuracy, scores->count, bench->dataset->id);
  json_builder_set_member_name (builder, "pen");
  json_builder_begin_object (builder);
  bench_add_number (builder, "digits_per_second", drawn);
  bench_add_number (builder, "samples", (double)samples->count);
  bench_add_number (builder, "epochs", epochs);
  bench_add_number (builder, "seed", (double)experiment->seed);
  bench_add_number (builder, "seconds", seconds);
  bench_add_number (builder, "accuracy", scores->accuracy);
  json_builder_end_object (builder);
}

gboolean
bench_measure_pen (const Bench *bench, GError **error)
{
  double drawn = measure_drawing (bench);
  g_autoptr (NnExperiment) experiment = nn_experiment_load_file (RECIPE, error);
  g_autoptr (NnDataset) pen =
      experiment != NULL ? nn_dataset_load (experiment->dataset, NULL, error) : NULL;
  g_autoptr (NnSamples) samples = NULL;
  g_autoptr (NnSamples) test = NULL;
  g_autoptr (NnTraining) training = NULL;
  g_autoptr (NnEvaluation) scores = NULL;
  double seconds;
  gint64 start;

  if (pen == NULL)
    return FALSE;
  samples = nn_samples_new (pen, &experiment->prepare, NN_PART_TRAIN, experiment->seed, error);
  test = nn_samples_new (bench->dataset, &experiment->prepare, NN_PART_TEST, 0, error);
  if (samples == NULL || test == NULL)
    return FALSE;
  training = nn_training_new (experiment, samples, NULL, bench->n_threads, error);
  start = g_get_monotonic_time ();
  if (training == NULL || !train (bench, training, error))
    return FALSE;
  seconds = bench_seconds_since (start);
  scores = nn_evaluate (nn_training_network (training), experiment->train.loss, test, NULL, error);
  if (scores == NULL)
    return FALSE;
  tell (bench, training, samples, drawn, seconds, scores);
  return TRUE;
}
