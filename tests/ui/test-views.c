/* test-views.c: bars, matrix, contact sheet, pipeline and plot on a display: what they paint, what
 * keys do, what they tell assistive technology, and that they go when they are done with. */
#include "stage.h"

#include "ui/session/gbx-run.h"
#include "ui/widgets/gbx-confusion-view.h"
#include "ui/widgets/gbx-contact-sheet.h"
#include "ui/widgets/gbx-digit-canvas.h"
#include "ui/widgets/gbx-heatmap.h"
#include "ui/widgets/gbx-picture.h"
#include "ui/widgets/gbx-pipeline-view.h"
#include "ui/widgets/gbx-plot.h"
#include "ui/widgets/gbx-probability-bars.h"

#include <math.h>

static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL};

/* The winner's bar is as long as its share of the track. */
static void
test_bars (void)
{
  const float values[] = {0.02f, 0.75f, 0.23f};
  const char *const names[] = {"coat", "bag", "boot"};
  Stage stage = stage_new (gbx_probability_bars_new (), 300, 90);
  GbxProbabilityBars *bars = GBX_PROBABILITY_BARS (stage.widget);
  guint32 track = stage_colour (&stage, GBX_COLOUR_GRID);
  guint32 blue = stage_colour (&stage, GBX_COLOUR_POSITIVE);
  guint empty, rest, filled;
  int left = 0, length;

  gbx_probability_bars_set_classes (bars, names, 3);
  assert_description (bars, "No verdict yet");
  stage_shoot (&stage);
  empty = stage_count (&stage, track, 0, 45, 300, 1);
  length = (int)empty / stage.scale / stage.scale;
  g_assert_cmpint (length, >, 80);
  while (stage_pixel (&stage, left, 45) != track)
    left++;
  g_assert_cmpuint (stage_count_all (&stage, blue), ==, 0);

  gbx_probability_bars_set_values (bars, values, 1);
  stage_shoot (&stage);
  rest = stage_count (&stage, track, left, 45, length, 1);
  filled = stage_count (&stage, blue, left, 45, length, 1);
  g_assert_cmpfloat_with_epsilon ((double)filled / empty, 0.75, 0.02);
  g_assert_cmpfloat_with_epsilon ((double)rest / empty, 0.25, 0.02);
  /* Percentages come and go without moving the bars. */
  g_assert_cmpuint (stage_count (&stage, track, 0, 15, 300, 1), >, 0.95 * empty);

  assert_press (stage.widget, GDK_KEY_Down);
  assert_press (stage.widget, GDK_KEY_End);
  assert_description (bars, "boot: 23.0 %");
  assert_press (stage.widget, GDK_KEY_Escape);
  assert_description (bars, "bag: 75.0 %, then boot: 23.0 %");
  gbx_probability_bars_set_values (bars, NULL, -1);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count (&stage, track, 0, 45, 300, 1), ==, empty);
  stage_free (&stage);
}

static void
test_confusion (void)
{
  guint counts[100] = {0};
  Stage stage = stage_new (gbx_confusion_view_new (), 400, 400);
  GbxConfusionView *view = GBX_CONFUSION_VIEW (stage.widget);
  guint notified = 0;

  for (int i = 0; i < 10; i++)
    counts[i * 10 + i] = 90;
  counts[4 * 10 + 9] = 12;
  g_signal_connect_swapped (view, "notify::selected", G_CALLBACK (stage_count_cb), &notified);
  assert_description (view, "Press Evaluate: the matrix appears here.");
  gbx_confusion_view_set_matrix (view, counts, 10, digits);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, gbx_palette_diverging (1, FALSE)), >, 9u * 400);
  g_assert_cmpuint (stage_count_all (&stage, gbx_palette_diverging (-sqrtf (12 / 102.f), FALSE)), >,
                    300);
  g_object_set (view, "selected", 4 * 10 + 8, NULL);
  assert_press (stage.widget, GDK_KEY_Right);
  g_assert_cmpint (stage_selected (stage.widget), ==, 49);
  assert_description (view, "True 4 read as 9: 12 of 102");
  assert_press (stage.widget, GDK_KEY_Home);
  assert_description (view, "True 4 read as 0: 0 of 102");
  assert_press (stage.widget, GDK_KEY_Escape);
  assert_description (view, "900 of 912 read correctly: 98.7 %");
  g_assert_cmpuint (notified, ==, 4);
  stage_click (stage.widget, 395, 395);
  g_assert_cmpint (stage_selected (stage.widget), ==, 99);
  gbx_confusion_view_clear (view);
  g_assert_cmpint (stage_selected (stage.widget), ==, -1);
  g_assert_false (stage_press (stage.widget, GDK_KEY_Right, 0));
  stage_free (&stage);
}

