/* gbx-hop-layout.c: where the pieces of a window's way are on the screen. */
#include "gbx-hop-layout.h"

#include <math.h>

#define MIDDLE_SHARE 0.48 /* of the width is what the sums in the middle take */
#define LARGE_SHARE 0.6   /* and what they may where their cells would be small: with large type */
#define READABLE_CELL 34
#define LARGEST_CELL 46
#define SMALLEST_CELL 6
#define MARGIN 3 /* around a map, for the frame of the window at its edge */

/* As large as it gets in whole pixels of the screen, in the middle of its column; the zeros beyond
 * its edge have their place too. */
static GbxHopMap
place_map (int rows, int columns, int before_y, int before_x, double x, double y, double width,
           double height, int scale)
{
  double cell = MIN (width / columns, height / rows) * scale;

  cell = (cell >= 1 ? floor (cell) : MAX (cell, 0.1)) / scale;
  return (GbxHopMap){floor (x + (width - cell * columns) / 2) + before_x * cell,
                     floor (y + (height - cell * rows) / 2) + before_y * cell, cell};
}

/* Of the picture and what the window covers beyond it. */
static int
reach (int n_places, int stride, int size, int before, int length)
{
  return MAX (before + length, (n_places - 1) * stride + size);
}

/* How large cells get where the middle takes @share of the width. */
static double
cell_within (const GbxHop *hop, const GbxHopLayout *layout, int width, double share)
{
  double room = share * width - GBX_HOP_GAP;

  if (hop->kind != GBX_HOP_CONVOLUTION)
    return share * width / hop->width;
  return MIN (room - layout->bill_width, room / 2) / hop->width;
}

/* The middle column: the grids, and the bill beside or below them. Returns: its width. */
static double
arrange_middle (GbxHopLayout *layout, const GbxHop *hop, int width, int height, int bill_lines)
{
  double most_wide = cell_within (hop, layout, width, MIDDLE_SHARE), most_high;
  double bill_height = (bill_lines + 0.5) * layout->line;

  if (most_wide < READABLE_CELL)
    most_wide = MIN (cell_within (hop, layout, width, LARGE_SHARE), READABLE_CELL);
  if (hop->kind == GBX_HOP_CONVOLUTION) {
    double room = height - 2 * layout->title - GBX_HOP_TITLE_GAP;

    most_high = MIN (room / 2, room - bill_height) / hop->height;
  } else {
    most_high = (height - layout->title - GBX_HOP_GAP - bill_height) / hop->height;
  }
  layout->cell = floor (CLAMP (MIN (most_wide, most_high), SMALLEST_CELL, LARGEST_CELL));
  if (hop->kind != GBX_HOP_CONVOLUTION)
    return MAX (layout->cell * hop->width, layout->bill_width);
  return layout->cell * hop->width + GBX_HOP_GAP +
         MAX (layout->cell * hop->width, layout->bill_width);
}

/* Window, filter and, below, products and bill. */
static void
place_products (GbxHopLayout *layout, const GbxHop *hop, int height, int bill_lines)
{
  double grid_height = layout->cell * hop->height;
  double bill_height = (bill_lines + 0.5) * layout->line; /* may be higher than the grid beside */
  double top = (height - 2 * layout->title - grid_height - GBX_HOP_TITLE_GAP -
                MAX (grid_height, bill_height)) /
               2;

  layout->kernel_x = layout->window_x + layout->cell * hop->width + GBX_HOP_GAP;
  layout->upper_y = floor (MAX (top, 0)) + layout->title;
  layout->lower_y = layout->upper_y + grid_height + GBX_HOP_TITLE_GAP + layout->title;
  layout->bill_x = layout->kernel_x;
  layout->bill_y = layout->lower_y;
}

/* The window, and the bill below it. */
static void
place_pool (GbxHopLayout *layout, const GbxHop *hop, int height, double middle, int bill_lines)
{
  double grid_height = layout->cell * hop->height;
  double top = (height - layout->title - grid_height - GBX_HOP_GAP - bill_lines * layout->line) / 2;

  layout->bill_x = layout->window_x + floor ((middle - layout->bill_width) / 2);
  layout->window_x += floor ((middle - layout->cell * hop->width) / 2);
  layout->upper_y = floor (MAX (top, 0)) + layout->title;
  layout->bill_y = layout->upper_y + grid_height + GBX_HOP_GAP / 2.0;
}

GbxHopLayout
gbx_hop_layout (const GbxHop *hop, int width, int height, int scale, int line, double bill_width,
                int bill_lines)
{
  GbxHopLayout layout = {.line = line + 1, .title = line + GBX_HOP_TITLE_GAP};
  int rows = reach (hop->output_height, hop->stride_y, hop->height, hop->top, hop->input_height);
  int columns = reach (hop->output_width, hop->stride_x, hop->width, hop->left, hop->input_width);
  double middle, maps_height = MAX (1, height - 2 * layout.title);

  layout.bill_width = bill_width;
  middle = arrange_middle (&layout, hop, width, height, bill_lines);
  layout.side = floor (MAX (2 * MARGIN + 1, (width - middle - 2 * GBX_HOP_GAP) / 2));
  layout.input = place_map (rows, columns, hop->top, hop->left, MARGIN, layout.title,
                            layout.side - 2 * MARGIN, maps_height, scale);
  layout.output =
      place_map (hop->output_height, hop->output_width, 0, 0, width - layout.side + MARGIN,
                 layout.title, layout.side - 2 * MARGIN, maps_height, scale);
  layout.window_x = layout.side + GBX_HOP_GAP;
  if (hop->kind == GBX_HOP_CONVOLUTION)
    place_products (&layout, hop, height, bill_lines);
  else
    place_pool (&layout, hop, height, middle, bill_lines);
  return layout;
}

static gboolean
number_at (const GbxHopMap *map, int height, int width, double x, double y, double *row,
           double *column)
{
  *row = (y - map->y) / map->cell;
  *column = (x - map->x) / map->cell;
  return *row >= 0 && *row < height && *column >= 0 && *column < width;
}

int
gbx_hop_layout_at (const GbxHopLayout *layout, const GbxHop *hop, double x, double y)
{
  double row, column;

  if (number_at (&layout->output, hop->output_height, hop->output_width, x, y, &row, &column))
    return (int)row * hop->output_width + (int)column;
  if (number_at (&layout->input, hop->input_height, hop->input_width, x, y, &row, &column))
    return gbx_hop_near (hop, row, column);
  return -1;
}
