/* test-cli-train.c: training and evaluating from the command line. */
#define _XOPEN_SOURCE 700 /* pseudo-terminals */
#define _DEFAULT_SOURCE

#include "program.h"

#include "engine/deploy/model.h"
#include "engine/deploy/safetensors.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TRAIN "train keras-784-64-10 --data digits "

static void
assert_share (double value)
{
  g_assert_cmpfloat (value, >=, 0);
  g_assert_cmpfloat (value, <=, 1);
}

static JsonObject *
run_json (const Place *place, const char *arguments, JsonNode **root)
{
  g_auto (Result) result = place_run (place, arguments);
  g_assert_cmpint (result.status, ==, 0);
  *root = result_json (&result);
  return json_node_get_object (*root);
}

static void
test_json (Place *place, gconstpointer data)
{
  g_auto (Result) result = place_run (place, TRAIN "--epochs 3 --seed 7 --threads 2 --json");
  g_assert_cmpint (result.status, ==, 0);
  g_autoptr (JsonNode) root = result_json (&result);
  JsonObject *object = json_node_get_object (root);
  assert_members (object, "preset seed threads isa kernels fused epochs test_loss test_accuracy "
                          "samples_per_second peak_rss_bytes");
  g_assert_cmpstr (json_object_get_string_member (object, "preset"), ==, "keras-784-64-10");
  g_assert_cmpint (json_object_get_int_member (object, "seed"), ==, 7);
  g_assert_cmpint (json_object_get_int_member (object, "threads"), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (object, "isa"), !=, "");
  g_assert_cmpstr (json_object_get_string_member (object, "kernels"), ==, "direct");
  g_assert_true (json_object_get_boolean_member (object, "fused"));
  g_assert_cmpfloat (json_object_get_double_member (object, "samples_per_second"), >, 0);
  g_assert_cmpint (json_object_get_int_member (object, "peak_rss_bytes"), >, 1 << 20);
  JsonArray *epochs = json_object_get_array_member (object, "epochs");
  g_assert_cmpuint (json_array_get_length (epochs), ==, 3);
  double before = 1e9;
  for (guint i = 0; i < 3; i++) {
    JsonObject *epoch = json_array_get_object_element (epochs, i);
    assert_members (epoch, "loss accuracy validation_loss validation_accuracy seconds");
    double loss = json_object_get_double_member (epoch, "loss");
    g_assert_cmpfloat (loss, <, before);
    before = loss;
    assert_share (json_object_get_double_member (epoch, "accuracy"));
    assert_share (json_object_get_double_member (epoch, "validation_accuracy"));
    g_assert_cmpfloat (json_object_get_double_member (epoch, "seconds"), >, 0);
  }
  JsonObject *last = json_array_get_object_element (epochs, 2);
  g_assert_true (json_object_get_double_member (object, "test_accuracy") ==
                 json_object_get_double_member (last, "validation_accuracy"));
  g_assert_nonnull (strstr (result.errors, "Epoch 3 of 3"));
  g_assert_null (strpbrk (result.errors, "\r\033"));
  g_assert_null (strpbrk (result.output, "\r\033"));
}

/* Where the training part is split, validation and test differ; both are there. */
static void
test_recipe_file (Place *place, gconstpointer data)
{
  g_autoptr (NnExperiment) experiment = nn_preset_load ("sigmoid-784-10-10-10", NULL);
  g_autofree char *path = place_path (place, "recipe.json");
  experiment->prepare.validation_fraction = 0.25;
  experiment->train.epochs = 2;
  experiment->seed = 11;
  g_free (experiment->dataset);
  experiment->dataset = g_strdup ("digits");
  g_autofree char *text = nn_experiment_to_json (experiment);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object = run_json (place, "train recipe.json --json", &root);
  g_assert_cmpstr (json_object_get_string_member (object, "preset"), ==, "sigmoid-784-10-10-10");
  g_assert_cmpint (json_object_get_int_member (object, "seed"), ==, 11);
  JsonArray *epochs = json_object_get_array_member (object, "epochs");
  g_assert_cmpuint (json_array_get_length (epochs), ==, 2);
  g_assert_true (
      json_object_get_double_member (object, "test_loss") !=
      json_object_get_double_member (json_array_get_object_element (epochs, 1), "validation_loss"));
}

