/* test-loss.c: losses against reference numbers, and at the ends of the range. */
#include "training-fixture.h"

#include <math.h>

#define ROWS 2
#define OUTPUTS 3

/* The losses and gradients of PyTorch 1.13 in double precision, functions named at each. */
typedef struct {
  NnLossKind kind;
  const char *function; /* of the closing layer */
  double loss;          /* mean over the batch */
  real gradient[ROWS * OUTPUTS];
} Reference;

static const real logits[ROWS * OUTPUTS] = {1, 2, 3, -1, 0.5, 4};
static const guint8 labels[ROWS] = {2, 0};

static const Reference references[] = {
    /* cross_entropy */
    {NN_LOSS_SOFTMAX_CROSS_ENTROPY,
     "softmax",
     2.7219377648,
     {0.0450152866, 0.1223642355, -0.1673795221, -0.4967510283, 0.0145608808, 0.4821901476}},
    {NN_LOSS_SOFTMAX_CROSS_ENTROPY,
     "linear",
     2.7219377648,
     {0.0450152866, 0.1223642355, -0.1673795221, -0.4967510283, 0.0145608808, 0.4821901476}},
    /* binary_cross_entropy_with_logits, summed over the outputs */
    {NN_LOSS_BINARY_CROSS_ENTROPY,
     "sigmoid",
     4.8971328249,
     {0.3655292893, 0.4403985390, -0.0237129366, -0.3655292893, 0.3112296656, 0.4910068950}},
    /* mse_loss of sigmoid and of the numbers themselves */
    {NN_LOSS_MEAN_SQUARED_ERROR,
     "sigmoid",
     0.5331254499,
     {0.0479116135, 0.0308260144, -0.0007141808, -0.0479116135, 0.0487600845, 0.0057816737}},
    {NN_LOSS_MEAN_SQUARED_ERROR,
     "linear",
     4.8750000000,
     {0.3333333333, 0.6666666667, 0.6666666667, -0.6666666667, 0.1666666667, 1.3333333333}},
    /* binary_cross_entropy of softmax, summed over the outputs */
    {NN_LOSS_BINARY_CROSS_ENTROPY,
     "softmax",
     4.5916541318,
     {0.0754443987, 0.2326219959, -0.3080663946, -0.5848122724, -0.3651045958, 0.9499168682}},
};

/* Returns: a network that is nothing but @function, behind a layer that only passes on: so the
 * gradient by the function's input can be read. */
static NnNetwork *
make_closing (const char *function, int outputs)
{
  g_autofree char *layers =
      g_strdup_printf ("{ \"type\": \"dense\", \"units\": %d, \"initialiser\": \"zeros\" }, "
                       "{ \"type\": \"activation\", \"function\": \"%s\" }",
                       outputs, function);
  g_autoptr (NnExperiment) experiment = make_experiment (
      "", layers, "\"loss\": \"mean-squared-error\", \"optimizer\": { \"type\": \"sgd\" }");
  NnNetwork *network = make_network (experiment, outputs, ROWS, NULL);

  for (int i = 0; i < outputs; i++)
    network->layers[0]->parameters[0].value[i * outputs + i] = 1;
  return network;
}

static void
test_reference (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (references); i++) {
    const Reference *reference = &references[i];
    g_autoptr (NnNetwork) network = make_closing (reference->function, OUTPUTS);
    NnRun run = {.batch = ROWS, .training = TRUE};
    real dy[ROWS * OUTPUTS];

    nn_network_forward (network, &run, logits);
    NnLossSum sum = nn_loss_evaluate (reference->kind, network, &run, labels, dy);
    g_assert_cmpfloat_with_epsilon (sum.loss / ROWS, reference->loss, 2e-6);
    g_assert_cmpuint (sum.n_correct, ==, 1);

    nn_network_backward (network, &run, nn_loss_last_layer (reference->kind, network), dy);
    for (int k = 0; k < ROWS * OUTPUTS; k++)
      g_assert_cmpfloat_with_epsilon (network->layers[0]->dy[k], reference->gradient[k], 1e-6);
  }
}

