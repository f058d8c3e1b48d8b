/* variants.c: the same training computed in other ways, each by a process of its own, since what
 * chooses the way is read once, at start.
 *
 * Each process is this program measuring one preset without PyTorch; what it says is JSON. The
 * variants take turns, and the median of their turns counts. */
#include "bench.h"

#include "engine/math/vmath.h"

#include <math.h>

#define OPERATIONS 2e10      /* of a run … */
#define NAIVE_OPERATIONS 1e9 /* … and of one in plain loops */
#define TURNS 3

typedef struct {
  const char *name;
  const char *variable, *value; /* of the environment; NULL: as it is */
  double operations;            /* of a run */
} Variant;

typedef struct {
  const char *title, *json_name;
  const Variant *variants;
  gsize n;
} Table;

typedef struct {
  double rates[TURNS], limit_fractions[TURNS], memory[TURNS];
  char *isa; /* that it ran at, owned */
} Result;

static const Variant ways[] = {
    {"naive", "GLASSBOX_KERNELS", "naive", NAIVE_OPERATIONS},
    {"gemm", "GLASSBOX_KERNELS", "gemm", OPERATIONS},
    {"direct, each layer alone", "GLASSBOX_FUSED", "0", OPERATIONS},
    {"direct", NULL, NULL, OPERATIONS},
};

static const Variant levels[] = {
    {"x86-64", "GLASSBOX_ISA", "x86-64", OPERATIONS},
    {"x86-64-v3", "GLASSBOX_ISA", "x86-64-v3", OPERATIONS},
    {"x86-64-v4", "GLASSBOX_ISA", "x86-64-v4", OPERATIONS},
};

static const Variant usual[] = {{"direct", NULL, NULL, OPERATIONS}};

/* Returns: (transfer full): the output of this program measuring @preset as @variant. */
static char *
run_child (const Bench *bench, const Variant *variant, const char *preset, int n_batches,
           GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *batches = g_strdup_printf ("%d", n_batches);
  g_autofree char *threads = g_strdup_printf ("%u", bench->n_threads);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *output = NULL;

  if (variant->variable != NULL)
    g_subprocess_launcher_setenv (launcher, variant->variable, variant->value, TRUE);
  process = g_subprocess_launcher_spawn (
      launcher, error, bench->program, "--json", "--no-peer", "--only", "training", "--pairs", "1",
      "--batches", batches, "--threads", threads, "--dataset", bench->dataset->id, preset, NULL);
  if (process == NULL ||
      !g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, error) ||
      !g_spawn_check_wait_status (g_subprocess_get_status (process), error))
    return NULL;
  return g_steal_pointer (&output);
}

static gboolean
take_turn (const Bench *bench, const Variant *variant, const char *preset, int n_batches,
           Result *result, int turn, GError **error)
{
  g_autofree char *output = run_child (bench, variant, preset, n_batches, error);
  g_autoptr (JsonNode) root = output != NULL ? json_from_string (output, error) : NULL;
  JsonObject *all, *measured;

  if (root == NULL)
    return FALSE;
  all = json_node_get_object (root);
  measured = json_array_get_object_element (json_object_get_array_member (all, "presets"), 0);
  result->rates[turn] = bench_get_number (measured, "samples_per_second");
  result->limit_fractions[turn] = bench_get_number (measured, "limit_fraction");
  result->memory[turn] = bench_get_number (measured, "training_memory_bytes");
  g_free (result->isa);
  result->isa = g_strdup (json_object_get_string_member (all, "isa"));
  return TRUE;
}

/* Instruction sets that this processor has not got fall back to the best it has: not told. */
static gboolean
is_there (const Variant *variant, const Result *result)
{
  return g_strcmp0 (variant->variable, "GLASSBOX_ISA") != 0 ||
         g_str_equal (variant->value, result->isa);
}

