/* gbx-layer-edits.h: what can be done to the recipe's layers; each an edit that can be undone. */
#pragma once

#include "gbx-session.h"

#include "engine/design/field.h"

/** gbx_layer_edits_add: Behind layer @index; before all others where that is −1. */
void gbx_layer_edits_add (GbxSession *session, const NnLayerClass *class_, int index);

/** gbx_layer_edits_remove: Unless it is the only one. */
void gbx_layer_edits_remove (GbxSession *session, int index);

void gbx_layer_edits_duplicate (GbxSession *session, int index);

/** gbx_layer_edits_move: @to: its place when it is there. */
void gbx_layer_edits_move (GbxSession *session, int from, int to);

/** gbx_layer_edits_set: Out of bounds, it does nothing. */
void gbx_layer_edits_set (GbxSession *session, int index, const NnField *field, double value);

/** gbx_experiment_edits_set: One of nn_experiment_fields() or nn_prepare_fields(). */
void gbx_experiment_edits_set (GbxSession *session, const NnField *field, double value);

/** gbx_field_name: Returns: (transfer none): a field's name, untranslated; names the edit too. */
const char *gbx_field_name (const NnField *field);
