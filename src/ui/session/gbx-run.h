/* gbx-run.h: one training run: its recipe in a word, its curves, how it ended. */
#pragma once

#include "gbx-metric-series.h"

#define GBX_TYPE_RUN (gbx_run_get_type ())
G_DECLARE_FINAL_TYPE (GbxRun, gbx_run, GBX, RUN, GObject)

typedef enum {
  GBX_CURVE_TRAINING_LOSS, /* every batch */
  GBX_CURVE_TRAINING_ACCURACY,
  GBX_CURVE_VALIDATION_LOSS, /* every epoch */
  GBX_CURVE_VALIDATION_ACCURACY,
  GBX_N_CURVES
} GbxCurve;

typedef enum {
  GBX_RUN_NEW,
  GBX_RUN_RUNNING,
  GBX_RUN_PAUSED,
  GBX_RUN_FINISHED,
  GBX_RUN_DIVERGED,
} GbxRunState;

/* A dial turned while the run was under way: marked on the plots. */
typedef struct {
  double x;   /* epochs */
  char *dial; /* the property's name: "learning-rate" */
  double value;
} GbxDialMark;

GbxDialMark *gbx_dial_mark_new (double x, const char *dial, double value);
/** gbx_dial_mark_describe: Returns: (transfer full): "learning rate 0.01", in the language of the
 * moment. */
char *gbx_dial_mark_describe (const GbxDialMark *mark);
void gbx_dial_mark_free (gpointer mark);

/* Properties: "uuid" (string: the run's own in any window), "number" (uint), "name" (string: the
 * preset, or what the user calls it), "note" (string: the user's), "detail" (string: "0.001 ·
 * Adam"), "begun" (int64: Unix time in microseconds), "state" (int, GbxRunState), "final-accuracy"
 * (double 0…1, NaN while unknown), "colour" (uint: index into the palette, unique among the runs
 * kept), "visible" (boolean: shown in the plots), "best-epoch" (int, 0-based, by validation loss,
 * −1 unknown). Signal "marks-changed". */
GbxRun *gbx_run_new (guint number, const char *name, const char *detail, guint colour);
/** gbx_run_get_series: Returns: (transfer none). */
GbxMetricSeries *gbx_run_get_series (GbxRun *self, GbxCurve curve);
const char *gbx_run_get_uuid (GbxRun *self);
const char *gbx_run_get_note (GbxRun *self);
gint64 gbx_run_get_begun (GbxRun *self);
guint gbx_run_get_number (GbxRun *self);
const char *gbx_run_get_name (GbxRun *self);
const char *gbx_run_get_detail (GbxRun *self);
guint gbx_run_get_colour (GbxRun *self);
gboolean gbx_run_get_visible (GbxRun *self);
GbxRunState gbx_run_get_state (GbxRun *self);
double gbx_run_get_final_accuracy (GbxRun *self);
int gbx_run_get_best_epoch (GbxRun *self);
void gbx_run_add_mark (GbxRun *self, double x, const char *dial, double value);
/** gbx_run_get_marks: Returns: (transfer none) (element-type GbxDialMark). */
GPtrArray *gbx_run_get_marks (GbxRun *self);
