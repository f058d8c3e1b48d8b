/* test-dataset.c: where data sets are found, and what is in them. */
#include "engine/collect/dataset.h"
#include "engine/error.h"

#include "scratch.h"

#include <string.h>
#include <unistd.h>

typedef struct {
  char *root;
  char *user;  /* $XDG_DATA_HOME/glassbox/datasets */
  char *extra; /* GLASSBOX_DATASETS */
  char *given; /* GLASSBOX_DATASETS as the test was started with */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *home = NULL;

  fixture->root = g_dir_make_tmp ("nn-dataset-XXXXXX", NULL);
  g_assert_nonnull (fixture->root);
  home = g_build_filename (fixture->root, "home", NULL);
  fixture->user = g_build_filename (home, "glassbox", "datasets", NULL);
  fixture->extra = g_build_filename (fixture->root, "extra", NULL);
  fixture->given = g_strdup (g_getenv ("GLASSBOX_DATASETS"));
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_DATA_DIRS", "/nowhere/share", TRUE);
  g_setenv ("GLASSBOX_DATASETS", fixture->extra, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  scratch_remove (fixture->root);
  if (fixture->given != NULL)
    g_setenv ("GLASSBOX_DATASETS", fixture->given, TRUE);
  g_free (fixture->given);
  g_free (fixture->root);
  g_free (fixture->user);
  g_free (fixture->extra);
}

static void
write_idx (const char *folder, const char *name, const guint8 *sizes, int n_sizes,
           const guint8 *content, gsize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const guint8 magic[] = {0, 0, 8, n_sizes};

  g_byte_array_append (bytes, magic, sizeof magic);
  for (int i = 0; i < n_sizes; i++) {
    const guint8 size[] = {0, 0, 0, sizes[i]};

    g_byte_array_append (bytes, size, sizeof size);
  }
  g_byte_array_append (bytes, content, length);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, (char *)bytes->data, bytes->len, NULL));
}

/* Three pictures of 2×2 to train with, labelled 0, 1 and @third; one to test with, labelled 1. */
static void
write_set (const char *parent, const char *id, guint8 third)
{
  g_autofree char *folder = g_build_filename (parent, id, NULL);
  const guint8 pixels[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255};
  const guint8 labels[] = {0, 1, third};

  write_idx (folder, "train-images-idx3-ubyte", (guint8[]){3, 2, 2}, 3, pixels, 12);
  write_idx (folder, "train-labels-idx1-ubyte", (guint8[]){3}, 1, labels, 3);
  write_idx (folder, "t10k-images-idx3-ubyte", (guint8[]){1, 2, 2}, 3, pixels + 8, 4);
  write_idx (folder, "t10k-labels-idx1-ubyte", (guint8[]){1}, 1, labels + 1, 1);
}

static const NnDatasetInfo *
find_info (GPtrArray *list, const char *id)
{
  for (guint i = 0; i < list->len; i++) {
    const NnDatasetInfo *info = g_ptr_array_index (list, i);

    if (g_str_equal (info->id, id))
      return info;
  }
  return NULL;
}

static void
assert_load_fails (const char *id, int code, const char *part_of_message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (nn_dataset_load (id, NULL, &error));
  g_assert_error (error, NN_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part_of_message));
}

static void
test_search_order (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) path = NULL;
  const char *expected[] = {fixture->user, "/a", "b", "/c/datasets", "/d/datasets", NULL};

  g_setenv ("GLASSBOX_DATASETS", "/a::b", TRUE);
  g_setenv ("XDG_DATA_DIRS", "/c:relative:/d/", TRUE);
  path = nn_dataset_search_path ();
  g_assert_cmpstrv ((char **)expected, path);
}

static void
test_search_defaults (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) path = NULL;
  const char *expected[] = {"/home/somebody/.local/share/glassbox/datasets",
                            "/usr/local/share/datasets", "/usr/share/datasets", NULL};
  g_autofree char *home = g_strdup (g_getenv ("HOME"));

  g_unsetenv ("XDG_DATA_HOME");
  g_unsetenv ("XDG_DATA_DIRS");
  g_unsetenv ("GLASSBOX_DATASETS");
  g_setenv ("HOME", "/home/somebody", TRUE);
  path = nn_dataset_search_path ();
  if (home != NULL)
    g_setenv ("HOME", home, TRUE);
  g_assert_cmpstrv ((char **)expected, path);
}

static void
test_first_hit_wins (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) from_extra = NULL;
  g_autoptr (NnDataset) from_user = NULL;
  g_autofree char *incomplete = g_build_filename (fixture->user, "own", NULL);

  /* The user's folder comes first, but what is in it is not whole. */
  g_assert_cmpint (g_mkdir_with_parents (incomplete, 0755), ==, 0);
  write_set (fixture->extra, "own", 1);
  from_extra = nn_dataset_load ("own", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (from_extra->origin, fixture->extra));

  write_set (fixture->user, "own", 2);
  from_user = nn_dataset_load ("own", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (from_user->origin, fixture->user));
}

