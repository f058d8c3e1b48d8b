/* test-store.c: the database: taking over, damage, two windows, the user's own drawings. */
#include "session-helpers.h"

#include "ui/session/gbx-database.h"
#include "ui/session/gbx-schema.h"
#include "ui/session/gbx-store.h"

#include <glib/gstdio.h>
#include <string.h>

#define DATABASE "glassbox.db"

static void
draw (NnDrawing *drawing, float x)
{
  nn_drawing_begin_stroke (drawing, x, 0.5f);
  nn_drawing_add_point (drawing, 1, x);
  nn_drawing_begin_stroke (drawing, 0.1f, x);
}

static GbxOwnDrawing *
add_drawing (GbxLibrary *library, GbxSymbolSet *set, int class_index, float x)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();

  draw (drawing, x);
  return gbx_library_add_drawing (library, set, class_index, drawing);
}

static guint
count_drawings (GbxLibrary *library, const char *set)
{
  return g_list_model_get_n_items (
      gbx_symbol_set_get_drawings (gbx_library_find_set (library, set)));
}

/* ---- schema ---- */

/* From each version, with a run in it, to the newest. */
static void
test_schema_steps (void)
{
  const char *const *steps = gbx_schema_get_steps ();

  for (guint version = 1; steps[version - 1] != NULL; version++) {
    g_autofree char *folder = session_test_folder ();
    g_autofree char *path = g_build_filename (folder, DATABASE, NULL);
    g_autofree const char **older = g_new0 (const char *, version + 1);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) runs = NULL;
    GbxDatabase *database;
    GbxStore *store;

    memcpy (older, steps, version * sizeof *older);
    database = gbx_database_open (path, older, &error);
    g_assert_no_error (error);
    gbx_database_begin (database);
    gbx_database_run (database,
                      "INSERT INTO runs (uuid, number, name, detail, note, colour, visible, state,"
                      " best_epoch, begun, changed) VALUES (?, 7, 'n', 'd', '', 0, 1, 'finished',"
                      " -1, 5, 6)",
                      gbx_value_text ("a"));
    g_assert_true (gbx_database_commit (database, &error));
    gbx_database_close (database);

    store = gbx_store_new (folder);
    runs = gbx_store_list_runs (store, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (runs->len, ==, 1);
    g_assert_cmpuint (((GbxKeptRun *)g_ptr_array_index (runs, 0))->number, ==, 7);
    gbx_store_unref (store);
  }
}

/* A step that fails leaves the version before it, whole. */
static void
test_schema_step_fails (void)
{
  g_autofree char *folder = session_test_folder ();
  g_autofree char *path = g_build_filename (folder, DATABASE, NULL);
  const char *first = gbx_schema_get_steps ()[0];
  const char *const broken[] = {first, "CREATE TABLE half (a); CREATE TABLE half (a);", NULL};
  const char *const whole[] = {first, NULL};
  g_autoptr (GError) error = NULL;
  GbxDatabase *database = gbx_database_open (path, broken, &error);

  g_assert_null (database);
  g_assert_nonnull (error);
  g_clear_error (&error);
  database = gbx_database_open (path, whole, &error);
  g_assert_no_error (error);
  gbx_database_close (database);
}

static void
test_newer_schema (void)
{
  g_autofree char *folder = session_test_make_kept_run ();
  g_autofree char *path = g_build_filename (folder, DATABASE, NULL);
  g_autofree char *error = NULL;
  GbxSession *session;
  sqlite3 *connection;

  g_assert_cmpint (sqlite3_open (path, &connection), ==, SQLITE_OK);
  sqlite3_exec (connection, "PRAGMA user_version = 1000", NULL, NULL, NULL);
  sqlite3_close (connection);

  session = session_test_open (folder);
  error = session_test_get_string (session, "error");
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error, "1000"));
  gbx_session_step (session, NN_STEP_BATCH); /* in memory */
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_false (gbx_session_close (session, NULL));
  g_assert_finalize_object (session);
  g_assert_cmpuint (session_test_count_files (folder, ".damaged-"), ==, 0);
}

/* ---- the session.json of earlier versions ---- */

static char *
make_document (const char *folder, const char *weights)
{
  g_autoptr (GbxKept) kept = gbx_kept_new ();
  g_autofree char *json = NULL;

  kept->experiment = nn_preset_load ("keras-784-64-10", NULL);
  kept->dataset_id = g_strdup (NN_DATASET_DIGITS);
  kept->stage = 4;
  json = gbx_kept_to_json (kept);
  json[strlen (json) - 1] = '\0';
  return g_strdup_printf (
      "%s, \"weights\": \"%s\", \"has-current\": true, \"runs\": [{\"number\": 3, \"name\": "
      "\"keras-784-64-10\", \"detail\": \"0.001 · Adam\", \"colour\": 2, \"visible\": true, "
      "\"state\": \"running\", \"best-epoch\": 0, \"curves\": {\"training-loss\": {\"x\": [0.1, "
      "0.2], \"y\": [2, null]}, \"training-accuracy\": {\"x\": [0.1], \"y\": [0.5]}, "
      "\"validation-loss\": {\"x\": [], \"y\": []}, \"validation-accuracy\": {\"x\": [], \"y\": "
      "[]}}, \"marks\": [{\"x\": 0.15, \"dial\": \"momentum\", \"value\": 0.5}]}]}",
      json, weights);
}

