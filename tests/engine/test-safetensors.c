/* test-safetensors.c: files as published are read, lies are refused, writing is all or nothing. */
#include "engine/deploy/safetensors.h"
#include "engine/error.h"

#include <glib/gstdio.h>

#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static GBytes *
make_file (const char *header, gsize data_length)
{
  gsize header_length = strlen (header);
  guint8 *content = g_malloc0 (8 + header_length + data_length);
  guint64 length = GUINT64_TO_LE ((guint64)header_length);
  memcpy (content, &length, 8);
  memcpy (content + 8, header, header_length);
  return g_bytes_new_take (content, 8 + header_length + data_length);
}

static void
assert_refused_bytes (GBytes *bytes, const char *beginning)
{
  g_autoptr (GError) error = NULL;
  NnTensorFile *file = nn_tensor_file_read_bytes (bytes, "x", &error);
  g_assert_null (file);
  g_assert_nonnull (error);
  g_assert_true (error->domain == NN_ERROR);
  g_autofree char *expected = g_strconcat ("x: ", beginning, NULL);
  if (!g_str_has_prefix (error->message, expected))
    g_error ("expected “%s…”, got “%s”", expected, error->message);
}

static void
assert_refused (const char *header, gsize data_length, const char *beginning)
{
  g_autoptr (GBytes) bytes = make_file (header, data_length);
  assert_refused_bytes (bytes, beginning);
}

#define ENTRY(dtype, shape, begin, end)                                                            \
  "{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"

/* ---- reading ---- */

/* {"b": [1.5, -2], "a": [[3]]} as the reference implementation lays it out: names sorted, header
 * padded with spaces to eight. */
static void
test_published_format (void)
{
  static const char header[] =
      "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],"
      "\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}   ";
  static const guint8 data[] = {0, 0, 0x40, 0x40, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0};
  g_autoptr (GByteArray) content = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64)strlen (header));
  g_assert_cmpuint (strlen (header) % 8, ==, 0);
  g_byte_array_append (content, (const guint8 *)&length, 8);
  g_byte_array_append (content, (const guint8 *)header, strlen (header));
  g_byte_array_append (content, data, sizeof data);
  g_autoptr (GBytes) bytes = g_bytes_new (content->data, content->len);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnTensorFile) file = nn_tensor_file_read_bytes (bytes, "x", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (file->tensors->len, ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (file->metadata, "format"), ==, "pt");
  const NnTensor *a = nn_tensor_file_find (file, "a"), *b = nn_tensor_file_find (file, "b");
  g_assert_cmpint (a->n_dims, ==, 2);
  g_assert_cmpuint (b->dims[0], ==, 2);
  real values[2];
  nn_tensor_copy (a, values);
  g_assert_true (values[0] == 3);
  nn_tensor_copy (b, values);
  g_assert_true (values[0] == (real)1.5 && values[1] == -2);
  g_assert_null (nn_tensor_file_find (file, "c"));
}

static void
test_unusual_but_right (void)
{
  static const struct {
    const char *header;
    gsize data_length;
    guint n_tensors;
  } table[] = {
      {"{}", 0, 0},
      {"{}      ", 0, 0},
      {"{\"__metadata__\":{}}", 0, 0},
      {"{\"a\":" ENTRY ("F32", "[]", "0", "4") "}", 4, 1},
      {"{\"a\":" ENTRY ("F32", "[0,3]", "0", "0") "}", 0, 1},
      {"{\"a\":" ENTRY ("F64", "[2]", "0", "16") "}", 16, 1},
      {"{\"a\":" ENTRY ("F32", "[1]", "4", "8") ",\"b\":" ENTRY ("F32", "[1]", "0", "4") "}", 8, 2},
      {"{\"a\":" ENTRY ("F32", "[1,1,1,1,1,1,1,1]", "0", "4") "}", 4, 1},
      {"{ \"ä\\n\" : " ENTRY ("F32", "[1]", "0", "4") "\n}", 4, 1},
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = make_file (table[i].header, table[i].data_length);
    g_autoptr (NnTensorFile) file = nn_tensor_file_read_bytes (bytes, "x", &error);
    g_assert_no_error (error);
    g_assert_cmpuint (file->tensors->len, ==, table[i].n_tensors);
  }
}

