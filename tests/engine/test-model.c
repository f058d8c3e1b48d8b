/* test-model.c: networks and trainings survive the way through a file. */
#include "engine/deploy/model.h"
#include "engine/deploy/safetensors.h"
#include "engine/ink/drawing.h"

#include <glib/gstdio.h>

#include <math.h>
#include <string.h>

typedef struct {
  char *folder, *path;
  NnDataset *dataset;
  NnSamples *train, *test;
  NnExperiment *experiment;
} Place;

static void
set_up (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  place->folder = g_dir_make_tmp ("glassbox-XXXXXX", NULL);
  place->path = g_build_filename (place->folder, "network.safetensors", NULL);
  place->experiment = nn_preset_load ("keras-784-128-10", &error);
  g_assert_no_error (error);
  nn_experiment_set_hidden_units (place->experiment, 12);
  place->dataset = nn_dataset_load (NN_DATASET_DIGITS, NULL, &error);
  g_assert_no_error (error);
  place->train =
      nn_samples_new (place->dataset, &place->experiment->prepare, NN_PART_TRAIN, 1, &error);
  place->test =
      nn_samples_new (place->dataset, &place->experiment->prepare, NN_PART_TEST, 1, &error);
  g_assert_no_error (error);
}

static void
tear_down (Place *place, gconstpointer data)
{
  g_unlink (place->path);
  g_assert_cmpint (g_rmdir (place->folder), ==, 0);
  nn_samples_unref (place->train);
  nn_samples_unref (place->test);
  nn_dataset_unref (place->dataset);
  nn_experiment_free (place->experiment);
  g_free (place->folder);
  g_free (place->path);
}

static NnTraining *
new_training (Place *place)
{
  GError *error = NULL;
  NnTraining *training = nn_training_new (place->experiment, place->train, NULL, 1, &error);
  g_assert_no_error (error);
  return training;
}

static void
run_steps (NnTraining *training, int n)
{
  for (int i = 0; i < n; i++) {
    GError *error = NULL;
    NnStepResult step;
    NnEpochResult epoch;
    nn_training_step (training, &step, &error);
    g_assert_no_error (error);
    if (nn_training_epoch_done (training))
      nn_training_close_epoch (training, &epoch);
  }
}

static void
assert_same_parameters (const NnNetwork *a, const NnNetwork *b)
{
  g_assert_cmpmem (a->parameters.data, a->parameters.reserved * sizeof (real), b->parameters.data,
                   b->parameters.reserved * sizeof (real));
}

static const real *
parameter (const NnNetwork *network, int layer, int index)
{
  return network->layers[layer]->parameters[index].value;
}

/* Writes tensors of these names and shapes whose numbers are 1, 2, 3 …, each tensor going on. */
typedef struct {
  const char *name;
  int n_dims;
  gsize dims[2];
} Entry;

static void
write_tensors (const char *path, const Entry *entries, guint n)
{
  g_autoptr (NnTensorFile) file = nn_tensor_file_new ();
  g_autofree real *numbers = g_new (real, 20000);
  GError *error = NULL;
  gsize used = 0;
  for (gsize i = 0; i < 20000; i++)
    numbers[i] = (real)(i + 1);
  for (guint i = 0; i < n; i++) {
    nn_tensor_file_add (file, entries[i].name, numbers + used, entries[i].n_dims, entries[i].dims);
    used += entries[i].dims[0] * (entries[i].n_dims == 2 ? entries[i].dims[1] : 1);
  }
  nn_tensor_file_write (file, path, &error);
  g_assert_no_error (error);
}

/* ---- models ---- */

static void
test_save_and_open (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnTraining) training = new_training (place);
  run_steps (training, 50);
  const NnNetwork *trained = nn_training_network (training);
  nn_model_save (trained, place->experiment, place->path, &error);
  g_assert_no_error (error);
  g_autoptr (NnModel) model = nn_model_open (place->path, 8, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (model->n_classes, ==, 10);
  g_assert_true (nn_experiment_equal (model->experiment, place->experiment));
  assert_same_parameters (model->network, trained);
  for (gsize i = 0; i < place->test->count; i += 40) {
    guint32 index = (guint32)i;
    guint8 label;
    real x[NN_DIGIT_PIXELS], expected[10], got[10];
    NnRun run = {.batch = 1};
    nn_samples_gather (place->test, &index, 1, FALSE, 0, 0, x, &label);
    nn_network_forward (nn_training_network (training), &run, x);
    nn_loss_probabilities (trained, 1, expected);
    int class_ = nn_model_predict (model, place->test->images + i * NN_DIGIT_PIXELS, got);
    g_assert_cmpmem (got, sizeof got, expected, sizeof expected);
    for (int c = 0; c < 10; c++)
      g_assert_true (got[c] <= got[class_]);
  }
}

