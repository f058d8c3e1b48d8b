/* gbx-own-recipes.c: the user's own recipes. */
#include "gbx-own-recipes.h"

#include <glib/gi18n-lib.h>

struct _GbxOwnRecipes {
  GbxSessionView parent_instance;

  GtkEntry *name;
  GtkListBox *recipes;
  GtkButton *undo_button;

  /* What can be put back: */
  GbxOwnRecipe *gone;    /* owned: the last that was deleted or saved over */
  NnExperiment *earlier; /* owned: where it was saved over, what it was */
};

G_DEFINE_FINAL_TYPE (GbxOwnRecipes, gbx_own_recipes, GBX_TYPE_SESSION_VIEW)

static GbxSession *
get_session (GbxOwnRecipes *self)
{
  return gbx_session_view_get_session (GBX_SESSION_VIEW (self));
}

/* Returns: (transfer full) (nullable): the recipe under this name; NULL where none is called so. */
static NnExperiment *
name_recipe (const NnExperiment *experiment, const char *name, GError **error)
{
  g_autoptr (NnExperiment) copy = nn_experiment_copy (experiment);
  g_autofree char *json = NULL;

  g_free (copy->name);
  copy->name = g_strstrip (g_strdup (name));
  json = nn_experiment_to_json (copy);
  return nn_experiment_parse (json, -1, error);
}

/* @earlier: (transfer full) (nullable). @text: (transfer full): what the button says. */
static void
offer_back (GbxOwnRecipes *self, GbxOwnRecipe *recipe, NnExperiment *earlier, char *text)
{
  g_set_object (&self->gone, recipe);
  g_clear_pointer (&self->earlier, nn_experiment_free);
  self->earlier = earlier;
  gtk_button_set_label (self->undo_button, text);
  gtk_widget_set_visible (GTK_WIDGET (self->undo_button), TRUE);
  g_free (text);
}

/* Under a name that there is: that one is another from now on, unless it is put back. */
static void
save (GbxOwnRecipes *self, const NnExperiment *recipe)
{
  GbxLibrary *library = gbx_session_get_library (get_session (self));
  GbxOwnRecipe *old = gbx_library_find_recipe (library, recipe->name);
  NnExperiment *earlier;

  if (old == NULL) {
    gbx_library_save_recipe (library, recipe->name, recipe);
    return;
  }
  if (nn_experiment_equal (gbx_own_recipe_get_experiment (old), recipe))
    return;
  earlier = nn_experiment_copy (gbx_own_recipe_get_experiment (old));
  gbx_library_replace_recipe (library, old, recipe->name, recipe);
  offer_back (self, old, earlier, g_strdup_printf (_ ("Put the Earlier “%s” Back"), recipe->name));
}

static void
save_cb (GbxOwnRecipes *self)
{
  GbxSession *session = get_session (self);
  g_autoptr (GError) error = NULL;
  NnExperiment *recipe = name_recipe (gbx_session_get_experiment (session),
                                      gtk_editable_get_text (GTK_EDITABLE (self->name)), &error);

  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), error != NULL ? error->message : NULL);
  if (recipe == NULL) {
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "error");
    return;
  }
  gtk_widget_remove_css_class (GTK_WIDGET (self->name), "error");
  save (self, recipe);
  gbx_session_edit (session, recipe, N_ ("Name"), -1);
}

/* ---- a row ---- */

static void
load_cb (GtkButton *button, GbxOwnRecipes *self)
{
  GbxOwnRecipe *recipe = g_object_get_data (G_OBJECT (button), "recipe");

  gbx_session_load_experiment (get_session (self), gbx_own_recipe_get_experiment (recipe));
}

static void
delete_cb (GtkButton *button, GbxOwnRecipes *self)
{
  GbxOwnRecipe *recipe = g_object_get_data (G_OBJECT (button), "recipe");

  offer_back (self, recipe, NULL,
              g_strdup_printf (_ ("Put “%s” Back"), gbx_own_recipe_get_name (recipe)));
  gbx_library_delete_recipe (gbx_session_get_library (get_session (self)), self->gone);
}

