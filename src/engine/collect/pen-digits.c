/* pen-digits.c: digits that nobody wrote: a style, a hand that bends it, a pen, and then the way of
 * every drawing. */
#include "pen-digits.h"

#include "engine/collect/pen-styles.h"
#include "engine/math/pool.h"
#include "engine/math/rng.h"

#include <math.h>
#include <string.h>

#define N_NUMBERS 256    /* random numbers set aside for a digit */
#define SIDE 60          /* of the canvas, in pixels: three times what is made of it */
#define MARGIN 2.0f      /* pixels of paper at least around the digit */
#define STEPS_PER_SPAN 5 /* straight lines between two points of a curve */
#define MAX_LINES (NN_PEN_MAX_POINTS * STEPS_PER_SPAN + 1)
#define BEYOND 0.2f /* how far a hand may go beyond the forms */
#define PART 256    /* digits written in one go by a thread */

/* ---- chance: all of a digit's numbers are drawn at once ---- */

typedef struct {
  guint32 numbers[N_NUMBERS];
  int next;
} Chance;

static float
uniform (Chance *chance)
{
  g_assert (chance->next < N_NUMBERS);
  return (float)(chance->numbers[chance->next++] >> 8) * 0x1p-24f;
}

static float
between (Chance *chance, float low, float high)
{
  return low + (high - low) * uniform (chance);
}

/* Bell-shaped around 0 with @deviation, never beyond three of it: a sum of four. */
static float
bell (Chance *chance, float deviation)
{
  float sum = uniform (chance) + uniform (chance) + uniform (chance) + uniform (chance);

  return (sum - 2) * deviation * 1.7320508f;
}

/* ---- the hand ---- */

/* How somebody writes; lengths by the digit's height. */
typedef struct {
  float wobble;       /* deviation of each point */
  float bend[6];      /* of the whole: x² … and y² terms */
  float across, down; /* stretch */
  float slant, turn;
} Hand;

static Hand
any_hand (int digit, Chance *chance)
{
  Hand hand;
  float steady = uniform (chance);

  hand.wobble = 0.008f + 0.05f * steady * steady;
  for (int i = 0; i < 6; i++)
    hand.bend[i] = bell (chance, 0.32f);
  hand.across = expf (bell (chance, 0.24f));
  hand.down = 1;
  hand.slant = bell (chance, 0.28f) + 0.15f;
  hand.turn = bell (chance, 0.1f);
  return hand;
}

static NnPoint
bend_point (const Hand *hand, NnPoint point)
{
  const float *bend = hand->bend;
  float x = point.x, y = point.y;
  float u = x + bend[0] * (y * y - 0.1f) + bend[1] * x * y + bend[2] * y * (y * y - 0.15f) * 2;
  float v = y + bend[3] * (y * y - 0.1f) + bend[4] * x * y + bend[5] * (x * x - 0.05f);

  u = u * hand->across - hand->slant * v;
  return (NnPoint){u * cosf (hand->turn) - v * sinf (hand->turn),
                   u * sinf (hand->turn) + v * cosf (hand->turn)};
}

/* ---- the strokes ---- */

/* Somewhere between the forms of @style, or a little beyond: the weights sum to 1, and mostly one
 * of them is the greatest by far. */
static void
mix_forms (const NnPenStyle *style, Chance *chance, NnPoint *points)
{
  float weights[NN_PEN_MAX_FORMS], sum = 0;

  for (int form = 0; form < style->n_forms; form++) {
    weights[form] = powf (-logf (uniform (chance) + 0x1p-24f), 1.5f);
    sum += weights[form];
  }
  for (int form = 0; form < style->n_forms; form++)
    weights[form] = (1 + BEYOND) * weights[form] / sum - BEYOND / style->n_forms;
  memset (points, 0, style->n_points * sizeof *points);
  for (int form = 0; form < style->n_forms; form++)
    for (int i = 0; i < style->n_points; i++) {
      points[i].x += weights[form] * style->points[form][i].x;
      points[i].y += weights[form] * style->points[form][i].y;
    }
}

/* The pen starts a little before or after the stroke's first point: along its first span. */
static void
move_end (NnPoint *end, NnPoint next, float by)
{
  end->x += by * (end->x - next.x);
  end->y += by * (end->y - next.y);
}

static void
move_ends (const NnPenStyle *style, Chance *chance, NnPoint *points)
{
  for (int i = 0, first = 0; i < style->n_points; i++) {
    if (style->moves[i] != NN_PEN_UP)
      continue;
    move_end (&points[first], points[first + 1], bell (chance, 0.25f));
    move_end (&points[i], points[i - 1], bell (chance, 0.35f));
    first = i + 1;
  }
}

static void
place_points (const NnPenStyle *style, const Hand *hand, Chance *chance, NnPoint *points)
{
  mix_forms (style, chance, points);
  move_ends (style, chance, points);
  for (int i = 0; i < style->n_points; i++) {
    points[i].x += bell (chance, hand->wobble);
    points[i].y += bell (chance, hand->wobble);
    points[i] = bend_point (hand, points[i]);
  }
}

/* ---- from points to lines ---- */

/* The lines a digit is made of; where the pen is lifted, one is left out. */
typedef struct {
  NnPoint points[MAX_LINES];
  gboolean lifted[MAX_LINES]; /* before this point */
  int n;
} Path;

