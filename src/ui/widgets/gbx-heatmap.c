/* gbx-heatmap.c: weights as colours. */
#include "gbx-heatmap.h"

#include "gbx-axis.h"
#include "gbx-heatmap-words.h"
#include "gbx-range.h"
#include "gbx-tiling.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MARGIN 3          /* around the tiles, for the frame of the selected one */
#define PICTURE_GAP 4     /* between pictures */
#define CROWDED_GAP 2     /* between very many */
#define CELL_GAP 1        /* between the cells of a matrix */
#define FIGURE_SHARE 0.65 /* of a line's height is what figures fill */
#define LABEL_GAP 8       /* between the row labels and the matrix */
#define RANGE_STEP 0.25   /* of the way to the new range is gone at each new set of values */
#define RANGE_JUMP 1.25   /* times more or less at once: another network, perhaps the last news */

struct _GbxHeatmap {
  GbxDrawn parent_instance;

  /* The values as they came: n tiles of tile_height × tile_width. A matrix has tiles of 1 × 1. */
  float *values;
  int n, tile_height, tile_width;
  int matrix_columns; /* 0: pictures, arranged as it suits */
  char **row_labels;
  float range; /* full colour at ±range; 0: not known yet */

  int selected;
  char *label;
  char *hint;
  GbxHeatmapSubject subject;

  /* The picture of the last draw, in device pixels. */
  GskRenderNode *node;
  GbxTiling tiling;
  int scale;
};

G_DEFINE_FINAL_TYPE (GbxHeatmap, gbx_heatmap, GBX_TYPE_DRAWN)

