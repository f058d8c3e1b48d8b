/* gbx-session-store.c: keeping the session, so that closing, crashing or pulling the plug loses
 * nothing. What is kept is taken between two batches and written on a thread. */
#include "gbx-session-private.h"

#include <glib/gi18n-lib.h>

#define SOON_MILLISECONDS 2000
#define EPOCH_INTERVAL (2 * G_USEC_PER_SEC)     /* not oftener, however short the epochs */
#define TRAINING_INTERVAL (10 * G_USEC_PER_SEC) /* however long the epochs */

/* One write; passed through the training thread, which lays down the checkpoint, and through the
 * thread that writes. */
typedef struct {
  GWeakRef session;
  guint64 run, step;        /* what the checkpoint is of */
  NnCheckpoint *checkpoint; /* NULL: the weights in the folder still hold */
  GbxStore *store;
  GbxKept *kept;
  guint64 ticket;
} Write;

static Write *
write_new (GbxSession *self)
{
  Write *write = g_new0 (Write, 1);

  g_weak_ref_init (&write->session, self);
  write->run = self->trainer_run;
  write->step = self->step;
  write->store = gbx_store_ref (self->store);
  return write;
}

static void
write_free (gpointer data)
{
  Write *write = data;

  g_weak_ref_clear (&write->session);
  g_clear_pointer (&write->checkpoint, nn_checkpoint_free);
  g_clear_pointer (&write->kept, gbx_kept_free);
  gbx_store_unref (write->store);
  g_free (write);
}

static GbxKept *
compose (GbxSession *self)
{
  GbxKept *kept = gbx_kept_new ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->runs));
  const char *dataset_id = gbx_session_get_dataset_id (self);

  kept->experiment = nn_experiment_copy (self->experiment);
  kept->dataset_id = g_strdup (dataset_id != NULL ? dataset_id : self->kept_dataset);
  kept->weights = self->kept_fits ? g_strdup (self->kept_weights) : NULL;
  kept->stage = self->stage;
  kept->reader = (int)self->reader;
  kept->speed = self->speed;
  kept->next_run = self->next_run;
  kept->has_current = self->current_run != NULL;
  kept->loss = self->loss;
  kept->accuracy = self->accuracy;
  nn_drawing_free (kept->drawing);
  kept->drawing = nn_drawing_copy (self->drawing);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GbxRun) run = g_list_model_get_item (G_LIST_MODEL (self->runs), i);
    gbx_kept_add_run (kept, run);
  }
  return kept;
}

/* Fresh weights are drawn again from the seed; they need no file. */
static gboolean
needs_weights (GbxSession *self)
{
  return self->loaded && (self->step > 0 || self->network_is_from_file) &&
         !(self->kept_fits && self->kept_step == self->step);
}

static void
write_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Write *write = data;
  GError *error = NULL;

  if (gbx_store_write (write->store, write->kept, write->checkpoint, write->ticket, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
end_write (GbxSession *self)
{
  self->writing = FALSE;
  if (self->write_again)
    gbx_session_keep (self);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Write *write = g_task_get_task_data (G_TASK (result));
  g_autoptr (GbxSession) self = g_weak_ref_get (&write->session);
  g_autoptr (GError) error = NULL;

  if (self == NULL || self->closed)
    return;
  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    g_autofree char *message = g_strdup_printf (
        _ ("The session cannot be kept; it goes on in memory. %s"), error->message);
    gbx_session_set_error (self, message);
  } else if (write->checkpoint != NULL) {
    g_free (self->kept_weights);
    self->kept_weights = g_strdup (write->kept->weights);
    self->kept_fits = self->loaded && write->run == self->trainer_run;
    self->kept_step = write->step;
  }
  end_write (self);
}

static void
start_write (GbxSession *self, Write *write)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, written_cb, NULL);

  write->kept = compose (self);
  write->ticket = gbx_store_next_ticket (self->store);
  g_task_set_task_data (task, write, write_free);
  g_task_run_in_thread (task, write_cb);
}

/* ---- while training: through the training thread ---- */

static gboolean
captured_cb (gpointer data)
{
  Write *write = *(Write **)data;
  g_autoptr (GbxSession) self = g_weak_ref_get (&write->session);

  if (self == NULL || self->closed)
    return G_SOURCE_REMOVE;
  if (self->loaded && write->run == self->trainer_run && write->checkpoint != NULL)
    start_write (self, g_steal_pointer ((Write **)data));
  else
    end_write (self);
  return G_SOURCE_REMOVE;
}

