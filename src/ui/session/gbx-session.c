/* gbx-session.c: the session as an object: its properties, signals, beginning and end. */
#include "gbx-session-private.h"

#include <glib/gi18n-lib.h>

#define DEFAULT_PRESET "keras-784-64-10"
#define GREATEST_SPEED 1e6 /* batches a second */

static GParamSpec *properties[GBX_SESSION_N_PROPERTIES];
static guint signals[GBX_SESSION_N_SIGNALS];

#define FIRST_STAGE 3 /* Train: whoever presses nothing but the big button sees it there */

G_DEFINE_FINAL_TYPE (GbxSession, gbx_session, G_TYPE_OBJECT)

static gboolean
is_text (guint id)
{
  return id == GBX_SESSION_PROP_EXPERIMENT_NAME || id == GBX_SESSION_PROP_DATASET_ID ||
         id == GBX_SESSION_PROP_DATASET_NOTICE || id == GBX_SESSION_PROP_ERROR ||
         id == GBX_SESSION_PROP_DOWNLOAD_TEXT || id == GBX_SESSION_PROP_UNDO_NAME ||
         id == GBX_SESSION_PROP_REDO_NAME;
}

static const char *
translate (const char *what)
{
  return what != NULL ? _ (what) : NULL;
}

static const char *
read_text (GbxSession *self, guint id)
{
  switch (id) {
  case GBX_SESSION_PROP_EXPERIMENT_NAME:
    return self->experiment != NULL ? self->experiment->name : NULL;
  case GBX_SESSION_PROP_DATASET_ID:
    return gbx_session_get_dataset_id (self);
  case GBX_SESSION_PROP_DATASET_NOTICE:
    return self->notice;
  case GBX_SESSION_PROP_ERROR:
    return self->error;
  case GBX_SESSION_PROP_UNDO_NAME:
    return self->history != NULL ? translate (gbx_history_undoes (self->history)) : NULL;
  case GBX_SESSION_PROP_REDO_NAME:
    return self->history != NULL ? translate (gbx_history_redoes (self->history)) : NULL;
  default:
    return self->download_text;
  }
}

static double
read_number (GbxSession *self, guint id)
{
  switch (id) {
  case GBX_SESSION_PROP_STATE:
    return self->state;
  case GBX_SESSION_PROP_STAGE:
    return self->stage;
  case GBX_SESSION_PROP_EPOCH:
    return self->epoch;
  case GBX_SESSION_PROP_EPOCHS:
    return self->experiment != NULL ? self->experiment->train.epochs : 0;
  case GBX_SESSION_PROP_BATCH:
    return self->batch;
  case GBX_SESSION_PROP_BATCHES_PER_EPOCH:
    return self->batches_per_epoch;
  case GBX_SESSION_PROP_SAMPLES_PER_SECOND:
    return self->samples_per_second;
  case GBX_SESSION_PROP_LOSS:
    return gbx_average_get (&self->loss);
  case GBX_SESSION_PROP_ACCURACY:
    return gbx_average_get (&self->accuracy);
  case GBX_SESSION_PROP_VALIDATION_LOSS:
    return self->validation_loss;
  case GBX_SESSION_PROP_VALIDATION_ACCURACY:
    return self->validation_accuracy;
  case GBX_SESSION_PROP_READER:
    return self->reader;
  case GBX_SESSION_PROP_SPEED:
    return self->speed;
  case GBX_SESSION_PROP_HAS_WEIGHTS:
    return self->network != NULL;
  case GBX_SESSION_PROP_EVALUATING:
    return self->evaluating != NULL;
  case GBX_SESSION_PROP_MICROSECONDS:
    return self->microseconds;
  default:
    return self->download_fraction;
  }
}

static void
gbx_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxSession *self = GBX_SESSION (object);

  if (id >= GBX_SESSION_N_PROPERTIES)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (is_text (id))
    g_value_set_string (value, read_text (self, id));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, read_number (self, id) != 0);
  else if (G_VALUE_HOLDS_INT (value))
    g_value_set_int (value, (int)read_number (self, id));
  else
    g_value_set_double (value, read_number (self, id));
}