enum { PROP_0, PROP_SELECTED, PROP_LABEL, PROP_HINT, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

static gsize
n_values (GbxHeatmap *self)
{
  return (gsize)self->n * self->tile_height * self->tile_width;
}

/* Smooth, so that learning does not flicker. One picture alone shows another unit at a click, and
 * fresh weights another network: perhaps no further values come. */
static float
next_range (GbxHeatmap *self, float range)
{
  float before = self->range;

  if (before <= 0 || self->n == 1 || range > before * RANGE_JUMP || before > range * RANGE_JUMP)
    return range;
  return before + RANGE_STEP * (range - before);
}

static int
labels_width (GbxHeatmap *self)
{
  int most = 0;

  for (char **label = self->row_labels; label && *label; label++) {
    int width;

    gbx_drawn_measure (GBX_DRAWN (self), *label, GBX_TEXT_SMALL, &width, NULL);
    most = MAX (most, width + LABEL_GAP);
  }
  return most;
}

static GbxTiling
arrange (GbxHeatmap *self, int width, int height, int scale)
{
  int margin = MARGIN * scale, labels;
  GbxTiling tiling;

  width = MAX (1, width * scale - 2 * margin);
  height = MAX (1, height * scale - 2 * margin);
  if (self->matrix_columns == 0) {
    tiling = gbx_tiling_pictures (self->n, self->tile_width, self->tile_height, width, height,
                                  (self->n > 400 ? CROWDED_GAP : PICTURE_GAP) * scale);
    tiling.left += margin;
    tiling.top += margin;
    return tiling;
  }
  labels = MIN (labels_width (self) * scale, width / 2);
  return gbx_tiling_matrix (self->n / self->matrix_columns, self->matrix_columns,
                            gbx_drawn_is_reversed (GBX_DRAWN (self)) ? margin : margin + labels,
                            margin, width - labels, height, CELL_GAP * scale);
}

static GskRenderNode *
make_node (GbxHeatmap *self, const GbxTiling *tiling, int scale)
{
  gsize tile_values = (gsize)self->tile_height * self->tile_width;
  gboolean dark = gbx_palette_is_dark (GTK_WIDGET (self));
  guint32 *pixels;
  cairo_surface_t *surface = gbx_drawn_begin_image (tiling->width, tiling->height, &pixels);
  g_autofree guint32 *tile = g_new (guint32, tile_values);

  for (int index = 0; index < self->n; index++) {
    const float *values = self->values + index * tile_values;
    int x, y, width, height;

    for (gsize i = 0; i < tile_values; i++)
      tile[i] = gbx_palette_diverging (self->range > 0 ? values[i] / self->range : values[i], dark);
    gbx_tiling_rectangle (tiling, index, &x, &y, &width, &height);
    x -= tiling->left;
    y -= tiling->top;
    width = MIN (width, tiling->width - x);
    height = MIN (height, tiling->height - y);
    if (width > 0 && height > 0)
      gbx_drawn_spread (tile, self->tile_width, self->tile_height, self->tile_width,
                        pixels + (gsize)y * tiling->width + x, width, height, tiling->width);
  }
  return gbx_drawn_end_image (surface, (double)tiling->left / scale, (double)tiling->top / scale,
                              scale);
}

static void
ensure_node (GbxHeatmap *self, int width, int height)
{
  if (self->node)
    return;
  self->scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  self->tiling = arrange (self, width, height, self->scale);
  self->node = make_node (self, &self->tiling, self->scale);
}

static void
forget_node (GbxHeatmap *self)
{
  g_clear_pointer (&self->node, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* @value with a sign and as many digits as the range asks for. */
static char *
format_value (GbxHeatmap *self, float value)
{
  g_autofree char *text = gbx_axis_format (value, self->range > 0 ? self->range / 100 : 0.01);

  return value > 0 ? g_strconcat ("+", text, NULL) : g_steal_pointer (&text);
}

static char *
describe_cell (GbxHeatmap *self, int index)
{
  int row = index / self->matrix_columns, column = index % self->matrix_columns;
  g_autofree char *value = format_value (self, self->values[index]);

  if (self->subject == GBX_HEATMAP_NUMBERS && self->row_labels)
    return g_strdup_printf (_ ("%s: %s"), self->row_labels[row], value);
  if (self->subject == GBX_HEATMAP_NUMBERS)
    return g_strdup_printf (_ ("Unit %d: %s"), row + 1, value);
  if (self->row_labels)
    return g_strdup_printf (_ ("Output %s, unit %d: %s"), self->row_labels[row], column + 1, value);
  return g_strdup_printf (_ ("Output %d, unit %d: %s"), row + 1, column + 1, value);
}

static char *
describe_picture (GbxHeatmap *self, int index)
{
  gsize tile_values = (gsize)self->tile_height * self->tile_width;
  const float *values = self->values + index * tile_values;
  float least = values[0], most = values[0];
  g_autofree char *from = NULL, *to = NULL;

  for (gsize i = 1; i < tile_values; i++) {
    least = MIN (least, values[i]);
    most = MAX (most, values[i]);
  }
  from = format_value (self, least);
  to = format_value (self, most);
  return gbx_heatmap_words_tile (self->subject, self->n == 1 ? -1 : index, from, to);
}

/* What a matrix cell or a picture is called, and what is in it. */
static char *
describe_tile (GbxHeatmap *self, int index)
{
  return self->matrix_columns > 0 ? describe_cell (self, index) : describe_picture (self, index);
}

static char *
describe (GbxHeatmap *self)
{
  if (self->n == 0)
    return g_strdup (self->hint ? self->hint : _ ("Nothing yet"));
  if (self->selected >= 0)
    return describe_tile (self, self->selected);
  if (self->n == 1)
    return describe_tile (self, 0);
  if (self->matrix_columns > 0 && self->subject != GBX_HEATMAP_NUMBERS)
    return g_strdup_printf (_ ("%d outputs of %d units each"), self->n / self->matrix_columns,
                            self->matrix_columns);
  return gbx_heatmap_words_all (self->subject, self->n, self->tile_height, self->tile_width);
}

static void
select_tile (GbxHeatmap *self, int index)
{
  g_autofree char *description = NULL;

  if (self->selected == index)
    return;
  self->selected = index;
  description = describe (self);
  gbx_drawn_describe (GBX_DRAWN (self), description);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static int
tile_at (GbxHeatmap *self, double x, double y)
{
  return self->node ? gbx_tiling_at (&self->tiling, x * self->scale, y * self->scale) : -1;
}

static void
gbx_heatmap_press (GbxDrawn *drawn, double x, double y)
{
  GbxHeatmap *self = GBX_HEATMAP (drawn);
  int index = tile_at (self, x, y);

  if (index >= 0)
    select_tile (self, index);
}

static gboolean
gbx_heatmap_key (GbxDrawn *drawn, guint key, GdkModifierType state)
{
  GbxHeatmap *self = GBX_HEATMAP (drawn);
  int index = self->selected;

  if (key == GDK_KEY_Escape && index >= 0)
    select_tile (self, -1);
  else if (gbx_drawn_walk (key, state, self->n, MAX (self->tiling.columns, 1), 1, &index))
    select_tile (self, index);
  else
    return FALSE;
  return TRUE;
}

/* Under the pointer: the tile, or with one picture alone the single weight. */
/* The number under the pointer, of a picture shown alone. */
static char *
describe_number (GbxHeatmap *self, int x, int y)
{
  int column =
      (int)((x * self->scale - self->tiling.left) / self->tiling.tile_width * self->tile_width);
  int row =
      (int)((y * self->scale - self->tiling.top) / self->tiling.tile_height * self->tile_height);
  g_autofree char *value = NULL;

  column = CLAMP (column, 0, self->tile_width - 1);
  row = CLAMP (row, 0, self->tile_height - 1);
  value = format_value (self, self->values[row * self->tile_width + column]);
  return g_strdup_printf (_ ("Row %d, column %d: %s"), row + 1, column + 1, value);
}

static char *
gbx_heatmap_tip (GbxDrawn *drawn, int x, int y, gboolean keyboard)
{
  GbxHeatmap *self = GBX_HEATMAP (drawn);
  int index = keyboard ? self->selected : tile_at (self, x, y);

  if (index < 0)
    return NULL;
  if (self->n == 1 && !keyboard && self->matrix_columns == 0)
    return describe_number (self, x, y);
  return describe_tile (self, index);
}

static void
paint_labels (GbxHeatmap *self, GtkSnapshot *snapshot, int width)
{
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);
  gboolean reversed = gbx_drawn_is_reversed (GBX_DRAWN (self));
  double pitch = self->tiling.pitch_y / self->scale;
  int height, every;

  gbx_drawn_measure (GBX_DRAWN (self), self->row_labels[0], GBX_TEXT_SMALL, NULL, &height);
  every = MAX (1, (int)ceil (FIGURE_SHARE * height / pitch));
  for (int row = 0; row < self->tiling.rows; row += every)
    gbx_drawn_text (GBX_DRAWN (self), snapshot, self->row_labels[row], GBX_TEXT_SMALL, &dim,
                    reversed ? (double)self->tiling.width / self->scale + LABEL_GAP
                             : (double)self->tiling.left / self->scale - LABEL_GAP,
                    MARGIN + (row + 0.5) * pitch, reversed ? 0 : 1, width / 2 - LABEL_GAP);
}

static void
paint_selection (GbxHeatmap *self, GtkSnapshot *snapshot, int widget_width, int widget_height)
{
  GdkRGBA line = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_FOREGROUND);
  GdkRGBA paper = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_BACKGROUND);
  int x, y, width, height;
  double left, top, right, bottom;

  gbx_tiling_rectangle (&self->tiling, self->selected, &x, &y, &width, &height);
  left = (double)x / self->scale;
  top = (double)y / self->scale;
  right = (double)(x + width) / self->scale;
  bottom = (double)(y + height) / self->scale;
  /* A light and a dark line: one of them stands out on any colour. */
  gbx_drawn_frame (snapshot, &paper, left - 1, top - 1, right - left + 2, bottom - top + 2, 0, 1);
  gbx_drawn_frame (snapshot, &line, left - 3, top - 3, right - left + 6, bottom - top + 6, 2, 2);
  if (self->matrix_columns > 0) {
    g_autofree char *text = describe_tile (self, self->selected);
    const char *const lines[] = {text, NULL};

    gbx_drawn_panel (GBX_DRAWN (self), snapshot, lines, right, top, widget_width, widget_height);
  }
}

static void
paint_hint (GbxHeatmap *self, GtkSnapshot *snapshot, int width, int height)
{
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);

