/* test-experiment.c: the recipe is read strictly, written back the same, and edited validly. */
#include "engine/design/experiment.h"
#include "engine/design/network.h"
#include "engine/json-text.h"
#include "engine/resources.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

#define DENSE "{\"type\":\"dense\",\"units\":10}"
#define TRAIN "{\"loss\":\"softmax-cross-entropy\",\"optimizer\":{\"type\":\"adam\"}}"

/* The least a recipe must say; @layers and @train are JSON. */
static char *
recipe (const char *layers, const char *train)
{
  return g_strdup_printf ("{\"glassbox_experiment\":1,\"name\":\"n\",\"dataset\":\"mnist\","
                          "\"layers\":%s,\"train\":%s}",
                          layers, train);
}

static void
assert_refused (const char *text, gssize length, const char *beginning)
{
  g_autoptr (GError) error = NULL;
  NnExperiment *experiment = nn_experiment_parse (text, length, &error);
  g_assert_null (experiment);
  g_assert_nonnull (error);
  g_assert_true (error->domain == NN_ERROR);
  if (!g_str_has_prefix (error->message, beginning))
    g_error ("expected “%s…”, got “%s”", beginning, error->message);
}

static NnExperiment *
parse (const char *text)
{
  GError *error = NULL;
  NnExperiment *experiment = nn_experiment_parse (text, -1, &error);
  g_assert_no_error (error);
  return experiment;
}

/* ---- what the built-in recipes are ---- */

