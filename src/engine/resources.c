/* resources.c: the files that are built into the program. */
#include "engine/resources.h"

#include "nn-resources.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "/io/github/glassbox/engine/"

static int
compare_names (const void *a, const void *b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* Asks the resource by its generated getter, not by the global table: in a static library nothing
 * else would make the linker keep the object that registers it. */
GBytes *
nn_resource_load (const char *path, GError **error)
{
  g_autofree char *full_path = g_strconcat (PREFIX, path, NULL);

  return g_resource_lookup_data (nn_resources_get_resource (), full_path,
                                 G_RESOURCE_LOOKUP_FLAGS_NONE, error);
}

char **
nn_resource_list (const char *folder)
{
  g_autofree char *full_path = g_strconcat (PREFIX, folder, "/", NULL);
  char **names = g_resource_enumerate_children (nn_resources_get_resource (), full_path,
                                                G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (names == NULL)
    return g_new0 (char *, 1);
  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  return names;
}