/* What torch.nn.Sequential(Flatten(), Linear(784, 12), ReLU(), Linear(12, 10)) calls its own. */
static void
test_tensor_names (Place *place, gconstpointer data)
{
  static const char *const names[] = {"1.weight", "1.bias", "3.weight", "3.bias"};
  g_autoptr (GError) error = NULL;
  g_autoptr (NnTraining) training = new_training (place);
  nn_model_save (nn_training_network (training), place->experiment, place->path, &error);
  g_assert_no_error (error);
  g_autoptr (NnTensorFile) file = nn_tensor_file_read (place->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (file->tensors->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (((NnTensor *)file->tensors->pdata[i])->name, ==, names[i]);
  const NnTensor *weight = nn_tensor_file_find (file, "1.weight");
  g_assert_cmpint (weight->n_dims, ==, 2);
  g_assert_cmpuint (weight->dims[0], ==, 12);
  g_assert_cmpuint (weight->dims[1], ==, 784);
  g_assert_cmpstr (g_hash_table_lookup (file->metadata, "format"), ==, "pt");
  g_assert_cmpstr (g_hash_table_lookup (file->metadata, "glassbox.version"), ==, GBX_VERSION);
  g_assert_nonnull (g_hash_table_lookup (file->metadata, "glassbox.experiment"));
}

static void
assert_not_opened (Place *place, int code, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (nn_model_open (place->path, 1, NULL, &error));
  g_assert_error (error, NN_ERROR, code);
  g_assert_true (g_str_has_prefix (error->message, place->path));
  if (!strstr (error->message, part))
    g_error ("expected “…%s…”, got “%s”", part, error->message);
}

static const Entry fitting[] = {{"1.weight", 2, {12, 784}},
                                {"1.bias", 1, {12}},
                                {"3.weight", 2, {10, 12}},
                                {"3.bias", 1, {10}}};

static void
write_with_recipe (Place *place, const char *recipe)
{
  write_tensors (place->path, fitting, 4);
  GError *error = NULL;
  g_autoptr (NnTensorFile) read = nn_tensor_file_read (place->path, &error);
  g_assert_no_error (error);
  nn_tensor_file_set_metadata (read, "glassbox.experiment", recipe);
  g_assert_true (nn_tensor_file_write (read, place->path, NULL));
}

static void
test_open_refusals (Place *place, gconstpointer data)
{
  g_autoptr (NnExperiment) other = nn_experiment_copy (place->experiment);
  write_tensors (place->path, fitting, 4);
  assert_not_opened (place, NN_ERROR_NOT_FOUND, "glassbox.experiment");
  write_with_recipe (place, "{\"glassbox_experiment\":9}");
  assert_not_opened (place, NN_ERROR_RANGE, "in the recipe inside: glassbox_experiment: expected");
  nn_experiment_set_hidden_units (other, 11);
  g_autofree char *narrower = nn_experiment_to_json (other);
  write_with_recipe (place, narrower);
  assert_not_opened (place, NN_ERROR_SHAPE,
                     "tensor “1.weight”: expected 11×784 numbers, found 12×784");
  nn_experiment_set_hidden_units (other, 4096);
  g_autofree char *wider = nn_experiment_to_json (other);
  write_with_recipe (place, wider);
  assert_not_opened (place, NN_ERROR_SHAPE, "weights, the file only 9550 numbers");
  g_ptr_array_remove_index (other->layers, 0); /* numbers move: names no longer fit */
  nn_experiment_set_hidden_units (other, 12);
  g_autofree char *renamed = nn_experiment_to_json (other);
  write_with_recipe (place, renamed);
  assert_not_opened (place, NN_ERROR_NOT_FOUND, "tensor “0.weight” is missing");
}

static void
test_untrained (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnModel) model = nn_model_new (place->experiment, 10, 4, NULL, &error);
  g_assert_no_error (error);
  guint8 pixels[NN_DIGIT_PIXELS] = {0};
  real probabilities[10];
  nn_model_predict (model, pixels, probabilities);
  for (int i = 0; i < 10; i++)
    g_assert_cmpfloat_with_epsilon (probabilities[i], 0.1, 1e-6);
  g_assert_null (nn_model_new (place->experiment, 26, 4, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "26 classes"));
}

/* ---- parameters of another framework ---- */

static void
assert_loads (NnNetwork *network, const char *path)
{
  GError *error = NULL;
  nn_model_load_parameters (network, path, &error);
  g_assert_no_error (error);
}

/* A saved file sorts its names, so biases come first and "10" before "2"; order is what counts. */
static void
test_load_by_order (Place *place, gconstpointer data)
{
  static const struct {
    Entry entries[4]; /* in the file's order */
    real first_weight, first_bias, second_weight, second_bias;
  } table[] = {
      {{{"0.bias", 1, {12}},
        {"0.weight", 2, {12, 784}},
        {"2.bias", 1, {10}},
        {"2.weight", 2, {10, 12}}},
       13,
       1,
       9431,
       9421},
      {{{"10.bias", 1, {10}},
        {"10.weight", 2, {10, 12}},
        {"9.bias", 1, {12}},
        {"9.weight", 2, {12, 784}}},
       143,
       131,
       11,
       1},
      {{{"fc1.weight", 2, {12, 784}},
        {"fc1.bias", 1, {12}},
        {"fc2.weight", 2, {10, 12}},
        {"fc2.bias", 1, {10}}},
       1,
       9409,
       9421,
       9541},
      {{{"hidden.bias", 1, {12}},
        {"hidden.weight", 2, {12, 784}},
        {"answer.bias", 1, {10}},
        {"answer.weight", 2, {10, 12}}},
       13,
       1,
       9431,
       9421},
      {{{"net.4.bias", 1, {10}},
        {"net.4.weight", 2, {10, 12}},
        {"net.1.bias", 1, {12}},
        {"net.1.weight", 2, {12, 784}}},
       143,
       131,
       11,
       1},
  };
  g_autoptr (NnTraining) training = new_training (place);
  NnNetwork *network = nn_training_network (training);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    write_tensors (place->path, table[i].entries, 4);
    assert_loads (network, place->path);
    g_assert_true (parameter (network, 1, 0)[0] == table[i].first_weight);
    g_assert_true (parameter (network, 1, 0)[783] == table[i].first_weight + 783);
    g_assert_true (parameter (network, 1, 1)[11] == table[i].first_bias + 11);
    g_assert_true (parameter (network, 3, 0)[119] == table[i].second_weight + 119);
    g_assert_true (parameter (network, 3, 1)[0] == table[i].second_bias);
  }
}

