/* pictures.c: a data set of pictures that are in memory already. */
#include "engine/collect/dataset.h"

#include "engine/error.h"
#include "engine/math/rng.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_CLASSES 256
#define SPLIT_SEED 1
#define ONE_IN 5 /* samples of a class is kept for the test */

gboolean
nn_split_for_test (int class_index, gsize index)
{
  gsize group = index / ONE_IN;
  NnRng rng = nn_rng (SPLIT_SEED, NN_STREAM_SPLIT, (guint32)class_index, group * ONE_IN);
  guint32 kept = group == 0 ? 1 : nn_rng_below (&rng, ONE_IN);

  return index % ONE_IN == kept;
}

static gboolean
check_pictures (const NnPictures *pictures, int n_classes, GError **error)
{
  gsize counts[MOST_CLASSES] = {0}, most = 0;

  if (n_classes < 2 || n_classes > MOST_CLASSES) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("The data set “%s” has %d classes, expected 2 to %d"), pictures->id, n_classes,
                 MOST_CLASSES);
    return FALSE;
  }
  for (gsize i = 0; i < pictures->count; i++) {
    int label = pictures->labels[i];

    if (label >= n_classes) {
      g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                   _ ("The data set “%s”: label %zu is %d, expected 0 to %d"), pictures->id, i + 1,
                   label, n_classes - 1);
      return FALSE;
    }
    counts[label]++;
    most = MAX (most, counts[label]);
  }
  if (most < 2) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("The data set “%s” needs two samples of at least one class: one to train with, "
                    "one to test with"),
                 pictures->id);
    return FALSE;
  }
  return TRUE;
}

static void
make_room (NnExamples *part, gsize count, gsize size)
{
  part->images = g_malloc (MAX (count * size, 1));
  part->labels = g_malloc (MAX (count, 1));
}

static void
distribute (NnDataset *dataset, const NnPictures *pictures)
{
  gsize size = (gsize)pictures->height * pictures->width;
  g_autofree gboolean *kept = g_new (gboolean, pictures->count);
  gsize counts[MOST_CLASSES] = {0}, n_kept = 0;

  for (gsize i = 0; i < pictures->count; i++) {
    kept[i] = nn_split_for_test (pictures->labels[i], counts[pictures->labels[i]]++);
    n_kept += kept[i];
  }
  make_room (&dataset->train, pictures->count - n_kept, size);
  make_room (&dataset->test, n_kept, size);
  for (gsize i = 0; i < pictures->count; i++) {
    NnExamples *part = kept[i] ? &dataset->test : &dataset->train;

    memcpy (part->images + part->count * size, pictures->images + i * size, size);
    part->labels[part->count++] = pictures->labels[i];
  }
}

NnDataset *
nn_dataset_new_from_pictures (const NnPictures *pictures, GError **error)
{
  int n_classes = (int)g_strv_length ((char **)pictures->class_names);
  NnDataset *dataset;

  if (!check_pictures (pictures, n_classes, error))
    return NULL;
  dataset = g_new0 (NnDataset, 1);
  g_atomic_ref_count_init (&dataset->references);
  dataset->id = g_strdup (pictures->id);
  dataset->title = g_strdup (pictures->title);
  dataset->origin = g_strdup (pictures->origin);
  dataset->licence = g_strdup (pictures->licence);
  dataset->height = pictures->height;
  dataset->width = pictures->width;
  dataset->channels = 1;
  dataset->maximum = 255;
  dataset->n_classes = n_classes;
  dataset->class_names = g_strdupv ((char **)pictures->class_names);
  distribute (dataset, pictures);
  return dataset;
}
