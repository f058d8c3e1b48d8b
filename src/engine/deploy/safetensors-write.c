/* safetensors-write.c: the other half of safetensors-read.c. */
#include "safetensors.h"

#include "engine/json-text.h"

#include <string.h>

#define LENGTH_BYTES 8

static gsize
tensor_bytes (const NnTensor *tensor)
{
  return tensor->n * (tensor->dtype == NN_DTYPE_F32 ? 4 : 8);
}

/* Sorted, so that the same content always makes the same file. */
static void
build_metadata (JsonBuilder *builder, GHashTable *metadata)
{
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (metadata), (GCompareFunc)strcmp);
  if (!keys)
    return;
  json_builder_set_member_name (builder, "__metadata__");
  json_builder_begin_object (builder);
  for (GList *l = keys; l; l = l->next) {
    json_builder_set_member_name (builder, l->data);
    json_builder_add_string_value (builder, g_hash_table_lookup (metadata, l->data));
  }
  json_builder_end_object (builder);
}

static void
build_entry (JsonBuilder *builder, const NnTensor *tensor, gsize begin)
{
  json_builder_set_member_name (builder, tensor->name);
  json_builder_begin_object (builder);
  nn_json_add_string (builder, "dtype", nn_dtype_name (tensor->dtype));
  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (int i = 0; i < tensor->n_dims; i++)
    json_builder_add_int_value (builder, (gint64)tensor->dims[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "data_offsets");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, (gint64)begin);
  json_builder_add_int_value (builder, (gint64)(begin + tensor_bytes (tensor)));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* Padded with spaces, so that the tensors begin at a multiple of eight. */
static GString *
build_header (const NnTensorFile *file, gsize *data_length)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  *data_length = 0;
  json_builder_begin_object (builder);
  build_metadata (builder, file->metadata);
  for (guint i = 0; i < file->tensors->len; i++) {
    build_entry (builder, file->tensors->pdata[i], *data_length);
    *data_length += tensor_bytes (file->tensors->pdata[i]);
  }
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = nn_json_write (root, FALSE);
  GString *header = g_string_new (text);
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');
  return header;
}

static void
append_tensor (guint8 *to, const NnTensor *tensor)
{
  if (tensor->n == 0) /* then data may be NULL, which memcpy() does not take */
    return;
  memcpy (to, tensor->data, tensor_bytes (tensor));
#if G_BYTE_ORDER == G_BIG_ENDIAN
  gsize size = tensor->dtype == NN_DTYPE_F32 ? 4 : 8;
  for (gsize i = 0; i < tensor->n * size; i += size)
    for (gsize j = 0; j < size / 2; j++) {
      guint8 byte = to[i + j];
      to[i + j] = to[i + size - 1 - j];
      to[i + size - 1 - j] = byte;
    }
#endif
}

static void
add (NnTensorFile *file, const char *name, const real *data, real *owned, int n_dims,
     const gsize *dims)
{
  g_return_if_fail (n_dims <= NN_TENSOR_MAX_DIMS && !nn_tensor_file_find (file, name));
  NnTensor *tensor = g_new0 (NnTensor, 1);
  tensor->name = g_strdup (name);
  tensor->dtype = sizeof (real) == 4 ? NN_DTYPE_F32 : NN_DTYPE_F64;
  tensor->n_dims = n_dims;
  tensor->n = 1;
  for (int i = 0; i < n_dims; i++) {
    tensor->dims[i] = dims[i];
    tensor->n *= dims[i];
  }
  tensor->data = data;
  tensor->owned = owned;
  g_ptr_array_add (file->tensors, tensor);
}

/* ---- public ---- */

void
nn_tensor_file_add (NnTensorFile *file, const char *name, const real *data, int n_dims,
                    const gsize *dims)
{
  add (file, name, data, NULL, n_dims, dims);
}

void
nn_tensor_file_add_taken (NnTensorFile *file, const char *name, real *data, int n_dims,
                          const gsize *dims)
{
  add (file, name, data, data, n_dims, dims);
}

void
nn_tensor_file_set_metadata (NnTensorFile *file, const char *key, const char *value)
{
  g_hash_table_insert (file->metadata, g_strdup (key), g_strdup (value));
}

gboolean
nn_tensor_file_write (const NnTensorFile *file, const char *path, GError **error)
{
  gsize data_length;
  g_autoptr (GString) header = build_header (file, &data_length);
  gsize length = LENGTH_BYTES + header->len + data_length;
  g_autofree guint8 *content = g_malloc (length);
  guint64 header_length = GUINT64_TO_LE ((guint64)header->len);
  memcpy (content, &header_length, LENGTH_BYTES);
  memcpy (content + LENGTH_BYTES, header->str, header->len);
  guint8 *to = content + LENGTH_BYTES + header->len;
  for (guint i = 0; i < file->tensors->len; i++) {
    append_tensor (to, file->tensors->pdata[i]);
    to += tensor_bytes (file->tensors->pdata[i]);
  }
  return nn_write_file_atomically (path, content, length, error);
}
