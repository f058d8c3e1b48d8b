/* pen-styles.h: the ways in which people write the ten digits, as points a pen goes through. */
#pragma once

#include "engine/ink/drawing.h"

#define NN_PEN_MAX_FORMS 5
#define NN_PEN_MAX_POINTS 24

/* What the pen does at a point. */
typedef enum {
  NN_PEN_ON,     /* goes through it in a curve */
  NN_PEN_CORNER, /* turns on the spot */
  NN_PEN_UP,     /* is lifted there: the next point begins a stroke */
} NnPenMove;

/* One way to write a digit. Its forms are several hands' versions with the same points in the same
 * order, so whatever lies between them is a digit too. */
typedef struct {
  int digit;
  int share; /* how many write it so, beside the other styles of the digit */
  int n_forms, n_points;
  NnPoint points[NN_PEN_MAX_FORMS][NN_PEN_MAX_POINTS]; /* the digit is 1 high around (0, 0) */
  NnPenMove moves[NN_PEN_MAX_POINTS];                  /* the last is NN_PEN_UP */
} NnPenStyle;

/** nn_pen_styles: Returns: (transfer none): all styles, @n of them, those of a digit in a row. */
const NnPenStyle *nn_pen_styles (int *n);
