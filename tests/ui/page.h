/* page.h: one page of the window with a session of its own, and what every test of one begins and
 * ends with. */
#pragma once

#include "session-helpers.h"

#include "ui/gbx-application.h"

typedef struct {
  GbxSession *session;
  GtkWidget *window, *page;
} Scene;

/** page_open: A page or panel of @type in a window as large as the stage leaves it at 1280×720. */
Scene page_open (GType type);
/** page_close: … and nobody holds it, or its session, any longer. */
void page_close (Scene *scene);

/**
 * page_init:
 * For main(): the test framework, the session's helpers, the languages, and an application for the
 * windows, which is registered but no other process's.
 * Returns: (transfer full): free it after g_test_run()
 */
GbxApplication *page_init (int *argc, char ***argv);
