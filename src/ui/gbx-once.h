/* gbx-once.h: do something once before the next frame, however often it is asked for. */
#pragma once

#include <glib.h>

typedef struct GbxOnce GbxOnce;

typedef void (*GbxOnceFunc) (gpointer data);

GbxOnce *gbx_once_new (GbxOnceFunc func, gpointer data);

/** gbx_once_queue: Asks for a call; several before it comes are one. */
void gbx_once_queue (GbxOnce *once);

/** gbx_once_free: @func will not be called again. */
void gbx_once_free (GbxOnce *once);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxOnce, gbx_once_free)