static void
test_load_refusals (Place *place, gconstpointer data)
{
  static const struct {
    Entry entries[5];
    guint n;
    const char *part;
  } table[] = {
      {{{"1.weight", 2, {12, 784}}, {"1.bias", 1, {12}}, {"3.weight", 2, {10, 12}}},
       3,
       "tensor “3.bias” is missing, which the network needs"},
      {{{"1.weight", 2, {12, 784}},
        {"1.bias", 1, {12}},
        {"3.weight", 2, {10, 12}},
        {"3.bias", 1, {10}},
        {"4.scale", 1, {10}}},
       5,
       "tensor “4.scale” is none of the 4 that the network has"},
      {{{"fc1.weight", 2, {12, 784}},
        {"fc1.bias", 1, {12}},
        {"fc2.weight", 2, {10, 12}},
        {"fc2.bias", 1, {10}},
        {"fc2.scale", 1, {10}}},
       5,
       "tensor “fc2.scale” is none of the 4 that the network has"},
      {{{"1.weight", 2, {784, 12}},
        {"1.bias", 1, {12}},
        {"3.weight", 2, {10, 12}},
        {"3.bias", 1, {10}}},
       4,
       "tensor “1.weight”: expected 12×784 numbers, found 784×12"},
      {{{"1.weight", 1, {12}}, {"1.bias", 1, {12}}, {"3.weight", 2, {10, 12}}, {"3.bias", 1, {10}}},
       4,
       "tensor “1.weight”: expected 12×784 numbers, found 12"},
      {{{"fc1.weight", 2, {12, 784}},
        {"fc1.bias", 1, {12}},
        {"fc2.weight", 2, {10, 13}},
        {"fc2.bias", 1, {10}}},
       4,
       "tensor “fc2.weight”: expected 10×12 numbers, found 10×13"},
      {{{"fc1.weight", 2, {12, 784}},
        {"fc1.bias", 1, {12}},
        {"fc2.weight", 2, {10, 12}},
        {"fc3.bias", 1, {10}}},
       4,
       "tensor “1.weight” is missing"},
  };
  g_autoptr (NnTraining) training = new_training (place);
  NnNetwork *network = nn_training_network (training);
  g_autofree real *before =
      g_memdup2 (network->parameters.data, network->parameters.reserved * sizeof (real));
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;
    write_tensors (place->path, table[i].entries, table[i].n);
    g_assert_false (nn_model_load_parameters (network, place->path, &error));
    g_assert_true (g_str_has_prefix (error->message, place->path));
    if (!strstr (error->message, table[i].part))
      g_error ("expected “…%s…”, got “%s”", table[i].part, error->message);
    g_assert_cmpmem (before, network->parameters.reserved * sizeof (real), network->parameters.data,
                     network->parameters.reserved * sizeof (real));
  }
}

