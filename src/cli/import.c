/* import.c: `glassbox-cli import`. */
#include "cli.h"

#include "terminal.h"

#include "engine/collect/import.h"

typedef struct {
  CliProgress progress;
  GCancellable *cancellable;
} Watch;

/* Ctrl+C is seen here: workers ask often enough. */
static void
progress_cb (const NnImportProgress *state, gpointer data)
{
  Watch *watch = data;
  if (cli_interrupted ())
    g_cancellable_cancel (watch->cancellable);
  if (!cli_progress_due (&watch->progress))
    return;
  g_autofree char *count = g_strdup_printf (_ ("%zu read"), state->n_read);
  cli_progress_draw (&watch->progress, _ ("Importing"), state->fraction, count);
}

static void
print_refusals (const NnImportReport *report)
{
  for (guint i = 0; i < report->refusals->len; i++) {
    const NnRefusal *refusal = report->refusals->pdata[i];
    g_printerr (_ ("Refused: %s: %s\n"), refusal->place, refusal->reason);
  }
  if (report->n_refused > report->refusals->len)
    g_printerr (_ ("… and %zu more\n"), report->n_refused - report->refusals->len);
}

static int
print_result (const char *name, const NnImportReport *report)
{
  for (char **note = report->notes; *note; note++)
    g_print ("%s\n", *note);
  g_print (_ ("“%s” is a data set now: %d classes, %zu samples to train with, %zu to test with; "
              "%zu refused\n"),
           name, report->n_classes, report->n_train, report->n_test, report->n_refused);
  return CLI_DONE;
}

static int
import (const NnImportOptions *chosen)
{
  GError *error = NULL;
  g_auto (NnImportReport) report = {0};
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Watch watch = {.progress = cli_progress_new (), .cancellable = cancellable};
  NnImportOptions options = *chosen;
  options.progress = progress_cb;
  options.data = &watch;
  cli_watch_interrupt ();
  gboolean good = nn_import (&options, &report, cancellable, &error);
  cli_progress_clear (&watch.progress);
  print_refusals (&report);
  if (good)
    return print_result (options.name, &report);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return cli_fail (error);
  g_error_free (error);
  g_printerr (_ ("Stopped; nothing was imported\n"));
  return CLI_INTERRUPTED;
}

static gboolean
parse_rows (const char *as, NnCsvRows *rows)
{
  if (g_str_equal (as, "pictures"))
    *rows = NN_CSV_PICTURES;
  else if (g_str_equal (as, "table"))
    *rows = NN_CSV_TABLE;
  else
    cli_usage_error (_ ("--as: expected “pictures” or “table”"));
  return *rows != NN_CSV_GUESSED;
}

int
cli_import (int argc, char **argv)
{
  g_autofree char *name = NULL, *labels = NULL, *label = NULL, *as = NULL;
  NnCsvChoice csv = NN_CSV_NO_CHOICE;
  const GOptionEntry entries[] = {
      {"name", 0, 0, G_OPTION_ARG_STRING, &name,
       N_ ("Call the new data set this; otherwise after the source"), N_ ("NAME")},
      {"labels", 0, 0, G_OPTION_ARG_FILENAME, &labels,
       N_ ("The file with the labels of an IDX file of pictures; otherwise the one beside it"),
       N_ ("FILE")},
      {"label", 0, 0, G_OPTION_ARG_STRING, &label,
       N_ ("The column of a CSV file that holds the labels, by name or number"), N_ ("COLUMN")},
      {"as", 0, 0, G_OPTION_ARG_STRING, &as,
       N_ ("What the rows of a CSV file are: pictures or table; otherwise it is found out"),
       N_ ("KIND")},
      G_OPTION_ENTRY_NULL};
  g_auto (GStrv) arguments = cli_parse_options (
      argc, argv, entries, _ ("FOLDER|IDX-FILE|CSV-FILE"),
      _ ("Makes a data set of a folder that has a folder of pictures for each class, of a pair of "
         "IDX files,\nor of a CSV file whose rows are a label and the grey levels of a picture, or "
         "a label and what is known besides."),
      1, 1);
  if (!arguments)
    return CLI_USAGE;
  csv.column = label;
  if (as && !parse_rows (as, &csv.rows))
    return CLI_USAGE;
  g_autofree char *suggested = name ? NULL : nn_import_suggest_name (arguments[0]);
  NnImportOptions options = {
      .source = arguments[0], .name = name ? name : suggested, .labels = labels, .csv = &csv};
  return import (&options);
}
