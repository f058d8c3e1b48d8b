/* gbx-hop-layout.h: where the pieces of a window's way are on the screen: pure, tested. */
#pragma once

#include "gbx-hop.h"

#define GBX_HOP_GAP 16      /* between the columns */
#define GBX_HOP_TITLE_GAP 4 /* below a title */

/* A map, in logical pixels: of the first number, and how large each is. */
typedef struct {
  double x, y, cell;
} GbxHopMap;

typedef struct {
  GbxHopMap input, output;
  double title;                                /* height of a title, with the gap below */
  double side;                                 /* width of the columns of the two maps */
  double window_x, kernel_x, upper_y, lower_y; /* the grids in the middle */
  double cell;                                 /* of their cells */
  double bill_x, bill_y, bill_width, line;
} GbxHopLayout;

/**
 * gbx_hop_layout:
 * @scale: the screen's pixels to each of ours; cells of maps are whole ones of them
 * @line: height of a line of text
 * @bill_width: of the longest line of the bill
 * @bill_lines: the most it has
 */
GbxHopLayout gbx_hop_layout (const GbxHop *hop, int width, int height, int scale, int line,
                             double bill_width, int bill_lines);

/** gbx_hop_layout_at: Returns: the place meant by a point of either map; −1: it is in none. */
int gbx_hop_layout_at (const GbxHopLayout *layout, const GbxHop *hop, double x, double y);
