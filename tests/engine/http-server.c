/* http-server.c: a server on this machine that misbehaves in every known way. */
#include "http-server.h"

#include <string.h>

#define SIZE (1024 * 1024) /* what the oversized answers come in */

typedef struct {
  const char *mirror, *file; /* parts of the path */
  gint64 start;              /* of the range asked for, -1: none */
  const char *condition;     /* If-Range, or NULL */
  GBytes *stored;            /* what the server has under this name, or NULL */
  guint number;              /* of the request, from 1 */
  GSocketConnection *connection;
} Request;

static void send_text (const Request *request, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
send_bytes (const Request *request, gconstpointer bytes, gsize length)
{
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (request->connection));

  /* The client may leave when it has heard enough: that is no fault of the server. */
  g_output_stream_write_all (out, bytes, length, NULL, NULL, NULL);
}

static void
send_text (const Request *request, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  send_bytes (request, text, strlen (text));
}

static void
wait_until_client_leaves (const Request *request)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (request->connection));
  char byte;

  while (g_input_stream_read (in, &byte, 1, NULL, NULL) > 0)
    ;
}

/* Sends the stored bytes from @start, and announces all of them whatever comes. */
static void
send_stored (const Request *request, gsize start, gsize length, const char *version)
{
  const char *bytes = g_bytes_get_data (request->stored, NULL);
  gsize size = g_bytes_get_size (request->stored);

  if (start == 0)
    send_text (request, "HTTP/1.1 200 OK\r\n");
  else
    send_text (request,
               "HTTP/1.1 206 Partial Content\r\n"
               "Content-Range: bytes %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT
               "\r\n",
               start, size - 1, size);
  send_text (request,
             "Connection: close\r\nETag: %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
             version, size - start);
  send_bytes (request, bytes + start, length);
}

static void
serve_fine (const Request *request)
{
  gsize start = MAX (request->start, 0);

  if (request->condition != NULL && !g_str_equal (request->condition, "\"v1\""))
    start = 0;
  send_stored (request, start, g_bytes_get_size (request->stored) - start, "\"v1\"");
}

static void
serve_half (const Request *request)
{
  send_stored (request, 0, g_bytes_get_size (request->stored) / 2, "\"v1\"");
}

static void
serve_broken (const Request *request)
{
  if (request->start < 0)
    serve_half (request);
  else
    serve_fine (request);
}

static void
serve_stalled (const Request *request)
{
  serve_broken (request);
  if (request->start < 0)
    wait_until_client_leaves (request);
}

static void
serve_trickle (const Request *request)
{
  if (request->start >= 0) {
    serve_fine (request);
    return;
  }
  send_stored (request, 0, 10, "\"v1\"");
  wait_until_client_leaves (request);
}

/* Breaks off, then knows nothing of ranges. */
static void
serve_without_ranges (const Request *request)
{
  if (request->start < 0)
    serve_half (request);
  else
    send_stored (request, 0, g_bytes_get_size (request->stored), "\"v2\"");
}

/* Breaks off once, then claims that there is no such range. */
static void
serve_416 (const Request *request)
{
  if (request->number == 1)
    serve_half (request);
  else if (request->start < 0)
    serve_fine (request);
  else
    send_text (request, "HTTP/1.1 416 Range Not Satisfiable\r\nConnection: close\r\n"
                        "Content-Length: 0\r\n\r\n");
}

/* Breaks off once, then answers with another range than the one asked for. */
static void
serve_misplaced (const Request *request)
{
  gsize size = g_bytes_get_size (request->stored);

  if (request->number == 1)
    serve_half (request);
  else if (request->start < 0)
    serve_fine (request);
  else
    send_stored (request, request->start + 1, size - request->start - 1, "\"v1\"");
}

/* The first half that it ever sends is not that of the file. */
static void
serve_spoilt (const Request *request)
{
  gsize size = g_bytes_get_size (request->stored);
  g_autofree char *spoilt = NULL;

  if (request->number > 1) {
    serve_fine (request);
    return;
  }
  spoilt = g_memdup2 (g_bytes_get_data (request->stored, NULL), size);
  spoilt[size / 4] ^= 1;
  send_text (request,
             "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"v1\"\r\n"
             "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
             size);
  send_bytes (request, spoilt, size / 2);
}

static void
serve_page (const Request *request)
{
  const char *page = "<html>Please log in to this wireless network</html>";

  send_text (request, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
             (int)strlen (page), page);
}

