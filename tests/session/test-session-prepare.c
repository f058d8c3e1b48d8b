/* test-session-prepare.c: the preparation edited while a session goes on. */
#include "session-helpers.h"

#include "engine/design/field.h"
#include "ui/session/gbx-layer-edits.h"

#include <math.h>
#include <string.h>

static void
set_field (GbxSession *session, const char *name, double value)
{
  gbx_experiment_edits_set (session, nn_experiment_field_find (name), value);
}

static const NnPrepareSpec *
get_prepare (GbxSession *session)
{
  return &gbx_session_get_experiment (session)->prepare;
}

static const NnFit *
get_fit (GbxSession *session)
{
  return gbx_session_get_samples (session, NN_PART_TRAIN)->spec.fit;
}

/* What only a drawing goes through can be changed without losing the network. */
static void
test_steps_of_drawings (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autofree char *folder = session_test_folder ();
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  g_autofree char *undo = NULL;
  g_autoptr (GBytes) trained = NULL, after = NULL;
  g_autoptr (GbxSession) other = NULL;

  session_test_set_dial (session, "epochs", 1);
  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  trained = session_test_copy_weights (session);

  set_field (session, "crop", FALSE);
  set_field (session, "field", 12);
  session_test_wait_quiet ();
  after = session_test_copy_weights (session);
  g_assert_true (g_bytes_equal (trained, after));
  g_assert_cmpint (session_test_get_int (session, "state"), ==, GBX_SESSION_FINISHED);
  g_assert_false (get_prepare (session)->ink.crop);

  g_assert_true (gbx_session_save_model (session, path, NULL)); /* with them */
  other = session_test_open (NULL);
  g_assert_true (gbx_session_open_model (other, path, NULL));
  g_assert_cmpint (get_prepare (other)->ink.field, ==, 12);
  session_test_wait_state (other, GBX_SESSION_READY);

  undo = session_test_get_string (session, "undo-name");
  g_assert_cmpstr (undo, ==, "Side of the field");
  gbx_session_undo (session);
  gbx_session_undo (session);
  g_assert_true (get_prepare (session)->ink.crop);
  g_assert_cmpint (get_prepare (session)->ink.field, ==, 20);
  session_test_close (g_steal_pointer (&other));
  session_test_close (g_steal_pointer (&session));
}

/* Whose pictures are 8×8 goes through the steps itself: a network of its own. */
static void
test_steps_of_data (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autofree guint8 *before = NULL;

  gbx_session_set_dataset (session, NN_DATASET_DIGITS);
  session_test_wait_state (session, GBX_SESSION_READY);
  before = g_memdup2 (gbx_session_get_samples (session, NN_PART_TRAIN)->images, NN_DIGIT_PIXELS);
  set_field (session, "resize", FALSE);
  session_test_wait_quiet ();
  session_test_wait_state (session, GBX_SESSION_READY);
  g_assert_cmpint (
      memcmp (before, gbx_session_get_samples (session, NN_PART_TRAIN)->images, NN_DIGIT_PIXELS),
      !=, 0);
  session_test_close (g_steal_pointer (&session));
}

/* Measured on the training part, saved with the model, and kept by whoever opens it. */
static void
test_standardise (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autofree char *folder = session_test_folder ();
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  g_autoptr (GbxSession) other = NULL;
  g_autoptr (GError) error = NULL;
  double mean;

  g_assert_null (get_fit (session));
  set_field (session, "standardise", TRUE);
  set_field (session, "validation-fraction", 0.25);
  session_test_wait_quiet ();
  session_test_wait_state (session, GBX_SESSION_READY);
  g_assert_nonnull (get_fit (session));
  g_assert_null (get_prepare (session)->fit); /* a wish, not a finding */
  mean = get_fit (session)->numbers[0];
  g_assert_cmpfloat_with_epsilon (mean, 0.13, 0.1);
  g_assert_true (gbx_session_get_samples (session, NN_PART_TEST)->spec.fit->numbers[0] == mean);

  session_test_set_dial (session, "epochs", 1);
  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  g_assert_false (isnan (session_test_get_double (session, "validation-accuracy")));
  g_assert_true (gbx_session_save_model (session, path, &error));
  g_assert_no_error (error);

  other = session_test_open (NULL);
  g_assert_true (gbx_session_open_model (other, path, &error));
  g_assert_no_error (error);
  session_test_wait_state (other, GBX_SESSION_READY);
  g_assert_true (get_prepare (other)->standardise);
  g_assert_true (get_fit (other)->numbers[0] == mean);

  set_field (other, "scale", NN_SCALE_NONE); /* other numbers: measured again */
  session_test_wait_quiet ();
  session_test_wait_state (other, GBX_SESSION_READY);
  g_assert_cmpfloat_with_epsilon (get_fit (other)->numbers[0] / 255, mean, 1e-9);
  session_test_close (g_steal_pointer (&other));
  session_test_close (g_steal_pointer (&session));
}

int
main (int argc, char **argv)
{
  session_test_init (&argc, &argv);
  session_test_install_mnist ();
  g_test_add_func ("/session-prepare/steps-of-drawings", test_steps_of_drawings);
  g_test_add_func ("/session-prepare/steps-of-data", test_steps_of_data);
  g_test_add_func ("/session-prepare/standardise", test_standardise);
  return g_test_run ();
}
