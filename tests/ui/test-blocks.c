/* test-blocks.c: a network as one looks at it: its blocks, their pictures and words. Needs no
 * display. */
#include "ui/design/gbx-layer-words.h"
#include "ui/gbx-figures.h"
#include "ui/train/gbx-block.h"

#include <math.h>

#define SIDE 7

typedef struct {
  NnNetwork *network;
  real x[SIDE * SIDE];
  GbxBlock blocks[8];
  int n;
} Sight;

/* Two convolutions, both poolings, and two dense layers, with weights drawn at random. */
static GPtrArray *
make_specs (void)
{
  GPtrArray *specs = g_ptr_array_new_with_free_func (g_free);
  const NnWindow same = {3, 3, 1, 1, NN_PADDING_SAME, 0, 0, 0, 0};
  const NnWindow wide = {2, 3, 1, 2, NN_PADDING_VALID, 0, 0, 0, 0};
  const NnWindow pool = {2, 2, 2, 2, NN_PADDING_VALID, 0, 0, 0, 0};

  g_ptr_array_add (specs, nn_convolution_spec (3, &same, NN_INITIALISER_HE_NORMAL));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_RELU));
  g_ptr_array_add (specs, nn_max_pool_spec (&pool));
  g_ptr_array_add (specs, nn_convolution_spec (4, &wide, NN_INITIALISER_HE_NORMAL));
  g_ptr_array_add (specs, nn_batch_norm_spec (0.9, 1e-5));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_TANH));
  g_ptr_array_add (specs,
                   nn_average_pool_spec (&(NnWindow){2, 1, 2, 1, NN_PADDING_VALID, 0, 0, 0, 0}));
  g_ptr_array_add (specs, nn_flatten_spec ());
  g_ptr_array_add (specs, nn_dense_spec (5, NN_INITIALISER_GLOROT_UNIFORM));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_RELU));
  g_ptr_array_add (specs, nn_dense_spec (2, NN_INITIALISER_GLOROT_UNIFORM));
  g_ptr_array_add (specs, nn_activation_spec (NN_FUNCTION_SOFTMAX));
  return specs;
}

static void
look (Sight *sight)
{
  g_autoptr (GPtrArray) specs = make_specs ();
  const NnShape shape = nn_shape_image (SIDE, SIDE, 1);
  const NnPlan plan = {.method = nn_plan_default ().method, .separate = TRUE};
  const NnRun run = {.batch = 1};

  sight->network = nn_network_new_planned (specs, &shape, 1, FALSE, plan, NULL, NULL);
  g_assert_nonnull (sight->network);
  nn_network_initialise (sight->network, 5);
  sight->network->layers[0]->parameters[1].value[2] = 0.5f;
  for (int i = 0; i < SIDE * SIDE; i++)
    sight->x[i] = (real)((i * 37) % 11) / 10;
  nn_network_forward (sight->network, &run, sight->x);
  sight->n = gbx_block_find_all (sight->network, sight->blocks, G_N_ELEMENTS (sight->blocks));
}

/* Compares, and frees @text. */
static void
assert_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_names (void)
{
  static const char *const names[] = {"conv 1", "pool 1", "conv 2", "pool 2", "dense 1", "dense 2"};
  Sight sight;

  look (&sight);
  g_assert_cmpint (sight.n, ==, 6);
  for (int i = 0; i < sight.n; i++)
    assert_text (gbx_block_name (&sight.blocks[i]), names[i]);
  g_assert_true (sight.blocks[0].activation == sight.network->layers[1]);
  g_assert_null (sight.blocks[2].activation); /* the norm comes between */
  g_assert_true (sight.blocks[2].last == sight.network->layers[5]);
  g_assert_true (sight.blocks[3].last == sight.blocks[3].layer);
  g_assert_true (sight.blocks[5].last == sight.network->layers[11]);
  assert_text (gbx_block_describe (&sight.blocks[0]),
               "3 filters of 3×3 · 7×7×1 → 7×7×3 · blue + / orange −");
  assert_text (gbx_block_describe (&sight.blocks[1]),
               "the largest of each 2×2 · 7×7×3 → 3×3×3 · blue + / orange −");
  g_assert_cmpint (gbx_block_find_all (sight.network, sight.blocks, 2), ==, 2);
  nn_network_free (sight.network);
}

