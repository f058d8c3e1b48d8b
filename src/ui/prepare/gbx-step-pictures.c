/* gbx-step-pictures.c: what each step makes of one picture. */
#include "gbx-step-pictures.h"

#include <string.h>

#define SIDE NN_DIGIT_SIDE
#define PAPER (4 * SIDE) /* for a sample that is twice as large … */
#define PAPER_LEFT 44    /* … and not in the middle */
#define PAPER_TOP 10
#define SHOWN_ROW 14 /* whose numbers are shown … */
#define SHOWN 5      /* … so many of them */

static GbxStepPicture
blank (int width, int height)
{
  return (GbxStepPicture){g_malloc0 ((gsize)width * (gsize)height), width, height};
}

static GbxStepPicture
copy (const guint8 *pixels, int width, int height)
{
  GbxStepPicture picture = blank (width, height);

  memcpy (picture.pixels, pixels, (gsize)width * (gsize)height);
  return picture;
}

/* @width × @height of @pixels in the middle of a square. */
static GbxStepPicture
in_square (const guint8 *pixels, int stride, int width, int height, int side)
{
  GbxStepPicture picture = blank (side, side);
  int left = (side - width) / 2, top = (side - height) / 2;

  for (int y = 0; y < height; y++)
    memcpy (picture.pixels + (top + y) * side + left, pixels + y * stride, (gsize)width);
  return picture;
}

static GbxStepPicture
stretched (const GbxStepPicture *from, int side)
{
  GbxStepPicture picture = blank (side, side);

  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      picture.pixels[y * side + x] =
          from->pixels[y * from->height / side * from->width + x * from->width / side];
  return picture;
}

static GbxStepPicture
turned_over (const GbxStepPicture *from)
{
  GbxStepPicture picture = blank (from->width, from->height);

  for (int i = 0; i < from->width * from->height; i++)
    picture.pixels[i] = 255 - from->pixels[i];
  return picture;
}

static GbxStepPicture
cropped (const GbxStepPicture *from, const NnNormalised *steps)
{
  GbxStepPicture picture = blank (steps->width, steps->height);

  for (int y = 0; y < steps->height; y++)
    memcpy (picture.pixels + y * steps->width,
            from->pixels + (steps->top + y) * from->width + steps->left, (gsize)steps->width);
  return picture;
}

void
gbx_step_pictures_draw (GbxStepPictures *pictures, const NnPrepareSpec *prepare, const guint8 *ink,
                        int width, int height)
{
  GbxStepPicture light = copy (ink, width, height);
  GbxStepPicture *after = pictures->ink;
  NnNormalised steps;
  int longer;

  if (!nn_prepare_ink (prepare, ink, width, height, width, &steps)) {
    g_free (light.pixels);
    return;
  }
  longer = MAX (steps.width, steps.height);
  after[GBX_STEP_SPLIT] = turned_over (&light);
  after[GBX_STEP_INVERT] = prepare->invert ? copy (ink, width, height) : turned_over (&light);
  after[GBX_STEP_CROP] = cropped (&after[GBX_STEP_INVERT], &steps);
  after[GBX_STEP_ASPECT] =
      prepare->ink.keep_aspect
          ? in_square (after[GBX_STEP_CROP].pixels, steps.width, steps.width, steps.height, longer)
          : stretched (&after[GBX_STEP_CROP], longer);
  after[GBX_STEP_RESIZE] = in_square (steps.box, SIDE, steps.box_width, steps.box_height,
                                      prepare->ink.resize ? prepare->ink.field : SIDE);
  after[GBX_STEP_CENTRE] = copy (steps.pixels, SIDE, SIDE);
  g_free (light.pixels);
}

void
gbx_step_pictures_lay_on_paper (GbxStepPictures *pictures, const NnPrepareSpec *prepare,
                                const guint8 *sample)
{
  g_autofree guint8 *paper = g_malloc0 (PAPER * PAPER);

  for (int y = 0; y < 2 * SIDE; y++)
    for (int x = 0; x < 2 * SIDE; x++)
      paper[(PAPER_TOP + y) * PAPER + PAPER_LEFT + x] = sample[y / 2 * SIDE + x / 2];
  gbx_step_pictures_draw (pictures, prepare, paper, PAPER, PAPER);
}

/* From just before the row's first ink on. */
static int
first_shown (const guint8 *picture)
{
  int column = 0;

  while (column < SIDE && picture[SHOWN_ROW * SIDE + column] == 0)
    column++;
  return column == SIDE ? (SIDE - SHOWN) / 2 : CLAMP (column - 1, 0, SIDE - SHOWN);
}

static char *
list_numbers (const real *x, int first, const char *format)
{
  GString *text = g_string_new (NULL);

  for (int i = 0; i < SHOWN; i++) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd (number, sizeof number, format, (double)x[SHOWN_ROW * SIDE + first + i]);
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", number);
  }
  return g_string_free (text, FALSE);
}

void
gbx_step_pictures_count (GbxStepPictures *pictures, const NnPrepareSpec *prepare,
                         const guint8 *picture)
{
  NnPrepareSpec plain = *prepare, raw = *prepare;
  int first = first_shown (picture);
  real x[NN_DIGIT_PIXELS];

  plain.standardise = raw.standardise = FALSE;
  raw.scale = NN_SCALE_NONE;
  nn_prepare_pixels (&raw, picture, x);
  pictures->levels = list_numbers (x, first, "%.0f");
  nn_prepare_pixels (&plain, picture, x);
  pictures->scaled = list_numbers (x, first, prepare->scale == NN_SCALE_UNIT ? "%.2f" : "%.0f");
  nn_prepare_pixels (prepare, picture, x);
  pictures->standardised = list_numbers (
      x, first, prepare->standardise || prepare->scale == NN_SCALE_UNIT ? "%.2f" : "%.0f");
}

void
gbx_step_pictures_add_noise (GbxStepPictures *pictures, const NnSamples *samples, guint32 index,
                             guint64 seed, guint32 epoch)
{
  real x[NN_DIGIT_PIXELS];

  pictures->grey = blank (SIDE, SIDE);
  pictures->noisy = blank (SIDE, SIDE);
  nn_samples_show (samples, index, seed, epoch, pictures->grey.pixels, x);
  for (int i = 0; i < NN_DIGIT_PIXELS; i++)
    pictures->noisy.pixels[i] = nn_samples_grey (samples, x[i]);
}

void
gbx_step_pictures_clear (GbxStepPictures *pictures)
{
  for (guint i = 0; i < G_N_ELEMENTS (pictures->ink); i++)
    g_free (pictures->ink[i].pixels);
  g_free (pictures->grey.pixels);
  g_free (pictures->noisy.pixels);
  g_free (pictures->levels);
  g_free (pictures->scaled);
  g_free (pictures->standardised);
}
