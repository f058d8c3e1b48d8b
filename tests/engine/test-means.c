/* test-means.c: the mean picture of a class. */
#include "engine/collect/means.h"

#define WIDTH 3
#define HEIGHT 2
#define PIXELS (WIDTH * HEIGHT)
#define PICTURES 1000

static guint8 images[PICTURES * PIXELS * 3], labels[PICTURES];

/* Pictures of classes 0, 1 and 2 in no order; of class 3 there is none. */
static NnDataset
make_set (int channels, int maximum)
{
  NnDataset set = {
      .height = HEIGHT,
      .width = WIDTH,
      .channels = channels,
      .maximum = maximum,
      .n_classes = 4,
      .train = {.images = images, .labels = labels, .count = PICTURES},
  };
  guint32 state = 1;

  for (gsize i = 0; i < (gsize)PICTURES * PIXELS * channels; i++) {
    state = state * 1664525u + 1013904223u;
    images[i] = (guint8)((state >> 16) % ((guint)maximum + 1));
  }
  for (gsize i = 0; i < PICTURES; i++)
    labels[i] = (guint8)(i * i % 7 % 3);
  return set;
}

/* The nearest whole number to 255 × sum / whole: twice the distance is at most one whole. */
static void
check_pixel (const NnDataset *set, int index, gsize pixel, guint8 mean)
{
  gint64 sum = 0, whole = 0, distance;

  for (gsize i = 0; i < PICTURES; i++)
    for (int channel = 0; channel < set->channels && labels[i] == index; channel++) {
      sum += images[(i * PIXELS + pixel) * set->channels + channel];
      whole += set->maximum;
    }
  distance = 255 * sum - mean * whole;
  g_assert_cmpint (2 * ABS (distance), <=, whole);
}

static void
test_sums (void)
{
  static const int kinds[][2] = {{1, 255}, {1, 16}, {3, 255}};

  for (gsize kind = 0; kind < G_N_ELEMENTS (kinds); kind++) {
    NnDataset set = make_set (kinds[kind][0], kinds[kind][1]);

    for (int index = 0; index < 3; index++) {
      g_autofree guint8 *mean = nn_class_mean (&set, index);

      g_assert_nonnull (mean);
      for (gsize pixel = 0; pixel < PIXELS; pixel++)
        check_pixel (&set, index, pixel, mean[pixel]);
    }
  }
}

/* One picture is its own mean, full ink stays full, and the test part does not count. */
static void
test_exact (void)
{
  static guint8 one[] = {0, 1, 127, 128, 254, 255}, label[] = {1}, full[] = {255, 255, 0, 0, 0, 0};
  NnDataset set = {
      .height = HEIGHT,
      .width = WIDTH,
      .channels = 1,
      .maximum = 255,
      .n_classes = 2,
      .train = {.images = one, .labels = label, .count = 1},
      .test = {.images = full, .labels = label, .count = 1},
  };
  g_autofree guint8 *mean = nn_class_mean (&set, 1);

  g_assert_cmpmem (mean, PIXELS, one, PIXELS);
  g_assert_null (nn_class_mean (&set, 0));
}

static void
test_without_pictures (void)
{
  NnDataset set = make_set (1, 255);
  NnColumns columns = {.count = 2};
  NnDataset table = {.columns = &columns, .n_classes = 4, .train = {.labels = labels, .count = 8}};

  g_assert_null (nn_class_mean (&set, 3));
  set.train.count = 0;
  g_assert_null (nn_class_mean (&set, 0));
  g_assert_null (nn_class_mean (&table, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/means/sums", test_sums);
  g_test_add_func ("/means/exact", test_exact);
  g_test_add_func ("/means/without-pictures", test_without_pictures);
  return g_test_run ();
}
