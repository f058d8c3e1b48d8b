/* gbx-drawn-data.h: a set of drawings of the user's own as a data set to train with.
 *
 * In a recipe such a set is "drawn:" and its id in the library. */
#pragma once

#include "gbx-library.h"

#include "engine/collect/dataset.h"

/** gbx_drawn_data_id: Returns: (transfer full): what a recipe calls @set. */
char *gbx_drawn_data_id (GbxSymbolSet *set);

/** gbx_drawn_data_is_id: Returns: whether the recipe's data set @id is a set of drawings. */
gboolean gbx_drawn_data_is_id (const char *id);

/** gbx_drawn_data_find: Returns: (transfer none) (nullable): the set that a recipe calls @id. */
GbxSymbolSet *gbx_drawn_data_find (GbxLibrary *library, const char *id);

/** gbx_drawn_data_suffices: Returns: whether there are drawings to train and to test with. */
gboolean gbx_drawn_data_suffices (GbxSymbolSet *set);

/* The drawings of a moment, for a thread to work with. */
typedef struct GbxDrawnData GbxDrawnData;

GbxDrawnData *gbx_drawn_data_new (GbxSymbolSet *set);

/**
 * gbx_drawn_data_make:
 * Brings the drawings to 28×28, as the canvas does, oldest first. On any thread.
 * Returns: (transfer full): as nn_dataset_new_from_pictures()
 */
NnDataset *gbx_drawn_data_make (const GbxDrawnData *data, GError **error);
void gbx_drawn_data_free (GbxDrawnData *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxDrawnData, gbx_drawn_data_free)
