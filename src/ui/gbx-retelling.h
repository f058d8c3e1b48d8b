/* gbx-retelling.h: what was said in one language, said again in another. */
#pragma once

#include <glib.h>

/**
 * gbx_retell:
 * @text: a sentence of ours, in any language there is a catalogue for, with what was put into it
 * For texts that outlive the language they were made in, as errors do. The sentence is looked for
 * among the catalogue's formats; what was put into it may be a sentence too.
 * Returns: (transfer full): the same in the language of the moment; @text itself where it is no
 * sentence of the catalogue
 */
char *gbx_retell (const char *text);
