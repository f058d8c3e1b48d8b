/* about.h: dataset.json, which lies beside a set's IDX files: what those cannot say. */
#pragma once

#include "engine/collect/columns.h"

#define NN_ABOUT_FILE "dataset.json"

/* All owned where it was read. */
typedef struct {
  char **class_names; /* NULL-terminated, or NULL: the numerals */
  char *label;        /* what is told apart: the name of a table's label column, or NULL */
  NnColumns *columns; /* of a table, or NULL */
} NnAbout;

/**
 * nn_about_read:
 * @folder: where a file dataset.json may be; without one, @about is empty
 * Returns: FALSE with an error that names the file
 */
gboolean nn_about_read (NnAbout *about, const char *folder, GError **error);

/** nn_about_write: Returns: (transfer full): the file's content. */
char *nn_about_write (const NnAbout *about);

void nn_about_clear (NnAbout *about);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnAbout, nn_about_clear)
