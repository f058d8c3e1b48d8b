/* train.c: `glassbox-cli train`. */
#include "cli.h"

#include "engine/evaluate/metrics.h"
#include "engine/math/vmath.h"

#include <sys/resource.h>

#define NOT_GIVEN (-1)
#define MOST_EPOCHS 10000
#define MOST_THREADS 256

typedef struct {
  char *data, *init, *save, *history;
  gint64 epochs, threads, seed;
  NnPlan plan;
  gboolean no_shuffle, json;
} Options;

static void
clear_options (Options *options)
{
  g_free (options->data);
  g_free (options->init);
  g_free (options->save);
  g_free (options->history);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, clear_options)

static gboolean
parse_method (const char *text, NnMethod *method)
{
  if (!text || nn_method_parse (text, method))
    return TRUE;
  g_autofree char *message =
      g_strdup_printf (_ ("--%s: expected naive, gemm or direct, got “%s”"), "kernels", text);
  cli_usage_error (message);
  return FALSE;
}

static char **
parse_options (int argc, char **argv, Options *options)
{
  g_autofree char *epochs = NULL, *seed = NULL, *threads = NULL, *kernels = NULL;
  const GOptionEntry entries[] = {
      {"data", 0, 0, G_OPTION_ARG_STRING, &options->data,
       N_ ("Train on this data set instead; the last dense layer gets a unit for each class"),
       N_ ("ID")},
      {"epochs", 0, 0, G_OPTION_ARG_STRING, &epochs, N_ ("Train for this many epochs"), "N"},
      {"seed", 0, 0, G_OPTION_ARG_STRING, &seed, N_ ("Draw all random numbers from this seed"),
       "N"},
      {"threads", 0, 0, G_OPTION_ARG_STRING, &threads,
       N_ ("Compute with this many threads; the result does not depend on it"), "N"},
      {"kernels", 0, 0, G_OPTION_ARG_STRING, &kernels,
       N_ ("Compute by plain loops, by matrix products, or by kernels of our own: three ways to "
           "the same numbers"),
       "naive|gemm|direct"},
      {"separate", 0, 0, G_OPTION_ARG_NONE, &options->plan.separate,
       N_ ("Compute each layer by itself, none together with the next"), NULL},
      {"init", 0, 0, G_OPTION_ARG_FILENAME, &options->init,
       N_ ("Start from the weights in this safetensors file"), N_ ("FILE")},
      {"no-shuffle", 0, 0, G_OPTION_ARG_NONE, &options->no_shuffle,
       N_ ("Take the samples in the data set's own order"), NULL},
      {"save", 0, 0, G_OPTION_ARG_FILENAME, &options->save,
       N_ ("Save the trained network to this safetensors file"), N_ ("FILE")},
      {"history", 0, 0, G_OPTION_ARG_FILENAME, &options->history,
       N_ ("Keep a CSV file with a line an epoch"), N_ ("FILE")},
      {"json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_ ("Print the result as JSON"), NULL},
      G_OPTION_ENTRY_NULL};
  g_auto (GStrv) arguments = cli_parse_options (
      argc, argv, entries, _ ("EXPERIMENT.json|PRESET"),
      _ ("Trains the network of a recipe. “glassbox-cli experiments list” names the presets."), 1,
      1);
  if (!arguments || !cli_parse_number ("epochs", epochs, 1, MOST_EPOCHS, &options->epochs) ||
      !cli_parse_number ("threads", threads, 1, MOST_THREADS, &options->threads) ||
      !cli_parse_number ("seed", seed, 0, G_MAXINT64, &options->seed) ||
      !parse_method (kernels, &options->plan.method))
    return NULL;
  return g_steal_pointer (&arguments);
}

static NnExperiment *
load_experiment (const char *name, const Options *options, GError **error)
{
  NnExperiment *experiment = cli_load_experiment (name, error);
  if (!experiment)
    return NULL;
  if (options->data) {
    g_free (experiment->dataset);
    experiment->dataset = g_strdup (options->data);
  }
  if (options->epochs != NOT_GIVEN)
    experiment->train.epochs = (int)options->epochs;
  if (options->seed != NOT_GIVEN)
    experiment->seed = (guint64)options->seed;
  if (options->no_shuffle)
    experiment->train.shuffle = FALSE;
  return experiment;
}

/* ---- the result ---- */

/* Of the training alone: no reading, no validation. */
static double
samples_per_second (const CliRun *run, const CliData *data)
{
  double seconds = 0;
  for (guint i = 0; i < run->epochs->len; i++)
    seconds += g_array_index (run->epochs, NnEpochResult, i).seconds;
  return seconds > 0 ? (double)data->train->count * run->epochs->len / seconds : 0;
}

static gint64
peak_memory (void)
{
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return usage.ru_maxrss;
#else
  return (gint64)usage.ru_maxrss * 1024;
#endif
}

static void
add_epochs (JsonBuilder *builder, const GArray *epochs)
{
  json_builder_set_member_name (builder, "epochs");
  json_builder_begin_array (builder);
  for (guint i = 0; i < epochs->len; i++) {
    const NnEpochResult *epoch = &g_array_index (epochs, NnEpochResult, i);
    json_builder_begin_object (builder);
    nn_json_add_double (builder, "loss", epoch->loss);
    nn_json_add_double (builder, "accuracy", epoch->accuracy);
    nn_json_add_double (builder, "validation_loss", epoch->validation_loss);
    nn_json_add_double (builder, "validation_accuracy", epoch->validation_accuracy);
    nn_json_add_double (builder, "seconds", epoch->seconds);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
print_json (const CliRun *run, const CliData *data, const NnEvaluation *test)
{
  const NnNetwork *network = nn_training_network (run->training);
  const NnPlan plan = nn_plan_default ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  nn_json_add_string (builder, "preset", nn_training_experiment (run->training)->name);
  nn_json_add_int (builder, "seed", (gint64)nn_training_seed (run->training));
  nn_json_add_int (builder, "threads", network->pool ? nn_pool_get_n_threads (network->pool) : 1);
  nn_json_add_string (builder, "isa", nn_isa_name ());
  nn_json_add_string (builder, "kernels", nn_method_name (plan.method));
  json_builder_set_member_name (builder, "fused");
  json_builder_add_boolean_value (builder, !plan.separate);
  add_epochs (builder, run->epochs);
  nn_json_add_double (builder, "test_loss", test->loss);
  nn_json_add_double (builder, "test_accuracy", test->accuracy);
  nn_json_add_double (builder, "samples_per_second", samples_per_second (run, data));
  nn_json_add_int (builder, "peak_rss_bytes", peak_memory ());
  json_builder_end_object (builder);
  cli_print_json (json_builder_get_root (builder));
}

static void
print_text (const CliRun *run, const CliData *data, const NnEvaluation *test)
{
  const NnPlan plan = nn_plan_default ();
  g_print (_ ("Test: loss %.4f, accuracy %.2f %% of %zu samples\n"), test->loss,
           100 * test->accuracy, test->count);
  g_print (_ ("Training: %'.0f samples a second\n"), samples_per_second (run, data));
  g_print (plan.separate ? _ ("Computed with %s kernels, each layer by itself, for %s\n")
                         : _ ("Computed with %s kernels for %s\n"),
           nn_method_name (plan.method), nn_isa_name ());
}

static int
report (const CliRun *run, const CliData *data, gboolean json)
{
  GError *error = NULL;
  g_autoptr (NnEvaluation) test =
      nn_evaluate (nn_training_network (run->training),
                   nn_training_experiment (run->training)->train.loss, data->test, NULL, &error);
  if (!test)
    return cli_fail (error);
  if (json)
    print_json (run, data, test);
  else
    print_text (run, data, test);
  return CLI_DONE;
}

static gboolean
save (const CliRun *run, const char *path, GError **error)
{
  if (!path)
    return TRUE;
  if (!nn_model_save (nn_training_network (run->training), nn_training_experiment (run->training),
                      path, error))
    return FALSE;
  g_printerr (_ ("Saved to %s\n"), path);
  return TRUE;
}

static int
train (const NnExperiment *experiment, const CliData *data, const Options *options)
{
  GError *error = NULL;
  g_autoptr (GArray) epochs = g_array_new (FALSE, FALSE, sizeof (NnEpochResult));
  guint threads = options->threads == NOT_GIVEN ? 0 : (guint)options->threads;
  g_autoptr (NnTraining) training =
      nn_training_new (experiment, data->train, data->validation, threads, &error);
  CliRun run = {.training = training, .history = options->history, .epochs = epochs};
  if (!training || (options->init && !nn_model_load_parameters (nn_training_network (training),
                                                                options->init, &error)))
    return cli_fail (error);
  if (!cli_run_training (&run, &error) || !save (&run, options->save, &error))
    return cli_fail (error);
  if (run.interrupted) {
    g_printerr (_ ("Stopped after %u of %d epochs\n"), epochs->len, experiment->train.epochs);
    return CLI_INTERRUPTED;
  }
  return report (&run, data, options->json);
}

int
cli_train (int argc, char **argv)
{
  GError *error = NULL;
  g_auto (Options) options = {
      .epochs = NOT_GIVEN, .threads = NOT_GIVEN, .seed = NOT_GIVEN, .plan = nn_plan_default ()};
  g_auto (CliData) data = {0};
  g_auto (GStrv) arguments = parse_options (argc, argv, &options);
  if (!arguments)
    return CLI_USAGE;
  nn_plan_set_default (options.plan);
  if ((options.save && !nn_check_writable (options.save, &error)) ||
      (options.history && !nn_check_writable (options.history, &error)))
    return cli_fail (error);
  g_autoptr (NnExperiment) experiment = load_experiment (arguments[0], &options, &error);
  if (!experiment ||
      !cli_load_data (experiment->dataset, experiment, options.data != NULL, &data, &error))
    return cli_fail (error);
  return train (experiment, &data, &options);
}
