/* gbx-preferences.h: what the user chose about the window, kept in GSettings.
 *
 * Properties, all read-write, named as the schema's keys: "language" (string: "" the system's,
 * "en", "zh_CN") · "colour-scheme" (string: "default", "light", "dark") · "show-controls" (boolean)
 * · "logarithmic-loss" (boolean) · "window-width" · "window-height" (int) · "maximized" (boolean).
 *
 * Without an installed schema the preferences last as long as the program: it starts all the same.
 */
#pragma once

#include <glib-object.h>

#define GBX_TYPE_PREFERENCES (gbx_preferences_get_type ())
G_DECLARE_FINAL_TYPE (GbxPreferences, gbx_preferences, GBX, PREFERENCES, GObject)

/** gbx_preferences_get_default: Returns: (transfer none): the only one. */
GbxPreferences *gbx_preferences_get_default (void);
