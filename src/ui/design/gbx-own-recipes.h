/* gbx-own-recipes.h: the user's own recipes: to save the present one, to load, rename and delete.
 */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_OWN_RECIPES (gbx_own_recipes_get_type ())
G_DECLARE_FINAL_TYPE (GbxOwnRecipes, gbx_own_recipes, GBX, OWN_RECIPES, GbxSessionView)
