/* idx.c: reader of IDX files, the format of MNIST, plain or gzip'ed. */
#include "engine/collect/idx.h"

#include "engine/collect/unpack.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define TYPE_UNSIGNED_BYTE 0x08
#define TYPE_FLOAT 0x0D

guint8
nn_idx_type (NnIdxKind kind)
{
  return kind == NN_IDX_ROWS ? TYPE_FLOAT : TYPE_UNSIGNED_BYTE;
}

gsize
nn_idx_value_size (NnIdxKind kind)
{
  return kind == NN_IDX_ROWS ? sizeof (guint32) : 1;
}

static gsize
header_length (NnIdxKind kind)
{
  return 4 + 4 * kind;
}

static guint32
big_endian (const guint8 *bytes)
{
  return (guint32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static gboolean
read_magic (NnUnpacker *unpacker, const char *name, NnIdxKind kind, GCancellable *cancellable,
            GError **error)
{
  guint8 magic[4];
  gsize got;

  if (!nn_unpacker_read (unpacker, magic, sizeof magic, &got, cancellable, error))
    return FALSE;
  if (got < sizeof magic) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s holds %u bytes, too few for the header of an IDX file"), name, (guint)got);
    return FALSE;
  }
  if (magic[0] != 0 || magic[1] != 0) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s is not an IDX file: it begins with the bytes %02x %02x, expected 00 00"),
                 name, magic[0], magic[1]);
    return FALSE;
  }
  if (magic[2] != nn_idx_type (kind)) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 kind == NN_IDX_ROWS
                     ? _ ("%s holds values of the IDX type 0x%02x, expected 0x0d (floats)")
                     : _ ("%s holds values of the IDX type 0x%02x, expected 0x08 (unsigned bytes)"),
                 name, magic[2]);
    return FALSE;
  }
  if (magic[3] != kind) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 kind == NN_IDX_IMAGES
                     ? _ ("%s has %d dimensions, expected 3 (count, height, width)")
                 : kind == NN_IDX_ROWS ? _ ("%s has %d dimensions, expected 2 (count, columns)")
                                       : _ ("%s has %d dimensions, expected 1 (count)"),
                 name, magic[3]);
    return FALSE;
  }
  return TRUE;
}

/* The product cannot overflow: it is at most 2³⁰ before it is multiplied with a 32-bit size. */
static gboolean
read_sizes (NnIdx *idx, NnUnpacker *unpacker, const char *name, NnIdxKind kind,
            GCancellable *cancellable, GError **error)
{
  guint8 bytes[4 * NN_IDX_IMAGES];
  guint64 product = nn_idx_value_size (kind);
  gsize got;

  if (!nn_unpacker_read (unpacker, bytes, 4 * kind, &got, cancellable, error))
    return FALSE;
  if (got < 4 * (gsize)kind) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s ends in the middle of its header"), name);
    return FALSE;
  }
  for (int i = 0; i < (int)kind; i++) {
    guint32 size = big_endian (bytes + 4 * i);

    if (size == 0) {
      g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                   _ ("%s is empty: dimension %d of its header is 0"), name, i + 1);
      return FALSE;
    }
    product *= size;
    if (product > NN_IDX_LIMIT) {
      g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                   _ ("%s declares more than the %" PRIu64 " bytes that a data file may hold"),
                   name, NN_IDX_LIMIT);
      return FALSE;
    }
    idx->sizes[i] = size;
  }
  idx->length = product;
  return TRUE;
}

static gboolean
check_plausible (const NnIdx *idx, gboolean packed, const char *name, NnIdxKind kind,
                 guint64 stored_size, GError **error)
{
  guint64 declared = header_length (kind) + idx->length;

  if (packed && declared / NN_UNPACK_MAXIMUM_RATIO > stored_size) {
    g_set_error (
        error, NN_ERROR, NN_ERROR_FORMAT,
        _ ("%s declares %" PRIu64 " bytes, more than its %" PRIu64 " compressed bytes can hold"),
        name, declared, stored_size);
    return FALSE;
  }
  if (!packed && declared != stored_size) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s is %" PRIu64 " bytes long, but its header declares %" PRIu64), name,
                 stored_size, declared);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_content (NnIdx *idx, NnUnpacker *unpacker, const char *name, NnIdxKind kind,
              GCancellable *cancellable, GError **error)
{
  gsize size = nn_idx_value_size (kind);
  guint8 beyond;
  gsize got;

  idx->content = g_try_malloc (idx->length);
  if (idx->content == NULL) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                 _ ("%s needs %zu bytes of memory, more than there are"), name, idx->length);
    return FALSE;
  }
  if (!nn_unpacker_read (unpacker, idx->content, idx->length, &got, cancellable, error))
    return FALSE;
  if (got < idx->length) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s ends after %zu of the %zu values that its header declares"), name,
                 got / size, idx->length / size);
    return FALSE;
  }
  if (!nn_unpacker_read (unpacker, &beyond, 1, &got, cancellable, error))
    return FALSE;
  if (got > 0) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s goes on after the %zu values that its header declares"), name,
                 idx->length / size);
    return FALSE;
  }
  return TRUE;
}

static void
swap_floats (NnIdx *idx)
{
  guint32 *values = (guint32 *)(gpointer)idx->content;

  for (gsize i = 0; i < idx->length / sizeof *values; i++)
    values[i] = GUINT32_FROM_BE (values[i]);
}

static gboolean
read_stream (NnIdx *idx, GInputStream *stream, guint64 stored_size, const char *name,
             NnIdxKind kind, GCancellable *cancellable, GError **error)
{
  g_autoptr (NnUnpacker) unpacker = nn_unpacker_new (stream, name);

  *idx = (NnIdx){0};
  if (read_magic (unpacker, name, kind, cancellable, error) &&
      read_sizes (idx, unpacker, name, kind, cancellable, error) &&
      check_plausible (idx, nn_unpacker_is_packed (unpacker), name, kind, stored_size, error) &&
      read_content (idx, unpacker, name, kind, cancellable, error)) {
    if (kind == NN_IDX_ROWS)
      swap_floats (idx);
    return TRUE;
  }
  nn_idx_clear (idx);
  return FALSE;
}

gboolean
nn_idx_read_file (NnIdx *idx, const char *path, NnIdxKind kind, GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GFileInfo) info = NULL;

  *idx = (NnIdx){0};
  if (stream != NULL)
    info =
        g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable, error);
  return info != NULL && read_stream (idx, G_INPUT_STREAM (stream), g_file_info_get_size (info),
                                      path, kind, cancellable, error);
}

gboolean
nn_idx_read_bytes (NnIdx *idx, GBytes *bytes, const char *name, NnIdxKind kind,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);

  return read_stream (idx, stream, g_bytes_get_size (bytes), name, kind, cancellable, error);
}

void
nn_idx_clear (NnIdx *idx)
{
  g_clear_pointer (&idx->content, g_free);
}
