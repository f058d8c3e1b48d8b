/* test-session.c: a session trains for real, on the built-in digits. */
#include "session-helpers.h"

#include <math.h>
#include <string.h>

static gboolean
has_marks (GbxSession *session, gpointer data)
{
  return gbx_run_get_marks (gbx_session_get_current_run (session))->len >= GPOINTER_TO_UINT (data);
}

static void
test_start (void)
{
  g_autofree char *folder = session_test_folder ();
  g_autoptr (GbxSession) session = NULL;
  g_autofree char *notice = NULL;
  g_autofree char *name = NULL;

  session_test_remove_mnist ();
  session = gbx_session_new (folder, 2);
  name = session_test_get_string (session, "experiment-name");

  /* Building the window does not wait for the data. */
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_LOADING);
  g_assert_cmpstr (name, ==, "keras-784-64-10");
  g_assert_null (gbx_session_get_dataset (session));
  g_assert_null (gbx_session_get_dataset_id (session));

  session_test_wait_state (session, GBX_SESSION_READY);
  g_assert_cmpstr (gbx_session_get_dataset_id (session), ==, NN_DATASET_PEN);
  notice = session_test_get_string (session, "dataset-notice");
  g_assert_nonnull (strstr (notice, "MNIST"));
  g_assert_nonnull (strstr (notice, "pen digits"));
  g_assert_nonnull (gbx_session_get_network (session));
  g_assert_cmpuint (nn_network_n_parameters (gbx_session_get_network (session)), ==,
                    784 * 64 + 64 + 64 * 10 + 10);
  g_assert_cmpint (session_test_get_int (session, "epochs"), ==, 10);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 0);
  g_assert_cmpint (session_test_get_int (session, "batches-per-epoch"), >, 5);
  g_assert_true (isnan (session_test_get_double (session, "loss")));
  g_assert_true (isnan (session_test_get_double (session, "validation-accuracy")));
  g_assert_cmpstr (gbx_session_get_class_name (session, 7), ==, "7");
  g_assert_cmpuint (session_test_n_runs (session), ==, 0);
  g_assert_null (gbx_session_get_current_run (session));
  session_test_install_mnist ();
}

/* Train pressed before the data is there: it starts when it is, and runs to the end. */
static void
test_trains_to_the_end (void)
{
  g_autofree char *folder = session_test_folder ();
  g_autoptr (GbxSession) session = gbx_session_new (folder, 2);
  guint weights_changed = 0, curves_changed = 0, n_steps, n;
  const GbxPoint *points;
  GbxRun *run;

  g_signal_connect_swapped (session, "weights-changed", G_CALLBACK (session_test_count_cb),
                            &weights_changed);
  g_signal_connect_swapped (session, "curves-changed", G_CALLBACK (session_test_count_cb),
                            &curves_changed);
  gbx_session_train (session);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_LOADING);
  session_test_wait_state (session, GBX_SESSION_FINISHED);

  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
  run = gbx_session_get_current_run (session);
  g_assert_cmpint (gbx_run_get_state (run), ==, GBX_RUN_FINISHED);
  g_assert_cmpstr (gbx_run_get_detail (run), ==, "0.001 · Adam");
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 10);

  n_steps = 10 * session_test_get_int (session, "batches-per-epoch");
  points = gbx_metric_series_peek (gbx_run_get_series (run, GBX_CURVE_TRAINING_LOSS), &n);
  g_assert_cmpuint (n, ==, n_steps);
  for (guint i = 1; i < n; i++)
    g_assert_cmpfloat (points[i].x, >, points[i - 1].x);
  g_assert_cmpfloat_with_epsilon (points[n - 1].x, 10, 1e-9);
  points = gbx_metric_series_peek (gbx_run_get_series (run, GBX_CURVE_VALIDATION_LOSS), &n);
  g_assert_cmpuint (n, ==, 10);
  g_assert_cmpfloat (points[0].x, ==, 1);
  g_assert_cmpfloat (points[9].x, ==, 10);
  g_assert_cmpfloat (points[gbx_run_get_best_epoch (run)].y, <=, points[0].y);

  /* It has learned, and the figures agree. */
  g_assert_cmpfloat (session_test_get_double (session, "validation-accuracy"), >, 0.8);
  g_assert_cmpfloat (session_test_get_double (session, "accuracy"), >, 0.8);
  g_assert_cmpfloat (gbx_run_get_final_accuracy (run), ==,
                     session_test_get_double (session, "validation-accuracy"));
  g_assert_cmpuint (weights_changed, >=, 1);
  g_assert_cmpuint (curves_changed, >=, 1);

  /* The test part is evaluated by itself; here it is the validation part too. */
  session_test_wait (session, session_test_has_evaluation, NULL);
  g_assert_cmpfloat_with_epsilon (gbx_session_get_evaluation (session)->accuracy,
                                  gbx_run_get_final_accuracy (run), 1e-9);
  session_test_wait_quiet ();
}

