/* augment.c: stroke width by grey morphology, then one turned, scaled, leaning, shifted and bent
 * look at it. */
#include "augment.h"

#include "engine/math/kernels.h"

#include <math.h>
#include <string.h>

#define SIDE NN_DIGIT_SIDE
#define WIDE NN_PAPER_SIDE
#define MARGIN NN_PAPER_MARGIN
G_STATIC_ASSERT (SIDE == NN_PICTURE_SIDE);

/* Around which the picture turns: MNIST's own centre of mass. */
#define CENTRE 14.0f

/* The fields of displacements are windows of one large sheet whose edges meet, begun anywhere. */
#define SHEET 128
#define SHEET_STRIDE (SHEET + NN_LOOK_STRIDE)
#define SHEET_SEED 0
#define DISPLACEMENT_UNIT 256 /* of a pixel */

struct NnAugmenter {
  NnAugmentation augmentation;
  gint16 *across, *down; /* [SHEET + SIDE][SHEET_STRIDE], owned; NULL where nothing bends */
  gint32 reach;          /* the greatest of down */
};

/* The random numbers of one picture, in the order in which they were thought of. */
enum { SHIFT_X, SHIFT_Y, ANGLE, WIDER, TALLER, THICKER, LEANING, BENDING, N_NUMBERS };

/* ---- the sheet ---- */

/* One direction of the smoothing, around the sheet's edge. @step: from one number to the next. */
static void
smooth_line (float *line, gsize step, const float *weights, int reach)
{
  float before[SHEET];

  for (int i = 0; i < SHEET; i++)
    before[i] = line[i * step];
  for (int i = 0; i < SHEET; i++) {
    float sum = 0;

    for (int k = -reach; k <= reach; k++)
      sum += weights[k + reach] * before[(guint)(i + k) % SHEET];
    line[i * step] = sum;
  }
}

static gint16 *
make_sheet (const NnAugmentation *augmentation, guint32 which)
{
  double sigma = augmentation->elastic_smoothing, total = 0;
  int reach = (int)ceil (3 * sigma);
  g_autofree float *weights = g_new (float, 2 * reach + 1);
  g_autofree float *sheet = g_new (float, SHEET *SHEET);
  gint16 *repeated = g_new (gint16, (SHEET + SIDE) * SHEET_STRIDE);
  NnRng rng = nn_rng (SHEET_SEED, NN_STREAM_AUGMENTATION, which, 0);

  for (int k = -reach; k <= reach; k++)
    total += exp (-0.5 * k * k / (sigma * sigma));
  for (int k = -reach; k <= reach; k++)
    weights[k + reach] = (float)(exp (-0.5 * k * k / (sigma * sigma)) / total);
  for (int i = 0; i < SHEET * SHEET; i++)
    sheet[i] = (float)(augmentation->elastic * (2 * nn_rng_uniform (&rng) - 1));
  for (gsize i = 0; i < SHEET; i++)
    smooth_line (sheet + i * SHEET, 1, weights, reach);
  for (gsize i = 0; i < SHEET; i++)
    smooth_line (sheet + i, SHEET, weights, reach);

  for (int y = 0; y < SHEET + SIDE; y++)
    for (int x = 0; x < SHEET_STRIDE; x++)
      repeated[y * SHEET_STRIDE + x] = (gint16)lrintf (
          CLAMP (DISPLACEMENT_UNIT * sheet[y % SHEET * SHEET + x % SHEET], -32767.0f, 32767.0f));
  return repeated;
}

/* ---- one picture ---- */

static float
uniform (guint32 number, double most)
{
  return (float)(most * (2 * (number * 0x1p-32) - 1));
}

/* Where target pixels come from: target(p) = picture(centre + matrix · (p − centre − shift)). */
typedef struct {
  float xx, xy, yx, yy;
  float shift_x, shift_y;
} View;

