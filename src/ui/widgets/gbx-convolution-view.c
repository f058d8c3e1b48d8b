/* gbx-convolution-view.c: a window on its way over a picture. */
#include "gbx-convolution-view.h"

#include "gbx-hop-layout.h"
#include "gbx-hop-words.h"
#include "gbx-range.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define HOP_MILLISECONDS 300
#define CELL_FINENESS 100 /* this part of the range is still told apart in a cell */

struct _GbxConvolutionView {
  GbxDrawn parent_instance;

  GbxHop *hop; /* owned; NULL: nothing to show */
  int place;
  int wanted_place; /* where the first hop begins; −1: where there is most to see */
  gboolean by_hand; /* somebody has chosen the place */
  int filled;       /* places whose output has come so far; all of them once a hand stops at one */
  gboolean playing;
  guint beat; /* the next hop */

  /* What was drawn last. */
  GbxHopLayout layout;
  GskRenderNode *input, *output;
};

G_DEFINE_FINAL_TYPE (GbxConvolutionView, gbx_convolution_view, GBX_TYPE_DRAWN)

enum { PROP_0, PROP_PLACE, PROP_PLAYING, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

static void set_playing (GbxConvolutionView *self, gboolean playing);

/* ---- where things are -------------------------------------------------------------------------
 */

static double
bill_width (GbxConvolutionView *self)
{
  GbxHopLine lines[GBX_HOP_MOST_LINES];
  int n = gbx_hop_words_bill (self->hop, self->place, lines), labels = 0, figures;

  for (int i = 0; i < n; i++) {
    int width;

    gbx_drawn_measure (GBX_DRAWN (self), lines[i].label, GBX_TEXT_SMALL_BOLD, &width, NULL);
    labels = MAX (labels, width);
  }
  /* As wide as any number gets, so that nothing moves when they do. */
  gbx_drawn_measure (GBX_DRAWN (self), "+000.00", GBX_TEXT_SMALL_BOLD, &figures, NULL);
  gbx_hop_words_free (lines, n);
  return labels + GBX_HOP_GAP / 2 + figures;
}

static GbxHopType
measure_type (GbxConvolutionView *self)
{
  GbxHopType type = {.bill_lines = self->hop->kind == GBX_HOP_CONVOLUTION ? 5 : 4};
  int number;

  gbx_drawn_measure (GBX_DRAWN (self), "+0.00", GBX_TEXT_SMALL, &number, &type.line);
  type.number = number + 2;
  type.bill_width = bill_width (self);
  return type;
}

static void
arrange (GbxConvolutionView *self, int width, int height)
{
  GbxHopType type = measure_type (self);

  self->layout = gbx_hop_layout (self->hop, width, height,
                                 gtk_widget_get_scale_factor (GTK_WIDGET (self)), &type);
}

/* ---- drawing ----------------------------------------------------------------------------------
 */

static void
forget_nodes (GbxConvolutionView *self)
{
  g_clear_pointer (&self->input, gsk_render_node_unref);
  g_clear_pointer (&self->output, gsk_render_node_unref);
}

/* The first @n of @values, the rest is bare. */
static GskRenderNode *
make_map (GbxConvolutionView *self, const float *values, int n, int height, int width,
          const GbxHopMap *map)
{
  gboolean dark = gbx_palette_is_dark (GTK_WIDGET (self));
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int device_width = MAX (1, (int)lround (map->cell * width * scale));
  int device_height = MAX (1, (int)lround (map->cell * height * scale));
  float range = gbx_range_find (values, (gsize)height * (gsize)width);
  g_autofree guint32 *colours = g_new0 (guint32, (gsize)height * (gsize)width);
  guint32 *pixels;
  cairo_surface_t *surface = gbx_drawn_begin_image (device_width, device_height, &pixels);

  for (int i = 0; i < n; i++)
    colours[i] = gbx_palette_diverging (range > 0 ? values[i] / range : values[i], dark);
  gbx_drawn_spread (colours, width, height, width, pixels, device_width, device_height,
                    device_width);
  return gbx_drawn_end_image (surface, map->x, map->y, scale);
}

/* A light and a dark line: one of them stands out on any colour. */
static void
paint_frame (GbxConvolutionView *self, GtkSnapshot *snapshot, double x, double y, double width,
             double height)
{
  GdkRGBA line = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_FOREGROUND);
  GdkRGBA paper = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_BACKGROUND);

  gbx_drawn_frame (snapshot, &paper, x - 1, y - 1, width + 2, height + 2, 0, 1);
  gbx_drawn_frame (snapshot, &line, x - 3, y - 3, width + 6, height + 6, 1, 2);
}

