/* gbx-schema.c: the tables of glassbox.db, as steps from each version to the next.
 *
 * A step that has been in anybody's hands is never changed: what is to be different is another
 * step. docs/store.md says what the columns mean. */
#include "gbx-schema.h"

#include <glib.h>

/* The session, the runs and their curves. */
static const char version_1[] =
    "PRAGMA application_id = 1195528024;"
    "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE runs ("
    "  id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, number INTEGER NOT NULL,"
    "  name TEXT NOT NULL, detail TEXT NOT NULL, note TEXT NOT NULL,"
    "  colour INTEGER NOT NULL, visible INTEGER NOT NULL, state TEXT NOT NULL,"
    "  final_accuracy REAL, best_epoch INTEGER NOT NULL,"
    "  recipe TEXT, dataset TEXT, weights TEXT, owner TEXT,"
    "  begun INTEGER NOT NULL, changed INTEGER NOT NULL);"
    "CREATE TABLE points ("
    "  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,"
    "  curve INTEGER NOT NULL, start INTEGER NOT NULL, points BLOB NOT NULL,"
    "  PRIMARY KEY (run, curve, start));"
    "CREATE TABLE marks ("
    "  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,"
    "  position INTEGER NOT NULL, x REAL NOT NULL, dial TEXT NOT NULL, value REAL NOT NULL,"
    "  PRIMARY KEY (run, position));"
    "PRAGMA user_version = 1;";

/* What is the user's own and of no session. */
static const char version_2[] =
    "CREATE TABLE sets ("
    "  uuid TEXT PRIMARY KEY, title TEXT NOT NULL, classes TEXT NOT NULL,"
    "  created INTEGER NOT NULL);"
    "CREATE TABLE drawings ("
    "  uuid TEXT PRIMARY KEY, symbols TEXT NOT NULL REFERENCES sets (uuid),"
    "  class INTEGER NOT NULL, strokes BLOB NOT NULL, created INTEGER NOT NULL);"
    "CREATE INDEX drawings_of_set ON drawings (symbols, created);"
    "CREATE TABLE recipes ("
    "  uuid TEXT PRIMARY KEY, name TEXT NOT NULL, recipe TEXT NOT NULL,"
    "  created INTEGER NOT NULL);"
    "PRAGMA user_version = 2;";

static const char *const steps[] = {version_1, version_2, NULL};

const char *const *
gbx_schema_get_steps (void)
{
  return steps;
}
