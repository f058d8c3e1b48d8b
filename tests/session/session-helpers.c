/* session-helpers.c: what the tests of the session share. */
#include "session-helpers.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static GPtrArray *folders;

static void
remove_folders (void)
{
  for (guint i = 0; i < folders->len; i++)
    session_test_remove_tree (g_ptr_array_index (folders, i));
  g_ptr_array_unref (folders);
}

static gboolean
has_state (GbxSession *session, gpointer data)
{
  return gbx_session_get_state (session) == (GbxSessionState)GPOINTER_TO_INT (data);
}

static gboolean
is_loaded (GbxSession *session, gpointer data)
{
  return gbx_session_get_state (session) != GBX_SESSION_LOADING;
}

void
session_test_remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    session_test_remove_tree (child);
  }
  g_remove (path);
}

void
session_test_init (int *argc, char ***argv)
{
  g_autofree char *home = NULL;

  folders = g_ptr_array_new_with_free_func (g_free);
  home = session_test_folder ();
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_DATA_DIRS", home, TRUE);
  g_unsetenv ("GLASSBOX_DATASETS");
  g_test_init (argc, argv, NULL);
  atexit (remove_folders);
  session_test_install_mnist ();
}

/* The environment is not touched: other threads may be reading it. */
char *
session_test_mnist_folder (void)
{
  return g_build_filename (g_getenv ("XDG_DATA_HOME"), "glassbox", "datasets", NN_DATASET_MNIST,
                           NULL);
}

static void
write_idx (const char *folder, const char *name, guint32 kind, const guint8 *values, gsize n)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean images = kind == 0x803;
  const guint32 sizes[] = {GUINT32_TO_BE (kind), GUINT32_TO_BE ((guint32)n), GUINT32_TO_BE (28),
                           GUINT32_TO_BE (28)};

  g_byte_array_append (bytes, (const guint8 *)sizes, images ? 16 : 8);
  g_byte_array_append (bytes, values, (guint)(images ? n * 784 : n));
  g_assert_true (g_file_set_contents (path, (const char *)bytes->data, bytes->len, NULL));
}

