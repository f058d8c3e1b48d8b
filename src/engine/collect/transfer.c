/* transfer.c: fetches one file over HTTP, resuming what is there of it. */
#include "engine/collect/transfer.h"

#include "engine/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MAXIMUM_HOPS 6 /* requests for one file: five redirects, or a start over among them */
#define BUFFER_SIZE (64 * 1024)

/* One file under way. */
typedef struct {
  SoupSession *session;
  const char *address; /* as asked for; errors name it */
  const char *path;
  guint64 limit;
  NnMeter *meter;
  GCancellable *cancellable;
  GUri *uri;      /* where the next request goes */
  guint64 offset; /* what is at @path */
} Transfer;

static char *
version_path (const char *path)
{
  return g_strconcat (path, ".version", NULL);
}

static void
start_over (Transfer *transfer)
{
  nn_transfer_discard (transfer->path);
  transfer->offset = 0;
}

/* If-Range takes a strong entity tag or a date. */
static void
keep_version (const Transfer *transfer, SoupMessageHeaders *headers)
{
  const char *tag = soup_message_headers_get_one (headers, "ETag");
  const char *date = soup_message_headers_get_one (headers, "Last-Modified");
  const char *version = tag != NULL && !g_str_has_prefix (tag, "W/") ? tag : date;
  g_autofree char *path = version_path (transfer->path);

  /* Without it the file is resumed all the same: the checksum of the whole has the last word. */
  if (version != NULL)
    g_file_set_contents (path, version, -1, NULL);
}

static SoupMessage *
make_request (const Transfer *transfer)
{
  SoupMessage *message = soup_message_new_from_uri (SOUP_METHOD_GET, transfer->uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree char *path = version_path (transfer->path);
  g_autofree char *version = NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  /* The bytes as they are stored: only of those a part can be asked for. */
  soup_message_disable_feature (message, SOUP_TYPE_CONTENT_DECODER);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (transfer->offset > 0) {
    soup_message_headers_set_range (headers, transfer->offset, -1);
    if (g_file_get_contents (path, &version, NULL, NULL))
      soup_message_headers_replace (headers, "If-Range", version);
  }
  return message;
}

static NnTransferResult
network_error (const Transfer *transfer, GError **error)
{
  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return NN_TRANSFER_FAILED;
  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
    g_clear_error (error);
    g_set_error (error, NN_ERROR, NN_ERROR_NETWORK, _ ("%s: the server has fallen silent"),
                 transfer->address);
  } else {
    g_prefix_error (error, "%s: ", transfer->address);
  }
  return NN_TRANSFER_BROKEN;
}

static NnTransferResult
refuse_too_large (Transfer *transfer, GError **error)
{
  g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE,
               _ ("%s: the answer is larger than the %" PRIu64 " bytes that this file may have"),
               transfer->address, transfer->limit);
  start_over (transfer);
  return NN_TRANSFER_REFUSED;
}

/* The folder may hold anything under this name: a link is not followed. */
static int
open_part (Transfer *transfer, GError **error)
{
  int file = g_open (transfer->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);

  if (file < 0)
    nn_set_file_error (error, errno, transfer->path);
  return file;
}

static gboolean
write_all (const Transfer *transfer, int file, const guint8 *buffer, gsize length, GError **error)
{
  while (length > 0) {
    gssize written = write (file, buffer, length);

    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0) {
      nn_set_file_error (error, errno, transfer->path);
      return FALSE;
    }
    buffer += written;
    length -= written;
  }
  return TRUE;
}

/* @size: what the whole file will take, 0 while unknown. */
static NnTransferResult
receive (Transfer *transfer, GInputStream *body, int file, guint64 size, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);

  for (;;) {
    gssize got = g_input_stream_read (body, buffer, BUFFER_SIZE, transfer->cancellable, error);

    if (got < 0)
      return network_error (transfer, error);
    if (got == 0)
      break;
    if (transfer->offset + got > transfer->limit)
      return refuse_too_large (transfer, error);
    if (!write_all (transfer, file, buffer, got, error))
      return NN_TRANSFER_FAILED;
    transfer->offset += got;
    nn_meter_update (transfer->meter, transfer->offset, size);
  }
  /* libsoup calls a connection that is closed too early the end of the body. */
  if (transfer->offset < size) {
    g_set_error (error, NN_ERROR, NN_ERROR_NETWORK, _ ("%s: the connection broke off"),
                 transfer->address);
    return NN_TRANSFER_BROKEN;
  }
  if (fsync (file) != 0) {
    nn_set_file_error (error, errno, transfer->path);
    return NN_TRANSFER_FAILED;
  }
  return NN_TRANSFER_DONE;
}

static NnTransferResult
store_body (Transfer *transfer, GInputStream *body, guint64 size, GError **error)
{
  NnTransferResult result;
  int file;

  if (size > transfer->limit)
    return refuse_too_large (transfer, error);
  file = open_part (transfer, error);
  if (file < 0)
    return NN_TRANSFER_FAILED;
  result = receive (transfer, body, file, size, error);
  close (file);
  return result;
}

