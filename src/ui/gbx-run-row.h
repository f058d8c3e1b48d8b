/* gbx-run-row.h: one training run in the list of runs. */
#pragma once

#include "ui/session/gbx-session.h"

#include <gtk/gtk.h>

#define GBX_TYPE_RUN_ROW (gbx_run_row_get_type ())
G_DECLARE_FINAL_TYPE (GbxRunRow, gbx_run_row, GBX, RUN_ROW, GtkListBoxRow)

GtkWidget *gbx_run_row_new (GbxSession *session, GbxRun *run);
