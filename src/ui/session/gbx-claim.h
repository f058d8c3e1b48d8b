/* gbx-claim.h: which processes are using a folder, and which of them are still alive.
 *
 * A claim is a file `open-ID.lock` whose lock the kernel lets go of with the process, however it
 * ends. What is written under a claim's id belongs to nobody once the claim is dead. */
#pragma once

#include <gio/gio.h>

typedef struct GbxClaim GbxClaim;

/** gbx_claim_new: Returns: (transfer full): or NULL with a #GFileError that names the folder. */
GbxClaim *gbx_claim_new (const char *folder, GError **error);
void gbx_claim_free (GbxClaim *self);
const char *gbx_claim_get_id (const GbxClaim *self);

/** gbx_claim_is_alive: @id: (nullable): of any claim on @self's folder. Its own is. */
gboolean gbx_claim_is_alive (const GbxClaim *self, const char *id);

/** gbx_claim_is_alone: Removes the files of dead claims. Returns: whether there is no other. */
gboolean gbx_claim_is_alone (const GbxClaim *self);

/**
 * gbx_claim_enter:
 * Waits until no other process is opening the folder's files.
 * Returns: what gbx_claim_leave() needs; −1 where the folder cannot be locked
 */
int gbx_claim_enter (const char *folder);
void gbx_claim_leave (int entered);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxClaim, gbx_claim_free)