  if (self->hint)
    gbx_drawn_text (GBX_DRAWN (self), snapshot, self->hint, GBX_TEXT_SMALL, &dim, width / 2.0,
                    height / 2.0, 0.5, width);
}

static void
gbx_heatmap_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxHeatmap *self = GBX_HEATMAP (drawn);

  if (self->n == 0) {
    paint_hint (self, snapshot, width, height);
    return;
  }
  ensure_node (self, width, height);
  gtk_snapshot_append_node (snapshot, self->node);
  if (self->row_labels)
    paint_labels (self, snapshot, width);
  if (self->selected >= 0)
    paint_selection (self, snapshot, width, height);
}

static void
gbx_heatmap_restyle (GbxDrawn *drawn)
{
  forget_node (GBX_HEATMAP (drawn));
}

static void
gbx_heatmap_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  forget_node (GBX_HEATMAP (widget));
}

static void
gbx_heatmap_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = 64;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 320 : 160;
}

static void
set_values (GbxHeatmap *self, const float *values, int n, int height, int width, int matrix_columns)
{
  g_autofree char *description = NULL;
  gboolean same = self->n == n && self->tile_height == height && self->tile_width == width &&
                  self->matrix_columns == matrix_columns;

  if (!same) {
    g_free (self->values);
    self->values = g_new (float, (gsize)n *height *width);
    self->n = n;
    self->tile_height = height;
    self->tile_width = width;
    self->matrix_columns = matrix_columns;
    self->range = 0;
  }
  memcpy (self->values, values, n_values (self) * sizeof (float));
  self->range = next_range (self, gbx_range_find (self->values, n_values (self)));
  if (self->selected >= n)
    select_tile (self, -1);
  description = describe (self);
  gbx_drawn_describe_live (GBX_DRAWN (self), description);
  forget_node (self);
}

static void
gbx_heatmap_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxHeatmap *self = GBX_HEATMAP (object);

  if (id == PROP_SELECTED)
    g_value_set_int (value, self->selected);
  else if (id == PROP_LABEL)
    g_value_set_string (value, self->label);
  else if (id == PROP_HINT)
    g_value_set_string (value, self->hint);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
