/* load.c: data sets, experiments, models and pictures by the names of the command line. */
#include "cli.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>

#define MOST_PIXELS (64 * 1000 * 1000)
#define MOST_BYTES (64 * 1024 * 1024)
#define PNG_SIGNATURE 8 /* bytes before the first chunk */
#define PNG_CHUNK 12    /* bytes of a chunk beside its data: length, name, checksum */

/* ---- data ---- */

static NnDataset *
load_dataset (const char *id, GError **error)
{
  NnDataset *dataset = nn_dataset_load (id, NULL, error);
  if (!dataset && error && g_error_matches (*error, NN_ERROR, NN_ERROR_NOT_FOUND)) {
    g_autofree char *message =
        g_strdup_printf (_ ("%s. “--data %s” takes the digits that are built in."),
                         (*error)->message, NN_DATASET_DIGITS);
    g_clear_error (error);
    g_set_error_literal (error, NN_ERROR, NN_ERROR_NOT_FOUND, message);
  }
  return dataset;
}

void
cli_data_clear (CliData *data)
{
  g_clear_pointer (&data->train, nn_samples_unref);
  g_clear_pointer (&data->validation, nn_samples_unref);
  g_clear_pointer (&data->test, nn_samples_unref);
  g_clear_pointer (&data->dataset, nn_dataset_unref);
}

gboolean
cli_load_data (const char *id, const NnPrepareSpec *prepare, guint64 seed, CliData *data,
               GError **error)
{
  data->dataset = load_dataset (id, error);
  if (!data->dataset)
    return FALSE;
  data->train = nn_samples_new (data->dataset, prepare, NN_PART_TRAIN, seed, error);
  if (!data->train)
    return FALSE;
  data->test = nn_samples_new (data->dataset, prepare, NN_PART_TEST, seed, error);
  if (!data->test)
    return FALSE;
  if (prepare->validation_fraction > 0)
    data->validation = nn_samples_new (data->dataset, prepare, NN_PART_VALIDATION, seed, error);
  else
    data->validation = nn_samples_ref (data->test);
  return data->validation != NULL;
}

/* ---- recipes and networks ---- */

NnExperiment *
cli_load_experiment (const char *name, GError **error)
{
  if (g_strv_contains (nn_preset_names (), name))
    return nn_preset_load (name, error);
  if (g_file_test (name, G_FILE_TEST_EXISTS))
    return nn_experiment_load_file (name, error);
  g_autofree char *known = g_strjoinv (", ", (char **)nn_preset_names ());
  g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
               _ ("“%s” is neither a file nor a built-in experiment (%s)"), name, known);
  return NULL;
}

NnModel *
cli_open_model (const char *path, int max_batch, NnPool *pool, GError **error)
{
  if (g_str_equal (path, CLI_PRETRAINED))
    return nn_model_open_pretrained (error);
  return nn_model_open (path, max_batch, pool, error);
}

/* ---- pictures ---- */

static gboolean
fail_picture (GError **error, const char *path, int code, const char *what)
{
  g_set_error (error, NN_ERROR, code, _ ("“%s”: %s"), path, what);
  return FALSE;
}

static guint32
read_big_endian (const guint8 *bytes)
{
  return (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 | bytes[3];
}

/* Walks the chunks: gdk-pixbuf would make do with half a picture and say nothing. */
static gboolean
is_whole (const guint8 *content, gsize length)
{
  gsize at = PNG_SIGNATURE;
  while (length - at >= PNG_CHUNK) {
    if (memcmp (content + at + 4, "IEND", 4) == 0)
      return TRUE;
    gsize data = read_big_endian (content + at);
    if (data > length - at - PNG_CHUNK)
      return FALSE;
    at += data + PNG_CHUNK;
  }
  return FALSE;
}

/* Nothing is decoded that has not been measured. */
static gboolean
check_png (const char *path, const guint8 *content, gsize length, GError **error)
{
  static const guint8 start[16] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                   0,    0,   0,   13,  'I',  'H',  'D',  'R'};
  if (length < sizeof start + 8 || memcmp (content, start, sizeof start) != 0)
    return fail_picture (error, path, NN_ERROR_FORMAT, _ ("this is no PNG picture"));
  guint64 width = read_big_endian (content + 16), height = read_big_endian (content + 20);
  if (width == 0 || height == 0 || width > MOST_PIXELS / height)
    return fail_picture (error, path, NN_ERROR_TOO_LARGE,
                         _ ("the picture must have 1 to 64 million pixels"));
  if (!is_whole (content, length))
    return fail_picture (error, path, NN_ERROR_FORMAT, _ ("the picture is cut short"));
  return TRUE;
}

static char *
read_file (const char *path, gsize *length, GError **error)
{
  GStatBuf info;
  char *content;
  if (g_stat (path, &info) != 0) {
    fail_picture (error, path, NN_ERROR_NOT_FOUND, g_strerror (errno));
    return NULL;
  }
  if (!S_ISREG (info.st_mode) || info.st_size > MOST_BYTES) {
    fail_picture (error, path, NN_ERROR_TOO_LARGE, _ ("not a file of at most 64 MiB"));
    return NULL;
  }
  return g_file_get_contents (path, &content, length, error) ? content : NULL;
}

static GdkPixbuf *
decode_png (const char *path, GError **error)
{
  gsize length;
  g_autofree char *content = read_file (path, &length, error);
  if (!content || !check_png (path, (const guint8 *)content, length, error))
    return NULL;
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_type ("png", error);
  if (!loader)
    return NULL;
  gboolean written = gdk_pixbuf_loader_write (loader, (const guint8 *)content, length, error);
  /* Closing may find more wrong; after a failed write it has nothing to add. */
  if (!gdk_pixbuf_loader_close (loader, written ? error : NULL) || !written) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  GdkPixbuf *picture = gdk_pixbuf_loader_get_pixbuf (loader);
  if (!picture)
    fail_picture (error, path, NN_ERROR_FORMAT, _ ("there is no picture inside"));
  return picture ? g_object_ref (picture) : NULL;
}

/* Luma of ITU-R BT.601, over white where the picture is transparent. */
static guint8
grey_of (const guint8 *pixel, gboolean has_alpha)
{
  guint alpha = has_alpha ? pixel[3] : 255;
  guint luma = 299u * pixel[0] + 587u * pixel[1] + 114u * pixel[2];
  return (guint8)((luma * alpha + 255000u * (255u - alpha) + 127500u) / 255000u);
}

guint8 *
cli_load_picture (const char *path, int *width, int *height, GError **error)
{
  g_autoptr (GdkPixbuf) picture = decode_png (path, error);
  if (!picture)
    return NULL;
  int channels = gdk_pixbuf_get_n_channels (picture), stride = gdk_pixbuf_get_rowstride (picture);
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  *width = gdk_pixbuf_get_width (picture);
  *height = gdk_pixbuf_get_height (picture);
  guint8 *grey = g_malloc ((gsize)*width * (gsize)*height);
  for (int y = 0; y < *height; y++)
    for (int x = 0; x < *width; x++)
      grey[(gsize)y * (gsize)*width + (gsize)x] =
          grey_of (pixels + (gsize)y * (gsize)stride + (gsize)x * (gsize)channels,
                   gdk_pixbuf_get_has_alpha (picture));
  return grey;
}
