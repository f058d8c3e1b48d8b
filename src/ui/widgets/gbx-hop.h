/* gbx-hop.h: a window on its way over a picture, and what it makes at each place: pure, tested.
 *
 * Of a convolution one filter and one of the maps it looks at are here; what the other maps add at
 * a place is what is missing to the layer's own sum. */
#pragma once

#include <glib.h>

typedef enum {
  GBX_HOP_CONVOLUTION,
  GBX_HOP_MAXIMUM,
  GBX_HOP_MEAN,
} GbxHopKind;

typedef struct {
  GbxHopKind kind;
  int height, width, stride_y, stride_x; /* of the window */
  int top, left;                         /* zeros before the picture */
  int input_height, input_width, output_height, output_width;
  int input, n_inputs, output, n_outputs; /* which maps, of how many */

  float *picture; /* [input_height][input_width] */
  float *kernel;  /* [height][width]; of a convolution only */
  float bias;
  float *sums;       /* [output_height][output_width]: what the layer makes */
  float *outputs;    /* the same behind its activation; NULL: it has none */
  char *output_name; /* what the activation is called: "ReLU"; or NULL */
} GbxHop;

typedef struct {
  gboolean inside; /* FALSE: a zero beyond the edge */
  float value, weight, product;
} GbxHopCell;

/** gbx_hop_n_places: Returns: how many places there are, numbered row by row. */
int gbx_hop_n_places (const GbxHop *hop);

/** gbx_hop_window: The picture's row and column under the window's first cell; may be negative. */
void gbx_hop_window (const GbxHop *hop, int place, int *row, int *column);

/** gbx_hop_cell: Cell (@row, @column) of the window at @place. */
GbxHopCell gbx_hop_cell (const GbxHop *hop, int place, int row, int column);

/** gbx_hop_sum: Returns: the products' sum; of a pooling the values' sum. */
double gbx_hop_sum (const GbxHop *hop, int place);

/** gbx_hop_others: Returns: what the maps that are not here add to the sum at @place. */
double gbx_hop_others (const GbxHop *hop, int place);

/** gbx_hop_n_inside: Returns: how many cells of the window lie on the picture. */
int gbx_hop_n_inside (const GbxHop *hop, int place);

/* Of a place: what the window sees, the filter, and one times the other. */
typedef enum { GBX_HOP_VALUES, GBX_HOP_WEIGHTS, GBX_HOP_PRODUCTS } GbxHopGrid;

float gbx_hop_pick (const GbxHopCell *cell, GbxHopGrid grid);
/** gbx_hop_range: Returns: the number that gets the full colour: of a whole map, so that it does
 * not change on the way. */
float gbx_hop_range (const GbxHop *hop, GbxHopGrid grid);
/** gbx_hop_is_blank: Returns: whether the picture is all zeros. */
gboolean gbx_hop_is_blank (const GbxHop *hop);

/** gbx_hop_strongest: Returns: the place with the largest output. */
int gbx_hop_strongest (const GbxHop *hop);
/** gbx_hop_largest: Returns: the window's cell with the largest number, row by row; −1: none. */
int gbx_hop_largest (const GbxHop *hop, int place);

/** gbx_hop_near: Returns: the place whose window's middle is nearest to a place of the picture. */
int gbx_hop_near (const GbxHop *hop, double row, double column);

void gbx_hop_free (GbxHop *hop);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxHop, gbx_hop_free)
