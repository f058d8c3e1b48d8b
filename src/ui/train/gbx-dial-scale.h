/* gbx-dial-scale.h: where a dial's value stands on its slider; pure, tested. */
#pragma once

#include <glib.h>

#define GBX_DIAL_MAX_MARKS 6

typedef struct {
  const char *property; /* of GbxHyperparameters */
  gboolean logarithmic;
  gboolean percent;
  double offset; /* added before the logarithm, so that a range may begin at 0 */
  int n_marks;
  double marks[GBX_DIAL_MAX_MARKS]; /* usual values: the slider catches on them */
  double minimum, maximum;          /* the property's own, filled in by gbx_dial_scale_find() */
  gboolean integer;
} GbxDialScale;

/** gbx_dial_scale_find: Returns: FALSE when there is no dial for @property. */
gboolean gbx_dial_scale_find (const char *property, GbxDialScale *scale);

/** gbx_dial_scale_to_position: Returns: 0 at the slider's left end … 1 at its right. */
double gbx_dial_scale_to_position (const GbxDialScale *scale, double value);

/**
 * gbx_dial_scale_from_position:
 * Returns: the mark nearby, or else a value of two significant digits (a whole number where the
 * dial is one)
 */
double gbx_dial_scale_from_position (const GbxDialScale *scale, double position);

/** gbx_dial_scale_format: Returns: (transfer full): what is typed to get @value. */
char *gbx_dial_scale_format (const GbxDialScale *scale, double value);

/** gbx_dial_scale_parse: Returns: FALSE when @text is no number; @value is brought into range. */
gboolean gbx_dial_scale_parse (const GbxDialScale *scale, const char *text, double *value);