static void
serve_bomb (const Request *request)
{
  g_autoptr (GConverter) packer =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autofree guint8 *zeros = g_malloc0 (100 * 1000 * 1000);
  g_autofree guint8 *packed = g_malloc (SIZE);
  gsize read, written;

  g_assert_cmpint (g_converter_convert (packer, zeros, 100 * 1000 * 1000, packed, SIZE,
                                        G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                   ==, G_CONVERTER_FINISHED);
  send_text (request, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  send_bytes (request, packed, written);
}

static void
serve_announced_giant (const Request *request)
{
  send_text (request, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n",
             SIZE + 1);
  wait_until_client_leaves (request);
}

static void
serve_endless (const Request *request)
{
  g_autofree guint8 *bytes = g_malloc0 (SIZE);

  send_text (request, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
  for (int i = 0; i < 4; i++)
    send_bytes (request, bytes, SIZE);
  wait_until_client_leaves (request);
}

/* Calls the file's own packing one of the transfer, as many servers do with .gz files. */
static void
serve_encoded (const Request *request)
{
  gsize size;
  const char *bytes = g_bytes_get_data (request->stored, &size);

  send_text (request,
             "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\n"
             "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
             size);
  send_bytes (request, bytes, size);
}

static void
serve_missing (const Request *request)
{
  send_text (request,
             "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngone");
}

static void
serve_redirect (const Request *request)
{
  send_text (request,
             "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /fine/%s\r\n"
             "Content-Length: 0\r\n\r\n",
             request->file);
}

static void
serve_loop (const Request *request)
{
  send_text (request,
             "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /loop/%s\r\n"
             "Content-Length: 0\r\n\r\n",
             request->file);
}

static void
answer (const Request *request)
{
  static const struct {
    const char *mirror;
    void (*serve) (const Request *request);
  } behaviours[] = {
      {"fine", serve_fine},
      {"broken", serve_broken},
      {"stalled", serve_stalled},
      {"trickle", serve_trickle},
      {"without-ranges", serve_without_ranges},
      {"416", serve_416},
      {"misplaced", serve_misplaced},
      {"half", serve_half},
      {"spoilt", serve_spoilt},
      {"page", serve_page},
      {"bomb", serve_bomb},
      {"announced-giant", serve_announced_giant},
      {"endless", serve_endless},
      {"encoded", serve_encoded},
      {"redirect", serve_redirect},
      {"loop", serve_loop},
  };

  for (guint i = 0; i < G_N_ELEMENTS (behaviours) && request->stored != NULL; i++)
    if (g_str_equal (behaviours[i].mirror, request->mirror)) {
      behaviours[i].serve (request);
      return;
    }
  serve_missing (request);
}

GBytes *
http_server_get (HttpServer *server, const char *name)
{
  GBytes *content;

  g_mutex_lock (&server->lock);
  content = g_hash_table_lookup (server->files, name);
  if (content != NULL)
    g_bytes_ref (content);
  g_mutex_unlock (&server->lock);
  return content;
}

void
http_server_put (HttpServer *server, const char *name, GBytes *content)
{
  g_mutex_lock (&server->lock);
  if (content != NULL)
    g_hash_table_replace (server->files, g_strdup (name), content);
  else
    g_hash_table_remove (server->files, name);
  g_mutex_unlock (&server->lock);
}

guint
http_server_count (HttpServer *server)
{
  guint count;

  g_mutex_lock (&server->lock);
  count = server->requests->len;
  g_mutex_unlock (&server->lock);
  return count;
}

static void
handle (HttpServer *server, GSocketConnection *connection)
{
  g_autoptr (GDataInputStream) in =
      g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_autofree char *condition = NULL;
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (GBytes) stored = NULL;
  Request request = {.start = -1, .connection = connection};
  char *line;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (in), FALSE);
  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  while ((line = g_data_input_stream_read_line (in, NULL, NULL, NULL)) != NULL && *line != '\0') {
    if (words == NULL)
      words = g_strsplit (line, " ", 3);
    else if (g_ascii_strncasecmp (line, "Range: bytes=", 13) == 0)
      request.start = g_ascii_strtoll (line + 13, NULL, 10);
    else if (g_ascii_strncasecmp (line, "If-Range: ", 10) == 0)
      condition = g_strdup (line + 10);
    g_free (line);
  }
  g_free (line);
  if (words == NULL || g_strv_length (words) != 3)
    return;
  parts = g_strsplit (words[1], "/", 3);
  request.mirror = parts[1];
  request.file = parts[2];
  request.condition = condition;
  stored = http_server_get (server, request.file);
  request.stored = stored;
  g_mutex_lock (&server->lock);
  g_ptr_array_add (server->requests,
                   g_strdup_printf ("%s %" G_GINT64_FORMAT " %s", words[1], request.start,
                                    condition != NULL ? condition : "-"));
  request.number = server->requests->len;
  g_mutex_unlock (&server->lock);
  answer (&request);
}

static gpointer
serve_thread (gpointer data)
{
  HttpServer *server = data;
  GSocketConnection *connection;

  while ((connection = g_socket_listener_accept (server->listener, NULL, server->stop, NULL)) !=
         NULL) {
    handle (server, connection);
    g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    g_object_unref (connection);
  }
  return NULL;
}

void
http_server_start (HttpServer *server)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (host, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  server->listener = g_socket_listener_new ();
  g_socket_listener_add_address (server->listener, address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  server->stop = g_cancellable_new ();
  server->files =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  server->requests = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&server->lock);
  server->thread = g_thread_new ("server", serve_thread, server);
}

void
http_server_stop (HttpServer *server)
{
  g_cancellable_cancel (server->stop);
  g_thread_join (server->thread);
  g_object_unref (server->stop);
  g_object_unref (server->listener);
  g_hash_table_unref (server->files);
  g_ptr_array_unref (server->requests);
  g_mutex_clear (&server->lock);
}
