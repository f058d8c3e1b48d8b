/* plot.h: lines over two axes, as SVG that can be read on light and on dark pages. */
#pragma once

#include <glib.h>

typedef struct {
  const char *name;
  const double *x, *y; /* [n] */
  gsize n;
  gboolean is_reference; /* thin and dashed, without points: a limit, an ideal */
  int colour;            /* 0…3 */
} PlotSeries;

typedef struct {
  const char *title, *x_label, *y_label;
  gboolean is_logarithmic; /* both axes; else both linear, y from 0 */
  const PlotSeries *series;
  gsize n;
} Plot;

/** plot_to_svg: The ticks of x are the places of the first series. Returns: (transfer full) */
char *plot_to_svg (const Plot *plot);
