/* drawn-digits.c: stroke models of the ten digits, several styles each, and the hands that draw
 * them. */
#include "drawn-digits.h"

#include <math.h>

#define MAX_STYLES 9
#define MAX_CONTROLS 24
#define POINTS_PER_SPAN 6

/* Control points in percent of the digit's box, y downwards. '-' begins a stroke of straight
 * lines, '~' a smooth curve through its points. */
static const char *const styles[10][MAX_STYLES] = {
    {"~ 50 0 18 14 5 50 18 86 50 100 82 86 95 50 82 14 50 0",
     "~ 60 0 30 12 20 50 28 88 50 100 72 88 80 50 72 12 60 2",
     "~ 70 8 45 0 15 15 3 50 18 88 50 100 85 85 97 45 80 12 55 6 42 14",
     "~ 46 4 14 40 20 84 54 100 86 70 84 24 58 2 38 8 26 22"},
    {"- 50 0 50 100", "- 20 28 52 0 52 100", "- 28 24 50 0 50 100 - 22 100 80 100",
     "~ 56 0 52 40 48 70 46 100",
     /* European: an upstroke of up to half the height, with and without a foot */
     "- 8 48 60 0 60 100", "- 5 40 60 0 60 100 - 25 100 95 100", "~ 6 44 38 24 62 0 - 62 0 54 100",
     "- 20 34 62 0 56 100 - 34 98 78 102", "~ 10 36 40 20 58 2 56 50 58 100 ~ 24 96 60 101 92 97"},
    {"~ 8 22 25 4 55 0 82 12 85 32 65 58 35 80 8 98 - 8 98 95 98",
     "~ 10 20 35 0 75 6 82 30 60 62 25 92 8 92 12 80 35 84 65 98 98 92",
     "~ 10 12 45 0 85 12 72 42 10 95 - 10 95 92 95",
     "~ 12 26 30 2 70 2 84 26 56 62 8 100 ~ 8 100 40 90 70 104 96 92"},
    {"~ 10 12 35 0 72 6 80 25 62 43 38 48 68 53 90 75 70 96 35 100 6 88",
     "- 10 2 85 2 42 42 ~ 42 42 75 48 92 72 72 97 35 100 5 86",
     "~ 14 4 60 0 82 20 40 46 78 52 94 78 55 100 8 94",
     "~ 8 6 60 2 76 22 50 46 34 48 ~ 34 48 78 54 86 84 50 100 4 88"},
    {"- 25 0 10 60 90 60 - 65 30 65 100", "- 15 0 12 52 88 48 - 80 0 72 100",
     "- 65 100 65 0 5 68 95 68", "- 62 0 5 65 95 65 - 64 0 62 100",
     "~ 20 0 14 40 26 55 60 56 88 50 - 82 4 76 100", "- 40 0 4 70 96 66 - 62 36 58 100"},
    {"- 30 2 22 42 ~ 22 42 55 36 88 55 86 82 55 100 10 92 - 30 2 88 2",
     "- 88 2 28 2 20 45 ~ 20 45 55 38 90 58 80 90 45 100 8 90",
     "~ 85 4 40 4 22 22 32 42 68 52 86 74 65 97 12 95",
     "- 26 4 20 46 ~ 20 46 60 42 84 66 64 96 12 98 ~ 24 4 58 8 92 0"},
    {"~ 75 2 40 22 12 58 18 90 50 100 82 88 84 66 60 52 30 58 14 74",
     "- 60 0 22 50 ~ 22 50 8 78 30 99 65 96 82 74 62 54 30 58 14 72",
     "~ 62 0 24 36 14 80 46 100 74 78 50 58 20 74",
     "~ 84 8 54 0 26 24 12 62 22 92 54 100 84 80 72 56 40 54 14 72"},
    {"- 8 4 90 4 40 100", "- 8 4 90 4 40 100 - 25 52 80 52", "- 8 22 8 4 92 4 45 100",
     "~ 8 10 48 5 90 4 72 34 50 66 42 100", "- 6 20 8 4 92 4 40 100 - 28 50 82 48",
     /* European: crossed, with a wave or a serif above, with a straight or a bent leg */
     "~ 6 10 34 2 60 8 92 4 - 92 4 62 52 48 100 - 32 56 84 48",
     "- 8 18 10 4 90 4 ~ 90 4 58 44 50 100 - 24 58 80 44", "- 10 2 92 6 28 100 - 30 44 86 56",
     "~ 4 16 20 2 50 8 90 2 66 50 56 100 ~ 30 50 58 54 86 48"},
    {"~ 80 14 50 0 20 14 28 36 55 50 84 72 72 95 45 100 18 88 20 68 48 50 74 34 80 14",
     "~ 50 0 22 12 22 36 50 46 78 36 78 12 50 0 ~ 50 46 16 58 12 86 50 100 88 86 84 58 50 46",
     "~ 76 8 44 0 22 20 50 46 78 74 50 100 22 78 44 50 74 24 78 6",
     "~ 52 46 26 30 34 4 66 2 76 24 50 46 22 66 24 94 62 100 82 78 54 48"},
    {"~ 82 22 55 0 20 14 18 40 45 52 74 40 84 16 - 84 14 78 100",
     "~ 82 24 55 0 20 12 15 36 42 50 72 40 84 18 84 55 70 90 40 100 15 90",
     "~ 80 10 45 2 18 26 40 48 78 30 84 8 80 50 72 100",
     "~ 80 8 44 0 14 22 36 48 70 40 84 8 - 84 8 84 100",
     "~ 84 12 50 0 18 24 44 50 82 26 - 86 2 80 60 40 100"}};

