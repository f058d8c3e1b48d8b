/* split.c: training, validation and test: the same share of every class, by the seed. */
#include "split.h"

static int
compare_indices (gconstpointer a, gconstpointer b)
{
  guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;

  return first < second ? -1 : first > second;
}

static GArray *
range (gsize first, gsize end)
{
  GArray *indices = g_array_sized_new (FALSE, FALSE, sizeof (guint32), (guint)(end - first));

  for (guint32 i = (guint32)first; i < end; i++)
    g_array_append_val (indices, i);
  return indices;
}

/* Each class's samples are shuffled by (seed, class). The first of them are the test's, where it is
 * drawn anew; the next the validation's; the rest is for training. */
static void
split_class (GArray *chosen, GArray *members, const NnPrepareSpec *spec, NnPart part, NnRng *rng)
{
  guint32 *shuffled = (guint32 *)(gpointer)members->data;
  guint n = members->len, test, validation;

  nn_rng_shuffle (rng, shuffled, n);
  test = (guint)(spec->test_fraction * n + 0.5);
  validation = (guint)(spec->validation_fraction * (n - test) + 0.5);
  if (part == NN_PART_TEST)
    g_array_append_vals (chosen, shuffled, test);
  else if (part == NN_PART_VALIDATION)
    g_array_append_vals (chosen, shuffled + test, validation);
  else
    g_array_append_vals (chosen, shuffled + test + validation, n - test - validation);
}

GArray *
nn_split (const NnDataset *dataset, const NnPrepareSpec *spec, NnPart part, guint64 seed)
{
  gsize n_train = dataset->train.count, n_all = n_train + dataset->test.count;
  gboolean pools = spec->test_fraction > 0;
  g_autoptr (GArray) members = NULL;
  GArray *chosen;

  if (part == NN_PART_VALIDATION && spec->validation_fraction == 0)
    part = NN_PART_TEST;
  if (!pools && part == NN_PART_TEST)
    return range (n_train, n_all);
  if (!pools && spec->validation_fraction == 0)
    return range (0, n_train);

  chosen = g_array_new (FALSE, FALSE, sizeof (guint32));
  members = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (int class = 0; class < dataset->n_classes; class ++) {
    NnRng rng = nn_rng (seed, NN_STREAM_SPLIT, (guint32) class, 0);

    g_array_set_size (members, 0);
    for (guint32 i = 0; i < (pools ? n_all : n_train); i++)
      if (nn_split_label (dataset, i) == class)
        g_array_append_val (members, i);
    split_class (chosen, members, spec, part, &rng);
  }
  g_array_sort (chosen, compare_indices);
  return chosen;
}

guint8
nn_split_label (const NnDataset *dataset, gsize index)
{
  gsize n_train = dataset->train.count;

  return index < n_train ? dataset->train.labels[index] : dataset->test.labels[index - n_train];
}

const float *
nn_split_row (const NnDataset *dataset, gsize index)
{
  gsize size = (gsize)dataset->columns->count, n_train = dataset->train.count;

  return index < n_train ? dataset->train.rows + index * size
                         : dataset->test.rows + (index - n_train) * size;
}

const guint8 *
nn_split_image (const NnDataset *dataset, gsize index)
{
  gsize size = (gsize)dataset->width * dataset->height * dataset->channels;
  gsize n_train = dataset->train.count;

  return index < n_train ? dataset->train.images + index * size
                         : dataset->test.images + (index - n_train) * size;
}