/* A finished run that is told to train goes on, for as many epochs again. */
static void
test_train_again (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);

  session_test_set_dial (session, "epochs", 1);
  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  gbx_session_train (session);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_RUNNING);
  g_assert_cmpint (session_test_get_int (session, "epochs"), ==, 11);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 11);
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
}

static void
test_pause (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (GBytes) weights = NULL;
  g_autoptr (GBytes) later = NULL;
  guint n;

  session_test_make_endless (session);
  gbx_session_toggle (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (3));
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_RUNNING);
  g_assert_cmpint (gbx_run_get_state (gbx_session_get_current_run (session)), ==, GBX_RUN_RUNNING);

  gbx_session_toggle (session);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpint (gbx_run_get_state (gbx_session_get_current_run (session)), ==, GBX_RUN_PAUSED);
  n = session_test_n_points (session);
  weights = session_test_copy_weights (session);

  /* Nothing is scheduled while it stands: an idle window sleeps. */
  session_test_wait_quiet ();
  later = session_test_copy_weights (session);
  g_assert_true (g_bytes_equal (weights, later));
  g_assert_cmpuint (session_test_n_points (session), ==, n);

  gbx_session_toggle (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (n + 3));
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);

  /* A pause overtaken by a start is none. */
  gbx_session_pause (session);
  gbx_session_train (session);
  n = session_test_n_points (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (n + 5));
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_RUNNING);
}

static void
test_step (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  int batches = session_test_get_int (session, "batches-per-epoch");

  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpuint (session_test_n_points (session), ==, 1);
  g_assert_cmpint (session_test_get_int (session, "batch"), ==, 1);
  g_assert_cmpint (session_test_get_int (session, "reader"), ==, GBX_READER_OWN);

  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpuint (session_test_n_points (session), ==, 2);

  gbx_session_step (session, NN_STEP_SAMPLE);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpuint (session_test_n_points (session), ==, 3);

  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 1);
  g_assert_cmpint (session_test_get_int (session, "batch"), ==, 0);
  g_assert_cmpuint (session_test_n_points (session), >=, batches);
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);

  /* A step while it runs: that step, then it stands. */
  g_object_set (session, "speed", STILL, NULL);
  gbx_session_train (session);
  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
}

static void
test_reset (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (GBytes) fresh = session_test_copy_weights (session);
  g_autoptr (GBytes) trained = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GBytes) other = NULL;
  guint64 seed = gbx_session_get_experiment (session)->seed;

  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  trained = session_test_copy_weights (session);
  g_assert_false (g_bytes_equal (fresh, trained));

  gbx_session_reset (session, FALSE);
  session_test_wait_state (session, GBX_SESSION_READY);
  again = session_test_copy_weights (session);
  g_assert_true (g_bytes_equal (fresh, again));
  g_assert_cmpuint (gbx_session_get_experiment (session)->seed, ==, seed);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 0);
  g_assert_true (isnan (session_test_get_double (session, "loss")));

  gbx_session_reset (session, TRUE);
  session_test_wait_state (session, GBX_SESSION_READY);
  other = session_test_copy_weights (session);
  g_assert_false (g_bytes_equal (fresh, other));
  g_assert_cmpuint (gbx_session_get_experiment (session)->seed, ==, seed + 1);

  /* The run there was stays; resetting alone makes none. */
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
  g_assert_null (gbx_session_get_current_run (session));
}

