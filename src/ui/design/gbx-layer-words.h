/* gbx-layer-words.h: a layer in words. All results are (transfer full). */
#pragma once

#include "engine/design/network.h"

/** gbx_layer_words_title: One line that says what it does. */
char *gbx_layer_words_title (const NnLayer *layer);

/** gbx_layer_words_detail: "28×28×1 → 26×26×32", and what is unusual about it. */
char *gbx_layer_words_detail (const NnLayer *layer);

/** gbx_layer_words_parameters: "1 024 parameters". */
char *gbx_layer_words_parameters (const NnLayer *layer);
