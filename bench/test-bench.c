/* test-bench.c: the bench runs, and says what docs/performance.md promises. Times are not looked
 * at.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#define PRESET "sigmoid-784-10-10-10"

/* Runs the bench with @arguments behind those that keep it small. Returns: (transfer full): what it
 * printed; @status: what it ended with. */
static char *
run_bench (const char *arguments, int *status)
{
  g_autofree char *line = g_strdup_printf ("%s --dataset digits --no-peer --batches 1 --pairs 1 %s",
                                           g_getenv ("GLASSBOX_BENCH"), arguments);
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  g_spawn_command_line_sync (line, &output, NULL, status, &error);
  g_assert_no_error (error);
  return output;
}

/* Returns: (transfer full): the object that the bench prints with --json. */
static JsonObject *
run_json (const char *arguments)
{
  g_autofree char *all = g_strconcat ("--json ", arguments, NULL);
  g_autoptr (GError) error = NULL;
  int status;
  g_autofree char *output = run_bench (all, &status);
  g_autoptr (JsonNode) root = json_from_string (output, &error);

  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  return json_object_ref (json_node_get_object (root));
}

static void
assert_positive (JsonObject *object, const char *const *names)
{
  for (gsize i = 0; names[i] != NULL; i++) {
    g_assert_true (json_object_has_member (object, names[i]));
    g_assert_cmpfloat (json_object_get_double_member (object, names[i]), >, 0);
  }
}

/* Returns: (transfer none): element @index of list @name. */
static JsonObject *
get_element (JsonObject *object, const char *name, guint index)
{
  JsonArray *array = json_object_get_array_member (object, name);

  g_assert_cmpuint (json_array_get_length (array), >, index);
  return json_array_get_object_element (array, index);
}

static void
test_json (void)
{
  const char *const limits[] = {"threads",
                                "peak_flops_one_thread",
                                "peak_flops",
                                "memory_bytes_per_second_one_thread",
                                "memory_bytes_per_second",
                                NULL};
  const char *const figures[] = {"batch_size",
                                 "flops_per_sample",
                                 "flops_forward",
                                 "flops_backward_parameters",
                                 "samples_per_second",
                                 "epoch_seconds",
                                 "limit_fraction",
                                 "prediction_median_seconds",
                                 "batches_per_run",
                                 "prediction_p99_seconds",
                                 NULL};
  g_autoptr (JsonObject) all = run_json ("--only limit,training,prediction " PRESET);
  JsonObject *preset = get_element (all, "presets", 0);

  assert_positive (all, limits);
  assert_positive (preset, figures);
  g_assert_cmpstr (json_object_get_string_member (preset, "preset"), ==, PRESET);
  g_assert_true (json_object_get_null_member (preset, "peer_ratio"));
  get_element (preset, "pairs", 0);
}

static void
test_variants (void)
{
  const char *const figures[] = {"samples_per_second", "limit_fraction", NULL};
  g_autoptr (JsonObject) all = run_json ("--only ways,levels,memory " PRESET);

  for (guint way = 0; way < 4; way++)
    assert_positive (get_element (all, "ways", way), figures);
  assert_positive (get_element (all, "memory", 0), figures);
  g_assert_true (json_object_has_member (all, "levels"));
}

static void
test_pen (void)
{
  const char *const figures[] = {"digits_per_second", "samples",  "epochs",
                                 "seconds",           "accuracy", NULL};
  g_autoptr (JsonObject) all = run_json ("--only pen");

  assert_positive (json_object_get_object_member (all, "pen"), figures);
}

static void
test_growth (void)
{
  static const char *const names[] = {"batch", "width", "threads"};
  g_autofree char *folder = g_dir_make_tmp ("glassbox-bench-XXXXXX", NULL);
  g_autofree char *arguments = g_strdup_printf ("--threads 2 --growth %s " PRESET, folder);
  g_autoptr (JsonObject) all = run_json (arguments);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *name = g_strdup_printf ("growth-%s.svg", names[i]);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *svg = NULL;

    get_element (json_object_get_object_member (all, "growth"), names[i], 1);
    g_assert_true (g_file_get_contents (path, &svg, NULL, NULL));
    g_assert_true (g_str_has_prefix (svg, "<svg") && g_str_has_suffix (svg, "</svg>\n"));
    g_assert_null (strstr (svg, "nan"));
    g_unlink (path);
  }
  g_rmdir (folder);
}

static void
test_wrong_options (void)
{
  static const char *const wrong[] = {
      "--pairs 0",      "--batches -1",     "--threads 1000",         "--only ways,nonsense",
      "no-such-preset", "--no-such-option", "--whole-epochs " PRESET, "--growth x --only ways",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    int status;
    g_autofree char *output = run_bench (wrong[i], &status);

    g_assert_false (g_spawn_check_wait_status (status, NULL));
    g_assert_cmpstr (output, ==, "");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bench/json", test_json);
  g_test_add_func ("/bench/variants", test_variants);
  g_test_add_func ("/bench/pen", test_pen);
  g_test_add_func ("/bench/growth", test_growth);
  g_test_add_func ("/bench/wrong-options", test_wrong_options);
  return g_test_run ();
}