/* What the old run still had to say is not heard in the new one. */
static void
test_stale_is_dropped (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (GbxRun) old = NULL;
  g_autoptr (GBytes) fresh = NULL;
  g_autoptr (GBytes) later = NULL;
  guint n;

  session_test_make_endless (session); /* or it is finished before it is left */
  gbx_session_train (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (1));
  old = g_object_ref (gbx_session_get_current_run (session));
  gbx_session_reset (session, FALSE);
  session_test_wait_state (session, GBX_SESSION_READY);
  fresh = session_test_copy_weights (session);
  n = gbx_metric_series_get_length (gbx_run_get_series (old, GBX_CURVE_TRAINING_LOSS));
  g_assert_cmpint (gbx_run_get_state (old), ==, GBX_RUN_PAUSED);

  session_test_wait_quiet ();
  later = session_test_copy_weights (session);
  g_assert_true (g_bytes_equal (fresh, later));

  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpuint (session_test_n_points (session), ==, 1);
  g_assert_true (gbx_session_get_current_run (session) != old);
  g_assert_cmpuint (
      gbx_metric_series_get_length (gbx_run_get_series (old, GBX_CURVE_TRAINING_LOSS)), ==, n);
}

/* A live dial acts at once on the run there is; a whole drag is one mark. */
static void
test_live_dial (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  GbxRun *run;
  GbxDialMark *mark;

  g_object_set (session, "speed", STILL, NULL);
  gbx_session_train (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (1));
  run = gbx_session_get_current_run (session);

  for (int i = 1; i <= 20; i++)
    g_object_set (gbx_session_get_hyperparameters (session), "learning-rate", i * 0.0005, NULL);
  session_test_wait (session, has_marks, GUINT_TO_POINTER (1));
  g_object_set (gbx_session_get_hyperparameters (session), "l2", 0.25, NULL);
  g_object_set (gbx_session_get_hyperparameters (session), "epochs", 4, NULL);
  session_test_wait (session, has_marks, GUINT_TO_POINTER (3));

  g_assert_cmpuint (gbx_run_get_marks (run)->len, ==, 3);
  mark = g_ptr_array_index (gbx_run_get_marks (run), 0);
  g_assert_cmpstr (mark->dial, ==, "learning-rate");
  g_assert_cmpfloat (mark->value, ==, 20 * 0.0005);
  g_assert_cmpfloat (mark->x, >, 0);
  mark = g_ptr_array_index (gbx_run_get_marks (run), 1);
  g_assert_cmpstr (mark->dial, ==, "l2");
  g_assert_cmpfloat (mark->value, ==, 0.25);
  g_assert_true (gbx_session_get_current_run (session) == run);
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_RUNNING);

  g_object_set (session, "speed", 0.0, NULL);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 4);
}

/* The learning rate really reaches the training: at the smallest one the weights hardly move. */
static void
test_live_dial_acts (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autofree real *before = NULL;
  const NnNetwork *network = gbx_session_get_network (session);
  gsize n = network->parameters.reserved;

  g_object_set (gbx_session_get_hyperparameters (session), "learning-rate", 1e-6, NULL);
  before = g_memdup2 (network->parameters.data, n * sizeof (real));
  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (network->parameters.data[i], before[i], 1.1e-6);
}

