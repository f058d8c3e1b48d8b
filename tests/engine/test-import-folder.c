/* test-import-folder.c: folders of pictures, honest ones and every trap a folder can hold. */
#include "import-fixture.h"

#include "engine/collect/dataset.h"
#include "engine/collect/image-file.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* ---- pictures ---- */

static void
append_chunk (GByteArray *png, const char *type, const guint8 *data, gsize length)
{
  guint32 size = GUINT32_TO_BE ((guint32)length), sum;
  uLong crc = crc32 (crc32 (0, (const guint8 *)type, 4), data, (uInt)length);

  g_byte_array_append (png, (const guint8 *)&size, 4);
  g_byte_array_append (png, (const guint8 *)type, 4);
  if (length > 0)
    g_byte_array_append (png, data, (guint)length);
  sum = GUINT32_TO_BE ((guint32)(length > 0 ? crc : crc32 (0, (const guint8 *)type, 4)));
  g_byte_array_append (png, (const guint8 *)&sum, 4);
}

/* A grey PNG whose header says @width × @height and which holds @pixels of @rows rows. */
static GByteArray *
make_png (guint32 width, guint32 height, const guint8 *pixels, gsize rows)
{
  static const guint8 signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  const guint32 sizes[] = {GUINT32_TO_BE (width), GUINT32_TO_BE (height)};
  const guint8 kind[] = {8, 0, 0, 0, 0};
  GByteArray *png = g_byte_array_new ();
  g_autoptr (GByteArray) header = g_byte_array_new ();
  g_autoptr (GByteArray) raw = g_byte_array_new ();
  uLong length;
  g_autofree guint8 *packed = NULL;

  g_byte_array_append (png, signature, sizeof signature);
  g_byte_array_append (header, (const guint8 *)sizes, sizeof sizes);
  g_byte_array_append (header, kind, sizeof kind);
  append_chunk (png, "IHDR", header->data, header->len);
  for (gsize row = 0; row < rows; row++) {
    g_byte_array_append (raw, (const guint8 *)"", 1);
    g_byte_array_append (raw, pixels + row * width, width);
  }
  length = compressBound (raw->len);
  packed = g_malloc (length);
  g_assert_cmpint (compress (packed, &length, raw->data ? raw->data : packed, raw->len), ==, Z_OK);
  append_chunk (png, "IDAT", packed, length);
  append_chunk (png, "IEND", NULL, 0);
  return png;
}

/* A bar of ink on paper that tells its @number by its grey. */
static void
draw_bar (guint8 *pixels, int width, int height, int number, gboolean dark_on_light)
{
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      gboolean ink = x >= width / 3 && x < width / 2 && y >= 1 && y < height - 1;
      guint8 grey = ink ? (guint8)(255 - number) : 0;

      pixels[y * width + x] = dark_on_light ? 255 - grey : grey;
    }
}

static void
write_picture (const Fixture *fixture, const char *name, int width, int height, int number,
               gboolean dark_on_light)
{
  g_autofree guint8 *pixels = g_malloc ((gsize)width * height);
  g_autoptr (GByteArray) png = NULL;

  draw_bar (pixels, width, height, number, dark_on_light);
  png = make_png ((guint32)width, (guint32)height, pixels, (gsize)height);
  write_bytes (fixture, name, png->data, png->len);
}

/* @count pictures each in the classes "2", "10" and "nine ○". */
static void
write_classes (const Fixture *fixture, int count, int side, gboolean dark_on_light)
{
  for (int i = 0; i < count; i++) {
    g_autofree char *ten = g_strdup_printf ("10/%d.png", i);
    g_autofree char *two = g_strdup_printf ("2/picture %d", i);
    g_autofree char *nine = g_strdup_printf ("nine ○/%d.png", i);

    write_picture (fixture, ten, side, side, 1 + i, dark_on_light);
    write_picture (fixture, two, side, side, 21 + i, dark_on_light);
    write_picture (fixture, nine, side, side, 41 + i, dark_on_light);
  }
}

