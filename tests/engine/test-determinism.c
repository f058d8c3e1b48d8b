/* test-determinism.c: whole epochs give the same bits with any number of threads: each built-in
 * experiment, and a network of every kind of layer. */
#include "training-fixture.h"

static const guint n_threads[] = {1, 2, 3, 5, 16};

/* Maps that are no multiple of anything, windows that overlap, leave gaps and hang over the edge.
 */
static const char *const every_kind[] = {
    "{ \"type\": \"conv2d\", \"filters\": 17, \"kernel\": [3, 4], \"padding\": \"same\" }",
    "{ \"type\": \"batch-norm\" }",
    ACTIVATION ("relu"),
    "{ \"type\": \"max-pool\", \"size\": 3, \"stride\": 2 }",
    "{ \"type\": \"conv2d\", \"filters\": 9, \"kernel\": 2, \"stride\": [1, 3] }",
    ACTIVATION ("leaky-relu"),
    "{ \"type\": \"layer-norm\" }",
    "{ \"type\": \"average-pool\", \"size\": 2, \"stride\": 1, \"padding\": [1, 0, 0, 1] }",
    "{ \"type\": \"dropout\", \"rate\": 0.2 }",
    "{ \"type\": \"reshape\", \"shape\": [4, 12, 9] }",
    "{ \"type\": \"global-average-pool\" }",
    DENSE (21),
    ACTIVATION ("tanh"),
    "{ \"type\": \"flatten\" }",
    "{ \"type\": \"batch-norm\" }",
    DENSE (10),
    ACTIVATION ("softmax"),
    NULL,
};

static NnExperiment *
make_every_kind (void)
{
  g_autofree char *layers = g_strjoinv (", ", (char **)every_kind);

  return make_experiment (
      "", layers, "\"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"adam\" }");
}

/* Two epochs, each with a smaller last batch. */
static void
check_threads (const NnExperiment *experiment)
{
  g_autoptr (NnDataset) dataset =
      make_dataset (2 * (gsize)experiment->train.batch_size + 7, 40, 10);
  g_autofree real *parameters = NULL;
  g_autofree real *moments = NULL;
  NnEpochResult expected = {0};

  for (gsize i = 0; i < G_N_ELEMENTS (n_threads); i++) {
    g_autoptr (NnTraining) training = make_training (experiment, dataset, n_threads[i]);
    const NnArena *block = &nn_training_network (training)->parameters;
    const NnArena *second = &nn_training_optimizer (training)->second;
    NnEpochResult result;

    finish_epoch (training);
    result = finish_epoch (training);
    if (i == 0) {
      parameters = copy_block (block);
      moments = copy_block (second);
      expected = result;
    }
    assert_same_block (block, parameters);
    assert_same_block (second, moments);
    g_assert_cmpfloat (result.loss, ==, expected.loss);
    g_assert_cmpfloat (result.validation_loss, ==, expected.validation_loss);
  }
}

static void
test_preset (gconstpointer name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment = nn_preset_load (name, &error);

  g_assert_no_error (error);
  check_threads (experiment);
}

static void
test_every_kind (void)
{
  g_autoptr (NnExperiment) experiment = make_every_kind ();

  for (const NnLayerClass *const *class_ = nn_layer_class_all (); *class_ != NULL; class_++) {
    gboolean found = FALSE;

    for (guint i = 0; i < experiment->layers->len; i++)
      found |= ((NnLayerSpec *)experiment->layers->pdata[i])->class_ == *class_;
    g_assert_true (found);
  }
  check_threads (experiment);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const char *const *name = nn_preset_names (); *name != NULL; name++) {
    g_autofree char *path = g_strconcat ("/determinism/", *name, NULL);

    g_test_add_data_func (path, *name, test_preset);
  }
  g_test_add_func ("/determinism/every-kind", test_every_kind);
  return g_test_run ();
}
