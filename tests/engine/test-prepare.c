/* test-prepare.c: the recipe's preparation, the split, batches and augmentation. */
#include "engine/collect/dataset.h"
#include "engine/error.h"
#include "engine/prepare/augment.h"
#include "engine/prepare/prepare.h"

#include <math.h>
#include <string.h>

#define PIXELS NN_DIGIT_PIXELS

/* ---- the recipe ---- */

static gboolean
parse (const char *text, NnPrepareSpec *spec, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  g_assert_nonnull (node);
  return nn_prepare_spec_parse (json_node_get_object (node), "prepare", spec, error);
}

static void
assert_specs_equal (const NnPrepareSpec *a, const NnPrepareSpec *b)
{
  g_assert_cmpint (a->side, ==, b->side);
  g_assert_cmpint (a->scale, ==, b->scale);
  g_assert_cmpfloat (a->validation_fraction, ==, b->validation_fraction);
  g_assert_cmpfloat (a->augmentation.shift, ==, b->augmentation.shift);
  g_assert_cmpfloat (a->augmentation.rotation, ==, b->augmentation.rotation);
  g_assert_cmpfloat (a->augmentation.scale, ==, b->augmentation.scale);
  g_assert_cmpfloat (a->augmentation.stroke_width, ==, b->augmentation.stroke_width);
}

static void
test_spec_default (void)
{
  g_autoptr (GError) error = NULL;
  NnPrepareSpec expected = {.side = 28, .scale = NN_SCALE_UNIT};
  NnPrepareSpec spec = nn_prepare_spec_default ();

  assert_specs_equal (&spec, &expected);
  memset (&spec, 0xff, sizeof spec);
  g_assert_true (parse ("{}", &spec, &error));
  g_assert_no_error (error);
  assert_specs_equal (&spec, &expected);
}

static void
test_spec_round_trip (void)
{
  NnPrepareSpec written = {.side = 28,
                           .scale = NN_SCALE_NONE,
                           .validation_fraction = 0.15,
                           .augmentation = {2, 12.5, 0.1, 1.25}};
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  NnPrepareSpec read;

  nn_prepare_spec_write (&written, builder);
  node = json_builder_get_root (builder);
  g_assert_true (nn_prepare_spec_parse (json_node_get_object (node), "prepare", &read, &error));
  g_assert_no_error (error);
  assert_specs_equal (&written, &read);
}

static void
test_spec_errors (void)
{
  static const struct {
    const char *text, *begins_with;
  } cases[] = {
      {"{\"side\": 27}", "prepare.side: "},
      {"{\"scale\": \"percent\"}", "prepare.scale: "},
      {"{\"validation_fraction\": 1.0}", "prepare.validation_fraction: "},
      {"{\"validation_fraction\": -0.1}", "prepare.validation_fraction: "},
      {"{\"augmentation\": 3}", "prepare.augmentation: "},
      {"{\"augmentation\": {\"shift\": -1}}", "prepare.augmentation.shift: "},
      {"{\"augmentation\": {\"rotation\": 181}}", "prepare.augmentation.rotation: "},
      {"{\"augmentation\": {\"scale\": 1.0}}", "prepare.augmentation.scale: "},
      {"{\"augmentation\": {\"stroke_width\": \"2\"}}", "prepare.augmentation.stroke_width: "},
      {"{\"augmentation\": {\"blur\": 1}}", "prepare.augmentation.blur: "},
      {"{\"sides\": 28}", "prepare.sides: "},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    NnPrepareSpec spec = {.side = 5, .validation_fraction = 0.5};

    g_assert_false (parse (cases[i].text, &spec, &error));
    g_assert_nonnull (error);
    g_assert_true (error->domain == NN_ERROR);
    g_test_message ("%s", error->message);
    g_assert_true (g_str_has_prefix (error->message, cases[i].begins_with));
    g_assert_cmpint (spec.side, ==, 5);
    g_assert_cmpfloat (spec.validation_fraction, ==, 0.5);
  }
}

