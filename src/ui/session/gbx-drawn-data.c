/* gbx-drawn-data.c: a set of drawings of the user's own as a data set to train with. */
#include "gbx-drawn-data.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PREFIX "drawn:"

struct GbxDrawnData {
  char *id, *title;
  GStrv classes;
  GPtrArray *drawings; /* GbxOwnDrawing, of which nothing but the strokes is looked at */
  guint8 *labels;      /* by drawing */
};

char *
gbx_drawn_data_id (GbxSymbolSet *set)
{
  return g_strconcat (PREFIX, gbx_symbol_set_get_id (set), NULL);
}

gboolean
gbx_drawn_data_is_id (const char *id)
{
  return g_str_has_prefix (id, PREFIX);
}

GbxSymbolSet *
gbx_drawn_data_find (GbxLibrary *library, const char *id)
{
  return gbx_drawn_data_is_id (id) ? gbx_library_find_set (library, id + strlen (PREFIX)) : NULL;
}

gboolean
gbx_drawn_data_suffices (GbxSymbolSet *set)
{
  guint n = gbx_symbol_set_get_n_classes (set);

  for (guint i = 0; i < n; i++)
    if (gbx_symbol_set_count (set, (int)i) >= 2)
      return TRUE;
  return FALSE;
}

GbxDrawnData *
gbx_drawn_data_new (GbxSymbolSet *set)
{
  GListModel *drawings = gbx_symbol_set_get_drawings (set);
  guint n = g_list_model_get_n_items (drawings);
  GbxDrawnData *data = g_new0 (GbxDrawnData, 1);

  data->id = gbx_drawn_data_id (set);
  data->title = g_strdup (gbx_symbol_set_get_title (set));
  data->classes = g_strdupv ((GStrv)gbx_symbol_set_get_classes (set));
  data->drawings = g_ptr_array_new_with_free_func (g_object_unref);
  data->labels = g_new0 (guint8, MAX (n, 1));
  for (guint i = 0; i < n; i++) {
    GbxOwnDrawing *drawing = g_list_model_get_item (drawings, i);

    data->labels[i] = (guint8)gbx_own_drawing_get_class (drawing);
    g_ptr_array_add (data->drawings, drawing);
  }
  return data;
}

NnDataset *
gbx_drawn_data_make (const GbxDrawnData *data, GError **error)
{
  guint n = data->drawings->len;
  g_autofree guint8 *images = g_malloc_n (MAX (n, 1), NN_DIGIT_PIXELS);
  const NnPictures pictures = {.id = data->id,
                               .title = data->title,
                               .origin = _ ("drawn here"),
                               .licence = _ ("Drawn by you, and yours."),
                               .class_names = (const char *const *)data->classes,
                               .height = NN_DIGIT_SIDE,
                               .width = NN_DIGIT_SIDE,
                               .images = images,
                               .labels = data->labels,
                               .count = n};

  for (guint i = 0; i < n; i++) {
    GbxOwnDrawing *drawing = g_ptr_array_index (data->drawings, i);
    NnNormalised normalised;

    nn_drawing_normalise (gbx_own_drawing_get_drawing (drawing), NN_PEN, &normalised);
    memcpy (images + (gsize)i * NN_DIGIT_PIXELS, normalised.pixels, NN_DIGIT_PIXELS);
  }
  return nn_dataset_new_from_pictures (&pictures, error);
}

void
gbx_drawn_data_free (GbxDrawnData *data)
{
  g_free (data->id);
  g_free (data->title);
  g_strfreev (data->classes);
  g_ptr_array_unref (data->drawings);
  g_free (data->labels);
  g_free (data);
}
