/* program.c: runs glassbox-cli in a folder of its own, where only the built-in digits are. */
#include "program.h"

#include "engine/json-text.h"

#include "../engine/scratch.h"

#include <string.h>

void
place_set_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("glassbox-cli-XXXXXX", NULL);
  g_assert_nonnull (place->folder);
}

void
place_tear_down (Place *place, gconstpointer data)
{
  scratch_remove (place->folder);
  g_free (place->folder);
}

char *
place_path (const Place *place, const char *name)
{
  return g_build_filename (place->folder, name, NULL);
}

void
result_clear (Result *result)
{
  g_free (result->output);
  g_free (result->errors);
}

GSubprocessLauncher *
place_launcher (const Place *place, GSubprocessFlags flags)
{
  static const char *const folders[] = {"XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CONFIG_HOME"};
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);
  g_subprocess_launcher_set_cwd (launcher, place->folder);
  g_subprocess_launcher_unsetenv (launcher, "GLASSBOX_DATASETS");
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_subprocess_launcher_setenv (launcher, folders[i], place->folder, TRUE);
  return launcher;
}

char **
place_arguments (const char *arguments)
{
  g_autofree char *line = g_strdup_printf ("\"%s\" %s", g_getenv ("GLASSBOX_CLI"), arguments);
  g_autoptr (GError) error = NULL;
  char **words = NULL;
  g_shell_parse_argv (line, NULL, &words, &error);
  g_assert_no_error (error);
  return words;
}

Result
place_run (const Place *place, const char *arguments)
{
  Result result = {0};
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = place_arguments (arguments);
  g_autoptr (GSubprocessLauncher) launcher =
      place_launcher (place, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *)words, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &result.output, &result.errors, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  result.status = g_subprocess_get_exit_status (process);
  g_autofree char *shown = g_utf8_make_valid (arguments, -1);
  g_test_message ("glassbox-cli %s: %d\n%s", shown, result.status, result.errors);
  return result;
}

void
assert_run (const Place *place, const char *arguments, int status, const char *errors)
{
  g_auto (Result) result = place_run (place, arguments);
  g_assert_cmpint (result.status, ==, status);
  if (errors && !strstr (result.errors, errors))
    g_error ("glassbox-cli %s: expected “…%s…”, got “%s”", arguments, errors, result.errors);
  if (status != 0)
    g_assert_cmpstr (result.output, ==, "");
}

JsonNode *
result_json (const Result *result)
{
  g_autoptr (GError) error = NULL;
  JsonNode *root = nn_json_read (result->output, strlen (result->output), 1 << 20, &error);
  g_assert_no_error (error);
  return root;
}

void
assert_members (JsonObject *object, const char *names)
{
  g_auto (GStrv) words = g_strsplit (names, " ", -1);
  for (char **word = words; *word; word++)
    if (!json_object_has_member (object, *word))
      g_error ("there is no “%s”", *word);
  g_assert_cmpuint (json_object_get_size (object), ==, g_strv_length (words));
}
