/* gbx-session-store.c: keeping the session, so that closing, crashing or pulling the plug loses
 * nothing. What is kept is taken between two batches and written on a thread. */
#include "gbx-session-private.h"

#include <glib/gi18n-lib.h>

#define SOON_MILLISECONDS 2000
#define TRAINING_INTERVAL G_USEC_PER_SEC /* what the plug may cost while training */
#define WRITING_SHARE 10                 /* large weights are written a tenth of the time */

/* One write; passed through the training thread, which lays down the checkpoint, and through the
 * thread that writes. */
typedef struct {
  GWeakRef session;
  guint64 run, step;        /* what the checkpoint is of … */
  int epoch;                /* … for the end of an epoch is no step */
  NnCheckpoint *checkpoint; /* NULL: the weights in the folder still hold */
  gboolean has_checkpoint;
  GbxStore *store;
  GbxStoreWrite *written; /* in the store's queue */
  GPtrArray *marks;       /* what of the runs it has */
  guint64 number;         /* of all writes */
  gint64 begun, took;     /* monotonic time, microseconds */
  char *weights;          /* name of the checkpoint's file */
} Write;

static Write *
write_new (GbxSession *self)
{
  Write *write = g_new0 (Write, 1);

  g_weak_ref_init (&write->session, self);
  write->run = self->trainer_run;
  write->step = self->step;
  write->epoch = self->epoch;
  write->store = gbx_store_ref (self->store);
  return write;
}

static void
write_free (gpointer data)
{
  Write *write = data;

  g_weak_ref_clear (&write->session);
  g_clear_pointer (&write->checkpoint, nn_checkpoint_free);
  g_clear_pointer (&write->marks, g_ptr_array_unref);
  g_free (write->weights);
  gbx_store_unref (write->store);
  g_free (write);
}

static GbxKept *
compose (GbxSession *self)
{
  GbxKept *kept = gbx_kept_new ();
  const char *dataset_id = gbx_session_get_dataset_id (self);

  kept->experiment = nn_experiment_copy (self->experiment);
  kept->dataset_id = g_strdup (dataset_id != NULL ? dataset_id : self->kept_dataset);
  kept->weights = self->kept_fits ? g_strdup (self->kept_weights) : NULL;
  kept->stage = self->stage;
  kept->reader = (int)self->reader;
  kept->speed = self->speed;
  kept->next_run = self->next_run;
  kept->run = self->current_run != NULL ? g_strdup (gbx_run_get_uuid (self->current_run)) : NULL;
  kept->loss = self->loss;
  kept->accuracy = self->accuracy;
  nn_drawing_free (kept->drawing);
  kept->drawing = nn_drawing_copy (self->drawing);
  return kept;
}

/* Fresh weights are drawn again from the seed; they need no file. */
static gboolean
needs_weights (GbxSession *self)
{
  return self->loaded && (self->step > 0 || self->network_is_from_file) &&
         !(self->kept_fits && self->kept_step == self->step && self->kept_epoch == self->epoch);
}

static void
write_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Write *write = data;
  GError *error = NULL;
  gboolean done = gbx_store_finish_write (write->store, write->written, &write->weights, &error);

  write->took = g_get_monotonic_time () - write->begun;
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
end_write (GbxSession *self)
{
  self->writing--;
  if (self->write_again && self->writing == 0)
    gbx_session_keep (self);
}

static void
report (GbxSession *self, const GError *error)
{
  gboolean shown = self->keep_error != NULL && g_strcmp0 (self->error, self->keep_error) == 0;

  g_clear_pointer (&self->keep_error, g_free);
  if (error != NULL) {
    self->keep_error = g_strdup_printf (_ ("The session cannot be kept; it goes on in memory. %s"),
                                        error->message);
    gbx_session_set_error (self, self->keep_error);
  } else if (shown) {
    gbx_session_set_error (self, NULL);
  }
}

/* An older write that ends later has nothing that this one has not. */
static void
take_written (GbxSession *self, Write *write)
{
  report (self, NULL);
  if (write->number < self->last_kept)
    return;
  self->last_kept = write->number;
  gbx_session_runs_are_kept (self, write->marks);
  if (!write->has_checkpoint)
    return;
  g_free (self->kept_weights);
  self->kept_weights = g_steal_pointer (&write->weights);
  self->kept_fits = self->loaded && write->run == self->trainer_run;
  self->kept_step = write->step;
  self->kept_epoch = write->epoch;
  self->write_time = write->took;
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Write *write = g_task_get_task_data (G_TASK (result));
  g_autoptr (GbxSession) self = g_weak_ref_get (&write->session);
  g_autoptr (GError) error = NULL;

  if (self == NULL || self->closed)
    return;
  if (g_task_propagate_boolean (G_TASK (result), &error)) {
    take_written (self, write);
  } else {
    if (!gbx_store_is_busy (error))
      report (self, error);
    gbx_session_keep_soon (self);
  }
  end_write (self);
}

