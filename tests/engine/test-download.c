/* test-download.c: downloads from a server on this machine that misbehaves in every known way. */
#include "engine/collect/dataset.h"
#include "engine/collect/download-private.h"
#include "engine/collect/search.h"
#include "engine/error.h"

#include "http-server.h"
#include "scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#define SET "tiny"
#define N_FILES NN_DATASET_N_FILES
#define LIMIT (1024 * 1024)

typedef struct {
  HttpServer server;
  char *root;
  char *folder; /* of the data sets */
  NnManifest manifest;
  NnManifestFile files[N_FILES];
  char *hashes[N_FILES];
  char *names[N_FILES];
  guint64 total;
  GPtrArray *mirrors;
  GCancellable *cancellable;
  /* what the progress callback saw */
  guint n_reports;
  NnDownloadProgress last;
  gboolean went_back;
  gboolean cancel_at_first_byte;
} Fixture;

/* The set on the server */

static GBytes *
pack (const guint8 *bytes, gsize length)
{
  g_autoptr (GConverter) packer =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1));
  gsize room = length + 1000, read, written;
  guint8 *packed = g_malloc (room);

  g_assert_cmpint (g_converter_convert (packer, bytes, length, packed, room,
                                        G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                   ==, G_CONVERTER_FINISHED);
  return g_bytes_new_take (packed, written);
}

/* Pixels that pack badly, so that the halves of a file are of some size; labels below 10. */
static void
publish (Fixture *fixture, int index, guint32 count, gboolean images)
{
  gsize header = images ? 16 : 8, length = header + (gsize)count * (images ? 64 : 1);
  g_autofree guint8 *content = g_malloc0 (length);
  guint32 state = 1 + index;
  GBytes *packed;

  memcpy (content, (guint8[]){0, 0, 8, images ? 3 : 1}, 4);
  *(guint32 *)(content + 4) = GUINT32_TO_BE (count);
  if (images)
    content[11] = content[15] = 8;
  for (gsize i = header; i < length; i++) {
    state = state * 1664525 + 1013904223;
    content[i] = (state >> 24) % (images ? 256 : 10);
  }
  packed = pack (content, length);
  fixture->names[index] = g_strconcat (nn_dataset_files[index], ".gz", NULL);
  fixture->hashes[index] = g_compute_checksum_for_data (G_CHECKSUM_SHA256, content, length);
  fixture->files[index] = (NnManifestFile){
      .name = fixture->names[index],
      .sha256 = fixture->hashes[index],
      .content_size = length,
      .size = 1000, /* as with a mirror that packs differently: no more than an estimate */
  };
  fixture->total += g_bytes_get_size (packed);
  http_server_put (&fixture->server, fixture->names[index], packed);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  http_server_start (&fixture->server);
  for (int i = 0; i < N_FILES; i++)
    publish (fixture, i, i < 2 ? 500 : 100, i % 2 == 0);
  fixture->root = g_dir_make_tmp ("nn-download-XXXXXX", NULL);
  fixture->folder = g_build_filename (fixture->root, "sets", NULL);
  fixture->mirrors = g_ptr_array_new_with_free_func (g_free);
  fixture->cancellable = g_cancellable_new ();
  fixture->manifest = (NnManifest){
      .id = SET,
      .files = fixture->files,
      .n_files = N_FILES,
      .limit = LIMIT,
      .stall_timeout = 600, /* the server's thread may be kept waiting for the processor */
  };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  http_server_stop (&fixture->server);
  scratch_remove (fixture->root);
  for (int i = 0; i < N_FILES; i++) {
    g_free (fixture->names[i]);
    g_free (fixture->hashes[i]);
  }
  g_ptr_array_unref (fixture->mirrors);
  g_object_unref (fixture->cancellable);
  g_free (fixture->root);
  g_free (fixture->folder);
}

/* What the tests ask */

static void
progress_cb (const NnDownloadProgress *progress, gpointer data)
{
  Fixture *fixture = data;

  g_assert_nonnull (progress->file);
  g_assert_cmpuint (progress->bytes_done, <=, progress->bytes_total);
  if (progress->bytes_done < fixture->last.bytes_done)
    fixture->went_back = TRUE;
  fixture->last = *progress;
  fixture->n_reports++;
  if (fixture->cancel_at_first_byte && progress->bytes_done > 0)
    g_cancellable_cancel (fixture->cancellable);
}

