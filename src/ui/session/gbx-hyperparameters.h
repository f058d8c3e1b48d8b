/* gbx-hyperparameters.h: the dials of the recipe as properties, so that sliders can bind to them.
 * Reads and writes the session's NnExperiment; holds nothing of its own.
 *
 * Properties (all read-write, notify when the recipe changes by any way):
 *   "learning-rate" double 1e-6…10 · "momentum" double 0…0.999 · "l2" double 0…1
 *       live: act on the next batch
 *   "epochs" int 1…10 000        live: how far to go
 *   "batch-size" int 1…65 536 · "hidden-units" int 0…4096 · "dropout" double 0…0.9
 *   "optimizer" uint (NnOptimizerKind) · "activation" uint (NnFunction) · "loss" uint (NnLossKind)
 *   "schedule" uint (NnScheduleKind) · "clip-norm" double
 *       need a reset: the session makes a new run from the new recipe
 */
#pragma once

#include "engine/design/experiment.h"

#include <glib-object.h>

#define GBX_TYPE_HYPERPARAMETERS (gbx_hyperparameters_get_type ())
G_DECLARE_FINAL_TYPE (GbxHyperparameters, gbx_hyperparameters, GBX, HYPERPARAMETERS, GObject)

GbxHyperparameters *gbx_hyperparameters_new (void);

/** gbx_hyperparameters_set_experiment: @experiment is borrowed; notifies what differs. */
void gbx_hyperparameters_set_experiment (GbxHyperparameters *self, NnExperiment *experiment);

/** gbx_hyperparameters_is_live: Returns: TRUE when @property acts without a reset. */
gboolean gbx_hyperparameters_is_live (const char *property);

/** gbx_hyperparameters_get_default: The preset's @property, for double-click-to-restore. */
void gbx_hyperparameters_get_default (GbxHyperparameters *self, const char *property,
                                      GValue *value);
/* Signal "edited" (const char *property): the user turned a dial. */