static void
test_load_not_finite (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnTraining) training = new_training (place);
  NnNetwork *network = nn_training_network (training);
  real *weights = network->layers[1]->parameters[0].value;
  weights[5] = NAN;
  nn_model_save (network, place->experiment, place->path, &error);
  g_assert_no_error (error);
  weights[5] = 1;
  g_assert_false (nn_model_load_parameters (network, place->path, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_RANGE);
  g_assert_nonnull (strstr (error->message, "tensor “1.weight”: number 5 is not finite"));
  g_assert_true (weights[5] == 1);
}

/* ---- checkpoints ---- */

static void
assert_same_training (NnTraining *a, NnTraining *b)
{
  const NnOptimizer *one = nn_training_optimizer (a), *two = nn_training_optimizer (b);
  NnTrainingPosition here, there;
  assert_same_parameters (nn_training_network (a), nn_training_network (b));
  if (one->first.data)
    g_assert_cmpmem (one->first.data, one->first.reserved * sizeof (real), two->first.data,
                     two->first.reserved * sizeof (real));
  if (one->second.data)
    g_assert_cmpmem (one->second.data, one->second.reserved * sizeof (real), two->second.data,
                     two->second.reserved * sizeof (real));
  nn_training_get_position (a, &here);
  nn_training_get_position (b, &there);
  g_assert_cmpuint (here.seed, ==, there.seed);
  g_assert_cmpuint (here.step, ==, there.step);
  g_assert_cmpuint (here.optimizer_step, ==, there.optimizer_step);
  g_assert_cmpint (here.epoch, ==, there.epoch);
  g_assert_cmpint (here.batch, ==, there.batch);
  g_assert_cmpuint (here.position, ==, there.position);
  g_assert_true (here.loss_sum == there.loss_sum);
  g_assert_true (here.correct_sum == there.correct_sum);
}

/* Stopped in mid-epoch and taken up again, each kind of optimizer arrives at the same bits. */
static void
test_checkpoint (Place *place, gconstpointer data)
{
  for (NnOptimizerKind kind = NN_OPTIMIZER_GRADIENT_DESCENT; kind <= NN_OPTIMIZER_ADAM; kind++) {
    g_autoptr (GError) error = NULL;
    place->experiment->train.optimizer = nn_optimizer_spec_default (kind);
    place->experiment->train.schedule =
        (NnScheduleSpec){.kind = NN_SCHEDULE_EXPONENTIAL, .factor = 0.9};
    place->experiment->seed = G_MAXINT64;
    nn_experiment_set_dropout (place->experiment, 0.25);
    g_autoptr (NnTraining) straight = new_training (place);
    gboolean whole = kind == NN_OPTIMIZER_GRADIENT_DESCENT;
    run_steps (straight, whole ? 2 : 61);
    nn_training_set_dials (straight, 0.1 / 3, 0.7, 1e-4);
    nn_training_set_epochs (straight, 17);
    nn_checkpoint_save (straight, NULL, place->path, &error);
    g_assert_no_error (error);
    g_autoptr (NnTraining) resumed = new_training (place);
    run_steps (resumed, 1);
    nn_checkpoint_restore (resumed, place->path, &error);
    g_assert_no_error (error);
    assert_same_training (straight, resumed);
    g_assert_true (
        nn_experiment_equal (nn_training_experiment (straight), nn_training_experiment (resumed)));
    run_steps (straight, whole ? 2 : 50);
    run_steps (resumed, whole ? 2 : 50);
    assert_same_training (straight, resumed);
  }
}