static void
test_own_set (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) dataset = NULL;

  write_set (fixture->extra, "own", 4);
  dataset = nn_dataset_load ("own", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (dataset->id, ==, "own");
  g_assert_cmpstr (nn_dataset_get_title (dataset), ==, "own");
  g_assert_cmpint (dataset->height, ==, 2);
  g_assert_cmpint (dataset->width, ==, 2);
  g_assert_cmpint (dataset->channels, ==, 1);
  g_assert_cmpint (dataset->maximum, ==, 255);
  g_assert_cmpint (dataset->n_classes, ==, 5);
  g_assert_cmpint (g_strv_length (dataset->class_names), ==, 5);
  g_assert_cmpstr (dataset->class_names[4], ==, "4");
  g_assert_cmpuint (dataset->train.count, ==, 3);
  g_assert_cmpuint (dataset->test.count, ==, 1);
  g_assert_cmpint (dataset->train.images[11], ==, 255);
  g_assert_cmpint (dataset->train.labels[2], ==, 4);
  g_assert_cmpint (dataset->test.images[0], ==, 8);
  g_assert_cmpint (dataset->test.labels[0], ==, 1);
}

static void
test_dotted_names (Fixture *fixture, gconstpointer data)
{
  static const char *const names[][2] = {
      {"train-images-idx3-ubyte", "train-images.idx3-ubyte"},
      {"train-labels-idx1-ubyte", "train-labels.idx1-ubyte"},
      {"t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"},
      {"t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"},
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) dataset = NULL;

  write_set (fixture->extra, "mnist", 2);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *from = g_build_filename (fixture->extra, "mnist", names[i][0], NULL);
    g_autofree char *to = g_build_filename (fixture->extra, "mnist", names[i][1], NULL);

    g_assert_cmpint (g_rename (from, to), ==, 0);
  }
  dataset = nn_dataset_load ("mnist", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dataset->train.count, ==, 3);
  g_assert_cmpint (dataset->n_classes, ==, 10);
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *empty = g_build_filename (fixture->extra, "empty", NULL);
  const NnDatasetInfo *info;

  write_set (fixture->extra, "zebra", 2);
  write_set (fixture->extra, "apple", 2);
  write_set (fixture->user, "apple", 2);
  write_set (fixture->user, "digits", 2);
  write_set (fixture->user, ".partial", 2);
  g_assert_cmpint (g_mkdir_with_parents (empty, 0755), ==, 0);

  list = nn_dataset_list ();
  g_assert_cmpuint (list->len, ==, 6);
  g_assert_cmpstr (((NnDatasetInfo *)list->pdata[0])->id, ==, NN_DATASET_PEN);
  g_assert_cmpstr (((NnDatasetInfo *)list->pdata[0])->origin, ==, "built in");
  g_assert_cmpstr (((NnDatasetInfo *)list->pdata[1])->id, ==, NN_DATASET_DIGITS);
  g_assert_cmpstr (((NnDatasetInfo *)list->pdata[1])->origin, ==, "built in");
  g_assert_cmpstr (((NnDatasetInfo *)list->pdata[4])->id, ==, "apple");
  g_assert_true (g_str_has_prefix (((NnDatasetInfo *)list->pdata[4])->origin, fixture->user));
  g_assert_cmpstr (((NnDatasetInfo *)list->pdata[5])->id, ==, "zebra");

  info = find_info (list, NN_DATASET_MNIST);
  g_assert_true (info->can_download);
  g_assert_null (info->origin);
  g_assert_nonnull (strstr (info->licence, "CC BY-SA 3.0"));
  info = find_info (list, NN_DATASET_FASHION);
  g_assert_false (info->can_download);
  g_assert_nonnull (strstr (info->licence, "MIT"));
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->extra, "bad", NULL);
  const guint8 nine_bytes[9] = {0};

  assert_load_fails ("nowhere-to-be-found", NN_ERROR_NOT_FOUND, fixture->extra);
  assert_load_fails ("mnist", NN_ERROR_NOT_FOUND, "glassbox-cli datasets get mnist");
  write_set (fixture->root, "outside", 2);
  assert_load_fails ("../outside", NN_ERROR_NOT_FOUND, "not on this machine");
  assert_load_fails ("", NN_ERROR_NOT_FOUND, "not on this machine");

  write_set (fixture->extra, "mnist", 10);
  assert_load_fails ("mnist", NN_ERROR_RANGE, "label 3 is 10, expected 0 to 9");

  write_set (fixture->extra, "bad", 2);
  write_idx (folder, "train-labels-idx1-ubyte", (guint8[]){2}, 1, nine_bytes, 2);
  assert_load_fails ("bad", NN_ERROR_FORMAT, "3 pictures");
  write_set (fixture->extra, "bad", 2);
  write_idx (folder, "t10k-images-idx3-ubyte", (guint8[]){1, 3, 3}, 3, nine_bytes, 9);
  assert_load_fails ("bad", NN_ERROR_SHAPE, "3×3");
  write_idx (folder, "t10k-images-idx3-ubyte", (guint8[]){1, 3, 3}, 3, nine_bytes, 8);
  assert_load_fails ("bad", NN_ERROR_FORMAT, "t10k-images-idx3-ubyte");
  {
    g_autofree char *path = g_build_filename (folder, "t10k-images-idx3-ubyte", NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
    assert_load_fails ("bad", NN_ERROR_NOT_FOUND, "has no t10k-images-idx3-ubyte");
  }
}

