/* test-widgets.c: pictures, bars, weights and the canvas on a display: what they paint, what keys
 * do, what they tell assistive technology, and that they go when they are done with. */
#include "stage.h"

#include "ui/widgets/gbx-digit-canvas.h"
#include "ui/widgets/gbx-heatmap.h"
#include "ui/widgets/gbx-picture.h"
#include "ui/widgets/gbx-share-bar.h"

#include <adwaita.h>
#include <math.h>

/* Each cell is one colour to its very edge. */
static void
test_picture_is_sharp (void)
{
  const guint8 grey[] = {0, 255, 100, 50, 200, 17};
  Stage stage = stage_new (gbx_picture_new (), 120, 80);

  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, 0xff000000u), ==, 80 * 80 * stage.scale * stage.scale);
  gbx_picture_set_pixels (GBX_PICTURE (stage.widget), grey, 3, 2);
  stage_shoot (&stage);
  for (int i = 0; i < 6; i++)
    g_assert_cmpuint (
        stage_count (&stage, 0xff000000u | grey[i] * 0x010101u, i % 3 * 40, i / 3 * 40, 40, 40), ==,
        40 * 40 * stage.scale * stage.scale);
  gbx_picture_clear (GBX_PICTURE (stage.widget));
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 60, 40), ==, 0xff000000u);
  stage_free (&stage);
}

/* What does not fit exactly keeps its proportions, in the middle. */
static void
test_picture_keeps_proportions (void)
{
  const guint8 grey[] = {255, 255};
  Stage stage = stage_new (gbx_picture_new (), 100, 100);

  gbx_picture_set_pixels (GBX_PICTURE (stage.widget), grey, 2, 1);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, 0xffffffffu), ==,
                    100 * 50 * stage.scale * stage.scale);
  g_assert_cmphex (stage_pixel (&stage, 50, 24), ==, 0);
  g_assert_cmphex (stage_pixel (&stage, 50, 26), ==, 0xffffffffu);
  stage_free (&stage);
}

/* As long as its share, and what is there at all is seen. */
static void
test_share_bar (void)
{
  Stage stage = stage_new (gbx_share_bar_new (), 200, 4);
  GbxShareBar *bar = GBX_SHARE_BAR (stage.widget);
  guint32 blue = stage_colour (&stage, GBX_COLOUR_POSITIVE);
  guint32 track = stage_colour (&stage, GBX_COLOUR_GRID);

  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, blue), ==, 0);
  gbx_share_bar_set_share (bar, 0.75);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count (&stage, blue, 4, 0, 142, 4), ==,
                    142 * 4 * stage.scale * stage.scale);
  g_assert_cmpuint (stage_count (&stage, track, 150, 0, 46, 4), ==,
                    46 * 4 * stage.scale * stage.scale);
  gbx_share_bar_set_share (bar, 1e-6);
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 0.5, 2), !=, track);
  g_assert_true (
      gtk_test_accessible_has_role (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_ROLE_PRESENTATION));
  stage_free (&stage);
}

static void
test_heatmap_pictures (void)
{
  const float values[] = {1, -1, 0, 0.5f, -0.5f, NAN, 1, -1};
  Stage stage = stage_new (gbx_heatmap_new (), 210, 106);
  GbxHeatmap *heatmap = GBX_HEATMAP (stage.widget);

  /* Two pictures of 2 × 2 side by side, 100 large, 4 apart, 3 from the border. */
  gbx_heatmap_set_pictures (heatmap, values, 2, 2, 2);
  stage_shoot (&stage);
  for (int i = 0; i < 8; i++)
    g_assert_cmpuint (stage_count (&stage, gbx_palette_diverging (values[i], FALSE),
                                   3 + i / 4 * 104 + i % 2 * 50, 3 + i % 4 / 2 * 50, 50, 50),
                      ==, 2500 * stage.scale * stage.scale);
  g_assert_cmpuint (stage_count (&stage, 0, 103, 0, 4, 106), ==,
                    4 * 106 * stage.scale * stage.scale);
  g_assert_cmphex (gbx_palette_diverging (0, FALSE), ==, 0xffffffffu);
  gbx_heatmap_clear (heatmap);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, 0), ==, 210 * 106 * stage.scale * stage.scale);
  stage_free (&stage);
}

/* One weight gone wild leaves the others their colours. */
static void
test_heatmap_outlier (void)
{
  Stage stage = stage_new (gbx_heatmap_new (), 146, 146);
  float values[28 * 28];

  for (int i = 0; i < 28 * 28; i++)
    values[i] = i % 2 ? 1 : -1;
  values[0] = 1e9f;
  gbx_heatmap_set_pictures (GBX_HEATMAP (stage.widget), values, 1, 28, 28);
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 3 + 5 + 2, 3 + 2), ==, gbx_palette_diverging (1, FALSE));
  g_assert_cmphex (stage_pixel (&stage, 3 + 10 + 2, 3 + 2), ==, gbx_palette_diverging (-1, FALSE));
  stage_free (&stage);
}

