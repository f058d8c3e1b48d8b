/* new-set.h: writes a data set that is there when it is whole, and not before. */
#pragma once

#include "engine/collect/about.h"
#include "engine/collect/idx.h"

/* What one IDX file is to hold. */
typedef struct {
  NnIdxKind kind;
  gsize sizes[3];       /* the file's; the first counts the records */
  const guint8 *bytes;  /* of all records there are, as the file will have them */
  const guint32 *order; /* [sizes[0]]: which of them, and in which order */
} NnRecords;

typedef struct NnNewSet NnNewSet;

/**
 * nn_new_set_begin:
 * Makes a hidden folder in the user's data folder, and removes those that others, who were killed,
 * left there.
 */
NnNewSet *nn_new_set_begin (const char *id, GError **error);

/** nn_new_set_add: Writes the file @name. A full disk is a #GIOErrorEnum that names the file. */
gboolean nn_new_set_add (NnNewSet *set, const char *name, const NnRecords *records,
                         GCancellable *cancellable, GError **error);

/** nn_new_set_describe: Writes what the IDX files cannot say. */
gboolean nn_new_set_describe (NnNewSet *set, const NnAbout *about, GError **error);

/** nn_new_set_finish: Renames the folder to the set's id. */
gboolean nn_new_set_finish (NnNewSet *set, GError **error);

/** nn_new_set_free: Removes the folder unless it was finished. */
void nn_new_set_free (NnNewSet *set);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnNewSet, nn_new_set_free)