static void
test_presets_round_trip (void)
{
  guint n = 0;
  for (const char *const *name = nn_preset_names (); *name; name++, n++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (NnExperiment) preset = nn_preset_load (*name, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (preset->name, ==, *name);
    g_assert_cmpstr (preset->dataset, ==, NN_DATASET_MNIST);
    g_assert_nonnull (nn_preset_title (*name));
    g_autofree char *text = nn_experiment_to_json (preset);
    g_autofree char *path = g_strdup_printf ("experiments/%s.json", *name);
    g_autoptr (GBytes) file = nn_resource_load (path, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (g_bytes_get_data (file, NULL), g_bytes_get_size (file), text, strlen (text));
    g_autoptr (NnExperiment) again = parse (text);
    g_assert_true (nn_experiment_equal (preset, again));
    g_autofree char *text_again = nn_experiment_to_json (again);
    g_assert_cmpstr (text, ==, text_again);
    g_autoptr (NnExperiment) copy = nn_experiment_copy (preset);
    g_assert_true (nn_experiment_equal (preset, copy));
    copy->train.epochs++;
    g_assert_false (nn_experiment_equal (preset, copy));
  }
  g_assert_cmpuint (n, ==, 5);
  g_assert_null (nn_preset_title ("no-such"));
}

/* The articles' own figures: weights, biases, epochs, batch. */
static void
test_presets_are_the_articles (void)
{
  static const struct {
    const char *name;
    gsize n_parameters;
    int epochs, batch_size;
    NnTargets targets;
    NnScale scale;
  } expected[] = {{"keras-784-64-10", 50890, 10, 128, NN_TARGETS_ONE_HOT, NN_SCALE_UNIT},
                  {"keras-784-128-10", 101770, 5, 32, NN_TARGETS_SPARSE, NN_SCALE_UNIT},
                  {"sigmoid-784-10-10-10", 8070, 5, 32, NN_TARGETS_SPARSE, NN_SCALE_UNIT},
                  {"raw-pixels-784-64-10", 50890, 5, 32, NN_TARGETS_SPARSE, NN_SCALE_NONE},
                  {"cnn-32-64-64", 93322, 5, 32, NN_TARGETS_SPARSE, NN_SCALE_UNIT}};
  NnShape input = nn_shape_image (28, 28, 1);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autoptr (NnExperiment) preset = nn_preset_load (expected[i].name, NULL);
    const NnTrainSpec *train = &preset->train;
    g_autoptr (NnNetwork) network = nn_network_new (preset->layers, &input, 1, FALSE, NULL, NULL);
    g_assert_cmpuint (nn_network_n_parameters (network), ==, expected[i].n_parameters);
    g_assert_cmpint (train->epochs, ==, expected[i].epochs);
    g_assert_cmpint (train->batch_size, ==, expected[i].batch_size);
    g_assert_cmpint (train->targets, ==, expected[i].targets);
    g_assert_cmpint (preset->prepare.scale, ==, expected[i].scale);
    g_assert_cmpint (train->loss, ==, NN_LOSS_SOFTMAX_CROSS_ENTROPY);
    g_assert_cmpint (train->optimizer.kind, ==, NN_OPTIMIZER_ADAM);
    g_assert_cmpfloat (train->optimizer.learning_rate, ==, 0.001);
    g_assert_cmpfloat (train->optimizer.beta_1, ==, 0.9);
    g_assert_cmpfloat (train->optimizer.beta_2, ==, 0.999);
    g_assert_cmpfloat (train->optimizer.epsilon, ==, 1e-7);
    g_assert_true (train->shuffle);
  }
}

static void
test_unknown_preset (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (nn_preset_load ("no-such", &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "no-such"));
  g_assert_nonnull (strstr (error->message, "keras-784-64-10"));
}

/* ---- defaults, and every member there is ---- */

static void
test_defaults (void)
{
  g_autofree char *text = recipe ("[" DENSE "]", TRAIN);
  g_autoptr (NnExperiment) experiment = parse (text);
  const NnTrainSpec *train = &experiment->train;
  g_assert_cmpint (train->targets, ==, NN_TARGETS_SPARSE);
  g_assert_cmpint (train->schedule.kind, ==, NN_SCHEDULE_CONSTANT);
  g_assert_cmpfloat (train->l2, ==, 0);
  g_assert_cmpfloat (train->clip_norm, ==, 0);
  g_assert_cmpint (train->batch_size, ==, 32);
  g_assert_cmpint (train->epochs, ==, 10);
  g_assert_true (train->shuffle);
  g_assert_cmpuint (experiment->seed, ==, 1);
  g_assert_cmpint (experiment->prepare.side, ==, 28);
  g_assert_cmpint (experiment->prepare.scale, ==, NN_SCALE_UNIT);
}

static void
test_everything_survives (void)
{
  static const char adam[] = "{\"type\":\"adam\",\"learning_rate\":0.002,\"beta_1\":0.8,"
                             "\"beta_2\":0.99,\"epsilon\":1e-8}";
  static const char *const optimizers[] = {
      "{\"type\":\"gradient-descent\",\"learning_rate\":0.5}",
      "{\"type\":\"sgd\",\"learning_rate\":0.25}",
      "{\"type\":\"momentum\",\"learning_rate\":0.1,\"momentum\":0.95}",
      "{\"type\":\"nesterov\",\"learning_rate\":0.3,\"momentum\":0.85}",
      "{\"type\":\"rmsprop\",\"learning_rate\":0.003,\"rho\":0.99,\"epsilon\":1e-6}",
      adam};
  static const char *const schedules[] = {
      "{\"type\":\"constant\"}", "{\"type\":\"step\",\"factor\":0.1,\"every\":3}",
      "{\"type\":\"cosine\",\"factor\":0.05}", "{\"type\":\"exponential\",\"factor\":0.7}"};
  for (guint i = 0; i < G_N_ELEMENTS (optimizers); i++)
    for (guint j = 0; j < G_N_ELEMENTS (schedules); j++) {
      g_autofree char *text = g_strdup_printf (
          "{\"glassbox_experiment\":1,\"name\":\"Größe “7”\",\"dataset\":\"My sét_1.0\","
          "\"prepare\":{\"scale\":\"none\"},\"layers\":[{\"type\":\"flatten\"},"
          "{\"type\":\"dense\",\"units\":4096,\"initialiser\":\"he-normal\"},"
          "{\"type\":\"activation\",\"function\":\"leaky-relu\",\"slope\":0.2},"
          "{\"type\":\"dropout\",\"rate\":0.3}," DENSE "],\"train\":"
          "{\"loss\":\"mean-squared-error\",\"targets\":\"one-hot\",\"optimizer\":%s,"
          "\"schedule\":%s,\"l2\":0.1,\"clip_norm\":5,\"batch_size\":7,\"epochs\":3,"
          "\"shuffle\":false},\"seed\":9223372036854775807}",
          optimizers[i], schedules[j]);
      g_autoptr (NnExperiment) experiment = parse (text);
      g_autofree char *json = nn_experiment_to_json (experiment);
      g_autoptr (JsonNode) before = nn_json_read (text, strlen (text), 10000, NULL);
      g_autoptr (JsonNode) after = nn_json_read (json, strlen (json), 10000, NULL);
      JsonObject *train_before =
          json_object_get_object_member (json_node_get_object (before), "train");
      JsonObject *train_after =
          json_object_get_object_member (json_node_get_object (after), "train");
      g_assert_true (json_node_equal (json_object_get_member (train_before, "optimizer"),
                                      json_object_get_member (train_after, "optimizer")));
      g_assert_true (json_node_equal (json_object_get_member (train_before, "schedule"),
                                      json_object_get_member (train_after, "schedule")));
      g_assert_cmpuint (experiment->seed, ==, G_MAXINT64);
      g_assert_cmpstr (experiment->name, ==, "Größe “7”");
      g_assert_cmpfloat (experiment->train.l2, ==, 0.1);
      g_assert_cmpint (experiment->layers->len, ==, 5);
      g_autoptr (NnExperiment) again = parse (json);
      g_assert_true (nn_experiment_equal (experiment, again));
    }
}

/* Any double comes back bit for bit, and the common ones stay short. */
static void
test_numbers_stay_exact (void)
{
  g_autoptr (NnExperiment) experiment = nn_preset_load ("keras-784-64-10", NULL);
  static const double rates[] = {0.1, 1.0 / 3, 0.30000000000000004, 1e-6, 9.999999999999998, 0.7};
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    experiment->train.optimizer.learning_rate = rates[i];
    g_autofree char *text = nn_experiment_to_json (experiment);
    g_autoptr (NnExperiment) again = parse (text);
    g_assert_true (again->train.optimizer.learning_rate == rates[i]);
    if (rates[i] == 0.1)
      g_assert_nonnull (strstr (text, "\"learning_rate\": 0.1,"));
  }
}