/* The cubic of Catmull and Rom through b and c. */
static float
spline (float a, float b, float c, float d, float t)
{
  return b + 0.5f * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

static void
add_point (Path *path, NnPoint point, gboolean lifted)
{
  path->points[path->n] = point;
  path->lifted[path->n++] = lifted;
}

/* The curve from point @i to the next; beyond a corner or an end it does not look. */
static void
add_span (Path *path, const NnPenStyle *style, const NnPoint *p, int i)
{
  gboolean begins = i == 0 || style->moves[i - 1] == NN_PEN_UP;
  NnPoint b = p[i], c = p[i + 1];
  NnPoint a = begins || style->moves[i] == NN_PEN_CORNER ? b : p[i - 1];
  NnPoint d = style->moves[i + 1] == NN_PEN_ON ? p[i + 2] : c;

  if (begins)
    add_point (path, b, TRUE);
  for (int step = 1; step <= STEPS_PER_SPAN; step++) {
    float t = step / (float)STEPS_PER_SPAN;

    add_point (path, (NnPoint){spline (a.x, b.x, c.x, d.x, t), spline (a.y, b.y, c.y, d.y, t)},
               FALSE);
  }
}

static void
make_path (const NnPenStyle *style, const NnPoint *points, Path *path)
{
  path->n = 0;
  for (int i = 0; i + 1 < style->n_points; i++)
    if (style->moves[i] != NN_PEN_UP)
      add_span (path, style, points, i);
}

/* ---- the pen ---- */

/* Fits the path into the canvas, leaving room for a pen of @width by the longer side. Returns: the
 * pen by the canvas's side. */
static float
fit (Path *path, Chance *chance, float width)
{
  float left = G_MAXFLOAT, right = -G_MAXFLOAT, top = G_MAXFLOAT, bottom = -G_MAXFLOAT;
  float longer, scale, x, y;

  for (int i = 0; i < path->n; i++) {
    left = MIN (left, path->points[i].x);
    right = MAX (right, path->points[i].x);
    top = MIN (top, path->points[i].y);
    bottom = MAX (bottom, path->points[i].y);
  }
  longer = MAX (right - left, bottom - top);
  scale = between (chance, 0.8f, 1) * (1 - 2 * MARGIN / SIDE) / (longer * (1 + 1.5f * width));
  x = 0.5f + between (chance, -0.5f, 0.5f) / SIDE - scale * 0.5f * (left + right);
  y = 0.5f + between (chance, -0.5f, 0.5f) / SIDE - scale * 0.5f * (top + bottom);
  for (int i = 0; i < path->n; i++)
    path->points[i] = (NnPoint){x + scale * path->points[i].x, y + scale * path->points[i].y};
  return width * longer * scale;
}

/* Pressed harder here, lighter there: half a wave or more over the whole digit. */
static void
draw_path (const Path *path, Chance *chance, float pen, guint8 *ink)
{
  float pressure = fabsf (bell (chance, 0.18f));
  float phase = between (chance, 0, 6.28f), waves = between (chance, 2, 8) / path->n;

  memset (ink, 0, SIDE * SIDE);
  for (int i = 1; i < path->n; i++)
    if (!path->lifted[i])
      nn_ink_line (ink, SIDE, path->points[i - 1], path->points[i],
                   pen * (1 + pressure * sinf (phase + waves * i)));
}

/* ---- public ---- */

static int
any_style (int digit, Chance *chance)
{
  int n, first = 0, all = 0;
  const NnPenStyle *styles = nn_pen_styles (&n);
  int rest;

  while (styles[first].digit != digit)
    first++;
  for (int i = first; i < n && styles[i].digit == digit; i++)
    all += styles[i].share;
  rest = (int)(uniform (chance) * all);
  while (rest >= styles[first].share)
    rest -= styles[first++].share;
  return first;
}

NnPenSubject
nn_pen_digit (guint64 seed, guint64 index, guint8 pixels[NN_DIGIT_PIXELS])
{
  NnRng rng = nn_rng (seed, NN_STREAM_PEN, 0, index * N_NUMBERS);
  Chance chance = {.next = 0};
  NnPenSubject subject;
  int n;
  const NnPenStyle *styles = nn_pen_styles (&n);
  NnPoint points[NN_PEN_MAX_POINTS];
  guint8 ink[SIDE * SIDE];
  NnNormalised normalised;
  Path path;
  Hand hand;
  float width, pen;

  nn_rng_fill (&rng, chance.numbers, N_NUMBERS);
  subject.digit = (int)(uniform (&chance) * 10);
  subject.style = any_style (subject.digit, &chance);
  hand = any_hand (subject.digit, &chance);
  place_points (&styles[subject.style], &hand, &chance, points);
  make_path (&styles[subject.style], points, &path);
  width = (subject.digit == 1 ? 0.14f : 0.115f) * expf (bell (&chance, 0.4f));
  pen = fit (&path, &chance, width);
  draw_path (&path, &chance, pen, ink);
  nn_normalise_ink (ink, SIDE, SIDE, SIDE, &normalised);
  memcpy (pixels, normalised.pixels, NN_DIGIT_PIXELS);
  return subject;
}

typedef struct {
  guint64 seed, first;
  gsize count;
  guint8 *images, *labels;
  GCancellable *cancellable;
} Work;

static void
write_part (gpointer data, int part)
{
  const Work *work = data;
  gsize end = MIN (work->count, ((gsize)part + 1) * PART);

  if (g_cancellable_is_cancelled (work->cancellable))
    return;
  for (gsize i = (gsize)part * PART; i < end; i++)
    work->labels[i] =
        (guint8)nn_pen_digit (work->seed, work->first + i, work->images + i * NN_DIGIT_PIXELS)
            .digit;
}

gboolean
nn_pen_digits (guint64 seed, guint64 first, gsize count, guint n_threads, guint8 *images,
               guint8 *labels, GCancellable *cancellable, GError **error)
{
  Work work = {seed, first, count, images, labels, cancellable};
  g_autoptr (NnPool) pool = nn_pool_new (n_threads);

  nn_pool_run (pool, write_part, &work, (int)((count + PART - 1) / PART));
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}
