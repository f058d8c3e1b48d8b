/* gbx-session-network.c: asking the network: drawings, the test part, files. */
#include "gbx-session-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_CLASSES 64
#define EVALUATION_BATCH 256

/* One evaluation, from a copy of the weights to the scores; passed to the thread and back. */
typedef struct {
  GWeakRef session;
  GCancellable *cancellable;
  NnNetwork *network;
  NnSamples *samples;
  NnLossKind loss;
  NnEvaluation *evaluation;
} Evaluation;

static void
evaluation_free (gpointer data)
{
  Evaluation *work = data;

  g_weak_ref_clear (&work->session);
  g_clear_object (&work->cancellable);
  g_clear_pointer (&work->network, nn_network_free);
  g_clear_pointer (&work->samples, nn_samples_unref);
  g_clear_pointer (&work->evaluation, nn_evaluation_free);
  g_free (work);
}

static NnNetwork *
copy_network (const NnNetwork *network, const NnExperiment *experiment, int max_batch,
              GError **error)
{
  NnNetwork *copy =
      nn_network_new (experiment->layers, &network->input_shape, max_batch, FALSE, NULL, error);

  if (copy != NULL)
    memcpy (copy->parameters.data, network->parameters.data,
            network->parameters.reserved * sizeof (real));
  return copy;
}

static void
evaluate_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Evaluation *work = data;
  GError *error = NULL;

  work->evaluation = nn_evaluate (work->network, work->loss, work->samples, cancellable, &error);
  if (work->evaluation != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
evaluated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Evaluation *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GbxSession) self = g_weak_ref_get (&work->session);
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (self == NULL || self->closed || self->evaluating != work->cancellable)
    return; /* the network is another one by now */
  g_clear_object (&self->evaluating);
  if (done) {
    g_clear_pointer (&self->evaluation, nn_evaluation_free);
    self->evaluation = g_steal_pointer (&work->evaluation);
  } else {
    gbx_session_set_error (self, error->message);
  }
  gbx_session_tell (self);
  if (done)
    gbx_session_emit (self, GBX_SESSION_SIGNAL_EVALUATION_CHANGED);
}

/* ---- readers ---- */

/* Whether it can read drawings at all. */
static gboolean
is_for_drawings (const NnNetwork *network)
{
  return network != NULL && network->input_shape.n_dims == 3 &&
         nn_shape_size (&network->input_shape) == GBX_SESSION_INPUTS;
}

static NnModel *
get_pretrained (GbxSession *self)
{
  if (!self->pretrained_tried) {
    self->pretrained_tried = TRUE;
    self->pretrained = nn_model_open_pretrained (NULL);
  }
  return self->pretrained;
}

static int
predict_own (GbxSession *self, const guint8 *pixels, float *probabilities, int *n_classes)
{
  const NnRun run = {.batch = 1};
  int best = 0;

  if (!is_for_drawings (self->network) ||
      nn_shape_size (&self->network->output_shape) > MAX_CLASSES)
    return -1;
  nn_prepare_pixels (&self->network_experiment->prepare, pixels, self->input);
  nn_network_forward (self->network, &run, self->input);
  nn_loss_probabilities (self->network, 1, probabilities);
  *n_classes = nn_loss_n_classes ((int)nn_shape_size (&self->network->output_shape));
  for (int i = 1; i < *n_classes; i++)
    if (probabilities[i] > probabilities[best])
      best = i;
  return best;
}

/* ---- shared with the session's other files ---- */

void
gbx_session_set_reader (GbxSession *self, GbxReader reader)
{
  if (self->reader == reader)
    return;
  self->reader = reader;
  gbx_session_tell (self);
  gbx_session_emit (self, GBX_SESSION_SIGNAL_PREDICTION_CHANGED);
}

void
gbx_session_weights_are_new (GbxSession *self)
{
  self->weights_number++;
}

void
gbx_session_take_network (GbxSession *self, NnNetwork *network, NnExperiment *experiment)
{
  g_clear_pointer (&self->network, nn_network_free);
  g_clear_pointer (&self->network_experiment, nn_experiment_free);
  g_clear_pointer (&self->examined, nn_network_free);
  self->network = network;
  self->network_experiment = experiment;
  gbx_session_weights_are_new (self);
}

void
gbx_session_forget_evaluation (GbxSession *self)
{
  if (self->evaluating != NULL)
    g_cancellable_cancel (self->evaluating);
  g_clear_object (&self->evaluating);
  if (self->evaluation == NULL)
    return;
  g_clear_pointer (&self->evaluation, nn_evaluation_free);
  gbx_session_emit (self, GBX_SESSION_SIGNAL_EVALUATION_CHANGED);
}