/* A scrolled window hands the adjustments in; here the test is the scrolled window. */
static Stage
new_sheet (GtkAdjustment **vertical, NnDataset *dataset)
{
  Stage stage = stage_new (gbx_contact_sheet_new (), 304, 200);

  *vertical = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
  g_object_set (stage.widget, "vadjustment", *vertical, NULL);
  gbx_contact_sheet_set_examples (GBX_CONTACT_SHEET (stage.widget), dataset, FALSE);
  return stage;
}

static void
test_sheet_scrolls (void)
{
  g_autoptr (NnDataset) dataset = nn_dataset_load (NN_DATASET_DIGITS, NULL, NULL);
  GtkAdjustment *vertical;
  Stage stage = new_sheet (&vertical, dataset);
  int row; /* five pictures of 56 (seven times 8) in a row, 60 apart */

  g_assert_cmpfloat (gtk_adjustment_get_upper (vertical), ==,
                     (dataset->train.count + 4) / 5 * 60 + 4);
  g_assert_cmpfloat (gtk_adjustment_get_page_size (vertical), ==, 200);
  assert_press (stage.widget, GDK_KEY_Down);
  g_assert_cmpint (stage_selected (stage.widget), ==, 0);
  g_assert_true (stage_press (stage.widget, GDK_KEY_End, GDK_CONTROL_MASK));
  g_assert_cmpint (stage_selected (stage.widget), ==, (int)dataset->train.count - 1);
  g_assert_cmpfloat (gtk_adjustment_get_value (vertical), ==,
                     gtk_adjustment_get_upper (vertical) - 200);
  g_assert_true (stage_press (stage.widget, GDK_KEY_Home, GDK_CONTROL_MASK));
  g_assert_cmpfloat (gtk_adjustment_get_value (vertical), ==, 0);
  assert_press (stage.widget, GDK_KEY_Page_Down); /* three rows fit */
  g_assert_cmpint (stage_selected (stage.widget), ==, 15);
  row = (int)(gtk_adjustment_get_value (vertical) + 100) / 60;
  stage_click (stage.widget, 4 + 2 * 60 + 10, 100);
  g_assert_cmpint (stage_selected (stage.widget) / 5, ==, row);
  g_assert_cmpint (stage_selected (stage.widget) % 5, ==, 2);
  stage_free (&stage);
}

/* What is on the screen are the data's own pixels, magnified seven times, wherever one scrolls. */
static void
test_sheet_pixels (void)
{
  g_autoptr (NnDataset) dataset = nn_dataset_load (NN_DATASET_DIGITS, NULL, NULL);
  GtkAdjustment *vertical;
  Stage stage = new_sheet (&vertical, dataset);

  for (int first = 0; first <= 120; first += 60) {
    const guint8 *picture = dataset->train.images + (gsize)(first / 60 * 5 + 3) * 64;

    gtk_adjustment_set_value (vertical, first);
    stage_shoot (&stage);
    for (int i = 0; i < 64; i++) {
      guint grey = MIN (255, picture[i] * 255 / dataset->maximum);

      g_assert_cmpuint (stage_count (&stage, 0xff000000u | grey * 0x010101u, 4 + 3 * 60 + i % 8 * 7,
                                     4 + i / 8 * 7, 7, 7),
                        ==, 49 * stage.scale * stage.scale);
    }
  }
  stage_free (&stage);
}

