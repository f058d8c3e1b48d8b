/* gbx-application.c: the program: language, style, and one window. */
#include "gbx-application.h"

#include "gbx-language.h"
#include "gbx-preferences.h"
#include "gbx-resources.h"
#include "gbx-window.h"

#include <glib/gi18n-lib.h>

struct _GbxApplication {
  AdwApplication parent_instance;

  guint rebuild_source; /* 0 while the language is not being switched */
};

G_DEFINE_FINAL_TYPE (GbxApplication, gbx_application, ADW_TYPE_APPLICATION)

/* ---- language and style -----------------------------------------------------------------------
 */

static gboolean
rebuild_cb (gpointer data)
{
  GbxApplication *self = GBX_APPLICATION (data);

  self->rebuild_source = 0;
  for (GList *item = gtk_application_get_windows (GTK_APPLICATION (self)); item != NULL;
       item = item->next)
    if (GBX_IS_WINDOW (item->data))
      gbx_window_rebuild (GBX_WINDOW (item->data));
  return G_SOURCE_REMOVE;
}

/* The content is made anew from the main loop: the button that asked for it is part of it. */
static void
language_changed_cb (GbxApplication *self)
{
  g_autofree char *language = NULL;
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "language");

  g_object_get (gbx_preferences_get_default (), "language", &language, NULL);
  gbx_language_set (language);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (language));
  if (self->rebuild_source == 0)
    self->rebuild_source = g_idle_add_full (G_PRIORITY_HIGH, rebuild_cb, self, NULL);
}

static void
colour_scheme_changed_cb (GbxApplication *self)
{
  g_autofree char *name = NULL;
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "colour-scheme");
  AdwColorScheme scheme = ADW_COLOR_SCHEME_DEFAULT;

  g_object_get (gbx_preferences_get_default (), "colour-scheme", &name, NULL);
  if (g_str_equal (name, "light"))
    scheme = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_str_equal (name, "dark"))
    scheme = ADW_COLOR_SCHEME_FORCE_DARK;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (name));
}

/* ---- actions ----------------------------------------------------------------------------------
 */

static void
language_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_object_set (gbx_preferences_get_default (), "language", g_variant_get_string (parameter, NULL),
                NULL);
}

static void
toggle_language_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gboolean english = g_str_equal (gbx_language_get (), "en");

  g_object_set (gbx_preferences_get_default (), "language", english ? "zh_CN" : "en", NULL);
}

static void
colour_scheme_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_object_set (gbx_preferences_get_default (), "colour-scheme",
                g_variant_get_string (parameter, NULL), NULL);
}

static void
toggle_dark_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  g_object_set (gbx_preferences_get_default (), "colour-scheme", dark ? "light" : "dark", NULL);
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (
      gtk_application_get_active_window (GTK_APPLICATION (data)), "application-name", "Glassbox",
      "application-icon", GBX_APPLICATION_ID, "version", GBX_VERSION, "comments",
      _ ("Watch a real neural network learn, turn its dials, and draw digits for it to read."),
      "license-type", GTK_LICENSE_GPL_3_0, "developer-name", _ ("The Glassbox contributors"),
      /* TRANSLATORS: your name, one translator a line */
      "translator-credits", _ ("translator-credits"), NULL);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (data));

  if (window != NULL)
    gtk_window_close (window);
  else
    g_application_quit (G_APPLICATION (data));
}

static const GActionEntry actions[] = {
    {.name = "language", .activate = language_cb, .parameter_type = "s", .state = "''"},
    {.name = "toggle-language", .activate = toggle_language_cb},
    {.name = "colour-scheme", .activate = colour_scheme_cb, .parameter_type = "s", .state = "''"},
    {.name = "toggle-dark", .activate = toggle_dark_cb},
    {.name = "about", .activate = about_cb},
    {.name = "quit", .activate = quit_cb},
};

static void
set_accelerators (GtkApplication *application)
{
  static const struct {
    const char *action;
    const char *keys[3];
  } accelerators[] = {
      {"win.stage(0)", {"<Alt>1"}},
      {"win.stage(1)", {"<Alt>2"}},
      {"win.stage(2)", {"<Alt>3"}},
      {"win.stage(3)", {"<Alt>4"}},
      {"win.stage(4)", {"<Alt>5"}},
      {"win.stage(5)", {"<Alt>6"}},
      {"win.controls", {"F9"}},
      {"win.fullscreen", {"F11"}},
      {"win.open-model", {"<Control>o"}},
      {"win.save-model", {"<Control>s"}},
      {"win.show-help-overlay", {"<Control>question", "<Control><Shift>slash"}},
      {"window.close", {"<Control>w"}},
      {"app.quit", {"<Control>q"}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (application, accelerators[i].action,
                                           accelerators[i].keys);
}

/* ---- the object -------------------------------------------------------------------------------
 */

static void
gbx_application_startup (GApplication *application)
{
  GbxApplication *self = GBX_APPLICATION (application);
  GbxPreferences *preferences = gbx_preferences_get_default ();

  g_resources_register (gbx_get_resource ());
  G_APPLICATION_CLASS (gbx_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  set_accelerators (GTK_APPLICATION (self));
  g_signal_connect_object (preferences, "notify::language", G_CALLBACK (language_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (preferences, "notify::colour-scheme",
                           G_CALLBACK (colour_scheme_changed_cb), self, G_CONNECT_SWAPPED);
  language_changed_cb (self);
  colour_scheme_changed_cb (self);
}

static void
gbx_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL) {
    g_autoptr (GbxSession) session = gbx_session_new (NULL, 0);

    window = GTK_WINDOW (gbx_window_new (GTK_APPLICATION (application), session));
  }
  gtk_window_present (window);
}

static void
gbx_application_dispose (GObject *object)
{
  GbxApplication *self = GBX_APPLICATION (object);

  g_clear_handle_id (&self->rebuild_source, g_source_remove);
  G_OBJECT_CLASS (gbx_application_parent_class)->dispose (object);
}

static void
gbx_application_class_init (GbxApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gbx_application_dispose;
  G_APPLICATION_CLASS (klass)->startup = gbx_application_startup;
  G_APPLICATION_CLASS (klass)->activate = gbx_application_activate;
}

static void
gbx_application_init (GbxApplication *self)
{
}

GbxApplication *
gbx_application_new (void)
{
  return g_object_new (GBX_TYPE_APPLICATION, "application-id", GBX_APPLICATION_ID,
                       "resource-base-path", "/io/github/glassbox/Glassbox", NULL);
}
