/* gbx-own-recipe.h: an experiment the user saved under a name. */
#pragma once

#include "engine/design/experiment.h"

#include <gio/gio.h>

#define GBX_TYPE_OWN_RECIPE (gbx_own_recipe_get_type ())
G_DECLARE_FINAL_TYPE (GbxOwnRecipe, gbx_own_recipe, GBX, OWN_RECIPE, GObject)

/* Property: "name" (string, read-only; the library renames). */

/** gbx_own_recipe_new: @id: (nullable): a new one. @experiment: (transfer full). @created: Unix
 * time in microseconds. */
GbxOwnRecipe *gbx_own_recipe_new (const char *id, const char *name, NnExperiment *experiment,
                                  gint64 created);
const char *gbx_own_recipe_get_id (GbxOwnRecipe *self);
const char *gbx_own_recipe_get_name (GbxOwnRecipe *self);
/** gbx_own_recipe_get_experiment: Returns: (transfer none): for gbx_session_load_experiment(). */
const NnExperiment *gbx_own_recipe_get_experiment (GbxOwnRecipe *self);
gint64 gbx_own_recipe_get_created (GbxOwnRecipe *self);

/* For the library. */
void gbx_own_recipe_set_name (GbxOwnRecipe *self, const char *name);
/** gbx_own_recipe_set_experiment: @experiment: (transfer full). */
void gbx_own_recipe_set_experiment (GbxOwnRecipe *self, NnExperiment *experiment);
