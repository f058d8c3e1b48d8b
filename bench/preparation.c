/* preparation.c: what it costs to change training pictures on the fly: two trainings of a preset
 * take turns, one with the change and one without. */
#include "bench.h"

#include <math.h>

#define RUN_SECONDS 0.15 /* where the batches are not given */
#define N_GATHERED 4096

typedef struct {
  const char *name;
  double noise;
  gboolean standardise;
  NnAugmentation augmentation;
} Change;

static const Change changes[] = {
    {"view", .augmentation = {.shift = 2, .rotation = 10, .scale = 0.1, .shear = 8}},
    {"stroke", .augmentation = {.stroke_width = 1}},
    {"elastic", .augmentation = {.elastic = 34, .elastic_smoothing = 4}},
    {"all", .augmentation = {.shift = 2,
                             .rotation = 10,
                             .scale = 0.1,
                             .shear = 8,
                             .elastic = 34,
                             .elastic_smoothing = 4,
                             .stroke_width = 1}},
    {"noise", .noise = 0.1},
    {"standardise", .standardise = TRUE},
};

static NnExperiment *
change_recipe (const NnExperiment *experiment, const Change *change)
{
  NnExperiment *changed = nn_experiment_copy (experiment);

  changed->prepare.augmentation = change->augmentation;
  changed->prepare.noise = change->noise;
  changed->prepare.standardise = change->standardise;
  return changed;
}

/* Samples a second. */
static double
measure_pace (const Bench *bench, BenchTrial *trial, GError **error)
{
  double seconds = bench->n_batches > 0 ? bench_trial_run (trial, bench->n_batches, error)
                                        : bench_trial_run_for (trial, RUN_SECONDS, error);

  return (double)trial->n_trained / seconds;
}

/* Returns: how much longer a sample takes with the change, as a share; NaN with @error */
static double
measure_cost (const Bench *bench, BenchTrial *plain, const NnExperiment *changed, GError **error)
{
  g_autoptr (BenchTrial) trial = bench_trial_new (bench, changed, bench->n_threads, error);
  g_autofree double *costs = g_new (double, bench->n_pairs);

  for (int pair = 0; trial != NULL && pair < bench->n_pairs; pair++) {
    double with = 0, without = 0;

    for (int turn = 0; turn < 2; turn++)
      if (turn == pair % 2)
        with = measure_pace (bench, trial, error);
      else
        without = measure_pace (bench, plain, error);
    if (isnan (with) || isnan (without))
      return NAN;
    costs[pair] = without / with - 1;
  }
  return trial != NULL ? bench_median (costs, bench->n_pairs) : NAN;
}

/* Seconds of one thread for one picture, from its bytes to its numbers. */
static double
measure_gathering (const Bench *bench, const NnExperiment *experiment, GError **error)
{
  g_autoptr (NnSamples) samples =
      nn_samples_new (bench->dataset, &experiment->prepare, NN_PART_TRAIN, experiment->seed, error);
  g_autofree real *x = g_new (real, 8 * NN_DIGIT_PIXELS);
  gint64 start = g_get_monotonic_time ();
  guint8 labels[8];

  if (samples == NULL)
    return NAN;
  for (guint32 i = 0; i < N_GATHERED; i += 8) {
    guint32 indices[8];

    for (guint32 row = 0; row < 8; row++)
      indices[row] = (i + row) % (guint32)samples->count;
    nn_samples_gather (samples, indices, 8, TRUE, experiment->seed, 0, x, labels);
  }
  return bench_seconds_since (start) / N_GATHERED;
}

static gboolean
measure_preset (const Bench *bench, const char *name, GError **error)
{
  g_autoptr (NnExperiment) experiment = bench_load_preset (bench, name, error);
  g_autoptr (BenchTrial) plain =
      experiment != NULL ? bench_trial_new (bench, experiment, bench->n_threads, error) : NULL;

  if (plain == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (NnExperiment) changed = change_recipe (experiment, &changes[i]);
    double gathering = measure_gathering (bench, changed, error);
    double cost = isnan (gathering) ? NAN : measure_cost (bench, plain, changed, error);

    if (isnan (cost))
      return FALSE;
    bench_print (bench, "%-22s %-12s %+6.1f %%   %6.2f µs\n", name, changes[i].name, 100 * cost,
                 1e6 * gathering);
    json_builder_begin_object (bench->builder);
    bench_add_string (bench->builder, "preset", name);
    bench_add_string (bench->builder, "change", changes[i].name);
    bench_add_number (bench->builder, "cost", cost);
    bench_add_number (bench->builder, "gathering_seconds", gathering);
    json_builder_end_object (bench->builder);
  }
  return TRUE;
}

gboolean
bench_measure_preparation (const Bench *bench, GError **error)
{
  bench_print (bench,
               "\nChanging training pictures on the fly: how much longer a sample takes, and what "
               "one\ncore needs for a picture\n\n");
  json_builder_set_member_name (bench->builder, "preparation");
  json_builder_begin_array (bench->builder);
  for (char **name = bench->presets; *name != NULL; name++)
    if (!measure_preset (bench, *name, error))
      return FALSE;
  json_builder_end_array (bench->builder);
  return TRUE;
}
