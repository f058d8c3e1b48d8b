/* resources.h: the files that are built into the program. */
#pragma once

#include <gio/gio.h>

/**
 * nn_resource_load:
 * @path: relative to the repository's `resources/`, such as "experiments/keras-784-64-10.json"
 *
 * Returns: (transfer full): the content, unpacked, or NULL with G_RESOURCE_ERROR_NOT_FOUND
 */
GBytes *nn_resource_load (const char *path, GError **error);

/**
 * nn_resource_list:
 * @folder: relative to the repository's `resources/`, such as "experiments"
 *
 * Returns: (transfer full): the names in @folder, sorted, NULL-terminated; empty when there is none
 */
char **nn_resource_list (const char *folder);
