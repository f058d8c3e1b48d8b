/* training.c: network + optimizer + data order, without a thread. */
#include "training.h"

#include "accumulate.h"
#include "batch.h"
#include "divergence.h"
#include "tempo.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_ROWS 1024 /* at once: larger batches are summed from chunks of so many */

struct NnTraining {
  NnExperiment *experiment; /* owned; its dials are the live ones */
  NnSamples *samples;
  NnSamples *validation; /* or NULL */
  NnPool *own_pool;      /* NULL once another is lent */
  NnNetwork *network;
  NnOptimizer *optimizer;

  /* Where a step can be one job, the next batch is gathered beside it, and begun by it. */
  NnBatch batches[2];
  int current;          /* of the two */
  const NnBatch *begun; /* or NULL */
  NnArena gradients;    /* dy of the loss; where a batch has several chunks, also their sum */
  real *dy;
  real *sum;

  guint32 *order;    /* [samples], owned: this epoch's */
  int ordered_epoch; /* for which it is made, or −1 */

  NnTempo tempo;
  NnTrainingPosition at; /* optimizer_step is the optimizer's own */

  gsize validated; /* samples, since the epoch was done */
  NnLossSum validation_sum;
};

/* ---- what a batch is ---- */

/* Full-batch gradient descent takes all samples at each step. */
static gsize
batch_size (const NnTraining *training)
{
  const NnTrainSpec *spec = &training->experiment->train;

  if (spec->optimizer.kind == NN_OPTIMIZER_GRADIENT_DESCENT)
    return training->samples->count;
  return MIN ((gsize)spec->batch_size, training->samples->count);
}

static NnBatch *
current_batch (NnTraining *training)
{
  return &training->batches[training->current];
}

static gsize
chunks_per_batch (const NnTraining *training)
{
  gsize rows = training->batches[0].capacity;

  return (batch_size (training) + rows - 1) / rows;
}

static double
fraction_of_epochs (const NnTraining *training)
{
  return training->at.epoch + (double)training->at.position / training->samples->count;
}

/* Each epoch's order depends on the seed and the epoch alone, so a training goes on from anywhere.
 */
static void
put_in_order (NnTraining *training)
{
  gsize n = training->samples->count;

  if (training->ordered_epoch == training->at.epoch)
    return;
  for (gsize i = 0; i < n; i++)
    training->order[i] = i;
  if (training->experiment->train.shuffle) {
    NnRng rng = nn_rng (training->at.seed, NN_STREAM_SHUFFLING, training->at.epoch, 0);
    nn_rng_shuffle (&rng, training->order, n);
  }
  training->ordered_epoch = training->at.epoch;
}

/* ---- gradients of a batch of several chunks ---- */

/* After a chunk's backward pass. The sum is kept apart until the last chunk: then it is added to
 * that one's gradients, where the optimizer reads them. */
static void
accumulate (NnTraining *training, gboolean first, gboolean last)
{
  NnPool *pool = training->network->pool;
  real *gradients = training->network->gradients.data;
  gsize n = training->network->gradients.reserved;

  if (last && !first)
    nn_accumulate (pool, gradients, training->sum, n, TRUE);
  else if (!last)
    nn_accumulate (pool, training->sum, gradients, n, !first);
}

/* ---- one step ---- */

static NnBatchSource
source_from (const NnTraining *training, gsize start, int count)
{
  return (NnBatchSource){
      .samples = training->samples,
      .indices = training->order + start,
      .n_next = training->samples->count - start - count,
      .augment = TRUE,
      .seed = training->at.seed,
      .epoch = training->at.epoch,
  };
}

static gboolean
holds (const NnTraining *training, const NnBatch *batch, gsize start, int count)
{
  return batch->count == count && batch->source.indices == training->order + start;
}

/* Brings @count samples from @start of the order into the current batch. */
static void
fetch (NnTraining *training, gsize start, int count)
{
  NnPool *pool = training->network->pool;

  nn_pool_finish (pool);
  if (holds (training, &training->batches[!training->current], start, count)) {
    training->current = !training->current;
  } else {
    NnBatchSource source = source_from (training, start, count);
    nn_batch_gather (current_batch (training), pool, &source, count);
  }
}

/* Gathers the batch from @start on into the other place, while this thread goes on; what the batch
 * will be in all likelihood. */
static void
fetch_beside (NnTraining *training, gsize start)
{
  NnBatch *other = &training->batches[!training->current];
  int count = (int)MIN (batch_size (training), training->samples->count - start);
  NnBatchSource source = source_from (training, start, count);

  nn_pool_begin (training->network->pool, nn_batch_gather_part, other,
                 nn_batch_begin (other, &source, count));
}

