/* test-convolution-gradients.c: convolutions in double: their gradients against central
 * differences, the ways to compute against each other and against PyTorch. */
#include "convolution-fixture.h"

#define STEP 1e-5       /* of the differences: their own error is about 1e-10 */
#define TOLERANCE 1e-6  /* relative */
#define RESOLUTION 1e-8 /* absolute: what the differences cannot see */
#define EXACT 1e-13     /* of the greatest number: another order of the same sums */

static const NnMethod methods[] = {NN_METHOD_NAIVE, NN_METHOD_GEMM, NN_METHOD_DIRECT};

/* ---- central differences ---- */

static double
weighted_sum (NnNetwork *network, const NnRun *run, const real *x, const real *w)
{
  const real *y = nn_network_forward (network, run, x);
  double sum = 0;

  for (gsize i = 0; i < (gsize)run->batch * nn_shape_size (&network->output_shape); i++)
    sum += w[i] * y[i];
  return sum;
}

/* Does the passes of one layer by itself: the network plans no dx for its first layer, so the test
 * lends it one. */
static void
run_backward (NnLayer *layer, const NnRun *run, const real *dy, real *dx)
{
  layer->dy = dy;
  layer->dx = dx;
  for (int part = 0; part < layer->backward_prepare_parts; part++)
    layer->class_->backward_prepare (layer, run, part);
  for (int part = 0; part < layer->backward_parameter_parts; part++)
    layer->class_->backward_parameters (layer, run, part);
  for (int part = 0; part < layer->backward_input_parts; part++)
    layer->class_->backward_input (layer, run, part);
}

static void
check_numbers (NnNetwork *network, const Case *c, real *x, const real *w, real *numbers,
               const real *gradient, gsize n)
{
  NnRun run = {.batch = c->batch, .training = TRUE};
  gsize every = MAX (n / 150, 1); /* of a large array some, spread evenly */

  for (gsize i = 0; i < n; i += every) {
    real kept = numbers[i];
    double above, below, expected;

    numbers[i] = kept + STEP;
    above = weighted_sum (network, &run, x, w);
    numbers[i] = kept - STEP;
    below = weighted_sum (network, &run, x, w);
    numbers[i] = kept;
    expected = (above - below) / (2 * STEP);
    g_assert_cmpfloat (fabs (gradient[i] - expected), <=, TOLERANCE * fabs (expected) + RESOLUTION);
  }
}

static void
check_gradients (const Case *c, NnMethod method)
{
  g_autoptr (GPtrArray) specs = new_specs ();
  g_autoptr (NnNetwork) network = NULL;
  gsize n_x = (gsize)c->batch * nn_shape_size (&c->input), n_y;
  g_autofree real *x = g_new (real, n_x);
  g_autofree real *dx = g_new (real, n_x);
  g_autofree real *w = NULL;
  NnRun run = {.batch = c->batch, .training = TRUE};
  NnLayer *layer;

  g_ptr_array_add (specs, nn_convolution_spec (c->filters, &c->window, NN_INITIALISER_ZEROS));
  network = plan_network (specs, c, (NnPlan){.method = method}, NULL);
  layer = network->layers[0];
  n_y = (gsize)c->batch * nn_shape_size (&layer->output_shape);
  w = g_new (real, n_y);
  fill_parameters (network);
  fill (x, n_x, 1, 1);
  fill (w, n_y, 2, 1);

  weighted_sum (network, &run, x, w);
  run_backward (layer, &run, w, dx);
  check_numbers (network, c, x, w, x, dx, n_x);
  for (int p = 0; p < layer->n_parameters; p++)
    check_numbers (network, c, x, w, layer->parameters[p].value, layer->parameters[p].gradient,
                   nn_shape_size (&layer->parameters[p].shape));
}

static void
test_differences (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize m = 0; m < G_N_ELEMENTS (methods); m++)
      check_gradients (&cases[i], methods[m]);
}

/* ---- each other ---- */

static void
test_methods (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int behind = PLAIN; behind < N_BEHIND; behind++) {
      g_autoptr (GPtrArray) specs = network_specs (&cases[i], (Behind)behind);
      g_auto (Result) naive =
          compute (specs, &cases[i], (NnPlan){NN_METHOD_NAIVE, .separate = TRUE}, NULL);

      for (gsize m = 0; m < G_N_ELEMENTS (methods); m++)
        for (int separate = 0; separate < 2; separate++) {
          g_auto (Result) result = compute (specs, &cases[i], (NnPlan){methods[m], separate}, NULL);

          assert_results_near (&result, &naive, EXACT);
        }
    }
}

/* ---- PyTorch ---- */

enum { SUMS = 3 };

typedef struct {
  Case case_;
  double y[SUMS], weight[SUMS], bias[SUMS], dx[SUMS];
} Reference;

#include "convolution-reference.h"

static void
fill_formula (real *numbers, gsize n, guint64 a, guint64 b, guint64 m)
{
  for (guint64 k = 0; k < n; k++)
    numbers[k] = ((double)((k * k * a + k * b) % m) - (double)(m / 2)) / (double)m;
}

static void
assert_sums (const real *numbers, gsize n, const double *expected)
{
  const guint64 factors[SUMS] = {3, 5, 7};

  for (int s = 0; s < SUMS; s++) {
    double sum = 0;

    for (guint64 k = 0; k < n; k++)
      sum += numbers[k] * ((double)((k * k * factors[s] + k) % 19) - 9);
    g_assert_cmpfloat (fabs (sum - expected[s]), <=, 1e-11 * (1 + fabs (expected[s])));
  }
}

static void
check_reference (const Reference *reference, NnMethod method)
{
  const Case *c = &reference->case_;
  g_autoptr (GPtrArray) specs = new_specs ();
  g_autoptr (NnNetwork) network = NULL;
  gsize n_x = (gsize)c->batch * nn_shape_size (&c->input), n_y, n_w;
  g_autofree real *x = g_new (real, n_x);
  g_autofree real *dx = g_new (real, n_x);
  g_autofree real *dy = NULL;
  NnRun run = {.batch = c->batch, .training = TRUE};
  NnParameter *parameters;

  g_ptr_array_add (specs, nn_convolution_spec (c->filters, &c->window, NN_INITIALISER_ZEROS));
  network = plan_network (specs, c, (NnPlan){.method = method}, NULL);
  parameters = network->layers[0]->parameters;
  n_y = (gsize)c->batch * nn_shape_size (&network->output_shape);
  n_w = nn_shape_size (&parameters[0].shape);
  dy = g_new (real, n_y);
  fill_formula (x, n_x, 7, 3, 23);
  fill_formula (parameters[0].value, n_w, 5, 11, 29);
  fill_formula (parameters[1].value, (gsize)c->filters, 3, 1, 7);
  fill_formula (dy, n_y, 11, 5, 31);

  assert_sums (nn_network_forward (network, &run, x), n_y, reference->y);
  run_backward (network->layers[0], &run, dy, dx);
  assert_sums (parameters[0].gradient, n_w, reference->weight);
  assert_sums (parameters[1].gradient, (gsize)c->filters, reference->bias);
  assert_sums (dx, n_x, reference->dx);
}

static void
test_torch (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (references); i++)
    for (gsize m = 0; m < G_N_ELEMENTS (methods); m++)
      check_reference (&references[i], methods[m]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/convolution-gradients/differences", test_differences);
  g_test_add_func ("/convolution-gradients/methods", test_methods);
  g_test_add_func ("/convolution-gradients/torch", test_torch);
  return g_test_run ();
}
