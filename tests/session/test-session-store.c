/* test-session-store.c: closing and opening again, damaged weights and full disks. */
#include "session-helpers.h"

#include "ui/session/gbx-kept.h"

#include <glib/gstdio.h>
#include <linux/capability.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The floor of it all: closed in mid-epoch while running, opened again, it ends up with the same
 * bits as a run that was never interrupted. */
static void
test_goes_on_bit_for_bit (void)
{
  g_autofree char *folder = session_test_folder ();
  GbxSession *session = session_test_open (folder);
  g_autoptr (GbxSession) whole = session_test_open (NULL);
  g_autoptr (GBytes) at_close = NULL;
  g_autoptr (GBytes) at_open = NULL;
  g_autoptr (GBytes) interrupted = NULL;
  g_autoptr (GBytes) uninterrupted = NULL;
  guint points;
  int batch, epoch;
  double loss;

  session_test_set_dial (session, "epochs", 3);
  session_test_set_dial (whole, "epochs", 3);
  for (int i = 0; i < 4; i++) {
    gbx_session_step (session, NN_STEP_BATCH);
    session_test_wait_state (session, GBX_SESSION_PAUSED);
  }
  g_object_set (session, "speed", STILL, NULL);
  gbx_session_train (session);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_RUNNING);
  g_assert_true (gbx_session_close (session, NULL));
  at_close = session_test_copy_weights (session);
  epoch = session_test_get_int (session, "epoch");
  batch = session_test_get_int (session, "batch");
  loss = session_test_get_double (session, "loss");
  points = session_test_n_points (session);
  g_assert_cmpint (batch, ==, 4); /* in the middle */
  g_assert_finalize_object (session);

  session = session_test_open (folder);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_PAUSED);
  at_open = session_test_copy_weights (session);
  g_assert_true (g_bytes_equal (at_close, at_open));
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, epoch);
  g_assert_cmpint (session_test_get_int (session, "batch"), ==, batch);
  g_assert_cmpfloat (session_test_get_double (session, "loss"), ==, loss);
  g_assert_cmpfloat (session_test_get_double (session, "speed"), ==, STILL);
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
  g_assert_cmpuint (session_test_n_points (session), ==, points);

  g_object_set (session, "speed", 0.0, NULL);
  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
  g_assert_cmpuint (session_test_n_points (session), ==,
                    3 * session_test_get_int (session, "batches-per-epoch"));
  gbx_session_train (whole);
  session_test_wait_state (whole, GBX_SESSION_FINISHED);
  interrupted = session_test_copy_weights (session);
  uninterrupted = session_test_copy_weights (whole);
  g_assert_true (g_bytes_equal (interrupted, uninterrupted));
  g_assert_cmpfloat (session_test_get_double (session, "validation-loss"), ==,
                     session_test_get_double (whole, "validation-loss"));
  session_test_close (session);
}

/* The recipe as edited, the page and the reader come back; untrained weights need no file. */
static void
test_untrained (void)
{
  g_autofree char *folder = session_test_folder ();
  GbxSession *session = session_test_open (folder);
  g_autoptr (GBytes) fresh = NULL;
  g_autoptr (GBytes) again = NULL;

  gbx_session_load_preset (session, "keras-784-128-10");
  gbx_session_reset (session, TRUE);
  session_test_set_dial (session, "hidden-units", 21); /* still turning when it closes */
  g_object_set (session, "stage", 3, "reader", GBX_READER_OWN, NULL);
  g_assert_true (gbx_session_close (session, NULL));
  fresh = session_test_copy_weights (session);
  g_assert_finalize_object (session);
  g_assert_cmpuint (session_test_count_files (folder, ".safetensors"), ==, 0);

  session = session_test_open (folder);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_READY);
  g_assert_cmpint (nn_experiment_get_hidden_units (gbx_session_get_experiment (session)), ==, 21);
  g_assert_cmpint (session_test_get_int (session, "stage"), ==, 3);
  g_assert_cmpint (session_test_get_int (session, "reader"), ==, GBX_READER_OWN);
  again = session_test_copy_weights (session);
  g_assert_true (g_bytes_equal (fresh, again));
  session_test_close (session);
}