/* ---- public ---- */

int
gbx_session_predict (GbxSession *self, const guint8 *pixels, float *probabilities, int *n_classes)
{
  NnModel *pretrained;

  g_return_val_if_fail (GBX_IS_SESSION (self) && pixels != NULL, -1);

  *n_classes = 0;
  pretrained = self->reader == GBX_READER_PRETRAINED ? get_pretrained (self) : NULL;
  if (pretrained == NULL)
    return predict_own (self, pixels, probabilities, n_classes);
  if (pretrained->n_classes > MAX_CLASSES)
    return -1;
  *n_classes = pretrained->n_classes;
  return nn_model_predict (pretrained, pixels, probabilities);
}

const NnNetwork *
gbx_session_examine (GbxSession *self, const guint8 *pixels)
{
  const NnPlan plan = {.method = nn_plan_default ().method, .separate = TRUE};
  const NnRun run = {.batch = 1};

  g_return_val_if_fail (GBX_IS_SESSION (self) && pixels != NULL, NULL);

  if (!is_for_drawings (self->network))
    return NULL;
  if (self->examined == NULL) {
    self->examined = nn_network_new_planned (
        self->network_experiment->layers, &self->network->input_shape, 1, FALSE, plan, NULL, NULL);
    self->examined_number = 0;
  }
  if (self->examined == NULL || (self->examined_number == self->weights_number &&
                                 memcmp (pixels, self->examined_pixels, GBX_SESSION_INPUTS) == 0))
    return self->examined;
  if (self->examined_number != self->weights_number)
    memcpy (self->examined->parameters.data, self->network->parameters.data,
            self->network->parameters.reserved * sizeof (real));
  self->examined_number = self->weights_number;
  memcpy (self->examined_pixels, pixels, GBX_SESSION_INPUTS);
  nn_prepare_pixels (&self->network_experiment->prepare, pixels, self->examined_input);
  nn_network_forward (self->examined, &run, self->examined_input);
  return self->examined;
}

void
gbx_session_evaluate (GbxSession *self)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  NnNetwork *copy;
  Evaluation *work;

  g_return_if_fail (GBX_IS_SESSION (self));

  if (self->closed || !self->loaded)
    return;
  copy = copy_network (self->network, self->network_experiment, EVALUATION_BATCH, &error);
  if (copy == NULL) {
    gbx_session_set_error (self, error->message);
    return;
  }
  if (self->evaluating != NULL)
    g_cancellable_cancel (self->evaluating);
  g_clear_object (&self->evaluating);
  self->evaluating = g_cancellable_new ();

  work = g_new0 (Evaluation, 1);
  g_weak_ref_init (&work->session, self);
  work->cancellable = g_object_ref (self->evaluating);
  work->network = copy;
  work->samples = nn_samples_ref (self->samples[NN_PART_TEST]);
  work->loss = self->network_experiment->train.loss;
  task = g_task_new (NULL, work->cancellable, evaluated_cb, NULL);
  g_task_set_task_data (task, work, evaluation_free);
  g_task_run_in_thread (task, evaluate_cb);
  gbx_session_tell (self);
}

const NnEvaluation *
gbx_session_get_evaluation (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return self->evaluation;
}

gboolean
gbx_session_save_model (GbxSession *self, const char *path, GError **error)
{
  g_return_val_if_fail (GBX_IS_SESSION (self) && path != NULL, FALSE);

  if (self->network == NULL) {
    g_set_error_literal (error, NN_ERROR, NN_ERROR_NOT_FOUND,
                         _ ("There is no network to save yet: the data is still being read."));
    return FALSE;
  }
  return nn_model_save (self->network, self->network_experiment, path, error);
}

gboolean
gbx_session_open_model (GbxSession *self, const char *path, GError **error)
{
  g_autoptr (NnModel) model = NULL;
  GbxBuildStart start = {0};

  g_return_val_if_fail (GBX_IS_SESSION (self) && path != NULL && !self->closed, FALSE);

  model = nn_model_open (path, 1, NULL, error);
  if (model == NULL)
    return FALSE;
  gbx_session_set_error (self, NULL);
  gbx_session_forget_edit (self);
  gbx_session_leave_run (self);
  gbx_session_adopt_experiment (self, nn_experiment_copy (model->experiment));
  gbx_session_record (self, N_ ("Opening a model"));
  start.parameters = model->network->parameters.data;
  gbx_session_set_reader (self, GBX_READER_OWN);
  gbx_session_rebuild_from (self, GBX_INTENT_NONE, &start);
  gbx_session_keep_soon (self);
  return TRUE;
}