/* A dial that needs a reset, dragged while it trains: one new run, which goes on training. */
static void
test_structural_dial (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (GbxRun) old = NULL;
  const NnNetwork *network;
  guint experiment_changed = 0;

  g_object_set (session, "speed", STILL, NULL);
  gbx_session_train (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (1));
  old = g_object_ref (gbx_session_get_current_run (session));
  g_signal_connect_swapped (session, "experiment-changed", G_CALLBACK (session_test_count_cb),
                            &experiment_changed);

  for (int units = 10; units <= 30; units++)
    session_test_set_dial (session, "hidden-units", units);
  g_assert_cmpuint (experiment_changed, ==, 21);
  session_test_wait (session, session_test_has_runs, GUINT_TO_POINTER (2));

  g_assert_cmpuint (session_test_n_runs (session), ==, 2);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_RUNNING);
  g_assert_true (gbx_session_get_current_run (session) != old);
  g_assert_cmpint (gbx_run_get_state (old), ==, GBX_RUN_PAUSED);
  g_assert_cmpuint (gbx_run_get_number (old), ==, 1);
  g_assert_cmpuint (gbx_run_get_colour (old), !=,
                    gbx_run_get_colour (gbx_session_get_current_run (session)));
  network = gbx_session_get_network (session);
  g_assert_cmpuint (nn_network_n_parameters (network), ==, 784 * 30 + 30 + 30 * 10 + 10);
}

static void
test_structural_dial_at_rest (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);

  session_test_set_dial (session, "batch-size", 32);
  gbx_session_step (session, NN_STEP_BATCH); /* a dial that is still turning counts as let go */
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpint (session_test_get_int (session, "batches-per-epoch"), >, 40);
  g_assert_cmpuint (session_test_n_points (session), ==, 1);

  session_test_set_dial (session, "hidden-units", 5);
  session_test_wait_state (session, GBX_SESSION_READY);
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
}

static void
test_presets (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autofree char *name = NULL;

  for (guint i = 0; nn_preset_names ()[i] != NULL; i++) {
    gbx_session_load_preset (session, nn_preset_names ()[i]);
    g_clear_pointer (&name, g_free);
    name = session_test_get_string (session, "experiment-name");
    g_assert_cmpstr (name, ==, nn_preset_names ()[i]);
    gbx_session_step (session, NN_STEP_BATCH);
    session_test_wait_state (session, GBX_SESSION_PAUSED);
    g_assert_cmpstr (gbx_run_get_name (gbx_session_get_current_run (session)), ==, name);
  }
  g_assert_false (session_test_has_error (session, NULL));

  gbx_session_load_preset (session, "no-such-preset");
  g_assert_true (session_test_has_error (session, NULL));
  g_clear_pointer (&name, g_free);
  name = session_test_get_string (session, "experiment-name");
  g_assert_cmpstr (name, !=, "no-such-preset");
}

static void
test_runs_are_bounded (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  guint64 colours = 0;

  for (guint i = 0; i < 11; i++) {
    gbx_session_reset (session, TRUE);
    gbx_session_step (session, NN_STEP_BATCH);
    session_test_wait_state (session, GBX_SESSION_PAUSED);
  }
  g_assert_cmpuint (session_test_n_runs (session), ==, 8);
  for (guint i = 0; i < 8; i++) {
    g_autoptr (GbxRun) run = g_list_model_get_item (gbx_session_get_runs (session), i);

    g_assert_cmpuint (gbx_run_get_number (run), ==, 11 - i);
    g_assert_cmpuint (gbx_run_get_colour (run), <, 8);
    colours |= 1u << gbx_run_get_colour (run);
  }
  g_assert_cmpuint (colours, ==, 0xff);

  {
    g_autoptr (GbxRun) third = g_list_model_get_item (gbx_session_get_runs (session), 2);
    gbx_session_delete_run (session, third);
  }
  g_assert_cmpuint (session_test_n_runs (session), ==, 7);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_PAUSED);
  gbx_session_delete_run (session, gbx_session_get_current_run (session));
  g_assert_cmpuint (session_test_n_runs (session), ==, 6);
  g_assert_null (gbx_session_get_current_run (session));
}

