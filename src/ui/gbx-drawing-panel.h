/* gbx-drawing-panel.h: draw a digit and see at once what the network makes of it.
 * Signal "changed": the drawing changed. */
#pragma once

#include "gbx-session-view.h"

#include "engine/ink/drawing.h"

#define GBX_TYPE_DRAWING_PANEL (gbx_drawing_panel_get_type ())
G_DECLARE_FINAL_TYPE (GbxDrawingPanel, gbx_drawing_panel, GBX, DRAWING_PANEL, GbxSessionView)

/** gbx_drawing_panel_get_normalised: Returns: (transfer none) (nullable): NULL without ink. */
const NnNormalised *gbx_drawing_panel_get_normalised (GbxDrawingPanel *self);

const NnDrawing *gbx_drawing_panel_get_drawing (GbxDrawingPanel *self);
/** gbx_drawing_panel_get_pen: Returns: the stroke's width in units of the canvas side. */
float gbx_drawing_panel_get_pen (GbxDrawingPanel *self);
/** gbx_drawing_panel_set_drawing: Copies @drawing in. */
void gbx_drawing_panel_set_drawing (GbxDrawingPanel *self, const NnDrawing *drawing);

gboolean gbx_drawing_panel_can_undo (GbxDrawingPanel *self);
void gbx_drawing_panel_undo (GbxDrawingPanel *self);
void gbx_drawing_panel_clear (GbxDrawingPanel *self);
