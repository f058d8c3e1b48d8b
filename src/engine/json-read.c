/* json-read.c: a strict reader of JSON, by RFC 8259. */
#include "json-text.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#define MAX_VALUES 1000000

typedef struct {
  const char *start, *at, *end;
  int depth;
  guint n_values;
  GError **error;
} Reader;

static JsonNode *read_value (Reader *reader);

static void
get_place (const Reader *reader, int *line, int *column)
{
  *line = *column = 1;
  for (const char *c = reader->start; c < reader->at; c++) {
    if (*c == '\n') {
      (*line)++;
      *column = 1;
    } else if ((*c & 0xc0) != 0x80) { /* counts characters, not bytes */
      (*column)++;
    }
  }
}

/* Always returns NULL, so that a reading function can return what this returns. */
static gpointer
fail (Reader *reader, NnError code, const char *what)
{
  int line, column;
  get_place (reader, &line, &column);
  g_set_error (reader->error, NN_ERROR, code, _ ("line %d, column %d: %s"), line, column, what);
  return NULL;
}

static gpointer
fail_expected (Reader *reader, const char *expected)
{
  g_autofree char *what = NULL;
  if (reader->at == reader->end)
    what = g_strdup_printf (_ ("expected %s, but the text ends here"), expected);
  else
    what = g_strdup_printf (_ ("expected %s"), expected);
  return fail (reader, NN_ERROR_FORMAT, what);
}

static void
skip_space (Reader *reader)
{
  while (reader->at < reader->end && *reader->at && strchr (" \t\r\n", *reader->at))
    reader->at++;
}

static gboolean
take (Reader *reader, char c)
{
  if (reader->at == reader->end || *reader->at != c)
    return FALSE;
  reader->at++;
  return TRUE;
}

static gboolean
take_word (Reader *reader, const char *word)
{
  gsize length = strlen (word);
  if ((gsize)(reader->end - reader->at) < length || memcmp (reader->at, word, length) != 0)
    return FALSE;
  reader->at += length;
  return TRUE;
}

static gsize
take_digits (Reader *reader)
{
  const char *first = reader->at;
  while (reader->at < reader->end && g_ascii_isdigit (*reader->at))
    reader->at++;
  return reader->at - first;
}

/* ---- strings ---- */