static void
capture_free (gpointer data)
{
  g_clear_pointer ((Write **)data, write_free);
  g_free (data);
}

static void
capture (NnTraining *training, gpointer data)
{
  Write **write = data;
  NnTrainingPosition position;

  if (training != NULL) {
    nn_training_get_position (training, &position);
    (*write)->step = position.step;
    (*write)->checkpoint = nn_checkpoint_capture (training);
  }
  g_idle_add_full (G_PRIORITY_DEFAULT, captured_cb, g_memdup2 (data, sizeof (Write *)),
                   capture_free);
  *write = NULL;
}

static gboolean
keep_soon_cb (gpointer data)
{
  GbxSession *self = data;

  self->keep_source = 0;
  gbx_session_keep (self);
  return G_SOURCE_REMOVE;
}

static void
restore_runs (GbxSession *self, const GbxKept *kept)
{
  for (guint i = 0; i < kept->runs->len; i++) {
    g_autoptr (GbxRun) run = gbx_kept_run_restore (g_ptr_array_index (kept->runs, i));

    g_list_store_append (self->runs, run);
    if (i > 0 || !kept->has_current || kept->weights == NULL)
      continue;
    gbx_session_set_current_run (self, run);
    self->validation_loss =
        gbx_metric_series_get_last (gbx_run_get_series (run, GBX_CURVE_VALIDATION_LOSS));
    self->validation_accuracy =
        gbx_metric_series_get_last (gbx_run_get_series (run, GBX_CURVE_VALIDATION_ACCURACY));
  }
  self->next_run = kept->next_run;
}

/* ---- shared with the session's other files ---- */

void
gbx_session_restore (GbxSession *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GbxKept) kept = gbx_store_read (self->store, &error);
  GbxBuildStart start = {0};

  if (kept == NULL) {
    if (error != NULL)
      gbx_session_set_error (self, error->message);
    return;
  }
  self->stage = kept->stage;
  self->reader = (GbxReader)kept->reader;
  self->speed = kept->speed;
  nn_drawing_free (self->drawing);
  self->drawing = g_steal_pointer (&kept->drawing);
  restore_runs (self, kept);
  gbx_session_adopt_experiment (self, g_steal_pointer (&kept->experiment));
  if (kept->weights == NULL) {
    gbx_session_rebuild (self, GBX_INTENT_NONE);
    return;
  }
  self->loss = kept->loss;
  self->accuracy = kept->accuracy;
  start.dataset_id = kept->dataset_id;
  start.checkpoint = kept->weights;
  gbx_session_rebuild_from (self, GBX_INTENT_NONE, &start);
  self->kept_weights = g_strdup (kept->weights);
  self->kept_dataset = g_strdup (kept->dataset_id);
  self->kept_fits = TRUE;
}

void
gbx_session_keep (GbxSession *self)
{
  NnTraining *standing;
  Write *write;

  if (self->closed || self->closing)
    return;
  self->write_again = self->writing;
  if (self->writing)
    return;
  g_clear_handle_id (&self->keep_source, g_source_remove);
  self->writing = TRUE;
  self->kept_at = g_get_monotonic_time ();
  write = write_new (self);
  standing = needs_weights (self) ? nn_trainer_borrow (self->trainer) : NULL;
  if (!needs_weights (self)) {
    start_write (self, write);
  } else if (standing != NULL) {
    write->checkpoint = nn_checkpoint_capture (standing);
    start_write (self, write);
  } else {
    nn_trainer_call (self->trainer, capture, g_memdup2 (&write, sizeof write), capture_free);
  }
}

void
gbx_session_keep_soon (GbxSession *self)
{
  if (!self->closed && self->keep_source == 0)
    self->keep_source = g_timeout_add (SOON_MILLISECONDS, keep_soon_cb, self);
}

void
gbx_session_keep_if_due (GbxSession *self, gboolean epoch_ended)
{
  gint64 interval = epoch_ended ? EPOCH_INTERVAL : TRAINING_INTERVAL;

  if (g_get_monotonic_time () - self->kept_at >= interval)
    gbx_session_keep (self);
}

gboolean
gbx_session_keep_and_wait (GbxSession *self, GError **error)
{
  g_autoptr (GbxKept) kept = compose (self);
  g_autoptr (NnCheckpoint) checkpoint = NULL;
  guint64 ticket = gbx_store_next_ticket (self->store);

  if (needs_weights (self))
    checkpoint = nn_checkpoint_capture (nn_trainer_borrow (self->trainer));
  return gbx_store_write (self->store, kept, checkpoint, ticket, error);
}
