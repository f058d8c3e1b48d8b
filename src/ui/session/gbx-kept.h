/* gbx-kept.h: what of a session is kept between two starts, as plain data and as JSON. */
#pragma once

#include "gbx-average.h"
#include "gbx-run.h"

#include "engine/design/experiment.h"
#include "engine/ink/drawing.h"

#include <json-glib/json-glib.h>

#define GBX_KEPT_MAX_RUNS 8 /* that a session shows */

/* A run as plain data, so that another thread may write it. */
typedef struct {
  char *uuid;
  guint number;
  char *name, *detail, *note;
  guint colour;
  gboolean visible;
  GbxRunState state;
  double final_accuracy;
  int best_epoch;
  char *recipe;     /* nullable: an experiment's JSON */
  char *dataset_id; /* nullable: what it was trained on */
  char *weights;    /* nullable: name of the weights' file in the folder */
  gint64 begun;     /* Unix time in microseconds */

  /* When writing: whether this session trains it. Of any other only what the user may change is
   * written, for another window may be training that. */
  gboolean own;

  guint first[GBX_N_CURVES];    /* the curves begin with this point; earlier ones are written */
  GArray *curves[GBX_N_CURVES]; /* GbxPoint */
  GPtrArray *marks;             /* GbxDialMark */
} GbxKeptRun;

typedef struct {
  NnExperiment *experiment;
  char *dataset_id; /* what was really trained on; NULL while nothing was loaded */
  char *weights;    /* name of the weights' file in the folder, NULL when there are none */
  gboolean shared;  /* when reading: another window may have those weights too */
  int stage;
  int reader; /* GbxReader */
  double speed;
  guint next_run; /* the number the next run will have */
  char *run;      /* uuid of the run under way, NULL when there is none */
  GbxAverage loss, accuracy;
  GPtrArray *runs;    /* GbxKeptRun, newest first; when writing: those that changed */
  GPtrArray *deleted; /* char *, uuids of runs that are to go */
  NnDrawing *drawing; /* what is on the canvas */
} GbxKept;

GbxKept *gbx_kept_new (void);
void gbx_kept_free (GbxKept *kept);
GbxKeptRun *gbx_kept_run_new (void);
void gbx_kept_run_free (gpointer run);

/** gbx_kept_add_run: Returns: (transfer none): a copy, with the curves from the points @first. */
GbxKeptRun *gbx_kept_add_run (GbxKept *kept, GbxRun *run, const guint *first);

/** gbx_kept_run_restore: Returns: (transfer full): the run again; one that was running is paused.
 */
GbxRun *gbx_kept_run_restore (const GbxKeptRun *kept);

/** gbx_kept_to_json: Returns: (transfer full): all but the runs and the weights. */
char *gbx_kept_to_json (const GbxKept *kept);

/** gbx_kept_parse: Returns: (transfer full): or NULL with an error that names the path. */
GbxKept *gbx_kept_parse (const char *text, gsize length, GError **error);

/** gbx_kept_parse_document: The same of a session.json, which has the runs and the weights. */
GbxKept *gbx_kept_parse_document (const char *text, gsize length, GError **error);

/* What both have in common. */
JsonNode *gbx_kept_read_json (const char *text, gsize length, GError **error); /* an object */
gboolean gbx_kept_parse_session (GbxKept *kept, JsonObject *object, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxKept, gbx_kept_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxKeptRun, gbx_kept_run_free)
