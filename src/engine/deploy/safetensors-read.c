/* safetensors-read.c: a strict reader of safetensors. Format: safetensors' README, "Format". */
#include "safetensors.h"

#include "read-file.h"

#include "engine/error.h"
#include "engine/json-text.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LENGTH_BYTES 8
#define MAX_HEADER (100 * 1000 * 1000)
#define MAX_FILE (G_GUINT64_CONSTANT (4) << 30)

static const char *const dtype_names[] = {"F32", "F64", "I64", NULL};
static const gsize dtype_sizes[] = {4, 8, 8};

/* One tensor as the header tells it, before any of it is believed. */
typedef struct {
  NnTensor *tensor;
  gsize begin, end;
} Range;

static void
tensor_free (NnTensor *tensor)
{
  g_free (tensor->name);
  g_free (tensor->owned);
  g_free (tensor);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnTensor, tensor_free)

/* ---- one tensor's entry ---- */

static gboolean
fail_tensor (const char *name, GError **error, const char *what)
{
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("tensor “%s”: %s"), name, what);
  return FALSE;
}

/* A whole number ≥ 0, written as one. */
static gboolean
get_size (JsonNode *node, gsize *size)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64 ||
      json_node_get_int (node) < 0)
    return FALSE;
  *size = (gsize)json_node_get_int (node);
  return TRUE;
}

static JsonArray *
get_list (JsonObject *entry, const char *member)
{
  JsonNode *node = json_object_get_member (entry, member);
  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
read_dtype (JsonObject *entry, NnTensor *tensor, GError **error)
{
  JsonNode *node = json_object_get_member (entry, "dtype");
  const char *word = node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
  if (!word)
    return fail_tensor (tensor->name, error, _ ("“dtype” must be there, and a string"));
  for (int i = 0; dtype_names[i]; i++)
    if (strcmp (dtype_names[i], word) == 0) {
      tensor->dtype = i;
      return TRUE;
    }
  g_autofree char *shown = g_utf8_substring (word, 0, MIN (g_utf8_strlen (word, -1), 20));
  g_autofree char *what =
      g_strdup_printf (_ ("numbers of type “%s” cannot be read here, only F32 and F64"), shown);
  return fail_tensor (tensor->name, error, what);
}

static gboolean
read_shape (JsonObject *entry, NnTensor *tensor, GError **error)
{
  JsonArray *shape = get_list (entry, "shape");
  if (!shape)
    return fail_tensor (tensor->name, error, _ ("“shape” must be there, and a list"));
  guint n = json_array_get_length (shape);
  if (n > NN_TENSOR_MAX_DIMS)
    return fail_tensor (tensor->name, error, _ ("“shape” has more than 8 dimensions"));
  tensor->n_dims = (int)n;
  tensor->n = 1;
  for (guint i = 0; i < n; i++) {
    if (!get_size (json_array_get_element (shape, i), &tensor->dims[i]))
      return fail_tensor (tensor->name, error, _ ("“shape” must hold whole numbers from 0"));
    if (!g_size_checked_mul (&tensor->n, tensor->n, tensor->dims[i]))
      return fail_tensor (tensor->name, error, _ ("“shape” is larger than any memory"));
  }
  return TRUE;
}

static gboolean
read_offsets (JsonObject *entry, Range *range, gsize data_length, GError **error)
{
  const NnTensor *tensor = range->tensor;
  JsonArray *offsets = get_list (entry, "data_offsets");
  gsize bytes;
  if (!offsets || json_array_get_length (offsets) != 2 ||
      !get_size (json_array_get_element (offsets, 0), &range->begin) ||
      !get_size (json_array_get_element (offsets, 1), &range->end))
    return fail_tensor (tensor->name, error,
                        _ ("“data_offsets” must be there, and two whole numbers from 0"));
  if (range->begin > range->end)
    return fail_tensor (tensor->name, error, _ ("“data_offsets” end before they begin"));
  if (range->end > data_length)
    return fail_tensor (tensor->name, error, _ ("“data_offsets” reach beyond the end of the file"));
  if (!g_size_checked_mul (&bytes, tensor->n, dtype_sizes[tensor->dtype]) ||
      range->end - range->begin != bytes) {
    g_autofree char *shape = nn_tensor_shape_to_string (tensor->dims, tensor->n_dims);
    g_autofree char *what =
        g_strdup_printf (_ ("“data_offsets” span %zu bytes, which is not %s numbers of %s"),
                         range->end - range->begin, shape, dtype_names[tensor->dtype]);
    return fail_tensor (tensor->name, error, what);
  }
  return TRUE;
}

static gboolean
read_entry (const char *name, JsonNode *node, gsize data_length, Range *range, GError **error)
{
  static const char *const members[] = {"dtype", "shape", "data_offsets", NULL};
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail_tensor (name, error, _ ("its entry must be an object"));
  JsonObject *entry = json_node_get_object (node);
  g_autoptr (GList) present = json_object_get_members (entry);
  for (GList *l = present; l; l = l->next)
    if (!g_strv_contains (members, l->data)) {
      g_autofree char *what = g_strdup_printf (_ ("unknown member “%s”"), (char *)l->data);
      return fail_tensor (name, error, what);
    }
  g_autoptr (NnTensor) tensor = g_new0 (NnTensor, 1);
  tensor->name = g_strdup (name);
  range->tensor = tensor;
  if (!read_dtype (entry, tensor, error) || !read_shape (entry, tensor, error) ||
      !read_offsets (entry, range, data_length, error))
    return FALSE;
  g_steal_pointer (&tensor);
  return TRUE;
}

/* ---- the header ---- */

static gboolean
read_metadata (JsonNode *node, GHashTable *metadata, GError **error)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;
  gboolean good = JSON_NODE_HOLDS_OBJECT (node);
  if (good) {
    json_object_iter_init_ordered (&iter, json_node_get_object (node));
    while (good && json_object_iter_next_ordered (&iter, &key, &value)) {
      good = JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_STRING;
      if (good)
        g_hash_table_insert (metadata, g_strdup (key), json_node_dup_string (value));
    }
  }
  if (!good)
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("“__metadata__” must be an object that holds nothing but strings"));
  return good;
}

