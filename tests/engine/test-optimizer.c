/* test-optimizer.c: in double precision, each rule against reference numbers. */
#include "training-fixture.h"

#include <math.h>

#define N 3
#define STEPS 4

/* What PyTorch 1.13 makes of [1, −2, ½] in four steps; clipping worked out by its definition. */
typedef struct {
  const char *train; /* JSON: the optimizer, L2 and clipping */
  double learning_rate;
  double value[N];
} Reference;

static const double start[N] = {1, -2, 0.5};
static const double gradients[STEPS][N] = {
    {0.5, -1, 0.25}, {-0.2, 0.3, 0}, {1.5, 0.1, -0.75}, {0.05, -0.6, 0.4}};

static const Reference references[] = {
    {"\"optimizer\": { \"type\": \"gradient-descent\" }", 0.1, {0.815, -1.88, 0.51}},
    {"\"optimizer\": { \"type\": \"sgd\" }", 0.1, {0.815, -1.88, 0.51}},
    {"\"optimizer\": { \"type\": \"momentum\", \"momentum\": 0.9 }",
     0.1,
     {0.59225, -1.6964, 0.516525}},
    {"\"optimizer\": { \"type\": \"nesterov\", \"momentum\": 0.9 }",
     0.1,
     {0.448025, -1.60676, 0.5248725}},
    {"\"optimizer\": { \"type\": \"rmsprop\", \"rho\": 0.9, \"epsilon\": 1e-7 }",
     0.01,
     {0.949537969287, -1.963708925622, 0.483673775419}},
    {"\"optimizer\": { \"type\": \"adam\", \"epsilon\": 1e-7 }",
     0.01,
     {0.973785040220, -1.978243543705, 0.488332535930}},
    /* An epsilon as large as this shows whether it comes after the correction. */
    {"\"optimizer\": { \"type\": \"adam\", \"beta_1\": 0.8, \"beta_2\": 0.9, \"epsilon\": 0.1 }",
     0.01,
     {0.977747053634, -1.981548816783, 0.493413111465}},
    {"\"optimizer\": { \"type\": \"sgd\" }, \"l2\": 0.05",
     0.1,
     {0.796446256875, -1.841442263750, 0.500072878437}},
    {"\"optimizer\": { \"type\": \"adam\", \"epsilon\": 1e-7 }, \"l2\": 0.05",
     0.01,
     {0.972075257044, -1.974781820560, 0.486679548453}},
};

static NnExperiment *
make_recipe (const char *layers, const char *train)
{
  g_autofree char *text = g_strdup_printf ("\"loss\": \"mean-squared-error\", %s", train);

  return make_experiment ("", layers, text);
}

/* Three weights and a bias that start as the reference does; the bias at ¼. */
static NnNetwork *
make_small (const NnExperiment *experiment)
{
  NnNetwork *network = make_network (experiment, N, 1, NULL);

  for (int i = 0; i < N; i++)
    network->layers[0]->parameters[0].value[i] = start[i];
  network->layers[0]->parameters[1].value[0] = 0.25;
  return network;
}

static void
set_gradient (NnNetwork *network, const double *gradient, double bias)
{
  for (int i = 0; i < N; i++)
    network->layers[0]->parameters[0].gradient[i] = gradient[i];
  network->layers[0]->parameters[1].gradient[0] = bias;
}

static void
test_reference (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (references); i++) {
    const Reference *reference = &references[i];
    g_autoptr (NnExperiment) experiment =
        make_recipe ("{ \"type\": \"dense\", \"units\": 1 }", reference->train);
    g_autoptr (NnNetwork) network = make_small (experiment);
    g_autoptr (NnOptimizer) optimizer = nn_optimizer_new (&experiment->train, network);

    for (int step = 0; step < STEPS; step++) {
      set_gradient (network, gradients[step], 0);
      g_assert_true (nn_optimizer_step (optimizer, network, reference->learning_rate));
    }
    g_assert_cmpuint (optimizer->step, ==, STEPS);
    for (int k = 0; k < N; k++)
      g_assert_cmpfloat_with_epsilon (network->parameters.data[k], reference->value[k], 1e-11);
    /* Nothing pushed the bias, and L2 does not pull at biases. */
    g_assert_cmpfloat (network->layers[0]->parameters[1].value[0], ==, 0.25);
  }
}

