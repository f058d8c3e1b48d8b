/* gbx-session-measure.c: how long the recipe's network takes to read one sample, really measured,
 * on a thread, and only where the architecture is another than the last time. */
#include "gbx-session-private.h"

#include "engine/evaluate/pace.h"

/* Passed to the thread and back. */
typedef struct {
  GWeakRef session;
  GCancellable *cancellable;
  NnExperiment *experiment;
  NnShape input_shape;
  double seconds;
} Measurement;

static void
measurement_free (gpointer data)
{
  Measurement *work = data;

  g_weak_ref_clear (&work->session);
  g_object_unref (work->cancellable);
  nn_experiment_free (work->experiment);
  g_free (work);
}

static void
measure_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Measurement *work = data;
  GError *error = NULL;
  g_autoptr (NnNetwork) network =
      nn_network_new (work->experiment->layers, &work->input_shape, 1, FALSE, NULL, &error);

  if (network == NULL) {
    g_task_return_error (task, error);
    return;
  }
  nn_network_initialise (network, work->experiment->seed);
  work->seconds = nn_network_measure (network, cancellable);
  g_task_return_boolean (task, TRUE);
}

static void
measured_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Measurement *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GbxSession) self = g_weak_ref_get (&work->session);

  if (self == NULL || self->closed || self->measuring != work->cancellable)
    return; /* another one took its place */
  g_clear_object (&self->measuring);
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  self->microseconds = work->seconds * G_USEC_PER_SEC;
  gbx_session_tell (self);
}

void
gbx_session_forget_measurement (GbxSession *self)
{
  if (self->measuring != NULL)
    g_cancellable_cancel (self->measuring);
  g_clear_object (&self->measuring);
  g_clear_pointer (&self->measured, nn_experiment_free);
  self->microseconds = NAN;
}

void
gbx_session_measure (GbxSession *self)
{
  g_autoptr (GbxForesight) foresight = NULL;
  g_autoptr (GTask) task = NULL;
  Measurement *work;

  g_return_if_fail (GBX_IS_SESSION (self));

  if (self->closed ||
      (self->measured != NULL && nn_experiment_same_network (self->measured, self->experiment)))
    return;
  gbx_session_forget_measurement (self);
  gbx_session_tell (self);
  foresight = gbx_session_foresee (self);
  self->measured = nn_experiment_copy (self->experiment);
  if (foresight->n_good < foresight->n_layers)
    return;
  self->measuring = g_cancellable_new ();

  work = g_new0 (Measurement, 1);
  g_weak_ref_init (&work->session, self);
  work->cancellable = g_object_ref (self->measuring);
  work->experiment = nn_experiment_copy (self->experiment);
  work->input_shape = foresight->input_shape;
  task = g_task_new (NULL, work->cancellable, measured_cb, NULL);
  g_task_set_task_data (task, work, measurement_free);
  g_task_run_in_thread (task, measure_cb);
}
