/* convolution-fixture.h: small networks around one convolution, of every odd shape. */
#pragma once

#include "engine/design/network.h"

#include <math.h>
#include <string.h>

typedef struct {
  NnShape input;
  int filters;
  NnWindow window;
  int max_batch, batch;
} Case;

#define IMAGE(h, w, c)                                                                             \
  {                                                                                                \
    .n_dims = 3, .dims = { h, w, c }                                                               \
  }
#define WINDOW(kh, kw, sy, sx)                                                                     \
  {                                                                                                \
    .height = kh, .width = kw, .stride_y = sy, .stride_x = sx                                      \
  }
#define SAME(kh, kw, sy, sx)                                                                       \
  {                                                                                                \
    .height = kh, .width = kw, .stride_y = sy, .stride_x = sx, .padding = NN_PADDING_SAME          \
  }
#define PADDED(kh, kw, sy, sx, t, b, l, r)                                                         \
  {                                                                                                \
    .height = kh, .width = kw, .stride_y = sy, .stride_x = sx, .padding = NN_PADDING_EXPLICIT,     \
    .top = t, .bottom = b, .left = l, .right = r                                                   \
  }

/* Channels of 1, 3 and 17; pictures smaller than any tile; strides beyond the kernel; all paddings;
 * one picture, and a batch that is not full. */
static const Case cases[] = {
    {IMAGE (1, 1, 1), 1, WINDOW (1, 1, 1, 1), 1, 1},
    {IMAGE (3, 3, 1), 2, WINDOW (3, 3, 1, 1), 3, 3},
    {IMAGE (5, 4, 3), 3, WINDOW (2, 3, 1, 1), 4, 1},
    {IMAGE (6, 7, 1), 17, WINDOW (3, 3, 1, 1), 5, 5},
    {IMAGE (4, 5, 17), 3, WINDOW (3, 2, 1, 1), 2, 2},
    {IMAGE (7, 9, 3), 5, WINDOW (2, 2, 3, 4), 4, 3},
    {IMAGE (8, 5, 2), 4, WINDOW (1, 1, 3, 2), 2, 2},
    {IMAGE (5, 6, 3), 16, SAME (3, 3, 1, 1), 3, 2},
    {IMAGE (6, 5, 17), 17, SAME (3, 3, 2, 2), 2, 2},
    {IMAGE (7, 7, 1), 3, SAME (4, 5, 2, 3), 3, 3},
    {IMAGE (2, 2, 3), 2, SAME (5, 5, 1, 1), 2, 2},
    {IMAGE (4, 6, 2), 3, PADDED (3, 4, 1, 2, 2, 0, 1, 3), 2, 2},
    {IMAGE (5, 5, 16), 32, PADDED (3, 3, 1, 1, 1, 1, 1, 1), 2, 1},
    {IMAGE (6, 6, 32), 16, WINDOW (3, 3, 1, 1), 3, 3},
    {IMAGE (7, 5, 16), 33, WINDOW (3, 3, 1, 1), 2, 2},
    {IMAGE (9, 8, 1), 32, WINDOW (3, 3, 1, 1), 3, 2},
    {IMAGE (12, 9, 48), 64, WINDOW (3, 3, 1, 1), 5, 5},
};

