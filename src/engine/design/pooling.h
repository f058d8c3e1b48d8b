/* pooling.h: what max-pool and average-pool share: the recipe's words, the shapes, and the way over
 * the picture. Inside the design room. */
#pragma once

#include "window.h"

#include "engine/math/kernels.h"

typedef struct {
  NnLayer base;
  NnWindowGrid grid;
} NnPooling;

/* One place (i, j) of the windows side by side that have it on the picture. */
typedef struct {
  gsize x, y;  /* the first one's number in the input, and in the output */
  gint32 tap;  /* i · width + j */
  NnRows rows; /* a window a row: `stride` numbers apart in the input, dense in the output */
} NnPoolingRun;

/** nn_pooling_spec: Returns: (transfer full): words for a layer of @class_, free with g_free(). */
NnLayerSpec *nn_pooling_spec (const NnLayerClass *class_, const NnWindow *window);

gboolean nn_pooling_parse (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error);
void nn_pooling_write (const NnLayerSpec *spec, JsonBuilder *builder);

/** nn_pooling_infer: Output shape, parts of whole samples, an operation a place of a window, and
 * one number of scratch for each output. */
gboolean nn_pooling_infer (NnLayer *layer, GError **error);

/** nn_pooling_share: Returns: the samples of @part, in the forward and in the backward pass. */
NnRowShare nn_pooling_share (const NnLayer *layer, const NnRun *run, int part);

/**
 * nn_pooling_each:
 * Calls @visit for everything that the windows see of one sample, padding left out: output row by
 * output row, and there place by place, in the order of reading.
 */
void nn_pooling_each (const NnLayer *layer, void (*visit) (const NnPoolingRun *run, gpointer data),
                      gpointer data);
