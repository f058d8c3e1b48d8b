/* program.h: runs glassbox-cli in a folder of its own, where only the built-in digits are. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

typedef struct {
  char *folder; /* the working directory of what runs */
} Place;

void place_set_up (Place *place, gconstpointer data);
void place_tear_down (Place *place, gconstpointer data);
#define ADD(path, function) g_test_add (path, Place, NULL, place_set_up, function, place_tear_down)

/** place_path: Returns: (transfer full): of a file in the folder. */
char *place_path (const Place *place, const char *name);

/* What a run left behind. */
typedef struct {
  int status;
  char *output, *errors; /* standard output, standard error */
} Result;

void result_clear (Result *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

/** place_run: @arguments: as in a shell, without the program's name. */
Result place_run (const Place *place, const char *arguments);

/** place_launcher: For what place_run() cannot do. */
GSubprocessLauncher *place_launcher (const Place *place, GSubprocessFlags flags);

/** place_arguments: Returns: (transfer full): the program and what follows it. */
char **place_arguments (const char *arguments);

/** assert_run: Runs and asserts the exit status; @errors: (nullable): in standard error. */
void assert_run (const Place *place, const char *arguments, int status, const char *errors);

/** result_json: Asserts that standard output is one JSON value. Returns: (transfer full) */
JsonNode *result_json (const Result *result);

/** assert_members: Asserts that @object has exactly these members, separated by spaces. */
void assert_members (JsonObject *object, const char *names);
