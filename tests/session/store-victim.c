/* store-victim.c: a program to be killed: draws, saves recipes and trains, and says on its output
 * what is committed.
 *
 * Usage: store-victim FOLDER. Lines: "drawing ID", "recipe ID", "run ID" (a finished one). */
#include "ui/session/gbx-session.h"

#include <stdio.h>

static void
say (const char *what, const char *id)
{
  printf ("%s %s\n", what, id);
  fflush (stdout);
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

static gboolean
work_cb (gpointer data)
{
  GbxSession *session = data;
  GbxSessionState state = gbx_session_get_state (session);

  keep_things (session);
  tell_runs (g_object_get_data (G_OBJECT (session), "folder"));
  if (state == GBX_SESSION_FINISHED)
    gbx_session_reset (session, TRUE);
  else if (state == GBX_SESSION_READY || state == GBX_SESSION_PAUSED)
    gbx_session_train (session);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  GbxSession *session;

  if (argc != 2)
    return 2;
  session = gbx_session_new (argv[1], 1);
  g_object_set_data (G_OBJECT (session), "folder", argv[1]);
  g_object_set (gbx_session_get_hyperparameters (session), "epochs", 2, NULL);
  say ("open", "");
  g_timeout_add (20, work_cb, session);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}
