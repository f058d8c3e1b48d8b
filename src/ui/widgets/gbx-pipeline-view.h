/* gbx-pipeline-view.h: the six stages, alive: the articles' diagram and the navigation.
 *
 * Property "selected" (int 0…5, read-write; click or arrow keys). Each node shows its number, its
 * name, the name in the other language, and a live figure. Property "flowing" (boolean): data
 * moves along the arrows up to the train stage, at every gbx_pipeline_view_move().
 */
#pragma once

#include "gbx-pipeline-node.h"

typedef enum {
  GBX_STAGE_COLLECT,
  GBX_STAGE_PREPARE,
  GBX_STAGE_DESIGN,
  GBX_STAGE_TRAIN,
  GBX_STAGE_EVALUATE,
  GBX_STAGE_DEPLOY,
  GBX_N_STAGES
} GbxStage;

#define GBX_TYPE_PIPELINE_VIEW (gbx_pipeline_view_get_type ())
G_DECLARE_FINAL_TYPE (GbxPipelineView, gbx_pipeline_view, GBX, PIPELINE_VIEW, GtkWidget)

GtkWidget *gbx_pipeline_view_new (void);
void gbx_pipeline_view_set_figure (GbxPipelineView *self, GbxStage stage, const char *figure,
                                   GbxNodeState state);

/** gbx_pipeline_view_move: Moves what flows to where it is by now, on the beat of the training. */
void gbx_pipeline_view_move (GbxPipelineView *self);
