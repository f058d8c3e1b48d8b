/* gbx-ink-node.h: a piece of a stroke as it looks on paper: smooth, with round ends. */
#pragma once

#include "engine/ink/drawing.h"

#include <gtk/gtk.h>

typedef struct {
  const NnPoint *points; /* of the drawing, in units of the side */
  double left, top, side;
  double width; /* of the stroke, in pixels */
  GdkRGBA colour;
} GbxInk;

/**
 * gbx_ink_node_new:
 * @starts, @ends: whether a stroke begins at @from, and whether it ends before @to
 * Returns: (transfer full): the points [from, to), joined to what is before and after them by the
 * middles between two points, in which the parabolas meet without a corner
 */
GskRenderNode *gbx_ink_node_new (const GbxInk *ink, guint from, guint to, gboolean starts,
                                 gboolean ends);
