/* import-folder.c: a folder of pictures, one folder for each class, becomes a harvest. */
#include "engine/collect/import-private.h"

#include "engine/collect/image-file.h"
#include "engine/collect/picture-tree.h"
#include "engine/error.h"
#include "engine/ink/drawing.h"
#include "engine/math/pool.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WORKERS 2         /* beside a window that wants to stay steady */
#define PER_PART 16       /* pictures a worker takes at once */
#define MOST_KEPT_SIDE 64 /* small pictures of one size stay as they are */
#define MEASURING 0.1     /* of the work is to read the headers */

typedef struct {
  NnImport *import;
  NnHarvest *harvest;
  const NnPictureTree *tree;
  gint done; /* pictures of this round */

  /* The first round. */
  int *widths, *heights; /* [count], 0: refused */

  /* The second. */
  gboolean kept; /* at their own size, else normalised */
  gint inverted; /* how many are dark on light */
} Reading;

static void
tell (Reading *reading, gsize n_read, double start, double share)
{
  int done = g_atomic_int_add (&reading->done, 1) + 1;

  nn_import_tell (reading->import, n_read, start + share * done / reading->tree->entries->len);
}

static const NnPictureEntry *
entry_at (const Reading *reading, gsize i)
{
  return &g_array_index (reading->tree->entries, NnPictureEntry, i);
}

static void
refuse (Reading *reading, gsize i, GError *error)
{
  nn_import_refuse_error (reading->import, nn_import_place (entry_at (reading, i)->path), error);
}

/* ---- the first round: sizes ---- */

static void
measure_part (gpointer data, int part)
{
  Reading *reading = data;
  gsize end = MIN (((gsize)part + 1) * PER_PART, reading->tree->entries->len);

  for (gsize i = (gsize)part * PER_PART; i < end; i++) {
    GError *error = NULL;

    if (g_cancellable_is_cancelled (reading->import->cancellable))
      return;
    if (!nn_image_file_measure (entry_at (reading, i)->path, &reading->widths[i],
                                &reading->heights[i], &error)) {
      reading->widths[i] = 0;
      refuse (reading, i, error);
    }
    tell (reading, 0, 0, MEASURING);
  }
}

/* Pictures of one small size stay what they are, to the bit; others become 28×28. */
static void
choose_size (Reading *reading, int *width, int *height)
{
  *width = *height = 0;
  reading->kept = TRUE;
  for (gsize i = 0; i < reading->tree->entries->len; i++) {
    if (reading->widths[i] == 0)
      continue;
    if (*width == 0) {
      *width = reading->widths[i];
      *height = reading->heights[i];
    }
    if (reading->widths[i] != *width || reading->heights[i] != *height)
      reading->kept = FALSE;
  }
  if (!reading->kept || *width > MOST_KEPT_SIDE || *height > MOST_KEPT_SIDE) {
    reading->kept = FALSE;
    *width = *height = NN_DIGIT_SIDE;
  }
}

/* ---- the second round: pixels ---- */

/* A small picture stays; whether it is dark on light is asked, and decided for all of them. */
static gboolean
keep (Reading *reading, guint8 *grey, int width, int height, guint8 *target, GError **error)
{
  const NnHarvest *harvest = reading->harvest;

  if (width != harvest->width || height != harvest->height) {
    g_set_error_literal (error, NN_ERROR, NN_ERROR_FORMAT,
                         _ ("the picture has another size than its header says"));
    return FALSE;
  }
  memcpy (target, grey, (gsize)width * height);
  if (nn_picture_to_ink (grey, width, height, width))
    g_atomic_int_inc (&reading->inverted);
  return TRUE;
}

static gboolean
normalise (guint8 *grey, int width, int height, guint8 *target, GError **error)
{
  NnNormalised normalised;

  nn_picture_to_ink (grey, width, height, width);
  if (!nn_normalise_ink (grey, width, height, width, &normalised)) {
    g_set_error_literal (error, NN_ERROR, NN_ERROR_FORMAT,
                         _ ("the picture shows nothing but paper"));
    return FALSE;
  }
  memcpy (target, normalised.pixels, NN_DIGIT_PIXELS);
  return TRUE;
}

