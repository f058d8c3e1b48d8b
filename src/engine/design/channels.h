/* channels.h: a layer's input as rows of channels (of a vector: its features), and its split into
 * blocks of channels, each over all rows. Inside the design room. */
#pragma once

#include "layer.h"

#include "engine/math/kernels.h"

#define NN_NORM_MIN_EPSILON 1e-16 /* without any, numbers that are all equal give 0/0 */

#define NN_CHANNEL_BLOCK 16 /* channels side by side: a cache line of floats */

/** nn_channels: Returns: how many there are: the last dimension of the input. */
int nn_channels (const NnLayer *layer);

/** nn_places: Returns: rows of channels in one sample: height · width, 1 for a vector. */
int nn_places (const NnLayer *layer);

/** nn_channel_parts: Returns: parts of whole blocks, each large enough to be worth a hand-over. */
int nn_channel_parts (const NnLayer *layer);

/* One part's share: channels first … end − 1. */
typedef struct {
  int first, end;
} NnChannelShare;

NnChannelShare nn_channel_share (const NnLayer *layer, int part);

/** nn_channel_rows: Returns: the block of @share that begins with channel @first, over all rows of
 * the batch. */
NnRows nn_channel_rows (const NnLayer *layer, const NnRun *run, const NnChannelShare *share,
                        int first);