static void
test_sheet_class (void)
{
  g_autoptr (NnDataset) dataset = nn_dataset_load (NN_DATASET_DIGITS, NULL, NULL);
  GtkAdjustment *vertical;
  Stage stage = new_sheet (&vertical, dataset);
  GbxContactSheet *sheet = GBX_CONTACT_SHEET (stage.widget);
  guint sevens = 0;
  int number;
  g_autofree char *text = NULL, *picture = NULL;

  for (gsize i = 0; i < dataset->train.count; i++)
    sevens += dataset->train.labels[i] == 7;
  gbx_contact_sheet_set_class (sheet, 7);
  text = g_strdup_printf ("%u pictures", sevens);
  assert_description (sheet, text);
  for (guint i = 0; i < sevens; i++) {
    assert_press (stage.widget, GDK_KEY_Right);
    g_assert_cmpint (dataset->train.labels[stage_selected (stage.widget)], ==, 7);
  }
  number = stage_selected (stage.widget);
  picture = g_strdup_printf ("Picture %d: 7", number);
  assert_description (sheet, picture);
  gbx_contact_sheet_set_class (sheet, -1); /* it stays selected, and in sight */
  g_assert_cmpint (stage_selected (stage.widget), ==, number);
  g_assert_cmpfloat (number / 5 * 60 - gtk_adjustment_get_value (vertical), >=, 0);
  g_assert_cmpfloat (number / 5 * 60 - gtk_adjustment_get_value (vertical), <=, 144);
  gbx_contact_sheet_set_class (sheet, 3);
  g_assert_cmpint (stage_selected (stage.widget), ==, -1);
  gbx_contact_sheet_set_examples (sheet, NULL, FALSE);
  g_assert_false (stage_press (stage.widget, GDK_KEY_Right, 0));
  stage_shoot (&stage);
  stage_free (&stage);
}

static GtkWidget *
node_at (Stage *stage, int index)
{
  GtkWidget *node = gtk_widget_get_first_child (stage->widget);

  while (index-- > 0)
    node = gtk_widget_get_next_sibling (node);
  return node;
}

static void
test_pipeline_nodes (void)
{
  static const char *const labels[] = {"1 Collect", "2 Prepare",  "3 Design",
                                       "4 Train",   "5 Evaluate", "6 Deploy"};
  Stage stage = stage_new (gbx_pipeline_view_new (), 1200, 70);
  GbxPipelineView *view = GBX_PIPELINE_VIEW (stage.widget);
  guint notified = 0;

  g_signal_connect_swapped (view, "notify::selected", G_CALLBACK (stage_count_cb), &notified);
  g_assert_true (
      gtk_test_accessible_has_role (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_ROLE_TAB_LIST));
  for (int i = 0; i < GBX_N_STAGES; i++) {
    g_assert_true (gtk_test_accessible_has_role (GTK_ACCESSIBLE (node_at (&stage, i)),
                                                 GTK_ACCESSIBLE_ROLE_TAB));
    assert_label (node_at (&stage, i), labels[i]);
    g_assert_cmpint (gtk_widget_get_focusable (node_at (&stage, i)), ==, i == 0);
  }
  assert_press (stage.widget, GDK_KEY_Left); /* there is nothing before the first */
  g_assert_cmpint (stage_selected (stage.widget), ==, 0);
  assert_press (stage.widget, GDK_KEY_Right);
  g_assert_cmpint (stage_selected (stage.widget), ==, 1);
  assert_press (stage.widget, GDK_KEY_End);
  g_assert_cmpint (stage_selected (stage.widget), ==, GBX_STAGE_DEPLOY);
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (node_at (&stage, 5)),
                                    GTK_ACCESSIBLE_STATE_SELECTED, TRUE);
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (node_at (&stage, 1)),
                                    GTK_ACCESSIBLE_STATE_SELECTED, FALSE);
  g_assert_true (gtk_widget_activate_action (node_at (&stage, 3), "node.choose", NULL));
  g_assert_cmpint (stage_selected (stage.widget), ==, GBX_STAGE_TRAIN);
  g_assert_true (gtk_widget_has_focus (node_at (&stage, 3)));
  assert_press (stage.widget, GDK_KEY_Right);
  g_assert_true (gtk_widget_has_focus (node_at (&stage, 4)));
  g_assert_cmpuint (notified, ==, 4);
  stage_free (&stage);
}

static void
test_pipeline_figures (void)
{
  Stage stage = stage_new (gbx_pipeline_view_new (), 1200, 70);
  GbxPipelineView *view = GBX_PIPELINE_VIEW (stage.widget);
  guint32 fault;

  stage_shoot (&stage);
  fault = stage_colour (&stage, GBX_COLOUR_ERROR);
  g_assert_cmpuint (stage_count_all (&stage, fault), ==, 0);
  gbx_pipeline_view_set_figure (view, GBX_STAGE_COLLECT, "60 000", GBX_NODE_DONE);
  gbx_pipeline_view_set_figure (view, GBX_STAGE_TRAIN, "loss 0.083", GBX_NODE_ACTIVE);
  gbx_pipeline_view_set_figure (view, GBX_STAGE_EVALUATE, "NaN in layer 2", GBX_NODE_FAULT);
  assert_description (node_at (&stage, 0), "60 000, done");
  assert_description (node_at (&stage, 3), "loss 0.083, at work");
  assert_description (node_at (&stage, 4), "Fault: NaN in layer 2");
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, fault), >, 300);
  g_assert_cmpuint (stage_count (&stage, fault, 0, 0, 800, 70), ==, 0);
  stage_free (&stage);
}

