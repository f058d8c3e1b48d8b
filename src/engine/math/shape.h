/* shape.h: the dimensions of one sample; the batch is never part of a shape. */
#pragma once

#include <glib.h>

#define NN_SHAPE_MAX_DIMS 4

typedef struct {
  int n_dims;
  int dims[NN_SHAPE_MAX_DIMS]; /* height, width, channels | features */
} NnShape;

/**
 * nn_shape_vector:
 * Returns: the shape of a plain vector of @features numbers.
 */
NnShape nn_shape_vector (int features);

/**
 * nn_shape_image:
 * Returns: the shape @height × @width × @channels.
 */
NnShape nn_shape_image (int height, int width, int channels);

/**
 * nn_shape_size:
 * Returns: how many numbers one sample of this shape has.
 */
gsize nn_shape_size (const NnShape *shape);

gboolean nn_shape_equal (const NnShape *a, const NnShape *b);

/**
 * nn_shape_to_string:
 * Returns: (transfer full): for example "28×28×1" or "784".
 */
char *nn_shape_to_string (const NnShape *shape);
