/* gbx-album-sheet.c: the drawings of the album's set, class by class. */
#include "gbx-album-sheet.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define TILE 56
#define GAP 4
#define HEADING 26

/* A line of tiles, or the heading above a class's first. */
typedef struct {
  gboolean heading;
  int class_index;
  guint first, n; /* of shown */
  int top, height;
} Line;

struct _GbxAlbumSheet {
  GbxDrawn parent_instance;

  GbxAlbum *album;
  GPtrArray *shown;        /* GbxOwnDrawing, by class */
  GArray *lines;           /* Line, from the top */
  GHashTable *tiles;       /* GbxOwnDrawing → GskRenderNode, at (0, 0) */
  int columns;             /* of the last layout */
  int height;              /* of all lines */
  GbxOwnDrawing *selected; /* owned, or NULL */
};

G_DEFINE_FINAL_TYPE (GbxAlbumSheet, gbx_album_sheet, GBX_TYPE_DRAWN)

static guint asked_signal;

static const Line *
get_line (GbxAlbumSheet *self, guint index)
{
  return &g_array_index (self->lines, Line, index);
}

static GbxOwnDrawing *
get_shown (GbxAlbumSheet *self, guint index)
{
  return g_ptr_array_index (self->shown, index);
}

static int
find_selected (GbxAlbumSheet *self)
{
  guint index;

  return self->selected != NULL && g_ptr_array_find (self->shown, self->selected, &index)
             ? (int)index
             : -1;
}

/* ---- where things are ---- */

static void
add_line (GbxAlbumSheet *self, Line line)
{
  line.top = self->height;
  self->height += line.height;
  g_array_append_val (self->lines, line);
}

static void
arrange (GbxAlbumSheet *self, int width)
{
  guint n_classes = gbx_symbol_set_get_n_classes (gbx_album_get_set (self->album)), first = 0;

  self->columns = MAX (1, (width + GAP) / (TILE + GAP));
  self->height = 0;
  g_array_set_size (self->lines, 0);
  for (int i = 0; i < (int)n_classes; i++) {
    guint end = first;

    while (end < self->shown->len && gbx_own_drawing_get_class (get_shown (self, end)) == i)
      end++;
    add_line (self, (Line){TRUE, i, first, end - first, 0, HEADING});
    for (; first < end; first += MIN (end - first, (guint)self->columns))
      add_line (self,
                (Line){FALSE, i, first, MIN (end - first, (guint)self->columns), 0, TILE + GAP});
  }
}

static int
find_line (GbxAlbumSheet *self, guint index)
{
  for (guint i = 0; i < self->lines->len; i++) {
    const Line *line = get_line (self, i);
    if (!line->heading && index >= line->first && index < line->first + line->n)
      return (int)i;
  }
  return -1;
}

/* Where the picture @index is, from the sheet's corner. */
static void
place_of (GbxAlbumSheet *self, guint index, int *x, int *y)
{
  int i = find_line (self, index);
  const Line *line = get_line (self, (guint)MAX (i, 0));

  *x = (int)(index - line->first) * (TILE + GAP);
  *y = line->top;
}

static int
index_at (GbxAlbumSheet *self, double x, double y)
{
  int column = (int)floor (x / (TILE + GAP));

  for (guint i = 0; i < self->lines->len; i++) {
    const Line *line = get_line (self, i);
    if (!line->heading && y >= line->top && y < line->top + line->height && column >= 0 &&
        column < (int)line->n)
      return (int)line->first + column;
  }
  return -1;
}

/* ---- what is there ---- */

static const char *
class_name (GbxAlbumSheet *self, int class_index)
{
  return gbx_symbol_set_get_classes (gbx_album_get_set (self->album))[class_index];
}

static char *
describe_picture (GbxAlbumSheet *self, guint index)
{
  GbxOwnDrawing *drawing = get_shown (self, index);
  int class_index = gbx_own_drawing_get_class (drawing), line = find_line (self, index);

  while (line > 0 && !get_line (self, (guint)line)->heading)
    line--;
  /* TRANSLATORS: a class, and which of its drawings it is: "3, drawing 5 of 12" */
  return g_strdup_printf (_ ("%s, drawing %u of %u"), class_name (self, class_index),
                          index - get_line (self, (guint)line)->first + 1,
                          get_line (self, (guint)line)->n);
}

static void
describe (GbxAlbumSheet *self)
{
  guint n = self->shown->len;
  int selected = find_selected (self);
  g_autofree char *text =
      selected >= 0
          ? describe_picture (self, (guint)selected)
          : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u drawing", "%u drawings", n), n);

  gbx_drawn_describe (GBX_DRAWN (self), text);
}