/* @shorter: what it is where @text has no room. */
static void
paint_title (GbxConvolutionView *self, GtkSnapshot *snapshot, const char *text, const char *shorter,
             double x, double y, double width)
{
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);
  int needed;

  gbx_drawn_measure (GBX_DRAWN (self), text, GBX_TEXT_SMALL, &needed, NULL);
  if (needed > width)
    text = shorter;
  gbx_drawn_text (GBX_DRAWN (self), snapshot, text, GBX_TEXT_SMALL, &dim, x + width / 2,
                  y - self->layout.title / 2 - GBX_HOP_TITLE_GAP / 2.0, 0.5, (int)width);
}

static void
paint_input (GbxConvolutionView *self, GtkSnapshot *snapshot)
{
  const GbxHop *hop = self->hop;
  const GbxHopMap *map = &self->layout.input;
  GdkRGBA edge = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_GRID);
  g_autofree char *title = NULL, *shorter = NULL;
  double width = map->cell * hop->input_width, height = map->cell * hop->input_height;
  int row, column;

  if (!self->input)
    self->input = make_map (self, hop->picture, hop->input_height * hop->input_width,
                            hop->input_height, hop->input_width, map);
  gtk_snapshot_append_node (snapshot, self->input);
  gbx_drawn_frame (snapshot, &edge, map->x - 1, map->y - 1, width + 2, height + 2, 0, 1);
  if (hop->n_inputs > 1)
    title = g_strdup_printf (_ ("input map %d of %d"), hop->input + 1, hop->n_inputs);
  else
    title = g_strdup_printf (_ ("input %d×%d"), hop->input_height, hop->input_width);
  shorter =
      hop->n_inputs > 1 ? g_strdup_printf (_ ("input %d"), hop->input + 1) : g_strdup (_ ("input"));
  gbx_hop_window (hop, self->place, &row, &column);
  paint_title (self, snapshot, title, shorter, self->layout.input_x, map->y - hop->top * map->cell,
               self->layout.side);
  paint_frame (self, snapshot, map->x + column * map->cell, map->y + row * map->cell,
               hop->width * map->cell, hop->height * map->cell);
}

static void
paint_output (GbxConvolutionView *self, GtkSnapshot *snapshot)
{
  const GbxHop *hop = self->hop;
  const GbxHopMap *map = &self->layout.output;
  GdkRGBA edge = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_GRID);
  g_autofree char *title =
      g_strdup_printf (_ ("output map %d of %d"), hop->output + 1, hop->n_outputs);
  g_autofree char *shorter = g_strdup_printf (_ ("output %d"), hop->output + 1);
  double width = map->cell * hop->output_width, height = map->cell * hop->output_height;
  int row = self->place / hop->output_width, column = self->place % hop->output_width;

  if (!self->output)
    self->output = make_map (self, hop->outputs ? hop->outputs : hop->sums, self->filled,
                             hop->output_height, hop->output_width, map);
  gtk_snapshot_append_node (snapshot, self->output);
  gbx_drawn_frame (snapshot, &edge, map->x - 1, map->y - 1, width + 2, height + 2, 0, 1);
  paint_title (self, snapshot, title, shorter, self->layout.output_x, map->y, self->layout.side);
  paint_frame (self, snapshot, map->x + column * map->cell, map->y + row * map->cell, map->cell,
               map->cell);
}

static void
paint_grid (GbxConvolutionView *self, GtkSnapshot *snapshot, GbxHopGrid kind, const char *title,
            double left, double top)
{
  const GbxHop *hop = self->hop;
  GdkRGBA grid = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_GRID);
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);
  gboolean dark = gbx_palette_is_dark (GTK_WIDGET (self));
  float range = gbx_hop_range (hop, kind);
  double cell = self->layout.cell;

  paint_title (self, snapshot, title, title, left, top, cell * hop->width);
  gbx_drawn_frame (snapshot, &grid, left - 1, top - 1, cell * hop->width + 1,
                   cell * hop->height + 1, 0, 1);
  for (int row = 0; row < hop->height; row++)
    for (int column = 0; column < hop->width; column++) {
      GbxHopCell found = gbx_hop_cell (hop, self->place, row, column);
      float value = gbx_hop_pick (&found, kind);
      g_autofree char *text = gbx_hop_words_number (value, range > 0 ? range / CELL_FINENESS : 1);
      gboolean beyond = !found.inside && kind != GBX_HOP_WEIGHTS;

      gbx_drawn_cell (GBX_DRAWN (self), snapshot,
                      gbx_palette_diverging (range > 0 ? value / range : value, dark), text,
                      beyond ? &dim : NULL, left + column * cell, top + row * cell, cell - 1,
                      cell - 1);
    }
}

