/* gbx-preview-sheet.h: real training samples as coming epochs will show them: a row for each
 * sample, first as it is, then epoch after epoch. */
#pragma once

#include "ui/session/gbx-session.h"

#include <adwaita.h>

#define GBX_TYPE_PREVIEW_SHEET (gbx_preview_sheet_get_type ())
G_DECLARE_FINAL_TYPE (GbxPreviewSheet, gbx_preview_sheet, GBX, PREVIEW_SHEET, AdwBin)

GtkWidget *gbx_preview_sheet_new (void);

/** gbx_preview_sheet_show: @indices[@n]: which; @seed: the training's. */
void gbx_preview_sheet_show (GbxPreviewSheet *self, const NnSamples *samples,
                             const guint32 *indices, int n, guint64 seed);
