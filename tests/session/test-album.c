/* test-album.c: what the user draws: edits and their undoing, and training on it. */
#include "session-helpers.h"

#include "ui/session/gbx-drawn-data.h"

#include "engine/error.h"

#include <string.h>

#define DRAWN "drawn:" GBX_SYMBOL_SET_DIGITS

/* A bar whose place says what it is. */
static void
draw (GbxSession *session, int label, int times)
{
  GbxAlbum *album = gbx_session_get_album (session);

  for (int i = 0; i < times; i++) {
    g_autoptr (NnDrawing) drawing = nn_drawing_new ();

    nn_drawing_begin_stroke (drawing, 0.2f, 0.1f + 0.08f * (float)label);
    nn_drawing_add_point (drawing, 0.5f + 0.01f * (float)i, 0.9f);
    gbx_album_add (album, drawing, label);
  }
}

static guint
count (GbxSession *session, int label)
{
  return gbx_symbol_set_count (gbx_album_get_set (gbx_session_get_album (session)), label);
}

static GbxOwnDrawing *
first_drawing (GbxSession *session)
{
  return g_list_model_get_item (
      gbx_symbol_set_get_drawings (gbx_album_get_set (gbx_session_get_album (session))), 0);
}

static gboolean
has_trained_on (GbxSession *session, gpointer n)
{
  const NnDataset *dataset = gbx_session_get_dataset (session);

  return gbx_session_get_state (session) == GBX_SESSION_READY && dataset != NULL &&
         dataset->train.count + dataset->test.count == GPOINTER_TO_SIZE (n);
}

static gboolean
has_classes (GbxSession *session, gpointer n)
{
  const NnDataset *dataset = gbx_session_get_dataset (session);

  return gbx_session_get_state (session) == GBX_SESSION_READY &&
         dataset->n_classes == GPOINTER_TO_INT (n);
}

static void
test_edits (void)
{
  g_autofree char *folder = session_test_folder ();
  GbxSession *session = session_test_open (folder);
  GbxAlbum *album = gbx_session_get_album (session);
  g_autoptr (GbxOwnDrawing) drawing = NULL;
  g_autofree char *undo = NULL;

  draw (session, 3, 2);
  g_assert_cmpint (gbx_album_get_label (album), ==, 3);
  drawing = first_drawing (session);
  gbx_album_relabel (album, drawing, 8);
  gbx_album_delete (album, drawing);
  g_assert_cmpuint (count (session, 3), ==, 1);
  g_assert_cmpuint (count (session, 8), ==, 0);
  g_object_get (album, "undo-name", &undo, NULL);
  g_assert_nonnull (undo);

  gbx_album_undo (album);
  g_assert_cmpuint (count (session, 8), ==, 1);
  gbx_album_undo (album);
  g_assert_cmpuint (count (session, 3), ==, 2);
  gbx_album_redo (album);
  g_assert_cmpuint (count (session, 8), ==, 1);
  draw (session, 0, 1); /* what was taken back is forgotten now */
  gbx_album_redo (album);
  g_assert_cmpuint (count (session, 8), ==, 1);
  session_test_close (session);

  session = session_test_open (folder);
  g_assert_cmpuint (count (session, 0), ==, 1);
  g_assert_cmpuint (count (session, 3), ==, 1);
  g_assert_cmpuint (count (session, 8), ==, 1);
  session_test_close (session);
}

