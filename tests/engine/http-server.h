/* http-server.h: a server on this machine that misbehaves in every known way. */
#pragma once

#include <gio/gio.h>

/* The first folder of the address says how the server behaves. */
typedef struct {
  GSocketListener *listener;
  GThread *thread;
  GCancellable *stop;
  guint16 port;
  GMutex lock;         /* of what follows */
  GHashTable *files;   /* name: GBytes */
  GPtrArray *requests; /* "/fine/name 100 "v1"": path, start of the range or -, If-Range or - */
} HttpServer;

/** http_server_start: answers on a free port, in a thread of its own, one client at a time. */
void http_server_start (HttpServer *server);

void http_server_stop (HttpServer *server);

/** http_server_put: stores @content (transfer full) under @name; NULL removes what is there. */
void http_server_put (HttpServer *server, const char *name, GBytes *content);

/** http_server_get: Returns: (transfer full) (nullable): what is stored under @name. */
GBytes *http_server_get (HttpServer *server, const char *name);

/** http_server_count: Returns: how many requests there were so far. */
guint http_server_count (HttpServer *server);
