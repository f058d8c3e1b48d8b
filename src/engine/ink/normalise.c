/* normalise.c: a drawing to the picture MNIST would have made of it (LeCun, Bottou, Bengio,
 * Haffner: "Gradient-based learning applied to document recognition", 1998, section III). */
#include "drawing.h"

#include <math.h>
#include <string.h>

#define FIELD 20 /* MNIST's field for the ink */
#define SIDE NN_DIGIT_SIDE

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
  Tap taps[SIDE];
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

static int
find_darkest (const guint8 *ink, int width, int height, int stride)
{
  int darkest = 0;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      darkest = MAX (darkest, ink[(gsize)y * stride + x]);
  return darkest;
}

static void
find_box (const guint8 *ink, int width, int height, int stride, int threshold, NnNormalised *result)
{
  int left = width, right = -1, top = height, bottom = -1;

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
}

/* How many source pixels one of the picture spans, across and down, and where the first begins. */
typedef struct {
  float across, down;
  float left, top;
  int columns, rows; /* of the picture, in the end */
} Fit;

static Fit
fit_in (const NnInkSteps *steps, const NnNormalised *result)
{
  float greater = (float)MAX (result->width, result->height) / steps->field;
  Fit fit = {1, 1, result->left, result->top, 0, 0};

  if (steps->resize) {
    fit.across = steps->keep_aspect ? greater : (float)result->width / steps->field;
    fit.down = steps->keep_aspect ? greater : (float)result->height / steps->field;
    fit.columns = CLAMP ((int)ceilf (result->width / fit.across - 0.01f), 1, steps->field);
    fit.rows = CLAMP ((int)ceilf (result->height / fit.down - 0.01f), 1, steps->field);
  } else {
    fit.columns = MIN (result->width, SIDE);
    fit.rows = MIN (result->height, SIDE);
    fit.left += (result->width - fit.columns) / 2;
    fit.top += (result->height - fit.rows) / 2;
  }
  return fit;
}

/* scaled[rows][columns]: the ink of the box at the scale of the fit. */
static void
scale_to_fit (const guint8 *ink, int width, int height, int stride, const Fit *fit, float *scaled)
{
  Resampler across, down;

  resampler_init (&across, fit->columns, fit->left, fit->across, width);
  resampler_init (&down, fit->rows, fit->top, fit->down, height);

  memset (scaled, 0, sizeof (float) * NN_DIGIT_PIXELS);
  for (int row = 0; row < fit->rows; row++)
    for (int i = 0; i < down.taps[row].count; i++) {
      const guint8 *source = ink + (gsize)(down.taps[row].first + i) * stride;
      float weight = down.taps[row].weights[i];

      if (weight == 0)
        continue;
      for (int column = 0; column < fit->columns; column++) {
        const Tap *tap = &across.taps[column];
        float sum = 0;

        for (int k = 0; k < tap->count; k++)
          sum += tap->weights[k] * source[tap->first + k];
        scaled[row * fit->columns + column] += weight * sum;
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
fill_box (const float *scaled, const Fit *fit, NnNormalised *result)
{
  float darkest = 0;
  double mass = 0, moment_x = 0, moment_y = 0;

  result->box_width = fit->columns;
  result->box_height = fit->rows;
  result->mass_x = (fit->columns - 1) / 2.0f;
  result->mass_y = (fit->rows - 1) / 2.0f;
  for (int i = 0; i < fit->columns * fit->rows; i++)
    darkest = MAX (darkest, scaled[i]);
  if (darkest == 0) /* all the ink was cut off */
    return;

  for (int y = 0; y < fit->rows; y++)
    for (int x = 0; x < fit->columns; x++) {
      float grey = scaled[y * fit->columns + x] * 255.0f / darkest;
      guint8 value = (guint8)(sharpen (grey, MAX (fit->across, fit->down)) + 0.5f);

      result->box[y * SIDE + x] = value;
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

NnInkSteps
nn_ink_steps_default (void)
{
  return (NnInkSteps){
      .crop = TRUE, .keep_aspect = TRUE, .resize = TRUE, .field = FIELD, .centre = TRUE};
}

gboolean
nn_normalise_ink (const guint8 *ink, int width, int height, int stride, NnNormalised *result)
{
  const NnInkSteps steps = nn_ink_steps_default ();

  return nn_normalise_ink_by (&steps, ink, width, height, stride, result);
}

gboolean
nn_normalise_ink_by (const NnInkSteps *steps, const guint8 *ink, int width, int height, int stride,
                     NnNormalised *result)
{
  float scaled[NN_DIGIT_PIXELS];
  int darkest = find_darkest (ink, width, height, stride);
  int left, top;
  Fit fit;

  memset (result, 0, sizeof *result);
  if (darkest < FAINTEST_INK)
    return FALSE;

  result->width = width;
  result->height = height;
  if (steps->crop)
    find_box (ink, width, height, stride, darkest / BOX_THRESHOLD, result);
  fit = fit_in (steps, result);
  scale_to_fit (ink, width, height, stride, &fit, scaled);
  fill_box (scaled, &fit, result);

  left = (SIDE - fit.columns) / 2;
  top = (SIDE - fit.rows) / 2;
  if (steps->centre) {
    left = place (result->mass_x, fit.columns);
    top = place (result->mass_y, fit.rows);
  }
  for (int y = 0; y < fit.rows; y++)
    memcpy (result->pixels + (top + y) * SIDE + left, result->box + y * SIDE, fit.columns);
  return TRUE;
}
