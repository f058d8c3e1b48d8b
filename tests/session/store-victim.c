/* store-victim.c: a program that is killed by a clock of its own: draws, saves recipes, imports and
 * trains, and says on its output what is committed.
 *
 * Usage: store-victim FOLDER MICROSECONDS [TABLE]. It dies so long after it said "open". Lines:
 * "drawing ID", "recipe ID", "run ID" (a finished one), "set ID" (imported from TABLE), and
 * "points N ID" (of the run under way). Without a TABLE it trains on and does nothing else. */
#include "ui/session/gbx-session.h"
#include "ui/session/gbx-store.h"

#include "engine/collect/import.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
  GbxSession *session;
  const char *folder, *table;
  guint told; /* points */
} Victim;

static void
say (const char *what, const char *id)
{
  printf ("%s %s\n", what, id);
  fflush (stdout);
}

/* As the plug is pulled: at any moment, and without a word. */
static void
die_in (long microseconds)
{
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
  struct itimerspec when = {.it_value = {microseconds / 1000000, microseconds % 1000000 * 1000}};
  timer_t timer;

  if (timer_create (CLOCK_MONOTONIC, &event, &timer) != 0 ||
      timer_settime (timer, 0, &when, NULL) != 0)
    exit (2);
}

static void
keep_things (GbxSession *session)
{
  GbxLibrary *library = gbx_session_get_library (session);
  GbxSymbolSet *digits = gbx_library_find_set (library, GBX_SYMBOL_SET_DIGITS);
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  GbxOwnDrawing *own;
  GbxOwnRecipe *recipe;

  nn_drawing_begin_stroke (drawing, 0.2f, 0.3f);
  nn_drawing_add_point (drawing, 0.8f, 0.7f);
  own = gbx_library_add_drawing (library, digits, 3, drawing);
  recipe = gbx_library_save_recipe (library, "mine", gbx_session_get_experiment (session));
  if (!gbx_library_flush (library, NULL))
    return;
  say ("drawing", gbx_own_drawing_get_id (own));
  say ("recipe", gbx_own_recipe_get_id (recipe));
}

/* What another process could read at this moment. */
static void
tell_runs (const char *folder)
{
  GbxStore *store = gbx_store_new (folder);
  g_autoptr (GPtrArray) runs = gbx_store_list_runs (store, NULL);

  for (guint i = 0; runs != NULL && i < runs->len; i++) {
    const GbxKeptRun *run = g_ptr_array_index (runs, i);

    if (run->state == GBX_RUN_FINISHED && run->weights != NULL)
      say ("run", run->uuid);
  }
  gbx_store_unref (store);
}

static void
tell_points (Victim *victim)
{
  GbxRun *current = gbx_session_get_current_run (victim->session);
  GbxStore *store = gbx_store_new (victim->folder);
  g_autoptr (GbxKeptRun) run =
      current != NULL ? gbx_store_read_run (store, gbx_run_get_uuid (current), NULL) : NULL;

  if (run != NULL && run->weights != NULL &&
      run->curves[GBX_CURVE_TRAINING_LOSS]->len > victim->told) {
    victim->told = run->curves[GBX_CURVE_TRAINING_LOSS]->len;
    printf ("points %u %s\n", victim->told, run->uuid);
    fflush (stdout);
  }
  gbx_store_unref (store);
}

/* Beside everything else, again and again. */
static gpointer
import_cb (gpointer data)
{
  for (;;) {
    g_autofree char *name = g_uuid_string_random ();
    const NnImportOptions options = {.source = data, .name = name};
    g_auto (NnImportReport) report = {0};

    if (!nn_import (&options, &report, NULL, NULL))
      return NULL;
    say ("set", name);
  }
}

static gboolean
work_cb (gpointer data)
{
  Victim *victim = data;
  GbxSessionState state = gbx_session_get_state (victim->session);

  if (victim->table != NULL) {
    keep_things (victim->session);
    tell_runs (victim->folder);
  } else {
    tell_points (victim);
  }
  if (state == GBX_SESSION_FINISHED)
    gbx_session_reset (victim->session, TRUE);
  else if (state == GBX_SESSION_READY || state == GBX_SESSION_PAUSED)
    gbx_session_train (victim->session);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  Victim victim = {.folder = argc > 2 ? argv[1] : NULL, .table = argc > 3 ? argv[3] : NULL};

  if (argc < 3)
    return 2;
  victim.session = gbx_session_new (victim.folder, 1);
  g_object_set (gbx_session_get_hyperparameters (victim.session), "epochs",
                victim.table != NULL ? 2 : 10000, NULL);
  say ("open", "");
  die_in (atol (argv[2]));
  if (victim.table != NULL)
    g_thread_unref (g_thread_new ("import", import_cb, argv[3]));
  g_timeout_add (20, work_cb, &victim);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}
