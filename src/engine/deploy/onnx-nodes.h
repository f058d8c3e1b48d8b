/* onnx-nodes.h: what the nodes of an ONNX graph are among our layers. Inside the deploy room. */
#pragma once

#include "onnx-view.h"
#include "stack.h"

/* A graph on the way to a stack of layers. */
typedef struct {
  NnOnnxGraph *graph;
  NnStack *stack;
  NnOnnxView view;
  const char *live;   /* borrowed: the value that carries the picture */
  gint64 batch;       /* that the file says, 0: any */
  gsize at;           /* index of the node */
  gboolean *done;     /* [n_node] taken together with one before */
  gboolean is_scaled; /* the picture was divided by 255 */
  int zeros[4];       /* put around the picture already: top, bottom, left, right */
} NnOnnxReader;

typedef gboolean (*NnOnnxNode) (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);

/** nn_onnx_node_find: Returns: (nullable): who reads nodes of @type. */
NnOnnxNode nn_onnx_node_find (const char *type);

/** nn_onnx_add: Puts @spec, (transfer full), on the stack; a refusal names @node. */
gboolean nn_onnx_add (NnOnnxReader *self, const Onnx__NodeProto *node, NnLayerSpec *spec,
                      GError **error);

/** nn_onnx_input: Returns: (nullable): input @index, where it is there and a constant. */
const NnOnnxConstant *nn_onnx_input (const NnOnnxReader *self, const Onnx__NodeProto *node,
                                     gsize index);

/** nn_onnx_numbers: Returns: (transfer full): the @n numbers of input @index, one number standing
 * for all of them; or NULL with an error. */
real *nn_onnx_numbers (const NnOnnxReader *self, const Onnx__NodeProto *node, gsize index, gsize n,
                       GError **error);

/** nn_onnx_axes: The axes of a node: its attribute or, in newer files, its input 1; counted from 0
 * behind the batch. Returns: (transfer full): or NULL with an error. */
int *nn_onnx_axes (NnOnnxReader *self, const Onnx__NodeProto *node, int n_dims, gsize *n,
                   GError **error);

/** nn_onnx_need_map: Sees to it that the stack and the tensor are maps. */
gboolean nn_onnx_need_map (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);

/* ---- onnx-products.c, onnx-windows.c, onnx-norms.c, onnx-shapes.c ---- */

gboolean nn_onnx_read_gemm (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_matmul (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_convolution (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_pool (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_pad (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_global_pool (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_mean (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_batch_norm (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_layer_norm (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_binary (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_reshape (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_flatten (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_transpose (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_squeeze (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
gboolean nn_onnx_read_unsqueeze (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);

/** nn_onnx_read_deviation: A layer normalisation written out in small nodes, from its first mean
 * on; marks the others as done and moves on to what the last one makes. */
gboolean nn_onnx_read_deviation (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);

/** nn_onnx_evaluate: A node that reads constants alone: shapes that are computed, mostly. What it
 * cannot compute stays unknown, and is an error only where it is read. */
gboolean nn_onnx_evaluate (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error);
