/* gbx-layer-words.h: a layer in words. What is (transfer full) is translated already. */
#pragma once

#include "engine/design/field.h"
#include "engine/design/network.h"

/** gbx_layer_words_kind: Returns: (transfer none): "Max pooling". */
const char *gbx_layer_words_kind (const NnLayerClass *class_);

/** gbx_layer_words_title: Returns: (transfer full): one line that says what it does. */
char *gbx_layer_words_title (const NnLayerSpec *spec);

/**
 * gbx_layer_words_detail:
 * @foreseen: (nullable): where the layer fits
 * Returns: (transfer full): what is unusual about it, or ""
 */
char *gbx_layer_words_detail (const NnLayerSpec *spec, const NnForeseen *foreseen);

/** gbx_layer_words_parameters: Returns: (transfer full): "1 024 parameters". */
char *gbx_layer_words_parameters (gsize n);

/** gbx_layer_words_choices: Returns: (transfer none): what there is to choose from, in the order of
 * the enumeration, untranslated and NULL-terminated; NULL for a number. */
const char *const *gbx_layer_words_choices (const NnField *field);
