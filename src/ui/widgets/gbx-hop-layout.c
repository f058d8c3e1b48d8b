/* gbx-hop-layout.c: where the pieces of a window's way are on the screen. */
#include "gbx-hop-layout.h"

#include <math.h>

#define MIDDLE_SHARE 0.48 /* of the width is what the sums between the maps take */
#define LARGE_SHARE 0.6   /* and what they may where their cells would be small: with large type */
#define BESIDE_SHARE 0.72 /* what they may beside the maps */
#define LARGEST_CELL 1.35 /* times a number's width */
#define SMALLEST_CELL 6
#define MARGIN 3 /* around a map, for the frame of the window at its edge */
#define MUCH_BETTER 1.25
#define LEAST_CELLS 3 /* of a window must be readable each way; those of larger ones shrink */

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

/* How large cells get where the sums take @share of the width. */
static double
cell_within (const GbxHop *hop, const GbxHopType *type, int width, double share)
{
  double room = share * width - GBX_HOP_GAP;

  if (hop->kind != GBX_HOP_CONVOLUTION)
    return share * width / hop->width;
  return MIN (room - type->bill_width, room / 2) / hop->width;
}

static double
bill_height (const GbxHopType *type)
{
  return (type->bill_lines + 0.5) * type->line;
}

/* Chooses the cells of the grids, @most_wide wide at the most. Returns: the width of grids and
 * bill.
 */
static double
arrange_sums (GbxHopLayout *layout, const GbxHop *hop, const GbxHopType *type, int height,
              double most_wide)
{
  gboolean convolution = hop->kind == GBX_HOP_CONVOLUTION;
  double most_high, grid;

  if (convolution) {
    double room = height - 2 * layout->title - GBX_HOP_TITLE_GAP;

    most_high = MIN (room / 2, room - bill_height (type)) / hop->height;
  } else {
    most_high = (height - layout->title - GBX_HOP_GAP - bill_height (type)) / hop->height;
  }
  layout->cell =
      floor (CLAMP (MIN (most_wide, most_high), SMALLEST_CELL, LARGEST_CELL * type->number));
  grid = layout->cell * hop->width;
  return (convolution ? grid + GBX_HOP_GAP : 0) + MAX (grid, type->bill_width);
}

/* Window, filter and, below, products and bill. */
static void
place_products (GbxHopLayout *layout, const GbxHop *hop, const GbxHopType *type, int height)
{
  double grid_height = layout->cell * hop->height;
  /* The bill may be higher than the grid beside it. */
  double top = (height - 2 * layout->title - grid_height - GBX_HOP_TITLE_GAP -
                MAX (grid_height, bill_height (type))) /
               2;

  layout->kernel_x = layout->window_x + layout->cell * hop->width + GBX_HOP_GAP;
  layout->upper_y = floor (MAX (top, 0)) + layout->title;
  layout->lower_y = layout->upper_y + grid_height + GBX_HOP_TITLE_GAP + layout->title;
  layout->bill_x = layout->kernel_x;
  layout->bill_y = layout->lower_y;
}

/* The window, and the bill below it. */
static void
place_pool (GbxHopLayout *layout, const GbxHop *hop, const GbxHopType *type, int height,
            double sums_width)
{
  double grid_height = layout->cell * hop->height;
  double top =
      (height - layout->title - grid_height - GBX_HOP_GAP - type->bill_lines * layout->line) / 2;

  layout->bill_x = layout->window_x + floor ((sums_width - layout->bill_width) / 2);
  layout->window_x += floor ((sums_width - layout->cell * hop->width) / 2);
  layout->upper_y = floor (MAX (top, 0)) + layout->title;
  layout->bill_y = layout->upper_y + grid_height + GBX_HOP_GAP / 2.0;
}

static void
place_sums (GbxHopLayout *layout, const GbxHop *hop, const GbxHopType *type, int height,
            double sums_width)
{
  if (hop->kind == GBX_HOP_CONVOLUTION)
    place_products (layout, hop, type, height);
  else
    place_pool (layout, hop, type, height, sums_width);
}