static void
select_index (GbxAlbumSheet *self, int index)
{
  GbxOwnDrawing *drawing = index >= 0 ? get_shown (self, (guint)index) : NULL;

  g_set_object (&self->selected, drawing);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static int
compare_classes (gconstpointer a, gconstpointer b)
{
  int first = gbx_own_drawing_get_class (*(GbxOwnDrawing *const *)a);
  int second = gbx_own_drawing_get_class (*(GbxOwnDrawing *const *)b);

  return (first > second) - (first < second);
}

/* What stands beside the selection takes its place when that is gone. */
static void
refresh (GbxAlbumSheet *self)
{
  GListModel *drawings = gbx_symbol_set_get_drawings (gbx_album_get_set (self->album));
  int before = find_selected (self);

  g_ptr_array_set_size (self->shown, 0);
  for (guint i = 0; i < g_list_model_get_n_items (drawings); i++)
    g_ptr_array_add (self->shown, g_list_model_get_item (drawings, i));
  g_ptr_array_sort (self->shown, compare_classes);
  if (find_selected (self) < 0) {
    guint n = self->shown->len;
    GbxOwnDrawing *beside =
        before >= 0 && n > 0 ? get_shown (self, MIN ((guint)before, n - 1)) : NULL;

    g_set_object (&self->selected, beside);
  }
  arrange (self, gtk_widget_get_width (GTK_WIDGET (self)));
  describe (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* ---- drawing ---- */

static GskRenderNode *
make_tile (GbxOwnDrawing *drawing, int scale)
{
  guint32 grey[NN_DIGIT_PIXELS], *spread;
  NnNormalised normalised;
  cairo_surface_t *surface = gbx_drawn_begin_image (TILE * scale, TILE * scale, &spread);

  nn_drawing_normalise (gbx_own_drawing_get_drawing (drawing), NN_PEN, &normalised);
  for (int i = 0; i < NN_DIGIT_PIXELS; i++)
    grey[i] = 0xff000000u | normalised.pixels[i] * 0x010101u;
  gbx_drawn_spread (grey, NN_DIGIT_SIDE, NN_DIGIT_SIDE, NN_DIGIT_SIDE, spread, TILE * scale,
                    TILE * scale, TILE * scale);
  return gbx_drawn_end_image (surface, 0, 0, scale);
}

static void
paint_tile (GbxAlbumSheet *self, GtkSnapshot *snapshot, GbxOwnDrawing *drawing, int x, int y)
{
  GskRenderNode *node = g_hash_table_lookup (self->tiles, drawing);

  if (node == NULL) {
    node = make_tile (drawing, gtk_widget_get_scale_factor (GTK_WIDGET (self)));
    g_hash_table_insert (self->tiles, g_object_ref (drawing), node);
  }
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  gtk_snapshot_append_node (snapshot, node);
  gtk_snapshot_restore (snapshot);
  if (drawing == self->selected) {
    GdkRGBA line = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_ACCENT);
    gbx_drawn_frame (snapshot, &line, x, y, TILE, TILE, 3, 3);
  }
}

static void
paint_heading (GbxAlbumSheet *self, GtkSnapshot *snapshot, const Line *line, int width)
{
  GdkRGBA ink = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_FOREGROUND);
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);
  double y = line->top + HEADING / 2.0;
  g_autofree char *count = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u drawing", "%u drawings", line->n), line->n);
  int used = gbx_drawn_text (GBX_DRAWN (self), snapshot, class_name (self, line->class_index),
                             GBX_TEXT_BOLD, &ink, 0, y, 0, width / 2);

  gbx_drawn_text (GBX_DRAWN (self), snapshot, count, GBX_TEXT_SMALL, &dim, used + 8, y, 0,
                  MAX (1, width - used - 8));
}

static void
gbx_album_sheet_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxAlbumSheet *self = GBX_ALBUM_SHEET (drawn);

  for (guint i = 0; i < self->lines->len; i++) {
    const Line *line = get_line (self, i);

    if (line->heading) {
      paint_heading (self, snapshot, line, width);
      continue;
    }
    for (guint j = 0; j < line->n; j++)
      paint_tile (self, snapshot, get_shown (self, line->first + j), (int)j * (TILE + GAP),
                  line->top);
  }
}

static void
gbx_album_sheet_restyle (GbxDrawn *drawn)
{
  g_hash_table_remove_all (GBX_ALBUM_SHEET (drawn)->tiles);
}

static void
gbx_album_sheet_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GbxAlbumSheet *self = GBX_ALBUM_SHEET (widget);

  if (self->album != NULL)
    arrange (self, width);
}

static void
gbx_album_sheet_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  GbxAlbumSheet *self = GBX_ALBUM_SHEET (widget);

  *minimum = *natural = 3 * (TILE + GAP);
  if (orientation == GTK_ORIENTATION_HORIZONTAL || self->album == NULL)
    return;
  if (for_size > 0)
    arrange (self, for_size);
  *minimum = *natural = MAX (self->height, HEADING);
}

static GtkSizeRequestMode
gbx_album_sheet_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* ---- hands ---- */

static void
ask (GbxAlbumSheet *self, int index)
{
  int x, y;

  select_index (self, index);
  place_of (self, (guint)index, &x, &y);
  g_signal_emit (self, asked_signal, 0, self->selected, x + TILE / 2, y + TILE);
}

