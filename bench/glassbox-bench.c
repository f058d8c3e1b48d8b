/* glassbox-bench.c: how fast the engine trains, beside this machine's limit and beside PyTorch. */
#include "peak.h"

#include "engine/math/vmath.h"
#include "engine/train/training.h"

#include <gio/gio.h>
#include <locale.h>
#include <math.h>

typedef struct {
  const char *preset;
  int peer_threads; /* what serves PyTorch best */
} Case;

/* Raw pixels cost what the same network costs with scaled ones. */
static const Case cases[] = {
    {"keras-784-64-10", 1},
    {"keras-784-128-10", 2},
    {"sigmoid-784-10-10-10", 1},
};

typedef struct {
  double epoch_seconds; /* median */
  double peer_seconds;  /* median, NaN without a peer */
  double ratio;         /* median over the pairs of peer / ours */
  double flops_per_sample, limit_seconds;
} Result;

static int n_pairs = 3, n_epochs = 2, n_threads = 0;
static gboolean as_json, without_peer;

static const GOptionEntry options[] = {
    {"pairs", 0, 0, G_OPTION_ARG_INT, &n_pairs, "Alternating runs of each program", "N"},
    {"epochs", 0, 0, G_OPTION_ARG_INT, &n_epochs, "Epochs in each run", "N"},
    {"threads", 0, 0, G_OPTION_ARG_INT, &n_threads, "Threads of ours; 0: one a core", "N"},
    {"no-peer", 0, 0, G_OPTION_ARG_NONE, &without_peer, "Do not run PyTorch", NULL},
    {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "One JSON object on standard output", NULL},
    G_OPTION_ENTRY_NULL};

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
median (double *values, int n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return n == 0 ? NAN : n % 2 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

/* Median seconds of an epoch of our own training. */
static double
time_ours (const NnExperiment *experiment, NnSamples *samples, double *flops, GError **error)
{
  g_autoptr (NnTraining) training =
      nn_training_new (experiment, samples, NULL, (guint)n_threads, error);
  g_autofree double *seconds = g_new (double, n_epochs);

  if (training == NULL)
    return NAN;
  *flops = nn_network_flops (nn_training_network (training), TRUE);
  for (int epoch = 0; epoch < n_epochs; epoch++) {
    NnEpochResult result;
    NnStepResult step;
    do {
      if (!nn_training_step (training, &step, error))
        return NAN;
    } while (!nn_training_epoch_done (training));
    nn_training_close_epoch (training, &result);
    seconds[epoch] = result.seconds;
  }
  return median (seconds, n_epochs);
}

/* PyTorch with the settings that were found to serve it best on such machines. */
static GSubprocess *
spawn_peer (const Case *c, const char *folder, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *epochs = g_strdup_printf ("%d", n_epochs);
  g_autofree char *threads = g_strdup_printf ("%d", c->peer_threads);
  const char *openmp = "/usr/lib/x86_64-linux-gnu/openblas-openmp";

  if (g_file_test (openmp, G_FILE_TEST_IS_DIR))
    g_subprocess_launcher_setenv (launcher, "LD_LIBRARY_PATH", openmp, TRUE);
  if (g_str_equal (nn_isa_name (), "x86-64-v4"))
    g_subprocess_launcher_setenv (launcher, "ATEN_CPU_CAPABILITY", "avx512", TRUE);
  g_subprocess_launcher_setenv (launcher, "MALLOC_MMAP_THRESHOLD_", "1000000000", TRUE);
  g_subprocess_launcher_setenv (launcher, "MALLOC_TRIM_THRESHOLD_", "2000000000", TRUE);
  return g_subprocess_launcher_spawn (launcher, error, "/usr/bin/python3", BENCH_SOURCE "/peer.py",
                                      c->preset, folder, epochs, threads, NULL);
}

/* Median seconds of an epoch of the peer's, NaN when there is no PyTorch here. */
static double
time_peer (const Case *c, const char *folder)
{
  g_autoptr (GSubprocess) process = spawn_peer (c, folder, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *output = NULL;

  if (process == NULL ||
      !g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, NULL) ||
      !g_subprocess_get_successful (process) ||
      !json_parser_load_from_data (parser, output, -1, NULL))
    return NAN;

  JsonArray *array = json_object_get_array_member (
      json_node_get_object (json_parser_get_root (parser)), "seconds");
  g_autofree double *seconds = g_new (double, json_array_get_length (array));
  for (guint i = 0; i < json_array_get_length (array); i++)
    seconds[i] = json_array_get_double_element (array, i);
  return median (seconds, (int)json_array_get_length (array));
}

static gboolean
measure (const Case *c, NnDataset *dataset, double peak, Result *result, GError **error)
{
  g_autoptr (NnExperiment) experiment = nn_preset_load (c->preset, error);
  g_autoptr (NnSamples) samples = NULL;
  g_autofree double *ours = g_new (double, n_pairs), *peers = g_new (double, n_pairs);
  g_autofree double *ratios = g_new (double, n_pairs);

  if (experiment == NULL)
    return FALSE;
  experiment->train.epochs = n_epochs;
  samples = nn_samples_new (dataset, &experiment->prepare, NN_PART_TRAIN, 1, error);
  if (samples == NULL)
    return FALSE;

  for (int pair = 0; pair < n_pairs; pair++) {
    ours[pair] = time_ours (experiment, samples, &result->flops_per_sample, error);
    if (isnan (ours[pair]))
      return FALSE;
    peers[pair] = without_peer ? NAN : time_peer (c, dataset->origin);
    ratios[pair] = peers[pair] / ours[pair];
  }
  result->epoch_seconds = median (ours, n_pairs);
  result->peer_seconds = median (peers, n_pairs);
  result->ratio = median (ratios, n_pairs);
  result->limit_seconds = result->flops_per_sample * samples->count / peak;
  return TRUE;
}

static void
print_case (const Case *c, const Result *result, gsize n_samples)
{
  g_print ("%-22s %9.0f %10.0f %9.3f s %8.1f %%", c->preset, result->flops_per_sample,
           n_samples / result->epoch_seconds, result->epoch_seconds,
           100 * result->limit_seconds / result->epoch_seconds);
  if (isnan (result->ratio))
    g_print ("  no PyTorch here\n");
  else
    g_print (" %9.3f s %8.2f ×\n", result->peer_seconds, result->ratio);
}

static void
add_case (JsonBuilder *builder, const Case *c, const Result *result, gsize n_samples)
{
  const struct {
    const char *name;
    double value;
  } members[] = {
      {"flops_per_sample", result->flops_per_sample},
      {"samples_per_second", n_samples / result->epoch_seconds},
      {"epoch_seconds", result->epoch_seconds},
      {"limit_fraction", result->limit_seconds / result->epoch_seconds},
      {"peer_epoch_seconds", result->peer_seconds},
      {"peer_ratio", result->ratio},
  };

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "preset");
  json_builder_add_string_value (builder, c->preset);
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++) {
    json_builder_set_member_name (builder, members[i].name);
    if (isnan (members[i].value))
      json_builder_add_null_value (builder);
    else
      json_builder_add_double_value (builder, members[i].value);
  }
  json_builder_end_object (builder);
}

