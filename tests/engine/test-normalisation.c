/* test-normalisation.c: batch and layer normalisation: against plain loops, what is gathered and
 * when, with NaN, with any number of threads, through files and after a divergence. */
#include "layer-fixture.h"
#include "scratch.h"
#include "training-fixture.h"

#include "engine/deploy/model.h"
#include "engine/train/divergence.h"

enum { WEIGHT, BIAS, RUNNING_MEAN, RUNNING_VARIANCE };

static NnLayerSpec *
batch_norm (void)
{
  return nn_batch_norm_spec (0.9, 1e-5);
}

static NnLayerSpec *
layer_norm (void)
{
  return nn_layer_norm_spec (1e-5);
}

/* Numbers far from 0, as the inputs of a layer may be. */
static real *
make_numbers (gsize n, double centre)
{
  real *numbers = g_new (real, n);
  NnRng rng = nn_rng (3, NN_STREAM_SPLIT, 0, 0);

  for (gsize i = 0; i < n; i++)
    numbers[i] = (real)(centre + nn_rng_normal (&rng));
  return numbers;
}

/* A network of the one layer with its first values. */
static NnNetwork *
make_layer (NnLayerSpec *spec, NnShape shape, int max_batch, NnPool *pool)
{
  NnNetwork *network = network_of (spec, shape, max_batch, pool);

  nn_network_initialise (network, 1);
  return network;
}

/* ---- the definition ---- */

/* Checks y of the @n numbers from @first, @stride apart, which are normalised together. */
static void
check_together (const NnLayer *layer, gsize first, gsize stride, gsize n)
{
  double mean = 0, variance = 0;

  for (gsize i = 0; i < n; i++)
    mean += layer->x[first + i * stride] / (double)n;
  for (gsize i = 0; i < n; i++)
    variance += pow (layer->x[first + i * stride] - mean, 2) / (double)n;
  for (gsize i = 0; i < n; i++)
    assert_near (layer->y[first + i * stride],
                 (layer->x[first + i * stride] - mean) / sqrt (variance + 1e-5), 1e-4);
}

static void
test_definition (void)
{
  static const int channels[] = {1, 3, 17, 64};
  enum { BATCH = 5, PLACES = 12 };

  for (gsize i = 0; i < G_N_ELEMENTS (channels); i++) {
    const int c = channels[i];
    const NnShape shape = nn_shape_image (3, 4, c);
    g_autofree real *x = make_numbers (BATCH * PLACES * (gsize)c, 100);
    g_autoptr (NnNetwork) batch = make_layer (batch_norm (), shape, BATCH + 2, NULL);
    g_autoptr (NnNetwork) layer = make_layer (layer_norm (), shape, BATCH + 2, NULL);
    NnRun run = {.batch = BATCH, .training = TRUE};

    nn_network_forward (batch, &run, x);
    nn_network_forward (layer, &run, x);
    for (int k = 0; k < c; k++)
      check_together (batch->layers[0], (gsize)k, (gsize)c, BATCH * PLACES);
    for (int r = 0; r < BATCH * PLACES; r++)
      check_together (layer->layers[0], (gsize)r * (gsize)c, 1, (gsize)c);
  }
}

/* ---- what is learned, and what is gathered ---- */

static void
test_first_values (void)
{
  g_autoptr (NnNetwork) network = make_layer (batch_norm (), nn_shape_vector (3), 4, NULL);
  g_autoptr (NnNetwork) layer = make_layer (layer_norm (), nn_shape_vector (3), 4, NULL);
  static const char *const names[] = {"weight", "bias", "running_mean", "running_var"};
  static const real values[] = {1, 0, 0, 1};

  g_assert_cmpint (network->layers[0]->n_parameters, ==, 4);
  g_assert_cmpint (layer->layers[0]->n_parameters, ==, 2);
  for (int p = 0; p < 4; p++) {
    const NnParameter *parameter = &network->layers[0]->parameters[p];

    g_assert_cmpstr (parameter->name, ==, names[p]);
    g_assert_cmpint (parameter->is_statistic, ==, p >= RUNNING_MEAN);
    g_assert_false (parameter->decays);
    for (int c = 0; c < 3; c++)
      g_assert_true (parameter->value[c] == values[p]);
  }
  g_assert_cmpuint (nn_network_n_parameters (network), ==, 6);
  g_assert_cmpuint (nn_network_n_parameters (layer), ==, 6);
}

