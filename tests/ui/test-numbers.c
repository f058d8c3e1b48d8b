/* test-numbers.c: numbers as they are written, and where a dial puts them. Needs no display. */
#include "ui/gbx-format.h"
#include "ui/train/gbx-dial-scale.h"
#include "ui/train/gbx-unit.h"

#include <math.h>

#define SPACE "\302\240"
#define FIGURE "\342\200\207"

/* Compares, and frees @text. */
static void
assert_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_format (void)
{
  assert_text (gbx_format_count (0), "0");
  assert_text (gbx_format_count (999), "999");
  assert_text (gbx_format_count (60000), "60" SPACE "000");
  assert_text (gbx_format_count (1234567), "1" SPACE "234" SPACE "567");
  assert_text (gbx_format_padded (42, 5), FIGURE FIGURE FIGURE "42");
  assert_text (gbx_format_padded (41200, 6), "41" SPACE "200");

  assert_text (gbx_format_percent (0.9756, 1), "97.6 %");
  assert_text (gbx_format_percent (NAN, 1), "–");

  assert_text (gbx_format_number (0.083456, 3), "0.0835");
  assert_text (gbx_format_number (2.3026, 3), "2.30");
  assert_text (gbx_format_number (0.00001, 2), "0.000010");
  assert_text (gbx_format_number (123456, 3), "123456");
  assert_text (gbx_format_number (0, 3), "0");
  assert_text (gbx_format_number (1.0568849e27, 3), "1.06e27");
  assert_text (gbx_format_number (-2e6, 3), "-2.00e6");
  assert_text (gbx_format_number (NAN, 3), "–");

  assert_text (gbx_format_exact (0.001), "0.001");
  assert_text (gbx_format_exact (1e-6), "0.000001");
  assert_text (gbx_format_exact (0.1 + 0.2), "0.3");
  assert_text (gbx_format_exact (128), "128");
  assert_text (gbx_format_signed (-1.666, 2), "−1.67");
  assert_text (gbx_format_signed (1.666, 2), "1.67");
}

static void
test_dial_positions (void)
{
  static const char *const dials[] = {"learning-rate", "batch-size", "epochs", "hidden-units", "l2",
                                      "momentum",      "dropout"};

  for (guint i = 0; i < G_N_ELEMENTS (dials); i++) {
    GbxDialScale scale;

    g_assert_true (gbx_dial_scale_find (dials[i], &scale));
    g_assert_cmpfloat (gbx_dial_scale_to_position (&scale, scale.minimum), ==, 0);
    g_assert_cmpfloat_with_epsilon (gbx_dial_scale_to_position (&scale, scale.maximum), 1, 1e-12);
    g_assert_cmpfloat_with_epsilon (gbx_dial_scale_from_position (&scale, 0), scale.minimum, 1e-12);
    g_assert_cmpfloat_with_epsilon (gbx_dial_scale_from_position (&scale, 1), scale.maximum, 1e-9);
    for (int mark = 0; mark < scale.n_marks; mark++) {
      double position = gbx_dial_scale_to_position (&scale, scale.marks[mark]);

      /* Near a usual value, the usual value itself. */
      g_assert_cmpfloat (gbx_dial_scale_from_position (&scale, CLAMP (position + 0.005, 0, 1)), ==,
                         scale.marks[mark]);
    }
    for (double position = 0; position <= 1; position += 0.03125) {
      double value = gbx_dial_scale_from_position (&scale, position);

      g_assert_cmpfloat (value, >=, scale.minimum);
      g_assert_cmpfloat (value, <=, scale.maximum);
      if (scale.integer)
        g_assert_cmpfloat (value, ==, round (value));
    }
  }
}

