/* gbx-database.c: one SQLite database: opened, checked, brought to the schema of today. */
#include "gbx-database.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define BUSY_MILLISECONDS 30000
#define NOTE "-whole"                     /* of the file beside it that says when it was whole */
#define GREATEST_VALUE (64 * 1024 * 1024) /* bytes of one text or blob */

struct GbxDatabase {
  sqlite3 *connection;
  char *path;
  GHashTable *statements; /* char * → sqlite3_stmt */
  GError *error;          /* the first failure since the beginning */
  gboolean is_new;
  gboolean as_left; /* when it was opened: as it was closed, by a process that found it whole */
  gboolean is_good; /* it was opened to be written, and has not been found damaged since */
};

/* It would take the name for a subtraction. */
/* clang-format off */
G_DEFINE_QUARK (gbx-database-error-quark, gbx_database_error)
/* clang-format on */

/* ---- failures ---- */

static GbxDatabaseError
classify (int code)
{
  switch (code & 0xff) {
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
  case SQLITE_ERROR: /* a table or column that is not there: the statements are literals */
  case SQLITE_FORMAT:
    return GBX_DATABASE_ERROR_DAMAGED;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return GBX_DATABASE_ERROR_BUSY;
  default:
    return GBX_DATABASE_ERROR_DISK;
  }
}

/* In the user's language, as far as the system or this program knows a word for it. */
static const char *
find_reason (sqlite3 *connection, int code)
{
  int system_error = connection != NULL ? sqlite3_system_errno (connection) : 0;

  switch (code & 0xff) {
  case SQLITE_FULL:
    return g_strerror (ENOSPC);
  case SQLITE_READONLY:
    return g_strerror (EROFS);
  case SQLITE_NOMEM:
    return g_strerror (ENOMEM);
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return _ ("another window is using it");
  case SQLITE_IOERR:
  case SQLITE_CANTOPEN:
    if (system_error != 0)
      return g_strerror (system_error);
    return g_strerror (EIO);
  default:
    return connection != NULL ? sqlite3_errmsg (connection) : sqlite3_errstr (code);
  }
}

static void
set_failure (GbxDatabase *self, int code, GError **error)
{
  /* It may quote what the file has in it. */
  g_autofree char *reason = g_utf8_make_valid (find_reason (self->connection, code), -1);

  g_set_error (error, GBX_DATABASE_ERROR, (gint)classify (code), "%s: %s", self->path, reason);
}

static void
fail (GbxDatabase *self, int code)
{
  if (classify (code) == GBX_DATABASE_ERROR_DAMAGED)
    self->is_good = FALSE;
  if (self->error == NULL)
    set_failure (self, code, &self->error);
}

/* ---- statements ---- */

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static sqlite3_stmt *
prepare (GbxDatabase *self, const char *sql)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  int code;

  if (statement != NULL) {
    sqlite3_reset (statement);
    return statement;
  }
  code =
      sqlite3_prepare_v3 (self->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code != SQLITE_OK) {
    fail (self, code);
    return NULL;
  }
  g_hash_table_insert (self->statements, g_strdup (sql), statement);
  return statement;
}

static int
bind (sqlite3_stmt *statement, int index, const GbxValue *value)
{
  switch (value->kind) {
  case GBX_VALUE_INT:
    return sqlite3_bind_int64 (statement, index, value->number);
  case GBX_VALUE_REAL:
    return sqlite3_bind_double (statement, index, value->real);
  case GBX_VALUE_TEXT:
    return sqlite3_bind_text64 (statement, index, value->data, value->length, SQLITE_TRANSIENT,
                                SQLITE_UTF8);
  case GBX_VALUE_BLOB:
    return sqlite3_bind_blob64 (statement, index, value->data, value->length, SQLITE_TRANSIENT);
  default:
    return sqlite3_bind_null (statement, index);
  }
}

/* Runs SQL that gives no rows, or none that matter. */
static int
execute (GbxDatabase *self, const char *sql)
{
  return sqlite3_exec (self->connection, sql, NULL, NULL, NULL);
}