static View
make_view (const NnAugmentation *augmentation, const guint32 *numbers)
{
  float angle = uniform (numbers[ANGLE], augmentation->rotation) * (float)(G_PI / 180);
  float wider = 1 + uniform (numbers[WIDER], augmentation->scale);
  float taller = 1 + uniform (numbers[TALLER], augmentation->scale);
  float lean = tanf (uniform (numbers[LEANING], augmentation->shear) * (float)(G_PI / 180));
  View view = {
      .xx = cosf (angle) / wider,
      .xy = -sinf (angle) / wider,
      .yx = sinf (angle) / taller,
      .yy = cosf (angle) / taller,
      .shift_x = uniform (numbers[SHIFT_X], augmentation->shift),
      .shift_y = uniform (numbers[SHIFT_Y], augmentation->shift),
  };

  if (lean != 0) { /* what is above moves to the right, before it turns */
    view.xx += lean * view.yx;
    view.xy += lean * view.yy;
  }
  return view;
}

/* lrintf(), without a call. */
static inline int
nearest (float number)
{
  const double shifter = 0x1.8p52; /* adding it rounds */

  return (int)(((double)number + shifter) - shifter);
}

static void
look_by (const View *view, NnLook *look)
{
  const int one = 1 << 16;

  look->step_u = nearest (view->xx * one);
  look->step_v = nearest (view->yx * one);
  for (int y = 0; y < SIDE; y++) {
    float from_x = -CENTRE - view->shift_x, from_y = y - CENTRE - view->shift_y;

    look->u[y] = nearest ((CENTRE + MARGIN + view->xx * from_x + view->xy * from_y) * one);
    look->v[y] = nearest ((CENTRE + MARGIN + view->yx * from_x + view->yy * from_y) * one);
  }
}

static gboolean
is_straight (const View *view)
{
  return view->xx == 1 && view->yy == 1 && view->xy == 0 && view->yx == 0 && view->shift_x == 0 &&
         view->shift_y == 0;
}

static void
bend_by (const NnAugmenter *augmenter, guint32 number, NnLook *look)
{
  gsize begin = number / SHEET % SHEET * SHEET_STRIDE + number % SHEET;

  look->across = look->down = NULL;
  look->reach = 0;
  if (augmenter->across == NULL)
    return;
  look->across = augmenter->across + begin;
  look->down = augmenter->down + begin;
  look->stride = SHEET_STRIDE;
  look->reach = augmenter->reach * DISPLACEMENT_UNIT;
}

/* ---- public ---- */

NnAugmenter *
nn_augmenter_new (const NnAugmentation *augmentation)
{
  NnAugmenter *augmenter;

  if (augmentation->shift == 0 && augmentation->rotation == 0 && augmentation->scale == 0 &&
      augmentation->shear == 0 && augmentation->elastic == 0 && augmentation->stroke_width == 0)
    return NULL;
  augmenter = g_new0 (NnAugmenter, 1);
  augmenter->augmentation = *augmentation;
  if (augmentation->elastic > 0) {
    augmenter->across = make_sheet (augmentation, 0);
    augmenter->down = make_sheet (augmentation, 1);
    for (int i = 0; i < (SHEET + SIDE) * SHEET_STRIDE; i++)
      augmenter->reach = MAX (augmenter->reach, ABS (augmenter->down[i]));
  }
  return augmenter;
}

void
nn_augmenter_free (NnAugmenter *augmenter)
{
  if (augmenter == NULL)
    return;
  g_free (augmenter->across);
  g_free (augmenter->down);
  g_free (augmenter);
}

void
nn_augment (const NnAugmenter *augmenter, NnRng *rng, const guint8 *source, guint8 *target)
{
  const NnAugmentation *augmentation = &augmenter->augmentation;
  const NnKernels *kernels = nn_kernels ();
  guint8 paper[NN_PAPER_BYTES] = {0};
  guint32 numbers[N_NUMBERS];
  float thicker;
  View view;
  NnLook look;

  nn_rng_fill (rng, numbers, N_NUMBERS);
  thicker = uniform (numbers[THICKER], augmentation->stroke_width);
  view = make_view (augmentation, numbers);
  look_by (&view, &look);
  bend_by (augmenter, numbers[BENDING], &look);

  for (int y = 0; y < SIDE; y++)
    memcpy (paper + (y + MARGIN) * WIDE + MARGIN, source + y * SIDE, SIDE);
  if (thicker != 0)
    kernels->change_stroke (paper, thicker);
  if (look.across != NULL || !is_straight (&view))
    kernels->look (target, paper, &look);
  else
    for (int y = 0; y < SIDE; y++)
      memcpy (target + y * SIDE, paper + (y + MARGIN) * WIDE + MARGIN, SIDE);
}
