/* search.h: where the files of a data set are. */
#pragma once

#include <glib.h>

/* The four files of a set, without variants of spelling: of pictures, and of rows of a table. */
#define NN_DATASET_N_FILES 4
extern const char *const nn_dataset_files[NN_DATASET_N_FILES];
extern const char *const nn_dataset_table_files[NN_DATASET_N_FILES];

/**
 * nn_dataset_find_file:
 * @name: one of nn_dataset_files or nn_dataset_table_files
 * Returns: (transfer full) (nullable): the path of the file in @folder, be it plain or gzip'ed,
 * spelt with a hyphen ("train-images-idx3-ubyte") or a dot ("train-images.idx3-ubyte")
 */
char *nn_dataset_find_file (const char *folder, const char *name);

/** nn_dataset_has_table: Returns: whether @folder has a file of rows. */
gboolean nn_dataset_has_table (const char *folder);

/** nn_dataset_missing_file: Returns: (nullable): the first of the four that @folder lacks. */
const char *nn_dataset_missing_file (const char *folder);

/** nn_dataset_is_folder_name: Returns: whether @id names a sub-folder and nothing outside of one.
 */
gboolean nn_dataset_is_folder_name (const char *id);

/** nn_dataset_find_folder: Returns: (transfer full) (nullable): the first complete folder of @id.
 */
char *nn_dataset_find_folder (const char *id);

/**
 * nn_dataset_folder_names:
 * Returns: (transfer full): the names of all complete folders on the search path, sorted, each once
 */
char **nn_dataset_folder_names (void);