#define NORMALISING "{ \"type\": \"batch-norm\" }, "
#define ADAM "\"optimizer\": { \"type\": \"adam\" }, "

static const char network_layers[] =
    "{ \"type\": \"max-pool\", \"size\": 4 }, " NORMALISING /* of one channel */
        DENSE (20) ", " NORMALISING ACTIVATION ("relu") ", "
                                                        "{ \"type\": \"layer-norm\" }, " DENSE (
                                                            4) ", " ACTIVATION ("softmax");

static NnTraining *
make_normalising (NnDataset *dataset, const char *train, guint n_threads)
{
  g_autofree char *text = g_strdup_printf ("\"loss\": \"softmax-cross-entropy\", %s", train);
  g_autoptr (NnExperiment) experiment = make_experiment ("", network_layers, text);

  return make_training (experiment, dataset, n_threads);
}

/* A loss and its gradients change nothing, nor does a prediction; a step does. */
static void
test_gathered_by_steps (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (64, 16, 4);
  g_autoptr (NnTraining) training = make_normalising (dataset, ADAM "\"batch_size\": 16", 2);
  NnNetwork *network = nn_training_network (training);
  g_autofree real *start = copy_block (&network->parameters);
  g_autofree real *x = make_numbers (16 * 784, 0);
  g_autofree real *dy = make_numbers (16 * 4, 0);
  g_autofree real *after = NULL;
  const NnParameter *mean = &network->layers[3]->parameters[RUNNING_MEAN];
  NnRun run = {.batch = 16, .training = TRUE}, still = {.batch = 16};
  NnStepResult step;

  nn_network_forward (network, &run, x);
  nn_network_backward (network, &run, network->n_layers - 1, dy);
  nn_network_forward (network, &still, x);
  assert_same_block (&network->parameters, start);
  take_step (training, &step);
  for (gsize i = 0; i < nn_shape_size (&mean->shape); i++)
    g_assert_true (mean->value[i] != 0);
  after = copy_block (&network->parameters);
  nn_network_forward (network, &still, x);
  assert_same_block (&network->parameters, after);
}

/* One number of a channel tells nothing of the variance; there is no 0/0. */
static void
test_batch_of_one (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (8, 4, 4);
  g_autoptr (NnTraining) training = make_normalising (dataset, ADAM "\"batch_size\": 1", 1);
  const NnLayer *picture = nn_training_network (training)->layers[1];
  const NnLayer *vector = nn_training_network (training)->layers[3];
  NnStepResult step;

  for (int i = 0; i < 3; i++)
    take_step (training, &step);
  for (gsize c = 0; c < nn_shape_size (&vector->parameters[WEIGHT].shape); c++) {
    g_assert_true (vector->parameters[RUNNING_VARIANCE].value[c] == 1);
    g_assert_true (vector->parameters[WEIGHT].value[c] == 1);
  }
  g_assert_true (picture->parameters[RUNNING_VARIANCE].value[0] != 1);
  g_assert_true (isfinite (picture->parameters[RUNNING_VARIANCE].value[0]));
}

