/* gbx-magnifier.h: one picture of a contact sheet in a window of its own, with its numbers. */
#pragma once

#include "ui/widgets/gbx-contact-sheet.h"

#include <adwaita.h>

/** gbx_magnifier_show: Follows the sheet's selection, which ← and → move. @examples: the part of
 * @dataset that @sheet shows. */
void gbx_magnifier_show (GtkWindow *window, GbxContactSheet *sheet, NnDataset *dataset,
                         const NnExamples *examples);
