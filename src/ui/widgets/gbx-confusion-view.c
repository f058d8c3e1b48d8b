/* gbx-confusion-view.c: the confusion matrix. */
#include "gbx-confusion-view.h"

#include "gbx-axis.h"
#include "gbx-tiling.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define GAP 1          /* between the cells */
#define LABEL_GAP 6    /* between labels and cells */
#define NAME_SHARE 0.3 /* of the width, at most, for the names of the rows */
#define MARGIN 3       /* right of and below the cells, for the frame of the selected one */

struct _GbxConfusionView {
  GbxDrawn parent_instance;

  guint *counts; /* [true class][said class] */
  guint *totals; /* of each row */
  char **names;  /* n, NULL-terminated */
  int n;
  int selected;

  GbxTiling tiling;       /* of the last draw, in logical pixels */
  GskRenderNode *scenery; /* all but the selection */
};

G_DEFINE_FINAL_TYPE (GbxConfusionView, gbx_confusion_view, GBX_TYPE_DRAWN)

enum { PROP_0, PROP_SELECTED, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

static void
forget_scenery (GbxConfusionView *self)
{
  g_clear_pointer (&self->scenery, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* "true 4 read as 9: 12 of 982" */
static char *
describe_cell (GbxConfusionView *self, int index)
{
  int row = index / self->n, column = index % self->n;

  return g_strdup_printf (_ ("True %s read as %s: %u of %u"), self->names[row], self->names[column],
                          self->counts[index], self->totals[row]);
}

static char *
describe (GbxConfusionView *self)
{
  guint right = 0, all = 0;
  g_autofree char *percentage = NULL;

  if (self->n == 0)
    return g_strdup (_ ("Press Evaluate: the matrix appears here."));
  if (self->selected >= 0)
    return describe_cell (self, self->selected);
  for (int i = 0; i < self->n; i++) {
    right += self->counts[i * self->n + i];
    all += self->totals[i];
  }
  percentage = gbx_axis_format (100.0 * right / MAX (all, 1), 0.1);
  return g_strdup_printf (_ ("%u of %u read correctly: %s %%"), right, all, percentage);
}

static void
select_cell (GbxConfusionView *self, int index)
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
names_width (GbxConfusionView *self)
{
  int most = 0;

  for (int i = 0; i < self->n; i++) {
    int width;

    gbx_drawn_measure (GBX_DRAWN (self), self->names[i], GBX_TEXT_SMALL, &width, NULL);
    most = MAX (most, width);
  }
  return most;
}

static int
line_height (GbxConfusionView *self)
{
  int height;

  gbx_drawn_measure (GBX_DRAWN (self), "0", GBX_TEXT_SMALL, NULL, &height);
  return height;
}

/* Left of the cells: the caption of the rows, turned, and their names; above: the columns'. */
static void
arrange (GbxConfusionView *self, int width, int height)
{
  int line = line_height (self);
  int side = line + LABEL_GAP + MIN (names_width (self), (int)(width * NAME_SHARE)) + LABEL_GAP;
  int above = 2 * line + LABEL_GAP;
  gboolean reversed = gbx_drawn_is_reversed (GBX_DRAWN (self));

  self->tiling = gbx_tiling_matrix (self->n, self->n, reversed ? MARGIN : side, above,
                                    width - side - MARGIN, height - above - MARGIN, GAP);
}

/* Blue for what was read right, orange for mistakes, by the share of the row. Mistakes are rare, so
 * theirs is on a root scale: one in a hundred still shows. */
static float
shade (GbxConfusionView *self, int index)
{
  int row = index / self->n, column = index % self->n;
  float rate = self->totals[row] ? (float)self->counts[index] / self->totals[row] : 0;

  return row == column ? rate : -sqrtf (rate);
}

static void
paint_cells (GbxConfusionView *self, GtkSnapshot *snapshot)
{
  gboolean dark = gbx_palette_is_dark (GTK_WIDGET (self));
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);

  for (int index = 0; index < self->n * self->n; index++) {
    guint32 fill = gbx_palette_diverging (shade (self, index), dark);
    g_autofree char *count = g_strdup_printf ("%u", self->counts[index]);
    int x, y, width, height;

    gbx_tiling_rectangle (&self->tiling, index, &x, &y, &width, &height);
    gbx_drawn_cell (GBX_DRAWN (self), snapshot, fill, count, self->counts[index] == 0 ? &dim : NULL,
                    x, y, width, height);
  }
}

static void
paint_names (GbxConfusionView *self, GtkSnapshot *snapshot, int width)
{
  GdkRGBA text = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_FOREGROUND);
  gboolean reversed = gbx_drawn_is_reversed (GBX_DRAWN (self));
  int line = line_height (self), most = (int)(width * NAME_SHARE);
  double beside =
      reversed ? self->tiling.left + self->tiling.width + LABEL_GAP : self->tiling.left - LABEL_GAP;

  for (int i = 0; i < self->n; i++) {
    int x, y, cell_width, cell_height;

    gbx_tiling_rectangle (&self->tiling, i * self->n + i, &x, &y, &cell_width, &cell_height);
    if (cell_height >= line - 2 || i % 2 == 0)
      gbx_drawn_text (GBX_DRAWN (self), snapshot, self->names[i], GBX_TEXT_SMALL, &text, beside,
                      y + cell_height / 2.0, reversed ? 0 : 1, most);
    gbx_drawn_text (GBX_DRAWN (self), snapshot, self->names[i], GBX_TEXT_SMALL, &text,
                    x + cell_width / 2.0, line * 1.5, 0.5, MAX (1, cell_width));
  }
}

static void
paint_captions (GbxConfusionView *self, GtkSnapshot *snapshot, int width)
{
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);
  const GbxTiling *tiling = &self->tiling;
  int line = line_height (self);
  double x = gbx_drawn_is_reversed (GBX_DRAWN (self)) ? width - line / 2.0 : line / 2.0;

