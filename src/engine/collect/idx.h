/* idx.h: reader of IDX files, the format of MNIST, plain or gzip'ed.
 *
 * Big-endian: two zero bytes, the type of the values (0x08: unsigned bytes, 0x0D: floats), the
 * number of dimensions, one 32-bit size per dimension, then the values, the last dimension fastest
 * (described on http://yann.lecun.com/exdb/mnist/).
 */
#pragma once

#include <gio/gio.h>

/* The value is the number of dimensions. */
typedef enum {
  NN_IDX_LABELS = 1, /* sizes: count; bytes */
  NN_IDX_ROWS = 2,   /* sizes: count, columns; floats */
  NN_IDX_IMAGES = 3, /* sizes: count, height, width; bytes */
} NnIdxKind;

#define NN_IDX_LIMIT (G_GUINT64_CONSTANT (1) << 30) /* bytes of values: 1 GiB */

typedef struct {
  gsize sizes[3];
  gsize length;    /* in bytes */
  guint8 *content; /* owned; floats are in the machine's own order */
} NnIdx;

/**
 * nn_idx_read_file:
 * Believes nothing the header says before it fits the size of the file and NN_IDX_LIMIT; only then
 * allocates. Packed content is unpacked no further than one byte beyond the declared length.
 *
 * Returns: TRUE with @idx filled; FALSE with NN_ERROR_FORMAT, NN_ERROR_TOO_LARGE or a #GIOErrorEnum
 */
gboolean nn_idx_read_file (NnIdx *idx, const char *path, NnIdxKind kind, GCancellable *cancellable,
                           GError **error);

/** nn_idx_read_bytes: the same from memory; @name is what errors call it. */
gboolean nn_idx_read_bytes (NnIdx *idx, GBytes *bytes, const char *name, NnIdxKind kind,
                            GCancellable *cancellable, GError **error);

/** nn_idx_type: Returns: what the third byte of such a file is. */
guint8 nn_idx_type (NnIdxKind kind);

/** nn_idx_value_size: Returns: the bytes of one value. */
gsize nn_idx_value_size (NnIdxKind kind);

void nn_idx_clear (NnIdx *idx);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnIdx, nn_idx_clear)