/* Files of holes: next to nothing on the disk, and pictures that would need hundreds of gigabytes.
 */
static void
write_holes (const char *folder, guint32 count, guint32 height, guint32 width)
{
  g_autofree char *path = g_build_filename (folder, "train-images-idx3-ubyte", NULL);
  const guint32 header[] = {GUINT32_TO_BE (0x803), GUINT32_TO_BE (count), GUINT32_TO_BE (height),
                            GUINT32_TO_BE (width)};

  g_assert_true (g_file_set_contents (path, (const char *)header, sizeof header, NULL));
  g_assert_cmpint (truncate (path, (off_t)(sizeof header + (gsize)count * height * width)), ==, 0);
}

static void
test_absurd_sizes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->extra, "absurd", NULL);

  write_set (fixture->extra, "absurd", 2);
  write_holes (folder, 1000001, 1, 1);
  assert_load_fails ("absurd", NN_ERROR_TOO_LARGE, "1000001 pictures of 1×1");
  write_holes (folder, 1, 4097, 1);
  assert_load_fails ("absurd", NN_ERROR_TOO_LARGE, "1 pictures of 4097×1");
  write_holes (folder, 3, 1, 4097);
  assert_load_fails ("absurd", NN_ERROR_TOO_LARGE, "at most 1000000 of 4096×4096");
}