/* The dots take the colour of what flows, as far as the train stage, and no further. */
static void
test_pipeline_flows (void)
{
  Stage stage = stage_new (gbx_pipeline_view_new (), 1200, 70);
  guint32 orange = stage_colour (&stage, GBX_COLOUR_NEGATIVE);

  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, orange), ==, 0);
  g_object_set (stage.widget, "flowing", TRUE, NULL);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count (&stage, orange, 0, 0, 620, 70), >, 20);
  g_assert_cmpuint (stage_count (&stage, orange, 800, 0, 400, 70), ==, 0);
  stage_free (&stage);
}

static GbxRun *
new_run (guint number, guint n, double loss)
{
  GbxRun *run = gbx_run_new (number, "preset", "0.001 · Adam", number - 1);

  for (guint i = 1; i <= n; i++) {
    gbx_metric_series_append (gbx_run_get_series (run, GBX_CURVE_TRAINING_LOSS), i / 100.0, loss);
    gbx_metric_series_append (gbx_run_get_series (run, GBX_CURVE_TRAINING_ACCURACY), i / 100.0,
                              0.5);
  }
  return run;
}

static guint32
run_colour (Stage *stage, guint index)
{
  GdkRGBA rgba = gbx_palette_get_run (stage->widget, index);

  return stage_pack (&rgba);
}

/* The rows in which a colour is, at @x, in logical pixels. */
static void
find_rows (Stage *stage, guint32 colour, int x, double *first, double *last)
{
  *first = *last = -1;
  for (int y = 0; y < stage->height * stage->scale; y++) {
    if (stage_pixel (stage, x, (y + 0.5) / stage->scale) != colour)
      continue;
    if (*first < 0)
      *first = (double)y / stage->scale;
    *last = (double)(y + 1) / stage->scale;
  }
}

/* A loss of 2 on an axis of 0…2.5, or whatever it is: a fifth below the top, two pixels thick; the
 * grid line of 2 tells where. */
static void
test_plot_line (void)
{
  g_autoptr (GListStore) runs = g_list_store_new (GBX_TYPE_RUN);
  g_autoptr (GbxRun) run = new_run (1, 200, 2);
  Stage stage = stage_new (gbx_plot_new (), 400, 200);
  guint32 blue = run_colour (&stage, 0), grid = stage_colour (&stage, GBX_COLOUR_GRID);
  double first, last, grid_first, grid_last;

  assert_description (stage.widget, "Press Train: the curve appears here.");
  g_object_set (stage.widget, "runs", runs, "epochs", 4, NULL);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, blue), ==, 0);
  g_list_store_append (runs, run);
  stage_shoot (&stage);
  /* Two of four epochs: the line ends in the middle; beyond it, the grid is bare. */
  find_rows (&stage, blue, 120, &first, &last);
  find_rows (&stage, grid, 300, &grid_first, &grid_last);
  g_assert_cmpfloat (last - first, >=, 1);
  g_assert_cmpfloat (last - first, <=, 3);
  g_assert_cmpfloat_with_epsilon ((first + last) / 2, grid_first + 0.5, 1.5);
  find_rows (&stage, blue, 300, &first, &last);
  g_assert_cmpfloat (first, ==, -1);
  stage_free (&stage);
}

static void
test_plot_runs (void)
{
  g_autoptr (GListStore) runs = g_list_store_new (GBX_TYPE_RUN);
  g_autoptr (GbxRun) current = new_run (1, 100, 1), older = new_run (2, 100, 0.5);
  Stage stage = stage_new (gbx_plot_new (), 400, 200);

  g_list_store_append (runs, current);
  g_list_store_append (runs, older);
  gbx_plot_set_runs (GBX_PLOT (stage.widget), G_LIST_MODEL (runs));
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, run_colour (&stage, 0)), >, 200);
  g_object_set (current, "visible", FALSE, NULL);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, run_colour (&stage, 0)), ==, 0);
  g_list_store_remove (runs, 0); /* the older one is the current one now */
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, run_colour (&stage, 1)), >, 200);
  g_list_store_remove_all (runs);
  stage_shoot (&stage);
  g_assert_false (stage_press (stage.widget, GDK_KEY_Left, 0));
  stage_free (&stage);
}

