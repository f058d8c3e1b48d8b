/* test-layers-reference.c: pooling and normalisation in double precision: every gradient against
 * central differences, and the numbers of layers-reference.py, which PyTorch made. */
#include "gradient-fixture.h"
#include "layers-reference.h"
#include "training-fixture.h"

#define SAME_AS_TORCH 1e-12

/* ---- central differences ---- */

static NnShape
image (int height, int width, int channels)
{
  return nn_shape_image (height, width, channels);
}

static void
test_batch_norm (void)
{
  static const int channels[] = {1, 3, 17, 40};

  for (gsize i = 0; i < G_N_ELEMENTS (channels); i++) {
    NnRun still = {.batch = 2};

    check_layer (nn_batch_norm_spec (0.9, 1e-5), nn_shape_vector (channels[i]), 5, 5);
    check_layer (nn_batch_norm_spec (0.9, 1e-5), nn_shape_vector (channels[i]), 7, 3);
    check_layer (nn_batch_norm_spec (0.9, 1e-5), nn_shape_vector (channels[i]), 1, 1);
    check_layer (nn_batch_norm_spec (0.9, 1e-2), image (3, 2, channels[i]), 1, 1);
    check_layer (nn_batch_norm_spec (0.9, 1e-2), image (3, 5, channels[i]), 80, 2);
    check_layer_in (nn_batch_norm_spec (0.9, 1e-5), image (3, 5, channels[i]), 3, &still);
  }
}

static void
test_layer_norm (void)
{
  static const int channels[] = {1, 3, 17, 40};

  for (gsize i = 0; i < G_N_ELEMENTS (channels); i++) {
    check_layer (nn_layer_norm_spec (1e-5), nn_shape_vector (channels[i]), 5, 5);
    check_layer (nn_layer_norm_spec (1e-5), nn_shape_vector (channels[i]), 300, 1);
    check_layer (nn_layer_norm_spec (1e-5), image (3, 5, channels[i]), 80, 2);
  }
}

static void
test_global_average (void)
{
  check_layer (nn_global_average_pool_spec (), image (1, 1, 1), 1, 1);
  check_layer (nn_global_average_pool_spec (), image (3, 5, 3), 4, 4);
  check_layer (nn_global_average_pool_spec (), image (2, 3, 17), 90, 3);
}

/* Windows that fit, overlap, hang over the edge, and leave gaps. */
static const NnWindow windows[] = {
    {.height = 2, .width = 2, .stride_y = 2, .stride_x = 2},
    {.height = 3, .width = 3, .stride_y = 1, .stride_x = 1, .padding = NN_PADDING_SAME},
    {.height = 2, .width = 3, .stride_y = 2, .stride_x = 2, .padding = NN_PADDING_SAME},
    {.height = 1, .width = 2, .stride_y = 3, .stride_x = 3},
    {.height = 4,
     .width = 3,
     .stride_y = 1,
     .stride_x = 2,
     .padding = NN_PADDING_EXPLICIT,
     .top = 3,
     .bottom = 1,
     .left = 0,
     .right = 2},
    {.height = 1, .width = 1, .stride_y = 5, .stride_x = 1, .padding = NN_PADDING_SAME},
};

static void
test_pools (void)
{
  static const int channels[] = {1, 3, 17};

  for (gsize w = 0; w < G_N_ELEMENTS (windows); w++)
    for (gsize i = 0; i < G_N_ELEMENTS (channels); i++) {
      check_layer (nn_max_pool_spec (&windows[w]), image (4, 5, channels[i]), 3, 3);
      check_layer (nn_max_pool_spec (&windows[w]), image (7, 3, channels[i]), 200, 2);
      check_layer (nn_average_pool_spec (&windows[w]), image (4, 5, channels[i]), 3, 3);
      check_layer (nn_average_pool_spec (&windows[w]), image (7, 3, channels[i]), 200, 2);
    }
}

