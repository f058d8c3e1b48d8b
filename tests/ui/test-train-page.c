/* test-train-page.c: the Train stage with a network that looks at pictures. */
#include "finding.h"
#include "page.h"

#include "ui/train/gbx-hop-panel.h"
#include "ui/train/gbx-train-page.h"
#include "ui/widgets/gbx-convolution-view.h"
#include "ui/widgets/gbx-heatmap.h"

/* Convolution, pooling, convolution, and a dense layer behind them. */
static void
load_convolutions (GbxSession *session)
{
  g_autoptr (NnExperiment) experiment = nn_experiment_copy (gbx_session_get_experiment (session));
  const NnWindow window = {3, 3, 1, 1, NN_PADDING_VALID, 0, 0, 0, 0};
  const NnWindow pool = {2, 2, 2, 2, NN_PADDING_VALID, 0, 0, 0, 0};
  GPtrArray *layers = experiment->layers;

  g_ptr_array_set_size (layers, 0);
  g_ptr_array_add (layers, nn_convolution_spec (4, &window, NN_INITIALISER_GLOROT_UNIFORM));
  g_ptr_array_add (layers, nn_activation_spec (NN_FUNCTION_RELU));
  g_ptr_array_add (layers, nn_max_pool_spec (&pool));
  g_ptr_array_add (layers, nn_convolution_spec (3, &window, NN_INITIALISER_GLOROT_UNIFORM));
  g_ptr_array_add (layers, nn_activation_spec (NN_FUNCTION_RELU));
  g_ptr_array_add (layers, nn_flatten_spec ());
  g_ptr_array_add (layers, nn_dense_spec (10, NN_INITIALISER_GLOROT_UNIFORM));
  g_ptr_array_add (layers, nn_activation_spec (NN_FUNCTION_SOFTMAX));
  gbx_session_load_experiment (session, experiment);
  session_test_wait_state (session, GBX_SESSION_READY);
}

static Scene
open_scene (void)
{
  Scene scene = page_open (GBX_TYPE_TRAIN_PAGE);

  finding_wait_for_label (scene.page, "What Each Hidden Unit Looks For");
  load_convolutions (scene.session);
  finding_wait_for_label (scene.page, "What Each Layer Makes of Your Drawing");
  return scene;
}

/* A bar from top to bottom. */
static void
draw_one (Scene *scene)
{
  NnNormalised normalised = {0};

  for (int row = 4; row < 24; row++)
    normalised.pixels[row * NN_DIGIT_SIDE + 14] = 255;
  gbx_train_page_set_drawing (GBX_TRAIN_PAGE (scene->page), &normalised);
}

static void
choose (Scene *scene, const char *layer, const char *caption)
{
  GtkWidget *button = finding_button (scene->page, layer);

  g_assert_nonnull (button);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  finding_wait_for_label (scene->page, caption);
}

static gboolean
is_shown_picture_of (GtkWidget *widget, gconstpointer data)
{
  g_autofree char *label = NULL;

  if (!GBX_IS_HEATMAP (widget) || !gtk_widget_get_mapped (widget))
    return FALSE;
  g_object_get (widget, "label", &label, NULL);
  return g_strcmp0 (label, data) == 0;
}

static GbxHeatmap *
get_pictures (Scene *scene, const char *label)
{
  GtkWidget *found = finding_match (scene->page, is_shown_picture_of, label);

  g_assert_nonnull (found);
  return GBX_HEATMAP (found);
}

/* Layer by layer: filters and maps, the same one chosen in both, before and behind a pooling, and
 * the units at the end. */
static void
test_maps (void)
{
  Scene scene = open_scene ();
  GbxHeatmap *filters, *maps;

  finding_wait_for_label (scene.page, "4 filters of 3×3 · 28×28×1 → 26×26×4");
  g_assert_null (finding_label (scene.page, "What Each Hidden Unit Looks For"));
  g_assert_null (finding_label (scene.page, "largest "));
  draw_one (&scene);
  finding_wait_for_label (scene.page, "largest ");
  filters = get_pictures (&scene, "Filters");
  maps = get_pictures (&scene, "Feature maps of your drawing");
  gbx_heatmap_set_selected (maps, 2);
  finding_wait_for_label (scene.page, "Filter 3");
  g_assert_cmpint (gbx_heatmap_get_selected (filters), ==, 2);
  gbx_heatmap_set_selected (filters, 1);
  finding_wait_for_label (scene.page, "Filter 2");
  g_assert_cmpint (gbx_heatmap_get_selected (maps), ==, 1);
  g_assert_false (gtk_widget_get_mapped (finding_type (scene.page, GTK_TYPE_DROP_DOWN)));

  choose (&scene, "pool 1", "the largest of each 2×2 · 26×26×4 → 13×13×4");
  get_pictures (&scene, "Maps before");
  choose (&scene, "conv 2", "3 filters of 3×3 · 13×13×4 → 11×11×3");
  finding_wait_for_label (scene.page, "mean of all");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (finding_type (scene.page, GTK_TYPE_DROP_DOWN)), 4);
  finding_wait_for_label (scene.page, "for map 4");
  choose (&scene, "dense 1", "10 units, each sees every input · 363 → 10");
  get_pictures (&scene, "Weights: a row for each unit");
  page_close (&scene);
}

