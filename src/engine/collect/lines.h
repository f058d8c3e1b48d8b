/* lines.h: reads text line by line, plain or gzip'ed, and takes its fields apart. */
#pragma once

#include "engine/collect/unpack.h"

#define NN_LINES_LONGEST (1 << 16) /* bytes of a line */

typedef struct NnLines NnLines;

/** nn_lines_open: @path: also what errors call it. */
NnLines *nn_lines_open (const char *path, GCancellable *cancellable, GError **error);

/**
 * nn_lines_next:
 * @line: (out): the next line that is not empty, without its end, to be written on until the next
 * call; NULL at the end of the file. A byte order mark is passed over.
 * Returns: FALSE with NN_ERROR_FORMAT for a line that is too long or holds a zero byte, or what the
 * stream says
 */
gboolean nn_lines_next (NnLines *lines, char **line, GCancellable *cancellable, GError **error);

/** nn_lines_number: Returns: the number of the line read last, from 1. */
gsize nn_lines_number (const NnLines *lines);

/** nn_lines_fraction: Returns: how much of the file was read, 0 to 1. */
double nn_lines_fraction (const NnLines *lines);

/**
 * nn_line_split:
 * Takes @line apart at @delimiter, in place. A field may stand in quotes; two quotes in it are one.
 * Returns: how many fields there are, be they more than @most; −1 where a quote is not closed
 */
int nn_line_split (char *line, char delimiter, char **fields, int most);

void nn_lines_free (NnLines *lines);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnLines, nn_lines_free)
