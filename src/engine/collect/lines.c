/* lines.c: reads text line by line, plain or gzip'ed, and takes its fields apart. */
#include "engine/collect/lines.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BUFFER_SIZE (4 * NN_LINES_LONGEST)

struct NnLines {
  char *name;
  NnUnpacker *unpacker;
  GFileInputStream *stream;
  goffset size;     /* of the file */
  gsize start, end; /* what is in the buffer and not handed out */
  gsize number;
  gboolean at_end;
  char buffer[BUFFER_SIZE + 1];
};

NnLines *
nn_lines_open (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GFileInfo) info = NULL;
  NnLines *lines;

  if (stream == NULL)
    return NULL;
  lines = g_new0 (NnLines, 1);
  lines->name = g_filename_display_name (path);
  lines->stream = g_object_ref (stream);
  info = g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, NULL);
  lines->size = info != NULL ? g_file_info_get_size (info) : 0;
  lines->unpacker = nn_unpacker_new (G_INPUT_STREAM (stream), lines->name);
  return lines;
}

static gboolean
fill (NnLines *lines, GCancellable *cancellable, GError **error)
{
  gsize kept = lines->end - lines->start, got;

  memmove (lines->buffer, lines->buffer + lines->start, kept);
  lines->start = 0;
  lines->end = kept;
  if (!nn_unpacker_read (lines->unpacker, lines->buffer + kept, BUFFER_SIZE - kept, &got,
                         cancellable, error))
    return FALSE;
  lines->end += got;
  lines->at_end = lines->end < BUFFER_SIZE;
  return TRUE;
}

static gboolean
fail (const NnLines *lines, const char *what, GError **error)
{
  g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("%s: line %zu: %s"), lines->name, lines->number,
               what);
  return FALSE;
}

/* Sets *line and *length to the next line, its end cut off; *line to NULL at the end. */
static gboolean
take_line (NnLines *lines, char **line, gsize *length, GCancellable *cancellable, GError **error)
{
  char *start, *stop;

  if (!lines->at_end && lines->end - lines->start <= NN_LINES_LONGEST &&
      !fill (lines, cancellable, error))
    return FALSE;
  *line = NULL;
  if (lines->start == lines->end)
    return TRUE;
  lines->number++;
  start = lines->buffer + lines->start;
  stop = memchr (start, '\n', lines->end - lines->start);
  *length = stop != NULL ? (gsize)(stop - start) : lines->end - lines->start;
  if (*length > NN_LINES_LONGEST)
    return fail (lines, _ ("it is too long for a line of a table"), error);
  lines->start += *length + (stop != NULL);
  if (memchr (start, '\0', *length) != NULL)
    return fail (lines, _ ("there is a zero byte: this is no text"), error);
  start[*length] = '\0';
  *line = start;
  return TRUE;
}

gboolean
nn_lines_next (NnLines *lines, char **line, GCancellable *cancellable, GError **error)
{
  gsize length = 0;

  do {
    if (!take_line (lines, line, &length, cancellable, error))
      return FALSE;
    if (*line == NULL)
      return TRUE;
    if (lines->number == 1 && g_str_has_prefix (*line, "\357\273\277")) {
      *line += 3;
      length -= 3;
    }
    if (length > 0 && (*line)[length - 1] == '\r')
      (*line)[--length] = '\0';
  } while (length == 0);
  return TRUE;
}

gsize
nn_lines_number (const NnLines *lines)
{
  return lines->number;
}

double
nn_lines_fraction (const NnLines *lines)
{
  goffset at = g_seekable_tell (G_SEEKABLE (lines->stream));

  return lines->size > 0 ? (double)at / (double)lines->size : 0;
}

/* Moves what is in the quotes to their place. Returns: (nullable): what comes behind them. */
static char *
unquote (char *field)
{
  char *to = field, *from = field + 1;

  for (; *from != '\0'; from++) {
    if (*from == '"' && from[1] != '"') {
      *to = '\0';
      return from + 1;
    }
    if (*from == '"')
      from++;
    *to++ = *from;
  }
  return NULL;
}

int
nn_line_split (char *line, char delimiter, char **fields, int most)
{
  int n = 0;

  for (;;) {
    char *rest = *line == '"' ? unquote (line) : line;

    if (rest == NULL)
      return -1;
    if (n < most)
      fields[n] = line;
    n++;
    rest = strchr (rest, delimiter);
    if (rest == NULL)
      return n;
    *rest = '\0';
    line = rest + 1;
  }
}

void
nn_lines_free (NnLines *lines)
{
  nn_unpacker_free (lines->unpacker);
  g_object_unref (lines->stream);
  g_free (lines->name);
  g_free (lines);
}
