/* gbx-window.h: the window: one session, its actions, and its content in the current language. */
#pragma once

#include "ui/gbx-workbench.h"

#define GBX_TYPE_WINDOW (gbx_window_get_type ())
G_DECLARE_FINAL_TYPE (GbxWindow, gbx_window, GBX, WINDOW, AdwApplicationWindow)

/** gbx_window_new: Takes over @session and closes it with itself. */
GtkWidget *gbx_window_new (GtkApplication *application, GbxSession *session);

GbxSession *gbx_window_get_session (GbxWindow *self);

/** gbx_window_get_workbench: Returns: (transfer none): until the language changes. */
GbxWorkbench *gbx_window_get_workbench (GbxWindow *self);

/** gbx_window_rebuild: Makes the content anew, in the language that is set now. */
void gbx_window_rebuild (GbxWindow *self);
