/* download.c: fetch a published data set, on the user's click only.
 *
 * Below the folder of the user's data sets:
 *   .partial/ID.parts/  files under way, one for each mirror that was tried
 *   .partial/ID/        files that are complete and checked
 *   ID/                 the set, there in one rename
 */
#include "engine/collect/download-private.h"

#include "engine/collect/dataset.h"
#include "engine/collect/transfer.h"
#include "engine/collect/unpack.h"
#include "engine/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#define ATTEMPTS_PER_MIRROR 5 /* as long as each brings the file further */

static const char *const mnist_mirrors[] = {
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
    NULL,
};

static const NnManifestFile mnist_files[] = {
    {"train-images-idx3-ubyte.gz",
     "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", 47040016, 9912422},
    {"train-labels-idx1-ubyte.gz",
     "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", 60008, 28881},
    {"t10k-images-idx3-ubyte.gz",
     "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", 7840016, 1648877},
    {"t10k-labels-idx1-ubyte.gz",
     "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", 10008, 4542},
};

static const NnManifest mnist_manifest = {
    .id = NN_DATASET_MNIST,
    .mirrors = mnist_mirrors,
    .files = mnist_files,
    .n_files = G_N_ELEMENTS (mnist_files),
    .limit = 64 * 1000 * 1000,
    .stall_timeout = 30,
};

typedef struct {
  const NnManifest *manifest;
  char *target; /* where the set goes */
  char *ready;  /* folder of the checked files */
  char *parts;  /* folder of the files under way, open and locked while this runs */
  int lock;
  SoupSession *session;
  gsize mirror; /* the one that served last, tried first */
  NnMeter meter;
  GCancellable *cancellable;
} Download;

/* Whether the file at @path has the published content. FALSE without an error: it has not. */
static gboolean
has_content (const char *path, const NnManifestFile *file, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GFile) location = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (location, cancellable, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (NnUnpacker) unpacker = NULL;
  g_autofree guint8 *buffer = g_malloc (1 << 16);
  g_autoptr (GError) read_error = NULL;
  guint64 size = 0;
  gsize got = 0;

  if (stream == NULL)
    return FALSE;
  unpacker = nn_unpacker_new (G_INPUT_STREAM (stream), path);
  do {
    if (!nn_unpacker_read (unpacker, buffer, 1 << 16, &got, cancellable, &read_error)) {
      if (read_error->domain != NN_ERROR)
        g_propagate_error (error, g_steal_pointer (&read_error));
      return FALSE;
    }
    g_checksum_update (checksum, buffer, got);
    size += got;
  } while (got > 0 && size <= file->content_size);
  return size == file->content_size &&
         g_ascii_strcasecmp (g_checksum_get_string (checksum), file->sha256) == 0;
}

static NnTransferResult
check_part (const Download *download, const NnManifestFile *file, const char *part,
            const char *address, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (has_content (part, file, download->cancellable, &local_error))
    return NN_TRANSFER_DONE;
  if (local_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return NN_TRANSFER_FAILED;
  }
  nn_transfer_discard (part);
  g_set_error (error, NN_ERROR, NN_ERROR_NETWORK,
               _ ("%s: the content is not that of the published file (its SHA-256 differs)"),
               address);
  return NN_TRANSFER_REFUSED;
}

/* Goes on with the same mirror as long as that brings the file further; a file that was resumed
 * and turned out wrong is given one chance from its beginning. */
static NnTransferResult
fetch_from_mirror (Download *download, const NnManifestFile *file, const char *address,
                   const char *part, GError **error)
{
  NnTransferResult result = NN_TRANSFER_BROKEN;
  gboolean again = TRUE;

  for (int attempt = 0; attempt < ATTEMPTS_PER_MIRROR && again; attempt++) {
    guint64 before = nn_transfer_size (part);

    g_clear_error (error);
    nn_meter_start_file (&download->meter, file->name, before, MAX (file->size, before));
    result = nn_transfer (download->session, address, part, download->manifest->limit,
                          &download->meter, download->cancellable, error);
    again = result == NN_TRANSFER_BROKEN && nn_transfer_size (part) > before;
    if (result == NN_TRANSFER_DONE) {
      result = check_part (download, file, part, address, error);
      again = result == NN_TRANSFER_REFUSED && before > 0;
    }
  }
  return result;
}

