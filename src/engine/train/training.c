/* training.c: network + optimizer + data order, without a thread. */
#include "training.h"

#include "batch.h"
#include "divergence.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_ROWS 1024 /* at once: larger batches are summed from chunks of so many */
#define NUMBERS_PER_PART 8192

struct NnTraining {
  NnExperiment *experiment; /* owned; its dials are the live ones */
  NnSamples *samples;
  NnSamples *validation; /* or NULL */
  NnPool *own_pool;      /* NULL once another is lent */
  NnNetwork *network;
  NnOptimizer *optimizer;

  NnBatch batch;
  NnArena gradients; /* dy of the loss; where a batch has several chunks, also their sum */
  real *dy;
  real *sum;

  guint32 *order;    /* [samples], owned: this epoch's */
  int ordered_epoch; /* for which it is made, or −1 */

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

static gsize
chunks_per_batch (const NnTraining *training)
{
  gsize rows = training->batch.capacity;

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

typedef struct {
  real *to;
  const real *from;
  gsize n;
  gboolean adds; /* else overwrites */
} Accumulation;

static void
accumulate_part (gpointer data, int part)
{
  const Accumulation *accumulation = data;
  gsize first = (gsize)part * NUMBERS_PER_PART;
  gsize n = MIN (NUMBERS_PER_PART, accumulation->n - first);
  real *to = accumulation->to + first;
  const real *from = accumulation->from + first;

  if (!accumulation->adds)
    memcpy (to, from, n * sizeof (real));
  else
    for (gsize i = 0; i < n; i++)
      to[i] += from[i];
}

/* After a chunk's backward pass. The sum is kept apart until the last chunk: then it is added to
 * that one's gradients, where the optimizer reads them. */
static void
accumulate (NnTraining *training, gboolean first, gboolean last)
{
  NnArena *gradients = &training->network->gradients;
  Accumulation accumulation = {
      .to = last ? gradients->data : training->sum,
      .from = last ? training->sum : gradients->data,
      .n = gradients->reserved,
      .adds = !first,
  };

  if (!(first && last))
    nn_pool_run (training->network->pool, accumulate_part, &accumulation,
                 (accumulation.n + NUMBERS_PER_PART - 1) / NUMBERS_PER_PART);
}

/* ---- one step ---- */

/* Forward and backward for @count rows from @start of the order, out of @rows in the batch.
 * Returns: FALSE where the loss is not finite: no backward pass then */
static gboolean
learn_chunk (NnTraining *training, gsize start, int count, gsize rows, guint64 step, NnLossSum *sum)
{
  NnNetwork *network = training->network;
  NnLossKind kind = training->experiment->train.loss;
  NnRun run = {
      .batch = count, .whole = rows, .training = TRUE, .seed = training->at.seed, .step = step};

  nn_batch_gather (&training->batch, network->pool, training->samples, training->order + start,
                   count, training->samples->count - start - count, TRUE, training->at.seed,
                   training->at.epoch);
  nn_network_forward (network, &run, training->batch.x);
  NnLossSum loss = nn_loss_evaluate (kind, network, &run, training->batch.labels, training->dy);
  if (!isfinite (loss.loss))
    return FALSE;
  sum->loss += loss.loss;
  sum->n_correct += loss.n_correct;

  if ((gsize)count < rows) { /* the mean is over the batch, not over the chunk */
    gsize n = count * nn_shape_size (&network->output_shape);
    for (gsize i = 0; i < n; i++)
      training->dy[i] *= (real)count / rows;
  }
  nn_network_backward (network, &run, nn_loss_last_layer (kind, network), training->dy);
  return TRUE;
}

/* Learns from the next @rows samples. */
static gboolean
learn (NnTraining *training, gsize rows, double learning_rate, NnLossSum *sum, GError **error)
{
  const NnTrainingPosition *at = &training->at;
  guint64 step = at->step * chunks_per_batch (training);

  for (gsize done = 0; done < rows; step++) {
    int count = MIN ((gsize)training->batch.capacity, rows - done);
    if (!learn_chunk (training, at->position + done, count, rows, step, sum)) {
      nn_divergence_in_forward (training->network, count, at->epoch, at->batch, error);
      return FALSE;
    }
    accumulate (training, done == 0, done + count == rows);
    done += count;
  }
  if (!nn_optimizer_step (training->optimizer, training->network, learning_rate)) {
    nn_divergence_in_update (training->network, training->optimizer, at->epoch, at->batch, error);
    return FALSE;
  }
  return TRUE;
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

  if (!network || !nn_batch_fits (samples, network, error))
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
  training->samples = nn_samples_ref (samples);
  training->validation = validation && validation->count > 0 ? nn_samples_ref (validation) : NULL;
  training->own_pool = nn_pool_new (n_threads);
  training->network = make_network (experiment, samples, MIN (batch_size (training), MAX_ROWS),
                                    training->own_pool, error);
  if (!training->network)
    return NULL;
  if (validation && !nn_batch_fits (validation, training->network, error))
    return NULL;

  training->optimizer = nn_optimizer_new (&experiment->train, training->network);
  nn_batch_init (&training->batch, training->network);
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
  nn_batch_clear (&training->batch);
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
  NnLossSum sum =
      nn_batch_measure (&training->batch, training->network, training->experiment->train.loss,
                        training->validation, training->validated);
  training->validated += training->batch.count;
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
