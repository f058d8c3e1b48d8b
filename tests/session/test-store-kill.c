/* test-store-kill.c: whatever was committed when the plug was pulled is there afterwards.
 *
 * GLASSBOX_KILLS says how often; a dozen where it is not set. The random seed is GLib's, which
 * prints it, and takes it back with --seed. */
#include "session-helpers.h"

#include "ui/session/gbx-store.h"

#include "engine/collect/dataset.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define USUAL_KILLS 12
#define LONGEST_LIFE 700000 /* microseconds */
#define TABLE_ROWS 300

/* Everything that any victim said, sorted by what it said it of. */
typedef struct {
  GHashTable *drawings, *recipes, *runs, *sets; /* sets of char * */

  /* Of the run under way: as many points at least. */
  char *running; /* owned; nullable */
  guint n_points;
} Committed;

static void
take_line (Committed *committed, const char *line)
{
  const char *id = strchr (line, ' ');

  if (id == NULL)
    return;
  if (g_str_has_prefix (line, "drawing "))
    g_hash_table_add (committed->drawings, g_strdup (id + 1));
  else if (g_str_has_prefix (line, "recipe "))
    g_hash_table_add (committed->recipes, g_strdup (id + 1));
  else if (g_str_has_prefix (line, "run "))
    g_hash_table_add (committed->runs, g_strdup (id + 1));
  else if (g_str_has_prefix (line, "set "))
    g_hash_table_add (committed->sets, g_strdup (id + 1));
  else if (g_str_has_prefix (line, "points ")) {
    g_free (committed->running);
    committed->running = g_strdup (strchr (id + 1, ' ') + 1);
    committed->n_points = (guint)g_ascii_strtoull (id, NULL, 10);
  }
}

/* What it said before it died counts to the last whole line. */
static void
run_victim (const char *folder, int microseconds, const char *table, Committed *committed)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "session", "store-victim", NULL);
  g_autofree char *life = g_strdup_printf ("%d", microseconds);
  const char *const arguments[] = {program, folder, life, table, NULL};
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  size_t size = 0;
  int status, output;
  FILE *stream;
  GPid pid;

  g_assert_true (g_spawn_async_with_pipes (NULL, (char **)arguments, NULL,
                                           G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL,
                                           &output, NULL, &error));
  g_assert_no_error (error);
  stream = fdopen (output, "r");
  while (getline (&line, &size, stream) > 0)
    if (g_str_has_suffix (line, "\n"))
      take_line (committed, g_strchomp (line));
  fclose (stream);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
}

static void
check_set (GHashTable *committed, GHashTable *found)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, committed);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_assert_true (g_hash_table_contains (found, id));
}

static void
check_runs (const char *folder, Committed *committed)
{
  GbxStore *store = gbx_store_new (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) runs = gbx_store_list_runs (store, &error);
  g_autoptr (GHashTable) found = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_no_error (error);
  for (guint i = 0; i < runs->len; i++) {
    const GbxKeptRun *run = g_ptr_array_index (runs, i);
    g_autofree char *path = run->weights != NULL ? gbx_store_path (store, run->weights) : NULL;

    g_hash_table_add (found, run->uuid);
    if (g_hash_table_contains (committed->runs, run->uuid)) {
      g_autoptr (NnModel) model = nn_model_open (path, 1, NULL, &error);
      g_autoptr (GbxKeptRun) whole = gbx_store_read_run (store, run->uuid, NULL);

      g_assert_no_error (error);
      g_assert_cmpuint (whole->curves[GBX_CURVE_VALIDATION_LOSS]->len, ==, 2);
      g_assert_nonnull (run->recipe);
    }
  }
  check_set (committed->runs, found);
  gbx_store_unref (store);
}

/* Every set that can be found is whole, and those that were told of are among them. */
static void
check_imported (Committed *committed)
{
  g_autoptr (GPtrArray) list = nn_dataset_list ();
  g_autoptr (GHashTable) found = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < list->len; i++) {
    const NnDatasetInfo *info = g_ptr_array_index (list, i);
    g_autoptr (GError) error = NULL;
    g_autoptr (NnDataset) set = NULL;

    if (!g_uuid_string_is_valid (info->id))
      continue;
    set = nn_dataset_load (info->id, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (set->train.count + set->test.count, ==, TABLE_ROWS);
    g_hash_table_add (found, info->id);
  }
  check_set (committed->sets, found);
}