/* Has the step of @run begin the batch that was fetched beside. */
static void
begin_other (NnTraining *training, NnRun *run)
{
  NnBatch *other = &training->batches[!training->current];
  gboolean begins = other->count > 0 && nn_network_begins (training->network);

  nn_pool_finish (training->network->pool);
  run->next_x = begins ? other->x : NULL;
  run->next_batch = other->count;
  training->begun = begins ? other : NULL;
}

/* Forward for the current batch, and the loss. */
static gboolean
look (NnTraining *training, const NnRun *run, NnLossSum *sum, GError **error)
{
  NnNetwork *network = training->network;

  nn_network_forward (network, run, current_batch (training)->x);
  NnLossSum loss = nn_loss_evaluate (training->experiment->train.loss, network, run,
                                     current_batch (training)->labels, training->dy);
  if (!isfinite (loss.loss)) {
    nn_divergence_in_forward (network, run->batch, training->at.epoch, training->at.batch, error);
    return FALSE;
  }
  sum->loss += loss.loss;
  sum->n_correct += loss.n_correct;
  return TRUE;
}

/* Learns from the next @rows samples chunk by chunk: all gradients, their sum, then the update. */
static gboolean
learn_by_chunks (NnTraining *training, gsize rows, double learning_rate, NnLossSum *sum,
                 GError **error)
{
  const NnTrainingPosition *at = &training->at;
  NnNetwork *network = training->network;
  int last = nn_loss_last_layer (training->experiment->train.loss, network);
  NnRun run = {.whole = rows,
               .training = TRUE,
               .seed = at->seed,
               .step = at->step * chunks_per_batch (training)};

  for (gsize done = 0; done < rows; run.step++) {
    run.batch = MIN ((gsize)current_batch (training)->capacity, rows - done);
    fetch (training, at->position + done, run.batch);
    if (!look (training, &run, sum, error))
      return FALSE;
    if ((gsize)run.batch < rows) { /* the mean is over the batch, not over the chunk */
      gsize n = run.batch * nn_shape_size (&network->output_shape);
      for (gsize i = 0; i < n; i++)
        training->dy[i] *= (real)run.batch / rows;
    }
    nn_network_backward (network, &run, last, training->dy);
    accumulate (training, done == 0, done + run.batch == rows);
    done += run.batch;
  }
  return nn_optimizer_step (training->optimizer, network, learning_rate);
}

/* Learns from the next @rows samples, where they fit into the network and nothing has to be known
 * of the whole gradient: each number is used as soon as it is there. */
static gboolean
learn_at_once (NnTraining *training, gsize rows, double learning_rate, NnLossSum *sum,
               GError **error)
{
  const NnTrainingPosition *at = &training->at;
  NnNetwork *network = training->network;
  int last = nn_loss_last_layer (training->experiment->train.loss, network);
  NnRun run = {.batch = rows, .whole = rows, .training = TRUE, .seed = at->seed, .step = at->step};

  fetch (training, at->position, run.batch);
  run.begun = training->begun == current_batch (training);
  fetch_beside (training, at->position + rows);
  if (!look (training, &run, sum, error))
    return FALSE;
  nn_network_backward_inputs (network, &run, last, training->dy);
  begin_other (training, &run);
  if (nn_optimizer_learn (training->optimizer, network, &run, learning_rate))
    return TRUE;
  nn_network_backward_parameters (network, &run); /* for the message */
  return FALSE;
}

static gboolean
learns_at_once (const NnTraining *training)
{
  return chunks_per_batch (training) == 1 &&
         nn_optimizer_may_learn (training->optimizer, training->network);
}

/* By as many threads as are fastest. */
static gboolean
learn_fast (NnTraining *training, gsize rows, double learning_rate, NnLossSum *sum, GError **error)
{
  NnPool *pool = training->network->pool;
  gint64 start = g_get_monotonic_time ();

  nn_pool_set_alone (pool, nn_tempo_is_alone (&training->tempo));
  gboolean learned = (learns_at_once (training) ? learn_at_once : learn_by_chunks) (
      training, rows, learning_rate, sum, error);
  nn_pool_finish (pool);
  nn_pool_set_alone (pool, FALSE);

  if (rows == batch_size (training))
    nn_tempo_take (&training->tempo, (double)(g_get_monotonic_time () - start) * 1e-6);
  return learned;
}

static gboolean
learn (NnTraining *training, gsize rows, double learning_rate, NnLossSum *sum, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (learn_fast (training, rows, learning_rate, sum, &cause))
    return TRUE;
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    nn_divergence_in_update (training->network, training->optimizer, training->at.epoch,
                             training->at.batch, error);
  return FALSE;
}