static void
undo_cb (GbxOwnRecipes *self)
{
  GbxLibrary *library = gbx_session_get_library (get_session (self));

  gtk_widget_set_visible (GTK_WIDGET (self->undo_button), FALSE);
  if (self->earlier != NULL)
    gbx_library_replace_recipe (library, self->gone, self->earlier->name, self->earlier);
  else if (self->gone != NULL)
    gbx_library_restore_recipe (library, self->gone);
  g_clear_object (&self->gone);
  g_clear_pointer (&self->earlier, nn_experiment_free);
}

/* A name that no recipe can have, or that another has, is not taken. */
static void
renamed_cb (GtkEditableLabel *label, GParamSpec *spec, GbxOwnRecipes *self)
{
  GbxLibrary *library = gbx_session_get_library (get_session (self));
  GbxOwnRecipe *recipe = g_object_get_data (G_OBJECT (label), "recipe");
  g_autoptr (NnExperiment) named = NULL;

  if (gtk_editable_label_get_editing (label))
    return;
  named = name_recipe (gbx_own_recipe_get_experiment (recipe),
                       gtk_editable_get_text (GTK_EDITABLE (label)), NULL);
  if (named != NULL && gbx_library_find_recipe (library, named->name) == NULL)
    gbx_library_replace_recipe (library, recipe, named->name, named);
  else
    gtk_editable_set_text (GTK_EDITABLE (label), gbx_own_recipe_get_name (recipe));
}

static GtkWidget *
make_button (GbxOwnRecipe *recipe, const char *icon, const char *name, GCallback clicked,
             GbxOwnRecipes *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "recipe", g_object_ref (recipe), g_object_unref);
  g_signal_connect_object (button, "clicked", clicked, self, 0);
  return button;
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  GbxOwnRecipes *self = data;
  GbxOwnRecipe *recipe = item;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget *name = gtk_editable_label_new (gbx_own_recipe_get_name (recipe));

  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_set_tooltip_text (name, _ ("Click to rename"));
  g_object_set_data_full (G_OBJECT (name), "recipe", g_object_ref (recipe), g_object_unref);
  g_signal_connect_object (name, "notify::editing", G_CALLBACK (renamed_cb), self, 0);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), make_button (recipe, "document-open-symbolic", _ ("Load Recipe"),
                                              G_CALLBACK (load_cb), self));
  gtk_box_append (GTK_BOX (box), make_button (recipe, "user-trash-symbolic", _ ("Delete Recipe"),
                                              G_CALLBACK (delete_cb), self));
  return box;
}

/* ---- the object ---- */

static void
gbx_own_recipes_refresh (GbxSessionView *view)
{
  GbxOwnRecipes *self = GBX_OWN_RECIPES (view);

  gtk_editable_set_text (GTK_EDITABLE (self->name),
                         gbx_session_get_experiment (get_session (self))->name);
}

static void
gbx_own_recipes_attach (GbxSessionView *view, GbxSession *session)
{
  GbxOwnRecipes *self = GBX_OWN_RECIPES (view);
  static const char *const changes[] = {"notify::experiment-name", NULL};

  gbx_session_view_refresh_on (view, changes);
  gtk_list_box_bind_model (self->recipes,
                           gbx_library_get_recipes (gbx_session_get_library (session)), make_row,
                           self, NULL);
}

static void
gbx_own_recipes_dispose (GObject *object)
{
  GbxOwnRecipes *self = GBX_OWN_RECIPES (object);

  g_clear_object (&self->gone);
  g_clear_pointer (&self->earlier, nn_experiment_free);
  G_OBJECT_CLASS (gbx_own_recipes_parent_class)->dispose (object);
}

static void
gbx_own_recipes_class_init (GbxOwnRecipesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gbx_own_recipes_dispose;
  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_own_recipes_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_own_recipes_refresh;

  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-own-recipes.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxOwnRecipes, name);
  gtk_widget_class_bind_template_child (widget_class, GbxOwnRecipes, recipes);
  gtk_widget_class_bind_template_child (widget_class, GbxOwnRecipes, undo_button);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, undo_cb);
}

static void
gbx_own_recipes_init (GbxOwnRecipes *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