static void
paint_bill (GbxConvolutionView *self, GtkSnapshot *snapshot)
{
  const GbxHopLayout *layout = &self->layout;
  GdkRGBA ink = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_FOREGROUND);
  GbxHopLine lines[GBX_HOP_MOST_LINES];
  int n = gbx_hop_words_bill (self->hop, self->place, lines);
  double y = layout->bill_y;

  for (int i = 0; i < n; i++) {
    GbxTextStyle style = lines[i].is_result ? GBX_TEXT_SMALL_BOLD : GBX_TEXT_SMALL;

    if (i > 0 && lines[i].is_result && !lines[i - 1].is_result) {
      gbx_drawn_rectangle (snapshot, &ink, layout->bill_x, floor (y + 1), layout->bill_width, 1, 0);
      y += 3;
    }
    gbx_drawn_text (GBX_DRAWN (self), snapshot, lines[i].label, style, &ink, layout->bill_x,
                    y + layout->line / 2, 0, 0);
    gbx_drawn_text (GBX_DRAWN (self), snapshot, lines[i].value, style, &ink,
                    layout->bill_x + layout->bill_width, y + layout->line / 2, 1, 0);
    y += layout->line;
  }
  gbx_hop_words_free (lines, n);
}

static void
paint_products (GbxConvolutionView *self, GtkSnapshot *snapshot)
{
  const GbxHopLayout *layout = &self->layout;
  GdkRGBA ink = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_FOREGROUND);
  g_autofree char *filter = g_strdup_printf (_ ("filter %d"), self->hop->output + 1);

  paint_grid (self, snapshot, GBX_HOP_VALUES, _ ("window"), layout->window_x, layout->upper_y);
  paint_grid (self, snapshot, GBX_HOP_WEIGHTS, filter, layout->kernel_x, layout->upper_y);
  paint_grid (self, snapshot, GBX_HOP_PRODUCTS, _ ("products"), layout->window_x, layout->lower_y);
  gbx_drawn_text (GBX_DRAWN (self), snapshot, "×", GBX_TEXT_BOLD, &ink,
                  layout->kernel_x - GBX_HOP_GAP / 2.0,
                  layout->upper_y + layout->cell * self->hop->height / 2, 0.5, 0);
}

static void
paint_pool (GbxConvolutionView *self, GtkSnapshot *snapshot)
{
  const GbxHopLayout *layout = &self->layout;
  int largest = gbx_hop_largest (self->hop, self->place);

  paint_grid (self, snapshot, GBX_HOP_VALUES, _ ("window"), layout->window_x, layout->upper_y);
  if (self->hop->kind == GBX_HOP_MAXIMUM && largest >= 0)
    paint_frame (self, snapshot, layout->window_x + largest % self->hop->width * layout->cell,
                 layout->upper_y + largest / self->hop->width * layout->cell, layout->cell - 1,
                 layout->cell - 1);
}

static void
gbx_convolution_view_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxConvolutionView *self = GBX_CONVOLUTION_VIEW (drawn);

  if (!self->hop)
    return;
  arrange (self, width, height);
  paint_input (self, snapshot);
  paint_output (self, snapshot);
  if (self->hop->kind == GBX_HOP_CONVOLUTION)
    paint_products (self, snapshot);
  else
    paint_pool (self, snapshot);
  paint_bill (self, snapshot);
}

static void
gbx_convolution_view_restyle (GbxDrawn *drawn)
{
  forget_nodes (GBX_CONVOLUTION_VIEW (drawn));
}

static void
gbx_convolution_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  forget_nodes (GBX_CONVOLUTION_VIEW (widget));
}

