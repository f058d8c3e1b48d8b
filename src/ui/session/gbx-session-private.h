/* gbx-session-private.h: what the session's own files share. */
#pragma once

#include "gbx-average.h"
#include "gbx-drawn-data.h"
#include "gbx-history.h"
#include "gbx-kept.h"
#include "gbx-session.h"
#include "gbx-store.h"

#include "engine/deploy/model.h"

#define GBX_SESSION_INPUTS 784 /* a drawing's pixels */

/* What to do as soon as a training is there. */
typedef enum {
  GBX_INTENT_NONE,
  GBX_INTENT_TRAIN,
  GBX_INTENT_STEP,
} GbxIntent;

enum {
  GBX_SESSION_PROP_STATE = 1,
  GBX_SESSION_PROP_EXPERIMENT_NAME,
  GBX_SESSION_PROP_DATASET_ID,
  GBX_SESSION_PROP_DATASET_NOTICE,
  GBX_SESSION_PROP_STAGE,
  GBX_SESSION_PROP_EPOCH,
  GBX_SESSION_PROP_EPOCHS,
  GBX_SESSION_PROP_BATCH,
  GBX_SESSION_PROP_BATCHES_PER_EPOCH,
  GBX_SESSION_PROP_SAMPLES_PER_SECOND,
  GBX_SESSION_PROP_LOSS,
  GBX_SESSION_PROP_ACCURACY,
  GBX_SESSION_PROP_VALIDATION_LOSS,
  GBX_SESSION_PROP_VALIDATION_ACCURACY,
  GBX_SESSION_PROP_ERROR,
  GBX_SESSION_PROP_READER,
  GBX_SESSION_PROP_SPEED,
  GBX_SESSION_PROP_HAS_WEIGHTS,
  GBX_SESSION_PROP_EVALUATING,
  GBX_SESSION_PROP_DOWNLOAD_FRACTION,
  GBX_SESSION_PROP_DOWNLOAD_TEXT,
  GBX_SESSION_PROP_MICROSECONDS,
  GBX_SESSION_PROP_UNDO_NAME,
  GBX_SESSION_PROP_REDO_NAME,
  GBX_SESSION_N_PROPERTIES
};

typedef enum {
  GBX_SESSION_SIGNAL_WEIGHTS_CHANGED,
  GBX_SESSION_SIGNAL_EXPERIMENT_CHANGED,
  GBX_SESSION_SIGNAL_DATASET_CHANGED,
  GBX_SESSION_SIGNAL_PREDICTION_CHANGED,
  GBX_SESSION_SIGNAL_EVALUATION_CHANGED,
  GBX_SESSION_SIGNAL_CURVES_CHANGED,
  GBX_SESSION_N_SIGNALS
} GbxSessionSignal;

typedef struct GbxDownload GbxDownload;

struct _GbxSession {
  GObject parent_instance;
  guint n_threads;
  gboolean closing, closed;
  GbxSessionState state;
  int stage;
  char *error;

  /* The recipe, and the dials upon it. */
  NnExperiment *experiment;
  GbxHyperparameters *hyperparameters;
  guint rebuild_source; /* a dial that needs a reset was turned and may be turning still */
  guint mark_source;    /* a live dial was turned and may be turning still */
  char *marked_dial;    /* which */
  GbxHistory *history;
  guint seal_source; /* the last edit may go on */

  /* The data. */
  NnDataset *dataset;
  NnDataset *base;        /* what it was before anything was mixed in; the same, where nothing is */
  NnMixSpec mix;          /* what was to be mixed in, … */
  guint64 mix_seed;       /* … by which seed … */
  char *mix_fault;        /* … and why it could not be, NULL where it was */
  guint drawn_changes;    /* to the user's drawings, where the data are of them … */
  guint drawn_known;      /* … and how many of these the data have in them */
  NnSamples *samples[3];  /* by NnPart */
  gboolean fit_was_given; /* they are standardised by a file's mean and deviation, not their own */
  char *notice;
  gboolean unreadable; /* the data asked for is there, but not as it should be */

