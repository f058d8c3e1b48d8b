/* gbx-layer-kind.h: what sort of layer one is, for whoever shows it. Without GTK. */
#pragma once

#include "engine/design/network.h"

typedef enum {
  GBX_LAYER_OTHER, /* reshapes, or does nothing while reading */
  GBX_LAYER_DENSE,
  GBX_LAYER_ACTIVATION,
  GBX_LAYER_CONVOLUTION,
  GBX_LAYER_MAX_POOL,
  GBX_LAYER_AVERAGE_POOL,
  GBX_LAYER_GLOBAL_POOL,
  GBX_LAYER_BATCH_NORM,
  GBX_LAYER_LAYER_NORM,
} GbxLayerKind;

GbxLayerKind gbx_layer_kind (const NnLayer *layer);

/** gbx_layer_window: Returns: (nullable): the window that it moves over a picture. */
const NnWindow *gbx_layer_window (const NnLayer *layer);

/** gbx_layer_looks_at_pictures: Returns: TRUE when any layer of @network needs its input to be
 * pictures: then what lies behind it is no longer the drawing's pixels. */
gboolean gbx_layer_looks_at_pictures (const NnNetwork *network);
