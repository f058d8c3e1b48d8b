/* test-onnx-write.c: exported networks are what ONNX's own checker takes for good, and compute what
 * they compute here, by the operators' definitions. */
#include "scratch.h"
#include "training-fixture.h"

#include "engine/deploy/parity.h"
#include "engine/deploy/onnx.h"

#include <math.h>

#define PYTHON "/usr/bin/python3" /* not another one in PATH, which has no Debian packages */
#define PICTURES 1000
#define NO_ONNX 77

/* A network after a few steps on the built-in digits, and pictures that it did not see. */
typedef struct {
  NnExperiment *experiment;
  NnModel *model;
  guint8 *pictures; /* [PICTURES][784] */
  real *answers;    /* [PICTURES][classes]: computed here */
  char *folder;
} Scene;

static void
train (Scene *scene, NnSamples *samples)
{
  g_autoptr (GError) error = NULL;
  NnTraining *training = nn_training_new (scene->experiment, samples, NULL, 2, &error);
  const NnNetwork *network;
  NnStepResult result;

  g_assert_no_error (error);
  for (int i = 0; i < 3; i++)
    take_step (training, &result);
  network = nn_training_network (training);
  scene->model = nn_model_new (scene->experiment, (int)nn_shape_size (&network->output_shape),
                               PICTURES, NULL, &error);
  g_assert_no_error (error);
  if (network->parameters.data != NULL)
    memcpy (scene->model->network->parameters.data, network->parameters.data,
            block_bytes (&network->parameters));
  nn_training_free (training);
}

static void
answer (Scene *scene)
{
  const NnRun run = {.batch = PICTURES};
  g_autofree real *x = g_new (real, PICTURES * 784);
  gsize n = PICTURES * (gsize)scene->model->n_classes;

  for (int i = 0; i < PICTURES; i++)
    nn_prepare_pixels (&scene->experiment->prepare, scene->pictures + i * 784, x + i * 784);
  scene->answers =
      g_memdup2 (nn_network_forward (scene->model->network, &run, x), n * sizeof (real));
}

static void
open_scene (Scene *scene, NnExperiment *experiment)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) dataset = nn_dataset_load (NN_DATASET_DIGITS, NULL, &error);
  g_autoptr (NnSamples) samples = NULL;

  g_assert_no_error (error);
  scene->experiment = experiment;
  experiment->train.batch_size = 64;
  samples = make_samples (dataset, experiment, NN_PART_TRAIN);
  g_assert_cmpuint (samples->count, >=, PICTURES + 192);
  scene->pictures = g_memdup2 (samples->images + (samples->count - PICTURES) * 784, PICTURES * 784);
  train (scene, samples);
  answer (scene);
  scene->folder = g_dir_make_tmp ("glassbox-onnx-XXXXXX", NULL);
}

static void
close_scene (Scene *scene)
{
  scratch_remove (scene->folder);
  g_free (scene->folder);
  g_free (scene->answers);
  g_free (scene->pictures);
  nn_model_free (scene->model);
  nn_experiment_free (scene->experiment);
}

static char *
put_file (const Scene *scene, const char *name, gconstpointer content, gsize length)
{
  char *path = g_build_filename (scene->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
  return path;
}

static char *
put_pictures (const Scene *scene, NnOnnxInput input)
{
  g_autofree float *x = g_new (float, PICTURES * 784);

  if (input == NN_ONNX_BYTES)
    return put_file (scene, "pictures", scene->pictures, PICTURES * 784);
  for (int i = 0; i < PICTURES * 784; i++)
    x[i] = scene->pictures[i];
  if (input == NN_ONNX_PREPARED)
    nn_prepare_pixels (&scene->experiment->prepare, scene->pictures, x);
  for (int i = 1; i < PICTURES && input == NN_ONNX_PREPARED; i++)
    nn_prepare_pixels (&scene->experiment->prepare, scene->pictures + i * 784, x + i * 784);
  return put_file (scene, "pictures", x, PICTURES * 784 * sizeof *x);
}

/* Returns: FALSE where there is no python3-onnx. */
static gboolean
evaluate (const char *model, const char *pictures, const char *answers)
{
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "engine", "onnx-evaluator.py", NULL);
  const char *const command[] = {PYTHON, script, model, pictures, answers, NULL};
  g_autoptr (GError) error = NULL;
  g_autofree char *errors = NULL;
  int status = 0;

  if (!g_file_test (PYTHON, G_FILE_TEST_IS_EXECUTABLE))
    return FALSE;
  g_spawn_sync (NULL, (char **)command, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &errors, &status,
                &error);
  g_assert_no_error (error);
  if (WIFEXITED (status) && WEXITSTATUS (status) == NO_ONNX)
    return FALSE;
  if (status != 0)
    g_test_message ("%s", errors);
  g_assert_cmpint (status, ==, 0);
  return TRUE;
}

