/* means.c: what the pictures of a class have in common. */
#include "engine/collect/means.h"

/* @sums[n] of the pictures of @n bytes. 32 bits hold those of 16 million pictures, more than a set
 * may have. Returns: how many pictures they are. */
static gsize
add_up (const NnExamples *part, int index, gsize n, guint32 *sums)
{
  gsize count = 0;

  for (gsize i = 0; i < part->count; i++) {
    const guint8 *picture = part->images + i * n;

    if (part->labels[i] != index)
      continue;
    for (gsize k = 0; k < n; k++)
      sums[k] += picture[k];
    count++;
  }
  return count;
}

guint8 *
nn_class_mean (const NnDataset *dataset, int index)
{
  gsize n_pixels = (gsize)dataset->height * dataset->width, channels = (gsize)dataset->channels;
  g_autofree guint32 *sums = NULL;
  guint8 *mean;
  guint64 whole;

  if (nn_dataset_is_table (dataset))
    return NULL;
  sums = g_new0 (guint32, n_pixels * channels);
  whole = add_up (&dataset->train, index, n_pixels * channels, sums) * channels * dataset->maximum;
  if (whole == 0)
    return NULL;
  mean = g_malloc (n_pixels);
  for (gsize i = 0; i < n_pixels; i++) {
    guint64 sum = 0;

    for (gsize channel = 0; channel < channels; channel++)
      sum += sums[i * channels + channel];
    mean[i] = (guint8)MIN (255, (sum * 255 + whole / 2) / whole);
  }
  return mean;
}
