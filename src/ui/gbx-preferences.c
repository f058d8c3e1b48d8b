/* gbx-preferences.c: what the user chose about the window, kept in GSettings. */
#include "gbx-preferences.h"

#include <gio/gio.h>

typedef enum {
  LANGUAGE = 1,
  COLOUR_SCHEME,
  SHOW_CONTROLS,
  LOGARITHMIC_LOSS,
  WINDOW_WIDTH,
  WINDOW_HEIGHT,
  MAXIMIZED,
  N_PROPERTIES
} Property;

struct _GbxPreferences {
  GObject parent_instance;

  GValue values[N_PROPERTIES];
  GSettings *settings; /* NULL without a schema */
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GbxPreferences, gbx_preferences, G_TYPE_OBJECT)

static void
gbx_preferences_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GbxPreferences *self = GBX_PREFERENCES (object);

  if (id > 0 && id < N_PROPERTIES)
    g_value_copy (&self->values[id], value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_preferences_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GbxPreferences *self = GBX_PREFERENCES (object);

  if (id == 0 || id >= N_PROPERTIES) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  } else if (g_param_values_cmp (spec, &self->values[id], value) != 0) {
    g_value_copy (value, &self->values[id]);
    g_object_notify_by_pspec (object, spec);
  }
}

static void
gbx_preferences_finalize (GObject *object)
{
  GbxPreferences *self = GBX_PREFERENCES (object);

  g_clear_object (&self->settings);
  for (guint i = 1; i < N_PROPERTIES; i++)
    g_value_unset (&self->values[i]);
  G_OBJECT_CLASS (gbx_preferences_parent_class)->finalize (object);
}

static void
gbx_preferences_class_init (GbxPreferencesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = gbx_preferences_get_property;
  object_class->set_property = gbx_preferences_set_property;
  object_class->finalize = gbx_preferences_finalize;

  properties[LANGUAGE] = g_param_spec_string ("language", NULL, NULL, "", flags);
  properties[COLOUR_SCHEME] = g_param_spec_string ("colour-scheme", NULL, NULL, "default", flags);
  properties[SHOW_CONTROLS] = g_param_spec_boolean ("show-controls", NULL, NULL, TRUE, flags);
  properties[LOGARITHMIC_LOSS] =
      g_param_spec_boolean ("logarithmic-loss", NULL, NULL, FALSE, flags);
  properties[WINDOW_WIDTH] =
      g_param_spec_int ("window-width", NULL, NULL, 1, G_MAXINT, 1440, flags);
  properties[WINDOW_HEIGHT] =
      g_param_spec_int ("window-height", NULL, NULL, 1, G_MAXINT, 900, flags);
  properties[MAXIMIZED] = g_param_spec_boolean ("maximized", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
gbx_preferences_init (GbxPreferences *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  for (guint i = 1; i < N_PROPERTIES; i++) {
    g_value_init (&self->values[i], properties[i]->value_type);
    g_param_value_set_default (properties[i], &self->values[i]);
  }
  /* g_settings_new() would end the program when the schema is not installed. */
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, GBX_APPLICATION_ID, TRUE);
  if (schema == NULL)
    return;
  self->settings = g_settings_new_full (schema, NULL, NULL);
  for (guint i = 1; i < N_PROPERTIES; i++)
    g_settings_bind (self->settings, properties[i]->name, self, properties[i]->name,
                     G_SETTINGS_BIND_DEFAULT);
}

GbxPreferences *
gbx_preferences_get_default (void)
{
  static GbxPreferences *preferences;

  if (preferences == NULL)
    preferences = g_object_new (GBX_TYPE_PREFERENCES, NULL);
  return preferences;
}
