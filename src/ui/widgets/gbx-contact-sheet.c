/* gbx-contact-sheet.c: thousands of small pictures in a scrolled grid. */
#include "gbx-contact-sheet.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define GAP 4
#define TILE 56 /* pictures are magnified a whole number of times, to about this size */
#define MOST_TILE 112

struct _GbxContactSheet {
  GbxDrawn parent_instance;

  NnDataset *dataset;
  const NnExamples *examples; /* in dataset */
  int class_index;            /* −1: all */
  GArray *shown;              /* guint32: the pictures that are shown, as numbers in examples */
  int selected;               /* position in shown, −1: none */

  /* In logical pixels, from the last allocation. */
  int tile_width, tile_height, columns, left;

  GHashTable *rows; /* row → GskRenderNode, at y = 0: the visible ones and their neighbours */

  GtkAdjustment *adjustments[2]; /* by GtkOrientation */
  GtkScrollablePolicy policies[2];
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GbxContactSheet, gbx_contact_sheet, GBX_TYPE_DRAWN,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

enum {
  PROP_0,
  PROP_SELECTED,
  N_PROPERTIES,
  PROP_HADJUSTMENT = N_PROPERTIES,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY
};
static GParamSpec *properties[N_PROPERTIES];
static guint magnify_signal;

static guint32
number_of (GbxContactSheet *self, guint position)
{
  return g_array_index (self->shown, guint32, position);
}

static int
row_pitch (GbxContactSheet *self)
{
  return self->tile_height + GAP;
}

static int
n_rows (GbxContactSheet *self)
{
  return ((int)self->shown->len + self->columns - 1) / self->columns;
}

static double
scrolled (GbxContactSheet *self)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];

  return adjustment ? gtk_adjustment_get_value (adjustment) : 0;
}

static char *
describe_picture (GbxContactSheet *self, guint position)
{
  guint32 number = number_of (self, position);
  int class_index = self->examples->labels[number];

  return g_strdup_printf (_ ("Picture %u: %s"), number,
                          class_index < self->dataset->n_classes
                              ? nn_dataset_get_class_name (self->dataset, class_index)
                              : "?");
}

static void
describe (GbxContactSheet *self)
{
  guint n = self->shown->len;
  g_autofree char *text = NULL;

  if (self->selected >= 0)
    text = describe_picture (self, self->selected);
  else
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u picture", "%u pictures", n), n);
  gbx_drawn_describe (GBX_DRAWN (self), text);
}

/* Pictures keep their proportions and are magnified a whole number of times. */
static void
arrange (GbxContactSheet *self, int width)
{
  int zoom, rest;

  if (!self->dataset) {
    self->tile_width = self->tile_height = TILE;
    self->columns = 1;
    return;
  }
  zoom = MAX (1, (int)lround ((double)TILE / MAX (self->dataset->width, self->dataset->height)));
  self->tile_width = MIN (zoom * self->dataset->width, MOST_TILE);
  self->tile_height = MIN (zoom * self->dataset->height, MOST_TILE);
  self->columns = MAX (1, (width - GAP) / (self->tile_width + GAP));
  rest = width - self->columns * (self->tile_width + GAP) + GAP;
  self->left = MAX (0, rest / 2);
}

static void
configure (GbxContactSheet *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  GtkAdjustment *horizontal = self->adjustments[GTK_ORIENTATION_HORIZONTAL];
  GtkAdjustment *vertical = self->adjustments[GTK_ORIENTATION_VERTICAL];
  double upper = MAX (height, n_rows (self) * row_pitch (self) + GAP);

  if (horizontal)
    gtk_adjustment_configure (horizontal, 0, 0, width, 0.1 * width, 0.9 * width, width);
  if (vertical)
    gtk_adjustment_configure (vertical, CLAMP (scrolled (self), 0, upper - height), 0, upper,
                              row_pitch (self), MAX (row_pitch (self), height - row_pitch (self)),
                              height);
}

