/* gbx-readout.h: what a plot says in words: the values at one place, how the training goes, and
 * what is marked in it. */
#pragma once

#include "gbx-trace.h"

/** gbx_readout_describe: Returns: (transfer full) (nullable): "Loss 0.31, falling, epoch 4". */
char *gbx_readout_describe (GbxTrace *trace);
/** gbx_readout_lines: Returns: (transfer full): "Run 4: 0.001 · Adam", "epoch 3.42", "training
 * 0.083 (raw 0.101)", "validation 0.120 (epoch 3)". */
GStrv gbx_readout_lines (GbxTrace *trace, double epochs);

/* These draw with the origin at the top left of the area. */

/** gbx_readout_paint: A line at @epochs, dots on the curves, and a panel with the values. */
void gbx_readout_paint (GbxTrace *trace, GbxDrawn *drawn, GtkSnapshot *snapshot,
                        const GbxPlotSpace *space, double epochs);
/** gbx_readout_paint_marks: Where dials were turned; a label that would run into the next mark is
 * left out. */
void gbx_readout_paint_marks (GbxTrace *trace, GbxDrawn *drawn, GtkSnapshot *snapshot,
                              const GbxPlotSpace *space);
/** gbx_readout_paint_best: Names the best epoch beside its ring. */
void gbx_readout_paint_best (GbxTrace *trace, GbxDrawn *drawn, GtkSnapshot *snapshot,
                             const GbxPlotSpace *space);
