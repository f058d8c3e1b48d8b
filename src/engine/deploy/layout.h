/* layout.h: the order of a parameter's numbers in a file and in memory. Inside the deploy room. */
#pragma once

#include "engine/design/network.h"

#define NN_LAYOUT_AXES 3

/* A file has PyTorch's order, axis by axis; in memory the same axes are nested as the kernels like
 * it: number (i, j, k) lies at i·strides[0] + j·strides[1] + k·strides[2]. */
typedef struct {
  gsize dims[NN_LAYOUT_AXES]; /* the file's, slowest first */
  gsize strides[NN_LAYOUT_AXES];
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
