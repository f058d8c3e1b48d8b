/* normalise.c: a drawing to the picture MNIST would have made of it (LeCun, Bottou, Bengio,
 * Haffner: "Gradient-based learning applied to document recognition", 1998, section III). */
#include "drawing.h"

#include <math.h>
#include <string.h>

#define BOX 20 /* MNIST's field for the ink */

/* Where MNIST's pictures have their centre of mass, measured: docs/prepare.md. */
#define MASS_CENTRE 14.0f

#define FAINTEST_INK 8   /* a picture with nothing above this is empty */
#define BOX_THRESHOLD 16 /* ink below 1/16 of the darkest does not count for the box */

/* Where the ink's edge lies in an enlarged picture; a little below the middle, so that thin strokes
 * do not break. */
#define EDGE_GREY 110.0f
#define MOST_SHARPENING 3.0f /* beyond that, enlarged noise would become ink */

/* How one line of pixels is averaged into fewer, or interpolated into more. */
typedef struct {
  int first, count; /* of the source pixels that weigh in */
  float *weights;   /* [count], they sum to 1 where the source lies within the picture */
} Tap;

typedef struct {
  Tap taps[BOX];
  float *weights; /* what the taps point into, owned */
} Resampler;

/* The cubic through four neighbours (Catmull and Rom; Keys 1981, a = −½). */
static float
cubic_weight (float distance)
{
  float d = fabsf (distance);

  if (d >= 2)
    return 0;
  if (d >= 1)
    return ((2.5f - 0.5f * d) * d - 4) * d + 2;
  return (1.5f * d - 2.5f) * d * d + 1;
}

/* What source pixel @i, which spans i … i+1, adds to the target pixel that spans start …
 * start+step: its overlap when shrinking, the cubic of its distance when growing. */
static float
weight_of (int i, float start, float step)
{
  if (step <= 1)
    return cubic_weight (i + 0.5f - (start + 0.5f * step));
  return MAX (0.0f, MIN (i + 1.0f, start + step) - MAX ((float)i, start)) / step;
}

/* @n target pixels of @step source pixels each from @start on; nothing lies outside 0 … @size. */
static void
resampler_init (Resampler *resampler, int n, float start, float step, int size)
{
  float reach = MAX (0.5f * step, 2.0f);
  int room = (int)(2 * reach) + 3;

  resampler->weights = g_new (float, (gsize)n *room);
  for (int j = 0; j < n; j++) {
    float centre = start + (j + 0.5f) * step;
    int first = MAX (0, (int)floorf (centre - reach));
    int end = MIN (size, (int)ceilf (centre + reach) + 1);
    Tap *tap = &resampler->taps[j];

    tap->first = first;
    tap->count = CLAMP (end - first, 0, room);
    tap->weights = resampler->weights + (gsize)j * room;
    for (int i = 0; i < tap->count; i++)
      tap->weights[i] = weight_of (first + i, start + j * step, step);
  }
}

static gboolean
find_box (const guint8 *ink, int width, int height, int stride, NnNormalised *result)
{
  int darkest = 0, threshold;
  int left = width, right = -1, top = height, bottom = -1;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      darkest = MAX (darkest, ink[(gsize)y * stride + x]);
  if (darkest < FAINTEST_INK)
    return FALSE;

  threshold = darkest / BOX_THRESHOLD;
  for (int y = 0; y < height; y++) {
    const guint8 *row = ink + (gsize)y * stride;
    int first = 0, last = width - 1;

    while (first < width && row[first] <= threshold)
      first++;
    if (first == width)
      continue;
    while (row[last] <= threshold)
      last--;
    left = MIN (left, first);
    right = MAX (right, last);
    top = MIN (top, y);
    bottom = y;
  }
  result->left = left;
  result->top = top;
  result->width = right - left + 1;
  result->height = bottom - top + 1;
  return TRUE;
}

static float
box_step (const NnNormalised *result)
{
  return (float)MAX (result->width, result->height) / BOX;
}

/* scaled[box_height][box_width]: the ink of the box at the scale at which its longer side is 20. */
static void
scale_to_fit (const guint8 *ink, int width, int height, int stride, NnNormalised *result,
              float *scaled)
{
  float step = (float)MAX (result->width, result->height) / BOX;
  int columns = CLAMP ((int)ceilf (result->width / step - 0.01f), 1, BOX);
  int rows = CLAMP ((int)ceilf (result->height / step - 0.01f), 1, BOX);
  Resampler across, down;

  result->box_width = columns;
  result->box_height = rows;
  resampler_init (&across, columns, result->left, step, width);
  resampler_init (&down, rows, result->top, step, height);

  memset (scaled, 0, sizeof (float) * BOX * BOX);
  for (int row = 0; row < rows; row++)
    for (int i = 0; i < down.taps[row].count; i++) {
      const guint8 *source = ink + (gsize)(down.taps[row].first + i) * stride;
      float weight = down.taps[row].weights[i];

      if (weight == 0)
        continue;
      for (int column = 0; column < columns; column++) {
        const Tap *tap = &across.taps[column];
        float sum = 0;

        for (int k = 0; k < tap->count; k++)
          sum += tap->weights[k] * source[tap->first + k];
        scaled[row * columns + column] += weight * sum;
      }
    }
  g_free (across.weights);
  g_free (down.weights);
}

/* The grey of one pixel after enlarging: an edge that was one source pixel wide is one pixel wide
 * again. Nothing changes where the ink was shrunk. */
static float
sharpen (float grey, float step)
{
  float gain = CLAMP (1 / step, 1.0f, MOST_SHARPENING);

  return CLAMP (EDGE_GREY + gain * (grey - EDGE_GREY), 0.0f, 255.0f);
}

/* Stretches the grey so that the darkest is 255, as in MNIST, and finds the centre of mass. */
static void
fill_box (const float *scaled, NnNormalised *result)
{
  float darkest = 0;
  double mass = 0, moment_x = 0, moment_y = 0;

  for (int i = 0; i < result->box_width * result->box_height; i++)
    darkest = MAX (darkest, scaled[i]);

  for (int y = 0; y < result->box_height; y++)
    for (int x = 0; x < result->box_width; x++) {
      float grey = scaled[y * result->box_width + x] * 255.0f / darkest;
      guint8 value = (guint8)(sharpen (grey, box_step (result)) + 0.5f);

      result->box[y * BOX + x] = value;
      mass += value;
      moment_x += value * x;
      moment_y += value * y;
    }
  result->mass_x = (float)(moment_x / mass);
  result->mass_y = (float)(moment_y / mass);
}

/* By whole pixels, as in MNIST: the box is not blurred a second time. */
static int
place (float mass, int used)
{
  return CLAMP ((int)floorf (MASS_CENTRE - mass + 0.5f), 0, NN_DIGIT_SIDE - used);
}

gboolean
nn_normalise_ink (const guint8 *ink, int width, int height, int stride, NnNormalised *result)
{
  float scaled[BOX * BOX];
  int left, top;

  memset (result, 0, sizeof *result);
  if (!find_box (ink, width, height, stride, result))
    return FALSE;

  scale_to_fit (ink, width, height, stride, result, scaled);
  fill_box (scaled, result);

  left = place (result->mass_x, result->box_width);
  top = place (result->mass_y, result->box_height);
  for (int y = 0; y < result->box_height; y++)
    memcpy (result->pixels + (top + y) * NN_DIGIT_SIDE + left, result->box + y * BOX,
            result->box_width);
  return TRUE;
}
