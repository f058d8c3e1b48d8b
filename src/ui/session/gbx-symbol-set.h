/* gbx-symbol-set.h: a set of symbols of the user's own: the names of its classes, and drawings. */
#pragma once

#include "gbx-own-drawing.h"

#define GBX_SYMBOL_SET_LEAST_CLASSES 2
#define GBX_SYMBOL_SET_MOST_CLASSES 20
#define GBX_SYMBOL_SET_LONGEST_NAME 60    /* characters, of a title or a class */
#define GBX_SYMBOL_SET_DIGITS "my-digits" /* the set that is always there: 0…9 */

#define GBX_TYPE_SYMBOL_SET (gbx_symbol_set_get_type ())
G_DECLARE_FINAL_TYPE (GbxSymbolSet, gbx_symbol_set, GBX, SYMBOL_SET, GObject)

/* Properties, read-only: "title" (string), "n-drawings" (uint). Signal "classes-changed". Whatever
 * changes a set goes through the library, which keeps it. */

/** gbx_symbol_set_new: @id: (nullable): a new one. @title: (nullable): that of "My digits". */
GbxSymbolSet *gbx_symbol_set_new (const char *id, const char *title, const char *const *classes,
                                  gint64 created);
const char *gbx_symbol_set_get_id (GbxSymbolSet *self);
/** gbx_symbol_set_get_title: Returns: (transfer none): in the language of the moment if ours. */
const char *gbx_symbol_set_get_title (GbxSymbolSet *self);
/** gbx_symbol_set_get_own_title: Returns: (transfer none) (nullable): the user's word for it. */
const char *gbx_symbol_set_get_own_title (GbxSymbolSet *self);
gint64 gbx_symbol_set_get_created (GbxSymbolSet *self);

/** gbx_symbol_set_get_classes: Returns: (transfer none) (array zero-terminated=1). */
const char *const *gbx_symbol_set_get_classes (GbxSymbolSet *self);
guint gbx_symbol_set_get_n_classes (GbxSymbolSet *self);

/** gbx_symbol_set_get_drawings: Returns: (transfer none): GbxOwnDrawing, oldest first. */
GListModel *gbx_symbol_set_get_drawings (GbxSymbolSet *self);

/** gbx_symbol_set_count: Returns: how many drawings there are of a class. */
guint gbx_symbol_set_count (GbxSymbolSet *self, int class_index);

/**
 * gbx_symbol_set_check:
 * Whether a set may have this title and these classes: 2…20 of them, all different, each with a
 * name that is neither empty nor too long. The error is one sentence for the user.
 */
gboolean gbx_symbol_set_check (const char *title, const char *const *classes, GError **error);

/* For the library. */
void gbx_symbol_set_rename (GbxSymbolSet *self, const char *title, const char *const *classes);
void gbx_symbol_set_insert (GbxSymbolSet *self, GbxOwnDrawing *drawing);
gboolean gbx_symbol_set_remove (GbxSymbolSet *self, GbxOwnDrawing *drawing);