void
session_test_install_mnist (void)
{
  static const char *const names[][2] = {{"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
                                         {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}};
  g_autofree char *folder = session_test_mnist_folder ();
  g_autoptr (NnDataset) digits = nn_dataset_load (NN_DATASET_DIGITS, NULL, NULL);
  NnPrepareSpec spec = nn_prepare_spec_default ();

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (int part = 0; part < 2; part++) {
    g_autoptr (NnSamples) samples =
        nn_samples_new (digits, &spec, part == 0 ? NN_PART_TRAIN : NN_PART_TEST, 0, NULL);

    write_idx (folder, names[part][0], 0x803, samples->images, samples->count);
    write_idx (folder, names[part][1], 0x801, samples->labels, samples->count);
  }
}

void
session_test_remove_mnist (void)
{
  g_autofree char *folder = session_test_mnist_folder ();

  session_test_remove_tree (folder);
}

char *
session_test_folder (void)
{
  char *folder = g_dir_make_tmp ("glassbox-test-XXXXXX", NULL);

  g_assert_nonnull (folder);
  g_ptr_array_add (folders, g_strdup (folder));
  return folder;
}

GbxSession *
session_test_open (const char *folder)
{
  g_autofree char *own = folder == NULL ? session_test_folder () : NULL;
  GbxSession *session = gbx_session_new (folder != NULL ? folder : own, 2);

  session_test_wait (session, is_loaded, NULL);
  return session;
}

void
session_test_close (GbxSession *session)
{
  g_autoptr (GError) error = NULL;

  gbx_session_close (session, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (session);
}

void
session_test_wait (GbxSession *session, SessionCondition condition, gpointer data)
{
  while (!condition (session, data))
    g_main_context_iteration (NULL, TRUE);
}

void
session_test_wait_state (GbxSession *session, GbxSessionState state)
{
  session_test_wait (session, has_state, GINT_TO_POINTER (state));
}

gboolean
session_test_has_points (GbxSession *session, gpointer data)
{
  return session_test_n_points (session) >= GPOINTER_TO_UINT (data);
}

gboolean
session_test_has_runs (GbxSession *session, gpointer data)
{
  return g_list_model_get_n_items (gbx_session_get_runs (session)) >= GPOINTER_TO_UINT (data);
}

gboolean
session_test_has_validated (GbxSession *session, gpointer data)
{
  return !isnan (session_test_get_double (session, "validation-loss"));
}

gboolean
session_test_has_evaluation (GbxSession *session, gpointer data)
{
  return gbx_session_get_evaluation (session) != NULL;
}

gboolean
session_test_has_error (GbxSession *session, gpointer data)
{
  g_autofree char *error = session_test_get_string (session, "error");

  return error != NULL;
}

void
session_test_make_endless (GbxSession *session)
{
  session_test_set_dial (session, "epochs", 10000);
  g_object_set (session, "speed", 60.0, NULL); /* a dozen batches make an epoch of the digits */
}

void
session_test_wait_quiet (void)
{
  GMainContext *context = g_main_context_default ();
  int timeout = 0;

  g_assert_true (g_main_context_acquire (context));
  while (timeout >= 0) {
    GPollFD fds[16];
    int priority;

    while (g_main_context_iteration (context, FALSE))
      ;
    g_main_context_prepare (context, &priority);
    g_main_context_query (context, G_MAXINT, &timeout, fds, G_N_ELEMENTS (fds));
    if (timeout >= 0)
      g_main_context_iteration (context, TRUE);
  }
  g_main_context_release (context);
}

int
session_test_get_int (GbxSession *session, const char *property)
{
  int value;

  g_object_get (session, property, &value, NULL);
  return value;
}

double
session_test_get_double (GbxSession *session, const char *property)
{
  double value;

  g_object_get (session, property, &value, NULL);
  return value;
}

char *
session_test_get_string (GbxSession *session, const char *property)
{
  char *value;

  g_object_get (session, property, &value, NULL);
  return value;
}

GBytes *
session_test_copy_weights (GbxSession *session)
{
  const NnNetwork *network = gbx_session_get_network (session);

  g_assert_nonnull (network);
  return g_bytes_new (network->parameters.data, network->parameters.reserved * sizeof (real));
}

guint
session_test_n_points (GbxSession *session)
{
  GbxRun *run = gbx_session_get_current_run (session);

  if (run == NULL)
    return 0;
  return gbx_metric_series_get_length (gbx_run_get_series (run, GBX_CURVE_TRAINING_LOSS));
}

guint
session_test_n_runs (GbxSession *session)
{
  return g_list_model_get_n_items (gbx_session_get_runs (session));
}

void
session_test_set_dial (GbxSession *session, const char *dial, int value)
{
  g_object_set (gbx_session_get_hyperparameters (session), dial, value, NULL);
}

void
session_test_count_cb (guint *count)
{
  (*count)++;
}

char *
session_test_find_file (const char *folder, const char *prefix, const char *suffix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && g_str_has_suffix (name, suffix))
      return g_strdup (name);
  return NULL;
}

guint
session_test_count_files (const char *folder, const char *part)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    n += strstr (name, part) != NULL;
  return n;
}

void
session_test_write_file (const char *folder, const char *name, const char *text, gssize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, length, NULL));
}

char *
session_test_read_file (const char *folder, const char *name, gsize *length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text;

  g_assert_true (g_file_get_contents (path, &text, length, NULL));
  return text;
}

char *
session_test_make_kept_run (void)
{
  char *folder = session_test_folder ();
  GbxSession *session = session_test_open (folder);

  gbx_session_step (session, NN_STEP_EPOCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  for (int i = 0; i < 3; i++) {
    gbx_session_step (session, NN_STEP_BATCH);
    session_test_wait_state (session, GBX_SESSION_PAUSED);
  }
  session_test_close (session);
  return folder;
}
