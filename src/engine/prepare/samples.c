/* samples.c: a data set's pictures, split, brought to one size and gathered into batches. */
#include "prepare.h"
#include "augment.h"
#include "numbers.h"
#include "split.h"
#include "table.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of the random numbers. */
#define POSITIONS_PER_SAMPLE 64
#define POSITIONS_OF_NOISE 1024

/* ---- one size for all ---- */

static guint8
grey_of (const guint8 *pixel, int channels, int maximum)
{
  /* Rec. 601: what the eye makes of red, green and blue. */
  int grey =
      channels >= 3 ? (299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2] + 500) / 1000 : pixel[0];

  return (guint8)(MIN (grey, maximum) * 255 / maximum);
}

/* A picture of another size goes the way of a drawing; its ink is light already. */
static void
resample (const NnDataset *dataset, const NnInkSteps *steps, const guint8 *image, guint8 *target)
{
  gsize n = (gsize)dataset->width * dataset->height;
  g_autofree guint8 *grey = g_malloc (n);
  NnNormalised normalised;

  for (gsize i = 0; i < n; i++)
    grey[i] = grey_of (image + i * dataset->channels, dataset->channels, dataset->maximum);

  if (nn_dataset_is_as_asked (dataset)) {
    memcpy (target, grey, n);
    return;
  }
  nn_normalise_ink_by (steps, grey, dataset->width, dataset->height, dataset->width, &normalised);
  memcpy (target, normalised.pixels, NN_DIGIT_PIXELS);
}

static gboolean
is_ready (const NnDataset *dataset)
{
  return nn_dataset_is_as_asked (dataset) && dataset->channels == 1 && dataset->maximum == 255;
}

/* Borrowed where they lie as they are to be, in one piece. */
static void
fill_images (NnSamples *samples)
{
  const NnDataset *dataset = samples->dataset;
  gsize first = samples->count > 0 ? samples->source[0] : 0;
  gsize last = samples->count > 0 ? samples->source[samples->count - 1] : 0;
  gboolean in_one_part = first >= dataset->train.count || last < dataset->train.count;

  if (is_ready (dataset) && last + 1 - first == samples->count && in_one_part) {
    samples->images = nn_split_image (dataset, first);
    return;
  }
  samples->owned_images = g_malloc_n (MAX (samples->count, 1), NN_DIGIT_PIXELS);
  samples->images = samples->owned_images;
  for (gsize i = 0; i < samples->count; i++) {
    const guint8 *image = nn_split_image (dataset, samples->source[i]);
    guint8 *target = samples->owned_images + i * NN_DIGIT_PIXELS;

    if (is_ready (dataset))
      memcpy (target, image, NN_DIGIT_PIXELS);
    else
      resample (dataset, &samples->spec.ink, image, target);
  }
}

/* ---- what is measured ---- */

/* On the training part alone: what comes later must not have been looked at. */
static NnFit *
measure (const NnSamples *samples, NnPart part, guint64 seed)
{
  g_autoptr (NnSamples) training = NULL;

  if (part == NN_PART_TRAIN && samples->spec.columns != NULL)
    return nn_table_measure (samples);
  if (part == NN_PART_TRAIN)
    return nn_fit_pixels (&samples->spec, samples->images, samples->count * NN_DIGIT_PIXELS);
  training = nn_samples_new (samples->dataset, &samples->spec, NN_PART_TRAIN, seed, NULL);
  return nn_fit_ref (training->spec.fit);
}

/* ---- public ---- */

gboolean
nn_dataset_is_as_asked (const NnDataset *dataset)
{
  return dataset->width == NN_DIGIT_SIDE && dataset->height == NN_DIGIT_SIDE;
}

NnSamples *
nn_samples_new (NnDataset *dataset, const NnPrepareSpec *spec, NnPart part, guint64 seed,
                GError **error)
{
  NnSamples *samples;
  GArray *chosen;

  if (!nn_table_check (dataset, spec, error))
    return NULL;
  if (spec->columns == NULL &&
      (spec->side != NN_DIGIT_SIDE || dataset->width < 1 || dataset->height < 1 ||
       dataset->channels < 1 || dataset->maximum < 1)) {
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("The data set “%s” has pictures of %d×%d×%d, which cannot be brought to the "
                    "%d×%d the recipe asks for."),
                 dataset->id, dataset->height, dataset->width, dataset->channels, spec->side,
                 spec->side);
    return NULL;
  }

  chosen = nn_split (dataset, spec, part, seed);
  samples = g_new0 (NnSamples, 1);
  g_atomic_ref_count_init (&samples->references);
  samples->dataset = nn_dataset_ref (dataset);
  samples->count = chosen->len;
  samples->source = (guint32 *)(gpointer)g_array_free (chosen, FALSE);
  samples->shape = nn_prepare_spec_input (spec);
  samples->n_classes = dataset->n_classes;
  samples->spec = *spec;
  samples->labels = g_new (guint8, samples->count);
  for (gsize i = 0; i < samples->count; i++)
    samples->labels[i] = nn_split_label (dataset, samples->source[i]);
  if (spec->columns == NULL)
    fill_images (samples);
  if (spec->columns == NULL && !spec->standardise)
    samples->spec.fit = NULL;
  nn_prepare_spec_hold (&samples->spec);
  if (samples->spec.fit == NULL && (spec->columns != NULL || spec->standardise))
    samples->spec.fit = measure (samples, part, seed);
  samples->augmenter = nn_augmenter_new (&spec->augmentation);
  return samples;
}

void
nn_samples_show (const NnSamples *samples, guint32 index, guint64 seed, guint32 epoch,
                 guint8 *picture, real *x)
{
  NnRng noise = nn_rng (seed, NN_STREAM_NOISE, epoch, (guint64)index * POSITIONS_OF_NOISE);
  NnRng rng = nn_rng (seed, NN_STREAM_AUGMENTATION, epoch, (guint64)index * POSITIONS_PER_SAMPLE);
  const guint8 *pixels = samples->images + (gsize)index * NN_DIGIT_PIXELS;

  if (samples->augmenter != NULL)
    nn_augment (samples->augmenter, &rng, pixels, picture);
  else
    memcpy (picture, pixels, NN_DIGIT_PIXELS);
  nn_prepare_numbers (&samples->spec, picture, &noise, x);
}

void
nn_samples_gather (const NnSamples *samples, const guint32 *indices, int count, gboolean augment,
                   guint64 seed, guint32 epoch, real *x, guint8 *labels)
{
  gboolean changes = augment && (samples->augmenter != NULL || samples->spec.noise > 0);

  if (samples->spec.columns != NULL) {
    nn_table_gather (samples, indices, count, x, labels);
    return;
  }
  for (int row = 0; row < count; row++) {
    real *numbers = x + (gsize)row * NN_DIGIT_PIXELS;
    guint8 picture[NN_DIGIT_PIXELS];

    if (changes)
      nn_samples_show (samples, indices[row], seed, epoch, picture, numbers);
    else
      nn_prepare_pixels (&samples->spec, samples->images + (gsize)indices[row] * NN_DIGIT_PIXELS,
                         numbers);
    labels[row] = samples->labels[indices[row]];
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
  nn_prepare_spec_release (&samples->spec);
  nn_augmenter_free (samples->augmenter);
  g_free (samples->owned_images);
  g_free (samples->labels);
  g_free (samples->source);
  g_free (samples);
}
