/* gbx-once.c: do something once before the next frame, however often it is asked for. */
#include "gbx-once.h"

struct GbxOnce {
  guint source; /* 0 while nothing is asked for */
  GbxOnceFunc func;
  gpointer data;
};

static gboolean
due_cb (gpointer data)
{
  GbxOnce *once = data;

  once->source = 0;
  once->func (once->data);
  return G_SOURCE_REMOVE;
}

GbxOnce *
gbx_once_new (GbxOnceFunc func, gpointer data)
{
  GbxOnce *once = g_new0 (GbxOnce, 1);

  once->func = func;
  once->data = data;
  return once;
}

void
gbx_once_queue (GbxOnce *once)
{
  /* Before GTK's layout and painting, after everything that is already due. */
  if (once->source == 0)
    once->source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, due_cb, once, NULL);
}

void
gbx_once_free (GbxOnce *once)
{
  if (once->source != 0)
    g_source_remove (once->source);
  g_free (once);
}
