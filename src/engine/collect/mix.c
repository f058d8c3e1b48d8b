/* mix.c: two data sets as one, of which one is given a share of what is trained on. */
#include "engine/collect/mix.h"

#include "engine/error.h"
#include "engine/math/rng.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_CLASSES 256
#define MOST_PICTURES 2000000 /* to train with */

static gsize
picture_size (const NnDataset *dataset)
{
  return (gsize)dataset->height * dataset->width * dataset->channels;
}

/* Returns: how many of @other's pictures make up the share, 0 where it cannot be. */
static gsize
count_share (const NnDataset *base, const NnDataset *other, double share, GError **error)
{
  double wanted = share / (1 - share) * (double)base->train.count;

  if (picture_size (base) == 0 || base->height != other->height || base->width != other->width ||
      base->channels != other->channels || base->maximum != other->maximum) {
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("“%s” has pictures of %d×%d in %d greys, “%s” of %d×%d in %d; only what is "
                    "alike can be mixed"),
                 nn_dataset_get_title (base), base->height, base->width, base->maximum + 1,
                 nn_dataset_get_title (other), other->height, other->width, other->maximum + 1);
    return 0;
  }
  if (other->train.count == 0 || base->train.count == 0 ||
      wanted + (double)base->train.count > MOST_PICTURES) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("“%s” with %zu pictures and “%s” with %zu cannot be mixed"),
                 nn_dataset_get_title (base), base->train.count, nn_dataset_get_title (other),
                 other->train.count);
    return 0;
  }
  return MAX ((gsize)(wanted + 0.5), 1);
}

static int
find_class (const NnDataset *dataset, const char *name)
{
  for (int i = 0; i < dataset->n_classes; i++)
    if (g_str_equal (dataset->class_names[i], name))
      return i;
  return -1;
}

/* @classes[other->n_classes]: what they are in @mixed. */
static gboolean
join_classes (NnDataset *mixed, const NnDataset *base, const NnDataset *other, int *classes,
              GError **error)
{
  mixed->n_classes = base->n_classes;
  mixed->class_names = g_new0 (char *, base->n_classes + other->n_classes + 1);
  for (int i = 0; i < base->n_classes; i++)
    mixed->class_names[i] = g_strdup (base->class_names[i]);
  for (int i = 0; i < other->n_classes; i++) {
    classes[i] = find_class (base, other->class_names[i]);
    if (classes[i] >= 0)
      continue;
    classes[i] = mixed->n_classes++;
    mixed->class_names[classes[i]] = g_strdup (other->class_names[i]);
  }
  if (mixed->n_classes <= MOST_CLASSES)
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
               _ ("“%s” and “%s” together have %d classes, expected at most %d"),
               nn_dataset_get_title (base), nn_dataset_get_title (other), mixed->n_classes,
               MOST_CLASSES);
  return FALSE;
}

/* Round after round of all of them, each in an order of its own. */
static guint32 *
choose_pictures (gsize n_wanted, gsize n, guint64 seed)
{
  guint32 *chosen = g_new (guint32, n_wanted);
  g_autofree guint32 *round = g_new (guint32, n);

  for (gsize start = 0; start < n_wanted; start += n) {
    NnRng rng = nn_rng (seed, NN_STREAM_MIX, (guint32)(start / n), 0);

    for (gsize i = 0; i < n; i++)
      round[i] = (guint32)i;
    nn_rng_shuffle (&rng, round, n);
    memcpy (chosen + start, round, MIN (n, n_wanted - start) * sizeof *round);
  }
  return chosen;
}

static void
append (NnExamples *to, const NnExamples *from, gsize index, gsize size, const int *classes)
{
  memcpy (to->images + to->count * size, from->images + index * size, size);
  to->labels[to->count++] =
      classes != NULL ? (guint8)classes[from->labels[index]] : from->labels[index];
}

static void
make_room (NnExamples *part, gsize count, gsize size)
{
  part->images = g_malloc_n (MAX (count, 1), size);
  part->labels = g_malloc (MAX (count, 1));
}

static void
mix_training (NnDataset *mixed, const NnDataset *base, const NnDataset *other, gsize n_other,
              guint64 seed, const int *classes)
{
  g_autofree guint32 *chosen = choose_pictures (n_other, other->train.count, seed);
  gsize size = picture_size (base), total = base->train.count + n_other, from_other = 0;

  make_room (&mixed->train, total, size);
  for (gsize i = 0; i < total; i++) {
    if ((i + 1) * n_other / total > from_other) {
      append (&mixed->train, &other->train, chosen[from_other++], size, classes);
      continue;
    }
    append (&mixed->train, &base->train, i - from_other, size, NULL);
  }
}

static void
mix_test (NnDataset *mixed, const NnDataset *base, const NnDataset *other, const int *classes)
{
  gsize size = picture_size (base);

  make_room (&mixed->test, base->test.count + other->test.count, size);
  for (gsize i = 0; i < base->test.count; i++)
    append (&mixed->test, &base->test, i, size, NULL);
  for (gsize i = 0; i < other->test.count; i++)
    append (&mixed->test, &other->test, i, size, classes);
}

NnDataset *
nn_dataset_mix (NnDataset *base, NnDataset *other, double share, guint64 seed, GError **error)
{
  g_autoptr (NnDataset) mixed = NULL;
  g_autofree int *classes = g_new (int, other->n_classes);
  gsize n_other = count_share (base, other, share, error);

  if (n_other == 0)
    return NULL;
  mixed = g_new0 (NnDataset, 1);
  g_atomic_ref_count_init (&mixed->references);
  mixed->id = g_strdup (base->id);
  /* TRANSLATORS: a data set, and the share of another that is mixed into it */
  mixed->title = g_strdup_printf (_ ("%s + %.0f %% %s"), nn_dataset_get_title (base), 100 * share,
                                  nn_dataset_get_title (other));
  mixed->origin = g_strdup (base->origin);
  mixed->licence = g_strdup (base->licence);
  mixed->height = base->height;
  mixed->width = base->width;
  mixed->channels = base->channels;
  mixed->maximum = base->maximum;
  if (!join_classes (mixed, base, other, classes, error))
    return NULL;
  mix_training (mixed, base, other, n_other, seed, classes);
  mix_test (mixed, base, other, classes);
  return g_steal_pointer (&mixed);
}
