/* gbx-store-private.h: what the store's own files share. */
#pragma once

#include "gbx-claim.h"
#include "gbx-database.h"
#include "gbx-store.h"

#define GBX_STORE_DATABASE "glassbox.db"
#define GBX_STORE_WEIGHTS_PREFIX "weights-"
#define GBX_STORE_WEIGHTS_SUFFIX ".safetensors"

/* What all weights together may take; beyond it the oldest runs lose theirs, and nothing else. */
#define GBX_STORE_WEIGHTS_LIMIT (G_GUINT64_CONSTANT (2) << 30)

struct GbxStore {
  gatomicrefcount references;
  char *folder;

  GMutex lock;           /* whoever has the database, and the files beside it */
  GbxClaim *claim;       /* NULL until it is open */
  GbxDatabase *database; /* NULL until it is open */
  gboolean closed;
  gboolean reads_only; /* the database is open, but the folder cannot be written to: no claim */
  gboolean alone;      /* no other window had the folder when it was opened */
  char *notice;        /* what had to be set aside, until somebody reads it */
  char *weights;       /* file of the session's weights, as far as it is this one's to remove */
  guint64 weights_limit;

  GMutex queue_lock;
  GQueue writes; /* GbxStoreWrite */
  GQueue edits;  /* GbxEdit */
  guint n_taken; /* edits that are just being written */
};

struct GbxStoreWrite {
  GbxKept *kept;
  NnCheckpoint *checkpoint; /* nullable */
  gboolean done;
  GError *error;
};

/* gbx-store.c */
/** gbx_store_open_locked: @create: whether to make what is not there. Returns: whether the database
 * is open; without an error when there is none. */
gboolean gbx_store_open_locked (GbxStore *store, gboolean create, GError **error);

/** gbx_store_list_weights: Returns: (transfer full) (element-type utf8): the files of weights. */
GPtrArray *gbx_store_list_weights (GbxStore *store);
gboolean gbx_store_is_file_name (const char *name);

/* gbx-store-runs.c */
gboolean gbx_store_put_session_locked (GbxStore *store, GbxStoreWrite *write, GError **error);
gboolean gbx_store_is_used_locked (GbxStore *store, const char *weights);

gboolean gbx_store_has_session_locked (GbxStore *store);

/** gbx_store_put_kept: @kept as rows; between begin and commit. */
void gbx_store_put_kept (GbxStore *store, const GbxKept *kept);

/** gbx_store_bound_weights_locked: Keeps to the limit. */
void gbx_store_bound_weights_locked (GbxStore *store);

/* gbx-store-library.c */
gboolean gbx_store_put_edits_locked (GbxStore *store, GPtrArray *edits, GError **error);

/* gbx-store-document.c: the session.json of earlier versions. */
gboolean gbx_store_has_document (GbxStore *store);
/** gbx_store_take_document_locked: Into the database, once; the file then has another name. Where
 * it is damaged the store's notice says so. */
gboolean gbx_store_take_document_locked (GbxStore *store, GError **error);
