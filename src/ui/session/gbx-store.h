/* gbx-store.h: the folder a session is kept in.
 *
 * It holds `session.json` (the recipe, the page, the runs with their curves) and
 * `session-N.safetensors` (the weights, with everything needed to go on bit for bit). The JSON
 * names the weights it belongs to: the weights are written first under a new name, then the JSON
 * replaces the old one, then the old weights go. Wherever the plug is pulled, the pair fits.
 */
#pragma once

#include "gbx-kept.h"

#include "engine/deploy/model.h"

/* Written from any thread, one write at a time, and never an older state over a newer one. */
typedef struct GbxStore GbxStore;

/** gbx_store_new: @folder: (nullable): NULL for `$XDG_DATA_HOME/glassbox`; made at the first write
 */
GbxStore *gbx_store_new (const char *folder);
GbxStore *gbx_store_ref (GbxStore *store);
void gbx_store_unref (GbxStore *store);

/**
 * gbx_store_read:
 * Returns: (transfer full): what was kept; NULL without an error when there is nothing, and with
 * one when it cannot be used: a damaged file then has another name, which the message tells
 */
GbxKept *gbx_store_read (GbxStore *store, GError **error);

/** gbx_store_path: Returns: (transfer full): the path of @name in the folder. */
char *gbx_store_path (GbxStore *store, const char *name);

/** gbx_store_next_ticket: The order of writes: taken on the main thread, when the state is taken.
 */
guint64 gbx_store_next_ticket (GbxStore *store);

/**
 * gbx_store_write:
 * @checkpoint: (nullable): new weights; NULL to leave those @kept names
 * Sets @kept's weights to the new name. A later ticket that is already written makes this one moot.
 */
gboolean gbx_store_write (GbxStore *store, GbxKept *kept, const NnCheckpoint *checkpoint,
                          guint64 ticket, GError **error);

/**
 * gbx_store_set_aside:
 * Renames a file that cannot be used to NAME.damaged-DATE.
 * Returns: (transfer full): the new name, or NULL when that failed too
 */
char *gbx_store_set_aside (GbxStore *store, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxStore, gbx_store_unref)