/* New points appear when the plot is told, and not before. */
static void
test_plot_grows (void)
{
  g_autoptr (GListStore) runs = g_list_store_new (GBX_TYPE_RUN);
  g_autoptr (GbxRun) run = new_run (1, 100, 1);
  GbxMetricSeries *loss = gbx_run_get_series (run, GBX_CURVE_TRAINING_LOSS);
  Stage stage = stage_new (gbx_plot_new (), 400, 200);
  guint before;

  g_list_store_append (runs, run);
  g_object_set (stage.widget, "runs", runs, "epochs", 2, NULL);
  stage_shoot (&stage);
  before = stage_count_all (&stage, run_colour (&stage, 0));
  for (int i = 101; i <= 200; i++)
    gbx_metric_series_append (loss, i / 100.0, i % 7 ? 1 : NAN);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, run_colour (&stage, 0)), ==, before);
  gbx_plot_queue_refresh (GBX_PLOT (stage.widget));
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, run_colour (&stage, 0)), >, before * 3 / 2);
  gbx_metric_series_clear (loss); /* and when a series is cleared under it */
  stage_shoot (&stage);
  gbx_plot_queue_refresh (GBX_PLOT (stage.widget));
  stage_shoot (&stage);
  stage_free (&stage);
}

static void
test_plot_readout (void)
{
  g_autoptr (GListStore) runs = g_list_store_new (GBX_TYPE_RUN);
  g_autoptr (GbxRun) run = new_run (3, 300, 0.25);
  Stage stage = stage_new (gbx_plot_new (), 400, 200);

  for (int epoch = 1; epoch <= 3; epoch++)
    gbx_metric_series_append (gbx_run_get_series (run, GBX_CURVE_VALIDATION_LOSS), epoch,
                              0.25 + 0.1 * epoch);
  g_list_store_append (runs, run);
  g_object_set (stage.widget, "runs", runs, "smoothing", 0.0, NULL);
  stage_shoot (&stage);
  assert_press (stage.widget, GDK_KEY_End);
  assert_description (stage.widget, "Run 3: 0.001 · Adam, epoch 3.00, training 0.250 (raw 0.250), "
                                    "validation 0.550 (epoch 3)");
  g_assert_true (stage_press (stage.widget, GDK_KEY_Left, GDK_CONTROL_MASK));
  assert_description (stage.widget, "Run 3: 0.001 · Adam, epoch 2.00, training 0.250 (raw 0.250), "
                                    "validation 0.450 (epoch 2)");
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, stage_colour (&stage, GBX_COLOUR_DIM)), >, 200);
  assert_press (stage.widget, GDK_KEY_Escape);
  g_assert_false (stage_press (stage.widget, GDK_KEY_Escape, 0));
  g_signal_emit_by_name (stage_controller (stage.widget, GTK_TYPE_EVENT_CONTROLLER_MOTION),
                         "motion", 200.0, 100.0);
  stage_shoot (&stage);
  g_signal_emit_by_name (stage_controller (stage.widget, GTK_TYPE_EVENT_CONTROLLER_MOTION),
                         "leave");
  stage_free (&stage);
}

/* Accuracy is shown in percent, up to 100; the description says where it goes. */
static void
test_plot_accuracy (void)
{
  g_autoptr (GListStore) runs = g_list_store_new (GBX_TYPE_RUN);
  g_autoptr (GbxRun) run = new_run (1, 100, 1);
  Stage stage = stage_new (gbx_plot_new (), 400, 220);
  double first, last, hundred, zero, other;

  g_list_store_append (runs, run);
  g_object_set (stage.widget, "metric", GBX_PLOT_ACCURACY, "runs", runs, "epochs", 2, NULL);
  stage_shoot (&stage);
  assert_description (stage.widget, "Accuracy 50.0 %, steady, epoch 1");
  /* Half way between the grid lines of 100 and of 0. */
  find_rows (&stage, run_colour (&stage, 0), 100, &first, &last);
  find_rows (&stage, stage_colour (&stage, GBX_COLOUR_GRID), 300, &hundred, &other);
  find_rows (&stage, stage_colour (&stage, GBX_COLOUR_DIM), 300, &other, &zero);
  g_assert_cmpfloat (zero - hundred, >, 150);
  g_assert_cmpfloat_with_epsilon ((first + last) / 2, (hundred + zero) / 2, 1.5);
  stage_free (&stage);
}

