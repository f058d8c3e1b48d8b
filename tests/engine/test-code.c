/* test-code.c: the programs that are written for an experiment compute what we compute. */
#include "scratch.h"
#include "training-fixture.h"

#include "engine/deploy/code.h"
#include "engine/deploy/model.h"
#include "engine/deploy/npz.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define PYTHON "/usr/bin/python3"
#define STEPS 4
#define BATCH 32

/* clang-format off: a layer a line */
#define CONVOLUTION(rest) "{ \"type\": \"conv2d\", " rest " }, "
#define OTHER(type, rest) "{ \"type\": \"" type "\"" rest " }, "

static const char most_kinds[] = CONVOLUTION (
    "\"filters\": 4, \"kernel\": [3, 4], \"stride\": [2, 1], \"padding\": \"same\"")
    OTHER ("batch-norm", "") OTHER ("activation", ", \"function\": \"leaky-relu\", \"slope\": 0.1")
        OTHER ("max-pool", ", \"size\": 3, \"stride\": 2, \"padding\": \"same\"") CONVOLUTION (
            "\"filters\": 6, \"kernel\": 3, \"padding\": [2, 0, 1, 2]") OTHER ("layer-norm", "")
            OTHER ("average-pool", ", \"size\": 2, \"padding\": [1, 0, 1, 1]")
                OTHER ("activation", ", \"function\": \"tanh\"")
                    OTHER ("reshape", ", \"shape\": [192]") OTHER ("dropout", ", \"rate\": 0")
                        OTHER ("dense", ", \"units\": 24, \"initialiser\": \"he-normal\"")
                            OTHER ("activation", ", \"function\": \"sigmoid\"")
                                OTHER ("layer-norm", "") OTHER ("reshape", ", \"shape\": [2, 4, 3]")
                                    OTHER ("activation", ", \"function\": \"softmax\"")
                                        CONVOLUTION ("\"filters\": 8, \"kernel\": 1")
                                            OTHER ("global-average-pool", "")
                                                OTHER ("batch-norm", ", \"momentum\": 0.5")
                                                    DENSE (10) ", " ACTIVATION ("softmax");
/* clang-format on */

#define TRAIN(loss, optimizer, more)                                                               \
  "\"loss\": \"" loss "\", \"optimizer\": {" optimizer "}, \"batch_size\": 32, \"epochs\": 9, "    \
  "\"shuffle\": false" more

typedef struct {
  const char *name, *layers, *train;
} Case;

static const Case cases[] = {
    {"adam", DENSE (20) ", " ACTIVATION ("relu") ", " DENSE (10) ", " ACTIVATION ("softmax"),
     TRAIN ("softmax-cross-entropy", "\"type\": \"adam\"",
            ", \"schedule\": { \"type\": \"cosine\" }, \"l2\": 0.01, \"clip_norm\": 0.5")},
    {"rmsprop", DENSE (20) ", " ACTIVATION ("tanh") ", " DENSE (10) ", " ACTIVATION ("sigmoid"),
     TRAIN ("binary-cross-entropy", "\"type\": \"rmsprop\"",
            ", \"schedule\": { \"type\": \"exponential\" }")},
    {"nesterov", DENSE (20) ", " ACTIVATION ("sigmoid") ", " DENSE (10) ", " ACTIVATION ("softmax"),
     TRAIN ("mean-squared-error", "\"type\": \"nesterov\"",
            ", \"schedule\": { \"type\": \"step\" }")},
    {"most-kinds", most_kinds, TRAIN ("softmax-cross-entropy", "\"type\": \"momentum\"", "")},
};

/* What the Python programs leave to their frameworks: the order, what falls out, a step of many
 * chunks; and losses that take no activation over. */
static const Case c_cases[] = {
    {"shuffled",
     CONVOLUTION ("\"filters\": 3, \"kernel\": 3, \"padding\": \"same\"")
         OTHER ("dropout", ", \"rate\": 0.25") OTHER ("activation", ", \"function\": \"relu\"")
             OTHER ("max-pool", ", \"size\": 2") OTHER ("flatten", "")
                 OTHER ("dropout", ", \"rate\": 0.5")
                     OTHER ("dense", ", \"units\": 12, \"initialiser\": \"normal\"") DENSE (10),
     "\"loss\": \"softmax-cross-entropy\", \"optimizer\": {\"type\": \"adam\"}, "
     "\"batch_size\": 32, \"epochs\": 2"},
    {"whole",
     DENSE (8) ", " ACTIVATION ("tanh") ", " OTHER ("dropout", ", \"rate\": 0.1")
         DENSE (10) ", " ACTIVATION ("sigmoid") ", { \"type\": \"reshape\", \"shape\": [10] }",
     "\"loss\": \"binary-cross-entropy\", \"optimizer\": {\"type\": \"gradient-descent\", "
     "\"learning_rate\": 0.1}, \"batch_size\": 32, \"epochs\": 2"},
    {"nothing-to-learn",
     OTHER ("max-pool", ", \"size\": [14, 5], \"stride\": [14, 5]") ACTIVATION ("softmax"),
     "\"loss\": \"softmax-cross-entropy\", \"optimizer\": {\"type\": \"sgd\"}, "
     "\"batch_size\": 32, \"epochs\": 2"},
};

