/* test-pretrained.c: the reader that ships, on MNIST and on what strangers draw. */
#include "drawn-digits.h"

#include "engine/deploy/model.h"
#include "engine/evaluate/metrics.h"
#include "engine/ink/drawing.h"
#include "engine/resources.h"

#include <math.h>
#include <string.h>

#define SIDE 280
#define PIXELS (SIDE * SIDE)

typedef struct {
  NnModel *model;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->model = nn_model_open_pretrained (&error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  nn_model_free (fixture->model);
}

static int
read_ink (NnModel *model, const guint8 *ink)
{
  NnNormalised normalised;
  real probabilities[10];

  g_assert_true (nn_normalise_ink (ink, SIDE, SIDE, SIDE, &normalised));
  return nn_model_predict (model, normalised.pixels, probabilities);
}

static int
read_drawing (NnModel *model, const NnDrawing *drawing, float pen)
{
  static guint8 ink[PIXELS];

  nn_drawing_rasterise (drawing, pen, SIDE, ink);
  return read_ink (model, ink);
}

/* ---- MNIST ---- */

static NnDataset *
load_mnist (void)
{
  NnDataset *mnist = nn_dataset_load (NN_DATASET_MNIST, NULL, NULL);

  if (mnist == NULL)
    g_test_message ("MNIST is not on this machine: nothing to measure by");
  return mnist;
}

static void
test_mnist (Fixture *fixture, gconstpointer data)
{
  g_autoptr (NnDataset) mnist = load_mnist ();
  gsize right = 0;

  if (mnist == NULL)
    return;
  for (gsize i = 0; i < mnist->test.count; i++) {
    real probabilities[10], sum = 0;
    int class =
        nn_model_predict (fixture->model, mnist->test.images + i * NN_DIGIT_PIXELS, probabilities);

    right += class == mnist->test.labels[i];
    for (int k = 0; k < 10; k++) {
      g_assert_cmpfloat (probabilities[k], <=, probabilities[class]);
      sum += probabilities[k];
    }
    g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
  }
  g_test_message ("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, right, mnist->test.count);
  g_assert_cmpuint (right, >=, mnist->test.count * 995 / 1000);
}

/* MNIST's pictures put anywhere on the canvas, every pixel blown up to a square. */
static void
test_mnist_anywhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (NnDataset) mnist = load_mnist ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  g_autofree guint8 *ink = g_malloc (PIXELS);
  int right = 0, n = 2000;

  if (mnist == NULL)
    return;
  for (int i = 0; i < n; i++) {
    const guint8 *picture = mnist->test.images + (gsize)i * NN_DIGIT_PIXELS;
    int zoom = g_rand_int_range (rand, 2, 11);
    int left = g_rand_int_range (rand, 0, SIDE - 28 * zoom + 1);
    int top = g_rand_int_range (rand, 0, SIDE - 28 * zoom + 1);

    memset (ink, 0, PIXELS);
    for (int y = 0; y < 28 * zoom; y++)
      for (int x = 0; x < 28 * zoom; x++)
        ink[(top + y) * SIDE + left + x] = picture[y / zoom * 28 + x / zoom];
    right += read_ink (fixture->model, ink) == mnist->test.labels[i];
  }
  g_test_message ("%d of %d", right, n);
  g_assert_cmpint (right, >=, n * 99 / 100);
}

/* ---- drawings ---- */

typedef struct {
  const char *name;
  float size[2], pen[2];   /* of the digit, of the pen: between these two */
  float slant[2], turn[2]; /* instead of a careless hand's own, where they are not equal */
  float wobble;            /* on top of a careless hand's own */
  int floor;               /* per cent that must be read */
} Manner;

static const Manner manners[] = {
    {"careless", .size = {0.25f, 1.0f}, .pen = {0.02f, 0.1f}, .floor = 99},
    {"thin", .size = {0.4f, 0.9f}, .pen = {0.01f, 0.03f}, .floor = 99},
    {"thick", .size = {0.5f, 0.9f}, .pen = {0.1f, 0.14f}, .floor = 99},
    {"small", .size = {0.2f, 0.4f}, .pen = {0.03f, 0.06f}, .floor = 99},
    {"small and thick", .size = {0.25f, 0.45f}, .pen = {0.06f, 0.1f}, .floor = 98},
    {"large", .size = {0.8f, 1.0f}, .pen = {0.03f, 0.1f}, .floor = 99},
    {"slanted right", .size = {0.3f, 0.9f}, .pen = {0.03f, 0.09f}, .floor = 99,
     .slant = {0.4f, 0.65f}},
    {"slanted left", .size = {0.3f, 0.9f}, .pen = {0.03f, 0.09f}, .floor = 99,
     .slant = {-0.35f, -0.15f}},
    {"turned", .size = {0.3f, 0.9f}, .pen = {0.03f, 0.09f}, .floor = 99, .turn = {-0.35f, 0.35f}},
    {"scribbled", .size = {0.3f, 0.9f}, .pen = {0.03f, 0.09f}, .floor = 98, .slant = {-0.3f, 0.6f},
     .turn = {-0.3f, 0.3f}, .wobble = 0.03f},
    {"shaky", .size = {0.3f, 0.9f}, .pen = {0.03f, 0.09f}, .floor = 99, .wobble = 0.03f},
};

#define HANDS 30 /* for each style of each digit */

static float
draw_from (const float range[2], GRand *rand)
{
  return (float)g_rand_double_range (rand, range[0], range[1]);
}

static int
count_read (NnModel *model, const Manner *manner, int digit, int style, GRand *rand)
{
  int right = 0;

  for (int i = 0; i < HANDS; i++) {
    float pen = draw_from (manner->pen, rand);
    Hand hand = careless_hand (rand, manner->size[0], manner->size[1], pen);
    g_autoptr (NnDrawing) drawing = NULL;

    if (manner->slant[0] < manner->slant[1])
      hand.slant = draw_from (manner->slant, rand);
    if (manner->turn[0] < manner->turn[1])
      hand.turn = draw_from (manner->turn, rand);
    hand.wobble += manner->wobble;
    drawing = drawn_digit (digit, style, &hand, rand);
    right += read_drawing (model, drawing, pen) == digit;
  }
  return right;
}

static void
test_drawings (Fixture *fixture, gconstpointer data)
{
  const Manner *manner = data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (2024);
  int right = 0, n = 0;

  for (int digit = 0; digit < 10; digit++)
    for (int style = 0; style < drawn_digit_n_styles (digit); style++) {
      int read = count_read (fixture->model, manner, digit, style, rand);

      if (read < HANDS)
        g_test_message ("%d in style %d: %d of %d", digit, style, read, HANDS);
      /* Nobody's way to write a digit is left behind. */
      g_assert_cmpint (read, >=, HANDS * 85 / 100);
      right += read;
      n += HANDS;
    }
  g_test_message ("%d of %d", right, n);
  g_assert_cmpint (100 * right, >=, n * manner->floor);
}

/* One drawing, moved to every corner: the same verdict. */
static void
test_anywhere (Fixture *fixture, gconstpointer data)
{
  for (int digit = 0; digit < 10; digit++)
    for (int style = 0; style < drawn_digit_n_styles (digit); style++)
      for (int i = 0; i < 5; i++) {
        static const float places[5][2] = {
            {0.5f, 0.5f}, {0.2f, 0.2f}, {0.8f, 0.2f}, {0.2f, 0.8f}, {0.8f, 0.8f}};
        g_autoptr (GRand) rand = g_rand_new_with_seed (1);
        Hand hand = {.size = 0.3f, .aspect = 0.7f, .x = places[i][0], .y = places[i][1]};
        g_autoptr (NnDrawing) drawing = drawn_digit (digit, style, &hand, rand);

        g_assert_cmpint (read_drawing (fixture->model, drawing, 0.03f), ==, digit);
      }
}

/* ---- the file ---- */

/* What ships was trained by the recipe that ships; and it is small. */
static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "resources", "experiments",
                                                 "pretrained.json", NULL);
  g_autoptr (NnExperiment) recipe = nn_experiment_load_file (path, &error);
  g_autoptr (GBytes) bytes = nn_resource_load ("models/digits.safetensors", NULL);

  g_assert_no_error (error);
  g_assert_true (nn_experiment_equal (fixture->model->experiment, recipe));
  g_assert_cmpint (fixture->model->n_classes, ==, 10);
  g_assert_cmpuint (g_bytes_get_size (bytes), <=, 400 * 1000);
}

static void
add (const char *path, gconstpointer data, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/pretrained/file", NULL, test_file);
  add ("/pretrained/mnist", NULL, test_mnist);
  add ("/pretrained/mnist-anywhere", NULL, test_mnist_anywhere);
  add ("/pretrained/anywhere", NULL, test_anywhere);
  for (gsize i = 0; i < G_N_ELEMENTS (manners); i++) {
    g_autofree char *path = g_strdup_printf ("/pretrained/drawn/%s", manners[i].name);

    add (path, &manners[i], test_drawings);
  }
  return g_test_run ();
}
