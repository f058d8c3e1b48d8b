/* trainer.h: the one long-lived training thread. It owns the network while it lives; the window
 * talks to it by commands and reads snapshots and metrics. Nothing here ever waits for a reader. */
#pragma once

#include "events.h"
#include "snapshot.h"
#include "training.h"

typedef enum { NN_STEP_SAMPLE, NN_STEP_BATCH, NN_STEP_EPOCH } NnStepSize;

typedef struct NnTrainer NnTrainer;

/**
 * nn_trainer_new:
 * @n_threads: how many threads every training loaded here works with, whatever it was made with;
 * 0 = one a core
 * Starts the thread, idle.
 */
NnTrainer *nn_trainer_new (guint n_threads);

/** nn_trainer_free: Stops within one batch, joins. */
void nn_trainer_free (NnTrainer *trainer);

/**
 * nn_trainer_load:
 * @training: (transfer full): what to train from now on; the previous one is stopped and freed
 * on the training thread
 * Returns: the new run's number, on everything that comes from it
 */
guint64 nn_trainer_load (NnTrainer *trainer, NnTraining *training);

/* Commands: queued, in order, each seen within one batch. */
/** nn_trainer_start: Start, or resume: after FINISHED only where there are more epochs by now,
 * after DIVERGED from the last good weights. */
void nn_trainer_start (NnTrainer *trainer);
void nn_trainer_pause (NnTrainer *trainer);
/** nn_trainer_step: One sample or batch more (and the epoch's closing where it was the last), or up
 * to the end of the epoch; then paused. */
void nn_trainer_step (NnTrainer *trainer, NnStepSize size);
guint64 nn_trainer_reset (NnTrainer *trainer, guint64 seed); /* a new run's number */
void nn_trainer_set_dials (NnTrainer *trainer, double learning_rate, double momentum, double l2);
void nn_trainer_set_epochs (NnTrainer *trainer, int epochs);
/** nn_trainer_set_speed: At most this many batches a second; 0 = flat out. */
void nn_trainer_set_speed (NnTrainer *trainer, double batches_per_second);

/**
 * NnTrainerFunc: something to do with the training while it stands between two batches.
 * @training: (nullable): NULL when nothing is loaded
 */
typedef void (*NnTrainerFunc) (NnTraining *training, gpointer data);

/**
 * nn_trainer_call:
 * Queues @func, called on the training thread between two batches, in order with the commands: to
 * copy what a checkpoint needs without stopping. @destroy: (nullable): frees @data afterwards, and
 * also when the trainer is freed before it came to the call.
 */
void nn_trainer_call (NnTrainer *trainer, NnTrainerFunc func, gpointer data,
                      GDestroyNotify destroy);

/**
 * nn_trainer_wait_idle:
 * Blocks until every queued command is done and the training is not running. For tests, the
 * command line and closing; never call it while training flat out without a pause before it.
 */
void nn_trainer_wait_idle (NnTrainer *trainer);

/**
 * nn_trainer_borrow:
 * After nn_trainer_wait_idle(): Returns: (transfer none): (nullable): the training itself, safe to
 * read until the next command.
 */
NnTraining *nn_trainer_borrow (NnTrainer *trainer);

NnTrainerState nn_trainer_get_state (NnTrainer *trainer);
double nn_trainer_get_samples_per_second (NnTrainer *trainer); /* smoothed, of the training alone */

/**
 * nn_trainer_drain:
 * Takes at most @n events, oldest first. Steps are dropped where nobody drains for 16 384 of them;
 * epochs and states never are.
 * Returns: how many
 */
gsize nn_trainer_drain (NnTrainer *trainer, NnEvent *events, gsize n);

/**
 * nn_trainer_request_snapshot / take: see snapshot.h. One reader: the main thread. Nothing comes
 * while the parameters are those of the last snapshot published.
 */
void nn_trainer_request_snapshot (NnTrainer *trainer);
const NnSnapshot *nn_trainer_take_snapshot (NnTrainer *trainer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnTrainer, nn_trainer_free)
