/* gbx-layer-kind.c: what sort of layer one is. */
#include "gbx-layer-kind.h"

GbxLayerKind
gbx_layer_kind (const NnLayer *layer)
{
  static const struct {
    const char *type;
    GbxLayerKind kind;
  } kinds[] = {
      {"dense", GBX_LAYER_DENSE},
      {"activation", GBX_LAYER_ACTIVATION},
      {"conv2d", GBX_LAYER_CONVOLUTION},
      {"max-pool", GBX_LAYER_MAX_POOL},
      {"average-pool", GBX_LAYER_AVERAGE_POOL},
      {"global-average-pool", GBX_LAYER_GLOBAL_POOL},
      {"batch-norm", GBX_LAYER_BATCH_NORM},
      {"layer-norm", GBX_LAYER_LAYER_NORM},
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (layer->class_->type, kinds[i].type))
      return kinds[i].kind;
  return GBX_LAYER_OTHER;
}

const NnWindow *
gbx_layer_window (const NnLayer *layer)
{
  switch (gbx_layer_kind (layer)) {
  case GBX_LAYER_CONVOLUTION:
    return &((const NnConvolutionSpec *)layer->spec)->window;
  case GBX_LAYER_MAX_POOL:
  case GBX_LAYER_AVERAGE_POOL:
    return &((const NnPoolSpec *)layer->spec)->window;
  default:
    return NULL;
  }
}

gboolean
gbx_layer_looks_at_pictures (const NnNetwork *network)
{
  for (int i = 0; i < network->n_layers; i++)
    if (gbx_layer_window (network->layers[i]) != NULL ||
        gbx_layer_kind (network->layers[i]) == GBX_LAYER_GLOBAL_POOL)
      return TRUE;
  return FALSE;
}