/* Each in its column, @top_output below the title of the input. */
static void
place_maps (GbxHopLayout *layout, const GbxHop *hop, int scale, double height, double top_output)
{
  int rows = reach (hop->output_height, hop->stride_y, hop->height, hop->top, hop->input_height);
  int columns = reach (hop->output_width, hop->stride_x, hop->width, hop->left, hop->input_width);
  double width = layout->side - 2 * MARGIN;

  layout->input = place_map (rows, columns, hop->top, hop->left, layout->input_x + MARGIN,
                             layout->title, width, height, scale);
  layout->output =
      place_map (hop->output_height, hop->output_width, 0, 0, layout->output_x + MARGIN,
                 layout->title + top_output, width, height, scale);
}

static GbxHopLayout
begin (const GbxHopType *type)
{
  return (GbxHopLayout){.line = type->line + 1,
                        .title = type->line + GBX_HOP_TITLE_GAP,
                        .bill_width = type->bill_width};
}

/* Input, sums, output. */
static GbxHopLayout
lay_out_between (const GbxHop *hop, int width, int height, int scale, const GbxHopType *type)
{
  GbxHopLayout layout = begin (type);
  double most_wide = cell_within (hop, type, width, MIDDLE_SHARE), middle;

  if (most_wide < type->number)
    most_wide = MIN (cell_within (hop, type, width, LARGE_SHARE), type->number);
  middle = arrange_sums (&layout, hop, type, height, most_wide);
  layout.side = floor (MAX (2 * MARGIN + 1, (width - middle - 2 * GBX_HOP_GAP) / 2));
  layout.output_x = width - layout.side;
  layout.window_x = layout.side + GBX_HOP_GAP;
  place_maps (&layout, hop, scale, MAX (1, height - 2 * layout.title), 0);
  place_sums (&layout, hop, type, height, middle);
  return layout;
}

/* Input above output, and the sums beside them. */
static GbxHopLayout
lay_out_beside (const GbxHop *hop, int width, int height, int scale, const GbxHopType *type)
{
  GbxHopLayout layout = begin (type);
  double sums = arrange_sums (&layout, hop, type, height,
                              MIN (cell_within (hop, type, width, BESIDE_SHARE), type->number));
  double map_height = floor (
      MAX (2 * MARGIN + 1, (height - 2 * layout.title - GBX_HOP_TITLE_GAP) / 2 - 2 * MARGIN));

  layout.side = floor (MAX (2 * MARGIN + 1, width - sums - GBX_HOP_GAP));
  layout.window_x = layout.side + GBX_HOP_GAP;
  place_maps (&layout, hop, scale, map_height,
              map_height + 2 * MARGIN + GBX_HOP_TITLE_GAP + layout.title);
  place_sums (&layout, hop, type, height, sums);
  return layout;
}

/* How large everything is, beyond what is readable anyway. */
static double
rate (const GbxHopLayout *layout, const GbxHopType *type)
{
  return MIN (layout->cell, type->number) * MIN (layout->input.cell, layout->output.cell);
}

GbxHopLayout
gbx_hop_layout (const GbxHop *hop, int width, int height, int scale, const GbxHopType *type)
{
  GbxHopLayout between = lay_out_between (hop, width, height, scale, type);
  GbxHopLayout beside = lay_out_beside (hop, width, height, scale, type);

  return rate (&beside, type) > MUCH_BETTER * rate (&between, type) ? beside : between;
}

int
gbx_hop_layout_height (const GbxHop *hop, const GbxHopType *type)
{
  double title = type->line + GBX_HOP_TITLE_GAP, bill = bill_height (type);
  double grid = MIN (hop->height, LEAST_CELLS) * type->number;

  if (hop->kind == GBX_HOP_CONVOLUTION)
    return (int)ceil (2 * title + GBX_HOP_TITLE_GAP + grid + MAX (grid, bill));
  return (int)ceil (title + GBX_HOP_GAP + grid + bill);
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
