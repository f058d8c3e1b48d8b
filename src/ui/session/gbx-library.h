/* gbx-library.h: what is the user's own and of no session: sets of drawn symbols, and recipes.
 *
 * Main thread only. Every change shows in the lists at once and is written in the background, in
 * order; one that cannot be written is tried again until it can. The session has one library:
 * gbx_session_get_library().
 *
 * Nothing here knows undo; what is taken away stays alive with whoever holds it, and can be put
 * back as it was, under the same id.
 *
 * Properties, read-only:
 *   "unsaved"  uint: changes that are not on the disk yet
 *   "error"    string or NULL: why not; translated, and NULL again once they are
 * Signal:
 *   "set-changed" (GbxSymbolSet): its title, its classes or its drawings are others now
 */
#pragma once

#include "gbx-own-recipe.h"
#include "gbx-store.h"
#include "gbx-symbol-set.h"

#define GBX_TYPE_LIBRARY (gbx_library_get_type ())
G_DECLARE_FINAL_TYPE (GbxLibrary, gbx_library, GBX, LIBRARY, GObject)

/** gbx_library_new: Reads what is kept in @store. */
GbxLibrary *gbx_library_new (GbxStore *store);

/* Sets. "My digits" (GBX_SYMBOL_SET_DIGITS) is always there and first. */
GListModel *gbx_library_get_sets (GbxLibrary *self); /* GbxSymbolSet, oldest first */
GbxSymbolSet *gbx_library_find_set (GbxLibrary *self,
                                    const char *id); /* (transfer none), or NULL */

/** gbx_library_create_set: Returns: (transfer none): or NULL where gbx_symbol_set_check() fails. */
GbxSymbolSet *gbx_library_create_set (GbxLibrary *self, const char *title,
                                      const char *const *classes, GError **error);

/**
 * gbx_library_change_set:
 * @title: (nullable): of "My digits": the program's own
 * @origins: of each of @classes: which of the set's own it was so far; −1: none, it is new
 * Drawings follow their classes, in one transaction. A class that is left out has to be empty.
 */
gboolean gbx_library_change_set (GbxLibrary *self, GbxSymbolSet *set, const char *title,
                                 const char *const *classes, const int *origins, GError **error);

/** gbx_library_delete_set: With its drawings; "My digits" is only emptied. */
void gbx_library_delete_set (GbxLibrary *self, GbxSymbolSet *set);
/** gbx_library_restore_set: Takes back gbx_library_delete_set(): @set with @drawings (element-type
 * GbxOwnDrawing), which it had. */
void gbx_library_restore_set (GbxLibrary *self, GbxSymbolSet *set, GPtrArray *drawings);

/* Drawings. */

/** gbx_library_add_drawing: Returns: (transfer none): with a copy of @drawing, which has ink. */
GbxOwnDrawing *gbx_library_add_drawing (GbxLibrary *self, GbxSymbolSet *set, int class_index,
                                        const NnDrawing *drawing);
void gbx_library_relabel_drawing (GbxLibrary *self, GbxSymbolSet *set, GbxOwnDrawing *drawing,
                                  int class_index);
void gbx_library_delete_drawing (GbxLibrary *self, GbxSymbolSet *set, GbxOwnDrawing *drawing);
void gbx_library_restore_drawing (GbxLibrary *self, GbxSymbolSet *set, GbxOwnDrawing *drawing);

/* Recipes. */
GListModel *gbx_library_get_recipes (GbxLibrary *self); /* GbxOwnRecipe, oldest first */

/** gbx_library_find_recipe: Returns: (transfer none) (nullable): the newest of that name. */
GbxOwnRecipe *gbx_library_find_recipe (GbxLibrary *self, const char *name);

/** gbx_library_save_recipe: Returns: (transfer none): a new one, whatever others are called. */
GbxOwnRecipe *gbx_library_save_recipe (GbxLibrary *self, const char *name,
                                       const NnExperiment *experiment);
/** gbx_library_replace_recipe: Its name and its experiment. */
void gbx_library_replace_recipe (GbxLibrary *self, GbxOwnRecipe *recipe, const char *name,
                                 const NnExperiment *experiment);
void gbx_library_delete_recipe (GbxLibrary *self, GbxOwnRecipe *recipe);
void gbx_library_restore_recipe (GbxLibrary *self, GbxOwnRecipe *recipe);

/** gbx_library_flush: Writes now what is not written yet, and waits for it. */
gboolean gbx_library_flush (GbxLibrary *self, GError **error);