static void
test_document_is_taken_over (void)
{
  g_autofree char *other = session_test_make_kept_run ();
  g_autofree char *folder = session_test_folder ();
  g_autofree char *weights = session_test_find_file (other, "weights-", ".safetensors");
  g_autofree char *document = make_document (folder, "session-12.safetensors");
  gsize length;
  g_autofree char *bytes = session_test_read_file (other, weights, &length);

  session_test_write_file (folder, "session.json", document, -1);
  session_test_write_file (folder, "session-12.safetensors", bytes, (gssize)length);
  for (int i = 0; i < 2; i++) { /* once, not twice */
    GbxSession *session = session_test_open (folder);
    GbxRun *run = gbx_session_get_current_run (session);

    g_assert_false (session_test_has_error (session, NULL));
    g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_PAUSED);
    g_assert_cmpint (session_test_get_int (session, "stage"), ==, 4);
    g_assert_cmpint (session_test_get_int (session, "epoch"), ==, 1);
    g_assert_cmpuint (session_test_n_runs (session), ==, 1);
    g_assert_cmpuint (session_test_n_points (session), ==, 2);
    g_assert_cmpuint (gbx_run_get_number (run), ==, 3);
    g_assert_cmpuint (gbx_run_get_marks (run)->len, ==, 1);
    session_test_close (session);
  }
  g_assert_cmpuint (session_test_count_files (folder, "session.json.taken-over"), ==, 1);
  g_assert_cmpuint (session_test_count_files (folder, "session.json"), ==, 1);
}

static void
test_damaged_document (void)
{
  static const char *const damaged[] = {
      "", "{", "null", "[]", "{}", "\xff\xfe", "{\"version\": 1}", "{\"version\": 2}"};

  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++) {
    g_autofree char *folder = session_test_folder ();
    g_autofree char *error = NULL;
    GbxSession *session;

    session_test_write_file (folder, "session.json", damaged[i], -1);
    session = session_test_open (folder);
    error = session_test_get_string (session, "error");
    g_assert_nonnull (error);
    g_assert_nonnull (strstr (error, "session.json.damaged-"));
    session_test_close (session);
    g_assert_cmpuint (session_test_count_files (folder, "session.json.damaged-"), ==, 1);
  }
}

