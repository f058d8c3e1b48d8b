/* gbx-training-panel.h: the dials of the recipe: the left side of the Train stage. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_TRAINING_PANEL (gbx_training_panel_get_type ())
G_DECLARE_FINAL_TYPE (GbxTrainingPanel, gbx_training_panel, GBX, TRAINING_PANEL, GbxSessionView)
