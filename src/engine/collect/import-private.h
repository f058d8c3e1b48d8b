/* import-private.h: what the readers of the several kinds of sources share. */
#pragma once

#include "engine/collect/columns.h"
#include "engine/collect/idx.h"
#include "engine/collect/import.h"
#include "engine/collect/names.h"

/* An import under way. */
typedef struct {
  const NnImportOptions *options;
  NnImportReport *report;
  GCancellable *cancellable;
  GPtrArray *notes; /* char * */

  /* Workers report under the lock. */
  GMutex lock;
  NnImportProgress now;
  gint64 told; /* when the progress was told last, in µs */
} NnImport;

typedef enum {
  NN_GOES_NOWHERE, /* refused */
  NN_GOES_BY_SPLIT,
  NN_GOES_TO_TRAIN,
  NN_GOES_TO_TEST,
} NnDestination;

/* Samples in memory, between the source and the new set's files. All owned. */
typedef struct {
  gsize count;
  int height, width;
  guint8 *images;      /* [count][height][width], 0 paper … 255 full ink */
  float *rows;         /* or [count][columns], where columns are */
  NnColumns *columns;  /* of a table; NULL: pictures */
  char *label;         /* what a table's label column is called */
  guint8 *labels;      /* [count] */
  guint8 *destination; /* [count]: NnDestination */
  gboolean shuffle;    /* the source has its classes one after the other */
  char **class_names;  /* NULL-terminated */
} NnHarvest;

/** nn_import_refuse: @place is one of the source; (transfer full) both. Any thread may call it. */
void nn_import_refuse (NnImport *import, char *place, char *reason);

/** nn_import_refuse_error: The same; takes the message of @error, which is freed. */
void nn_import_refuse_error (NnImport *import, char *place, GError *error);

/** nn_import_refuse_line: The same for a line of the file @file; takes @reason. */
void nn_import_refuse_line (NnImport *import, const char *file, gsize line, char *reason);

/** nn_import_note: (transfer full) @note. */
void nn_import_note (NnImport *import, char *note);

/** nn_import_tell: @n_read more were read, and the work is at @fraction. Any thread may call it. */
void nn_import_tell (NnImport *import, gsize n_read, double fraction);

/** nn_import_place: Returns: (transfer full): @path as it can be shown: valid UTF-8, in one line.
 */
char *nn_import_place (const char *path);

/**
 * nn_harvest_reserve:
 * Memory for @count samples, after it was found that they are neither too many nor too large.
 * Returns: FALSE with NN_ERROR_TOO_LARGE
 */
gboolean nn_harvest_reserve (NnHarvest *harvest, gsize count, int height, int width,
                             GError **error);

/**
 * nn_harvest_write:
 * Splits the harvest and writes it as the set @import->options->name; counts go to the report.
 */
gboolean nn_harvest_write (NnHarvest *harvest, NnImport *import, GError **error);

/** nn_harvest_name_classes: From the order in which the classes came to that in which people count.
 */
void nn_harvest_name_classes (NnHarvest *harvest, const NnNames *classes);

void nn_harvest_clear (NnHarvest *harvest);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnHarvest, nn_harvest_clear)

/** nn_import_folder: Reads a folder of pictures into @harvest. */
gboolean nn_import_folder (NnImport *import, NnHarvest *harvest, GError **error);

/** nn_import_idx: Reads a pair of IDX files into @harvest. */
gboolean nn_import_idx (NnImport *import, NnHarvest *harvest, GError **error);

/** nn_import_csv: Reads a CSV file whose rows are pictures, or a table, into @harvest. */
gboolean nn_import_csv (NnImport *import, NnHarvest *harvest, GError **error);

/** nn_import_table: Reads the rows of a table, of which @look tells, into @harvest. */
gboolean nn_import_table (NnImport *import, NnHarvest *harvest, const NnCsvLook *look,
                          GError **error);

/**
 * nn_import_take_label:
 * @text: a field, which loses its blanks
 * Returns: (transfer full) (nullable): why it is no label
 */
char *nn_import_take_label (NnNames *classes, char *text, guint8 *label);

/** nn_natural_compare: "class 2" comes before "class 10". Any bytes. */
int nn_natural_compare (const char *a, const char *b);