  /* The training. `building` is set while one is being made on a thread. */
  GCancellable *building;
  GbxIntent intent;
  NnStepSize intended_step;
  NnTrainer *trainer;
  gboolean loaded;     /* the trainer has the training of this recipe */
  guint64 trainer_run; /* its number; whatever carries another is stale */
  gboolean goes_on;    /* train until told otherwise; FALSE while a single step is under way */
  double speed;
  guint poll_source;  /* the next beat; 0 while the training stands */
  double work_before; /* of this thread at the last beat, in milliseconds */

  /* Where it stands, as of the last poll. */
  guint64 step;
  int epoch, batch, batches_per_epoch;
  double samples_per_second;
  GbxAverage loss, accuracy;
  double validation_loss, validation_accuracy;

  /* The main thread's own copy of the network, and of the recipe it was built from. */
  NnNetwork *network;
  NnExperiment *network_experiment;
  gboolean network_is_from_file; /* its first weights cannot be drawn again from the seed */
  guint64 weights_number;        /* another one whenever its parameters are others */
  real input[GBX_SESSION_INPUTS];

  /* Who looks into it: a copy whose every layer keeps what it made of the picture. */
  NnNetwork *examined;     /* NULL until somebody looks */
  guint64 examined_number; /* the weights it has; 0: none yet */
  guint8 examined_pixels[GBX_SESSION_INPUTS];
  real examined_input[GBX_SESSION_INPUTS];

  /* Who reads the drawing. */
  GbxReader reader;
  NnModel *pretrained; /* opened at the first question */
  NnDrawing *drawing;
  gboolean pretrained_tried;

  GListStore *runs;    /* GbxRun, newest first */
  GHashTable *keeping; /* GbxRun → GbxRunKeeping: how far each is written */
  GPtrArray *deleted;  /* char *, uuids of runs that are deleted, and not yet in the store */
  GbxRun *current_run;
  guint next_run;

  NnEvaluation *evaluation;
  GCancellable *evaluating;

  NnExperiment *measured; /* the last one that was looked at */
  GCancellable *measuring;
  double microseconds; /* NaN: not known */

  gboolean fits_data; /* a data set was chosen: the recipe is to read it and tell its classes */
  GbxDownload *download;
  char **mirrors; /* to download from; NULL: the published ones */
  double download_fraction;
  char *download_text;

  /* Keeping. */
  GbxStore *store;
  GbxLibrary *library;
  GbxAlbum *album;
  char *kept_weights; /* name of the weights' file written last, NULL for none */
  char *kept_dataset; /* what the session was kept with, while that is still being read */
  gboolean kept_fits; /* it holds the network there is now, as of … */
  guint64 kept_step;
  int kept_epoch;
  guint writing; /* writes under way */
  gboolean write_again;
  guint keep_source;
  gint64 kept_at;              /* monotonic time of the last write, or of the start */
  gint64 captured_at;          /* … of the last with weights */
  gint64 write_time;           /* what that took, in microseconds */
  guint64 n_writes, last_kept; /* how many were begun, and which is the newest that was done */
  char *keep_error;            /* why the last could not be done, NULL where it could */

  /* What was told by "notify" last. */
  double told_number[GBX_SESSION_N_PROPERTIES];
  char *told_text[GBX_SESSION_N_PROPERTIES];
};

/* gbx-session.c */
void gbx_session_tell (GbxSession *self); /* notifies every property that differs */
void gbx_session_emit (GbxSession *self, GbxSessionSignal signal);
void gbx_session_set_error (GbxSession *self, const char *message); /* nullable: all is well */

/* gbx-session-edit.c: what changes the recipe. */
void gbx_session_connect_dials (GbxSession *self);
void gbx_session_adopt_experiment (GbxSession *self, NnExperiment *experiment); /* takes it */
/* As @built, for the data that were chosen. */
void gbx_session_fit_data (GbxSession *self, const NnExperiment *built);
void gbx_session_copy_live_dials (GbxSession *self, NnExperiment *experiment);
void gbx_session_record (GbxSession *self, const char *what);
void gbx_session_rebuild_soon (GbxSession *self); /* when nothing has changed for a moment */
void gbx_session_flush_edit (GbxSession *self);   /* a dial still turning counts as let go */
void gbx_session_forget_edit (GbxSession *self);

