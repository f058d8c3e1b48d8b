/* test-session-data.c: data sets that are missing, come, go and are damaged. */
#include "../engine/http-server.h"
#include "session-helpers.h"

#include "ui/session/gbx-session-private.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_TRAIN 300
#define N_TEST 50

/* ---- a small MNIST ---- */

static void
write_idx (const char *folder, const char *name, int n, int n_classes, gboolean images)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const guint32 sizes[] = {GUINT32_TO_BE (images ? 0x803 : 0x801), GUINT32_TO_BE (n),
                           GUINT32_TO_BE (28), GUINT32_TO_BE (28)};

  g_byte_array_append (bytes, (const guint8 *)sizes, images ? 16 : 8);
  for (int i = 0; i < n; i++) {
    guint8 picture[784] = {0};
    guint8 label = (guint8)(i % n_classes);

    memset (picture + 28 * (4 + 2 * label), 255, 28); /* a bar whose height is the digit */
    g_byte_array_append (bytes, images ? picture : &label, images ? sizeof picture : 1);
  }
  g_assert_true (g_file_set_contents (path, (const char *)bytes->data, bytes->len, NULL));
}

static void
install (const char *folder, int n_classes)
{
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  write_idx (folder, "train-images-idx3-ubyte", N_TRAIN, n_classes, TRUE);
  write_idx (folder, "train-labels-idx1-ubyte", N_TRAIN, n_classes, FALSE);
  write_idx (folder, "t10k-images-idx3-ubyte", N_TEST, n_classes, TRUE);
  write_idx (folder, "t10k-labels-idx1-ubyte", N_TEST, n_classes, FALSE);
}

static void
install_mnist (void)
{
  g_autofree char *folder = session_test_mnist_folder ();

  install (folder, 10);
}

static void
assert_notice (GbxSession *session, const char *part)
{
  g_autofree char *notice = session_test_get_string (session, "dataset-notice");

  if (part == NULL) {
    g_assert_null (notice);
  } else {
    g_assert_nonnull (notice);
    g_assert_nonnull (strstr (notice, part));
  }
}

static void
assert_dataset (GbxSession *session, const char *id)
{
  g_assert_cmpstr (gbx_session_get_dataset_id (session), ==, id);
}

static gboolean
has_dataset (GbxSession *session, gpointer id)
{
  return g_strcmp0 (gbx_session_get_dataset_id (session), id) == 0;
}

/* ---- */

static void
test_is_there (void)
{
  g_autoptr (GbxSession) session = NULL;

  install_mnist ();
  session = session_test_open (NULL);
  assert_dataset (session, NN_DATASET_MNIST);
  assert_notice (session, NULL);
  g_assert_cmpuint (gbx_session_get_dataset (session)->train.count, ==, N_TRAIN);
  g_assert_cmpint (session_test_get_int (session, "batches-per-epoch"), ==, 3);
  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  session_test_remove_mnist ();
}

static void
test_dataset_fallback (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autofree char *notice = NULL;
  g_autofree char *none = NULL;
  g_autofree char *again = NULL;

  gbx_session_set_dataset (session, NN_DATASET_STAND_IN);
  session_test_wait_state (session, GBX_SESSION_READY);
  none = session_test_get_string (session, "dataset-notice");
  g_assert_null (none);

  gbx_session_set_dataset (session, NN_DATASET_FASHION);
  session_test_wait_state (session, GBX_SESSION_READY);
  g_assert_cmpstr (gbx_session_get_dataset_id (session), ==, NN_DATASET_STAND_IN);
  g_assert_cmpstr (gbx_session_get_experiment (session)->dataset, ==, NN_DATASET_FASHION);
  notice = session_test_get_string (session, "dataset-notice");
  g_assert_nonnull (notice);

  g_object_set (session, "speed", STILL, NULL); /* or the run is over before the change */
  gbx_session_train (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (1));
  gbx_session_set_dataset (session, "no-such-set");
  session_test_wait (session, session_test_has_runs,
                     GUINT_TO_POINTER (2)); /* it goes on as a new run */
  again = session_test_get_string (session, "dataset-notice");
  g_assert_nonnull (strstr (again, "no-such-set"));
}

