/* json-util.c: reading JSON objects strictly; every message begins with the path of what is wrong.
 */
#include "json-util.h"

#include "error.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What a reader asks of one member; get_node() hands out the node, or NULL where it is absent. */
typedef struct {
  JsonObject *object;
  const char *path, *key;
  NnJsonPresence presence;
} Member;

static const char *
describe_node (JsonNode *node)
{
  switch (json_node_get_node_type (node)) {
  case JSON_NODE_OBJECT:
    return _ ("an object");
  case JSON_NODE_ARRAY:
    return _ ("a list");
  case JSON_NODE_NULL:
    return _ ("null");
  default:
    break;
  }
  switch (json_node_get_value_type (node)) {
  case G_TYPE_STRING:
    return _ ("a string");
  case G_TYPE_BOOLEAN:
    return _ ("true or false");
  default:
    return _ ("a number");
  }
}

static gboolean
is_number (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && (json_node_get_value_type (node) == G_TYPE_INT64 ||
                                          json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

static gboolean
fail_type (const Member *member, JsonNode *node, const char *expected, GError **error)
{
  g_autofree char *where = nn_json_path (member->path, member->key);

  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
               /* Translators: "layers[2].units: expected a number, got a string" */
               _ ("%s: expected %s, got %s"), where, expected, describe_node (node));
  return FALSE;
}

/* Sets *node to NULL where an optional member is absent. */
static gboolean
get_node (const Member *member, JsonNode **node, GError **error)
{
  g_autofree char *where = NULL;

  *node = json_object_get_member (member->object, member->key);
  if (*node != NULL || member->presence == NN_JSON_OPTIONAL)
    return TRUE;
  where = nn_json_path (member->path, member->key);
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s: missing"), where);
  return FALSE;
}

/* Leaves *value as it was where an optional member is absent. */
static gboolean
get_whole (const Member *member, gint64 minimum, gint64 maximum, gint64 *value, GError **error)
{
  g_autofree char *where = NULL;
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;
  char got[G_ASCII_DTOSTR_BUF_SIZE];
  JsonNode *node;
  double number;

  if (!get_node (member, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!is_number (node))
    return fail_type (member, node, _ ("a number"), error);

  where = nn_json_path (member->path, member->key);
  number = json_node_get_double (node);
  g_ascii_formatd (got, sizeof got, "%.15g", number);
  if (number != floor (number)) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("%s: expected a whole number, got %s"), where,
                 got);
    return FALSE;
  }
  /* A double beyond gint64 has no conversion. */
  if (json_node_get_value_type (node) == G_TYPE_INT64 || fabs (number) < 0x1p63) {
    gint64 whole = json_node_get_int (node);

    if (whole >= minimum && whole <= maximum) {
      *value = whole;
      return TRUE;
    }
  }
  low = g_strdup_printf ("%" G_GINT64_FORMAT, minimum);
  high = g_strdup_printf ("%" G_GINT64_FORMAT, maximum);
  g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("%s: expected %s…%s, got %s"), where, low, high,
               got);
  return FALSE;
}

char *
nn_json_path (const char *path, const char *key)
{
  return *path != '\0' ? g_strdup_printf ("%s.%s", path, key) : g_strdup (key);
}

