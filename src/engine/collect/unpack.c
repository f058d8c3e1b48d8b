/* unpack.c: reads a stream as it is or, when it is gzip'ed, unpacked. */
#include "engine/collect/unpack.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <zlib.h>

#define INPUT_SIZE (64 * 1024)
#define OUTPUT_STEP (1 << 20) /* between two looks at the cancellable */
#define GZIP_WINDOW (MAX_WBITS + 16)

struct NnUnpacker {
  GInputStream *stream;
  char *name;
  gboolean started;
  gboolean packed;
  gboolean in_member; /* a gzip member has begun and not ended */
  z_stream z;         /* next_in and avail_in serve the plain case too */
  guint8 input[INPUT_SIZE];
};

static gboolean
fill_input (NnUnpacker *self, GCancellable *cancellable, GError **error)
{
  gsize got;

  if (!g_input_stream_read_all (self->stream, self->input, INPUT_SIZE, &got, cancellable, error)) {
    g_prefix_error (error, "%s: ", self->name);
    return FALSE;
  }
  self->z.next_in = self->input;
  self->z.avail_in = got;
  if (!self->started) {
    self->started = TRUE;
    /* Names lie, and some servers unpack on the way: the content tells what it is. */
    self->packed = got >= 2 && self->input[0] == 0x1f && self->input[1] == 0x8b;
  }
  return TRUE;
}

static gsize
copy_some (NnUnpacker *self, guint8 *buffer, gsize room)
{
  gsize length = MIN (room, self->z.avail_in);

  memcpy (buffer, self->z.next_in, length);
  self->z.next_in += length;
  self->z.avail_in -= length;
  return length;
}

static gboolean
inflate_some (NnUnpacker *self, guint8 *buffer, gsize room, gsize *got, GError **error)
{
  uInt step = MIN (room, OUTPUT_STEP);
  int status;

  if (!self->in_member) {
    inflateReset (&self->z);
    self->in_member = TRUE;
  }
  self->z.next_out = buffer;
  self->z.avail_out = step;
  status = inflate (&self->z, Z_NO_FLUSH);
  *got = step - self->z.avail_out;

  if (status == Z_STREAM_END)
    self->in_member = FALSE;
  else if (status == Z_BUF_ERROR) /* no step without input, and there is none left */
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s ends in the middle of its compressed data: the copy is incomplete"),
                 self->name);
  else if (status != Z_OK)
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s: the compressed data is damaged (%s)"),
                 self->name, self->z.msg != NULL ? self->z.msg : zError (status));
  return status == Z_STREAM_END || status == Z_OK;
}

NnUnpacker *
nn_unpacker_new (GInputStream *stream, const char *name)
{
  NnUnpacker *self = g_new0 (NnUnpacker, 1);

  self->stream = g_object_ref (stream);
  self->name = g_strdup (name);
  if (inflateInit2 (&self->z, GZIP_WINDOW) != Z_OK)
    g_error ("zlib cannot start: %s", self->z.msg != NULL ? self->z.msg : "out of memory");
  return self;
}

gboolean
nn_unpacker_read (NnUnpacker *self, void *buffer, gsize length, gsize *got,
                  GCancellable *cancellable, GError **error)
{
  guint8 *out = buffer;

  *got = 0;
  while (*got < length) {
    gsize step = 0;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (self->z.avail_in == 0 && !fill_input (self, cancellable, error))
      return FALSE;
    if (self->z.avail_in == 0 && !self->in_member)
      break;
    if (!self->packed)
      step = copy_some (self, out + *got, length - *got);
    else if (!inflate_some (self, out + *got, length - *got, &step, error))
      return FALSE;
    *got += step;
  }
  return TRUE;
}

gboolean
nn_unpacker_is_packed (const NnUnpacker *self)
{
  return self->packed;
}

void
nn_unpacker_free (NnUnpacker *self)
{
  inflateEnd (&self->z);
  g_object_unref (self->stream);
  g_free (self->name);
  g_free (self);
}