typedef struct {
  NnPoint points[MAX_CONTROLS];
  int n;
  gboolean smooth;
} Stroke;

int
drawn_digit_n_styles (int digit)
{
  int n = 0;

  while (n < MAX_STYLES && styles[digit][n] != NULL)
    n++;
  return n;
}

static float
between (GRand *rand, float low, float high)
{
  return (float)g_rand_double_range (rand, low, high);
}

/* From percent of the digit's box to the canvas. */
static NnPoint
place (NnPoint percent, const Hand *hand, GRand *rand)
{
  float width = hand->size * MIN (1.0f, hand->aspect);
  float height = hand->size * MIN (1.0f, 1.0f / hand->aspect);
  float stray = hand->wobble * hand->size;
  float x = (percent.x / 100 - 0.5f) * width + between (rand, -stray, stray + 1e-9f);
  float y = (percent.y / 100 - 0.5f) * height + between (rand, -stray, stray + 1e-9f);

  x -= hand->slant * y;
  return (NnPoint){hand->x + x * cosf (hand->turn) - y * sinf (hand->turn),
                   hand->y + x * sinf (hand->turn) + y * cosf (hand->turn)};
}

/* Reads the next stroke of a style. Returns: where the one after begins, or NULL. */
static const char *
next_stroke (const char *style, const Hand *hand, GRand *rand, Stroke *stroke)
{
  while (*style == ' ')
    style++;
  if (*style == '\0')
    return NULL;

  stroke->smooth = *style++ == '~';
  stroke->n = 0;
  for (;;) {
    char *end;
    NnPoint percent;

    percent.x = (float)g_ascii_strtod (style, &end);
    if (end == style)
      return style;
    percent.y = (float)g_ascii_strtod (end, &end);
    style = end;
    while (*style == ' ')
      style++;
    g_assert_cmpint (stroke->n, <, MAX_CONTROLS);
    stroke->points[stroke->n++] = place (percent, hand, rand);
    if (*style == '-' || *style == '~')
      return style;
  }
}

/* Catmull-Rom through b and c. */
static float
spline (float a, float b, float c, float d, float t)
{
  return b + 0.5f * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

static NnPoint
point_between (const Stroke *stroke, int span, float t)
{
  const NnPoint *p = stroke->points;
  NnPoint a = p[MAX (span - 1, 0)], b = p[span], c = p[span + 1];
  NnPoint d = p[MIN (span + 2, stroke->n - 1)];

  if (!stroke->smooth)
    return (NnPoint){b.x + t * (c.x - b.x), b.y + t * (c.y - b.y)};
  return (NnPoint){spline (a.x, b.x, c.x, d.x, t), spline (a.y, b.y, c.y, d.y, t)};
}

NnDrawing *
drawn_digit (int digit, int style, const Hand *hand, GRand *rand)
{
  NnDrawing *drawing = nn_drawing_new ();
  const char *rest = styles[digit][style];
  Stroke stroke = {0};

  while ((rest = next_stroke (rest, hand, rand, &stroke)) != NULL) {
    nn_drawing_begin_stroke (drawing, stroke.points[0].x, stroke.points[0].y);
    for (int span = 0; span + 1 < stroke.n; span++)
      for (int i = 1; i <= POINTS_PER_SPAN; i++) {
        NnPoint point = point_between (&stroke, span, i / (float)POINTS_PER_SPAN);

        nn_drawing_add_point (drawing, point.x, point.y);
      }
  }
  return drawing;
}

Hand
careless_hand (GRand *rand, float smallest, float largest, float pen)
{
  Hand hand;
  float room;

  hand.size = between (rand, smallest, largest);
  hand.aspect = between (rand, 0.45f, 0.95f);
  hand.slant = between (rand, -0.15f, 0.4f);
  hand.turn = between (rand, -0.2f, 0.2f);
  hand.wobble = between (rand, 0.0f, 0.04f);
  room = MAX (0.0f, 0.5f - 0.55f * hand.size - 0.5f * pen);
  hand.x = 0.5f + between (rand, -room, room + 1e-9f);
  hand.y = 0.5f + between (rand, -room, room + 1e-9f);
  return hand;
}
