/* test-gradients.c: every layer's gradients, in double, against central differences and against
 * PyTorch's. */
#include "gradient-fixture.h"

/* ---- one layer by itself ---- */

static void
test_dense (void)
{
  check_layer (nn_dense_spec (1, NN_INITIALISER_ZEROS), nn_shape_vector (1), 1, 1);
  check_layer (nn_dense_spec (3, NN_INITIALISER_ZEROS), nn_shape_vector (5), 4, 4);
  check_layer (nn_dense_spec (5, NN_INITIALISER_ZEROS), nn_shape_vector (3), 8, 3);
  check_layer (nn_dense_spec (33, NN_INITIALISER_ZEROS), nn_shape_vector (17), 7, 7);
  check_layer (nn_dense_spec (35, NN_INITIALISER_ZEROS), nn_shape_image (3, 5, 2), 300, 2);
  check_layer (nn_dense_spec (67, NN_INITIALISER_ZEROS), nn_shape_vector (131), 260, 1);
}

static void
test_activations (void)
{
  for (int function = NN_FUNCTION_LINEAR; function <= NN_FUNCTION_SOFTMAX; function++) {
    check_layer (nn_activation_spec ((NnFunction)function), nn_shape_vector (1), 1, 1);
    check_layer (nn_activation_spec ((NnFunction)function), nn_shape_vector (7), 5, 5);
    check_layer (nn_activation_spec ((NnFunction)function), nn_shape_vector (7), 5, 2);
    check_layer (nn_activation_spec ((NnFunction)function), nn_shape_image (3, 3, 2), 3, 3);
    check_layer (nn_activation_spec ((NnFunction)function), nn_shape_vector (131), 400, 1);
  }
}

static void
test_dropout (void)
{
  check_layer (nn_dropout_spec (0), nn_shape_vector (9), 4, 4);
  check_layer (nn_dropout_spec (0.4), nn_shape_vector (9), 4, 4);
  check_layer (nn_dropout_spec (0.4), nn_shape_image (3, 5, 1), 900, 3);
}

/* ---- small networks ---- */

