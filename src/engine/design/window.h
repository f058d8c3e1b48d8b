/* window.h: the window that a convolution or a pooling moves over a picture: its recipe words, and
 * where it stops. */
#pragma once

#include "layer.h"

#define NN_WINDOW_MAX 64 /* the greatest size and stride */

/* All the places of a window on one picture. Output (y, x) looks at the rows y·stride_y − top …
 * + height − 1 and the columns x·stride_x − left … + width − 1; what lies outside counts as 0. */
typedef struct {
  int height, width, stride_y, stride_x; /* of the window */
  int top, left;                         /* rows and columns of zeros before the picture */
  int input_height, input_width, channels;
  int output_height, output_width;
} NnWindowGrid;

/**
 * nn_window_parse:
 * @window: (inout): holds the defaults
 * @size_key: "kernel" or "size": one number or a list of two
 * @with_padding: whether there is a "padding"
 *
 * Reads size, "stride" (a number or two; where absent, that of @window, or the size where that is
 * 0) and "padding". Messages begin with the path: "layers[2].kernel: …".
 */
gboolean nn_window_parse (NnWindow *window, JsonObject *object, const char *path,
                          const char *size_key, gboolean with_padding, GError **error);

/** nn_window_write: Adds the members that nn_window_parse() reads. */
void nn_window_write (const NnWindow *window, JsonBuilder *builder, const char *size_key,
                      gboolean with_padding);

/**
 * nn_window_place:
 * @grid: (out): where @window stops on an input of shape @input
 *
 * Returns: FALSE with NN_ERROR_SHAPE where @input is no picture or smaller than the window
 */
gboolean nn_window_place (const NnWindow *window, const NnShape *input, NnWindowGrid *grid,
                          GError **error);
