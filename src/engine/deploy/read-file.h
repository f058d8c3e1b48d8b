/* read-file.h: files somebody gave us, read without trusting them. Inside the deploy room. */
#pragma once

#include <gio/gio.h>

/** nn_file_open: Opens a regular file for reading. Returns: its descriptor, or −1. */
int nn_file_open (const char *path, guint64 *length, GError **error);

/** nn_file_read: Reads @length bytes from where the file is. */
gboolean nn_file_read (int fd, const char *path, void *data, gsize length, GError **error);

/** nn_file_read_whole: Returns: (transfer full): all of it, from its beginning. */
GBytes *nn_file_read_whole (int fd, guint64 length, const char *path, GError **error);

/** nn_file_fail: Sets what errno @code says of reading @path. Returns: FALSE */
gboolean nn_file_fail (const char *path, int code, GError **error);
