/* test-learning.c: networks do learn: the built-in handwritten digits, with every loss and rule. */
#include "training-fixture.h"

#define EPOCHS 12

typedef struct {
  const char *path, *closing, *train;
  double accuracy; /* on the test part, at least */
} Recipe;

static const Recipe recipes[] = {
    {"/learning/softmax-cross-entropy", "softmax",
     "\"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"adam\" }", 0.9},
    {"/learning/binary-cross-entropy", "sigmoid",
     "\"loss\": \"binary-cross-entropy\", \"optimizer\": { \"type\": \"adam\" }", 0.9},
    {"/learning/mean-squared-error", "sigmoid",
     "\"loss\": \"mean-squared-error\", \"optimizer\": { \"type\": \"adam\" }", 0.9},
    {"/learning/sgd", "softmax",
     "\"loss\": \"softmax-cross-entropy\", "
     "\"optimizer\": { \"type\": \"sgd\", \"learning_rate\": 0.03 }, "
     "\"schedule\": { \"type\": \"cosine\", \"factor\": 0 }",
     0.9},
    {"/learning/momentum", "softmax",
     "\"loss\": \"softmax-cross-entropy\", "
     "\"optimizer\": { \"type\": \"momentum\", \"learning_rate\": 0.003 }",
     0.9},
    {"/learning/nesterov", "softmax",
     "\"loss\": \"softmax-cross-entropy\", "
     "\"optimizer\": { \"type\": \"nesterov\", \"learning_rate\": 0.003 }",
     0.9},
    {"/learning/rmsprop", "softmax",
     "\"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"rmsprop\" }", 0.9},
    {"/learning/cosine-clipped-l2", "softmax",
     "\"loss\": \"softmax-cross-entropy\", \"l2\": 0.0001, \"clip_norm\": 1, "
     "\"schedule\": { \"type\": \"cosine\", \"factor\": 0.1 }, "
     "\"optimizer\": { \"type\": \"adam\", \"learning_rate\": 0.003 }",
     0.9},
};

static NnDataset *digits;

static void
test_learning (gconstpointer data)
{
  const Recipe *recipe = data;
  g_autofree char *layers = g_strdup_printf (
      "{ \"type\": \"dense\", \"units\": 32 }, { \"type\": \"activation\", \"function\": \"relu\" "
      "}, "
      "{ \"type\": \"dense\", \"units\": 10 }, { \"type\": \"activation\", \"function\": \"%s\" }",
      recipe->closing);
  g_autoptr (NnExperiment) experiment = make_experiment ("", layers, recipe->train);
  g_autoptr (NnTraining) training = make_training (experiment, digits, 2);

  nn_training_set_epochs (training, EPOCHS);
  NnEpochResult first = finish_epoch (training), last = first;
  while (!nn_training_finished (training))
    last = finish_epoch (training);
  g_assert_cmpfloat (last.loss, <, first.loss / 2);
  g_assert_cmpfloat (last.accuracy, >, first.accuracy);
  g_assert_cmpfloat (last.validation_accuracy, >=, recipe->accuracy);
}

/* The articles' convolutional network, for a moment. */
static void
test_convolutional (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment = nn_preset_load ("cnn-32-64-64", &error);
  g_autoptr (NnTraining) training = NULL;
  NnEpochResult first, last;

  g_assert_no_error (error);
  training = make_training (experiment, digits, 2);
  first = finish_epoch (training);
  last = finish_epoch (training);
  g_assert_cmpfloat (last.loss, <, first.loss / 2);
  g_assert_cmpfloat (last.validation_accuracy, >=, 0.85);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  digits = nn_dataset_load (NN_DATASET_DIGITS, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (recipes); i++)
    g_test_add_data_func (recipes[i].path, &recipes[i], test_learning);
  g_test_add_func ("/learning/convolutional", test_convolutional);
  result = g_test_run ();
  nn_dataset_unref (digits);
  return result;
}