static void
assert_same_files (const Place *place, const char *a, const char *b)
{
  g_autofree char *path_a = place_path (place, a), *path_b = place_path (place, b);
  g_autofree char *content_a = NULL, *content_b = NULL;
  gsize length_a, length_b;
  g_assert_true (g_file_get_contents (path_a, &content_a, &length_a, NULL));
  g_assert_true (g_file_get_contents (path_b, &content_b, &length_b, NULL));
  g_assert_cmpmem (content_a, length_a, content_b, length_b);
}

/* The same seed makes the same file with any number of threads; another seed another one. */
static void
test_threads_do_not_matter (Place *place, gconstpointer data)
{
  assert_run (place, TRAIN "--epochs 2 --threads 1 --save 1.safetensors", 0, "Saved to");
  assert_run (place, TRAIN "--epochs 2 --threads 2 --save 2.safetensors", 0, "Saved to");
  assert_run (place, TRAIN "--epochs 2 --threads 5 --save 5.safetensors", 0, "Saved to");
  assert_same_files (place, "1.safetensors", "2.safetensors");
  assert_same_files (place, "1.safetensors", "5.safetensors");
}

static const char *const small_cnn =
    "{ \"glassbox_experiment\": 1, \"name\": \"small\", \"dataset\": \"digits\", \"layers\": ["
    "{ \"type\": \"conv2d\", \"filters\": 5, \"kernel\": 3 },"
    "{ \"type\": \"activation\", \"function\": \"relu\" },"
    "{ \"type\": \"max-pool\", \"size\": 2 }, { \"type\": \"flatten\" },"
    "{ \"type\": \"dense\", \"units\": 10 },"
    "{ \"type\": \"activation\", \"function\": \"softmax\" } ],"
    "\"train\": { \"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"adam\" } } }";

/* Three ways to the same numbers, and layers apart or together: but for rounding. */
static void
test_kernels (Place *place, gconstpointer data)
{
  static const char *const options[] = {"--kernels naive", "--kernels gemm", "--kernels direct",
                                        "--kernels naive --separate", "--separate"};
  g_autofree char *recipe = place_path (place, "small.json");
  double first = 0;
  g_assert_true (g_file_set_contents (recipe, small_cnn, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (options); i++) {
    g_autofree char *arguments =
        g_strconcat ("train small.json --epochs 1 --json ", options[i], NULL);
    g_autoptr (JsonNode) root = NULL;
    JsonObject *object = run_json (place, arguments, &root);
    const char *method = json_object_get_string_member (object, "kernels");
    double loss = json_object_get_double_member (object, "test_loss");
    g_assert_nonnull (strstr (i < 4 ? options[i] : "direct", method));
    g_assert_cmpint (json_object_get_boolean_member (object, "fused"), ==, i < 3);
    if (i == 0)
      first = loss;
    g_assert_cmpfloat_with_epsilon (loss, first, 1e-4 * first);
  }
  g_auto (Result) text = place_run (place, "train small.json --epochs 1 --kernels gemm --separate");
  g_assert_nonnull (strstr (text.output, "Computed with gemm kernels, each layer by itself, for "));
  assert_run (place, TRAIN "--kernels winograd", 2,
              "--kernels: expected naive, gemm or direct, got “winograd”");
}

static gboolean
same_tensors (const Place *place, const char *a, const char *b)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path_a = place_path (place, a), *path_b = place_path (place, b);
  g_autoptr (NnTensorFile) file_a = nn_tensor_file_read (path_a, &error);
  g_autoptr (NnTensorFile) file_b = nn_tensor_file_read (path_b, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (file_a->tensors->len, ==, 4);
  for (guint i = 0; i < file_a->tensors->len; i++) {
    const NnTensor *one = file_a->tensors->pdata[i], *two = file_b->tensors->pdata[i];
    g_assert_cmpstr (one->name, ==, two->name);
    g_assert_cmpuint (one->n, ==, two->n);
    if (memcmp (one->data, two->data, one->n * sizeof (float)) != 0)
      return FALSE;
  }
  return TRUE;
}

/* With given weights and the data's own order nothing is left to chance: seeds do not matter. */
static void
test_init_and_no_shuffle (Place *place, gconstpointer data)
{
  assert_run (place, TRAIN "--epochs 1 --seed 3 --save start", 0, NULL);
  assert_run (place, TRAIN "--epochs 1 --seed 4 --init start --no-shuffle --save a", 0, NULL);
  assert_run (place, TRAIN "--epochs 1 --seed 5 --init start --no-shuffle --save b", 0, NULL);
  assert_run (place, TRAIN "--epochs 1 --seed 5 --init start --save shuffled", 0, NULL);
  assert_run (place, TRAIN "--epochs 1 --seed 5 --no-shuffle --save fresh", 0, NULL);
  g_assert_true (same_tensors (place, "a", "b"));
  g_assert_false (same_tensors (place, "a", "start"));
  g_assert_false (same_tensors (place, "a", "shuffled"));
  g_assert_false (same_tensors (place, "a", "fresh"));
  assert_run (place, "train keras-784-128-10 --data digits --epochs 1 --init start", 1,
              "tensor “0.weight”: expected 128×784 numbers, found 64×784");
}

static void
test_history (Place *place, gconstpointer data)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object = run_json (place, TRAIN "--epochs 3 --history h.csv --json", &root);
  g_autofree char *path = place_path (place, "h.csv"), *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5); /* a heading, three epochs, the end */
  g_assert_cmpstr (lines[0], ==, "epoch,loss,accuracy,validation_loss,validation_accuracy,seconds");
  for (guint i = 0; i < 3; i++) {
    JsonObject *epoch =
        json_array_get_object_element (json_object_get_array_member (object, "epochs"), i);
    g_auto (GStrv) cells = g_strsplit (lines[i + 1], ",", -1);
    g_assert_cmpuint (g_strv_length (cells), ==, 6);
    g_assert_cmpuint (g_ascii_strtoull (cells[0], NULL, 10), ==, i + 1);
    g_assert_true (g_ascii_strtod (cells[1], NULL) ==
                   json_object_get_double_member (epoch, "loss"));
    g_assert_true (g_ascii_strtod (cells[4], NULL) ==
                   json_object_get_double_member (epoch, "validation_accuracy"));
  }
}

