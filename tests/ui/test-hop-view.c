/* test-hop-view.c: the window on its way on a display: what it paints, what hands do, what it
 * tells, and that it goes when it is done with. */
#include "stage.h"

#include "ui/widgets/gbx-convolution-view.h"

#include <math.h>

#define FULL 0xff1c71d8u /* blue at its fullest, in the light */

/* 5×5 numbers through a 2×2 window: 4×4 places. The picture is 1 in one place and 0 elsewhere. */
static GbxHop *
make_hop (GbxHopKind kind)
{
  static const float kernel[] = {1, 0.5f, -0.5f, -1};
  GbxHop *hop = g_new0 (GbxHop, 1);

  *hop = (GbxHop){.kind = kind,
                  .height = 2,
                  .width = 2,
                  .stride_y = 1,
                  .stride_x = 1,
                  .input_height = 5,
                  .input_width = 5,
                  .output_height = 4,
                  .output_width = 4,
                  .n_inputs = 3,
                  .input = 1,
                  .n_outputs = 4,
                  .output = 2,
                  .bias = 0.25f,
                  .output_name = g_strdup ("ReLU")};
  hop->picture = g_new0 (float, 25);
  hop->picture[2 * 5 + 2] = 1;
  hop->kernel = kind == GBX_HOP_CONVOLUTION ? g_memdup2 (kernel, sizeof kernel) : NULL;
  hop->sums = g_new0 (float, 16);
  hop->outputs = g_new0 (float, 16);
  for (int place = 0; place < 16; place++) {
    hop->sums[place] = (float)gbx_hop_sum (hop, place) + hop->bias + 0.5f;
    hop->outputs[place] = MAX (hop->sums[place], 0);
  }
  return hop;
}

static int
get_place (Stage *stage)
{
  int place;

  g_object_get (stage->widget, "place", &place, NULL);
  return place;
}

static gboolean
is_playing (Stage *stage)
{
  gboolean playing;

  g_object_get (stage->widget, "playing", &playing, NULL);
  return playing;
}

static void
test_keys (void)
{
  Stage stage = stage_new (gbx_convolution_view_new (), 600, 280);
  GbxConvolutionView *view = GBX_CONVOLUTION_VIEW (stage.widget);

  assert_label (view, "The window, step by step");
  assert_description (view, "Nothing yet");
  g_assert_false (stage_press (stage.widget, GDK_KEY_Right, 0));
  stage_shoot (&stage);
  gbx_convolution_view_set_hop (view, make_hop (GBX_HOP_CONVOLUTION));
  g_assert_cmpint (get_place (&stage), ==, 10); /* the largest output */
  g_object_set (view, "place", 0, NULL);
  assert_press (stage.widget, GDK_KEY_Down);
  assert_press (stage.widget, GDK_KEY_Right);
  g_assert_cmpint (get_place (&stage), ==, 5);
  assert_description (view, "Row 2, column 2: products, this map −1.000, the other 2 maps +0.500, "
                            "bias +0.250, sum −0.250, ReLU 0");
  assert_press (stage.widget, GDK_KEY_End);
  g_assert_cmpint (get_place (&stage), ==, 7);
  g_object_set (view, "place", 99, NULL); /* there is none */
  g_assert_cmpint (get_place (&stage), ==, 7);
  stage_shoot (&stage);

  /* New numbers leave the place where it is; another map has other places. */
  gbx_convolution_view_set_hop (view, make_hop (GBX_HOP_MAXIMUM));
  g_assert_cmpint (get_place (&stage), ==, 7);
  g_object_set (view, "place", 10, NULL);
  assert_description (view, "Row 3, column 3: the largest +1.750, ReLU +1.750");
  stage_shoot (&stage);
  gbx_convolution_view_set_hop (view, make_hop (GBX_HOP_MEAN));
  assert_description (view, "Row 3, column 3: sum +1.000, divided by 4, mean +1.750, ReLU +1.750");
  stage_shoot (&stage);
  gbx_convolution_view_set_hop (view, NULL);
  g_assert_cmpint (get_place (&stage), ==, 0);
  stage_shoot (&stage);
  stage_free (&stage);
}

/* Wherever the pointer is over the output, the window is where that number comes from. */
static void
test_pointer (void)
{
  Stage stage = stage_new (gbx_convolution_view_new (), 600, 280);
  gpointer motion = stage_controller (stage.widget, GTK_TYPE_EVENT_CONTROLLER_MOTION);
  gboolean seen[16] = {FALSE};

  gbx_convolution_view_set_hop (GBX_CONVOLUTION_VIEW (stage.widget),
                                make_hop (GBX_HOP_CONVOLUTION));
  stage_shoot (&stage);
  for (int y = 0; y < 280; y += 5)
    for (int x = 440; x < 600; x += 5) {
      g_signal_emit_by_name (motion, "motion", (double)x, (double)y);
      seen[get_place (&stage)] = TRUE;
    }
  for (int place = 0; place < 16; place++)
    g_assert_true (seen[place]);
  stage_click (stage.widget, 300, 3); /* beside both maps: nothing */
  stage_free (&stage);
}

