/* cli.h: what the commands of glassbox-cli share. */
#pragma once

#include "engine/collect/dataset.h"
#include "engine/design/experiment.h"
#include "engine/deploy/model.h"
#include "engine/deploy/safetensors.h"
#include "engine/json-text.h"
#include "engine/prepare/prepare.h"

#include <glib/gi18n.h>

enum {
  CLI_DONE = 0,
  CLI_FAILED = 1,
  CLI_USAGE = 2,        /* the command line itself is wrong */
  CLI_INTERRUPTED = 130 /* Ctrl+C: 128 + SIGINT, as shells have it */
};

#define CLI_PRETRAINED "pretrained" /* in place of a file: the network that ships */

/* ---- the commands: argv[0] is the command's own word ---- */

int cli_train (int argc, char **argv);
int cli_evaluate (int argc, char **argv);
int cli_predict (int argc, char **argv);
int cli_datasets (int argc, char **argv);
int cli_import (int argc, char **argv);
int cli_experiments (int argc, char **argv);
int cli_code (int argc, char **argv);
int cli_export (int argc, char **argv);
int cli_demo (int argc, char **argv);

/* ---- options.c ---- */

/**
 * cli_parse_options:
 * @arguments: what follows the options in the usage line
 * @n_least, @n_most: how many arguments there must be
 * Prints help for --help and leaves the program; says what is wrong and how to get help otherwise.
 * Returns: (transfer full): the arguments, or NULL on wrong usage
 */
char **cli_parse_options (int argc, char **argv, const GOptionEntry *entries, const char *arguments,
                          const char *summary, int n_least, int n_most);

/** cli_usage_error: Prints @message and how to get help. Returns: CLI_USAGE */
int cli_usage_error (const char *message);

/**
 * cli_parse_number:
 * @text: decimal digits, or NULL where --@option was not given: then *value stays
 * Returns: FALSE, having said so, where it is no whole number from @least to @most
 */
gboolean cli_parse_number (const char *option, const char *text, gint64 least, gint64 most,
                           gint64 *value);

/** cli_fail: Prints @error, which is freed. Returns: CLI_FAILED */
int cli_fail (GError *error);

/** cli_print_json: Prints @root, which is freed, to standard output. */
void cli_print_json (JsonNode *root);

/* ---- load.c ---- */

/* A data set and its parts, prepared as the recipe says. */
typedef struct {
  NnDataset *dataset;
  NnSamples *train, *validation, *test;
} CliData;

/**
 * cli_load_data:
 * @fits: makes the recipe one for the set @id: its kind, columns and classes; else it has to be
 */
gboolean cli_load_data (const char *id, NnExperiment *experiment, gboolean fits, CliData *data,
                        GError **error);
void cli_data_clear (CliData *data);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliData, cli_data_clear)

/** cli_load_experiment: @name: a built-in experiment's, or a file's. */
NnExperiment *cli_load_experiment (const char *name, GError **error);

/** cli_open_model: @path: a file, or "pretrained". */
NnModel *cli_open_model (const char *path, int max_batch, NnPool *pool, GError **error);

/**
 * cli_load_picture:
 * nn_image_file_read() whose errors name the file.
 * Returns: (transfer full): [height][width]
 */
guint8 *cli_load_picture (const char *path, int *width, int *height, GError **error);

/* ---- run.c ---- */

/* A training from beginning to end. */
typedef struct {
  NnTraining *training;
  const char *history; /* CSV file that is kept up to date, or NULL */
  GArray *epochs;      /* NnEpochResult: those done */
  gboolean interrupted;
} CliRun;

/**
 * cli_run_training:
 * Trains with a progress bar until all epochs are done, or Ctrl+C (then @run->interrupted).
 * Returns: FALSE when the training diverged or the history could not be written
 */
gboolean cli_run_training (CliRun *run, GError **error);