/* On a log axis nothing at or below zero has a place, and nothing breaks. */
static void
test_plot_log (void)
{
  g_autoptr (GListStore) runs = g_list_store_new (GBX_TYPE_RUN);
  g_autoptr (GbxRun) run = new_run (1, 10, 0.5);
  GbxMetricSeries *loss = gbx_run_get_series (run, GBX_CURVE_TRAINING_LOSS);
  Stage stage = stage_new (gbx_plot_new (), 400, 200);

  gbx_metric_series_append (loss, 0.2, 0);
  gbx_metric_series_append (loss, 0.3, -1);
  gbx_metric_series_append (loss, 0.4, INFINITY);
  for (int i = 50; i < 100; i++)
    gbx_metric_series_append (loss, i / 100.0, 1e-6 * i);
  gbx_run_add_mark (run, 0.5, "learning-rate", 0.01);
  g_list_store_append (runs, run);
  g_object_set (stage.widget, "logarithmic", TRUE, "smoothing", 0.0, "runs", runs, NULL);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, run_colour (&stage, 0)), >, 100);
  stage_free (&stage);
}

/* Everyone has a name and something to say, and what keys work on can have the focus. */
static void
test_accessible (void)
{
  static const struct {
    GtkWidget *(*make) (void);
    gboolean focusable;
  } widgets[] = {
      {gbx_confusion_view_new, TRUE},   {gbx_contact_sheet_new, TRUE}, {gbx_digit_canvas_new, TRUE},
      {gbx_heatmap_new, TRUE},          {gbx_picture_new, FALSE},      {gbx_plot_new, TRUE},
      {gbx_probability_bars_new, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (widgets); i++) {
    Stage stage = stage_new (widgets[i].make (), 300, 300);
    GtkAccessible *accessible = GTK_ACCESSIBLE (stage.widget);

    g_assert_true (gtk_test_accessible_has_role (accessible, GTK_ACCESSIBLE_ROLE_IMG));
    g_assert_true (gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL));
    g_assert_true (
        gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
    g_assert_cmpint (gtk_widget_get_focusable (stage.widget), ==, widgets[i].focusable);
    stage_shoot (&stage);
    stage_free (&stage);
  }
}

/* The ring goes round the one that has the focus, as soon as keys are used. */
static void
test_focus_ring (void)
{
  Stage stage = stage_new (gbx_heatmap_new (), 200, 100);
  guint32 accent = stage_colour (&stage, GBX_COLOUR_ACCENT);

  gtk_widget_grab_focus (stage.widget);
  gtk_window_set_focus_visible (GTK_WINDOW (stage.window), FALSE);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count_all (&stage, accent), ==, 0);
  gtk_window_set_focus_visible (GTK_WINDOW (stage.window), TRUE);
  stage_shoot (&stage);
  g_assert_cmpuint (stage_count (&stage, accent, 20, 0, 160, 2), ==,
                    320 * stage.scale * stage.scale);
  g_assert_cmphex (stage_pixel (&stage, 100, 50), ==, 0);
  stage_free (&stage);
}

int
main (int argc, char **argv)
{
  stage_init (&argc, &argv);
  g_test_add_func ("/bars", test_bars);
  g_test_add_func ("/confusion", test_confusion);
  g_test_add_func ("/sheet/scrolls", test_sheet_scrolls);
  g_test_add_func ("/sheet/pixels", test_sheet_pixels);
  g_test_add_func ("/sheet/class", test_sheet_class);
  g_test_add_func ("/pipeline/nodes", test_pipeline_nodes);
  g_test_add_func ("/pipeline/figures", test_pipeline_figures);
  g_test_add_func ("/pipeline/flows", test_pipeline_flows);
  g_test_add_func ("/plot/line", test_plot_line);
  g_test_add_func ("/plot/runs", test_plot_runs);
  g_test_add_func ("/plot/grows", test_plot_grows);
  g_test_add_func ("/plot/readout", test_plot_readout);
  g_test_add_func ("/plot/accuracy", test_plot_accuracy);
  g_test_add_func ("/plot/log", test_plot_log);
  g_test_add_func ("/accessible", test_accessible);
  g_test_add_func ("/focus-ring", test_focus_ring);
  return g_test_run ();
}
