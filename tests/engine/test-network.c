/* test-network.c: the plan of memory, and the same bits whoever does the work. */
#include "engine/design/experiment.h"
#include "engine/design/network.h"
#include "engine/math/kernels.h"

#include <math.h>
#include <string.h>

static GPtrArray *
new_specs (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

/* 28×28 – flatten – 128 ReLU – dropout – 67 leaky ReLU – 10 softmax */
static NnNetwork *
digit_network (int max_batch, gboolean trains, NnPool *pool)
{
  g_autoptr (GPtrArray) specs = new_specs ();
  g_autoptr (GError) error = NULL;
  NnShape shape = nn_shape_image (28, 28, 1);
  NnNetwork *network;

  g_ptr_array_add (specs, nn_flatten_spec ());
  g_ptr_array_add (specs, nn_dense_spec (128, NN_INITIALISER_GLOROT_UNIFORM));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_RELU));
  g_ptr_array_add (specs, nn_dropout_spec (0.2));
  g_ptr_array_add (specs, nn_dense_spec (67, NN_INITIALISER_HE_NORMAL));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_LEAKY_RELU));
  g_ptr_array_add (specs, nn_dense_spec (10, NN_INITIALISER_NORMAL));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_SOFTMAX));
  network = nn_network_new (specs, &shape, max_batch, trains, pool, &error);
  g_assert_no_error (error);
  return network;
}

static void
test_shapes (void)
{
  g_autoptr (NnNetwork) network = digit_network (32, TRUE, NULL);
  const NnLayer *dense = network->layers[1];
  g_autofree char *weight_shape = nn_shape_to_string (&dense->parameters[0].shape);
  g_autofree char *weight = nn_network_parameter_name (dense, &dense->parameters[0]);
  g_autofree char *bias = nn_network_parameter_name (dense, &dense->parameters[1]);

  g_assert_cmpint (network->n_layers, ==, 8);
  g_assert_cmpuint (nn_shape_size (&network->output_shape), ==, 10);
  g_assert_cmpuint (nn_network_n_parameters (network), ==,
                    784 * 128 + 128 + 128 * 67 + 67 + 67 * 10 + 10);
  g_assert_cmpstr (weight_shape, ==, "128×784");
  g_assert_cmpstr (weight, ==, "1.weight");
  g_assert_cmpstr (bias, ==, "1.bias");
  g_assert_true (dense->parameters[0].decays);
  g_assert_false (dense->parameters[1].decays);
  g_assert_null (dense->dx);
  g_assert_true (network->layers[2]->is_fused);
  g_assert_nonnull (network->layers[3]->dx);
}

static void
test_flops (void)
{
  g_autoptr (NnNetwork) network = digit_network (32, TRUE, NULL);
  const double first = 2.0 * 784 * 128, others = 2.0 * (128 * 67 + 67 * 10);
  double forward = nn_network_flops (network, FALSE), both = nn_network_flops (network, TRUE);

  /* the activations between count too, but hardly */
  g_assert_cmpfloat (forward, >=, first + others);
  g_assert_cmpfloat (forward, <=, (first + others) * 1.01);
  g_assert_cmpfloat (both, >=, 2 * first + 3 * others);
  g_assert_cmpfloat (both, <=, (2 * first + 3 * others) * 1.01);
}

/* However it is planned, it is the same work. */
static void
test_flops_of_plans (void)
{
  g_autoptr (NnExperiment) experiment = nn_preset_load ("cnn-32-64-64", NULL);
  NnShape shape = nn_shape_image (28, 28, 1);
  const double first = 2.0 * 26 * 26 * 32 * 9,
               others = 2.0 * (11 * 11 * 64 * 9 * 32 + 3 * 3 * 64 * 9 * 64 + 576 * 64 + 64 * 10);
  double last = 0;

  for (int plan = 0; plan < 4; plan++) {
    g_autoptr (NnNetwork) network = nn_network_new_planned (
        experiment->layers, &shape, 32, TRUE,
        (NnPlan){plan % 2 ? NN_METHOD_DIRECT : NN_METHOD_NAIVE, plan / 2}, NULL, NULL);
    double both = nn_network_flops (network, TRUE);

    g_assert_cmpfloat (both, >=, 2 * first + 3 * others);
    g_assert_cmpfloat (both, <=, (2 * first + 3 * others) * 1.01);
    if (plan > 0)
      g_assert_cmpfloat (both, ==, last);
    last = both;
  }
}