  gbx_drawn_text (GBX_DRAWN (self), snapshot, _ ("read as"), GBX_TEXT_SMALL, &dim,
                  tiling->left + tiling->width / 2.0, line / 2.0, 0.5, tiling->width);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float)x, tiling->top + tiling->height / 2.0f));
  gtk_snapshot_rotate (snapshot, -90);
  gbx_drawn_text (GBX_DRAWN (self), snapshot, _ ("true"), GBX_TEXT_SMALL, &dim, 0, 0, 0.5,
                  tiling->height);
  gtk_snapshot_restore (snapshot);
}

static GskRenderNode *
make_scenery (GbxConfusionView *self, int width, int height)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  arrange (self, width, height);
  paint_cells (self, snapshot);
  paint_names (self, snapshot, width);
  paint_captions (self, snapshot, width);
  return gtk_snapshot_free_to_node (snapshot);
}

static void
paint_selection (GbxConfusionView *self, GtkSnapshot *snapshot, int widget_width, int widget_height)
{
  GdkRGBA line = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_FOREGROUND);
  g_autofree char *text = describe_cell (self, self->selected);
  const char *const lines[] = {text, NULL};
  int x, y, width, height;

  gbx_tiling_rectangle (&self->tiling, self->selected, &x, &y, &width, &height);
  gbx_drawn_frame (snapshot, &line, x - 2, y - 2, width + 4, height + 4, 2, 2);
  gbx_drawn_panel (GBX_DRAWN (self), snapshot, lines, x + width, y, widget_width, widget_height);
}

static void
gbx_confusion_view_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxConfusionView *self = GBX_CONFUSION_VIEW (drawn);

  if (self->n == 0) {
    GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);

    gbx_drawn_text (drawn, snapshot, _ ("Press Evaluate: the matrix appears here."),
                    GBX_TEXT_NORMAL, &dim, width / 2.0, height / 2.0, 0.5, width);
    return;
  }
  if (!self->scenery)
    self->scenery = make_scenery (self, width, height);
  gtk_snapshot_append_node (snapshot, self->scenery);
  if (self->selected >= 0)
    paint_selection (self, snapshot, width, height);
}

static void
gbx_confusion_view_restyle (GbxDrawn *drawn)
{
  forget_scenery (GBX_CONFUSION_VIEW (drawn));
}

static void
gbx_confusion_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  forget_scenery (GBX_CONFUSION_VIEW (widget));
}

