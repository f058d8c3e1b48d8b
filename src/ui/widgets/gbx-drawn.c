/* gbx-drawn.c: the base of the widgets that draw themselves. */
#include "gbx-drawn.h"

#include <math.h>

#define MOST_LAYOUTS 512
#define SMALL_SCALE 0.85
#define RING_RADIUS 6
#define SMALLEST_TYPE 0.55f /* of the small type: a count that needs less than that is left out */
#define PANEL_PADDING 6
#define PANEL_DISTANCE 10

typedef struct {
  GHashTable *layouts; /* style and text → PangoLayout */

  char *said;     /* what assistive technology has been told */
  char *to_say;   /* what it shall be told when voice fires, or NULL */
  gint64 said_at; /* by itself, in monotonic microseconds */
  guint voice;
} GbxDrawnPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GbxDrawn, gbx_drawn, GTK_TYPE_WIDGET)

static void
restyle (GbxDrawn *self)
{
  GbxDrawnPrivate *private = gbx_drawn_get_instance_private (self);

  g_hash_table_remove_all (private->layouts);
  if (GBX_DRAWN_GET_CLASS (self)->restyle)
    GBX_DRAWN_GET_CLASS (self)->restyle (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
say (GbxDrawn *self, const char *text)
{
  GbxDrawnPrivate *private = gbx_drawn_get_instance_private (self);

  g_clear_handle_id (&private->voice, g_source_remove);
  g_clear_pointer (&private->to_say, g_free);
  if (g_strcmp0 (private->said, text) == 0)
    return;
  g_free (private->said);
  private->said = g_strdup (text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
}

static gboolean
voice_cb (gpointer data)
{
  GbxDrawn *self = data;
  GbxDrawnPrivate *private = gbx_drawn_get_instance_private (self);
  g_autofree char *text = g_steal_pointer (&private->to_say);

  private->voice = 0;
  private->said_at = g_get_monotonic_time ();
  say (self, text);
  return G_SOURCE_REMOVE;
}

static void
scale_factor_cb (GbxDrawn *self)
{
  restyle (self);
}

static void
gbx_drawn_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (gbx_drawn_parent_class)->css_changed (widget, change);
  restyle (GBX_DRAWN (widget));
  gtk_widget_queue_resize (widget);
}

static void
gbx_drawn_state_flags_changed (GtkWidget *widget, GtkStateFlags previous)
{
  GTK_WIDGET_CLASS (gbx_drawn_parent_class)->state_flags_changed (widget, previous);
  gtk_widget_queue_draw (widget);
}

static void
gbx_drawn_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GdkRGBA ring = gbx_palette_get (widget, GBX_COLOUR_ACCENT);

  if (width <= 0 || height <= 0)
    return;
  GBX_DRAWN_GET_CLASS (widget)->paint (GBX_DRAWN (widget), snapshot, width, height);
  if (gtk_widget_has_visible_focus (widget))
    gbx_drawn_frame (snapshot, &ring, 0, 0, width, height,
                     GBX_DRAWN_GET_CLASS (widget)->ring_radius, 2);
}

static gboolean
gbx_drawn_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  g_autofree char *text = NULL;

  if (!GBX_DRAWN_GET_CLASS (widget)->tip) /* its tooltip, if any, is a plain one */
    return GTK_WIDGET_CLASS (gbx_drawn_parent_class)
        ->query_tooltip (widget, x, y, keyboard, tooltip);
  text = GBX_DRAWN_GET_CLASS (widget)->tip (GBX_DRAWN (widget), x, y, keyboard);
  gtk_tooltip_set_text (tooltip, text);
  return text != NULL;
}

static void
pressed_cb (GbxDrawn *self, int n_press, double x, double y, GtkGesture *gesture)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  GBX_DRAWN_GET_CLASS (self)->press (self, x, y);
}