static void
test_evaluate (Place *place, gconstpointer data)
{
  g_autoptr (JsonNode) trained = NULL, evaluated = NULL;
  JsonObject *training = run_json (place, TRAIN "--epochs 5 --save m --json", &trained);
  JsonObject *object = run_json (place, "evaluate m --json", &evaluated);
  assert_members (object, "file data samples test_loss test_accuracy macro_precision "
                          "macro_recall macro_f1 classes confusion");
  g_assert_cmpstr (json_object_get_string_member (object, "data"), ==, "digits");
  g_assert_true (json_object_get_double_member (object, "test_accuracy") ==
                 json_object_get_double_member (training, "test_accuracy"));
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (object, "test_loss"),
                                  json_object_get_double_member (training, "test_loss"), 1e-9);
  gint64 n = 0, right = 0;
  JsonArray *rows = json_object_get_array_member (object, "confusion");
  for (guint i = 0; i < 10; i++) {
    JsonArray *row = json_array_get_array_element (rows, i);
    right += json_array_get_int_element (row, i);
    for (guint j = 0; j < 10; j++)
      n += json_array_get_int_element (row, j);
  }
  g_assert_cmpint (n, ==, json_object_get_int_member (object, "samples"));
  g_assert_cmpfloat_with_epsilon ((double)right / (double)n,
                                  json_object_get_double_member (object, "test_accuracy"), 1e-12);
  g_auto (Result) text = place_run (place, "evaluate m --data digits");
  g_assert_cmpint (text.status, ==, 0);
  g_assert_nonnull (strstr (text.output, "mean of the classes"));
  assert_run (place, "evaluate m --data mnist", 1, "glassbox-cli datasets get mnist");
}