typedef struct {
  char *folder; /* owned */
  NnExperiment *experiment;
  NnDataset *dataset;
  NnSamples *samples;
  NnTraining *training;
} Scene;

static char *
path_in (const Scene *scene, const char *name)
{
  return g_build_filename (scene->folder, name, NULL);
}

static void
write_file (const Scene *scene, const char *name, gconstpointer content, gsize length)
{
  g_autofree char *path = path_in (scene, name);

  g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
}

static void
write_code (const Scene *scene, const NnNetwork *trained, NnCodeLanguage language, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = nn_code_write (scene->experiment, trained, language, &error);

  g_assert_no_error (error);
  write_file (scene, name, text, strlen (text));
}

/* A training at its first step, its weights in a file, and the batches that it will see. */
static void
open_scene (Scene *scene, const Case *of)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *model = NULL, *weights = NULL;
  g_autofree guint32 *indices = g_new (guint32, STEPS * BATCH);
  g_autofree float *x = g_new (float, STEPS *BATCH * 784);
  guint8 labels[STEPS * BATCH];

  scene->folder = g_dir_make_tmp ("glassbox-code-XXXXXX", NULL);
  scene->experiment = make_experiment ("", of->layers, of->train);
  scene->dataset = nn_dataset_load (NN_DATASET_DIGITS, NULL, &error);
  g_assert_no_error (error);
  scene->samples =
      nn_samples_new (scene->dataset, &scene->experiment->prepare, NN_PART_TRAIN, 1, &error);
  g_assert_no_error (error);
  scene->training = nn_training_new (scene->experiment, scene->samples, NULL, 2, &error);
  g_assert_no_error (error);
  model = path_in (scene, "model.safetensors");
  g_assert_true (
      nn_model_save (nn_training_network (scene->training), scene->experiment, model, &error));
  weights = path_in (scene, "weights.npz");
  g_assert_true (
      nn_npz_save (nn_training_network (scene->training), NN_CODE_PYTORCH, weights, &error));
  for (guint32 i = 0; i < STEPS * BATCH; i++)
    indices[i] = i;
  nn_samples_gather (scene->samples, indices, STEPS * BATCH, FALSE, 1, 0, x, labels);
  write_file (scene, "pictures", x, STEPS * BATCH * 784 * sizeof (float));
  write_file (scene, "labels", labels, sizeof labels);
}

static void
close_scene (Scene *scene)
{
  nn_training_free (scene->training);
  nn_samples_unref (scene->samples);
  nn_dataset_unref (scene->dataset);
  nn_experiment_free (scene->experiment);
  scratch_remove (scene->folder);
  g_free (scene->folder);
}

/* Returns: (transfer full) (nullable): what it printed, NULL where it failed. */
static char *
run (const char *const *command)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *errors = NULL;
  char *output = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &errors,
                &status, &error);
  g_assert_no_error (error);
  if (status == 0)
    return output;
  g_test_message ("%s: %s", command[0], errors);
  g_free (output);
  return NULL;
}

static gboolean
has_torch (void)
{
  const char *const command[] = {PYTHON, "-c", "import torch", NULL};
  g_autofree char *output = g_file_test (PYTHON, G_FILE_TEST_IS_EXECUTABLE) ? run (command) : NULL;

  return output != NULL;
}