static void
forget_rows (GbxContactSheet *self)
{
  g_hash_table_remove_all (self->rows);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* One picture as 0xAARRGGBB. */
static void
read_picture (GbxContactSheet *self, guint32 number, guint32 *pixels)
{
  const NnDataset *set = self->dataset;
  gsize size = (gsize)set->width * set->height;
  const guint8 *bytes = self->examples->images + number * size * set->channels;
  guint32 grey[256];

  for (int level = 0; level < 256; level++)
    grey[level] = (guint32)MIN (255, level * 255 / set->maximum);
  for (gsize i = 0; i < size; i++, bytes += set->channels) {
    guint32 red = grey[bytes[0]];
    guint32 green = set->channels >= 3 ? grey[bytes[1]] : red;
    guint32 blue = set->channels >= 3 ? grey[bytes[2]] : red;

    pixels[i] = 0xff000000u | red << 16 | green << 8 | blue;
  }
}

static GskRenderNode *
make_row (GbxContactSheet *self, int row, int scale)
{
  int stride = self->columns * (self->tile_width + GAP) * scale;
  int height = self->tile_height * scale;
  guint32 *spread;
  cairo_surface_t *surface = gbx_drawn_begin_image (stride, height, &spread);
  g_autofree guint32 *pixels = g_new (guint32, self->dataset->width * self->dataset->height);

  for (int column = 0; column < self->columns; column++) {
    guint position = row * self->columns + column;

    if (position >= self->shown->len)
      break;
    read_picture (self, number_of (self, position), pixels);
    gbx_drawn_spread (pixels, self->dataset->width, self->dataset->height, self->dataset->width,
                      spread + column * (self->tile_width + GAP) * scale, self->tile_width * scale,
                      height, stride);
  }
  return gbx_drawn_end_image (surface, self->left, 0, scale);
}

static GskRenderNode *
row_node (GbxContactSheet *self, int row, int scale)
{
  GskRenderNode *node = g_hash_table_lookup (self->rows, GINT_TO_POINTER (row));

  if (node)
    return node;
  node = make_row (self, row, scale);
  g_hash_table_insert (self->rows, GINT_TO_POINTER (row), node);
  return node;
}

/* Keeps a screenful of rows either side, so that scrolling to and fro makes none twice. */
static void
drop_distant_rows (GbxContactSheet *self, int first, int last)
{
  int reach = last - first + 1;
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    if (GPOINTER_TO_INT (row) < first - reach || GPOINTER_TO_INT (row) > last + reach)
      g_hash_table_iter_remove (&iter);
}

static void
paint_selection (GbxContactSheet *self, GtkSnapshot *snapshot, double offset)
{
  GdkRGBA line = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_ACCENT);
  double x = self->left + self->selected % self->columns * (self->tile_width + GAP);
  double y = GAP + self->selected / self->columns * row_pitch (self) - offset;

  gbx_drawn_frame (snapshot, &line, x - 3, y - 3, self->tile_width + 6, self->tile_height + 6, 3,
                   3);
}

static void
gbx_contact_sheet_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxContactSheet *self = GBX_CONTACT_SHEET (drawn);
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self)), first, last;
  double offset = round (scrolled (self) * scale) / scale; /* pixels stay pixels while scrolling */

  if (self->shown->len == 0) {
    GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);

    gbx_drawn_text (drawn, snapshot, _ ("No pictures"), GBX_TEXT_NORMAL, &dim, width / 2.0,
                    height / 2.0, 0.5, width);
    return;
  }
  first = MAX (0, (int)((offset - GAP) / row_pitch (self)));
  last = MIN (n_rows (self) - 1, (int)((offset + height) / row_pitch (self)));
  drop_distant_rows (self, first, last);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  for (int row = first; row <= last; row++) {
    float y = (float)(GAP + (double)row * row_pitch (self) - offset);

    gtk_snapshot_save (snapshot);
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, y));
    gtk_snapshot_append_node (snapshot, row_node (self, row, scale));
    gtk_snapshot_restore (snapshot);
  }
  if (self->selected >= 0)
    paint_selection (self, snapshot, offset);
  gtk_snapshot_pop (snapshot);
}

static void
gbx_contact_sheet_restyle (GbxDrawn *drawn)
{
  forget_rows (GBX_CONTACT_SHEET (drawn));
}

static void
scroll_to (GbxContactSheet *self, int position)
{
  GtkAdjustment *vertical = self->adjustments[GTK_ORIENTATION_VERTICAL];
  double top = (double)(position / self->columns) * row_pitch (self);

  if (vertical)
    gtk_adjustment_clamp_page (vertical, top, top + row_pitch (self) + GAP);
}