static void
test_hostile_headers (void)
{
  static const struct {
    const char *header;
    gsize data_length;
    const char *beginning;
  } table[] = {
      {"[]", 0, "the header must begin with"},
      {" {}", 0, "the header must begin with"},
      {"{", 0, "in the header: line 1, column 2: "},
      {"{}x", 0, "in the header: line 1, column 3: "},
      {"{\"a\":{},\"a\":{}}", 0, "in the header: line 1, column 12: “a” is there twice"},
      {"{}", 1, "1 bytes at the end belong to no tensor"},
      {"{\"a\":" ENTRY ("F32", "[1]", "0", "4") "}", 5, "1 bytes at the end belong to no tensor"},
      {"{\"a\":" ENTRY ("F32", "[1]", "0", "4") "}", 3, "tensor “a”: “data_offsets” reach beyond"},
      {"{\"a\":" ENTRY ("F32", "[1]", "4", "8") "}", 8, "tensor “a”: there is a gap before"},
      {"{\"a\":" ENTRY ("F32", "[2]", "0", "8") ",\"b\":" ENTRY ("F32", "[2]", "4", "12") "}", 12,
       "tensor “b”: its data overlap"},
      {"{\"a\":" ENTRY ("F32", "[2]", "0", "8") ",\"b\":" ENTRY ("F32", "[2]", "0", "8") "}", 8,
       "tensor “b”: its data overlap"},
      {"{\"a\":" ENTRY ("F32", "[1]", "4", "0") "}", 4, "tensor “a”: “data_offsets” end before"},
      {"{\"a\":" ENTRY ("F32", "[1]", "-4", "0") "}", 4, "tensor “a”: “data_offsets” must be"},
      {"{\"a\":" ENTRY ("F32", "[1]", "0.0", "4.0") "}", 4, "tensor “a”: “data_offsets” must be"},
      {"{\"a\":" ENTRY ("F32", "[1]", "0", "true") "}", 4, "tensor “a”: “data_offsets” must be"},
      {"{\"a\":" ENTRY ("F32", "[1]", "0", "18446744073709551615") "}", 4, "in the header: "},
      {"{\"a\":" ENTRY ("F32", "[1]", "0", "9223372036854775807") "}", 4,
       "tensor “a”: “data_offsets” reach beyond"},
      {"{\"a\":" ENTRY ("F32", "[2]", "0", "4") "}", 4,
       "tensor “a”: “data_offsets” span 4 bytes, which is not 2 numbers of F32"},
      {"{\"a\":" ENTRY ("F64", "[1]", "0", "4") "}", 4,
       "tensor “a”: “data_offsets” span 4 bytes, which is not 1 numbers of F64"},
      {"{\"a\":" ENTRY ("F32", "[-1]", "0", "4") "}", 4, "tensor “a”: “shape” must hold whole"},
      {"{\"a\":" ENTRY ("F32", "[1.0]", "0", "4") "}", 4, "tensor “a”: “shape” must hold whole"},
      {"{\"a\":" ENTRY ("F32", "[\"1\"]", "0", "4") "}", 4, "tensor “a”: “shape” must hold whole"},
      {"{\"a\":" ENTRY ("F32", "[4294967296,4294967296]", "0", "0") "}", 0,
       "tensor “a”: “shape” is larger than any memory"},
      {"{\"a\":" ENTRY ("F32", "[4611686018427387904]", "0", "0") "}", 0,
       "tensor “a”: “data_offsets” span 0 bytes"},
      {"{\"a\":" ENTRY ("F32", "[1,1,1,1,1,1,1,1,1]", "0", "4") "}", 4,
       "tensor “a”: “shape” has more than 8 dimensions"},
      {"{\"a\":" ENTRY ("BF16", "[2]", "0", "4") "}", 4,
       "tensor “a”: numbers of type “BF16” cannot be read here"},
      {"{\"a\":" ENTRY ("f32", "[1]", "0", "4") "}", 4, "tensor “a”: numbers of type “f32”"},
      {"{\"a\":7}", 0, "tensor “a”: its entry must be an object"},
      {"{\"a\":{}}", 0, "tensor “a”: “dtype” must be there"},
      {"{\"a\":{\"dtype\":4}}", 0, "tensor “a”: “dtype” must be there, and a string"},
      {"{\"a\":{\"dtype\":\"F32\"}}", 0, "tensor “a”: “shape” must be there"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":4}}", 0,
       "tensor “a”: “shape” must be there, and a list"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 0, "tensor “a”: “data_offsets” must be"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 0,
       "tensor “a”: “data_offsets” must be"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4,
       "tensor “a”: unknown member “x”"},
      {"{\"__metadata__\":[]}", 0, "“__metadata__” must be an object"},
      {"{\"__metadata__\":{\"n\":4}}", 0,
       "“__metadata__” must be an object that holds nothing but"},
      {"{\"__metadata__\":{\"n\":null}}", 0, "“__metadata__” must be an object that holds"},
      {"{\"\xff\":{}}", 0, "in the header: line 1, column 3: this is not UTF-8 text"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    assert_refused (table[i].header, table[i].data_length, table[i].beginning);
}

static void
test_hostile_lengths (void)
{
  static const guint64 lengths[] = {100000001, G_MAXINT64, G_MAXUINT64, G_MAXUINT64 - 7};
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    guint64 length = GUINT64_TO_LE (lengths[i]);
    g_autoptr (GBytes) bytes = g_bytes_new (&length, 8);
    assert_refused_bytes (bytes, "not a safetensors file: it would begin with a header of ");
  }
  guint64 length = GUINT64_TO_LE ((guint64)1);
  g_autoptr (GBytes) headless = g_bytes_new (&length, 8);
  assert_refused_bytes (headless, "cut short, or not a safetensors file: ");
  g_autoptr (GString) deep = g_string_new ("{\"a\":");
  for (int i = 0; i < 1000000; i++)
    g_string_append_c (deep, '[');
  assert_refused (deep->str, 0, "in the header: line 1, column 37: nested more than 32");
  g_autoptr (GString) many = g_string_new ("{\"a\":[0");
  for (int i = 0; i < 1100000; i++)
    g_string_append (many, ",0");
  g_string_append (many, "]}");
  assert_refused (many->str, 0,
                  "in the header: line 1, column 2000003: more than a million values");
}

/* Cut off anywhere, a file is refused, and nothing beyond its end is read. */
static void
test_cut_anywhere (void)
{
  g_autoptr (GBytes) whole = make_file (
      "{\"a\":" ENTRY ("F32", "[1]", "0", "4") ",\"b\":" ENTRY ("F32", "[2]", "4", "12") "}", 12);
  for (gsize n = 0; n < g_bytes_get_size (whole); n++) {
    g_autoptr (GError) error = NULL;
    g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (whole, NULL), MAX (n, 1));
    g_autoptr (GBytes) cut = g_bytes_new (copy, n);
    g_assert_null (nn_tensor_file_read_bytes (cut, "x", &error));
    g_assert_nonnull (error);
  }
}

