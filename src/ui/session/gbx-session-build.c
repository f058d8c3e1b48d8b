/* gbx-session-build.c: from the recipe to a training: reading the data, preparing it, drawing the
 * first weights or restoring kept ones. What takes longer than a frame happens on a thread. */
#include "gbx-session-private.h"

#include <glib/gi18n-lib.h>

/* Numbers to fill, below which the main thread builds by itself: about a millisecond. */
#define SMALL_BUILD 2000000

/* One build, from what is wanted to what came of it; passed to the thread and back. */
typedef struct {
  GWeakRef session;
  GCancellable *cancellable;
  NnExperiment *experiment;
  guint n_threads;
  char *checkpoint; /* nullable: path */
  char *checkpoint_name;
  real *parameters; /* nullable: first weights */

  GbxDataOrder data;
  NnSamples *samples[3]; /* there already, or made */

  NnNetwork *network; /* the main thread's */
  NnTraining *training;
  gboolean fit_given;       /* the recipe came with the mean and deviation to standardise by */
  gboolean fits_data;       /* the recipe follows the data: their kind, columns and classes */
  GError *checkpoint_error; /* the kept weights cannot be used */
  GError *refusal;          /* no such network can be: then there are only the data */
} Build;

static void
build_free (gpointer data)
{
  Build *build = data;

  g_weak_ref_clear (&build->session);
  g_clear_object (&build->cancellable);
  g_clear_pointer (&build->experiment, nn_experiment_free);
  g_free (build->checkpoint);
  g_free (build->checkpoint_name);
  g_free (build->parameters);
  gbx_data_order_clear (&build->data);
  for (guint i = 0; i < G_N_ELEMENTS (build->samples); i++)
    g_clear_pointer (&build->samples[i], nn_samples_unref);
  g_clear_pointer (&build->network, nn_network_free);
  g_clear_pointer (&build->training, nn_training_free);
  g_clear_error (&build->checkpoint_error);
  g_clear_error (&build->refusal);
  g_free (build);
}

static gboolean
build_samples (Build *build, GError **error)
{
  NnPrepareSpec *prepare = &build->experiment->prepare;

  for (int part = NN_PART_TRAIN; part <= NN_PART_TEST; part++) {
    if (build->samples[part] == NULL && part == NN_PART_TEST && prepare->validation_fraction == 0)
      build->samples[part] = nn_samples_ref (build->samples[NN_PART_VALIDATION]);
    else if (build->samples[part] == NULL)
      build->samples[part] =
          nn_samples_new (build->data.dataset, prepare, part, build->experiment->seed, error);
    if (build->samples[part] == NULL)
      return FALSE;
    nn_prepare_spec_set_fit (prepare, build->samples[part]->spec.fit);
  }
  return TRUE;
}

/* A network that was opened from a file, or a run whose data are gone, starts a new run from the
 * weights it has. */
static void
start_anew (NnTraining *training)
{
  NnTrainingPosition start = {.seed = nn_training_seed (training)};

  nn_optimizer_reset (nn_training_optimizer (training));
  nn_training_set_position (training, &start);
}

static void
build_restore (Build *build)
{
  gboolean same_data = g_str_equal (build->data.dataset->id, build->data.id);

  if (!nn_checkpoint_restore (build->training, build->checkpoint, &build->checkpoint_error))
    nn_training_reset (build->training, build->experiment->seed);
  else if (!same_data)
    start_anew (build->training);
}

static NnNetwork *
make_network (const NnExperiment *experiment, GError **error)
{
  NnShape shape = nn_prepare_spec_input (&experiment->prepare);

  return nn_network_new (experiment->layers, &shape, 1, FALSE, NULL, error);
}

/* Another data set that was chosen may have more classes than the last, or fewer, and rows in place
 * of pictures. */
static void
build_fit (Build *build)
{
  NnPrepareSpec *prepare = &build->experiment->prepare;
  NnShape before = nn_prepare_spec_input (prepare), now;
  gboolean changed;

  if (!build->fits_data)
    return;
  nn_prepare_spec_follow (prepare, build->data.dataset);
  changed = nn_experiment_fit_classes (build->experiment, build->data.dataset->n_classes);
  now = nn_prepare_spec_input (prepare);
  if (!changed && nn_shape_equal (&before, &now))
    return;
  g_clear_pointer (&build->network, nn_network_free);
  g_clear_error (&build->refusal);
  build->network = make_network (build->experiment, &build->refusal);
}

static gboolean
build_run (Build *build, GError **error)
{
  NnNetwork *network;

  if (!gbx_data_order_fulfil (&build->data, build->cancellable, error))
    return FALSE;
  build_fit (build);
  if (!build_samples (build, error))
    return FALSE;
  if (build->refusal == NULL)
    build->training =
        nn_training_new (build->experiment, build->samples[NN_PART_TRAIN],
                         build->samples[NN_PART_VALIDATION], build->n_threads, &build->refusal);
  if (build->refusal != NULL)
    return TRUE;

  network = nn_training_network (build->training);
  g_assert (network->parameters.reserved == build->network->parameters.reserved);
  if (build->checkpoint != NULL)
    build_restore (build);
  else if (build->parameters != NULL)
    memcpy (network->parameters.data, build->parameters,
            network->parameters.reserved * sizeof (real));
  memcpy (build->network->parameters.data, network->parameters.data,
          network->parameters.reserved * sizeof (real));
  return TRUE;
}

