/* picture.c: a photographed or scanned picture to ink on black paper. */
#include "drawing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIT_ROUNDS 4
#define NOISE_DEVIATIONS 4.0f  /* paper grain within this many standard deviations is no ink */
#define MOST_NOISE_SHARE 0.35f /* of the darkest ink: noise beyond that would swallow strokes */

/* The paper: a plane of grey, brighter towards the lamp, and how much its grain scatters. */
typedef struct {
  float level, slope_x, slope_y; /* grey = level + slope_x·x + slope_y·y, x and y from the middle */
  float middle_x, middle_y;
  float noise; /* standard deviation */
} Paper;

typedef struct {
  const guint8 *grey;
  int width, height, stride;
} Picture;

static float
paper_at (const Paper *paper, int x, int y)
{
  return paper->level + paper->slope_x * (x - paper->middle_x) +
         paper->slope_y * (y - paper->middle_y);
}

/* The @index-th pixel of the picture's rim, clockwise or not: every one once. */
static void
border_pixel (const Picture *picture, int index, int *x, int *y)
{
  int inner = MAX (0, picture->height - 2);

  if (index < picture->width) {
    *x = index;
    *y = 0;
  } else if (index < 2 * picture->width && picture->height > 1) {
    *x = index - picture->width;
    *y = picture->height - 1;
  } else {
    int rest = index - 2 * picture->width;

    *x = rest < inner ? 0 : picture->width - 1;
    *y = 1 + rest % inner;
  }
}

static int
border_length (const Picture *picture)
{
  int rows = MIN (picture->height, 2);
  int columns = MIN (picture->width, 2);

  return rows * picture->width + columns * MAX (0, picture->height - 2);
}

static guint8
grey_at (const Picture *picture, int x, int y)
{
  return picture->grey[(gsize)y * picture->stride + x];
}

static int
border_median (const Picture *picture)
{
  guint histogram[256] = {0};
  int length = border_length (picture);
  int seen = 0, level = 0;

  for (int i = 0; i < length; i++) {
    int x, y;

    border_pixel (picture, i, &x, &y);
    histogram[grey_at (picture, x, y)]++;
  }
  while (seen + (int)histogram[level] <= length / 2)
    seen += histogram[level++];
  return level;
}

/* The normal equations of a plane through residuals; symmetric, so six sums and three right-hand
 * sides. */
typedef struct {
  double n, x, y, xx, xy, yy, r, xr, yr, rr;
} PlaneSums;

static void
sum_border (const Picture *picture, const Paper *paper, float tolerance, PlaneSums *sums)
{
  int length = border_length (picture);

  memset (sums, 0, sizeof *sums);
  for (int i = 0; i < length; i++) {
    int column, row;
    double x, y, r;

    border_pixel (picture, i, &column, &row);
    r = grey_at (picture, column, row) - paper_at (paper, column, row);
    if (fabs (r) > tolerance)
      continue;
    x = column - paper->middle_x;
    y = row - paper->middle_y;
    sums->n += 1;
    sums->x += x;
    sums->y += y;
    sums->xx += x * x;
    sums->xy += x * y;
    sums->yy += y * y;
    sums->r += r;
    sums->xr += x * r;
    sums->yr += y * r;
    sums->rr += r * r;
  }
}

/* Moves the plane by the least-squares solution (Cramer's rule); a degenerate rim moves the level
 * alone. */
static void
improve_plane (const PlaneSums *s, Paper *paper)
{
  double a = s->xx * s->yy - s->xy * s->xy;
  double b = s->xy * s->y - s->x * s->yy;
  double c = s->x * s->xy - s->xx * s->y;
  double determinant = s->n * a + s->x * b + s->y * c;

  if (s->n < 16 || determinant <= 1e-6 * s->n * s->xx * s->yy) {
    paper->level += s->n > 0 ? (float)(s->r / s->n) : 0;
    return;
  }
  paper->level += (float)((s->r * a + s->xr * b + s->yr * c) / determinant);
  paper->slope_x += (float)((s->r * b + s->xr * (s->n * s->yy - s->y * s->y) +
                             s->yr * (s->x * s->y - s->n * s->xy)) /
                            determinant);
  paper->slope_y += (float)((s->r * c + s->xr * (s->x * s->y - s->n * s->xy) +
                             s->yr * (s->n * s->xx - s->x * s->x)) /
                            determinant);
}

/* Least squares over the rim, leaving out what is far from the plane: ink that crosses the rim. */
static Paper
fit_paper (const Picture *picture)
{
  Paper paper = {.level = border_median (picture),
                 .middle_x = 0.5f * (picture->width - 1),
                 .middle_y = 0.5f * (picture->height - 1)};
  float tolerance = 64;
  PlaneSums sums;

  for (int round = 0; round < FIT_ROUNDS; round++) {
    sum_border (picture, &paper, tolerance, &sums);
    improve_plane (&sums, &paper);
    sum_border (picture, &paper, tolerance, &sums);
    paper.noise = sums.n > 0 ? (float)sqrt (sums.rr / sums.n) : 0;
    tolerance = MAX (8.0f, 3 * paper.noise);
  }
  return paper;
}

/* Ink lies on the side of the paper's grey on which more deviates from it; of two equal sides, on
 * the side of which there is more room. */
static gboolean
is_dark_on_light (const Picture *picture, const Paper *paper)
{
  float tolerance = NOISE_DEVIATIONS * paper->noise;
  double darker = 0, lighter = 0;

  for (int y = 0; y < picture->height; y++)
    for (int x = 0; x < picture->width; x++) {
      float off = grey_at (picture, x, y) - paper_at (paper, x, y);

      if (off > tolerance)
        lighter += off;
      else if (off < -tolerance)
        darker -= off;
    }
  return darker != lighter ? darker > lighter : paper->level > 127.5f;
}

gboolean
nn_picture_to_ink (guint8 *grey, int width, int height, int stride)
{
  Picture picture = {grey, width, height, stride};
  Paper paper;
  float sign, darkest = 0, noise, gain;
  gboolean inverted;

  if (width <= 0 || height <= 0)
    return FALSE;

  paper = fit_paper (&picture);
  inverted = is_dark_on_light (&picture, &paper);
  sign = inverted ? -1.0f : 1.0f;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      darkest = MAX (darkest, sign * (grey_at (&picture, x, y) - paper_at (&paper, x, y)));

  noise = MIN (NOISE_DEVIATIONS * paper.noise, MOST_NOISE_SHARE * darkest);
  gain = darkest > noise ? 255.0f / (darkest - noise) : 0.0f;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      guint8 *pixel = &grey[(gsize)y * stride + x];
      float ink = sign * (*pixel - paper_at (&paper, x, y)) - noise;

      *pixel = ink > 0 ? (guint8)(MIN (ink * gain, 255.0f) + 0.5f) : 0;
    }
  return inverted;
}
