/* gbx-store-runs.c: the session and its runs, to and from their tables. */
#include "gbx-store-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define RUN_COLUMNS                                                                                \
  "SELECT uuid, number, name, detail, note, colour, visible, state, final_accuracy, best_epoch,"   \
  " recipe, dataset, weights, begun FROM runs "

static const char *const state_names[] = {"new", "running", "paused", "finished", "diverged"};

/* ---- reading ---- */

static GbxRunState
read_state (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (state_names); i++)
    if (g_strcmp0 (name, state_names[i]) == 0)
      return (GbxRunState)i;
  return GBX_RUN_PAUSED;
}

static double
read_real (sqlite3_stmt *rows, int column)
{
  return sqlite3_column_type (rows, column) == SQLITE_NULL ? NAN
                                                           : sqlite3_column_double (rows, column);
}

/* In the order of RUN_COLUMNS. Numbers that something would be indexed by are taken within bounds.
 */
static GbxKeptRun *
read_row (sqlite3_stmt *rows)
{
  GbxKeptRun *run = gbx_kept_run_new ();
  g_autofree char *state = gbx_database_dup_text (rows, 7);

  run->uuid = gbx_database_dup_text (rows, 0);
  run->number = (guint)CLAMP (sqlite3_column_int64 (rows, 1), 1, G_MAXINT);
  run->name = gbx_database_dup_text (rows, 2);
  run->detail = gbx_database_dup_text (rows, 3);
  run->note = gbx_database_dup_text (rows, 4);
  run->colour = (guint)CLAMP (sqlite3_column_int (rows, 5), 0, 63);
  run->visible = sqlite3_column_int (rows, 6) != 0;
  run->state = read_state (state);
  run->final_accuracy = read_real (rows, 8);
  run->best_epoch = MAX (sqlite3_column_int (rows, 9), -1);
  run->recipe = gbx_database_dup_text (rows, 10);
  run->dataset_id = gbx_database_dup_text (rows, 11);
  run->weights = gbx_database_dup_text (rows, 12);
  if (run->weights != NULL && !gbx_store_is_file_name (run->weights))
    g_clear_pointer (&run->weights, g_free);
  run->begun = MAX (sqlite3_column_int64 (rows, 13), 0);
  return run;
}

static void
read_points (GbxDatabase *database, GbxKeptRun *run)
{
  sqlite3_stmt *rows =
      gbx_database_query (database,
                          "SELECT curve, points FROM points JOIN runs ON runs.id = points.run"
                          " WHERE uuid = ? ORDER BY curve, start",
                          gbx_value_text (run->uuid));

  while (gbx_database_next (database, rows)) {
    int curve = sqlite3_column_int (rows, 0);
    const guint8 *points = sqlite3_column_blob (rows, 1);
    gsize n = (gsize)sqlite3_column_bytes (rows, 1) / sizeof (GbxPoint);

    for (gsize i = 0; curve >= 0 && curve < GBX_N_CURVES && i < n; i++) {
      GbxPoint point;

      memcpy (&point, points + i * sizeof point, sizeof point);
      if (point.x >= 0 && isfinite (point.x))
        g_array_append_val (run->curves[curve], point);
    }
  }
}

static void
read_marks (GbxDatabase *database, GbxKeptRun *run)
{
  sqlite3_stmt *rows =
      gbx_database_query (database,
                          "SELECT x, dial, value FROM marks JOIN runs ON runs.id = marks.run"
                          " WHERE uuid = ? ORDER BY position",
                          gbx_value_text (run->uuid));

  while (gbx_database_next (database, rows)) {
    g_autofree char *dial = gbx_database_dup_text (rows, 1);

    g_ptr_array_add (run->marks, gbx_dial_mark_new (sqlite3_column_double (rows, 0), dial,
                                                    sqlite3_column_double (rows, 2)));
  }
}

static void
read_details (GbxDatabase *database, GPtrArray *runs)
{
  for (guint i = 0; i < runs->len; i++) {
    read_points (database, g_ptr_array_index (runs, i));
    read_marks (database, g_ptr_array_index (runs, i));
  }
}

static void
read_rows (GbxDatabase *database, sqlite3_stmt *rows, GPtrArray *runs)
{
  while (gbx_database_next (database, rows))
    g_ptr_array_add (runs, read_row (rows));
}

