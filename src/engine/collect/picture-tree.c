/* picture-tree.c: which pictures there are in a folder that has a folder for each class. */
#include "engine/collect/picture-tree.h"

#include "engine/error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_NAMES 100000 /* in the source itself, which is to hold a folder for each class */

typedef struct {
  NnPictureTree *tree;
  NnImport *import;
  GPtrArray *class_folders; /* char *, bytes as on the disk */
} Scan;

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return nn_natural_compare (*(char *const *)a, *(char *const *)b);
}

static void
refuse (Scan *scan, const char *path, const char *reason)
{
  nn_import_refuse (scan->import, nn_import_place (path), g_strdup (reason));
}

/* Returns: (transfer full) (nullable): what is in @folder, sorted; no hidden names. */
static GPtrArray *
list (Scan *scan, const char *folder, gsize most, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    if (*name == '.')
      continue;
    if (names->len == most) {
      g_autofree char *place = nn_import_place (folder);

      g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                   _ ("%s holds more than %zu files, more than can be imported"), place, most);
      return NULL;
    }
    g_ptr_array_add (names, g_strdup (name));
    if (g_cancellable_set_error_if_cancelled (scan->import->cancellable, error))
      return NULL;
  }
  if (dir == NULL)
    return NULL;
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

/* Whether @path is a folder to look into. Links to folders may lead in a circle. */
static gboolean
is_folder (Scan *scan, const char *path, const char *otherwise)
{
  struct stat info, target;

  if (lstat (path, &info) != 0) {
    refuse (scan, path, g_strerror (errno));
    return FALSE;
  }
  if (S_ISDIR (info.st_mode))
    return TRUE;
  if (S_ISLNK (info.st_mode) && stat (path, &target) == 0 && S_ISDIR (target.st_mode))
    refuse (scan, path, _ ("a link to a folder is not followed: it might lead in a circle"));
  else
    refuse (scan, path, otherwise);
  return FALSE;
}

/* ---- one class ---- */

static gboolean
add_class (Scan *scan, const char *folder, guint8 class_index, NnDestination destination,
           GError **error)
{
  GArray *entries = scan->tree->entries;
  gsize before = entries->len;
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) names = list (scan, folder, NN_IMPORT_MOST_SAMPLES - entries->len, &local);

  if (names == NULL && local->domain == G_FILE_ERROR) {
    refuse (scan, folder, local->message);
    return TRUE;
  }
  if (names == NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  for (guint i = 0; i < names->len; i++) {
    NnPictureEntry entry = {.class_index = class_index, .destination = destination};

    entry.path = g_build_filename (folder, names->pdata[i], NULL);
    if (g_file_test (entry.path, G_FILE_TEST_IS_DIR)) {
      refuse (scan, entry.path, _ ("a folder inside a class is not looked into"));
      g_free (entry.path);
    } else {
      g_array_append_val (entries, entry);
    }
  }
  if (entries->len == before)
    refuse (scan, folder, _ ("there is no picture in this folder"));
  return TRUE;
}

/* ---- classes and parts ---- */

static gboolean
find_classes (Scan *scan, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) names = list (scan, folder, MOST_NAMES, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    const char *name = names->pdata[i];
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (is_folder (scan, path,
                   _ ("it lies beside the folders: which class it belongs to is not said")) &&
        !g_ptr_array_find_with_equal_func (scan->class_folders, name, g_str_equal, NULL))
      g_ptr_array_add (scan->class_folders, g_strdup (name));
  }
  return TRUE;
}

/* A class that another part has may be missing in this one. */
static gboolean
read_classes (Scan *scan, const char *folder, NnDestination destination, GError **error)
{
  for (guint i = 0; i < scan->class_folders->len; i++) {
    g_autofree char *path = g_build_filename (folder, scan->class_folders->pdata[i], NULL);
    struct stat info;

    if (lstat (path, &info) == 0 && S_ISDIR (info.st_mode) &&
        !add_class (scan, path, (guint8)i, destination, error))
      return FALSE;
  }
  return TRUE;
}

