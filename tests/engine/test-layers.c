/* test-layers.c: each layer's recipe words, first values and outputs, against plain arithmetic. */
#include "layer-fixture.h"

/* ---- recipe ---- */

static void
test_recipe_round_trip (void)
{
  static const char *const texts[] = {
      "{\"type\":\"dense\",\"units\":10,\"initialiser\":\"he-normal\"}",
      "{\"type\":\"dense\",\"units\":4096,\"initialiser\":\"zeros\"}",
      "{\"type\":\"activation\",\"function\":\"softmax\"}",
      "{\"type\":\"activation\",\"function\":\"leaky-relu\",\"slope\":0.25}",
      "{\"type\":\"flatten\"}",
      "{\"type\":\"dropout\",\"rate\":0.5}",
  };

  check_round_trips (texts, G_N_ELEMENTS (texts));
}

static void
test_recipe_defaults (void)
{
  g_autofree NnLayerSpec *dense = parse_spec ("{\"type\":\"dense\",\"units\":3}", NULL);
  g_autofree NnLayerSpec *leaky =
      parse_spec ("{\"type\":\"activation\",\"function\":\"leaky-relu\"}", NULL);

  g_assert_cmpint (((NnDenseSpec *)dense)->initialiser, ==, NN_INITIALISER_GLOROT_UNIFORM);
  g_assert_cmpfloat (((NnActivationSpec *)leaky)->slope, ==, 0.01);
}

static void
test_recipe_errors (void)
{
  static const char *const cases[][2] = {
      {"{\"type\":\"dense\",\"units\":0}", "layers[2].units: expected 1…4096, got 0"},
      {"{\"type\":\"dense\",\"units\":4097}", "layers[2].units: expected 1…4096, got 4097"},
      {"{\"type\":\"dense\"}", "layers[2].units: missing"},
      {"{\"type\":\"dense\",\"units\":3,\"bias\":true}",
       "layers[2].bias: unknown; known here: type, units, initialiser"},
      {"{\"type\":\"dense\",\"units\":3,\"initialiser\":\"one\"}",
       "layers[2].initialiser: expected one of glorot-uniform, he-normal, normal, zeros, got "
       "“one”"},
      {"{\"type\":\"activation\",\"function\":\"relu\",\"slope\":0.5}",
       "layers[2].slope: unknown; known here: type, function"},
      {"{\"type\":\"activation\"}", "layers[2].function: missing"},
      {"{\"type\":\"dropout\",\"rate\":1}",
       "layers[2].rate: expected less than 1, got 1: nothing would be left"},
      {"{\"type\":\"dropout\",\"rate\":-0.5}", "layers[2].rate: expected 0…1, got -0.5"},
      {"{\"type\":\"flatten\",\"order\":1}", "layers[2].order: unknown; known here: type"},
  };

  check_recipe_errors (cases, G_N_ELEMENTS (cases));
}

static void
test_names (void)
{
  for (int i = NN_FUNCTION_LINEAR; i <= NN_FUNCTION_SOFTMAX; i++) {
    NnFunction function = NN_FUNCTION_LINEAR;

    g_assert_true (nn_function_parse (nn_function_name ((NnFunction)i), &function));
    g_assert_cmpint (function, ==, i);
  }
  for (int i = NN_INITIALISER_GLOROT_UNIFORM; i <= NN_INITIALISER_ZEROS; i++) {
    NnInitialiser initialiser = NN_INITIALISER_NORMAL;

    g_assert_true (nn_initialiser_parse (nn_initialiser_name ((NnInitialiser)i), &initialiser));
    g_assert_cmpint (initialiser, ==, i);
  }
  g_assert_cmpstr (nn_function_name (NN_FUNCTION_LEAKY_RELU), ==, "leaky-relu");
  g_assert_false (nn_function_parse ("ReLU", &(NnFunction){NN_FUNCTION_LINEAR}));
  g_assert_false (nn_initialiser_parse ("", &(NnInitialiser){NN_INITIALISER_ZEROS}));
  g_assert_null (nn_layer_class_find ("Dense"));
  for (const NnLayerClass *const *class_ = nn_layer_class_all (); *class_ != NULL; class_++)
    g_assert_true (nn_layer_class_find ((*class_)->type) == *class_);
}

/* ---- first values ---- */

static void
moments (const real *numbers, gsize n, double *mean, double *deviation, double *greatest)
{
  double sum = 0, squares = 0;

  *greatest = 0;
  for (gsize i = 0; i < n; i++) {
    sum += numbers[i];
    squares += (double)numbers[i] * numbers[i];
    *greatest = MAX (*greatest, fabs (numbers[i]));
  }
  *mean = sum / (double)n;
  *deviation = sqrt (squares / (double)n);
}

