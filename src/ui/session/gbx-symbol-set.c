/* gbx-symbol-set.c: a set of symbols of the user's own: the names of its classes, and drawings. */
#include "gbx-symbol-set.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _GbxSymbolSet {
  GObject parent_instance;
  char *id;
  char *title; /* NULL: the program's own */
  GStrv classes;
  gint64 created;
  GListStore *drawings; /* GbxOwnDrawing, oldest first */
};

enum { PROP_TITLE = 1, PROP_N_DRAWINGS, N_PROPERTIES };
enum { SIGNAL_CLASSES_CHANGED, N_SIGNALS };

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GbxSymbolSet, gbx_symbol_set, G_TYPE_OBJECT)

static void
gbx_symbol_set_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxSymbolSet *self = GBX_SYMBOL_SET (object);

  switch (id) {
  case PROP_TITLE:
    g_value_set_string (value, gbx_symbol_set_get_title (self));
    break;
  case PROP_N_DRAWINGS:
    g_value_set_uint (value, g_list_model_get_n_items (G_LIST_MODEL (self->drawings)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gbx_symbol_set_finalize (GObject *object)
{
  GbxSymbolSet *self = GBX_SYMBOL_SET (object);

  g_free (self->id);
  g_free (self->title);
  g_strfreev (self->classes);
  g_object_unref (self->drawings);
  G_OBJECT_CLASS (gbx_symbol_set_parent_class)->finalize (object);
}

static void
gbx_symbol_set_class_init (GbxSymbolSetClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_symbol_set_get_property;
  object_class->finalize = gbx_symbol_set_finalize;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_N_DRAWINGS] =
      g_param_spec_uint ("n-drawings", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[SIGNAL_CLASSES_CHANGED] =
      g_signal_new ("classes-changed", GBX_TYPE_SYMBOL_SET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 0);
}

static void
gbx_symbol_set_init (GbxSymbolSet *self)
{
  self->drawings = g_list_store_new (GBX_TYPE_OWN_DRAWING);
}

static gboolean
check_name (const char *name, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (name));

  if (*stripped == '\0' || !g_utf8_validate (name, -1, NULL) || strpbrk (name, "\r\n") != NULL) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("A name is one line of text."));
    return FALSE;
  }
  if (g_utf8_strlen (name, -1) > GBX_SYMBOL_SET_LONGEST_NAME) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("“%s” is longer than %d characters."), name,
                 GBX_SYMBOL_SET_LONGEST_NAME);
    return FALSE;
  }
  return TRUE;
}

static int
compare_drawings (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 first = gbx_own_drawing_get_created ((GbxOwnDrawing *)a);
  gint64 second = gbx_own_drawing_get_created ((GbxOwnDrawing *)b);

  return (first > second) - (first < second);
}

/* ---- public ---- */

GbxSymbolSet *
gbx_symbol_set_new (const char *id, const char *title, const char *const *classes, gint64 created)
{
  GbxSymbolSet *self = g_object_new (GBX_TYPE_SYMBOL_SET, NULL);

  self->id = id != NULL ? g_strdup (id) : g_uuid_string_random ();
  self->title = g_strdup (title);
  self->classes = g_strdupv ((GStrv)classes);
  self->created = created;
  return self;
}

const char *
gbx_symbol_set_get_id (GbxSymbolSet *self)
{
  g_return_val_if_fail (GBX_IS_SYMBOL_SET (self), NULL);

  return self->id;
}

const char *
gbx_symbol_set_get_title (GbxSymbolSet *self)
{
  g_return_val_if_fail (GBX_IS_SYMBOL_SET (self), NULL);

  return self->title != NULL ? self->title : _ ("My digits");
}

const char *
gbx_symbol_set_get_own_title (GbxSymbolSet *self)
{
  g_return_val_if_fail (GBX_IS_SYMBOL_SET (self), NULL);

  return self->title;
}