static double
greatest_difference (const real *a, const float *b, gsize n)
{
  double greatest = 0;

  for (gsize i = 0; i < n; i++) {
    double difference = fabs ((double)a[i] - b[i]);

    greatest = difference <= greatest ? greatest : difference; /* NaN is greatest */
  }
  return greatest;
}

/* Our own reader makes the same network of it. */
static void
read_again (const Scene *scene, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnModel) model = nn_model_open_bytes (bytes, "model.onnx", PICTURES, NULL, &error);
  const NnRun run = {.batch = PICTURES};
  g_autofree real *x = g_new (real, PICTURES * 784);

  g_assert_no_error (error);
  g_assert_cmpint (model->n_classes, ==, scene->model->n_classes);
  g_assert_cmpint (model->experiment->prepare.scale, ==, scene->experiment->prepare.scale);
  g_assert_cmpstr (model->experiment->name, ==, scene->experiment->name);
  for (int i = 0; i < PICTURES; i++)
    nn_prepare_pixels (&model->experiment->prepare, scene->pictures + i * 784, x + i * 784);
  double greatest =
      greatest_difference (scene->answers, nn_network_forward (model->network, &run, x),
                           PICTURES * (gsize)model->n_classes);
  g_test_message ("read again: greatest difference %.2g", greatest);
  g_assert_true (greatest <= 1e-5);
}

