/* bench.h: what the parts of the bench share: what was asked for, and one training to be timed. */
#pragma once

#include "numbers.h"

#include "engine/train/training.h"

/* What there is to measure; the names of --only, in this order. */
typedef enum {
  BENCH_LIMIT = 1 << 0,
  BENCH_TRAINING = 1 << 1,
  BENCH_PREDICTION = 1 << 2,
  BENCH_WAYS = 1 << 3,
  BENCH_LEVELS = 1 << 4,
  BENCH_MEMORY = 1 << 5,
  BENCH_PEN = 1 << 6,
  BENCH_PREPARATION = 1 << 7,
} BenchSections;

typedef struct {
  const char *program; /* this one: to be run again under other settings */
  NnDataset *dataset;
  char **presets; /* NULL-terminated */
  BenchSections sections;
  int n_pairs;
  int n_batches; /* in a run; 0: by the work there is in an epoch, −1: whole epochs */
  guint n_threads;
  gboolean with_peer, as_json;
  JsonBuilder *builder; /* an object under way */
} Bench;

/** bench_print: To standard output, unless that is to be JSON. */
void bench_print (const Bench *bench, const char *format, ...) G_GNUC_PRINTF (2, 3);

/** bench_load_preset: Returns: (transfer full): a recipe for the data set at hand. */
NnExperiment *bench_load_preset (const Bench *bench, const char *name, GError **error);

/* ---- trial.c: one training of ours ---- */

/* Floating-point operations of one sample, by what they are for. */
typedef struct {
  double forward, backward_input, backward_parameters, all;
} BenchFlops;

/** bench_count_flops: As the layers count them: every product and sum of the dense operation,
 * whether or not a kernel finds that it can leave some out. */
gboolean bench_count_flops (const NnExperiment *experiment, BenchFlops *flops, GError **error);

typedef struct {
  NnExperiment *experiment;
  NnTraining *training;
  gsize n_samples; /* in an epoch */
  gsize n_trained; /* in the last run */
  BenchFlops flops;
} BenchTrial;

/** bench_trial_new: Returns: (transfer full): a training of @experiment on @n_threads threads, its
 * first batches done, so that its memory is there. */
BenchTrial *bench_trial_new (const Bench *bench, const NnExperiment *experiment, guint n_threads,
                             GError **error);

/** bench_trial_run: Trains @n_batches more, epoch after epoch. Returns: seconds, NaN with @error */
double bench_trial_run (BenchTrial *trial, int n_batches, GError **error);

/** bench_trial_run_for: The same for about @seconds, one batch at least. */
double bench_trial_run_for (BenchTrial *trial, double seconds, GError **error);

/** bench_trial_batches: Returns: batches whose work is about @operations, at least 1. */
int bench_trial_batches (const BenchTrial *trial, double operations);

void bench_trial_free (BenchTrial *trial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchTrial, bench_trial_free)

/* ---- the sections ---- */

/** bench_measure_presets: presets.c: BENCH_TRAINING and BENCH_PREDICTION of every preset. */
gboolean bench_measure_presets (const Bench *bench, GError **error);

/** bench_measure_preparation: preparation.c: BENCH_PREPARATION of every preset. */
gboolean bench_measure_preparation (const Bench *bench, GError **error);

/** bench_measure_variants: variants.c: BENCH_WAYS, BENCH_LEVELS and BENCH_MEMORY. */
gboolean bench_measure_variants (const Bench *bench, GError **error);

/** bench_measure_pen: pen.c: BENCH_PEN: how well who learned from drawn digits reads written ones.
 */
gboolean bench_measure_pen (const Bench *bench, GError **error);

/** bench_measure_shapes: shapes.c: BENCH_WAYS of a convolution alone, for many shapes of it. */
gboolean bench_measure_shapes (const Bench *bench, GError **error);

/** bench_measure_growth: growth.c: tables of cost as the work grows, and plots in @folder. */
gboolean bench_measure_growth (const Bench *bench, const char *folder, GError **error);
