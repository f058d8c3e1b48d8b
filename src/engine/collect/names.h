/* names.h: the different texts that turn up in a column, numbered as they come. */
#pragma once

#include <glib.h>

#define NN_NAMES_MOST 256

typedef struct {
  GPtrArray *texts;    /* char *, in the order in which they came */
  GHashTable *indices; /* of text → index */
} NnNames;

NnNames *nn_names_new (void);

/** nn_names_find: Returns: the number of @text, a new one if need be; −1 where there are 256. */
int nn_names_find (NnNames *names, const char *text);

/**
 * nn_names_sort:
 * rank[256]: from the order in which they came to that in which people count.
 * Returns: (transfer full): the texts in that order, NULL-terminated
 */
char **nn_names_sort (const NnNames *names, guint8 *rank);

void nn_names_free (NnNames *names);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnNames, nn_names_free)