static gboolean
read_picture (Reading *reading, gsize i, GError **error)
{
  NnHarvest *harvest = reading->harvest;
  const NnPictureEntry *entry = entry_at (reading, i);
  guint8 *target = harvest->images + i * harvest->width * harvest->height;
  int width, height;
  g_autofree guint8 *grey = nn_image_file_read (entry->path, &width, &height, error);

  if (grey == NULL || !(reading->kept ? keep (reading, grey, width, height, target, error)
                                      : normalise (grey, width, height, target, error)))
    return FALSE;
  harvest->labels[i] = entry->class_index;
  harvest->destination[i] = entry->destination;
  return TRUE;
}

static void
read_part (gpointer data, int part)
{
  Reading *reading = data;
  gsize end = MIN (((gsize)part + 1) * PER_PART, reading->tree->entries->len);

  for (gsize i = (gsize)part * PER_PART; i < end; i++) {
    GError *error = NULL;
    gboolean good;

    if (g_cancellable_is_cancelled (reading->import->cancellable))
      return;
    good = reading->widths[i] > 0 && read_picture (reading, i, &error);
    if (error != NULL)
      refuse (reading, i, error);
    tell (reading, good, MEASURING, 1 - MEASURING);
  }
}

/* ---- both ---- */

static gboolean
run_round (Reading *reading, NnPool *pool, NnPartFunc round, GError **error)
{
  gsize n = reading->tree->entries->len;

  g_atomic_int_set (&reading->done, 0);
  nn_pool_run (pool, round, reading, (int)((n + PER_PART - 1) / PER_PART));
  return !g_cancellable_set_error_if_cancelled (reading->import->cancellable, error);
}

static void
invert (NnHarvest *harvest)
{
  gsize n = harvest->count * harvest->width * harvest->height;

  for (gsize i = 0; i < n; i++)
    harvest->images[i] = 255 - harvest->images[i];
}

static void
finish_kept (Reading *reading, gsize n_read)
{
  const NnHarvest *harvest = reading->harvest;

  if (2 * (gsize)g_atomic_int_get (&reading->inverted) > n_read) {
    invert (reading->harvest);
    nn_import_note (reading->import,
                    g_strdup_printf (_ ("The pictures stay %d×%d as they are, but for light and "
                                        "dark: ink is light here."),
                                     harvest->width, harvest->height));
  } else {
    nn_import_note (reading->import, g_strdup_printf (_ ("The pictures stay %d×%d as they are."),
                                                      harvest->width, harvest->height));
  }
}

static gboolean
read_tree (Reading *reading, GError **error)
{
  NnHarvest *harvest = reading->harvest;
  g_autoptr (NnPool) pool = nn_pool_new (WORKERS);
  gsize n = reading->tree->entries->len, n_read = 0;
  int width, height;

  if (!run_round (reading, pool, measure_part, error))
    return FALSE;
  choose_size (reading, &width, &height);
  if (!nn_harvest_reserve (harvest, n, height, width, error) ||
      !run_round (reading, pool, read_part, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    n_read += harvest->destination[i] != NN_GOES_NOWHERE;
  if (reading->kept)
    finish_kept (reading, n_read);
  else
    nn_import_note (reading->import, g_strdup (_ ("The pictures differ in size, or are large: each "
                                                  "was cut to its ink and made 28×28, as a drawing "
                                                  "is.")));
  return TRUE;
}

gboolean
nn_import_folder (NnImport *import, NnHarvest *harvest, GError **error)
{
  g_auto (NnPictureTree) tree = {0};
  Reading reading = {.import = import, .harvest = harvest, .tree = &tree};
  gboolean good;

  if (!nn_picture_tree_scan (&tree, import, error))
    return FALSE;
  reading.widths = g_new0 (int, tree.entries->len + 1);
  reading.heights = g_new0 (int, tree.entries->len + 1);
  good = read_tree (&reading, error);
  g_free (reading.widths);
  g_free (reading.heights);
  harvest->shuffle = TRUE;
  harvest->class_names = g_steal_pointer (&tree.class_names);
  return good;
}
