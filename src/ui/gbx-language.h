/* gbx-language.h: which language the window speaks, changed while it is open.
 *
 * gettext looks the language up at every call, so nothing needs to be loaded again: what is made
 * after a change speaks the new language. The window makes its content anew. */
#pragma once

#include <glib.h>

/**
 * gbx_language_init:
 * Sets the locale and binds the catalogue. Before anything of GTK, and before any thread.
 * `GLASSBOX_LOCALE_DIR` names another folder of catalogues; a program that was moved, or not yet
 * installed, finds its own.
 */
void gbx_language_init (void);

/** gbx_language_set: @language: "en", "zh_CN", or "" for the system's. */
void gbx_language_set (const char *language);

/** gbx_language_get: Returns: (transfer none): what is really spoken now: "en" or "zh_CN". */
const char *gbx_language_get (void);