static inline GPtrArray *
new_specs (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

static inline NnNetwork *
plan_network (GPtrArray *specs, const Case *c, NnPlan plan, NnPool *pool)
{
  g_autoptr (GError) error = NULL;
  NnNetwork *network =
      nn_network_new_planned (specs, &c->input, c->max_batch, TRUE, plan, pool, &error);

  g_assert_no_error (error);
  return network;
}

/* Numbers of both signs, none too near to 0, the same for the same @seed. */
static inline void
fill (real *numbers, gsize n, guint64 seed, double scale)
{
  NnRng rng = nn_rng (seed, NN_STREAM_SPLIT, 0, 0);

  for (gsize i = 0; i < n; i++) {
    double number = nn_rng_normal (&rng);

    numbers[i] = (real)(scale * (number + copysign (0.01, number)));
  }
}

static inline void
fill_parameters (NnNetwork *network)
{
  for (int l = 0; l < network->n_layers; l++)
    for (int p = 0; p < network->layers[l]->n_parameters; p++) {
      const NnParameter *parameter = &network->layers[l]->parameters[p];

      fill (parameter->value, nn_shape_size (&parameter->shape), 100 * (guint64)l + (guint64)p,
            0.5);
    }
}

/* What one step makes: y, and every gradient. */
typedef struct {
  real *y, *gradients;
  gsize n_y, n_gradients;
} Result;

static inline void
result_clear (Result *result)
{
  g_clear_pointer (&result->y, g_free);
  g_clear_pointer (&result->gradients, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

/* One forward and backward pass by @plan; the loss is Σ w·y with fixed weights w. */
static inline Result
compute (GPtrArray *specs, const Case *c, NnPlan plan, NnPool *pool)
{
  g_autoptr (NnNetwork) network = plan_network (specs, c, plan, pool);
  gsize n_x = (gsize)c->batch * nn_shape_size (&c->input);
  gsize n_y = (gsize)c->batch * nn_shape_size (&network->output_shape);
  g_autofree real *x = g_new (real, n_x);
  g_autofree real *w = g_new (real, n_y);
  NnRun run = {.batch = c->batch, .training = TRUE};
  Result result = {.n_y = n_y, .n_gradients = network->gradients.reserved};

  fill_parameters (network);
  fill (x, n_x, 1, 1);
  fill (w, n_y, 2, 1);
  result.y = g_memdup2 (nn_network_forward (network, &run, x), n_y * sizeof (real));
  memset (network->gradients.data, 0xff, sizeof (real)); /* NaN: backward overwrites */
  nn_network_backward (network, &run, network->n_layers - 1, w);
  result.gradients = g_memdup2 (network->gradients.data, result.n_gradients * sizeof (real));
  return result;
}

static inline void
assert_near (const real *got, const real *expected, gsize n, double tolerance)
{
  double greatest = 0;

  for (gsize i = 0; i < n; i++)
    greatest = MAX (greatest, fabs ((double)expected[i]));
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (fabs ((double)got[i] - expected[i]), <=, tolerance * greatest);
}

static inline void
assert_results_near (const Result *got, const Result *expected, double tolerance)
{
  g_assert_cmpuint (got->n_y, ==, expected->n_y);
  g_assert_cmpuint (got->n_gradients, ==, expected->n_gradients);
  assert_near (got->y, expected->y, got->n_y, tolerance);
  assert_near (got->gradients, expected->gradients, got->n_gradients, tolerance);
}

typedef enum { PLAIN, RELU, RELU_POOL, POOL, N_BEHIND } Behind; /* the convolution */

/* Returns: whether a 2×2 window fits on the convolution's output. */
static inline gboolean
can_pool (const Case *c)
{
  g_autoptr (GPtrArray) specs = new_specs ();
  g_autoptr (NnNetwork) network = NULL;

  g_ptr_array_add (specs, nn_convolution_spec (c->filters, &c->window, NN_INITIALISER_ZEROS));
  network = plan_network (specs, c, (NnPlan){.method = NN_METHOD_NAIVE}, NULL);
  return network->output_shape.dims[0] >= 2 && network->output_shape.dims[1] >= 2;
}

/* A 1×1 convolution before, so that a gradient by the input is wanted; the one to be tested; what
 * is behind it; and another layer, for the last is never fused. */
static inline GPtrArray *
network_specs (const Case *c, Behind behind)
{
  const NnWindow point = WINDOW (1, 1, 1, 1), two = WINDOW (2, 2, 2, 2);
  GPtrArray *specs = new_specs ();

  g_ptr_array_add (specs, nn_convolution_spec (c->input.dims[2], &point, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, nn_convolution_spec (c->filters, &c->window, NN_INITIALISER_ZEROS));
  if (behind == RELU || behind == RELU_POOL)
    g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_RELU));
  if ((behind == POOL || behind == RELU_POOL) && can_pool (c))
    g_ptr_array_add (specs, nn_max_pool_spec (&two));
  g_ptr_array_add (specs, nn_flatten_spec ());
  return specs;
}
