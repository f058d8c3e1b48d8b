/* import-fixture.h: a scratch folder with a user's data folder in it, and sources to import. */
#pragma once

#include "engine/collect/import.h"
#include "engine/error.h"

#include "scratch.h"

#include <string.h>

typedef struct {
  char *root;
  char *user; /* where imported sets go */
  char *source;
} Fixture;

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *home = NULL;

  fixture->root = g_dir_make_tmp ("nn-import-XXXXXX", NULL);
  g_assert_nonnull (fixture->root);
  home = g_build_filename (fixture->root, "home", NULL);
  fixture->user = g_build_filename (home, "glassbox", "datasets", NULL);
  fixture->source = g_build_filename (fixture->root, "source", NULL);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_DATA_DIRS", "/nowhere/share", TRUE);
  g_unsetenv ("GLASSBOX_DATASETS");
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  scratch_remove (fixture->root);
  g_free (fixture->root);
  g_free (fixture->user);
  g_free (fixture->source);
}

/* The path of @name in the source; the folders above it are made. */
static inline char *
source_path (const Fixture *fixture, const char *name)
{
  char *path = g_build_filename (fixture->source, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  return path;
}

static inline void
write_bytes (const Fixture *fixture, const char *name, const void *bytes, gsize length)
{
  g_autofree char *path = source_path (fixture, name);

  g_assert_true (g_file_set_contents (path, bytes, (gssize)length, NULL));
}

static inline gboolean
import_source (const Fixture *fixture, const char *name, NnImportReport *report, GError **error)
{
  const NnImportOptions options = {.source = fixture->source, .name = name};

  return nn_import (&options, report, NULL, error);
}

/* @place: how the refused file's place ends; @reason: a part of why. */
static inline void
assert_refused (const NnImportReport *report, const char *place, const char *reason)
{
  for (guint i = 0; i < report->refusals->len; i++) {
    const NnRefusal *refusal = report->refusals->pdata[i];

    if (g_str_has_suffix (refusal->place, place)) {
      g_test_message ("%s: %s", refusal->place, refusal->reason);
      g_assert_nonnull (strstr (refusal->reason, reason));
      return;
    }
  }
  g_error ("%s was not refused", place);
}

static inline void
assert_import_fails (const Fixture *fixture, int code, const char *part_of_message)
{
  g_auto (NnImportReport) report = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;

  g_assert_false (import_source (fixture, "new", &report, &error));
  g_assert_error (error, NN_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part_of_message));
  dir = g_dir_open (fixture->user, 0, NULL);
  g_assert_true (dir == NULL || g_dir_read_name (dir) == NULL);
}