static gboolean
key_pressed_cb (GbxDrawn *self, guint key, guint code, GdkModifierType state,
                GtkEventControllerKey *controller)
{
  return GBX_DRAWN_GET_CLASS (self)->key (self, key, state) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

static void
gbx_drawn_constructed (GObject *object)
{
  GbxDrawnClass *klass = GBX_DRAWN_GET_CLASS (object);

  if (klass->press) {
    GtkGesture *click = gtk_gesture_click_new ();

    g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), object);
    gtk_widget_add_controller (GTK_WIDGET (object), GTK_EVENT_CONTROLLER (click));
  }
  if (klass->key) {
    GtkEventController *keys = gtk_event_controller_key_new ();

    g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), object);
    gtk_widget_add_controller (GTK_WIDGET (object), keys);
  }
  if (klass->tip)
    gtk_widget_set_has_tooltip (GTK_WIDGET (object), TRUE);
  G_OBJECT_CLASS (gbx_drawn_parent_class)->constructed (object);
}

static void
gbx_drawn_dispose (GObject *object)
{
  GbxDrawnPrivate *private = gbx_drawn_get_instance_private (GBX_DRAWN (object));

  g_clear_handle_id (&private->voice, g_source_remove);
  G_OBJECT_CLASS (gbx_drawn_parent_class)->dispose (object);
}

static void
gbx_drawn_finalize (GObject *object)
{
  GbxDrawnPrivate *private = gbx_drawn_get_instance_private (GBX_DRAWN (object));

  g_hash_table_unref (private->layouts);
  g_free (private->said);
  g_free (private->to_say);
  G_OBJECT_CLASS (gbx_drawn_parent_class)->finalize (object);
}

static void
gbx_drawn_class_init (GbxDrawnClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = gbx_drawn_constructed;
  object_class->dispose = gbx_drawn_dispose;
  object_class->finalize = gbx_drawn_finalize;
  widget_class->css_changed = gbx_drawn_css_changed;
  widget_class->state_flags_changed = gbx_drawn_state_flags_changed;
  widget_class->query_tooltip = gbx_drawn_query_tooltip;
  widget_class->snapshot = gbx_drawn_snapshot;
  klass->ring_radius = RING_RADIUS;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
gbx_drawn_init (GbxDrawn *self)
{
  GbxDrawnPrivate *private = gbx_drawn_get_instance_private (self);

  private->layouts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (scale_factor_cb), NULL);
}

