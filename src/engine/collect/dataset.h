/* dataset.h: labelled samples: pictures, held as bytes, or rows of a table. */
#pragma once

#include "engine/collect/columns.h"

#include <gio/gio.h>

/* One part of a data set: images[count][height][width][channels] or rows[count][columns], the other
 * being NULL; labels[count]. All owned. */
typedef struct {
  guint8 *images;
  float *rows;
  guint8 *labels;
  gsize count;
} NnExamples;

/* Immutable once loaded; shared between threads by reference count. Its texts are the source's:
 * to show them, in the language of the moment, ask the functions below. */
typedef struct {
  gatomicrefcount references;
  char *id;                    /* "mnist", "fashion-mnist", "digits", "pen-digits" */
  char *title;                 /* NULL: a known set's own, or the id */
  char *origin;                /* folder it was read from; NULL: built in */
  char *licence;               /* NULL: a known set's own, or unknown */
  NnColumns *columns;          /* of a table; NULL: the samples are pictures */
  char *label;                 /* what a table's label column is called, or NULL */
  int height, width, channels; /* of pictures; 0 for a table */
  int maximum;                 /* the grey level of full ink: 255, or 16 for the UCI digits */
  int n_classes;
  char **class_names; /* n_classes names, NULL-terminated, not translated */
  NnExamples train, test;
} NnDataset;

/* What nn_dataset_list() tells without loading anything. */
typedef struct {
  char *id;
  char *title;
  char *licence;
  char *origin; /* NULL when it is not on this machine */
  gboolean can_download;
} NnDatasetInfo;

#define NN_DATASET_PEN "pen-digits" /* drawn by the program: 60 000 + 10 000, like MNIST's */
#define NN_DATASET_DIGITS "digits"  /* built in: 1 797 UCI optical digits, 8×8, 17 grey levels */
#define NN_DATASET_MNIST "mnist"
#define NN_DATASET_FASHION "fashion-mnist"

/* Stands in for a set that is not on this machine. */
#define NN_DATASET_STAND_IN NN_DATASET_PEN

/**
 * nn_dataset_search_path:
 * The folders in which data sets are looked for, first hit wins: the user's data folder
 * (`$XDG_DATA_HOME/glassbox/datasets`), each folder of `GLASSBOX_DATASETS` (separated like PATH),
 * then `datasets/` in every XDG data folder. A set is a sub-folder named by its id.
 * Returns: (transfer full): NULL-terminated
 */
char **nn_dataset_search_path (void);

/**
 * nn_dataset_list:
 * Returns: (transfer full) (element-type NnDatasetInfo): every known set, present or not, the
 * built-in ones first, then any other folder on the search path that holds an IDX set
 */
GPtrArray *nn_dataset_list (void);

/**
 * nn_dataset_load:
 * Reads the set @id. Blocks for as long as the disk takes; call it off the main thread.
 * Returns: (transfer full): the set, or NULL with NN_ERROR_NOT_FOUND, _FORMAT, _TOO_LARGE, or a
 * #GIOErrorEnum such as G_IO_ERROR_CANCELLED
 */
NnDataset *nn_dataset_load (const char *id, GCancellable *cancellable, GError **error);

/* Labelled pictures that are in memory already, such as drawings; borrowed. */
typedef struct {
  const char *id;
  const char *title;              /* translated; NULL: the id */
  const char *origin;             /* translated: where they come from, "Drawn here" */
  const char *licence;            /* translated: one sentence; NULL: it is not known */
  const char *const *class_names; /* 2…256 names, NULL-terminated */
  int height, width;
  const guint8 *images; /* [count][height][width], 0 paper … 255 full ink */
  const guint8 *labels; /* [count], below the number of classes */
  gsize count;
} NnPictures;

/**
 * nn_dataset_new_from_pictures:
 * Copies @pictures into a set of its own and keeps some of them for the test, by nn_split_for_test.
 * Returns: (transfer full): the set, or NULL with NN_ERROR_RANGE: a label without a class, or no
 * class of two pictures, so that none could be kept for the test
 */
NnDataset *nn_dataset_new_from_pictures (const NnPictures *pictures, GError **error);

/**
 * nn_split_for_test:
 * Which part a sample goes to, known as soon as its class is: of every five samples of a class one
 * is kept for the test, drawn by a fixed seed; of the first five the second, so that two are
 * enough. Samples that come later change nothing about those before.
 * @index: how many samples of its class came before
 */
gboolean nn_split_for_test (int class_index, gsize index);

/**
 * nn_dataset_get_title, nn_dataset_get_licence, nn_dataset_get_origin, nn_dataset_get_class_name:
 * What to show, translated: the set's name; one sentence on who made it, under which licence; the
 * folder or "built in"; the class @index, of those there are.
 * Returns: (transfer none): valid as long as the set
 */
const char *nn_dataset_get_title (const NnDataset *dataset);
const char *nn_dataset_get_licence (const NnDataset *dataset);
const char *nn_dataset_get_origin (const NnDataset *dataset);
const char *nn_dataset_get_class_name (const NnDataset *dataset, int index);

/** nn_dataset_is_table: Returns: whether the samples are rows, and there are no pictures. */
gboolean nn_dataset_is_table (const NnDataset *dataset);

NnDataset *nn_dataset_ref (NnDataset *dataset);
void nn_dataset_unref (NnDataset *dataset);
void nn_dataset_info_free (NnDatasetInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnDataset, nn_dataset_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnDatasetInfo, nn_dataset_info_free)
