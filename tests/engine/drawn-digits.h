/* drawn-digits.h: digits as strangers draw them with a mouse: stroke models of our own. */
#pragma once

#include "engine/ink/drawing.h"

/* How one hand draws one digit on the canvas; lengths in units of the side. */
typedef struct {
  float size;   /* of the digit's longer side, before it is slanted and turned */
  float aspect; /* its width by its height */
  float x, y;   /* where its middle is */
  float slant;  /* shift of the top to the right by the height */
  float turn;   /* radians */
  float wobble; /* how far control points stray, by the size */
} Hand;

/** drawn_digit_n_styles: Returns: how many ways to write @digit there are. */
int drawn_digit_n_styles (int digit);

/**
 * drawn_digit:
 * Returns: (transfer full): the strokes of @digit in @style, as a pointer would report them
 */
NnDrawing *drawn_digit (int digit, int style, const Hand *hand, GRand *rand);

/**
 * careless_hand:
 * A random hand for a digit between @smallest and @largest in size, anywhere on the canvas where
 * a pen of width @pen does not leave it.
 */
Hand careless_hand (GRand *rand, float smallest, float largest, float pen);
