/* gbx-hop-layout.h: where the pieces of a window's way are on the screen: pure, tested. */
#pragma once

#include "gbx-hop.h"

#define GBX_HOP_GAP 16      /* between the columns */
#define GBX_HOP_TITLE_GAP 4 /* below a title */

/* A map, in logical pixels: of the first number, and how large each is. */
typedef struct {
  double x, y, cell;
} GbxHopMap;

/* How large what is written gets in the type of the moment. */
typedef struct {
  int line;          /* height of a line */
  double number;     /* width of a number in a cell */
  double bill_width; /* of the longest line of the bill */
  int bill_lines;    /* the most it has */
} GbxHopType;

typedef struct {
  GbxHopMap input, output;
  double title;                                /* height of a title, with the gap below */
  double side;                                 /* width of the columns of the two maps */
  double input_x, output_x;                    /* where these columns begin */
  double window_x, kernel_x, upper_y, lower_y; /* the grids */
  double cell;                                 /* of their cells */
  double bill_x, bill_y, bill_width, line;
} GbxHopLayout;

/** gbx_hop_layout_height: Returns: the least that leaves its numbers readable. */
int gbx_hop_layout_height (const GbxHop *hop, const GbxHopType *type);

/**
 * gbx_hop_layout:
 * @scale: the screen's pixels to each of ours; cells of maps are whole ones of them
 * The sums between the two maps, as one reads; or, where that leaves little room, beside both.
 */
GbxHopLayout gbx_hop_layout (const GbxHop *hop, int width, int height, int scale,
                             const GbxHopType *type);

/** gbx_hop_layout_at: Returns: the place meant by a point of either map; −1: it is in none. */
int gbx_hop_layout_at (const GbxHopLayout *layout, const GbxHop *hop, double x, double y);
