/* shapes.c: a convolution by matrix products and by kernels of our own, shape after shape, on one
 * thread: what the engine's choice between the two rests on.
 *
 * Each is a layer with a ReLU behind it and another layer before it, so that all three passes are
 * wanted; they are timed by themselves, the best of some turns. */
#include "bench.h"

#include "engine/design/network.h"
#include "engine/math/kernels.h"

#include <math.h>

#define BATCH 8
#define TURNS 5
#define OPERATIONS 1e8 /* of a turn, about */

typedef struct {
  int channels, kernel, stride, map, filters;
} Shape;

enum { FORWARD, BACKWARD_INPUT, BACKWARD_PARAMETERS, N_PASSES };

/* Seconds of one batch. */
typedef struct {
  double passes[N_PASSES];
} Times;

/* Returns: (transfer full): the layer between two others, with numbers in all of them. */
static NnNetwork *
make_network (const Shape *shape, NnMethod method, GError **error)
{
  const NnWindow window = {.height = shape->kernel,
                           .width = shape->kernel,
                           .stride_y = shape->stride,
                           .stride_x = shape->stride,
                           .padding = NN_PADDING_SAME};
  const NnShape input = nn_shape_image (shape->map, shape->map, shape->channels);
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  NnNetwork *network;

  g_ptr_array_add (specs, nn_layer_norm_spec (1e-5));
  g_ptr_array_add (specs,
                   nn_convolution_spec (shape->filters, &window, NN_INITIALISER_GLOROT_UNIFORM));
  for (int i = 0; i < 2; i++) /* the closing one is never done by another */
    g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_RELU));
  network =
      nn_network_new_planned (specs, &input, BATCH, TRUE, (NnPlan){.method = method}, NULL, error);
  if (network != NULL)
    nn_network_initialise (network, 1);
  return network;
}

static real *
draw_numbers (gsize n)
{
  real *numbers = g_new (real, n);
  NnRng rng = nn_rng (1, NN_STREAM_SPLIT, 0, 0);

  for (gsize i = 0; i < n; i++)
    numbers[i] = (real)(nn_rng_uniform (&rng) - 0.5);
  return numbers;
}

/* Returns: seconds of one of @n_rounds passes in all @parts. */
static double
time_pass (void (*pass) (NnLayer *, const NnRun *, int), NnLayer *layer, const NnRun *run,
           int parts, int n_rounds)
{
  gint64 start = g_get_monotonic_time ();

  for (int round = 0; round < n_rounds; round++)
    for (int part = 0; part < parts; part++)
      pass (layer, run, part);
  return (double)(g_get_monotonic_time () - start) * 1e-6 / n_rounds;
}

static gboolean
measure (const Shape *shape, NnMethod method, Times *best, GError **error)
{
  g_autoptr (NnNetwork) network = make_network (shape, method, error);
  const NnRun run = {.batch = BATCH, .training = TRUE};
  g_autofree real *x = NULL;
  g_autofree real *dy = NULL;
  NnLayer *layer;
  int n_rounds;

  if (network == NULL)
    return FALSE;
  layer = network->layers[1];
  x = draw_numbers (BATCH * nn_shape_size (&network->input_shape));
  dy = draw_numbers (BATCH * nn_shape_size (&network->output_shape));
  nn_network_forward (network, &run, x);
  nn_network_backward (network, &run, network->n_layers - 1, dy);
  n_rounds = (int)CLAMP (OPERATIONS / (layer->flops * BATCH), 1, 1000);
  *best = (Times){{INFINITY, INFINITY, INFINITY}};
  for (int turn = 0; turn < TURNS; turn++) {
    double seconds[N_PASSES] = {
        time_pass (layer->class_->forward, layer, &run, layer->forward_parts, n_rounds),
        time_pass (layer->class_->backward_input, layer, &run, layer->backward_input_parts,
                   n_rounds),
        time_pass (layer->class_->backward_parameters, layer, &run, layer->backward_parameter_parts,
                   n_rounds),
    };

    for (int p = 0; p < N_PASSES; p++)
      best->passes[p] = MIN (best->passes[p], seconds[p]);
  }
  return TRUE;
}

static double
sum_passes (const Times *times)
{
  double sum = 0;

  for (int p = 0; p < N_PASSES; p++)
    sum += times->passes[p];
  return sum;
}

static gboolean
measure_shape (const Bench *bench, const Shape *shape, GError **error)
{
  Times gemm, direct;

  if (!measure (shape, NN_METHOD_GEMM, &gemm, error) ||
      !measure (shape, NN_METHOD_DIRECT, &direct, error))
    return FALSE;
  json_builder_begin_object (bench->builder);
  bench_add_number (bench->builder, "channels", shape->channels);
  bench_add_number (bench->builder, "kernel", shape->kernel);
  bench_add_number (bench->builder, "stride", shape->stride);
  bench_add_number (bench->builder, "map", shape->map);
  bench_add_number (bench->builder, "filters", shape->filters);
  bench_add_number (bench->builder, "gemm_seconds", sum_passes (&gemm) / BATCH);
  bench_add_number (bench->builder, "direct_seconds", sum_passes (&direct) / BATCH);
  json_builder_end_object (bench->builder);
  bench_print (bench, "  %8d %6d %6d %4d %7d  %9.1f", shape->channels, shape->kernel, shape->stride,
               shape->map, shape->filters, 1e6 * sum_passes (&gemm) / BATCH);
  for (int p = 0; p < N_PASSES; p++)
    bench_print (bench, " %9.2f", gemm.passes[p] / direct.passes[p]);
  bench_print (bench, " %9.2f\n", sum_passes (&gemm) / sum_passes (&direct));
  return TRUE;
}

gboolean
bench_measure_shapes (const Bench *bench, GError **error)
{
  static const int channels[] = {1, 3, 17, 32, 64, 128}, kernels[] = {1, 3, 5, 7};
  static const Shape others[] = {{1, 5, 2, 28, 32},  {3, 7, 2, 56, 64},  {32, 3, 2, 14, 64},
                                 {64, 1, 2, 14, 64}, {32, 3, 1, 7, 64},  {32, 3, 1, 28, 64},
                                 {32, 3, 1, 56, 64}, {32, 3, 1, 14, 16}, {32, 3, 1, 14, 32},
                                 {32, 3, 1, 14, 128}};
  gboolean done = TRUE;

  bench_print (bench,
               "\nConvolutions by our kernels, as fast as by matrix products times …\n"
               "  %8s %6s %6s %4s %7s  %9s %9s %9s %9s %9s\n",
               "channels", "kernel", "stride", "map", "filters", "gemm, µs", "forward", "dx", "dW",
               "all");
  bench_begin_list (bench->builder, "shapes");
  for (gsize c = 0; c < G_N_ELEMENTS (channels); c++)
    for (gsize k = 0; done && k < G_N_ELEMENTS (kernels); k++)
      done = measure_shape (bench, &(Shape){channels[c], kernels[k], 1, 14, 64}, error);
  for (gsize i = 0; done && i < G_N_ELEMENTS (others); i++)
    done = measure_shape (bench, &others[i], error);
  json_builder_end_array (bench->builder);
  return done;
}
