/* gbx-range.h: which value gets the full colour: pure, tested. */
#pragma once

#include <glib.h>

/** gbx_range_find: Returns: the size that all but the largest few of @values stay within, so that
 * one gone wild leaves the others their colours; 0 where all are zero or none is finite. */
float gbx_range_find (const float *values, gsize n);