static gint64
read_number (GbxDatabase *self, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  gint64 number = -1;
  int code = sqlite3_prepare_v2 (self->connection, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    number = sqlite3_column_int64 (statement, 0);
  else
    fail (self, code);
  sqlite3_finalize (statement);
  return number;
}

/* ---- the schema ---- */

static gboolean
take_step (GbxDatabase *self, const char *step)
{
  int code = execute (self, "BEGIN IMMEDIATE");

  if (code == SQLITE_OK)
    code = execute (self, step);
  if (code == SQLITE_OK)
    code = execute (self, "COMMIT");
  if (code == SQLITE_OK)
    return TRUE;
  fail (self, code);
  execute (self, "ROLLBACK");
  return FALSE;
}

static gboolean
migrate (GbxDatabase *self, const char *const *steps)
{
  int newest = (int)g_strv_length ((char **)steps);
  int version = (int)read_number (self, "PRAGMA user_version");

  if (self->error != NULL)
    return FALSE;
  if (version > newest) {
    g_set_error (&self->error, GBX_DATABASE_ERROR, GBX_DATABASE_ERROR_NEWER,
                 _ ("%s was written by a newer Glassbox (version %d; this one knows %d). It is "
                    "left alone: nothing of it is shown, and nothing is kept."),
                 self->path, version, newest);
    return FALSE;
  }
  self->is_new = version == 0;
  for (; version >= 0 && version < newest; version++)
    if (!take_step (self, steps[version]))
      return FALSE;
  return TRUE;
}

/* Returns: (transfer full): what the schema consists of, as text. */
static char *
describe_schema (sqlite3 *connection)
{
  const char *sql = "SELECT name, ifnull(sql, '') FROM sqlite_schema ORDER BY name";
  GString *text = g_string_new (NULL);
  sqlite3_stmt *rows = NULL;

  sqlite3_prepare_v2 (connection, sql, -1, &rows, NULL);
  while (sqlite3_step (rows) == SQLITE_ROW)
    g_string_append_printf (text, "%s=%s;", (const char *)sqlite3_column_text (rows, 0),
                            (const char *)sqlite3_column_text (rows, 1));
  sqlite3_finalize (rows);
  return g_string_free (text, FALSE);
}

/* Whoever's file it is, its tables have to be ours to the letter: the same as in a new one. */
static gboolean
has_our_schema (GbxDatabase *self, const char *const *steps)
{
  g_autofree char *found = describe_schema (self->connection);
  g_autofree char *expected = NULL;
  sqlite3 *model = NULL;

  if (sqlite3_open (":memory:", &model) == SQLITE_OK) {
    for (guint i = 0; steps[i] != NULL; i++)
      sqlite3_exec (model, steps[i], NULL, NULL, NULL);
    expected = describe_schema (model);
  }
  sqlite3_close (model);
  return g_strcmp0 (found, expected) == 0;
}

/* ---- whether it is whole ---- */

/* To look through all of a large database takes longer than everything else at a start. So whoever
 * closes it notes which file that was; as long as it is the same, untouched, it is whole. A crash
 * leaves no such note. Returns: (transfer full) (nullable): what tells a state of the file. */
static char *
describe_file (const char *path)
{
  g_autofree char *journal = g_strconcat (path, "-wal", NULL);
  struct stat file;

  if (g_file_test (journal, G_FILE_TEST_EXISTS) || stat (path, &file) != 0)
    return NULL;
  return g_strdup_printf ("%" PRIu64 " %" PRIu64 " %" PRIi64 ".%09ld\n", (guint64)file.st_ino,
                          (guint64)file.st_size, (gint64)file.st_ctim.tv_sec, file.st_ctim.tv_nsec);
}

static gboolean
is_as_left (const char *path)
{
  g_autofree char *note = g_strconcat (path, NOTE, NULL);
  g_autofree char *state = describe_file (path);
  g_autofree char *noted = NULL;

  return state != NULL && g_file_get_contents (note, &noted, NULL, NULL) &&
         g_str_equal (state, noted);
}

static void
note_state (const char *path)
{
  g_autofree char *note = g_strconcat (path, NOTE, NULL);
  g_autofree char *state = describe_file (path);

  if (state != NULL)
    g_file_set_contents (note, state, -1, NULL); /* else the next start takes its time */
}

/* Pages, rows, and whether each index agrees with its table: a quick_check leaves the last out, and
 * then a row is there by one way of asking and not by another. */
static gboolean
is_whole (GbxDatabase *self)
{
  sqlite3_stmt *rows = NULL;
  gboolean whole;
  int code;

  code = sqlite3_prepare_v2 (self->connection, "PRAGMA integrity_check(1)", -1, &rows, NULL);
  whole = code == SQLITE_OK && sqlite3_step (rows) == SQLITE_ROW &&
          g_strcmp0 ((const char *)sqlite3_column_text (rows, 0), "ok") == 0;
  sqlite3_finalize (rows);
  if (!whole)
    return FALSE;
  code = sqlite3_prepare_v2 (self->connection, "PRAGMA foreign_key_check", -1, &rows, NULL);
  whole = code == SQLITE_OK && sqlite3_step (rows) == SQLITE_DONE;
  sqlite3_finalize (rows);
  return whole;
}

static void
set_damaged (GbxDatabase *self)
{
  if (self->error == NULL)
    g_set_error (&self->error, GBX_DATABASE_ERROR, GBX_DATABASE_ERROR_DAMAGED,
                 _ ("%s is damaged, or not a database of Glassbox"), self->path);
}

/* ---- opening ---- */

/* A file may be anybody's: nothing in it is run, and no length in it is trusted. */
static void
harden (GbxDatabase *self)
{
  sqlite3_extended_result_codes (self->connection, 1);
  sqlite3_busy_timeout (self->connection, BUSY_MILLISECONDS);
  sqlite3_limit (self->connection, SQLITE_LIMIT_LENGTH, GREATEST_VALUE);
  sqlite3_limit (self->connection, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_db_config (self->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (self->connection, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
}

/* FULL: what is committed outlives a power cut, not only the end of the process. */
static gboolean
configure (GbxDatabase *self)
{
  static const char *const pragmas[] = {
      "PRAGMA cell_size_check = ON", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
      "PRAGMA secure_delete = ON",   "PRAGMA foreign_keys = ON",
  };
  int code = SQLITE_OK;

  for (guint i = 0; i < G_N_ELEMENTS (pragmas) && code == SQLITE_OK; i++)
    code = execute (self, pragmas[i]);
  if (code != SQLITE_OK)
    fail (self, code);
  return code == SQLITE_OK;
}

/* Whether it is ours, or nobody's yet. */
static gboolean
is_ours (GbxDatabase *self)
{
  gint64 id = read_number (self, "PRAGMA application_id");
  gint64 version = read_number (self, "PRAGMA user_version");

  return id == GBX_DATABASE_APPLICATION_ID ||
         (id == 0 && version == 0 && read_number (self, "SELECT count(*) FROM sqlite_schema") == 0);
}

/* SQLite itself would go on with a file that can only be read, and put such a journal beside it. */
static gboolean
may_write (GbxDatabase *self)
{
  if (sqlite3_db_readonly (self->connection, "main") == 1)
    fail (self, SQLITE_READONLY);
  return self->error == NULL;
}

static gboolean
make_ready (GbxDatabase *self, const char *const *steps, gboolean writes)
{
  harden (self);
  if (writes && !may_write (self))
    return FALSE;
  /* A header may forbid what the disk allows. */
  if (!is_ours (self) || (writes && sqlite3_db_readonly (self->connection, "main") == 1)) {
    set_damaged (self);
    return FALSE;
  }
  if ((writes && !configure (self)) || !migrate (self, steps))
    return FALSE;
  if (!has_our_schema (self, steps) || !(self->as_left || is_whole (self))) {
    set_damaged (self);
    return FALSE;
  }
  self->is_good = writes;
  /* The schema itself goes to the main file, so that it stands without its journal. */
  if (self->is_new)
    execute (self, "PRAGMA wal_checkpoint(TRUNCATE)");
  return TRUE;
}

static GbxDatabase *
open_database (const char *path, const char *name, int flags, const char *const *steps,
               GError **error)
{
  g_autoptr (GbxDatabase) self = g_new0 (GbxDatabase, 1);
  int code;

  self->path = g_strdup (path);
  self->as_left = is_as_left (path);
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
  code = sqlite3_open_v2 (name, &self->connection, flags | SQLITE_OPEN_FULLMUTEX, NULL);
  if (code == SQLITE_OK && make_ready (self, steps, (flags & SQLITE_OPEN_READWRITE) != 0))
    return g_steal_pointer (&self);
  if (code != SQLITE_OK)
    fail (self, code);
  g_propagate_error (error, g_steal_pointer (&self->error));
  return NULL;
}

/* ---- public ---- */

GbxDatabase *
gbx_database_open (const char *path, const char *const *steps, GError **error)
{
  return open_database (path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, steps, error);
}

/* Beside a database in WAL mode SQLite makes files even to read it, unless it is told that nobody
 * changes it. What a crash left in the journal is part of it, and then those files are there. */
GbxDatabase *
gbx_database_open_to_read (const char *path, const char *const *steps, GError **error)
{
  g_autofree char *journal = g_strconcat (path, "-wal", NULL);
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *uri = g_filename_to_uri (absolute, NULL, error);
  g_autofree char *name = NULL;
  GStatBuf file;

  if (uri == NULL)
    return NULL;
  if (g_stat (journal, &file) != 0 || file.st_size == 0)
    name = g_strconcat (uri, "?immutable=1", NULL);
  return open_database (path, name != NULL ? name : uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                        steps, error);
}

void
gbx_database_close (GbxDatabase *self)
{
  g_hash_table_unref (self->statements);
  if (sqlite3_close (self->connection) == SQLITE_OK && self->is_good)
    note_state (self->path);
  g_clear_error (&self->error);
  g_free (self->path);
  g_free (self);
}

gboolean
gbx_database_is_new (const GbxDatabase *self)
{
  return self->is_new;
}

char *
gbx_database_set_aside (const char *path)
{
  static const char *const companions[] = {"-wal", "-shm"};
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d-%H%M%S");
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%s", path, date);
  g_autofree char *note = g_strconcat (path, NOTE, NULL);

  for (guint i = 2; g_file_test (aside, G_FILE_TEST_EXISTS); i++) {
    g_free (aside);
    aside = g_strdup_printf ("%s.damaged-%s-%u", path, date, i);
  }
  if (g_rename (path, aside) != 0)
    return NULL;
  g_unlink (note);
  for (guint i = 0; i < G_N_ELEMENTS (companions); i++) {
    g_autofree char *from = g_strconcat (path, companions[i], NULL);
    g_autofree char *to = g_strconcat (aside, companions[i], NULL);

    g_rename (from, to); /* there need be none */
  }
  return g_path_get_basename (aside);
}

GbxValue
gbx_value_int (gint64 number)
{
  return (GbxValue){.kind = GBX_VALUE_INT, .number = number};
}

GbxValue
gbx_value_real (double real)
{
  return (GbxValue){.kind = isnan (real) ? GBX_VALUE_NULL : GBX_VALUE_REAL, .real = real};
}

GbxValue
gbx_value_text (const char *text)
{
  if (text == NULL)
    return (GbxValue){.kind = GBX_VALUE_NULL};
  return (GbxValue){.kind = GBX_VALUE_TEXT, .data = text, .length = strlen (text)};
}

GbxValue
gbx_value_blob (const void *data, gsize length)
{
  return (GbxValue){.kind = GBX_VALUE_BLOB, .data = length > 0 ? data : "", .length = length};
}

void
gbx_database_begin (GbxDatabase *self)
{
  int code;

  g_clear_error (&self->error);
  code = execute (self, "BEGIN IMMEDIATE");
  if (code != SQLITE_OK)
    fail (self, code);
}

gboolean
gbx_database_commit (GbxDatabase *self, GError **error)
{
  int code = self->error == NULL ? execute (self, "COMMIT") : SQLITE_OK;

  if (code != SQLITE_OK)
    fail (self, code);
  if (self->error == NULL)
    return TRUE;
  if (!sqlite3_get_autocommit (self->connection))
    execute (self, "ROLLBACK");
  return !gbx_database_take_error (self, error);
}

gboolean
gbx_database_is_good (const GbxDatabase *self)
{
  return self->error == NULL;
}

sqlite3_stmt *
gbx_database_query_values (GbxDatabase *self, const char *sql, const GbxValue *values, guint n)
{
  sqlite3_stmt *statement = self->error == NULL ? prepare (self, sql) : NULL;
  int code = SQLITE_OK;

  if (statement == NULL)
    return NULL;
  for (guint i = 0; i < n && code == SQLITE_OK; i++)
    code = bind (statement, (int)i + 1, &values[i]);
  if (code != SQLITE_OK)
    fail (self, code);
  return statement;
}

gboolean
gbx_database_next (GbxDatabase *self, sqlite3_stmt *rows)
{
  int code;

  if (self->error != NULL || rows == NULL)
    return FALSE;
  code = sqlite3_step (rows);
  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    fail (self, code);
  sqlite3_reset (rows);
  return FALSE;
}

void
gbx_database_run_values (GbxDatabase *self, const char *sql, const GbxValue *values, guint n)
{
  sqlite3_stmt *statement = gbx_database_query_values (self, sql, values, n);

  while (gbx_database_next (self, statement))
    ;
}

int
gbx_database_n_changed (GbxDatabase *self)
{
  return sqlite3_changes (self->connection);
}

char *
gbx_database_dup_text (sqlite3_stmt *rows, int column)
{
  const char *text = (const char *)sqlite3_column_text (rows, column);

  return text != NULL ? g_utf8_make_valid (text, sqlite3_column_bytes (rows, column)) : NULL;
}

gboolean
gbx_database_take_error (GbxDatabase *self, GError **error)
{
  gboolean failed = self->error != NULL;

  if (failed)
    g_propagate_error (error, g_steal_pointer (&self->error));
  return failed;
}
