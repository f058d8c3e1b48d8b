/* import.h: a user's own files become a data set that every other part of the program finds. */
#pragma once

#include "engine/collect/csv.h"

#include <gio/gio.h>

#define NN_IMPORT_MOST_SAMPLES 1000000
#define NN_IMPORT_MOST_CLASSES 256
#define NN_IMPORT_MOST_REFUSALS 1000 /* that are listed; beyond, they are counted alone */

typedef struct {
  char *place;  /* a file, or a line and column of it, as it can be shown */
  char *reason; /* translated */
} NnRefusal;

/* What an import found. All owned. */
typedef struct {
  gsize n_read, n_refused; /* samples taken; whatever could not be taken */
  GPtrArray *refusals;     /* NnRefusal: the first of them */
  gsize n_train, n_test;   /* how the samples were split */
  int n_classes;
  char **notes; /* NULL-terminated, translated: what was decided about the source */
} NnImportReport;

typedef struct {
  double fraction; /* of the work */
  gsize n_read, n_refused;
} NnImportProgress;

/** NnImportProgressFunc: called on whatever thread works, never two at once, up to 20 a second. */
typedef void (*NnImportProgressFunc) (const NnImportProgress *progress, gpointer data);

typedef struct {
  const char *source;            /* path */
  const char *name;              /* the new set's id and title */
  const char *labels;            /* of a pair of IDX files, the other one; NULL: the one beside */
  const NnCsvChoice *csv;        /* of a CSV file: what was decided about it; NULL: nothing */
  NnImportProgressFunc progress; /* nullable */
  gpointer data;
} NnImportOptions;

/**
 * nn_import:
 * Reads a folder of pictures with a folder for each class, a pair of IDX files, or a CSV file whose
 * rows are pictures or a table (docs/datasets.md has the rules), and writes a data set into the
 * user's data folder: under a hidden name, renamed when it is whole. A stopped or killed import
 * leaves nothing that anybody would find. Blocks; run it on a thread.
 *
 * What cannot be read is refused and told in @report, and the rest goes on.
 * @report: (out): to be cleared in any case
 * Returns: FALSE when there is no new data set, and why
 */
gboolean nn_import (const NnImportOptions *options, NnImportReport *report,
                    GCancellable *cancellable, GError **error);

/**
 * nn_import_check_name:
 * Returns: FALSE with NN_ERROR_RANGE where @name cannot be a new set's: it is no folder's name, or
 * there is such a set
 */
gboolean nn_import_check_name (const char *name, GError **error);

/** nn_import_is_csv: Returns: whether the file @path is read as CSV. */
gboolean nn_import_is_csv (const char *path);

/** nn_import_suggest_name: Returns: (transfer full): a free name, after the file or folder. */
char *nn_import_suggest_name (const char *source);

void nn_import_report_clear (NnImportReport *report);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnImportReport, nn_import_report_clear)
