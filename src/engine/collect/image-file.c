/* image-file.c: one picture from a file. The only file of the engine that knows gdk-pixbuf. */
#include "engine/collect/image-file.h"

#include "engine/error.h"

#include <errno.h>
#include <fcntl.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PNG_SIGNATURE 8 /* bytes before the first chunk */
#define PNG_CHUNK 12    /* bytes of a chunk beside its data: length, name, checksum */
#define PNG_HEADER 24   /* bytes up to the end of the sizes */
#define MEASURE_STEP ((gsize)4096)

/* Formats of pixels only: what is drawn from commands, as SVG is, has no size one could rely on. */
static const struct {
  const char *name; /* gdk-pixbuf's */
  const char *start;
  gsize length;
} formats[] = {
    {"png", "\x89PNG\r\n\x1a\n", 8},
    {"jpeg", "\xff\xd8\xff", 3},
    {"gif", "GIF8", 4},
    {"bmp", "BM", 2},
    {"tiff", "II*\0", 4},
    {"tiff", "MM\0*", 4},
};

static gboolean
fail (GError **error, int code, const char *what)
{
  g_set_error_literal (error, NN_ERROR, code, what);
  return FALSE;
}

static gboolean
fail_errno (GError **error)
{
  int saved = errno;

  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved), g_strerror (saved));
  return FALSE;
}

/* Returns: (nullable): gdk-pixbuf's name of the format, by what the file begins with. */
static const char *
find_format (const guint8 *content, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (length >= formats[i].length && memcmp (content, formats[i].start, formats[i].length) == 0)
      return formats[i].name;
  return NULL;
}

static gboolean
check_size (int width, int height, GError **error)
{
  if (width >= 1 && height >= 1 && width <= NN_IMAGE_MOST_SIDE && height <= NN_IMAGE_MOST_SIDE)
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
               _ ("the picture is %d×%d, expected 1×1 to %d×%d"), width, height, NN_IMAGE_MOST_SIDE,
               NN_IMAGE_MOST_SIDE);
  return FALSE;
}

static guint32
read_big_endian (const guint8 *bytes)
{
  return (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 | bytes[3];
}

/* ---- is all of it there? gdk-pixbuf would make do with half a picture and say nothing ---- */

static gboolean
png_is_whole (const guint8 *content, gsize length)
{
  gsize at = PNG_SIGNATURE;

  while (length - at >= PNG_CHUNK) {
    gsize data = read_big_endian (content + at);

    if (memcmp (content + at + 4, "IEND", 4) == 0)
      return TRUE;
    if (data > length - at - PNG_CHUNK)
      return FALSE;
    at += data + PNG_CHUNK;
  }
  return FALSE;
}

/* Skips the segments up to the picture itself (a thumbnail in one of them has an end of its own),
 * then looks for the marker of the end, which the packed pixels cannot contain. */
static gboolean
jpeg_is_whole (const guint8 *content, gsize length)
{
  gsize at = 2;

  while (length - at >= 4 && content[at] == 0xff && content[at + 1] != 0xda) {
    gsize size = (gsize)content[at + 2] << 8 | content[at + 3];

    if (size < 2 || size > length - at - 2)
      return FALSE;
    at += 2 + size;
  }
  while (at + 1 < length) {
    const guint8 *marker = memchr (content + at, 0xff, length - at - 1);

    if (marker == NULL)
      return FALSE;
    if (marker[1] == 0xd9)
      return TRUE;
    at = (gsize)(marker - content) + 1;
  }
  return FALSE;
}

static gboolean
is_whole (const char *format, const guint8 *content, gsize length)
{
  if (g_str_equal (format, "png"))
    return png_is_whole (content, length);
  return !g_str_equal (format, "jpeg") || jpeg_is_whole (content, length);
}

/* ---- the file ---- */

/* A pipe or a device is never waited for. Returns: a descriptor, or −1. */
static int
open_regular (const char *path, gsize *size, GError **error)
{
  struct stat info;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 || fstat (fd, &info) != 0) {
    fail_errno (error);
  } else if (!S_ISREG (info.st_mode)) {
    fail (error, NN_ERROR_FORMAT, _ ("this is not a file"));
  } else if (info.st_size > NN_IMAGE_MOST_BYTES) {
    fail (error, NN_ERROR_TOO_LARGE, _ ("the file is larger than 64 MiB"));
  } else {
    *size = (gsize)info.st_size;
    return fd;
  }
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Returns: (transfer full): up to @most bytes of the file, or NULL. */
static guint8 *
read_start (const char *path, gsize most, gsize *length, GError **error)
{
  gsize size = 0;
  int fd = open_regular (path, &size, error);
  g_autofree guint8 *content = NULL;
  ssize_t got = 1;

  if (fd < 0)
    return NULL;
  size = MIN (size, most);
  content = g_malloc (MAX (size, 1));
  *length = 0;
  while (*length < size && got > 0) {
    got = read (fd, content + *length, size - *length);
    if (got > 0)
      *length += (gsize)got;
    else if (got < 0 && errno == EINTR)
      got = 1;
  }
  if (got < 0)
    fail_errno (error);
  close (fd);
  return got < 0 ? NULL : g_steal_pointer (&content);
}

static const char *
require_format (const guint8 *content, gsize length, GError **error)
{
  const char *format = find_format (content, length);

  if (format == NULL)
    fail (error, NN_ERROR_FORMAT,
          length == 0 ? _ ("the file is empty")
                      : _ ("this is no picture in PNG, JPEG, GIF, BMP or TIFF format"));
  return format;
}

/* ---- decoding ---- */

typedef struct {
  int width, height; /* as the header says; 0 until it was read */
  gboolean only;     /* nothing beyond the header is wanted */
  int bottom;        /* below the lowest row that was decoded */
} Header;

/* Zero tells the loader to stop before it allocates anything. */
static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer data)
{
  Header *header = data;

  header->width = width;
  header->height = height;
  if (header->only || !check_size (width, height, NULL))
    gdk_pixbuf_loader_set_size (loader, 0, 0);
}

