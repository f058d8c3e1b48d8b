/* run.c: a training from beginning to end, watched from the terminal. */
#include "cli.h"

#include "terminal.h"

#include <math.h>

/* Running means that the bar shows; the engine's own figures come with the epoch. */
typedef struct {
  CliProgress progress;
  gint64 start;    /* monotonic time */
  double accuracy; /* running mean over the last batches */
  gboolean begun;
  double samples, seconds; /* of the epochs done: trained, and how long that took */
} Watch;

static int
epochs_in_all (const CliRun *run)
{
  return nn_training_experiment (run->training)->train.epochs;
}

static double
fraction_done (const CliRun *run)
{
  double batches = nn_training_batches_per_epoch (run->training);
  double epochs =
      nn_training_epoch (run->training) + nn_training_batch (run->training) / MAX (batches, 1);
  return epochs / epochs_in_all (run);
}

static double
samples_per_second (const Watch *watch, const CliRun *run)
{
  NnTrainingPosition position;
  nn_training_get_position (run->training, &position);
  double seconds = watch->seconds + position.seconds;
  return seconds > 0 ? (watch->samples + (double)position.position) / seconds : 0;
}

static void
watch_step (Watch *watch, const CliRun *run, const NnStepResult *step)
{
  double weight = watch->begun ? 0.02 : 1;
  watch->begun = TRUE;
  watch->accuracy += weight * (step->accuracy - watch->accuracy);
  if (!cli_progress_due (&watch->progress))
    return;
  double fraction = fraction_done (run);
  double seconds = (double)(g_get_monotonic_time () - watch->start) / G_USEC_PER_SEC;
  g_autofree char *left =
      cli_format_seconds (fraction > 0 ? seconds * (1 - fraction) / fraction : 0);
  g_autofree char *before =
      g_strdup_printf (_ ("Epoch %d/%d"), step->epoch + 1, epochs_in_all (run));
  g_autofree char *after =
      g_strdup_printf (_ ("%3.0f %%, %.1f %% right, %.0f samples/s, %s left"), 100 * fraction,
                       100 * watch->accuracy, samples_per_second (watch, run), left);
  cli_progress_draw (&watch->progress, before, fraction, after);
}

static void
print_epoch (Watch *watch, const CliRun *run, const NnEpochResult *epoch)
{
  cli_progress_clear (&watch->progress);
  if (isnan (epoch->validation_loss))
    g_printerr (_ ("Epoch %d of %d: loss %.4f, accuracy %.2f %%, %.2f s\n"), epoch->epoch + 1,
                epochs_in_all (run), epoch->loss, 100 * epoch->accuracy, epoch->seconds);
  else
    g_printerr (_ ("Epoch %d of %d: loss %.4f, accuracy %.2f %%, validation loss %.4f, "
                   "accuracy %.2f %%, %.2f s\n"),
                epoch->epoch + 1, epochs_in_all (run), epoch->loss, 100 * epoch->accuracy,
                epoch->validation_loss, 100 * epoch->validation_accuracy, epoch->seconds);
}

/* A cell of the table: empty where there is no number. */
static void
append_cell (GString *text, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE] = "";
  if (!isnan (value))
    g_ascii_dtostr (digits, sizeof digits, value);
  g_string_append_printf (text, ",%s", digits);
}

static gboolean
write_history (const CliRun *run, GError **error)
{
  g_autoptr (GString) text =
      g_string_new ("epoch,loss,accuracy,validation_loss,validation_accuracy,seconds\n");
  for (guint i = 0; i < run->epochs->len; i++) {
    const NnEpochResult *epoch = &g_array_index (run->epochs, NnEpochResult, i);
    g_string_append_printf (text, "%d", epoch->epoch + 1);
    append_cell (text, epoch->loss);
    append_cell (text, epoch->accuracy);
    append_cell (text, epoch->validation_loss);
    append_cell (text, epoch->validation_accuracy);
    append_cell (text, epoch->seconds);
    g_string_append_c (text, '\n');
  }
  return nn_write_file_atomically (run->history, text->str, text->len, error);
}

static gboolean
close_epoch (CliRun *run, Watch *watch, GError **error)
{
  NnEpochResult epoch;
  watch->samples += (double)nn_training_position (run->training);
  nn_training_close_epoch (run->training, &epoch);
  watch->seconds += epoch.seconds;
  g_array_append_val (run->epochs, epoch);
  print_epoch (watch, run, &epoch);
  return !run->history || write_history (run, error);
}

gboolean
cli_run_training (CliRun *run, GError **error)
{
  Watch watch = {.progress = cli_progress_new (), .start = g_get_monotonic_time ()};
  gboolean good = TRUE;
  cli_watch_interrupt ();
  while (good && !nn_training_finished (run->training) && !cli_interrupted ()) {
    NnStepResult step;
    good = nn_training_step (run->training, &step, error);
    if (!good)
      break;
    watch_step (&watch, run, &step);
    if (nn_training_epoch_done (run->training))
      good = close_epoch (run, &watch, error);
  }
  run->interrupted = good && !nn_training_finished (run->training);
  cli_progress_clear (&watch.progress);
  return good;
}
