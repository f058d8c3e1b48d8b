/* gbx-own-recipe.c: an experiment the user saved under a name. */
#include "gbx-own-recipe.h"

struct _GbxOwnRecipe {
  GObject parent_instance;
  char *id, *name;
  NnExperiment *experiment;
  gint64 created;
};

enum { PROP_NAME = 1, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GbxOwnRecipe, gbx_own_recipe, G_TYPE_OBJECT)

static void
gbx_own_recipe_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NAME)
    g_value_set_string (value, GBX_OWN_RECIPE (object)->name);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_own_recipe_finalize (GObject *object)
{
  GbxOwnRecipe *self = GBX_OWN_RECIPE (object);

  g_free (self->id);
  g_free (self->name);
  nn_experiment_free (self->experiment);
  G_OBJECT_CLASS (gbx_own_recipe_parent_class)->finalize (object);
}

static void
gbx_own_recipe_class_init (GbxOwnRecipeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_own_recipe_get_property;
  object_class->finalize = gbx_own_recipe_finalize;
  properties[PROP_NAME] =
      g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
gbx_own_recipe_init (GbxOwnRecipe *self)
{
}

/* ---- public ---- */

GbxOwnRecipe *
gbx_own_recipe_new (const char *id, const char *name, NnExperiment *experiment, gint64 created)
{
  GbxOwnRecipe *self = g_object_new (GBX_TYPE_OWN_RECIPE, NULL);

  self->id = id != NULL ? g_strdup (id) : g_uuid_string_random ();
  self->name = g_strdup (name);
  self->experiment = experiment;
  self->created = created;
  return self;
}

const char *
gbx_own_recipe_get_id (GbxOwnRecipe *self)
{
  g_return_val_if_fail (GBX_IS_OWN_RECIPE (self), NULL);

  return self->id;
}

const char *
gbx_own_recipe_get_name (GbxOwnRecipe *self)
{
  g_return_val_if_fail (GBX_IS_OWN_RECIPE (self), NULL);

  return self->name;
}

const NnExperiment *
gbx_own_recipe_get_experiment (GbxOwnRecipe *self)
{
  g_return_val_if_fail (GBX_IS_OWN_RECIPE (self), NULL);

  return self->experiment;
}

gint64
gbx_own_recipe_get_created (GbxOwnRecipe *self)
{
  g_return_val_if_fail (GBX_IS_OWN_RECIPE (self), 0);

  return self->created;
}

void
gbx_own_recipe_set_name (GbxOwnRecipe *self, const char *name)
{
  g_return_if_fail (GBX_IS_OWN_RECIPE (self) && name != NULL);

  if (g_strcmp0 (self->name, name) == 0)
    return;
  g_free (self->name);
  self->name = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}

void
gbx_own_recipe_set_experiment (GbxOwnRecipe *self, NnExperiment *experiment)
{
  g_return_if_fail (GBX_IS_OWN_RECIPE (self) && experiment != NULL);

  nn_experiment_free (self->experiment);
  self->experiment = experiment;
}
