/* test-json-util.c: what the strict reader takes, and how it names what it refuses. */
#include "engine/error.h"
#include "engine/json-util.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  return node;
}

/* Ends the case: the error must be exactly this. */
static void
expect (gboolean ok, GError **error, int code, const char *message)
{
  g_assert_false (ok);
  g_assert_error (*error, NN_ERROR, code);
  g_assert_cmpstr ((*error)->message, ==, message);
  g_clear_error (error);
}

static void
test_int (void)
{
  g_autoptr (JsonNode) node = parse ("{\"a\": 3, \"b\": 3.0, \"c\": 3.5, \"d\": \"3\", \"e\": -1,"
                                     " \"f\": 1e300, \"g\": null, \"h\": true}");
  JsonObject *object = json_node_get_object (node);
  g_autoptr (GError) error = NULL;
  int value = 7;

  g_assert_true (nn_json_get_int (object, "x", "z", NN_JSON_OPTIONAL, 1, 9, &value, &error));
  g_assert_cmpint (value, ==, 7);
  g_assert_true (nn_json_get_int (object, "x", "a", NN_JSON_REQUIRED, 3, 3, &value, &error));
  g_assert_cmpint (value, ==, 3);
  value = 7;
  g_assert_true (nn_json_get_int (object, "x", "b", NN_JSON_OPTIONAL, 1, 9, &value, &error));
  g_assert_cmpint (value, ==, 3);
  g_assert_no_error (error);

  expect (nn_json_get_int (object, "x", "z", NN_JSON_REQUIRED, 1, 9, &value, &error), &error,
          NN_ERROR_FORMAT, "x.z: missing");
  expect (nn_json_get_int (object, "x", "c", NN_JSON_OPTIONAL, 1, 9, &value, &error), &error,
          NN_ERROR_RANGE, "x.c: expected a whole number, got 3.5");
  expect (nn_json_get_int (object, "x", "d", NN_JSON_OPTIONAL, 1, 9, &value, &error), &error,
          NN_ERROR_FORMAT, "x.d: expected a number, got a string");
  expect (nn_json_get_int (object, "layers[2]", "e", NN_JSON_OPTIONAL, 1, 4096, &value, &error),
          &error, NN_ERROR_RANGE, "layers[2].e: expected 1…4096, got -1");
  expect (nn_json_get_int (object, "", "f", NN_JSON_OPTIONAL, 1, 9, &value, &error), &error,
          NN_ERROR_RANGE, "f: expected 1…9, got 1e+300");
  expect (nn_json_get_int (object, "x", "g", NN_JSON_OPTIONAL, 1, 9, &value, &error), &error,
          NN_ERROR_FORMAT, "x.g: expected a number, got null");
  expect (nn_json_get_int (object, "x", "h", NN_JSON_OPTIONAL, 1, 9, &value, &error), &error,
          NN_ERROR_FORMAT, "x.h: expected a number, got true or false");
  g_assert_cmpint (value, ==, 3);
}

