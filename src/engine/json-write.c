/* json-write.c: JSON as short as it reads well. */
#include "json-text.h"

#include <math.h>
#include <string.h>

#define LINE_WIDTH 90

typedef struct {
  GString *text;
  gboolean pretty;   /* with spaces; a list that fits the line stays on it */
  gboolean one_line; /* the list under way is tried on one line */
  int indent;
} Writer;

static void write_value (Writer *writer, JsonNode *node);

/* The fewest digits that read back as the same double; 17 always do. */
static void
write_double (GString *text, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  static const char *const formats[] = {"%.15g", "%.16g", "%.17g"};
  if (!isfinite (value)) {
    g_string_append (text, "null");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_ascii_formatd (digits, sizeof digits, formats[i], value);
    if (g_ascii_strtod (digits, NULL) == value)
      break;
  }
  g_string_append (text, digits);
}

static void
write_string (GString *text, const char *string)
{
  static const char letters[] = "\"\\\b\f\n\r\t", escapes[] = "\"\\bfnrt";
  g_string_append_c (text, '"');
  for (const char *c = string; *c; c++) {
    const char *letter = strchr (letters, *c);
    if (letter)
      g_string_append_printf (text, "\\%c", escapes[letter - letters]);
    else if ((guchar)*c < 0x20)
      g_string_append_printf (text, "\\u%04x", (guint)*c);
    else
      g_string_append_c (text, *c);
  }
  g_string_append_c (text, '"');
}

static void
write_scalar (GString *text, JsonNode *node)
{
  GType type = json_node_get_value_type (node);
  if (JSON_NODE_HOLDS_NULL (node))
    g_string_append (text, "null");
  else if (type == G_TYPE_BOOLEAN)
    g_string_append (text, json_node_get_boolean (node) ? "true" : "false");
  else if (type == G_TYPE_STRING)
    write_string (text, json_node_get_string (node));
  else if (type == G_TYPE_INT64)
    g_string_append_printf (text, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else
    write_double (text, json_node_get_double (node));
}

static void
begin_item (Writer *writer, gboolean first)
{
  if (!first)
    g_string_append_c (writer->text, ',');
  if (!writer->pretty)
    return;
  if (writer->one_line)
    g_string_append_c (writer->text, ' ');
  else
    g_string_append_printf (writer->text, "\n%*s", writer->indent, "");
}

static void
write_items (Writer *writer, JsonNode *node)
{
  gboolean first = TRUE;
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    JsonObjectIter iter;
    const char *name;
    JsonNode *value;
    json_object_iter_init_ordered (&iter, json_node_get_object (node));
    while (json_object_iter_next_ordered (&iter, &name, &value)) {
      begin_item (writer, first);
      write_string (writer->text, name);
      g_string_append (writer->text, writer->pretty ? ": " : ":");
      write_value (writer, value);
      first = FALSE;
    }
    return;
  }
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    begin_item (writer, first);
    write_value (writer, json_array_get_element (array, i));
    first = FALSE;
  }
}

static void
write_list (Writer *writer, JsonNode *node)
{
  gboolean is_object = JSON_NODE_HOLDS_OBJECT (node);
  guint n = is_object ? json_object_get_size (json_node_get_object (node))
                      : json_array_get_length (json_node_get_array (node));
  g_string_append_c (writer->text, is_object ? '{' : '[');
  if (n > 0) {
    writer->indent += 2;
    write_items (writer, node);
    writer->indent -= 2;
    if (writer->pretty && writer->one_line)
      g_string_append_c (writer->text, ' ');
    else if (writer->pretty)
      g_string_append_printf (writer->text, "\n%*s", writer->indent, "");
  }
  g_string_append_c (writer->text, is_object ? '}' : ']');
}

static gsize
column (const GString *text)
{
  const char *newline = strrchr (text->str, '\n');
  const char *line = newline ? newline + 1 : text->str;
  return (gsize)(text->str + text->len - line);
}

static void
write_value (Writer *writer, JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (node) || JSON_NODE_HOLDS_NULL (node)) {
    write_scalar (writer->text, node);
    return;
  }
  /* The outermost list always gets its lines. */
  if (writer->pretty && !writer->one_line && writer->indent > 0) {
    gsize before = writer->text->len;
    writer->one_line = TRUE;
    write_list (writer, node);
    writer->one_line = FALSE;
    if (column (writer->text) < LINE_WIDTH)
      return;
    g_string_truncate (writer->text, before);
  }
  write_list (writer, node);
}

char *
nn_json_write (JsonNode *node, gboolean pretty)
{
  Writer writer = {.text = g_string_new (NULL), .pretty = pretty};
  write_value (&writer, node);
  return g_string_free (writer.text, FALSE);
}

void
nn_json_add_string (JsonBuilder *builder, const char *name, const char *value)
{
  g_autofree char *text = g_utf8_make_valid (value, -1);

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

void
nn_json_add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
nn_json_add_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

void
nn_json_add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}
