/* gbx-store.h: the folder in which everything is kept.
 *
 * It holds `glassbox.db`, an SQLite database (gbx-schema.c, docs/store.md), and the weights of the
 * runs, `weights-ID.safetensors`, with everything needed to go on bit for bit. A row names the
 * weights it belongs to: they are written first under a new name, then the row, then the old go.
 * Wherever the plug is pulled, the pair fits.
 *
 * Reading is for the main thread, writing for any; one thread at a time has the database. */
#pragma once

#include "gbx-edit.h"
#include "gbx-kept.h"

#include "engine/deploy/model.h"

typedef struct GbxStore GbxStore;

/** gbx_store_new: @folder: (nullable): NULL for `$XDG_DATA_HOME/glassbox`; made at the first write
 */
GbxStore *gbx_store_new (const char *folder);
GbxStore *gbx_store_ref (GbxStore *store);
void gbx_store_unref (GbxStore *store);

/** gbx_store_close: Lets go of the folder, whoever still has a reference: nothing is written from
 * now on. */
void gbx_store_close (GbxStore *store);

/** gbx_store_path: Returns: (transfer full): the path of @name in the folder. */
char *gbx_store_path (GbxStore *store, const char *name);

/**
 * gbx_store_set_aside:
 * Renames a file that cannot be used to NAME.damaged-DATE.
 * Returns: (transfer full): the new name, or NULL when that failed too
 */
char *gbx_store_set_aside (GbxStore *store, const char *name);

/**
 * gbx_store_read:
 * Returns: (transfer full): the session that was kept last, with the newest runs; NULL without an
 * error when there is none, and with one when it cannot be read. Its experiment is NULL where that
 * alone is lost. A run that is under way in another window is not the current one.
 */
GbxKept *gbx_store_read (GbxStore *store, GError **error);

/** gbx_store_take_notice: Returns: (transfer full) (nullable): what was damaged and has another
 * name now, as a sentence for the user; once. */
char *gbx_store_take_notice (GbxStore *store);

/** gbx_store_list_runs: Returns: (transfer full) (element-type GbxKeptRun): all there are, newest
 * first, without their curves; free with g_ptr_array_unref(). */
GPtrArray *gbx_store_list_runs (GbxStore *store, GError **error);

/** gbx_store_read_run: Returns: (transfer full) (nullable): one with its curves and marks. */
GbxKeptRun *gbx_store_read_run (GbxStore *store, const char *uuid, GError **error);

/* A write of the session: queued on the main thread, done on any, in the order of the queue. */
typedef struct GbxStoreWrite GbxStoreWrite;

/**
 * gbx_store_queue_write:
 * @kept: (transfer full): the session, and of the runs those that changed
 * @checkpoint: (transfer full) (nullable): new weights; NULL to leave those @kept names
 */
GbxStoreWrite *gbx_store_queue_write (GbxStore *store, GbxKept *kept, NnCheckpoint *checkpoint);

/** gbx_store_finish_write: Does it, after all that were queued earlier. What fails is not tried
 * again, for a later write has it too. Sets @weights to the name of the file of the checkpoint. */
gboolean gbx_store_finish_write (GbxStore *store, GbxStoreWrite *write, char **weights,
                                 GError **error);

/* What is the user's own; GbxLibrary shows it. */

/** gbx_store_list_sets: Returns: (transfer full) (element-type GbxSymbolSet): with their drawings.
 */
GPtrArray *gbx_store_list_sets (GbxStore *store, GError **error);
/** gbx_store_list_recipes: Returns: (transfer full) (element-type GbxOwnRecipe). */
GPtrArray *gbx_store_list_recipes (GbxStore *store, GError **error);

/** gbx_store_push: @edit: (transfer full): to be written by the next gbx_store_drain(). */
void gbx_store_push (GbxStore *store, GbxEdit *edit);
/** gbx_store_push_all: @edits: (element-type GbxEdit): the elements are taken; they are written in
 * one transaction. */
void gbx_store_push_all (GbxStore *store, GPtrArray *edits);
guint gbx_store_n_pending (GbxStore *store);

/** gbx_store_drain: Writes all that was pushed. What fails stays, in order, for the next time. */
gboolean gbx_store_drain (GbxStore *store, GError **error);

/** gbx_store_is_busy: Whether all there is to @error is that another window is writing. */
gboolean gbx_store_is_busy (const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxStore, gbx_store_unref)