/* Loads our first weights into the program's network and trains it on our batches. */
static const char driver[] =
    "import importlib.util, json, os, struct, sys\n"
    "import numpy as np, torch\n"
    "os.chdir(sys.argv[1])\n"
    "spec = importlib.util.spec_from_file_location('program', 'program.py')\n"
    "program = importlib.util.module_from_spec(spec)\n"
    "spec.loader.exec_module(program)\n"
    "torch.set_num_threads(1)\n"
    "content = open('model.safetensors', 'rb').read()\n"
    "start = 8 + struct.unpack('<Q', content[:8])[0]\n"
    "state = {}\n"
    "for name, tensor in json.loads(content[8:start]).items():\n"
    "    if name != '__metadata__':\n"
    "        first, end = tensor['data_offsets']\n"
    "        numbers = np.frombuffer(content[start + first:start + end], np.float32)\n"
    "        state[name] = torch.tensor(numbers).reshape(tensor['shape'])\n"
    "network = program.make_network()\n"
    "missing, unexpected = network.load_state_dict(state, strict=False)\n"
    "assert not unexpected, unexpected\n"
    "assert all(name.endswith('num_batches_tracked') for name in missing), missing\n"
    "again = program.make_network()\n"
    "program.load_weights(again, 'weights.npz')\n"
    "pairs = zip(network.state_dict().values(), again.state_dict().values())\n"
    "assert all(torch.equal(a, b) for a, b in pairs)\n"
    "optimizer = program.make_optimizer(network)\n"
    "x = torch.tensor(np.fromfile('pictures', np.float32)).reshape(-1, 1, 28, 28)\n"
    "y = torch.tensor(np.fromfile('labels', np.uint8).astype(np.int64))\n"
    "for i in range(0, len(y), 32):\n"
    "    epoch = i / int(sys.argv[2])\n"
    "    print('%.9g' % program.step(network, optimizer, x[i:i + 32], y[i:i + 32], epoch))\n";

static void
compare_losses (Scene *scene, const char *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length (lines), ==, STEPS + 1);
  for (int i = 0; i < STEPS; i++) {
    double theirs = g_ascii_strtod (lines[i], NULL);
    NnStepResult result;

    g_assert_true (nn_training_step (scene->training, &result, &error));
    g_test_message ("step %d: %.7f here, %.7f there", i, result.loss, theirs);
    g_assert_cmpfloat_with_epsilon (theirs, result.loss, 1e-4);
  }
}

static void
test_pytorch (gconstpointer data)
{
  Scene scene;
  g_autofree char *text = NULL;

  open_scene (&scene, data);
  text = nn_code_write (scene.experiment, NULL, NN_CODE_PYTORCH, NULL);
  g_assert_nonnull (strstr (text, "def make_network():"));
  g_assert_nonnull (strstr (text, "network.add_module(\"0\", "));
  g_assert_nonnull (strstr (text, "torch.arange(len(labels))"));
  if (has_torch ()) {
    g_autofree char *count = g_strdup_printf ("%zu", scene.samples->count);
    const char *const command[] = {PYTHON, "-c", driver, scene.folder, count, NULL};
    g_autofree char *output = NULL;

    write_code (&scene, NULL, NN_CODE_PYTORCH, "program.py");
    output = run (command);
    g_assert_nonnull (output);
    compare_losses (&scene, output);
  } else {
    g_test_message ("There is no PyTorch in " PYTHON ": only the text was looked at.");
  }
  close_scene (&scene);
}

/* Keras is seldom there: its text is held against the names and arguments that it documents. */
static void
test_keras (gconstpointer data)
{
  static const char *const known[] = {"layers.Dense(",
                                      "layers.Activation(",
                                      "layers.LeakyReLU(negative_slope=",
                                      "layers.Flatten()",
                                      "layers.Dropout(",
                                      "layers.Conv2D(",
                                      "layers.MaxPooling2D(",
                                      "layers.AveragePooling2D(",
                                      "layers.GlobalAveragePooling2D()",
                                      "layers.BatchNormalization(momentum=",
                                      "layers.LayerNormalization(epsilon=",
                                      "layers.Reshape((",
                                      "layers.Softmax(axis=(1, 2, 3))",
                                      "layers.ZeroPadding2D(((",
                                      NULL};
  const Case *of = data;
  g_autoptr (NnExperiment) experiment = make_experiment ("", of->layers, of->train);
  g_autofree char *text = nn_code_write (experiment, NULL, NN_CODE_KERAS, NULL);
  guint n = 0;

  for (const char *at = text; (at = strstr (at, "        layers.")) != NULL; at++, n++) {
    gboolean found = FALSE;

    for (guint i = 0; known[i] != NULL; i++)
      found = found || g_str_has_prefix (at + 8, known[i]);
    g_assert_true (found);
  }
  g_assert_cmpuint (n, >=, experiment->layers->len);
  g_assert_nonnull (strstr (text, "keras.Input((28, 28, 1))"));
  g_assert_nonnull (strstr (text, "network.fit(images, labels, batch_size=batch, epochs=EPOCHS, "
                                  "shuffle=False,"));
  if (g_file_test (PYTHON, G_FILE_TEST_IS_EXECUTABLE)) { /* it is Python, at least */
    const char *const command[] = {PYTHON, "-c", "import ast, sys; print(ast.parse(sys.argv[1]))",
                                   text, NULL};
    g_autofree char *output = run (command);

    g_assert_nonnull (output);
  }
}

