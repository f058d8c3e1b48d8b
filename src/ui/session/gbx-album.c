/* gbx-album.c: what the user draws and collects, and every edit of it. */
#include "gbx-album.h"

#include "gbx-album-edit.h"

#include <glib/gi18n-lib.h>

#define MOST_EDITS 200

struct _GbxAlbum {
  GObject parent_instance;
  GbxLibrary *library;
  GbxSymbolSet *set;
  int label;

  GPtrArray *edits; /* GbxAlbumEdit, oldest first */
  guint n_done;     /* of them; the rest were taken back */

  gboolean editing; /* what changes is told when all of it is done */
  gboolean touched;
};

enum { PROP_SET = 1, PROP_LABEL, PROP_UNDO_NAME, PROP_REDO_NAME, N_PROPERTIES };
enum { SIGNAL_CHANGED, SIGNAL_DONE, N_SIGNALS };

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GbxAlbum, gbx_album, G_TYPE_OBJECT)

static const char *
name_of (GbxAlbum *self, guint index)
{
  if (index >= self->edits->len)
    return NULL;
  return _ (gbx_album_edit_get_what (g_ptr_array_index (self->edits, index)));
}

static void
gbx_album_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxAlbum *self = GBX_ALBUM (object);

  switch (id) {
  case PROP_SET:
    g_value_set_object (value, self->set);
    break;
  case PROP_LABEL:
    g_value_set_int (value, self->label);
    break;
  case PROP_UNDO_NAME:
    g_value_set_string (value, self->n_done > 0 ? name_of (self, self->n_done - 1) : NULL);
    break;
  case PROP_REDO_NAME:
    g_value_set_string (value, name_of (self, self->n_done));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gbx_album_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GbxAlbum *self = GBX_ALBUM (object);

  switch (id) {
  case PROP_SET:
    gbx_album_set_set (self, g_value_get_object (value));
    break;
  case PROP_LABEL:
    gbx_album_set_label (self, g_value_get_int (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gbx_album_finalize (GObject *object)
{
  GbxAlbum *self = GBX_ALBUM (object);

  g_ptr_array_unref (self->edits);
  g_object_unref (self->set);
  g_object_unref (self->library);
  G_OBJECT_CLASS (gbx_album_parent_class)->finalize (object);
}

static void
gbx_album_class_init (GbxAlbumClass *klass)
{
  const GParamFlags reading = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags both = reading | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_album_get_property;
  object_class->set_property = gbx_album_set_property;
  object_class->finalize = gbx_album_finalize;
  properties[PROP_SET] = g_param_spec_object ("set", NULL, NULL, GBX_TYPE_SYMBOL_SET, both);
  properties[PROP_LABEL] =
      g_param_spec_int ("label", NULL, NULL, 0, GBX_SYMBOL_SET_MOST_CLASSES - 1, 0, both);
  properties[PROP_UNDO_NAME] = g_param_spec_string ("undo-name", NULL, NULL, NULL, reading);
  properties[PROP_REDO_NAME] = g_param_spec_string ("redo-name", NULL, NULL, NULL, reading);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", GBX_TYPE_ALBUM, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_DONE] = g_signal_new ("done", GBX_TYPE_ALBUM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
gbx_album_init (GbxAlbum *self)
{
  self->edits = g_ptr_array_new_with_free_func (gbx_album_edit_free);
}

/* A set that is gone is none to draw into. */
static void
look_at_set (GbxAlbum *self)
{
  GbxSymbolSet *set = self->set;

  if (gbx_library_find_set (self->library, gbx_symbol_set_get_id (set)) == NULL) {
    gbx_album_set_set (self, gbx_library_find_set (self->library, GBX_SYMBOL_SET_DIGITS));
    return;
  }
  gbx_album_set_label (self, MIN (self->label, (int)gbx_symbol_set_get_n_classes (set) - 1));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
set_changed_cb (GbxAlbum *self, GbxSymbolSet *set)
{
  if (set != self->set)
    return;
  self->touched = self->editing;
  if (!self->editing)
    look_at_set (self);
}

/* ---- edits ---- */

static void
begin_edit (GbxAlbum *self)
{
  self->editing = TRUE;
  self->touched = FALSE;
}

static void
end_edit (GbxAlbum *self)
{
  self->editing = FALSE;
  if (self->touched)
    look_at_set (self);
}

static void
tell_names (GbxAlbum *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNDO_NAME]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REDO_NAME]);
}

/* @edit and @sentence: (transfer full). */
static void
finish (GbxAlbum *self, GbxAlbumEdit *edit, char *sentence)
{
  g_ptr_array_set_size (self->edits, (int)self->n_done);
  if (self->edits->len == MOST_EDITS)
    g_ptr_array_remove_index (self->edits, 0);
  g_ptr_array_add (self->edits, edit);
  self->n_done = self->edits->len;
  tell_names (self);
  g_signal_emit (self, signals[SIGNAL_DONE], 0, sentence);
  g_free (sentence);
}

static void
delete_drawings (GbxAlbum *self, GbxAlbumEdit *edit, const gboolean *stays)
{
  GListModel *drawings = gbx_symbol_set_get_drawings (self->set);

  for (guint i = g_list_model_get_n_items (drawings); i > 0; i--) {
    g_autoptr (GbxOwnDrawing) drawing = g_list_model_get_item (drawings, i - 1);

    if (stays == NULL || !stays[gbx_own_drawing_get_class (drawing)])
      gbx_album_edit_delete (edit, self->library, self->set, drawing);
  }
}

/* And shows the set that it is about. */
static void
apply (GbxAlbum *self, GbxAlbumEdit *edit, gboolean forward)
{
  GbxSymbolSet *set = gbx_album_edit_get_set (edit);

  begin_edit (self);
  gbx_album_edit_apply (edit, self->library, forward);
  end_edit (self);
  if (gbx_library_find_set (self->library, gbx_symbol_set_get_id (set)) == set)
    gbx_album_set_set (self, set);
  tell_names (self);
}

static const char *
class_name (GbxAlbum *self, int index)
{
  return gbx_symbol_set_get_classes (self->set)[index];
}

/* ---- public ---- */

GbxAlbum *
gbx_album_new (GbxLibrary *library)
{
  GbxAlbum *self = g_object_new (GBX_TYPE_ALBUM, NULL);

  self->library = g_object_ref (library);
  self->set = g_object_ref (gbx_library_find_set (library, GBX_SYMBOL_SET_DIGITS));
  g_signal_connect_object (library, "set-changed", G_CALLBACK (set_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

GbxLibrary *
gbx_album_get_library (GbxAlbum *self)
{
  g_return_val_if_fail (GBX_IS_ALBUM (self), NULL);

  return self->library;
}

GbxSymbolSet *
gbx_album_get_set (GbxAlbum *self)
{
  g_return_val_if_fail (GBX_IS_ALBUM (self), NULL);

  return self->set;
}

void
gbx_album_set_set (GbxAlbum *self, GbxSymbolSet *set)
{
  g_return_if_fail (GBX_IS_ALBUM (self) && GBX_IS_SYMBOL_SET (set));

  if (!g_set_object (&self->set, set))
    return;
  gbx_album_set_label (self, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SET]);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

int
gbx_album_get_label (GbxAlbum *self)
{
  g_return_val_if_fail (GBX_IS_ALBUM (self), 0);

  return self->label;
}

void
gbx_album_set_label (GbxAlbum *self, int label)
{
  g_return_if_fail (GBX_IS_ALBUM (self));

  if (label < 0 || (guint)label >= gbx_symbol_set_get_n_classes (self->set) || label == self->label)
    return;
  self->label = label;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LABEL]);
}

int
gbx_album_find_key (GbxAlbum *self, gunichar character)
{
  const char *const *classes;
  gboolean has_digits = FALSE;
  int n, digit = g_unichar_digit_value (character);

  g_return_val_if_fail (GBX_IS_ALBUM (self), -1);

  classes = gbx_symbol_set_get_classes (self->set);
  n = (int)gbx_symbol_set_get_n_classes (self->set);
  for (int i = 0; i < n; i++) {
    gunichar first = g_utf8_get_char (classes[i]);

    if (*g_utf8_next_char (classes[i]) != '\0')
      continue;
    if (first == character)
      return i;
    has_digits = has_digits || g_unichar_isdigit (first);
  }
  if (has_digits || digit < 0)
    return -1;
  digit = digit == 0 ? 9 : digit - 1;
  return digit < n ? digit : -1;
}

void
gbx_album_add (GbxAlbum *self, const NnDrawing *drawing, int label)
{
  GbxAlbumEdit *edit;

  g_return_if_fail (GBX_IS_ALBUM (self) && !nn_drawing_is_empty (drawing));
  g_return_if_fail (label >= 0 && (guint)label < gbx_symbol_set_get_n_classes (self->set));

  edit = gbx_album_edit_new (N_ ("Adding a drawing"));
  gbx_album_set_label (self, label);
  gbx_album_edit_add (edit, self->library, self->set, label, drawing);
  finish (self, edit,
          /* TRANSLATORS: a class, and the set that has one more drawing of it */
          g_strdup_printf (_ ("“%s” is added to %s"), class_name (self, label),
                           gbx_symbol_set_get_title (self->set)));
}

void
gbx_album_relabel (GbxAlbum *self, GbxOwnDrawing *drawing, int label)
{
  GbxAlbumEdit *edit;

  g_return_if_fail (GBX_IS_ALBUM (self) && GBX_IS_OWN_DRAWING (drawing));
  g_return_if_fail (label >= 0 && (guint)label < gbx_symbol_set_get_n_classes (self->set));

  if (gbx_own_drawing_get_class (drawing) == label)
    return;
  edit = gbx_album_edit_new (N_ ("Relabelling a drawing"));
  gbx_album_edit_relabel (edit, self->library, self->set, drawing, label);
  finish (self, edit, g_strdup_printf (_ ("The drawing is a “%s” now"), class_name (self, label)));
}

void
gbx_album_delete (GbxAlbum *self, GbxOwnDrawing *drawing)
{
  GbxAlbumEdit *edit;
  char *sentence;

  g_return_if_fail (GBX_IS_ALBUM (self) && GBX_IS_OWN_DRAWING (drawing));

  edit = gbx_album_edit_new (N_ ("Deleting a drawing"));
  sentence = g_strdup_printf (_ ("A drawing of “%s” is deleted"),
                              class_name (self, gbx_own_drawing_get_class (drawing)));
  gbx_album_edit_delete (edit, self->library, self->set, drawing);
  finish (self, edit, sentence);
}

gboolean
gbx_album_create_set (GbxAlbum *self, const char *title, const char *const *classes, GError **error)
{
  g_autoptr (GbxAlbumEdit) edit = NULL;
  GbxSymbolSet *set;

  g_return_val_if_fail (GBX_IS_ALBUM (self) && title != NULL && classes != NULL, FALSE);

  edit = gbx_album_edit_new (N_ ("Making a set"));
  set = gbx_album_edit_create_set (edit, self->library, title, classes, error);
  if (set == NULL)
    return FALSE;
  gbx_album_set_set (self, set);
  finish (self, g_steal_pointer (&edit), g_strdup_printf (_ ("“%s” is there, and empty"), title));
  return TRUE;
}

gboolean
gbx_album_change_set (GbxAlbum *self, const char *title, const char *const *classes,
                      const int *origins, GError **error)
{
  gboolean stays[GBX_SYMBOL_SET_MOST_CLASSES] = {FALSE};
  g_autoptr (GbxAlbumEdit) edit = NULL;
  gboolean done;

  g_return_val_if_fail (GBX_IS_ALBUM (self) && classes != NULL && origins != NULL, FALSE);

  if (!gbx_symbol_set_check (title, classes, error))
    return FALSE;
  for (guint i = 0; classes[i] != NULL; i++)
    if (origins[i] >= 0 && origins[i] < GBX_SYMBOL_SET_MOST_CLASSES)
      stays[origins[i]] = TRUE;
  edit = gbx_album_edit_new (N_ ("Changing a set"));
  begin_edit (self);
  delete_drawings (self, edit, stays);
  done = gbx_album_edit_change_set (edit, self->library, self->set, title, classes, origins, error);
  if (!done)
    gbx_album_edit_apply (edit, self->library, FALSE);
  end_edit (self);
  if (!done)
    return FALSE;
  finish (self, g_steal_pointer (&edit),
          g_strdup_printf (_ ("“%s” is changed"), gbx_symbol_set_get_title (self->set)));
  return TRUE;
}

void
gbx_album_delete_set (GbxAlbum *self)
{
  g_autoptr (GbxSymbolSet) set = NULL;
  GbxAlbumEdit *edit;

  g_return_if_fail (GBX_IS_ALBUM (self));

  set = g_object_ref (self->set);
  edit = gbx_album_edit_new (N_ ("Deleting a set"));
  begin_edit (self);
  delete_drawings (self, edit, NULL);
  gbx_album_edit_delete_set (edit, self->library, set);
  end_edit (self);
  finish (self, edit,
          g_strdup_printf (g_str_equal (gbx_symbol_set_get_id (set), GBX_SYMBOL_SET_DIGITS)
                               ? _ ("“%s” is empty now")
                               : _ ("“%s” is deleted"),
                           gbx_symbol_set_get_title (set)));
}

void
gbx_album_undo (GbxAlbum *self)
{
  g_return_if_fail (GBX_IS_ALBUM (self));

  if (self->n_done > 0)
    apply (self, g_ptr_array_index (self->edits, --self->n_done), FALSE);
}

void
gbx_album_redo (GbxAlbum *self)
{
  g_return_if_fail (GBX_IS_ALBUM (self));

  if (self->n_done < self->edits->len)
    apply (self, g_ptr_array_index (self->edits, self->n_done++), TRUE);
}
