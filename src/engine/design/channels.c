/* channels.c: a layer's input as rows of channels, split into blocks of channels. */
#include "channels.h"

#define NUMBERS_PER_PART 16384

int
nn_channels (const NnLayer *layer)
{
  return layer->input_shape.dims[layer->input_shape.n_dims - 1];
}

int
nn_places (const NnLayer *layer)
{
  return (int)(nn_shape_size (&layer->input_shape) / (gsize)nn_channels (layer));
}

/* Whole blocks, for parts that share no cache line. */
static int
channels_per_part (const NnLayer *layer)
{
  gsize rows = (gsize)layer->max_batch * (gsize)nn_places (layer);
  gsize blocks = NUMBERS_PER_PART / NN_CHANNEL_BLOCK / rows;

  return NN_CHANNEL_BLOCK * (int)MAX (blocks, 1);
}

int
nn_channel_parts (const NnLayer *layer)
{
  int channels = channels_per_part (layer);

  return (nn_channels (layer) + channels - 1) / channels;
}

NnChannelShare
nn_channel_share (const NnLayer *layer, int part)
{
  int channels = channels_per_part (layer);

  return (NnChannelShare){part * channels, MIN ((part + 1) * channels, nn_channels (layer))};
}

NnRows
nn_channel_rows (const NnLayer *layer, const NnRun *run, const NnChannelShare *share, int first)
{
  return (NnRows){
      .count = (gsize)run->batch * (gsize)nn_places (layer),
      .stride = (gsize)nn_channels (layer),
      .n = (gsize)MIN (share->end - first, NN_CHANNEL_BLOCK),
  };
}