#define C_PICTURES 100

/* The command line that asks for all pictures, and the pictures as PGM files. */
static char **
make_question (const Scene *scene, const char *program)
{
  GPtrArray *words = g_ptr_array_new ();

  g_ptr_array_add (words, g_strdup (program));
  for (int i = 0; i < C_PICTURES; i++) {
    g_autofree char *name = g_strdup_printf ("%d.pgm", i);
    g_autoptr (GString) content = g_string_new ("P5\n# drawn\n28 28\n255\n");

    g_string_append_len (content, (const char *)scene->samples->images + i * 784, 784);
    write_file (scene, name, content->str, content->len);
    g_ptr_array_add (words, path_in (scene, name));
  }
  g_ptr_array_add (words, NULL);
  return (char **)g_ptr_array_free (words, FALSE);
}

/* The losses of a few steps from the program's own first weights, and then what it answers for the
 * first pictures. */
static const char c_trainer[] =
    "#define main program_main\n"
    "#include \"program.c\"\n"
    "#undef main\n"
    "int main(int argc, char **argv)\n"
    "{\n"
    "  size_t n, n_labels;\n"
    "  float x[INPUTS], answer[CLASSES];\n"
    "  unsigned char *images = read_idx(argv[1], \"train-images-idx3-ubyte\", 16, INPUTS, &n);\n"
    "  unsigned char *labels = read_idx(argv[1], \"train-labels-idx1-ubyte\", 8, 1, &n_labels);\n"
    "  if (argc != 2 || !images || !labels || n != n_labels)\n"
    "    return 1;\n"
    "  size_t batch = n < BATCH ? n : BATCH, start = 0;\n"
    "  uint32_t *order = malloc(n * sizeof *order);\n"
    "  draw_first_weights();\n"
    "  for (int i = 0; i < 4; i++, start += batch) {\n"
    "    if (start == n)\n"
    "      start = 0;\n"
    "    if (start == 0)\n"
    "      put_in_order(order, n, batch == n ? i : 0);\n"
    "    printf(\"%.9g\\n\", step(images, labels, order + start, (int)batch,\n"
    "                            (batch == n ? i : 0) + (double)start / n));\n"
    "  }\n"
    "  for (int k = 0; k < 8; k++) {\n"
    "    for (int i = 0; i < INPUTS; i++)\n"
    "      x[i] = PREPARED(images[k * INPUTS + i]);\n"
    "    predict(x, answer);\n"
    "    for (int i = 0; i < CLASSES; i++)\n"
    "      printf(\"%.9g\\n\", answer[i]);\n"
    "  }\n"
    "  return 0;\n"
    "}\n";

static void
write_idx (const Scene *scene, const char *name, guint8 kind, const guint8 *bytes, gsize size)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  const guint32 sizes[] = {GUINT32_TO_BE (0x800u | kind),
                           GUINT32_TO_BE ((guint32)scene->samples->count), GUINT32_TO_BE (28),
                           GUINT32_TO_BE (28)};

  g_byte_array_append (file, (const guint8 *)sizes, 4 + 4 * kind);
  g_byte_array_append (file, bytes, (guint)(scene->samples->count * size));
  write_file (scene, name, file->data, file->len);
}

