/* test-session-reader.c: asking a session's network: drawings, the test part, files. */
#include "session-helpers.h"

#include <math.h>
#include <string.h>

/* A picture of the test part, as the network sees it. */
static void
get_digit (GbxSession *session, guint index, guint8 *pixels, int *label)
{
  const NnPrepareSpec spec = nn_prepare_spec_default ();
  g_autoptr (NnSamples) samples =
      nn_samples_new (gbx_session_get_dataset (session), &spec, NN_PART_TEST, 0, NULL);

  memcpy (pixels, samples->images + (gsize)index * 784, 784);
  *label = samples->labels[index];
}

static void
test_prediction (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  float before[64], after[64];
  double sum = 0;
  guint8 pixels[784];
  guint changed = 0, right = 0;
  int label, n = 0;

  g_object_set (session, "reader", GBX_READER_OWN, NULL);
  g_signal_connect_swapped (session, "prediction-changed", G_CALLBACK (session_test_count_cb),
                            &changed);
  get_digit (session, 0, pixels, &label);
  g_assert_cmpint (gbx_session_predict (session, pixels, before, &n), >=, 0);
  g_assert_cmpint (n, ==, 10);

  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  g_assert_cmpuint (changed, >=, 1);
  gbx_session_predict (session, pixels, after, &n);
  g_assert_true (memcmp (before, after, 10 * sizeof (float)) != 0);
  for (int i = 0; i < 10; i++)
    sum += after[i];
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);

  for (guint i = 0; i < 40; i++) {
    get_digit (session, i, pixels, &label);
    right += gbx_session_predict (session, pixels, after, &n) == label;
  }
  g_assert_cmpuint (right, >=, 28);
}

/* Asking while it trains is asking the newest weights there are, and disturbs nothing. */
static void
test_prediction_while_running (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (GbxSession) undisturbed = session_test_open (NULL);
  g_autoptr (GBytes) a = NULL;
  g_autoptr (GBytes) b = NULL;
  float probabilities[64];
  guint8 pixels[784];
  int label, n;

  get_digit (session, 3, pixels, &label);
  gbx_session_train (session);
  while (gbx_session_get_state (session) != GBX_SESSION_FINISHED) {
    g_assert_cmpint (gbx_session_predict (session, pixels, probabilities, &n), >=, 0);
    g_main_context_iteration (NULL, FALSE);
  }
  gbx_session_train (undisturbed);
  session_test_wait_state (undisturbed, GBX_SESSION_FINISHED);
  a = session_test_copy_weights (session);
  b = session_test_copy_weights (undisturbed);
  g_assert_true (g_bytes_equal (a, b));
}

/* What the engine makes of the same picture with the same weights, by a network of the test's own.
 */
static GBytes *
compute_output (GbxSession *session, const guint8 *pixels, int layer)
{
  const NnExperiment *experiment = gbx_session_get_experiment (session);
  const NnNetwork *own = gbx_session_get_network (session);
  const NnPlan plan = {.method = NN_METHOD_NAIVE, .separate = TRUE};
  const NnRun run = {.batch = 1};
  g_autoptr (NnNetwork) network =
      nn_network_new_planned (experiment->layers, &own->input_shape, 1, FALSE, plan, NULL, NULL);
  real x[784];

  memcpy (network->parameters.data, own->parameters.data, own->parameters.reserved * sizeof (real));
  nn_prepare_pixels (&experiment->prepare, pixels, x);
  nn_network_forward (network, &run, x);
  return g_bytes_new (nn_network_layer_output (network, layer),
                      nn_shape_size (&network->layers[layer]->output_shape) * sizeof (real));
}

static void
assert_examined (GbxSession *session, const guint8 *pixels)
{
  const NnNetwork *network = gbx_session_examine (session, pixels);

  g_assert_nonnull (network);
  g_assert_true (network != gbx_session_get_network (session));
  for (int i = 0; i < network->n_layers; i++) {
    g_autoptr (GBytes) expected = compute_output (session, pixels, i);
    const real *numbers = g_bytes_get_data (expected, NULL);
    const real *found = nn_network_layer_output (network, i);

    g_assert_nonnull (found);
    for (gsize j = 0; j < nn_shape_size (&network->layers[i]->output_shape); j++)
      g_assert_cmpfloat_with_epsilon (found[j], numbers[j], 1e-4 * (1 + fabsf (numbers[j])));
  }
}