/* A batch larger than what is computed at once: each part counts by its size. */
static void
test_large_batch (void)
{
  enum { N = 2500, PART = 1024 };
  g_autoptr (NnDataset) dataset = make_dataset (N, 4, 4);
  g_autoptr (NnTraining) training = make_normalising (
      dataset, "\"shuffle\": false, \"optimizer\": { \"type\": \"gradient-descent\" }", 2);
  NnNetwork *network = nn_training_network (training);
  const NnLayer *norm = network->layers[1];
  double mean = 0, variance = 0;
  NnStepResult step;

  take_step (training, &step);
  for (int first = 0; first < N; first += PART) {
    const int n = MIN (PART, N - first), places = 49;
    g_autofree real *x = g_new (real, (gsize)n * 784);
    NnRun run = {.batch = n, .training = TRUE};
    double sum = 0, squares = 0, numbers = (double)n * places;

    for (int i = 0; i < n * 784; i++)
      x[i] = dataset->train.images[first * 784 + i] / (real)255;
    nn_network_forward (network, &run, x);
    for (int i = 0; i < n * places; i++)
      sum += norm->x[i];
    for (int i = 0; i < n * places; i++)
      squares += pow (norm->x[i] - sum / numbers, 2);
    mean += sum / numbers * n / N;
    variance += squares / (numbers - 1) * n / N;
  }
  assert_near (norm->parameters[RUNNING_MEAN].value[0], 0.1 * mean, 1e-6);
  assert_near (norm->parameters[RUNNING_VARIANCE].value[0], 0.9 + 0.1 * variance, 1e-6);
}

/* Each part of a large batch takes its share off the old variance, rounded, and all shares together
 * are a last place more than there is. Where the new one is 0, it is still no less: no file could
 * be opened in which it is. */
static void
test_no_variance (void)
{
  static const char layers[] =
      "{ \"type\": \"batch-norm\", \"momentum\": 0 }, " DENSE (4) ", " ACTIVATION ("softmax");
  enum { N = 3094 }; /* in four parts */
  g_autoptr (NnExperiment) experiment =
      make_experiment ("", layers,
                       "\"loss\": \"softmax-cross-entropy\", "
                       "\"optimizer\": { \"type\": \"gradient-descent\" }");
  g_autoptr (NnDataset) dataset = make_dataset (N, 4, 4);
  g_autoptr (NnTraining) training = make_training (experiment, dataset, 1);
  const NnParameter *variance =
      &nn_training_network (training)->layers[0]->parameters[RUNNING_VARIANCE];
  NnStepResult step;

  memset (dataset->train.images, 0, N * 784);
  take_step (training, &step);
  for (gsize i = 0; i < nn_shape_size (&variance->shape); i++)
    g_assert_cmpfloat (variance->value[i], ==, 0);
}

/* ---- NaN, and numbers too large ---- */

static void
test_nan (void)
{
  enum { BATCH = 3, PLACES = 4, CHANNELS = 5, BROKEN = (1 * PLACES + 2) * CHANNELS + 3 };
  const NnShape shape = nn_shape_image (2, 2, CHANNELS);
  g_autoptr (NnNetwork) batch = make_layer (batch_norm (), shape, BATCH, NULL);
  g_autoptr (NnNetwork) layer = make_layer (layer_norm (), shape, BATCH, NULL);
  g_autofree real *x = make_numbers (BATCH * PLACES * CHANNELS, 0);
  NnRun run = {.batch = BATCH, .training = TRUE}, still = {.batch = BATCH};
  const real *y;

  x[BROKEN] = NAN;
  y = nn_network_forward (batch, &run, x);
  for (int i = 0; i < BATCH * PLACES * CHANNELS; i++)
    g_assert_cmpint (isnan (y[i]), ==, i % CHANNELS == BROKEN % CHANNELS);
  y = nn_network_forward (batch, &still, x);
  for (int i = 0; i < BATCH * PLACES * CHANNELS; i++)
    g_assert_cmpint (isnan (y[i]), ==, i == BROKEN);
  y = nn_network_forward (layer, &run, x);
  for (int i = 0; i < BATCH * PLACES * CHANNELS; i++)
    g_assert_cmpint (isnan (y[i]), ==, i / CHANNELS == BROKEN / CHANNELS);
}

