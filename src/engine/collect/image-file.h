/* image-file.h: one picture from a file, through gdk-pixbuf. */
#pragma once

#include <glib.h>

#define NN_IMAGE_MOST_SIDE 4096
#define NN_IMAGE_MOST_BYTES (64 * 1024 * 1024)

/* Messages leave the path to the caller: they say what is wrong with the picture. */

/**
 * nn_image_file_measure:
 * What the header alone says of the picture.
 * Returns: FALSE with NN_ERROR_FORMAT, NN_ERROR_TOO_LARGE or a #GIOErrorEnum
 */
gboolean nn_image_file_measure (const char *path, int *width, int *height, GError **error);

/**
 * nn_image_file_read:
 * Reads a picture of at most NN_IMAGE_MOST_SIDE each way, which is known before it is decoded: PNG,
 * JPEG, GIF, BMP or TIFF, whatever its name says. Lays it on white where it is transparent, turns
 * it as its camera was held, and makes it grey (luma of ITU-R BT.601). A file that is cut short is
 * refused, never shown in part. Any thread may call it.
 * Returns: (transfer full): [height][width], 0 black … 255 white; NULL with NN_ERROR_FORMAT,
 * NN_ERROR_TOO_LARGE or a #GIOErrorEnum
 */
guint8 *nn_image_file_read (const char *path, int *width, int *height, GError **error);
