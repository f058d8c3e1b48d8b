/* columns-json.c: the columns of a table from JSON and back. */
#include "engine/collect/columns.h"

#include "engine/error.h"
#include "engine/json-text.h"
#include "engine/json-util.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
check_text (const char *text, const char *path, GError **error)
{
  gboolean good = strlen (text) <= NN_COLUMN_LONGEST_NAME;

  for (const char *c = text; good && *c != '\0'; c = g_utf8_next_char (c))
    good = !g_unichar_iscntrl (g_utf8_get_char (c));
  if (!good)
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("%s: expected a name of at most %d bytes, in one line"), path,
                 NN_COLUMN_LONGEST_NAME);
  return good;
}

static gboolean
parse_categories (JsonArray *list, const char *path, NnColumn *column, GError **error)
{
  guint n = json_array_get_length (list);

  if (n < 1 || n > NN_COLUMN_MOST_CATEGORIES) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("%s.categories: expected 1 to %d names, got %u"), path,
                 NN_COLUMN_MOST_CATEGORIES, n);
    return FALSE;
  }
  column->categories = g_new0 (char *, n + 1);
  column->n_categories = (int)n;
  for (guint i = 0; i < n; i++) {
    g_autofree char *place = g_strdup_printf ("%s.categories[%u]", path, i);
    JsonNode *node = json_array_get_element (list, i);

    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING) {
      g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s: expected a name"), place);
      return FALSE;
    }
    column->categories[i] = json_node_dup_string (node);
    if (!check_text (column->categories[i], place, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
parse_column (JsonNode *node, const char *path, NnColumn *column, GError **error)
{
  static const char *const members[] = {"name", "missing", "categories", NULL};
  JsonObject *object;
  JsonArray *categories = NULL;
  const char *name = NULL;
  guint64 n_missing = 0;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s: expected an object"), path);
    return FALSE;
  }
  object = json_node_get_object (node);
  if (!nn_json_get_array (object, path, "categories", NN_JSON_OPTIONAL, &categories, error) ||
      !nn_json_check_members (object, path, members, error) ||
      !nn_json_get_string (object, path, "name", NN_JSON_REQUIRED, &name, error) ||
      !check_text (name, path, error) ||
      !nn_json_get_uint64 (object, path, "missing", NN_JSON_OPTIONAL, &n_missing, error))
    return FALSE;
  column->name = g_strdup (name);
  column->n_missing = (gsize)n_missing;
  return categories == NULL || parse_categories (categories, path, column, error);
}

NnColumns *
nn_columns_parse (JsonArray *list, const char *path, GError **error)
{
  guint n = json_array_get_length (list);
  g_autoptr (NnColumns) columns = NULL;

  if (n < 1 || n > NN_COLUMNS_MOST) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("%s: expected 1 to %d columns, got %u"), path,
                 NN_COLUMNS_MOST, n);
    return NULL;
  }
  columns = nn_columns_new ((int)n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *place = g_strdup_printf ("%s[%u]", path, i);

    if (!parse_column (json_array_get_element (list, i), place, &columns->columns[i], error))
      return NULL;
  }
  if (nn_columns_width (columns) > NN_COLUMNS_MOST) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
                 _ ("%s: these columns become %d numbers; a network reads at most %d"), path,
                 nn_columns_width (columns), NN_COLUMNS_MOST);
    return NULL;
  }
  return g_steal_pointer (&columns);
}

static void
write_column (const NnColumn *column, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  nn_json_add_string (builder, "name", column->name);
  if (column->n_missing > 0)
    nn_json_add_int (builder, "missing", (gint64)column->n_missing);
  if (column->categories != NULL) {
    json_builder_set_member_name (builder, "categories");
    json_builder_begin_array (builder);
    for (char **category = column->categories; *category != NULL; category++)
      json_builder_add_string_value (builder, *category);
    json_builder_end_array (builder);
  }
  json_builder_end_object (builder);
}

void
nn_columns_write (const NnColumns *columns, const char *name, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (int i = 0; i < columns->count; i++)
    write_column (&columns->columns[i], builder);
  json_builder_end_array (builder);
}