/* A seed beyond what a double or a JSON reader keeps, and figures of an epoch under way. */
static void
test_checkpoint_keeps_every_digit (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) extra = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (NnTraining) training = new_training (place);
  NnTrainingPosition position = {.seed = G_MAXUINT64 - 1,
                                 .step = (G_GUINT64_CONSTANT (1) << 53) + 1,
                                 .optimizer_step = G_MAXUINT64,
                                 .epoch = 3,
                                 .batch = 2,
                                 .position = 64,
                                 .loss_sum = 1.0 / 3,
                                 .correct_sum = 61,
                                 .seconds = 0.1 + 0.2};
  g_hash_table_insert (extra, (gpointer) "session.note", (gpointer) "kept");
  nn_training_set_position (training, &position);
  nn_checkpoint_save (training, extra, place->path, &error);
  g_assert_no_error (error);
  g_autoptr (NnTensorFile) file = nn_tensor_file_read (place->path, &error);
  g_assert_cmpstr (g_hash_table_lookup (file->metadata, "session.note"), ==, "kept");
  g_assert_nonnull (nn_tensor_file_find (file, "optimizer.first.1.weight"));
  g_assert_nonnull (nn_tensor_file_find (file, "optimizer.second.3.bias"));
  g_autoptr (NnTraining) other = new_training (place);
  nn_checkpoint_restore (other, place->path, &error);
  g_assert_no_error (error);
  NnTrainingPosition got;
  nn_training_get_position (other, &got);
  g_assert_cmpuint (got.seed, ==, position.seed);
  g_assert_cmpuint (got.step, ==, position.step);
  g_assert_cmpuint (got.optimizer_step, ==, position.optimizer_step);
  g_assert_true (got.loss_sum == position.loss_sum);
  g_assert_true (got.seconds == position.seconds);
}

static void
assert_not_restored (Place *place, NnTraining *training, const char *part)
{
  g_autoptr (GError) error = NULL;
  NnTrainingPosition before, after;
  const NnNetwork *network = nn_training_network (training);
  gsize bytes = network->parameters.reserved * sizeof (real);
  g_autofree real *parameters = g_memdup2 (network->parameters.data, bytes);
  nn_training_get_position (training, &before);
  g_assert_false (nn_checkpoint_restore (training, place->path, &error));
  if (!strstr (error->message, part))
    g_error ("expected “…%s…”, got “%s”", part, error->message);
  nn_training_get_position (training, &after);
  g_assert_cmpuint (before.step, ==, after.step);
  g_assert_cmpmem (parameters, bytes, network->parameters.data, bytes);
}

/* One entry of the metadata is spoiled at a time: nothing of the training may change. */
static void
test_checkpoint_refusals (Place *place, gconstpointer data)
{
  static const struct {
    const char *key, *value, *part;
  } table[] = {
      {"glassbox.checkpoint", "2", "should be “1”"},
      {"glassbox.experiment", "{", "line 1, column 2"},
      {"position.seed", "-1", "-1"},
      {"position.step", "18446744073709551616", "18446744073709551616"},
      {"position.epoch", "10001", "10001"},
      {"position.batch", "", "metadata “position.batch”: "},
      {"position.position", "1e3", "1e3"},
      {"position.loss_sum", "much", "“much” is no number"},
      {"position.seconds", "1 ", "“1 ” is no number"},
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (NnTraining) training = new_training (place);
  run_steps (training, 3);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    nn_checkpoint_save (training, NULL, place->path, &error);
    g_assert_no_error (error);
    g_autoptr (NnTensorFile) file = nn_tensor_file_read (place->path, &error);
    nn_tensor_file_set_metadata (file, table[i].key, table[i].value);
    g_assert_true (nn_tensor_file_write (file, place->path, NULL));
    assert_not_restored (place, training, table[i].part);
  }
  nn_model_save (nn_training_network (training), place->experiment, place->path, &error);
  assert_not_restored (place, training, "glassbox.checkpoint");
  nn_checkpoint_save (training, NULL, place->path, &error);
  place->experiment->train.optimizer = nn_optimizer_spec_default (NN_OPTIMIZER_SGD);
  g_autoptr (NnTraining) plain = new_training (place);
  assert_not_restored (place, plain, "trained with adam, the recipe has sgd");
  place->experiment->train.optimizer = nn_optimizer_spec_default (NN_OPTIMIZER_ADAM);
  nn_experiment_set_hidden_units (place->experiment, 13);
  g_autoptr (NnTraining) wider = new_training (place);
  assert_not_restored (place, wider, "tensor “1.weight”: expected 13×784 numbers, found 12×784");
}

#define ADD(path, function) g_test_add (path, Place, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/model/save-and-open", test_save_and_open);
  ADD ("/model/names", test_tensor_names);
  ADD ("/model/open/refusals", test_open_refusals);
  ADD ("/model/untrained", test_untrained);
  ADD ("/model/load/by-order", test_load_by_order);
  ADD ("/model/load/refusals", test_load_refusals);
  ADD ("/model/load/not-finite", test_load_not_finite);
  ADD ("/checkpoint/bit-for-bit", test_checkpoint);
  ADD ("/checkpoint/every-digit", test_checkpoint_keeps_every_digit);
  ADD ("/checkpoint/refusals", test_checkpoint_refusals);
  return g_test_run ();
}
