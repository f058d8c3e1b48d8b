/* gbx-session-training.c: commands to the trainer, and what comes back from it.
 *
 * The trainer tells what it did by events and snapshots, which are taken over while it works; while
 * it stands there is no timer at all. The beat at which they are taken over is the beat of all that
 * moves in the window: each costs this thread some work, drawing included, which the training
 * loses. So the next beat waits until that work is a small share of the time. */
#include "gbx-session-private.h"

#include <glib/gi18n-lib.h>
#include <time.h>

#define WATCHING_SHARE 0.04 /* of this thread's time */
#define SHORTEST_BEAT 40.0  /* milliseconds */
#define LONGEST_BEAT 200.0
#define DRAIN_CHUNK 256

static const char *
optimizer_title (NnOptimizerKind kind)
{
  switch (kind) {
  case NN_OPTIMIZER_GRADIENT_DESCENT:
    return _ ("gradient descent");
  case NN_OPTIMIZER_SGD:
    return _ ("SGD");
  case NN_OPTIMIZER_MOMENTUM:
    return _ ("momentum");
  case NN_OPTIMIZER_NESTEROV:
    return _ ("Nesterov");
  case NN_OPTIMIZER_RMSPROP:
    return _ ("RMSprop");
  default:
    return _ ("Adam");
  }
}

/* ---- runs ---- */

static guint
find_free_colour (GbxSession *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->runs));
  guint64 used = 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (GbxRun) run = g_list_model_get_item (G_LIST_MODEL (self->runs), i);
    if (gbx_run_get_colour (run) < 64)
      used |= G_GUINT64_CONSTANT (1) << gbx_run_get_colour (run);
  }
  for (guint colour = 0;; colour++)
    if ((used >> colour & 1) == 0)
      return colour;
}

/* A run begins with its first step: turning dials back and forth makes no list of empty runs. */
static void
begin_run (GbxSession *self)
{
  const NnExperiment *experiment = self->network_experiment;
  g_autofree char *detail = g_strdup_printf ("%g · %s", experiment->train.optimizer.learning_rate,
                                             optimizer_title (experiment->train.optimizer.kind));
  g_autoptr (GbxRun) run = NULL;

  while (g_list_model_get_n_items (G_LIST_MODEL (self->runs)) >= GBX_KEPT_MAX_RUNS)
    g_list_store_remove (self->runs, GBX_KEPT_MAX_RUNS - 1);
  run = gbx_run_new (self->next_run++, experiment->name, detail, find_free_colour (self));
  g_object_set (run, "state", GBX_RUN_RUNNING, NULL);
  gbx_session_set_current_run (self, run);
  gbx_session_watch_run (self, run, TRUE);
  g_list_store_insert (self->runs, 0, run);
}

static void
set_run_state (GbxSession *self, GbxRunState state)
{
  if (self->current_run != NULL)
    g_object_set (self->current_run, "state", state, NULL);
}

static int
find_best_epoch (GbxRun *run)
{
  guint n;
  const GbxPoint *points =
      gbx_metric_series_peek (gbx_run_get_series (run, GBX_CURVE_VALIDATION_LOSS), &n);
  double best = INFINITY;
  int epoch = -1;

  for (guint i = 0; i < n; i++)
    if (points[i].y < best) {
      best = points[i].y;
      epoch = (int)lround (points[i].x) - 1;
    }
  return epoch;
}

/* ---- events ---- */

static void
handle_step (GbxSession *self, const NnStepResult *step)
{
  double x;

  if (self->current_run == NULL)
    begin_run (self);
  self->step = step->step;
  self->epoch = step->epoch;
  self->batch = MIN (step->batch + 1, self->batches_per_epoch);
  gbx_average_add (&self->loss, step->loss);
  gbx_average_add (&self->accuracy, step->accuracy);
  x = gbx_session_get_position (self);
  gbx_metric_series_append (gbx_run_get_series (self->current_run, GBX_CURVE_TRAINING_LOSS), x,
                            step->loss);
  gbx_metric_series_append (gbx_run_get_series (self->current_run, GBX_CURVE_TRAINING_ACCURACY), x,
                            step->accuracy);
}

static void
handle_epoch (GbxSession *self, const NnEpochResult *epoch)
{
  self->epoch = epoch->epoch + 1;
  self->batch = 0;
  self->validation_loss = epoch->validation_loss;
  self->validation_accuracy = epoch->validation_accuracy;
  if (self->current_run == NULL || isnan (epoch->validation_loss))
    return;
  gbx_metric_series_append (gbx_run_get_series (self->current_run, GBX_CURVE_VALIDATION_LOSS),
                            self->epoch, epoch->validation_loss);
  gbx_metric_series_append (gbx_run_get_series (self->current_run, GBX_CURVE_VALIDATION_ACCURACY),
                            self->epoch, epoch->validation_accuracy);
  g_object_set (self->current_run, "final-accuracy", epoch->validation_accuracy, "best-epoch",
                find_best_epoch (self->current_run), NULL);
}