static void
test_dial_typing (void)
{
  GbxDialScale rate, batch, dropout;
  double value;

  g_assert_false (gbx_dial_scale_find ("optimizer", &rate));
  g_assert_true (gbx_dial_scale_find ("learning-rate", &rate));
  g_assert_true (gbx_dial_scale_find ("batch-size", &batch));
  g_assert_true (gbx_dial_scale_find ("dropout", &dropout));

  g_assert_true (gbx_dial_scale_parse (&rate, "0,005", &value));
  g_assert_cmpfloat_with_epsilon (value, 0.005, 1e-15);
  g_assert_true (gbx_dial_scale_parse (&rate, " 1e-3 ", &value));
  g_assert_cmpfloat_with_epsilon (value, 0.001, 1e-15);
  g_assert_true (gbx_dial_scale_parse (&rate, "1000", &value));
  g_assert_cmpfloat (value, ==, 10);
  g_assert_false (gbx_dial_scale_parse (&rate, "", &value));
  g_assert_false (gbx_dial_scale_parse (&rate, "fast", &value));
  g_assert_false (gbx_dial_scale_parse (&rate, "0.1x", &value));
  g_assert_false (gbx_dial_scale_parse (&rate, "nan", &value));

  g_assert_true (gbx_dial_scale_parse (&batch, "127.6", &value));
  g_assert_cmpfloat (value, ==, 128);
  g_assert_true (gbx_dial_scale_parse (&dropout, "20 %", &value));
  g_assert_cmpfloat_with_epsilon (value, 0.2, 1e-15);
  assert_text (gbx_dial_scale_format (&dropout, 0.25), "25 %");
  /* What is shown can be typed. */
  g_assert_true (gbx_dial_scale_parse (&dropout, "25 %", &value));
  g_assert_cmpfloat_with_epsilon (value, 0.25, 1e-15);
}

/* A network of 3 inputs, 2 hidden units and 4 outputs with weights one can add up by hand. */
static NnNetwork *
make_network (void)
{
  static const real hidden[] = {1, 2, 3, -1, 0, 0.5f}, output[] = {4, 0, 1, 0, -9, 0, 3, 0};
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  NnShape shape = nn_shape_vector (3);
  NnNetwork *network;

  g_ptr_array_add (specs, nn_dense_spec (2, NN_INITIALISER_ZEROS));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_RELU));
  g_ptr_array_add (specs, nn_dense_spec (4, NN_INITIALISER_ZEROS));
  network = nn_network_new (specs, &shape, 1, FALSE, NULL, NULL);
  g_assert_nonnull (network);
  memcpy (network->layers[0]->parameters[0].value, hidden, sizeof hidden);
  network->layers[0]->parameters[1].value[0] = 0.25f;
  memcpy (network->layers[2]->parameters[0].value, output, sizeof output);
  return network;
}

static void
test_unit (void)
{
  static const real x[] = {1, 10, 100};
  g_autoptr (NnNetwork) network = make_network ();
  const NnLayer *layers[4];
  int targets[3];

  g_assert_cmpint (gbx_unit_find_layers (network, layers, 4), ==, 2);
  g_assert_true (layers[0] == network->layers[0] && layers[1] == network->layers[2]);
  g_assert_cmpint (gbx_unit_n_inputs (layers[0]), ==, 3);
  g_assert_cmpint (gbx_unit_n_units (layers[1]), ==, 4);
  g_assert_cmpfloat (gbx_unit_sum (layers[0], 0, x), ==, 321.25);
  g_assert_cmpfloat (gbx_unit_sum (layers[0], 1, x), ==, 49);

  /* Unit 0 speaks for 0 (4) and 3 (3), hardly for 1 (1), and against 2; unit 1 for nothing. */
  g_assert_cmpint (gbx_unit_strongest (layers[1], 0, targets, 3), ==, 2);
  g_assert_cmpint (targets[0], ==, 0);
  g_assert_cmpint (targets[1], ==, 3);
  g_assert_cmpint (gbx_unit_strongest (layers[1], 1, targets, 3), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/numbers/format", test_format);
  g_test_add_func ("/numbers/dial-positions", test_dial_positions);
  g_test_add_func ("/numbers/dial-typing", test_dial_typing);
  g_test_add_func ("/numbers/unit", test_unit);
  return g_test_run ();
}