/* The spread of such numbers is beyond a float: the step says so, and is taken back. */
static void
test_too_large (void)
{
  g_autoptr (NnNetwork) network = make_layer (batch_norm (), nn_shape_vector (2), 4, NULL);
  NnTrainSpec train = {.optimizer = nn_optimizer_spec_default (NN_OPTIMIZER_ADAM)};
  g_autoptr (NnOptimizer) optimizer = nn_optimizer_new (&train, network);
  const real x[8] = {1, 1e25f, 2, -1e25f, 3, 2e25f, 4, 0}, dy[8] = {1, 1, 1};
  g_autofree real *start = copy_block (&network->parameters);
  g_autoptr (GError) error = NULL;
  NnRun run = {.batch = 4, .training = TRUE};

  nn_network_forward (network, &run, x);
  nn_network_backward (network, &run, 0, dy);
  g_assert_false (nn_optimizer_step (optimizer, network, 0.001));
  nn_divergence_in_update (network, optimizer, 0, 0, &error);
  g_assert_error (error, NN_ERROR, NN_ERROR_DIVERGED);
  g_assert_nonnull (
      strstr (error->message, "layer 0 (batch normalisation) would get a running variance"));
  nn_optimizer_undo (optimizer, network);
  assert_same_block (&network->parameters, start);
}

/* ---- undo, files, threads ---- */

static void
expect_divergence (NnTraining *training)
{
  g_autoptr (GError) error = NULL;
  NnStepResult step;

  g_assert_false (nn_training_step (training, &step, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_DIVERGED);
}

/* What was gathered is taken back together with what was learned. */
static void
test_undo (void)
{
  g_autoptr (NnDataset) dataset = make_dataset (640, 16, 4);
  g_autoptr (NnTraining) training =
      make_normalising (dataset, "\"optimizer\": { \"type\": \"sgd\" }", 2);
  NnNetwork *network = nn_training_network (training);
  NnLayer *last = network->layers[6];
  g_autofree real *before = NULL;
  g_autofree real *earlier = NULL;
  NnStepResult step;

  for (int i = 0; i < 3; i++) {
    g_free (g_steal_pointer (&earlier));
    earlier = copy_block (&network->parameters);
    take_step (training, &step);
  }
  /* An update that goes too far: back to before this step. */
  before = copy_block (&network->parameters);
  nn_training_set_dials (training, INFINITY, 0.9, 0);
  expect_divergence (training);
  assert_same_block (&network->parameters, before);

  /* A loss that is not finite: back to before the step that led there. */
  nn_training_set_dials (training, 0.01, 0.9, 0);
  memcpy (network->parameters.data, earlier, block_bytes (&network->parameters));
  take_step (training, &step);
  last->parameters[BIAS].value[0] = NAN;
  expect_divergence (training);
  assert_same_block (&network->parameters, earlier);
}

static void
predict (NnNetwork *network, int batch, const real *x, real *y)
{
  NnRun run = {.batch = batch};

  memcpy (y, nn_network_forward (network, &run, x), (gsize)batch * 4 * sizeof (real));
}

/* A saved model predicts by what was gathered; a training laid down goes on bit for bit. */
static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("glassbox-normalisation-XXXXXX", NULL);
  g_autofree char *model_path = g_build_filename (folder, "model.safetensors", NULL);
  g_autofree char *training_path = g_build_filename (folder, "training.safetensors", NULL);
  g_autoptr (NnDataset) dataset = make_dataset (128, 16, 4);
  g_autoptr (NnTraining) training = make_normalising (dataset, ADAM "\"batch_size\": 16", 2);
  g_autoptr (NnTraining) other = make_normalising (dataset, ADAM "\"batch_size\": 16", 3);
  NnNetwork *network = nn_training_network (training);
  g_autofree real *x = make_numbers (5 * 784, 0);
  real y[20], opened[20];
  g_autoptr (GError) error = NULL;
  g_autoptr (NnModel) model = NULL;
  NnStepResult step;

  for (int i = 0; i < 3; i++)
    take_step (training, &step);
  nn_model_save (network, nn_training_experiment (training), model_path, &error);
  g_assert_no_error (error);
  model = nn_model_open (model_path, 5, NULL, &error);
  g_assert_no_error (error);
  predict (network, 5, x, y);
  predict (model->network, 5, x, opened);
  g_assert_cmpmem (y, sizeof y, opened, sizeof opened);

  nn_checkpoint_save (training, NULL, training_path, &error);
  g_assert_no_error (error);
  nn_checkpoint_restore (other, training_path, &error);
  g_assert_no_error (error);
  finish_epoch (training);
  finish_epoch (other);
  assert_same_block (&nn_training_network (other)->parameters, network->parameters.data);
  scratch_remove (folder);
}