static GBytes *
copy_output (const NnNetwork *network, int layer)
{
  return g_bytes_new (nn_network_layer_output (network, layer),
                      nn_shape_size (&network->layers[layer]->output_shape) * sizeof (real));
}

/* Every layer's output is there to be seen; nothing is computed but when somebody asks, and then
 * only when the picture or the weights are others. */
static void
test_examination (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  const NnNetwork *network;
  guint8 pixels[784], other[784];
  int label;

  get_digit (session, 0, pixels, &label);
  get_digit (session, 1, other, &label);
  assert_examined (session, pixels);
  network = gbx_session_examine (session, pixels);

  /* Asked again for the same, it leaves alone what it has. */
  ((real *)nn_network_layer_output (network, 1))[0] = 1234;
  g_assert_true (gbx_session_examine (session, pixels) == network);
  g_assert_cmpfloat (nn_network_layer_output (network, 1)[0], ==, 1234);
  assert_examined (session, other);

  /* A training that nobody looks into leaves it as it was. */
  {
    g_autoptr (GBytes) before = copy_output (network, 1);
    g_autoptr (GBytes) after = NULL;

    gbx_session_train (session);
    session_test_wait_state (session, GBX_SESSION_FINISHED);
    after = copy_output (network, 1);
    g_assert_true (g_bytes_equal (before, after));
  }
  assert_examined (session, other);

  /* Another network is another one to look into. */
  session_test_set_dial (session, "hidden-units", 16);
  session_test_wait_state (session, GBX_SESSION_READY);
  assert_examined (session, other);
}

/* With layers that would work as one: each is seen by itself. */
static void
test_examination_of_convolutions (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (NnExperiment) experiment = nn_preset_load ("cnn-32-64-64", NULL);
  guint8 pixels[784];
  int label;

  g_assert_nonnull (experiment);
  nn_experiment_set_dropout (experiment, 0.5); /* which reading leaves out */
  gbx_session_load_experiment (session, experiment);
  session_test_wait_state (session, GBX_SESSION_READY);
  get_digit (session, 2, pixels, &label);
  assert_examined (session, pixels);
  gbx_session_step (session, NN_STEP_BATCH);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  assert_examined (session, pixels);
}

static void
test_evaluation (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  const NnEvaluation *evaluation;
  gsize n = gbx_session_get_dataset (session)->test.count;
  guint changed = 0;

  g_signal_connect_swapped (session, "evaluation-changed", G_CALLBACK (session_test_count_cb),
                            &changed);
  gbx_session_evaluate (session);
  g_assert_true (session_test_get_int (session, "evaluating"));
  session_test_wait (session, session_test_has_evaluation, NULL);
  g_assert_false (session_test_get_int (session, "evaluating"));
  g_assert_cmpuint (changed, ==, 1);
  evaluation = gbx_session_get_evaluation (session);
  g_assert_cmpuint (evaluation->count, ==, n);
  g_assert_cmpfloat (evaluation->accuracy, <, 0.5); /* fresh weights */

  /* Another network: the scores there were are not its own. */
  gbx_session_reset (session, TRUE);
  g_assert_null (gbx_session_get_evaluation (session));
  g_assert_cmpuint (changed, ==, 2);

  /* One that is asked for and overtaken by a reset is dropped. */
  gbx_session_evaluate (session);
  gbx_session_reset (session, TRUE);
  session_test_wait_quiet ();
  g_assert_null (gbx_session_get_evaluation (session));
  g_assert_cmpuint (changed, ==, 2);
}

/* A part of the training pictures validates; the test part is kept for the end. */
static void
test_validation_fraction (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (NnExperiment) experiment = nn_experiment_copy (gbx_session_get_experiment (session));
  int batches = session_test_get_int (session, "batches-per-epoch");

  experiment->prepare.validation_fraction = 0.5;
  experiment->train.epochs = 1;
  gbx_session_load_experiment (session, experiment);
  session_test_wait_state (session, GBX_SESSION_READY);
  g_assert_cmpint (session_test_get_int (session, "batches-per-epoch"), <=, batches / 2 + 1);
  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  session_test_wait (session, session_test_has_evaluation, NULL);
  g_assert_cmpuint (gbx_session_get_evaluation (session)->count, ==,
                    gbx_session_get_dataset (session)->test.count);
  g_assert_cmpfloat (gbx_session_get_evaluation (session)->loss, !=,
                     session_test_get_double (session, "validation-loss"));
}

