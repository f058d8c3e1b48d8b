/* gbx-figures.h: the live figure and the state of each node of the pipeline strip. */
#pragma once

#include "ui/session/gbx-session.h"
#include "ui/widgets/gbx-pipeline-view.h"

/**
 * gbx_figures_describe:
 * @state: (out): whether something is wrong there, or going on
 * Returns: (transfer full): the figure of @stage, such as "784-64-10 · 50 890"
 */
char *gbx_figures_describe (GbxSession *session, GbxStage stage, GbxNodeState *state);

/** gbx_figures_describe_size: Returns: (transfer full): what all numbers of @network take in a
 * file, running statistics among them. */
char *gbx_figures_describe_size (const NnNetwork *network);

/** gbx_figures_describe_network: Returns: (transfer full): the layers' widths: "784-64-10", or
 * "32-64-64-10" where the first of them are maps of convolutions. */
char *gbx_figures_describe_network (const NnNetwork *network);
