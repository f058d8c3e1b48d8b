/* gbx-store-library.c: what is the user's own, to and from its tables. */
#include "gbx-store-private.h"

/* A row that cannot be understood stays where it is, and is not shown. */
static void
read_drawings (GbxStore *store, GbxSymbolSet *set)
{
  sqlite3_stmt *rows = gbx_database_query (
      store->database,
      "SELECT uuid, class, strokes, created FROM drawings WHERE symbols = ? ORDER BY created, uuid",
      gbx_value_text (gbx_symbol_set_get_id (set)));

  while (gbx_database_next (store->database, rows)) {
    const void *strokes = sqlite3_column_blob (rows, 2);
    NnDrawing *drawing = gbx_own_drawing_unpack (strokes, (gsize)sqlite3_column_bytes (rows, 2));
    int class_index = sqlite3_column_int (rows, 1);
    g_autofree char *id = gbx_database_dup_text (rows, 0);
    g_autoptr (GbxOwnDrawing) object = NULL;

    if (drawing == NULL)
      continue;
    object =
        gbx_own_drawing_new (id, MAX (class_index, 0), drawing, sqlite3_column_int64 (rows, 3));
    if (class_index >= 0 && (guint)class_index < gbx_symbol_set_get_n_classes (set))
      gbx_symbol_set_insert (set, object);
  }
}

static void
read_sets (GbxStore *store, GPtrArray *sets)
{
  sqlite3_stmt *rows = gbx_database_query_values (
      store->database, "SELECT uuid, title, classes, created FROM sets ORDER BY created, uuid",
      NULL, 0);

  while (gbx_database_next (store->database, rows)) {
    g_autofree char *id = gbx_database_dup_text (rows, 0);
    g_autofree char *title = gbx_database_dup_text (rows, 1);
    g_autofree char *text = gbx_database_dup_text (rows, 2);
    g_auto (GStrv) classes = g_strsplit (text, "\n", GBX_SYMBOL_SET_MOST_CLASSES + 1);

    if (id != NULL && gbx_symbol_set_check (NULL, (const char *const *)classes, NULL))
      g_ptr_array_add (sets, gbx_symbol_set_new (id, *title != '\0' ? title : NULL,
                                                 (const char *const *)classes,
                                                 sqlite3_column_int64 (rows, 3)));
  }
  for (guint i = 0; i < sets->len; i++)
    read_drawings (store, g_ptr_array_index (sets, i));
}

static void
read_recipes (GbxStore *store, GPtrArray *recipes)
{
  sqlite3_stmt *rows = gbx_database_query_values (
      store->database, "SELECT uuid, name, recipe, created FROM recipes ORDER BY created, uuid",
      NULL, 0);

  while (gbx_database_next (store->database, rows)) {
    g_autofree char *id = gbx_database_dup_text (rows, 0);
    g_autofree char *name = gbx_database_dup_text (rows, 1);
    g_autofree char *text = gbx_database_dup_text (rows, 2);
    NnExperiment *experiment = text != NULL ? nn_experiment_parse (text, -1, NULL) : NULL;

    if (experiment != NULL)
      g_ptr_array_add (recipes,
                       gbx_own_recipe_new (id, name, experiment, sqlite3_column_int64 (rows, 3)));
  }
}

static GPtrArray *
read_list (GbxStore *store, void (*read) (GbxStore *, GPtrArray *), GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) local = NULL;

  g_mutex_lock (&store->lock);
  if (gbx_store_open_locked (store, FALSE, &local)) {
    read (store, list);
    gbx_database_take_error (store->database, &local);
  }
  g_mutex_unlock (&store->lock);
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* ---- writing ---- */

static void
put_set (GbxDatabase *database, const GbxEdit *edit)
{
  gbx_database_run (database,
                    "INSERT INTO sets (uuid, title, classes, created) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (uuid) DO UPDATE SET title = excluded.title,"
                    " classes = excluded.classes",
                    gbx_value_text (edit->id), gbx_value_text (edit->name ? edit->name : ""),
                    gbx_value_text (edit->text), gbx_value_int (edit->created));
}

/* Only an empty one: what another window has just put into it stays, and the set with it. */
static void
delete_set (GbxDatabase *database, const GbxEdit *edit)
{
  gbx_database_run (database,
                    "DELETE FROM sets WHERE uuid = ?1 AND NOT EXISTS"
                    " (SELECT 1 FROM drawings WHERE symbols = ?1)",
                    gbx_value_text (edit->id));
}

static void
put_drawing (GbxDatabase *database, const GbxEdit *edit)
{
  gsize length;
  const void *strokes = g_bytes_get_data (edit->strokes, &length);

  gbx_database_run (database,
                    "INSERT INTO sets (uuid, title, classes, created) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (uuid) DO NOTHING",
                    gbx_value_text (edit->set), gbx_value_text (edit->name ? edit->name : ""),
                    gbx_value_text (edit->text), gbx_value_int (edit->set_since));
  gbx_database_run (database,
                    "INSERT INTO drawings (uuid, symbols, class, strokes, created)"
                    " VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (uuid) DO UPDATE SET class = excluded.class",
                    gbx_value_text (edit->id), gbx_value_text (edit->set),
                    gbx_value_int (edit->class_index), gbx_value_blob (strokes, length),
                    gbx_value_int (edit->created));
}

static void
put_recipe (GbxDatabase *database, const GbxEdit *edit)
{
  gbx_database_run (database,
                    "INSERT INTO recipes (uuid, name, recipe, created) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (uuid) DO UPDATE SET name = excluded.name,"
                    " recipe = excluded.recipe",
                    gbx_value_text (edit->id), gbx_value_text (edit->name),
                    gbx_value_text (edit->text), gbx_value_int (edit->created));
}

static void
put_edit (GbxDatabase *database, const GbxEdit *edit)
{
  switch (edit->kind) {
  case GBX_EDIT_PUT_SET:
    put_set (database, edit);
    break;
  case GBX_EDIT_DELETE_SET:
    delete_set (database, edit);
    break;
  case GBX_EDIT_PUT_DRAWING:
    put_drawing (database, edit);
    break;
  case GBX_EDIT_RELABEL_DRAWING:
    gbx_database_run (database, "UPDATE drawings SET class = ? WHERE uuid = ?",
                      gbx_value_int (edit->class_index), gbx_value_text (edit->id));
    break;
  case GBX_EDIT_DELETE_DRAWING:
    gbx_database_run (database, "DELETE FROM drawings WHERE uuid = ?", gbx_value_text (edit->id));
    break;
  case GBX_EDIT_PUT_RECIPE:
    put_recipe (database, edit);
    break;
  case GBX_EDIT_DELETE_RECIPE:
    gbx_database_run (database, "DELETE FROM recipes WHERE uuid = ?", gbx_value_text (edit->id));
    break;
  }
}

gboolean
gbx_store_put_edits_locked (GbxStore *store, GPtrArray *edits, GError **error)
{
  gbx_database_begin (store->database);
  for (guint i = 0; i < edits->len; i++)
    put_edit (store->database, g_ptr_array_index (edits, i));
  return gbx_database_commit (store->database, error);
}

/* ---- public ---- */

GPtrArray *
gbx_store_list_sets (GbxStore *store, GError **error)
{
  return read_list (store, read_sets, error);
}

GPtrArray *
gbx_store_list_recipes (GbxStore *store, GError **error)
{
  return read_list (store, read_recipes, error);
}