static gboolean
follow_redirect (Transfer *transfer, SoupMessageHeaders *headers)
{
  const char *location = soup_message_headers_get_one (headers, "Location");
  g_autoptr (GUri) target = NULL;
  gboolean secure = g_str_equal (g_uri_get_scheme (transfer->uri), "https");

  if (location != NULL)
    target = g_uri_parse_relative (transfer->uri, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (target == NULL || g_uri_get_host (target) == NULL ||
      !(g_str_equal (g_uri_get_scheme (target), "https") ||
        (!secure && g_str_equal (g_uri_get_scheme (target), "http"))))
    return FALSE;
  g_uri_unref (transfer->uri);
  transfer->uri = g_steal_pointer (&target);
  return TRUE;
}

/* Whether the answer goes on exactly where the file at hand ends. */
static gboolean
continues (const Transfer *transfer, SoupMessageHeaders *headers, guint64 *size)
{
  goffset start, end, total;

  if (transfer->offset == 0 ||
      !soup_message_headers_get_content_range (headers, &start, &end, &total) ||
      (guint64)start != transfer->offset)
    return FALSE;
  *size = total > 0 ? total : 0;
  return TRUE;
}

/* One request. Returns FALSE when another is needed, to elsewhere or from the beginning. */
static gboolean
try_once (Transfer *transfer, NnTransferResult *result, GError **error)
{
  g_autoptr (SoupMessage) message = make_request (transfer);
  g_autoptr (GInputStream) body =
      soup_session_send (transfer->session, message, transfer->cancellable, error);
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  guint status = soup_message_get_status (message);
  guint64 size = 0;

  *result = NN_TRANSFER_REFUSED;
  if (body == NULL) {
    *result = network_error (transfer, error);
    return TRUE;
  }
  if (SOUP_STATUS_IS_REDIRECTION (status) && follow_redirect (transfer, headers))
    return FALSE;
  if (status == SOUP_STATUS_PARTIAL_CONTENT && continues (transfer, headers, &size)) {
    *result = store_body (transfer, body, size, error);
    return TRUE;
  }
  if (status == SOUP_STATUS_OK) {
    start_over (transfer);
    keep_version (transfer, headers);
    if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
      size = soup_message_headers_get_content_length (headers);
    *result = store_body (transfer, body, size, error);
    return TRUE;
  }
  if (transfer->offset > 0 && (status == SOUP_STATUS_PARTIAL_CONTENT ||
                               status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE)) {
    start_over (transfer);
    return FALSE;
  }
  g_set_error (error, NN_ERROR, NN_ERROR_NETWORK, _ ("%s: the server answered “%u %s”"),
               transfer->address, status, soup_message_get_reason_phrase (message));
  return TRUE;
}

NnTransferResult
nn_transfer (SoupSession *session, const char *address, const char *path, guint64 limit,
             NnMeter *meter, GCancellable *cancellable, GError **error)
{
  Transfer transfer = {
      .session = session,
      .address = address,
      .path = path,
      .limit = limit,
      .meter = meter,
      .cancellable = cancellable,
      .uri = g_uri_parse (address, SOUP_HTTP_URI_FLAGS, NULL),
      .offset = nn_transfer_size (path),
  };
  NnTransferResult result = NN_TRANSFER_REFUSED;
  gboolean answered = FALSE;

  if (transfer.uri == NULL || g_uri_get_host (transfer.uri) == NULL) {
    g_set_error (error, NN_ERROR, NN_ERROR_NETWORK, _ ("“%s” is not an address"), address);
    g_clear_pointer (&transfer.uri, g_uri_unref);
    return NN_TRANSFER_REFUSED;
  }
  for (int hop = 0; hop < MAXIMUM_HOPS && !answered; hop++)
    answered = try_once (&transfer, &result, error);
  if (!answered)
    g_set_error (error, NN_ERROR, NN_ERROR_NETWORK, _ ("%s: the server redirects without end"),
                 address);
  g_uri_unref (transfer.uri);
  return result;
}

guint64
nn_transfer_size (const char *path)
{
  GStatBuf status;

  return g_lstat (path, &status) == 0 ? status.st_size : 0;
}

void
nn_transfer_discard (const char *path)
{
  g_autofree char *version = version_path (path);

  g_remove (path);
  g_remove (version);
}

gboolean
nn_transfer_finish (const char *path, const char *target, GError **error)
{
  if (g_rename (path, target) != 0) {
    nn_set_file_error (error, errno, target);
    return FALSE;
  }
  nn_transfer_discard (path);
  return TRUE;
}

void
nn_set_file_error (GError **error, int number, const char *path)
{
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                 _ ("There is no room for %s (%s). What has come so far is kept: free some space "
                    "and try again"),
                 path, g_strerror (number));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), _ ("%s cannot be written: %s"),
                 path, g_strerror (number));
}