static NnDestination
part_of (const char *name)
{
  static const char *const train[] = {"train", "training", NULL};
  static const char *const test[] = {"test", "testing", "valid", "val", "validation", NULL};
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (g_strv_contains (train, lower))
    return NN_GOES_TO_TRAIN;
  return g_strv_contains (test, lower) ? NN_GOES_TO_TEST : NN_GOES_BY_SPLIT;
}

/* Returns: (transfer full) (nullable): the folder of @part, where the source has but two folders,
 * one for each part. */
static char *
find_part (const char *source, NnDestination part)
{
  g_autoptr (GDir) dir = g_dir_open (source, 0, NULL);
  g_autofree char *found = NULL;
  const char *name;
  int n_folders = 0, n_parts = 0;

  while (dir != NULL && n_folders <= 2 && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (source, name, NULL);

    if (*name == '.' || !g_file_test (path, G_FILE_TEST_IS_DIR))
      continue;
    n_folders++;
    n_parts += part_of (name) != NN_GOES_BY_SPLIT;
    if (part_of (name) == part && found == NULL)
      found = g_steal_pointer (&path);
  }
  return n_folders == 2 && n_parts == 2 ? g_steal_pointer (&found) : NULL;
}

static gboolean
check_classes (Scan *scan, GError **error)
{
  guint n = scan->class_folders->len;
  g_autofree char *place = nn_import_place (scan->import->options->source);

  if (n >= 2 && n <= NN_IMPORT_MOST_CLASSES)
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
               _ ("%s holds %u folders, expected 2 to %d: one for each class, with its pictures in "
                  "it"),
               place, n, NN_IMPORT_MOST_CLASSES);
  return FALSE;
}

/* Two names may look the same once what is no text was replaced; they stay two classes. */
static char **
shown_names (const GPtrArray *folders)
{
  char **names = g_new0 (char *, folders->len + 1);

  for (guint i = 0; i < folders->len; i++)
    names[i] = nn_import_place (folders->pdata[i]);
  return names;
}

static gboolean
scan_source (Scan *scan, GError **error)
{
  const char *source = scan->import->options->source;
  g_autofree char *train = find_part (source, NN_GOES_TO_TRAIN);
  g_autofree char *test = train != NULL ? find_part (source, NN_GOES_TO_TEST) : NULL;
  gboolean good = test != NULL
                      ? find_classes (scan, train, error) && find_classes (scan, test, error)
                      : find_classes (scan, source, error);

  if (!good)
    return FALSE;
  g_ptr_array_sort (scan->class_folders, compare_names);
  if (!check_classes (scan, error))
    return FALSE;
  scan->tree->class_names = shown_names (scan->class_folders);
  if (test == NULL)
    return read_classes (scan, source, NN_GOES_BY_SPLIT, error);
  nn_import_note (scan->import, g_strdup (_ ("The pictures to train and to test with are those of "
                                             "the source’s two folders.")));
  return read_classes (scan, train, NN_GOES_TO_TRAIN, error) &&
         read_classes (scan, test, NN_GOES_TO_TEST, error);
}

static void
entry_clear (gpointer data)
{
  g_free (((NnPictureEntry *)data)->path);
}

gboolean
nn_picture_tree_scan (NnPictureTree *tree, NnImport *import, GError **error)
{
  g_autoptr (GPtrArray) class_folders = g_ptr_array_new_with_free_func (g_free);
  Scan scan = {.tree = tree, .import = import, .class_folders = class_folders};

  tree->entries = g_array_new (FALSE, FALSE, sizeof (NnPictureEntry));
  g_array_set_clear_func (tree->entries, entry_clear);
  return scan_source (&scan, error);
}

void
nn_picture_tree_clear (NnPictureTree *tree)
{
  g_clear_pointer (&tree->entries, g_array_unref);
  g_clear_pointer (&tree->class_names, g_strfreev);
}