static void
gbx_convolution_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                              int *minimum, int *natural, int *minimum_baseline,
                              int *natural_baseline)
{
  GbxConvolutionView *self = GBX_CONVOLUTION_VIEW (widget);

  *minimum = 320;
  *natural = 640;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  *minimum = 160;
  if (self->hop) {
    GbxHopType type = measure_type (self);

    *minimum = gbx_hop_layout_height (self->hop, &type);
  }
  *natural = MAX (*minimum, 280);
}

/* ---- going ------------------------------------------------------------------------------------
 */

static void
describe (GbxConvolutionView *self, gboolean live)
{
  g_autofree char *text =
      self->hop ? gbx_hop_words_describe (self->hop, self->place) : g_strdup (_ ("Nothing yet"));

  if (live)
    gbx_drawn_describe_live (GBX_DRAWN (self), text);
  else
    gbx_drawn_describe (GBX_DRAWN (self), text);
}

static void
go_to (GbxConvolutionView *self, int place, int filled, gboolean live)
{
  if (self->filled != filled)
    g_clear_pointer (&self->output, gsk_render_node_unref);
  self->filled = filled;
  if (self->place != place) {
    self->place = place;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLACE]);
  }
  describe (self, live);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
hop_cb (gpointer data)
{
  GbxConvolutionView *self = data;
  int next = self->place + 1;

  if (next >= gbx_hop_n_places (self->hop)) {
    self->beat = 0;
    set_playing (self, FALSE);
    return G_SOURCE_REMOVE;
  }
  go_to (self, next, next + 1, TRUE);
  return G_SOURCE_CONTINUE;
}

static gboolean
may_move (GbxConvolutionView *self)
{
  gboolean enabled;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &enabled,
                NULL);
  return enabled;
}

static void
set_playing (GbxConvolutionView *self, gboolean playing)
{
  playing = playing && self->hop && may_move (self);
  if (self->playing == playing)
    return;
  self->playing = playing;
  g_clear_handle_id (&self->beat, g_source_remove);
  if (playing) {
    /* From the place there is; from the last one, over again. */
    int place = self->place + 1 < gbx_hop_n_places (self->hop) ? self->place : 0;

    go_to (self, place, place + 1, TRUE);
    self->beat = g_timeout_add (HOP_MILLISECONDS, hop_cb, self);
  }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYING]);
}

/* A hand chose a place. */
static void
stop_at (GbxConvolutionView *self, int place)
{
  set_playing (self, FALSE);
  self->by_hand = TRUE;
  go_to (self, place, gbx_hop_n_places (self->hop), FALSE);
}

/* The place under the pointer; −1: it is in neither map. */
static int
place_at (GbxConvolutionView *self, double x, double y)
{
  if (!self->hop || !self->output)
    return -1;
  return gbx_hop_layout_at (&self->layout, self->hop, x, y);
}

static void
gbx_convolution_view_press (GbxDrawn *drawn, double x, double y)
{
  GbxConvolutionView *self = GBX_CONVOLUTION_VIEW (drawn);
  int place = place_at (self, x, y);

  if (place >= 0)
    stop_at (self, place);
}

static void
motion_cb (GbxConvolutionView *self, double x, double y)
{
  gbx_convolution_view_press (GBX_DRAWN (self), x, y);
}

static gboolean
gbx_convolution_view_key (GbxDrawn *drawn, guint key, GdkModifierType state)
{
  GbxConvolutionView *self = GBX_CONVOLUTION_VIEW (drawn);
  int place = self->place;

  if (!self->hop || !gbx_drawn_walk (key, state, gbx_hop_n_places (self->hop),
                                     self->hop->output_width, self->hop->output_height, &place))
    return FALSE;
  stop_at (self, place);
  return TRUE;
}

/* ---- the object -------------------------------------------------------------------------------
 */

static void
animations_changed_cb (GbxConvolutionView *self)
{
  if (!may_move (self))
    set_playing (self, FALSE);
}

static void
gbx_convolution_view_unmap (GtkWidget *widget)
{
  set_playing (GBX_CONVOLUTION_VIEW (widget), FALSE);
  GTK_WIDGET_CLASS (gbx_convolution_view_parent_class)->unmap (widget);
}