/* Drawings follow their classes; those of a class that goes, go, and come back. */
static void
test_classes (void)
{
  static const char *const shapes[] = {"round", "square", "star", NULL};
  static const char *const turned[] = {"star", "heart", "ring", NULL};
  static const char *const twice[] = {"star", "star", NULL};
  static const int origins[] = {2, -1, 0};
  g_autofree char *folder = session_test_folder ();
  g_autofree char *id = NULL;
  GbxSession *session = session_test_open (folder);
  GbxAlbum *album = gbx_session_get_album (session);
  g_autoptr (GError) error = NULL;

  g_assert_false (gbx_album_create_set (album, "Shapes", twice, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_RANGE);
  g_assert_true (gbx_album_create_set (album, "Shapes", shapes, NULL));
  id = g_strdup (gbx_symbol_set_get_id (gbx_album_get_set (album)));
  draw (session, 0, 1);
  draw (session, 1, 2);
  draw (session, 2, 3);
  g_assert_true (gbx_album_change_set (album, "Forms", turned, origins, NULL));
  g_assert_cmpuint (count (session, 0), ==, 3);
  g_assert_cmpuint (count (session, 1), ==, 0);
  g_assert_cmpuint (count (session, 2), ==, 1);
  session_test_close (session);

  session = session_test_open (folder);
  album = gbx_session_get_album (session);
  gbx_album_set_set (album, gbx_library_find_set (gbx_session_get_library (session), id));
  g_assert_cmpstr (gbx_symbol_set_get_title (gbx_album_get_set (album)), ==, "Forms");
  g_assert_cmpuint (count (session, 0), ==, 3);
  g_assert_cmpuint (count (session, 2), ==, 1);
  gbx_album_delete_set (album);
  g_assert_cmpstr (gbx_symbol_set_get_id (gbx_album_get_set (album)), ==, GBX_SYMBOL_SET_DIGITS);
  gbx_album_undo (album);
  g_assert_cmpstr (gbx_symbol_set_get_id (gbx_album_get_set (album)), ==, id);
  g_assert_cmpuint (count (session, 0), ==, 3);
  session_test_close (session);
}

static void
test_classes_undone (void)
{
  static const char *const shapes[] = {"round", "square", "star", NULL};
  static const char *const fewer[] = {"star", "round", NULL};
  static const int origins[] = {2, 0};
  GbxSession *session = session_test_open (NULL);
  GbxAlbum *album = gbx_session_get_album (session);

  gbx_album_create_set (album, "Shapes", shapes, NULL);
  for (int label = 0; label < 3; label++)
    draw (session, label, label + 1);
  gbx_album_change_set (album, "Shapes", fewer, origins, NULL);
  gbx_album_undo (album);
  for (int label = 0; label < 3; label++)
    g_assert_cmpuint (count (session, label), ==, label + 1);
  gbx_album_redo (album);
  g_assert_cmpuint (count (session, 0), ==, 3);
  g_assert_cmpuint (count (session, 1), ==, 1);
  session_test_close (session);
}

static void
test_keys (void)
{
  static const char *const shapes[] = {"round", "x", "star", NULL};
  GbxSession *session = session_test_open (NULL);
  GbxAlbum *album = gbx_session_get_album (session);

  g_assert_cmpint (gbx_album_find_key (album, '0'), ==, 0);
  g_assert_cmpint (gbx_album_find_key (album, 'x'), ==, -1);
  gbx_album_create_set (album, "Shapes", shapes, NULL);
  g_assert_cmpint (gbx_album_find_key (album, 'x'), ==, 1);
  g_assert_cmpint (gbx_album_find_key (album, '3'), ==, 2);
  g_assert_cmpint (gbx_album_find_key (album, '4'), ==, -1);
  session_test_close (session);
}

/* What is drawn is trained on at once, until a run has begun; that one says what changed. */
static void
test_train (void)
{
  GbxSession *session = session_test_open (NULL);
  g_autofree char *notice = NULL;

  draw (session, 1, 5);
  draw (session, 2, 5);
  gbx_session_set_dataset (session, DRAWN);
  session_test_wait (session, has_trained_on, GSIZE_TO_POINTER (10));
  g_assert_cmpstr (gbx_session_get_dataset_id (session), ==, DRAWN);
  g_assert_cmpint (gbx_session_get_dataset (session)->test.count, ==, 2);
  draw (session, 2, 1);
  session_test_wait (session, has_trained_on, GSIZE_TO_POINTER (11));

  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  draw (session, 2, 1);
  notice = session_test_get_string (session, "dataset-notice");
  g_assert_nonnull (notice);
  gbx_session_reset (session, FALSE);
  session_test_wait (session, has_trained_on, GSIZE_TO_POINTER (12));
  g_clear_pointer (&notice, g_free);
  notice = session_test_get_string (session, "dataset-notice");
  g_assert_null (notice);
  session_test_close (session);
}

/* What there is too little of, or no more, is stood in for, and comes back by itself. */
static void
test_too_little (void)
{
  g_autofree char *folder = session_test_folder ();
  GbxSession *session = session_test_open (folder);
  g_autofree char *notice = NULL;

  draw (session, 1, 1);
  g_assert_false (gbx_drawn_data_suffices (gbx_album_get_set (gbx_session_get_album (session))));
  gbx_session_set_dataset (session, DRAWN);
  session_test_wait (session, session_test_has_error, NULL);
  g_assert_cmpstr (gbx_session_get_dataset_id (session), ==, NN_DATASET_STAND_IN);
  notice = session_test_get_string (session, "dataset-notice");
  g_assert_nonnull (notice);
  draw (session, 1, 2);
  session_test_wait (session, has_trained_on, GSIZE_TO_POINTER (3));
  session_test_close (session);

  session = session_test_open (folder);
  g_assert_cmpstr (gbx_session_get_dataset_id (session), ==, DRAWN);
  session_test_close (session);
}

static guint
count_class (const NnDataset *dataset, int label)
{
  guint n = 0;

  for (gsize i = 0; i < dataset->train.count; i++)
    n += dataset->train.labels[i] == label;
  return n;
}

/* A class of one's own joins the digits; the recipe knows, and the last layer grows. */
static void
test_mix (void)
{
  static const char *const symbols[] = {"0", "smile", NULL};
  GbxSession *session;
  g_autofree char *id = NULL;
  const NnDataset *dataset;
  gsize n_base;

  session_test_install_mnist ();
  session = session_test_open (NULL);
  gbx_session_set_dataset (session, NN_DATASET_MNIST);
  session_test_wait_state (session, GBX_SESSION_READY);
  n_base = gbx_session_get_dataset (session)->train.count;
  gbx_album_create_set (gbx_session_get_album (session), "Symbols", symbols, NULL);
  draw (session, 1, 10);
  id = gbx_drawn_data_id (gbx_album_get_set (gbx_session_get_album (session)));
  gbx_session_set_mix (session, id, 0.2);
  session_test_wait (session, has_classes, GINT_TO_POINTER (11));

  dataset = gbx_session_get_dataset (session);
  g_assert_cmpstr (dataset->id, ==, NN_DATASET_MNIST);
  g_assert_cmpuint (count_class (dataset, 10), ==, (guint)((double)n_base / 4 + 0.5));
  g_assert_cmpuint (dataset->train.count, ==, n_base + count_class (dataset, 10));
  g_assert_cmpstr (gbx_session_get_class_name (session, 10), ==, "smile");
  g_assert_cmpstr (gbx_session_get_experiment (session)->mix.dataset, ==, id);

  gbx_session_undo (session);
  session_test_wait (session, has_classes, GINT_TO_POINTER (10));
  gbx_session_redo (session);
  session_test_wait (session, has_classes, GINT_TO_POINTER (11));
  gbx_album_delete_set (gbx_session_get_album (session));
  session_test_wait (session, has_classes, GINT_TO_POINTER (10)); /* they are left out */
  g_autofree char *notice = session_test_get_string (session, "dataset-notice");
  g_assert_nonnull (notice);
  session_test_close (session);
  session_test_remove_mnist ();
}

int
main (int argc, char **argv)
{
  session_test_init (&argc, &argv);
  g_test_add_func ("/album/edits", test_edits);
  g_test_add_func ("/album/classes", test_classes);
  g_test_add_func ("/album/classes/undone", test_classes_undone);
  g_test_add_func ("/album/keys", test_keys);
  g_test_add_func ("/album/train", test_train);
  g_test_add_func ("/album/too-little", test_too_little);
  g_test_add_func ("/album/mix", test_mix);
  return g_test_run ();
}