static int
n_outputs (GbxSession *session)
{
  return gbx_session_get_network (session)->output_shape.dims[0];
}

/* A set of three classes gets a network of three outputs, and the digits ten again. */
static void
test_classes (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autofree char *folder =
      g_build_filename (g_getenv ("XDG_DATA_HOME"), "glassbox", "datasets", "shapes", NULL);

  install (folder, 3);
  g_assert_cmpint (n_outputs (session), ==, 10);
  gbx_session_set_dataset (session, "shapes");
  session_test_wait (session, has_dataset, (char *)"shapes");
  g_assert_cmpint (n_outputs (session), ==, 3);
  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  gbx_session_set_dataset (session, NN_DATASET_DIGITS);
  session_test_wait (session, has_dataset, (char *)NN_DATASET_DIGITS);
  g_assert_cmpint (n_outputs (session), ==, 10);
  gbx_session_undo (session); /* the choice and what it did to the network at once */
  session_test_wait (session, has_dataset, (char *)"shapes");
  session_test_wait_state (session, GBX_SESSION_READY);
  g_assert_cmpint (n_outputs (session), ==, 3);
  session_test_remove_tree (folder);
}

static void
test_download_fails (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);

  gbx_session_download (session, "no-such-set");
  g_assert_cmpfloat (session_test_get_double (session, "download-fraction"), ==, 0);
  session_test_wait (session, session_test_has_error, NULL);
  g_assert_cmpfloat (session_test_get_double (session, "download-fraction"), ==, -1);
  session_test_wait_quiet ();
}

static gboolean
has_bytes (GbxSession *session, gpointer data)
{
  return session_test_get_double (session, "download-fraction") > 0;
}

/* In the middle of a file, from a server that sends no more: at once, without a complaint, and
 * another may begin, which finds out that there is no picture. A session may be closed in the
 * middle, too. */
static void
test_download_cancelled (void)
{
  HttpServer server = {0};
  g_autoptr (GbxSession) session = NULL;
  g_autofree char *trickle = NULL, *fine = NULL;

  http_server_start (&server);
  http_server_put (&server, "train-images-idx3-ubyte.gz",
                   g_bytes_new_take (g_malloc0 (1000), 1000));
  trickle = g_strdup_printf ("http://127.0.0.1:%u/trickle/", server.port);
  fine = g_strdup_printf ("http://127.0.0.1:%u/fine/", server.port);
  session = session_test_open (NULL);
  gbx_session_set_mirrors (session, (const char *const[]){trickle, NULL});
  gbx_session_download (session, NN_DATASET_MNIST);
  session_test_wait (session, has_bytes, NULL);
  g_assert_cmpuint (http_server_count (&server), ==, 1);
  gbx_session_cancel_download (session);
  g_assert_cmpfloat (session_test_get_double (session, "download-fraction"), ==, -1);
  g_assert_false (session_test_has_error (session, NULL));

  gbx_session_set_mirrors (session, (const char *const[]){fine, NULL});
  gbx_session_download (session, NN_DATASET_MNIST);
  session_test_wait (session, session_test_has_error, NULL);
  g_assert_cmpfloat (session_test_get_double (session, "download-fraction"), ==, -1);
  g_assert_cmpuint (http_server_count (&server), >=, 2);
  assert_dataset (session, NN_DATASET_STAND_IN);

  gbx_session_set_mirrors (session, (const char *const[]){trickle, NULL});
  gbx_session_download (session, NN_DATASET_MNIST);
  session_test_wait (session, has_bytes, NULL);
  session_test_close (g_steal_pointer (&session));
  session_test_wait_quiet ();
  http_server_stop (&server);
}

