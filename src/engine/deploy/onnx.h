/* onnx.h: a trained network as an ONNX file (opset 13), and networks from ONNX files. */
#pragma once

#include "model.h"

/* What the exported network is given. */
typedef enum {
  NN_ONNX_PREPARED, /* "prepared": float [N][1][28][28], prepared as in the recipe: mostly 0…1 */
  NN_ONNX_PIXELS,   /* "pixels": float 0…255; the recipe's scale is inside the network */
  NN_ONNX_BYTES,    /* "bytes": the same as uint8 */
} NnOnnxInput;

/** nn_onnx_input_name: Returns: (transfer none): "prepared", "pixels" or "bytes". */
const char *nn_onnx_input_name (NnOnnxInput input);
gboolean nn_onnx_input_parse (const char *name, NnOnnxInput *input);

/**
 * nn_onnx_encode:
 * The network as an inference graph: one input, [N][1][28][28], one output, [N][classes]: what
 * nn_network_forward() gives. Pictures go through it channel by channel, as everywhere in ONNX.
 * Tensors have the names that they have in a safetensors file: "0.weight".
 * Returns: (transfer full): the file
 */
GBytes *nn_onnx_encode (const NnNetwork *network, const NnExperiment *experiment,
                        NnOnnxInput input);

/**
 * nn_onnx_decode:
 * A model from the graph of layers in a row that @bytes hold, whoever wrote them. The layers come
 * from the nodes alone; the rest of the recipe is the one that Glassbox put into the file, or the
 * usual one. What is no layer of ours is refused by a message that names the node. Nothing is
 * allocated for what a header says, only for what the file holds.
 * Returns: (transfer full): or NULL with NN_ERROR_FORMAT, _SHAPE, _RANGE or _TOO_LARGE
 */
NnModel *nn_onnx_decode (GBytes *bytes, const char *name, int max_batch, NnPool *pool,
                         GError **error);
