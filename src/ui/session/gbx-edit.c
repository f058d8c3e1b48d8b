/* gbx-edit.c: a change to what is the user's own, as plain data that any thread may write. */
#include "gbx-edit.h"

static void
describe_set (GbxEdit *edit, GbxSymbolSet *set)
{
  edit->name = g_strdup (gbx_symbol_set_get_own_title (set));
  edit->text = g_strjoinv ("\n", (GStrv)gbx_symbol_set_get_classes (set));
}

GbxEdit *
gbx_edit_new_set (GbxEditKind kind, GbxSymbolSet *set)
{
  GbxEdit *edit = g_new0 (GbxEdit, 1);

  edit->kind = kind;
  edit->id = g_strdup (gbx_symbol_set_get_id (set));
  edit->created = gbx_symbol_set_get_created (set);
  describe_set (edit, set);
  return edit;
}

GbxEdit *
gbx_edit_new_drawing (GbxEditKind kind, GbxSymbolSet *set, GbxOwnDrawing *drawing)
{
  GbxEdit *edit = g_new0 (GbxEdit, 1);

  edit->kind = kind;
  edit->id = g_strdup (gbx_own_drawing_get_id (drawing));
  edit->set = g_strdup (gbx_symbol_set_get_id (set));
  edit->set_since = gbx_symbol_set_get_created (set);
  edit->class_index = gbx_own_drawing_get_class (drawing);
  edit->created = gbx_own_drawing_get_created (drawing);
  if (kind != GBX_EDIT_PUT_DRAWING)
    return edit;
  edit->strokes = gbx_own_drawing_pack (gbx_own_drawing_get_drawing (drawing));
  describe_set (edit, set);
  return edit;
}

GbxEdit *
gbx_edit_new_recipe (GbxEditKind kind, GbxOwnRecipe *recipe)
{
  GbxEdit *edit = g_new0 (GbxEdit, 1);

  edit->kind = kind;
  edit->id = g_strdup (gbx_own_recipe_get_id (recipe));
  edit->name = g_strdup (gbx_own_recipe_get_name (recipe));
  edit->created = gbx_own_recipe_get_created (recipe);
  edit->text = nn_experiment_to_json (gbx_own_recipe_get_experiment (recipe));
  return edit;
}

void
gbx_edit_free (gpointer data)
{
  GbxEdit *edit = data;

  g_free (edit->id);
  g_free (edit->set);
  g_free (edit->name);
  g_free (edit->text);
  g_clear_pointer (&edit->strokes, g_bytes_unref);
  g_free (edit);
}
