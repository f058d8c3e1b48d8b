/* test-hop.c: a window on its way over a picture: the numbers, and where they are on the screen. */
#include "ui/widgets/gbx-hop-layout.h"
#include "ui/widgets/gbx-range.h"

#include <math.h>

/* A 3×4 picture of 1…12, one zero all round, a 3×3 window in steps of 2: four places. */
static GbxHop *
make_convolution (void)
{
  static const float kernel[] = {1, 0, -1, 2, 0, -2, 0.5f, 0, -0.5f};
  GbxHop *hop = g_new0 (GbxHop, 1);

  *hop = (GbxHop){.kind = GBX_HOP_CONVOLUTION,
                  .height = 3,
                  .width = 3,
                  .stride_y = 2,
                  .stride_x = 2,
                  .top = 1,
                  .left = 1,
                  .input_height = 3,
                  .input_width = 4,
                  .output_height = 2,
                  .output_width = 2,
                  .n_inputs = 2,
                  .n_outputs = 1,
                  .bias = 0.25f};
  hop->picture = g_new (float, 12);
  for (int i = 0; i < 12; i++)
    hop->picture[i] = (float)(i + 1);
  hop->kernel = g_memdup2 (kernel, sizeof kernel);
  hop->sums = g_new0 (float, 4);
  return hop;
}

static void
test_cells (void)
{
  g_autoptr (GbxHop) hop = make_convolution ();
  GbxHopCell cell;
  int row, column;

  g_assert_cmpint (gbx_hop_n_places (hop), ==, 4);
  gbx_hop_window (hop, 0, &row, &column);
  g_assert_true (row == -1 && column == -1);
  gbx_hop_window (hop, 3, &row, &column);
  g_assert_true (row == 1 && column == 1);

  cell = gbx_hop_cell (hop, 0, 0, 2); /* above the picture */
  g_assert_false (cell.inside);
  g_assert_cmpfloat (cell.weight, ==, -1);
  g_assert_cmpfloat (cell.product, ==, 0);
  cell = gbx_hop_cell (hop, 0, 1, 2);
  g_assert_true (cell.inside);
  g_assert_cmpfloat (cell.value, ==, 2);
  g_assert_cmpfloat (cell.product, ==, -4);
  g_assert_cmpint (gbx_hop_n_inside (hop, 0), ==, 4);
  g_assert_cmpint (gbx_hop_n_inside (hop, 3), ==, 6);
}

static void
test_sums (void)
{
  g_autoptr (GbxHop) hop = make_convolution ();

  /* −2·2 − ½·6 at the first place; 2·(6−8)… at the last: rows 6 7 8 and 10 11 12, then zeros. */
  g_assert_cmpfloat (gbx_hop_sum (hop, 0), ==, -7);
  g_assert_cmpfloat (gbx_hop_sum (hop, 3), ==, -2 + 2 * -2);
  hop->sums[3] = -5;
  g_assert_cmpfloat (gbx_hop_others (hop, 3), ==, -5 - 0.25 + 6);
}

static void
test_pools (void)
{
  g_autoptr (GbxHop) hop = make_convolution ();

  hop->kind = GBX_HOP_MAXIMUM;
  g_clear_pointer (&hop->kernel, g_free);
  g_assert_cmpint (gbx_hop_largest (hop, 0), ==, 8);
  g_assert_cmpint (gbx_hop_largest (hop, 3), ==, 5);
  hop->picture[6 - 1] = 99;
  g_assert_cmpint (gbx_hop_largest (hop, 3), ==, 0);
  hop->kind = GBX_HOP_MEAN;
  g_assert_cmpfloat (gbx_hop_sum (hop, 0), ==, 1 + 2 + 5 + 99);
}

/* Pointing at a number of the picture means the window that has it in its middle, if there is one.
 */
static void
test_near (void)
{
  g_autoptr (GbxHop) hop = make_convolution ();

  g_assert_cmpint (gbx_hop_near (hop, 0.5, 0.5), ==, 0);
  g_assert_cmpint (gbx_hop_near (hop, 0.5, 2.5), ==, 1);
  g_assert_cmpint (gbx_hop_near (hop, 2.5, 2.5), ==, 3);
  g_assert_cmpint (gbx_hop_near (hop, 99, 99), ==, 3);
  g_assert_cmpint (gbx_hop_near (hop, -99, 99), ==, 1);
}