/* Parts differ between mirrors that pack the same content differently. */
static char *
part_path (const Download *download, const NnManifestFile *file, const char *mirror)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, mirror, -1);
  g_autofree char *name = g_strdup_printf ("%s.%.8s", file->name, hash);

  return g_build_filename (download->parts, name, NULL);
}

static NnTransferResult
try_mirror (Download *download, const NnManifestFile *file, const char *target, gsize mirror,
            GError **error)
{
  const char *base = download->manifest->mirrors[mirror];
  g_autofree char *address =
      g_strconcat (base, g_str_has_suffix (base, "/") ? "" : "/", file->name, NULL);
  g_autofree char *part = part_path (download, file, base);
  NnTransferResult result = fetch_from_mirror (download, file, address, part, error);

  if (result == NN_TRANSFER_DONE && !nn_transfer_finish (part, target, error))
    result = NN_TRANSFER_FAILED;
  if (result == NN_TRANSFER_DONE)
    download->mirror = mirror;
  return result;
}

static gboolean
fetch_file (Download *download, const NnManifestFile *file, GError **error)
{
  gsize n_mirrors = g_strv_length ((char **)download->manifest->mirrors);
  g_autofree char *target = g_build_filename (download->ready, file->name, NULL);
  g_autoptr (GString) causes = g_string_new (NULL);
  NnTransferResult result = NN_TRANSFER_REFUSED;

  if (has_content (target, file, download->cancellable, NULL))
    result = NN_TRANSFER_DONE;
  for (gsize i = 0; i < n_mirrors && result != NN_TRANSFER_DONE; i++) {
    g_autoptr (GError) cause = NULL;

    result = try_mirror (download, file, target, (download->mirror + i) % n_mirrors, &cause);
    if (result == NN_TRANSFER_FAILED) {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
    if (cause != NULL)
      g_string_append_printf (causes, "\n%s", cause->message);
  }
  if (result != NN_TRANSFER_DONE) {
    g_set_error (error, NN_ERROR, NN_ERROR_NETWORK,
                 _ ("%s could not be had from any known address. Check the connection and try "
                    "again; what has come so far is kept.%s"),
                 file->name, causes->str);
    return FALSE;
  }
  nn_meter_finish_file (&download->meter, nn_transfer_size (target));
  return TRUE;
}

static gboolean
fetch_all (Download *download, GError **error)
{
  const NnManifest *manifest = download->manifest;

  for (gsize i = 0; i < manifest->n_files; i++)
    download->meter.bytes_after += manifest->files[i].size;
  for (gsize i = 0; i < manifest->n_files; i++) {
    download->meter.now.file = manifest->files[i].name;
    download->meter.bytes_after -= manifest->files[i].size;
    if (!fetch_file (download, &manifest->files[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_installed (const Download *download)
{
  for (gsize i = 0; i < download->manifest->n_files; i++) {
    const NnManifestFile *file = &download->manifest->files[i];
    g_autofree char *path = g_build_filename (download->target, file->name, NULL);

    if (!has_content (path, file, download->cancellable, NULL))
      return FALSE;
  }
  return TRUE;
}

static gboolean
sync_folder (const char *path, GError **error)
{
  int folder = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean synced = folder >= 0 && fsync (folder) == 0;

  if (!synced)
    nn_set_file_error (error, errno, path);
  if (folder >= 0)
    close (folder);
  return synced;
}

/* Of what is replaced only the published files go; anything else stays, beside the new set. */
static void
remove_previous (const Download *download, const char *previous)
{
  for (gsize i = 0; i < download->manifest->n_files; i++) {
    g_autofree char *path = g_build_filename (previous, download->manifest->files[i].name, NULL);

    g_remove (path);
  }
  g_rmdir (previous);
}

static gboolean
install (const Download *download, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (download->target);
  g_autofree char *previous = g_strconcat (download->target, ".previous", NULL);
  gboolean replaces = g_file_test (download->target, G_FILE_TEST_EXISTS);

  if (!sync_folder (download->ready, error))
    return FALSE;
  if (replaces && g_rename (download->target, previous) != 0) {
    nn_set_file_error (error, errno, previous);
    return FALSE;
  }
  if (g_rename (download->ready, download->target) != 0) {
    nn_set_file_error (error, errno, download->target);
    if (replaces)
      g_rename (previous, download->target);
    return FALSE;
  }
  if (replaces)
    remove_previous (download, previous);
  return sync_folder (folder, error);
}

static gboolean
make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0755) == 0)
    return TRUE;
  nn_set_file_error (error, errno, path);
  return FALSE;
}

/* Two programs appending to one part would spoil it. */
static gboolean
open_folders (Download *download, GError **error)
{
  if (!make_folder (download->ready, error) || !make_folder (download->parts, error))
    return FALSE;
  download->lock = g_open (download->parts, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (download->lock < 0) {
    nn_set_file_error (error, errno, download->parts);
    return FALSE;
  }
  if (flock (download->lock, LOCK_EX | LOCK_NB) != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                 _ ("“%s” is being downloaded already, by another window or program"),
                 download->manifest->id);
    return FALSE;
  }
  return TRUE;
}

/* What other mirrors, or those of an earlier attempt, left behind. */
static void
remove_parts (const Download *download)
{
  g_autofree char *partial = g_path_get_dirname (download->parts);
  g_autoptr (GDir) folder = g_dir_open (download->parts, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *part = g_build_filename (download->parts, name, NULL);

    g_remove (part);
  }
  g_rmdir (download->parts);
  g_rmdir (partial);
}

static gboolean
run (Download *download, GError **error)
{
  if (is_installed (download))
    return TRUE;
  if (g_cancellable_set_error_if_cancelled (download->cancellable, error) ||
      !open_folders (download, error) || !fetch_all (download, error) || !install (download, error))
    return FALSE;
  remove_parts (download);
  return TRUE;
}

gboolean
nn_download_manifest (const NnManifest *manifest, const char *folder,
                      NnDownloadProgressFunc progress, gpointer data, GCancellable *cancellable,
                      GError **error)
{
  /* libsoup attaches sources to the thread's own context, never to the window's. */
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autofree char *parts_name = g_strconcat (manifest->id, ".parts", NULL);
  Download download = {
      .manifest = manifest,
      .target = g_build_filename (folder, manifest->id, NULL),
      .ready = g_build_filename (folder, ".partial", manifest->id, NULL),
      .parts = g_build_filename (folder, ".partial", parts_name, NULL),
      .lock = -1,
      .meter = {.func = progress, .data = data},
      .cancellable = cancellable,
  };
  gboolean installed;

  g_main_context_push_thread_default (context);
  download.session = soup_session_new_with_options ("timeout", manifest->stall_timeout,
                                                    "user-agent", "Glassbox/" GBX_VERSION, NULL);
  installed = run (&download, error);
  soup_session_abort (download.session);
  g_object_unref (download.session);
  g_main_context_pop_thread_default (context);
  if (download.lock >= 0)
    close (download.lock);
  g_free (download.target);
  g_free (download.ready);
  g_free (download.parts);
  return installed;
}

gboolean
nn_download_dataset (const char *id, const char *const *mirrors, const char *folder,
                     NnDownloadProgressFunc progress, gpointer data, GCancellable *cancellable,
                     GError **error)
{
  g_auto (GStrv) search_path = nn_dataset_search_path ();
  NnManifest manifest = mnist_manifest;

  if (!g_str_equal (id, mnist_manifest.id)) {
    g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
                 _ ("“%s” is no data set that can be downloaded; “%s” is"), id, mnist_manifest.id);
    return FALSE;
  }
  if (mirrors != NULL)
    manifest.mirrors = mirrors;
  return nn_download_manifest (&manifest, folder != NULL ? folder : search_path[0], progress, data,
                               cancellable, error);
}