/* The range goes towards the new one in steps, so that colours do not flicker; to another network's
 * at once, for perhaps no further values come. */
static void
test_heatmap_range_is_smooth (void)
{
  const float small[] = {1, -1, 1, -1}, larger[] = {1.2f, -1.2f, 1.2f, -1.2f},
              huge[] = {9, -9, 9, -9};
  Stage stage = stage_new (gbx_heatmap_new (), 106, 106);

  gbx_heatmap_set_matrix (GBX_HEATMAP (stage.widget), larger, 2, 2, NULL);
  gbx_heatmap_set_matrix (GBX_HEATMAP (stage.widget), small, 2, 2, NULL);
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 20, 20), ==, gbx_palette_diverging (1 / 1.15f, FALSE));
  for (int i = 0; i < 40; i++)
    gbx_heatmap_set_matrix (GBX_HEATMAP (stage.widget), small, 2, 2, NULL);
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 20, 20), ==, gbx_palette_diverging (1, FALSE));
  gbx_heatmap_set_matrix (GBX_HEATMAP (stage.widget), huge, 2, 2, NULL);
  gbx_heatmap_set_matrix (GBX_HEATMAP (stage.widget), small, 2, 2, NULL);
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 20, 20), ==, gbx_palette_diverging (1, FALSE));
  gbx_heatmap_set_pictures (GBX_HEATMAP (stage.widget), larger, 1, 2, 2);
  gbx_heatmap_set_pictures (GBX_HEATMAP (stage.widget), small, 1, 2, 2); /* alone: at once */
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 20, 20), ==, gbx_palette_diverging (1, FALSE));
  stage_free (&stage);
}

static void
test_heatmap_matrix (void)
{
  const char *const labels[] = {"cat", "dog", NULL};
  const float values[] = {1, -1, 0, 0.25f, 0.5f, -0.42f};
  Stage stage = stage_new (gbx_heatmap_new (), 200, 86);
  GbxHeatmap *heatmap = GBX_HEATMAP (stage.widget);
  guint notified = 0;

  g_signal_connect_swapped (heatmap, "notify::selected", G_CALLBACK (stage_count_cb), &notified);
  gbx_heatmap_set_matrix (heatmap, values, 2, 3, labels);
  stage_shoot (&stage);
  assert_description (heatmap, "2 outputs of 3 units each");
  for (int i = 0; i < 6; i++) { /* 39 high, and the labels need less than half of the width */
    guint n =
        stage_count (&stage, gbx_palette_diverging (values[i], FALSE), 100, 3 + i / 3 * 40, 97, 39);

    g_assert_true (i % 3 == 0 || n >= 39 * 20u);
  }
  g_assert_cmpint (gbx_heatmap_get_selected (heatmap), ==, -1);
  stage_click (stage.widget, 195, 80);
  g_assert_cmpint (gbx_heatmap_get_selected (heatmap), ==, 5);
  assert_description (heatmap, "Output dog, unit 3: −0.420");
  assert_press (stage.widget, GDK_KEY_Up);
  assert_press (stage.widget, GDK_KEY_Left);
  g_assert_cmpint (gbx_heatmap_get_selected (heatmap), ==, 1);
  assert_description (heatmap, "Output cat, unit 2: −1.000");
  assert_press (stage.widget, GDK_KEY_Up); /* there is nothing above */
  g_assert_cmpint (gbx_heatmap_get_selected (heatmap), ==, 1);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, stage_colour (&stage, GBX_COLOUR_FOREGROUND)), >, 100);
  assert_press (stage.widget, GDK_KEY_Escape);
  g_assert_cmpint (gbx_heatmap_get_selected (heatmap), ==, -1);
  g_assert_cmpuint (notified, ==, 4);
  g_assert_false (stage_press (stage.widget, GDK_KEY_Escape, 0));
  stage_free (&stage);
}

static void
test_heatmap_units (void)
{
  g_autofree float *values = g_new0 (float, 64 * 4);
  Stage stage = stage_new (gbx_heatmap_new (), 400, 200);
  GbxHeatmap *heatmap = GBX_HEATMAP (stage.widget);

  values[12 * 4] = 0.5f;
  values[12 * 4 + 3] = -0.25f;
  gbx_heatmap_set_pictures (heatmap, values, 64, 2, 2);
  g_object_set (heatmap, "selected", 12, "label", "First layer", NULL);
  assert_label (heatmap, "First layer");
  assert_description (heatmap, "Unit 13: weights from −0.250 to +0.500");
  g_object_set (heatmap, "selected", 64, NULL);
  g_assert_cmpint (gbx_heatmap_get_selected (heatmap), ==, -1);
  gbx_heatmap_set_selected (heatmap, 63);
  gbx_heatmap_set_pictures (heatmap, values, 10, 2, 2); /* fewer units: the selection goes */
  g_assert_cmpint (gbx_heatmap_get_selected (heatmap), ==, -1);
  stage_free (&stage);
}

