/* gbx-hop.c: a window on its way over a picture. */
#include "gbx-hop.h"

#include "gbx-range.h"

#include <math.h>

int
gbx_hop_n_places (const GbxHop *hop)
{
  return hop->output_height * hop->output_width;
}

void
gbx_hop_window (const GbxHop *hop, int place, int *row, int *column)
{
  *row = place / hop->output_width * hop->stride_y - hop->top;
  *column = place % hop->output_width * hop->stride_x - hop->left;
}

GbxHopCell
gbx_hop_cell (const GbxHop *hop, int place, int row, int column)
{
  GbxHopCell cell = {0};
  int y, x;

  gbx_hop_window (hop, place, &y, &x);
  y += row;
  x += column;
  cell.inside = y >= 0 && y < hop->input_height && x >= 0 && x < hop->input_width;
  if (cell.inside)
    cell.value = hop->picture[y * hop->input_width + x];
  if (hop->kernel)
    cell.weight = hop->kernel[row * hop->width + column];
  cell.product = cell.value * cell.weight;
  return cell;
}

double
gbx_hop_sum (const GbxHop *hop, int place)
{
  double sum = 0;

  for (int row = 0; row < hop->height; row++)
    for (int column = 0; column < hop->width; column++) {
      GbxHopCell cell = gbx_hop_cell (hop, place, row, column);

      sum += (double)(hop->kernel ? cell.product : cell.value);
    }
  return sum;
}

double
gbx_hop_others (const GbxHop *hop, int place)
{
  return hop->sums[place] - hop->bias - gbx_hop_sum (hop, place);
}

int
gbx_hop_n_inside (const GbxHop *hop, int place)
{
  int n = 0;

  for (int row = 0; row < hop->height; row++)
    for (int column = 0; column < hop->width; column++)
      n += gbx_hop_cell (hop, place, row, column).inside;
  return n;
}

int
gbx_hop_largest (const GbxHop *hop, int place)
{
  int best = -1;
  float largest = -INFINITY;

  for (int i = 0; i < hop->height * hop->width; i++) {
    GbxHopCell cell = gbx_hop_cell (hop, place, i / hop->width, i % hop->width);

    if (cell.inside && (best < 0 || cell.value > largest)) {
      best = i;
      largest = cell.value;
    }
  }
  return best;
}

int
gbx_hop_near (const GbxHop *hop, double row, double column)
{
  double y = (row + hop->top - hop->height / 2.0) / hop->stride_y;
  double x = (column + hop->left - hop->width / 2.0) / hop->stride_x;

  return (int)lround (CLAMP (y, 0, hop->output_height - 1)) * hop->output_width +
         (int)lround (CLAMP (x, 0, hop->output_width - 1));
}

void
gbx_hop_free (GbxHop *hop)
{
  g_free (hop->picture);
  g_free (hop->kernel);
  g_free (hop->sums);
  g_free (hop->outputs);
  g_free (hop->output_name);
  g_free (hop);
}

int
gbx_hop_strongest (const GbxHop *hop)
{
  const float *outputs = hop->outputs ? hop->outputs : hop->sums;
  int strongest = 0;

  for (int place = 1; place < gbx_hop_n_places (hop); place++)
    if (outputs[place] > outputs[strongest])
      strongest = place;
  return strongest;
}

float
gbx_hop_pick (const GbxHopCell *cell, GbxHopGrid grid)
{
  return grid == GBX_HOP_VALUES    ? cell->value
         : grid == GBX_HOP_WEIGHTS ? cell->weight
                                   : cell->product;
}

float
gbx_hop_range (const GbxHop *hop, GbxHopGrid grid)
{
  float values = gbx_range_find (hop->picture, (gsize)hop->input_height * (gsize)hop->input_width);
  float weights =
      hop->kernel ? gbx_range_find (hop->kernel, (gsize)hop->height * (gsize)hop->width) : 1;

  return grid == GBX_HOP_VALUES ? values : grid == GBX_HOP_WEIGHTS ? weights : values * weights;
}

gboolean
gbx_hop_is_blank (const GbxHop *hop)
{
  return gbx_hop_range (hop, GBX_HOP_VALUES) == 0;
}
