/* glassbox-bench.c: how fast the engine trains, beside this machine's limit and beside PyTorch. */
#include "bench.h"
#include "peak.h"

#include "engine/math/vmath.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define PEAK_SECONDS 0.4
#define MAX_PAIRS 99
#define MAX_BATCHES 1000000
#define MAX_THREADS 256

static const char *const section_names[] = {"limit",  "training", "prediction",  "ways", "levels",
                                            "memory", "pen",      "preparation", NULL};

static int n_pairs = 5, n_batches = 0, n_threads = 0;
static gboolean as_json, without_peer, whole_epochs;
static char *dataset_id, *only, *growth_folder, **preset_names;

static const GOptionEntry options[] = {
    {"pairs", 0, 0, G_OPTION_ARG_INT, &n_pairs, "Alternating runs of each program; 5", "N"},
    {"batches", 0, 0, G_OPTION_ARG_INT, &n_batches,
     "Batches in a run; without it, an epoch or 200 GFLOP of it", "N"},
    {"whole-epochs", 0, 0, G_OPTION_ARG_NONE, &whole_epochs, "Each run is an epoch", NULL},
    {"threads", 0, 0, G_OPTION_ARG_INT, &n_threads, "Threads of ours; 0: one a core", "N"},
    {"dataset", 0, 0, G_OPTION_ARG_STRING, &dataset_id, "What to train on; mnist", "ID"},
    {"only", 0, 0, G_OPTION_ARG_STRING, &only,
     "Of limit, training, prediction, ways, levels, memory, pen, preparation", "PART[,PART…]"},
    {"growth", 0, 0, G_OPTION_ARG_FILENAME, &growth_folder,
     "Instead: cost over batch, width and threads, with plots in FOLDER", "FOLDER"},
    {"no-peer", 0, 0, G_OPTION_ARG_NONE, &without_peer, "Do not run PyTorch", NULL},
    {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "One JSON object on standard output", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &preset_names, "", "[PRESET…]"},
    G_OPTION_ENTRY_NULL};

void
bench_print (const Bench *bench, const char *format, ...)
{
  va_list arguments;

  if (bench->as_json)
    return;
  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
}

NnExperiment *
bench_load_preset (const Bench *bench, const char *name, GError **error)
{
  NnExperiment *experiment = nn_preset_load (name, error);

  if (experiment != NULL) {
    g_free (experiment->dataset);
    experiment->dataset = g_strdup (bench->dataset->id);
  }
  return experiment;
}

/* ---- what was asked for ---- */

static gboolean
check_range (const char *option, int value, int least, int most, GError **error)
{
  if (value >= least && value <= most)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s: expected %d…%d, got %d",
               option, least, most, value);
  return FALSE;
}

/* Adds the sections that --only names; all where it names none. */
static gboolean
parse_sections (BenchSections *sections, GError **error)
{
  g_auto (GStrv) names = g_strsplit (only ? only : "", ",", -1);

  *sections = 0;
  for (gsize i = 0; names[i] != NULL; i++) {
    gsize section = 0;

    while (section_names[section] != NULL && !g_str_equal (section_names[section], names[i]))
      section++;
    if (section_names[section] == NULL) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--only: there is no part “%s”; there are limit, training, prediction, ways, "
                   "levels, memory, pen, preparation",
                   names[i]);
      return FALSE;
    }
    *sections |= 1 << section;
  }
  if (only == NULL)
    *sections = (1 << (G_N_ELEMENTS (section_names) - 1)) - 1;
  return TRUE;
}

static gboolean
check_options (GError **error)
{
  if (whole_epochs && n_batches != 0) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         "--whole-epochs and --batches exclude each other");
    return FALSE;
  }
  if (growth_folder != NULL && only != NULL) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         "--growth and --only exclude each other");
    return FALSE;
  }
  for (gsize i = 0; preset_names != NULL && preset_names[i] != NULL; i++) {
    g_autoptr (NnExperiment) experiment = nn_preset_load (preset_names[i], error);
    if (experiment == NULL)
      return FALSE;
  }
  return check_range ("pairs", n_pairs, 1, MAX_PAIRS, error) &&
         check_range ("batches", n_batches, 0, MAX_BATCHES, error) &&
         check_range ("threads", n_threads, 0, MAX_THREADS, error);
}

/* Returns: (transfer full): the presets named, or all. Raw pixels cost what the same network costs
 * with scaled ones: no need to measure both. */
static char **
choose_presets (void)
{
  g_autoptr (GStrvBuilder) chosen = g_strv_builder_new ();
  const char *const *all = nn_preset_names ();

  if (preset_names != NULL)
    return g_strdupv (preset_names);
  for (gsize i = 0; all[i] != NULL; i++) {
    g_autoptr (NnExperiment) experiment = nn_preset_load (all[i], NULL);
    if (experiment != NULL && experiment->prepare.scale != NN_SCALE_NONE)
      g_strv_builder_add (chosen, all[i]);
  }
  return g_strv_builder_end (chosen);
}