static void
gbx_confusion_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                            int *minimum, int *natural, int *minimum_baseline,
                            int *natural_baseline)
{
  GbxConfusionView *self = GBX_CONFUSION_VIEW (widget);
  int line = line_height (self), n = MAX (self->n, 2), labels = 2 * line + LABEL_GAP + MARGIN;
  int cell;

  gbx_drawn_measure (GBX_DRAWN (self), "0000", GBX_TEXT_SMALL, &cell, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    labels = line + 2 * LABEL_GAP + MARGIN + MIN (names_width (self), 4 * cell);
  *minimum = labels + n * cell / 2;
  *natural = labels + n * cell;
}

static int
cell_at (GbxConfusionView *self, double x, double y)
{
  return self->scenery ? gbx_tiling_at (&self->tiling, x, y) : -1;
}

static void
gbx_confusion_view_press (GbxDrawn *drawn, double x, double y)
{
  GbxConfusionView *self = GBX_CONFUSION_VIEW (drawn);
  int index = cell_at (self, x, y);

  if (index >= 0)
    select_cell (self, index);
}

static gboolean
gbx_confusion_view_key (GbxDrawn *drawn, guint key, GdkModifierType state)
{
  GbxConfusionView *self = GBX_CONFUSION_VIEW (drawn);
  int index = self->selected;

  if (key == GDK_KEY_Escape && index >= 0)
    select_cell (self, -1);
  else if (gbx_drawn_walk (key, state, self->n * self->n, MAX (self->n, 1), self->n, &index))
    select_cell (self, index);
  else
    return FALSE;
  return TRUE;
}

static char *
gbx_confusion_view_tip (GbxDrawn *drawn, int x, int y, gboolean keyboard)
{
  GbxConfusionView *self = GBX_CONFUSION_VIEW (drawn);
  int index = keyboard ? self->selected : cell_at (self, x, y);

  return index < 0 || index == self->selected ? NULL : describe_cell (self, index);
}

static void
gbx_confusion_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SELECTED)
    g_value_set_int (value, GBX_CONFUSION_VIEW (object)->selected);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_confusion_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GbxConfusionView *self = GBX_CONFUSION_VIEW (object);

  if (id == PROP_SELECTED)
    select_cell (self, g_value_get_int (value) < self->n * self->n ? g_value_get_int (value) : -1);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
forget_matrix (GbxConfusionView *self)
{
  g_clear_pointer (&self->counts, g_free);
  g_clear_pointer (&self->totals, g_free);
  g_clear_pointer (&self->names, g_strfreev);
  self->n = 0;
}

static void
gbx_confusion_view_finalize (GObject *object)
{
  GbxConfusionView *self = GBX_CONFUSION_VIEW (object);

  forget_matrix (self);
  g_clear_pointer (&self->scenery, gsk_render_node_unref);
  G_OBJECT_CLASS (gbx_confusion_view_parent_class)->finalize (object);
}

static void
gbx_confusion_view_class_init (GbxConfusionViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = gbx_confusion_view_get_property;
  object_class->set_property = gbx_confusion_view_set_property;
  object_class->finalize = gbx_confusion_view_finalize;
  widget_class->measure = gbx_confusion_view_measure;
  widget_class->size_allocate = gbx_confusion_view_size_allocate;
  GBX_DRAWN_CLASS (klass)->paint = gbx_confusion_view_paint;
  GBX_DRAWN_CLASS (klass)->restyle = gbx_confusion_view_restyle;
  GBX_DRAWN_CLASS (klass)->press = gbx_confusion_view_press;
  GBX_DRAWN_CLASS (klass)->key = gbx_confusion_view_key;
  GBX_DRAWN_CLASS (klass)->tip = gbx_confusion_view_tip;
  properties[PROP_SELECTED] =
      g_param_spec_int ("selected", NULL, NULL, -1, G_MAXINT, -1,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_set_css_name (widget_class, "gbx-confusion-view");
}

static void
gbx_confusion_view_init (GbxConfusionView *self)
{
  self->selected = -1;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Confusion matrix"), -1);
  gbx_drawn_describe (GBX_DRAWN (self), _ ("Press Evaluate: the matrix appears here."));
}

GtkWidget *
gbx_confusion_view_new (void)
{
  return g_object_new (GBX_TYPE_CONFUSION_VIEW, NULL);
}

void
gbx_confusion_view_set_matrix (GbxConfusionView *self, const guint *counts, int n,
                               const char *const *names)
{
  g_autofree char *description = NULL;

  g_return_if_fail (GBX_IS_CONFUSION_VIEW (self));
  g_return_if_fail (counts && names && n > 0);

  if (self->n != n)
    select_cell (self, -1);
  forget_matrix (self);
  self->n = n;
  self->counts = g_memdup2 (counts, sizeof (guint) * n * n);
  self->totals = g_new0 (guint, n);
  self->names = g_new0 (char *, n + 1);
  for (int row = 0; row < n; row++) {
    self->names[row] = g_strdup (names[row]);
    for (int column = 0; column < n; column++)
      self->totals[row] += counts[row * n + column];
  }
  description = describe (self);
  gbx_drawn_describe_live (GBX_DRAWN (self), description);
  forget_scenery (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
gbx_confusion_view_clear (GbxConfusionView *self)
{
  g_return_if_fail (GBX_IS_CONFUSION_VIEW (self));

  select_cell (self, -1);
  forget_matrix (self);
  gbx_drawn_describe (GBX_DRAWN (self), _ ("Press Evaluate: the matrix appears here."));
  forget_scenery (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