/* gbx-session-data.c: what is trained on. */

/* What a build needs of data, from what is asked for to what came of it. */
typedef struct {
  char *id;
  NnMixSpec mix;
  guint64 seed;
  gboolean is_table;               /* what the recipe is for */
  GbxDrawnData *drawn, *drawn_mix; /* the drawings that they are, or NULL */

  NnDataset *base, *dataset; /* there already, or made */
  guint drawn_known;         /* of the session's drawn_changes */
  GError *fallback;          /* why the pen digits took the place of the base */
  GError *mix_fault;         /* why nothing was mixed in */
} GbxDataOrder;

/** gbx_data_order_init: @id: (nullable): of another set than the recipe's own. What @self has
 * already, and still holds, is not made again. */
void gbx_data_order_init (GbxDataOrder *order, GbxSession *self, const char *id);
/** gbx_data_order_fulfil: Reads and mixes, on any thread. */
gboolean gbx_data_order_fulfil (GbxDataOrder *order, GCancellable *cancellable, GError **error);
void gbx_data_order_clear (GbxDataOrder *order);
/** gbx_session_take_data: Returns: TRUE when it is another data set. */
gboolean gbx_session_take_data (GbxSession *self, GbxDataOrder *order);
void gbx_session_say_data (GbxSession *self); /* sets the notice */
void gbx_session_watch_drawings (GbxSession *self);

/* gbx-session-build.c: from the recipe to a training. */
typedef struct {
  const char *dataset_id; /* NULL: the recipe's own */
  const char *checkpoint; /* nullable: name of a file in the store to go on from */
  const real *parameters; /* nullable: first weights, as many as the network has */
} GbxBuildStart;

/** gbx_session_rebuild: A fresh training from the recipe takes the place of the one there is. */
void gbx_session_rebuild (GbxSession *self, GbxIntent intent);
void gbx_session_rebuild_from (GbxSession *self, GbxIntent intent, const GbxBuildStart *start);

/* gbx-session-training.c */
void gbx_session_carry_out (GbxSession *self, GbxIntent intent);
void gbx_session_leave_run (GbxSession *self); /* the current run becomes one of the past */
void gbx_session_set_current_run (GbxSession *self, GbxRun *run);
double gbx_session_get_position (GbxSession *self); /* in epochs */
void gbx_session_start_polling (GbxSession *self);
void gbx_session_stop_polling (GbxSession *self);

/* gbx-session-network.c */
void gbx_session_set_reader (GbxSession *self, GbxReader reader);
void gbx_session_weights_are_new (GbxSession *self);
void gbx_session_take_network (GbxSession *self, NnNetwork *network, NnExperiment *experiment);
void gbx_session_forget_evaluation (GbxSession *self);

/* gbx-session-measure.c */
void gbx_session_forget_measurement (GbxSession *self);

/* gbx-session-store.c */
void gbx_session_restore (GbxSession *self);
void gbx_session_keep (GbxSession *self);        /* now, written on a thread */
void gbx_session_keep_soon (GbxSession *self);   /* something small changed */
void gbx_session_keep_if_due (GbxSession *self); /* while training */
gboolean gbx_session_keep_and_wait (GbxSession *self, GError **error);

/* gbx-session-runs.c: which of the runs' changes are written. */
void gbx_session_watch_run (GbxSession *self, GbxRun *run, gboolean is_new);
void gbx_session_own_run (GbxSession *self, GbxRun *run); /* this session trains it from now on */

/** gbx_session_add_changed_runs: Adds to @kept what is not written yet. Returns: (transfer full):
 * what gbx_session_runs_are_kept() is to be told when it is. */
GPtrArray *gbx_session_add_changed_runs (GbxSession *self, GbxKept *kept);
void gbx_session_runs_are_kept (GbxSession *self, GPtrArray *marks);
void gbx_session_run_is_deleted (GbxSession *self, GbxRun *run);

/* gbx-session-download.c */
void gbx_download_cancel (GbxDownload *download);                            /* and lets go of it */
void gbx_session_set_mirrors (GbxSession *self, const char *const *mirrors); /* for tests */
