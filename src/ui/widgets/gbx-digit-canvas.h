/* gbx-digit-canvas.h: a square to draw on by mouse, finger, stylus or keyboard.
 *
 * Keyboard: arrows move the pen (Shift: fine), Space puts it down or lifts it, Ctrl+Z undoes a
 * stroke, Delete clears. Properties: "pen" (double, stroke width in units of the side), "empty"
 * (boolean, read-only). Signals: "changed": on every new point, before the next frame; "lifted":
 * the pointer's pen was. */
#pragma once

#include "engine/prepare/prepare.h"

#include "gbx-drawn.h"

#define GBX_TYPE_DIGIT_CANVAS (gbx_digit_canvas_get_type ())
G_DECLARE_FINAL_TYPE (GbxDigitCanvas, gbx_digit_canvas, GBX, DIGIT_CANVAS, GbxDrawn)

GtkWidget *gbx_digit_canvas_new (void);
/** gbx_digit_canvas_normalise: Rasterises and brings to a picture by the recipe's steps. Returns:
 * FALSE when it is empty. */
gboolean gbx_digit_canvas_normalise (GbxDigitCanvas *self, const NnPrepareSpec *prepare,
                                     NnNormalised *result);
const NnDrawing *gbx_digit_canvas_get_drawing (GbxDigitCanvas *self);
/** gbx_digit_canvas_set_drawing: Copies @drawing in, e.g. when the language is switched. */
void gbx_digit_canvas_set_drawing (GbxDigitCanvas *self, const NnDrawing *drawing);
/** gbx_digit_canvas_can_undo: Returns: TRUE when there is a stroke or a clearing to take back. */
gboolean gbx_digit_canvas_can_undo (GbxDigitCanvas *self);
void gbx_digit_canvas_undo (GbxDigitCanvas *self);
void gbx_digit_canvas_clear (GbxDigitCanvas *self);

/** gbx_digit_canvas_set_aside: The drawing is done with: it stays in sight, paler, until the next
 * stroke begins a new one. */
void gbx_digit_canvas_set_aside (GbxDigitCanvas *self, gboolean set_aside);
gboolean gbx_digit_canvas_is_set_aside (GbxDigitCanvas *self);
/** gbx_digit_canvas_is_stroking: Returns: whether the pointer draws at this moment. */
gboolean gbx_digit_canvas_is_stroking (GbxDigitCanvas *self);