/* The paper is dark in the dark, and what was made for the light is made anew. */
static void
test_follows_dark (void)
{
  const float values[] = {0, 1, 1, 1};
  Stage stage = stage_new (gbx_heatmap_new (), 106, 106);

  gbx_heatmap_set_pictures (GBX_HEATMAP (stage.widget), values, 1, 2, 2);
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 20, 20), ==, 0xffffffffu);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_DARK);
  stage_settle ();
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 20, 20), ==, gbx_palette_diverging (0, TRUE));
  g_assert_cmphex (gbx_palette_diverging (0, TRUE), !=, 0xffffffffu);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_LIGHT);
  stage_settle ();
  stage_free (&stage);
}

static void
test_canvas_pointer (void)
{
  Stage stage = stage_new (gbx_digit_canvas_new (), 200, 200);
  GbxDigitCanvas *canvas = GBX_DIGIT_CANVAS (stage.widget);
  guint changes = 0, notified = 0;
  gboolean empty;

  g_signal_connect_swapped (canvas, "changed", G_CALLBACK (stage_count_cb), &changes);
  g_signal_connect_swapped (canvas, "notify::empty", G_CALLBACK (stage_count_cb), &notified);
  g_signal_emit_by_name (stage_controller (stage.widget, GTK_TYPE_GESTURE_DRAG), "drag-begin", 50.0,
                         150.0);
  g_object_get (canvas, "empty", &empty, NULL);
  g_assert_false (empty);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpuint (notified, ==, 1);
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 50, 150), ==, stage_colour (&stage, GBX_COLOUR_FOREGROUND));
  g_assert_cmphex (stage_pixel (&stage, 50, 100), ==, stage_colour (&stage, GBX_COLOUR_BACKGROUND));
  /* Beyond the border the pen stays on the paper. */
  g_signal_emit_by_name (stage_controller (stage.widget, GTK_TYPE_GESTURE_DRAG), "drag-begin",
                         900.0, -50.0);
  g_assert_cmpfloat (g_array_index (gbx_digit_canvas_get_drawing (canvas)->points, NnPoint, 1).x,
                     ==, 1);
  g_assert_cmpfloat (g_array_index (gbx_digit_canvas_get_drawing (canvas)->points, NnPoint, 1).y,
                     ==, 0);
  stage_free (&stage);
}

static void
test_canvas_keyboard (void)
{
  Stage stage = stage_new (gbx_digit_canvas_new (), 280, 280);
  GbxDigitCanvas *canvas = GBX_DIGIT_CANVAS (stage.widget);
  guint32 ink = stage_colour (&stage, GBX_COLOUR_FOREGROUND);
  const NnPrepareSpec steps = nn_prepare_spec_default ();
  NnNormalised seen;
  guint changes = 0;

  g_signal_connect_swapped (canvas, "changed", G_CALLBACK (stage_count_cb), &changes);
  g_assert_false (gbx_digit_canvas_normalise (canvas, &steps, &seen));
  for (int i = 0; i < 7; i++)
    assert_press (stage.widget, GDK_KEY_Up);
  assert_description (canvas, "Pen lifted, 50 % from the left, 25 % from the top");
  g_assert_true (nn_drawing_is_empty (gbx_digit_canvas_get_drawing (canvas)));
  assert_press (stage.widget, GDK_KEY_space);
  for (int i = 0; i < 14; i++)
    assert_press (stage.widget, GDK_KEY_Down);
  assert_description (canvas, "Pen down, 50 % from the left, 75 % from the top");
  assert_press (stage.widget, GDK_KEY_space);
  assert_press (stage.widget, GDK_KEY_Down);
  g_assert_cmpuint (changes, ==, 15);
  g_assert_true (gbx_digit_canvas_normalise (canvas, &steps, &seen));
  g_assert_cmpuint (seen.pixels[14 * 28 + 14], >, 128);
  g_assert_cmpuint (seen.pixels[14 * 28 + 2], ==, 0);
  stage_shoot (&stage);
  for (int y = 70; y <= 210; y += 7)
    g_assert_cmphex (stage_pixel (&stage, 140, y), ==, ink);
  g_assert_cmphex (stage_pixel (&stage, 140, 240), !=, ink);
  g_assert_cmphex (stage_pixel (&stage, 100, 140), !=, ink);
  stage_free (&stage);
}

