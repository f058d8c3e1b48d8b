/* stage.c: a widget in a window, what it looks like, and hands to work it with. */
#include "stage.h"

#include <adwaita.h>
#include <math.h>

#define LATEST 2000 /* milliseconds; a live description is spoken within one second */

void
stage_init (int *argc, char ***argv)
{
  gtk_test_init (argc, argv, NULL);
  adw_init ();
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_LIGHT);
}

Stage
stage_new (GtkWidget *widget, int width, int height)
{
  Stage stage = {gtk_window_new (), widget, width, height, 1, NULL};

  g_object_ref_sink (widget);
  gtk_widget_set_size_request (widget, width, height);
  gtk_window_set_decorated (GTK_WINDOW (stage.window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (stage.window), width, height);
  gtk_window_set_child (GTK_WINDOW (stage.window), widget);
  gtk_window_present (GTK_WINDOW (stage.window));
  while (!gtk_widget_get_mapped (widget) || gtk_widget_get_width (widget) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (gtk_widget_get_width (widget), ==, width);
  g_assert_cmpint (gtk_widget_get_height (widget), ==, height);
  stage.scale = gtk_widget_get_scale_factor (widget);
  return stage;
}

void
stage_free (Stage *stage)
{
  gtk_window_destroy (GTK_WINDOW (stage->window));
  stage_settle ();
  g_assert_finalize_object (G_OBJECT (stage->widget));
  g_free (stage->pixels);
}

void
stage_shoot (Stage *stage)
{
  int width = stage->width * stage->scale, height = stage->height * stage->scale;
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GdkTexture) texture = NULL;
  GskRenderNode *node;

  gtk_snapshot_scale (snapshot, stage->scale, stage->scale);
  GTK_WIDGET_GET_CLASS (stage->widget)->snapshot (stage->widget, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  g_free (stage->pixels);
  stage->pixels = g_new0 (guint32, (gsize)width * height);
  if (!node)
    return;
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (stage->window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, width, height));
  gdk_texture_download (texture, (guchar *)stage->pixels, width * sizeof (guint32));
  gsk_render_node_unref (node);
}

guint32
stage_pixel (Stage *stage, double x, double y)
{
  return stage
      ->pixels[(int)(y * stage->scale) * stage->width * stage->scale + (int)(x * stage->scale)];
}

guint32
stage_pack (const GdkRGBA *rgba)
{
  return 0xff000000u | (guint32)lrint (rgba->red * 255) << 16 |
         (guint32)lrint (rgba->green * 255) << 8 | (guint32)lrint (rgba->blue * 255);
}

guint32
stage_colour (Stage *stage, GbxColour colour)
{
  GdkRGBA rgba = gbx_palette_get (stage->widget, colour);

  return stage_pack (&rgba);
}

void
stage_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

guint
stage_count (Stage *stage, guint32 colour, int left, int top, int width, int height)
{
  guint n = 0;

  for (int y = top * stage->scale; y < (top + height) * stage->scale; y++)
    for (int x = left * stage->scale; x < (left + width) * stage->scale; x++)
      n += stage->pixels[y * stage->width * stage->scale + x] == colour;
  return n;
}

guint
stage_count_all (Stage *stage, guint32 colour)
{
  return stage_count (stage, colour, 0, 0, stage->width, stage->height);
}

gpointer
stage_controller (GtkWidget *widget, GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

    if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
      return controller; /* the widget holds it */
  }
  g_assert_not_reached ();
}

gboolean
stage_press (GtkWidget *widget, guint key, GdkModifierType state)
{
  gboolean handled = FALSE;

  g_signal_emit_by_name (stage_controller (widget, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed",
                         key, 0, state, &handled);
  return handled;
}

void
stage_click (GtkWidget *widget, double x, double y)
{
  g_signal_emit_by_name (stage_controller (widget, GTK_TYPE_GESTURE_CLICK), "pressed", 1, x, y);
}

int
stage_selected (GtkWidget *widget)
{
  int index;

  g_object_get (widget, "selected", &index, NULL);
  return index;
}

void
stage_count_cb (guint *n)
{
  (*n)++;
}

static gboolean
stage_late_cb (gpointer late)
{
  *(gboolean *)late = TRUE;
  return G_SOURCE_REMOVE;
}

/* However long this process was kept waiting: of two timers whose time has come, the one of the low
 * priority goes last. */
void
stage_assert_property (GtkWidget *widget, GtkAccessibleProperty property, const char *text)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_full (G_PRIORITY_LOW, LATEST, stage_late_cb, &late, NULL);
  g_autofree char *found = NULL;

  while ((found = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), property, text)) &&
         !late) {
    g_free (found);
    g_main_context_iteration (NULL, TRUE);
  }
  if (!late)
    g_source_remove (timer);
  if (found)
    g_assert_cmpstr (found, ==, text);
}
