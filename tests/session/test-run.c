/* test-run.c: one run: its properties, curves and marks. */
#include "ui/session/gbx-run.h"

#include <math.h>

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_new (void)
{
  g_autoptr (GbxRun) run = gbx_run_new (3, "keras-784-64-10", "0.001 · Adam", 2);

  g_assert_cmpuint (gbx_run_get_number (run), ==, 3);
  g_assert_cmpstr (gbx_run_get_name (run), ==, "keras-784-64-10");
  g_assert_cmpstr (gbx_run_get_detail (run), ==, "0.001 · Adam");
  g_assert_cmpuint (gbx_run_get_colour (run), ==, 2);
  g_assert_true (gbx_run_get_visible (run));
  g_assert_cmpint (gbx_run_get_state (run), ==, GBX_RUN_NEW);
  g_assert_true (isnan (gbx_run_get_final_accuracy (run)));
  g_assert_cmpint (gbx_run_get_best_epoch (run), ==, -1);
  g_assert_cmpuint (gbx_run_get_marks (run)->len, ==, 0);
}

/* Each curve is its own. */
static void
test_series (void)
{
  g_autoptr (GbxRun) run = gbx_run_new (1, "a", "b", 0);

  for (int i = 0; i < GBX_N_CURVES; i++)
    gbx_metric_series_append (gbx_run_get_series (run, i), 0, i);
  for (int i = 0; i < GBX_N_CURVES; i++) {
    g_assert_cmpuint (gbx_metric_series_get_length (gbx_run_get_series (run, i)), ==, 1);
    g_assert_cmpfloat (gbx_metric_series_get_last (gbx_run_get_series (run, i)), ==, i);
  }
}

/* News is told once, and the same value again is no news; NaN included. */
static void
test_notifies (void)
{
  g_autoptr (GbxRun) run = gbx_run_new (1, "a", "b", 0);
  guint count = 0;

  g_signal_connect_swapped (run, "notify", G_CALLBACK (count_cb), &count);

  g_object_set (run, "final-accuracy", NAN, "state", GBX_RUN_NEW, "visible", TRUE, "best-epoch", -1,
                NULL);
  g_assert_cmpuint (count, ==, 0);

  g_object_set (run, "final-accuracy", 0.75, "state", GBX_RUN_FINISHED, "visible", FALSE,
                "best-epoch", 4, NULL);
  g_assert_cmpuint (count, ==, 4);
  g_assert_cmpfloat (gbx_run_get_final_accuracy (run), ==, 0.75);
  g_assert_cmpint (gbx_run_get_state (run), ==, GBX_RUN_FINISHED);
  g_assert_false (gbx_run_get_visible (run));
  g_assert_cmpint (gbx_run_get_best_epoch (run), ==, 4);

  g_object_set (run, "final-accuracy", NAN, NULL);
  g_assert_cmpuint (count, ==, 5);
  g_assert_true (isnan (gbx_run_get_final_accuracy (run)));
}

static void
test_marks (void)
{
  g_autoptr (GbxRun) run = gbx_run_new (1, "a", "b", 0);
  g_autofree char *text = NULL;
  GbxDialMark *mark;
  guint count = 0;

  g_signal_connect_swapped (run, "marks-changed", G_CALLBACK (count_cb), &count);
  gbx_run_add_mark (run, 1.5, "learning-rate", 0.01);
  gbx_run_add_mark (run, 2.0, "l2", 0.0001);

  g_assert_cmpuint (count, ==, 2);
  g_assert_cmpuint (gbx_run_get_marks (run)->len, ==, 2);
  mark = g_ptr_array_index (gbx_run_get_marks (run), 0);
  g_assert_cmpfloat (mark->x, ==, 1.5);
  text = gbx_dial_mark_describe (mark);
  g_assert_cmpstr (text, ==, "learning rate 0.01");
}

static void
test_freed (void)
{
  GbxRun *run = gbx_run_new (1, "a", "b", 0);

  gbx_run_add_mark (run, 1, "x", 0);
  g_assert_finalize_object (run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run/new", test_new);
  g_test_add_func ("/run/series", test_series);
  g_test_add_func ("/run/notifies", test_notifies);
  g_test_add_func ("/run/marks", test_marks);
  g_test_add_func ("/run/freed", test_freed);
  return g_test_run ();
}
