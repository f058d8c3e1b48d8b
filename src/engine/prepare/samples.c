/* samples.c: a data set's pictures, split, brought to one size and gathered into batches. */
#include "prepare.h"
#include "augment.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define POSITIONS_PER_SAMPLE 64 /* of the augmentation's random numbers */

/* ---- which samples ---- */

static int
compare_indices (gconstpointer a, gconstpointer b)
{
  guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;

  return first < second ? -1 : first > second;
}

static GArray *
all_indices (gsize count)
{
  GArray *indices = g_array_sized_new (FALSE, FALSE, sizeof (guint32), (guint)count);

  for (guint32 i = 0; i < count; i++)
    g_array_append_val (indices, i);
  return indices;
}

/* The same fraction of every class goes to validation: the class's samples are shuffled by
 * (seed, class), and the first of them taken. */
static GArray *
split_indices (const NnExamples *examples, int n_classes, double fraction, gboolean validation,
               guint64 seed)
{
  GArray *chosen = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (int class = 0; class < n_classes; class ++) {
    NnRng rng = nn_rng (seed, NN_STREAM_SPLIT, (guint32) class, 0);
    guint cut;

    g_array_set_size (members, 0);
    for (guint32 i = 0; i < examples->count; i++)
      if (examples->labels[i] == class)
        g_array_append_val (members, i);

    nn_rng_shuffle (&rng, (guint32 *)(gpointer)members->data, members->len);
    cut = (guint)(fraction * members->len + 0.5);
    if (validation)
      g_array_append_vals (chosen, members->data, cut);
    else
      g_array_append_vals (chosen, &g_array_index (members, guint32, cut), members->len - cut);
  }
  g_array_sort (chosen, compare_indices);
  return chosen;
}

/* ---- one size for all ---- */

static guint8
grey_of (const guint8 *pixel, int channels, int maximum)
{
  /* Rec. 601: what the eye makes of red, green and blue. */
  int grey =
      channels >= 3 ? (299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2] + 500) / 1000 : pixel[0];

  return (guint8)(MIN (grey, maximum) * 255 / maximum);
}

/* A picture of another size goes the way of a drawing. */
static void
resample (const NnDataset *dataset, const guint8 *image, guint8 *target)
{
  gsize n = (gsize)dataset->width * dataset->height;
  g_autofree guint8 *grey = g_malloc (n);
  NnNormalised normalised;

  for (gsize i = 0; i < n; i++)
    grey[i] = grey_of (image + i * dataset->channels, dataset->channels, dataset->maximum);

  if (dataset->width == NN_DIGIT_SIDE && dataset->height == NN_DIGIT_SIDE) {
    memcpy (target, grey, n);
    return;
  }
  nn_normalise_ink (grey, dataset->width, dataset->height, dataset->width, &normalised);
  memcpy (target, normalised.pixels, NN_DIGIT_PIXELS);
}

static gboolean
is_ready (const NnDataset *dataset)
{
  return dataset->width == NN_DIGIT_SIDE && dataset->height == NN_DIGIT_SIDE &&
         dataset->channels == 1 && dataset->maximum == 255;
}

static void
fill_images (NnSamples *samples, const NnExamples *examples)
{
  const NnDataset *dataset = samples->dataset;
  gsize size = (gsize)dataset->width * dataset->height * dataset->channels;

  if (is_ready (dataset) && samples->count == examples->count) {
    samples->images = examples->images;
    return;
  }
  samples->owned_images = g_malloc_n (MAX (samples->count, 1), NN_DIGIT_PIXELS);
  samples->images = samples->owned_images;
  for (gsize i = 0; i < samples->count; i++) {
    const guint8 *image = examples->images + samples->source[i] * size;
    guint8 *target = samples->owned_images + i * NN_DIGIT_PIXELS;

    if (is_ready (dataset))
      memcpy (target, image, NN_DIGIT_PIXELS);
    else
      resample (dataset, image, target);
  }
}

/* ---- public ---- */

NnSamples *
nn_samples_new (NnDataset *dataset, const NnPrepareSpec *spec, NnPart part, guint64 seed,
                GError **error)
{
  gboolean splits = spec->validation_fraction > 0;
  gboolean from_test = part == NN_PART_TEST || (part == NN_PART_VALIDATION && !splits);
  const NnExamples *examples = from_test ? &dataset->test : &dataset->train;
  NnSamples *samples;
  GArray *chosen;

  if (spec->side != NN_DIGIT_SIDE || dataset->width < 1 || dataset->height < 1 ||
      dataset->channels < 1 || dataset->maximum < 1) {
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("The data set “%s” has pictures of %d×%d×%d, which cannot be brought to the "
                    "%d×%d the recipe asks for."),
                 dataset->id, dataset->height, dataset->width, dataset->channels, spec->side,
                 spec->side);
    return NULL;
  }

  chosen = splits && !from_test
               ? split_indices (examples, dataset->n_classes, spec->validation_fraction,
                                part == NN_PART_VALIDATION, seed)
               : all_indices (examples->count);
  samples = g_new0 (NnSamples, 1);
  g_atomic_ref_count_init (&samples->references);
  samples->dataset = nn_dataset_ref (dataset);
  samples->count = chosen->len;
  samples->source = (guint32 *)(gpointer)g_array_free (chosen, FALSE);
  samples->shape = nn_shape_image (spec->side, spec->side, 1);
  samples->n_classes = dataset->n_classes;
  samples->spec = *spec;
  samples->labels = g_new (guint8, samples->count);
  for (gsize i = 0; i < samples->count; i++)
    samples->labels[i] = examples->labels[samples->source[i]];
  fill_images (samples, examples);
  return samples;
}

void
nn_samples_gather (const NnSamples *samples, const guint32 *indices, int count, gboolean augment,
                   guint64 seed, guint32 epoch, real *x, guint8 *labels)
{
  const NnAugmentation *augmentation = &samples->spec.augmentation;
  gboolean changes = augment && !nn_augmentation_is_none (augmentation);

  for (int row = 0; row < count; row++) {
    guint32 index = indices[row];
    const guint8 *pixels = samples->images + (gsize)index * NN_DIGIT_PIXELS;
    guint8 changed[NN_DIGIT_PIXELS];

    if (changes) {
      NnRng rng =
          nn_rng (seed, NN_STREAM_AUGMENTATION, epoch, (guint64)index * POSITIONS_PER_SAMPLE);

      nn_augment (augmentation, &rng, pixels, changed);
      pixels = changed;
    }
    nn_prepare_pixels (&samples->spec, pixels, x + (gsize)row * NN_DIGIT_PIXELS);
    labels[row] = samples->labels[index];
  }
}

NnSamples *
nn_samples_ref (NnSamples *samples)
{
  g_atomic_ref_count_inc (&samples->references);
  return samples;
}

void
nn_samples_unref (NnSamples *samples)
{
  if (samples == NULL || !g_atomic_ref_count_dec (&samples->references))
    return;
  nn_dataset_unref (samples->dataset);
  g_free (samples->owned_images);
  g_free (samples->labels);
  g_free (samples->source);
  g_free (samples);
}
