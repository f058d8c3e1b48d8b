/* drawing.h: from a stroke or a picture to what a network sees: the one function for the canvas,
 * the command line and the tests. */
#pragma once

#include <glib.h>

#define NN_DIGIT_SIDE 28
#define NN_DIGIT_PIXELS (NN_DIGIT_SIDE * NN_DIGIT_SIDE)

typedef struct {
  float x, y; /* in units of the canvas side: 0…1 */
} NnPoint;

/* A drawing: strokes of points, as drawn. */
typedef struct {
  GArray *points; /* NnPoint */
  GArray *starts; /* guint: index in points at which each stroke begins */
} NnDrawing;

NnDrawing *nn_drawing_new (void);
NnDrawing *nn_drawing_copy (const NnDrawing *drawing);
gboolean nn_drawing_equal (const NnDrawing *a, const NnDrawing *b);
void nn_drawing_free (NnDrawing *drawing);
void nn_drawing_begin_stroke (NnDrawing *drawing, float x, float y);
void nn_drawing_add_point (NnDrawing *drawing, float x, float y);
/** nn_drawing_undo: Takes back the last stroke. Returns: FALSE when there was none. */
gboolean nn_drawing_undo (NnDrawing *drawing);
void nn_drawing_clear (NnDrawing *drawing);
gboolean nn_drawing_is_empty (const NnDrawing *drawing);

/**
 * nn_drawing_rasterise:
 * Fills @ink[side][side] (0 paper … 255 ink) with round-ended strokes of width @pen (in units of
 * the side), antialiased.
 */
void nn_drawing_rasterise (const NnDrawing *drawing, float pen, int side, guint8 *ink);

/**
 * nn_ink_line:
 * Draws one straight line with round ends from @a to @b over what @ink[side][side] holds, as
 * nn_drawing_rasterise() does each of a stroke: for pens that are pressed now more, now less.
 */
void nn_ink_line (guint8 *ink, int side, NnPoint a, NnPoint b, float pen);

/* The steps of the normalisation. What is left out is not done otherwise: it shows. */
typedef struct {
  gboolean crop;        /* to the ink; else the whole paper is taken */
  gboolean keep_aspect; /* else wide and narrow alike fill the field */
  gboolean resize;      /* into the field; else pixel by pixel, and what sticks out is cut off */
  int field;            /* side of the field for the ink, 1…28: 20 in MNIST */
  gboolean centre;      /* by the centre of mass; else by the middle of the box */
} NnInkSteps;

/** nn_ink_steps_default: What MNIST's makers did: all of them, and a field of 20. */
NnInkSteps nn_ink_steps_default (void);

/* The stages of the normalisation, each a picture, for the Prepare page. All in grey 0…255. */
typedef struct {
  int left, top, width, height;   /* what is taken of the source: the ink's bounding box */
  guint8 box[NN_DIGIT_PIXELS];    /* the same after resizing: [28][28] */
  int box_width, box_height;      /* the part of box that is used, at its top left */
  float mass_x, mass_y;           /* centre of mass within the used part */
  guint8 pixels[NN_DIGIT_PIXELS]; /* the result */
} NnNormalised;

/**
 * nn_normalise_ink:
 * @ink: [height][stride] bytes, 0 paper … 255 ink
 *
 * MNIST's own normalisation (LeCun, Bottou, Bengio, Haffner 1998): bounding box of the ink → fit
 * into 20×20, aspect kept, antialiased → placed in 28×28 so that the centre of mass is where it is
 * in MNIST's own pictures (measured; see docs/prepare.md).
 * Returns: FALSE when there is no ink: @result is then all zero
 */
gboolean nn_normalise_ink (const guint8 *ink, int width, int height, int stride,
                           NnNormalised *result);

/** nn_normalise_ink_by: The same, by those of the steps that are switched on. */
gboolean nn_normalise_ink_by (const NnInkSteps *steps, const guint8 *ink, int width, int height,
                              int stride, NnNormalised *result);

/* What MNIST's pens are to its boxes, in units of the side. */
#define NN_PEN 0.08f
/* Drawings are rasterised with ten pixels for each of the network's. */
#define NN_DRAWING_SIDE (10 * NN_DIGIT_SIDE)

/** nn_drawing_normalise: Rasterises with a stroke of @pen and normalises. Returns: FALSE when there
 * is no ink. */
gboolean nn_drawing_normalise (const NnDrawing *drawing, float pen, NnNormalised *result);

/**
 * nn_picture_to_ink:
 * Turns a photographed or drawn grey picture into ink on black paper: decides by the border
 * whether it is dark-on-light or light-on-dark, and removes the paper's shade. In place.
 * Returns: TRUE when the picture was inverted (dark on light)
 */
gboolean nn_picture_to_ink (guint8 *grey, int width, int height, int stride);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnDrawing, nn_drawing_free)