static void
test_diverges (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  const NnNetwork *network;
  g_autofree char *error = NULL;

  gbx_session_load_preset (session, "raw-pixels-784-64-10");
  g_object_set (gbx_session_get_hyperparameters (session), "optimizer", NN_OPTIMIZER_SGD, NULL);
  g_object_set (gbx_session_get_hyperparameters (session), "learning-rate", 10.0, "l2", 1.0, NULL);
  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_DIVERGED);
  error = session_test_get_string (session, "error");
  g_assert_nonnull (error);
  g_assert_cmpint (gbx_run_get_state (gbx_session_get_current_run (session)), ==, GBX_RUN_DIVERGED);
  network = gbx_session_get_network (session);
  for (gsize i = 0; i < network->parameters.reserved; i++)
    g_assert_true (isfinite (network->parameters.data[i]));
}

/* The recipe does not fit the data: said, and nothing else breaks. */
static void
test_impossible_recipe (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (NnExperiment) experiment = nn_experiment_copy (gbx_session_get_experiment (session));
  NnDenseSpec *last = experiment->layers->pdata[experiment->layers->len - 2];

  g_assert_true (last->base.class_ == &nn_dense_class);
  last->units = 3;
  gbx_session_load_experiment (session, experiment);
  session_test_wait_state (session, GBX_SESSION_READY);
  g_assert_false (session_test_has_error (session, NULL)); /* nobody asked for it yet */
  gbx_session_train (session);
  session_test_wait (session, session_test_has_error, NULL);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_READY);
  gbx_session_load_preset (session, "keras-784-64-10");
  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_false (session_test_has_error (session, NULL));
}

static void
test_freed (void)
{
  g_autofree char *folder = session_test_folder ();
  GbxSession *session = gbx_session_new (folder, 2);

  g_assert_finalize_object (session); /* while loading */

  session = session_test_open (NULL);
  gbx_session_train (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (1));
  g_assert_finalize_object (session); /* while running */

  session = session_test_open (NULL);
  gbx_session_evaluate (session);
  session_test_set_dial (session, "hidden-units", 11);
  g_object_set (gbx_session_get_hyperparameters (session), "l2", 0.1, NULL);
  g_assert_finalize_object (session); /* while evaluating, a dial turning */
  session_test_wait_quiet ();
}

static void
test_closed (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (GError) error = NULL;

  gbx_session_train (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (1));
  g_assert_true (gbx_session_close (session, &error));
  g_assert_no_error (error);
  g_assert_true (gbx_session_close (session, &error));

  /* A closed session takes no more commands, and schedules nothing. */
  gbx_session_train (session);
  gbx_session_step (session, NN_STEP_BATCH);
  gbx_session_reset (session, FALSE);
  gbx_session_load_preset (session, "keras-784-128-10");
  gbx_session_evaluate (session);
  session_test_wait_quiet ();
  g_assert_cmpint (gbx_session_get_state (session), !=, GBX_SESSION_RUNNING);
}

int
main (int argc, char **argv)
{
  session_test_init (&argc, &argv);
  g_test_add_func ("/session/start", test_start);
  g_test_add_func ("/session/trains-to-the-end", test_trains_to_the_end);
  g_test_add_func ("/session/train-again", test_train_again);
  g_test_add_func ("/session/pause", test_pause);
  g_test_add_func ("/session/step", test_step);
  g_test_add_func ("/session/reset", test_reset);
  g_test_add_func ("/session/stale-is-dropped", test_stale_is_dropped);
  g_test_add_func ("/session/live-dial", test_live_dial);
  g_test_add_func ("/session/live-dial-acts", test_live_dial_acts);
  g_test_add_func ("/session/structural-dial", test_structural_dial);
  g_test_add_func ("/session/structural-dial-at-rest", test_structural_dial_at_rest);
  g_test_add_func ("/session/presets", test_presets);
  g_test_add_func ("/session/runs-are-bounded", test_runs_are_bounded);
  g_test_add_func ("/session/diverges", test_diverges);
  g_test_add_func ("/session/impossible-recipe", test_impossible_recipe);
  g_test_add_func ("/session/freed", test_freed);
  g_test_add_func ("/session/closed", test_closed);
  return g_test_run ();
}