static void
test_initialisers (void)
{
  const int in = 300, out = 100;
  const double glorot = sqrt (6.0 / (in + out));
  const struct {
    NnInitialiser initialiser;
    double deviation, limit;
  } cases[] = {
      {NN_INITIALISER_GLOROT_UNIFORM, glorot / sqrt (3), glorot},
      {NN_INITIALISER_HE_NORMAL, sqrt (2.0 / in), 6 * sqrt (2.0 / in)},
      {NN_INITIALISER_NORMAL, 0.05, 0.3},
      {NN_INITIALISER_ZEROS, 0, 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (NnNetwork) network =
        network_of (nn_dense_spec (out, cases[i].initialiser), nn_shape_vector (in), 1, NULL);
    NnParameter *weight = &network->layers[0]->parameters[0];
    NnParameter *bias = &network->layers[0]->parameters[1];
    double mean, deviation, greatest;

    weight->value[0] = bias->value[0] = 5; /* what was there before is drawn anew */
    nn_network_initialise (network, 8);
    moments (weight->value, (gsize)in * out, &mean, &deviation, &greatest);
    assert_near (mean, 0, 5 * cases[i].deviation / sqrt (in * out));
    assert_near (deviation, cases[i].deviation, 0.01 * cases[i].deviation);
    g_assert_cmpfloat (greatest, <=, cases[i].limit);
    g_assert_cmpfloat (greatest, >=, 0.99 * MIN (cases[i].limit, 3 * cases[i].deviation));
    for (int o = 0; o < out; o++)
      g_assert_true (bias->value[o] == 0);
  }
}

/* ---- forward ---- */

static void
check_dense (int inputs, int units, int max_batch, int batch)
{
  g_autoptr (NnNetwork) network = network_of (nn_dense_spec (units, NN_INITIALISER_NORMAL),
                                              nn_shape_vector (inputs), max_batch, NULL);
  const NnParameter *weight = &network->layers[0]->parameters[0];
  const NnParameter *bias = &network->layers[0]->parameters[1];
  g_autofree real *x = g_new (real, (gsize)batch * (gsize)inputs);
  NnRun run = {.batch = batch};
  const real *y;

  nn_network_initialise (network, 1);
  for (int o = 0; o < units; o++)
    bias->value[o] = (real)(o % 7 - 3);
  for (int i = 0; i < batch * inputs; i++)
    x[i] = (real)((i * 13 % 29) - 14) / 8;
  y = nn_network_forward (network, &run, x);

  for (int n = 0; n < batch; n++)
    for (int o = 0; o < units; o++) {
      double expected = bias->value[o];

      for (int i = 0; i < inputs; i++)
        expected +=
            (double)x[n * inputs + i] * weight->value[nn_parameter_place (weight, o * inputs + i)];
      assert_near (y[n * units + o], expected, 1e-5);
    }
}

static void
test_dense (void)
{
  check_dense (3, 2, 4, 4);
  check_dense (784, 128, 32, 32);
  check_dense (784, 128, 32, 1);
  check_dense (101, 67, 300, 299); /* several blocks each way, and a batch that is not full */
  check_dense (101, 67, 600, 7);
  check_dense (1, 1, 1, 1);
}

static void
apply (NnFunction function, const real *x, real *y, int batch, int size)
{
  g_autoptr (NnNetwork) network =
      network_of (nn_activation_spec (function), nn_shape_vector (size), batch + 2, NULL);
  NnRun run = {.batch = batch};

  memcpy (y, nn_network_forward (network, &run, x), (gsize)batch * (gsize)size * sizeof (real));
}

static void
test_activations (void)
{
  const real x[] = {-3, -0.5f, 0, 0.25f, 2, 100};
  enum { N = G_N_ELEMENTS (x) };
  real y[N];

  apply (NN_FUNCTION_LINEAR, x, y, 2, 3);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
  apply (NN_FUNCTION_RELU, x, y, 2, 3);
  for (int i = 0; i < N; i++)
    g_assert_true (y[i] == MAX (x[i], 0));
  apply (NN_FUNCTION_LEAKY_RELU, x, y, 2, 3);
  for (int i = 0; i < N; i++)
    assert_near (y[i], x[i] > 0 ? x[i] : 0.01 * x[i], 1e-7);
  apply (NN_FUNCTION_SIGMOID, x, y, 2, 3);
  for (int i = 0; i < N; i++)
    assert_near (y[i], 1 / (1 + exp (-x[i])), 1e-6);
  apply (NN_FUNCTION_TANH, x, y, 2, 3);
  for (int i = 0; i < N; i++)
    assert_near (y[i], tanh (x[i]), 1e-6);
}

/* Two rows; the second is the first but 10 000 higher, where a careless softmax overflows. */
static void
test_softmax (void)
{
  const real x[2][3] = {{1, 2, 3}, {10001, 10002, 10003}};
  const real huge[3] = {-INFINITY, 0, 0}, broken[3] = {0, NAN, 1};
  real y[2][3];

  apply (NN_FUNCTION_SOFTMAX, x[0], y[0], 2, 3);
  for (int n = 0; n < 2; n++)
    for (int i = 0; i < 3; i++)
      assert_near (y[n][i], exp (i + 1) / (exp (1) + exp (2) + exp (3)), 1e-6);
  apply (NN_FUNCTION_SOFTMAX, huge, y[0], 1, 3);
  g_assert_true (y[0][0] == 0 && y[0][1] == 0.5f && y[0][2] == 0.5f);
  apply (NN_FUNCTION_SOFTMAX, broken, y[0], 1, 3);
  g_assert_true (isnan (y[0][0]) && isnan (y[0][1]) && isnan (y[0][2]));
}

static void
test_flatten (void)
{
  g_autoptr (NnNetwork) network =
      network_of (nn_flatten_spec (), nn_shape_image (4, 3, 2), 2, NULL);
  NnShape flat = nn_shape_vector (24);
  real x[48];
  NnRun run = {.batch = 2};

  for (int i = 0; i < 48; i++)
    x[i] = (real)i;
  g_assert_cmpmem (nn_network_forward (network, &run, x), sizeof x, x, sizeof x);
  g_assert_cmpmem (nn_network_layer_output (network, 0), sizeof x, x, sizeof x);
  g_assert_true (nn_shape_equal (&network->output_shape, &flat));
}

/* ---- dropout ---- */

enum { WIDTH = 500, BATCH = 40 };

static void
drop (NnNetwork *network, int batch, guint64 seed, guint64 step, real *y)
{
  g_autofree real *x = g_new (real, BATCH * WIDTH);
  NnRun run = {.batch = batch, .training = TRUE, .seed = seed, .step = step};

  for (int i = 0; i < BATCH * WIDTH; i++)
    x[i] = 1;
  memcpy (y, nn_network_forward (network, &run, x), (gsize)batch * WIDTH * sizeof (real));
}

static void
test_dropout_statistics (void)
{
  const double rate = 0.3;
  g_autoptr (NnNetwork) network =
      network_of (nn_dropout_spec (rate), nn_shape_vector (WIDTH), BATCH, NULL);
  real y[BATCH * WIDTH];
  const double n = BATCH * WIDTH;
  int dropped = 0;

  drop (network, BATCH, 1, 0, y);
  for (int i = 0; i < BATCH * WIDTH; i++) {
    g_assert_true (y[i] == 0 || fabs (y[i] - 1 / (1 - rate)) < 1e-6);
    dropped += y[i] == 0;
  }
  g_assert_cmpfloat (fabs (dropped - n * rate), <, 5 * sqrt (n * rate * (1 - rate)));
}

/* A row's mask depends on seed, step and row alone: not on batch, plan or threads. */
static void
test_dropout_reproducible (void)
{
  g_autoptr (NnPool) pool = nn_pool_new (3);
  g_autoptr (NnNetwork) network =
      network_of (nn_dropout_spec (0.5), nn_shape_vector (WIDTH), BATCH, NULL);
  g_autoptr (NnNetwork) other =
      network_of (nn_dropout_spec (0.5), nn_shape_vector (WIDTH), 3 * BATCH, pool);
  real y[BATCH * WIDTH], again[BATCH * WIDTH];

  drop (network, BATCH, 1, 5, y);
  drop (other, BATCH, 1, 5, again);
  g_assert_cmpmem (y, sizeof y, again, sizeof again);
  drop (other, 3, 1, 5, again);
  g_assert_cmpmem (y, 3 * WIDTH * sizeof (real), again, 3 * WIDTH * sizeof (real));
  drop (network, BATCH, 1, 6, again);
  g_assert_cmpint (memcmp (y, again, sizeof y), !=, 0);
  drop (network, BATCH, 2, 5, again);
  g_assert_cmpint (memcmp (y, again, sizeof y), !=, 0);
}

static void
test_dropout_prediction (void)
{
  g_autoptr (NnNetwork) network = network_of (nn_dropout_spec (0.9), nn_shape_vector (3), 2, NULL);
  const real x[6] = {1, -2, 3, NAN, 5, 6};
  NnRun run = {.batch = 2, .training = FALSE};

  g_assert_cmpmem (nn_network_forward (network, &run, x), sizeof x, x, sizeof x);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layers/recipe/round-trip", test_recipe_round_trip);
  g_test_add_func ("/layers/recipe/defaults", test_recipe_defaults);
  g_test_add_func ("/layers/recipe/errors", test_recipe_errors);
  g_test_add_func ("/layers/names", test_names);
  g_test_add_func ("/layers/initialisers", test_initialisers);
  g_test_add_func ("/layers/dense", test_dense);
  g_test_add_func ("/layers/activations", test_activations);
  g_test_add_func ("/layers/softmax", test_softmax);
  g_test_add_func ("/layers/flatten", test_flatten);
  g_test_add_func ("/layers/dropout/statistics", test_dropout_statistics);
  g_test_add_func ("/layers/dropout/reproducible", test_dropout_reproducible);
  g_test_add_func ("/layers/dropout/prediction", test_dropout_prediction);
  return g_test_run ();
}