static char *
read_text (GbxDatabase *database, const char *key)
{
  sqlite3_stmt *rows =
      gbx_database_query (database, "SELECT value FROM state WHERE key = ?", gbx_value_text (key));
  char *text = NULL;

  while (gbx_database_next (database, rows))
    text = gbx_database_dup_text (rows, 0);
  return text;
}

static guint
read_last_number (GbxDatabase *database)
{
  sqlite3_stmt *rows =
      gbx_database_query_values (database, "SELECT ifnull(max(number), 0) FROM runs", NULL, 0);
  gint64 number = 0;

  while (gbx_database_next (database, rows))
    number = sqlite3_column_int64 (rows, 0);
  return (guint)CLAMP (number, 0, G_MAXINT);
}

static gboolean
is_under_way_elsewhere (GbxStore *store, const char *owner)
{
  return g_strcmp0 (owner, gbx_claim_get_id (store->claim)) != 0 &&
         gbx_claim_is_alive (store->claim, owner);
}

/* A run that another window trains is not ours to go on with; from one that is nobody's any more we
 * take it, so that no other window does. */
static gboolean
adopt_run (GbxStore *store, const char *uuid)
{
  g_autofree char *owner = NULL;
  sqlite3_stmt *rows;
  gboolean found = FALSE;

  if (store->reads_only)
    return TRUE; /* nobody can be told */
  gbx_database_begin (store->database);
  rows = gbx_database_query (store->database, "SELECT owner FROM runs WHERE uuid = ?",
                             gbx_value_text (uuid));
  while (gbx_database_next (store->database, rows)) {
    found = TRUE;
    owner = gbx_database_dup_text (rows, 0);
  }
  if (found && !is_under_way_elsewhere (store, owner))
    gbx_database_run (store->database, "UPDATE runs SET owner = ? WHERE uuid = ?",
                      gbx_value_text (gbx_claim_get_id (store->claim)), gbx_value_text (uuid));
  else
    found = FALSE;
  return gbx_database_commit (store->database, NULL) && found;
}

/* The session's row is of no use: it stays under another key. */
static void
set_session_aside (GbxStore *store, const GError *why)
{
  gbx_database_begin (store->database);
  gbx_database_run (store->database, "DELETE FROM state WHERE key = ?",
                    gbx_value_text ("session.damaged"));
  gbx_database_run (store->database, "UPDATE state SET key = ? WHERE key = ?",
                    gbx_value_text ("session.damaged"), gbx_value_text ("session"));
  gbx_database_commit (store->database, NULL);
  if (store->notice == NULL)
    store->notice = g_strdup_printf (
        _ ("The kept session cannot be read (%s). The runs and drawings are whole; the recipe "
           "starts afresh."),
        why->message);
}

static GbxKept *
read_session (GbxStore *store)
{
  g_autofree char *text = read_text (store->database, "session");
  g_autoptr (GError) error = NULL;
  GbxKept *kept = text != NULL ? gbx_kept_parse (text, strlen (text), &error) : NULL;

  if (error != NULL)
    set_session_aside (store, error);
  if (kept == NULL)
    return gbx_kept_new ();
  kept->run = read_text (store->database, "run");
  kept->weights = read_text (store->database, "weights");
  if (kept->weights != NULL && !gbx_store_is_file_name (kept->weights))
    g_clear_pointer (&kept->weights, g_free);
  return kept;
}

/* Returns: NULL where nothing is kept. */
static GbxKept *
read_kept (GbxStore *store)
{
  g_autoptr (GbxKept) kept = read_session (store);

  if (kept->run != NULL && !adopt_run (store, kept->run)) {
    g_clear_pointer (&kept->run, g_free);
    g_clear_pointer (&kept->weights, g_free);
  }
  /* The run under way first, however many others began since. */
  read_rows (
      store->database,
      gbx_database_query (
          store->database, RUN_COLUMNS "ORDER BY uuid = ? DESC, begun DESC, number DESC LIMIT ?",
          gbx_value_text (kept->run != NULL ? kept->run : ""), gbx_value_int (GBX_KEPT_MAX_RUNS)),
      kept->runs);
  read_details (store->database, kept->runs);
  kept->next_run = MAX (kept->next_run, read_last_number (store->database) + 1);
  kept->shared = kept->run == NULL && !store->alone;
  g_free (store->weights);
  store->weights = kept->shared ? NULL : g_strdup (kept->weights);
  return kept->experiment != NULL || kept->runs->len > 0 ? g_steal_pointer (&kept) : NULL;
}