/* @mirrors: how the servers behave, in the order they are to be tried, divided by spaces. */
static gboolean
download (Fixture *fixture, const char *mirrors, GError **error)
{
  g_auto (GStrv) names = g_strsplit (mirrors, " ", -1);
  gboolean installed;

  g_ptr_array_set_size (fixture->mirrors, 0);
  for (char **name = names; *name != NULL; name++)
    g_ptr_array_add (fixture->mirrors,
                     g_strdup_printf ("http://127.0.0.1:%u/%s", fixture->server.port, *name));
  g_ptr_array_add (fixture->mirrors, NULL);
  fixture->manifest.mirrors = (const char *const *)fixture->mirrors->pdata;
  memset (&fixture->last, 0, sizeof fixture->last);
  fixture->went_back = FALSE;
  installed = nn_download_manifest (&fixture->manifest, fixture->folder, progress_cb, fixture,
                                    fixture->cancellable, error);
  if (!installed && error != NULL)
    g_test_message ("%s", (*error)->message);
  return installed;
}

static void
assert_request (Fixture *fixture, guint index, const char *mirror, int file, gint64 start,
                const char *condition)
{
  g_autofree char *expected = g_strdup_printf ("/%s/%s %" G_GINT64_FORMAT " %s", mirror,
                                               fixture->names[file], start, condition);

  g_assert_cmpuint (http_server_count (&fixture->server), >, index);
  g_mutex_lock (&fixture->server.lock);
  g_assert_cmpstr (g_ptr_array_index (fixture->server.requests, index), ==, expected);
  g_mutex_unlock (&fixture->server.lock);
}

static gsize
stored_size (Fixture *fixture, int file)
{
  g_autoptr (GBytes) stored = http_server_get (&fixture->server, fixture->names[file]);

  return g_bytes_get_size (stored);
}

/* Installed, byte by byte what the server has, and readable as a data set. */
static void
assert_installed (Fixture *fixture)
{
  g_autofree char *partial = g_build_filename (fixture->folder, ".partial", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) dataset = NULL;

  g_assert_false (g_file_test (partial, G_FILE_TEST_EXISTS));
  for (int i = 0; i < N_FILES; i++) {
    g_autofree char *path = g_build_filename (fixture->folder, SET, fixture->names[i], NULL);
    g_autoptr (GBytes) stored = http_server_get (&fixture->server, fixture->names[i]);
    g_autofree char *content = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (path, &content, &length, &error));
    g_assert_cmpmem (content, length, g_bytes_get_data (stored, NULL), g_bytes_get_size (stored));
  }
  g_setenv ("GLASSBOX_DATASETS", fixture->folder, TRUE);
  dataset = nn_dataset_load (SET, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dataset->train.count, ==, 500);
  g_assert_cmpuint (dataset->test.count, ==, 100);
}

static void
assert_succeeds (Fixture *fixture, const char *mirrors)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (download (fixture, mirrors, &error));
  g_assert_no_error (error);
  assert_installed (fixture);
}