/* ---- samples ---- */

static void
fill_examples (NnExamples *examples, gsize count, gsize size, int maximum, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  examples->count = count;
  examples->images = g_malloc (count * size);
  examples->labels = g_malloc (count);
  for (gsize i = 0; i < count * size; i++)
    examples->images[i] = (guint8)g_rand_int_range (rand, 0, maximum + 1);
  for (gsize i = 0; i < count; i++)
    examples->labels[i] = (guint8)(i % 7 == 0 ? 1 : i % 3); /* unequal classes: 0, 1, 2 */
}

static NnDataset *
make_dataset (int side, int channels, int maximum, gsize n_train, gsize n_test)
{
  NnDataset *dataset = g_new0 (NnDataset, 1);

  g_atomic_ref_count_init (&dataset->references);
  dataset->id = g_strdup ("made");
  dataset->height = dataset->width = side;
  dataset->channels = channels;
  dataset->maximum = maximum;
  dataset->n_classes = 3;
  dataset->class_names = g_strsplit ("a b c", " ", 0);
  fill_examples (&dataset->train, n_train, (gsize)side * side * channels, maximum, 1);
  fill_examples (&dataset->test, n_test, (gsize)side * side * channels, maximum, 2);
  return dataset;
}

static NnSamples *
make_samples (NnDataset *dataset, const NnPrepareSpec *spec, NnPart part, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  NnSamples *samples = nn_samples_new (dataset, spec, part, seed, &error);

  g_assert_no_error (error);
  g_assert_nonnull (samples);
  return samples;
}

/* Pictures that are right already are not copied. */
static void
test_borrowed (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 50, 20);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  g_autoptr (NnSamples) train = make_samples (dataset, &spec, NN_PART_TRAIN, 1);
  g_autoptr (NnSamples) validation = make_samples (dataset, &spec, NN_PART_VALIDATION, 1);
  g_autoptr (NnSamples) test = make_samples (dataset, &spec, NN_PART_TEST, 1);

  g_assert_true (train->images == dataset->train.images);
  g_assert_null (train->owned_images);
  g_assert_cmpuint (train->count, ==, 50);
  g_assert_cmpmem (train->labels, 50, dataset->train.labels, 50);
  g_assert_cmpuint (nn_shape_size (&train->shape), ==, PIXELS);
  g_assert_cmpint (train->n_classes, ==, 3);
  g_assert_true (test->images == dataset->test.images);
  g_assert_true (validation->images == dataset->test.images); /* fraction 0: the articles' way */
  for (guint32 i = 0; i < 50; i++)
    g_assert_cmpuint (train->source[i], ==, i);
}

/* The samples keep what they borrowed alive. */
static void
test_outlives_dataset (void)
{
  NnDataset *dataset = make_dataset (28, 1, 255, 5, 2);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  NnSamples *samples = make_samples (dataset, &spec, NN_PART_TRAIN, 1);
  guint8 first = dataset->train.images[0];

  nn_dataset_unref (dataset);
  g_assert_true (nn_samples_ref (samples) == samples);
  nn_samples_unref (samples);
  g_assert_cmpint (samples->images[0], ==, first);
  nn_samples_unref (samples);
}

static void
count_classes (const NnSamples *samples, int *counts)
{
  memset (counts, 0, 3 * sizeof *counts);
  for (gsize i = 0; i < samples->count; i++)
    counts[samples->labels[i]]++;
}

