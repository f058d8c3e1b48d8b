/* unpack.h: reads a stream as it is or, when it is gzip'ed, unpacked. */
#pragma once

#include <gio/gio.h>

typedef struct NnUnpacker NnUnpacker;

/* Deflate's largest ratio (zlib's documentation): n packed bytes never unpack to more than n times
 * this. A declared size beyond it is a lie and needs no memory to be found out. */
#define NN_UNPACK_MAXIMUM_RATIO 1032

/**
 * nn_unpacker_new:
 * @name: what errors call the stream: the file's path
 */
NnUnpacker *nn_unpacker_new (GInputStream *stream, const char *name);

/**
 * nn_unpacker_read:
 * Fills @buffer with the next @length bytes. @got is smaller only at the end of the stream, and
 * that end is proven: every gzip member is whole and its checksum right.
 */
gboolean nn_unpacker_read (NnUnpacker *self, void *buffer, gsize length, gsize *got,
                           GCancellable *cancellable, GError **error);

/** nn_unpacker_is_packed: known once something was read. */
gboolean nn_unpacker_is_packed (const NnUnpacker *self);

void nn_unpacker_free (NnUnpacker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnUnpacker, nn_unpacker_free)
