/* gbx-own-drawing.h: a drawing of the user's and what it is a drawing of. */
#pragma once

#include "engine/ink/drawing.h"

#include <gio/gio.h>

#define GBX_TYPE_OWN_DRAWING (gbx_own_drawing_get_type ())
G_DECLARE_FINAL_TYPE (GbxOwnDrawing, gbx_own_drawing, GBX, OWN_DRAWING, GObject)

/* Property: "class" (int, read-only: index into the set's class names). */

/** gbx_own_drawing_new: @id: (nullable): a new one. @drawing: (transfer full). @created: Unix time
 * in microseconds. */
GbxOwnDrawing *gbx_own_drawing_new (const char *id, int class_index, NnDrawing *drawing,
                                    gint64 created);
const char *gbx_own_drawing_get_id (GbxOwnDrawing *self);
int gbx_own_drawing_get_class (GbxOwnDrawing *self);
const NnDrawing *gbx_own_drawing_get_drawing (GbxOwnDrawing *self); /* never changes */
gint64 gbx_own_drawing_get_created (GbxOwnDrawing *self);

/** gbx_own_drawing_set_class: For the library, which also keeps it. */
void gbx_own_drawing_set_class (GbxOwnDrawing *self, int class_index);

/**
 * gbx_own_drawing_pack / gbx_own_drawing_unpack:
 * The strokes as bytes, bit for bit: of each the number of points, a little-endian uint32, then x
 * and y of each, little-endian floats. Unpacking refuses, with NULL, what is cut off or not in 0…1.
 */
GBytes *gbx_own_drawing_pack (const NnDrawing *drawing);
NnDrawing *gbx_own_drawing_unpack (const void *data, gsize length);
