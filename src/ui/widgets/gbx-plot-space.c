/* gbx-plot-space.c: where things are in a plot, and the grid that shows it. */
#include "gbx-plot-space.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define GAP 6        /* between ticks, their labels and the border */
#define TICK_ROOM 26 /* pixels for each tick of the y axis, at least */
#define MOST_TICKS 12
#define LEGEND_LINE 22

static guint
y_ticks (const GbxPlotSpace *space, double *ticks)
{
  return gbx_axis_ticks (&space->y, CLAMP (space->height / TICK_ROOM + 1, 2, MOST_TICKS), ticks);
}

static char *
format_tick (const GbxAxis *axis, const double *ticks, guint n, guint i)
{
  double step = axis->logarithmic || n < 2 ? ticks[i] : ticks[1] - ticks[0];

  return gbx_axis_format (ticks[i], step);
}

static void
paint_grid_lines (const GbxPlotSpace *space, GbxDrawn *drawn, GtkSnapshot *snapshot)
{
  GdkRGBA grid = gbx_palette_get (GTK_WIDGET (drawn), GBX_COLOUR_GRID);
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (drawn), GBX_COLOUR_DIM);
  double bottom = space->top + space->height, ticks[MOST_TICKS];
  guint n = y_ticks (space, ticks);

  for (guint i = 0; i < n; i++) {
    g_autofree char *text = format_tick (&space->y, ticks, n, i);
    double y = space->top + gbx_plot_space_y (space, ticks[i] / space->unit);

    gbx_drawn_rectangle (snapshot, &grid, space->left, round (y), space->width, 1, 0);
    gbx_drawn_text (drawn, snapshot, text, GBX_TEXT_SMALL, &dim, space->left - GAP, y, 1, 0);
  }
  gbx_drawn_rectangle (snapshot, &dim, space->left, bottom, space->width, 1, 0);
}

/* The epochs below, and what is counted at the end of the line. */
static void
paint_x_labels (const GbxPlotSpace *space, GbxDrawn *drawn, GtkSnapshot *snapshot, double y)
{
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (drawn), GBX_COLOUR_DIM);
  double right = space->left + space->width, ticks[MOST_TICKS];
  int caption, label;
  guint n;

  gbx_drawn_measure (drawn, _ ("epoch"), GBX_TEXT_SMALL, &caption, NULL);
  gbx_drawn_measure (drawn, "1000", GBX_TEXT_SMALL, &label, NULL);
  n = gbx_axis_ticks (&space->x, CLAMP (space->width / (2 * label), 2, MOST_TICKS), ticks);
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = format_tick (&space->x, ticks, n, i);
    double x = space->left + gbx_plot_space_x (space, ticks[i]);

    if (x + label / 2.0 < right - caption)
      gbx_drawn_text (drawn, snapshot, text, GBX_TEXT_SMALL, &dim, x, y, 0.5, 0);
  }
  gbx_drawn_text (drawn, snapshot, _ ("epoch"), GBX_TEXT_SMALL, &dim, right, y, 1, 0);
}

/* What the strokes mean: solid is training, dashed with markers is validation. */
static void
paint_legend (const GbxPlotSpace *space, GbxDrawn *drawn, GtkSnapshot *snapshot,
              const char *caption, double y)
{
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (drawn), GBX_COLOUR_DIM);
  double x = space->left + space->width;
  int caption_width, training, validation;

  gbx_drawn_measure (drawn, caption, GBX_TEXT_SMALL, &caption_width, NULL);
  gbx_drawn_measure (drawn, _ ("training"), GBX_TEXT_SMALL, &training, NULL);
  gbx_drawn_measure (drawn, _ ("validation"), GBX_TEXT_SMALL, &validation, NULL);
  gbx_drawn_text (drawn, snapshot, caption, GBX_TEXT_SMALL, &dim, 0, y, 0, 0);
  if (caption_width + training + validation + 2 * LEGEND_LINE + 6 * GAP > x)
    return;
  gbx_drawn_text (drawn, snapshot, _ ("validation"), GBX_TEXT_SMALL, &dim, x, y, 1, 0);
  x -= validation + GAP + LEGEND_LINE;
  gbx_drawn_rectangle (snapshot, &dim, x, round (y), 6, 2, 0);
  gbx_drawn_rectangle (snapshot, &dim, x + LEGEND_LINE - 6, round (y), 6, 2, 0);
  gbx_drawn_rectangle (snapshot, &dim, x + LEGEND_LINE / 2 - 3, round (y) - 2, 6, 6, 3);
  x -= 2 * GAP;
  gbx_drawn_text (drawn, snapshot, _ ("training"), GBX_TEXT_SMALL, &dim, x, y, 1, 0);
  x -= training + GAP + LEGEND_LINE;
  gbx_drawn_rectangle (snapshot, &dim, x, round (y), LEGEND_LINE, 2, 0);
}

gboolean
gbx_plot_space_equal (const GbxPlotSpace *a, const GbxPlotSpace *b)
{
  return a->width == b->width && a->height == b->height && a->left == b->left && a->top == b->top &&
         a->unit == b->unit && a->x.maximum == b->x.maximum && a->y.minimum == b->y.minimum &&
         a->y.maximum == b->y.maximum && a->y.logarithmic == b->y.logarithmic;
}

void
gbx_plot_space_fit (GbxPlotSpace *space, GbxDrawn *drawn, int width, int height)
{
  int line, labels = 0;
  double ticks[MOST_TICKS];
  guint n;

  gbx_drawn_measure (drawn, "0", GBX_TEXT_SMALL, NULL, &line);
  space->top = line + MAX (GAP, line / 2); /* the uppermost number keeps clear of the caption */
  space->height = MAX (1, height - (int)space->top - line - GAP);
  n = y_ticks (space, ticks);
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = format_tick (&space->y, ticks, n, i);
    int text_width;

    gbx_drawn_measure (drawn, text, GBX_TEXT_SMALL, &text_width, NULL);
    labels = MAX (labels, text_width);
  }
  space->left = labels + GAP;
  space->width = MAX (1, width - (int)space->left - GBX_PLOT_EDGE);
}

GskRenderNode *
gbx_plot_space_grid (const GbxPlotSpace *space, GbxDrawn *drawn, const char *caption)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  int line;

  gbx_drawn_measure (drawn, "0", GBX_TEXT_SMALL, NULL, &line);
  paint_grid_lines (space, drawn, snapshot);
  paint_x_labels (space, drawn, snapshot, space->top + space->height + (line + GAP) / 2.0);
  paint_legend (space, drawn, snapshot, caption, line / 2.0);
  return gtk_snapshot_free_to_node (snapshot);
}

double
gbx_plot_space_x (const GbxPlotSpace *space, double epochs)
{
  return gbx_axis_to_unit (&space->x, epochs) * space->width;
}

double
gbx_plot_space_y (const GbxPlotSpace *space, double value)
{
  double y = (1 - gbx_axis_to_unit (&space->y, value * space->unit)) * space->height;

  /* Far outside, Cairo's fixed-point numbers would overflow. */
  return CLAMP (y, -space->height, 2 * space->height);
}
