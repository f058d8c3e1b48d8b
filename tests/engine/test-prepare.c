/* test-prepare.c: the recipe's preparation, the split, batches and augmentation. */
#include "engine/collect/dataset.h"
#include "engine/error.h"
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

/* Written as text, they are the same. */
static char *
to_text (const NnPrepareSpec *spec)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;

  nn_prepare_spec_write (spec, builder);
  node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

static void
assert_specs_equal (const NnPrepareSpec *a, const NnPrepareSpec *b)
{
  g_autofree char *text_a = to_text (a), *text_b = to_text (b);

  g_assert_cmpstr (text_a, ==, text_b);
}

static void
test_spec_default (void)
{
  g_autoptr (GError) error = NULL;
  NnPrepareSpec expected = {.side = 28,
                            .invert = TRUE,
                            .ink = {TRUE, TRUE, TRUE, 20, TRUE},
                            .scale = NN_SCALE_UNIT,
                            .augmentation = {.elastic_smoothing = 4}};
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
  const double numbers[] = {0.25, -3, 0.5, 1e-3};
  NnPrepareSpec written = {.side = 28,
                           .ink = {FALSE, TRUE, FALSE, 24, FALSE},
                           .scale = NN_SCALE_NONE,
                           .noise = 0.125,
                           .standardise = TRUE,
                           .fit = nn_fit_new (2, numbers),
                           .validation_fraction = 0.15,
                           .test_fraction = 0.3,
                           .augmentation = {2, 12.5, 0.1, 15, 34, 5, 1.25}};
  g_autofree char *text = to_text (&written);
  g_autoptr (GError) error = NULL;
  NnPrepareSpec read;

  g_assert_true (parse (text, &read, &error));
  g_assert_no_error (error);
  assert_specs_equal (&written, &read);
  g_assert_cmpuint (read.fit->n, ==, 2);
  g_assert_cmpmem (read.fit->numbers, sizeof numbers, numbers, sizeof numbers);
  g_assert_true (nn_prepare_spec_same_samples (&written, &read, FALSE));
  read.ink.crop = TRUE;
  g_assert_false (nn_prepare_spec_same_samples (&written, &read, FALSE));
  g_assert_true (nn_prepare_spec_same_samples (&written, &read, TRUE));
  read.noise = 0;
  g_assert_false (nn_prepare_spec_same_samples (&written, &read, TRUE));
  nn_prepare_spec_set_fit (&read, NULL);
  nn_fit_unref (written.fit);
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
      {"{\"augmentation\": {\"shear\": 61}}", "prepare.augmentation.shear: "},
      {"{\"augmentation\": {\"elastic_smoothing\": 0}}",
       "prepare.augmentation.elastic_smoothing: "},
      {"{\"field\": 29}", "prepare.field: "},
      {"{\"crop\": 1}", "prepare.crop: "},
      {"{\"noise\": 2}", "prepare.noise: "},
      {"{\"test_fraction\": 1}", "prepare.test_fraction: "},
      {"{\"fit\": {\"mean\": [1]}}", "prepare.fit.deviation: "},
      {"{\"fit\": {\"mean\": [], \"deviation\": []}}", "prepare.fit.mean: "},
      {"{\"fit\": {\"mean\": [1, 2], \"deviation\": [1]}}", "prepare.fit.deviation: "},
      {"{\"fit\": {\"mean\": [0], \"deviation\": [0]}}", "prepare.fit.deviation[0]: "},
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

/* The test part drawn anew: every sample of either part is in one of the three, once, and each
 * class in each by its share. */
static void
test_split_in_three (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 700, 200);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  guint8 seen[900] = {0};
  int all[3] = {0}, held[3];

  spec.test_fraction = 0.3;
  spec.validation_fraction = 0.1;
  for (gsize i = 0; i < 900; i++)
    all[i < 700 ? dataset->train.labels[i] : dataset->test.labels[i - 700]]++;
  for (NnPart part = NN_PART_TRAIN; part <= NN_PART_TEST; part++) {
    const double shares[] = {0.7 * 0.9, 0.7 * 0.1, 0.3};
    g_autoptr (NnSamples) samples = make_samples (dataset, &spec, part, 4);

    count_classes (samples, held);
    for (int class = 0; class < 3; class ++)
      g_assert_cmpfloat (fabs (held[class] - shares[part] * all[class]), <=, 1);
    for (gsize i = 0; i < samples->count; i++) {
      guint32 from = samples->source[i];
      const NnExamples *examples = from < 700 ? &dataset->train : &dataset->test;
      gsize place = from < 700 ? from : from - 700;

      seen[from]++;
      g_assert_cmpint (samples->labels[i], ==, examples->labels[place]);
      g_assert_cmpmem (samples->images + i * PIXELS, PIXELS, examples->images + place * PIXELS,
                       PIXELS);
    }
  }
  for (int i = 0; i < 900; i++)
    g_assert_cmpint (seen[i], ==, 1);
}

/* Without a validation part the test part validates, drawn anew or not. */
static void
test_test_part_validates (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 70, 20);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  g_autoptr (NnSamples) test = NULL, validation = NULL;

  spec.test_fraction = 0.5;
  test = make_samples (dataset, &spec, NN_PART_TEST, 4);
  validation = make_samples (dataset, &spec, NN_PART_VALIDATION, 4);
  g_assert_cmpmem (test->source, test->count * 4, validation->source, validation->count * 4);
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

