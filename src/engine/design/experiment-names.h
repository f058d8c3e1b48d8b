/* experiment-names.h: the recipe's words, in the order of their enums. Inside the design room. */
#pragma once

#include "experiment.h"

extern const char *const nn_loss_names[], *const nn_targets_names[], *const nn_optimizer_names[],
                                                                         *const nn_schedule_names[];