static void
area_updated_cb (GdkPixbufLoader *loader, int x, int y, int width, int height, gpointer data)
{
  Header *header = data;

  header->bottom = MAX (header->bottom, y + height);
}

/* The loader of a format that is known: gdk-pixbuf's own guess needs a database of types, which a
 * bare machine may not have. */
static GdkPixbufLoader *
make_loader (const char *format, Header *header, GError **error)
{
  GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type (format, error);

  if (loader == NULL)
    return NULL;
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), header);
  g_signal_connect (loader, "area-updated", G_CALLBACK (area_updated_cb), header);
  return loader;
}

static gboolean
measure (const char *format, const guint8 *content, gsize length, Header *header, GError **error)
{
  g_autoptr (GdkPixbufLoader) loader = make_loader (format, header, error);

  if (loader == NULL)
    return FALSE;
  for (gsize at = 0; at < length && header->width == 0; at += MEASURE_STEP)
    if (!gdk_pixbuf_loader_write (loader, content + at, MIN (MEASURE_STEP, length - at), NULL))
      break;
  gdk_pixbuf_loader_close (loader, NULL); /* of course there is no picture yet */
  return header->width != 0 ||
         fail (error, NN_ERROR_FORMAT, _ ("the picture’s header is damaged or cut short"));
}

static GdkPixbuf *
decode (const char *format, const guint8 *content, gsize length, GError **error)
{
  Header header = {0};
  g_autoptr (GdkPixbufLoader) loader = make_loader (format, &header, error);
  g_autoptr (GError) local = NULL;
  GdkPixbuf *picture;
  gboolean written;

  if (loader == NULL)
    return NULL;
  written = gdk_pixbuf_loader_write (loader, content, length, &local);
  /* Closing may find more wrong; after a failed write it has nothing to add. */
  if (!gdk_pixbuf_loader_close (loader, written ? &local : NULL))
    written = FALSE;
  if ((header.width != 0 || header.height != 0) && !check_size (header.width, header.height, error))
    return NULL;
  if (!written) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  picture = gdk_pixbuf_loader_get_pixbuf (loader);
  if (picture == NULL || header.bottom < gdk_pixbuf_get_height (picture)) {
    fail (error, NN_ERROR_FORMAT, _ ("there is no whole picture inside"));
    return NULL;
  }
  return gdk_pixbuf_apply_embedded_orientation (picture);
}

/* Luma of ITU-R BT.601, over white where the picture is transparent. */
static guint8
grey_of (const guint8 *pixel, gboolean has_alpha)
{
  guint alpha = has_alpha ? pixel[3] : 255;
  guint luma = 299u * pixel[0] + 587u * pixel[1] + 114u * pixel[2];

  return (guint8)((luma * alpha + 255000u * (255u - alpha) + 127500u) / 255000u);
}

static guint8 *
make_grey (const GdkPixbuf *picture, int width, int height)
{
  int channels = gdk_pixbuf_get_n_channels (picture), stride = gdk_pixbuf_get_rowstride (picture);
  gboolean has_alpha = gdk_pixbuf_get_has_alpha (picture);
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  guint8 *grey = g_malloc ((gsize)width * height);

  for (int y = 0; y < height; y++) {
    const guint8 *row = pixels + (gsize)y * stride;

    for (int x = 0; x < width; x++)
      grey[(gsize)y * width + x] = grey_of (row + (gsize)x * channels, has_alpha);
  }
  return grey;
}

static void
png_size (const guint8 *content, Header *header)
{
  header->width = (int)MIN (read_big_endian (content + 16), G_MAXINT);
  header->height = (int)MIN (read_big_endian (content + 20), G_MAXINT);
}

/* ---- public ---- */

gboolean
nn_image_file_measure (const char *path, int *width, int *height, GError **error)
{
  gsize length;
  g_autofree guint8 *content = read_start (path, PNG_HEADER, &length, error);
  const char *format = content != NULL ? require_format (content, length, error) : NULL;
  Header header = {.only = TRUE};

  if (format == NULL)
    return FALSE;
  if (g_str_equal (format, "png") && length == PNG_HEADER) {
    png_size (content, &header);
  } else {
    g_free (content);
    content = read_start (path, NN_IMAGE_MOST_BYTES, &length, error);
    if (content == NULL || !measure (format, content, length, &header, error))
      return FALSE;
  }
  *width = header.width;
  *height = header.height;
  return check_size (*width, *height, error);
}

guint8 *
nn_image_file_read (const char *path, int *width, int *height, GError **error)
{
  gsize length;
  g_autofree guint8 *content = read_start (path, NN_IMAGE_MOST_BYTES, &length, error);
  const char *format = content != NULL ? require_format (content, length, error) : NULL;
  g_autoptr (GdkPixbuf) picture = NULL;

  if (format == NULL)
    return NULL;
  /* The size first: a file that lies about it is not cut short. */
  if (g_str_equal (format, "png") && length >= PNG_HEADER) {
    Header header;

    png_size (content, &header);
    if (!check_size (header.width, header.height, error))
      return NULL;
  }
  if (!is_whole (format, content, length)) {
    fail (error, NN_ERROR_FORMAT, _ ("the picture is cut short"));
    return NULL;
  }
  picture = decode (format, content, length, error);
  if (picture == NULL)
    return NULL;
  *width = gdk_pixbuf_get_width (picture);
  *height = gdk_pixbuf_get_height (picture);
  return make_grey (picture, *width, *height);
}