/* It may name no file outside its folder. */
static void
test_no_way_out (void)
{
  g_autofree char *folder = session_test_folder ();
  g_autofree char *document = make_document (folder, "../../secret.safetensors");
  g_autoptr (GError) error = NULL;

  g_assert_null (gbx_kept_parse_document (document, strlen (document), &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FORMAT);
}

/* ---- damage ---- */

/* Opens whatever is there, and ends with a folder that can be used. Returns: whether the runs were
 * lost, which a message has told then. */
static gboolean
check_opens (const char *folder)
{
  GbxSession *session = session_test_open (folder);
  gboolean lost = session_test_n_runs (session) == 0;
  g_autofree char *error = session_test_get_string (session, "error");

  if (error != NULL) {
    g_assert_true (g_utf8_validate (error, -1, NULL));
    g_test_message ("%s", error);
  }
  if (lost && error != NULL) {
    g_autofree char *aside = session_test_find_file (folder, DATABASE ".damaged-", "");
    g_assert_nonnull (aside);
    g_assert_nonnull (strstr (error, DATABASE ".damaged-"));
  }
  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  session_test_close (session);
  return lost;
}

static void
test_truncated (void)
{
  g_autofree char *whole_folder = session_test_make_kept_run ();
  gsize length;
  g_autofree char *whole = session_test_read_file (whole_folder, DATABASE, &length);

  for (int i = 1; i < 8; i++) {
    g_autofree char *folder = session_test_folder ();

    session_test_write_file (folder, DATABASE, whole, (gssize)(length * i / 8));
    g_assert_true (check_opens (folder));
  }
}

static void
test_garbage (void)
{
  g_autofree char *folder = session_test_make_kept_run ();

  session_test_write_file (folder, DATABASE, "This is not a database, but it is long enough.", -1);
  g_assert_true (check_opens (folder));
  g_assert_cmpuint (session_test_count_files (folder, DATABASE ".damaged-"), ==, 1);
  g_assert_cmpuint (session_test_count_files (folder, ".safetensors.damaged-"), ==, 1);
}

/* What was closed whole is looked through again once anybody has touched it. */
static void
test_damaged_since (void)
{
  g_autofree char *folder = session_test_make_kept_run ();
  g_autofree char *path = g_build_filename (folder, DATABASE, NULL);
  gsize length;
  g_autofree char *bytes = session_test_read_file (folder, DATABASE, &length);
  FILE *file;

  g_assert_cmpuint (session_test_count_files (folder, DATABASE "-whole"), ==, 1);
  file = g_fopen (path, "r+b");
  g_assert_cmpint (fseek (file, (long)length / 2, SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (bytes, 1, length / 4, file), ==, length / 4);
  g_assert_cmpint (fclose (file), ==, 0);
  g_assert_true (check_opens (folder));
}

/* What the first page says of the file: https://www.sqlite.org/fileformat.html */
#define HEADER_WRITE_VERSION 18
#define HEADER_READ_VERSION 19
#define HEADER_SCHEMA_FORMAT 47
#define HEADER_USER_VERSION 60 /* four bytes */

static void
test_damaged_header (void)
{
  static const int places[] = {0, HEADER_WRITE_VERSION, HEADER_READ_VERSION, HEADER_SCHEMA_FORMAT};
  g_autofree char *whole_folder = session_test_make_kept_run ();
  gsize length;
  g_autofree char *whole = session_test_read_file (whole_folder, DATABASE, &length);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autofree char *folder = session_test_folder ();
    g_autofree char *damaged = g_memdup2 (whole, length);

    damaged[places[i]] ^= 0x40;
    session_test_write_file (folder, DATABASE, damaged, (gssize)length);
    g_assert_true (check_opens (folder));
  }
}

/* Not where a newer version would be: that is to be left alone, which test_newer_schema() sees. */
static gsize
pick_byte (gsize length)
{
  gsize place;

  do
    place = (gsize)g_test_rand_int_range (0, (gint32)length);
  while (place >= HEADER_USER_VERSION && place < HEADER_USER_VERSION + 4);
  return place;
}

/* Wherever a byte is another, the program opens, and goes on. */
static void
test_flipped_bytes (void)
{
  g_autofree char *whole_folder = session_test_make_kept_run ();
  gsize length;
  g_autofree char *whole = session_test_read_file (whole_folder, DATABASE, &length);

  for (int i = 0; i < 16; i++) {
    g_autofree char *folder = session_test_folder ();
    g_autofree char *damaged = g_memdup2 (whole, length);

    for (int j = 0; j < 8; j++)
      damaged[pick_byte (length)] ^= (char)g_test_rand_int_range (1, 256);
    session_test_write_file (folder, DATABASE, damaged, (gssize)length);
    check_opens (folder);
  }
}

/* ---- two windows ---- */

static void
test_two_windows (void)
{
  g_autofree char *folder = session_test_make_kept_run ();
  GbxSession *first = session_test_open (folder), *second = session_test_open (folder);
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);
  GbxSession *session;

  g_assert_nonnull (gbx_session_get_current_run (first));
  g_assert_null (gbx_session_get_current_run (second)); /* it is the first one's */
  g_assert_cmpuint (session_test_n_runs (second), ==, 1);
  gbx_session_reset (first, FALSE);
  gbx_session_step (first, NN_STEP_EPOCH);
  gbx_session_step (second, NN_STEP_EPOCH);
  for (int i = 0; i < 10; i++) {
    add_drawing (gbx_session_get_library (first),
                 gbx_library_find_set (gbx_session_get_library (first), GBX_SYMBOL_SET_DIGITS), i,
                 0.25f);
    add_drawing (gbx_session_get_library (second),
                 gbx_library_find_set (gbx_session_get_library (second), GBX_SYMBOL_SET_DIGITS), i,
                 0.75f);
  }
  session_test_wait_state (first, GBX_SESSION_PAUSED);
  session_test_wait_state (second, GBX_SESSION_PAUSED);
  gbx_session_delete_run (second, gbx_session_get_current_run (second));
  gbx_session_step (second, NN_STEP_BATCH);
  session_test_wait_state (second, GBX_SESSION_PAUSED);
  session_test_close (second);
  session_test_close (first);

  session = session_test_open (folder);
  g_assert_cmpuint (session_test_n_runs (session), ==, 3);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GbxRun) run = g_list_model_get_item (gbx_session_get_runs (session), i);
    g_assert_true (g_hash_table_add (numbers, GUINT_TO_POINTER (gbx_run_get_number (run))));
  }
  g_assert_cmpuint (count_drawings (gbx_session_get_library (session), GBX_SYMBOL_SET_DIGITS), ==,
                    20);
  session_test_close (session);
}

