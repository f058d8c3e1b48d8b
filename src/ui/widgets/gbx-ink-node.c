/* gbx-ink-node.c: a piece of a stroke as it looks on paper: smooth, with round ends. */
#include "gbx-ink-node.h"

#include <math.h>

/* A parabola from where the path is to (@x, @y), bent towards @control. */
static void
parabola_to (cairo_t *cr, double control_x, double control_y, double x, double y)
{
  double from_x, from_y;

  cairo_get_current_point (cr, &from_x, &from_y);
  cairo_curve_to (cr, from_x + (control_x - from_x) * 2 / 3, from_y + (control_y - from_y) * 2 / 3,
                  x + (control_x - x) * 2 / 3, y + (control_y - y) * 2 / 3, x, y);
}

/* An empty node as large as the points [first, last] need. */
static GskRenderNode *
begin_node (const GbxInk *ink, guint first, guint last)
{
  const NnPoint *points = ink->points;
  NnPoint low = points[first], high = low;
  double reach = ink->width / 2 + 1;

  for (guint i = first; i <= last; i++) {
    low = (NnPoint){MIN (low.x, points[i].x), MIN (low.y, points[i].y)};
    high = (NnPoint){MAX (high.x, points[i].x), MAX (high.y, points[i].y)};
  }
  return gsk_cairo_node_new (
      &GRAPHENE_RECT_INIT ((float)floor (ink->left + low.x * ink->side - reach),
                           (float)floor (ink->top + low.y * ink->side - reach),
                           (float)ceil ((high.x - low.x) * ink->side + 2 * reach + 1),
                           (float)ceil ((high.y - low.y) * ink->side + 2 * reach + 1)));
}

GskRenderNode *
gbx_ink_node_new (const GbxInk *ink, guint from, guint to, gboolean starts, gboolean ends)
{
  const NnPoint *points = ink->points;
  guint first = starts ? from : from - 1, last = ends ? to - 1 : to;
  GskRenderNode *node = begin_node (ink, first, last);
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);
  double side = ink->side;

  cairo_translate (cr, ink->left, ink->top);
  gdk_cairo_set_source_rgba (cr, &ink->colour);
  cairo_set_line_width (cr, ink->width);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (starts)
    cairo_move_to (cr, points[from].x * side, points[from].y * side);
  else
    cairo_move_to (cr, (points[from - 1].x + points[from].x) / 2 * side,
                   (points[from - 1].y + points[from].y) / 2 * side);
  for (guint i = from; i < last; i++)
    parabola_to (cr, points[i].x * side, points[i].y * side,
                 (points[i].x + points[i + 1].x) / 2 * side,
                 (points[i].y + points[i + 1].y) / 2 * side);
  if (ends)
    cairo_line_to (cr, points[last].x * side, points[last].y * side);
  cairo_stroke (cr);
  cairo_destroy (cr);
  return node;
}