static void
test_split (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 700, 20);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  g_autofree guint8 *seen = g_malloc0 (700);
  int all[3] = {0}, held[3];

  spec.validation_fraction = 0.2;
  for (gsize i = 0; i < 700; i++)
    all[dataset->train.labels[i]]++;
  for (guint64 seed = 1; seed <= 3; seed++) {
    g_autoptr (NnSamples) train = make_samples (dataset, &spec, NN_PART_TRAIN, seed);
    g_autoptr (NnSamples) validation = make_samples (dataset, &spec, NN_PART_VALIDATION, seed);

    g_assert_cmpuint (train->count + validation->count, ==, 700);
    memset (seen, 0, 700);
    for (gsize i = 0; i < train->count; i++)
      seen[train->source[i]]++;
    for (gsize i = 0; i < validation->count; i++)
      seen[validation->source[i]]++;
    for (gsize i = 0; i < 700; i++)
      g_assert_cmpint (seen[i], ==, 1);

    count_classes (validation, held);
    for (int class = 0; class < 3; class ++)
      g_assert_cmpfloat (fabs (held[class] - 0.2 * all[class]), <=, 0.5);
    for (gsize i = 0; i < validation->count; i++) {
      guint32 source = validation->source[i];

      g_assert_cmpint (validation->labels[i], ==, dataset->train.labels[source]);
      g_assert_cmpmem (validation->images + i * PIXELS, PIXELS,
                       dataset->train.images + (gsize)source * PIXELS, PIXELS);
    }
  }
}

static void
test_split_by_seed (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 700, 20);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  g_autoptr (NnSamples) first = NULL, again = NULL, other = NULL, test = NULL;
  gsize bytes;

  spec.validation_fraction = 0.3;
  first = make_samples (dataset, &spec, NN_PART_VALIDATION, 41);
  again = make_samples (dataset, &spec, NN_PART_VALIDATION, 41);
  other = make_samples (dataset, &spec, NN_PART_VALIDATION, 42);
  test = make_samples (dataset, &spec, NN_PART_TEST, 41);
  bytes = first->count * sizeof (guint32);
  g_assert_cmpmem (first->source, bytes, again->source, bytes);
  g_assert_cmpuint (first->count, ==, other->count);
  g_assert_cmpint (memcmp (first->source, other->source, bytes), !=, 0);
  g_assert_cmpuint (test->count, ==, 20);
}

/* Other grey scales and colour: brought to grey of 255; other sizes: through the normalisation. */
static void
test_other_formats (void)
{
  g_autoptr (NnDataset) coarse = make_dataset (28, 1, 16, 4, 1);
  g_autoptr (NnDataset) colour = make_dataset (28, 3, 255, 4, 1);
  g_autoptr (NnDataset) small = make_dataset (9, 1, 16, 4, 1);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  g_autoptr (NnSamples) greys = make_samples (coarse, &spec, NN_PART_TRAIN, 1);
  g_autoptr (NnSamples) from_colour = make_samples (colour, &spec, NN_PART_TRAIN, 1);
  g_autoptr (NnSamples) enlarged = make_samples (small, &spec, NN_PART_TRAIN, 1);

  for (int i = 0; i < 4 * PIXELS; i++) {
    const guint8 *rgb = colour->train.images + 3 * i;
    double luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];

    g_assert_cmpint (greys->images[i], ==, coarse->train.images[i] * 255 / 16);
    g_assert_cmpfloat (fabs (from_colour->images[i] - luma), <=, 0.501);
  }
  for (int i = 0; i < 4; i++) {
    guint8 grey[81];
    NnNormalised expected;

    for (int k = 0; k < 81; k++)
      grey[k] = (guint8)(small->train.images[i * 81 + k] * 255 / 16);
    nn_normalise_ink (grey, 9, 9, 9, &expected);
    g_assert_cmpmem (enlarged->images + i * PIXELS, PIXELS, expected.pixels, PIXELS);
  }
}

static void
test_impossible_shape (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 4, 1);
  g_autoptr (GError) error = NULL;
  NnPrepareSpec spec = nn_prepare_spec_default ();

  dataset->maximum = 0;
  g_assert_null (nn_samples_new (dataset, &spec, NN_PART_TRAIN, 1, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "made"));
}