static gboolean
handle_events (GbxSession *self)
{
  NnEvent events[DRAIN_CHUNK];
  gboolean any = FALSE;
  gsize n;

  do {
    n = nn_trainer_drain (self->trainer, events, DRAIN_CHUNK);
    for (gsize i = 0; i < n; i++) {
      const NnEvent *event = &events[i];

      if (!self->loaded || event->run != self->trainer_run)
        continue;
      any = TRUE;
      if (event->kind == NN_EVENT_STEP) {
        handle_step (self, &event->step);
      } else if (event->kind == NN_EVENT_EPOCH) {
        handle_epoch (self, &event->epoch);
      } else if (event->state.state == NN_TRAINER_DIVERGED) {
        gbx_session_set_error (self, event->state.message);
      }
    }
  } while (n == DRAIN_CHUNK);

  gbx_session_keep_if_due (self);
  return any;
}

/* ---- weights ---- */

static gboolean
take_snapshot (GbxSession *self)
{
  const NnSnapshot *snapshot = nn_trainer_take_snapshot (self->trainer);

  if (snapshot == NULL || !self->loaded || snapshot->run != self->trainer_run ||
      snapshot->n != self->network->parameters.reserved)
    return FALSE;
  memcpy (self->network->parameters.data, snapshot->parameters, snapshot->n * sizeof (real));
  gbx_session_weights_are_new (self);
  return TRUE;
}

/* The trainer stands: all its events are in, and its numbers may be read where they are. */
static void
settle (GbxSession *self, NnTraining *training)
{
  const NnArena *parameters = &nn_training_network (training)->parameters;
  NnTrainerState state = nn_trainer_get_state (self->trainer);

  memcpy (self->network->parameters.data, parameters->data, parameters->reserved * sizeof (real));
  gbx_session_weights_are_new (self);
  self->goes_on = FALSE;
  if (state == NN_TRAINER_FINISHED) {
    self->state = GBX_SESSION_FINISHED;
    set_run_state (self, GBX_RUN_FINISHED);
    gbx_session_evaluate (self);
  } else if (state == NN_TRAINER_DIVERGED) {
    self->state = GBX_SESSION_DIVERGED;
    set_run_state (self, GBX_RUN_DIVERGED);
  } else {
    self->state = GBX_SESSION_PAUSED;
    set_run_state (self, GBX_RUN_PAUSED);
  }
  gbx_session_keep (self);
}

/* What this thread has worked so far, in milliseconds. */
static double
get_work (void)
{
  struct timespec spent;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &spent);
  return 1e3 * (double)spent.tv_sec + 1e-6 * (double)spent.tv_nsec;
}

/* Between two beats lies all that the earlier one set going: drawing, layout, speech. */
static gboolean
poll_cb (gpointer data)
{
  GbxSession *self = data;
  double work = get_work (), beat = (work - self->work_before) / WATCHING_SHARE;

  self->work_before = work;
  self->poll_source =
      g_timeout_add ((guint)CLAMP (beat, SHORTEST_BEAT, LONGEST_BEAT), poll_cb, self);
  gbx_session_poll (self);
  return G_SOURCE_REMOVE;
}

/* ---- shared with the session's other files ---- */

double
gbx_session_get_position (GbxSession *self)
{
  return self->epoch + (double)self->batch / MAX (self->batches_per_epoch, 1);
}

void
gbx_session_set_current_run (GbxSession *self, GbxRun *run)
{
  g_set_object (&self->current_run, run);
  gbx_session_own_run (self, run);
}

void
gbx_session_leave_run (GbxSession *self)
{
  if (self->current_run != NULL && gbx_run_get_state (self->current_run) == GBX_RUN_RUNNING)
    set_run_state (self, GBX_RUN_PAUSED);
  g_clear_object (&self->current_run);
  self->loss = self->accuracy = (GbxAverage){0, 0};
  self->validation_loss = self->validation_accuracy = NAN;
  self->step = 0;
  self->epoch = self->batch = 0;
  self->samples_per_second = 0;
}

void
gbx_session_start_polling (GbxSession *self)
{
  if (self->poll_source != 0)
    return;
  self->work_before = get_work ();
  self->poll_source = g_timeout_add ((guint)SHORTEST_BEAT, poll_cb, self);
}

void
gbx_session_stop_polling (GbxSession *self)
{
  g_clear_handle_id (&self->poll_source, g_source_remove);
}

