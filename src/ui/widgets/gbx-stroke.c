/* gbx-stroke.c: a curve of a plot put into pixels, column by column. */
#include "gbx-stroke.h"

#include <math.h>

#define PARTS 4 /* slices of a pixel column: these smooth the edges of steep lines */

/* What the curve covers of one slice: from low to high, nothing while low > high. */
typedef struct {
  float low, high;
  gboolean bends; /* a point lies in it: its height is not one slope */
} Slice;

static void
cover (Slice *slice, double a, double b)
{
  slice->low = MIN (slice->low, (float)MIN (a, b));
  slice->high = MAX (slice->high, (float)MAX (a, b));
}

/* Enters the line from @a to @b into the slices that it crosses. */
static void
enter_segment (Slice *slices, int n, const GbxPoint *a, const GbxPoint *b)
{
  double from = a->x * PARTS, to = b->x * PARTS,
         slope = to > from ? (b->y - a->y) / (to - from) : 0;
  int first = (int)CLAMP (floor (from), 0, n - 1), last = (int)CLAMP (ceil (to) - 1, 0, n - 1);

  if (to < 0 || from >= n)
    return;
  for (int i = first; i <= last; i++) {
    double left = CLAMP (i, from, to), right = CLAMP (i + 1, from, to);

    cover (&slices[i], a->y + (left - from) * slope, a->y + (right - from) * slope);
  }
  slices[first].bends |= from > first;
  if (to <= from) /* straight up or down */
    cover (&slices[first], a->y, b->y);
}

static Slice *
enter_points (const GbxPoint *points, guint n, int n_slices)
{
  Slice *slices = g_new (Slice, n_slices);

  for (int i = 0; i < n_slices; i++)
    slices[i] = (Slice){INFINITY, -INFINITY, FALSE};
  for (guint i = 0; i < n; i++) {
    gboolean alone = i + 1 == n || isnan (points[i + 1].y);

    if (isnan (points[i].y))
      continue;
    if (!alone)
      enter_segment (slices, n_slices, &points[i], &points[i + 1]);
    else if (i == 0 || isnan (points[i - 1].y)) /* a dot */
      enter_segment (slices, n_slices, &points[i], &points[i]);
  }
  return slices;
}

/* How much of each pixel between *first and *last the slices of one column cover. */
static void
cover_column (const GbxStroke *stroke, const Slice *slices, float *coverage, int height, int *first,
              int *last)
{
  *first = height;
  *last = -1;
  for (int i = 0; i < PARTS; i++) {
    double range = slices[i].high - slices[i].low, size = range + stroke->thickness, low, high;
    int top, bottom;

    if (!(range >= 0))
      continue;
    if (stroke->steady || !slices[i].bends)
      size = MAX (size, stroke->thickness * hypot (1, range * PARTS));
    low = MAX ((slices[i].low + slices[i].high - size) / 2, 0);
    high = MIN ((slices[i].low + slices[i].high + size) / 2, height);
    top = (int)low;
    bottom = MIN ((int)high, height - 1);
    for (int y = top; y <= bottom && high > low; y++)
      coverage[y] += (float)(MIN (high, y + 1) - MAX (low, y)) / PARTS;
    *first = MIN (*first, top);
    *last = MAX (*last, bottom);
  }
}

static guint32
blend (guint32 under, const GbxStroke *stroke, double coverage)
{
  double alpha = stroke->alpha * MIN (coverage, 1), rest = 1 - alpha;
  guint32 a = (guint32)lrint (255 * alpha + rest * (under >> 24));
  guint32 r = (guint32)lrint (255 * alpha * stroke->red + rest * ((under >> 16) & 0xff));
  guint32 g = (guint32)lrint (255 * alpha * stroke->green + rest * ((under >> 8) & 0xff));
  guint32 b = (guint32)lrint (255 * alpha * stroke->blue + rest * (under & 0xff));

  return a << 24 | r << 16 | g << 8 | b;
}

void
gbx_stroke_draw (const GbxStroke *stroke, const GbxPoint *points, guint n, GbxPixels *on)
{
  g_autofree Slice *slices = enter_points (points, n, on->width * PARTS);
  g_autofree float *coverage = g_new0 (float, on->height);

  for (int x = 0; x < on->width; x++) {
    int first, last;

    cover_column (stroke, slices + x * PARTS, coverage, on->height, &first, &last);
    for (int y = first; y <= last; y++) {
      guint32 *pixel = on->pixels + (gsize)y * on->stride + x;

      if (coverage[y] > 0)
        *pixel = blend (*pixel, stroke, coverage[y]);
      coverage[y] = 0;
    }
  }
}