static void
test_runs_come_back (void)
{
  g_autofree char *folder = session_test_make_kept_run ();
  GbxSession *session = session_test_open (folder);
  g_autoptr (GbxRun) first = NULL;
  GbxMetricSeries *series;
  guint n;

  g_object_set (gbx_session_get_hyperparameters (session), "learning-rate", 0.01, NULL);
  gbx_session_reset (session, TRUE); /* the mark is made though the dial was just let go */
  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  first = g_list_model_get_item (gbx_session_get_runs (session), 1);
  g_object_set (first, "visible", FALSE, NULL);
  n = gbx_metric_series_get_length (gbx_run_get_series (first, GBX_CURVE_TRAINING_LOSS));
  session_test_close (session);
  g_clear_object (&first);

  session = session_test_open (folder);
  g_assert_cmpuint (session_test_n_runs (session), ==, 2);
  g_assert_cmpuint (gbx_run_get_number (gbx_session_get_current_run (session)), ==, 2);
  first = g_list_model_get_item (gbx_session_get_runs (session), 1);
  g_assert_cmpuint (gbx_run_get_number (first), ==, 1);
  g_assert_cmpstr (gbx_run_get_name (first), ==, "keras-784-64-10");
  g_assert_cmpstr (gbx_run_get_detail (first), ==, "0.001 · Adam");
  g_assert_false (gbx_run_get_visible (first));
  g_assert_cmpint (gbx_run_get_state (first), ==, GBX_RUN_PAUSED);
  g_assert_cmpint (gbx_run_get_best_epoch (first), ==, 0);
  g_assert_cmpfloat (gbx_run_get_final_accuracy (first), >, 0.1);
  g_assert_cmpuint (gbx_run_get_marks (first)->len, ==, 1);
  series = gbx_run_get_series (first, GBX_CURVE_TRAINING_LOSS);
  g_assert_cmpuint (gbx_metric_series_get_length (series), ==, n);
  g_assert_cmpfloat (gbx_metric_series_peek (series, NULL)[0].y, >, 1);

  /* The next run has the next number. */
  gbx_session_reset (session, FALSE);
  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpuint (gbx_run_get_number (gbx_session_get_current_run (session)), ==, 3);
  session_test_close (session);
}

/* A network that was opened and never trained is kept too, and can be reset. */
static void
test_opened_model_is_kept (void)
{
  g_autofree char *folder = session_test_make_kept_run ();
  g_autofree char *other = session_test_folder ();
  g_autofree char *model = g_build_filename (other, "model.safetensors", NULL);
  GbxSession *session = session_test_open (folder);
  g_autoptr (GBytes) trained = session_test_copy_weights (session);
  g_autoptr (GBytes) opened = NULL;

  g_assert_true (gbx_session_save_model (session, model, NULL));
  session_test_close (session);
  session = session_test_open (other);
  g_assert_true (gbx_session_open_model (session, model, NULL));
  session_test_wait_state (session, GBX_SESSION_READY);
  session_test_close (session);

  for (int i = 0; i < 2; i++) { /* and kept again, unchanged */
    session = session_test_open (other);
    g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_READY);
    g_clear_pointer (&opened, g_bytes_unref);
    opened = session_test_copy_weights (session);
    g_assert_true (g_bytes_equal (trained, opened));
    session_test_close (session);
  }
}

/* Closing the window before the kept weights were even read must not lose them. */
static void
test_closed_while_restoring (void)
{
  g_autofree char *folder = session_test_make_kept_run ();
  GbxSession *session = gbx_session_new (folder, 2);

  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_LOADING);
  session_test_close (session);
  session = session_test_open (folder);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_PAUSED);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 1);
  g_assert_cmpint (session_test_get_int (session, "batch"), ==, 3);
  session_test_close (session);
}

/* ---- damage ---- */

static void
check_damaged_weights (const char *text, gssize length)
{
  g_autofree char *folder = session_test_make_kept_run ();
  g_autofree char *weights = session_test_find_file (folder, "weights-", ".safetensors");
  g_autofree char *error = NULL;
  GbxSession *session;

  session_test_write_file (folder, weights, text, length);
  session = session_test_open (folder);
  error = session_test_get_string (session, "error");
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error, ".damaged-"));
  g_assert_cmpuint (session_test_count_files (folder, ".safetensors.damaged-"), ==, 1);

  /* The runs and the recipe are whole; training starts afresh. */
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_READY);
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
  g_assert_null (gbx_session_get_current_run (session));
  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpuint (session_test_n_runs (session), ==, 2);
  session_test_close (session);
}

static void
test_damaged_weights (void)
{
  g_autofree char *folder = session_test_make_kept_run ();
  g_autofree char *weights = session_test_find_file (folder, "weights-", ".safetensors");
  gsize length;
  g_autofree char *whole = session_test_read_file (folder, weights, &length);

  check_damaged_weights ("", 0);
  check_damaged_weights ("no weights at all", -1);
  check_damaged_weights (whole, (gssize)length / 2);
}

static void
test_missing_weights (void)
{
  g_autofree char *folder = session_test_make_kept_run ();
  g_autofree char *weights = session_test_find_file (folder, "weights-", ".safetensors");
  g_autofree char *path = g_build_filename (folder, weights, NULL);
  GbxSession *session;

  g_assert_cmpint (g_unlink (path), ==, 0);
  session = session_test_open (folder);
  g_assert_true (session_test_has_error (session, NULL));
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_READY);
  session_test_close (session);
}

/* ---- no place to keep it ---- */

