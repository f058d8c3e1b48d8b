/* gbx-workbench.h: the window's whole content; made anew when the language changes. */
#pragma once

#include "gbx-drawing-panel.h"

#define GBX_TYPE_WORKBENCH (gbx_workbench_get_type ())
G_DECLARE_FINAL_TYPE (GbxWorkbench, gbx_workbench, GBX, WORKBENCH, GbxSessionView)

GtkWidget *gbx_workbench_new (GbxSession *session);

/** gbx_workbench_get_drawing_panel: Returns: (transfer none). */
GbxDrawingPanel *gbx_workbench_get_drawing_panel (GbxWorkbench *self);

/** gbx_workbench_toast: Says @text in passing. */
void gbx_workbench_toast (GbxWorkbench *self, const char *text);

/** gbx_workbench_focus: Puts the focus where work begins: on Train. */
void gbx_workbench_focus (GbxWorkbench *self);
