/* picture-tree.h: which pictures there are in a folder that has a folder for each class. */
#pragma once

#include "engine/collect/import-private.h"

typedef struct {
  char *path; /* owned */
  guint8 class_index;
  guint8 destination; /* NnDestination */
} NnPictureEntry;

typedef struct {
  GArray *entries;    /* NnPictureEntry, class by class, in natural order */
  char **class_names; /* NULL-terminated, in natural order */
} NnPictureTree;

/**
 * nn_picture_tree_scan:
 * Lists the files in the folders of @import's source, which are the classes. Where it has just two
 * folders, named like parts ("train", "training" and "test", "testing", "valid", "val",
 * "validation"), the classes are the folders in these. Names that begin with a dot are passed over;
 * links to folders are refused, so that no path leads in a circle.
 * Returns: FALSE with NN_ERROR_NOT_FOUND, NN_ERROR_TOO_LARGE or a #GIOErrorEnum
 */
gboolean nn_picture_tree_scan (NnPictureTree *tree, NnImport *import, GError **error);

void nn_picture_tree_clear (NnPictureTree *tree);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnPictureTree, nn_picture_tree_clear)