static void
assert_inside (const GbxHopMap *map, int rows, int columns, double left, double right, int height)
{
  g_assert_cmpfloat (map->x, >=, left);
  g_assert_cmpfloat (map->y, >=, 0);
  g_assert_cmpfloat (map->x + columns * map->cell, <=, right);
  g_assert_cmpfloat (map->y + rows * map->cell, <=, height);
}

/* Whatever the size, the maps stay in their columns, the bill beside them, and every number of the
 * output is found where it is. */
static void
assert_laid_out (const GbxHop *hop, int width, int height, int scale, const GbxHopType *type)
{
  GbxHopLayout layout = gbx_hop_layout (hop, width, height, scale, type);
  double right = layout.output_x > 0 ? layout.output_x : width;

  assert_inside (&layout.input, 4, 4, layout.input_x,
                 layout.input_x + layout.side + layout.input.cell, height);
  assert_inside (&layout.output, 2, 2, layout.output_x, layout.output_x + layout.side, height);
  g_assert_cmpfloat (layout.window_x, >=, layout.side);
  g_assert_cmpfloat (layout.bill_x + layout.bill_width, <=, right);
  g_assert_cmpfloat (layout.bill_y + (type->bill_lines + 0.5) * layout.line, <=,
                     height + type->bill_lines);
  g_assert_cmpfloat (layout.cell, >=, 6);
  if (layout.output_x == 0) /* below the input */
    g_assert_cmpfloat (layout.input.y + 3 * layout.input.cell + layout.title, <, layout.output.y);
  for (int place = 0; place < 4; place++)
    g_assert_cmpint (gbx_hop_layout_at (&layout, hop,
                                        layout.output.x + (place % 2 + 0.5) * layout.output.cell,
                                        layout.output.y + (place / 2 + 0.5) * layout.output.cell),
                     ==, place);
  g_assert_cmpint (gbx_hop_layout_at (&layout, hop, layout.window_x, layout.upper_y), ==, -1);
}

static void
test_layout (void)
{
  g_autoptr (GbxHop) hop = make_convolution ();
  const GbxHopType types[] = {{15, 34, 150, 5}, {23, 50, 190, 5}};

  for (int kind = GBX_HOP_CONVOLUTION; kind <= GBX_HOP_MEAN; kind++)
    for (int type = 0; type < 2; type++)
      for (int width = 540; width < 1200; width += 97) {
        int least;

        hop->kind = kind;
        least = gbx_hop_layout_height (hop, &types[type]);
        for (int height = least; height < 700; height += 83)
          for (int scale = 1; scale <= 2; scale++)
            assert_laid_out (hop, width, height, scale, &types[type]);
      }
}

/* Where the sums between the maps would leave them no room, they go beside them; and at the least
 * height its numbers are as large as they have to be. */
static void
test_large_type (void)
{
  g_autoptr (GbxHop) hop = make_convolution ();
  const GbxHopType small = {15, 34, 130, 5}, large = {23, 50, 160, 5};
  GbxHopLayout layout = gbx_hop_layout (hop, 1000, 300, 1, &small);

  g_assert_cmpfloat (layout.output_x, >, layout.bill_x);
  layout = gbx_hop_layout (hop, 560, gbx_hop_layout_height (hop, &large), 1, &large);
  g_assert_cmpfloat (layout.output_x, ==, 0);
  g_assert_cmpfloat (layout.cell, >=, large.number);
}

static void
test_range (void)
{
  float values[1000] = {0};

  g_assert_cmpfloat (gbx_range_find (values, 1000), ==, 0);
  values[17] = -3; /* all but one are zero: it is what there is to see */
  g_assert_cmpfloat (gbx_range_find (values, 1000), ==, 3);
  for (int i = 0; i < 1000; i++)
    values[i] = i % 2 ? 1 : -1;
  values[500] = 1e9f;
  values[501] = NAN;
  values[502] = INFINITY;
  g_assert_cmpfloat (gbx_range_find (values, 1000), ==, 1);
  values[0] = NAN;
  g_assert_cmpfloat (gbx_range_find (values, 1), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hop/cells", test_cells);
  g_test_add_func ("/hop/sums", test_sums);
  g_test_add_func ("/hop/pools", test_pools);
  g_test_add_func ("/hop/near", test_near);
  g_test_add_func ("/hop/layout", test_layout);
  g_test_add_func ("/hop/large-type", test_large_type);
  g_test_add_func ("/hop/range", test_range);
  return g_test_run ();
}
