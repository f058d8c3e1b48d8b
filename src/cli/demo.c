/* demo.c: `glassbox-cli demo`: the window's main job where there is no display. */
#include "cli.h"

#include "terminal.h"

#include "engine/evaluate/metrics.h"

#include <string.h>

#define PRESET "keras-784-64-10"
#define EPOCHS 3
#define N_SHOWN 3
#define MARGIN 4 /* MNIST's digits keep this much paper around them */
#define SHOWN_SIDE (28 - 2 * MARGIN)

/* ---- digits as text ---- */

/* A line of text stands for two rows of pixels: letters are twice as high as wide. */
static void
append_row (GString *line, const guint8 *pixels, int row)
{
  static const char ramp[] = " .:-=+*#%@";
  for (int x = MARGIN; x < MARGIN + SHOWN_SIDE; x++) {
    int ink = (pixels[row * 28 + x] + pixels[(row + 1) * 28 + x]) / 2;
    g_string_append_c (line, ramp[ink * (int)(sizeof ramp - 2) / 255]);
  }
}

static void
print_pictures (const NnSamples *samples, const gsize *shown)
{
  for (int row = MARGIN; row < MARGIN + SHOWN_SIDE; row += 2) {
    g_autoptr (GString) line = g_string_new (NULL);
    for (int i = 0; i < N_SHOWN; i++) {
      append_row (line, samples->images + shown[i] * 28 * 28, row);
      g_string_append (line, "    ");
    }
    g_print ("%s\n", g_strchomp (line->str));
  }
}

static void
print_answers (NnNetwork *network, const NnSamples *samples, const gsize *shown)
{
  int n = samples->n_classes;
  g_autofree real *probabilities = g_new (real, n);
  g_autoptr (GString) line = g_string_new (NULL);
  for (int i = 0; i < N_SHOWN; i++) {
    guint32 index = (guint32)shown[i];
    real x[28 * 28];
    guint8 label;
    int best = 0;
    NnRun run = {.batch = 1};
    nn_samples_gather (samples, &index, 1, FALSE, 0, 0, x, &label);
    nn_network_forward (network, &run, x);
    nn_loss_probabilities (network, 1, probabilities);
    for (int c = 1; c < n; c++)
      if (probabilities[c] > probabilities[best])
        best = c;
    g_autofree char *text = g_strdup_printf (_ ("%d (%.0f %%), labelled %d"), best,
                                             100 * (double)probabilities[best], label);
    cli_append_padded (line, text, -(SHOWN_SIDE + 4));
  }
  g_print ("%s\n", g_strchomp (line->str));
}

/* ---- the demonstration ---- */

static gboolean
have_dataset (const char *id)
{
  g_autoptr (GPtrArray) sets = nn_dataset_list ();
  for (guint i = 0; i < sets->len; i++) {
    const NnDatasetInfo *set = sets->pdata[i];
    if (g_str_equal (set->id, id))
      return set->origin != NULL;
  }
  return FALSE;
}

static NnExperiment *
load_experiment (GError **error)
{
  NnExperiment *experiment = nn_preset_load (PRESET, error);
  if (!experiment)
    return NULL;
  g_free (experiment->dataset);
  experiment->dataset =
      g_strdup (have_dataset (NN_DATASET_MNIST) ? NN_DATASET_MNIST : NN_DATASET_STAND_IN);
  experiment->train.epochs = EPOCHS;
  return experiment;
}

static int
show_result (const CliRun *run, const CliData *data)
{
  GError *error = NULL;
  NnNetwork *network = nn_training_network (run->training);
  const NnSamples *test = data->test;
  g_autoptr (NnEvaluation) scores =
      nn_evaluate (network, nn_training_experiment (run->training)->train.loss, test, NULL, &error);
  if (!scores)
    return cli_fail (error);
  g_print (_ ("\nOf %zu pictures it never saw, the network reads %.1f %% right. "
              "Three of them,\nand how it reads them:\n\n"),
           scores->count, 100 * scores->accuracy);
  const gsize shown[N_SHOWN] = {0, test->count / 3, 2 * test->count / 3};
  print_pictures (test, shown);
  print_answers (network, test, shown);
  g_print (_ ("\nThis was the terminal. To open the window, run “./workbench run” in a desktop "
              "session\n(over SSH: “ssh -X”), where DISPLAY or WAYLAND_DISPLAY is set.\n"));
  return CLI_DONE;
}

int
cli_demo (int argc, char **argv)
{
  GError *error = NULL;
  g_auto (CliData) data = {0};
  g_auto (GStrv) arguments = cli_parse_options (
      argc, argv, NULL, "",
      _ ("Trains a network, tests it and reads some digits, all in the terminal."), 0, 0);
  if (!arguments)
    return CLI_USAGE;
  g_autoptr (NnExperiment) experiment = load_experiment (&error);
  if (!experiment || !cli_load_data (experiment->dataset, experiment, FALSE, &data, &error))
    return cli_fail (error);
  g_print (_ ("Training 64 and 10 units on %zu pictures: %s\n"), data.train->count,
           nn_dataset_get_title (data.dataset));
  g_autoptr (GArray) epochs = g_array_new (FALSE, FALSE, sizeof (NnEpochResult));
  g_autoptr (NnTraining) training =
      nn_training_new (experiment, data.train, data.validation, 0, &error);
  CliRun run = {.training = training, .epochs = epochs};
  if (!training || !cli_run_training (&run, &error))
    return cli_fail (error);
  return run.interrupted ? CLI_INTERRUPTED : show_result (&run, &data);
}
