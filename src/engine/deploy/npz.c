/* npz.c: arrays as NumPy's .npz: a ZIP archive, nothing in it compressed, of .npy files. Formats:
 * PKWARE's APPNOTE.TXT 4.3; numpy.lib.format, version 1.0. */
#include "npz.h"

#include "parameters.h"

#include <glib/gi18n-lib.h>

#include <string.h>
#include <zlib.h>

#define VERSION 20    /* of ZIP: 2.0 */
#define OLDEST 0x0021 /* 1980-01-01: the same numbers make the same file */
#define ALIGNMENT 64

typedef struct {
  GByteArray *content, *directory;
  guint n;
} Archive;

static void
put (GByteArray *to, guint64 number, int bytes)
{
  for (int i = 0; i < bytes; i++, number >>= 8) {
    guint8 byte = (guint8)number;

    g_byte_array_append (to, &byte, 1);
  }
}

/* What both headers of a member have in common. */
static void
put_member (GByteArray *to, const char *name, guint32 crc, gsize size)
{
  put (to, VERSION, 2);
  put (to, 0, 2); /* flags */
  put (to, 0, 2); /* stored */
  put (to, 0, 2);
  put (to, OLDEST, 2);
  put (to, crc, 4);
  put (to, size, 4);
  put (to, size, 4);
  put (to, strlen (name), 2);
  put (to, 0, 2); /* no extra field */
}

static void
add_member (Archive *archive, const char *name, const GByteArray *data)
{
  guint32 crc = (guint32)crc32 (0, data->data, data->len);
  guint32 offset = archive->content->len;

  put (archive->content, 0x04034b50, 4);
  put_member (archive->content, name, crc, data->len);
  g_byte_array_append (archive->content, (const guint8 *)name, (guint)strlen (name));
  g_byte_array_append (archive->content, data->data, data->len);
  put (archive->directory, 0x02014b50, 4);
  put (archive->directory, VERSION, 2);
  put_member (archive->directory, name, crc, data->len);
  put (archive->directory, 0, 2 + 2 + 2 + 4); /* comment, disk, attributes */
  put (archive->directory, offset, 4);
  g_byte_array_append (archive->directory, (const guint8 *)name, (guint)strlen (name));
  archive->n++;
}

static void
close_archive (Archive *archive)
{
  guint32 offset = archive->content->len, length = archive->directory->len;

  g_byte_array_append (archive->content, archive->directory->data, length);
  put (archive->content, 0x06054b50, 4);
  put (archive->content, 0, 2 + 2);
  put (archive->content, archive->n, 2);
  put (archive->content, archive->n, 2);
  put (archive->content, length, 4);
  put (archive->content, offset, 4);
  put (archive->content, 0, 2);
}

static GByteArray *
begin_array (const gsize *dims, int n_dims)
{
  static const guint8 magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  g_autoptr (GString) header = g_string_new ("{'descr': '<f4', 'fortran_order': False, 'shape': (");
  GByteArray *array = g_byte_array_new ();

  for (int i = 0; i < n_dims; i++)
    g_string_append_printf (header, "%zu,", dims[i]);
  g_string_append (header, "), }");
  while ((sizeof magic + 2 + header->len + 1) % ALIGNMENT != 0)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');
  g_byte_array_append (array, magic, sizeof magic);
  put (array, header->len, 2);
  g_byte_array_append (array, (const guint8 *)header->str, (guint)header->len);
  return array;
}

static void
put_float (GByteArray *array, real number)
{
  union {
    float number;
    guint32 bits;
  } value = {.number = (float)number};

  put (array, value.bits, 4);
}

/* ---- PyTorch ---- */

static void
add_tensors (Archive *archive, const NnNetwork *network)
{
  g_autoptr (NnTensorFile) file = nn_tensor_file_new ();

  nn_parameters_add (file, network, &network->parameters, "");
  for (guint i = 0; i < file->tensors->len; i++) {
    const NnTensor *tensor = file->tensors->pdata[i];
    g_autoptr (GByteArray) array = begin_array (tensor->dims, tensor->n_dims);
    g_autofree char *name = g_strconcat (tensor->name, ".npy", NULL);
    const real *numbers = tensor->data;

    for (gsize n = 0; n < tensor->n; n++)
      put_float (array, numbers[n]);
    add_member (archive, name, array);
  }
}

/* ---- Keras ---- */

/* The axes of ours, in Keras's order: in × out, height × width × in × out. */
static void
add_kernel (GByteArray *array, const NnParameter *parameter)
{
  const int *dims = parameter->shape.dims;
  gsize places = parameter->shape.n_dims == 4 ? (gsize)dims[2] * dims[3] : 1;

  for (gsize place = 0; place < places; place++)
    for (gsize i = 0; i < (gsize)dims[1]; i++)
      for (gsize o = 0; o < (gsize)dims[0]; o++)
        put_float (
            array,
            parameter->value[nn_parameter_place (parameter, (o * dims[1] + i) * places + place)]);
}

/* Our maps go place by place, as Keras's do: nothing else has to move. */
static void
add_weights (Archive *archive, const NnLayer *layer, const NnParameter *parameter)
{
  const NnShape *shape = &parameter->shape;
  gsize n = nn_shape_size (shape);
  gsize dims[NN_SHAPE_MAX_DIMS] = {(gsize)shape->dims[0]};
  g_autofree char *name = g_strdup_printf ("%d.%s.npy", layer->index, parameter->name);
  g_autoptr (GByteArray) array = NULL;

  if (shape->n_dims == 2)
    memcpy (dims, (gsize[]){(gsize)shape->dims[1], (gsize)shape->dims[0]}, 2 * sizeof *dims);
  else if (shape->n_dims == 4)
    for (int i = 0; i < 4; i++)
      dims[i] = (gsize)shape->dims[i < 2 ? i + 2 : 3 - i];
  array = begin_array (dims, shape->n_dims);
  if (shape->n_dims > 1)
    add_kernel (array, parameter);
  else
    for (gsize i = 0; i < n; i++)
      put_float (array, parameter->value[nn_parameter_place (parameter, i)]);
  add_member (archive, name, array);
}

/* ---- public ---- */

gboolean
nn_npz_save (const NnNetwork *network, NnCodeLanguage language, const char *path, GError **error)
{
  g_autoptr (GByteArray) content = g_byte_array_new (), directory = g_byte_array_new ();
  Archive archive = {content, directory, 0};

  if (network->parameters.reserved > G_MAXUINT32 / 8) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                 _ ("The network is too large for a .npz file; use safetensors."));
    return FALSE;
  }
  if (language == NN_CODE_PYTORCH)
    add_tensors (&archive, network);
  else
    for (int l = 0; l < network->n_layers; l++)
      for (int p = 0; p < network->layers[l]->n_parameters; p++)
        add_weights (&archive, network->layers[l], &network->layers[l]->parameters[p]);
  close_archive (&archive);
  return nn_write_file_atomically (path, content->data, content->len, error);
}
