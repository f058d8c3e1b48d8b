/* about.c: dataset.json, which lies beside a set's IDX files. */
#include "engine/collect/about.h"

#include "engine/error.h"
#include "engine/json-text.h"
#include "engine/json-util.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#define VERSION 1
#define MOST_BYTES (8 << 20)
#define MOST_NAMES 256

/* Returns: (transfer full) (nullable): the names in @list. */
static char **
parse_names (JsonArray *list, const char *key, GError **error)
{
  guint n = json_array_get_length (list);
  g_auto (GStrv) names = NULL;

  if (n < 1 || n > MOST_NAMES) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("%s: expected 1 to %d names, got %u"), key,
                 MOST_NAMES, n);
    return NULL;
  }
  names = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (list, i);

    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING) {
      g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s[%u]: expected a name"), key, i);
      return NULL;
    }
    names[i] = g_strdup (json_node_get_string (node));
  }
  return g_steal_pointer (&names);
}

static gboolean
parse (NnAbout *about, const char *text, gsize length, GError **error)
{
  static const char *const members[] = {"glassbox_dataset", "classes", "label", "columns", NULL};
  g_autoptr (JsonNode) root = nn_json_read (text, length, MOST_BYTES, error);
  JsonObject *object;
  JsonArray *classes = NULL, *columns = NULL;
  const char *label = NULL;
  int version;

  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error_literal (error, NN_ERROR, NN_ERROR_FORMAT, _ ("expected a JSON object, {…}"));
    return FALSE;
  }
  object = json_node_get_object (root);
  if (!nn_json_get_int (object, "", "glassbox_dataset", NN_JSON_REQUIRED, 1, VERSION, &version,
                        error) ||
      !nn_json_check_members (object, "", members, error) ||
      !nn_json_get_array (object, "", "classes", NN_JSON_OPTIONAL, &classes, error) ||
      !nn_json_get_string (object, "", "label", NN_JSON_OPTIONAL, &label, error) ||
      !nn_json_get_array (object, "", "columns", NN_JSON_OPTIONAL, &columns, error))
    return FALSE;
  about->label = g_strdup (label);
  if (classes != NULL)
    about->class_names = parse_names (classes, "classes", error);
  if (classes != NULL && about->class_names == NULL)
    return FALSE;
  if (columns != NULL)
    about->columns = nn_columns_parse (columns, "columns", error);
  return columns == NULL || about->columns != NULL;
}

gboolean
nn_about_read (NnAbout *about, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, NN_ABOUT_FILE, NULL);
  g_autofree char *text = g_malloc (MOST_BYTES + 1);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gsize length = 0;
  ssize_t got = 1;

  *about = (NnAbout){0};
  if (fd < 0 && errno == ENOENT)
    return TRUE;
  while (fd >= 0 && got > 0 && length <= MOST_BYTES) {
    got = read (fd, text + length, MOST_BYTES + 1 - length);
    length += got > 0 ? (gsize)got : 0;
  }
  if (fd < 0 || got < 0) {
    int saved = errno;

    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s: %s", path,
                 g_strerror (saved));
  }
  if (fd >= 0)
    close (fd);
  if (fd < 0 || got < 0)
    return FALSE;
  if (parse (about, text, length, error))
    return TRUE;
  nn_about_clear (about);
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

static void
add_names (JsonBuilder *builder, const char *key, char **names)
{
  if (names == NULL)
    return;
  json_builder_set_member_name (builder, key);
  json_builder_begin_array (builder);
  for (char **name = names; *name != NULL; name++)
    json_builder_add_string_value (builder, *name);
  json_builder_end_array (builder);
}

char *
nn_about_write (const NnAbout *about)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  nn_json_add_int (builder, "glassbox_dataset", VERSION);
  add_names (builder, "classes", about->class_names);
  if (about->label != NULL)
    nn_json_add_string (builder, "label", about->label);
  if (about->columns != NULL)
    nn_columns_write (about->columns, "columns", builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = nn_json_write (root, TRUE);
  return g_strconcat (text, "\n", NULL);
}

void
nn_about_clear (NnAbout *about)
{
  g_clear_pointer (&about->class_names, g_strfreev);
  g_clear_pointer (&about->label, g_free);
  g_clear_pointer (&about->columns, nn_columns_unref);
}