gboolean
nn_json_check_members (JsonObject *object, const char *path, const char *const *allowed,
                       GError **error)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *l = members; l != NULL; l = l->next) {
    const char *key = l->data;

    if (!g_strv_contains (allowed, key)) {
      g_autofree char *where = nn_json_path (path, key);
      g_autofree char *words = g_strjoinv (", ", (char **)allowed);

      g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s: unknown; known here: %s"), where,
                   words);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
nn_json_get_int (JsonObject *object, const char *path, const char *key, NnJsonPresence presence,
                 int minimum, int maximum, int *value, GError **error)
{
  Member member = {object, path, key, presence};
  gint64 number = *value;

  if (!get_whole (&member, minimum, maximum, &number, error))
    return FALSE;
  *value = (int)number;
  return TRUE;
}

/* As if the item were a member of an object, named "kernel[1]". */
gboolean
nn_json_get_int_item (JsonArray *list, guint i, const char *path, const char *key, int minimum,
                      int maximum, int *value, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s[%u]", key, i);
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_member (object, name, json_array_dup_element (list, i));
  return nn_json_get_int (object, path, name, NN_JSON_REQUIRED, minimum, maximum, value, error);
}

gboolean
nn_json_get_double_item (JsonArray *list, guint i, const char *path, const char *key,
                         double minimum, double maximum, double *value, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s[%u]", key, i);
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_member (object, name, json_array_dup_element (list, i));
  return nn_json_get_double (object, path, name, NN_JSON_REQUIRED, minimum, maximum, value, error);
}

gboolean
nn_json_get_uint64 (JsonObject *object, const char *path, const char *key, NnJsonPresence presence,
                    guint64 *value, GError **error)
{
  Member member = {object, path, key, presence};
  gint64 number = (gint64)*value;

  if (!get_whole (&member, 0, G_MAXINT64, &number, error))
    return FALSE;
  *value = (guint64)number;
  return TRUE;
}

gboolean
nn_json_get_double (JsonObject *object, const char *path, const char *key, NnJsonPresence presence,
                    double minimum, double maximum, double *value, GError **error)
{
  Member member = {object, path, key, presence};
  JsonNode *node;
  double number;

  if (!get_node (&member, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!is_number (node))
    return fail_type (&member, node, _ ("a number"), error);

  number = json_node_get_double (node);
  if (!(number >= minimum && number <= maximum)) {
    g_autofree char *where = nn_json_path (path, key);
    char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE], got[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd (low, sizeof low, "%.15g", minimum);
    g_ascii_formatd (high, sizeof high, "%.15g", maximum);
    g_ascii_formatd (got, sizeof got, "%.15g", number);
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("%s: expected %s…%s, got %s"), where, low,
                 high, got);
    return FALSE;
  }
  *value = number;
  return TRUE;
}

gboolean
nn_json_get_boolean (JsonObject *object, const char *path, const char *key, NnJsonPresence presence,
                     gboolean *value, GError **error)
{
  Member member = {object, path, key, presence};
  JsonNode *node;

  if (!get_node (&member, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fail_type (&member, node, _ ("true or false"), error);
  *value = json_node_get_boolean (node);
  return TRUE;
}

gboolean
nn_json_get_string (JsonObject *object, const char *path, const char *key, NnJsonPresence presence,
                    const char **value, GError **error)
{
  Member member = {object, path, key, presence};
  JsonNode *node;

  if (!get_node (&member, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return fail_type (&member, node, _ ("a string"), error);
  *value = json_node_get_string (node);
  return TRUE;
}

gboolean
nn_word_find (const char *const *words, const char *word, guint *index)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word)) {
      *index = i;
      return TRUE;
    }
  return FALSE;
}

gboolean
nn_json_get_choice (JsonObject *object, const char *path, const char *key, NnJsonPresence presence,
                    const char *const *choices, int *value, GError **error)
{
  g_autofree char *where = NULL;
  g_autofree char *words = NULL;
  const char *word = NULL;
  guint index;

  if (!nn_json_get_string (object, path, key, presence, &word, error))
    return FALSE;
  if (word == NULL)
    return TRUE;
  if (nn_word_find (choices, word, &index)) {
    *value = (int)index;
    return TRUE;
  }

  where = nn_json_path (path, key);
  words = g_strjoinv (", ", (char **)choices);
  g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("%s: expected one of %s, got “%s”"), where,
               words, word);
  return FALSE;
}

/* Returns: FALSE where a member is there, but is no such container: @expected says what would be.
 */
static gboolean
get_container (const Member *member, JsonNodeType type, const char *expected, JsonNode **node,
               GError **error)
{
  if (!get_node (member, node, error))
    return FALSE;
  return *node == NULL || json_node_get_node_type (*node) == type ||
         fail_type (member, *node, expected, error);
}

gboolean
nn_json_get_object (JsonObject *object, const char *path, const char *key, NnJsonPresence presence,
                    JsonObject **value, GError **error)
{
  Member member = {object, path, key, presence};
  JsonNode *node;

  if (!get_container (&member, JSON_NODE_OBJECT, _ ("an object"), &node, error))
    return FALSE;
  if (node != NULL)
    *value = json_node_get_object (node);
  return TRUE;
}

gboolean
nn_json_get_array (JsonObject *object, const char *path, const char *key, NnJsonPresence presence,
                   JsonArray **value, GError **error)
{
  Member member = {object, path, key, presence};
  JsonNode *node;

  if (!get_container (&member, JSON_NODE_ARRAY, _ ("a list"), &node, error))
    return FALSE;
  if (node != NULL)
    *value = json_node_get_array (node);
  return TRUE;
}
