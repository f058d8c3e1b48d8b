/* peer.c: PyTorch in a process of its own (peer.py), which trains when it is told to. */
#include "peer.h"

#include "numbers.h"

#include "engine/math/vmath.h"

#include <gio/gio.h>
#include <math.h>

struct BenchPeer {
  GSubprocess *process;
  GDataInputStream *answers; /* a line of JSON each */
  char *name, *settings;
};

/* What is found first may have no PyTorch. */
static const char *const pythons[] = {"python3", "/usr/bin/python3"};

/* Debian's OpenBLAS that shares OpenMP's threads with PyTorch, where it is installed. */
static char *
find_openmp_openblas (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/usr/lib", 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename ("/usr/lib", name, "openblas-openmp", NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      return g_steal_pointer (&path);
  }
  return NULL;
}

/* The settings that only the environment can make: that library, PyTorch's AVX-512 code, which it
 * would not choose by itself, and an allocator that gives nothing back between two batches. */
static GSubprocessLauncher *
make_launcher (void)
{
  GSubprocessLauncher *launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                 G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *openblas = find_openmp_openblas ();

  if (openblas != NULL)
    g_subprocess_launcher_setenv (launcher, "LD_LIBRARY_PATH", openblas, TRUE);
  if (g_str_equal (nn_isa_name (), "x86-64-v4"))
    g_subprocess_launcher_setenv (launcher, "ATEN_CPU_CAPABILITY", "avx512", TRUE);
  g_subprocess_launcher_setenv (launcher, "MALLOC_MMAP_THRESHOLD_", "1000000000", TRUE);
  g_subprocess_launcher_setenv (launcher, "MALLOC_TRIM_THRESHOLD_", "2000000000", TRUE);
  return launcher;
}

/* Returns: (transfer full): the object the peer says next. */
static JsonObject *
read_answer (BenchPeer *peer, GError **error)
{
  g_autofree char *line = g_data_input_stream_read_line (peer->answers, NULL, NULL, error);
  g_autoptr (JsonNode) root = NULL;

  if (line == NULL) {
    if (error != NULL && *error == NULL)
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "no PyTorch here");
    return NULL;
  }
  root = json_from_string (line, error);
  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "PyTorch said “%s”", line);
    return NULL;
  }
  return json_object_ref (json_node_get_object (root));
}

/* Returns: (transfer full): what the peer answers to "@command @n". */
static JsonObject *
ask (BenchPeer *peer, const char *command, int n, GError **error)
{
  g_autofree char *line = g_strdup_printf ("%s %d\n", command, n);
  GOutputStream *input = g_subprocess_get_stdin_pipe (peer->process);

  if (!g_output_stream_write_all (input, line, strlen (line), NULL, NULL, error))
    return NULL;
  return read_answer (peer, error);
}

static BenchPeer *
start (const char *python, const char *recipe, const char *folder, GError **error)
{
  g_autoptr (BenchPeer) peer = g_new0 (BenchPeer, 1);
  g_autoptr (GSubprocessLauncher) launcher = make_launcher ();
  g_autoptr (JsonObject) answer = NULL;

  peer->process = g_subprocess_launcher_spawn (launcher, error, python, BENCH_SOURCE "/peer.py",
                                               recipe, folder, NULL);
  if (peer->process == NULL)
    return NULL;
  peer->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (peer->process));
  answer = read_answer (peer, error);
  if (answer == NULL)
    return NULL;
  if (json_object_has_member (answer, "error")) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "PyTorch %s",
                 json_object_get_string_member (answer, "error"));
    return NULL;
  }
  peer->name = g_strdup (json_object_get_string_member (answer, "peer"));
  peer->settings = g_strdup (json_object_get_string_member (answer, "settings"));
  return g_steal_pointer (&peer);
}

BenchPeer *
bench_peer_new (const NnExperiment *experiment, const char *folder, GError **error)
{
  g_autofree char *recipe = nn_experiment_to_json (experiment);
  BenchPeer *peer = NULL;

  if (folder == NULL) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         "PyTorch reads data sets from files only");
    return NULL;
  }
  for (gsize i = 0; peer == NULL && i < G_N_ELEMENTS (pythons); i++) {
    g_clear_error (error);
    peer = start (pythons[i], recipe, folder, error);
  }
  return peer;
}

const char *
bench_peer_get_name (const BenchPeer *peer)
{
  return peer->name;
}

const char *
bench_peer_get_settings (const BenchPeer *peer)
{
  return peer->settings;
}

double
bench_peer_train (BenchPeer *peer, int n_batches, GError **error)
{
  g_autoptr (JsonObject) answer = ask (peer, "train", n_batches, error);

  return answer == NULL ? NAN : bench_get_number (answer, "seconds");
}

double
bench_peer_predict (BenchPeer *peer, int n, GError **error)
{
  g_autoptr (JsonObject) answer = ask (peer, "predict", n, error);

  return answer == NULL ? NAN : bench_get_number (answer, "median");
}

/* The end of its input ends it. */
void
bench_peer_free (BenchPeer *peer)
{
  if (peer->process != NULL) {
    g_output_stream_close (g_subprocess_get_stdin_pipe (peer->process), NULL, NULL);
    g_subprocess_wait (peer->process, NULL, NULL);
  }
  g_clear_object (&peer->answers);
  g_clear_object (&peer->process);
  g_free (peer->name);
  g_free (peer->settings);
  g_free (peer);
}