/* |g| = √(3² + 4² + 12²) = 13 over weights and bias together; L2's term belongs to it. */
static void
test_clipping (void)
{
  static const struct {
    double l2, clip_norm, scale;
    double gradient[N], bias;
  } cases[] = {
      {0, 6.5, 0.5, {3, 4, 0}, 12},
      {0, 13, 1, {3, 4, 0}, 12},
      {0, 20, 1, {3, 4, 0}, 12},
      {0.5, 6.5, 0.5, {2.5, 5, -0.25}, 12}, /* + ½·θ makes the same 3, 4, 0 */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *train =
        g_strdup_printf ("\"optimizer\": { \"type\": \"sgd\" }, \"l2\": %g, \"clip_norm\": %g",
                         cases[i].l2, cases[i].clip_norm);
    g_autoptr (NnExperiment) experiment =
        make_recipe ("{ \"type\": \"dense\", \"units\": 1 }", train);
    g_autoptr (NnNetwork) network = make_small (experiment);
    g_autoptr (NnOptimizer) optimizer = nn_optimizer_new (&experiment->train, network);

    set_gradient (network, cases[i].gradient, cases[i].bias);
    g_assert_true (nn_optimizer_step (optimizer, network, 0.1));
    const real *weight = network->layers[0]->parameters[0].value;
    g_assert_cmpfloat_with_epsilon (weight[0], 1 - 0.1 * 3 * cases[i].scale, 1e-14);
    g_assert_cmpfloat_with_epsilon (weight[1], -2 - 0.1 * 4 * cases[i].scale, 1e-14);
    g_assert_cmpfloat_with_epsilon (weight[2], 0.5, 1e-14);
    g_assert_cmpfloat_with_epsilon (network->layers[0]->parameters[1].value[0],
                                    0.25 - 0.1 * 12 * cases[i].scale, 1e-14);
  }
}

/* A block of many parts, on a pool, against one plain loop over all numbers. */
static void
test_parts (void)
{
  g_autoptr (NnExperiment) experiment =
      make_recipe ("{ \"type\": \"dense\", \"units\": 37 }, { \"type\": \"dense\", \"units\": 3 }",
                   "\"optimizer\": { \"type\": \"adam\" }, \"l2\": 0.01, \"clip_norm\": 2");
  g_autoptr (NnPool) pool = nn_pool_new (3);
  g_autoptr (NnNetwork) network = make_network (experiment, 999, 1, pool);
  g_autoptr (NnOptimizer) optimizer = nn_optimizer_new (&experiment->train, network);
  NnRng rng = nn_rng (3, NN_STREAM_SPLIT, 0, 0);
  double squares = 0;

  for (int l = 0; l < 2; l++)
    for (int p = 0; p < 2; p++) {
      const NnParameter *parameter = &network->layers[l]->parameters[p];
      for (gsize i = 0; i < nn_shape_size (&parameter->shape); i++) {
        parameter->gradient[i] = nn_rng_normal (&rng);
        double g = parameter->gradient[i] + (p == 0 ? 0.01 * parameter->value[i] : 0);
        squares += g * g;
      }
    }
  g_autofree real *before = copy_block (&network->parameters);
  g_assert_true (nn_optimizer_step (optimizer, network, 0.001));
  g_assert_cmpint (optimizer->n_parts, ==, 5 + 1 + 1 + 1); /* 36 963, 37, 111 and 3 numbers */

  for (int l = 0; l < 2; l++)
    for (int p = 0; p < 2; p++) {
      const NnParameter *parameter = &network->layers[l]->parameters[p];
      for (gsize i = 0; i < nn_shape_size (&parameter->shape); i++) {
        double old = before[parameter->offset + i];
        double g = (parameter->gradient[i] + (p == 0 ? 0.01 * old : 0)) * 2 / sqrt (squares);
        /* In the first step m̂ = g and v̂ = g². */
        double expected = old - 0.001 * g / (fabs (g) + experiment->train.optimizer.epsilon);
        g_assert_cmpfloat_with_epsilon (parameter->value[i], expected, 1e-12);
      }
    }
  assert_same_block (&optimizer->previous, before);
}

static const char *const kinds[] = {"gradient-descent", "sgd",     "momentum",
                                    "nesterov",         "rmsprop", "adam"};

