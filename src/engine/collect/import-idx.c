/* import-idx.c: a pair of IDX files, pictures and their labels, becomes a harvest. */
#include "engine/collect/import-private.h"

#include "engine/collect/idx.h"
#include "engine/collect/image-file.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Returns: (transfer full) (nullable): @name with its last @from made @to. */
static char *
replace_last (const char *name, const char *from, const char *to)
{
  const char *found = g_strrstr (name, from);

  return found == NULL
             ? NULL
             : g_strdup_printf ("%.*s%s%s", (int)(found - name), name, to, found + strlen (from));
}

/* Returns: (transfer full): the labels that are said, or lie beside the pictures:
 * "some-images-idx3" has "some-labels-idx1". */
static char *
find_labels (NnImport *import, GError **error)
{
  const char *source = import->options->source;
  g_autofree char *folder = g_path_get_dirname (source);
  g_autofree char *base = g_path_get_basename (source);
  g_autofree char *named = replace_last (base, "images", "labels");
  g_autofree char *ranked = named != NULL ? replace_last (named, "idx3", "idx1") : NULL;
  g_autofree char *place = nn_import_place (source);
  char *path;

  if (import->options->labels != NULL)
    return g_strdup (import->options->labels);
  path = g_build_filename (folder, ranked != NULL ? ranked : named != NULL ? named : base, NULL);
  if (named != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return path;
  g_free (path);
  g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
               _ ("%s holds pictures; the file with their labels must be given too, or lie beside "
                  "it with “labels” in its name where this has “images”"),
               place);
  return NULL;
}

static gboolean
check_pair (const NnIdx *images, const NnIdx *labels, GError **error)
{
  if (images->sizes[0] != labels->sizes[0]) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("There are %zu pictures, but %zu labels; the two files do not belong together"),
                 images->sizes[0], labels->sizes[0]);
    return FALSE;
  }
  if (images->sizes[0] > NN_IMPORT_MOST_SAMPLES || images->sizes[1] > NN_IMAGE_MOST_SIDE ||
      images->sizes[2] > NN_IMAGE_MOST_SIDE) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                 _ ("%zu pictures of %zu×%zu; at most %d of %d×%d can be used"), images->sizes[0],
                 images->sizes[1], images->sizes[2], NN_IMPORT_MOST_SAMPLES, NN_IMAGE_MOST_SIDE,
                 NN_IMAGE_MOST_SIDE);
    return FALSE;
  }
  return TRUE;
}

gboolean
nn_import_idx (NnImport *import, NnHarvest *harvest, GError **error)
{
  g_autofree char *labels_path = find_labels (import, error);
  g_auto (NnIdx) images = {0};
  g_auto (NnIdx) labels = {0};
  int highest = 0;

  if (labels_path == NULL ||
      !nn_idx_read_file (&images, import->options->source, NN_IDX_IMAGES, import->cancellable,
                         error) ||
      !nn_idx_read_file (&labels, labels_path, NN_IDX_LABELS, import->cancellable, error) ||
      !check_pair (&images, &labels, error))
    return FALSE;
  harvest->count = images.sizes[0];
  harvest->height = (int)images.sizes[1];
  harvest->width = (int)images.sizes[2];
  harvest->images = g_steal_pointer (&images.content);
  harvest->labels = g_steal_pointer (&labels.content);
  harvest->destination = g_malloc (harvest->count);
  memset (harvest->destination, NN_GOES_BY_SPLIT, harvest->count);
  for (gsize i = 0; i < harvest->count; i++)
    highest = MAX (highest, harvest->labels[i]);
  harvest->class_names = g_new0 (char *, highest + 2);
  for (int i = 0; i <= highest; i++)
    harvest->class_names[i] = g_strdup_printf ("%d", i);
  nn_import_tell (import, harvest->count, 1);
  return TRUE;
}