/* The way the window goes gives what the engine gives: over all input maps, with the bias. */
static void
test_hops (void)
{
  Sight sight;

  look (&sight);
  for (int b = 0; b < 4; b++) {
    const GbxBlock *block = &sight.blocks[b];
    gboolean sums = block->kind == GBX_LAYER_CONVOLUTION;

    for (int output = 0; output < gbx_block_n_outputs (block); output++) {
      int n_inputs = sums ? gbx_block_n_inputs (block) : 1;
      g_autoptr (GbxHop) first = gbx_block_hop (block, 0, output);

      for (int place = 0; place < gbx_hop_n_places (first); place++) {
        double total = first->bias;

        for (int input = 0; input < n_inputs; input++) {
          g_autoptr (GbxHop) hop = gbx_block_hop (block, input, output);
          int largest = gbx_hop_largest (hop, place);

          g_assert_cmpint (hop->input, ==, sums ? input : output);
          if (hop->kind == GBX_HOP_MAXIMUM)
            total = gbx_hop_cell (hop, place, largest / hop->width, largest % hop->width).value;
          else
            total += gbx_hop_sum (hop, place);
          if (hop->kind == GBX_HOP_MEAN)
            total /= gbx_hop_n_inside (hop, place);
        }
        g_assert_cmpfloat_with_epsilon (total, first->sums[place], 1e-5);
        if (n_inputs == 1 && sums)
          g_assert_cmpfloat_with_epsilon (gbx_hop_others (first, place), 0, 1e-5);
        if (first->outputs)
          g_assert_cmpfloat (first->outputs[place], ==, MAX (first->sums[place], 0));
      }
    }
  }
  g_assert_null (gbx_block_hop (&sight.blocks[4], 0, 0));
  nn_network_free (sight.network);
}

static void
test_pictures (void)
{
  Sight sight;
  const real *y;

  look (&sight);
  {
    g_auto (GbxPictures) maps = gbx_block_output (&sight.blocks[0]);
    g_auto (GbxPictures) drawing = gbx_block_input (&sight.blocks[0]);
    g_auto (GbxPictures) units = gbx_block_output (&sight.blocks[5]);

    g_assert_true (maps.n == 3 && maps.height == SIDE && maps.width == SIDE);
    y = nn_network_layer_output (sight.network, 1);
    for (int i = 0; i < SIDE * SIDE; i++)
      for (int map = 0; map < 3; map++)
        g_assert_cmpfloat (maps.values[map * SIDE * SIDE + i], ==, y[i * 3 + map]);
    g_assert_cmpmem (drawing.values, sizeof sight.x, sight.x, sizeof sight.x);
    g_assert_true (units.n == 2 && units.height == 1 && units.width == 1);
    g_assert_cmpfloat_with_epsilon (units.values[0] + units.values[1], 1, 1e-6);
  }
  {
    const GbxBlock *second = &sight.blocks[2];
    g_auto (GbxPictures) mean = gbx_block_filters (second, -1);
    double sum = 0;

    g_assert_true (mean.n == 4 && mean.height == 2 && mean.width == 3);
    for (int input = 0; input < 3; input++) {
      g_auto (GbxPictures) filters = gbx_block_filters (second, input);

      sum += (double)filters.values[2 * 6 + 4];
    }
    g_assert_cmpfloat_with_epsilon (mean.values[2 * 6 + 4], sum / 3, 1e-6);
    g_assert_cmpfloat (gbx_block_bias (&sight.blocks[0], 2), ==, 0.5);
    g_assert_cmpfloat (gbx_block_bias (second, 0), ==, 0);
  }
  nn_network_free (sight.network);
}

static void
test_words (void)
{
  const NnForeseen norm = {.n_statistics = 8};
  Sight sight;
  NnLayer *const *layers;

  look (&sight);
  layers = sight.network->layers;
  assert_text (gbx_figures_describe_network (sight.network), "3-4-5-2");
  assert_text (gbx_layer_words_title (layers[0]->spec),
               "Convolution: 3 filters of 3×3, moved over the picture");
  assert_text (gbx_layer_words_detail (layers[0]->spec, NULL), "beyond the edge too");
  assert_text (gbx_layer_words_parameters (30), "30 parameters");
  assert_text (gbx_layer_words_title (layers[2]->spec),
               "Max pooling: the largest number of each 2×2 window");
  assert_text (gbx_layer_words_detail (layers[2]->spec, NULL), "");
  assert_text (gbx_layer_words_detail (layers[3]->spec, NULL), "in steps of 1×2");
  assert_text (gbx_layer_words_detail (layers[4]->spec, &norm), "8 gathered, not learned");
  assert_text (gbx_layer_words_title (layers[6]->spec),
               "Average pooling: the mean of each 2×1 window");
  nn_network_free (sight.network);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blocks/names", test_names);
  g_test_add_func ("/blocks/hops", test_hops);
  g_test_add_func ("/blocks/pictures", test_pictures);
  g_test_add_func ("/blocks/words", test_words);
  return g_test_run ();
}
