/* test-mix.c: two data sets as one. */
#include "engine/collect/mix.h"
#include "engine/error.h"

#include <string.h>

#define SIDE 2
#define PIXELS (SIDE * SIDE)
#define SEED 7

/* Every picture says which set it is of and which it is there. */
static NnDataset *
make_set (const char *id, const char *const *classes, guint8 mark, gsize count)
{
  g_autofree guint8 *images = g_malloc0 (count * PIXELS);
  g_autofree guint8 *labels = g_malloc (count);
  guint n_classes = g_strv_length ((GStrv)classes);
  const NnPictures pictures = {.id = id,
                               .class_names = classes,
                               .height = SIDE,
                               .width = SIDE,
                               .images = images,
                               .labels = labels,
                               .count = count};
  g_autoptr (GError) error = NULL;
  NnDataset *dataset;

  for (gsize i = 0; i < count; i++) {
    images[i * PIXELS] = mark;
    images[i * PIXELS + 1] = (guint8)i;
    labels[i] = (guint8)(i % n_classes);
  }
  dataset = nn_dataset_new_from_pictures (&pictures, &error);
  g_assert_no_error (error);
  return dataset;
}

static const char *const digits[] = {"0", "1", "2", NULL};
static const char *const own[] = {"1", "smile", NULL};

static void
test_share (void)
{
  g_autoptr (NnDataset) base = make_set ("base", digits, 1, 150);
  g_autoptr (NnDataset) other = make_set ("other", own, 2, 10);
  g_autoptr (NnDataset) mixed = nn_dataset_mix (base, other, 0.3, SEED, NULL);
  gsize n_other = 0, times[256] = {0}, in_half = 0;

  g_assert_cmpuint (base->train.count, ==, 120);
  g_assert_cmpuint (mixed->train.count, ==, 171); /* 120 are 70 % of it */
  g_assert_cmpuint (mixed->test.count, ==, base->test.count + other->test.count);
  g_assert_cmpstr (mixed->id, ==, "base");
  for (gsize i = 0; i < mixed->train.count; i++) {
    const guint8 *picture = mixed->train.images + i * PIXELS;

    if (picture[0] == 1)
      continue;
    n_other++;
    in_half += i < mixed->train.count / 2;
    times[picture[1]]++;
    g_assert_cmpint (mixed->train.labels[i], ==, picture[1] % 2 == 0 ? 1 : 3);
  }
  g_assert_cmpuint (n_other, ==, 51);
  g_assert_cmpuint (in_half, ==, 25); /* spread evenly */
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    g_assert_true (times[i] == 0 || times[i] == 6 || times[i] == 7); /* 51 of eight */
}

static void
test_classes (void)
{
  g_autoptr (NnDataset) base = make_set ("base", digits, 1, 30);
  g_autoptr (NnDataset) other = make_set ("other", own, 2, 10);
  g_autoptr (NnDataset) mixed = nn_dataset_mix (base, other, 0.5, SEED, NULL);

  g_assert_cmpint (mixed->n_classes, ==, 4);
  g_assert_cmpstr (nn_dataset_get_class_name (mixed, 1), ==, "1");
  g_assert_cmpstr (nn_dataset_get_class_name (mixed, 3), ==, "smile");
  g_assert_null (mixed->class_names[4]);
}

/* One seed, one mix; and a few of many are drawn by lot. */
static void
test_seed (void)
{
  g_autoptr (NnDataset) base = make_set ("base", digits, 1, 30);
  g_autoptr (NnDataset) other = make_set ("other", own, 2, 200);
  g_autoptr (NnDataset) first = nn_dataset_mix (base, other, 0.2, SEED, NULL);
  g_autoptr (NnDataset) again = nn_dataset_mix (base, other, 0.2, SEED, NULL);
  g_autoptr (NnDataset) next = nn_dataset_mix (base, other, 0.2, SEED + 1, NULL);
  gsize size = first->train.count * PIXELS;

  g_assert_cmpuint (first->train.count, ==, 30);
  g_assert_cmpmem (first->train.images, size, again->train.images, size);
  g_assert_cmpint (memcmp (first->train.images, next->train.images, size), !=, 0);
}

static void
test_refusals (void)
{
  g_autoptr (NnDataset) base = make_set ("base", digits, 1, 30);
  g_autoptr (NnDataset) table = make_set ("other", own, 2, 10);
  g_autoptr (GError) error = NULL;

  table->height = 1;
  g_assert_null (nn_dataset_mix (base, table, 0.5, SEED, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_clear_error (&error);
  table->height = SIDE;
  table->train.count = 0;
  g_assert_null (nn_dataset_mix (base, table, 0.5, SEED, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_RANGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mix/share", test_share);
  g_test_add_func ("/mix/classes", test_classes);
  g_test_add_func ("/mix/seed", test_seed);
  g_test_add_func ("/mix/refusals", test_refusals);
  return g_test_run ();
}
