/* test-loss-gradient.c: in double precision, each loss's gradient against central differences. */
#include "training-fixture.h"

#include <math.h>

#define INPUTS 5
#define OUTPUTS 4
#define MAX_ROWS 4
#define ROWS 3 /* a last, partial batch */
#define STEP 1e-5

typedef struct {
  NnLossKind kind;
  const char *closing; /* layer after the dense ones, as JSON, or "" */
  gboolean fused;
} Case;

static const real x[ROWS * INPUTS] = {0.3, -1.2, 0.8, 0.1, 0.9,  -0.4, 0.7, 0.2,
                                      1.1, -0.6, 1.4, 0.5, -0.9, 0.6,  0.2};
static const guint8 labels[ROWS] = {2, 0, 3};

static double
mean_loss (NnNetwork *network, NnLossKind kind, real *dy)
{
  NnRun run = {.batch = ROWS, .training = TRUE};

  nn_network_forward (network, &run, x);
  return nn_loss_evaluate (kind, network, &run, labels, dy).loss / ROWS;
}

static void
test_gradient (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *layers = g_strdup_printf ("{ \"type\": \"dense\", \"units\": 3 }, { \"type\": "
                                             "\"activation\", \"function\": \"tanh\" }, "
                                             "{ \"type\": \"dense\", \"units\": %d } %s",
                                             OUTPUTS, c->closing);
  g_autoptr (NnExperiment) experiment = make_experiment (
      "", layers, "\"loss\": \"mean-squared-error\", \"optimizer\": { \"type\": \"sgd\" }");
  g_autoptr (NnNetwork) network = make_network (experiment, INPUTS, MAX_ROWS, NULL);
  NnRun run = {.batch = ROWS, .training = TRUE};
  real dy[MAX_ROWS * OUTPUTS] = {0};
  int last = nn_loss_last_layer (c->kind, network), checked = 0;

  g_assert_cmpint (last, ==, network->n_layers - (c->fused ? 2 : 1));
  mean_loss (network, c->kind, dy);
  nn_network_backward (network, &run, last, dy);
  for (gsize i = 0; i < network->parameters.reserved; i++) {
    real *value = &network->parameters.data[i], kept = *value;
    double gradient = network->gradients.data[i];

    *value = kept + STEP;
    double above = mean_loss (network, c->kind, NULL);
    *value = kept - STEP;
    double below = mean_loss (network, c->kind, NULL);
    *value = kept;

    double difference = (above - below) / (2 * STEP);
    g_assert_cmpfloat (fabs (gradient - difference), <=, 1e-6 * fabs (difference) + 1e-10);
    checked += fabs (difference) > 1e-4;
  }
  g_assert_cmpint (checked, >, 20); /* most of the 34 parameters have something to say */
}

/* A network of nothing but its closing layer: the loss is fused with what there is not. */
static void
test_no_parameters (void)
{
  g_autoptr (NnExperiment) experiment =
      make_experiment ("", "{ \"type\": \"activation\", \"function\": \"softmax\" }",
                       "\"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"sgd\" }");
  g_autoptr (NnNetwork) network = make_network (experiment, INPUTS, MAX_ROWS, NULL);
  NnRun run = {.batch = 1, .training = TRUE};
  real dy[INPUTS];
  double sum = 0;

  nn_network_forward (network, &run, x);
  NnLossSum loss = nn_loss_evaluate (NN_LOSS_SOFTMAX_CROSS_ENTROPY, network, &run, labels, dy);
  for (int k = 0; k < INPUTS; k++)
    sum += exp (x[k]);
  g_assert_cmpfloat_with_epsilon (loss.loss, log (sum) - x[2], 1e-12);
  g_assert_cmpfloat_with_epsilon (dy[1], exp (x[1]) / sum, 1e-12);
  g_assert_cmpfloat_with_epsilon (dy[2], exp (x[2]) / sum - 1, 1e-12);
  nn_network_backward (network, &run, nn_loss_last_layer (experiment->train.loss, network), dy);
}

/* Outputs of tanh below 0 are clipped: the loss there is that of the margin, and flat. */
static void
test_clipping (void)
{
  g_autoptr (NnExperiment) experiment =
      make_experiment ("", "{ \"type\": \"activation\", \"function\": \"linear\" }",
                       "\"loss\": \"binary-cross-entropy\", \"optimizer\": { \"type\": \"sgd\" }");
  g_autoptr (NnNetwork) network = make_network (experiment, 2, 1, NULL);
  NnRun run = {.batch = 1, .training = TRUE};
  const real outputs[] = {-0.5, 0.25};
  const guint8 label = 0;
  real dy[2];

  nn_network_forward (network, &run, outputs);
  NnLossSum loss = nn_loss_evaluate (NN_LOSS_BINARY_CROSS_ENTROPY, network, &run, &label, dy);
  g_assert_cmpfloat_with_epsilon (loss.loss, -log (1e-7) - log (0.75), 1e-12);
  g_assert_cmpfloat (dy[0], ==, 0);
  g_assert_cmpfloat_with_epsilon (dy[1], 1 / 0.75, 1e-12);
}

#define CLOSING(function) ", { \"type\": \"activation\", \"function\": \"" function "\" }"

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    Case c;
  } cases[] = {
      {"/softmax-cross-entropy/fused", {NN_LOSS_SOFTMAX_CROSS_ENTROPY, CLOSING ("softmax"), TRUE}},
      {"/softmax-cross-entropy/logits", {NN_LOSS_SOFTMAX_CROSS_ENTROPY, "", FALSE}},
      {"/softmax-cross-entropy/tanh", {NN_LOSS_SOFTMAX_CROSS_ENTROPY, CLOSING ("tanh"), FALSE}},
      {"/binary-cross-entropy/fused", {NN_LOSS_BINARY_CROSS_ENTROPY, CLOSING ("sigmoid"), TRUE}},
      {"/binary-cross-entropy/softmax", {NN_LOSS_BINARY_CROSS_ENTROPY, CLOSING ("softmax"), FALSE}},
      {"/mean-squared-error/linear", {NN_LOSS_MEAN_SQUARED_ERROR, "", FALSE}},
      {"/mean-squared-error/sigmoid", {NN_LOSS_MEAN_SQUARED_ERROR, CLOSING ("sigmoid"), FALSE}},
      {"/mean-squared-error/softmax", {NN_LOSS_MEAN_SQUARED_ERROR, CLOSING ("softmax"), FALSE}},
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/loss/gradient", cases[i].path, NULL);
    g_test_add_data_func (path, &cases[i].c, test_gradient);
  }
  g_test_add_func ("/loss/no-parameters", test_no_parameters);
  g_test_add_func ("/loss/clipping", test_clipping);
  return g_test_run ();
}
