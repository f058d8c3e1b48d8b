/* test-tiling.c: where the tiles of a grid are. */
#include "ui/widgets/gbx-tiling.h"

static void
rectangle (const GbxTiling *tiling, int index, int expected[4])
{
  int x, y, width, height;

  gbx_tiling_rectangle (tiling, index, &x, &y, &width, &height);
  g_assert_cmpint (x, ==, expected[0]);
  g_assert_cmpint (y, ==, expected[1]);
  g_assert_cmpint (width, ==, expected[2]);
  g_assert_cmpint (height, ==, expected[3]);
}

static void
test_one_picture (void)
{
  GbxTiling tiling = gbx_tiling_pictures (1, 28, 28, 300, 150, 4);

  g_assert_cmpint (tiling.columns, ==, 1);
  g_assert_cmpint (tiling.tile_width, ==, 140); /* five times 28, not 150 */
  rectangle (&tiling, 0, (int[]){80, 5, 140, 140});
}

/* Four wide pictures fill a tall area best one below the other, a wide one side by side. */
static void
test_best_arrangement (void)
{
  GbxTiling tiling = gbx_tiling_pictures (4, 10, 10, 100, 415, 5);

  g_assert_cmpint (tiling.columns, ==, 1);
  rectangle (&tiling, 3, (int[]){0, 315, 100, 100});
  tiling = gbx_tiling_pictures (4, 10, 10, 415, 100, 5);
  g_assert_cmpint (tiling.columns, ==, 4);
  tiling = gbx_tiling_pictures (4, 10, 10, 205, 205, 5);
  g_assert_cmpint (tiling.columns, ==, 2);
  rectangle (&tiling, 3, (int[]){105, 105, 100, 100});
}

/* Whatever the numbers, tiles lie inside, do not overlap, and are found where they are. */
static void
test_pictures_everywhere (void)
{
  for (int n = 1; n < 200; n += 13) {
    for (int width = 60; width < 900; width += 119) {
      for (int height = 60; height < 600; height += 97) {
        GbxTiling tiling = gbx_tiling_pictures (n, 28, 28, width, height, 2);

        for (int i = 0; i < n; i++) {
          int x, y, w, h;

          gbx_tiling_rectangle (&tiling, i, &x, &y, &w, &h);
          g_assert_cmpint (w, >=, 1);
          if (tiling.tile_width > 1 && tiling.tile_height > 1) {
            g_assert_cmpint (x + w, <=, width);
            g_assert_cmpint (y + h, <=, height);
          }
          g_assert_cmpint (gbx_tiling_at (&tiling, x, y), ==, i);
          g_assert_cmpint (gbx_tiling_at (&tiling, x + w - 0.5, y + h - 0.5), ==, i);
        }
        g_assert_cmpint (gbx_tiling_at (&tiling, tiling.left - 1, tiling.top), ==, -1);
        g_assert_cmpint (gbx_tiling_at (&tiling, width + 900, tiling.top), ==, -1);
        g_assert_cmpint (gbx_tiling_at (&tiling, tiling.left, height + 900), ==, -1);
      }
    }
  }
}

/* A matrix fills its area to the last pixel, though it cannot be divided. */
static void
test_matrix_fills (void)
{
  GbxTiling tiling = gbx_tiling_matrix (3, 7, 10, 20, 100, 50, 1);
  int right = 10, x, y, width, height;

  g_assert_cmpint (tiling.gap, ==, 1);
  for (int column = 0; column < 7; column++) {
    gbx_tiling_rectangle (&tiling, column, &x, &y, &width, &height);
    g_assert_cmpint (x, ==, right);
    g_assert_cmpint (width + 1, >=, 14);
    g_assert_cmpint (width + 1, <=, 15);
    right = x + width + 1;
  }
  g_assert_cmpint (right, ==, 110);
  gbx_tiling_rectangle (&tiling, 20, &x, &y, &width, &height);
  g_assert_cmpint (y + height + 1, ==, 70);
}

static void
test_matrix_crowded (void)
{
  GbxTiling tiling = gbx_tiling_matrix (10, 4096, 0, 0, 700, 200, 1);
  int x, y, width, height;

  g_assert_cmpint (tiling.gap, ==, 0);
  gbx_tiling_rectangle (&tiling, 4095, &x, &y, &width, &height);
  g_assert_cmpint (width, >=, 1);
  g_assert_cmpint (gbx_tiling_at (&tiling, 699.9, 199.9), ==, 40959);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiling/pictures/one", test_one_picture);
  g_test_add_func ("/tiling/pictures/best", test_best_arrangement);
  g_test_add_func ("/tiling/pictures/everywhere", test_pictures_everywhere);
  g_test_add_func ("/tiling/matrix/fills", test_matrix_fills);
  g_test_add_func ("/tiling/matrix/crowded", test_matrix_crowded);
  return g_test_run ();
}
