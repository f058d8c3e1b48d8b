/* onnx-view.h: where the numbers of our layers lie in ONNX's tensor of the moment. Inside the
 * deploy room. */
#pragma once

#include "onnx-graph.h"

#include "engine/math/shape.h"

typedef enum { NN_AXIS_HEIGHT, NN_AXIS_WIDTH, NN_AXIS_CHANNEL } NnAxis;

/* A map's numbers, in the order of its axes that the file chose, and the shape they have there. An
 * axis of one number may stand anywhere, for it moves nothing. */
typedef struct {
  NnShape map;     /* height × width × channels; a plain vector is 1 × 1 × n */
  NnAxis order[3]; /* outermost first */
  int n_dims;      /* of the file's tensor, without the batch; 1: it is a vector */
  gint64 dims[NN_ONNX_MAX_DIMS];
} NnOnnxView;

/** nn_onnx_view: Returns: a view of height × width × channels in this order, as our layers have it,
 * as the tensor channels × height × width, or flat. */
NnOnnxView nn_onnx_view_vector (int n);
NnOnnxView nn_onnx_view_map (const NnShape *map);

gsize nn_onnx_view_size (const NnOnnxView *view);

/** nn_onnx_view_is_map: Returns: whether the tensor is channels × height × width: what ONNX's
 * convolutions read. */
gboolean nn_onnx_view_is_map (const NnOnnxView *view);

/** nn_onnx_view_is_ours: Returns: whether the numbers lie as in our own memory. */
gboolean nn_onnx_view_is_ours (const NnOnnxView *view);

/** nn_onnx_view_regroup: The same numbers in other dims, where the axes stay whole. */
gboolean nn_onnx_view_regroup (NnOnnxView *view, const gint64 *dims, int n_dims);

/** nn_onnx_view_transpose: @order: of the dims, [n_dims]. */
gboolean nn_onnx_view_transpose (NnOnnxView *view, const int *order);

/** nn_onnx_view_axis: Returns: the axis of the map that is @dim of a tensor that is no vector, −1
 * where that has one number. */
int nn_onnx_view_axis (const NnOnnxView *view, int dim);

/**
 * nn_onnx_view_places:
 * Returns: (transfer full): for each number, as it stands in the file's vector, its place in ours,
 * where maps go channel by channel
 */
gsize *nn_onnx_view_places (const NnOnnxView *view);
