/* gbx-pipeline-node.h: one stage in the pipeline: a card with its number, its name in both
 * languages, and a live figure. Signal "chosen": clicked, or activated by assistive technology. */
#pragma once

#include "gbx-drawn.h"

typedef enum { GBX_NODE_IDLE, GBX_NODE_ACTIVE, GBX_NODE_DONE, GBX_NODE_FAULT } GbxNodeState;

#define GBX_TYPE_PIPELINE_NODE (gbx_pipeline_node_get_type ())
G_DECLARE_FINAL_TYPE (GbxPipelineNode, gbx_pipeline_node, GBX, PIPELINE_NODE, GbxDrawn)

/** gbx_pipeline_node_new: @number counts from 1; @other_name: the name in the other language. */
GtkWidget *gbx_pipeline_node_new (int number, const char *name, const char *other_name);
void gbx_pipeline_node_set_figure (GbxPipelineNode *self, const char *figure, GbxNodeState state);
/** gbx_pipeline_node_set_selected: The selected one alone is reached by Tab. */
void gbx_pipeline_node_set_selected (GbxPipelineNode *self, gboolean selected);
