/* gbx-history.h: every recipe there was, edit by edit: to go back and forth. */
#pragma once

#include "engine/design/experiment.h"

typedef struct GbxHistory GbxHistory;

/** gbx_history_new: Begins with @recipe, which is copied. */
GbxHistory *gbx_history_new (const NnExperiment *recipe);

/**
 * gbx_history_record:
 * @recipe: as it is after the edit; copied
 * @what: a static string, untranslated: what was edited
 * @place: where; an edit of the same thing at the same place goes on with the one before, until
 * gbx_history_seal(). Negative: never
 */
void gbx_history_record (GbxHistory *self, const NnExperiment *recipe, const char *what, int place);

/** gbx_history_seal: The next edit is one of its own. */
void gbx_history_seal (GbxHistory *self);

/** gbx_history_now: Returns: (transfer none): the recipe as it was recorded last. */
const NnExperiment *gbx_history_now (GbxHistory *self);

/** gbx_history_undo: Returns: (transfer none) (nullable): the recipe of before, now the present. */
const NnExperiment *gbx_history_undo (GbxHistory *self);
const NnExperiment *gbx_history_redo (GbxHistory *self);

/** gbx_history_undoes: Returns: (nullable): what gbx_history_undo() would take back. */
const char *gbx_history_undoes (GbxHistory *self);
const char *gbx_history_redoes (GbxHistory *self);

void gbx_history_free (GbxHistory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxHistory, gbx_history_free)
