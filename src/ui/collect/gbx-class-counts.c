/* gbx-class-counts.c: how many pictures of each class there are. */
#include "gbx-class-counts.h"

void
gbx_class_counts (const NnExamples *examples, int n_classes, gsize *counts)
{
  for (int i = 0; i < n_classes; i++)
    counts[i] = 0;
  for (gsize i = 0; i < examples->count; i++)
    if (examples->labels[i] < n_classes)
      counts[examples->labels[i]]++;
}