/* The output fills place by place, and is whole as soon as a hand stops the window. */
static void
test_plays (void)
{
  Stage stage = stage_new (gbx_convolution_view_new (), 600, 280);
  guint whole, part, notified = 0;

  g_signal_connect_swapped (stage.widget, "notify::playing", G_CALLBACK (stage_count_cb),
                            &notified);
  g_object_set (stage.widget, "playing", TRUE, NULL); /* there is nothing to go over */
  g_assert_false (is_playing (&stage));
  gbx_convolution_view_set_hop (GBX_CONVOLUTION_VIEW (stage.widget),
                                make_hop (GBX_HOP_CONVOLUTION));
  g_object_set (stage.widget, "place", 2, NULL);
  stage_shoot (&stage);
  whole = stage_count (&stage, 0, 420, 0, 180, 280);
  g_object_set (stage.widget, "playing", TRUE, NULL);
  g_assert_true (is_playing (&stage));
  stage_shoot (&stage);
  part = stage_count (&stage, 0, 420, 0, 180, 280);
  g_assert_cmpuint (part, >, whole + 1000);
  while (get_place (&stage) < 5)
    g_main_context_iteration (NULL, TRUE);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count (&stage, 0, 420, 0, 180, 280), <, part);
  assert_press (stage.widget, GDK_KEY_Left);
  g_assert_false (is_playing (&stage));
  g_assert_cmpint (get_place (&stage), ==, 4);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count (&stage, 0, 420, 0, 180, 280), <=, whole + 100);
  g_assert_cmpuint (notified, ==, 2);

  /* It ends at the last place. */
  g_object_set (stage.widget, "place", 14, "playing", TRUE, NULL);
  while (is_playing (&stage))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (get_place (&stage), ==, 15);
  stage_free (&stage);
}

/* Who asked the desktop for no animations gets none. */
static void
test_stands_still (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  Stage stage = stage_new (gbx_convolution_view_new (), 600, 280);

  gbx_convolution_view_set_hop (GBX_CONVOLUTION_VIEW (stage.widget), make_hop (GBX_HOP_MEAN));
  g_object_set (stage.widget, "playing", TRUE, NULL);
  g_assert_true (is_playing (&stage));
  g_object_set (settings, "gtk-enable-animations", FALSE, NULL);
  g_assert_false (is_playing (&stage));
  g_object_set (stage.widget, "playing", TRUE, NULL);
  g_assert_false (is_playing (&stage));
  g_object_set (settings, "gtk-enable-animations", TRUE, NULL);

  /* Nor does it go on while nobody sees it. */
  g_object_set (stage.widget, "playing", TRUE, NULL);
  gtk_widget_set_visible (stage.widget, FALSE);
  g_assert_false (is_playing (&stage));
  stage_free (&stage);
}

/* The one number of the picture, sharp, and as blue as can be. */
static void
test_is_sharp (void)
{
  Stage stage = stage_new (gbx_convolution_view_new (), 600, 280);
  GbxHop *hop = make_hop (GBX_HOP_CONVOLUTION);
  int first = -1, last = -1, side, n;

  hop->picture[2 * 5 + 2] = 0;
  hop->picture[4 * 5 + 4] = 1; /* away from the window */
  gbx_convolution_view_set_hop (GBX_CONVOLUTION_VIEW (stage.widget), hop);
  g_object_set (stage.widget, "place", 0, NULL);
  stage_shoot (&stage);
  g_assert_cmphex (gbx_palette_diverging (1, FALSE), ==, FULL);
  for (int x = 0; x < 150; x++)
    if (stage_count (&stage, FULL, x, 0, 1, 280) > 0) {
      first = first < 0 ? x : first;
      last = x;
    }
  g_assert_cmpint (first, >, 0);
  /* A square of whole pixels of the screen. */
  n = (int)stage_count (&stage, FULL, 0, 0, 150, 280);
  side = (int)lround (sqrt (n));
  g_assert_cmpint (side * side, ==, n);
  g_assert_cmpint (abs (side - (last - first + 1) * stage.scale), <=, stage.scale);
  stage_free (&stage);
}

int
main (int argc, char **argv)
{
  stage_init (&argc, &argv);
  g_test_add_func ("/hop-view/keys", test_keys);
  g_test_add_func ("/hop-view/pointer", test_pointer);
  g_test_add_func ("/hop-view/plays", test_plays);
  g_test_add_func ("/hop-view/stands-still", test_stands_still);
  g_test_add_func ("/hop-view/sharp", test_is_sharp);
  return g_test_run ();
}
