/* test-convolution.c: the recipe's words of a convolution, its shapes and first values, and the
 * same numbers by every way to compute them. */
#include "convolution-fixture.h"

#define TOLERANCE 2e-6 /* of the greatest number: float sums of some hundred products */

/* ---- recipe ---- */

static NnLayerSpec *
parse_spec (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  NnLayerSpec *spec = g_malloc0 (nn_convolution_class.spec_size);

  spec->class_ = &nn_convolution_class;
  if (nn_convolution_class.parse (spec, json_node_get_object (node), "layers[2]", error))
    return spec;
  g_free (spec);
  return NULL;
}

static char *
write_spec (const NnLayerSpec *spec)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, spec->class_->type);
  spec->class_->write (spec, builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

#define CONV(members) "{\"type\":\"conv2d\"," members "}"
#define GLOROT ",\"initialiser\":\"glorot-uniform\""

static void
test_recipe (void)
{
  static const char *const texts[][2] = {
      {CONV ("\"filters\":32,\"kernel\":3"),
       CONV ("\"filters\":32,\"kernel\":[3,3],\"stride\":[1,1],\"padding\":\"valid\"" GLOROT)},
      {CONV ("\"filters\":1024,\"kernel\":[1,64],\"stride\":2,\"padding\":\"same\""),
       CONV ("\"filters\":1024,\"kernel\":[1,64],\"stride\":[2,2],\"padding\":\"same\"" GLOROT)},
      {CONV ("\"filters\":1,\"kernel\":[4,3],\"stride\":[5,6],\"padding\":[3,0,1,2],"
             "\"initialiser\":\"zeros\""),
       CONV ("\"filters\":1,\"kernel\":[4,3],\"stride\":[5,6],\"padding\":[3,0,1,2],"
             "\"initialiser\":\"zeros\"")},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree NnLayerSpec *spec = parse_spec (texts[i][0], &error);
    g_autofree char *text = NULL;
    g_autofree NnLayerSpec *again = NULL;
    g_autofree char *text_again = NULL;

    g_assert_no_error (error);
    text = write_spec (spec);
    g_assert_cmpstr (text, ==, texts[i][1]);
    again = parse_spec (text, &error);
    g_assert_no_error (error);
    text_again = write_spec (again);
    g_assert_cmpstr (text_again, ==, text);
  }
}

static void
test_recipe_errors (void)
{
  static const char *const texts[][2] = {
      {CONV ("\"kernel\":3"), "layers[2].filters: missing"},
      {CONV ("\"filters\":0,\"kernel\":3"), "layers[2].filters: expected 1…1024, got 0"},
      {CONV ("\"filters\":2"), "layers[2].kernel: missing"},
      {CONV ("\"filters\":2,\"kernel\":65"), "layers[2].kernel: expected 1…64, got 65"},
      {CONV ("\"filters\":2,\"kernel\":[3,0]"), "layers[2].kernel[1]: expected 1…64, got 0"},
      {CONV ("\"filters\":2,\"kernel\":[3,3,3]"),
       "layers[2].kernel: expected one number, or a list of two: height and width"},
      {CONV ("\"filters\":2,\"kernel\":\"3\""),
       "layers[2].kernel: expected a number, got a string"},
      {CONV ("\"filters\":2,\"kernel\":3,\"stride\":[1,\"x\"]"),
       "layers[2].stride[1]: expected a number, got a string"},
      {CONV ("\"filters\":2,\"kernel\":3,\"stride\":0"), "layers[2].stride: expected 1…64, got 0"},
      {CONV ("\"filters\":2,\"kernel\":3,\"padding\":\"full\""),
       "layers[2].padding: expected one of valid, same, got “full”"},
      {CONV ("\"filters\":2,\"kernel\":3,\"padding\":[1,1]"),
       "layers[2].padding: expected valid, same, or a list of four numbers: top, bottom, left, "
       "right"},
      {CONV ("\"filters\":2,\"kernel\":[3,4],\"padding\":[2,3,1,1]"),
       "layers[2].padding[1]: expected 0…2, got 3"},
      {CONV ("\"filters\":2,\"kernel\":3,\"dilation\":2"),
       "layers[2].dilation: unknown; known here: type, filters, kernel, stride, padding, "
       "initialiser"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse_spec (texts[i][0], &error));
    g_assert_nonnull (error);
    g_assert_cmpstr (error->message, ==, texts[i][1]);
  }
}

/* ---- shapes ---- */

static NnNetwork *
network_of (NnShape shape, int filters, const NnWindow *window, GError **error)
{
  g_autoptr (GPtrArray) specs = new_specs ();

  g_ptr_array_add (specs, nn_convolution_spec (filters, window, NN_INITIALISER_GLOROT_UNIFORM));
  return nn_network_new (specs, &shape, 1, TRUE, NULL, error);
}

static void
test_shapes (void)
{
  const struct {
    NnShape input;
    NnWindow window;
    const char *output;
  } shapes[] = {
      {IMAGE (28, 28, 1), WINDOW (3, 3, 1, 1), "26×26×7"},
      {IMAGE (28, 28, 3), WINDOW (5, 3, 2, 4), "12×7×7"},
      {IMAGE (28, 27, 1), SAME (3, 3, 1, 1), "28×27×7"},
      {IMAGE (28, 27, 1), SAME (3, 3, 2, 2), "14×14×7"},
      {IMAGE (5, 5, 1), SAME (2, 2, 4, 4), "2×2×7"},
      {IMAGE (2, 2, 1), SAME (5, 5, 1, 1), "2×2×7"},
      {IMAGE (5, 5, 1), PADDED (3, 3, 2, 1, 1, 0, 2, 1), "2×6×7"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (NnNetwork) network = network_of (shapes[i].input, 7, &shapes[i].window, &error);
    g_autofree char *output = NULL;

    g_assert_no_error (error);
    output = nn_shape_to_string (&network->output_shape);
    g_assert_cmpstr (output, ==, shapes[i].output);
  }
}

static void
test_shape_errors (void)
{
  const NnWindow three = WINDOW (3, 3, 1, 1), padded = PADDED (5, 5, 1, 1, 1, 1, 0, 0);
  const struct {
    NnShape input;
    NnWindow window;
    const char *message;
  } errors[] = {
      {nn_shape_vector (784), three,
       "layers[0]: expected an input of height×width×channels, got 784"},
      {{.n_dims = 2, .dims = {28, 28}},
       three,
       "layers[0]: expected an input of height×width×channels, got 28×28"},
      {nn_shape_image (2, 5, 1), three,
       "layers[0]: a window of 3×3 does not fit into an input of 2×5"},
      {nn_shape_image (3, 4, 1), padded,
       "layers[0]: a window of 5×5 does not fit into an input of 5×4"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (network_of (errors[i].input, 2, &errors[i].window, &error));
    g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
    g_assert_cmpstr (error->message, ==, errors[i].message);
  }
}

static void
test_parameters (void)
{
  const NnWindow window = WINDOW (3, 5, 1, 1);
  const int fan_in = 3 * 5 * 4, fan_out = 3 * 5 * 16;
  const double limit = sqrt (6.0 / (fan_in + fan_out));
  g_autoptr (NnNetwork) network = network_of (nn_shape_image (10, 10, 4), 16, &window, NULL);
  const NnParameter *weight = &network->layers[0]->parameters[0];
  const NnParameter *bias = &network->layers[0]->parameters[1];
  g_autofree char *shape = nn_shape_to_string (&weight->shape);
  gsize n = nn_shape_size (&weight->shape);
  double greatest = 0;

  g_assert_cmpstr (shape, ==, "16×4×3×5");
  g_assert_cmpstr (weight->name, ==, "weight");
  g_assert_cmpstr (bias->name, ==, "bias");
  g_assert_true (weight->panel == 16 && weight->decays && !bias->decays);
  g_assert_cmpuint (nn_network_n_parameters (network), ==, 16 * 60 + 16);
  g_assert_cmpfloat (network->layers[0]->flops, ==, 2.0 * 8 * 6 * 16 * 60);

  nn_network_initialise (network, 4);
  for (gsize i = 0; i < n; i++)
    greatest = MAX (greatest, fabs (weight->value[i]));
  g_assert_cmpfloat (greatest, <=, limit);
  g_assert_cmpfloat (greatest, >=, 0.98 * limit);
  for (int o = 0; o < 16; o++)
    g_assert_true (bias->value[o] == 0);
}

/* ---- numbers ---- */

/* By hand: a 2×2 kernel over a 3×3 picture, two filters. */
static void
test_by_hand (void)
{
  const NnWindow window = WINDOW (2, 2, 1, 1);
  const real x[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const real weights[8] = {1, 0, 10, 0, 100, 0, 1000, 1}; /* [i][j][o] */
  const real expected[8] = {5421.5f, 4, 6532.5f, 5, 8754.5f, 7, 9865.5f, 8};
  NnRun run = {.batch = 1};

  for (int method = NN_METHOD_NAIVE; method <= NN_METHOD_DIRECT; method++) {
    g_autoptr (GPtrArray) specs = new_specs ();
    g_autoptr (NnNetwork) network = NULL;
    const Case c = {.input = IMAGE (3, 3, 1), .max_batch = 1};

    g_ptr_array_add (specs, nn_convolution_spec (2, &window, NN_INITIALISER_ZEROS));
    network = plan_network (specs, &c, (NnPlan){.method = (NnMethod)method}, NULL);
    memcpy (network->layers[0]->parameters[0].value, weights, sizeof weights);
    network->layers[0]->parameters[1].value[0] = 0.5f;
    network->layers[0]->parameters[1].value[1] = -1;
    g_assert_cmpmem (nn_network_forward (network, &run, x), sizeof expected, expected,
                     sizeof expected);
  }
}

static void
test_methods (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int behind = PLAIN; behind < N_BEHIND; behind++) {
      g_autoptr (GPtrArray) specs = network_specs (&cases[i], (Behind)behind);
      g_auto (Result) naive =
          compute (specs, &cases[i], (NnPlan){NN_METHOD_NAIVE, .separate = TRUE}, NULL);

      for (int method = NN_METHOD_GEMM; method <= NN_METHOD_DIRECT; method++)
        for (int separate = 0; separate < 2; separate++) {
          g_auto (Result) result =
              compute (specs, &cases[i], (NnPlan){(NnMethod)method, separate}, NULL);

          assert_results_near (&result, &naive, TOLERANCE);
        }
    }
}

/* ReLU and pooling are done by the convolution where kernels of our own suit it, and only there. */
static void
test_fused (void)
{
  const Case suited = {IMAGE (7, 7, 16), 32, WINDOW (3, 3, 1, 1), 2, 2};
  const Case unsuited = {IMAGE (7, 7, 3), 17, WINDOW (5, 5, 1, 1), 2, 2};
  const int expected[N_BEHIND] = {[PLAIN] = 0, [RELU] = 1, [RELU_POOL] = 2, [POOL] = 1};

  for (int behind = PLAIN; behind < N_BEHIND; behind++)
    for (int method = NN_METHOD_NAIVE; method <= NN_METHOD_DIRECT; method++)
      for (int separate = 0; separate < 2; separate++) {
        const NnPlan plan = {(NnMethod)method, separate};
        g_autoptr (GPtrArray) specs = network_specs (&suited, (Behind)behind);
        g_autoptr (GPtrArray) others = network_specs (&unsuited, (Behind)behind);
        g_autoptr (NnNetwork) network = plan_network (specs, &suited, plan, NULL);
        g_autoptr (NnNetwork) other = plan_network (others, &unsuited, plan, NULL);

        g_assert_cmpint (network->layers[1]->n_fused, ==,
                         method == NN_METHOD_DIRECT && !separate ? expected[behind] : 0);
        g_assert_cmpint (other->layers[1]->n_fused, ==, 0);
      }
}

/* The same bits whoever does the work, by each way. */
static void
test_threads (void)
{
  const guint threads[] = {1, 2, 3, 5, 16};
  const Case larger = {IMAGE (13, 13, 32), 64, WINDOW (3, 3, 1, 1), 21, 19};

  for (gsize t = 0; t < G_N_ELEMENTS (threads); t++) {
    g_autoptr (NnPool) pool = nn_pool_new (threads[t]);

    for (gsize i = 1; i <= G_N_ELEMENTS (cases); i += 3)
      for (int plan = 0; plan < 6; plan++) {
        const Case *c = i < G_N_ELEMENTS (cases) ? &cases[i] : &larger;
        const NnPlan how = {(NnMethod)(plan / 2), plan % 2};
        g_autoptr (GPtrArray) specs = network_specs (c, RELU_POOL);
        g_auto (Result) alone = compute (specs, c, how, NULL);
        g_auto (Result) together = compute (specs, c, how, pool);

        g_assert_cmpmem (together.y, together.n_y * sizeof (real), alone.y,
                         alone.n_y * sizeof (real));
        g_assert_cmpmem (together.gradients, together.n_gradients * sizeof (real), alone.gradients,
                         alone.n_gradients * sizeof (real));
      }
  }
}

/* NaN in the input reaches the outputs that look at it: nothing hides a diverged run. */
static void
test_nan (void)
{
  const Case c = {IMAGE (6, 6, 1), 16, WINDOW (3, 3, 1, 1), 1, 1};
  NnRun run = {.batch = 1};
  real x[36] = {0};

  x[14] = NAN; /* row 2, column 2: seen by the outputs of rows and columns 0…2 */
  for (int method = NN_METHOD_NAIVE; method <= NN_METHOD_DIRECT; method++) {
    g_autoptr (GPtrArray) specs = new_specs ();
    g_autoptr (NnNetwork) network = NULL;
    const real *y;

    g_ptr_array_add (specs, nn_convolution_spec (16, &c.window, NN_INITIALISER_ZEROS));
    g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_RELU));
    g_ptr_array_add (specs, nn_flatten_spec ());
    network = plan_network (specs, &c, (NnPlan){.method = (NnMethod)method}, NULL);
    y = nn_network_forward (network, &run, x);
    for (int v = 0; v < 4; v++)
      for (int u = 0; u < 4; u++)
        for (int o = 0; o < 16; o++)
          g_assert_cmpint (isnan (y[(v * 4 + u) * 16 + o]) != 0, ==, v < 3 && u < 3);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/convolution/recipe", test_recipe);
  g_test_add_func ("/convolution/recipe-errors", test_recipe_errors);
  g_test_add_func ("/convolution/shapes", test_shapes);
  g_test_add_func ("/convolution/shape-errors", test_shape_errors);
  g_test_add_func ("/convolution/parameters", test_parameters);
  g_test_add_func ("/convolution/by-hand", test_by_hand);
  g_test_add_func ("/convolution/methods", test_methods);
  g_test_add_func ("/convolution/fused", test_fused);
  g_test_add_func ("/convolution/threads", test_threads);
  g_test_add_func ("/convolution/nan", test_nan);
  return g_test_run ();
}