static void
test_uint64 (void)
{
  g_autoptr (JsonNode) node = parse ("{\"most\": 9223372036854775807, \"over\": 1e19, \"under\": "
                                     "-1, \"exact\": 9007199254740993}");
  JsonObject *object = json_node_get_object (node);
  g_autoptr (GError) error = NULL;
  guint64 value = 1;

  g_assert_true (nn_json_get_uint64 (object, "", "exact", NN_JSON_REQUIRED, &value, &error));
  g_assert_cmpuint (value, ==, 9007199254740993);
  g_assert_false (nn_json_get_uint64 (object, "", "over", NN_JSON_REQUIRED, &value, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_RANGE);
  g_clear_error (&error);
  g_assert_false (nn_json_get_uint64 (object, "", "under", NN_JSON_REQUIRED, &value, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_RANGE);
  g_assert_cmpuint (value, ==, 9007199254740993);
  g_clear_error (&error);
  g_assert_true (nn_json_get_uint64 (object, "", "most", NN_JSON_REQUIRED, &value, &error));
  g_assert_cmpuint (value, ==, G_MAXINT64);
}

static void
test_double (void)
{
  g_autoptr (JsonNode) node = parse ("{\"a\": 0.25, \"b\": 1, \"c\": 1e999, \"d\": []}");
  JsonObject *object = json_node_get_object (node);
  g_autoptr (GError) error = NULL;
  double value = 0.125;

  g_assert_true (nn_json_get_double (object, "x", "z", NN_JSON_OPTIONAL, 0, 1, &value, &error));
  g_assert_cmpfloat (value, ==, 0.125);
  g_assert_true (nn_json_get_double (object, "x", "a", NN_JSON_OPTIONAL, 0, 1, &value, &error));
  g_assert_cmpfloat (value, ==, 0.25);
  g_assert_true (nn_json_get_double (object, "x", "b", NN_JSON_OPTIONAL, 0, 1, &value, &error));
  g_assert_cmpfloat (value, ==, 1);
  expect (nn_json_get_double (object, "x", "a", NN_JSON_OPTIONAL, 0.5, 1, &value, &error), &error,
          NN_ERROR_RANGE, "x.a: expected 0.5…1, got 0.25");
  expect (nn_json_get_double (object, "x", "c", NN_JSON_OPTIONAL, 0, 1e6, &value, &error), &error,
          NN_ERROR_RANGE, "x.c: expected 0…1000000, got inf");
  expect (nn_json_get_double (object, "x", "d", NN_JSON_OPTIONAL, 0, 1, &value, &error), &error,
          NN_ERROR_FORMAT, "x.d: expected a number, got a list");
}

static void
test_words (void)
{
  static const char *const choices[] = {"relu", "tanh", NULL};
  g_autoptr (JsonNode) node = parse ("{\"a\": \"tanh\", \"b\": \"tan\", \"c\": 1, \"d\": false}");
  JsonObject *object = json_node_get_object (node);
  g_autoptr (GError) error = NULL;
  const char *text = "default";
  gboolean flag = TRUE;
  int choice = 0;

  g_assert_true (nn_json_get_string (object, "", "z", NN_JSON_OPTIONAL, &text, &error));
  g_assert_cmpstr (text, ==, "default");
  g_assert_true (nn_json_get_string (object, "", "a", NN_JSON_REQUIRED, &text, &error));
  g_assert_cmpstr (text, ==, "tanh");
  g_assert_true (nn_json_get_choice (object, "", "a", NN_JSON_REQUIRED, choices, &choice, &error));
  g_assert_cmpint (choice, ==, 1);
  g_assert_true (nn_json_get_boolean (object, "", "d", NN_JSON_REQUIRED, &flag, &error));
  g_assert_false (flag);
  expect (nn_json_get_choice (object, "x", "b", NN_JSON_OPTIONAL, choices, &choice, &error), &error,
          NN_ERROR_RANGE, "x.b: expected one of relu, tanh, got “tan”");
  expect (nn_json_get_string (object, "x", "c", NN_JSON_OPTIONAL, &text, &error), &error,
          NN_ERROR_FORMAT, "x.c: expected a string, got a number");
  expect (nn_json_get_boolean (object, "x", "c", NN_JSON_OPTIONAL, &flag, &error), &error,
          NN_ERROR_FORMAT, "x.c: expected true or false, got a number");
}

static void
test_containers (void)
{
  static const char *const allowed[] = {"a", "b", NULL};
  g_autoptr (JsonNode) node = parse ("{\"a\": {}, \"b\": [1, 2]}");
  JsonObject *object = json_node_get_object (node), *inner = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *list = NULL;

  g_assert_true (nn_json_get_object (object, "", "a", NN_JSON_REQUIRED, &inner, &error));
  g_assert_cmpuint (json_object_get_size (inner), ==, 0);
  g_assert_true (nn_json_get_array (object, "", "b", NN_JSON_REQUIRED, &list, &error));
  g_assert_cmpuint (json_array_get_length (list), ==, 2);
  expect (nn_json_get_object (object, "", "b", NN_JSON_REQUIRED, &inner, &error), &error,
          NN_ERROR_FORMAT, "b: expected an object, got a list");
  expect (nn_json_get_array (object, "", "a", NN_JSON_REQUIRED, &list, &error), &error,
          NN_ERROR_FORMAT, "a: expected a list, got an object");

  g_assert_true (nn_json_check_members (object, "x", allowed, &error));
  expect (nn_json_check_members (object, "x", allowed + 1, &error), &error, NN_ERROR_FORMAT,
          "x.a: unknown; known here: b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-util/int", test_int);
  g_test_add_func ("/json-util/uint64", test_uint64);
  g_test_add_func ("/json-util/double", test_double);
  g_test_add_func ("/json-util/words", test_words);
  g_test_add_func ("/json-util/containers", test_containers);
  return g_test_run ();
}
