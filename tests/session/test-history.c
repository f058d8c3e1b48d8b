/* test-history.c: edits of the recipe, what follows from them, and taking them back. */
#include "session-helpers.h"

#include "ui/session/gbx-history.h"

#include <string.h>

static int
first_units (GbxSession *session)
{
  return nn_experiment_get_hidden_units (gbx_session_get_experiment (session));
}

static gboolean
has_hidden_units (GbxSession *session, gpointer data)
{
  const NnNetwork *network = gbx_session_get_network (session);

  return network != NULL &&
         (int)nn_shape_size (&network->layers[0]->output_shape) == GPOINTER_TO_INT (data);
}

static void
assert_names (GbxSession *session, const char *undo, const char *redo)
{
  g_autofree char *undo_name = session_test_get_string (session, "undo-name");
  g_autofree char *redo_name = session_test_get_string (session, "redo-name");

  g_assert_cmpstr (undo_name, ==, undo);
  g_assert_cmpstr (redo_name, ==, redo);
}

/* Without a session: a drag is one step, another place is another, an edit ends the way forward. */
static void
test_steps (void)
{
  g_autoptr (NnExperiment) recipe = nn_preset_load ("keras-784-64-10", NULL);
  g_autoptr (GbxHistory) history = gbx_history_new (recipe);

  g_assert_null (gbx_history_undo (history));
  for (int i = 1; i <= 5; i++) {
    recipe->train.epochs = 20 + i;
    gbx_history_record (history, recipe, "Epochs", 0);
  }
  recipe->train.batch_size = 7;
  gbx_history_record (history, recipe, "Batch size", 0);
  gbx_history_seal (history);
  recipe->train.batch_size = 8;
  gbx_history_record (history, recipe, "Batch size", 0);
  g_assert_cmpint (gbx_history_undo (history)->train.batch_size, ==, 7);
  g_assert_cmpint (gbx_history_undo (history)->train.epochs, ==, 25);
  g_assert_cmpstr (gbx_history_undoes (history), ==, "Epochs");
  g_assert_cmpstr (gbx_history_redoes (history), ==, "Batch size");
  g_assert_cmpint (gbx_history_undo (history)->train.epochs, ==, 10);
  g_assert_null (gbx_history_undo (history));
  g_assert_cmpint (gbx_history_redo (history)->train.epochs, ==, 25);

  recipe->train.epochs = 3;
  gbx_history_record (history, recipe, "Epochs", 0); /* after a step back, no drag goes on */
  g_assert_null (gbx_history_redo (history));
  recipe->train.epochs = 4;
  gbx_history_record (history, recipe, "Epochs", 1);
  recipe->train.epochs = 5;
  gbx_history_record (history, recipe, "Epochs", -1);
  recipe->train.epochs = 6;
  gbx_history_record (history, recipe, "Epochs", -1);
  for (int epochs = 5; epochs >= 3; epochs--)
    g_assert_cmpint (gbx_history_undo (history)->train.epochs, ==, epochs);
  g_assert_nonnull (gbx_history_undo (history));
}

/* What was dragged there and back is no edit; and no memory grows without end. */
static void
test_bounds (void)
{
  g_autoptr (NnExperiment) recipe = nn_preset_load ("keras-784-64-10", NULL);
  g_autoptr (GbxHistory) history = gbx_history_new (recipe);
  guint n = 0;

  recipe->train.epochs = 11;
  gbx_history_record (history, recipe, "Epochs", 0);
  recipe->train.epochs = 10;
  gbx_history_record (history, recipe, "Epochs", 0);
  g_assert_null (gbx_history_undoes (history));
  for (int i = 0; i < 1000; i++) {
    recipe->train.epochs = 100 + i;
    gbx_history_record (history, recipe, "Epochs", -1);
  }
  while (gbx_history_undo (history) != NULL)
    n++;
  g_assert_cmpuint (n, >, 100);
  g_assert_cmpuint (n, <, 1000);
}

/* A layer's units, as the cards set them. */
static void
set_units (GbxSession *session, int units)
{
  NnExperiment *experiment = nn_experiment_copy (gbx_session_get_experiment (session));

  nn_experiment_set_hidden_units (experiment, units);
  gbx_session_edit (session, experiment, "Units", 0);
}

static void
test_layers (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  guint changed = 0;

  g_signal_connect_swapped (session, "experiment-changed", G_CALLBACK (session_test_count_cb),
                            &changed);
  assert_names (session, NULL, NULL);
  set_units (session, 30);
  g_assert_cmpuint (changed, ==, 1);
  set_units (session, 31);
  set_units (session, 31); /* nothing new */
  g_assert_cmpuint (changed, ==, 2);
  assert_names (session, "Units", NULL);
  session_test_wait (session, has_hidden_units, GINT_TO_POINTER (31));
  gbx_session_undo (session);
  g_assert_cmpint (first_units (session), ==, 64);
  assert_names (session, NULL, "Units");
  session_test_wait (session, has_hidden_units, GINT_TO_POINTER (64));
  gbx_session_undo (session); /* nothing is left */
  gbx_session_redo (session);
  session_test_wait (session, has_hidden_units, GINT_TO_POINTER (31));
  gbx_session_redo (session);
  assert_names (session, "Units", NULL);
}

