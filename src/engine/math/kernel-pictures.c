/* kernel-pictures.c: strokes made thicker or thinner by grey morphology, and a picture looked at
 * from elsewhere. Whole numbers throughout: the same bits on every level. */
#include "kernel-levels.h"

#include <math.h>
#include <string.h>

#define SIDE NN_PICTURE_SIDE
#define MARGIN NN_PAPER_MARGIN
#define WIDE NN_PAPER_SIDE

static inline guint8
greatest (guint8 a, guint8 b)
{
  return a > b ? a : b;
}

static inline guint8
least (guint8 a, guint8 b)
{
  return a < b ? a : b;
}

/* Grey dilation by a plus sign, the ink's edge moved outwards by @share / 256 of a pixel: by
 * interpolation towards the darkest neighbour. */
static void
thicken (guint8 *paper, guint16 share)
{
  guint8 before[WIDE * WIDE];

  memcpy (before, paper, sizeof before);
  for (int y = 1; y < WIDE - 1; y++) {
    const guint8 *from = before + y * WIDE + 1;
    guint8 *to = paper + y * WIDE + 1;

    NN_SIMD
    for (int x = 0; x < WIDE - 2; x++) {
      guint8 beside = greatest (from[x - 1], from[x + 1]);
      guint8 above = greatest (from[x - WIDE], from[x + WIDE]);
      guint16 more = greatest (greatest (beside, above), from[x]) - from[x];

      to[x] = from[x] + (guint8)((guint16)(more * share + 128) >> 8);
    }
  }
}

/* Grey erosion: the edge moved inwards. */
static void
thin (guint8 *paper, guint16 share)
{
  guint8 before[WIDE * WIDE];

  memcpy (before, paper, sizeof before);
  for (int y = 1; y < WIDE - 1; y++) {
    const guint8 *from = before + y * WIDE + 1;
    guint8 *to = paper + y * WIDE + 1;

    NN_SIMD
    for (int x = 0; x < WIDE - 2; x++) {
      guint8 beside = least (from[x - 1], from[x + 1]);
      guint8 above = least (from[x - WIDE], from[x + WIDE]);
      guint16 less = from[x] - least (least (beside, above), from[x]);

      to[x] = from[x] - (guint8)((guint16)(less * share + 128) >> 8);
    }
  }
}

static guint8
darkest_of (const guint8 *paper)
{
  guint8 darkest = 0;

  _Pragma ("omp simd reduction(max : darkest)") for (int i = 0; i < WIDE * WIDE; i++) darkest =
      darkest > paper[i] ? darkest : paper[i];
  return darkest;
}

/* A thin stroke fades before it vanishes; the normalisation would have stretched its grey. */
static void
restore_contrast (guint8 *paper, guint8 before)
{
  guint8 after = darkest_of (paper);
  guint32 gain;

  if (after == 0 || after >= before)
    return;
  gain = ((guint32)before << 16) / after;
  for (int y = MARGIN; y < WIDE - MARGIN; y++) {
    guint8 *row = paper + y * WIDE + MARGIN;

    NN_SIMD
    for (int x = 0; x < SIDE; x++)
      row[x] = (guint8)((row[x] * gain + 32768) >> 16);
  }
}

void
NN_LEVEL_NAME (nn_change_stroke) (guint8 *paper, float change)
{
  guint8 before = darkest_of (paper);

  for (float rest = 0.5f * fabsf (change); rest > 0; rest -= 1) {
    guint16 share = (guint16)lrintf (256 * MIN (rest, 1.0f));

    if (change > 0)
      thicken (paper, share);
    else
      thin (paper, share);
  }
  if (change < 0)
    restore_contrast (paper, before);
}

/* Each pixel with the three right of it and below in one number: one access instead of four. */
static void
pack_corners (const guint8 *paper, guint32 *corners)
{
  NN_SIMD
  for (int i = 0; i < WIDE * WIDE; i++)
    corners[i] = paper[i] | (guint32)paper[i + 1] << 8 | (guint32)paper[i + WIDE] << 16 |
                 (guint32)paper[i + WIDE + 1] << 24;
}