static void
gbx_convolution_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxConvolutionView *self = GBX_CONVOLUTION_VIEW (object);

  if (id == PROP_PLACE)
    g_value_set_int (value, self->place);
  else if (id == PROP_PLAYING)
    g_value_set_boolean (value, self->playing);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_convolution_view_set_property (GObject *object, guint id, const GValue *value,
                                   GParamSpec *pspec)
{
  GbxConvolutionView *self = GBX_CONVOLUTION_VIEW (object);
  int place;

  if (id == PROP_PLAYING) {
    set_playing (self, g_value_get_boolean (value));
  } else if (id == PROP_PLACE) {
    place = g_value_get_int (value);
    if (!self->hop)
      self->wanted_place = place;
    else if (place < gbx_hop_n_places (self->hop))
      stop_at (self, place);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gbx_convolution_view_dispose (GObject *object)
{
  GbxConvolutionView *self = GBX_CONVOLUTION_VIEW (object);

  g_clear_handle_id (&self->beat, g_source_remove);
  G_OBJECT_CLASS (gbx_convolution_view_parent_class)->dispose (object);
}

static void
gbx_convolution_view_finalize (GObject *object)
{
  GbxConvolutionView *self = GBX_CONVOLUTION_VIEW (object);

  forget_nodes (self);
  g_clear_pointer (&self->hop, gbx_hop_free);
  G_OBJECT_CLASS (gbx_convolution_view_parent_class)->finalize (object);
}

static void
gbx_convolution_view_class_init (GbxConvolutionViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = gbx_convolution_view_get_property;
  object_class->set_property = gbx_convolution_view_set_property;
  object_class->dispose = gbx_convolution_view_dispose;
  object_class->finalize = gbx_convolution_view_finalize;
  widget_class->measure = gbx_convolution_view_measure;
  widget_class->size_allocate = gbx_convolution_view_size_allocate;
  widget_class->unmap = gbx_convolution_view_unmap;
  GBX_DRAWN_CLASS (klass)->paint = gbx_convolution_view_paint;
  GBX_DRAWN_CLASS (klass)->restyle = gbx_convolution_view_restyle;
  GBX_DRAWN_CLASS (klass)->press = gbx_convolution_view_press;
  GBX_DRAWN_CLASS (klass)->key = gbx_convolution_view_key;
  properties[PROP_PLACE] =
      g_param_spec_int ("place", NULL, NULL, 0, G_MAXINT, 0,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PLAYING] =
      g_param_spec_boolean ("playing", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_set_css_name (widget_class, "gbx-convolution-view");
}

static void
gbx_convolution_view_init (GbxConvolutionView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->wanted_place = -1;
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (self)),
                           "notify::gtk-enable-animations", G_CALLBACK (animations_changed_cb),
                           self, G_CONNECT_SWAPPED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The window, step by step"), -1);
  describe (self, FALSE);
}

GtkWidget *
gbx_convolution_view_new (void)
{
  return g_object_new (GBX_TYPE_CONVOLUTION_VIEW, NULL);
}

/* Another map: where it was told to, or where the output is largest: in the corner there is nothing
 * but zeros to see. */
static void
begin (GbxConvolutionView *self, int n)
{
  int place = 0;

  self->by_hand = self->hop && self->wanted_place >= 0 && self->wanted_place < n;
  if (self->by_hand)
    place = self->wanted_place;
  else if (self->hop && !self->playing)
    place = gbx_hop_strongest (self->hop);
  if (self->hop)
    self->wanted_place = -1;
  go_to (self, place, self->playing ? MIN (1, n) : n, TRUE);
}

void
gbx_convolution_view_set_hop (GbxConvolutionView *self, GbxHop *hop)
{
  gboolean same, was_blank;
  int n;

  g_return_if_fail (GBX_IS_CONVOLUTION_VIEW (self));

  same = self->hop && hop && self->hop->output_height == hop->output_height &&
         self->hop->output_width == hop->output_width;
  was_blank = self->hop && gbx_hop_is_blank (self->hop);
  if (!self->hop || !hop || self->hop->kind != hop->kind || self->hop->height != hop->height)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  g_clear_pointer (&self->hop, gbx_hop_free);
  self->hop = hop;
  forget_nodes (self);
  if (!hop)
    set_playing (self, FALSE);
  n = hop ? gbx_hop_n_places (hop) : 0;
  if (same && (!was_blank || self->by_hand || self->playing))
    go_to (self, self->place, self->filled, TRUE);
  else
    begin (self, n);
}