/* It follows the training, and a canvas that is cleared shows no maps: none is chosen by that. */
static void
test_live (void)
{
  Scene scene = open_scene ();
  guint points;

  draw_one (&scene);
  finding_wait_for_label (scene.page, "largest ");
  gbx_heatmap_set_selected (get_pictures (&scene, "Filters"), 3);
  finding_wait_for_label (scene.page, "Filter 4");
  session_test_make_endless (scene.session);
  gbx_session_train (scene.session);
  session_test_wait (scene.session, session_test_has_points, GUINT_TO_POINTER (1));
  gbx_train_page_set_drawing (GBX_TRAIN_PAGE (scene.page), NULL);
  while (finding_label (scene.page, "largest ") != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (finding_label (scene.page, "Filter 4"));
  points = session_test_n_points (scene.session);
  g_assert_cmpuint (points, >=, 1);

  /* Back to a network of units, and forth. */
  gbx_session_load_preset (scene.session, "keras-784-64-10");
  finding_wait_for_label (scene.page, "What Each Hidden Unit Looks For");
  load_convolutions (scene.session);
  finding_wait_for_label (scene.page, "4 filters of 3×3");
  page_close (&scene);
}

/* The window goes over the map it is told to, and other layers keep the way of looking. */
static void
test_hop (void)
{
  Scene scene = open_scene ();
  GtkWidget *panel = finding_type (scene.page, GBX_TYPE_HOP_PANEL), *view, *spin;
  gboolean playing;

  view = finding_type (panel, GBX_TYPE_CONVOLUTION_VIEW);
  gtk_stack_set_visible_child_name (GTK_STACK (gtk_widget_get_ancestor (panel, GTK_TYPE_STACK)),
                                    "hop");
  finding_wait_for_label (panel, "Filter");
  draw_one (&scene);
  spin = finding_type (panel, GTK_TYPE_SPIN_BUTTON);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), 4);
  g_object_set (view, "place", 30, NULL);

  choose (&scene, "dense 1", "10 units, each sees every input · 363 → 10");
  g_assert_null (finding_label (scene.page, "Point at a map"));
  choose (&scene, "conv 2", "3 filters of 3×3 · 13×13×4 → 11×11×3");
  finding_wait_for_label (panel, "Input map"); /* there is a window again, over four maps */
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (spin)), ==, 3); /* of three */
  choose (&scene, "pool 1", "the largest of each 2×2");
  g_object_set (view, "playing", TRUE, NULL);
  g_object_get (view, "playing", &playing, NULL);
  g_assert_true (playing);
  gtk_widget_set_visible (scene.page, FALSE);
  g_object_get (view, "playing", &playing, NULL);
  g_assert_false (playing); /* nobody sees it */
  page_close (&scene);
}

/* Made anew in another language, it shows the same layer, map and place. */
static void
test_made_anew (void)
{
  Scene scene = open_scene ();
  GtkWidget *again, *view;
  gpointer old = scene.page;
  int place;

  draw_one (&scene);
  choose (&scene, "conv 2", "3 filters of 3×3 · 13×13×4 → 11×11×3");
  finding_wait_for_label (scene.page, "mean of all");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (finding_type (scene.page, GTK_TYPE_DROP_DOWN)), 3);
  gbx_heatmap_set_selected (get_pictures (&scene, "Filters"), 2);
  finding_wait_for_label (scene.page, "Filter 3");
  view = finding_type (scene.page, GBX_TYPE_HOP_PANEL);
  gtk_stack_set_visible_child_name (GTK_STACK (gtk_widget_get_ancestor (view, GTK_TYPE_STACK)),
                                    "hop");
  finding_wait_for_label (view, "Input map");
  gtk_spin_button_set_value (
      GTK_SPIN_BUTTON (finding_type (gtk_widget_get_last_child (gtk_widget_get_ancestor (
                                         finding_label (view, "Input map"), GTK_TYPE_BOX)),
                                     GTK_TYPE_SPIN_BUTTON)),
      4);
  g_object_set (finding_type (view, GBX_TYPE_CONVOLUTION_VIEW), "place", 30, NULL);

  again = g_object_ref_sink (g_object_new (GBX_TYPE_TRAIN_PAGE, "session", scene.session, NULL));
  gbx_session_view_take_over (again, old);
  scene.page = again;
  gtk_window_set_child (GTK_WINDOW (scene.window), again);
  g_object_add_weak_pointer (old, &old);
  g_object_unref (old);
  while (old != NULL)
    g_main_context_iteration (NULL, TRUE);
  draw_one (&scene);
  finding_wait_for_label (scene.page, "3 filters of 3×3 · 13×13×4 → 11×11×3");
  view = finding_type (scene.page, GBX_TYPE_HOP_PANEL);
  finding_wait_for_label (view, "Input map");
  g_object_get (finding_type (view, GBX_TYPE_CONVOLUTION_VIEW), "place", &place, NULL);
  g_assert_cmpint (place, ==, 30);
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (
                         finding_type (gtk_widget_get_last_child (gtk_widget_get_ancestor (
                                           finding_label (view, "Input map"), GTK_TYPE_BOX)),
                                       GTK_TYPE_SPIN_BUTTON))),
                     ==, 4);
  gtk_stack_set_visible_child_name (GTK_STACK (gtk_widget_get_ancestor (view, GTK_TYPE_STACK)),
                                    "maps");
  finding_wait_for_label (scene.page, "Filter 3");
  finding_wait_for_label (scene.page, "for map 3");
  page_close (&scene);
}

int
main (int argc, char **argv)
{
  GbxApplication *application = page_init (&argc, &argv);
  int status;

  g_test_add_func ("/train-page/maps", test_maps);
  g_test_add_func ("/train-page/live", test_live);
  g_test_add_func ("/train-page/hop", test_hop);
  g_test_add_func ("/train-page/made-anew", test_made_anew);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
