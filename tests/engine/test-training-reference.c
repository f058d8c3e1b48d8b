/* test-training-reference.c: ten steps in double precision, number by number with PyTorch's. */
#include "training-fixture.h"
#include "training-reference.h"

#define SAMPLES 12
#define PIXELS 6
#define HIDDEN 5
#define CLASSES 3
#define STEPS 10
#define TOLERANCE 1e-10

typedef struct {
  const char *closing, *train;
  const double *losses, *weight_0, *bias_0, *weight_1, *bias_1;
} Reference;

/* Where the six inked pixels of a picture are; all others are black. */
static int
pixel_position (int pixel)
{
  return 7 + 100 * pixel;
}

static NnDataset *
make_pictures (void)
{
  NnDataset *dataset = make_dataset (SAMPLES, 0, CLASSES);

  memset (dataset->train.images, 0, SAMPLES * 784);
  for (int i = 0; i < SAMPLES; i++) {
    dataset->train.labels[i] = i * i % CLASSES;
    for (int j = 0; j < PIXELS; j++)
      dataset->train.images[i * 784 + pixel_position (j)] = (i * 53 + j * 97 + i * j * 29) % 256;
  }
  return dataset;
}

static void
set_start (NnNetwork *network)
{
  NnLayer *first = network->layers[0], *second = network->layers[2];

  memset (network->parameters.data, 0, block_bytes (&network->parameters));
  for (int o = 0; o < HIDDEN; o++) {
    for (int j = 0; j < PIXELS; j++)
      first->parameters[0].value[o * 784 + pixel_position (j)] =
          ((o * 31 + j * 17) % 23 - 11) / 20.0;
    first->parameters[1].value[o] = (o - 2) / 10.0;
    for (int c = 0; c < CLASSES; c++)
      second->parameters[0].value[c * HIDDEN + o] = ((c * 13 + o * 7) % 11 - 5) / 8.0;
  }
}

static void
assert_close (const real *values, const double *expected, int n)
{
  for (int i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (values[i], expected[i], TOLERANCE);
}

/* The weights of pixels that are always black have no gradient: they stay exactly 0. */
static void
assert_first_weight (const real *weight, const double *expected)
{
  for (int o = 0; o < HIDDEN; o++)
    for (int p = 0; p < 784; p++) {
      int j = p / 100;
      if (j < PIXELS && p == pixel_position (j))
        g_assert_cmpfloat_with_epsilon (weight[o * 784 + p], expected[o * PIXELS + j], TOLERANCE);
      else
        g_assert_cmpfloat (weight[o * 784 + p], ==, 0);
    }
}

static void
test_reference (gconstpointer data)
{
  const Reference *reference = data;
  g_autofree char *layers = g_strdup_printf ("{ \"type\": \"dense\", \"units\": 5 }, { \"type\": "
                                             "\"activation\", \"function\": \"tanh\" }, "
                                             "{ \"type\": \"dense\", \"units\": 3 }, "
                                             "{ \"type\": \"activation\", \"function\": \"%s\" }",
                                             reference->closing);
  g_autofree char *train = g_strdup_printf (
      "%s, \"batch_size\": 5, \"epochs\": 10, \"shuffle\": false", reference->train);
  g_autoptr (NnExperiment) experiment = make_experiment ("", layers, train);
  g_autoptr (NnDataset) dataset = make_pictures ();
  g_autoptr (NnTraining) training = make_training (experiment, dataset, 2);
  NnNetwork *network = nn_training_network (training);

  set_start (network);
  for (int step = 0; step < STEPS; step++) {
    NnStepResult result;
    NnEpochResult epoch;
    take_step (training, &result);
    g_assert_cmpfloat_with_epsilon (result.loss, reference->losses[step], TOLERANCE);
    if (nn_training_epoch_done (training))
      nn_training_close_epoch (training, &epoch);
  }
  assert_first_weight (network->layers[0]->parameters[0].value, reference->weight_0);
  assert_close (network->layers[0]->parameters[1].value, reference->bias_0, HIDDEN);
  assert_close (network->layers[2]->parameters[0].value, reference->weight_1, HIDDEN * CLASSES);
  assert_close (network->layers[2]->parameters[1].value, reference->bias_1, CLASSES);
}

#define NUMBERS(name)                                                                              \
  .losses = name##_losses, .weight_0 = name##_weight_0, .bias_0 = name##_bias_0,                   \
  .weight_1 = name##_weight_1, .bias_1 = name##_bias_1

int
main (int argc, char **argv)
{
  static const Reference adam = {
      .closing = "softmax",
      .train = "\"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"adam\", "
               "\"learning_rate\": 0.05, \"epsilon\": 1e-7 }",
      NUMBERS (adam),
  };
  static const Reference nesterov = {
      .closing = "softmax",
      .train = "\"loss\": \"softmax-cross-entropy\", \"l2\": 0.01, \"optimizer\": { \"type\": "
               "\"nesterov\", \"learning_rate\": 0.2, \"momentum\": 0.9 }",
      NUMBERS (nesterov),
  };
  static const Reference rmsprop = {
      .closing = "sigmoid",
      .train = "\"loss\": \"mean-squared-error\", \"optimizer\": { \"type\": \"rmsprop\", "
               "\"learning_rate\": 0.02, \"rho\": 0.9, \"epsilon\": 1e-7 }",
      NUMBERS (rmsprop),
  };
  static const Reference momentum = {
      .closing = "sigmoid",
      .train = "\"loss\": \"binary-cross-entropy\", \"optimizer\": { \"type\": \"momentum\", "
               "\"learning_rate\": 0.1, \"momentum\": 0.8 }",
      NUMBERS (momentum),
  };

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/training/reference/adam", &adam, test_reference);
  g_test_add_data_func ("/training/reference/nesterov", &nesterov, test_reference);
  g_test_add_data_func ("/training/reference/rmsprop", &rmsprop, test_reference);
  g_test_add_data_func ("/training/reference/momentum", &momentum, test_reference);
  return g_test_run ();
}
