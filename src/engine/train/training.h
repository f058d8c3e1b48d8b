/* training.h: network + optimizer + data order, without a thread: what the trainer thread, the
 * command line and the tests all drive. */
#pragma once

#include "loss.h"
#include "optimizer.h"

#include "engine/prepare/prepare.h"

/* One step's result: the mean over its batch, before its update. */
typedef struct {
  guint64 step; /* batches since the start, this one counted */
  int epoch;    /* 0-based */
  int batch;    /* 0-based within the epoch */
  double loss, accuracy, learning_rate;
} NnStepResult;

/* One epoch's result. loss and accuracy: the means over the epoch's samples, each as its batch was
 * trained. No loss contains L2's term. */
typedef struct {
  int epoch;
  double loss, accuracy;
  double validation_loss, validation_accuracy; /* NaN where there is nothing to validate on */
  double seconds;                              /* of the training alone, validation not counted */
} NnEpochResult;

typedef struct NnTraining NnTraining;

/**
 * nn_training_new:
 * @samples: what to train on; @validation: (nullable): what to validate on; both referenced
 * Where they are standardised, the training's recipe has their fit.
 * @n_threads: 0 = one a core
 * Returns: (transfer full): a freshly initialised training, or NULL with an error
 */
NnTraining *nn_training_new (const NnExperiment *experiment, NnSamples *samples,
                             NnSamples *validation, guint n_threads, GError **error);
void nn_training_free (NnTraining *training);

/** nn_training_lend_pool: From now on it works on @pool, borrowed, instead of its own threads. */
void nn_training_lend_pool (NnTraining *training, NnPool *pool);

/** nn_training_reset: Back to step 0 with @seed, which the recipe then has too. */
void nn_training_reset (NnTraining *training, guint64 seed);

/**
 * nn_training_step:
 * One batch (the last of an epoch may be smaller; full-batch gradient descent: all samples).
 * Not to be called while nn_training_epoch_done(): close the epoch first.
 *
 * Returns: FALSE with NN_ERROR_DIVERGED when the loss, a parameter or a moment is no longer finite;
 * the message names the layer and the batch. Then the position is still the one before the step,
 * the parameters are the last that gave a finite loss (those before this step; where the step
 * before already made the loss infinite or NaN, those before that one), and the optimizer's
 * moments, which led there, are forgotten: with a lower learning rate it can go on.
 */
gboolean nn_training_step (NnTraining *training, NnStepResult *result, GError **error);

/**
 * nn_training_step_sample:
 * The next sample alone, as a batch of one, for watching a single sample; the following batch
 * begins after it.
 */
gboolean nn_training_step_sample (NnTraining *training, NnStepResult *result, GError **error);

/** nn_training_epoch_done: Returns: TRUE when the last step closed an epoch. */
gboolean nn_training_epoch_done (const NnTraining *training);

/**
 * nn_training_validate:
 * After nn_training_epoch_done(): one batch of the validation, so that nobody has to wait for all
 * of it. Returns: TRUE while there is more
 */
gboolean nn_training_validate (NnTraining *training);

/** nn_training_close_epoch: Validates what is left, fills @result, moves to the next epoch. */
void nn_training_close_epoch (NnTraining *training, NnEpochResult *result);

gboolean nn_training_finished (const NnTraining *training); /* all epochs of the recipe done */
int nn_training_epoch (const NnTraining *training);         /* epochs completed */
gsize nn_training_position (const NnTraining *training);    /* samples seen in this epoch */
int nn_training_batch (const NnTraining *training);         /* batches done in this epoch */
int nn_training_batches_per_epoch (const NnTraining *training);

NnNetwork *nn_training_network (NnTraining *training);     /* (transfer none) */
NnOptimizer *nn_training_optimizer (NnTraining *training); /* (transfer none) */
const NnExperiment *nn_training_experiment (const NnTraining *training);
guint64 nn_training_seed (const NnTraining *training);

/** nn_training_set_dials: Acts on the next step. */
void nn_training_set_dials (NnTraining *training, double learning_rate, double momentum, double l2);
/** nn_training_set_epochs: How many epochs to train in all. */
void nn_training_set_epochs (NnTraining *training, int epochs);

/* Where a training stands, enough to go on bit for bit together with parameters and moments. */
typedef struct {
  guint64 seed, step, optimizer_step;
  int epoch, batch;
  gsize position;
  double loss_sum, correct_sum, seconds; /* of the epoch under way */
} NnTrainingPosition;

void nn_training_get_position (const NnTraining *training, NnTrainingPosition *position);
/** nn_training_set_position: Parameters and moments are restored by the caller. */
void nn_training_set_position (NnTraining *training, const NnTrainingPosition *position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnTraining, nn_training_free)
