/* gbx-kept.h: what of a session is kept between two starts, as plain data and as JSON. */
#pragma once

#include "gbx-average.h"
#include "gbx-run.h"

#include "engine/design/experiment.h"
#include "engine/ink/drawing.h"

#define GBX_KEPT_MAX_RUNS 8
#define GBX_KEPT_MAX_POINTS 2000 /* of a curve */

/* A run as plain data, so that another thread may write it. */
typedef struct {
  guint number;
  char *name, *detail;
  guint colour;
  gboolean visible;
  GbxRunState state;
  double final_accuracy;
  int best_epoch;
  GArray *curves[GBX_N_CURVES]; /* GbxPoint */
  GPtrArray *marks;             /* GbxDialMark */
} GbxKeptRun;

typedef struct {
  NnExperiment *experiment;
  char *dataset_id; /* what was really trained on; NULL while nothing was loaded */
  char *weights;    /* name of the weights' file in the folder, NULL when there are none */
  int stage;
  int reader; /* GbxReader */
  double speed;
  guint next_run;       /* the number the next run will have */
  gboolean has_current; /* the first of the runs is the one under way */
  GbxAverage loss, accuracy;
  GPtrArray *runs;    /* GbxKeptRun, newest first */
  NnDrawing *drawing; /* what is on the canvas */
} GbxKept;

GbxKept *gbx_kept_new (void);
void gbx_kept_free (GbxKept *kept);
void gbx_kept_add_run (GbxKept *kept, GbxRun *run);

/** gbx_kept_run_restore: Returns: (transfer full): the run again; one that was running is paused.
 */
GbxRun *gbx_kept_run_restore (const GbxKeptRun *kept);

/** gbx_kept_to_json: Returns: (transfer full): the text of session.json. */
char *gbx_kept_to_json (const GbxKept *kept);

/** gbx_kept_parse: Returns: (transfer full): or NULL with an error that names the path. */
GbxKept *gbx_kept_parse (const char *text, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxKept, gbx_kept_free)
