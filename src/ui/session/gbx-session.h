/* gbx-session.h: everything the window shows, without GTK. One per window; main thread only.
 *
 * Owns the recipe, the trainer, the data set, the runs and the reader of drawings.
 *
 * Properties (read-only unless said):
 *   "state"               int, GbxSessionState
 *   "experiment-name"     string
 *   "dataset-id"          string: what is really trained on
 *   "dataset-notice"      string or NULL: why it is not what the recipe asks for
 *   "stage"               int 0…5, read-write: which page is open (kept between starts)
 *   "epoch" int (completed) · "epochs" int · "batch" int · "batches-per-epoch" int
 *   "samples-per-second"  double
 *   "loss" · "accuracy"   double: debiased running averages of the current run, NaN before
 *   "validation-loss" · "validation-accuracy" double: last epoch's, NaN before
 *   "error"               string or NULL: what went wrong last, translated, ready to show
 *   "reader"              int, GbxReader, read-write: who reads the drawing
 *   "speed"               double, read-write: batches a second, 0 = flat out
 *   "has-weights"         boolean: a network of our own exists (trained or fresh)
 *   "evaluating"          boolean
 *   "microseconds"        double: what gbx_session_measure() found; NaN before
 *   "undo-name" · "redo-name" string or NULL: what gbx_session_undo() would take back, translated
 * Signals:
 *   "weights-changed"     the current network's parameters are new (at most once a poll)
 *   "experiment-changed"  the recipe changed: shapes and counts may differ
 *   "dataset-changed"     another data set is loaded
 *   "prediction-changed"  the reader or its weights changed: ask again
 *   "evaluation-changed"  a new evaluation is there, or the one there was is no longer of this
 * network "curves-changed"      the current run's curves grew (at most once a poll)
 */
#pragma once

#include "gbx-album.h"
#include "gbx-foresight.h"
#include "gbx-hyperparameters.h"
#include "gbx-run.h"

#include "engine/collect/dataset.h"
#include "engine/collect/download.h"
#include "engine/deploy/export.h"
#include "engine/deploy/parity.h"
#include "engine/evaluate/metrics.h"
#include "engine/ink/drawing.h"
#include "engine/train/trainer.h"

#include <gio/gio.h>

typedef enum {
  GBX_SESSION_LOADING, /* data is being read; train commands are kept for when it is there */
  GBX_SESSION_READY,   /* nothing trained yet */
  GBX_SESSION_RUNNING,
  GBX_SESSION_PAUSED,
  GBX_SESSION_FINISHED,
  GBX_SESSION_DIVERGED,
} GbxSessionState;

typedef enum {
  GBX_READER_PRETRAINED, /* the network that ships */
  GBX_READER_OWN,        /* the network being trained; chosen by itself at the first Train */
} GbxReader;

#define GBX_TYPE_SESSION (gbx_session_get_type ())
G_DECLARE_FINAL_TYPE (GbxSession, gbx_session, GBX, SESSION, GObject)

/**
 * gbx_session_new:
 * @folder: (nullable): where the session is kept; NULL for `$XDG_DATA_HOME/glassbox`
 * @n_threads: 0 = one a core
 * Restores what was kept there; a damaged file is set aside under a new name, and "error" says so.
 * A run's "name" and "note" are set on the run, and kept from there.
 */
GbxSession *gbx_session_new (const char *folder, guint n_threads);

/* Commands. */
void gbx_session_train (GbxSession *self); /* start or resume */
void gbx_session_pause (GbxSession *self);
void gbx_session_toggle (GbxSession *self);
void gbx_session_step (GbxSession *self, NnStepSize size);
/** gbx_session_reset: Same seed again, or the next one. The run so far stays in the runs list. */
void gbx_session_reset (GbxSession *self, gboolean new_seed);
void gbx_session_load_preset (GbxSession *self, const char *name);
void gbx_session_load_experiment (GbxSession *self, const NnExperiment *experiment);
/**
 * gbx_session_edit:
 * @experiment: (transfer full): the recipe as edited; what can go on does
 * @what: a static string, untranslated: names the edit
 * @place: edits of the same thing at the same place, one right after another, are taken back as
 * one; negative: this one never
 */
void gbx_session_edit (GbxSession *self, NnExperiment *experiment, const char *what, int place);
/** gbx_session_undo: Takes the last edit of the recipe back, whoever made it. */
void gbx_session_undo (GbxSession *self);
void gbx_session_redo (GbxSession *self);
/** gbx_session_set_dataset: The last dense layer gets a unit for each class. */
void gbx_session_set_dataset (GbxSession *self, const char *id);
/** gbx_session_set_mix: @id: (nullable): what to mix into the data set, so that it is @share of
 * what is trained on; NULL: nothing. The last dense layer gets a unit for each class. */
