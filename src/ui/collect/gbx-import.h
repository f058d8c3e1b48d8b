/* gbx-import.h: importing folders and files: choosing them, watching, and what came of it. */
#pragma once

#include "ui/session/gbx-session.h"

#include <gtk/gtk.h>

/** gbx_import_choose: Asks for a @folder of pictures, or else a CSV or IDX file, and imports it. */
void gbx_import_choose (GtkWindow *window, GbxSession *session, gboolean folder);

/**
 * gbx_import_start:
 * Of a CSV file, asks first what to make of it. Imports @path on a thread, while a dialog shows how
 * far it is and offers to stop. Then the new set is trained on; a dialog tells what was read, and
 * what was refused and why.
 */
void gbx_import_start (GtkWindow *window, GbxSession *session, const char *path);