gint64
gbx_symbol_set_get_created (GbxSymbolSet *self)
{
  g_return_val_if_fail (GBX_IS_SYMBOL_SET (self), 0);

  return self->created;
}

const char *const *
gbx_symbol_set_get_classes (GbxSymbolSet *self)
{
  g_return_val_if_fail (GBX_IS_SYMBOL_SET (self), NULL);

  return (const char *const *)self->classes;
}

guint
gbx_symbol_set_get_n_classes (GbxSymbolSet *self)
{
  g_return_val_if_fail (GBX_IS_SYMBOL_SET (self), 0);

  return g_strv_length (self->classes);
}

GListModel *
gbx_symbol_set_get_drawings (GbxSymbolSet *self)
{
  g_return_val_if_fail (GBX_IS_SYMBOL_SET (self), NULL);

  return G_LIST_MODEL (self->drawings);
}

guint
gbx_symbol_set_count (GbxSymbolSet *self, int class_index)
{
  guint n = 0, count = 0;

  g_return_val_if_fail (GBX_IS_SYMBOL_SET (self), 0);

  n = g_list_model_get_n_items (G_LIST_MODEL (self->drawings));
  for (guint i = 0; i < n; i++) {
    g_autoptr (GbxOwnDrawing) drawing = g_list_model_get_item (G_LIST_MODEL (self->drawings), i);
    count += gbx_own_drawing_get_class (drawing) == class_index;
  }
  return count;
}

gboolean
gbx_symbol_set_check (const char *title, const char *const *classes, GError **error)
{
  guint n = g_strv_length ((GStrv)classes);

  if (n < GBX_SYMBOL_SET_LEAST_CLASSES || n > GBX_SYMBOL_SET_MOST_CLASSES) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("A set has %d to %d classes, not %u."),
                 GBX_SYMBOL_SET_LEAST_CLASSES, GBX_SYMBOL_SET_MOST_CLASSES, n);
    return FALSE;
  }
  for (guint i = 0; i < n; i++) {
    if (!check_name (classes[i], error))
      return FALSE;
    for (guint j = 0; j < i; j++)
      if (g_str_equal (classes[i], classes[j])) {
        g_set_error (error, NN_ERROR, NN_ERROR_RANGE, _ ("Two classes are called “%s”."),
                     classes[i]);
        return FALSE;
      }
  }
  return title == NULL || check_name (title, error);
}

void
gbx_symbol_set_rename (GbxSymbolSet *self, const char *title, const char *const *classes)
{
  gboolean other_classes;

  g_return_if_fail (GBX_IS_SYMBOL_SET (self) && classes != NULL);

  other_classes = !g_strv_equal ((const char *const *)self->classes, classes);
  if (g_strcmp0 (self->title, title) != 0) {
    g_free (self->title);
    self->title = g_strdup (title);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
  }
  if (!other_classes)
    return;
  g_strfreev (self->classes);
  self->classes = g_strdupv ((GStrv)classes);
  g_signal_emit (self, signals[SIGNAL_CLASSES_CHANGED], 0);
}

/* One that comes back goes where it was. */
void
gbx_symbol_set_insert (GbxSymbolSet *self, GbxOwnDrawing *drawing)
{
  g_return_if_fail (GBX_IS_SYMBOL_SET (self) && GBX_IS_OWN_DRAWING (drawing));

  g_list_store_insert_sorted (self->drawings, drawing, compare_drawings, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_DRAWINGS]);
}

gboolean
gbx_symbol_set_remove (GbxSymbolSet *self, GbxOwnDrawing *drawing)
{
  guint position;

  g_return_val_if_fail (GBX_IS_SYMBOL_SET (self) && GBX_IS_OWN_DRAWING (drawing), FALSE);

  if (!g_list_store_find (self->drawings, drawing, &position))
    return FALSE;
  g_list_store_remove (self->drawings, position);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_DRAWINGS]);
  return TRUE;
}