/* Root may write into any folder, but nobody into a folder that is a file. */
static void
test_no_folder (void)
{
  g_autofree char *folder = session_test_folder ();
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *below = g_build_filename (file, "glassbox", NULL);
  g_autoptr (GError) error = NULL;
  GbxSession *session;

  session_test_write_file (folder, "file", "", 0);
  session = session_test_open (below);
  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  session_test_wait (session, session_test_has_error, NULL);

  /* Training goes on in memory. */
  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 2);
  g_assert_false (gbx_session_close (session, &error));
  g_assert_nonnull (error);

  /* So it does for a user who chooses to stay, and makes room. */
  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 3);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_true (gbx_session_close (session, NULL));
  g_assert_finalize_object (session);
  session = session_test_open (below);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 3);
  session_test_close (session);
}

static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* What was kept before the disk was full is still there afterwards, whole. */
static void
test_full_disk (void)
{
  g_autofree char *folder = session_test_make_kept_run ();
  GbxSession *session = session_test_open (folder);
  g_autoptr (GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  limit_files (100 * 1024); /* smaller than the weights */
  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  session_test_wait (session, session_test_has_error, NULL);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 2);
  g_assert_false (gbx_session_close (session, &error));
  g_assert_nonnull (error);
  g_assert_finalize_object (session);
  limit_files (RLIM_INFINITY);

  g_assert_cmpuint (session_test_count_files (folder, ".safetensors"), ==, 1);
  session = session_test_open (folder);
  g_assert_false (session_test_has_error (session, NULL));
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 1);
  g_assert_cmpint (session_test_get_int (session, "batch"), ==, 3);
  session_test_close (session);
}

/* Root may write into any folder, unless it lets go of that right, which this process then has not
 * any more. */
static void
obey_permissions (void)
{
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

  g_assert_cmpint (syscall (SYS_capget, &header, sets), ==, 0);
  sets[CAP_TO_INDEX (CAP_DAC_OVERRIDE)].effective &= ~CAP_TO_MASK (CAP_DAC_OVERRIDE);
  g_assert_cmpint (syscall (SYS_capset, &header, sets), ==, 0);
}

/* What was kept is shown, it goes on in memory, and once there is a way it is kept. @file:
 * nullable: what cannot be written; else the whole folder. */
static void
check_read_only (const char *file)
{
  g_autofree char *folder = session_test_make_kept_run ();
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *error = NULL;
  GbxSession *session;

  g_assert_cmpint (g_chmod (path, file != NULL ? 0400 : 0500), ==, 0);
  session = session_test_open (folder);
  error = session_test_get_string (session, "error");
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error, folder));
  g_assert_nonnull (strstr (error, "Nothing can be kept"));
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_PAUSED);
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  session_test_wait (session, session_test_has_error, NULL);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 2);
  g_assert_false (gbx_session_close (session, NULL));

  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  session_test_close (session);
  session = session_test_open (folder);
  g_assert_false (session_test_has_error (session, NULL));
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 2);
  session_test_close (session);
}

static void
test_read_only (void)
{
  if (g_test_subprocess ()) {
    obey_permissions ();
    check_read_only (NULL);
    check_read_only ("glassbox.db");
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

/* ---- the document ---- */

static void
test_drawing_is_kept (void)
{
  g_autoptr (GbxKept) kept = gbx_kept_new ();
  g_autoptr (GbxKept) parsed = NULL;
  g_autoptr (GbxKept) damaged = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  char *start;

  kept->experiment = nn_preset_load ("keras-784-64-10", NULL);
  nn_drawing_begin_stroke (kept->drawing, 0.25f, 0.5f);
  nn_drawing_add_point (kept->drawing, 1, 0);
  nn_drawing_begin_stroke (kept->drawing, 0.125f, 0.75f);
  json = gbx_kept_to_json (kept);
  parsed = gbx_kept_parse (json, strlen (json), &error);
  g_assert_no_error (error);
  g_assert_true (nn_drawing_equal (parsed->drawing, kept->drawing));

  start = strstr (json, "0.125");
  g_assert_nonnull (start);
  start[0] = '7';
  damaged = gbx_kept_parse (json, strlen (json), &error);
  g_assert_null (damaged);
  g_assert_error (error, NN_ERROR, NN_ERROR_FORMAT);
  g_assert_true (g_str_has_prefix (error->message, "drawing[1]: "));
}

int
main (int argc, char **argv)
{
  session_test_init (&argc, &argv);
  g_test_add_func ("/session-store/goes-on-bit-for-bit", test_goes_on_bit_for_bit);
  g_test_add_func ("/session-store/untrained", test_untrained);
  g_test_add_func ("/session-store/runs-come-back", test_runs_come_back);
  g_test_add_func ("/session-store/opened-model-is-kept", test_opened_model_is_kept);
  g_test_add_func ("/session-store/closed-while-restoring", test_closed_while_restoring);
  g_test_add_func ("/session-store/damaged-weights", test_damaged_weights);
  g_test_add_func ("/session-store/missing-weights", test_missing_weights);
  g_test_add_func ("/session-store/no-folder", test_no_folder);
  g_test_add_func ("/session-store/full-disk", test_full_disk);
  g_test_add_func ("/session-store/read-only", test_read_only);
  g_test_add_func ("/session-store/drawing-is-kept", test_drawing_is_kept);
  return g_test_run ();
}