static gboolean
step (NnTraining *training, gsize rows, NnStepResult *result, GError **error)
{
  const NnTrainSpec *spec = &training->experiment->train;
  NnTrainingPosition *at = &training->at;
  double learning_rate = nn_schedule_rate (&spec->schedule, spec->optimizer.learning_rate,
                                           fraction_of_epochs (training), spec->epochs);
  gint64 start = g_get_monotonic_time ();
  NnLossSum sum = {0};

  put_in_order (training);
  if (!learn (training, rows, learning_rate, &sum, error)) {
    training->begun = NULL;
    nn_optimizer_undo (training->optimizer, training->network);
    return FALSE;
  }

  at->seconds += (g_get_monotonic_time () - start) * 1e-6;
  at->step++;
  at->position += rows;
  at->loss_sum += sum.loss;
  at->correct_sum += sum.n_correct;
  *result = (NnStepResult){
      .step = at->step,
      .epoch = at->epoch,
      .batch = at->batch++,
      .loss = sum.loss / rows,
      .accuracy = (double)sum.n_correct / rows,
      .learning_rate = learning_rate,
  };
  return TRUE;
}

/* ---- making and freeing ---- */

static NnNetwork *
make_network (const NnExperiment *experiment, const NnSamples *samples, int max_rows, NnPool *pool,
              GError **error)
{
  g_autoptr (NnNetwork) network =
      nn_network_new (experiment->layers, &samples->shape, max_rows, TRUE, pool, error);

  if (!network || !nn_batch_fits (samples, network, experiment->train.loss, error))
    return NULL;
  return g_steal_pointer (&network);
}

static void
plan_gradients (NnTraining *training)
{
  NnNetwork *network = training->network;
  gsize n_outputs = nn_shape_size (&network->output_shape);
  gboolean sums = chunks_per_batch (training) > 1;
  gsize dy = nn_arena_reserve (&training->gradients, network->max_batch * n_outputs);
  gsize sum = nn_arena_reserve (&training->gradients, sums ? network->gradients.reserved : 0);

  nn_arena_commit (&training->gradients);
  training->dy = nn_arena_at (&training->gradients, dy);
  training->sum = nn_arena_at (&training->gradients, sum);
}

NnTraining *
nn_training_new (const NnExperiment *experiment, NnSamples *samples, NnSamples *validation,
                 guint n_threads, GError **error)
{
  g_autoptr (NnTraining) training = g_new0 (NnTraining, 1);

  if (samples->count == 0) {
    g_set_error_literal (error, NN_ERROR, NN_ERROR_RANGE,
                         _ ("There are no samples to train on. Choose another data set, or a "
                            "smaller “prepare.validation_fraction”."));
    return NULL;
  }
  training->experiment = nn_experiment_copy (experiment);
  nn_prepare_spec_set_fit (&training->experiment->prepare, samples->spec.fit);
  training->samples = nn_samples_ref (samples);
  training->validation = validation && validation->count > 0 ? nn_samples_ref (validation) : NULL;
  training->own_pool = nn_pool_new (n_threads);
  training->network = make_network (experiment, samples, MIN (batch_size (training), MAX_ROWS),
                                    training->own_pool, error);
  if (!training->network)
    return NULL;
  if (validation && !nn_batch_fits (validation, training->network, experiment->train.loss, error))
    return NULL;

  training->optimizer = nn_optimizer_new (&experiment->train, training->network);
  nn_batch_init (&training->batches[0], training->network);
  if (learns_at_once (training))
    nn_batch_init (&training->batches[1], training->network);
  plan_gradients (training);
  training->order = g_new (guint32, samples->count);
  nn_training_reset (training, experiment->seed);
  return g_steal_pointer (&training);
}

void
nn_training_free (NnTraining *training)
{
  g_clear_pointer (&training->optimizer, nn_optimizer_free);
  g_clear_pointer (&training->network, nn_network_free);
  g_clear_pointer (&training->own_pool, nn_pool_free);
  nn_batch_clear (&training->batches[0]);
  nn_batch_clear (&training->batches[1]);
  nn_arena_clear (&training->gradients);
  g_clear_pointer (&training->validation, nn_samples_unref);
  g_clear_pointer (&training->samples, nn_samples_unref);
  g_clear_pointer (&training->experiment, nn_experiment_free);
  g_free (training->order);
  g_free (training);
}

void
nn_training_lend_pool (NnTraining *training, NnPool *pool)
{
  training->network->pool = pool;
  g_clear_pointer (&training->own_pool, nn_pool_free);
}