static void
gbx_session_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GbxSession *self = GBX_SESSION (object);

  switch (id) {
  case GBX_SESSION_PROP_STAGE:
    self->stage = g_value_get_int (value);
    break;
  case GBX_SESSION_PROP_READER:
    gbx_session_set_reader (self, (GbxReader)g_value_get_int (value));
    break;
  case GBX_SESSION_PROP_SPEED:
    self->speed = g_value_get_double (value);
    if (self->trainer != NULL)
      nn_trainer_set_speed (self->trainer, self->speed);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  gbx_session_tell (self);
  gbx_session_keep_soon (self);
}

static void
gbx_session_dispose (GObject *object)
{
  GbxSession *self = GBX_SESSION (object);

  self->closed = TRUE;
  if (self->store != NULL)
    gbx_store_close (self->store);
  gbx_session_stop_polling (self);
  gbx_session_forget_edit (self);
  g_clear_handle_id (&self->keep_source, g_source_remove);
  if (self->building != NULL)
    g_cancellable_cancel (self->building);
  if (self->evaluating != NULL)
    g_cancellable_cancel (self->evaluating);
  g_clear_object (&self->building);
  g_clear_object (&self->evaluating);
  gbx_session_forget_measurement (self);
  g_clear_pointer (&self->download, gbx_download_cancel);
  g_clear_pointer (&self->trainer, nn_trainer_free);
  g_clear_object (&self->current_run);
  g_clear_object (&self->runs);
  g_hash_table_remove_all (self->keeping);
  g_clear_object (&self->album);
  g_clear_object (&self->library);
  g_clear_object (&self->hyperparameters);
  G_OBJECT_CLASS (gbx_session_parent_class)->dispose (object);
}

static void
gbx_session_finalize (GObject *object)
{
  GbxSession *self = GBX_SESSION (object);

  g_clear_pointer (&self->network, nn_network_free);
  g_clear_pointer (&self->examined, nn_network_free);
  g_clear_pointer (&self->network_experiment, nn_experiment_free);
  g_clear_pointer (&self->pretrained, nn_model_free);
  g_clear_pointer (&self->drawing, nn_drawing_free);
  g_clear_pointer (&self->evaluation, nn_evaluation_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->samples); i++)
    g_clear_pointer (&self->samples[i], nn_samples_unref);
  g_clear_pointer (&self->dataset, nn_dataset_unref);
  g_clear_pointer (&self->base, nn_dataset_unref);
  g_free (self->mix.dataset);
  g_free (self->mix_fault);
  g_clear_pointer (&self->experiment, nn_experiment_free);
  g_clear_pointer (&self->history, gbx_history_free);
  g_clear_pointer (&self->store, gbx_store_unref);
  for (guint id = 1; id < GBX_SESSION_N_PROPERTIES; id++)
    g_free (self->told_text[id]);
  g_hash_table_unref (self->keeping);
  g_ptr_array_unref (self->deleted);
  g_free (self->keep_error);
  g_free (self->notice);
  g_free (self->error);
  g_free (self->marked_dial);
  g_free (self->download_text);
  g_strfreev (self->mirrors);
  g_free (self->kept_weights);
  g_free (self->kept_dataset);
  G_OBJECT_CLASS (gbx_session_parent_class)->finalize (object);
}