/* ---- measuring ---- */

/* Returns: (transfer full): the name of the processor, as the system tells it. */
static char *
processor_name (void)
{
  g_autofree char *text = NULL;

  if (g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL)) {
    char *line = strstr (text, "model name");
    if (line != NULL && (line = strchr (line, ':')) != NULL)
      return g_strstrip (g_strndup (line + 1, strcspn (line + 1, "\n")));
  }
  return g_strdup ("unknown processor");
}

static void
tell_machine (const Bench *bench)
{
  g_autofree char *processor = processor_name ();
  JsonBuilder *builder = bench->builder;

  bench_add_number (builder, "glassbox_bench", 1);
  bench_add_string (builder, "processor", processor);
  bench_add_string (builder, "isa", nn_isa_name ());
  bench_add_number (builder, "threads", bench->n_threads);
  bench_add_string (builder, "dataset", bench->dataset->id);
  bench_print (bench, "%s, %u threads, %s, on %s\n", processor, bench->n_threads, nn_isa_name (),
               bench->dataset->id);
}

static void
measure_limit (const Bench *bench)
{
  JsonBuilder *builder = bench->builder;
  double peak_one = bench_peak_flops (1, PEAK_SECONDS);
  double peak = bench_peak_flops (bench->n_threads, PEAK_SECONDS);
  double bandwidth_one = bench_peak_bandwidth (1);
  double bandwidth = bench_peak_bandwidth (bench->n_threads);

  bench_print (bench,
               "limit: %.0f GFLOP/s on one thread, %.0f on %u; memory read %.1f and %.1f GB/s\n",
               peak_one / 1e9, peak / 1e9, bench->n_threads, bandwidth_one / 1e9, bandwidth / 1e9);
  bench_add_number (builder, "peak_flops_one_thread", peak_one);
  bench_add_number (builder, "peak_flops", peak);
  bench_add_number (builder, "memory_bytes_per_second_one_thread", bandwidth_one);
  bench_add_number (builder, "memory_bytes_per_second", bandwidth);
}

static gboolean
measure (Bench *bench, GError **error)
{
  BenchSections variants = BENCH_WAYS | BENCH_LEVELS | BENCH_MEMORY;

  tell_machine (bench);
  if (growth_folder != NULL)
    return bench_measure_growth (bench, growth_folder, error);
  if (bench->sections & BENCH_LIMIT)
    measure_limit (bench);
  if (bench->sections & (BENCH_TRAINING | BENCH_PREDICTION) &&
      !bench_measure_presets (bench, error))
    return FALSE;
  if (bench->sections & variants && !bench_measure_variants (bench, error))
    return FALSE;
  if (bench->sections & BENCH_PREPARATION && !bench_measure_preparation (bench, error))
    return FALSE;
  return !(bench->sections & BENCH_PEN) || bench_measure_pen (bench, error);
}

static gboolean
run (const char *program, BenchSections sections, GError **error)
{
  g_autoptr (NnDataset) dataset =
      nn_dataset_load (dataset_id ? dataset_id : NN_DATASET_MNIST, NULL, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (GStrv) presets = choose_presets ();
  Bench bench = {
      .program = program,
      .dataset = dataset,
      .presets = presets,
      .sections = sections,
      .n_pairs = n_pairs,
      .n_batches = whole_epochs ? -1 : n_batches,
      .n_threads = n_threads > 0 ? (guint)n_threads : g_get_num_processors (),
      .with_peer = !without_peer,
      .as_json = as_json,
      .builder = builder,
  };

  if (dataset == NULL)
    return FALSE;
  json_builder_begin_object (builder);
  if (!measure (&bench, error))
    return FALSE;
  json_builder_end_object (builder);
  if (as_json) {
    g_autoptr (JsonNode) root = json_builder_get_root (builder);
    g_autofree char *text = json_to_string (root, TRUE);
    g_print ("%s\n", text);
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("— time the presets on MNIST");
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GError) error = NULL;
  BenchSections sections;

  g_option_context_add_main_entries (context, options, NULL);
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C"); /* the plots and tables are for every country */
  signal (SIGPIPE, SIG_IGN);   /* PyTorch may end before it is told to */
  if (!g_option_context_parse (context, &argc, &argv, &error) || !check_options (&error) ||
      !parse_sections (&sections, &error)) {
    g_printerr ("glassbox-bench: %s\n", error->message);
    return 2;
  }
  if (!run (program ? program : argv[0], sections, &error)) {
    g_printerr ("glassbox-bench: %s\n", error->message);
    return 1;
  }
  return 0;
}