/* Forgets what was made for the position so far. */
static void
move_to (NnTraining *training, const NnTrainingPosition *position)
{
  training->at = *position;
  training->ordered_epoch = -1;
  training->begun = NULL;
  training->batches[0].count = training->batches[1].count = 0;
  training->validated = 0;
  training->validation_sum = (NnLossSum){0};
}

void
nn_training_reset (NnTraining *training, guint64 seed)
{
  training->experiment->seed = seed;
  nn_network_initialise (training->network, seed);
  nn_optimizer_reset (training->optimizer);
  move_to (training, &(NnTrainingPosition){.seed = seed});
}

/* ---- going on ---- */

gboolean
nn_training_step (NnTraining *training, NnStepResult *result, GError **error)
{
  g_return_val_if_fail (!nn_training_epoch_done (training), FALSE);

  gsize left = training->samples->count - training->at.position;
  return step (training, MIN (batch_size (training), left), result, error);
}

gboolean
nn_training_step_sample (NnTraining *training, NnStepResult *result, GError **error)
{
  g_return_val_if_fail (!nn_training_epoch_done (training), FALSE);

  return step (training, 1, result, error);
}

gboolean
nn_training_epoch_done (const NnTraining *training)
{
  return training->at.position == training->samples->count;
}

gboolean
nn_training_validate (NnTraining *training)
{
  g_return_val_if_fail (nn_training_epoch_done (training), FALSE);

  if (!training->validation || training->validated == training->validation->count)
    return FALSE;
  NnLossSum sum = nn_batch_measure (current_batch (training), training->network,
                                    training->experiment->train.loss, training->validation,
                                    training->validated);
  training->validated += current_batch (training)->count;
  training->validation_sum.loss += sum.loss;
  training->validation_sum.n_correct += sum.n_correct;
  return training->validated < training->validation->count;
}

void
nn_training_close_epoch (NnTraining *training, NnEpochResult *result)
{
  const NnTrainingPosition *at = &training->at;
  gsize n = training->samples->count;

  g_return_if_fail (nn_training_epoch_done (training));
  while (nn_training_validate (training))
    ;
  *result = (NnEpochResult){
      .epoch = at->epoch,
      .loss = at->loss_sum / n,
      .accuracy = at->correct_sum / n,
      .validation_loss = NAN,
      .validation_accuracy = NAN,
      .seconds = at->seconds,
  };
  if (training->validation) {
    result->validation_loss = training->validation_sum.loss / training->validated;
    result->validation_accuracy = (double)training->validation_sum.n_correct / training->validated;
  }
  move_to (training,
           &(NnTrainingPosition){.seed = at->seed, .step = at->step, .epoch = at->epoch + 1});
}

/* ---- where it stands ---- */

gboolean
nn_training_finished (const NnTraining *training)
{
  return training->at.epoch >= training->experiment->train.epochs;
}

int
nn_training_epoch (const NnTraining *training)
{
  return training->at.epoch;
}

gsize
nn_training_position (const NnTraining *training)
{
  return training->at.position;
}

int
nn_training_batch (const NnTraining *training)
{
  return training->at.batch;
}

int
nn_training_batches_per_epoch (const NnTraining *training)
{
  gsize size = batch_size (training);

  return (training->samples->count + size - 1) / size;
}

NnNetwork *
nn_training_network (NnTraining *training)
{
  return training->network;
}

NnOptimizer *
nn_training_optimizer (NnTraining *training)
{
  return training->optimizer;
}

const NnExperiment *
nn_training_experiment (const NnTraining *training)
{
  return training->experiment;
}

guint64
nn_training_seed (const NnTraining *training)
{
  return training->at.seed;
}

void
nn_training_set_dials (NnTraining *training, double learning_rate, double momentum, double l2)
{
  NnTrainSpec *spec = &training->experiment->train;

  spec->optimizer.learning_rate = learning_rate;
  spec->optimizer.momentum = momentum;
  spec->l2 = l2;
  training->optimizer->spec = spec->optimizer;
  training->optimizer->l2 = l2;
}

void
nn_training_set_epochs (NnTraining *training, int epochs)
{
  training->experiment->train.epochs = epochs;
}

void
nn_training_get_position (const NnTraining *training, NnTrainingPosition *position)
{
  *position = training->at;
  position->optimizer_step = training->optimizer->step;
}

void
nn_training_set_position (NnTraining *training, const NnTrainingPosition *position)
{
  move_to (training, position);
  training->at.position = MIN (position->position, training->samples->count);
  training->experiment->seed = position->seed;
  training->optimizer->step = position->optimizer_step;
  training->optimizer->can_undo = FALSE;
}