/* The built-in digits look like MNIST after the preparation: as large, as dark, as centred. */
static void
test_digits (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) digits = nn_dataset_load (NN_DATASET_DIGITS, NULL, &error);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  double sum = 0;

  g_assert_no_error (error);
  for (NnPart part = NN_PART_TRAIN; part <= NN_PART_TEST; part += NN_PART_TEST) {
    g_autoptr (NnSamples) samples = make_samples (digits, &spec, part, 1);

    for (gsize i = 0; i < samples->count; i++) {
      const guint8 *picture = samples->images + i * PIXELS;
      double mass = 0, x = 0, y = 0;
      int darkest = 0;

      for (int k = 0; k < PIXELS; k++) {
        mass += picture[k];
        x += picture[k] * (k % 28);
        y += picture[k] * (double)(k / 28);
        darkest = MAX (darkest, picture[k]);
      }
      g_assert_cmpint (darkest, ==, 255);
      g_assert_cmpfloat_with_epsilon (x / mass, 14, 0.501);
      g_assert_cmpfloat_with_epsilon (y / mass, 14, 0.501);
      sum += mass / PIXELS;
    }
  }
  g_assert_cmpuint (digits->train.count + digits->test.count, ==, 1797);
  g_assert_cmpfloat_with_epsilon (sum / 1797 / 255, 0.1307, 0.04); /* MNIST's mean grey */
}

/* ---- batches ---- */

static void
test_scale (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 3, 1);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  g_autofree real *x = g_new (real, 2 * PIXELS);
  guint32 indices[] = {2, 0};
  guint8 labels[2];

  for (int i = 0; i < 256; i++)
    dataset->train.images[2 * PIXELS + i] = (guint8)i;
  for (spec.scale = NN_SCALE_UNIT; spec.scale <= NN_SCALE_NONE; spec.scale++) {
    g_autoptr (NnSamples) samples = make_samples (dataset, &spec, NN_PART_TRAIN, 1);

    nn_samples_gather (samples, indices, 2, TRUE, 1, 0, x, labels);
    for (int i = 0; i < 256; i++)
      g_assert_true (x[i] == (spec.scale == NN_SCALE_UNIT ? (real)i / 255 : (real)i));
    for (int i = 0; i < PIXELS; i++) {
      real grey = dataset->train.images[i];

      g_assert_true (x[PIXELS + i] == (spec.scale == NN_SCALE_UNIT ? grey / 255 : grey));
    }
    g_assert_cmpint (labels[0], ==, dataset->train.labels[2]);
    g_assert_cmpint (labels[1], ==, dataset->train.labels[0]);
  }
}

static const NnAugmentation strong = {3, 20, 0.2, 2};

/* A row depends on seed, epoch and sample, not on what it is gathered with. */
static void
test_augmentation_is_reproducible (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 40, 1);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  g_autofree real *whole = g_new (real, 40 * PIXELS);
  gsize row_bytes = PIXELS * sizeof (real);
  guint32 indices[40];
  guint8 labels[40];
  g_autoptr (NnSamples) samples = NULL;

  spec.augmentation = strong;
  samples = make_samples (dataset, &spec, NN_PART_TRAIN, 1);
  for (guint32 i = 0; i < 40; i++)
    indices[i] = 39 - i;
  nn_samples_gather (samples, indices, 40, TRUE, 9, 3, whole, labels);
  for (int row = 0; row < 40; row++) {
    real alone[PIXELS], plain[PIXELS], next_epoch[PIXELS], other_seed[PIXELS];

    nn_samples_gather (samples, &indices[row], 1, TRUE, 9, 3, alone, labels);
    nn_samples_gather (samples, &indices[row], 1, FALSE, 9, 3, plain, labels);
    nn_samples_gather (samples, &indices[row], 1, TRUE, 9, 4, next_epoch, labels);
    nn_samples_gather (samples, &indices[row], 1, TRUE, 10, 3, other_seed, labels);
    g_assert_cmpmem (alone, row_bytes, whole + row * PIXELS, row_bytes);
    g_assert_cmpint (memcmp (alone, plain, row_bytes), !=, 0);
    g_assert_cmpint (memcmp (alone, next_epoch, row_bytes), !=, 0);
    g_assert_cmpint (memcmp (alone, other_seed, row_bytes), !=, 0);
    for (int i = 0; i < PIXELS; i++)
      g_assert_true (plain[i] ==
                     (real)dataset->train.images[indices[row] * PIXELS + i] / (real)255);
  }
}