static void
test_threads (void)
{
  static const guint n_threads[] = {1, 2, 3, 5, 16};
  g_autoptr (NnDataset) dataset = make_dataset (300, 16, 4);
  g_autofree real *expected = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (n_threads); i++) {
    g_autoptr (NnTraining) training =
        make_normalising (dataset, ADAM "\"batch_size\": 128, \"clip_norm\": 1", n_threads[i]);
    NnNetwork *network = nn_training_network (training);

    finish_epoch (training);
    finish_epoch (training);
    if (expected == NULL)
      expected = copy_block (&network->parameters);
    assert_same_block (&network->parameters, expected);
  }
}

/* ---- one layer with many parts: every array it fills ---- */

static void
run_layer (NnLayerSpec *spec, NnPool *pool, GByteArray *bits)
{
  enum { BATCH = 50, SIZE = 9 * 7 * 40 };
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  const NnShape shape = nn_shape_image (9, 7, 40);
  g_autoptr (NnNetwork) network = NULL;
  g_autofree real *x = make_numbers (BATCH * SIZE, 1);
  g_autofree real *dy = make_numbers (BATCH * SIZE, 0);
  NnRun run = {.batch = BATCH, .training = TRUE};
  const NnLayer *layer;

  g_ptr_array_add (specs, batch_norm ()); /* so that the second wants a gradient by its input */
  g_ptr_array_add (specs, spec);
  network = nn_network_new (specs, &shape, BATCH + 3, TRUE, pool, &error);
  g_assert_no_error (error);
  nn_network_initialise (network, 1);
  nn_network_forward (network, &run, x);
  nn_network_backward (network, &run, 1, dy);
  layer = network->layers[1];
  g_assert_cmpint (layer->forward_parts, >, 1);
  g_assert_cmpint (layer->backward_input_parts, >, 1);
  g_byte_array_append (bits, (const guint8 *)layer->y, BATCH * SIZE * sizeof (real));
  g_byte_array_append (bits, (const guint8 *)layer->dx, BATCH * SIZE * sizeof (real));
  g_byte_array_append (bits, (const guint8 *)network->gradients.data,
                       (guint)block_bytes (&network->gradients));
}

static void
test_parts (void)
{
  static const guint n_threads[] = {1, 2, 3, 5, 16};

  for (int kind = 0; kind < 2; kind++) {
    g_autoptr (GByteArray) expected = g_byte_array_new ();

    run_layer (kind == 0 ? batch_norm () : layer_norm (), NULL, expected);
    for (gsize i = 0; i < G_N_ELEMENTS (n_threads); i++) {
      g_autoptr (NnPool) pool = nn_pool_new (n_threads[i]);
      g_autoptr (GByteArray) bits = g_byte_array_new ();

      run_layer (kind == 0 ? batch_norm () : layer_norm (), pool, bits);
      g_assert_cmpmem (bits->data, bits->len, expected->data, expected->len);
    }
  }
}

/* ---- recipe ---- */

