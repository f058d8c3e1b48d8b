/* gbx-prepare-page.h: the Prepare stage: from a drawing to what the network reads, step by step. */
#pragma once

#include "ui/gbx-session-view.h"

#include "engine/ink/drawing.h"

#define GBX_TYPE_PREPARE_PAGE (gbx_prepare_page_get_type ())
G_DECLARE_FINAL_TYPE (GbxPreparePage, gbx_prepare_page, GBX, PREPARE_PAGE, GbxSessionView)

/**
 * gbx_prepare_page_set_drawing:
 * @drawing: shown from now on; where it is empty, a picture of the data set
 * @pen: in units of the canvas side
 */
void gbx_prepare_page_set_drawing (GbxPreparePage *self, const NnDrawing *drawing, float pen);