static void
select_position (GbxContactSheet *self, int position)
{
  if (self->selected == position)
    return;
  self->selected = position;
  if (position >= 0)
    scroll_to (self, position);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

/* The other way round than number_of(): −1 when it is not shown. */
static int
position_of (GbxContactSheet *self, int number)
{
  guint position;

  if (number < 0)
    return -1;
  for (position = 0; position < self->shown->len; position++)
    if (number_of (self, position) == (guint32)number)
      return (int)position;
  return -1;
}

static void
update_shown (GbxContactSheet *self)
{
  int number = self->selected >= 0 ? (int)number_of (self, self->selected) : -1;

  g_object_freeze_notify (G_OBJECT (self));
  select_position (self, -1);
  g_array_set_size (self->shown, 0);
  for (guint32 i = 0; self->examples && i < self->examples->count; i++)
    if (self->class_index < 0 || self->examples->labels[i] == self->class_index)
      g_array_append_val (self->shown, i);
  arrange (self, gtk_widget_get_width (GTK_WIDGET (self)));
  forget_rows (self);
  configure (self);
  select_position (self, position_of (self, number));
  if (self->selected < 0) {
    if (self->adjustments[GTK_ORIENTATION_VERTICAL])
      gtk_adjustment_set_value (self->adjustments[GTK_ORIENTATION_VERTICAL], 0);
    describe (self);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

/* When the columns change, the picture at the top stays there. */
static void
gbx_contact_sheet_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GbxContactSheet *self = GBX_CONTACT_SHEET (widget);
  GtkAdjustment *vertical = self->adjustments[GTK_ORIENTATION_VERTICAL];
  int columns = self->columns, left = self->left;
  double row = scrolled (self) / row_pitch (self);

  arrange (self, width);
  configure (self);
  if (columns != self->columns || left != self->left)
    forget_rows (self);
  if (columns == self->columns)
    return;
  if (vertical)
    gtk_adjustment_set_value (vertical, floor (row) * columns / self->columns * row_pitch (self));
}

static void
gbx_contact_sheet_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = 2 * TILE;
  *natural = (orientation == GTK_ORIENTATION_HORIZONTAL ? 8 : 5) * TILE;
}

static int
position_at (GbxContactSheet *self, double x, double y)
{
  int column = (int)floor ((x - self->left) / (self->tile_width + GAP));
  int row = (int)floor ((y + scrolled (self) - GAP) / row_pitch (self));
  int position = row * self->columns + column;

  if (column < 0 || column >= self->columns || row < 0 || position >= (int)self->shown->len)
    return -1;
  return position;
}

static void
gbx_contact_sheet_press (GbxDrawn *drawn, double x, double y)
{
  GbxContactSheet *self = GBX_CONTACT_SHEET (drawn);
  int position = position_at (self, x, y);

  if (position >= 0 && position == self->selected)
    g_signal_emit (self, magnify_signal, 0);
  else if (position >= 0)
    select_position (self, position);
}

static gboolean
gbx_contact_sheet_key (GbxDrawn *drawn, guint key, GdkModifierType state)
{
  GbxContactSheet *self = GBX_CONTACT_SHEET (drawn);
  int page = MAX (1, gtk_widget_get_height (GTK_WIDGET (self)) / row_pitch (self));
  int position = self->selected;

  if (key == GDK_KEY_Escape && position >= 0)
    select_position (self, -1);
  else if ((key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) && position >= 0)
    g_signal_emit (self, magnify_signal, 0);
  else if (gbx_drawn_walk (key, state, (int)self->shown->len, self->columns, page, &position))
    select_position (self, position);
  else
    return FALSE;
  return TRUE;
}

static char *
gbx_contact_sheet_tip (GbxDrawn *drawn, int x, int y, gboolean keyboard)
{
  GbxContactSheet *self = GBX_CONTACT_SHEET (drawn);
  int position = keyboard ? self->selected : position_at (self, x, y);

  return position < 0 ? NULL : describe_picture (self, position);
}

static void
scrolled_cb (GbxContactSheet *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
set_adjustment (GbxContactSheet *self, GtkOrientation orientation, GtkAdjustment *adjustment)
{
  GtkAdjustment **held = &self->adjustments[orientation];

  if (*held)
    g_signal_handlers_disconnect_by_func (*held, scrolled_cb, self);
  g_clear_object (held);
  if (adjustment) {
    *held = g_object_ref_sink (adjustment);
    g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
  }
  configure (self);
}

static void
gbx_contact_sheet_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxContactSheet *self = GBX_CONTACT_SHEET (object);

  if (id == PROP_SELECTED)
    g_value_set_int (value, self->selected >= 0 ? (int)number_of (self, self->selected) : -1);
  else if (id == PROP_HADJUSTMENT || id == PROP_VADJUSTMENT)
    g_value_set_object (value, self->adjustments[id == PROP_VADJUSTMENT]);
  else if (id == PROP_HSCROLL_POLICY || id == PROP_VSCROLL_POLICY)
    g_value_set_enum (value, self->policies[id == PROP_VSCROLL_POLICY]);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_contact_sheet_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GbxContactSheet *self = GBX_CONTACT_SHEET (object);

  if (id == PROP_SELECTED)
    select_position (self, position_of (self, g_value_get_int (value)));
  else if (id == PROP_HADJUSTMENT || id == PROP_VADJUSTMENT)
    set_adjustment (self,
                    id == PROP_VADJUSTMENT ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL,
                    g_value_get_object (value));
  else if (id == PROP_HSCROLL_POLICY || id == PROP_VSCROLL_POLICY)
    self->policies[id == PROP_VSCROLL_POLICY] = g_value_get_enum (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_contact_sheet_dispose (GObject *object)
{
  GbxContactSheet *self = GBX_CONTACT_SHEET (object);

  for (int i = 0; i < 2; i++) {
    if (self->adjustments[i])
      g_signal_handlers_disconnect_by_func (self->adjustments[i], scrolled_cb, self);
    g_clear_object (&self->adjustments[i]);
  }
  G_OBJECT_CLASS (gbx_contact_sheet_parent_class)->dispose (object);
}

static void
gbx_contact_sheet_finalize (GObject *object)
{
  GbxContactSheet *self = GBX_CONTACT_SHEET (object);

  g_clear_pointer (&self->dataset, nn_dataset_unref);
  g_array_unref (self->shown);
  g_hash_table_unref (self->rows);
  G_OBJECT_CLASS (gbx_contact_sheet_parent_class)->finalize (object);
}

static void
gbx_contact_sheet_class_init (GbxContactSheetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = gbx_contact_sheet_get_property;
  object_class->set_property = gbx_contact_sheet_set_property;
  object_class->dispose = gbx_contact_sheet_dispose;
  object_class->finalize = gbx_contact_sheet_finalize;
  widget_class->measure = gbx_contact_sheet_measure;
  widget_class->size_allocate = gbx_contact_sheet_size_allocate;
  GBX_DRAWN_CLASS (klass)->paint = gbx_contact_sheet_paint;
  GBX_DRAWN_CLASS (klass)->restyle = gbx_contact_sheet_restyle;
  GBX_DRAWN_CLASS (klass)->press = gbx_contact_sheet_press;
  GBX_DRAWN_CLASS (klass)->key = gbx_contact_sheet_key;
  GBX_DRAWN_CLASS (klass)->tip = gbx_contact_sheet_tip;
  magnify_signal = g_signal_new ("magnify", GBX_TYPE_CONTACT_SHEET, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  properties[PROP_SELECTED] =
      g_param_spec_int ("selected", NULL, NULL, -1, G_MAXINT, -1,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
  gtk_widget_class_set_css_name (widget_class, "gbx-contact-sheet");
}

static void
gbx_contact_sheet_init (GbxContactSheet *self)
{
  self->class_index = -1;
  self->selected = -1;
  self->shown = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->rows = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)gsk_render_node_unref);
  arrange (self, 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Pictures of the data set"), -1);
  describe (self);
}

GtkWidget *
gbx_contact_sheet_new (void)
{
  return g_object_new (GBX_TYPE_CONTACT_SHEET, NULL);
}

void
gbx_contact_sheet_set_examples (GbxContactSheet *self, NnDataset *dataset, gboolean test)
{
  g_return_if_fail (GBX_IS_CONTACT_SHEET (self));

  select_position (self, -1);
  if (dataset && nn_dataset_is_table (dataset))
    dataset = NULL; /* without pictures, as without data */
  if (dataset)
    nn_dataset_ref (dataset);
  g_clear_pointer (&self->dataset, nn_dataset_unref);
  self->dataset = dataset;
  self->examples = !dataset ? NULL : test ? &dataset->test : &dataset->train;
  update_shown (self);
}

void
gbx_contact_sheet_set_class (GbxContactSheet *self, int class_index)
{
  g_return_if_fail (GBX_IS_CONTACT_SHEET (self));

  if (self->class_index == class_index)
    return;
  self->class_index = class_index;
  update_shown (self);
}