/* ---- files ---- */

typedef struct {
  char *folder, *path;
} Place;

static void
set_up (Place *place, gconstpointer data)
{
  place->folder = g_dir_make_tmp ("glassbox-XXXXXX", NULL);
  place->path = g_build_filename (place->folder, "file.safetensors", NULL);
}

static void
tear_down (Place *place, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (place->folder, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (place->folder, name, NULL);
    g_remove (path);
  }
  g_assert_cmpint (g_rmdir (place->folder), ==, 0);
  g_free (place->folder);
  g_free (place->path);
}

static guint
count_files (const Place *place)
{
  g_autoptr (GDir) dir = g_dir_open (place->folder, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (dir))
    n++;
  return n;
}

static void
assert_content (const char *path, const char *expected)
{
  g_autofree char *content = NULL;
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, expected);
}

static void
test_round_trip (Place *place, gconstpointer data)
{
  const real weights[] = {1, -0.0, (real)1e-40, INFINITY, NAN, (real)3.14159274, 7, 8};
  const real bias[] = {-1};
  const gsize shape[] = {2, 4}, one[] = {1}, none[] = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (NnTensorFile) file = nn_tensor_file_new ();
  nn_tensor_file_set_metadata (file, "note", "“quoted” \"and\"\nbroken \x01 ü");
  nn_tensor_file_set_metadata (file, "a", "");
  nn_tensor_file_add (file, "0.weight", weights, 2, shape);
  nn_tensor_file_add (file, "0.bias", bias, 1, one);
  nn_tensor_file_add (file, "empty", NULL, 1, none);
  nn_tensor_file_add (file, "scalar", bias, 0, NULL);
  g_assert_true (nn_tensor_file_write (file, place->path, &error));
  g_assert_no_error (error);
  g_autoptr (NnTensorFile) again = nn_tensor_file_read (place->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->tensors->len, ==, 4);
  g_assert_cmpuint (g_hash_table_size (again->metadata), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (again->metadata, "note"), ==,
                   g_hash_table_lookup (file->metadata, "note"));
  const NnTensor *weight = nn_tensor_file_find (again, "0.weight");
  real values[8];
  nn_tensor_copy (weight, values);
  g_assert_cmpmem (values, sizeof values, weights, sizeof weights);
  g_assert_cmpint (((gsize)weight->data - (gsize)g_bytes_get_data (again->bytes, NULL)) % 8, ==, 0);
}