/* By the training part alone, in each of the parts, and saved with the recipe. */
static void
test_standardise (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 70, 20);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  g_autofree real *x = g_new (real, 70 * PIXELS);
  guint32 indices[70];
  guint8 labels[70];
  double sum = 0, squares = 0;
  const double other[] = {0.25, 0.5};

  spec.standardise = TRUE;
  spec.validation_fraction = 0.3;
  memset (dataset->test.images, 255, 20 * PIXELS); /* it must not be looked at */
  g_autoptr (NnSamples) train = make_samples (dataset, &spec, NN_PART_TRAIN, 1);
  g_autoptr (NnSamples) validation = make_samples (dataset, &spec, NN_PART_VALIDATION, 1);
  g_autoptr (NnSamples) test = make_samples (dataset, &spec, NN_PART_TEST, 1);
  g_autoptr (NnSamples) given = NULL;
  double mean = train->spec.fit->numbers[0], deviation = train->spec.fit->numbers[1];

  for (guint32 i = 0; i < 70; i++)
    indices[i] = i;
  g_assert_cmpuint (train->spec.fit->n, ==, 1);
  nn_samples_gather (train, indices, (int)train->count, TRUE, 1, 0, x, labels);
  for (gsize i = 0; i < train->count * PIXELS; i++) {
    sum += x[i];
    squares += x[i] * x[i];
  }
  g_assert_cmpfloat_with_epsilon (sum / (double)(train->count * PIXELS), 0, 1e-5);
  g_assert_cmpfloat_with_epsilon (squares / (double)(train->count * PIXELS), 1, 1e-5);
  for (int part = 0; part < 2; part++) {
    const NnSamples *samples = part == 0 ? validation : test;

    g_assert_cmpfloat (samples->spec.fit->numbers[0], ==, mean);
    g_assert_cmpfloat (samples->spec.fit->numbers[1], ==, deviation);
  }
  nn_samples_gather (test, indices, 1, FALSE, 1, 0, x, labels);
  g_assert_cmpfloat_with_epsilon (x[0], (1 - mean) / deviation, 1e-5);
  nn_prepare_pixels (&test->spec, dataset->test.images, x + PIXELS);
  g_assert_cmpmem (x, PIXELS * sizeof *x, x + PIXELS, PIXELS * sizeof *x);

  spec.fit = nn_fit_new (1, other); /* a recipe that has its numbers keeps them */
  given = make_samples (dataset, &spec, NN_PART_TRAIN, 1);
  g_assert_cmpfloat (given->spec.fit->numbers[0], ==, 0.25);
  nn_fit_unref (spec.fit);
}

/* Training pictures alone, normal, as strong as asked for, other numbers for each sample and epoch.
 */
static void
test_noise (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (28, 1, 255, 40, 1);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  g_autofree real *noisy = g_new (real, 40 * PIXELS), *plain = g_new (real, 40 * PIXELS);
  g_autofree real *next = g_new (real, 40 * PIXELS);
  guint32 indices[40];
  guint8 labels[40];

  for (guint32 i = 0; i < 40; i++)
    indices[i] = i;
  spec.noise = 0.2;
  for (spec.scale = NN_SCALE_UNIT; spec.scale <= NN_SCALE_NONE; spec.scale++) {
    g_autoptr (NnSamples) samples = make_samples (dataset, &spec, NN_PART_TRAIN, 1);
    double range = spec.scale == NN_SCALE_UNIT ? 1 : 255, sum = 0, squares = 0, within = 0;
    double n = 40 * PIXELS;

    nn_samples_gather (samples, indices, 40, FALSE, 9, 3, plain, labels);
    nn_samples_gather (samples, indices, 40, TRUE, 9, 3, noisy, labels);
    nn_samples_gather (samples, indices, 40, TRUE, 9, 4, next, labels);
    g_assert_cmpfloat (plain[5], ==, (real)dataset->train.images[5] / (real)(255 / range));
    g_assert_cmpint (memcmp (noisy, next, 40 * PIXELS * sizeof *next), !=, 0);
    for (int i = 0; i < 40 * PIXELS; i++) {
      double added = (noisy[i] - plain[i]) / range;

      sum += added;
      squares += added * added;
      within += fabs (added) < 0.2;
    }
    g_assert_cmpfloat_with_epsilon (sum / n, 0, 0.005);
    g_assert_cmpfloat_with_epsilon (sqrt (squares / n), 0.2, 0.003);
    g_assert_cmpfloat_with_epsilon (within / n, 0.66, 0.02); /* a normal number: 0.683 */
  }
}

static const NnAugmentation strong = {.shift = 3,
                                      .rotation = 20,
                                      .scale = 0.2,
                                      .shear = 10,
                                      .elastic = 30,
                                      .elastic_smoothing = 4,
                                      .stroke_width = 2};

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
  g_test_add_func ("/prepare/samples/split-in-three", test_split_in_three);
  g_test_add_func ("/prepare/samples/test-part-validates", test_test_part_validates);
  g_test_add_func ("/prepare/samples/other-formats", test_other_formats);
  g_test_add_func ("/prepare/samples/impossible-shape", test_impossible_shape);
  g_test_add_func ("/prepare/samples/digits", test_digits);
  g_test_add_func ("/prepare/gather/scale", test_scale);
  g_test_add_func ("/prepare/gather/standardise", test_standardise);
  g_test_add_func ("/prepare/gather/noise", test_noise);
  g_test_add_func ("/prepare/gather/reproducible", test_augmentation_is_reproducible);
  return g_test_run ();
}