/* A step that breaks a number can be taken back, whatever the rule. */
static void
test_undo (void)
{
  static const double bad[] = {NAN, INFINITY, -INFINITY, 1e308};

  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (gsize b = 0; b < G_N_ELEMENTS (bad); b++)
      for (int clips = 0; clips < 2; clips++) {
        g_autofree char *train = g_strdup_printf (
            "\"optimizer\": { \"type\": \"%s\" }, \"clip_norm\": %d", kinds[k], clips);
        g_autoptr (NnExperiment) experiment =
            make_recipe ("{ \"type\": \"dense\", \"units\": 1 }", train);
        g_autoptr (NnNetwork) network = make_small (experiment);
        g_autoptr (NnOptimizer) optimizer = nn_optimizer_new (&experiment->train, network);

        set_gradient (network, gradients[0], 1);
        g_assert_true (nn_optimizer_step (optimizer, network, 0.1));
        g_autofree real *good = copy_block (&network->parameters);
        set_gradient (network, gradients[1], bad[b]);
        g_assert_false (nn_optimizer_step (optimizer, network, 10));
        nn_optimizer_undo (optimizer, network);
        assert_same_block (&network->parameters, good);

        /* It goes on as if it had begun there, and there is nothing more to undo. */
        nn_optimizer_undo (optimizer, network);
        assert_same_block (&network->parameters, good);
        g_assert_cmpuint (optimizer->step, ==, 0);
        set_gradient (network, gradients[2], 1);
        g_assert_true (nn_optimizer_step (optimizer, network, 0.1));
        for (gsize i = 0; i < network->parameters.reserved; i++)
          g_assert_true (isfinite (network->parameters.data[i]));
      }
}

/* The parameter itself overflows, though gradient and moments are fine. */
static void
test_overflow (void)
{
  g_autoptr (NnExperiment) experiment =
      make_recipe ("{ \"type\": \"dense\", \"units\": 1 }", "\"optimizer\": { \"type\": \"sgd\" }");
  g_autoptr (NnNetwork) network = make_small (experiment);
  g_autoptr (NnOptimizer) optimizer = nn_optimizer_new (&experiment->train, network);

  network->parameters.data[1] = -1.7e308;
  g_autofree real *good = copy_block (&network->parameters);
  set_gradient (network, (const double[]){0, 1e300, 0}, 0);
  g_assert_false (nn_optimizer_step (optimizer, network, 1e9));
  nn_optimizer_undo (optimizer, network);
  assert_same_block (&network->parameters, good);
}

static void
test_reset (void)
{
  g_autoptr (NnExperiment) experiment = make_recipe ("{ \"type\": \"dense\", \"units\": 1 }",
                                                     "\"optimizer\": { \"type\": \"adam\" }");
  g_autoptr (NnNetwork) network = make_small (experiment);
  g_autoptr (NnOptimizer) optimizer = nn_optimizer_new (&experiment->train, network);
  g_autofree real *fresh = copy_block (&network->parameters);

  set_gradient (network, gradients[0], 1);
  g_assert_true (nn_optimizer_step (optimizer, network, 0.1));
  g_autofree real *once = copy_block (&network->parameters);
  g_assert_true (nn_optimizer_step (optimizer, network, 0.1));

  nn_optimizer_reset (optimizer);
  memcpy (network->parameters.data, fresh, block_bytes (&network->parameters));
  g_assert_true (nn_optimizer_step (optimizer, network, 0.1));
  assert_same_block (&network->parameters, once);
}

static void
test_schedules (void)
{
  static const NnScheduleSpec constant = {NN_SCHEDULE_CONSTANT, 0.5, 1};
  static const NnScheduleSpec step = {NN_SCHEDULE_STEP, 0.5, 3};
  static const NnScheduleSpec cosine = {NN_SCHEDULE_COSINE, 0.1, 1};
  static const NnScheduleSpec exponential = {NN_SCHEDULE_EXPONENTIAL, 0.25, 1};
  static const struct {
    const NnScheduleSpec *schedule;
    double epoch, rate; /* of 10 epochs, from 2 */
  } cases[] = {
      {&constant, 0, 2},      {&constant, 9.9, 2},
      {&step, 0, 2},          {&step, 2.99, 2},
      {&step, 3, 1},          {&step, 6.5, 0.5},
      {&cosine, 0, 2},        {&cosine, 5, 1.1},
      {&cosine, 10, 0.2},     {&cosine, 12, 0.2},
      {&exponential, 0, 2},   {&exponential, 0.5, 1},
      {&exponential, 1, 0.5}, {&exponential, 2, 0.125},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpfloat_with_epsilon (nn_schedule_rate (cases[i].schedule, 2, cases[i].epoch, 10),
                                    cases[i].rate, 1e-12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/optimizer/reference", test_reference);
  g_test_add_func ("/optimizer/clipping", test_clipping);
  g_test_add_func ("/optimizer/parts", test_parts);
  g_test_add_func ("/optimizer/undo", test_undo);
  g_test_add_func ("/optimizer/overflow", test_overflow);
  g_test_add_func ("/optimizer/reset", test_reset);
  g_test_add_func ("/optimizer/schedules", test_schedules);
  return g_test_run ();
}