/* Ours, in the program's footsteps. */
static void
compare_training (const Scene *scene, const char *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  NnNetwork *network = nn_training_network (scene->training);
  g_autoptr (NnNetwork) answering =
      nn_network_new (scene->experiment->layers, &scene->samples->shape, 8, FALSE, NULL, NULL);
  const NnRun run = {.batch = 8};
  g_autofree char *path = path_in (scene, "pictures");
  g_autofree char *pictures = NULL;
  const real *answers;

  g_assert_cmpuint (g_strv_length (lines), ==, STEPS + 81);
  for (int i = 0; i < STEPS; i++) {
    double theirs = g_ascii_strtod (lines[i], NULL);
    g_autoptr (GError) error = NULL;
    NnStepResult result;
    NnEpochResult epoch;

    g_assert_true (nn_training_step (scene->training, &result, &error));
    if (nn_training_epoch_done (scene->training))
      nn_training_close_epoch (scene->training, &epoch);
    g_test_message ("step %d: %.7f here, %.7f there", i, result.loss, theirs);
    g_assert_cmpfloat_with_epsilon (theirs, result.loss, 2e-6 * result.loss);
  }
  if (network->parameters.data != NULL) /* a network without any trains as well */
    memcpy (answering->parameters.data, network->parameters.data,
            network->parameters.reserved * sizeof (real));
  g_assert_true (g_file_get_contents (path, &pictures, NULL, NULL));
  answers = nn_network_forward (answering, &run, (const real *)pictures);
  for (int i = 0; i < 80; i++)
    g_assert_cmpfloat_with_epsilon (g_ascii_strtod (lines[STEPS + i], NULL), answers[i], 1e-4);
}

static void
test_c_training (gconstpointer data)
{
  g_autofree char *compiler = g_find_program_in_path ("cc");
  Scene scene;
  g_autofree char *driver_source = NULL, *program = NULL, *built = NULL, *output = NULL;

  if (compiler == NULL) {
    g_test_message ("There is no C compiler.");
    return;
  }
  open_scene (&scene, data);
  driver_source = path_in (&scene, "driver.c");
  program = path_in (&scene, "program");
  write_code (&scene, NULL, NN_CODE_C, "program.c");
  write_file (&scene, "driver.c", c_trainer, strlen (c_trainer));
  write_idx (&scene, "train-images-idx3-ubyte", 3, scene.samples->images, 784);
  write_idx (&scene, "train-labels-idx1-ubyte", 1, scene.samples->labels, 1);
  const char *const build[] = {compiler,      "-std=c99", "-Wall", "-Wextra", "-Werror", "-O1",
                               driver_source, "-o",       program, "-lm",     NULL};
  const char *const train[] = {program, scene.folder, NULL};
  built = run (build);
  g_assert_nonnull (built);
  output = run (train);
  g_assert_nonnull (output);
  compare_training (&scene, output);
  close_scene (&scene);
}

static void
compare_answers (const Scene *scene, const char *output)
{
  g_autofree char *path = path_in (scene, "pictures");
  g_autofree char *model_path = path_in (scene, "model.safetensors");
  g_autoptr (GError) error = NULL;
  g_autoptr (NnModel) model = nn_model_open (model_path, C_PICTURES, NULL, &error);
  const NnRun run = {.batch = C_PICTURES};
  g_autofree char *pictures = NULL;
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  const real *answers;

  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &pictures, NULL, NULL));
  answers = nn_network_forward (model->network, &run, (const real *)pictures);
  g_assert_cmpuint (g_strv_length (lines), ==, C_PICTURES + 1);
  for (int i = 0; i < C_PICTURES; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);

    g_assert_cmpuint (g_strv_length (words), ==, 12);
    g_assert_cmpint (atoi (words[1]), ==, nn_argmax (answers + 10 * i, 10));
    for (int c = 0; c < 10; c++)
      g_assert_cmpfloat_with_epsilon (g_ascii_strtod (words[2 + c], NULL), answers[10 * i + c],
                                      1e-5);
  }
}

/* The program without numbers takes them from a model of ours. */
static void
score_model (const Scene *scene, const char *compiler)
{
  g_autofree char *source = path_in (scene, "untrained.c"), *program = path_in (scene, "untrained");
  g_autofree char *model = path_in (scene, "model.safetensors"), *built = NULL, *output = NULL;
  const char *const build[] = {compiler, "-std=c99", "-Wall", "-Wextra", "-Werror", "-O1",
                               source,   "-o",       program, "-lm",     NULL};
  const char *const score[] = {program, model, scene->folder, NULL};
  g_autofree char *says = g_strdup_printf (" of %zu right: ", scene->samples->count);

  write_code (scene, NULL, NN_CODE_C, "untrained.c");
  write_idx (scene, "t10k-images-idx3-ubyte", 3, scene->samples->images, 784);
  write_idx (scene, "t10k-labels-idx1-ubyte", 1, scene->samples->labels, 1);
  built = run (build);
  g_assert_nonnull (built);
  output = run (score);
  g_assert_nonnull (output);
  g_assert_nonnull (strstr (output, says));
}

