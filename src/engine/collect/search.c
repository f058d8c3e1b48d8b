/* search.c: where data sets are looked for. */
#include "engine/collect/search.h"

#include "engine/collect/dataset.h"

#include <string.h>

const char *const nn_dataset_files[NN_DATASET_N_FILES] = {
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
};

const char *const nn_dataset_table_files[NN_DATASET_N_FILES] = {
    "train-rows-idx2-float",
    "train-labels-idx1-ubyte",
    "t10k-rows-idx2-float",
    "t10k-labels-idx1-ubyte",
};

/* GLib's own getters remember the environment of the first call; this is read anew each time. */
static char *
user_data_folder (void)
{
  const char *data_home = g_getenv ("XDG_DATA_HOME");
  const char *home = g_getenv ("HOME");

  if (data_home != NULL && g_path_is_absolute (data_home))
    return g_strdup (data_home);
  return g_build_filename (home != NULL && *home != '\0' ? home : g_get_home_dir (), ".local",
                           "share", NULL);
}

static char *
join (const char *folder, const char *name, const char *suffix)
{
  g_autofree char *file_name = g_strconcat (name, suffix, NULL);

  return g_build_filename (folder, file_name, NULL);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

static void
add_complete_folders (GPtrArray *names, const char *parent)
{
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *folder = g_build_filename (parent, name, NULL);

    if (nn_dataset_is_folder_name (name) &&
        !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL) &&
        nn_dataset_missing_file (folder) == NULL)
      g_ptr_array_add (names, g_strdup (name));
  }
}

char **
nn_dataset_search_path (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *user = user_data_folder ();
  g_autofree char *own = g_build_filename (user, "glassbox", "datasets", NULL);
  const char *extra = g_getenv ("GLASSBOX_DATASETS");
  const char *system = g_getenv ("XDG_DATA_DIRS");
  g_auto (GStrv) extra_folders = NULL;
  g_auto (GStrv) system_folders = NULL;

  if (system == NULL || *system == '\0')
    system = "/usr/local/share:/usr/share";
  extra_folders = g_strsplit (extra != NULL ? extra : "", G_SEARCHPATH_SEPARATOR_S, -1);
  system_folders = g_strsplit (system, G_SEARCHPATH_SEPARATOR_S, -1);

  g_strv_builder_add (builder, own);
  for (char **folder = extra_folders; *folder != NULL; folder++)
    if (**folder != '\0')
      g_strv_builder_add (builder, *folder);
  for (char **folder = system_folders; *folder != NULL; folder++)
    if (g_path_is_absolute (*folder)) { /* the XDG specification: others are to be ignored */
      g_autofree char *datasets = g_build_filename (*folder, "datasets", NULL);

      g_strv_builder_add (builder, datasets);
    }
  return g_strv_builder_end (builder);
}

char *
nn_dataset_find_file (const char *folder, const char *name)
{
  static const char *const suffixes[] = {"", ".gz"};
  g_autofree char *dotted = g_strdup (name);
  const char *spellings[] = {name, dotted};

  *g_strrstr (dotted, "-idx") = '.';
  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    for (guint j = 0; j < G_N_ELEMENTS (suffixes); j++) {
      g_autofree char *path = join (folder, spellings[i], suffixes[j]);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  return NULL;
}

gboolean
nn_dataset_has_table (const char *folder)
{
  g_autofree char *path = nn_dataset_find_file (folder, nn_dataset_table_files[0]);

  return path != NULL;
}

const char *
nn_dataset_missing_file (const char *folder)
{
  const char *const *files =
      nn_dataset_has_table (folder) ? nn_dataset_table_files : nn_dataset_files;

  for (int i = 0; i < NN_DATASET_N_FILES; i++) {
    g_autofree char *path = nn_dataset_find_file (folder, files[i]);

    if (path == NULL)
      return files[i];
  }
  return NULL;
}

/* Hidden folders hold unfinished downloads; an id stands in a recipe, so it is UTF-8. */
gboolean
nn_dataset_is_folder_name (const char *id)
{
  return *id != '\0' && *id != '.' && strchr (id, G_DIR_SEPARATOR) == NULL &&
         g_utf8_validate (id, -1, NULL);
}

char *
nn_dataset_find_folder (const char *id)
{
  g_auto (GStrv) search_path = nn_dataset_search_path ();

  if (!nn_dataset_is_folder_name (id))
    return NULL;
  for (char **parent = search_path; *parent != NULL; parent++) {
    g_autofree char *folder = g_build_filename (*parent, id, NULL);

    if (nn_dataset_missing_file (folder) == NULL)
      return g_steal_pointer (&folder);
  }
  return NULL;
}

char **
nn_dataset_folder_names (void)
{
  g_auto (GStrv) search_path = nn_dataset_search_path ();
  GPtrArray *names = g_ptr_array_new ();

  for (char **parent = search_path; *parent != NULL; parent++)
    add_complete_folders (names, *parent);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}