set_label (GbxHeatmap *self, const char *label)
{
  g_free (self->label);
  self->label = g_strdup (label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label ? label : _ ("Weights"), -1);
}

static void
set_hint (GbxHeatmap *self, const char *hint)
{
  g_free (self->hint);
  self->hint = g_strdup (hint);
  if (self->n == 0)
    gbx_drawn_describe (GBX_DRAWN (self), hint ? hint : _ ("Nothing yet"));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
gbx_heatmap_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SELECTED)
    gbx_heatmap_set_selected (GBX_HEATMAP (object), g_value_get_int (value));
  else if (id == PROP_LABEL)
    set_label (GBX_HEATMAP (object), g_value_get_string (value));
  else if (id == PROP_HINT)
    set_hint (GBX_HEATMAP (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_heatmap_finalize (GObject *object)
{
  GbxHeatmap *self = GBX_HEATMAP (object);

  g_clear_pointer (&self->node, gsk_render_node_unref);
  g_free (self->values);
  g_free (self->label);
  g_free (self->hint);
  g_strfreev (self->row_labels);
  G_OBJECT_CLASS (gbx_heatmap_parent_class)->finalize (object);
}

static void
gbx_heatmap_class_init (GbxHeatmapClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = gbx_heatmap_get_property;
  object_class->set_property = gbx_heatmap_set_property;
  object_class->finalize = gbx_heatmap_finalize;
  widget_class->measure = gbx_heatmap_measure;
  widget_class->size_allocate = gbx_heatmap_size_allocate;
  GBX_DRAWN_CLASS (klass)->paint = gbx_heatmap_paint;
  GBX_DRAWN_CLASS (klass)->restyle = gbx_heatmap_restyle;
  GBX_DRAWN_CLASS (klass)->press = gbx_heatmap_press;
  GBX_DRAWN_CLASS (klass)->key = gbx_heatmap_key;
  GBX_DRAWN_CLASS (klass)->tip = gbx_heatmap_tip;
  properties[PROP_SELECTED] =
      g_param_spec_int ("selected", NULL, NULL, -1, G_MAXINT, -1,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_LABEL] =
      g_param_spec_string ("label", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HINT] =
      g_param_spec_string ("hint", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_set_css_name (widget_class, "gbx-heatmap");
}

static void
gbx_heatmap_init (GbxHeatmap *self)
{
  self->selected = -1;
  set_label (self, NULL);
  gbx_drawn_describe (GBX_DRAWN (self), _ ("Nothing yet"));
}

GtkWidget *
gbx_heatmap_new (void)
{
  return g_object_new (GBX_TYPE_HEATMAP, NULL);
}

void
gbx_heatmap_set_pictures (GbxHeatmap *self, const float *values, int n, int height, int width)
{
  g_return_if_fail (GBX_IS_HEATMAP (self));
  g_return_if_fail (values && n > 0 && height > 0 && width > 0);

  g_clear_pointer (&self->row_labels, g_strfreev);
  set_values (self, values, n, height, width, 0);
}

void
gbx_heatmap_set_matrix (GbxHeatmap *self, const float *values, int rows, int columns,
                        const char *const *row_labels)
{
  g_return_if_fail (GBX_IS_HEATMAP (self));
  g_return_if_fail (values && rows > 0 && columns > 0);
  g_return_if_fail (!row_labels || g_strv_length ((char **)row_labels) >= (guint)rows);

  g_strfreev (self->row_labels);
  self->row_labels = g_strdupv ((char **)row_labels);
  set_values (self, values, rows * columns, 1, 1, columns);
}

void
gbx_heatmap_clear (GbxHeatmap *self)
{
  g_autofree char *description = NULL;

  g_return_if_fail (GBX_IS_HEATMAP (self));

  if (self->n == 0)
    return;
  self->n = 0;
  self->range = 0;
  g_clear_pointer (&self->values, g_free);
  g_clear_pointer (&self->row_labels, g_strfreev);
  select_tile (self, -1);
  description = describe (self);
  gbx_drawn_describe (GBX_DRAWN (self), description);
  forget_node (self);
}

void
gbx_heatmap_set_subject (GbxHeatmap *self, GbxHeatmapSubject subject)
{
  g_return_if_fail (GBX_IS_HEATMAP (self));

  self->subject = subject;
}

int
gbx_heatmap_get_selected (GbxHeatmap *self)
{
  g_return_val_if_fail (GBX_IS_HEATMAP (self), -1);
  return self->selected;
}

void
gbx_heatmap_set_selected (GbxHeatmap *self, int index)
{
  g_return_if_fail (GBX_IS_HEATMAP (self));
  select_tile (self, index < self->n ? MAX (index, -1) : -1);
}
