/* gbx-field.h: one number or choice of the recipe, to type, to step or to choose.
 *
 * Signal "edited" (double value): by hand, and within bounds. */
#pragma once

#include "engine/design/field.h"

#include <adwaita.h>

#define GBX_TYPE_FIELD (gbx_field_get_type ())
G_DECLARE_FINAL_TYPE (GbxField, gbx_field, GBX, FIELD, AdwBin)

/** gbx_field_new: @field: borrowed: the tables are static. */
GtkWidget *gbx_field_new (const NnField *field);

const NnField *gbx_field_get_field (GbxField *self);

/** gbx_field_show: What it is now; @maximum may be less than the field's own. */
void gbx_field_show (GbxField *self, double value, double maximum);