/* Gradients flow through all of them, one behind the other. */
static void
test_network (void)
{
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (NnPool) pool = nn_pool_new (3);

  g_ptr_array_add (specs, nn_dense_spec (90, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, nn_reshape_spec (image (5, 6, 3)));
  g_ptr_array_add (specs, nn_max_pool_spec (&windows[0]));
  g_ptr_array_add (specs, nn_average_pool_spec (&windows[2]));
  g_ptr_array_add (specs, nn_batch_norm_spec (0.9, 1e-2));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_TANH));
  g_ptr_array_add (specs, nn_layer_norm_spec (1e-2));
  g_ptr_array_add (specs, nn_global_average_pool_spec ());
  g_ptr_array_add (specs, nn_batch_norm_spec (0.5, 1e-2));
  g_ptr_array_add (specs, nn_dense_spec (3, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, nn_layer_norm_spec (1e-2));
  check_network (specs, nn_shape_vector (5), 4, 4, NULL);
  check_network (specs, nn_shape_vector (5), 9, 4, pool);
}

/* ---- PyTorch ---- */

static void
set_numbers (real *to, gsize n, int seed)
{
  for (gsize i = 0; i < n; i++)
    to[i] = ((double)((i * i * 5 + i * 7 + (gsize)seed) % 19) - 9) / 8;
}

static void
assert_same (const real *got, const double *expected, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (fabs (got[i] - expected[i]), <=, SAME_AS_TORCH);
}

typedef struct {
  NnShape shape;
  int batch;
  const double *y, *dx, *weight, *bias; /* the last two NULL where nothing is learned */
  const double *mean, *variance, *still;
} Reference;

static NnNetwork *
single (NnLayerSpec *spec, const Reference *reference)
{
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  NnNetwork *network;

  g_ptr_array_add (specs, spec);
  network = build (specs, reference->shape, reference->batch, NULL);
  nn_network_initialise (network, 1);
  if (reference->weight != NULL)
    for (int p = 0; p < 2; p++)
      set_numbers (network->layers[0]->parameters[p].value,
                   nn_shape_size (&network->layers[0]->parameters[p].shape), p + 1);
  return network;
}

/* Forward and backward on numbers made with @seed; dx goes into @dx. */
static void
pass (NnNetwork *network, const Reference *reference, int seed, real *x, real *dx)
{
  NnLayer *layer = network->layers[0];
  NnRun run = {.batch = reference->batch, .training = TRUE};
  gsize n_y = (gsize)reference->batch * nn_shape_size (&layer->output_shape);
  g_autofree real *dy = g_new (real, n_y);

  set_numbers (x, (gsize)reference->batch * nn_shape_size (&reference->shape), seed);
  set_numbers (dy, n_y, 5);
  layer->dx = dx;
  nn_network_forward (network, &run, x);
  layer->dy = dy;
  nn_network_backward (network, &run, 0, dy);
  for (int part = 0; part < layer->backward_input_parts; part++)
    layer->class_->backward_input (layer, &run, part);
}

static void
compare (NnLayerSpec *spec, const Reference *reference)
{
  g_autoptr (NnNetwork) network = single (spec, reference);
  const NnLayer *layer = network->layers[0];
  gsize n_x = (gsize)reference->batch * nn_shape_size (&reference->shape);
  gsize n_y = (gsize)reference->batch * nn_shape_size (&layer->output_shape);
  gsize n_figures = nn_shape_size (&layer->parameters[0].shape);
  g_autofree real *x = g_new (real, n_x);
  g_autofree real *dx = g_new (real, n_x);

  pass (network, reference, 0, x, dx);
  assert_same (layer->y, reference->y, n_y);
  assert_same (dx, reference->dx, n_x);
  if (reference->weight == NULL)
    return;
  assert_same (layer->parameters[0].gradient, reference->weight, n_figures);
  assert_same (layer->parameters[1].gradient, reference->bias, n_figures);
}