/* Fails with an error that names the file, each mirror and @cause; nothing is installed. */
static void
assert_fails (Fixture *fixture, const char *mirrors, const char *cause)
{
  g_auto (GStrv) names = g_strsplit (mirrors, " ", -1);
  g_autofree char *target = g_build_filename (fixture->folder, SET, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (download (fixture, mirrors, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, fixture->names[0]));
  g_assert_nonnull (strstr (error->message, cause));
  for (char **name = names; *name != NULL; name++) {
    g_autofree char *address =
        g_strdup_printf ("http://127.0.0.1:%u/%s/", fixture->server.port, *name);

    g_assert_nonnull (strstr (error->message, address));
  }
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
}

/* The tests */

static void
test_fine (Fixture *fixture, gconstpointer data)
{
  assert_succeeds (fixture, "fine");
  g_assert_cmpuint (http_server_count (&fixture->server), ==, N_FILES);
  for (int i = 0; i < N_FILES; i++)
    assert_request (fixture, i, "fine", i, -1, "-");
  g_assert_cmpuint (fixture->n_reports, >=, 3 * N_FILES);
  g_assert_false (fixture->went_back);
  g_assert_cmpuint (fixture->last.bytes_done, ==, fixture->total);
  g_assert_cmpuint (fixture->last.bytes_total, ==, fixture->total);
  g_assert_cmpstr (fixture->last.file, ==, fixture->names[N_FILES - 1]);
}

static void
test_installed_already (Fixture *fixture, gconstpointer data)
{
  assert_succeeds (fixture, "fine");
  assert_succeeds (fixture, "missing");
  g_assert_cmpuint (http_server_count (&fixture->server), ==, N_FILES);
}

/* Each file breaks off half-way; what is asked for then is the other half, and no more. */
static void
test_broken (Fixture *fixture, gconstpointer data)
{
  assert_succeeds (fixture, "broken");
  g_assert_cmpuint (http_server_count (&fixture->server), ==, 2 * N_FILES);
  for (int i = 0; i < N_FILES; i++) {
    assert_request (fixture, 2 * i, "broken", i, -1, "-");
    assert_request (fixture, 2 * i + 1, "broken", i, stored_size (fixture, i) / 2, "\"v1\"");
  }
  g_assert_false (fixture->went_back);
  g_assert_cmpuint (fixture->last.bytes_done, ==, fixture->total);
}

/* The server falls silent half-way, or even earlier where this machine is busy. What it sent once
 * is not asked of it again. */
static void
test_stalled (Fixture *fixture, gconstpointer data)
{
  fixture->manifest.n_files = 1;
  fixture->manifest.stall_timeout = 2;
  g_assert_true (download (fixture, "stalled fine", NULL));
  g_assert_cmpuint (http_server_count (&fixture->server), >=, 2);
  for (guint i = 1; i < http_server_count (&fixture->server); i++) {
    const char *request = g_ptr_array_index (fixture->server.requests, i);

    g_assert_false (g_str_has_prefix (request, "/stalled/") && g_str_has_suffix (request, " -1 -"));
  }
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->cancel_at_first_byte = TRUE;
  g_assert_false (download (fixture, "trickle fine", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (http_server_count (&fixture->server), ==, 1);
  g_assert_cmpuint (fixture->last.bytes_done, <=, 10);
}

static void
test_cancelled_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (fixture->cancellable);
  g_assert_false (download (fixture, "fine", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (http_server_count (&fixture->server), ==, 0);
}

/* A later click goes on where the first attempt was left. */
static void
test_resumed_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 kept;

  fixture->cancel_at_first_byte = TRUE;
  fixture->manifest.n_files = 1;
  g_assert_false (download (fixture, "trickle", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  kept = fixture->last.bytes_done;
  g_assert_cmpuint (kept, >, 0);

  fixture->cancel_at_first_byte = FALSE;
  g_cancellable_reset (fixture->cancellable);
  g_assert_true (download (fixture, "trickle", NULL));
  g_assert_cmpuint (http_server_count (&fixture->server), ==, 2);
  assert_request (fixture, 1, "trickle", 0, kept, "\"v1\"");
  g_assert_false (fixture->went_back);
}

/* What was fetched completely is not asked for again when a later file fails. */
static void
test_keeps_complete_files (Fixture *fixture, gconstpointer data)
{
  GBytes *last = http_server_get (&fixture->server, fixture->names[3]);
  g_autoptr (GError) error = NULL;

  http_server_put (&fixture->server, fixture->names[3], NULL);
  g_assert_false (download (fixture, "fine", &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, fixture->names[3]));
  g_assert_cmpuint (http_server_count (&fixture->server), ==, N_FILES);

  http_server_put (&fixture->server, fixture->names[3], last);
  assert_succeeds (fixture, "fine");
  g_assert_cmpuint (http_server_count (&fixture->server), ==, N_FILES + 1);
  assert_request (fixture, N_FILES, "fine", 3, -1, "-");
}

static void
test_without_ranges (Fixture *fixture, gconstpointer data)
{
  assert_succeeds (fixture, "without-ranges");
  g_assert_cmpuint (http_server_count (&fixture->server), ==, 2 * N_FILES);
  assert_request (fixture, 1, "without-ranges", 0, stored_size (fixture, 0) / 2, "\"v1\"");
}

/* @data: a server that breaks off once and then refuses to go on from there. */
static void
test_starts_over (Fixture *fixture, gconstpointer data)
{
  const char *mirror = data;

  assert_succeeds (fixture, mirror);
  g_assert_cmpuint (http_server_count (&fixture->server), ==, N_FILES + 2);
  assert_request (fixture, 0, mirror, 0, -1, "-");
  assert_request (fixture, 1, mirror, 0, stored_size (fixture, 0) / 2, "\"v1\"");
  assert_request (fixture, 2, mirror, 0, -1, "-");
}

/* @data: a server that never has the right content: the next one is asked, and stays first. */
static void
test_next_mirror (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mirrors = g_strconcat (data, " fine", NULL);
  guint wasted;

  assert_succeeds (fixture, mirrors);
  wasted = http_server_count (&fixture->server) - N_FILES;
  g_assert_cmpuint (wasted, >=, 1);
  g_assert_cmpuint (wasted, <=, 6);
  for (int i = 0; i < N_FILES; i++)
    assert_request (fixture, wasted + i, "fine", i, -1, "-");
}

/* @data: a server that is within its rights. */
static void
test_succeeds (Fixture *fixture, gconstpointer data)
{
  assert_succeeds (fixture, data);
}

static void
test_summary (Fixture *fixture, gconstpointer data)
{
  assert_fails (fixture, "missing", "404 Not Found");
  assert_fails (fixture, "missing page", "SHA-256");
  assert_fails (fixture, "loop", "redirects without end");
  assert_fails (fixture, "announced-giant", "larger than");
  assert_fails (fixture, "endless", "larger than");
  assert_fails (fixture, "bomb", "SHA-256");
}

static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  /* Nobody has listened on port 1 (tcpmux) for decades. */
  const char *mirrors[] = {"http://127.0.0.1:1/", "not an address", NULL};

  fixture->manifest.mirrors = mirrors;
  g_assert_false (
      nn_download_manifest (&fixture->manifest, fixture->folder, NULL, NULL, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_NETWORK);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "http://127.0.0.1:1/"));
  g_assert_nonnull (strstr (error->message, "“not an address/"));
}

/* A limit on the size of files stands in for a full disk, which needs no privilege: what could be
 * written is kept, no other mirror is bothered, and with room again the rest is fetched. */
static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  const gsize room = 10000;
  g_autoptr (GError) error = NULL;
  struct rlimit given, small;
  void (*handler) (int) = signal (SIGXFSZ, SIG_IGN);

  g_assert_cmpuint (stored_size (fixture, 0), >, room);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &given), ==, 0);
  small = given;
  small.rlim_cur = room;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (download (fixture, "fine broken", &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &given), ==, 0);
  signal (SIGXFSZ, handler);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_nonnull (strstr (error->message, fixture->names[0]));
  g_assert_cmpuint (http_server_count (&fixture->server), ==, 1);
  assert_succeeds (fixture, "fine broken");
  assert_request (fixture, 1, "fine", 0, room, "\"v1\"");
}