static void
test_c (gconstpointer data)
{
  static const char *const compilers[] = {"gcc", "clang"};
  Scene scene;
  g_autofree char *source = NULL, *program = NULL;
  g_auto (GStrv) question = NULL;

  open_scene (&scene, data);
  source = path_in (&scene, "program.c");
  program = path_in (&scene, "program");
  write_code (&scene, nn_training_network (scene.training), NN_CODE_C, "program.c");
  question = make_question (&scene, program);
  for (guint i = 0; i < G_N_ELEMENTS (compilers); i++) {
    const char *const build[] = {compilers[i], "-std=c99", "-Wall", "-Wextra", "-Werror",
                                 source,       "-o",       program, "-lm",     NULL};
    g_autofree char *compiler = g_find_program_in_path (compilers[i]);
    g_autofree char *built = NULL, *answers = NULL;

    if (compiler == NULL) {
      g_test_message ("There is no %s.", compilers[i]);
      continue;
    }
    built = run (build);
    g_assert_nonnull (built);
    answers = run ((const char *const *)question);
    g_assert_nonnull (answers);
    compare_answers (&scene, answers);
    score_model (&scene, compilers[i]);
  }
  close_scene (&scene);
}

/* What a network was shown the programs show it too: by the numbers that were measured. */
static void
test_preparation (void)
{
  static const char *const measured[] = {
      "    images = images.astype(np.float32) / 255\n"
      "    # Standardised by what was measured on the training part.\n"
      "    images = (images - np.float32(0.125)) / np.float32(0.5)\n",
      "    images = (images - np.float32(0.125)) / np.float32(0.5)\n",
      "#define PREPARED(grey) (((grey) * (1 / 255.0f) - 0.125f) / 0.5f)\n",
  };
  static const char *const unknown[] = {
      "    images = (images - np.float32(known.mean())) / np.float32(known.std())\n",
      "    images = (images - np.float32(known.mean())) / np.float32(known.std())\n",
      "#error ",
  };
  g_autoptr (NnExperiment) experiment =
      make_experiment ("\"standardise\": true, \"noise\": 0.1, \"test_fraction\": 0.25, "
                       "\"fit\": { \"mean\": [0.125], \"deviation\": [0.5] }",
                       cases[0].layers, cases[0].train);

  for (NnCodeLanguage language = NN_CODE_KERAS; language <= NN_CODE_C; language++) {
    g_autofree char *text = nn_code_write (experiment, NULL, language, NULL);

    g_assert_nonnull (strstr (text, measured[language]));
    if (language != NN_CODE_C) {
      g_assert_nonnull (strstr (text, "noise of deviation 0.1"));
      g_assert_nonnull (strstr (text, "0.25 of all samples"));
    }
  }
  nn_prepare_spec_set_fit (&experiment->prepare, NULL);
  for (NnCodeLanguage language = NN_CODE_KERAS; language <= NN_CODE_C; language++) {
    g_autofree char *text = nn_code_write (experiment, NULL, language, NULL);

    g_assert_nonnull (strstr (text, unknown[language]));
  }
}

static void
test_refusal (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment =
      make_experiment ("", DENSE (10) ", { \"type\": \"max-pool\", \"size\": 2 }",
                       TRAIN ("softmax-cross-entropy", "\"type\": \"adam\"", ""));
  NnCodeLanguage language;

  g_assert_null (nn_code_write (experiment, NULL, NN_CODE_C, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_true (g_str_has_prefix (error->message, "layers[1]: "));
  g_assert_true (nn_code_parse ("pytorch", &language));
  g_assert_cmpint (language, ==, NN_CODE_PYTORCH);
  g_assert_false (nn_code_parse ("fortran", &language));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *pytorch = g_strconcat ("/code/pytorch/", cases[i].name, NULL);
    g_autofree char *keras = g_strconcat ("/code/keras/", cases[i].name, NULL);
    g_autofree char *c = g_strconcat ("/code/c/", cases[i].name, NULL);

    g_test_add_data_func (pytorch, &cases[i], test_pytorch);
    g_test_add_data_func (keras, &cases[i], test_keras);
    g_test_add_data_func (c, &cases[i], test_c);
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases) + G_N_ELEMENTS (c_cases); i++) {
    const Case *of = i < G_N_ELEMENTS (cases) ? &cases[i] : &c_cases[i - G_N_ELEMENTS (cases)];
    g_autofree char *path = g_strconcat ("/code/c-training/", of->name, NULL);

    g_test_add_data_func (path, of, test_c_training);
  }
  g_test_add_func ("/code/preparation", test_preparation);
  g_test_add_func ("/code/refusal", test_refusal);
  return g_test_run ();
}