/* ---- what is refused, and in which words ---- */

static void
test_refused_members (void)
{
  static const struct {
    const char *layers, *train, *beginning;
  } table[] = {
      {"[]", TRAIN, "layers: expected 1…64 of them, got 0"},
      {"{}", TRAIN, "layers: expected a list, got an object"},
      {"[7]", TRAIN, "layers[0]: expected an object"},
      {"[{}]", TRAIN, "layers[0].type: missing"},
      {"[{\"type\":5}]", TRAIN, "layers[0].type: expected a string, got a number"},
      {"[" DENSE ",{\"type\":\"convolution\"}]", TRAIN, "layers[1].type: expected one of "},
      {"[{\"type\":\"dense\"}]", TRAIN, "layers[0].units: missing"},
      {"[" DENSE "," DENSE ",{\"type\":\"dense\",\"units\":0}]", TRAIN,
       "layers[2].units: expected 1…4096, got 0"},
      {"[{\"type\":\"dense\",\"units\":4097}]", TRAIN,
       "layers[0].units: expected 1…4096, got 4097"},
      {"[{\"type\":\"dense\",\"units\":-9223372036854775808}]", TRAIN,
       "layers[0].units: expected 1…4096, got -9"},
      {"[{\"type\":\"dense\",\"units\":2.5}]", TRAIN,
       "layers[0].units: expected a whole number, got 2.5"},
      {"[{\"type\":\"dense\",\"units\":\"64\"}]", TRAIN,
       "layers[0].units: expected a number, got a string"},
      {"[{\"type\":\"dense\",\"units\":64,\"unit\":3}]", TRAIN, "layers[0].unit: unknown"},
      {"[{\"type\":\"dense\",\"units\":64,\"initialiser\":\"ones\"}]", TRAIN,
       "layers[0].initialiser: expected one of "},
      {"[{\"type\":\"dropout\",\"rate\":1}]", TRAIN, "layers[0].rate: "},
      {"[{\"type\":\"activation\",\"function\":\"gelu\"}]", TRAIN, "layers[0].function: "},
      {"[" DENSE "]", "[]", "train: expected an object, got a list"},
      {"[" DENSE "]", "{}", "train.loss: missing"},
      {"[" DENSE "]", "{\"loss\":\"hinge\"}",
       "train.loss: expected one of softmax-cross-entropy, "},
      {"[" DENSE "]", "{\"loss\":\"mean-squared-error\"}", "train.optimizer: missing"},
      {"[" DENSE "]", "{\"loss\":\"mean-squared-error\",\"optimizer\":{}}",
       "train.optimizer.type: missing"},
      {"[" DENSE "]",
       "{\"loss\":\"mean-squared-error\",\"optimizer\":{\"type\":\"sgd\",\"beta_1\":0.9}}",
       "train.optimizer.beta_1: unknown"},
      {"[" DENSE "]",
       "{\"loss\":\"mean-squared-error\",\"optimizer\":{\"type\":\"adam\",\"learning_rate\":0}}",
       "train.optimizer.learning_rate: expected 1e-06…10, got 0"},
      {"[" DENSE "]",
       "{\"loss\":\"mean-squared-error\",\"optimizer\":{\"type\":\"momentum\",\"momentum\":1}}",
       "train.optimizer.momentum: expected 0…0.999, got 1"},
      {"[" DENSE "]",
       "{\"loss\":\"mean-squared-error\",\"optimizer\":{\"type\":\"rmsprop\",\"epsilon\":0}}",
       "train.optimizer.epsilon: expected 1e-16…1, got 0"},
      {"[" DENSE "]",
       "{\"loss\":\"mean-squared-error\",\"optimizer\":{\"type\":\"adam\"},"
       "\"schedule\":{\"type\":\"constant\",\"factor\":1}}",
       "train.schedule.factor: unknown"},
      {"[" DENSE "]",
       "{\"loss\":\"mean-squared-error\",\"optimizer\":{\"type\":\"adam\"},\"batch_size\":0}",
       "train.batch_size: expected 1…65536, got 0"},
      {"[" DENSE "]",
       "{\"loss\":\"mean-squared-error\",\"optimizer\":{\"type\":\"adam\"},\"epochs\":10001}",
       "train.epochs: expected 1…10000, got 10001"},
      {"[" DENSE "]",
       "{\"loss\":\"mean-squared-error\",\"optimizer\":{\"type\":\"adam\"},\"shuffle\":1}",
       "train.shuffle: expected true or false, got a number"},
      {"[" DENSE "]",
       "{\"loss\":\"mean-squared-error\",\"optimizer\":{\"type\":\"adam\"},\"l2\":null}",
       "train.l2: expected a number, got null"},
      {"[" DENSE "]",
       "{\"loss\":\"mean-squared-error\",\"optimizer\":{\"type\":\"adam\"},\"targets\":\"two-"
       "hot\"}",
       "train.targets: expected one of sparse, one-hot, got “two-hot”"},
      {"[" DENSE "]", TRAIN ",\"seed\":-1", "seed: expected 0…9223372036854775807, got -1"},
      {"[" DENSE "]", TRAIN ",\"prepare\":{\"scale\":\"double\"}",
       "prepare.scale: expected one of "},
      {"[" DENSE "]", TRAIN ",\"sead\":1", "sead: unknown"},
      {"[" DENSE "]", TRAIN ",\"train\":" TRAIN, "line 1, column "},
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *text = recipe (table[i].layers, table[i].train);
    assert_refused (text, -1, table[i].beginning);
  }
}