static void
test_prediction_only (void)
{
  g_autoptr (NnNetwork) network = digit_network (1, FALSE, NULL);

  g_assert_null (network->gradients.data);
  for (int i = 0; i < network->n_layers; i++) {
    g_assert_null (network->layers[i]->dx);
    for (int p = 0; p < network->layers[i]->n_parameters; p++)
      g_assert_null (network->layers[i]->parameters[p].gradient);
  }
}

static void
test_errors (void)
{
  g_autoptr (GPtrArray) specs = new_specs ();
  g_autoptr (GError) error = NULL;
  NnShape shape = nn_shape_vector (4096);

  g_assert_null (nn_network_new (specs, &shape, 1, TRUE, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_clear_error (&error);

  /* 1 000 layers of 4096 units, for batches of 65 536: terabytes */
  for (int i = 0; i < 1000; i++)
    g_ptr_array_add (specs, nn_dense_spec (4096, NN_INITIALISER_ZEROS));
  g_assert_null (nn_network_new (specs, &shape, 65536, TRUE, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_TOO_LARGE);
  g_assert_true (g_str_has_prefix (error->message, "layers: "));
}

/* 4096 × 4096 × 1024 numbers: more than an int counts, and the next layers do count with ints. */
static void
test_uncountable (void)
{
  g_autoptr (GPtrArray) specs = new_specs ();
  g_autoptr (GError) error = NULL;
  NnShape shape = nn_shape_image (4096, 4096, 1);
  NnWindow point = {.height = 1, .width = 1, .stride_y = 1, .stride_x = 1};

  g_ptr_array_add (specs, nn_convolution_spec (1024, &point, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, nn_flatten_spec ());
  g_ptr_array_add (specs, nn_dense_spec (1, NN_INITIALISER_ZEROS));
  g_assert_null (nn_network_new (specs, &shape, 1, FALSE, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_TOO_LARGE);
  g_assert_cmpstr (error->message, ==,
                   "layers[0]: its output would have 17179869184 numbers, more than the 2147483647 "
                   "there may be");
}

static void
test_initialise_seed (void)
{
  g_autoptr (NnNetwork) one = digit_network (1, FALSE, NULL);
  g_autoptr (NnNetwork) two = digit_network (32, TRUE, NULL);
  gsize bytes = one->parameters.reserved * sizeof (real);

  nn_network_initialise (one, 5);
  nn_network_initialise (two, 5);
  g_assert_cmpmem (one->parameters.data, bytes, two->parameters.data, bytes);
  nn_network_initialise (two, 6);
  g_assert_cmpint (memcmp (one->parameters.data, two->parameters.data, bytes), !=, 0);
  nn_network_initialise (two, 5);
  g_assert_cmpmem (one->parameters.data, bytes, two->parameters.data, bytes);
}

/* ---- training by hand: squared distance to targets, plain gradient descent ---- */

static void
train_step (NnNetwork *network, guint64 step, int batch)
{
  gsize inputs = nn_shape_size (&network->input_shape);
  gsize outputs = nn_shape_size (&network->output_shape);
  g_autofree real *x = g_new (real, (gsize)batch * inputs);
  g_autofree real *dy = g_new (real, (gsize)batch * outputs);
  NnRng rng = nn_rng (step, NN_STREAM_SPLIT, 0, 0);
  NnRun run = {.batch = batch, .training = TRUE, .seed = 3, .step = step};
  const real *y;

  for (gsize i = 0; i < (gsize)batch * inputs; i++)
    x[i] = (real)nn_rng_uniform (&rng);
  y = nn_network_forward (network, &run, x);
  for (gsize i = 0; i < (gsize)batch * outputs; i++)
    dy[i] = y[i] - (i % outputs == i / outputs % outputs);
  nn_network_backward (network, &run, network->n_layers - 1, dy);
  for (gsize i = 0; i < network->parameters.reserved; i++)
    network->parameters.data[i] -= (real)0.01 * network->gradients.data[i];
}

static NnNetwork *
train (NnPool *pool, int max_batch)
{
  NnNetwork *network = digit_network (max_batch, TRUE, pool);

  nn_network_initialise (network, 11);
  for (guint64 step = 0; step < 20; step++)
    train_step (network, step, step % 5 == 4 ? max_batch / 3 : max_batch);
  return network;
}

static void
test_same_bits (void)
{
  const guint threads[] = {1, 2, 3, 5, 16};
  const int batches[] = {32, 301};

  for (gsize b = 0; b < G_N_ELEMENTS (batches); b++) {
    g_autoptr (NnNetwork) alone = train (NULL, batches[b]);
    gsize bytes = alone->parameters.reserved * sizeof (real);

    for (gsize i = 0; i < alone->parameters.reserved; i++)
      g_assert_true (isfinite (alone->parameters.data[i]));
    for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
      g_autoptr (NnPool) pool = nn_pool_new (threads[i]);
      g_autoptr (NnNetwork) network = train (pool, batches[b]);

      g_assert_cmpmem (network->parameters.data, bytes, alone->parameters.data, bytes);
      g_assert_cmpmem (network->gradients.data, bytes, alone->gradients.data, bytes);
    }
  }
}

static void
assert_padding (const NnNetwork *network, const NnArena *arena)
{
  gsize end = 0;

  for (int i = 0; i < network->n_layers; i++)
    for (int p = 0; p < network->layers[i]->n_parameters; p++) {
      const NnParameter *parameter = &network->layers[i]->parameters[p];

      for (; end < parameter->offset; end++)
        g_assert_true (arena->data[end] == 0);
      end += nn_shape_size (&parameter->shape);
    }
  for (; end < arena->reserved; end++)
    g_assert_true (arena->data[end] == 0);
}

static void
test_padding (void)
{
  g_autoptr (NnNetwork) network = train (NULL, 32);

  g_assert_cmpuint (network->parameters.reserved, >, nn_network_n_parameters (network));
  assert_padding (network, &network->parameters);
  assert_padding (network, &network->gradients);
}

/* It learns: after some steps on the same batch the outputs are nearer to the targets. */
static void
test_learns (void)
{
  g_autoptr (GPtrArray) specs = new_specs ();
  NnShape shape = nn_shape_vector (2);
  const real x[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, exclusive_or[4] = {0, 1, 1, 0};
  NnRun run = {.batch = 4, .training = TRUE};
  g_autoptr (NnNetwork) network = NULL;
  const real *y = NULL;
  real dy[4];

  g_ptr_array_add (specs, nn_dense_spec (8, NN_INITIALISER_GLOROT_UNIFORM));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_TANH));
  g_ptr_array_add (specs, nn_dense_spec (1, NN_INITIALISER_GLOROT_UNIFORM));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_SIGMOID));
  network = nn_network_new (specs, &shape, 4, TRUE, NULL, NULL);
  nn_network_initialise (network, 1);
  for (int step = 0; step < 3000; step++) {
    y = nn_network_forward (network, &run, x[0]);
    for (int n = 0; n < 4; n++)
      dy[n] = y[n] - exclusive_or[n]; /* cross-entropy, fused with the closing sigmoid */
    nn_network_backward (network, &run, 2, dy);
    for (gsize i = 0; i < network->parameters.reserved; i++)
      network->parameters.data[i] -= (real)0.2 * network->gradients.data[i];
  }
  for (int n = 0; n < 4; n++)
    g_assert_cmpfloat (fabs (y[n] - exclusive_or[n]), <, 0.05);
}

/* NaN in the input reaches the output: nothing hides a diverged run. */
static void
test_nan (void)
{
  g_autoptr (NnNetwork) network = digit_network (2, FALSE, NULL);
  g_autofree real *x = g_new0 (real, 2 * 784);
  NnRun run = {.batch = 2};
  const real *y;

  nn_network_initialise (network, 1);
  x[784 + 400] = NAN;
  y = nn_network_forward (network, &run, x);
  for (int i = 0; i < 10; i++) {
    g_assert_true (isfinite (y[i]));
    g_assert_true (isnan (y[10 + i]));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/shapes", test_shapes);
  g_test_add_func ("/network/flops", test_flops);
  g_test_add_func ("/network/flops-of-plans", test_flops_of_plans);
  g_test_add_func ("/network/prediction-only", test_prediction_only);
  g_test_add_func ("/network/errors", test_errors);
  g_test_add_func ("/network/uncountable", test_uncountable);
  g_test_add_func ("/network/initialise-seed", test_initialise_seed);
  g_test_add_func ("/network/same-bits", test_same_bits);
  g_test_add_func ("/network/padding", test_padding);
  g_test_add_func ("/network/learns", test_learns);
  g_test_add_func ("/network/nan", test_nan);
  return g_test_run ();
}
