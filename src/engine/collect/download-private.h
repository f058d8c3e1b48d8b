/* download-private.h: the download of any published set; tests have sets of their own. */
#pragma once

#include "engine/collect/download.h"

/* A file as it is published. */
typedef struct {
  const char *name;     /* below the mirror's address */
  const char *sha256;   /* of the content, unpacked */
  guint64 content_size; /* bytes, unpacked */
  guint64 size;         /* bytes to transfer, for the estimate until the server tells */
} NnManifestFile;

typedef struct {
  const char *id;
  const char *const *mirrors; /* base addresses, NULL-terminated, best first */
  const NnManifestFile *files;
  gsize n_files;
  guint64 limit;       /* bytes that one file may take, as transferred */
  guint stall_timeout; /* seconds without a byte after which a server counts as silent */
} NnManifest;

/** nn_download_manifest: nn_download_dataset() for the set that @manifest describes. */
gboolean nn_download_manifest (const NnManifest *manifest, const char *folder,
                               NnDownloadProgressFunc progress, gpointer data,
                               GCancellable *cancellable, GError **error);
