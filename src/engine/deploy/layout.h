/* layout.h: the order of a parameter's numbers in a file and in memory. Inside the deploy room. */
#pragma once

#include "engine/design/network.h"

/* A file has PyTorch's order; in memory the numbers lie as the kernels like them. */
typedef struct {
  const NnParameter *parameter; /* borrowed */
  gsize columns;                /* numbers of the layer's input, where they are counted; else 1 */
  gsize channels;               /* of the map they come from; 1: a vector */
} NnLayout;

/**
 * nn_layout_see:
 * @before: what the layer before saw; not looked at where @index is 0
 *
 * Returns: the shape of the map that layer @index has in front of it: that of its input, or the one
 * it had before a flatten layer
 */
NnShape nn_layout_see (const NnNetwork *network, int index, const NnShape *before);

/** nn_layout: Returns: the order of @parameter of @layer, which sees a map of shape @seen. */
NnLayout nn_layout (const NnLayer *layer, const NnParameter *parameter, const NnShape *seen);

/** nn_layout_is_plain: Returns: whether the numbers lie in memory as they do in the file. */
gboolean nn_layout_is_plain (const NnLayout *layout);

void nn_layout_to_file (const NnLayout *layout, const real *memory, real *file);
void nn_layout_from_file (const NnLayout *layout, const real *file, real *memory);
