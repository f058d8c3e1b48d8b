/* pen-digits.h: digits that nobody wrote: stroke models in ever other hands. */
#pragma once

#include "engine/ink/drawing.h"

#include <gio/gio.h>

/* What one picture is of: its class, and the index of its style in nn_pen_styles(). */
typedef struct {
  int digit;
  int style;
} NnPenSubject;

/**
 * nn_pen_digit:
 * Writes the @index-th digit of @seed, which depends on nothing else, to @pixels: normalised as a
 * drawing is (nn_normalise_ink()).
 */
NnPenSubject nn_pen_digit (guint64 seed, guint64 index, guint8 pixels[NN_DIGIT_PIXELS]);

/**
 * nn_pen_digits:
 * Writes the @count digits from the @first on to @images[count][28][28] and @labels[count].
 * @n_threads: 0: one a core; the result does not depend on it
 * Returns: FALSE when it was cancelled
 */
gboolean nn_pen_digits (guint64 seed, guint64 first, gsize count, guint n_threads, guint8 *images,
                        guint8 *labels, GCancellable *cancellable, GError **error);
