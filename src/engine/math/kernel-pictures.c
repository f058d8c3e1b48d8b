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
gather_corners (const guint8 *paper, guint32 *corners)
{
  NN_SIMD
  for (int i = 0; i < WIDE * (WIDE - 1) - 1; i++)
    corners[i] = paper[i] | (guint32)paper[i + 1] << 8 | (guint32)paper[i + WIDE] << 16 |
                 (guint32)paper[i + WIDE + 1] << 24;
}

/* One row, bilinear; @u and @v: where each pixel comes from, 16 bits of fraction. */
static inline void
look_along (const guint32 *corners, const gint32 *u, const gint32 *v, guint8 *target)
{
  NN_SIMD
  for (int x = 0; x < SIDE; x++) {
    gint32 column = u[x] >> 16, row = v[x] >> 16;
    gint32 right = u[x] >> 8 & 255, down = v[x] >> 8 & 255;
    gint32 inside = (guint32)column < WIDE - 1 && (guint32)row < WIDE - 1 ? -1 : 0;
    guint32 corner = corners[(row * WIDE + column) & inside] & (guint32)inside;
    gint32 upper = (gint32)(corner & 255) * (256 - right) + (gint32)(corner >> 8 & 255) * right;
    gint32 lower = (gint32)(corner >> 16 & 255) * (256 - right) + (gint32)(corner >> 24) * right;

    target[x] = (guint8)((upper * (256 - down) + lower * down + 32768) >> 16);
  }
}

void
NN_LEVEL_NAME (nn_look) (guint8 *target, const guint8 *paper, const NnLook *look)
{
  guint32 corners[WIDE * WIDE];
  gint32 u[SIDE], v[SIDE];

  gather_corners (paper, corners);
  for (int y = 0; y < SIDE; y++, target += SIDE) {
    NN_SIMD
    for (int x = 0; x < SIDE; x++) {
      u[x] = look->u[y] + x * look->step_u;
      v[x] = look->v[y] + x * look->step_v;
    }
    if (look->across != NULL) {
      const gint16 *across = look->across + y * look->stride;
      const gint16 *down = look->down + y * look->stride;

      NN_SIMD
      for (int x = 0; x < SIDE; x++) {
        u[x] += across[x] * 256;
        v[x] += down[x] * 256;
      }
    }
    look_along (corners, u, v, target);
  }
}