void
gbx_session_carry_out (GbxSession *self, GbxIntent intent)
{
  if (intent == GBX_INTENT_NONE)
    return;
  if (self->state == GBX_SESSION_FINISHED) { /* as many epochs again */
    GValue usual = G_VALUE_INIT;
    int epochs = self->experiment->train.epochs;

    gbx_hyperparameters_get_default (self->hyperparameters, "epochs", &usual);
    g_object_set (self->hyperparameters, "epochs",
                  MIN (MAX (self->epoch, epochs) + g_value_get_int (&usual), 10000), NULL);
  }
  if (self->state == GBX_SESSION_FINISHED)
    return;

  gbx_session_set_reader (self, GBX_READER_OWN);
  self->state = GBX_SESSION_RUNNING;
  set_run_state (self, GBX_RUN_RUNNING);
  self->kept_at = g_get_monotonic_time ();
  self->goes_on = intent == GBX_INTENT_TRAIN;
  if (self->goes_on)
    nn_trainer_start (self->trainer);
  else
    nn_trainer_step (self->trainer, self->intended_step);
  nn_trainer_request_snapshot (self->trainer);
  gbx_session_start_polling (self);
  gbx_session_tell (self);
}

static void
command (GbxSession *self, GbxIntent intent)
{
  gbx_session_set_error (self, NULL);
  gbx_session_flush_edit (self);
  if (self->loaded) {
    gbx_session_carry_out (self, intent);
  } else if (self->building != NULL) {
    self->intent = intent;
  } else {
    gbx_session_rebuild (self, intent);
  }
}

/* ---- public ---- */

void
gbx_session_train (GbxSession *self)
{
  g_return_if_fail (GBX_IS_SESSION (self));

  if (!self->closed && !(self->state == GBX_SESSION_RUNNING && self->goes_on))
    command (self, GBX_INTENT_TRAIN);
}

void
gbx_session_pause (GbxSession *self)
{
  g_return_if_fail (GBX_IS_SESSION (self));

  if (self->closed)
    return;
  self->intent = GBX_INTENT_NONE;
  if (self->state != GBX_SESSION_RUNNING)
    return;
  self->goes_on = FALSE;
  nn_trainer_pause (self->trainer);
  gbx_session_stop_polling (self); /* a hand waits for this: the next beat comes soon */
  gbx_session_start_polling (self);
}

void
gbx_session_toggle (GbxSession *self)
{
  g_return_if_fail (GBX_IS_SESSION (self));

  if (self->intent == GBX_INTENT_TRAIN || (self->state == GBX_SESSION_RUNNING && self->goes_on))
    gbx_session_pause (self);
  else
    gbx_session_train (self);
}

void
gbx_session_step (GbxSession *self, NnStepSize size)
{
  g_return_if_fail (GBX_IS_SESSION (self));

  if (self->closed)
    return;
  self->intended_step = size;
  command (self, GBX_INTENT_STEP);
}

void
gbx_session_delete_run (GbxSession *self, GbxRun *run)
{
  guint position;

  g_return_if_fail (GBX_IS_SESSION (self) && GBX_IS_RUN (run));

  if (self->closed || !g_list_store_find (self->runs, run, &position))
    return;
  if (run == self->current_run)
    gbx_session_reset (self, FALSE);
  g_list_store_remove (self->runs, position);
  gbx_session_run_is_deleted (self, run);
  gbx_session_keep_soon (self);
}

void
gbx_session_poll (GbxSession *self)
{
  NnTraining *standing; /* asked for before the events are drained, so that none comes after */
  gboolean any, fresh;

  g_return_if_fail (GBX_IS_SESSION (self));

  if (self->closed || self->state != GBX_SESSION_RUNNING)
    return;
  g_object_freeze_notify (G_OBJECT (self));
  standing = nn_trainer_borrow (self->trainer);
  any = handle_events (self);
  fresh = take_snapshot (self) || standing != NULL;
  self->samples_per_second = nn_trainer_get_samples_per_second (self->trainer);
  if (standing != NULL) {
    settle (self, standing);
    gbx_session_stop_polling (self);
  } else {
    nn_trainer_request_snapshot (self->trainer);
  }
  gbx_session_tell (self);
  g_object_thaw_notify (G_OBJECT (self));

  if (any)
    gbx_session_emit (self, GBX_SESSION_SIGNAL_CURVES_CHANGED);
  if (fresh)
    gbx_session_emit (self, GBX_SESSION_SIGNAL_WEIGHTS_CHANGED);
  if (fresh && self->reader == GBX_READER_OWN)
    gbx_session_emit (self, GBX_SESSION_SIGNAL_PREDICTION_CHANGED);
}
