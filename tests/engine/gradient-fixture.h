/* gradient-fixture.h: every gradient against central differences; for the double build. */
#pragma once

#include "engine/design/network.h"

#include <math.h>
#include <string.h>

#define STEP 1e-5       /* of the differences: their own error is about 1e-10 */
#define TOLERANCE 1e-6  /* relative */
#define RESOLUTION 1e-9 /* absolute: what the differences cannot see */
#define KINK 1e-3       /* nearer to 0, ReLU has no derivative worth comparing */

static inline double
pseudo_random (int i)
{
  NnRng rng = nn_rng (99, NN_STREAM_SPLIT, 0, 2 * (guint64)i);

  return nn_rng_normal (&rng);
}

/* Numbers away from 0. */
static inline void
fill (real *numbers, gsize n, int seed)
{
  for (gsize i = 0; i < n; i++) {
    double number = pseudo_random (seed + (int)i);

    numbers[i] = number + copysign (0.01, number);
  }
}

/* The loss all gradients are of: Σ w·y with fixed weights w, whose gradient by y is w. */
static inline double
weighted_sum (NnNetwork *network, const NnRun *run, const real *x, const real *w)
{
  const real *y = nn_network_forward (network, run, x);
  gsize n = (gsize)run->batch * nn_shape_size (&network->output_shape);
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += w[i] * y[i];
  return sum;
}

static inline double
difference (NnNetwork *network, const NnRun *run, const real *x, const real *w, real *number)
{
  real kept = *number;
  double above, below;

  *number = kept + STEP;
  above = weighted_sum (network, run, x, w);
  *number = kept - STEP;
  below = weighted_sum (network, run, x, w);
  *number = kept;
  return (above - below) / (2 * STEP);
}

static inline void
assert_gradient (double got, double expected)
{
  g_assert_cmpfloat (fabs (got - expected), <=,
                     TOLERANCE * MAX (fabs (got), fabs (expected)) + RESOLUTION);
}

/* A variance is never negative. */
static inline void
make_statistics_positive (NnLayer *layer)
{
  for (int p = 0; p < layer->n_parameters; p++)
    for (gsize i = 0; i < nn_shape_size (&layer->parameters[p].shape); i++)
      if (layer->parameters[p].is_statistic)
        layer->parameters[p].value[i] = fabs (layer->parameters[p].value[i]) + 0.25;
}

static inline NnNetwork *
build_planned (GPtrArray *specs, NnShape shape, int max_batch, gboolean separate, NnPool *pool)
{
  g_autoptr (GError) error = NULL;
  NnPlan plan = {.method = nn_plan_default ().method, .separate = separate};
  NnNetwork *network = nn_network_new_planned (specs, &shape, max_batch, TRUE, plan, pool, &error);

  g_assert_no_error (error);
  fill (network->parameters.data, network->parameters.reserved, 1000);
  for (gsize i = 0; i < network->parameters.reserved; i++)
    network->parameters.data[i] *= 0.5;
  for (int l = 0; l < network->n_layers; l++)
    make_statistics_positive (network->layers[l]);
  return network;
}

static inline NnNetwork *
build (GPtrArray *specs, NnShape shape, int max_batch, NnPool *pool)
{
  return build_planned (specs, shape, max_batch, FALSE, pool);
}

/* What a fused activation reads is not kept: ask the network whose layers are separate. */
static inline void
assert_no_kinks (const NnNetwork *network, int batch)
{
  for (int i = 0; i < network->n_layers; i++) {
    const NnLayer *layer = network->layers[i];

    if (layer->class_ != &nn_activation_class || layer->is_fused)
      continue;
    for (gsize j = 0; j < (gsize)batch * nn_shape_size (&layer->input_shape); j++)
      g_assert_cmpfloat (fabs (layer->x[j]), >, KINK);
  }
}

static inline void
assert_parameter_gradients (NnNetwork *network, const NnLayer *layer, const NnRun *run,
                            const real *x, const real *w)
{
  for (int p = 0; p < layer->n_parameters; p++) {
    const NnParameter *parameter = &layer->parameters[p];

    for (gsize i = 0; !parameter->is_statistic && i < nn_shape_size (&parameter->shape); i++)
      assert_gradient (parameter->gradient[i],
                       difference (network, run, x, w, &parameter->value[i]));
  }
}

/* ---- one layer by itself: dx and parameters ---- */

/* The network plans no dx for its first layer; the test lends it one. */
static inline void
check_layer_in (NnLayerSpec *spec, NnShape shape, int max_batch, const NnRun *run)
{
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (NnNetwork) network = NULL;
  gsize n_x = (gsize)run->batch * nn_shape_size (&shape), n_y;
  g_autofree real *x = g_new (real, n_x);
  g_autofree real *dx = g_new0 (real, n_x);
  g_autofree real *w = NULL;
  NnLayer *layer;

  g_ptr_array_add (specs, spec);
  network = build (specs, shape, max_batch, NULL);
  layer = network->layers[0];
  n_y = (gsize)run->batch * nn_shape_size (&layer->output_shape);
  w = g_new (real, n_y);
  fill (x, n_x, 0);
  fill (w, n_y, 5000);

  weighted_sum (network, run, x, w);
  layer->dy = w;
  layer->dx = dx;
  for (int part = 0; part < layer->backward_prepare_parts; part++)
    layer->class_->backward_prepare (layer, run, part);
  for (int part = 0; part < layer->backward_parameter_parts; part++)
    layer->class_->backward_parameters (layer, run, part);
  for (int part = 0; part < layer->backward_input_parts; part++)
    layer->class_->backward_input (layer, run, part);

  for (gsize i = 0; i < n_x; i++)
    assert_gradient (dx[i], difference (network, run, x, w, &x[i]));
  assert_parameter_gradients (network, layer, run, x, w);
}

static inline void
check_layer (NnLayerSpec *spec, NnShape shape, int max_batch, int batch)
{
  NnRun run = {.batch = batch, .training = TRUE, .seed = 7, .step = 3};

  check_layer_in (spec, shape, max_batch, &run);
}

static inline void
check_network_planned (GPtrArray *specs, NnShape shape, int max_batch, int batch, gboolean separate,
                       NnPool *pool)
{
  g_autoptr (NnNetwork) network = build_planned (specs, shape, max_batch, separate, pool);
  NnRun run = {.batch = batch, .training = TRUE, .seed = 7, .step = 3};
  gsize n_x = (gsize)batch * nn_shape_size (&shape);
  gsize n_y = (gsize)batch * nn_shape_size (&network->output_shape);
  g_autofree real *x = g_new (real, n_x);
  g_autofree real *w = g_new (real, n_y);

  fill (x, n_x, 0);
  fill (w, n_y, 5000);
  weighted_sum (network, &run, x, w);
  assert_no_kinks (network, batch);
  memset (network->gradients.data, 0xff, sizeof (real)); /* NaN: backward overwrites */
  nn_network_backward (network, &run, network->n_layers - 1, w);

  for (int l = 0; l < network->n_layers; l++)
    assert_parameter_gradients (network, network->layers[l], &run, x, w);
}

static inline void
check_network (GPtrArray *specs, NnShape shape, int max_batch, int batch, NnPool *pool)
{
  check_network_planned (specs, shape, max_batch, batch, TRUE, pool);
  check_network_planned (specs, shape, max_batch, batch, FALSE, pool);
}
