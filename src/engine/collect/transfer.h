/* transfer.h: fetches one file over HTTP, resuming what is there of it. */
#pragma once

#include "engine/collect/meter.h"

#include <libsoup/soup.h>

typedef enum {
  NN_TRANSFER_DONE,
  NN_TRANSFER_BROKEN,  /* the connection was lost or silent: what came is kept, to be resumed */
  NN_TRANSFER_REFUSED, /* this server does not have the file: another may */
  NN_TRANSFER_FAILED,  /* cancelled, or this machine cannot store it: no server will help */
} NnTransferResult;

/**
 * nn_transfer:
 * @path: the file to write; the server's own mark of its version (ETag or date) is kept beside it
 * @limit: bytes the file may take at most
 * @error: (not nullable)
 *
 * Asks the server to go on after what is in @path already. When it does not know that version any
 * more, cannot resume, or says that there is no such part, the file is fetched from its beginning.
 * Every result but NN_TRANSFER_DONE sets @error to the address and the cause.
 */
NnTransferResult nn_transfer (SoupSession *session, const char *address, const char *path,
                              guint64 limit, NnMeter *meter, GCancellable *cancellable,
                              GError **error);

/** nn_transfer_size: Returns: how much of the file is at @path. */
guint64 nn_transfer_size (const char *path);

/** nn_transfer_discard: removes what transfers left at @path. */
void nn_transfer_discard (const char *path);

/** nn_transfer_finish: moves the complete file to @target. */
gboolean nn_transfer_finish (const char *path, const char *target, GError **error);

/**
 * nn_set_file_error: what errno @number means for @path. A full disk is G_IO_ERROR_NO_SPACE
 * whichever way it shows: no block, no quota, no larger file.
 */
void nn_set_file_error (GError **error, int number, const char *path);
