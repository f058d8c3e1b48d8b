/* test-store-kill.c: whatever was committed when the plug was pulled is there afterwards.
 *
 * GLASSBOX_KILLS says how often; a dozen where it is not set. The random seed is GLib's, which
 * prints it, and takes it back with --seed. */
#include "session-helpers.h"

#include "ui/session/gbx-store.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define USUAL_KILLS 12
#define MOST_LINES 60 /* that a victim may say before it has to die */

/* Everything that any victim said, sorted by what it said it of. */
typedef struct {
  GHashTable *drawings, *recipes, *runs; /* sets of char * */
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
}

/* Lets it live until it has said some lines and a random moment more, and kills it. What it said
 * before it died counts to the last whole line. */
static void
run_victim (const char *folder, Committed *committed)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "session", "store-victim", NULL);
  const char *const arguments[] = {program, folder, NULL};
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  size_t size = 0;
  int lines = g_test_rand_int_range (0, MOST_LINES), status, output;
  FILE *stream;
  GPid pid;

  g_assert_true (g_spawn_async_with_pipes (NULL, (char **)arguments, NULL,
                                           G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL,
                                           &output, NULL, &error));
  g_assert_no_error (error);
  stream = fdopen (output, "r");
  while (lines-- > 0 && getline (&line, &size, stream) > 0)
    take_line (committed, g_strchomp (line));
  g_usleep ((gulong)g_test_rand_int_range (0, 20000)); /* between any two of its system calls */
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  while (getline (&line, &size, stream) > 0)
    if (g_str_has_suffix (line, "\n"))
      take_line (committed, g_strchomp (line));
  fclose (stream);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
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
}

static void
test_kill (void)
{
  const char *wanted = g_getenv ("GLASSBOX_KILLS");
  int kills = wanted != NULL ? atoi (wanted) : USUAL_KILLS;
  g_autofree char *folder = session_test_folder ();
  Committed committed = {
      .drawings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
      .recipes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
      .runs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };

  for (int i = 0; i < kills; i++) {
    run_victim (folder, &committed);
    check_all (folder, &committed);
  }
  g_test_message ("%d kills, %u drawings, %u recipes, %u finished runs", kills,
                  g_hash_table_size (committed.drawings), g_hash_table_size (committed.recipes),
                  g_hash_table_size (committed.runs));
  g_assert_cmpuint (g_hash_table_size (committed.drawings), >, 0);
  g_assert_cmpuint (session_test_count_files (folder, ".damaged-"), ==, 0);
  g_hash_table_unref (committed.drawings);
  g_hash_table_unref (committed.recipes);
  g_hash_table_unref (committed.runs);
}

int
main (int argc, char **argv)
{
  session_test_init (&argc, &argv);
  g_test_add_func ("/store-kill/nothing-lost", test_kill);
  return g_test_run ();
}
