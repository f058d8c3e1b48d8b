/* gbx-database.h: one SQLite database: opened, checked, brought to the schema of today.
 *
 * One thread at a time. Changes are made between gbx_database_begin() and gbx_database_commit();
 * the first that fails makes the others do nothing and the commit undo everything, so that no call
 * between them needs a check of its own. The texts of statements are literals, never put together;
 * each is prepared once. */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#define GBX_DATABASE_ERROR (gbx_database_error_quark ())

/**
 * GbxDatabaseError:
 * @GBX_DATABASE_ERROR_DAMAGED: it is no database of ours, or no longer
 * @GBX_DATABASE_ERROR_NEWER: its schema is one of a later version of the program
 * @GBX_DATABASE_ERROR_BUSY: another window would not let go of it; to be tried again
 * @GBX_DATABASE_ERROR_DISK: it cannot be read, written or made; the message has the reason
 */
typedef enum {
  GBX_DATABASE_ERROR_DAMAGED,
  GBX_DATABASE_ERROR_NEWER,
  GBX_DATABASE_ERROR_BUSY,
  GBX_DATABASE_ERROR_DISK,
} GbxDatabaseError;

GQuark gbx_database_error_quark (void);

#define GBX_DATABASE_APPLICATION_ID 1195528024 /* in the file's header: "GBOX" */

typedef struct GbxDatabase GbxDatabase;

/**
 * gbx_database_open:
 * @steps: (array zero-terminated=1): SQL that leads from each version of the schema to the next and
 * ends by setting `user_version` to it, the first one `application_id` too; what a database has not
 * behind it is done, each step in one transaction
 * Returns: (transfer full): or NULL with a #GbxDatabaseError; the file is then as it was
 */
GbxDatabase *gbx_database_open (const char *path, const char *const *steps, GError **error);
void gbx_database_close (GbxDatabase *self);

/** gbx_database_open_to_read: The same where nothing can be written: of the newest schema only. */
GbxDatabase *gbx_database_open_to_read (const char *path, const char *const *steps, GError **error);

/** gbx_database_is_new: Whether there was no schema at all when it was opened. */
gboolean gbx_database_is_new (const GbxDatabase *self);

/**
 * gbx_database_set_aside:
 * Renames the file and what SQLite keeps beside it to NAME.damaged-DATE. No one may have it open.
 * Returns: (transfer full): the new name without its folder, or NULL when that failed too
 */
char *gbx_database_set_aside (const char *path);

/* What takes the place of a "?". */
typedef struct {
  enum { GBX_VALUE_NULL, GBX_VALUE_INT, GBX_VALUE_REAL, GBX_VALUE_TEXT, GBX_VALUE_BLOB } kind;
  gint64 number;
  double real;
  const void *data; /* borrowed for the call */
  gsize length;
} GbxValue;

GbxValue gbx_value_int (gint64 number);
GbxValue gbx_value_real (double real);                    /* NaN becomes NULL */
GbxValue gbx_value_text (const char *text);               /* NULL becomes NULL */
GbxValue gbx_value_blob (const void *data, gsize length); /* empty, never NULL */

void gbx_database_begin (GbxDatabase *self);
gboolean gbx_database_commit (GbxDatabase *self, GError **error);

/** gbx_database_is_good: Whether nothing has failed since the beginning. */
gboolean gbx_database_is_good (const GbxDatabase *self);

/** gbx_database_run: gbx_database_run (database, "DELETE FROM t WHERE a = ?", gbx_value_int (1)) */
#define gbx_database_run(self, sql, ...)                                                           \
  gbx_database_run_values (self, sql, (const GbxValue[]){__VA_ARGS__},                             \
                           sizeof ((const GbxValue[]){__VA_ARGS__}) / sizeof (GbxValue))
void gbx_database_run_values (GbxDatabase *self, const char *sql, const GbxValue *values, guint n);

/** gbx_database_n_changed: Rows changed by the last run. */
int gbx_database_n_changed (GbxDatabase *self);

/**
 * gbx_database_query:
 * Returns: (transfer none): rows for gbx_database_next() and sqlite3_column_*(), until the next
 * query with the same text; every query is read to its end
 */
#define gbx_database_query(self, sql, ...)                                                         \
  gbx_database_query_values (self, sql, (const GbxValue[]){__VA_ARGS__},                           \
                             sizeof ((const GbxValue[]){__VA_ARGS__}) / sizeof (GbxValue))
sqlite3_stmt *gbx_database_query_values (GbxDatabase *self, const char *sql, const GbxValue *values,
                                         guint n);

/** gbx_database_next: Returns: whether @rows stands on one; after the last, or a failure, not. */
gboolean gbx_database_next (GbxDatabase *self, sqlite3_stmt *rows);

/** gbx_database_dup_text: Returns: (transfer full) (nullable): a column's text, valid UTF-8. */
char *gbx_database_dup_text (sqlite3_stmt *rows, int column);

/** gbx_database_take_error: For reading outside a transaction: what failed, if anything did. */
gboolean gbx_database_take_error (GbxDatabase *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxDatabase, gbx_database_close)