static void
tell (const Bench *bench, const Variant *variant, const char *preset, Result *result)
{
  JsonBuilder *builder = bench->builder;
  double rate = bench_median (result->rates, TURNS);
  double limit_fraction = bench_median (result->limit_fractions, TURNS);
  double memory = bench_median (result->memory, TURNS);

  if (!is_there (variant, result))
    return;
  json_builder_begin_object (builder);
  bench_add_string (builder, "preset", preset);
  bench_add_string (builder, "name", variant->name);
  bench_add_string (builder, "isa", result->isa);
  bench_add_number (builder, "samples_per_second", rate);
  bench_add_number (builder, "limit_fraction", limit_fraction);
  bench_add_number (builder, "training_memory_bytes", memory);
  json_builder_end_object (builder);
  bench_print (bench, "  %-22s %-26s %10.0f samples/s %6.2f %% of the limit %6.1f MB\n", preset,
               variant->name, rate, 100 * limit_fraction, memory / 1e6);
}

/* The rows of @table for one preset. */
static gboolean
measure (const Bench *bench, const Table *table, const char *preset, GError **error)
{
  g_autoptr (NnExperiment) experiment = bench_load_preset (bench, preset, error);
  g_autofree Result *results = g_new0 (Result, table->n);
  BenchFlops flops;
  gboolean done = experiment != NULL && bench_count_flops (experiment, &flops, error);

  for (int turn = 0; done && turn < TURNS; turn++)
    for (gsize i = 0; done && i < table->n; i++) {
      const Variant *variant = &table->variants[i];
      double batches = variant->operations / (flops.all * experiment->train.batch_size);
      int n = bench->n_batches > 0 ? bench->n_batches : (int)CLAMP (batches, 1, 1e6);

      done = take_turn (bench, variant, preset, n, &results[i], turn, error);
    }
  for (gsize i = 0; i < table->n; i++) {
    if (done)
      tell (bench, &table->variants[i], preset, &results[i]);
    g_free (results[i].isa);
  }
  return done;
}

/* @presets: NULL-terminated */
static gboolean
measure_table (const Bench *bench, const Table *table, char **presets, GError **error)
{
  gboolean done = TRUE;

  bench_print (bench, "\n%s\n", table->title);
  bench_begin_list (bench->builder, table->json_name);
  for (gsize i = 0; done && presets[i] != NULL; i++)
    done = measure (bench, table, presets[i], error);
  json_builder_end_array (bench->builder);
  return done;
}

/* Returns: (transfer none): the preset with the most work in a sample. */
static char *
find_heaviest (const Bench *bench, GError **error)
{
  char *heaviest = NULL;
  double most = 0;

  for (gsize i = 0; bench->presets[i] != NULL; i++) {
    g_autoptr (NnExperiment) experiment = bench_load_preset (bench, bench->presets[i], error);
    BenchFlops flops;

    if (experiment == NULL || !bench_count_flops (experiment, &flops, error))
      return NULL;
    if (flops.all > most) {
      heaviest = bench->presets[i];
      most = flops.all;
    }
  }
  return heaviest;
}

gboolean
bench_measure_variants (const Bench *bench, GError **error)
{
  static const Table way_table = {
      "Three ways to the same numbers, and what working as one is worth", "ways", ways,
      G_N_ELEMENTS (ways)};
  static const Table level_table = {"Instruction sets, each beside its own limit", "levels", levels,
                                    G_N_ELEMENTS (levels)};
  static const Table memory_table = {"Memory of a training beyond its data set: resident, at most",
                                     "memory", usual, G_N_ELEMENTS (usual)};
  char *heaviest[] = {find_heaviest (bench, error), NULL};

  if (heaviest[0] == NULL)
    return FALSE;
  if (bench->sections & BENCH_WAYS &&
      (!measure_table (bench, &way_table, heaviest, error) || !bench_measure_shapes (bench, error)))
    return FALSE;
  if (bench->sections & BENCH_LEVELS && !measure_table (bench, &level_table, heaviest, error))
    return FALSE;
  return !(bench->sections & BENCH_MEMORY) ||
         measure_table (bench, &memory_table, bench->presets, error);
}
