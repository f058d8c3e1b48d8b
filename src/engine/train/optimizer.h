/* optimizer.h: from gradients to new parameters; each rule one loop over one block. */
#pragma once

#include "engine/design/experiment.h"
#include "engine/design/network.h"

typedef struct NnOptimizerPart NnOptimizerPart;

typedef struct {
  NnOptimizerSpec spec; /* the learning rate and momentum may change between steps */
  double l2, clip_norm;
  NnArena first, second; /* moments: same layout as the parameters; empty where unused */
  guint64 step;          /* t of the bias correction */

  NnArena previous;  /* the parameters before the last step: same layout */
  gboolean can_undo; /* they are there */

  NnOptimizerPart *parts; /* fixed by the block's size, owned */
  int n_parts;
} NnOptimizer;

NnOptimizer *nn_optimizer_new (const NnTrainSpec *spec, const NnNetwork *network);

/**
 * nn_optimizer_step:
 * @learning_rate: this step's, after the schedule
 * Updates the network's parameters from its gradients, in parts fixed by the block's size.
 * Returns: FALSE when a parameter or a moment is no longer finite: then nn_optimizer_undo()
 */
gboolean nn_optimizer_step (NnOptimizer *optimizer, NnNetwork *network, double learning_rate);

/**
 * nn_optimizer_undo:
 * Puts the parameters back to what they were before the last step, and forgets the moments, for
 * they are what led away. Does nothing where no step was made since the start or a reset.
 */
void nn_optimizer_undo (NnOptimizer *optimizer, NnNetwork *network);

/** nn_optimizer_reset: Forgets the moments and the step before. */
void nn_optimizer_reset (NnOptimizer *optimizer);
void nn_optimizer_free (NnOptimizer *optimizer);

/** nn_schedule_rate: Returns: the rate at @epoch (fractional) of @epochs. */
double nn_schedule_rate (const NnScheduleSpec *schedule, double learning_rate, double epoch,
                         int epochs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnOptimizer, nn_optimizer_free)
