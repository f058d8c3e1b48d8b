/* presets.c: what the presets' training and prediction cost, beside the limit and beside PyTorch.
 *
 * The two programs take turns, and before each pair the machine's limit is read again: where its
 * speed swings, the three figures of a pair still belong together. */
#include "bench.h"
#include "memory.h"
#include "peak.h"
#include "peer.h"

#include "engine/deploy/model.h"

#include <math.h>

#define RUN_OPERATIONS 2e11 /* of a run, where the epoch is not shorter */
#define PEAK_SECONDS 0.1
#define PEER_PREDICTIONS 1000
#define PREDICTION_SECONDS 0.5
#define MAX_PREDICTIONS 20000

typedef struct {
  int n_batches; /* of a run */
  gboolean is_epoch;
  double samples_per_run;
  double *seconds, *peer_seconds, *limits; /* [n_pairs], owned; limit: that of the run */
  gboolean has_peer;
  double memory; /* bytes beyond the data set, at most */
} Training;

typedef struct {
  double median, p99;
  double peer_median;
} Prediction;

static void
training_clear (Training *training)
{
  g_free (training->seconds);
  g_free (training->peer_seconds);
  g_free (training->limits);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Training, training_clear)

/* ---- measuring ---- */

static void
plan_runs (const Bench *bench, const BenchTrial *trial, Training *training)
{
  int epoch = nn_training_batches_per_epoch (trial->training);
  int n = bench->n_batches;

  if (n == 0)
    n = MIN (epoch, bench_trial_batches (trial, RUN_OPERATIONS));
  training->is_epoch = n < 0 || n == epoch;
  training->n_batches = training->is_epoch ? epoch : n;
  training->seconds = g_new0 (double, bench->n_pairs);
  training->peer_seconds = g_new0 (double, bench->n_pairs);
  training->limits = g_new0 (double, bench->n_pairs);
}

/* Who begins changes from pair to pair. */
static gboolean
measure_pair (const Bench *bench, BenchTrial *trial, BenchPeer *peer, Training *training, int pair,
              GError **error)
{
  double *ours = &training->seconds[pair], *theirs = &training->peer_seconds[pair];

  double peak = bench_peak_flops (bench->n_threads, PEAK_SECONDS);

  if (peer != NULL && pair % 2 == 1)
    *theirs = bench_peer_train (peer, training->n_batches, error);
  *ours = bench_trial_run (trial, training->n_batches, error);
  training->samples_per_run = (double)trial->n_trained;
  training->limits[pair] = trial->flops.all * training->samples_per_run / peak;
  if (!isnan (*ours) && peer != NULL && pair % 2 == 0)
    *theirs = bench_peer_train (peer, training->n_batches, error);
  return !isnan (*ours) && !isnan (*theirs);
}

static gboolean
measure_training (const Bench *bench, BenchTrial *trial, BenchPeer *peer, double memory_before,
                  Training *training, GError **error)
{
  plan_runs (bench, trial, training);
  training->has_peer = peer != NULL;
  for (int pair = 0; pair < bench->n_pairs; pair++)
    if (!measure_pair (bench, trial, peer, training, pair, error))
      return FALSE;
  training->memory = bench_resident_peak () - memory_before;
  return TRUE;
}

/* One picture after the other, from its bytes to its probabilities, by a network that takes one at
 * a time, on this thread. */