void gbx_session_set_mix (GbxSession *self, const char *id, double share);
/** gbx_session_close: Stops within one batch and keeps everything; before the window goes. What
 * could not be kept is not closed: it is paused, and may go on or be dropped. */
gboolean gbx_session_close (GbxSession *self, GError **error);

/* What is there. (transfer none) all. */
const NnExperiment *gbx_session_get_experiment (GbxSession *self);
GbxHyperparameters *gbx_session_get_hyperparameters (GbxSession *self);
GListModel *gbx_session_get_runs (GbxSession *self);    /* GbxRun, newest first: the current one */
GbxRun *gbx_session_get_current_run (GbxSession *self); /* nullable */
void gbx_session_delete_run (GbxSession *self, GbxRun *run);
GbxLibrary *gbx_session_get_library (GbxSession *self); /* the user's own drawings and recipes */
GbxAlbum *gbx_session_get_album (GbxSession *self);     /* what is done to the drawings */
NnDataset *gbx_session_get_dataset (GbxSession *self);  /* nullable while loading */
/** gbx_session_get_samples: Returns: (transfer none) (nullable): a part of the data as prepared
 * last; NULL while loading. */
const NnSamples *gbx_session_get_samples (GbxSession *self, NnPart part);
GbxSessionState gbx_session_get_state (GbxSession *self);
const char *gbx_session_get_dataset_id (GbxSession *self);

/** gbx_session_foresee: Returns: (transfer full): what the recipe of this moment would be. */
GbxForesight *gbx_session_foresee (GbxSession *self);

/**
 * gbx_session_get_network:
 * Returns: (transfer none) (nullable): the main thread's own copy of the current network, for
 * shapes, counts and weights (network->layers[i]->parameters[j].value); its numbers change only
 * right before "weights-changed"
 */
const NnNetwork *gbx_session_get_network (GbxSession *self);

/**
 * gbx_session_predict:
 * @pixels: 784 bytes; probabilities[10] (or n_classes, at most 64)
 * Asks the current reader, on the calling thread: microseconds.
 * Returns: the class, or −1 when there is no reader
 */
int gbx_session_predict (GbxSession *self, const guint8 *pixels, float *probabilities,
                         int *n_classes);

/**
 * gbx_session_examine:
 * @pixels: 784 bytes
 * Runs a picture through a second copy of the current network in which no layer does another's
 * work, on the calling thread, and only where the picture or the weights are others than the last
 * time: whoever looks asks, and while nobody does nothing is computed.
 * Returns: (transfer none) (nullable): that copy: what each layer was given (`x`), made of it
 * (`y`, nn_network_layer_output()) and its weights, until the next call or "experiment-changed";
 * NULL where there is no network that reads drawings
 */
const NnNetwork *gbx_session_examine (GbxSession *self, const guint8 *pixels);
const char *gbx_session_get_class_name (GbxSession *self, int index);

/** gbx_session_set_drawing: What is on the canvas, copied: it is kept too. */
void gbx_session_set_drawing (GbxSession *self, const NnDrawing *drawing);
const NnDrawing *gbx_session_get_drawing (GbxSession *self);

/* Evaluation on the test part, on a worker thread with a copy of the weights. */
void gbx_session_evaluate (GbxSession *self);
const NnEvaluation *gbx_session_get_evaluation (GbxSession *self); /* nullable */

/** gbx_session_measure: Measures on a thread how long the recipe's network takes to read one
 * sample, unless that was done: "microseconds" tells. */
void gbx_session_measure (GbxSession *self);

/* Files. */
gboolean gbx_session_save_model (GbxSession *self, const char *path, GError **error);
gboolean gbx_session_open_model (GbxSession *self, const char *path, GError **error);

/* For others' programs; the latter two take a moment of the calling thread. */
gboolean gbx_session_export (GbxSession *self, NnExportFormat format, NnOnnxInput input,
                             const char *path, GError **error);
gboolean gbx_session_check_parity (GbxSession *self, NnParity *parity, GError **error);
gboolean gbx_session_measure_pace (GbxSession *self, NnPace *pace, GError **error);

/* Download of MNIST, on the user's click. Properties on the session: "download-fraction" (double,
 * −1 when none runs), "download-text" (string: bytes and time left). */
void gbx_session_download (GbxSession *self, const char *id);
void gbx_session_cancel_download (GbxSession *self);

/** gbx_session_translate: Says in the language of the moment what it keeps as text. */
void gbx_session_translate (GbxSession *self);

/** gbx_session_poll: Takes over what the trainer has; called by the session's own timer
 * while training; public for tests. */
void gbx_session_poll (GbxSession *self);
