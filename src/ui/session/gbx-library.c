/* gbx-library.c: what is the user's own and of no session: sets of drawn symbols, and recipes. */
#include "gbx-library.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>

#define RETRY_MILLISECONDS 5000

struct _GbxLibrary {
  GObject parent_instance;
  GbxStore *store;
  GListStore *sets;    /* GbxSymbolSet */
  GListStore *recipes; /* GbxOwnRecipe */

  gboolean draining; /* a thread is writing */
  guint retry_source;
  guint unsaved;
  char *error;
};

enum { PROP_UNSAVED = 1, PROP_ERROR, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];
static guint set_changed_signal;

G_DEFINE_FINAL_TYPE (GbxLibrary, gbx_library, G_TYPE_OBJECT)

/* ---- writing ---- */

static void
tell (GbxLibrary *self, const char *error)
{
  guint unsaved = gbx_store_n_pending (self->store);

  if (unsaved != self->unsaved) {
    self->unsaved = unsaved;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNSAVED]);
  }
  if (g_strcmp0 (error, self->error) == 0)
    return;
  g_free (self->error);
  self->error = g_strdup (error);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
drain_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (gbx_store_drain (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void drain (GbxLibrary *self);

static gboolean
retry_cb (gpointer data)
{
  GbxLibrary *self = data;

  self->retry_source = 0;
  drain (self);
  return G_SOURCE_REMOVE;
}

/* Another window that is writing itself is no news: it will be done. */
static void
drained_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GbxLibrary *self = GBX_LIBRARY (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  self->draining = FALSE;
  if (g_task_propagate_boolean (G_TASK (result), &error)) {
    tell (self, NULL);
    if (self->unsaved > 0)
      drain (self);
    return;
  }
  message = g_strdup_printf (
      _ ("What was drawn or saved cannot be kept; it stays in memory and is tried again. %s"),
      error->message);
  tell (self, gbx_store_is_busy (error) ? self->error : message);
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add (RETRY_MILLISECONDS, retry_cb, self);
}

static void
drain (GbxLibrary *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->draining)
    return;
  g_clear_handle_id (&self->retry_source, g_source_remove);
  self->draining = TRUE;
  task = g_task_new (self, NULL, drained_cb, NULL);
  g_task_set_task_data (task, gbx_store_ref (self->store), (GDestroyNotify)gbx_store_unref);
  g_task_run_in_thread (task, drain_cb);
}

static void
keep (GbxLibrary *self, GbxEdit *edit)
{
  gbx_store_push (self->store, edit);
  drain (self);
  tell (self, self->error);
}

static void
tell_set_changed (GbxLibrary *self, GbxSymbolSet *set)
{
  g_signal_emit (self, set_changed_signal, 0, set);
}

/* ---- the object ---- */

static void
gbx_library_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxLibrary *self = GBX_LIBRARY (object);

  switch (id) {
  case PROP_UNSAVED:
    g_value_set_uint (value, self->unsaved);
    break;
  case PROP_ERROR:
    g_value_set_string (value, self->error);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gbx_library_finalize (GObject *object)
{
  GbxLibrary *self = GBX_LIBRARY (object);

  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_object_unref (self->sets);
  g_object_unref (self->recipes);
  g_clear_pointer (&self->store, gbx_store_unref);
  g_free (self->error);
  G_OBJECT_CLASS (gbx_library_parent_class)->finalize (object);
}

static void
gbx_library_class_init (GbxLibraryClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_library_get_property;
  object_class->finalize = gbx_library_finalize;
  properties[PROP_UNSAVED] = g_param_spec_uint ("unsaved", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  set_changed_signal = g_signal_new ("set-changed", GBX_TYPE_LIBRARY, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 1, GBX_TYPE_SYMBOL_SET);
}

static void
gbx_library_init (GbxLibrary *self)
{
  self->sets = g_list_store_new (GBX_TYPE_SYMBOL_SET);
  self->recipes = g_list_store_new (GBX_TYPE_OWN_RECIPE);
}

/* "My digits" is there before anything was drawn, and first. */
static void
take_sets (GbxLibrary *self, GPtrArray *kept)
{
  static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL};
  g_autoptr (GbxSymbolSet) mine = NULL;

  for (guint i = 0; i < kept->len; i++) {
    GbxSymbolSet *set = g_ptr_array_index (kept, i);

    if (g_str_equal (gbx_symbol_set_get_id (set), GBX_SYMBOL_SET_DIGITS))
      g_set_object (&mine, set);
    else
      g_list_store_append (self->sets, set);
  }
  if (mine == NULL)
    mine = gbx_symbol_set_new (GBX_SYMBOL_SET_DIGITS, NULL, digits, 0);
  g_list_store_insert (self->sets, 0, mine);
}

static gboolean
is_digits (GbxSymbolSet *set)
{
  return g_str_equal (gbx_symbol_set_get_id (set), GBX_SYMBOL_SET_DIGITS);
}

/* Where each of the set's classes comes to stand; −1: nowhere. */
static int *
find_places (GbxSymbolSet *set, const char *const *classes, const int *origins)
{
  guint n_before = gbx_symbol_set_get_n_classes (set);
  int *places = g_new (int, n_before);

  for (guint i = 0; i < n_before; i++)
    places[i] = -1;
  for (guint i = 0; classes[i] != NULL; i++)
    if (origins[i] >= 0 && (guint)origins[i] < n_before)
      places[origins[i]] = (int)i;
  return places;
}

static gboolean
check_places (GbxSymbolSet *set, const int *places, GError **error)
{
  guint n = gbx_symbol_set_get_n_classes (set);

  for (guint i = 0; i < n; i++)
    if (places[i] < 0 && gbx_symbol_set_count (set, (int)i) > 0) {
      g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                   _ ("There are drawings of “%s”: delete or relabel them first."),
                   gbx_symbol_set_get_classes (set)[i]);
      return FALSE;
    }
  return TRUE;
}

/* The drawings whose class has another number now. @places: by the number before. */
static void
add_relabelled (GPtrArray *edits, GbxSymbolSet *set, const int *places)
{
  GListModel *drawings = gbx_symbol_set_get_drawings (set);
  guint n = g_list_model_get_n_items (drawings);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GbxOwnDrawing) drawing = g_list_model_get_item (drawings, i);
    int class_index = gbx_own_drawing_get_class (drawing);

    if (places[class_index] == class_index)
      continue;
    gbx_own_drawing_set_class (drawing, places[class_index]);
    g_ptr_array_add (edits, gbx_edit_new_drawing (GBX_EDIT_RELABEL_DRAWING, set, drawing));
  }
}