/* The same content makes the same bytes, whatever order the metadata came in. */
static void
test_reproducible (Place *place, gconstpointer data)
{
  char *contents[2];
  gsize lengths[2];
  for (int i = 0; i < 2; i++) {
    g_autoptr (NnTensorFile) file = nn_tensor_file_new ();
    for (int j = 0; j < 50; j++) {
      g_autofree char *key = g_strdup_printf ("key %d", i ? 49 - j : j);
      nn_tensor_file_set_metadata (file, key, key);
    }
    g_assert_true (nn_tensor_file_write (file, place->path, NULL));
    g_assert_true (g_file_get_contents (place->path, &contents[i], &lengths[i], NULL));
  }
  g_assert_cmpmem (contents[0], lengths[0], contents[1], lengths[1]);
  g_free (contents[0]);
  g_free (contents[1]);
}

static void
test_read_errors (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (nn_tensor_file_read (place->path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, place->path));
  g_clear_error (&error);
  g_assert_null (nn_tensor_file_read (place->folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_cmpint (mkfifo (place->path, 0600), ==, 0);
  g_assert_null (nn_tensor_file_read (place->path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_unlink (place->path);
  g_assert_true (g_file_set_contents (place->path, "", 0, NULL));
  g_assert_null (nn_tensor_file_read (place->path, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FORMAT);
  g_assert_true (g_str_has_prefix (error->message, place->path));
}

/* Nor may what lies behind a whole header be read before the header says that it belongs to it. */
static void
test_sparse_behind_header (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (place->path, "\2\0\0\0\0\0\0\0{}", 10, NULL));
  g_assert_cmpint (truncate (place->path, (off_t)4 << 30), ==, 0);
  g_assert_null (nn_tensor_file_read (place->path, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "4294967286 bytes at the end belong to no tensor"));
}

/* A sparse file claims any size: it must be refused before memory is asked for. */
static void
test_sparse_file (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (g_file_set_contents (place->path, "", 0, NULL));
  g_assert_cmpint (truncate (place->path, (off_t)5 << 30), ==, 0);
  g_assert_null (nn_tensor_file_read (place->path, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_TOO_LARGE);
}

/* ---- all or nothing ---- */

static void
test_replaces (Place *place, gconstpointer data)
{
  struct stat info;
  g_autoptr (GError) error = NULL;
  g_assert_true (nn_write_file_atomically (place->path, "old", 3, &error));
  assert_content (place->path, "old");
  g_assert_cmpint (g_chmod (place->path, 0640), ==, 0);
  g_assert_true (nn_write_file_atomically (place->path, "new one", 7, &error));
  g_assert_no_error (error);
  assert_content (place->path, "new one");
  g_assert_cmpint (g_stat (place->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0640);
  g_assert_true (nn_write_file_atomically (place->path, "", 0, &error));
  assert_content (place->path, "");
  g_assert_cmpuint (count_files (place), ==, 1);
}

static void
test_new_file_mode (Place *place, gconstpointer data)
{
  struct stat info;
  mode_t before = umask (027);
  g_assert_true (nn_write_file_atomically (place->path, "x", 1, NULL));
  umask (before);
  g_assert_cmpint (g_stat (place->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0640);
}

static void
test_follows_links (Place *place, gconstpointer data)
{
  g_autofree char *target = g_build_filename (place->folder, "target", NULL);
  g_assert_true (g_file_set_contents (target, "old", -1, NULL));
  g_assert_cmpint (symlink ("target", place->path), ==, 0);
  g_assert_true (nn_write_file_atomically (place->path, "new", 3, NULL));
  g_assert_true (g_file_test (place->path, G_FILE_TEST_IS_SYMLINK));
  assert_content (target, "new");
}

static void
test_refuses_special_files (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_cmpint (mkfifo (place->path, 0600), ==, 0);
  g_assert_false (nn_write_file_atomically (place->path, "x", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_false (nn_write_file_atomically (place->folder, "x", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_assert_cmpuint (count_files (place), ==, 1);
}

/* As on a full disk: the write stops in the middle. */
static void
test_full_disk (Place *place, gconstpointer data)
{
  struct rlimit before, small = {.rlim_cur = 4096};
  g_autoptr (GError) error = NULL;
  g_autofree char *large = g_strnfill (100000, 'x');
  g_assert_true (nn_write_file_atomically (place->path, "old", 3, NULL));
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small.rlim_max = before.rlim_max;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  gboolean written = nn_write_file_atomically (place->path, large, 100000, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_false (written);
  g_assert_true (error->domain == G_IO_ERROR);
  g_assert_nonnull (strstr (error->message, place->path));
  g_assert_nonnull (strstr (error->message, "What was there before is unchanged"));
  assert_content (place->path, "old");
  g_assert_cmpuint (count_files (place), ==, 1);
}

static void
test_missing_folder (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (place->folder, "no", "such", NULL);
  g_assert_false (nn_write_file_atomically (path, "x", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_read_only_folder (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  if (geteuid () == 0) { /* root may write anywhere but where the kernel itself says no */
    g_assert_false (nn_write_file_atomically ("/proc/glassbox", "x", 1, &error));
    g_assert_true (error->domain == G_IO_ERROR);
    g_assert_nonnull (strstr (error->message, "/proc/glassbox"));
    return;
  }
  g_assert_true (nn_write_file_atomically (place->path, "old", 3, NULL));
  g_assert_cmpint (g_chmod (place->folder, 0500), ==, 0);
  gboolean written = nn_write_file_atomically (place->path, "new", 3, &error);
  g_assert_cmpint (g_chmod (place->folder, 0700), ==, 0);
  g_assert_false (written);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  assert_content (place->path, "old");
  g_assert_cmpuint (count_files (place), ==, 1);
}

/* Found out without a trace: neither a new file nor a changed one. */
static void
test_check_writable (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *missing = g_build_filename (place->folder, "no", "such", NULL);
  g_autofree char *slash = g_strconcat (place->folder, "/new/", NULL);
  const char *refused[] = {missing, slash, place->folder, "/dev/null", "/proc/glassbox", ""};
  g_assert_true (nn_check_writable (place->path, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_files (place), ==, 0);
  g_assert_true (nn_write_file_atomically (place->path, "old", 3, NULL));
  g_assert_true (nn_check_writable (place->path, NULL));
  assert_content (place->path, "old");
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_assert_false (nn_check_writable (refused[i], &error));
    g_assert_true (error->domain == G_IO_ERROR);
    g_assert_nonnull (strstr (error->message, refused[i]));
    g_clear_error (&error);
  }
  g_assert_cmpuint (count_files (place), ==, 1);
}

#define ADD(path, function) g_test_add (path, Place, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safetensors/read/published", test_published_format);
  g_test_add_func ("/safetensors/read/unusual", test_unusual_but_right);
  g_test_add_func ("/safetensors/hostile/headers", test_hostile_headers);
  g_test_add_func ("/safetensors/hostile/lengths", test_hostile_lengths);
  g_test_add_func ("/safetensors/hostile/cut", test_cut_anywhere);
  ADD ("/safetensors/round-trip", test_round_trip);
  ADD ("/safetensors/reproducible", test_reproducible);
  ADD ("/safetensors/read/errors", test_read_errors);
  ADD ("/safetensors/hostile/sparse", test_sparse_file);
  ADD ("/safetensors/hostile/sparse-behind-header", test_sparse_behind_header);
  ADD ("/atomic/replaces", test_replaces);
  ADD ("/atomic/mode", test_new_file_mode);
  ADD ("/atomic/links", test_follows_links);
  ADD ("/atomic/special", test_refuses_special_files);
  ADD ("/atomic/full-disk", test_full_disk);
  ADD ("/atomic/missing-folder", test_missing_folder);
  ADD ("/atomic/read-only", test_read_only_folder);
  ADD ("/atomic/check", test_check_writable);
  return g_test_run ();
}
