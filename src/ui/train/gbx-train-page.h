/* gbx-train-page.h: the Train stage: what each unit looks for, and what it says to the output. */
#pragma once

#include "ui/gbx-session-view.h"

#include "engine/ink/drawing.h"

#define GBX_TYPE_TRAIN_PAGE (gbx_train_page_get_type ())
G_DECLARE_FINAL_TYPE (GbxTrainPage, gbx_train_page, GBX, TRAIN_PAGE, GbxSessionView)

/** gbx_train_page_set_drawing: @normalised: (nullable): for the chosen unit's sum; copied. */
void gbx_train_page_set_drawing (GbxTrainPage *self, const NnNormalised *normalised);