static void
test_extremes (void)
{
  static const real extremes[ROWS * OUTPUTS] = {1e4, -1e4, 0, -1e4, -1e4, 1e4};
  static const guint8 wrong[ROWS] = {1, 0};
  g_autoptr (NnNetwork) softmax = make_closing ("softmax", OUTPUTS);
  g_autoptr (NnNetwork) sigmoid = make_closing ("sigmoid", OUTPUTS);
  NnRun run = {.batch = ROWS, .training = TRUE};
  real dy[ROWS * OUTPUTS];

  nn_network_forward (softmax, &run, extremes);
  NnLossSum sum = nn_loss_evaluate (NN_LOSS_SOFTMAX_CROSS_ENTROPY, softmax, &run, wrong, dy);
  g_assert_cmpfloat (sum.loss, ==, 4e4); /* 2·10⁴ each: p of the label is far below any number */
  g_assert_cmpuint (sum.n_correct, ==, 0);
  g_assert_cmpfloat (dy[0], ==, 0.5f);
  g_assert_cmpfloat (dy[1], ==, -0.5f);

  nn_network_forward (sigmoid, &run, extremes);
  sum = nn_loss_evaluate (NN_LOSS_BINARY_CROSS_ENTROPY, sigmoid, &run, wrong, dy);
  g_assert_cmpfloat_with_epsilon (sum.loss, 4e4 + log (2), 1e-6);
  g_assert_cmpfloat (dy[0], ==, 0.5f);
  g_assert_cmpfloat (dy[1], ==, -0.5f);
  g_assert_cmpfloat (dy[2], ==, 0.25f);
  for (int k = 0; k < ROWS * OUTPUTS; k++)
    g_assert_true (isfinite (dy[k]));
}

/* What is not a number stays visible. */
static void
test_not_finite (void)
{
  static const struct {
    NnLossKind kind;
    const char *function;
  } cases[] = {
      {NN_LOSS_SOFTMAX_CROSS_ENTROPY, "softmax"}, {NN_LOSS_SOFTMAX_CROSS_ENTROPY, "linear"},
      {NN_LOSS_BINARY_CROSS_ENTROPY, "sigmoid"},  {NN_LOSS_BINARY_CROSS_ENTROPY, "linear"},
      {NN_LOSS_MEAN_SQUARED_ERROR, "linear"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int position = 0; position < OUTPUTS; position++) {
      g_autoptr (NnNetwork) network = make_closing (cases[i].function, OUTPUTS);
      NnRun run = {.batch = 1};
      real x[OUTPUTS] = {0.5, 0.25, 0.125};

      x[position] = NAN;
      nn_network_forward (network, &run, x);
      NnLossSum sum = nn_loss_evaluate (cases[i].kind, network, &run, labels, NULL);
      g_assert_true (isnan (sum.loss));
    }
}

static void
test_probabilities (void)
{
  static const struct {
    const char *function;
    double first, sum; /* of the first sample */
  } cases[] = {
      {"softmax", 0.0900305732, 1},
      {"linear", 0.0900305732, 1},
      {"sigmoid", 0.7310585786, 2.5644297827},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (NnNetwork) network = make_closing (cases[i].function, OUTPUTS);
    NnRun run = {.batch = ROWS};
    real p[ROWS * OUTPUTS];

    nn_network_forward (network, &run, logits);
    nn_loss_probabilities (network, ROWS, p);
    g_assert_cmpfloat_with_epsilon (p[0], cases[i].first, 1e-6);
    g_assert_cmpfloat_with_epsilon (p[0] + p[1] + p[2], cases[i].sum, 1e-6);
    g_assert_cmpint (nn_argmax (p + OUTPUTS, OUTPUTS), ==, 2);
  }
}

static void
test_argmax (void)
{
  g_assert_cmpint (nn_argmax ((const real[]){3}, 1), ==, 0);
  g_assert_cmpint (nn_argmax ((const real[]){-3, -1, -2}, 3), ==, 1);
  g_assert_cmpint (nn_argmax ((const real[]){1, 2, 2}, 3), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loss/reference", test_reference);
  g_test_add_func ("/loss/extremes", test_extremes);
  g_test_add_func ("/loss/not-finite", test_not_finite);
  g_test_add_func ("/loss/probabilities", test_probabilities);
  g_test_add_func ("/loss/argmax", test_argmax);
  return g_test_run ();
}