/* ---- public: sets ---- */

GbxLibrary *
gbx_library_new (GbxStore *store)
{
  GbxLibrary *self = g_object_new (GBX_TYPE_LIBRARY, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sets = gbx_store_list_sets (store, &error);
  g_autoptr (GPtrArray) recipes = error == NULL ? gbx_store_list_recipes (store, &error) : NULL;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  self->store = gbx_store_ref (store);
  if (error != NULL)
    self->error = g_strdup (error->message);
  take_sets (self, sets != NULL ? sets : none);
  for (guint i = 0; recipes != NULL && i < recipes->len; i++)
    g_list_store_append (self->recipes, g_ptr_array_index (recipes, i));
  return self;
}

GListModel *
gbx_library_get_sets (GbxLibrary *self)
{
  g_return_val_if_fail (GBX_IS_LIBRARY (self), NULL);

  return G_LIST_MODEL (self->sets);
}

GbxSymbolSet *
gbx_library_find_set (GbxLibrary *self, const char *id)
{
  guint n;

  g_return_val_if_fail (GBX_IS_LIBRARY (self) && id != NULL, NULL);

  n = g_list_model_get_n_items (G_LIST_MODEL (self->sets));
  for (guint i = 0; i < n; i++) {
    g_autoptr (GbxSymbolSet) set = g_list_model_get_item (G_LIST_MODEL (self->sets), i);
    if (g_str_equal (gbx_symbol_set_get_id (set), id))
      return set; /* the list has it */
  }
  return NULL;
}

GbxSymbolSet *
gbx_library_create_set (GbxLibrary *self, const char *title, const char *const *classes,
                        GError **error)
{
  g_autoptr (GbxSymbolSet) set = NULL;

  g_return_val_if_fail (GBX_IS_LIBRARY (self) && title != NULL && classes != NULL, NULL);

  if (!gbx_symbol_set_check (title, classes, error))
    return NULL;
  set = gbx_symbol_set_new (NULL, title, classes, g_get_real_time ());
  g_list_store_append (self->sets, set);
  keep (self, gbx_edit_new_set (GBX_EDIT_PUT_SET, set));
  tell_set_changed (self, set);
  return set; /* the list has it */
}

gboolean
gbx_library_change_set (GbxLibrary *self, GbxSymbolSet *set, const char *title,
                        const char *const *classes, const int *origins, GError **error)
{
  g_autofree int *places = NULL;
  g_autoptr (GPtrArray) edits = NULL;

  g_return_val_if_fail (GBX_IS_LIBRARY (self) && GBX_IS_SYMBOL_SET (set), FALSE);
  g_return_val_if_fail (classes != NULL && origins != NULL, FALSE);
  g_return_val_if_fail (title != NULL || is_digits (set), FALSE);

  places = find_places (set, classes, origins);
  if (!gbx_symbol_set_check (title, classes, error) || !check_places (set, places, error))
    return FALSE;
  edits = g_ptr_array_new ();
  add_relabelled (edits, set, places);
  gbx_symbol_set_rename (set, title, classes);
  g_ptr_array_add (edits, gbx_edit_new_set (GBX_EDIT_PUT_SET, set));
  gbx_store_push_all (self->store, edits);
  drain (self);
  tell (self, self->error);
  tell_set_changed (self, set);
  return TRUE;
}

void
gbx_library_delete_set (GbxLibrary *self, GbxSymbolSet *set)
{
  g_autoptr (GbxSymbolSet) held = NULL; /* the list may have been the last to have it */
  GListModel *drawings;
  guint position;

  g_return_if_fail (GBX_IS_LIBRARY (self) && GBX_IS_SYMBOL_SET (set));

  if (!g_list_store_find (self->sets, set, &position))
    return;
  held = g_object_ref (set);
  drawings = gbx_symbol_set_get_drawings (set);
  while (g_list_model_get_n_items (drawings) > 0) {
    g_autoptr (GbxOwnDrawing) drawing = g_list_model_get_item (drawings, 0);
    gbx_library_delete_drawing (self, set, drawing);
  }
  if (is_digits (set))
    return;
  keep (self, gbx_edit_new_set (GBX_EDIT_DELETE_SET, set));
  g_list_store_remove (self->sets, position);
  tell_set_changed (self, set);
}

void
gbx_library_restore_set (GbxLibrary *self, GbxSymbolSet *set, GPtrArray *drawings)
{
  g_return_if_fail (GBX_IS_LIBRARY (self) && GBX_IS_SYMBOL_SET (set) && drawings != NULL);

  if (!g_list_store_find (self->sets, set, NULL)) {
    keep (self, gbx_edit_new_set (GBX_EDIT_PUT_SET, set));
    g_list_store_append (self->sets, set);
    tell_set_changed (self, set);
  }
  for (guint i = 0; i < drawings->len; i++)
    gbx_library_restore_drawing (self, set, g_ptr_array_index (drawings, i));
}

/* ---- public: drawings ---- */

GbxOwnDrawing *
gbx_library_add_drawing (GbxLibrary *self, GbxSymbolSet *set, int class_index,
                         const NnDrawing *drawing)
{
  g_autoptr (GbxOwnDrawing) own = NULL;

  g_return_val_if_fail (GBX_IS_LIBRARY (self) && GBX_IS_SYMBOL_SET (set), NULL);
  g_return_val_if_fail (drawing != NULL && !nn_drawing_is_empty (drawing), NULL);
  g_return_val_if_fail (class_index >= 0 && (guint)class_index < gbx_symbol_set_get_n_classes (set),
                        NULL);

  own = gbx_own_drawing_new (NULL, class_index, nn_drawing_copy (drawing), g_get_real_time ());
  gbx_library_restore_drawing (self, set, own);
  return own; /* the set has it */
}

void
gbx_library_relabel_drawing (GbxLibrary *self, GbxSymbolSet *set, GbxOwnDrawing *drawing,
                             int class_index)
{
  g_return_if_fail (GBX_IS_LIBRARY (self) && GBX_IS_SYMBOL_SET (set));
  g_return_if_fail (GBX_IS_OWN_DRAWING (drawing) && class_index >= 0 &&
                    (guint)class_index < gbx_symbol_set_get_n_classes (set));

  gbx_own_drawing_set_class (drawing, class_index);
  keep (self, gbx_edit_new_drawing (GBX_EDIT_RELABEL_DRAWING, set, drawing));
  tell_set_changed (self, set);
}

void
gbx_library_delete_drawing (GbxLibrary *self, GbxSymbolSet *set, GbxOwnDrawing *drawing)
{
  g_return_if_fail (GBX_IS_LIBRARY (self) && GBX_IS_SYMBOL_SET (set));

  keep (self, gbx_edit_new_drawing (GBX_EDIT_DELETE_DRAWING, set, drawing));
  gbx_symbol_set_remove (set, drawing);
  tell_set_changed (self, set);
}

void
gbx_library_restore_drawing (GbxLibrary *self, GbxSymbolSet *set, GbxOwnDrawing *drawing)
{
  g_return_if_fail (GBX_IS_LIBRARY (self) && GBX_IS_SYMBOL_SET (set));

  gbx_symbol_set_insert (set, drawing);
  keep (self, gbx_edit_new_drawing (GBX_EDIT_PUT_DRAWING, set, drawing));
  tell_set_changed (self, set);
}

/* ---- public: recipes ---- */

GListModel *
gbx_library_get_recipes (GbxLibrary *self)
{
  g_return_val_if_fail (GBX_IS_LIBRARY (self), NULL);

  return G_LIST_MODEL (self->recipes);
}

GbxOwnRecipe *
gbx_library_find_recipe (GbxLibrary *self, const char *name)
{
  g_return_val_if_fail (GBX_IS_LIBRARY (self) && name != NULL, NULL);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->recipes)); i > 0; i--) {
    g_autoptr (GbxOwnRecipe) recipe = g_list_model_get_item (G_LIST_MODEL (self->recipes), i - 1);
    if (g_str_equal (gbx_own_recipe_get_name (recipe), name))
      return recipe; /* the list has it */
  }
  return NULL;
}

