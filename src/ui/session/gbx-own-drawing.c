/* gbx-own-drawing.c: a drawing of the user's and what it is a drawing of. */
#include "gbx-own-drawing.h"

#include <string.h>

struct _GbxOwnDrawing {
  GObject parent_instance;
  char *id;
  int class_index;
  NnDrawing *drawing;
  gint64 created;
};

enum { PROP_CLASS = 1, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GbxOwnDrawing, gbx_own_drawing, G_TYPE_OBJECT)

static void
gbx_own_drawing_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CLASS)
    g_value_set_int (value, GBX_OWN_DRAWING (object)->class_index);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_own_drawing_finalize (GObject *object)
{
  GbxOwnDrawing *self = GBX_OWN_DRAWING (object);

  g_free (self->id);
  nn_drawing_free (self->drawing);
  G_OBJECT_CLASS (gbx_own_drawing_parent_class)->finalize (object);
}

static void
gbx_own_drawing_class_init (GbxOwnDrawingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_own_drawing_get_property;
  object_class->finalize = gbx_own_drawing_finalize;
  properties[PROP_CLASS] = g_param_spec_int ("class", NULL, NULL, 0, G_MAXINT, 0,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
gbx_own_drawing_init (GbxOwnDrawing *self)
{
}

static void
append_u32 (GByteArray *bytes, guint32 number)
{
  number = GUINT32_TO_LE (number);
  g_byte_array_append (bytes, (const guint8 *)&number, sizeof number);
}

static void
append_float (GByteArray *bytes, float number)
{
  guint32 bits;

  memcpy (&bits, &number, sizeof bits);
  append_u32 (bytes, bits);
}

static guint32
read_u32 (const guint8 *data)
{
  guint32 number;

  memcpy (&number, data, sizeof number);
  return GUINT32_FROM_LE (number);
}

static float
read_float (const guint8 *data)
{
  guint32 bits = read_u32 (data);
  float number;

  memcpy (&number, &bits, sizeof number);
  return number;
}

/* Returns: FALSE when a point is off the canvas. */
static gboolean
unpack_stroke (NnDrawing *drawing, const guint8 *data, guint32 n)
{
  for (guint32 i = 0; i < n; i++) {
    float x = read_float (data + 8 * (gsize)i), y = read_float (data + 8 * (gsize)i + 4);

    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1))
      return FALSE;
    if (i == 0)
      nn_drawing_begin_stroke (drawing, x, y);
    else
      nn_drawing_add_point (drawing, x, y);
  }
  return TRUE;
}

/* ---- public ---- */

GbxOwnDrawing *
gbx_own_drawing_new (const char *id, int class_index, NnDrawing *drawing, gint64 created)
{
  GbxOwnDrawing *self = g_object_new (GBX_TYPE_OWN_DRAWING, NULL);

  self->id = id != NULL ? g_strdup (id) : g_uuid_string_random ();
  self->class_index = class_index;
  self->drawing = drawing;
  self->created = created;
  return self;
}

const char *
gbx_own_drawing_get_id (GbxOwnDrawing *self)
{
  g_return_val_if_fail (GBX_IS_OWN_DRAWING (self), NULL);

  return self->id;
}

int
gbx_own_drawing_get_class (GbxOwnDrawing *self)
{
  g_return_val_if_fail (GBX_IS_OWN_DRAWING (self), 0);

  return self->class_index;
}

const NnDrawing *
gbx_own_drawing_get_drawing (GbxOwnDrawing *self)
{
  g_return_val_if_fail (GBX_IS_OWN_DRAWING (self), NULL);

  return self->drawing;
}

gint64
gbx_own_drawing_get_created (GbxOwnDrawing *self)
{
  g_return_val_if_fail (GBX_IS_OWN_DRAWING (self), 0);

  return self->created;
}

void
gbx_own_drawing_set_class (GbxOwnDrawing *self, int class_index)
{
  g_return_if_fail (GBX_IS_OWN_DRAWING (self) && class_index >= 0);

  if (class_index == self->class_index)
    return;
  self->class_index = class_index;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLASS]);
}

GBytes *
gbx_own_drawing_pack (const NnDrawing *drawing)
{
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; i < drawing->starts->len; i++) {
    guint start = g_array_index (drawing->starts, guint, i);
    guint end = i + 1 < drawing->starts->len ? g_array_index (drawing->starts, guint, i + 1)
                                             : drawing->points->len;

    append_u32 (bytes, end - start);
    for (guint j = start; j < end; j++) {
      append_float (bytes, g_array_index (drawing->points, NnPoint, j).x);
      append_float (bytes, g_array_index (drawing->points, NnPoint, j).y);
    }
  }
  return g_byte_array_free_to_bytes (bytes);
}

NnDrawing *
gbx_own_drawing_unpack (const void *data, gsize length)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();
  const guint8 *bytes = data;

  while (length > 0) {
    guint32 n = length >= 4 ? read_u32 (bytes) : 0;

    if (n == 0 || n > (length - 4) / 8 || !unpack_stroke (drawing, bytes + 4, n))
      return NULL;
    bytes += 4 + 8 * (gsize)n;
    length -= 4 + 8 * (gsize)n;
  }
  return g_steal_pointer (&drawing);
}