static int
compare_ranges (gconstpointer a, gconstpointer b)
{
  const Range *first = a, *second = b;
  if (first->begin != second->begin)
    return first->begin < second->begin ? -1 : 1;
  return first->end < second->end ? -1 : first->end > second->end;
}

/* The tensors must cover the data without a gap, without an overlap, to the last byte. @data:
 * (nullable): they are only checked. */
static gboolean
place_tensors (GArray *ranges, const guint8 *data, gsize data_length, GPtrArray *tensors,
               GError **error)
{
  gsize position = 0;
  g_array_sort (ranges, compare_ranges);
  for (guint i = 0; i < ranges->len; i++) {
    const Range *range = &g_array_index (ranges, Range, i);
    if (range->begin != position)
      return fail_tensor (range->tensor->name, error,
                          range->begin > position ? _ ("there is a gap before its data")
                                                  : _ ("its data overlap another tensor's"));
    range->tensor->data = data ? data + range->begin : NULL;
    position = range->end;
  }
  if (position != data_length) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%zu bytes at the end belong to no tensor"),
                 data_length - position);
    return FALSE;
  }
  for (guint i = 0; i < ranges->len; i++)
    g_ptr_array_add (tensors, g_steal_pointer (&g_array_index (ranges, Range, i).tensor));
  return TRUE;
}

static void
clear_range (gpointer range)
{
  g_clear_pointer (&((Range *)range)->tensor, tensor_free);
}

static gboolean
read_header (NnTensorFile *file, JsonObject *header, const guint8 *data, gsize data_length,
             GError **error)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, TRUE, sizeof (Range));
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  g_array_set_clear_func (ranges, clear_range);
  json_object_iter_init_ordered (&iter, header);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    if (strcmp (name, "__metadata__") == 0) {
      if (!read_metadata (node, file->metadata, error))
        return FALSE;
      continue;
    }
    Range range = {0};
    if (!read_entry (name, node, data_length, &range, error))
      return FALSE;
    g_array_append_val (ranges, range);
  }
  return place_tensors (ranges, data, data_length, file->tensors, error);
}

/* The header's length, of which nothing is believed before it fits the file. */
static gboolean
check_header_length (const guint8 *start, guint64 file_length, gsize *header_length, GError **error)
{
  guint64 length;
  if (file_length < LENGTH_BYTES) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("too short for a safetensors file: %" PRIu64 " bytes"), file_length);
    return FALSE;
  }
  memcpy (&length, start, LENGTH_BYTES);
  length = GUINT64_FROM_LE (length);
  if (length > MAX_HEADER) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                 _ ("not a safetensors file: it would begin with a header of %" PRIu64
                    " bytes, and at most 100 million are allowed"),
                 length);
    return FALSE;
  }
  if (length > file_length - LENGTH_BYTES) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("cut short, or not a safetensors file: the header alone would have "
                    "%" PRIu64 " bytes, the file has %" PRIu64),
                 length, file_length);
    return FALSE;
  }
  *header_length = (gsize)length;
  return TRUE;
}

/* @data: (nullable): while it is not there yet. */
static gboolean
read_text (NnTensorFile *file, const char *text, gsize header_length, const guint8 *data,
           gsize data_length, GError **error)
{
  g_autoptr (JsonNode) root = nn_json_read (text, header_length, MAX_HEADER, error);
  if (!root) {
    g_prefix_error (error, _ ("in the header: "));
    return FALSE;
  }
  if (*text != '{' || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("the header must begin with “{”"));
    return FALSE;
  }
  return read_header (file, json_node_get_object (root), data, data_length, error);
}

