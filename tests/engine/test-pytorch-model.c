/* test-pytorch-model.c: a convolutional network goes from PyTorch to here and back as it is. */
#include "engine/deploy/model.h"
#include "engine/deploy/parameters.h"

#include "pytorch-model.h"
#include "scratch.h"

#include <string.h>

#define PIXELS (28 * 28)

/* pytorch-model.py's network, layer by layer. */
static const char *const recipe =
    "{ \"glassbox_experiment\": 1, \"name\": \"pytorch\", \"dataset\": \"digits\", \"layers\": ["
    "{ \"type\": \"conv2d\", \"filters\": 3, \"kernel\": 3, \"stride\": 2,"
    "  \"padding\": [1, 1, 1, 1] },"
    "{ \"type\": \"batch-norm\" },"
    "{ \"type\": \"activation\", \"function\": \"relu\" },"
    "{ \"type\": \"max-pool\", \"size\": 2 },"
    "{ \"type\": \"conv2d\", \"filters\": 4, \"kernel\": [3, 2] },"
    "{ \"type\": \"activation\", \"function\": \"relu\" },"
    "{ \"type\": \"flatten\" },"
    "{ \"type\": \"dropout\", \"rate\": 0.5 },"
    "{ \"type\": \"batch-norm\" },"
    "{ \"type\": \"dense\", \"units\": 5 },"
    "{ \"type\": \"activation\", \"function\": \"tanh\" },"
    "{ \"type\": \"dense\", \"units\": 10 },"
    "{ \"type\": \"activation\", \"function\": \"softmax\" } ],"
    "\"train\": { \"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"adam\" } } }";

typedef struct {
  NnExperiment *experiment;
  NnTensorFile *file; /* PyTorch's */
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->experiment = nn_experiment_parse (recipe, -1, &error);
  g_assert_no_error (error);
  fixture->path = g_test_build_filename (G_TEST_DIST, "engine", "pytorch-model.safetensors", NULL);
  fixture->file = nn_tensor_file_read (fixture->path, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  nn_experiment_free (fixture->experiment);
  nn_tensor_file_free (fixture->file);
  g_free (fixture->path);
}

static NnNetwork *
load_network (const Fixture *fixture, NnPlan plan)
{
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_image (28, 28, 1);
  NnNetwork *network = nn_network_new_planned (fixture->experiment->layers, &input, PICTURES, FALSE,
                                               plan, NULL, &error);

  g_assert_no_error (error);
  nn_model_load_parameters (network, fixture->path, &error);
  g_assert_no_error (error);
  return network;
}

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  real pictures[PICTURES * PIXELS];
  NnRun run = {.batch = PICTURES};

  for (int n = 0; n < PICTURES; n++)
    for (int i = 0; i < 28; i++)
      for (int j = 0; j < 28; j++)
        pictures[n * PIXELS + i * 28 + j] =
            (real)((n * 71 + i / 4 * 53 + j / 4 * 97 + i / 4 * (j / 4) * 29) % 256 / 255.0);
  for (int method = NN_METHOD_NAIVE; method <= NN_METHOD_DIRECT; method++)
    for (int separate = 0; separate < 2; separate++) {
      NnPlan plan = {.method = (NnMethod)method, .separate = separate};
      g_autoptr (NnNetwork) network = load_network (fixture, plan);
      const real *y = nn_network_forward (network, &run, pictures);

      for (int n = 0; n < PICTURES; n++)
        for (int c = 0; c < 10; c++)
          g_assert_cmpfloat_with_epsilon (y[n * 10 + c], answers[n][c], 1e-6);
    }
}

/* What we write has PyTorch's names, shapes and numbers, bit for bit, but for its counters. */
static void
test_written (Fixture *fixture, gconstpointer data)
{
  g_autoptr (NnNetwork) network = load_network (fixture, nn_plan_default ());
  g_autofree char *folder = g_dir_make_tmp ("glassbox-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "model.safetensors", NULL);
  g_autoptr (NnTensorFile) ours = NULL;
  g_autoptr (GError) error = NULL;
  guint found = 0;

  nn_model_save (network, fixture->experiment, path, &error);
  g_assert_no_error (error);
  ours = nn_tensor_file_read (path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < fixture->file->tensors->len; i++) {
    const NnTensor *theirs = fixture->file->tensors->pdata[i];
    const NnTensor *tensor = nn_tensor_file_find (ours, theirs->name);

    if (theirs->dtype == NN_DTYPE_I64) {
      g_assert_null (tensor);
      continue;
    }
    g_assert_nonnull (tensor);
    g_assert_cmpint (tensor->n_dims, ==, theirs->n_dims);
    g_assert_cmpmem (tensor->dims, (gsize)tensor->n_dims * sizeof (gsize), theirs->dims,
                     (gsize)tensor->n_dims * sizeof (gsize));
    g_assert_cmpmem (tensor->data, tensor->n * sizeof (float), theirs->data,
                     theirs->n * sizeof (float));
    found++;
  }
  g_assert_cmpuint (found, ==, ours->tensors->len);
  scratch_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/pytorch-model/answers", Fixture, NULL, set_up, test_answers, tear_down);
  g_test_add ("/pytorch-model/written", Fixture, NULL, set_up, test_written, tear_down);
  return g_test_run ();
}