static void
build_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (build_run (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* ---- what came of it, on the main thread ---- */

/* Returns: TRUE when it is another data set. */
static gboolean
take_data (GbxSession *self, Build *build)
{
  gboolean changed = gbx_session_take_data (self, &build->data);

  for (guint i = 0; i < G_N_ELEMENTS (self->samples); i++) {
    g_clear_pointer (&self->samples[i], nn_samples_unref);
    self->samples[i] = g_steal_pointer (&build->samples[i]);
  }
  self->fit_was_given = build->fit_given;
  return changed;
}

static void
report_damage (GbxSession *self, const Build *build)
{
  g_autofree char *aside = NULL;
  g_autofree char *message = NULL;

  if (build->checkpoint_error == NULL)
    return;
  self->kept_fits = FALSE;
  aside = gbx_store_set_aside (self->store, build->checkpoint_name);
  if (aside != NULL)
    message = g_strdup_printf (
        _ ("The kept weights cannot be used (%s). They were renamed to %s; training starts "
           "afresh."),
        build->checkpoint_error->message, aside);
  else
    message = g_strdup_printf (_ ("The kept weights cannot be used (%s). Training starts afresh."),
                               build->checkpoint_error->message);
  gbx_session_set_error (self, message);
}

/* Curves may be ahead of the weights when the plug was pulled. Half a batch is for what was rounded
 * in the file. */
static void
cut_curves (GbxSession *self)
{
  double half_a_batch = 0.5 / self->batches_per_epoch;
  double end = gbx_session_get_position (self) + half_a_batch;

  for (int curve = 0; curve < GBX_N_CURVES; curve++)
    gbx_metric_series_truncate (gbx_run_get_series (self->current_run, curve), end);
}

static void
take_position (GbxSession *self, NnTraining *training)
{
  NnTrainingPosition position;
  gboolean finished;

  nn_training_get_position (training, &position);
  self->step = position.step;
  self->epoch = nn_training_epoch (training);
  self->batch = nn_training_batch (training);
  self->batches_per_epoch = nn_training_batches_per_epoch (training);
  finished = nn_training_finished (training);
  if (position.step == 0) {
    gbx_session_leave_run (self);
    self->state = GBX_SESSION_READY;
    return;
  }
  self->state = finished ? GBX_SESSION_FINISHED : GBX_SESSION_PAUSED;
  if (self->current_run == NULL)
    return;
  cut_curves (self);
  g_object_set (self->current_run, "state", finished ? GBX_RUN_FINISHED : GBX_RUN_PAUSED, NULL);
}

static void
take_training (GbxSession *self, Build *build)
{
  const NnTrainSpec *train = &self->experiment->train;
  NnTraining *training = g_steal_pointer (&build->training);

  /* Live dials may have been turned while this was being built. */
  nn_training_set_dials (training, train->optimizer.learning_rate, train->optimizer.momentum,
                         train->l2);
  nn_training_set_epochs (training, train->epochs);
  gbx_session_copy_live_dials (self, build->experiment);

  take_position (self, training);
  self->kept_epoch = self->epoch;
  self->kept_step = self->step; /* where it comes from a kept file; else kept_fits is FALSE */
  self->network_is_from_file =
      build->parameters != NULL || (build->checkpoint != NULL && build->checkpoint_error == NULL);
  gbx_session_take_network (self, g_steal_pointer (&build->network),
                            g_steal_pointer (&build->experiment));
  self->trainer_run = nn_trainer_load (self->trainer, training);
  nn_trainer_set_speed (self->trainer, self->speed);
  self->loaded = TRUE;
}

/* Whoever only edits sees on the layer's card what is wrong; whoever wants to train is told. */
static void
refuse (GbxSession *self, const Build *build, GbxIntent intent)
{
  g_autoptr (GbxForesight) foresight = gbx_session_foresee (self);
  g_autofree char *explanation = gbx_foresight_explain (foresight);

  self->state = GBX_SESSION_READY;
  gbx_session_leave_run (self);
  if (explanation == NULL)
    gbx_session_set_error (self, build->refusal->message);
  else if (intent != GBX_INTENT_NONE)
    gbx_session_set_error (self, explanation);
}

static void
finish (GbxSession *self, Build *build, const GError *error)
{
  GbxIntent intent = self->intent;
  gboolean other_data;

  self->intent = GBX_INTENT_NONE;
  self->fits_data = FALSE;
  g_clear_object (&self->building);
  if (error != NULL) {
    self->state = GBX_SESSION_READY;
    gbx_session_leave_run (self);
    gbx_session_set_error (self, error->message);
    gbx_session_tell (self);
    return;
  }
  other_data = take_data (self, build);
  if (build->fits_data)
    gbx_session_fit_data (self, build->experiment);
  if (build->refusal != NULL) {
    refuse (self, build, intent);
  } else {
    take_training (self, build);
    report_damage (self, build);
  }
  gbx_session_tell (self);
  if (other_data)
    gbx_session_emit (self, GBX_SESSION_SIGNAL_DATASET_CHANGED);
  gbx_session_emit (self, GBX_SESSION_SIGNAL_EXPERIMENT_CHANGED);
  if (build->refusal != NULL)
    return;
  gbx_session_emit (self, GBX_SESSION_SIGNAL_WEIGHTS_CHANGED);
  if (self->reader == GBX_READER_OWN)
    gbx_session_emit (self, GBX_SESSION_SIGNAL_PREDICTION_CHANGED);
  gbx_session_carry_out (self, intent);
}

static void
built_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Build *build = g_task_get_task_data (G_TASK (result));
  g_autoptr (GbxSession) self = g_weak_ref_get (&build->session);
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  if (self == NULL || self->closed || self->building != build->cancellable)
    return; /* another build took its place */
  finish (self, build, error);
}

/* ---- beginning ---- */

static gboolean
same_preparation (const GbxSession *self, const NnExperiment *experiment)
{
  const NnPrepareSpec *spec = &experiment->prepare;
  gboolean splits = spec->validation_fraction > 0 || spec->test_fraction > 0;

  if (self->samples[NN_PART_TRAIN] == NULL || self->network_experiment == NULL)
    return FALSE;
  return nn_prepare_spec_same_samples (spec, &self->samples[NN_PART_TRAIN]->spec,
                                       nn_dataset_is_as_asked (self->dataset)) &&
         (spec->fit == NULL && !self->fit_was_given) &&
         (!splits || experiment->seed == self->network_experiment->seed);
}

static Build *
build_new (GbxSession *self, const GbxBuildStart *start)
{
  Build *build = g_new0 (Build, 1);

  g_weak_ref_init (&build->session, self);
  build->cancellable = g_cancellable_new ();
  build->experiment = nn_experiment_copy (self->experiment);
  build->fit_given = build->experiment->prepare.fit != NULL;
  build->n_threads = self->n_threads;
  gbx_data_order_init (&build->data, self, start->dataset_id);
  if (build->data.dataset != NULL && same_preparation (self, build->experiment))
    for (guint i = 0; i < G_N_ELEMENTS (build->samples); i++)
      build->samples[i] = nn_samples_ref (self->samples[i]);
  build->fits_data = self->fits_data && start->checkpoint == NULL && start->parameters == NULL;
  build->network = make_network (build->experiment, &build->refusal);
  if (build->network == NULL)
    return build;
  if (start->checkpoint != NULL) {
    build->checkpoint_name = g_strdup (start->checkpoint);
    build->checkpoint = gbx_store_path (self->store, start->checkpoint);
  }
  if (start->parameters != NULL)
    build->parameters =
        g_memdup2 (start->parameters, build->network->parameters.reserved * sizeof (real));
  return build;
}

static gboolean
is_small (const Build *build)
{
  double parameters, activations, rows;

  if (build->network == NULL)
    return TRUE;
  parameters = build->network->parameters.reserved;
  activations = build->network->activations.reserved;
  rows = MIN (build->experiment->train.batch_size, (double)build->data.dataset->train.count);
  if (build->experiment->train.optimizer.kind == NN_OPTIMIZER_GRADIENT_DESCENT)
    rows = build->data.dataset->train.count;
  return 4 * parameters + 3 * rows * activations < SMALL_BUILD;
}

static void
begin (GbxSession *self, Build *build)
{
  if (build->samples[NN_PART_TRAIN] != NULL && build->checkpoint == NULL && is_small (build)) {
    g_autoptr (GError) error = NULL;

    build_run (build, &error);
    finish (self, build, error);
    build_free (build);
  } else {
    g_autoptr (GTask) task = g_task_new (NULL, build->cancellable, built_cb, NULL);

    self->building = g_object_ref (build->cancellable);
    g_task_set_task_data (task, build, build_free);
    g_task_run_in_thread (task, build_cb);
  }
}

/* ---- shared with the session's other files ---- */

void
gbx_session_rebuild (GbxSession *self, GbxIntent intent)
{
  const GbxBuildStart start = {0};

  gbx_session_leave_run (self);
  gbx_session_rebuild_from (self, intent, &start);
}

void
gbx_session_rebuild_from (GbxSession *self, GbxIntent intent, const GbxBuildStart *start)
{
  if (self->building != NULL)
    g_cancellable_cancel (self->building);
  g_clear_object (&self->building);
  self->loaded = FALSE;
  self->trainer_run = 0;
  self->goes_on = FALSE;
  self->kept_fits = FALSE;
  self->intent = intent;
  self->state = GBX_SESSION_LOADING;
  nn_trainer_pause (self->trainer);
  gbx_session_stop_polling (self);
  gbx_session_forget_evaluation (self);

  begin (self, build_new (self, start));
  gbx_session_tell (self);
}

void
gbx_session_translate (GbxSession *self)
{
  g_return_if_fail (GBX_IS_SESSION (self));

  gbx_session_say_data (self);
  gbx_session_tell (self);
}
