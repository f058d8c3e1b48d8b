/* names.c: the different texts that turn up in a column. */
#include "engine/collect/names.h"

#include "engine/collect/import-private.h"

NnNames *
nn_names_new (void)
{
  NnNames *names = g_new0 (NnNames, 1);

  names->texts = g_ptr_array_new ();
  names->indices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return names;
}

int
nn_names_find (NnNames *names, const char *text)
{
  gpointer found;
  char *added;

  if (g_hash_table_lookup_extended (names->indices, text, NULL, &found))
    return GPOINTER_TO_INT (found);
  if (names->texts->len == NN_NAMES_MOST)
    return -1;
  added = g_strdup (text);
  g_ptr_array_add (names->texts, added);
  g_hash_table_insert (names->indices, added, GINT_TO_POINTER ((int)names->texts->len - 1));
  return (int)names->texts->len - 1;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return nn_natural_compare (*(char *const *)a, *(char *const *)b);
}

char **
nn_names_sort (const NnNames *names, guint8 *rank)
{
  guint n = names->texts->len;
  char **sorted = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    sorted[i] = g_strdup (names->texts->pdata[i]);
  qsort (sorted, n, sizeof *sorted, compare);
  for (guint i = 0; i < n; i++)
    rank[GPOINTER_TO_INT (g_hash_table_lookup (names->indices, sorted[i]))] = (guint8)i;
  return sorted;
}

void
nn_names_free (NnNames *names)
{
  g_ptr_array_unref (names->texts);
  g_hash_table_unref (names->indices);
  g_free (names);
}