/* ---- the user's own ---- */

static void
test_library (void)
{
  static const char *const greek[] = {"alpha", "beta", "gamma", NULL};
  static const char *const fewer[] = {"alpha", "beta", NULL};
  static const char *const one[] = {"alpha", NULL};
  static const int first_two[] = {0, 1};
  g_autofree char *folder = session_test_folder ();
  GbxSession *session = session_test_open (folder);
  GbxLibrary *library = gbx_session_get_library (session);
  GbxSymbolSet *set = gbx_library_create_set (library, "Greek", greek, NULL);
  g_autofree char *id = g_strdup (gbx_symbol_set_get_id (set));
  g_autoptr (GbxOwnDrawing) gone = NULL;
  g_autoptr (GbxOwnDrawing) kept = NULL;
  g_autoptr (NnDrawing) expected = nn_drawing_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (gbx_library_create_set (library, "One", one, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_RANGE);
  g_clear_error (&error);
  add_drawing (library, set, 2, 0.2f);
  gone = g_object_ref (add_drawing (library, set, 1, 0.3f));
  add_drawing (library, set, 0, 0.4f);
  g_assert_false (gbx_library_change_set (library, set, "Greek", fewer, first_two, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_RANGE);
  gbx_library_delete_drawing (library, set, gone);
  gbx_library_restore_drawing (library, set, gone); /* undo */
  gbx_library_relabel_drawing (library, set, gone, 0);
  gbx_library_save_recipe (library, "mine", gbx_session_get_experiment (session));
  session_test_close (session);

  session = session_test_open (folder);
  library = gbx_session_get_library (session);
  set = gbx_library_find_set (library, id);
  g_assert_cmpstr (gbx_symbol_set_get_title (set), ==, "Greek");
  g_assert_cmpuint (count_drawings (library, id), ==, 3);
  g_assert_cmpuint (gbx_symbol_set_count (set, 0), ==, 2);
  kept = g_list_model_get_item (gbx_symbol_set_get_drawings (set), 1); /* where it was */
  g_assert_cmpstr (gbx_own_drawing_get_id (kept), ==, gbx_own_drawing_get_id (gone));
  draw (expected, 0.3f);
  g_assert_true (nn_drawing_equal (gbx_own_drawing_get_drawing (kept), expected));
  g_assert_true (nn_experiment_equal (
      gbx_own_recipe_get_experiment (gbx_library_find_recipe (library, "mine")),
      gbx_session_get_experiment (session)));
  gbx_library_delete_set (library, set);
  gbx_library_delete_recipe (library, gbx_library_find_recipe (library, "mine"));
  session_test_close (session);

  session = session_test_open (folder);
  g_assert_null (gbx_library_find_set (gbx_session_get_library (session), id));
  g_assert_null (gbx_library_find_recipe (gbx_session_get_library (session), "mine"));
  session_test_close (session);
}

static void
test_notes (void)
{
  g_autofree char *folder = session_test_make_kept_run ();
  GbxSession *session = session_test_open (folder);
  g_autoptr (GPtrArray) runs = NULL;
  const GbxKeptRun *run;
  GbxStore *store;

  g_object_set (gbx_session_get_current_run (session), "note", "wörked", "name", "best", NULL);
  session_test_close (session);
  store = gbx_store_new (folder);
  runs = gbx_store_list_runs (store, NULL);
  g_assert_cmpuint (runs->len, ==, 1);
  run = g_ptr_array_index (runs, 0);
  g_assert_cmpstr (run->note, ==, "wörked");
  g_assert_cmpstr (run->name, ==, "best");
  g_assert_nonnull (run->recipe);
  g_assert_nonnull (run->weights);
  gbx_store_unref (store);
}

int
main (int argc, char **argv)
{
  session_test_init (&argc, &argv);
  g_test_add_func ("/store/schema-steps", test_schema_steps);
  g_test_add_func ("/store/schema-step-fails", test_schema_step_fails);
  g_test_add_func ("/store/newer-schema", test_newer_schema);
  g_test_add_func ("/store/document-is-taken-over", test_document_is_taken_over);
  g_test_add_func ("/store/damaged-document", test_damaged_document);
  g_test_add_func ("/store/no-way-out", test_no_way_out);
  g_test_add_func ("/store/truncated", test_truncated);
  g_test_add_func ("/store/garbage", test_garbage);
  g_test_add_func ("/store/damaged-since", test_damaged_since);
  g_test_add_func ("/store/damaged-header", test_damaged_header);
  g_test_add_func ("/store/flipped-bytes", test_flipped_bytes);
  g_test_add_func ("/store/two-windows", test_two_windows);
  g_test_add_func ("/store/library", test_library);
  g_test_add_func ("/store/notes", test_notes);
  return g_test_run ();
}