/* Everything that changes the recipe can be taken back: dials, presets, data sets, seeds. */
static void
test_everything (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (NnExperiment) before = nn_experiment_copy (gbx_session_get_experiment (session));
  g_autoptr (NnExperiment) after = NULL;
  guint n = 0;

  for (int i = 1; i <= 10; i++)
    g_object_set (gbx_session_get_hyperparameters (session), "learning-rate", 0.001 * i + 1, NULL);
  assert_names (session, "Learning rate", NULL);
  session_test_set_dial (session, "batch-size", 16);
  gbx_session_reset (session, TRUE);
  gbx_session_set_dataset (session, NN_DATASET_DIGITS);
  gbx_session_load_preset (session, "cnn-32-64-64");
  g_object_set (gbx_session_get_hyperparameters (session), "optimizer", NN_OPTIMIZER_SGD, NULL);
  after = nn_experiment_copy (gbx_session_get_experiment (session));
  for (g_autofree char *name = NULL; (name = session_test_get_string (session, "undo-name"));) {
    g_clear_pointer (&name, g_free);
    gbx_session_undo (session);
    n++;
  }
  g_assert_cmpuint (n, ==, 6);
  g_assert_true (nn_experiment_equal (gbx_session_get_experiment (session), before));
  while (n-- > 0)
    gbx_session_redo (session);
  g_assert_true (nn_experiment_equal (gbx_session_get_experiment (session), after));
}

/* Taking back a live dial leaves the run going; what it was trained by is marked. */
static void
test_live (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  GbxRun *run;

  session_test_make_endless (session);
  gbx_session_train (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (2));
  run = gbx_session_get_current_run (session);
  g_object_set (gbx_session_get_hyperparameters (session), "learning-rate", 0.5, NULL);
  gbx_session_undo (session);
  gbx_session_pause (session);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  session_test_wait_quiet ();
  g_assert_true (gbx_session_get_current_run (session) == run);
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
  g_assert_cmpuint (gbx_run_get_marks (run)->len, >=, 1);
  session_test_close (g_steal_pointer (&session));
}

/* A layer that cannot be: the run stops, Train says what to mend, and taking it back mends it. */
static void
test_impossible (void)
{
  g_autofree char *folder = session_test_folder ();
  GbxSession *session = session_test_open (folder);
  NnExperiment *experiment = nn_experiment_copy (gbx_session_get_experiment (session));
  const NnWindow window = {2, 2, 2, 2, NN_PADDING_VALID, 0, 0, 0, 0};
  g_autofree char *error = NULL;

  g_ptr_array_insert (experiment->layers, 1, nn_max_pool_spec (&window));
  gbx_session_edit (session, experiment, "Add layer", -1);
  {
    g_autoptr (GbxForesight) foresight = gbx_session_foresee (session);

    g_assert_cmpint (foresight->faulty, ==, 1);
    g_assert_cmpstr (foresight->message, ==, "expected an input of height×width×channels, got 64");
  }
  gbx_session_train (session);
  session_test_wait (session, session_test_has_error, NULL);
  error = session_test_get_string (session, "error");
  g_assert_nonnull (strstr (error, "layer 2 of"));
  g_assert_nonnull (strstr (error, "height×width×channels"));
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_READY);
  session_test_close (session);

  /* It is kept as it is; the data are there all the same. */
  session = session_test_open (folder);
  g_assert_false (session_test_has_error (session, NULL));
  g_assert_nonnull (gbx_session_get_dataset (session));
  experiment = nn_experiment_copy (gbx_session_get_experiment (session));
  g_ptr_array_remove_index (experiment->layers, 1);
  gbx_session_edit (session, experiment, "Remove layer", -1);
  session_test_wait (session, has_hidden_units, GINT_TO_POINTER (64));
  gbx_session_undo (session);
  gbx_session_undo (session);
  gbx_session_redo (session);
  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_RUNNING);
  session_test_close (session);
}

/* The data's classes are the last layer's to fit. */
static void
test_classes (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  NnExperiment *experiment = nn_experiment_copy (gbx_session_get_experiment (session));
  g_autoptr (GbxForesight) foresight = NULL;

  ((NnDenseSpec *)experiment->layers->pdata[experiment->layers->len - 2])->units = 3;
  gbx_session_edit (session, experiment, "Units", 0);
  foresight = gbx_session_foresee (session);
  g_assert_cmpint (foresight->faulty, ==, (int)foresight->n_layers - 1);
  g_assert_nonnull (strstr (foresight->message, "10 classes"));
}

int
main (int argc, char **argv)
{
  session_test_init (&argc, &argv);
  g_test_add_func ("/history/steps", test_steps);
  g_test_add_func ("/history/bounds", test_bounds);
  g_test_add_func ("/history/layers", test_layers);
  g_test_add_func ("/history/everything", test_everything);
  g_test_add_func ("/history/live", test_live);
  g_test_add_func ("/history/impossible", test_impossible);
  g_test_add_func ("/history/classes", test_classes);
  return g_test_run ();
}