/* To the line above or below, as near as can be. */
static int
step_line (GbxAlbumSheet *self, int index, int direction)
{
  int from = find_line (self, (guint)index);
  guint column = (guint)index - get_line (self, (guint)from)->first;

  for (int i = from + direction; i >= 0 && i < (int)self->lines->len; i += direction) {
    const Line *line = get_line (self, (guint)i);
    if (!line->heading)
      return (int)(line->first + MIN (column, line->n - 1));
  }
  return index;
}

static void
walk (GbxAlbumSheet *self, int index)
{
  GtkWidget *viewport = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_SCROLLABLE);
  int x, y;

  select_index (self, index);
  place_of (self, (guint)index, &x, &y);
  if (viewport != NULL)
    gtk_adjustment_clamp_page (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (viewport)),
                               y - HEADING, y + TILE + GAP);
}

static gboolean
gbx_album_sheet_key (GbxDrawn *drawn, guint key, GdkModifierType state)
{
  GbxAlbumSheet *self = GBX_ALBUM_SHEET (drawn);
  int selected = find_selected (self), index = selected;
  int label = gbx_album_find_key (self->album, gdk_keyval_to_unicode (key));

  if (self->shown->len == 0 || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)))
    return FALSE;
  if (selected >= 0 && (key == GDK_KEY_Delete || key == GDK_KEY_BackSpace))
    gbx_album_delete (self->album, self->selected);
  else if (selected >= 0 && (key == GDK_KEY_Return || key == GDK_KEY_Menu ||
                             (key == GDK_KEY_F10 && (state & GDK_SHIFT_MASK))))
    ask (self, selected);
  else if (selected >= 0 && label >= 0 && key != GDK_KEY_space)
    gbx_album_relabel (self->album, self->selected, label);
  else if (selected >= 0 && (key == GDK_KEY_Up || key == GDK_KEY_Down))
    walk (self, step_line (self, selected, key == GDK_KEY_Up ? -1 : 1));
  else if (gbx_drawn_walk (key, state, (int)self->shown->len, self->columns, 4, &index))
    walk (self, index);
  else
    return FALSE;
  return TRUE;
}

static void
gbx_album_sheet_press (GbxDrawn *drawn, double x, double y)
{
  GbxAlbumSheet *self = GBX_ALBUM_SHEET (drawn);

  select_index (self, index_at (self, x, y));
}

static void
secondary_cb (GbxAlbumSheet *self, int n_press, double x, double y)
{
  int index = index_at (self, x, y);

  if (index >= 0)
    ask (self, index);
}

static char *
gbx_album_sheet_tip (GbxDrawn *drawn, int x, int y, gboolean keyboard)
{
  GbxAlbumSheet *self = GBX_ALBUM_SHEET (drawn);
  int index = keyboard ? find_selected (self) : index_at (self, x, y);

  return index < 0 ? NULL : describe_picture (self, (guint)index);
}

/* ---- the object ---- */

static void
gbx_album_sheet_finalize (GObject *object)
{
  GbxAlbumSheet *self = GBX_ALBUM_SHEET (object);

  g_clear_object (&self->selected);
  g_clear_object (&self->album);
  g_ptr_array_unref (self->shown);
  g_array_unref (self->lines);
  g_hash_table_unref (self->tiles);
  G_OBJECT_CLASS (gbx_album_sheet_parent_class)->finalize (object);
}

static void
gbx_album_sheet_class_init (GbxAlbumSheetClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GbxDrawnClass *drawn_class = GBX_DRAWN_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gbx_album_sheet_finalize;
  widget_class->measure = gbx_album_sheet_measure;
  widget_class->size_allocate = gbx_album_sheet_size_allocate;
  widget_class->get_request_mode = gbx_album_sheet_get_request_mode;
  drawn_class->paint = gbx_album_sheet_paint;
  drawn_class->restyle = gbx_album_sheet_restyle;
  drawn_class->press = gbx_album_sheet_press;
  drawn_class->key = gbx_album_sheet_key;
  drawn_class->tip = gbx_album_sheet_tip;
  asked_signal = g_signal_new ("asked", GBX_TYPE_ALBUM_SHEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 3, GBX_TYPE_OWN_DRAWING, G_TYPE_INT, G_TYPE_INT);
  gtk_widget_class_set_css_name (widget_class, "gbx-album-sheet");
}

static void
gbx_album_sheet_init (GbxAlbumSheet *self)
{
  GtkGesture *secondary = gtk_gesture_click_new ();

  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  self->tiles =
      g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify)gsk_render_node_unref);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (secondary), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (secondary, "pressed", G_CALLBACK (secondary_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (secondary));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Your drawings"), -1);
}

void
gbx_album_sheet_set_album (GbxAlbumSheet *self, GbxAlbum *album)
{
  g_return_if_fail (GBX_IS_ALBUM_SHEET (self) && self->album == NULL);

  self->album = g_object_ref (album);
  g_signal_connect_object (album, "changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);
}