static void
check_input (const Scene *scene, NnOnnxInput input)
{
  g_autoptr (GBytes) bytes = nn_onnx_encode (scene->model->network, scene->experiment, input);
  g_autofree char *model =
      put_file (scene, "model.onnx", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *pictures = put_pictures (scene, input);
  g_autofree char *answers = g_build_filename (scene->folder, "answers", NULL), *content = NULL;
  gsize length = 0, n = PICTURES * (gsize)scene->model->n_classes;

  read_again (scene, bytes);
  if (!evaluate (model, pictures, answers)) {
    g_test_message ("There is no python3-onnx: the file was not computed outside.");
    return;
  }
  g_assert_true (g_file_get_contents (answers, &content, &length, NULL));
  g_assert_cmpuint (length, ==, n * sizeof (float));
  double greatest = greatest_difference (scene->answers, (const float *)content, n);
  g_test_message ("%s, %s: greatest difference %.2g", scene->experiment->name,
                  nn_onnx_input_name (input), greatest);
  /* Raw pixels make logits of hundreds, and a float of hundreds is good to 3e-5. */
  g_assert_true (greatest <= (scene->experiment->prepare.scale == NN_SCALE_UNIT ? 1e-5 : 1e-4));
}

static void
test_preset (gconstpointer name)
{
  Scene scene;
  g_autoptr (GError) error = NULL;

  open_scene (&scene, nn_preset_load (name, &error));
  g_assert_no_error (error);
  check_input (&scene, NN_ONNX_BYTES);
  if (name == nn_preset_names ()[0]) {
    check_input (&scene, NN_ONNX_PREPARED);
    check_input (&scene, NN_ONNX_PIXELS);
  }
  close_scene (&scene);
}

/* ---- kinds of layers ---- */

typedef struct {
  const char *name, *layers;
} Case;

#define LAYER(type, rest) "{ \"type\": \"" type "\"" rest " }"
#define LOSS                                                                                       \
  "\"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"adam\" }, "                   \
  "\"batch_size\": 32, \"epochs\": 1"

static const Case cases[] =
    {
        {"windows", LAYER ("conv2d",
                           ", \"filters\": 4, \"kernel\": [3, 4], \"stride\": [2, 1], "
                           "\"padding\": \"same\"") ", " LAYER ("batch-norm",
                                                                "") ", " LAYER ("activation",
                                                                                ", \"function\": "
                                                                                "\"leaky-relu\", "
                                                                                "\"slope\": 0.1") ","
                                                                                                  " " LAYER ("max-pool", ", \"size\": 3, \"stride\": 2, \"padding\": \"same\"") ", " LAYER ("conv2d", ", \"filters\": 6, \"kernel\": 3, \"padding\": [2, 0, 1, 2]") ", " LAYER ("layer-norm", "") ", " LAYER ("average-pool", ", \"size\": 2, \"padding\": [1, 0, 1, 1]") ", " LAYER (
                                                                                                      "activation",
                                                                                                      ", \"function\": \"tanh\"") ", " LAYER ("flatten",
                                                                                                                                              "") ", " DENSE (10) ", " ACTIVATION ("softmax")},
        {"vectors",
         DENSE (24) ", " ACTIVATION ("sigmoid") ", " LAYER ("layer-norm", "") ", " LAYER (
             "batch-norm",
             "") ", " LAYER ("dropout",
                             ", \"rate\": 0.5") ", " ACTIVATION ("linear") ", " DENSE (10)},
        {"shapes",
         LAYER ("conv2d", ", \"filters\": 6, \"kernel\": 5, \"stride\": 5") ", " LAYER (
             "flatten", "") ", " LAYER ("batch-norm", "") ", " LAYER ("layer-norm", "") ", " LAYER ("reshape",
                                                                                                    ", \"shape\": [10, 3, 5]") ", " LAYER ("conv2d", ", \"filters\": 4, \"kernel\": "
                                                                                                                                                     "2") ", " LAYER ("reshape", ", \"shape\": "
                                                                                                                                                                                 "[4, 9, 2]") ", " ACTIVATION ("softmax") ", " LAYER ("reshape", ", \"shape\": [72]") ", " DENSE (30) ", " LAYER ("reshape",
                                                                                                                                                                                                                                                                                                  ", \"shape\": [2, 5, 3]") ", " LAYER ("conv2d",
                                                                                                                                                                                                                                                                                                                                        ", \"filters\": 10, \"kernel\": 1") ", " LAYER ("global-average-pool",
                                                                                                                                                                                                                                                                                                                                                                                        "")},
        {"a-map-at-the-end",
         LAYER ("average-pool", ", \"size\": [28, 14], \"stride\": [28, 3]") ", " LAYER (
             "conv2d", ", \"filters\": 2, \"kernel\": 1") ", " ACTIVATION ("softmax")},
        {"a-flat-map-at-the-end",
         LAYER ("average-pool", ", \"size\": [28, 14], \"stride\": [28, 3]") ", " LAYER (
             "conv2d", ", \"filters\": 2, \"kernel\": 1") ", " LAYER ("flatten", "")},
        {"next-to-nothing",
         ACTIVATION ("linear") ", " LAYER ("average-pool", ", \"size\": 14, \"stride\": [14, 3]")},
};

static void
test_case (gconstpointer data)
{
  const Case *of = data;
  Scene scene;

  open_scene (&scene, make_experiment ("\"scale\": \"unit\"", of->layers, LOSS));
  check_input (&scene, NN_ONNX_PREPARED);
  close_scene (&scene);
}

/* What the Deploy page tells: that what was standardised outside is so inside as well. */
static void
test_parity (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment =
      make_experiment ("\"standardise\": true", DENSE (10) ", " ACTIVATION ("softmax"), LOSS);
  g_autoptr (NnDataset) dataset = nn_dataset_load (NN_DATASET_DIGITS, NULL, &error);
  g_autoptr (NnSamples) samples = make_samples (dataset, experiment, NN_PART_TEST);
  NnModel *model;
  NnParity parity = {0};
  NnPace pace = {0};

  nn_prepare_spec_set_fit (&experiment->prepare, samples->spec.fit);
  model = nn_model_new (experiment, 10, 1, NULL, &error);
  g_assert_no_error (error);
  nn_network_initialise (model->network, 3);
  nn_parity_check (model->network, experiment, samples, &parity, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (parity.n_pictures, ==, NN_PARITY_PICTURES);
  g_assert_cmpuint (parity.n_agree, ==, NN_PARITY_PICTURES);
  g_assert_true (parity.difference <= 1e-5);
  g_assert_true (nn_pace_measure (model->network, experiment, &pace, &error));
  g_assert_true (pace.alone > 0 && pace.together > 0);
  nn_model_free (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const char *const *name = nn_preset_names (); *name != NULL; name++) {
    g_autofree char *path = g_strconcat ("/onnx-write/preset/", *name, NULL);

    g_test_add_data_func (path, *name, test_preset);
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/onnx-write/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/onnx-write/parity", test_parity);
  return g_test_run ();
}
