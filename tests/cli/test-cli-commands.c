/* test-cli-commands.c: what the command line accepts, what it refuses, and how it says so. */
#include "program.h"

#include "engine/design/experiment.h"

#include <glib/gstdio.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void
test_help (Place *place, gconstpointer data)
{
  static const char *const commands[] = {"train",       "evaluate", "predict", "datasets",
                                         "experiments", "code",     "export",  "demo"};
  g_auto (Result) help = place_run (place, "--help");
  g_assert_cmpint (help.status, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_autofree char *arguments = g_strconcat (commands[i], " --help", NULL);
    g_auto (Result) result = place_run (place, arguments);
    g_autofree char *usage = g_strconcat ("glassbox-cli ", commands[i], " [", NULL);
    g_assert_cmpint (result.status, ==, 0);
    g_assert_cmpstr (result.errors, ==, "");
    g_assert_nonnull (strstr (result.output, usage));
    g_assert_nonnull (strstr (help.output, commands[i]));
  }
  g_auto (Result) version = place_run (place, "--version");
  g_assert_cmpint (version.status, ==, 0);
  g_assert_cmpstr (version.output, ==, "glassbox-cli " GBX_VERSION "\n");
}

static void
test_usage_errors (Place *place, gconstpointer data)
{
  static const struct {
    const char *arguments, *errors;
  } table[] = {
      {"", "a command is missing"},
      {"teach", "there is no command “teach”"},
      {"train", "something is missing"},
      {"train a b", "too many arguments"},
      {"train --epochs", "--epochs"},
      {"train keras-784-64-10 --epochs 0", "--epochs: expected 1…10000, got “0”"},
      {"train keras-784-64-10 --epochs x", "--epochs: expected 1…10000, got “x”"},
      {"train keras-784-64-10 --epochs=-2147483648", "got “-2147483648”"},
      {"train keras-784-64-10 --seed 0x10", "got “0x10”"},
      {"train keras-784-64-10 --seed 9223372036854775808", "got “9223372036854775808”"},
      {"train keras-784-64-10 --threads 257", "--threads: expected 1…256, got “257”"},
      {"train keras-784-64-10 --seed -1", "--seed: expected 0…9223372036854775807, got “-1”"},
      {"train keras-784-64-10 --sed 1", "--sed"},
      {"evaluate", "something is missing"},
      {"predict pretrained", "something is missing"},
      {"datasets", "something is missing"},
      {"datasets get", "expected “list” or “get ID”"},
      {"datasets put mnist", "expected “list” or “get ID”"},
      {"experiments show", "expected “list” or “show NAME”"},
      {"experiments list all", "expected “list” or “show NAME”"},
      {"demo now", "too many arguments"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    assert_run (place, table[i].arguments, 2, table[i].errors);
    assert_run (place, table[i].arguments, 2, "--help”.");
  }
}

static void
test_failures (Place *place, gconstpointer data)
{
  static const struct {
    const char *arguments, *errors;
  } table[] = {
      {"train no-such", "“no-such” is neither a file nor a built-in experiment (keras-784-64-10"},
      {"train keras-784-64-10", "glassbox-cli datasets get mnist"},
      {"train keras-784-64-10", "“--data pen-digits”"},
      {"train keras-784-64-10 --data ../x", "../x"},
      {"train keras-784-64-10 --data digits --save no/such/f", "Could not write “no/such/f”"},
      {"train keras-784-64-10 --data digits --history no/f", "Could not write “no/f”"},
      {"train no-such --save .", "Could not write “.”: it is not a regular file"},
      {"train no-such --history /dev/null", "Could not write “/dev/null”: it is not a regular"},
      {"train no-such --save new/", "Could not write “new/”: No such file"},
      {"train no-such --save ''", "Could not write “”: No such file"},
      {"train keras-784-64-10 --data digits --init none", "Could not read “none”"},
      {"train keras-784-64-10 --data digits --init junk", "junk: "},
      {"train bad.json", "bad.json: layers[0].units: expected 1…4096, got 0"},
      {"train junk", "junk: line 1, column 1: "},
      {"evaluate none", "Could not read “none”"},
      {"evaluate junk", "junk: "},
      {"predict none a.png", "Could not read “none”"},
      {"experiments show no-such", "“no-such” is neither a file nor"},
      {"datasets get no-such", "no-such"},
  };
  g_autofree char *bad = place_path (place, "bad.json"), *junk = place_path (place, "junk");
  g_assert_true (
      g_file_set_contents (bad,
                           "{\"glassbox_experiment\":1,\"name\":\"n\",\"dataset\":\"digits\","
                           "\"layers\":[{\"type\":\"dense\",\"units\":0}],\"train\":{\"loss\":"
                           "\"mean-squared-error\",\"optimizer\":{\"type\":\"sgd\"}}}",
                           -1, NULL));
  g_assert_true (g_file_set_contents (junk, "x is no JSON and no weights\n", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    assert_run (place, table[i].arguments, 1, table[i].errors);
}

/* Nothing in a file gives orders to the terminal. */
static void
test_no_control_characters (Place *place, gconstpointer data)
{
  g_autofree char *path = place_path (place, "evil.json");
  g_assert_true (g_file_set_contents (
      path, "{\"glassbox_experiment\":1,\"name\":\"\\u001b[2J\\u0007\"}", -1, NULL));
  g_auto (Result) result = place_run (place, "train evil.json");
  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.errors, "got “?[2J?”"));
  g_assert_null (strpbrk (result.errors, "\033\a"));
}

static void
test_experiments (Place *place, gconstpointer data)
{
  g_auto (Result) list = place_run (place, "experiments list");
  g_assert_cmpint (list.status, ==, 0);
  for (const char *const *name = nn_preset_names (); *name; name++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *arguments = g_strconcat ("experiments show ", *name, NULL);
    g_auto (Result) shown = place_run (place, arguments);
    g_autoptr (NnExperiment) preset = nn_preset_load (*name, NULL);
    g_autoptr (NnExperiment) experiment = nn_experiment_parse (shown.output, -1, &error);
    g_assert_no_error (error);
    g_assert_cmpint (shown.status, ==, 0);
    g_assert_true (nn_experiment_equal (experiment, preset));
    g_assert_nonnull (strstr (list.output, *name));
    g_assert_nonnull (strstr (list.output, nn_preset_title (*name)));
  }
}

static void
test_datasets (Place *place, gconstpointer data)
{
  g_auto (Result) list = place_run (place, "datasets list");
  g_assert_cmpint (list.status, ==, 0);
  g_assert_true (g_str_has_prefix (list.output, "pen-digits "));
  g_assert_nonnull (strstr (list.output, "“glassbox-cli datasets get mnist”"));
  g_assert_nonnull (strstr (list.output, "fashion-mnist"));
}

/* Without a display: trains, tests and reads, on the digits that are always there. */
/* Each language says what it is of; a recipe of one's own is taken like a built-in one. */
static void
test_code (Place *place, gconstpointer data)
{
  g_auto (Result) keras = place_run (place, "code keras-784-64-10");
  g_auto (Result) pytorch = place_run (place, "code keras-784-64-10 --language pytorch");
  g_auto (Result) c = place_run (place, "code keras-784-64-10 --language c");
  g_auto (Result) wrong = place_run (place, "code keras-784-64-10 --language fortran");
  g_assert_cmpint (keras.status, ==, 0);
  g_assert_nonnull (strstr (keras.output, "import keras"));
  g_assert_nonnull (strstr (pytorch.output, "import torch"));
  g_assert_nonnull (strstr (c.output, "int main(int argc, char **argv)"));
  g_assert_cmpint (wrong.status, ==, 2);
  g_assert_nonnull (strstr (wrong.errors, "expected keras, pytorch or c, got “fortran”"));
}

/* Each form is written where it is asked for; an ONNX file can be read again. */
static void
test_export (Place *place, gconstpointer data)
{
  g_auto (Result) onnx = place_run (place, "export pretrained --input bytes -o mine.onnx");
  g_auto (Result) c = place_run (place, "export pretrained -f c -o mine.c");
  g_auto (Result) keras = place_run (place, "export pretrained -f keras -o mine.py");
  g_auto (Result) again = place_run (place, "export mine.onnx -f safetensors -o again.safetensors");
  g_auto (Result) wrong = place_run (place, "export pretrained --format tiff");
  g_auto (Result) input = place_run (place, "export pretrained --input dots");
  g_assert_cmpstr (onnx.output, ==, "Written: mine.onnx\n");
  g_assert_cmpstr (c.output, ==, "Written: mine.c\n");
  g_assert_cmpstr (keras.output, ==, "Written: mine.py and mine.npz\n");
  g_assert_cmpstr (again.errors, ==, "");
  g_assert_cmpint (again.status, ==, 0);
  g_assert_cmpint (wrong.status, ==, 2);
  g_assert_nonnull (strstr (wrong.errors, "got “tiff”"));
  g_assert_cmpint (input.status, ==, 2);
}

static void
test_demo (Place *place, gconstpointer data)
{
  g_auto (Result) demo = place_run (place, "demo");
  g_assert_cmpint (demo.status, ==, 0);
  g_assert_nonnull (strstr (demo.output, "% right"));
  g_assert_nonnull (strstr (demo.output, "labelled"));
  g_assert_nonnull (strstr (demo.output, "@"));
  g_assert_nonnull (strstr (demo.output, "./workbench run"));
  g_assert_null (strchr (demo.output, '\033'));
  g_assert_null (strchr (demo.errors, '\033'));
  const char *share = strstr (demo.output, "the network reads ");
  g_assert_nonnull (share);
  g_assert_cmpfloat (g_ascii_strtod (share + strlen ("the network reads "), NULL), >, 85);
}

/* A result that could not be written is no success. */
static void
test_full_output (Place *place, gconstpointer data)
{
  static const char *const commands[] = {
      "experiments show keras-784-64-10",
      "train keras-784-64-10 --data digits --epochs 1 --json",
  };
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) words = place_arguments (commands[i]);
    g_autofree char *errors = NULL;
    g_autoptr (GSubprocessLauncher) launcher =
        place_launcher (place, G_SUBPROCESS_FLAGS_STDERR_PIPE);
    int full = open ("/dev/full", O_WRONLY | O_CLOEXEC);
    g_assert_cmpint (full, >=, 0);
    g_subprocess_launcher_take_stdout_fd (launcher, full);
    g_autoptr (GSubprocess) process =
        g_subprocess_launcher_spawnv (launcher, (const char *const *)words, &error);
    g_assert_no_error (error);
    g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &errors, &error);
    g_assert_no_error (error);
    g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
    g_assert_nonnull (strstr (errors, "could not write to standard output"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/cli/help", test_help);
  ADD ("/cli/usage-errors", test_usage_errors);
  ADD ("/cli/failures", test_failures);
  ADD ("/cli/no-control-characters", test_no_control_characters);
  ADD ("/cli/experiments", test_experiments);
  ADD ("/cli/datasets", test_datasets);
  ADD ("/cli/code", test_code);
  ADD ("/cli/export", test_export);
  ADD ("/cli/demo", test_demo);
  if (g_file_test ("/dev/full", G_FILE_TEST_EXISTS)) /* not on every system */
    ADD ("/cli/full-output", test_full_output);
  return g_test_run ();
}
