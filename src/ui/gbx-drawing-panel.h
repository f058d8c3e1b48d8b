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

/** gbx_drawing_panel_can_add: Returns: whether there is a drawing to be put into the album. */
gboolean gbx_drawing_panel_can_add (GbxDrawingPanel *self);
/** gbx_drawing_panel_add: Puts it there, under the album's label. */
void gbx_drawing_panel_add (GbxDrawingPanel *self);

/** gbx_drawing_panel_is_set_aside: Returns: whether it was put into the album: the next stroke
 * begins another. */
gboolean gbx_drawing_panel_is_set_aside (GbxDrawingPanel *self);
/** gbx_drawing_panel_take_up: What was set aside is drawn on. */
void gbx_drawing_panel_take_up (GbxDrawingPanel *self);

gboolean gbx_drawing_panel_can_undo (GbxDrawingPanel *self);
void gbx_drawing_panel_undo (GbxDrawingPanel *self);
void gbx_drawing_panel_clear (GbxDrawingPanel *self);
