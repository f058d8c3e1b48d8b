/* gbx-block.h: a network as one looks at it: each layer that computes, and those behind it that
 * only change what came out. Numbers as pictures. Without GTK. */
#pragma once

#include "ui/gbx-layer-kind.h"
#include "ui/widgets/gbx-hop.h"

typedef struct {
  GbxLayerKind kind;
  int number;                /* among its kind, from 1; all poolings are one kind */
  const NnLayer *layer;      /* the one that gives it its name */
  const NnLayer *activation; /* right behind it, or NULL */
  const NnLayer *last;       /* of those that belong to it: activation, norm, dropout */
} GbxBlock;

/** gbx_block_find_all: Fills @blocks with those of @network, in order. Returns: how many. */
int gbx_block_find_all (const NnNetwork *network, GbxBlock *blocks, int most);

/** gbx_block_name: Returns: (transfer full): "conv 1". */
char *gbx_block_name (const GbxBlock *block);

/** gbx_block_describe: Returns: (transfer full): one line: "32 filters of 3×3 · 28×28×1 → …". */
char *gbx_block_describe (const GbxBlock *block);

/* n pictures of height × width numbers. */
typedef struct {
  int n, height, width;
  float *values; /* [n][height][width] */
} GbxPictures;

/** gbx_block_input: The maps it looks at. */
GbxPictures gbx_block_input (const GbxBlock *block);
/** gbx_block_output: The maps it makes, behind its activation. */
GbxPictures gbx_block_output (const GbxBlock *block);
/** gbx_block_filters: A convolution's: their weights for input map @input; −1: for all of them, in
 * the mean. */
GbxPictures gbx_block_filters (const GbxBlock *block, int input);
void gbx_pictures_clear (GbxPictures *pictures);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GbxPictures, gbx_pictures_clear)

/** gbx_block_n_inputs: Returns: how many maps each place of its window goes through. */
int gbx_block_n_inputs (const GbxBlock *block);
int gbx_block_n_outputs (const GbxBlock *block);

/** gbx_block_bias: Returns: that of a convolution's filter. */
float gbx_block_bias (const GbxBlock *block, int filter);

/**
 * gbx_block_hop:
 * Returns: (transfer full) (nullable): its window on the way over map @input (of a pooling: over
 * map @output) towards map @output; NULL where it has no window
 */
GbxHop *gbx_block_hop (const GbxBlock *block, int input, int output);