static void
add_int (guint id, const char *name, int minimum, int maximum, GParamFlags access)
{
  properties[id] = g_param_spec_int (name, NULL, NULL, minimum, maximum, minimum,
                                     access | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
}

static void
add_double (guint id, const char *name, double minimum, double maximum, GParamFlags access)
{
  properties[id] = g_param_spec_double (name, NULL, NULL, minimum, maximum, minimum,
                                        access | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
}

static void
add_text (guint id, const char *name)
{
  properties[id] =
      g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
add_boolean (guint id, const char *name)
{
  properties[id] =
      g_param_spec_boolean (name, NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags read = G_PARAM_READABLE, both = G_PARAM_READWRITE;

  add_int (GBX_SESSION_PROP_STATE, "state", GBX_SESSION_LOADING, GBX_SESSION_DIVERGED, read);
  add_text (GBX_SESSION_PROP_EXPERIMENT_NAME, "experiment-name");
  add_text (GBX_SESSION_PROP_DATASET_ID, "dataset-id");
  add_text (GBX_SESSION_PROP_DATASET_NOTICE, "dataset-notice");
  add_int (GBX_SESSION_PROP_STAGE, "stage", 0, 5, both);
  add_int (GBX_SESSION_PROP_EPOCH, "epoch", 0, G_MAXINT, read);
  add_int (GBX_SESSION_PROP_EPOCHS, "epochs", 0, G_MAXINT, read);
  add_int (GBX_SESSION_PROP_BATCH, "batch", 0, G_MAXINT, read);
  add_int (GBX_SESSION_PROP_BATCHES_PER_EPOCH, "batches-per-epoch", 0, G_MAXINT, read);
  add_double (GBX_SESSION_PROP_SAMPLES_PER_SECOND, "samples-per-second", 0, G_MAXDOUBLE, read);
  add_double (GBX_SESSION_PROP_LOSS, "loss", -G_MAXDOUBLE, G_MAXDOUBLE, read);
  add_double (GBX_SESSION_PROP_ACCURACY, "accuracy", 0, 1, read);
  add_double (GBX_SESSION_PROP_VALIDATION_LOSS, "validation-loss", -G_MAXDOUBLE, G_MAXDOUBLE, read);
  add_double (GBX_SESSION_PROP_VALIDATION_ACCURACY, "validation-accuracy", 0, 1, read);
  add_text (GBX_SESSION_PROP_ERROR, "error");
  add_int (GBX_SESSION_PROP_READER, "reader", GBX_READER_PRETRAINED, GBX_READER_OWN, both);
  add_double (GBX_SESSION_PROP_SPEED, "speed", 0, GREATEST_SPEED, both);
  add_boolean (GBX_SESSION_PROP_HAS_WEIGHTS, "has-weights");
  add_boolean (GBX_SESSION_PROP_EVALUATING, "evaluating");
  add_double (GBX_SESSION_PROP_DOWNLOAD_FRACTION, "download-fraction", -1, 1, read);
  add_text (GBX_SESSION_PROP_DOWNLOAD_TEXT, "download-text");
  add_double (GBX_SESSION_PROP_MICROSECONDS, "microseconds", 0, G_MAXDOUBLE, read);
  add_text (GBX_SESSION_PROP_UNDO_NAME, "undo-name");
  add_text (GBX_SESSION_PROP_REDO_NAME, "redo-name");
  g_object_class_install_properties (object_class, GBX_SESSION_N_PROPERTIES, properties);
}

static void
gbx_session_class_init (GbxSessionClass *klass)
{
  static const char *const names[GBX_SESSION_N_SIGNALS] = {
      [GBX_SESSION_SIGNAL_WEIGHTS_CHANGED] = "weights-changed",
      [GBX_SESSION_SIGNAL_EXPERIMENT_CHANGED] = "experiment-changed",
      [GBX_SESSION_SIGNAL_DATASET_CHANGED] = "dataset-changed",
      [GBX_SESSION_SIGNAL_PREDICTION_CHANGED] = "prediction-changed",
      [GBX_SESSION_SIGNAL_EVALUATION_CHANGED] = "evaluation-changed",
      [GBX_SESSION_SIGNAL_CURVES_CHANGED] = "curves-changed",
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_session_get_property;
  object_class->set_property = gbx_session_set_property;
  object_class->dispose = gbx_session_dispose;
  object_class->finalize = gbx_session_finalize;
  install_properties (object_class);
  for (int i = 0; i < GBX_SESSION_N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], GBX_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
}

static void
gbx_session_init (GbxSession *self)
{
  self->state = GBX_SESSION_LOADING;
  self->stage = FIRST_STAGE;
  self->hyperparameters = gbx_hyperparameters_new ();
  self->runs = g_list_store_new (GBX_TYPE_RUN);
  self->keeping = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  self->deleted = g_ptr_array_new_with_free_func (g_free);
  self->drawing = nn_drawing_new ();
  self->next_run = 1;
  self->validation_loss = NAN;
  self->validation_accuracy = NAN;
  self->download_fraction = -1;
  self->microseconds = NAN;
  gbx_session_connect_dials (self);
}

/* ---- shared with the session's other files ---- */

void
gbx_session_tell (GbxSession *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (guint id = 1; id < GBX_SESSION_N_PROPERTIES; id++) {
    gboolean differs;

    if (is_text (id)) {
      const char *text = read_text (self, id);
      differs = g_strcmp0 (text, self->told_text[id]) != 0;
      if (differs) {
        g_free (self->told_text[id]);
        self->told_text[id] = g_strdup (text);
      }
    } else {
      double number = read_number (self, id), told = self->told_number[id];
      differs = number != told && !(isnan (number) && isnan (told));
      self->told_number[id] = number;
    }
    if (differs)
      g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

void
gbx_session_emit (GbxSession *self, GbxSessionSignal signal)
{
  g_signal_emit (self, signals[signal], 0);
}

void
gbx_session_set_error (GbxSession *self, const char *message)
{
  if (g_strcmp0 (self->error, message) == 0)
    return;
  g_free (self->error);
  self->error = g_strdup (message);
  gbx_session_tell (self);
}

/* ---- public ---- */

GbxSession *
gbx_session_new (const char *folder, guint n_threads)
{
  GbxSession *self = g_object_new (GBX_TYPE_SESSION, NULL);

  self->n_threads = n_threads;
  self->store = gbx_store_new (folder);
  self->trainer = nn_trainer_new (n_threads);
  self->library = gbx_library_new (self->store);
  self->album = gbx_album_new (self->library);
  gbx_session_watch_drawings (self);
  gbx_session_restore (self);
  if (self->experiment == NULL) {
    gbx_session_adopt_experiment (self, nn_preset_load (DEFAULT_PRESET, NULL));
    gbx_session_rebuild (self, GBX_INTENT_NONE);
  }
  gbx_session_tell (self);
  return self;
}

gboolean
gbx_session_close (GbxSession *self, GError **error)
{
  gboolean kept;

  g_return_val_if_fail (GBX_IS_SESSION (self), FALSE);

  if (self->closed)
    return TRUE;
  self->closing = TRUE;
  gbx_session_flush_edit (self);
  nn_trainer_pause (self->trainer);
  nn_trainer_wait_idle (self->trainer);
  gbx_session_poll (self);
  gbx_session_cancel_download (self);
  kept = gbx_session_keep_and_wait (self, error);
  self->closing = FALSE;
  if (!kept)
    return FALSE;
  self->closed = TRUE;
  gbx_store_close (self->store);
  g_clear_pointer (&self->trainer, nn_trainer_free);
  return TRUE;
}

const NnExperiment *
gbx_session_get_experiment (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return self->experiment;
}

GbxHyperparameters *
gbx_session_get_hyperparameters (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return self->hyperparameters;
}

GListModel *
gbx_session_get_runs (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return G_LIST_MODEL (self->runs);
}

GbxLibrary *
gbx_session_get_library (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return self->library;
}

GbxAlbum *
gbx_session_get_album (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return self->album;
}

GbxRun *
gbx_session_get_current_run (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return self->current_run;
}

NnDataset *
gbx_session_get_dataset (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return self->dataset;
}

const NnSamples *
gbx_session_get_samples (GbxSession *self, NnPart part)
{
  g_return_val_if_fail (GBX_IS_SESSION (self) && part <= NN_PART_TEST, NULL);

  return self->samples[part];
}

GbxSessionState
gbx_session_get_state (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), GBX_SESSION_LOADING);

  return self->state;
}

const char *
gbx_session_get_dataset_id (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return self->dataset != NULL ? self->dataset->id : NULL;
}

const NnNetwork *
gbx_session_get_network (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return self->network;
}

const char *
gbx_session_get_class_name (GbxSession *self, int index)
{
  g_return_val_if_fail (GBX_IS_SESSION (self) && index >= 0, NULL);

  if (self->dataset != NULL && index < self->dataset->n_classes)
    return nn_dataset_get_class_name (self->dataset, index);
  return NULL;
}

void
gbx_session_set_drawing (GbxSession *self, const NnDrawing *drawing)
{
  NnDrawing *copy;

  g_return_if_fail (GBX_IS_SESSION (self) && drawing != NULL);

  if (nn_drawing_equal (drawing, self->drawing))
    return;
  copy = nn_drawing_copy (drawing);
  nn_drawing_free (self->drawing);
  self->drawing = copy;
  gbx_session_keep_soon (self);
}

const NnDrawing *
gbx_session_get_drawing (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return self->drawing;
}
