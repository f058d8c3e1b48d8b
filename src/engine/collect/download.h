/* download.h: fetch a published data set, on the user's click only. */
#pragma once

#include <gio/gio.h>

/* What is known of a running download; passed to the callback on the thread that runs it. */
typedef struct {
  const char *file;    /* the file under way */
  guint64 bytes_done;  /* of all files together */
  guint64 bytes_total; /* of all files together; 0 while unknown */
  double seconds_left; /* < 0 while unknown */
} NnDownloadProgress;

typedef void (*NnDownloadProgressFunc) (const NnDownloadProgress *progress, gpointer data);

/**
 * nn_download_dataset:
 * @id: "mnist"
 * @mirrors: (nullable): NULL-terminated base addresses to try in turn; NULL for the published ones
 * @folder: (nullable): where to install, NULL for the user's data folder
 *
 * Downloads every file of the set into `<folder>/.partial`, resuming what an earlier attempt left
 * there, checks the SHA-256 of the decompressed content, and only then moves the whole set to
 * `<folder>/<id>` in one rename. Blocks; run it on a thread.
 *
 * Returns: TRUE when installed; FALSE with an error that names the file, the address and the cause
 */
gboolean nn_download_dataset (const char *id, const char *const *mirrors, const char *folder,
                              NnDownloadProgressFunc progress, gpointer data,
                              GCancellable *cancellable, GError **error);