PangoLayout *
gbx_drawn_layout (GbxDrawn *self, const char *text, GbxTextStyle style)
{
  GbxDrawnPrivate *private = gbx_drawn_get_instance_private (self);
  g_autofree char *key = g_strdup_printf ("%d%s", style, text);
  PangoLayout *layout = g_hash_table_lookup (private->layouts, key);
  PangoAttrList *attributes;

  if (layout)
    return layout;
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  attributes = pango_attr_list_new ();
  if (style == GBX_TEXT_BOLD || style == GBX_TEXT_SMALL_BOLD)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  if (style == GBX_TEXT_SMALL || style == GBX_TEXT_SMALL_BOLD)
    pango_attr_list_insert (attributes, pango_attr_scale_new (SMALL_SCALE));
  /* Figures of one width: a number that changes does not make its neighbours tremble. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  if (g_hash_table_size (private->layouts) >= MOST_LAYOUTS)
    g_hash_table_remove_all (private->layouts);
  g_hash_table_insert (private->layouts, g_steal_pointer (&key), layout);
  return layout;
}

void
gbx_drawn_measure (GbxDrawn *self, const char *text, GbxTextStyle style, int *width, int *height)
{
  pango_layout_get_pixel_size (gbx_drawn_layout (self, text, style), width, height);
}

int
gbx_drawn_text (GbxDrawn *self, GtkSnapshot *snapshot, const char *text, GbxTextStyle style,
                const GdkRGBA *colour, double x, double y, double align, int most)
{
  PangoLayout *layout = gbx_drawn_layout (self, text, style);
  int width, height;
  double left;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (most > 0 && width > most) {
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_width (layout, most * PANGO_SCALE);
    width = most;
  }
  left = x - align * width;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((int)left, (int)(y - height / 2.0)));
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
  pango_layout_set_width (layout, -1);
  return width;
}

void
gbx_drawn_rectangle (GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width,
                     double height, double radius)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (x, y, width, height);
  GskRoundedRect outline;

  if (width <= 0 || height <= 0)
    return;
  if (radius <= 0) {
    gtk_snapshot_append_color (snapshot, colour, &bounds);
    return;
  }
  gsk_rounded_rect_init_from_rect (&outline, &bounds, MIN (radius, MIN (width, height) / 2));
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, colour, &bounds);
  gtk_snapshot_pop (snapshot);
}

void
gbx_drawn_frame (GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y, double width,
                 double height, double radius, double thickness)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (x, y, width, height);
  const float widths[4] = {thickness, thickness, thickness, thickness};
  const GdkRGBA colours[4] = {*colour, *colour, *colour, *colour};
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &bounds, radius);
  gtk_snapshot_append_border (snapshot, &outline, widths, colours);
}

void
gbx_drawn_cell (GbxDrawn *self, GtkSnapshot *snapshot, guint32 fill, const char *text,
                const GdkRGBA *ink, double x, double y, double width, double height)
{
  const GdkRGBA black = {0, 0, 0, 0.87f}, white = {1, 1, 1, 1};
  const GdkRGBA paper = {((fill >> 16) & 0xff) / 255.f, ((fill >> 8) & 0xff) / 255.f,
                         (fill & 0xff) / 255.f, 1};
  double light = 0.299 * paper.red + 0.587 * paper.green + 0.114 * paper.blue;
  int text_width, text_height;
  float fit;

  gbx_drawn_rectangle (snapshot, &paper, x, y, width, height, 0);
  gbx_drawn_measure (self, text, GBX_TEXT_SMALL, &text_width, &text_height);
  fit = MIN ((float)(width - 2) / (float)text_width, (float)(height + 2) / (float)text_height);
  if (fit < SMALLEST_TYPE)
    return;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float)(x + width / 2), (float)(y + height / 2)));
  gtk_snapshot_scale (snapshot, MIN (fit, 1), MIN (fit, 1));
  gbx_drawn_text (self, snapshot, text, GBX_TEXT_SMALL,
                  ink            ? ink
                  : light > 0.55 ? &black
                                 : &white,
                  0, 0, 0.5, 0);
  gtk_snapshot_restore (snapshot);
}

cairo_surface_t *
gbx_drawn_begin_image (int device_width, int device_height, guint32 **pixels)
{
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, device_width, device_height);

  cairo_surface_flush (surface);
  *pixels = (guint32 *)(gpointer)cairo_image_surface_get_data (surface);
  return surface;
}

GskRenderNode *
gbx_drawn_end_image (cairo_surface_t *surface, double x, double y, int scale)
{
  double width = (double)cairo_image_surface_get_width (surface) / scale;
  double height = (double)cairo_image_surface_get_height (surface) / scale;
  GskRenderNode *node =
      gsk_cairo_node_new (&GRAPHENE_RECT_INIT ((float)x, (float)y, (float)width, (float)height));
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);

  cairo_surface_mark_dirty (surface);
  cairo_surface_set_device_scale (surface, scale, scale);
  cairo_set_source_surface (cr, surface, x, y);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_rectangle (cr, x, y, width, height);
  cairo_fill (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return node;
}

void
gbx_drawn_spread (const guint32 *pixels, int width, int height, int stride, guint32 *spread,
                  int device_width, int device_height, int device_stride)
{
  g_autofree int *columns = g_new (int, device_width);
  int previous = -1;

  for (int x = 0; x < device_width; x++)
    columns[x] = (int)((gint64)x * width / device_width);
  for (int y = 0; y < device_height; y++, spread += device_stride) {
    int row = (int)((gint64)y * height / device_height);

    if (row == previous) {
      memcpy (spread, spread - device_stride, device_width * sizeof (guint32));
      continue;
    }
    for (int x = 0; x < device_width; x++)
      spread[x] = pixels[(gsize)row * stride + columns[x]];
    previous = row;
  }
}

void
gbx_drawn_panel (GbxDrawn *self, GtkSnapshot *snapshot, const char *const *lines, double x,
                 double y, double width, double height)
{
  GdkRGBA text = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_FOREGROUND);
  GdkRGBA paper = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_BACKGROUND);
  GdkRGBA line = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);
  int panel_width = 0, panel_height = 2 * PANEL_PADDING, line_height = 0;

  for (guint i = 0; lines[i]; i++) {
    int line_width;

    gbx_drawn_measure (self, lines[i], i == 0 ? GBX_TEXT_SMALL_BOLD : GBX_TEXT_SMALL, &line_width,
                       &line_height);
    panel_width = MAX (panel_width, line_width + 2 * PANEL_PADDING);
    panel_height += line_height;
  }
  x = x + PANEL_DISTANCE + panel_width <= width ? x + PANEL_DISTANCE
                                                : x - PANEL_DISTANCE - panel_width;
  x = floor (MAX (x, 0));
  y = floor (CLAMP (y - panel_height / 2.0, 0, MAX (0, height - panel_height)));
  paper.alpha = 0.95;
  gbx_drawn_rectangle (snapshot, &paper, x, y, panel_width, panel_height, PANEL_PADDING);
  gbx_drawn_frame (snapshot, &line, x, y, panel_width, panel_height, PANEL_PADDING, 1);
  for (guint i = 0; lines[i]; i++)
    gbx_drawn_text (self, snapshot, lines[i], i == 0 ? GBX_TEXT_SMALL_BOLD : GBX_TEXT_SMALL, &text,
                    x + PANEL_PADDING, y + PANEL_PADDING + (i + 0.5) * line_height, 0, 0);
}

gboolean
gbx_drawn_walk (guint key, GdkModifierType state, int n, int columns, int page, int *index)
{
  gboolean whole = (state & GDK_CONTROL_MASK) != 0;
  int row_start = MAX (*index, 0) / columns * columns, to;

  if (n == 0 || (state & GDK_ALT_MASK))
    return FALSE;
  if (key == GDK_KEY_Right || key == GDK_KEY_KP_Right)
    to = *index + 1;
  else if (key == GDK_KEY_Left || key == GDK_KEY_KP_Left)
    to = *index - 1;
  else if (key == GDK_KEY_Down || key == GDK_KEY_KP_Down)
    to = *index + columns;
  else if (key == GDK_KEY_Up || key == GDK_KEY_KP_Up)
    to = *index - columns;
  else if (key == GDK_KEY_Page_Down || key == GDK_KEY_KP_Page_Down)
    to = MIN (*index + page * columns, n - 1);
  else if (key == GDK_KEY_Page_Up || key == GDK_KEY_KP_Page_Up)
    to = MAX (*index - page * columns, 0);
  else if (key == GDK_KEY_Home || key == GDK_KEY_KP_Home)
    to = whole ? 0 : row_start;
  else if (key == GDK_KEY_End || key == GDK_KEY_KP_End)
    to = whole ? n - 1 : MIN (row_start + columns, n) - 1;
  else
    return FALSE;
  if (*index < 0)
    *index = 0;
  else if (to >= 0 && to < n)
    *index = to;
  return TRUE;
}

void
gbx_drawn_describe (GbxDrawn *self, const char *text)
{
  say (self, text);
}

void
gbx_drawn_describe_live (GbxDrawn *self, const char *text)
{
  GbxDrawnPrivate *private = gbx_drawn_get_instance_private (self);
  gint64 since = g_get_monotonic_time () - private->said_at;

  if (private->voice == 0 && since >= G_USEC_PER_SEC) {
    private->said_at += since;
    say (self, text);
    return;
  }
  g_free (private->to_say);
  private->to_say = g_strdup (text);
  if (private->voice == 0)
  private->voice = g_timeout_add (1000 - since / 1000, voice_cb, self);
}

gboolean
gbx_drawn_is_reversed (GbxDrawn *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}