/* Ctrl+C after the first epoch: saved, said, and not called a success. */
static void
test_interrupt (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = place_arguments (TRAIN "--epochs 10000 --save m --json");
  g_autofree char *path = place_path (place, "m"), *rest = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      place_launcher (place, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *)words, &error);
  g_assert_no_error (error);
  g_autoptr (GDataInputStream) errors =
      g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_autofree char *first = g_data_input_stream_read_line (errors, NULL, NULL, &error);
  g_assert_true (g_str_has_prefix (first, "Epoch 1 of 10000"));
  g_subprocess_send_signal (process, SIGINT);
  gboolean stopped = FALSE;
  while ((rest = g_data_input_stream_read_line (errors, NULL, NULL, NULL))) {
    stopped = stopped || g_str_has_prefix (rest, "Stopped after ");
    g_clear_pointer (&rest, g_free);
  }
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 130);
  g_assert_true (stopped);
  g_autoptr (NnModel) model = nn_model_open (path, 1, NULL, &error);
  g_assert_no_error (error);
}

static void
test_diverged (Place *place, gconstpointer data)
{
  g_autoptr (NnExperiment) experiment = nn_preset_load ("raw-pixels-784-64-10", NULL);
  g_autofree char *path = place_path (place, "wild.json"), *saved = place_path (place, "m");
  experiment->train.optimizer = nn_optimizer_spec_default (NN_OPTIMIZER_SGD);
  experiment->train.optimizer.learning_rate = 10;
  nn_experiment_set_hidden_function (experiment, NN_FUNCTION_LINEAR);
  experiment->train.loss = NN_LOSS_MEAN_SQUARED_ERROR;
  g_ptr_array_remove_index (experiment->layers, experiment->layers->len - 1);
  g_autofree char *text = nn_experiment_to_json (experiment);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  assert_run (place, "train wild.json --data digits --save m --json", 1,
              "The training diverged in epoch 1, batch ");
  g_assert_false (g_file_test (saved, G_FILE_TEST_EXISTS));
}

/* On a terminal of 80 columns: a bar with the time left, taken away before each line. */
static void
test_progress_on_terminal (Place *place, gconstpointer data)
{
  struct winsize size = {.ws_col = 80, .ws_row = 24};
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = place_arguments (TRAIN "--epochs 3 --json");
  g_autoptr (GSubprocessLauncher) launcher =
      place_launcher (place, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GString) seen = g_string_new (NULL);
  int terminal = posix_openpt (O_RDWR | O_NOCTTY);
  g_assert_cmpint (terminal, >=, 0);
  g_assert_true (grantpt (terminal) == 0 && unlockpt (terminal) == 0);
  int other = open (ptsname (terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (other, >=, 0);
  g_assert_cmpint (ioctl (other, TIOCSWINSZ, &size), ==, 0);
  g_subprocess_launcher_setenv (launcher, "TERM", "xterm", TRUE);
  g_subprocess_launcher_take_stderr_fd (launcher, other);
  g_autoptr (GSubprocess) process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *)words, &error);
  g_assert_no_error (error);
  g_clear_object (&launcher); /* so that the program alone holds its end */
  char buffer[4096];
  ssize_t n;
  while ((n = read (terminal, buffer, sizeof buffer)) > 0)
    g_string_append_len (seen, buffer, n);
  close (terminal);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  g_assert_true (strstr (seen->str, "\r\033[KEpoch 1/3 █") ||
                 strstr (seen->str, "\r\033[KEpoch 1/3 ░")); /* the more figures, the less bar */
  g_assert_nonnull (strstr (seen->str, " left"));
  g_assert_nonnull (strstr (seen->str, "\r\033[KEpoch 1 of 3: loss "));
  g_auto (GStrv) lines = g_strsplit_set (seen->str, "\r\n", -1);
  for (char **line = lines; *line; line++)
    if (strstr (*line, "█") || strstr (*line, "░"))
      g_assert_cmpint (g_utf8_strlen (*line, -1) - 3, <=, 80); /* "\033[K" takes no room */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/cli/train/json", test_json);
  ADD ("/cli/train/recipe-file", test_recipe_file);
  ADD ("/cli/train/kernels", test_kernels);
  ADD ("/cli/train/threads", test_threads_do_not_matter);
  ADD ("/cli/train/init", test_init_and_no_shuffle);
  ADD ("/cli/train/history", test_history);
  ADD ("/cli/train/interrupt", test_interrupt);
  ADD ("/cli/train/diverged", test_diverged);
  ADD ("/cli/train/terminal", test_progress_on_terminal);
  ADD ("/cli/evaluate", test_evaluate);
  return g_test_run ();
}