static void
test_unwritable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->root, "a-file", NULL);
  g_autoptr (GError) error = NULL;

  /* Below a file there are no folders, not even for root. */
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_free (fixture->folder);
  fixture->folder = g_build_filename (file, "sets", NULL);
  g_assert_false (download (fixture, "fine", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  g_assert_nonnull (strstr (error->message, fixture->folder));
  g_assert_cmpuint (http_server_count (&fixture->server), ==, 0);
}

/* A set that is there already, but not the published one, outlives a failure untouched. When the
 * published one replaces it, what else was in the folder stays beside it. */
static void
test_existing_set (Fixture *fixture, gconstpointer data)
{
  g_autofree char *set = g_build_filename (fixture->folder, SET, NULL);
  g_autofree char *old = g_build_filename (set, fixture->names[0], NULL);
  g_autofree char *notes = g_build_filename (set, "notes.txt", NULL);
  g_autofree char *moved = g_build_filename (fixture->folder, SET ".previous", "notes.txt", NULL);
  g_autofree char *content = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (set, 0755), ==, 0);
  g_assert_true (g_file_set_contents (old, "old", -1, NULL));
  g_assert_true (g_file_set_contents (notes, "mine", -1, NULL));
  g_assert_false (download (fixture, "page missing half", &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_NETWORK);
  g_assert_true (g_file_get_contents (old, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  g_assert_true (g_file_test (notes, G_FILE_TEST_EXISTS));

  assert_succeeds (fixture, "fine");
  g_assert_true (g_file_get_contents (moved, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "mine");
  g_assert_false (g_file_test (notes, G_FILE_TEST_EXISTS));
}

static void
test_busy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *parts = g_build_filename (fixture->folder, ".partial", SET ".parts", NULL);
  g_autoptr (GError) error = NULL;
  int lock;

  g_assert_cmpint (g_mkdir_with_parents (parts, 0755), ==, 0);
  lock = g_open (parts, O_RDONLY | O_DIRECTORY, 0);
  g_assert_cmpint (flock (lock, LOCK_EX), ==, 0);
  g_assert_false (download (fixture, "fine", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpuint (http_server_count (&fixture->server), ==, 0);
  close (lock);
  assert_succeeds (fixture, "fine");
}

/* The published hashes, with the real files served from here. */
static void
test_mnist (Fixture *fixture, gconstpointer data)
{
  g_autofree char *source = NULL;
  g_autofree char *mirror = g_strdup_printf ("http://127.0.0.1:%u/fine", fixture->server.port);
  const char *mirrors[] = {mirror, NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDataset) dataset = NULL;

  g_assert_false (
      nn_download_dataset ("digits", mirrors, fixture->folder, NULL, NULL, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_setenv ("GLASSBOX_DATASETS", data != NULL ? data : "", TRUE);
  source = nn_dataset_find_folder (NN_DATASET_MNIST);
  if (source == NULL) {
    g_test_message ("MNIST is not on this machine: nothing to serve");
    return;
  }
  for (int i = 0; i < N_FILES; i++) {
    g_autofree char *path = nn_dataset_find_file (source, nn_dataset_files[i]);
    char *content;
    gsize length;

    g_assert_true (g_file_get_contents (path, &content, &length, NULL));
    http_server_put (&fixture->server, fixture->names[i], g_bytes_new_take (content, length));
  }
  g_assert_true (nn_download_dataset (NN_DATASET_MNIST, mirrors, fixture->folder, progress_cb,
                                      fixture, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (fixture->went_back);
  g_setenv ("GLASSBOX_DATASETS", fixture->folder, TRUE);
  dataset = nn_dataset_load (NN_DATASET_MNIST, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (dataset->origin, fixture->folder));
  g_assert_cmpuint (dataset->train.count, ==, 60000);
}

int
main (int argc, char **argv)
{
  const struct {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
    gconstpointer data;
  } cases[] = {
      {"/download/fine", test_fine, NULL},
      {"/download/installed-already", test_installed_already, NULL},
      {"/download/broken", test_broken, NULL},
      {"/download/stalled", test_stalled, NULL},
      {"/download/cancelled", test_cancelled, NULL},
      {"/download/cancelled-before", test_cancelled_before, NULL},
      {"/download/resumed-later", test_resumed_later, NULL},
      {"/download/keeps-complete-files", test_keeps_complete_files, NULL},
      {"/download/without-ranges", test_without_ranges, NULL},
      {"/download/starts-over/416", test_starts_over, "416"},
      {"/download/starts-over/misplaced", test_starts_over, "misplaced"},
      {"/download/starts-over/spoilt", test_starts_over, "spoilt"},
      {"/download/next-mirror/missing", test_next_mirror, "missing"},
      {"/download/next-mirror/page", test_next_mirror, "page"},
      {"/download/next-mirror/bomb", test_next_mirror, "bomb"},
      {"/download/next-mirror/half", test_next_mirror, "half"},
      {"/download/next-mirror/endless", test_next_mirror, "endless"},
      {"/download/next-mirror/announced-giant", test_next_mirror, "announced-giant"},
      {"/download/next-mirror/loop", test_next_mirror, "loop"},
      {"/download/encoded", test_succeeds, "encoded"},
      {"/download/redirect", test_succeeds, "redirect"},
      {"/download/summary", test_summary, NULL},
      {"/download/unreachable", test_unreachable, NULL},
      {"/download/full-disk", test_full_disk, NULL},
      {"/download/unwritable", test_unwritable, NULL},
      {"/download/existing-set", test_existing_set, NULL},
      {"/download/busy", test_busy, NULL},
      {"/download/mnist", test_mnist, g_getenv ("GLASSBOX_DATASETS")},
  };
  static const char *const proxies[] = {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"};

  for (guint i = 0; i < G_N_ELEMENTS (proxies); i++)
    g_unsetenv (proxies[i]);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, cases[i].data, set_up, cases[i].test, tear_down);
  return g_test_run ();
}
