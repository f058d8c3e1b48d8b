/* pretrain.c: glassbox-pretrain: trains the digit reader that ships, and keeps it if it is good. */
#include "cli.h"
#include "european-digits.h"

#include "engine/evaluate/metrics.h"
#include "engine/ink/drawing.h"

#include <locale.h>

#define EUROPEAN_DIGITS 1800
#define LEAST_ACCURACY 0.993 /* on MNIST's test part: what Glassbox promises */

static gboolean
load_data (const NnExperiment *experiment, CliData *data, GError **error)
{
  const NnPrepareSpec *prepare = &experiment->prepare;
  g_autoptr (NnDataset) mnist = nn_dataset_load (experiment->dataset, NULL, error);

  if (!mnist)
    return FALSE;
  if (mnist->height != NN_DIGIT_SIDE || mnist->width != NN_DIGIT_SIDE || mnist->channels != 1) {
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("The pretrained reader learns from pictures like MNIST's, not from “%s”."),
                 experiment->dataset);
    return FALSE;
  }
  data->dataset = european_digits_join (mnist, EUROPEAN_DIGITS, experiment->seed);
  data->train = nn_samples_new (data->dataset, prepare, NN_PART_TRAIN, experiment->seed, error);
  data->test = nn_samples_new (data->dataset, prepare, NN_PART_TEST, experiment->seed, error);
  return data->train && data->test;
}

static gboolean
keep (NnTraining *training, const CliData *data, const char *path, GError **error)
{
  NnNetwork *network = nn_training_network (training);
  const NnExperiment *experiment = nn_training_experiment (training);
  g_autoptr (NnEvaluation) test =
      nn_evaluate (network, experiment->train.loss, data->test, NULL, error);

  if (!test)
    return FALSE;
  g_print (_ ("Test: loss %.4f, accuracy %.2f %% of %zu samples\n"), test->loss,
           100 * test->accuracy, test->count);
  if (test->accuracy < LEAST_ACCURACY) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("Not saved: the reader that ships must reach %.1f %%."), 100 * LEAST_ACCURACY);
    return FALSE;
  }
  if (!nn_model_save (network, experiment, path, error))
    return FALSE;
  g_printerr (_ ("Saved to %s\n"), path);
  return TRUE;
}

static int
pretrain (const char *recipe, const char *path, guint threads)
{
  GError *error = NULL;
  g_auto (CliData) data = {0};
  g_autoptr (GArray) epochs = g_array_new (FALSE, FALSE, sizeof (NnEpochResult));
  g_autoptr (NnExperiment) experiment = nn_experiment_load_file (recipe, &error);
  if (!experiment || !load_data (experiment, &data, &error))
    return cli_fail (error);
  g_autoptr (NnTraining) training = nn_training_new (experiment, data.train, NULL, threads, &error);
  if (!training)
    return cli_fail (error);
  CliRun run = {.training = training, .epochs = epochs};
  if (!cli_run_training (&run, &error))
    return cli_fail (error);
  if (run.interrupted)
    return CLI_INTERRUPTED;
  return keep (training, &data, path, &error) ? CLI_DONE : cli_fail (error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int threads = 0;
  const GOptionEntry entries[] = {
      {"threads", 0, 0, G_OPTION_ARG_INT, &threads,
       N_ ("Compute with this many threads; the result does not depend on it"), "N"},
      G_OPTION_ENTRY_NULL};

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, GBX_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_autoptr (GOptionContext) context =
      g_option_context_new (_ ("EXPERIMENT.json FILE.safetensors"));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return cli_usage_error (error->message);
  if (argc != 3)
    return cli_usage_error (argc < 3 ? _ ("something is missing") : _ ("too many arguments"));
  return pretrain (argv[1], argv[2], (guint)MAX (threads, 0));
}
