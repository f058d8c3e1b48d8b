/* gbx-plot-space.h: where things are in a plot: its axes in shown units, its area in pixels, and
 * the grid that shows it. */
#pragma once

#include "gbx-axis.h"
#include "gbx-drawn.h"

#define GBX_PLOT_EDGE 9 /* markers at the ends of the area stand out so far */

typedef struct {
  GbxAxis x, y;
  double unit;                  /* shown values are the series' times this: 100 for percent */
  int left, top, width, height; /* the area of the curves, within the widget */
} GbxPlotSpace;

/** gbx_plot_space_fit: Puts the area between the labels: as wide as they are, whatever the font. */
void gbx_plot_space_fit (GbxPlotSpace *space, GbxDrawn *drawn, int width, int height);
gboolean gbx_plot_space_equal (const GbxPlotSpace *a, const GbxPlotSpace *b);
/** gbx_plot_space_grid: Returns: (transfer full): lines, labels, @caption of y, and the legend. */
GskRenderNode *gbx_plot_space_grid (const GbxPlotSpace *space, GbxDrawn *drawn,
                                    const char *caption);
/** gbx_plot_space_x: Returns: pixels from the left of the area. */
double gbx_plot_space_x (const GbxPlotSpace *space, double epochs);
/** gbx_plot_space_y: Returns: pixels from the top; NaN where there is no place for @value. */
double gbx_plot_space_y (const GbxPlotSpace *space, double value);