/* Seven pictures of 1×2 in three classes; each tells its own number. */
static void
test_pictures (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = {"○", "△", "never drawn", NULL};
  const guint8 images[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
  guint8 labels[] = {1, 0, 1, 1, 1, 1, 1};
  NnPictures pictures = {.id = "own",
                         .title = "My shapes",
                         .origin = "Drawn here",
                         .class_names = names,
                         .height = 1,
                         .width = 2,
                         .images = images,
                         .labels = labels,
                         .count = 7};
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) dataset = nn_dataset_new_from_pictures (&pictures, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (nn_dataset_get_title (dataset), ==, "My shapes");
  g_assert_cmpstr (nn_dataset_get_origin (dataset), ==, "Drawn here");
  g_assert_cmpint (dataset->n_classes, ==, 3);
  g_assert_cmpstr (nn_dataset_get_class_name (dataset, 1), ==, "△");
  g_assert_cmpuint (dataset->train.count + dataset->test.count, ==, 7);
  g_assert_cmpmem (dataset->test.images, 2, images + 4, 2); /* the second of class 1 */
  for (gsize i = 0; i < dataset->train.count; i++) {
    int number = dataset->train.images[2 * i] / 2;

    g_assert_cmpint (dataset->train.images[2 * i + 1], ==, 2 * number + 1);
    g_assert_cmpint (dataset->train.labels[i], ==, labels[number]);
  }

  labels[3] = 3;
  g_assert_null (nn_dataset_new_from_pictures (&pictures, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_RANGE);
  g_assert_nonnull (strstr (error->message, "label 4 is 3, expected 0 to 2"));
  g_clear_error (&error);
  pictures.count = 2;
  g_assert_null (nn_dataset_new_from_pictures (&pictures, &error));
  g_assert_nonnull (strstr (error->message, "two samples of at least one class"));
}

static void
test_split (Fixture *fixture, gconstpointer data)
{
  gboolean moves = FALSE;

  for (int class_index = 0; class_index < 3; class_index++)
    for (gsize group = 0; group < 100; group++) {
      int kept = 0;

      for (gsize i = 5 * group; i < 5 * group + 5; i++)
        kept += nn_split_for_test (class_index, i);
      g_assert_cmpint (kept, ==, 1);
      moves = moves || nn_split_for_test (class_index, 5 * group) !=
                           nn_split_for_test (class_index, 5 * group + 5);
    }
  g_assert_true (nn_split_for_test (7, 1));
  g_assert_true (moves);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (nn_dataset_load (NN_DATASET_DIGITS, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
count_classes (const NnExamples *part, int *counts)
{
  memset (counts, 0, 10 * sizeof *counts);
  for (gsize i = 0; i < part->count; i++) {
    g_assert_cmpint (part->labels[i], <, 10);
    counts[part->labels[i]]++;
  }
}

static void
test_digits (Fixture *fixture, gconstpointer data)
{
  /* How often each digit occurs among the 1 797, as UCI's own description states. */
  static const int published[10] = {178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
  static const guint8 first_rows[] = {0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0};
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) digits = nn_dataset_load (NN_DATASET_DIGITS, NULL, &error);
  int train[10], test[10], highest = 0;

  g_assert_no_error (error);
  g_assert_cmpint (digits->height, ==, 8);
  g_assert_cmpint (digits->width, ==, 8);
  g_assert_cmpint (digits->channels, ==, 1);
  g_assert_cmpint (digits->maximum, ==, 16);
  g_assert_cmpint (digits->n_classes, ==, 10);
  g_assert_cmpstr (digits->class_names[7], ==, "7");
  g_assert_null (digits->class_names[10]);
  g_assert_cmpuint (digits->train.count, ==, 1442);
  g_assert_cmpuint (digits->test.count, ==, 355);
  count_classes (&digits->train, train);
  count_classes (&digits->test, test);
  for (int i = 0; i < 10; i++) {
    g_assert_cmpint (train[i] + test[i], ==, published[i]);
    g_assert_cmpint (test[i], ==, published[i] / 5);
  }
  for (gsize i = 0; i < digits->train.count * 64; i++)
    highest = MAX (highest, digits->train.images[i]);
  for (gsize i = 0; i < digits->test.count * 64; i++)
    highest = MAX (highest, digits->test.images[i]);
  g_assert_cmpint (highest, ==, 16);
  g_assert_cmpmem (digits->train.images, sizeof first_rows, first_rows, sizeof first_rows);
  g_assert_cmpint (digits->train.labels[0], ==, 0);
}

static void
assert_like_mnist (const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) dataset = nn_dataset_load (id, NULL, &error);
  g_autoptr (NnDataset) again = NULL;
  int highest = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (dataset->train.count, ==, 60000);
  g_assert_cmpuint (dataset->test.count, ==, 10000);
  g_assert_cmpint (dataset->height, ==, 28);
  g_assert_cmpint (dataset->width, ==, 28);
  g_assert_cmpint (dataset->n_classes, ==, 10);
  for (gsize i = 0; i < dataset->test.count * 784; i++)
    highest = MAX (highest, dataset->test.images[i]);
  g_assert_cmpint (highest, ==, dataset->maximum);
  again = nn_dataset_ref (dataset);
  g_assert_true (again == dataset);
}

static void
test_mnist (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) list = NULL;

  if (fixture->given != NULL)
    g_setenv ("GLASSBOX_DATASETS", fixture->given, TRUE);
  list = nn_dataset_list ();
  if (find_info (list, NN_DATASET_MNIST)->origin == NULL) {
    g_test_message ("MNIST is not on this machine: nothing to compare with");
    return;
  }
  assert_like_mnist (NN_DATASET_MNIST);
}

static void
test_fashion (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (NnDataset) dataset = NULL;

  g_unsetenv ("XDG_DATA_DIRS");
  list = nn_dataset_list ();
  if (find_info (list, NN_DATASET_FASHION)->origin == NULL) {
    g_test_message ("Fashion-MNIST is not on this machine: nothing to compare with");
    return;
  }
  assert_like_mnist (NN_DATASET_FASHION);
  dataset = nn_dataset_load (NN_DATASET_FASHION, NULL, NULL);
  g_assert_cmpstr (dataset->class_names[0], ==, "T-shirt/top");
  g_assert_cmpstr (dataset->class_names[dataset->train.labels[0]], ==, "Ankle boot");
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } cases[] = {
      {"/dataset/search/order", test_search_order},
      {"/dataset/search/defaults", test_search_defaults},
      {"/dataset/search/first-hit-wins", test_first_hit_wins},
      {"/dataset/own-set", test_own_set},
      {"/dataset/dotted-names", test_dotted_names},
      {"/dataset/list", test_list},
      {"/dataset/refusals", test_refusals},
      {"/dataset/absurd-sizes", test_absurd_sizes},
      {"/dataset/pictures", test_pictures},
      {"/dataset/split", test_split},
      {"/dataset/cancelled", test_cancelled},
      {"/dataset/digits", test_digits},
      {"/dataset/mnist", test_mnist},
      {"/dataset/fashion", test_fashion},
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, set_up, cases[i].test, tear_down);
  return g_test_run ();
}