static GPtrArray *
deep_specs (NnFunction function, NnFunction closing)
{
  GPtrArray *specs = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (specs, nn_flatten_spec ());
  g_ptr_array_add (specs, nn_dense_spec (7, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, nn_activation_spec (function));
  g_ptr_array_add (specs, nn_flatten_spec ()); /* in the middle gradients flow through it */
  g_ptr_array_add (specs, nn_dropout_spec (0.3));
  g_ptr_array_add (specs, nn_dense_spec (5, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, nn_activation_spec (function));
  g_ptr_array_add (specs, nn_dense_spec (3, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, nn_activation_spec (closing));
  return specs;
}

static void
test_networks (void)
{
  g_autoptr (NnPool) pool = nn_pool_new (3);

  for (int function = NN_FUNCTION_LINEAR; function <= NN_FUNCTION_SOFTMAX; function++) {
    g_autoptr (GPtrArray) specs = deep_specs ((NnFunction)function, NN_FUNCTION_SOFTMAX);

    check_network (specs, nn_shape_image (3, 2, 1), 1, 1, NULL);
    check_network (specs, nn_shape_image (3, 2, 1), 4, 4, pool);
    check_network (specs, nn_shape_image (3, 2, 1), 9, 4, pool);
  }
}

/* Backward may begin one layer before the last, where the loss is fused with the closing one. */
static void
test_fused_end (void)
{
  g_autoptr (GPtrArray) specs = deep_specs (NN_FUNCTION_TANH, NN_FUNCTION_SOFTMAX);
  g_autoptr (NnNetwork) network = build (specs, nn_shape_image (3, 2, 1), 2, NULL);
  NnRun run = {.batch = 2, .training = TRUE, .seed = 7, .step = 3};
  real x[12], w[6], logit_gradient[6];
  gsize n = network->gradients.reserved;
  g_autofree real *gradients = NULL;
  NnLayer *softmax = network->layers[network->n_layers - 1];

  fill (x, 12, 0);
  fill (w, 6, 5000);
  weighted_sum (network, &run, x, w);
  nn_network_backward (network, &run, network->n_layers - 1, w);
  gradients = g_memdup2 (network->gradients.data, n * sizeof (real));
  memcpy (logit_gradient, softmax->dx, sizeof logit_gradient);
  memset (network->gradients.data, 0, n * sizeof (real));
  nn_network_backward (network, &run, network->n_layers - 2, logit_gradient);
  g_assert_cmpmem (network->gradients.data, n * sizeof (real), gradients, n * sizeof (real));
}

/* ---- reference numbers ---- */

/* PyTorch 1.13, float64: Sequential (Linear (5, 4), ReLU, Linear (4, 2), Tanh) on the x, weights
 * and biases below; gradients of (y * g).sum (), g as w below. */
static const double torch_y[] = {-0.10894092992085458, -0.077966441375368192, -0.63046497870399998,
                                 0.47431632525736672,  -0.16260618128862664,  0.28127170967979609};
static const double torch_weight_0[] = {
    -0.28855341094472686,  -0.1776756132352105,  0.17760426141942515,  -0.44393930173277751,
    0.64376193378357716,   0.043166541812522087, 0.21583270906261043,  -0.086333083625044174,
    0.086333083625044174,  -0.21583270906261043, 0.024052317990929436, 0.12026158995464718,
    -0.048104635981858872, 0.048104635981858872, -0.12026158995464718, 0.011617489085313369,
    0.26285793303236071,   -0.11424408377320179, 0.13699636017384553,  -0.24010565663171693};
static const double torch_bias_0[] = {0.6215435631522026, -0.17266616725008835,
                                      -0.096209271963717743, -0.16781543047802019};
static const double torch_weight_2[] = {
    -0.41772666833512667, -0.15211862965730161, -0.19014828707162701, -0.12306108909908339,
    0.47775717303324905,  0.21583270906261043,  0.26979088632826304,  0.066461570734848527};
static const double torch_bias_2[] = {-0.96339846083108405, 0.66332849465117127};

static void
assert_all_near (const real *got, const double *expected, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (fabs (got[i] - expected[i]), <=, 1e-14);
}

static void
test_torch (void)
{
  enum { N = 3, IN = 5, HIDDEN = 4, OUT = 2 };
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  NnRun run = {.batch = N, .training = TRUE};
  g_autoptr (NnNetwork) network = NULL;
  NnParameter *first, *second;
  real x[N * IN], w[N * OUT];

  g_ptr_array_add (specs, nn_dense_spec (HIDDEN, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_RELU));
  g_ptr_array_add (specs, nn_dense_spec (OUT, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_TANH));
  network = build (specs, nn_shape_vector (IN), N, NULL);
  first = network->layers[0]->parameters;
  second = network->layers[2]->parameters;
  for (int i = 0; i < N * IN; i++)
    x[i] = (i * 7 % 11 - 5) / 4.0;
  for (int i = 0; i < HIDDEN * IN; i++)
    first[0].value[i] = (i * 5 % 13 - 6) / 8.0;
  for (int i = 0; i < HIDDEN; i++)
    first[1].value[i] = (i - 1) / 8.0;
  for (int i = 0; i < OUT * HIDDEN; i++)
    second[0].value[i] = (i * 3 % 7 - 3) / 4.0;
  for (int i = 0; i < OUT; i++)
    second[1].value[i] = (2 * i - 1) / 16.0;
  for (int i = 0; i < N * OUT; i++)
    w[i] = (i * 5 % 9 - 4) / 8.0;

  assert_all_near (nn_network_forward (network, &run, x), torch_y, N * OUT);
  nn_network_backward (network, &run, 3, w);
  assert_all_near (first[0].gradient, torch_weight_0, HIDDEN * IN);
  assert_all_near (first[1].gradient, torch_bias_0, HIDDEN);
  assert_all_near (second[0].gradient, torch_weight_2, OUT * HIDDEN);
  assert_all_near (second[1].gradient, torch_bias_2, OUT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gradients/dense", test_dense);
  g_test_add_func ("/gradients/activations", test_activations);
  g_test_add_func ("/gradients/dropout", test_dropout);
  g_test_add_func ("/gradients/networks", test_networks);
  g_test_add_func ("/gradients/fused-end", test_fused_end);
  g_test_add_func ("/gradients/torch", test_torch);
  return g_test_run ();
}