static void
test_refused_documents (void)
{
  static const struct {
    const char *text, *beginning;
  } table[] = {
      {"", "line 1, column 1: expected a value, but the text ends here"},
      {" \n ", "line 2, column 2: expected a value, but the text ends here"},
      {"[]", "line 1, column 1: an experiment is a JSON object"},
      {"{}", "glassbox_experiment: missing"},
      {"{\"glassbox_experiment\":2}", "glassbox_experiment: expected 1…1, got 2"},
      {"{\"glassbox_experiment\":1}", "name: missing"},
      {"{\"glassbox_experiment\":1,\"name\":\"\"}", "name: expected 1…200 printable characters"},
      {"{\"glassbox_experiment\":1,\"name\":\"a\\nb\"}",
       "name: expected 1…200 printable characters"},
      {"{\"glassbox_experiment\":1,\"name\":\"n\"}", "dataset: missing"},
      {"{\"glassbox_experiment\":1,\"name\":\"n\",\"dataset\":\"../etc\"}",
       "dataset: expected the name of a folder"},
      {"{\"glassbox_experiment\":1,\"name\":\"n\",\"dataset\":\"a/b\"}",
       "dataset: expected the name of a folder"},
      {"{\"glassbox_experiment\":1,\"name\":\"n\",\"dataset\":\"mnist\"}", "layers: missing"},
      {"{\"a\":1,\"a\":2}", "line 1, column 11: “a” is there twice"},
      {"{\"a\":1,\"\\u0061\":2}", "line 1, column 16: “a” is there twice"},
      {"{\"a\":1,}", "line 1, column 8: expected a name in quotation marks"},
      {"{\"a\" 1}", "line 1, column 6: expected a colon"},
      {"{\"a\":1 \"b\":2}", "line 1, column 8: expected a comma or }"},
      {"[1 2]", "line 1, column 4: expected a comma or ]"},
      {"{'a':1}", "line 1, column 2: expected a name in quotation marks"},
      {"{\"a\":01}", "line 1, column 7: expected a comma or }"},
      {"{\"a\":0x10}", "line 1, column 7: expected a comma or }"},
      {"{\"a\":+1}", "line 1, column 6: expected a value"},
      {"{\"a\":.5}", "line 1, column 6: expected a value"},
      {"{\"a\":1.}", "line 1, column 8: expected a digit"},
      {"{\"a\":1e}", "line 1, column 8: expected a digit"},
      {"{\"a\":NaN}", "line 1, column 6: expected a value"},
      {"{\"a\":1e999}", "line 1, column 11: this number is too large"},
      {"{\"a\":18446744073709551616}", "line 1, column 26: this number has more than 64 bits"},
      {"{\"a\":-18446744073709551615}", "line 1, column 27: this number has more than 64 bits"},
      {"{\"a\": // no\n 1}", "line 1, column 7: expected a value"},
      {"{\"a\":\"b", "line 1, column 8: expected a closing quotation mark, but the text ends here"},
      {"{\"a\":\"\\x\"}", "line 1, column 8: expected one of"},
      {"{\"a\":\"\\u12g4\"}", "line 1, column 9: this \\u escape is no character"},
      {"{\"a\":\"\\u0000\"}", "line 1, column 13: this \\u escape is no character"},
      {"{\"a\":\"\\ud800\"}", "line 1, column 13: this \\u escape is no character"},
      {"{\"a\":\"\\udc00\"}", "line 1, column 13: this \\u escape is no character"},
      {"{\"a\":\"\t\"}", "line 1, column 7: a control character"},
      {"{} {}", "line 1, column 4: the document is complete, but text follows"},
      {"{\n\"ä\": \xff}", "line 2, column 6: this is not UTF-8 text"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    assert_refused (table[i].text, -1, table[i].beginning);
  assert_refused ("{}\0{}", 5, "line 1, column 3: this is not UTF-8 text");
}

static void
test_refused_sizes (void)
{
  g_autoptr (GString) deep = g_string_new ("{\"a\":");
  for (int i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  assert_refused (deep->str, -1, "line 1, column 37: nested more than 32 levels deep");
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, ' ');
  assert_refused (large, -1, "1048577 bytes of JSON: at most 1048576 are read");
  g_autoptr (GString) layers = g_string_new ("[" DENSE);
  for (int i = 0; i < 64; i++)
    g_string_append (layers, "," DENSE);
  g_string_append_c (layers, ']');
  g_autofree char *text = recipe (layers->str, TRAIN);
  assert_refused (text, -1, "layers: expected 1…64 of them, got 65");
}

/* A document that was cut off anywhere is refused, and never read beyond its end. */
static void
test_refused_when_cut (void)
{
  g_autoptr (NnExperiment) preset = nn_preset_load ("keras-784-128-10", NULL);
  g_autofree char *text = nn_experiment_to_json (preset);
  gsize length = strlen (text) - 2; /* the closing brace and the newline */
  for (gsize n = 0; n <= length; n++) {
    g_autofree char *cut = g_memdup2 (text, MAX (n, 1));
    assert_refused (cut, (gssize)n, "line ");
  }
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("glassbox-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "recipe.json", NULL);
  g_autofree char *text = recipe ("[" DENSE "]", TRAIN);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_autoptr (NnExperiment) experiment = nn_experiment_load_file (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (experiment->name, ==, "n");
  g_assert_true (g_file_set_contents (path, "{", -1, NULL));
  g_assert_null (nn_experiment_load_file (path, &error));
  g_autofree char *beginning = g_strconcat (path, ": line 1, column 2: ", NULL);
  g_assert_true (g_str_has_prefix (error->message, beginning));
  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (nn_experiment_load_file (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (nn_experiment_load_file (folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_clear_error (&error);
  /* A pipe without a writer is not waited for. */
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_null (nn_experiment_load_file (path, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FORMAT);
  g_unlink (path);
  g_rmdir (folder);
}

/* ---- the dials ---- */

static void
assert_valid (const NnExperiment *experiment)
{
  g_autofree char *text = nn_experiment_to_json (experiment);
  g_autoptr (NnExperiment) again = parse (text);
  g_assert_true (nn_experiment_equal (experiment, again));
  NnShape input = nn_shape_image (28, 28, 1);
  GError *error = NULL;
  g_autoptr (NnNetwork) network =
      nn_network_new (experiment->layers, &input, 1, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nn_shape_size (&network->output_shape), ==, 10);
}

static char *
layer_types (const NnExperiment *experiment)
{
  GString *types = g_string_new (NULL);
  for (guint i = 0; i < experiment->layers->len; i++)
    g_string_append_printf (types, "%s%s", i ? " " : "",
                            ((NnLayerSpec *)experiment->layers->pdata[i])->class_->type);
  return g_string_free (types, FALSE);
}

static void
test_hidden_units (void)
{
  g_autoptr (NnExperiment) experiment = nn_preset_load ("sigmoid-784-10-10-10", NULL);
  static const int asked[] = {1, 77, 4096, 5000, 0, -3}, got[] = {1, 77, 4096, 4096, 1, 1};
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    nn_experiment_set_hidden_units (experiment, asked[i]);
    g_assert_cmpint (nn_experiment_get_hidden_units (experiment), ==, got[i]);
    g_assert_cmpint (((NnDenseSpec *)experiment->layers->pdata[2])->units, ==, got[i]);
    g_assert_cmpint (((NnDenseSpec *)experiment->layers->pdata[4])->units, ==, 10);
    assert_valid (experiment);
  }
  g_autofree char *text = recipe ("[" DENSE "]", TRAIN);
  g_autoptr (NnExperiment) single = parse (text);
  nn_experiment_set_hidden_units (single, 5);
  g_assert_cmpint (nn_experiment_get_hidden_units (single), ==, 0);
  assert_valid (single);
}

static void
test_hidden_function (void)
{
  g_autoptr (NnExperiment) experiment = nn_preset_load ("sigmoid-784-10-10-10", NULL);
  g_assert_cmpint (nn_experiment_get_hidden_function (experiment), ==, NN_FUNCTION_SIGMOID);
  for (NnFunction function = NN_FUNCTION_LINEAR; function <= NN_FUNCTION_SOFTMAX; function++) {
    nn_experiment_set_hidden_function (experiment, function);
    g_assert_cmpint (nn_experiment_get_hidden_function (experiment), ==, function);
    g_assert_cmpint (((NnActivationSpec *)experiment->layers->pdata[3])->function, ==, function);
    g_assert_cmpint (((NnActivationSpec *)experiment->layers->pdata[5])->function, ==,
                     NN_FUNCTION_SOFTMAX);
    assert_valid (experiment);
  }
}

static void
test_dropout (void)
{
  g_autoptr (NnExperiment) experiment = nn_preset_load ("sigmoid-784-10-10-10", NULL);
  g_autoptr (NnExperiment) before = nn_experiment_copy (experiment);
  g_assert_cmpfloat (nn_experiment_get_dropout (experiment), ==, 0);
  static const double rates[] = {0.5, 0.2, 0.9};
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    nn_experiment_set_dropout (experiment, rates[i]);
    g_autofree char *types = layer_types (experiment);
    g_assert_cmpstr (types, ==,
                     "dense activation dropout dense activation dropout dense activation");
    g_assert_cmpfloat (nn_experiment_get_dropout (experiment), ==, rates[i]);
    assert_valid (experiment);
  }
  nn_experiment_set_dropout (experiment, 7);
  assert_valid (experiment);
  nn_experiment_set_dropout (experiment, 0);
  g_assert_true (nn_experiment_equal (experiment, before));
  g_autofree char *linear = recipe ("[{\"type\":\"dense\",\"units\":5}," DENSE "]", TRAIN);
  g_autoptr (NnExperiment) plain = parse (linear);
  nn_experiment_set_dropout (plain, 0.5);
  g_autofree char *types = layer_types (plain);
  g_assert_cmpstr (types, ==, "dense dropout dense");
}

static void
test_loss (void)
{
  static const NnFunction closing[] = {NN_FUNCTION_SOFTMAX, NN_FUNCTION_SIGMOID,
                                       NN_FUNCTION_SOFTMAX};
  g_autoptr (NnExperiment) experiment = nn_preset_load ("keras-784-64-10", NULL);
  for (int loss = NN_LOSS_SOFTMAX_CROSS_ENTROPY; loss <= NN_LOSS_MEAN_SQUARED_ERROR; loss++) {
    nn_experiment_set_loss (experiment, loss);
    g_assert_cmpint (experiment->train.loss, ==, loss);
    g_assert_cmpuint (experiment->layers->len, ==, 4);
    g_assert_cmpint (((NnActivationSpec *)experiment->layers->pdata[3])->function, ==,
                     closing[loss]);
    g_assert_cmpint (nn_experiment_get_hidden_function (experiment), ==, NN_FUNCTION_RELU);
    assert_valid (experiment);
  }
  g_autofree char *text = recipe ("[" DENSE "]", TRAIN);
  g_autoptr (NnExperiment) open = parse (text);
  nn_experiment_set_loss (open, NN_LOSS_BINARY_CROSS_ENTROPY);
  g_autofree char *types = layer_types (open);
  g_assert_cmpstr (types, ==, "dense activation");
}

static void
test_names (void)
{
  NnLossKind loss;
  NnOptimizerKind optimizer;
  NnScheduleKind schedule;
  for (NnLossKind i = NN_LOSS_SOFTMAX_CROSS_ENTROPY; i <= NN_LOSS_MEAN_SQUARED_ERROR; i++)
    g_assert_true (nn_loss_parse (nn_loss_name (i), &loss) && loss == i);
  for (NnOptimizerKind i = NN_OPTIMIZER_GRADIENT_DESCENT; i <= NN_OPTIMIZER_ADAM; i++) {
    g_assert_true (nn_optimizer_parse (nn_optimizer_name (i), &optimizer) && optimizer == i);
    g_assert_cmpint (nn_optimizer_spec_default (i).kind, ==, i);
  }
  for (NnScheduleKind i = NN_SCHEDULE_CONSTANT; i <= NN_SCHEDULE_EXPONENTIAL; i++)
    g_assert_true (nn_schedule_parse (nn_schedule_name (i), &schedule) && schedule == i);
  g_assert_false (nn_loss_parse ("", &loss));
  g_assert_false (nn_optimizer_parse ("Adam", &optimizer));
  g_assert_false (nn_schedule_parse ("linear", &schedule));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/experiment/presets/round-trip", test_presets_round_trip);
  g_test_add_func ("/experiment/presets/articles", test_presets_are_the_articles);
  g_test_add_func ("/experiment/presets/unknown", test_unknown_preset);
  g_test_add_func ("/experiment/parse/defaults", test_defaults);
  g_test_add_func ("/experiment/parse/everything", test_everything_survives);
  g_test_add_func ("/experiment/parse/numbers", test_numbers_stay_exact);
  g_test_add_func ("/experiment/refused/members", test_refused_members);
  g_test_add_func ("/experiment/refused/documents", test_refused_documents);
  g_test_add_func ("/experiment/refused/sizes", test_refused_sizes);
  g_test_add_func ("/experiment/refused/cut", test_refused_when_cut);
  g_test_add_func ("/experiment/files", test_files);
  g_test_add_func ("/experiment/dials/hidden-units", test_hidden_units);
  g_test_add_func ("/experiment/dials/hidden-function", test_hidden_function);
  g_test_add_func ("/experiment/dials/dropout", test_dropout);
  g_test_add_func ("/experiment/dials/loss", test_loss);
  g_test_add_func ("/experiment/names", test_names);
  return g_test_run ();
}