/* Four hexadecimal digits; −1 if they are not there. */
static gint32
take_hex4 (Reader *reader)
{
  gint32 value = 0;
  if (reader->end - reader->at < 4)
    return -1;
  for (int i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value (reader->at[i]);
    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  reader->at += 4;
  return value;
}

static gboolean
is_surrogate (gint32 c, gint32 first)
{
  return c >= first && c < first + 0x400;
}

/* What follows \u: one code unit, or two that make a pair. */
static gboolean
read_unicode_escape (Reader *reader, GString *text)
{
  gint32 c = take_hex4 (reader);
  if (is_surrogate (c, 0xd800)) {
    gint32 low = take_word (reader, "\\u") ? take_hex4 (reader) : -1;
    c = is_surrogate (low, 0xdc00) ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : -1;
  } else if (is_surrogate (c, 0xdc00)) {
    c = -1;
  }
  if (c <= 0) {
    fail (reader, NN_ERROR_FORMAT, _ ("this \\u escape is no character that can be used here"));
    return FALSE;
  }
  g_string_append_unichar (text, (gunichar)c);
  return TRUE;
}

static gboolean
read_escape (Reader *reader, GString *text)
{
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  if (take (reader, 'u'))
    return read_unicode_escape (reader, text);
  const char *letter =
      reader->at < reader->end && *reader->at ? strchr (letters, *reader->at) : NULL;
  if (!letter) {
    fail_expected (reader, _ ("one of \" \\ / b f n r t u after a backslash"));
    return FALSE;
  }
  g_string_append_c (text, meanings[letter - letters]);
  reader->at++;
  return TRUE;
}

/* After the opening quote. */
static char *
read_string (Reader *reader)
{
  GString *text = g_string_new (NULL);
  while (!take (reader, '"')) {
    if (reader->at == reader->end)
      fail_expected (reader, _ ("a closing quotation mark"));
    else if ((guchar)*reader->at < 0x20)
      fail (reader, NN_ERROR_FORMAT, _ ("a control character must be written as an escape"));
    else if (take (reader, '\\') ? read_escape (reader, text)
                                 : (g_string_append_c (text, *reader->at++), TRUE))
      continue;
    g_string_free (text, TRUE);
    return NULL;
  }
  return g_string_free (text, FALSE);
}

/* ---- values ---- */

static JsonNode *
node_from_integer (Reader *reader, const char *digits)
{
  errno = 0;
  gint64 value = g_ascii_strtoll (digits, NULL, 10);
  if (errno == ERANGE)
    return fail (reader, NN_ERROR_RANGE, _ ("this number has more than 64 bits"));
  return json_node_init_int (json_node_alloc (), value);
}

static JsonNode *
node_from_decimal (Reader *reader, const char *digits)
{
  double value = g_ascii_strtod (digits, NULL);
  if (!isfinite (value))
    return fail (reader, NN_ERROR_RANGE, _ ("this number is too large"));
  return json_node_init_double (json_node_alloc (), value);
}

static JsonNode *
read_number (Reader *reader)
{
  const char *first = reader->at;
  gboolean whole = TRUE;
  take (reader, '-');
  if (!take (reader, '0') && take_digits (reader) == 0)
    return fail_expected (reader, _ ("a value"));
  if (take (reader, '.')) {
    whole = FALSE;
    if (take_digits (reader) == 0)
      return fail_expected (reader, _ ("a digit"));
  }
  if (take (reader, 'e') || take (reader, 'E')) {
    whole = FALSE;
    if (!take (reader, '+'))
      take (reader, '-');
    if (take_digits (reader) == 0)
      return fail_expected (reader, _ ("a digit"));
  }
  g_autofree char *digits = g_strndup (first, reader->at - first);
  return whole ? node_from_integer (reader, digits) : node_from_decimal (reader, digits);
}

static gboolean
read_member (Reader *reader, JsonObject *object)
{
  if (!take (reader, '"')) {
    fail_expected (reader, _ ("a name in quotation marks"));
    return FALSE;
  }
  g_autofree char *name = read_string (reader);
  if (!name)
    return FALSE;
  if (json_object_has_member (object, name)) {
    g_autofree char *what = g_strdup_printf (_ ("“%s” is there twice"), name);
    fail (reader, NN_ERROR_FORMAT, what);
    return FALSE;
  }
  skip_space (reader);
  if (!take (reader, ':')) {
    fail_expected (reader, _ ("a colon"));
    return FALSE;
  }
  JsonNode *value = read_value (reader);
  if (value)
    json_object_set_member (object, name, value);
  return value != NULL;
}

static gboolean
read_element (Reader *reader, JsonArray *array)
{
  JsonNode *value = read_value (reader);
  if (value)
    json_array_add_element (array, value);
  return value != NULL;
}

/* After the opening bracket: members up to the closing one. */
static gboolean
read_list (Reader *reader, char closing, JsonObject *object, JsonArray *array)
{
  skip_space (reader);
  if (take (reader, closing))
    return TRUE;
  for (;;) {
    skip_space (reader);
    if (!(object ? read_member (reader, object) : read_element (reader, array)))
      return FALSE;
    skip_space (reader);
    if (take (reader, closing))
      return TRUE;
    if (!take (reader, ',')) {
      fail_expected (reader, closing == '}' ? _ ("a comma or }") : _ ("a comma or ]"));
      return FALSE;
    }
  }
}

static JsonNode *
read_nested (Reader *reader)
{
  if (++reader->depth > NN_JSON_MAX_DEPTH)
    return fail (reader, NN_ERROR_TOO_LARGE, _ ("nested more than 32 levels deep"));
  JsonNode *node = json_node_alloc ();
  gboolean good;
  if (*reader->at++ == '{') {
    JsonObject *object = json_object_new ();
    json_node_init_object (node, object);
    json_object_unref (object);
    good = read_list (reader, '}', object, NULL);
  } else {
    JsonArray *array = json_array_new ();
    json_node_init_array (node, array);
    json_array_unref (array);
    good = read_list (reader, ']', NULL, array);
  }
  reader->depth--;
  if (!good)
    g_clear_pointer (&node, json_node_unref);
  return node;
}

static JsonNode *
read_value (Reader *reader)
{
  if (++reader->n_values > MAX_VALUES)
    return fail (reader, NN_ERROR_TOO_LARGE, _ ("more than a million values"));
  skip_space (reader);
  if (reader->at < reader->end && (*reader->at == '{' || *reader->at == '['))
    return read_nested (reader);
  if (take (reader, '"')) {
    g_autofree char *text = read_string (reader);
    return text ? json_node_init_string (json_node_alloc (), text) : NULL;
  }
  if (take_word (reader, "true"))
    return json_node_init_boolean (json_node_alloc (), TRUE);
  if (take_word (reader, "false"))
    return json_node_init_boolean (json_node_alloc (), FALSE);
  if (take_word (reader, "null"))
    return json_node_init_null (json_node_alloc ());
  return read_number (reader);
}

JsonNode *
nn_json_read (const char *text, gsize length, gsize max_length, GError **error)
{
  if (length > max_length) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE, _ ("%zu bytes of JSON: at most %zu are read"),
                 length, max_length);
    return NULL;
  }
  Reader reader = {.start = text, .at = text, .end = text + length, .error = error};
  const char *bad;
  if (!g_utf8_validate_len (text, length, &bad)) {
    reader.at = bad;
    return fail (&reader, NN_ERROR_FORMAT, _ ("this is not UTF-8 text"));
  }
  g_autoptr (JsonNode) node = read_value (&reader);
  if (!node)
    return NULL;
  skip_space (&reader);
  if (reader.at < reader.end)
    return fail (&reader, NN_ERROR_FORMAT, _ ("the document is complete, but text follows"));
  return g_steal_pointer (&node);
}
