/* test-pen-digits.c: the digits that nobody wrote. */
#include "drawn-digits.h"

#include "engine/collect/dataset.h"
#include "engine/collect/pen-digits.h"
#include "engine/collect/pen-styles.h"
#include "engine/design/experiment.h"
#include "engine/error.h"
#include "engine/evaluate/metrics.h"
#include "engine/train/training.h"

#include <math.h>
#include <string.h>

#define SEED 7
#define N_DIGITS 3000
#define BOX 20

/* ---- where they come from ---- */

static void
test_styles (void)
{
  int n, n_styles[10] = {0};
  const NnPenStyle *styles = nn_pen_styles (&n);

  for (int i = 0; i < n; i++) {
    g_assert_cmpint (styles[i].digit, ==, CLAMP (styles[i].digit, 0, 9));
    g_assert_true (i == 0 || styles[i].digit >= styles[i - 1].digit); /* in a row */
    g_assert_cmpint (styles[i].share, >, 0);
    g_assert_cmpint (styles[i].n_forms, >=, 2);
    g_assert_cmpint (styles[i].moves[styles[i].n_points - 1], ==, NN_PEN_UP);
    n_styles[styles[i].digit]++;
  }
  for (int digit = 0; digit < 10; digit++)
    g_assert_cmpint (n_styles[digit], >=, 3);
}

/* A digit is a function of seed and index: alone, among others, by any number of threads. */
static void
test_same_bits (void)
{
  g_autofree guint8 *one = g_malloc (N_DIGITS * NN_DIGIT_PIXELS);
  g_autofree guint8 *many = g_malloc (N_DIGITS * NN_DIGIT_PIXELS);
  guint8 one_labels[N_DIGITS], many_labels[N_DIGITS], alone[NN_DIGIT_PIXELS];

  g_assert_true (nn_pen_digits (SEED, 0, N_DIGITS, 1, one, one_labels, NULL, NULL));
  for (guint threads = 2; threads <= 5; threads += 3) {
    g_assert_true (nn_pen_digits (SEED, 0, N_DIGITS, threads, many, many_labels, NULL, NULL));
    g_assert_cmpmem (one, N_DIGITS * NN_DIGIT_PIXELS, many, N_DIGITS * NN_DIGIT_PIXELS);
    g_assert_cmpmem (one_labels, N_DIGITS, many_labels, N_DIGITS);
  }
  g_assert_true (nn_pen_digits (SEED, 1000, 500, 0, many, many_labels, NULL, NULL));
  g_assert_cmpmem (one + 1000 * NN_DIGIT_PIXELS, 500 * NN_DIGIT_PIXELS, many,
                   500 * NN_DIGIT_PIXELS);
  g_assert_cmpint (nn_pen_digit (SEED, 2999, alone).digit, ==, one_labels[2999]);
  g_assert_cmpmem (one + 2999 * NN_DIGIT_PIXELS, NN_DIGIT_PIXELS, alone, NN_DIGIT_PIXELS);

  nn_pen_digit (SEED + 1, 2999, many);
  g_assert_cmpint (memcmp (many, alone, NN_DIGIT_PIXELS), !=, 0);
  nn_pen_digit (SEED, G_MAXUINT32 * (guint64)8, many); /* far beyond what anybody needs */
}

static void
test_every_class_and_style (void)
{
  int n, n_classes[10] = {0};
  const NnPenStyle *styles = nn_pen_styles (&n);
  g_autofree int *n_of_style = g_new0 (int, n);
  guint8 pixels[NN_DIGIT_PIXELS];

  for (guint64 i = 0; i < N_DIGITS; i++) {
    NnPenSubject subject = nn_pen_digit (SEED, i, pixels);

    g_assert_cmpint (styles[subject.style].digit, ==, subject.digit);
    n_classes[subject.digit]++;
    n_of_style[subject.style]++;
  }
  for (int digit = 0; digit < 10; digit++)
    g_assert_cmpint (n_classes[digit], >, N_DIGITS / 10 * 3 / 4);
  for (int style = 0; style < n; style++)
    g_assert_cmpint (n_of_style[style], >, 0);
}

/* ---- what they look like ---- */

/* As MNIST's: the ink fills 20 pixels and no more, the darkest is 255, the centre of mass is within
 * half a pixel of (14, 14). */
static void
test_normalised (void)
{
  double grey = 0;

  for (guint64 i = 0; i < N_DIGITS; i++) {
    guint8 pixels[NN_DIGIT_PIXELS];
    int left = 28, right = -1, top = 28, bottom = -1, darkest = 0;
    double mass = 0, x_moment = 0, y_moment = 0;

    nn_pen_digit (SEED, i, pixels);
    for (int y = 0; y < NN_DIGIT_SIDE; y++)
      for (int x = 0; x < NN_DIGIT_SIDE; x++) {
        int value = pixels[y * NN_DIGIT_SIDE + x];

        if (value == 0)
          continue;
        left = MIN (left, x);
        right = MAX (right, x);
        top = MIN (top, y);
        bottom = y;
        darkest = MAX (darkest, value);
        mass += value;
        x_moment += value * x;
        y_moment += value * y;
      }
    g_assert_cmpint (MAX (right - left, bottom - top) + 1, >=, BOX - 1);
    g_assert_cmpint (MAX (right - left, bottom - top) + 1, <=, BOX);
    g_assert_cmpint (darkest, ==, 255);
    /* Heavy at one end, a digit stops at the field's edge before its centre gets there. */
    if (left > 0 && top > 0 && right < NN_DIGIT_SIDE - 1 && bottom < NN_DIGIT_SIDE - 1) {
      g_assert_cmpfloat (fabs (x_moment / mass - 14), <=, 0.501);
      g_assert_cmpfloat (fabs (y_moment / mass - 14), <=, 0.501);
    }
    grey += mass / 255 / NN_DIGIT_PIXELS;
  }
  g_assert_cmpfloat (grey / N_DIGITS, >, 0.10); /* MNIST: 0.131 */
  g_assert_cmpfloat (grey / N_DIGITS, <, 0.16);
}

