/* json-util.h: reading JSON objects strictly; every message begins with the path of what is wrong.
 */
#pragma once

#include <json-glib/json-glib.h>

/* @path names the object in messages: "layers[2]", or "" for the document itself. */

typedef enum {
  NN_JSON_OPTIONAL, /* where the member is absent, *value stays what it was: the default */
  NN_JSON_REQUIRED,
} NnJsonPresence;

/** nn_json_path: Returns: (transfer full): "layers[2].units", or just "units" where @path is "". */
char *nn_json_path (const char *path, const char *key);

/**
 * nn_json_check_members:
 * @allowed: NULL-terminated
 * Refuses an object that has any other member, naming it (NN_ERROR_FORMAT).
 */
gboolean nn_json_check_members (JsonObject *object, const char *path, const char *const *allowed,
                                GError **error);

/**
 * nn_json_get_int:
 * Reads a whole number in @minimum…@maximum. 3.0 is one, 3.5 is not. A wrong type is
 * NN_ERROR_FORMAT, a number out of bounds NN_ERROR_RANGE; then *value is untouched.
 */
gboolean nn_json_get_int (JsonObject *object, const char *path, const char *key,
                          NnJsonPresence presence, int minimum, int maximum, int *value,
                          GError **error);

/** nn_json_get_int_item: The same for item @i of the list member @key: "layers[2].kernel[1]". */
gboolean nn_json_get_int_item (JsonArray *list, guint i, const char *path, const char *key,
                               int minimum, int maximum, int *value, GError **error);

/** nn_json_get_double_item: And for any number. */
gboolean nn_json_get_double_item (JsonArray *list, guint i, const char *path, const char *key,
                                  double minimum, double maximum, double *value, GError **error);

/** nn_json_get_uint64: The same for 0…2⁶³−1: seeds. */
gboolean nn_json_get_uint64 (JsonObject *object, const char *path, const char *key,
                             NnJsonPresence presence, guint64 *value, GError **error);

gboolean nn_json_get_double (JsonObject *object, const char *path, const char *key,
                             NnJsonPresence presence, double minimum, double maximum, double *value,
                             GError **error);

gboolean nn_json_get_boolean (JsonObject *object, const char *path, const char *key,
                              NnJsonPresence presence, gboolean *value, GError **error);

/** nn_json_get_string: Sets *value to the object's own string (transfer none). */
gboolean nn_json_get_string (JsonObject *object, const char *path, const char *key,
                             NnJsonPresence presence, const char **value, GError **error);

/**
 * nn_json_get_choice:
 * @choices: NULL-terminated words
 * Sets *value to the index of the member's word in @choices: an enum in the same order.
 */
gboolean nn_json_get_choice (JsonObject *object, const char *path, const char *key,
                             NnJsonPresence presence, const char *const *choices, int *value,
                             GError **error);

/**
 * nn_word_find:
 * @words: NULL-terminated
 * Sets *index to where @word is in @words: the same for words that come from elsewhere.
 */
gboolean nn_word_find (const char *const *words, const char *word, guint *index);

/** nn_json_get_object: Sets *value to the member object (transfer none). */
gboolean nn_json_get_object (JsonObject *object, const char *path, const char *key,
                             NnJsonPresence presence, JsonObject **value, GError **error);

/** nn_json_get_array: Sets *value to the member list (transfer none). */
gboolean nn_json_get_array (JsonObject *object, const char *path, const char *key,
                            NnJsonPresence presence, JsonArray **value, GError **error);
