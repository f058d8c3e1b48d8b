/* optimizer.h: from gradients to new parameters; each rule one loop over one block. */
#pragma once

#include "engine/design/experiment.h"
#include "engine/design/network.h"

typedef struct NnOptimizerPart NnOptimizerPart;
typedef struct NnLearningPart NnLearningPart;

typedef struct {
  NnOptimizerSpec spec; /* the learning rate and momentum may change between steps */
  double l2, clip_norm;
  NnArena first, second; /* moments: same layout as the parameters; empty where unused */
  guint64 step;          /* t of the bias correction */

  NnArena previous;  /* the parameters before the last step: same layout */
  gboolean can_undo; /* they are there */

  NnOptimizerPart *parts; /* fixed by the block's size, owned */
  int n_parts;
  NnLearningPart *learning; /* nn_optimizer_learn()'s, owned */
  int n_learning;
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
 * nn_optimizer_may_learn:
 * Returns: whether nn_optimizer_learn() will do: not where the gradient is to be clipped, for that
 * takes its length, nor where the network's plan keeps all work separate
 */
gboolean nn_optimizer_may_learn (const NnOptimizer *optimizer, const NnNetwork *network);

/**
 * nn_optimizer_learn:
 * After nn_network_backward_inputs(): the rest of the backward pass and the step in one job. The
 * gradients that layers hand over are never written down, each is used while it is in the cache.
 * The same bits as by the two jobs one after the other.
 * Returns: as nn_optimizer_step()
 */
gboolean nn_optimizer_learn (NnOptimizer *optimizer, NnNetwork *network, const NnRun *run,
                             double learning_rate);

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