static gboolean
measure_prediction (const Bench *bench, const NnExperiment *experiment, BenchPeer *peer,
                    Prediction *prediction, GError **error)
{
  const NnExamples *test = &bench->dataset->test;
  g_autoptr (NnSamples) samples =
      nn_samples_new (bench->dataset, &experiment->prepare, NN_PART_TEST, experiment->seed, error);
  g_autoptr (NnModel) model = nn_model_new (experiment, bench->dataset->n_classes, 1, NULL, error);
  g_autofree double *seconds = g_new (double, MAX_PREDICTIONS);
  g_autofree real *probabilities = g_new (real, bench->dataset->n_classes);
  gint64 start = g_get_monotonic_time ();
  gsize n = 0;

  if (samples == NULL || model == NULL)
    return FALSE;
  nn_network_initialise (model->network, experiment->seed);
  while (n < MAX_PREDICTIONS && bench_seconds_since (start) < PREDICTION_SECONDS) {
    const guint8 *pixels = samples->images + n % test->count * nn_shape_size (&samples->shape);
    struct timespec before, after;

    clock_gettime (CLOCK_MONOTONIC, &before);
    nn_model_predict (model, pixels, probabilities);
    clock_gettime (CLOCK_MONOTONIC, &after);
    seconds[n++] = (double)(after.tv_sec - before.tv_sec) + 1e-9 * (after.tv_nsec - before.tv_nsec);
  }
  prediction->median = bench_median (seconds, n);
  prediction->p99 = bench_percentile (seconds, n, 0.99);
  prediction->peer_median = peer ? bench_peer_predict (peer, PEER_PREDICTIONS, error) : NAN;
  return peer == NULL || !isnan (prediction->peer_median);
}

/* ---- telling ---- */

typedef struct {
  double median, least, most;
} Spread;

/* Of @values[i], or of @values[i] / @divisors[i]. */
static Spread
spread_of (const double *values, const double *divisors, gsize n)
{
  g_autofree double *each = g_memdup2 (values, n * sizeof *values);
  double median;

  for (gsize i = 0; divisors != NULL && i < n; i++)
    each[i] /= divisors[i];
  median = bench_median (each, n);
  return (Spread){median, each[0], each[n - 1]};
}

