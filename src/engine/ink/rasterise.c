/* rasterise.c: strokes to pixels: ink is where the distance to the nearest segment is below half
 * the pen's width. */
#include "drawing.h"

#include <math.h>
#include <string.h>

#define SHORTEST 0.01f /* pixels: a shorter segment is a dot */
#define FARTHEST 8.0f  /* sides from the corner */
#define WHOLE 4096     /* a segment's length in fixed point */

/* The pixels whose centres lie within @reach of the interval from @a to @b. */
static void
pixel_range (float a, float b, float reach, int side, int *first, int *last)
{
  float low = floorf (MIN (a, b) - reach);
  float high = ceilf (MAX (a, b) + reach);

  *first = (int)CLAMP (low, 0.0f, (float)side);
  *last = (int)CLAMP (high, -1.0f, (float)side - 1);
}

/* A segment in pixels, and how its ink falls from full to none over the one pixel around its edge:
 * linearly in the square of the distance, so that no root is needed. */
typedef struct {
  NnPoint start;
  float dx, dy;
  float inverse; /* WHOLE / length², or 0 for a dot */
  float outer_squared, gain;
} Segment;

/* Ink is the maximum of what was there, so overlaps do not thicken. Whole numbers are clamped, not
 * floats: so the compiler vectorises. */
static void
draw_row (const Segment *segment, guint8 *row, int left, int right, float py)
{
  float start_x = segment->start.x, dx = segment->dx, dy = segment->dy;
  float inverse = segment->inverse, outer_squared = segment->outer_squared, gain = segment->gain;

  for (int x = left; x <= right; x++) {
    float px = x + 0.5f - start_x;
    int along = (int)((px * dx + py * dy) * inverse);

    along = along < 0 ? 0 : along;
    along = along > WHOLE ? WHOLE : along;

    float off_x = px - along * (1.0f / WHOLE) * dx;
    float off_y = py - along * (1.0f / WHOLE) * dy;
    int value = (int)((outer_squared - (off_x * off_x + off_y * off_y)) * gain + 0.5f);

    value = value < 0 ? 0 : value;
    value = value > 255 ? 255 : value;
    row[x] = row[x] > value ? row[x] : value;
  }
}

/* A straight line with round ends, in pixels. */
static void
draw_segment (guint8 *ink, int side, NnPoint a, NnPoint b, float width)
{
  float outer = 0.5f * width + 0.5f, inner = MAX (0.5f * width - 0.5f, 0);
  float dx = b.x - a.x, dy = b.y - a.y;
  float length_squared = dx * dx + dy * dy;
  Segment segment = {
      .start = a,
      .dx = dx,
      .dy = dy,
      .inverse = length_squared > SHORTEST * SHORTEST ? WHOLE / length_squared : 0,
      .outer_squared = outer * outer,
      .gain = 255 / (outer * outer - inner * inner),
  };
  int left, right, top, bottom;

  pixel_range (a.x, b.x, outer, side, &left, &right);
  pixel_range (a.y, b.y, outer, side, &top, &bottom);
  for (int y = top; y <= bottom; y++)
    draw_row (&segment, ink + (gsize)y * side, left, right, y + 0.5f - a.y);
}

/* In pixels; what lies far outside is as good as somewhat outside, and keeps the sums finite. */
static NnPoint
to_pixels (NnPoint point, int side)
{
  return (NnPoint){CLAMP (point.x, -FARTHEST, FARTHEST) * side,
                   CLAMP (point.y, -FARTHEST, FARTHEST) * side};
}

static NnPoint
point_at (const NnDrawing *drawing, guint index)
{
  return g_array_index (drawing->points, NnPoint, index);
}

void
nn_ink_line (guint8 *ink, int side, NnPoint a, NnPoint b, float pen)
{
  draw_segment (ink, side, to_pixels (a, side), to_pixels (b, side), pen * side);
}

void
nn_drawing_rasterise (const NnDrawing *drawing, float pen, int side, guint8 *ink)
{
  memset (ink, 0, (gsize)side * side);
  for (guint stroke = 0; stroke < drawing->starts->len; stroke++) {
    guint first = g_array_index (drawing->starts, guint, stroke);
    guint end = stroke + 1 < drawing->starts->len
                    ? g_array_index (drawing->starts, guint, stroke + 1)
                    : drawing->points->len;
    NnPoint previous = point_at (drawing, first);

    if (end - first == 1)
      nn_ink_line (ink, side, previous, previous, pen);
    for (guint i = first + 1; i < end; i++) {
      NnPoint point = point_at (drawing, i);

      nn_ink_line (ink, side, previous, point, pen);
      previous = point;
    }
  }
}

gboolean
nn_drawing_normalise (const NnDrawing *drawing, float pen, NnNormalised *result)
{
  const int side = NN_DRAWING_SIDE;
  g_autofree guint8 *ink = g_malloc ((gsize)side * side);

  nn_drawing_rasterise (drawing, pen, side, ink);
  return nn_normalise_ink (ink, side, side, side, result);
}
