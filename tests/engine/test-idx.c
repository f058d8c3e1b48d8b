/* test-idx.c: the IDX reader against honest files and against every lie a header can tell. */
#include "engine/collect/idx.h"
#include "engine/collect/unpack.h"
#include "engine/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <zlib.h>

/* Header of @rank dimensions of the given type, then @length bytes 0, 1, 2, … */
static GByteArray *
make_idx (const guint8 magic[4], const guint32 *sizes, int n_sizes, gsize length)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, magic, 4);
  for (int i = 0; i < n_sizes; i++) {
    guint32 size = GUINT32_TO_BE (sizes[i]);

    g_byte_array_append (bytes, (guint8 *)&size, 4);
  }
  for (gsize i = 0; i < length; i++) {
    guint8 value = i;

    g_byte_array_append (bytes, &value, 1);
  }
  return bytes;
}

static GByteArray *
make_images (guint32 count, guint32 height, guint32 width, gsize length)
{
  return make_idx ((guint8[]){0, 0, 8, 3}, (guint32[]){count, height, width}, 3, length);
}

/* Appends one gzip member holding @header and then @zeros bytes of zero. */
static void
append_member (GByteArray *packed, const guint8 *header, gsize length, gsize zeros)
{
  g_autofree guint8 *blank = g_malloc0 (1 << 16);
  guint8 out[4096];
  z_stream z = {0};
  int status;

  g_assert_cmpint (
      deflateInit2 (&z, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY), ==,
      Z_OK);
  z.next_in = (guint8 *)header;
  z.avail_in = length;
  do {
    if (z.avail_in == 0 && zeros > 0) {
      z.next_in = blank;
      z.avail_in = MIN (zeros, 1 << 16);
      zeros -= z.avail_in;
    }
    z.next_out = out;
    z.avail_out = sizeof out;
    status = deflate (&z, zeros == 0 ? Z_FINISH : Z_NO_FLUSH);
    g_byte_array_append (packed, out, sizeof out - z.avail_out);
  } while (status != Z_STREAM_END);
  deflateEnd (&z);
}

static GByteArray *
pack (GByteArray *plain)
{
  GByteArray *packed = g_byte_array_new ();

  append_member (packed, plain->data, plain->len, 0);
  g_byte_array_unref (plain);
  return packed;
}

static gboolean
read_bytes (NnIdx *idx, const GByteArray *array, NnIdxKind kind, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (array->data, array->len);

  return nn_idx_read_bytes (idx, bytes, "memory/file", kind, NULL, error);
}

/* The reader must refuse, name the file, and say @expected; nothing may be left allocated. */
static void
assert_refused (GByteArray *array, NnIdxKind kind, int code, const char *expected)
{
  g_autoptr (GByteArray) bytes = array;
  g_autoptr (GError) error = NULL;
  NnIdx idx;

  g_assert_false (read_bytes (&idx, bytes, kind, &error));
  g_assert_error (error, NN_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "memory/file"));
  g_assert_nonnull (strstr (error->message, expected));
  g_assert_null (idx.content);
}

static void
assert_content (const NnIdx *idx, gsize length)
{
  g_assert_cmpuint (idx->length, ==, length);
  for (gsize i = 0; i < length; i++)
    g_assert_cmpint (idx->content[i], ==, i & 255);
}