static gboolean
read_file (NnTensorFile *file, const guint8 *start, gsize length, GError **error)
{
  gsize header_length;
  if (!check_header_length (start, length, &header_length, error))
    return FALSE;
  gsize before = LENGTH_BYTES + header_length;
  return read_text (file, (const char *)start + LENGTH_BYTES, header_length, start + before,
                    length - before, error);
}

/* ---- from the disk ---- */

/* Reads and checks the header of a file of @length bytes, whose first eight are read. */
static gboolean
check_header (int fd, const char *path, gsize header_length, guint64 length, GError **error)
{
  g_autoptr (NnTensorFile) checked = nn_tensor_file_new ();
  g_autofree char *text = g_try_malloc (header_length);
  if (!text && header_length > 0)
    return nn_file_fail (path, ENOMEM, error);
  if (!nn_file_read (fd, path, text, header_length, error))
    return FALSE;
  if (read_text (checked, text, header_length, NULL, (gsize)length - LENGTH_BYTES - header_length,
                 error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

/* Looks at the header before it asks for memory for the rest: what was never written (a sparse file
 * costs nothing on the disk) would still have to be read. */
static GBytes *
load_checked (int fd, guint64 length, const char *path, GError **error)
{
  guint8 start[LENGTH_BYTES] = {0};
  gsize header_length;
  gsize first = (gsize)MIN (length, LENGTH_BYTES);
  if (length > MAX_FILE) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE, _ ("“%s” is larger than 4 GiB."), path);
    return NULL;
  }
  if (!nn_file_read (fd, path, start, first, error))
    return NULL;
  if (!check_header_length (start, length, &header_length, error)) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  if (!check_header (fd, path, header_length, length, error))
    return NULL;
  return nn_file_read_whole (fd, length, path, error);
}

/* ---- public ---- */

NnTensorFile *
nn_tensor_file_new (void)
{
  NnTensorFile *file = g_new0 (NnTensorFile, 1);
  file->tensors = g_ptr_array_new_with_free_func ((GDestroyNotify)tensor_free);
  file->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return file;
}

void
nn_tensor_file_free (NnTensorFile *file)
{
  if (!file)
    return;
  g_ptr_array_unref (file->tensors);
  g_hash_table_unref (file->metadata);
  g_clear_pointer (&file->bytes, g_bytes_unref);
  g_free (file);
}

NnTensorFile *
nn_tensor_file_read_bytes (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (NnTensorFile) file = nn_tensor_file_new ();
  gsize length;
  const guint8 *start = g_bytes_get_data (bytes, &length);
  file->bytes = g_bytes_ref (bytes);
  if (!read_file (file, start, length, error)) {
    g_prefix_error (error, "%s: ", name);
    return NULL;
  }
  return g_steal_pointer (&file);
}

NnTensorFile *
nn_tensor_file_read (const char *path, GError **error)
{
  guint64 length;
  int fd = nn_file_open (path, &length, error);
  if (fd < 0)
    return NULL;
  g_autoptr (GBytes) bytes = load_checked (fd, length, path, error);
  close (fd);
  return bytes ? nn_tensor_file_read_bytes (bytes, path, error) : NULL;
}

const NnTensor *
nn_tensor_file_find (const NnTensorFile *file, const char *name)
{
  for (guint i = 0; i < file->tensors->len; i++) {
    const NnTensor *tensor = file->tensors->pdata[i];
    if (strcmp (tensor->name, name) == 0)
      return tensor;
  }
  return NULL;
}

const char *
nn_dtype_name (NnDtype dtype)
{
  return dtype_names[dtype];
}

void
nn_tensor_copy (const NnTensor *tensor, real *values)
{
  const guint8 *from = tensor->data;
  for (gsize i = 0; i < tensor->n; i++) {
    union {
      guint32 bits;
      float number;
    } single;
    union {
      guint64 bits;
      double number;
    } twice;
    if (tensor->dtype == NN_DTYPE_F32) {
      memcpy (&single, from + 4 * i, 4);
      single.bits = GUINT32_FROM_LE (single.bits);
      values[i] = single.number;
    } else {
      memcpy (&twice, from + 8 * i, 8);
      twice.bits = GUINT64_FROM_LE (twice.bits);
      values[i] = (real)twice.number;
    }
  }
}

char *
nn_tensor_shape_to_string (const gsize *dims, int n_dims)
{
  GString *text = g_string_new (NULL);
  for (int i = 0; i < n_dims; i++)
    g_string_append_printf (text, "%s%" G_GSIZE_FORMAT, i ? "×" : "", dims[i]);
  if (n_dims == 0)
    g_string_append (text, "1");
  return g_string_free (text, FALSE);
}
