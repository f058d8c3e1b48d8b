/* json-text.h: strict JSON in, short JSON out; the tree between them is json-glib's.
 *
 * json-glib's own parser takes comments, hexadecimal numbers, the last of several equal names, and
 * lets integers wrap around; its generator writes 0.9 as 0.90000000000000002.
 */
#pragma once

#include "error.h"

#include <json-glib/json-glib.h>

#define NN_JSON_MAX_DEPTH 32

/**
 * nn_json_read:
 * @text: (array length=length): UTF-8, need not end in a zero byte
 * @max_length: refuse anything longer, in bytes
 *
 * Reads one JSON value by RFC 8259 and nothing beyond it. Refuses more than 32 levels, more than a
 * million values, equal names in one object, integers beyond 64 bits, numbers that overflow,
 * zero bytes and characters that are no characters.
 * Returns: (transfer full): or NULL with an error that names line and column
 */
JsonNode *nn_json_read (const char *text, gsize length, gsize max_length, GError **error);

/**
 * nn_json_write:
 * @pretty: short lists stay on one line, longer ones get a line a member; otherwise no spaces
 *
 * Numbers are written with as few digits as give the same double back; NaN and infinities, for
 * which JSON has no word, as null.
 * Returns: (transfer full): without a closing newline
 */
char *nn_json_write (JsonNode *node, gboolean pretty);

/* ---- members of the object that a builder is in ---- */

/** nn_json_add_string: Bytes that are no text, as a file's name may have, become U+FFFD. */
void nn_json_add_string (JsonBuilder *builder, const char *name, const char *value);
void nn_json_add_int (JsonBuilder *builder, const char *name, gint64 value);
void nn_json_add_double (JsonBuilder *builder, const char *name, double value);
void nn_json_add_boolean (JsonBuilder *builder, const char *name, gboolean value);
