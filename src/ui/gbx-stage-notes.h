/* gbx-stage-notes.h: the left panel of a stage without dials: what happens here, and why. */
#pragma once

#include <adwaita.h>

#define GBX_TYPE_STAGE_NOTES (gbx_stage_notes_get_type ())
G_DECLARE_FINAL_TYPE (GbxStageNotes, gbx_stage_notes, GBX, STAGE_NOTES, AdwBin)

/* Property "stage" (int, GbxStage). */