static void
test_images (void)
{
  for (int packed = 0; packed < 2; packed++) {
    g_autoptr (GByteArray) bytes = make_images (7, 5, 3, 105);
    g_autoptr (GError) error = NULL;
    g_auto (NnIdx) idx = {0};

    if (packed)
      bytes = pack (g_steal_pointer (&bytes));
    g_assert_true (read_bytes (&idx, bytes, NN_IDX_IMAGES, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (idx.sizes[0], ==, 7);
    g_assert_cmpuint (idx.sizes[1], ==, 5);
    g_assert_cmpuint (idx.sizes[2], ==, 3);
    assert_content (&idx, 105);
  }
}

/* Larger than the buffer of the reader, and packed in two members as gzip allows. */
static void
test_many_labels (void)
{
  const guint32 count = 300000;
  g_autoptr (GByteArray) plain = make_idx ((guint8[]){0, 0, 8, 1}, &count, 1, count);
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_auto (NnIdx) idx = {0};
  g_auto (NnIdx) unpacked = {0};

  append_member (packed, plain->data, 70001, 0);
  append_member (packed, plain->data + 70001, plain->len - 70001, 0);
  g_assert_true (read_bytes (&idx, plain, NN_IDX_LABELS, &error));
  g_assert_no_error (error);
  g_assert_true (read_bytes (&unpacked, packed, NN_IDX_LABELS, &error));
  g_assert_no_error (error);
  assert_content (&idx, count);
  assert_content (&unpacked, count);
}

static void
test_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("nn-idx-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "some.idx", NULL);
  g_autoptr (GByteArray) bytes = pack (make_images (4, 2, 2, 16));
  g_auto (NnIdx) idx = {0};

  /* Packed, though the name does not say so. */
  g_assert_true (g_file_set_contents (path, (char *)bytes->data, bytes->len, &error));
  g_assert_true (nn_idx_read_file (&idx, path, NN_IDX_IMAGES, NULL, &error));
  g_assert_no_error (error);
  assert_content (&idx, 16);
  nn_idx_clear (&idx);

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_false (nn_idx_read_file (&idx, path, NN_IDX_IMAGES, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "some.idx"));
  g_clear_error (&error);

  g_assert_false (nn_idx_read_file (&idx, folder, NN_IDX_IMAGES, NULL, &error));
  g_assert_nonnull (error);
  g_assert_null (idx.content);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_lying_magic (void)
{
  const guint32 sizes[] = {1, 1, 1, 1};
  const NnIdxKind images = NN_IDX_IMAGES;

  assert_refused (g_byte_array_new (), images, NN_ERROR_FORMAT, "holds 0 bytes");
  assert_refused (make_idx ((guint8[]){0, 0, 8, 3}, sizes, 0, 0), images, NN_ERROR_FORMAT,
                  "middle of its header");
  assert_refused (make_images (1, 1, 1, 1), NN_IDX_LABELS, NN_ERROR_FORMAT,
                  "3 dimensions, expected 1");
  assert_refused (make_idx ((guint8[]){0, 0, 8, 1}, sizes, 1, 1), images, NN_ERROR_FORMAT,
                  "1 dimensions, expected 3");
  assert_refused (make_idx ((guint8[]){0, 0, 8, 255}, sizes, 4, 1), images, NN_ERROR_FORMAT,
                  "255 dimensions");
  assert_refused (make_idx ((guint8[]){0, 0, 8, 0}, sizes, 0, 1), images, NN_ERROR_FORMAT,
                  "0 dimensions");
  assert_refused (make_idx ((guint8[]){0, 0, 13, 3}, sizes, 3, 4), images, NN_ERROR_FORMAT, "0x0d");
  assert_refused (make_idx ((guint8[]){0x89, 'P', 'N', 'G'}, sizes, 3, 4), images, NN_ERROR_FORMAT,
                  "89 50");
  assert_refused (make_idx ((guint8[]){3, 8, 0, 0}, sizes, 3, 1), images, NN_ERROR_FORMAT,
                  "not an IDX file");
}

static void
test_lying_sizes (void)
{
  const guint32 huge = G_MAXUINT32;
  const NnIdxKind images = NN_IDX_IMAGES;

  assert_refused (make_images (0, 28, 28, 0), images, NN_ERROR_FORMAT, "dimension 1");
  assert_refused (make_images (9, 0, 28, 0), images, NN_ERROR_FORMAT, "dimension 2");
  assert_refused (make_images (9, 28, 0, 0), images, NN_ERROR_FORMAT, "dimension 3");
  assert_refused (make_images (huge, 0, huge, 0), images, NN_ERROR_TOO_LARGE, "1073741824");
  assert_refused (make_images (huge, huge, huge, 8), images, NN_ERROR_TOO_LARGE, "1073741824");
  /* Products that come out as 0 and as 4 in 64 and in 32 bits. */
  assert_refused (make_images (1u << 31, 1u << 31, 4, 0), images, NN_ERROR_TOO_LARGE, "more than");
  assert_refused (make_images (1u << 16, 1u << 16, 4, 4), images, NN_ERROR_TOO_LARGE, "more than");
  assert_refused (make_images ((1u << 30) + 1, 1, 1, 1), images, NN_ERROR_TOO_LARGE, "more than");
  /* Within the limit, but not in this file. */
  assert_refused (make_images (1u << 30, 1, 1, 100), images, NN_ERROR_FORMAT, "116 bytes long");
  assert_refused (make_images (2, 5, 5, 49), images, NN_ERROR_FORMAT, "header declares 66");
  assert_refused (make_images (2, 5, 5, 51), images, NN_ERROR_FORMAT, "header declares 66");
}

static void
test_lying_gzip (void)
{
  const NnIdxKind images = NN_IDX_IMAGES;
  GByteArray *bytes;

  assert_refused (pack (make_images (1000, 28, 28, 100)), images, NN_ERROR_FORMAT,
                  "compressed bytes can hold");
  assert_refused (pack (make_images (2, 5, 5, 49)), images, NN_ERROR_FORMAT, "after 49 of the 50");
  assert_refused (pack (make_images (2, 5, 5, 51)), images, NN_ERROR_FORMAT,
                  "goes on after the 50 values");
  assert_refused (pack (make_images (0, 5, 5, 50)), images, NN_ERROR_FORMAT, "dimension 1");

  /* Cut off at every length there is. */
  for (guint cut = 2;; cut++) {
    bytes = pack (make_images (2, 5, 5, 50));
    if (cut == bytes->len) {
      g_byte_array_unref (bytes);
      break;
    }
    g_byte_array_set_size (bytes, cut);
    assert_refused (bytes, images, NN_ERROR_FORMAT, "memory/file");
  }

  bytes = pack (make_images (2, 5, 5, 50));
  bytes->data[bytes->len - 6] ^= 1; /* in the checksum */
  assert_refused (bytes, images, NN_ERROR_FORMAT, "damaged");
  bytes = pack (make_images (2, 5, 5, 50));
  bytes->data[3] = 0xe0; /* reserved flags */
  assert_refused (bytes, images, NN_ERROR_FORMAT, "damaged");
  bytes = pack (make_images (2, 5, 5, 50));
  g_byte_array_append (bytes, (const guint8 *)"tail", 4);
  assert_refused (bytes, images, NN_ERROR_FORMAT, "damaged");
}

/* No single wrong bit, wherever it is, may crash the reader or leave content behind. */
static void
test_flipped_bits (void)
{
  for (int packed = 0; packed < 2; packed++) {
    g_autoptr (GByteArray) bytes = make_images (3, 4, 5, 60);

    if (packed)
      bytes = pack (g_steal_pointer (&bytes));
    for (guint bit = 0; bit < 8 * bytes->len; bit++) {
      NnIdx idx;
      gboolean read;

      bytes->data[bit / 8] ^= 1 << bit % 8;
      read = read_bytes (&idx, bytes, NN_IDX_IMAGES, NULL);
      g_assert_true (read == (idx.content != NULL));
      g_assert_true (!read || idx.length == 60);
      if (bit < 16 * 8 && !packed)
        g_assert_false (read);
      nn_idx_clear (&idx);
      bytes->data[bit / 8] ^= 1 << bit % 8;
    }
  }
}

static void
test_cancelled (void)
{
  g_autoptr (GByteArray) array = make_images (2, 5, 5, 50);
  g_autoptr (GBytes) bytes = g_bytes_new_static (array->data, array->len);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  NnIdx idx;

  g_cancellable_cancel (cancellable);
  g_assert_false (nn_idx_read_bytes (&idx, bytes, "x", NN_IDX_IMAGES, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (idx.content);
}

static long
peak_kilobytes (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return usage.ru_maxrss;
}

/* 200 MB of zeros in 200 kB, behind a header that declares 100 bytes, and behind one that declares
 * 1 GiB. Neither may cost more than a few megabytes; peak memory is this process's own. */
static void
test_bomb (void)
{
  const gsize content = 200 * 1000 * 1000;
  const guint32 sizes[][3] = {{4, 5, 5}, {1u << 30, 1, 1}};
  const char *expected[] = {"goes on after the 100 values", "compressed bytes can hold"};

  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed ();
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GByteArray) header = make_images (sizes[i][0], sizes[i][1], sizes[i][2], 0);
    GByteArray *bomb = g_byte_array_new ();
    long before;

    append_member (bomb, header->data, header->len, content);
    g_assert_cmpuint (bomb->len, >, content / NN_UNPACK_MAXIMUM_RATIO);
    g_assert_cmpuint (bomb->len, <, 300 * 1000);
    before = peak_kilobytes ();
    assert_refused (bomb, NN_IDX_IMAGES, NN_ERROR_FORMAT, expected[i]);
    g_assert_cmpint (peak_kilobytes () - before, <, 8 * 1024);
  }
}

/* The ratio that the bomb check relies on: honest data packed as densely as deflate can. */
static void
test_densest_honest_file (void)
{
  g_autoptr (GByteArray) header = make_images (1u << 14, 64, 64, 0);
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_auto (NnIdx) idx = {0};

  append_member (packed, header->data, header->len, 1u << 26);
  g_assert_true (read_bytes (&idx, packed, NN_IDX_IMAGES, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (idx.length, ==, 1u << 26);
  g_assert_cmpint (idx.content[(1u << 26) - 1], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/idx/images", test_images);
  g_test_add_func ("/idx/many-labels", test_many_labels);
  g_test_add_func ("/idx/file", test_file);
  g_test_add_func ("/idx/lying-magic", test_lying_magic);
  g_test_add_func ("/idx/lying-sizes", test_lying_sizes);
  g_test_add_func ("/idx/lying-gzip", test_lying_gzip);
  g_test_add_func ("/idx/flipped-bits", test_flipped_bits);
  g_test_add_func ("/idx/cancelled", test_cancelled);
  g_test_add_func ("/idx/bomb", test_bomb);
  g_test_add_func ("/idx/densest-honest-file", test_densest_honest_file);
  return g_test_run ();
}