static NnDataset *
load (const char *id)
{
  g_autoptr (GError) error = NULL;
  NnDataset *dataset = nn_dataset_load (id, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

/* ---- honest folders ---- */

static void
check_part (const NnDataset *dataset, const NnExamples *part, gboolean *seen)
{
  for (gsize i = 0; i < part->count; i++) {
    const guint8 *image = part->images + i * 12 * 12;
    int number = 255 - image[4 + 12];
    guint8 expected[12 * 12];

    draw_bar (expected, 12, 12, number, FALSE);
    g_assert_cmpmem (image, sizeof expected, expected, sizeof expected);
    g_assert_false (seen[number]);
    seen[number] = TRUE;
    g_assert_cmpint (part->labels[i], ==, number < 20 ? 1 : number < 40 ? 0 : 2);
  }
}

/* Small pictures of one size come through to the bit, but for the colour of the paper. */
static void
test_small (Fixture *fixture, gconstpointer dark_on_light)
{
  g_auto (NnImportReport) report = {0};
  g_autoptr (NnDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  gboolean seen[256] = {FALSE};

  write_classes (fixture, 10, 12, dark_on_light != NULL);
  g_assert_true (import_source (fixture, "Größe 一", &report, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_read, ==, 30);
  g_assert_cmpuint (report.n_refused, ==, 0);
  g_assert_cmpuint (report.n_train, ==, 24);
  g_assert_cmpuint (report.n_test, ==, 6);
  g_assert_cmpint (report.n_classes, ==, 3);

  dataset = load ("Größe 一");
  g_assert_cmpint (dataset->width, ==, 12);
  g_assert_cmpint (dataset->n_classes, ==, 3);
  g_assert_cmpstr (nn_dataset_get_class_name (dataset, 0), ==, "2");
  g_assert_cmpstr (nn_dataset_get_class_name (dataset, 1), ==, "10");
  g_assert_cmpstr (nn_dataset_get_class_name (dataset, 2), ==, "nine ○");
  check_part (dataset, &dataset->train, seen);
  check_part (dataset, &dataset->test, seen);
}

/* Sizes that differ: each picture goes the way of a drawing. */
static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  g_auto (NnImportReport) report = {0};
  g_autoptr (NnDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) jpeg = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 90, 70);
  g_autofree char *path = source_path (fixture, "10/photo.jpeg");

  write_classes (fixture, 3, 40, TRUE);
  write_picture (fixture, "2/large", 300, 200, 0, FALSE);
  gdk_pixbuf_fill (jpeg, 0xffffffff);
  for (int y = 20; y < 50; y++)
    memset (gdk_pixbuf_get_pixels (jpeg) + y * gdk_pixbuf_get_rowstride (jpeg) + 120, 20, 30);
  g_assert_true (gdk_pixbuf_save (jpeg, path, "jpeg", NULL, NULL));

  g_assert_true (import_source (fixture, "new", &report, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_refused, ==, 0);
  g_assert_cmpuint (report.n_read, ==, 11);
  dataset = load ("new");
  g_assert_cmpint (dataset->width, ==, 28);
  for (gsize i = 0; i < dataset->train.count; i++) {
    g_assert_cmpint (dataset->train.images[i * 784], ==, 0);
    g_assert_cmpint (dataset->train.images[i * 784 + 14 * 28 + 14], >, 200);
  }
}

/* Folders "training" and "testing" are the parts, not classes. */
static void
test_parts (Fixture *fixture, gconstpointer data)
{
  g_auto (NnImportReport) report = {0};
  g_autoptr (NnDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  write_picture (fixture, "training/a/1", 9, 9, 1, FALSE);
  write_picture (fixture, "training/a/2", 9, 9, 2, FALSE);
  write_picture (fixture, "training/b/3", 9, 9, 3, FALSE);
  write_picture (fixture, "testing/b/4", 9, 9, 4, FALSE);
  write_picture (fixture, "testing/c/5", 9, 9, 5, FALSE);
  g_assert_true (import_source (fixture, "new", &report, &error));
  g_assert_no_error (error);
  dataset = load ("new");
  g_assert_cmpuint (dataset->train.count, ==, 3);
  g_assert_cmpuint (dataset->test.count, ==, 2);
  g_assert_cmpint (dataset->n_classes, ==, 3);
  g_assert_cmpint (dataset->test.labels[0] + dataset->test.labels[1], ==, 3);
}

/* ---- traps ---- */

static void
write_traps (const Fixture *fixture)
{
  static const guint8 blank[9 * 9];
  g_autoptr (GByteArray) huge = make_png (65535, 65535, blank, 0);
  g_autoptr (GByteArray) liar = make_png (9, 9, blank, 3);
  g_autoptr (GByteArray) whole = make_png (9, 9, blank, 9);
  g_autofree char *loop = source_path (fixture, "2/loop");
  g_autofree char *up = source_path (fixture, "circle");
  g_autofree char *dangling = source_path (fixture, "10/dangling");
  g_autofree char *pipe = source_path (fixture, "10/pipe");
  g_autofree char *empty = source_path (fixture, "empty class/.hidden");

  write_bytes (fixture, "2/huge.png", huge->data, huge->len);
  write_bytes (fixture, "2/liar.png", liar->data, liar->len);
  write_bytes (fixture, "2/cut.png", whole->data, whole->len - 14);
  whole->data[45] ^= 1;
  write_bytes (fixture, "2/spoilt.png", whole->data, whole->len);
  write_bytes (fixture, "2/text.png", "no picture", 10);
  write_bytes (fixture, "2/nothing.png", "", 0);
  write_bytes (fixture, "2/cut.jpg", "\xff\xd8\xff\xe0\0\x10JFIF\0", 11);
  write_bytes (fixture, "10/deep/er.png", "", 0);
  write_bytes (fixture, "10/line\nend\xff.png", "x", 1);
  write_bytes (fixture, "beside.png", "", 0);
  write_bytes (fixture, "only rubbish/1", "x", 1);
  g_assert_cmpint (symlink ("..", up), ==, 0);
  g_assert_cmpint (symlink (loop, loop), ==, 0);
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
}

static void
test_traps (Fixture *fixture, gconstpointer data)
{
  g_auto (NnImportReport) report = {0};
  g_autoptr (NnDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  write_classes (fixture, 5, 9, FALSE);
  write_traps (fixture);
  g_assert_true (import_source (fixture, "new", &report, &error));
  g_assert_no_error (error);
  assert_refused (&report, "2/huge.png", "65535×65535, expected 1×1 to 4096×4096");
  assert_refused (&report, "2/liar.png", "no whole picture");
  assert_refused (&report, "2/cut.png", "cut short");
  assert_refused (&report, "2/spoilt.png", "");
  assert_refused (&report, "2/text.png", "no picture in PNG");
  assert_refused (&report, "2/nothing.png", "empty");
  assert_refused (&report, "2/cut.jpg", "cut short");
  assert_refused (&report, "2/loop", g_strerror (ELOOP));
  assert_refused (&report, "10/dangling", g_strerror (ENOENT));
  assert_refused (&report, "10/pipe", "not a file");
  assert_refused (&report, "10/deep", "folder inside a class");
  assert_refused (&report, "10/line?end\357\277\275.png", "no picture in PNG");
  assert_refused (&report, "beside.png", "beside the folders");
  assert_refused (&report, "circle", "a link to a folder");
  assert_refused (&report, "empty class", "no picture in this folder");
  assert_refused (&report, "only rubbish/1", "no picture in PNG");
  g_assert_cmpuint (report.n_refused, ==, 16);
  g_assert_cmpuint (report.n_read, ==, 15);
  dataset = load ("new");
  g_assert_cmpint (dataset->n_classes, ==, 3);
}

/* A picture cut off anywhere is never taken for a whole one, and no wrong bit does harm. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = source_path (fixture, "picture");
  g_autofree char *whole = NULL;
  gsize length;
  int width, height;

  for (int jpeg = 0; jpeg < 2; jpeg++) {
    g_autofree guint8 *grey = NULL;

    write_picture (fixture, "picture", 20, 10, 0, FALSE);
    if (jpeg) {
      g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 20, 10);

      gdk_pixbuf_fill (picture, 0x404040ff);
      g_assert_true (gdk_pixbuf_save (picture, path, "jpeg", NULL, NULL));
    }
    g_clear_pointer (&whole, g_free);
    g_assert_true (g_file_get_contents (path, &whole, &length, NULL));
    grey = nn_image_file_read (path, &width, &height, NULL);
    g_assert_nonnull (grey);
    g_assert_cmpint (width, ==, 20);
    g_assert_cmpint (height, ==, 10);
    for (gsize cut = 0; cut < length; cut++) {
      g_autoptr (GError) error = NULL;

      write_bytes (fixture, "picture", whole, cut);
      g_assert_null (nn_image_file_read (path, &width, &height, &error));
      g_assert_nonnull (error);
    }
    for (gsize i = 0; i < length; i++) {
      g_autofree guint8 *read = NULL;

      whole[i] ^= 1 << i % 8;
      write_bytes (fixture, "picture", whole, length);
      read = nn_image_file_read (path, &width, &height, NULL);
      if (read != NULL)
        g_assert_cmpint (read[width * height - 1], <=, 255);
      whole[i] ^= 1 << i % 8;
    }
  }
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = source_path (fixture, "only/x");

  assert_import_fails (fixture, NN_ERROR_RANGE, "holds 1 folders, expected 2 to 256");
  write_bytes (fixture, "other/text", "no", 2);
  write_bytes (fixture, "only/text", "no", 2);
  assert_import_fails (fixture, NN_ERROR_RANGE, "Samples of 0 classes");
  write_picture (fixture, "only/1", 9, 9, 1, FALSE);
  assert_import_fails (fixture, NN_ERROR_RANGE, "Samples of 1 classes");
  write_picture (fixture, "other/1", 9, 9, 1, FALSE);
  assert_import_fails (fixture, NN_ERROR_RANGE, "2 samples could be read to train with and 0");
  scratch_remove (fixture->source);
  assert_import_fails (fixture, NN_ERROR_NOT_FOUND, "source");
}

/* ---- the new set ---- */

static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = {"",          ".hidden", "a/b",   "..",
                                    "line\nend", "\xff",    "mnist", "digits"};
  g_autofree char *taken = g_build_filename (fixture->user, "source", NULL);
  g_autofree char *free_name = nn_import_suggest_name (fixture->source);
  g_autofree char *next = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (nn_import_check_name (bad[i], &error));
    g_assert_error (error, NN_ERROR, NN_ERROR_RANGE);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  }
  g_assert_true (nn_import_check_name ("Ziffern 数字", NULL));
  g_assert_cmpstr (free_name, ==, "source");
  g_assert_cmpint (g_mkdir_with_parents (taken, 0755), ==, 0);
  next = nn_import_suggest_name (fixture->source);
  g_assert_cmpstr (next, ==, "source 2");
}

typedef struct {
  GCancellable *cancellable;
  double last;
} Watch;

static void
cancel_cb (const NnImportProgress *progress, gpointer data)
{
  Watch *watch = data;

  g_assert_cmpfloat (progress->fraction, >=, watch->last);
  watch->last = progress->fraction;
  g_cancellable_cancel (watch->cancellable);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Watch watch = {.cancellable = cancellable};
  const NnImportOptions options = {
      .source = fixture->source, .name = "new", .progress = cancel_cb, .data = &watch};
  g_auto (NnImportReport) report = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;

  write_classes (fixture, 20, 9, FALSE);
  g_assert_false (nn_import (&options, &report, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  dir = g_dir_open (fixture->user, 0, NULL);
  g_assert_true (dir == NULL || g_dir_read_name (dir) == NULL);
}

/* What a killed import left is removed by the next one; what another is at work on is not. */
static void
test_abandoned (Fixture *fixture, gconstpointer data)
{
  g_autofree char *left = g_build_filename (fixture->user, ".import-abcdef", NULL);
  g_autofree char *file = g_build_filename (left, "train-images-idx3-ubyte", NULL);
  g_autofree char *busy = g_build_filename (fixture->user, ".import-ghijkl", NULL);
  g_auto (NnImportReport) report = {0};
  int fd;

  g_assert_cmpint (g_mkdir_with_parents (left, 0755), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (busy, 0755), ==, 0);
  g_assert_true (g_file_set_contents (file, "half", 4, NULL));
  fd = g_open (busy, O_RDONLY | O_DIRECTORY, 0);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  write_classes (fixture, 2, 9, FALSE);
  g_assert_true (import_source (fixture, "new", &report, NULL));
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (busy, G_FILE_TEST_EXISTS));
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/import-folder/small", Fixture, NULL, set_up, test_small, tear_down);
  g_test_add ("/import-folder/small-dark", Fixture, "dark", set_up, test_small, tear_down);
  g_test_add ("/import-folder/sizes", Fixture, NULL, set_up, test_sizes, tear_down);
  g_test_add ("/import-folder/parts", Fixture, NULL, set_up, test_parts, tear_down);
  g_test_add ("/import-folder/traps", Fixture, NULL, set_up, test_traps, tear_down);
  g_test_add ("/import-folder/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/import-folder/refusals", Fixture, NULL, set_up, test_refusals, tear_down);
  g_test_add ("/import-folder/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/import-folder/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/import-folder/abandoned", Fixture, NULL, set_up, test_abandoned, tear_down);
  return g_test_run ();
}
