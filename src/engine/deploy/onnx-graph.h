/* onnx-graph.h: an ONNX file that was looked through before anything in it is believed. Inside the
 * deploy room. */
#pragma once

#include "onnx.pb-c.h"

#include "engine/error.h"
#include "engine/math/real.h"

#include <gio/gio.h>

#define NN_ONNX_MAX_DIMS 8

/* A value that does not depend on the picture. */
typedef struct {
  const Onnx__TensorProto *tensor; /* borrowed; NULL: ints are all there is */
  int n_dims;
  gsize dims[NN_ONNX_MAX_DIMS];
  gsize n;
  gboolean is_transposed; /* a matrix whose dims are swapped already, its numbers not */
  gint64 *ints;           /* [n], owned, or NULL */
} NnOnnxConstant;

typedef struct {
  Onnx__ModelProto *model; /* owned */
  Onnx__GraphProto *graph; /* borrowed from it */
  gint64 opset;
  const Onnx__ValueInfoProto *input; /* borrowed: the picture */
  const char *output;                /* borrowed */
  GHashTable *constants;             /* char* → NnOnnxConstant */
} NnOnnxGraph;

/**
 * nn_onnx_graph_read:
 * Decodes @bytes in no more memory than a small multiple of their length, and checks what can be
 * checked before a node is understood: one input and one output; every value is made once, before
 * it is read, so that there is no cycle; tensors hold as many numbers as they say, in this file.
 * Returns: (transfer full): or NULL with an error that names the node or tensor
 */
NnOnnxGraph *nn_onnx_graph_read (GBytes *bytes, GError **error);
void nn_onnx_graph_free (NnOnnxGraph *graph);

/** nn_onnx_text: Returns: (transfer full): @text out of a file, short and valid enough to show. */
char *nn_onnx_text (const char *text);

/** nn_onnx_fail: Sets "node “name” (Type): @format …" and returns FALSE. */
gboolean nn_onnx_fail (const Onnx__NodeProto *node, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* ---- constants ---- */

/** nn_onnx_constant_new: Returns: (transfer full): a view of @tensor, checked. */
NnOnnxConstant *nn_onnx_constant_new (const Onnx__TensorProto *tensor, GError **error);

/** nn_onnx_constant_new_ints: Returns: (transfer full): @ints: (transfer full): [n] */
NnOnnxConstant *nn_onnx_constant_new_ints (gint64 *ints, gsize n, gboolean is_scalar);
void nn_onnx_constant_free (NnOnnxConstant *constant);

/** nn_onnx_constant_numbers: Returns: (transfer full) (nullable): [n], NULL: no such numbers. */
real *nn_onnx_constant_numbers (const NnOnnxConstant *constant);

/** nn_onnx_constant_ints: Returns: (transfer full) (nullable): [n], NULL: no whole numbers. */
gint64 *nn_onnx_constant_ints (const NnOnnxConstant *constant);

/* ---- attributes: what is absent is the default ---- */

const Onnx__AttributeProto *nn_onnx_attribute (const Onnx__NodeProto *node, const char *name);
gint64 nn_onnx_int (const Onnx__NodeProto *node, const char *name, gint64 otherwise);
double nn_onnx_float (const Onnx__NodeProto *node, const char *name, double otherwise);

/** nn_onnx_ints: Fills ints[n]; FALSE where there is another count of them; all @otherwise where
 * there are none. */
gboolean nn_onnx_ints (const Onnx__NodeProto *node, const char *name, gint64 otherwise,
                       gint64 *ints, gsize n);

/** nn_onnx_is: Returns: whether the string @name, @otherwise where there is none, is @word. */
gboolean nn_onnx_is (const Onnx__NodeProto *node, const char *name, const char *otherwise,
                     const char *word);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnOnnxGraph, nn_onnx_graph_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnOnnxConstant, nn_onnx_constant_free)