/* Rows are as wide as vectors like them; what is beyond the picture is thrown away. */
#define ROW NN_LOOK_STRIDE
#define ALL (SIDE * ROW)

/* What is between two pixels is told by 8 bits of their distance. */
static inline guint32
blend (guint32 corner, gint32 u, gint32 v)
{
  guint32 right = (guint32)u >> 8 & 255, down = (guint32)v >> 8 & 255;
  guint32 upper = (corner & 255) * (256 - right) + (corner >> 8 & 255) * right;
  guint32 lower = (corner >> 16 & 255) * (256 - right) + (corner >> 24) * right;

  return (upper * (256 - down) + lower * down + 32768) >> 16;
}

static void
place_row (const NnLook *look, int y, gint32 *u, gint32 *v)
{
  NN_SIMD
  for (int x = 0; x < ROW; x++) {
    u[x] = look->u[y] + x * look->step_u;
    v[x] = look->v[y] + x * look->step_v;
  }
  if (look->across != NULL) {
    const gint16 *across = look->across + y * look->stride;
    const gint16 *down = look->down + y * look->stride;

    NN_SIMD
    for (int x = 0; x < ROW; x++) {
      u[x] += across[x] * 256;
      v[x] += down[x] * 256;
    }
  }
}

/* Between which rows of the paper there is ink: @top … @bottom. */
static void
find_ink (const guint8 *paper, gint32 *top, gint32 *bottom)
{
  *top = WIDE;
  *bottom = -1;
  for (int y = 0; y < WIDE; y++) {
    guint64 words[5], any = 0;

    memcpy (words, paper + y * WIDE, 4 * sizeof *words);
    memcpy (words + 4, paper + (y + 1) * WIDE - sizeof *words, sizeof *words);
    for (int i = 0; i < 5; i++)
      any |= words[i];
    if (any != 0) {
      *top = MIN (*top, y);
      *bottom = y;
    }
  }
}

/* Whether row @y of the new picture may see any ink: each pixel sees its row and the next. */
static gboolean
may_see_ink (const NnLook *look, int y, gint32 top, gint32 bottom)
{
  gint32 first = look->v[y], last = first + (SIDE - 1) * look->step_v;
  gint32 least = MIN (first, last) - look->reach, most = MAX (first, last) + look->reach;

  return (most >> 16) + 1 >= top && least >> 16 <= bottom;
}

/* The accesses, which lie about, one by one between two loops that are vectors. A quarter of the
 * rows of a digit is paper. */
void
NN_LEVEL_NAME (nn_look) (guint8 *target, const guint8 *paper, const NnLook *look)
{
  guint32 corners[WIDE * WIDE + 1], found[ALL];
  gint32 u[ALL], v[ALL], top, bottom;
  guint16 places[ALL];
  guint8 blended[ALL], rows[SIDE];
  int n = 0;

  pack_corners (paper, corners);
  corners[WIDE * WIDE] = 0; /* beside the paper */
  find_ink (paper, &top, &bottom);
  for (int y = 0; y < SIDE; y++) {
    if (!may_see_ink (look, y, top, bottom))
      continue;
    place_row (look, y, u + n * ROW, v + n * ROW);
    rows[n++] = (guint8)y;
  }

  NN_SIMD
  for (int i = 0; i < n * ROW; i++) {
    guint32 column = (guint32)(u[i] >> 16), row = (guint32)(v[i] >> 16);
    guint32 inside = column < WIDE - 1 && row < WIDE - 1;

    places[i] = (guint16)(inside ? row * WIDE + column : WIDE * WIDE);
  }
  for (int i = 0; i < n * ROW; i++)
    found[i] = corners[places[i]];
  NN_SIMD
  for (int i = 0; i < n * ROW; i++)
    blended[i] = (guint8)blend (found[i], u[i], v[i]);
  memset (target, 0, SIDE * SIDE);
  for (int i = 0; i < n; i++)
    memcpy (target + rows[i] * SIDE, blended + i * ROW, SIDE);
}
