/* gbx-retelling.c: what was said in one language, said again in another.
 *
 * A catalogue has each format in both languages: "%s cannot be read: %s" and its translation. The
 * one whose fixed pieces are found in a text, in order and from end to end, is what made the text;
 * what lies between the pieces is what was put in. So no error has to remember more than its text.
 */
#include "gbx-retelling.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define CATALOGUE "zh_CN/LC_MESSAGES/" GETTEXT_PACKAGE ".mo"
#define MAGIC 0x950412de /* of a GNU message catalogue in this machine's byte order */
#define MAX_ARGUMENTS 9
#define SHORTEST_SENTENCE 16 /* bytes that are fixed: a word may be a name that somebody gave */
#define DEEPEST 4            /* sentences in sentences */

typedef struct {
  const char *start[MAX_ARGUMENTS];
  gsize length[MAX_ARGUMENTS];
  gsize n_fixed; /* bytes of the text that the format itself has */
} Reading;

/* ---- formats ---- */

/* @format: at a "%" that is no "%%". Returns: behind the conversion; its place among the arguments,
 * from 0. A "%2$s" says it; the others are counted. */
static const char *
skip_conversion (const char *format, int *n_seen, int *place)
{
  const char *digits = ++format;
  int number = 0;

  while (g_ascii_isdigit (*digits) && number < 100)
    number = 10 * number + *digits++ - '0';
  *place = *digits == '$' && number > 0 ? number - 1 : (*n_seen)++;
  while (*format != '\0' && strchr ("diouxXeEfgGcsp", *format) == NULL)
    format++;
  return *format != '\0' ? format + 1 : format;
}

/* Returns: (transfer full): the fixed characters from @format to the next conversion or the end,
 * which @format then is at. */
static char *
take_piece (const char **format)
{
  GString *piece = g_string_new (NULL);

  for (; **format != '\0' && (**format != '%' || (*format)[1] == '%'); (*format)++) {
    if (**format == '%')
      (*format)++;
    g_string_append_c (piece, **format);
  }
  return g_string_free (piece, FALSE);
}

/* Returns: whether @text is @format with something put into it. */
static gboolean
read_by (const char *format, const char *text, Reading *reading)
{
  g_autofree char *first = take_piece (&format);
  int n_seen = 0, place;

  *reading = (Reading){.n_fixed = strlen (first)};
  if (!g_str_has_prefix (text, first))
    return FALSE;
  text += reading->n_fixed;
  while (*format != '\0') {
    const char *next;
    g_autofree char *piece = NULL;

    format = skip_conversion (format, &n_seen, &place);
    piece = take_piece (&format);
    if (*format != '\0')
      next = *piece != '\0' ? strstr (text, piece) : NULL;
    else
      next = g_str_has_suffix (text, piece) ? text + strlen (text) - strlen (piece) : NULL;
    if (next == NULL || place >= MAX_ARGUMENTS)
      return FALSE;
    reading->start[place] = text;
    reading->length[place] = (gsize)(next - text);
    reading->n_fixed += strlen (piece);
    text = next + strlen (piece);
  }
  return *text == '\0';
}

/* ---- the catalogue ---- */

/* The file's table of strings at @table, as https://www.gnu.org/software/gettext/manual describes
 * it: length and offset each. Returns: (nullable): the string of @index. */
static const char *
look_up (const char *content, gsize length, guint32 table, guint32 index)
{
  guint32 entry[2];
  gsize at = table + (gsize)8 * index;

  if (at + sizeof entry > length)
    return NULL;
  memcpy (entry, content + at, sizeof entry);
  if ((gsize)entry[1] + entry[0] >= length || content[entry[1] + entry[0]] != '\0')
    return NULL;
  return content + entry[1];
}

/* Returns: (nullable): the English format that @text was made by, in one language or the other. */
static const char *
find_format (const char *content, gsize length, const char *text, Reading *best)
{
  const char *found = NULL;
  gsize most = 0;
  guint32 head[5] = {0}; /* magic, revision, number of strings, their table, the translations' */

  if (length >= sizeof head)
    memcpy (head, content, sizeof head);
  for (guint32 i = 0; head[0] == MAGIC && i < head[2]; i++) {
    const char *english = look_up (content, length, head[3], i);
    const char *translated = look_up (content, length, head[4], i);
    Reading reading;

    if (english == NULL || translated == NULL || strlen (english) < SHORTEST_SENTENCE)
      continue;
    if (!read_by (english, text, &reading) && !read_by (translated, text, &reading))
      continue;
    if (reading.n_fixed <= most)
      continue;
    *best = reading;
    most = reading.n_fixed;
    found = english;
  }
  return found;
}

/* ---- telling ---- */

static char *retell (const char *content, gsize length, const char *text, int depth);

static char *
write_by (const char *content, gsize length, const char *format, const Reading *reading, int depth)
{
  GString *text = g_string_new (NULL);
  int n_seen = 0, place;

  while (*format != '\0') {
    g_autofree char *piece = take_piece (&format);

    g_string_append (text, piece);
    if (*format == '\0')
      break;
    format = skip_conversion (format, &n_seen, &place);
    if (place < MAX_ARGUMENTS && reading->start[place] != NULL) {
      g_autofree char *argument = g_strndup (reading->start[place], reading->length[place]);
      g_autofree char *told = retell (content, length, argument, depth + 1);

      g_string_append (text, told);
    }
  }
  return g_string_free (text, FALSE);
}

/* A place may stand before a sentence, which is no part of it: "layers[2]: …". */
static char *
retell (const char *content, gsize length, const char *text, int depth)
{
  Reading reading = {.n_fixed = 0};
  const char *format = depth < DEEPEST ? find_format (content, length, text, &reading) : NULL;
  const char *colon = strstr (text, ": ");

  if (format != NULL)
    return write_by (content, length, g_dgettext (GETTEXT_PACKAGE, format), &reading, depth);
  if (colon != NULL && depth < DEEPEST) {
    g_autofree char *place = g_strndup (text, (gsize)(colon + 2 - text));
    g_autofree char *rest = retell (content, length, colon + 2, depth + 1);

    return g_strconcat (place, rest, NULL);
  }
  return g_strdup (text);
}

char *
gbx_retell (const char *text)
{
  g_autofree char *path =
      g_build_filename (bindtextdomain (GETTEXT_PACKAGE, NULL), CATALOGUE, NULL);
  g_autofree char *content = NULL;
  gsize length = 0;

  g_return_val_if_fail (text != NULL, NULL);

  if (!g_file_get_contents (path, &content, &length, NULL))
    return g_strdup (text);
  return retell (content, length, text, 0);
}