/* It arrives while the digits stand in for it: training goes on with it, as a new run. */
static void
test_arrives (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  guint changed = 0;

  assert_dataset (session, NN_DATASET_STAND_IN);
  g_object_set (session, "speed", STILL, NULL);
  gbx_session_train (session);
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (1));
  g_signal_connect_swapped (session, "dataset-changed", G_CALLBACK (session_test_count_cb),
                            &changed);
  install_mnist ();
  gbx_session_set_dataset (session, NN_DATASET_MNIST);
  session_test_wait (session, has_dataset, (char *)NN_DATASET_MNIST);
  g_assert_cmpuint (changed, ==, 1);
  assert_notice (session, NULL);
  session_test_wait (session, session_test_has_runs, GUINT_TO_POINTER (2));
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_RUNNING);

  /* The same again is no change. */
  gbx_session_set_dataset (session, NN_DATASET_MNIST);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_RUNNING);
  session_test_remove_mnist ();
}

/* A run that began on the digits goes on with them, until somebody asks for a fresh start. */
static void
test_arrives_between_starts (void)
{
  g_autofree char *kept = session_test_folder ();
  GbxSession *session = session_test_open (kept);

  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  session_test_close (session);

  install_mnist ();
  session = session_test_open (kept);
  assert_dataset (session, NN_DATASET_STAND_IN);
  assert_notice (session, "Reset");
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_PAUSED);
  g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 1);

  gbx_session_reset (session, FALSE);
  session_test_wait_state (session, GBX_SESSION_READY);
  assert_dataset (session, NN_DATASET_MNIST);
  assert_notice (session, NULL);
  session_test_close (session);
  session_test_remove_mnist ();
}

/* The data of a kept run are gone: what it learned is not. */
static void
test_goes_between_starts (void)
{
  g_autofree char *kept = session_test_folder ();
  g_autoptr (GBytes) trained = NULL;
  g_autoptr (GBytes) again = NULL;
  GbxSession *session;

  install_mnist ();
  session = session_test_open (kept);
  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_true (gbx_session_close (session, NULL));
  trained = session_test_copy_weights (session);
  g_assert_finalize_object (session);

  session_test_remove_mnist ();
  session = session_test_open (kept);
  assert_dataset (session, NN_DATASET_STAND_IN);
  assert_notice (session, "not on this machine");
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_READY);
  g_assert_null (gbx_session_get_current_run (session));
  g_assert_cmpuint (session_test_n_runs (session), ==, 1);
  again = session_test_copy_weights (session);
  g_assert_true (g_bytes_equal (trained, again));
  gbx_session_step (session, NN_STEP_BATCH); /* another run */
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpuint (session_test_n_runs (session), ==, 2);
  session_test_close (session);
}

static void
test_damaged (void)
{
  g_autofree char *folder = session_test_mnist_folder ();
  g_autoptr (GbxSession) session = NULL;

  install_mnist ();
  write_idx (folder, "train-labels-idx1-ubyte", N_TRAIN - 1, 10, FALSE);
  session = session_test_open (NULL);
  assert_dataset (session, NN_DATASET_STAND_IN);
  assert_notice (session, "cannot be read");
  g_assert_true (session_test_has_error (session, NULL));
  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  session_test_remove_mnist ();
}

int
main (int argc, char **argv)
{
  session_test_init (&argc, &argv);
  session_test_remove_mnist ();
  g_test_add_func ("/session-data/is-there", test_is_there);
  g_test_add_func ("/session-data/fallback", test_dataset_fallback);
  g_test_add_func ("/session-data/classes", test_classes);
  g_test_add_func ("/session-data/arrives", test_arrives);
  g_test_add_func ("/session-data/arrives-between-starts", test_arrives_between_starts);
  g_test_add_func ("/session-data/goes-between-starts", test_goes_between_starts);
  g_test_add_func ("/session-data/damaged", test_damaged);
  g_test_add_func ("/session-data/download-fails", test_download_fails);
  g_test_add_func ("/session-data/download-cancelled", test_download_cancelled);
  return g_test_run ();
}