static void
test_model_file (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  g_autoptr (GbxSession) other = session_test_open (NULL);
  g_autofree char *folder = session_test_folder ();
  g_autofree char *path = g_build_filename (folder, "reader.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) saved = NULL;
  g_autoptr (GBytes) opened = NULL;
  double loss;

  session_test_set_dial (session, "hidden-units", 20);
  gbx_session_train (session);
  session_test_wait_state (session, GBX_SESSION_FINISHED);
  saved = session_test_copy_weights (session);
  loss = session_test_get_double (session, "loss");
  g_assert_true (gbx_session_save_model (session, path, &error));
  g_assert_no_error (error);

  g_assert_true (gbx_session_open_model (other, path, &error));
  g_assert_no_error (error);
  session_test_wait_state (other, GBX_SESSION_READY);
  g_assert_cmpint (nn_experiment_get_hidden_units (gbx_session_get_experiment (other)), ==, 20);
  opened = session_test_copy_weights (other);
  g_assert_true (g_bytes_equal (saved, opened));
  g_assert_cmpint (session_test_get_int (other, "reader"), ==, GBX_READER_OWN);

  /* Training goes on from them: the first loss is that of a trained network, not ln 10. */
  gbx_session_step (other, NN_STEP_BATCH);
  session_test_wait_state (other, GBX_SESSION_PAUSED);
  g_assert_cmpfloat (session_test_get_double (other, "loss"), <, MAX (2 * loss, 1));

  g_assert_false (gbx_session_open_model (other, folder, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (gbx_session_get_state (other), ==, GBX_SESSION_PAUSED);
}

/* Before anything is trained the network that ships reads; the first step hands over to one's own.
 */
static void
test_pretrained (void)
{
  g_autoptr (GbxSession) session = session_test_open (NULL);
  float pretrained[64], own[64];
  guint8 pixels[784];
  guint right = 0, changed = 0;
  int label, n;

  g_assert_cmpint (session_test_get_int (session, "reader"), ==, GBX_READER_PRETRAINED);
  for (guint i = 0; i < 40; i++) {
    get_digit (session, i, pixels, &label);
    right += gbx_session_predict (session, pixels, pretrained, &n) == label;
  }
  g_assert_cmpint (n, ==, 10);
  g_assert_cmpuint (right, >=, 32);

  g_signal_connect_swapped (session, "prediction-changed", G_CALLBACK (session_test_count_cb),
                            &changed);
  gbx_session_step (session, NN_STEP_BATCH);
  g_assert_cmpint (session_test_get_int (session, "reader"), ==, GBX_READER_OWN);
  g_assert_cmpuint (changed, ==, 1);
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  gbx_session_predict (session, pixels, own, &n);
  g_assert_true (memcmp (pretrained, own, 10 * sizeof (float)) != 0);

  /* After a reset it stays one's own, and going back is the user's choice. */
  gbx_session_reset (session, FALSE);
  g_assert_cmpint (session_test_get_int (session, "reader"), ==, GBX_READER_OWN);
  g_object_set (session, "reader", GBX_READER_PRETRAINED, NULL);
  gbx_session_predict (session, pixels, own, &n);
  g_assert_cmpmem (pretrained, 10 * sizeof (float), own, 10 * sizeof (float));
}

int
main (int argc, char **argv)
{
  session_test_init (&argc, &argv);
  g_test_add_func ("/session-reader/pretrained", test_pretrained);
  g_test_add_func ("/session-reader/prediction", test_prediction);
  g_test_add_func ("/session-reader/prediction-while-running", test_prediction_while_running);
  g_test_add_func ("/session-reader/examination", test_examination);
  g_test_add_func ("/session-reader/examination-of-convolutions", test_examination_of_convolutions);
  g_test_add_func ("/session-reader/evaluation", test_evaluation);
  g_test_add_func ("/session-reader/validation-fraction", test_validation_fraction);
  g_test_add_func ("/session-reader/model-file", test_model_file);
  return g_test_run ();
}