GbxOwnRecipe *
gbx_library_save_recipe (GbxLibrary *self, const char *name, const NnExperiment *experiment)
{
  g_autoptr (GbxOwnRecipe) recipe = NULL;

  g_return_val_if_fail (GBX_IS_LIBRARY (self) && name != NULL && experiment != NULL, NULL);

  recipe = gbx_own_recipe_new (NULL, name, nn_experiment_copy (experiment), g_get_real_time ());
  gbx_library_restore_recipe (self, recipe);
  return recipe; /* the list has it */
}

void
gbx_library_replace_recipe (GbxLibrary *self, GbxOwnRecipe *recipe, const char *name,
                            const NnExperiment *experiment)
{
  g_return_if_fail (GBX_IS_LIBRARY (self) && GBX_IS_OWN_RECIPE (recipe));

  gbx_own_recipe_set_experiment (recipe, nn_experiment_copy (experiment));
  gbx_own_recipe_set_name (recipe, name);
  keep (self, gbx_edit_new_recipe (GBX_EDIT_PUT_RECIPE, recipe));
}

void
gbx_library_delete_recipe (GbxLibrary *self, GbxOwnRecipe *recipe)
{
  guint position;

  g_return_if_fail (GBX_IS_LIBRARY (self) && GBX_IS_OWN_RECIPE (recipe));

  if (!g_list_store_find (self->recipes, recipe, &position))
    return;
  keep (self, gbx_edit_new_recipe (GBX_EDIT_DELETE_RECIPE, recipe));
  g_list_store_remove (self->recipes, position);
}

void
gbx_library_restore_recipe (GbxLibrary *self, GbxOwnRecipe *recipe)
{
  g_return_if_fail (GBX_IS_LIBRARY (self) && GBX_IS_OWN_RECIPE (recipe));

  keep (self, gbx_edit_new_recipe (GBX_EDIT_PUT_RECIPE, recipe));
  g_list_store_append (self->recipes, recipe);
}

gboolean
gbx_library_flush (GbxLibrary *self, GError **error)
{
  gboolean done;

  g_return_val_if_fail (GBX_IS_LIBRARY (self), FALSE);

  done = gbx_store_drain (self->store, error);
  tell (self, done ? NULL : self->error);
  return done;
}
