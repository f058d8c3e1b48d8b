/* gbx-dial.h: one dial of the recipe: a title, a value one can type, a slider with the usual values
 * marked. Double-click on the slider restores the preset's value. It holds no value of its own:
 * slider and text are bound to the property of GbxHyperparameters named by "property". */
#pragma once

#include "ui/session/gbx-hyperparameters.h"

#include <adwaita.h>

#define GBX_TYPE_DIAL (gbx_dial_get_type ())
G_DECLARE_FINAL_TYPE (GbxDial, gbx_dial, GBX, DIAL, AdwBin)

/* Properties, set once: "title" (string), "property" (string). */

/** gbx_dial_bind: Once. */
void gbx_dial_bind (GbxDial *self, GbxHyperparameters *hyperparameters);