/* Long strokes are drawn in pieces that are kept: they must join. */
static void
test_canvas_pieces (void)
{
  Stage stage = stage_new (gbx_digit_canvas_new (), 280, 280);
  GbxDigitCanvas *canvas = GBX_DIGIT_CANVAS (stage.widget);
  guint32 ink = stage_colour (&stage, GBX_COLOUR_FOREGROUND);
  const NnDrawing *drawing;

  for (int i = 0; i < 14; i++)
    assert_press (stage.widget, GDK_KEY_Left);
  assert_press (stage.widget, GDK_KEY_space);
  for (int i = 0; i < 112; i++) {
    g_assert_true (stage_press (stage.widget, GDK_KEY_Right, GDK_SHIFT_MASK));
    stage_shoot (&stage);
    g_assert_cmphex (stage_pixel (&stage, MIN (2.5 * i + 1, 278), 140), ==, ink);
  }
  for (int x = 1; x < 279; x++)
    g_assert_cmphex (stage_pixel (&stage, x, 140), ==, ink);
  drawing = gbx_digit_canvas_get_drawing (canvas);
  g_assert_cmpuint (drawing->points->len, >, 40);
  g_assert_cmpuint (drawing->starts->len, ==, 1);
  stage_free (&stage);
}

static void
test_canvas_undo (void)
{
  Stage stage = stage_new (gbx_digit_canvas_new (), 200, 200);
  GbxDigitCanvas *canvas = GBX_DIGIT_CANVAS (stage.widget);
  const GArray *starts;

  for (int i = 0; i < 2; i++) {
    assert_press (stage.widget, GDK_KEY_space);
    assert_press (stage.widget, GDK_KEY_Right);
    assert_press (stage.widget, GDK_KEY_space);
    assert_press (stage.widget, GDK_KEY_Down);
  }
  starts = gbx_digit_canvas_get_drawing (canvas)->starts;
  g_assert_cmpuint (starts->len, ==, 2);
  g_assert_true (stage_press (stage.widget, GDK_KEY_z, GDK_CONTROL_MASK));
  g_assert_cmpuint (starts->len, ==, 1);
  assert_press (stage.widget, GDK_KEY_Delete);
  g_assert_true (nn_drawing_is_empty (gbx_digit_canvas_get_drawing (canvas)));
  /* Even a cleared drawing comes back. */
  gbx_digit_canvas_undo (canvas);
  g_assert_cmpuint (gbx_digit_canvas_get_drawing (canvas)->starts->len, ==, 1);
  gbx_digit_canvas_undo (canvas);
  gbx_digit_canvas_undo (canvas);
  g_assert_true (nn_drawing_is_empty (gbx_digit_canvas_get_drawing (canvas)));
  stage_free (&stage);
}

static void
test_canvas_copies (void)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  Stage stage = stage_new (gbx_digit_canvas_new (), 200, 200);
  GbxDigitCanvas *canvas = GBX_DIGIT_CANVAS (stage.widget);

  nn_drawing_begin_stroke (drawing, 0.25f, 0.5f);
  nn_drawing_add_point (drawing, 0.75f, 0.5f);
  gbx_digit_canvas_set_drawing (canvas, drawing);
  g_object_set (canvas, "pen", 0.2, NULL);
  nn_drawing_clear (drawing);
  stage_shoot (&stage);
  g_assert_cmphex (stage_pixel (&stage, 100, 100), ==,
                   stage_colour (&stage, GBX_COLOUR_FOREGROUND));
  g_assert_cmphex (stage_pixel (&stage, 100, 118), ==,
                   stage_colour (&stage, GBX_COLOUR_FOREGROUND));
  g_assert_cmphex (stage_pixel (&stage, 100, 122), ==,
                   stage_colour (&stage, GBX_COLOUR_BACKGROUND));
  stage_free (&stage);
}

int
main (int argc, char **argv)
{
  stage_init (&argc, &argv);
  g_test_add_func ("/picture/sharp", test_picture_is_sharp);
  g_test_add_func ("/picture/proportions", test_picture_keeps_proportions);
  g_test_add_func ("/share-bar/share", test_share_bar);
  g_test_add_func ("/heatmap/pictures", test_heatmap_pictures);
  g_test_add_func ("/heatmap/outlier", test_heatmap_outlier);
  g_test_add_func ("/heatmap/range", test_heatmap_range_is_smooth);
  g_test_add_func ("/heatmap/matrix", test_heatmap_matrix);
  g_test_add_func ("/heatmap/units", test_heatmap_units);
  g_test_add_func ("/heatmap/dark", test_follows_dark);
  g_test_add_func ("/canvas/pointer", test_canvas_pointer);
  g_test_add_func ("/canvas/keyboard", test_canvas_keyboard);
  g_test_add_func ("/canvas/pieces", test_canvas_pieces);
  g_test_add_func ("/canvas/undo", test_canvas_undo);
  g_test_add_func ("/canvas/copies", test_canvas_copies);
  return g_test_run ();
}