static void
add_number (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

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

static gboolean
run (GError **error)
{
  g_autoptr (NnDataset) dataset = nn_dataset_load (NN_DATASET_MNIST, NULL, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *processor = processor_name ();
  guint threads = n_threads > 0 ? (guint)n_threads : g_get_num_processors ();

  if (dataset == NULL)
    return FALSE;
  double peak_one = bench_peak_flops (1), peak = bench_peak_flops (threads);
  double bandwidth = bench_peak_bandwidth (threads);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "processor");
  json_builder_add_string_value (builder, processor);
  json_builder_set_member_name (builder, "isa");
  json_builder_add_string_value (builder, nn_isa_name ());
  add_number (builder, "threads", threads);
  add_number (builder, "peak_flops_one_thread", peak_one);
  add_number (builder, "peak_flops", peak);
  add_number (builder, "memory_bytes_per_second", bandwidth);
  json_builder_set_member_name (builder, "presets");
  json_builder_begin_array (builder);
  if (!as_json) {
    g_print ("%s, %u threads, %s\n", processor, threads, nn_isa_name ());
    g_print ("limit: %.0f GFLOP/s on one thread, %.0f on %u; memory %.1f GB/s\n\n", peak_one / 1e9,
             peak / 1e9, threads, bandwidth / 1e9);
    g_print ("%-22s %9s %10s %11s %10s %11s %10s\n", "preset", "FLOP", "samples/s", "epoch",
             "of limit", "PyTorch", "ratio");
  }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    Result result = {0};
    if (!measure (&cases[i], dataset, peak, &result, error))
      return FALSE;
    if (!as_json)
      print_case (&cases[i], &result, dataset->train.count);
    add_case (builder, &cases[i], &result, dataset->train.count);
  }
  json_builder_end_array (builder);
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
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || n_pairs < 1 || n_epochs < 1) {
    g_printerr ("glassbox-bench: %s\n", error ? error->message : "--pairs and --epochs start at 1");
    return 2;
  }
  if (!run (&error)) {
    g_printerr ("glassbox-bench: %s\n", error->message);
    return 1;
  }
  return 0;
}