/* ---- what an augmentation does ---- */

static void
draw_bar (guint8 *picture, int left, int top, int width, int height)
{
  memset (picture, 0, PIXELS);
  for (int y = top; y < top + height; y++)
    memset (picture + y * 28 + left, 255, width);
}

typedef struct {
  double mass, x, y;
  double angle;         /* of the principal axis, radians */
  double width, height; /* standard deviations, pixels */
} Moments;

static Moments
measure (const guint8 *picture)
{
  Moments m = {0};
  double xx = 0, yy = 0, xy = 0;

  for (int i = 0; i < PIXELS; i++) {
    m.mass += picture[i];
    m.x += picture[i] * (i % 28);
    m.y += picture[i] * (double)(i / 28);
  }
  m.x /= m.mass;
  m.y /= m.mass;
  for (int i = 0; i < PIXELS; i++) {
    double dx = i % 28 - m.x, dy = i / 28 - m.y;

    xx += picture[i] * dx * dx;
    yy += picture[i] * dy * dy;
    xy += picture[i] * dx * dy;
  }
  m.angle = 0.5 * atan2 (2 * xy, xx - yy);
  m.width = sqrt (xx / m.mass);
  m.height = sqrt (yy / m.mass);
  return m;
}

static Moments
augmented (NnAugmentation augmentation, guint32 index, const guint8 *source)
{
  NnRng rng = nn_rng (5, NN_STREAM_AUGMENTATION, 0, index * 64ull);
  guint8 target[PIXELS];

  nn_augment (&augmentation, &rng, source, target);
  return measure (target);
}

static void
test_no_augmentation (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 20, 1);
  NnAugmentation none = {0};

  g_assert_true (nn_augmentation_is_none (&none));
  g_assert_false (nn_augmentation_is_none (&strong));
  for (guint32 i = 0; i < 20; i++) {
    NnRng rng = nn_rng (5, NN_STREAM_AUGMENTATION, 0, i * 64ull);
    guint8 target[PIXELS];

    nn_augment (&none, &rng, dataset->train.images + i * PIXELS, target);
    g_assert_cmpmem (target, PIXELS, dataset->train.images + i * PIXELS, PIXELS);
  }
}

/* Each kind alone, over many draws: as far as asked for, both ways, and nothing else. */
static void
test_shift (void)
{
  guint8 bar[PIXELS];
  double low = 0, high = 0;
  Moments before;

  draw_bar (bar, 8, 12, 12, 4);
  before = measure (bar);
  for (guint32 i = 0; i < 300; i++) {
    Moments after = augmented ((NnAugmentation){.shift = 3}, i, bar);

    g_assert_cmpfloat_with_epsilon (after.mass, before.mass, 0.01 * before.mass);
    g_assert_cmpfloat (fabs (after.x - before.x), <, 3.02);
    g_assert_cmpfloat (fabs (after.y - before.y), <, 3.02);
    low = MIN (low, after.x - before.x);
    high = MAX (high, after.x - before.x);
  }
  g_assert_cmpfloat (low, <, -2.7);
  g_assert_cmpfloat (high, >, 2.7);
}

static void
test_rotation (void)
{
  guint8 bar[PIXELS];
  double low = 0, high = 0;

  draw_bar (bar, 6, 13, 17, 3); /* its middle is MNIST's centre of mass: (14, 14) */
  for (guint32 i = 0; i < 300; i++) {
    Moments after = augmented ((NnAugmentation){.rotation = 30}, i, bar);

    g_assert_cmpfloat_with_epsilon (after.x, 14, 0.05);
    g_assert_cmpfloat_with_epsilon (after.y, 14, 0.05);
    g_assert_cmpfloat (fabs (after.angle), <, 30.5 * G_PI / 180);
    low = MIN (low, after.angle);
    high = MAX (high, after.angle);
  }
  g_assert_cmpfloat (low, <, -27 * G_PI / 180);
  g_assert_cmpfloat (high, >, 27 * G_PI / 180);
}