static void
add_pairs (const Bench *bench, const Training *training)
{
  JsonBuilder *builder = bench->builder;

  bench_begin_list (builder, "pairs");
  for (int pair = 0; pair < bench->n_pairs; pair++) {
    json_builder_begin_object (builder);
    bench_add_number (builder, "seconds", training->seconds[pair]);
    bench_add_number (builder, "peer_seconds",
                      training->has_peer ? training->peer_seconds[pair] : NAN);
    bench_add_number (builder, "limit_seconds", training->limits[pair]);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
tell_operations (const Bench *bench, const char *preset, const BenchTrial *trial)
{
  const BenchFlops *flops = &trial->flops;
  JsonBuilder *builder = bench->builder;
  int batch = trial->experiment->train.batch_size;

  bench_print (bench,
               "\n%s, batch %d: %.0f FLOP a sample, of which\n"
               "  %.0f forward, %.0f for the gradients of inputs, %.0f for those of parameters\n",
               preset, batch, flops->all, flops->forward, flops->backward_input,
               flops->backward_parameters);
  bench_add_string (builder, "preset", preset);
  bench_add_number (builder, "batch_size", batch);
  bench_add_number (builder, "flops_per_sample", flops->all);
  bench_add_number (builder, "flops_forward", flops->forward);
  bench_add_number (builder, "flops_backward_input", flops->backward_input);
  bench_add_number (builder, "flops_backward_parameters", flops->backward_parameters);
}

/* @missing: why there is no peer, or NULL */
static void
tell_peer (const Bench *bench, const BenchPeer *peer, const GError *missing)
{
  JsonBuilder *builder = bench->builder;

  bench_add_string (builder, "peer", peer ? bench_peer_get_name (peer) : NULL);
  bench_add_string (builder, "peer_settings", peer ? bench_peer_get_settings (peer) : NULL);
  if (peer != NULL)
    bench_print (bench, "  %s, fastest here with %s\n", bench_peer_get_name (peer),
                 bench_peer_get_settings (peer));
  else if (missing != NULL)
    bench_print (bench, "  not compared: %s\n", missing->message);
}

static void
tell_rate (const Bench *bench, const BenchTrial *trial, const Training *training, const char *name,
           double seconds, const char *remark)
{
  bench_print (bench, "  %-9s %10.0f samples/s %9.3f s an epoch%s\n", name,
               training->samples_per_run / seconds,
               seconds * (double)trial->n_samples / training->samples_per_run, remark);
}

static void
tell_training (const Bench *bench, const BenchTrial *trial, const Training *training)
{
  Spread seconds = spread_of (training->seconds, NULL, bench->n_pairs);
  Spread limit = spread_of (training->limits, training->seconds, bench->n_pairs);
  Spread peer = {NAN, NAN, NAN}, ratio = {NAN, NAN, NAN};
  double runs_per_epoch = (double)trial->n_samples / training->samples_per_run;
  g_autofree char *of_limit = g_strdup_printf (", %.1f %% of the limit", 100 * limit.median);
  JsonBuilder *builder = bench->builder;

  bench_print (bench, "  %d runs of %d batches, %s\n", bench->n_pairs, training->n_batches,
               training->is_epoch ? "a whole epoch each" : "part of an epoch each");
  tell_rate (bench, trial, training, "Glassbox", seconds.median, of_limit);
  if (training->has_peer) {
    peer = spread_of (training->peer_seconds, NULL, bench->n_pairs);
    ratio = spread_of (training->peer_seconds, training->seconds, bench->n_pairs);
    tell_rate (bench, trial, training, "PyTorch", peer.median, "");
    bench_print (bench, "  ratio %.2f, median of all pairs (%.2f…%.2f)\n", ratio.median,
                 ratio.least, ratio.most);
  }

  json_builder_set_member_name (builder, "whole_epochs");
  json_builder_add_boolean_value (builder, training->is_epoch);
  bench_add_number (builder, "batches_per_run", training->n_batches);
  bench_add_number (builder, "samples_per_second", training->samples_per_run / seconds.median);
  bench_add_number (builder, "epoch_seconds", seconds.median * runs_per_epoch);
  bench_add_number (builder, "limit_fraction", limit.median);
  bench_add_number (builder, "peer_epoch_seconds", peer.median * runs_per_epoch);
  bench_add_number (builder, "peer_ratio", ratio.median);
  bench_add_number (builder, "training_memory_bytes", training->memory);
  add_pairs (bench, training);
}

static void
tell_prediction (const Bench *bench, const Prediction *prediction)
{
  bench_print (bench, "  one picture: %.1f µs, 99th percentile %.1f µs", 1e6 * prediction->median,
               1e6 * prediction->p99);
  if (!isnan (prediction->peer_median))
    bench_print (bench, "; PyTorch %.1f µs", 1e6 * prediction->peer_median);
  bench_print (bench, "\n");
  bench_add_number (bench->builder, "prediction_median_seconds", prediction->median);
  bench_add_number (bench->builder, "prediction_p99_seconds", prediction->p99);
  bench_add_number (bench->builder, "peer_prediction_median_seconds", prediction->peer_median);
}

static gboolean
measure_preset (const Bench *bench, const char *preset, GError **error)
{
  g_autoptr (NnExperiment) experiment = bench_load_preset (bench, preset, error);
  double memory_before = bench_resident_start ();
  g_autoptr (BenchTrial) trial = NULL;
  g_autoptr (BenchPeer) peer = NULL;
  g_autoptr (GError) missing = NULL;
  g_auto (Training) training = {0};
  Prediction prediction;

  if (experiment == NULL ||
      (trial = bench_trial_new (bench, experiment, bench->n_threads, error)) == NULL)
    return FALSE;
  tell_operations (bench, preset, trial);
  if (bench->with_peer)
    peer = bench_peer_new (experiment, bench->dataset->origin, &missing);
  tell_peer (bench, peer, missing);
  if (bench->sections & BENCH_TRAINING) {
    if (!measure_training (bench, trial, peer, memory_before, &training, error))
      return FALSE;
    tell_training (bench, trial, &training);
  }
  if (bench->sections & BENCH_PREDICTION) {
    if (!measure_prediction (bench, experiment, peer, &prediction, error))
      return FALSE;
    tell_prediction (bench, &prediction);
  }
  return TRUE;
}

gboolean
bench_measure_presets (const Bench *bench, GError **error)
{
  gboolean done = TRUE;

  bench_begin_list (bench->builder, "presets");
  for (gsize i = 0; done && bench->presets[i] != NULL; i++) {
    json_builder_begin_object (bench->builder);
    done = measure_preset (bench, bench->presets[i], error);
    json_builder_end_object (bench->builder);
  }
  json_builder_end_array (bench->builder);
  return done;
}