/* ---- writing ---- */

static void
put_text (GbxDatabase *database, const char *key, const char *text)
{
  if (text == NULL)
    gbx_database_run (database, "DELETE FROM state WHERE key = ?", gbx_value_text (key));
  else
    gbx_database_run (database,
                      "INSERT INTO state (key, value) VALUES (?, ?)"
                      " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                      gbx_value_text (key), gbx_value_text (text));
}

/* Two windows may have given the same number; the second to write gets the next. */
static void
put_row (GbxStore *store, const GbxKeptRun *run, gboolean under_way)
{
  gbx_database_run (
      store->database,
      "INSERT INTO runs (uuid, number, name, detail, note, colour, visible, state, final_accuracy,"
      " best_epoch, recipe, dataset, weights, owner, begun, changed)"
      " VALUES (?, max(?, (SELECT ifnull(max(number), 0) + 1 FROM runs)),"
      " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (uuid) DO UPDATE SET name = excluded.name, note = excluded.note,"
      " colour = excluded.colour, visible = excluded.visible, state = excluded.state,"
      " final_accuracy = excluded.final_accuracy, best_epoch = excluded.best_epoch,"
      " recipe = ifnull(excluded.recipe, recipe), dataset = ifnull(excluded.dataset, dataset),"
      " weights = ifnull(excluded.weights, weights), owner = excluded.owner,"
      " changed = excluded.changed",
      gbx_value_text (run->uuid), gbx_value_int (run->number), gbx_value_text (run->name),
      gbx_value_text (run->detail), gbx_value_text (run->note), gbx_value_int (run->colour),
      gbx_value_int (run->visible), gbx_value_text (state_names[run->state]),
      gbx_value_real (run->final_accuracy), gbx_value_int (run->best_epoch),
      gbx_value_text (run->recipe), gbx_value_text (run->dataset_id), gbx_value_text (run->weights),
      gbx_value_text (under_way ? gbx_claim_get_id (store->claim) : NULL),
      gbx_value_int (run->begun), gbx_value_int (g_get_real_time ()));
}

/* What is kept of a curve from the first new point on goes, so that doing it twice, or with more
 * points than the first time, comes to the same. */
static void
cut_curve (GbxDatabase *database, const GbxKeptRun *run, int curve)
{
  gbx_database_run (database,
                    "DELETE FROM points WHERE run = (SELECT id FROM runs WHERE uuid = ?)"
                    " AND curve = ? AND start >= ?",
                    gbx_value_text (run->uuid), gbx_value_int (curve),
                    gbx_value_int (run->first[curve]));
  gbx_database_run (database,
                    "UPDATE points SET points = substr(points, 1, (?3 - start) * ?4)"
                    " WHERE run = (SELECT id FROM runs WHERE uuid = ?1) AND curve = ?2"
                    " AND length(points) > (?3 - start) * ?4",
                    gbx_value_text (run->uuid), gbx_value_int (curve),
                    gbx_value_int (run->first[curve]), gbx_value_int (sizeof (GbxPoint)));
}

static void
put_curves (GbxDatabase *database, const GbxKeptRun *run)
{
  for (int i = 0; i < GBX_N_CURVES; i++) {
    const GArray *points = run->curves[i];

    if (points->len == 0 && run->first[i] > 0)
      continue;
    cut_curve (database, run, i);
    if (points->len > 0)
      gbx_database_run (database,
                        "INSERT INTO points (run, curve, start, points)"
                        " VALUES ((SELECT id FROM runs WHERE uuid = ?), ?, ?, ?)",
                        gbx_value_text (run->uuid), gbx_value_int (i),
                        gbx_value_int (run->first[i]),
                        gbx_value_blob (points->data, points->len * sizeof (GbxPoint)));
  }
}

static void
put_marks (GbxDatabase *database, const GbxKeptRun *run)
{
  for (guint i = 0; i < run->marks->len; i++) {
    const GbxDialMark *mark = g_ptr_array_index (run->marks, i);

    gbx_database_run (database,
                      "INSERT INTO marks (run, position, x, dial, value)"
                      " VALUES ((SELECT id FROM runs WHERE uuid = ?), ?, ?, ?, ?)"
                      " ON CONFLICT (run, position) DO UPDATE SET x = excluded.x,"
                      " dial = excluded.dial, value = excluded.value",
                      gbx_value_text (run->uuid), gbx_value_int (i), gbx_value_real (mark->x),
                      gbx_value_text (mark->dial), gbx_value_real (mark->value));
  }
}

static void
put_run (GbxStore *store, const GbxKeptRun *run, gboolean under_way)
{
  if (run->own) {
    put_row (store, run, under_way);
    put_curves (store->database, run);
    put_marks (store->database, run);
  } else {
    gbx_database_run (store->database,
                      "UPDATE runs SET name = ?, note = ?, colour = ?, visible = ? WHERE uuid = ?",
                      gbx_value_text (run->name), gbx_value_text (run->note),
                      gbx_value_int (run->colour), gbx_value_int (run->visible),
                      gbx_value_text (run->uuid));
  }
}

/* Whoever trains it at the moment keeps it. @garbage: (element-type utf8): takes the names of files
 * that nothing may need any more. */
static void
delete_run (GbxStore *store, const char *uuid, GPtrArray *garbage)
{
  g_autofree char *owner = NULL;
  sqlite3_stmt *rows = gbx_database_query (
      store->database, "SELECT owner, weights FROM runs WHERE uuid = ?", gbx_value_text (uuid));

  while (gbx_database_next (store->database, rows)) {
    owner = gbx_database_dup_text (rows, 0);
    g_ptr_array_add (garbage, gbx_database_dup_text (rows, 1));
  }
  if (!is_under_way_elsewhere (store, owner))
    gbx_database_run (store->database, "DELETE FROM runs WHERE uuid = ?", gbx_value_text (uuid));
}

/* The run under way has the session's weights. */
static void
put_weights (GbxStore *store, const GbxKept *kept)
{
  put_text (store->database, "weights", kept->weights);
  if (kept->run != NULL && kept->weights != NULL)
    gbx_database_run (store->database, "UPDATE runs SET weights = ? WHERE uuid = ?",
                      gbx_value_text (kept->weights), gbx_value_text (kept->run));
}

static void
remove_garbage (GbxStore *store, GPtrArray *garbage)
{
  for (guint i = 0; i < garbage->len; i++) {
    const char *name = g_ptr_array_index (garbage, i);

    if (name != NULL && gbx_store_is_file_name (name) && !gbx_store_is_used_locked (store, name)) {
      g_autofree char *path = gbx_store_path (store, name);
      g_unlink (path);
    }
  }
}

static gboolean
put_weights_file (GbxStore *store, GbxStoreWrite *write, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *path = NULL;

  g_free (write->kept->weights);
  write->kept->weights =
      g_strdup_printf (GBX_STORE_WEIGHTS_PREFIX "%s" GBX_STORE_WEIGHTS_SUFFIX, id);
  path = gbx_store_path (store, write->kept->weights);
  return nn_checkpoint_write (write->checkpoint, NULL, path, error);
}

/* ---- shared with the store's other files ---- */

gboolean
gbx_store_is_used_locked (GbxStore *store, const char *weights)
{
  sqlite3_stmt *rows =
      gbx_database_query (store->database,
                          "SELECT 1 WHERE EXISTS (SELECT 1 FROM runs WHERE weights = ?1)"
                          " OR EXISTS (SELECT 1 FROM state WHERE key = 'weights' AND value = ?1)",
                          gbx_value_text (weights));
  gboolean used = FALSE;

  while (gbx_database_next (store->database, rows))
    used = TRUE;
  return used || !gbx_database_is_good (store->database);
}

gboolean
gbx_store_has_session_locked (GbxStore *store)
{
  g_autofree char *text = read_text (store->database, "session");

  return text != NULL || !gbx_database_is_good (store->database);
}

void
gbx_store_put_kept (GbxStore *store, const GbxKept *kept)
{
  g_autofree char *text = gbx_kept_to_json (kept);

  for (guint i = kept->runs->len; i > 0; i--) { /* oldest first: they get their numbers in order */
    const GbxKeptRun *run = g_ptr_array_index (kept->runs, i - 1);
    put_run (store, run, g_strcmp0 (run->uuid, kept->run) == 0);
  }
  put_text (store->database, "session", text);
  put_text (store->database, "run", kept->run);
  put_weights (store, kept);
}

gboolean
gbx_store_put_session_locked (GbxStore *store, GbxStoreWrite *write, GError **error)
{
  g_autoptr (GPtrArray) garbage = g_ptr_array_new_with_free_func (g_free);
  GbxKept *kept = write->kept;

  if (write->checkpoint != NULL && !put_weights_file (store, write, error))
    return FALSE;
  gbx_database_begin (store->database);
  gbx_store_put_kept (store, kept);
  if (store->weights != NULL)
    g_ptr_array_add (garbage, g_strdup (store->weights));
  for (guint i = 0; i < kept->deleted->len; i++)
    delete_run (store, g_ptr_array_index (kept->deleted, i), garbage);
  if (!gbx_database_commit (store->database, error)) {
    if (write->checkpoint != NULL) {
      g_autofree char *path = gbx_store_path (store, kept->weights);
      g_unlink (path);
    }
    return FALSE;
  }
  remove_garbage (store, garbage);
  g_free (store->weights);
  store->weights = g_strdup (kept->weights);
  if (write->checkpoint != NULL)
    gbx_store_bound_weights_locked (store);
  return TRUE;
}

void
gbx_store_bound_weights_locked (GbxStore *store)
{
  g_autoptr (GPtrArray) garbage = g_ptr_array_new_with_free_func (g_free);
  guint64 total = 0;
  sqlite3_stmt *rows;

  gbx_database_begin (store->database);
  rows = gbx_database_query_values (store->database,
                                    "SELECT weights FROM runs WHERE weights IS NOT NULL"
                                    " AND weights NOT IN"
                                    " (SELECT value FROM state WHERE key = 'weights')"
                                    " ORDER BY begun DESC",
                                    NULL, 0);
  while (gbx_database_next (store->database, rows)) {
    g_autofree char *name = gbx_database_dup_text (rows, 0);
    g_autofree char *path = gbx_store_path (store, name);
    GStatBuf file;

    if (g_stat (path, &file) == 0)
      total += (guint64)file.st_size;
    if (total > store->weights_limit)
      g_ptr_array_add (garbage, g_steal_pointer (&name));
  }
  for (guint i = 0; i < garbage->len; i++)
    gbx_database_run (store->database, "UPDATE runs SET weights = NULL WHERE weights = ?",
                      gbx_value_text (g_ptr_array_index (garbage, i)));
  if (gbx_database_commit (store->database, NULL))
    remove_garbage (store, garbage);
}

/* ---- public ---- */

GbxKept *
gbx_store_read (GbxStore *store, GError **error)
{
  g_autoptr (GbxKept) kept = NULL;
  g_autoptr (GError) local = NULL;

  g_mutex_lock (&store->lock);
  if (gbx_store_open_locked (store, FALSE, &local)) {
    kept = read_kept (store);
    gbx_database_take_error (store->database, &local);
  }
  g_mutex_unlock (&store->lock);
  if (local == NULL)
    return g_steal_pointer (&kept);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

GPtrArray *
gbx_store_list_runs (GbxStore *store, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (gbx_kept_run_free);
  g_autoptr (GError) local = NULL;

  g_mutex_lock (&store->lock);
  if (gbx_store_open_locked (store, FALSE, &local)) {
    read_rows (
        store->database,
        gbx_database_query_values (store->database, RUN_COLUMNS "ORDER BY begun DESC", NULL, 0),
        runs);
    gbx_database_take_error (store->database, &local);
  }
  g_mutex_unlock (&store->lock);
  if (local == NULL)
    return g_steal_pointer (&runs);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

GbxKeptRun *
gbx_store_read_run (GbxStore *store, const char *uuid, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autoptr (GError) local = NULL;

  g_mutex_lock (&store->lock);
  if (gbx_store_open_locked (store, FALSE, &local)) {
    read_rows (
        store->database,
        gbx_database_query (store->database, RUN_COLUMNS "WHERE uuid = ?", gbx_value_text (uuid)),
        runs);
    read_details (store->database, runs);
    gbx_database_take_error (store->database, &local);
  }
  g_mutex_unlock (&store->lock);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return runs->len > 0 ? g_ptr_array_index (runs, 0) : NULL;
}