/* Into the store's queue, in the order in which they are composed. */
static void
queue_write (GbxSession *self, Write *write)
{
  GbxKept *kept = compose (self);

  write->marks = gbx_session_add_changed_runs (self, kept);
  write->number = ++self->n_writes;
  write->begun = g_get_monotonic_time ();
  write->has_checkpoint = write->checkpoint != NULL;
  write->written = gbx_store_queue_write (self->store, kept, g_steal_pointer (&write->checkpoint));
}

static void
start_write (GbxSession *self, Write *write)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, written_cb, NULL);

  queue_write (self, write);
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
    (*write)->epoch = position.epoch;
    (*write)->checkpoint = nn_checkpoint_capture (training);
  }
  g_idle_add_full (G_PRIORITY_DEFAULT, captured_cb, g_memdup2 (data, sizeof (Write *)),
                   capture_free);
  *write = NULL;
}

/* What stands is taken at once, for it may be gone a moment later; what runs waits its turn. */
static void
keep (GbxSession *self, gboolean with_weights)
{
  NnTraining *standing = with_weights ? nn_trainer_borrow (self->trainer) : NULL;
  Write *write;

  self->write_again = self->writing > 0 && standing == NULL;
  if (self->write_again)
    return;
  g_clear_handle_id (&self->keep_source, g_source_remove);
  self->writing++;
  self->kept_at = g_get_monotonic_time ();
  write = write_new (self);
  if (!with_weights) {
    start_write (self, write);
    return;
  }
  self->captured_at = self->kept_at;
  if (standing != NULL) {
    write->checkpoint = nn_checkpoint_capture (standing);
    start_write (self, write);
  } else {
    nn_trainer_call (self->trainer, capture, g_memdup2 (&write, sizeof write), capture_free);
  }
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
    const GbxKeptRun *kept_run = g_ptr_array_index (kept->runs, i);
    g_autoptr (GbxRun) run = gbx_kept_run_restore (kept_run);

    gbx_session_watch_run (self, run, FALSE);
    g_list_store_append (self->runs, run);
    if (g_strcmp0 (kept_run->uuid, kept->run) != 0 || kept->weights == NULL)
      continue;
    gbx_session_set_current_run (self, run);
    self->validation_loss =
        gbx_metric_series_get_last (gbx_run_get_series (run, GBX_CURVE_VALIDATION_LOSS));
    self->validation_accuracy =
        gbx_metric_series_get_last (gbx_run_get_series (run, GBX_CURVE_VALIDATION_ACCURACY));
  }
  self->next_run = kept->next_run;
}

static void
restore_weights (GbxSession *self, const GbxKept *kept)
{
  const GbxBuildStart start = {.dataset_id = kept->dataset_id, .checkpoint = kept->weights};

  self->loss = kept->loss;
  self->accuracy = kept->accuracy;
  gbx_session_rebuild_from (self, GBX_INTENT_NONE, &start);
  self->kept_weights = g_strdup (kept->weights);
  self->kept_dataset = g_strdup (kept->dataset_id);
  self->kept_fits = !kept->shared;
}

static GbxKept *
read_store (GbxSession *self)
{
  g_autoptr (GError) error = NULL;
  GbxKept *kept = gbx_store_read (self->store, &error);
  g_autofree char *notice = gbx_store_take_notice (self->store);

  if (error != NULL)
    gbx_session_set_error (self, error->message);
  else if (notice != NULL)
    gbx_session_set_error (self, notice);
  return kept;
}

/* ---- shared with the session's other files ---- */

void
gbx_session_restore (GbxSession *self)
{
  g_autoptr (GbxKept) kept = read_store (self);

  if (kept == NULL)
    return;
  restore_runs (self, kept);
  if (kept->experiment == NULL)
    return;
  self->stage = kept->stage;
  self->reader = (GbxReader)kept->reader;
  self->speed = kept->speed;
  nn_drawing_free (self->drawing);
  self->drawing = nn_drawing_copy (kept->drawing);
  gbx_session_adopt_experiment (self, g_steal_pointer (&kept->experiment));
  if (kept->weights != NULL)
    restore_weights (self, kept);
  else
    gbx_session_rebuild (self, GBX_INTENT_NONE);
}

void
gbx_session_keep (GbxSession *self)
{
  if (!self->closed && !self->closing)
    keep (self, needs_weights (self));
}

void
gbx_session_keep_soon (GbxSession *self)
{
  if (!self->closed && self->keep_source == 0)
    self->keep_source = g_timeout_add (SOON_MILLISECONDS, keep_soon_cb, self);
}

void
gbx_session_keep_if_due (GbxSession *self)
{
  gint64 now = g_get_monotonic_time ();

  if (!self->closed && !self->closing && now - self->kept_at >= TRAINING_INTERVAL)
    keep (self,
          needs_weights (self) && now - self->captured_at >= WRITING_SHARE * self->write_time);
}

gboolean
gbx_session_keep_and_wait (GbxSession *self, GError **error)
{
  Write *write = write_new (self);
  gboolean kept;

  if (needs_weights (self))
    write->checkpoint = nn_checkpoint_capture (nn_trainer_borrow (self->trainer));
  queue_write (self, write);
  kept = gbx_store_finish_write (self->store, write->written, &write->weights, error);
  if (kept)
    take_written (self, write);
  write_free (write);
  return kept && gbx_library_flush (self->library, error);
}