static void
test_recipe (void)
{
  static const char *const texts[] = {
      "{\"type\":\"batch-norm\",\"momentum\":0.75,\"epsilon\":0.125}",
      "{\"type\":\"layer-norm\",\"epsilon\":0.5}",
      "{\"type\":\"reshape\",\"shape\":[7,7,16]}",
      "{\"type\":\"reshape\",\"shape\":[784]}",
  };
  static const char *const cases[][2] = {
      {"{\"type\":\"batch-norm\",\"momentum\":1}",
       "layers[2].momentum: expected less than 1, got 1: nothing would be gathered"},
      {"{\"type\":\"batch-norm\",\"momentum\":-1}", "layers[2].momentum: expected 0…1, got -1"},
      {"{\"type\":\"batch-norm\",\"epsilon\":0}", "layers[2].epsilon: expected 1e-16…1, got 0"},
      {"{\"type\":\"layer-norm\",\"epsilon\":2}", "layers[2].epsilon: expected 1e-16…1, got 2"},
      {"{\"type\":\"layer-norm\",\"momentum\":0.9}",
       "layers[2].momentum: unknown; known here: type, epsilon"},
      {"{\"type\":\"reshape\"}", "layers[2].shape: missing"},
      {"{\"type\":\"reshape\",\"shape\":784}", "layers[2].shape: expected a list, got a number"},
      {"{\"type\":\"reshape\",\"shape\":[28,28]}",
       "layers[2].shape: expected a list of one number, or of three: height, width, channels"},
      {"{\"type\":\"reshape\",\"shape\":[28,0,1]}",
       "layers[2].shape[1]: expected 1…1048576, got 0"},
  };
  g_autofree NnLayerSpec *batch = parse_spec ("{\"type\":\"batch-norm\"}", NULL);
  g_autofree NnLayerSpec *layer = parse_spec ("{\"type\":\"layer-norm\"}", NULL);

  check_round_trips (texts, G_N_ELEMENTS (texts));
  check_recipe_errors (cases, G_N_ELEMENTS (cases));
  g_assert_cmpfloat (((NnBatchNormSpec *)batch)->momentum, ==, 0.9);
  g_assert_cmpfloat (((NnBatchNormSpec *)batch)->epsilon, ==, 1e-5);
  g_assert_cmpfloat (((NnLayerNormSpec *)layer)->epsilon, ==, 1e-5);
}

static void
test_reshape (void)
{
  g_autoptr (NnNetwork) network =
      make_layer (nn_reshape_spec (nn_shape_image (2, 3, 4)), nn_shape_vector (24), 2, NULL);
  const NnShape shape = nn_shape_image (2, 3, 4);
  g_autofree real *x = make_numbers (48, 0);
  NnRun run = {.batch = 2};

  g_assert_cmpmem (nn_network_forward (network, &run, x), 48 * sizeof (real), x,
                   48 * sizeof (real));
  g_assert_true (nn_shape_equal (&network->output_shape, &shape));
  check_refused (nn_reshape_spec (nn_shape_image (7, 7, 3)), nn_shape_image (28, 28, 1),
                 "layers[0]: a shape of 7×7×3 has 147 numbers, but the input, 28×28×1, has 784");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/normalisation/definition", test_definition);
  g_test_add_func ("/normalisation/first-values", test_first_values);
  g_test_add_func ("/normalisation/gathered-by-steps", test_gathered_by_steps);
  g_test_add_func ("/normalisation/batch-of-one", test_batch_of_one);
  g_test_add_func ("/normalisation/large-batch", test_large_batch);
  g_test_add_func ("/normalisation/no-variance", test_no_variance);
  g_test_add_func ("/normalisation/nan", test_nan);
  g_test_add_func ("/normalisation/too-large", test_too_large);
  g_test_add_func ("/normalisation/undo", test_undo);
  g_test_add_func ("/normalisation/files", test_files);
  g_test_add_func ("/normalisation/threads", test_threads);
  g_test_add_func ("/normalisation/parts", test_parts);
  g_test_add_func ("/normalisation/recipe", test_recipe);
  g_test_add_func ("/normalisation/reshape", test_reshape);
  return g_test_run ();
}