/* Two steps, whose optimizer stands still: what they gather is all that changes. */
static void
compare_batch_norm (const Reference *reference)
{
  g_autoptr (NnNetwork) network = single (nn_batch_norm_spec (0.9, 1e-5), reference);
  NnTrainSpec train = {.optimizer = nn_optimizer_spec_default (NN_OPTIMIZER_ADAM), .l2 = 1};
  g_autoptr (NnOptimizer) optimizer = nn_optimizer_new (&train, network);
  const NnLayer *layer = network->layers[0];
  gsize n = (gsize)reference->batch * nn_shape_size (&reference->shape);
  gsize n_figures = nn_shape_size (&layer->parameters[0].shape);
  g_autofree real *x = g_new (real, n);
  g_autofree real *dx = g_new (real, n);
  NnRun run = {.batch = reference->batch};

  for (int seed = 0; seed < 2; seed++) {
    pass (network, reference, seed, x, dx);
    g_assert_true (nn_optimizer_step (optimizer, network, 0));
  }
  assert_same (layer->y, reference->y, n);
  assert_same (dx, reference->dx, n);
  assert_same (layer->parameters[0].gradient, reference->weight, n_figures);
  assert_same (layer->parameters[1].gradient, reference->bias, n_figures);
  assert_same (layer->parameters[2].value, reference->mean, n_figures);
  assert_same (layer->parameters[3].value, reference->variance, n_figures);
  assert_same (nn_network_forward (network, &run, x), reference->still, n);
}

#define NUMBERS(name) .y = name##_y, .dx = name##_dx
#define LEARNED(name) NUMBERS (name), .weight = name##_dweight, .bias = name##_dbias
#define GATHERED(name)                                                                             \
  LEARNED (name), .mean = name##_mean, .variance = name##_variance, .still = name##_still

static void
test_torch (void)
{
  const Reference batch_norm[] = {
      {.shape = nn_shape_vector (3), .batch = 4, GATHERED (batch_norm_vector)},
      {.shape = image (3, 2, 5), .batch = 2, GATHERED (batch_norm_image)},
  };
  const Reference layer_norm[] = {
      {.shape = nn_shape_vector (7), .batch = 2, LEARNED (layer_norm_vector)},
      {.shape = image (2, 2, 3), .batch = 2, LEARNED (layer_norm_image)},
  };
  const Reference average = {.shape = image (3, 3, 2), .batch = 2, NUMBERS (global_average)};
  const NnShape shape = image (4, 5, 2);
  const Reference max_plain = {.shape = shape, .batch = 2, NUMBERS (max_plain)};
  const Reference max_over_the_edge = {.shape = shape, .batch = 2, NUMBERS (max_over_the_edge)};
  const Reference average_plain = {.shape = shape, .batch = 2, NUMBERS (average_plain)};
  const Reference average_over_the_edge = {
      .shape = shape, .batch = 2, NUMBERS (average_over_the_edge)};
  const NnWindow over_the_edge = {.height = 3,
                                  .width = 2,
                                  .stride_y = 2,
                                  .stride_x = 1,
                                  .padding = NN_PADDING_EXPLICIT,
                                  .top = 1,
                                  .bottom = 2,
                                  .left = 0,
                                  .right = 1};

  for (int i = 0; i < 2; i++) {
    compare_batch_norm (&batch_norm[i]);
    compare (nn_layer_norm_spec (1e-5), &layer_norm[i]);
  }
  compare (nn_global_average_pool_spec (), &average);
  compare (nn_max_pool_spec (&windows[0]), &max_plain);
  compare (nn_max_pool_spec (&over_the_edge), &max_over_the_edge);
  compare (nn_average_pool_spec (&windows[0]), &average_plain);
  compare (nn_average_pool_spec (&over_the_edge), &average_over_the_edge);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layers/reference/batch-norm", test_batch_norm);
  g_test_add_func ("/layers/reference/layer-norm", test_layer_norm);
  g_test_add_func ("/layers/reference/global-average", test_global_average);
  g_test_add_func ("/layers/reference/pools", test_pools);
  g_test_add_func ("/layers/reference/network", test_network);
  g_test_add_func ("/layers/reference/torch", test_torch);
  return g_test_run ();
}
