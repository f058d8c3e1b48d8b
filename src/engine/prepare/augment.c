/* augment.c: stroke width by grey morphology, then one turned, scaled and shifted look at it. */
#include "augment.h"

#include <math.h>
#include <string.h>

#define SIDE NN_DIGIT_SIDE
#define MARGIN 3 /* paper around, so that no neighbour needs a check */
#define WIDE (SIDE + 2 * MARGIN)

/* Around which the picture turns: MNIST's own centre of mass. */
#define CENTRE 14.0f

static float
uniform (NnRng *rng, double most)
{
  return (float)(most * (2 * nn_rng_uniform (rng) - 1));
}

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
 * interpolation towards the darkest neighbour. Rows of 32 whole pixels, so that it vectorises. */
static void
thicken (guint8 picture[WIDE][WIDE], guint16 share)
{
  guint8 before[WIDE][WIDE];

  memcpy (before, picture, sizeof before);
  for (int y = 1; y < WIDE - 1; y++)
    for (int x = 1; x < WIDE - 1; x++) {
      guint8 beside = greatest (before[y][x - 1], before[y][x + 1]);
      guint8 above = greatest (before[y - 1][x], before[y + 1][x]);
      guint8 here = before[y][x];
      guint16 more = greatest (greatest (beside, above), here) - here;

      picture[y][x] = here + (guint8)((guint16)(more * share + 128) >> 8);
    }
}

/* Grey erosion: the edge moved inwards. */
static void
thin (guint8 picture[WIDE][WIDE], guint16 share)
{
  guint8 before[WIDE][WIDE];

  memcpy (before, picture, sizeof before);
  for (int y = 1; y < WIDE - 1; y++)
    for (int x = 1; x < WIDE - 1; x++) {
      guint8 beside = least (before[y][x - 1], before[y][x + 1]);
      guint8 above = least (before[y - 1][x], before[y + 1][x]);
      guint8 here = before[y][x];
      guint16 less = here - least (least (beside, above), here);

      picture[y][x] = here - (guint8)((guint16)(less * share + 128) >> 8);
    }
}

static guint8
darkest_of (guint8 picture[WIDE][WIDE])
{
  guint8 darkest = 0;

  for (int y = 0; y < WIDE; y++)
    for (int x = 0; x < WIDE; x++)
      darkest = greatest (darkest, picture[y][x]);
  return darkest;
}

/* A thin stroke fades before it vanishes; the normalisation would have stretched its grey. */
static void
restore_contrast (guint8 picture[WIDE][WIDE], guint8 before)
{
  guint8 after = darkest_of (picture);
  guint32 gain;

  if (after == 0 || after >= before)
    return;
  gain = ((guint32)before << 16) / after;
  for (int y = MARGIN; y < WIDE - MARGIN; y++)
    for (int x = MARGIN; x < WIDE - MARGIN; x++)
      picture[y][x] = (guint8)((picture[y][x] * gain + 32768) >> 16);
}

/* Thicker or thinner by @change pixels, half of it on either side. */
static void
change_stroke (guint8 picture[WIDE][WIDE], float change)
{
  guint8 before = darkest_of (picture);

  for (float rest = 0.5f * fabsf (change); rest > 0; rest -= 1) {
    guint16 share = (guint16)lrintf (256 * MIN (rest, 1.0f));

    if (change > 0)
      thicken (picture, share);
    else
      thin (picture, share);
  }
  if (change < 0)
    restore_contrast (picture, before);
}

/* Where target pixels come from: target(p) = picture(centre + matrix · (p − centre − shift)). */
typedef struct {
  float xx, xy, yx, yy;
  float shift_x, shift_y;
} View;

/* Bilinear. Fixed point: 16 bits of fraction while stepping, 8 for the weights. */
static void
look (guint8 picture[WIDE][WIDE], const View *view, guint8 *target)
{
  const int one = 1 << 16;
  int step_x = (int)lrintf (view->xx * one);
  int step_y = (int)lrintf (view->yx * one);

  for (int y = 0; y < SIDE; y++) {
    float from_x = -CENTRE - view->shift_x, from_y = y - CENTRE - view->shift_y;
    int u = (int)lrintf ((CENTRE + MARGIN + view->xx * from_x + view->xy * from_y) * one);
    int v = (int)lrintf ((CENTRE + MARGIN + view->yx * from_x + view->yy * from_y) * one);

    for (int x = 0; x < SIDE; x++, u += step_x, v += step_y) {
      int column = u >> 16, row = v >> 16;
      int right = (u >> 8) & 255, down = (v >> 8) & 255;
      const guint8 *corner;
      int upper, lower;

      if ((guint)column >= WIDE - 1 || (guint)row >= WIDE - 1) {
        target[y * SIDE + x] = 0;
        continue;
      }
      corner = &picture[row][column];
      upper = corner[0] * (256 - right) + corner[1] * right;
      lower = corner[WIDE] * (256 - right) + corner[WIDE + 1] * right;
      target[y * SIDE + x] = (guint8)((upper * (256 - down) + lower * down + 32768) >> 16);
    }
  }
}

gboolean
nn_augmentation_is_none (const NnAugmentation *augmentation)
{
  return augmentation->shift == 0 && augmentation->rotation == 0 && augmentation->scale == 0 &&
         augmentation->stroke_width == 0;
}

void
nn_augment (const NnAugmentation *augmentation, NnRng *rng, const guint8 *source, guint8 *target)
{
  guint8 picture[WIDE][WIDE] = {{0}};
  float shift_x = uniform (rng, augmentation->shift);
  float shift_y = uniform (rng, augmentation->shift);
  float angle = uniform (rng, augmentation->rotation) * (float)(G_PI / 180);
  float wider = 1 + uniform (rng, augmentation->scale);
  float taller = 1 + uniform (rng, augmentation->scale);
  float thicker = uniform (rng, augmentation->stroke_width);
  View view = {
      .xx = cosf (angle) / wider,
      .xy = -sinf (angle) / wider,
      .yx = sinf (angle) / taller,
      .yy = cosf (angle) / taller,
      .shift_x = shift_x,
      .shift_y = shift_y,
  };

  for (int y = 0; y < SIDE; y++)
    memcpy (&picture[y + MARGIN][MARGIN], source + y * SIDE, SIDE);
  if (thicker != 0)
    change_stroke (picture, thicker);
  look (picture, &view, target);
}
