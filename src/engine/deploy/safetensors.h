/* safetensors.h: strict reader and atomic writer of the safetensors format:
 * u64 little-endian header length · JSON header, padded with spaces to 8 · tensors, gap-free. */
#pragma once

#include "engine/math/real.h"

#include <gio/gio.h>

#define NN_TENSOR_MAX_DIMS 8

typedef enum {
  NN_DTYPE_F32,
  NN_DTYPE_F64,
  NN_DTYPE_I64, /* a counter of PyTorch's: read, never looked into */
} NnDtype;

typedef struct {
  char *name;
  NnDtype dtype;
  int n_dims;
  gsize dims[NN_TENSOR_MAX_DIMS];
  gsize n;          /* elements */
  const void *data; /* into the file's memory (any alignment), or the caller's when writing */
  real *owned;      /* what data points to where neither has it, or NULL */
} NnTensor;

typedef struct {
  GPtrArray *tensors;   /* NnTensor, in file order */
  GHashTable *metadata; /* char* → char* */
  GBytes *bytes;        /* what the tensors point into */
} NnTensorFile;

/**
 * nn_tensor_file_read:
 * Refuses, naming the tensor: lengths beyond the file, gaps, overlaps, ranges that do not match
 * shape × dtype, duplicate names, unknown dtypes, headers over 100 MB, non-UTF-8, trailing bytes.
 */
NnTensorFile *nn_tensor_file_read (const char *path, GError **error);
NnTensorFile *nn_tensor_file_read_bytes (GBytes *bytes, const char *name, GError **error);
NnTensorFile *nn_tensor_file_new (void);

/** nn_tensor_file_add: @data is borrowed until the file is written. */
void nn_tensor_file_add (NnTensorFile *file, const char *name, const real *data, int n_dims,
                         const gsize *dims);

/** nn_tensor_file_add_taken: The same with @data that belongs to the file from now on. */
void nn_tensor_file_add_taken (NnTensorFile *file, const char *name, real *data, int n_dims,
                               const gsize *dims);
void nn_tensor_file_set_metadata (NnTensorFile *file, const char *key, const char *value);
const NnTensor *nn_tensor_file_find (const NnTensorFile *file, const char *name);

/** nn_dtype_name: Returns: (transfer none): the format's word: "F32". */
const char *nn_dtype_name (NnDtype dtype);

/** nn_tensor_copy: values[n] = the numbers of an F32 or F64 tensor that was read, as real. */
void nn_tensor_copy (const NnTensor *tensor, real *values);

/** nn_tensor_shape_to_string: Returns: (transfer full): "64×784", or "a single number". */
char *nn_tensor_shape_to_string (const gsize *dims, int n_dims);

/** nn_tensor_file_write: Temporary file beside @path, fsync, rename, fsync of the folder. */
gboolean nn_tensor_file_write (const NnTensorFile *file, const char *path, GError **error);
void nn_tensor_file_free (NnTensorFile *file);

/**
 * nn_write_file_atomically:
 * The same way to write for any other file: old content or new, never half of it. A symbolic link
 * is followed; what is no regular file is refused.
 */
gboolean nn_write_file_atomically (const char *path, const void *data, gsize length,
                                   GError **error);

/**
 * nn_check_writable:
 * Whether a file could be written at @path, before the hours of work that are to go into it: tries
 * it in its folder, and leaves nothing behind.
 */
gboolean nn_check_writable (const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnTensorFile, nn_tensor_file_free)