static void
test_data_set (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) set = nn_dataset_load (NN_DATASET_PEN, NULL, &error);
  guint8 pixels[NN_DIGIT_PIXELS];

  g_assert_no_error (error);
  g_assert_cmpuint (set->train.count, ==, 60000);
  g_assert_cmpuint (set->test.count, ==, 10000);
  g_assert_cmpint (set->height, ==, NN_DIGIT_SIDE);
  g_assert_cmpint (set->width, ==, NN_DIGIT_SIDE);
  g_assert_cmpint (set->maximum, ==, 255);
  g_assert_cmpint (set->n_classes, ==, 10);
  g_assert_cmpstr (set->class_names[7], ==, "7");
  g_assert_null (set->origin);
  g_assert_cmpint (nn_pen_digit (1, 60000, pixels).digit, ==, set->test.labels[0]);
  g_assert_cmpmem (set->test.images, NN_DIGIT_PIXELS, pixels, NN_DIGIT_PIXELS);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (nn_dataset_load (NN_DATASET_PEN, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* ---- what they teach ---- */

static NnDataset *
few_digits (gsize n)
{
  NnDataset *set = g_new0 (NnDataset, 1);

  g_atomic_ref_count_init (&set->references);
  set->id = g_strdup (NN_DATASET_PEN);
  set->height = set->width = NN_DIGIT_SIDE;
  set->channels = 1;
  set->maximum = 255;
  set->n_classes = 10;
  set->train.count = n;
  set->train.images = g_malloc_n (n, NN_DIGIT_PIXELS);
  set->train.labels = g_malloc (n);
  g_assert_true (nn_pen_digits (SEED, 0, n, 0, set->train.images, set->train.labels, NULL, NULL));
  return set;
}

static gboolean
reads (NnNetwork *network, int digit, int style, GRand *rand)
{
  g_autofree guint8 *ink = g_malloc (140 * 140);
  Hand hand = careless_hand (rand, 0.4f, 0.9f, 0.07f);
  g_autoptr (NnDrawing) drawing = drawn_digit (digit, style, &hand, rand);
  NnPrepareSpec spec = nn_prepare_spec_default ();
  NnNormalised normalised;
  real x[NN_DIGIT_PIXELS], probabilities[10];
  NnRun run = {.batch = 1};
  int best = 0;

  nn_drawing_rasterise (drawing, 0.07f, 140, ink);
  g_assert_true (nn_normalise_ink (ink, 140, 140, 140, &normalised));
  nn_prepare_pixels (&spec, normalised.pixels, x);
  nn_network_forward (network, &run, x);
  nn_loss_probabilities (network, 1, probabilities);
  for (int class = 1; class < 10; class ++)
    if (probabilities[class] > probabilities[best])
      best = class;
  return best == digit;
}

/* Other people's digits, that is other stroke models than those it has learned from. */
static void
test_teaches_reading (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment = nn_preset_load ("keras-784-64-10", &error);
  g_autoptr (NnDataset) set = few_digits (5000);
  g_autoptr (NnSamples) samples =
      nn_samples_new (set, &experiment->prepare, NN_PART_TRAIN, SEED, &error);
  g_autoptr (NnTraining) training = nn_training_new (experiment, samples, NULL, 2, &error);
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  int n_right = 0, n = 0;

  g_assert_no_error (error);
  while (!nn_training_finished (training)) {
    NnStepResult step;
    NnEpochResult epoch;

    g_assert_true (nn_training_step (training, &step, &error));
    if (nn_training_epoch_done (training))
      nn_training_close_epoch (training, &epoch);
  }
  for (int digit = 0; digit < 10; digit++)
    for (int style = 0; style < drawn_digit_n_styles (digit); style++)
      for (int i = 0; i < 10; i++, n++)
        n_right += reads (nn_training_network (training), digit, style, rand);
  g_test_message ("%d of %d drawn digits", n_right, n);
  g_assert_cmpint (100 * n_right, >, 80 * n);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pen-digits/styles", test_styles);
  g_test_add_func ("/pen-digits/same-bits", test_same_bits);
  g_test_add_func ("/pen-digits/every-class-and-style", test_every_class_and_style);
  g_test_add_func ("/pen-digits/normalised", test_normalised);
  g_test_add_func ("/pen-digits/data-set", test_data_set);
  g_test_add_func ("/pen-digits/cancelled", test_cancelled);
  g_test_add_func ("/pen-digits/teaches-reading", test_teaches_reading);
  return g_test_run ();
}