static void
test_larger_or_smaller (void)
{
  guint8 square[PIXELS];
  double low = 9, high = 0, most_apart = 0;
  Moments before;

  draw_bar (square, 7, 7, 15, 15);
  before = measure (square);
  for (guint32 i = 0; i < 300; i++) {
    Moments after = augmented ((NnAugmentation){.scale = 0.25}, i, square);
    double wider = after.width / before.width, taller = after.height / before.height;

    g_assert_cmpfloat_with_epsilon (after.x, 14, 0.05);
    g_assert_cmpfloat_with_epsilon (after.y, 14, 0.05);
    low = MIN (low, MIN (wider, taller));
    high = MAX (high, MAX (wider, taller));
    most_apart = MAX (most_apart, fabs (wider - taller));
  }
  g_assert_cmpfloat_with_epsilon (low, 0.75, 0.02);
  g_assert_cmpfloat_with_epsilon (high, 1.25, 0.02);
  g_assert_cmpfloat (most_apart, >, 0.35);
}

/* A long bar, thickened by w, has w more rows of ink; and it stays as dark however thin. */
static void
test_stroke_width (void)
{
  guint8 bar[PIXELS];
  double low = 9, high = 0;

  draw_bar (bar, 4, 11, 20, 6);
  for (guint32 i = 0; i < 300; i++) {
    NnAugmentation augmentation = {.stroke_width = 2.5};
    NnRng rng = nn_rng (5, NN_STREAM_AUGMENTATION, 0, i * 64ull);
    guint8 target[PIXELS];
    double thickness = 0;
    int darkest = 0;

    nn_augment (&augmentation, &rng, bar, target);
    for (int y = 0; y < 28; y++)
      thickness += target[y * 28 + 14] / 255.0;
    for (int k = 0; k < PIXELS; k++)
      darkest = MAX (darkest, target[k]);
    g_assert_cmpint (darkest, ==, 255);
    low = MIN (low, thickness);
    high = MAX (high, thickness);
  }
  g_assert_cmpfloat_with_epsilon (low, 6 - 2.5, 0.1);
  g_assert_cmpfloat_with_epsilon (high, 6 + 2.5, 0.1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prepare/spec/default", test_spec_default);
  g_test_add_func ("/prepare/spec/round-trip", test_spec_round_trip);
  g_test_add_func ("/prepare/spec/errors", test_spec_errors);
  g_test_add_func ("/prepare/samples/borrowed", test_borrowed);
  g_test_add_func ("/prepare/samples/outlives-dataset", test_outlives_dataset);
  g_test_add_func ("/prepare/samples/split", test_split);
  g_test_add_func ("/prepare/samples/split-by-seed", test_split_by_seed);
  g_test_add_func ("/prepare/samples/other-formats", test_other_formats);
  g_test_add_func ("/prepare/samples/impossible-shape", test_impossible_shape);
  g_test_add_func ("/prepare/samples/digits", test_digits);
  g_test_add_func ("/prepare/gather/scale", test_scale);
  g_test_add_func ("/prepare/gather/reproducible", test_augmentation_is_reproducible);
  g_test_add_func ("/prepare/augment/none", test_no_augmentation);
  g_test_add_func ("/prepare/augment/shift", test_shift);
  g_test_add_func ("/prepare/augment/rotation", test_rotation);
  g_test_add_func ("/prepare/augment/scale", test_larger_or_smaller);
  g_test_add_func ("/prepare/augment/stroke-width", test_stroke_width);
  return g_test_run ();
}