/* The program opens, without a complaint, with everything in it. */
static void
check_all (const char *folder, Committed *committed)
{
  GbxSession *session = session_test_open (folder);
  GbxLibrary *library = gbx_session_get_library (session);
  GListModel *drawings =
      gbx_symbol_set_get_drawings (gbx_library_find_set (library, GBX_SYMBOL_SET_DIGITS));
  GListModel *recipes = gbx_library_get_recipes (library);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_assert_false (session_test_has_error (session, NULL));
  for (guint i = 0; i < g_list_model_get_n_items (drawings); i++) {
    g_autoptr (GbxOwnDrawing) drawing = g_list_model_get_item (drawings, i);
    g_hash_table_add (found, g_strdup (gbx_own_drawing_get_id (drawing)));
  }
  check_set (committed->drawings, found);
  for (guint i = 0; i < g_list_model_get_n_items (recipes); i++) {
    g_autoptr (GbxOwnRecipe) recipe = g_list_model_get_item (recipes, i);
    g_hash_table_add (found, g_strdup (gbx_own_recipe_get_id (recipe)));
  }
  check_set (committed->recipes, found);
  g_assert_finalize_object (session);
  check_runs (folder, committed);
  check_imported (committed);
}

static void
committed_init (Committed *committed)
{
  *committed = (Committed){
      .drawings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
      .recipes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
      .runs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
      .sets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
}

static void
committed_clear (Committed *committed)
{
  g_hash_table_unref (committed->drawings);
  g_hash_table_unref (committed->recipes);
  g_hash_table_unref (committed->runs);
  g_hash_table_unref (committed->sets);
  g_free (committed->running);
}

/* Pictures of 8×8, a row each: a label and the grey levels. */
static char *
write_table (const char *folder)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (int row = 0; row < TABLE_ROWS; row++) {
    g_string_append_printf (text, "%d", row % 10);
    for (int i = 0; i < 64; i++)
      g_string_append_printf (text, ",%d", (7 * row + 3 * i) % 256);
    g_string_append_c (text, '\n');
  }
  session_test_write_file (folder, "table.csv", text->str, (gssize)text->len);
  return g_build_filename (folder, "table.csv", NULL);
}

static void
test_kill (void)
{
  const char *wanted = g_getenv ("GLASSBOX_KILLS");
  int kills = wanted != NULL ? atoi (wanted) : USUAL_KILLS;
  g_autofree char *folder = session_test_folder ();
  g_autofree char *other = session_test_folder ();
  g_autofree char *table = write_table (other);
  Committed committed;

  committed_init (&committed);
  for (int i = 0; i < kills; i++) {
    run_victim (folder, g_test_rand_int_range (1, LONGEST_LIFE), table, &committed);
    check_all (folder, &committed);
  }
  g_test_message ("%d kills, %u drawings, %u recipes, %u finished runs, %u imported sets", kills,
                  g_hash_table_size (committed.drawings), g_hash_table_size (committed.recipes),
                  g_hash_table_size (committed.runs), g_hash_table_size (committed.sets));
  g_assert_cmpuint (g_hash_table_size (committed.drawings), >, 0);
  g_assert_cmpuint (g_hash_table_size (committed.sets), >, 0);
  g_assert_cmpuint (session_test_count_files (folder, ".damaged-"), ==, 0);
  committed_clear (&committed);
}

/* A run that is under way is there as far as it was written, which it is every second: it goes on
 * from there. */
static void
test_kill_running (void)
{
  g_autofree char *folder = session_test_folder ();
  Committed committed;
  GbxSession *session;
  GbxRun *run;
  guint n_points;

  committed_init (&committed);
  for (int life = 2; committed.running == NULL; life *= 2) /* however slow this machine is */
    run_victim (folder, life * G_USEC_PER_SEC + g_test_rand_int_range (0, G_USEC_PER_SEC), NULL,
                &committed);
  session = session_test_open (folder);
  g_assert_false (session_test_has_error (session, NULL));
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_PAUSED);
  run = gbx_session_get_current_run (session);
  g_assert_cmpstr (gbx_run_get_uuid (run), ==, committed.running);
  n_points = session_test_n_points (session);
  g_test_message ("%u points were told of, %u are there", committed.n_points, n_points);
  g_assert_cmpuint (n_points, >=, committed.n_points);
  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_cmpuint (session_test_n_points (session), ==, n_points + 1);
  session_test_close (session);
  committed_clear (&committed);
}

int
main (int argc, char **argv)
{
  session_test_init (&argc, &argv);
  g_test_add_func ("/store-kill/nothing-lost", test_kill);
  g_test_add_func ("/store-kill/running", test_kill_running);
  return g_test_run ();
}
