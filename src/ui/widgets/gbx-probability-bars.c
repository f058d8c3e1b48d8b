/* gbx-probability-bars.c: one bar a class, with its name and its percentage. */
#include "gbx-probability-bars.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define GAP 10         /* between name, bar and percentage */
#define COLUMN_GAP 18  /* between the two columns of a widget too low for one */
#define ROW_PADDING 2  /* above and below the text */
#define BAR_SHARE 0.66 /* of the row's height */
#define MOST_BAR 18
#define BAR_RADIUS 4
#define MINIMUM_BAR 40  /* wide */
#define NAME_SHARE 0.45 /* of the width, at most: longer names are cut off */

struct _GbxProbabilityBars {
  GbxDrawn parent_instance;

  char **names; /* n, NULL-terminated */
  float *values;
  int n;
  int winner;   /* −1: no verdict, all bars are empty */
  int selected; /* the class that the keyboard points at, −1: none */

  /* Widths of the columns; −1 until they are measured. */
  int name_width, percentage_width;
};

G_DEFINE_FINAL_TYPE (GbxProbabilityBars, gbx_probability_bars, GBX_TYPE_DRAWN)

static char *
format_percentage (float value)
{
  return g_strdup_printf (_ ("%.1f %%"), value * 100.0);
}

static char *
describe_class (GbxProbabilityBars *self, int index)
{
  g_autofree char *percentage = format_percentage (self->values[index]);

  return g_strdup_printf (_ ("%s: %s"), self->names[index], percentage);
}

/* "3: 94.8 %, then 5: 2.0 %" */
static char *
describe_verdict (GbxProbabilityBars *self)
{
  g_autofree char *first = NULL, *second = NULL;
  int runner_up = -1;

  if (self->winner < 0)
    return g_strdup (_ ("No verdict yet"));
  for (int i = 0; i < self->n; i++)
    if (i != self->winner && (runner_up < 0 || self->values[i] > self->values[runner_up]))
      runner_up = i;
  first = describe_class (self, self->winner);
  if (runner_up < 0)
    return g_steal_pointer (&first);
  second = describe_class (self, runner_up);
  return g_strdup_printf (_ ("%s, then %s"), first, second);
}

static void
measure_columns (GbxProbabilityBars *self)
{
  g_autofree char *widest = format_percentage (1);

  if (self->name_width >= 0)
    return;
  self->name_width = 0;
  for (int i = 0; i < self->n; i++) {
    int width;

    gbx_drawn_measure (GBX_DRAWN (self), self->names[i], GBX_TEXT_BOLD, &width, NULL);
    self->name_width = MAX (self->name_width, width);
  }
  gbx_drawn_measure (GBX_DRAWN (self), widest, GBX_TEXT_BOLD, &self->percentage_width, NULL);
}

/* Light tints would look like full bars in high contrast: there the track is an outline. */
static void
paint_bar (GtkSnapshot *snapshot, gboolean outlined, const GdkRGBA *track, const GdkRGBA *fill,
           const graphene_rect_t *whole, const graphene_rect_t *filled)
{
  GskRoundedRect outline;

  if (whole->size.width <= 0)
    return;
  gsk_rounded_rect_init_from_rect (&outline, whole, BAR_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  if (!outlined)
    gtk_snapshot_append_color (snapshot, track, whole);
  if (filled->size.width > 0)
    gtk_snapshot_append_color (snapshot, fill, filled);
  gtk_snapshot_pop (snapshot);
  if (outlined)
    gbx_drawn_frame (snapshot, track, whole->origin.x, whole->origin.y, whole->size.width,
                     whole->size.height, BAR_RADIUS, 1);
}

static void
paint_row (GbxProbabilityBars *self, GtkSnapshot *snapshot, int index, double y, double row_height,
           int width)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean reversed = gbx_drawn_is_reversed (GBX_DRAWN (self)), won = index == self->winner;
  GdkRGBA text = gbx_palette_get (widget, won ? GBX_COLOUR_ACCENT : GBX_COLOUR_FOREGROUND);
  GdkRGBA dim = gbx_palette_get (widget, won ? GBX_COLOUR_ACCENT : GBX_COLOUR_DIM);
  GdkRGBA track = gbx_palette_get (widget, GBX_COLOUR_GRID);
  GdkRGBA fill = gbx_palette_get (widget, GBX_COLOUR_POSITIVE);
  int names = MIN (self->name_width, (int)(width * NAME_SHARE));
  double left = names + GAP, right = width - self->percentage_width - GAP;
  double bar = MIN (MOST_BAR, floor (row_height * BAR_SHARE)), top = floor (y - bar / 2);
  double length = self->winner >= 0 ? CLAMP (self->values[index], 0, 1) * (right - left) : 0;
  GbxTextStyle style = won ? GBX_TEXT_BOLD : GBX_TEXT_NORMAL;

  if (reversed) {
    double swapped = width - left;

    left = width - right;
    right = swapped;
  }
  if (!won)
    fill.alpha = 0.55f;
  gbx_drawn_text (GBX_DRAWN (self), snapshot, self->names[index], style, &text,
                  reversed ? width : 0, y, reversed ? 1 : 0, names);
  paint_bar (snapshot, gbx_palette_is_contrasting (widget), &track, &fill,
             &GRAPHENE_RECT_INIT (left, top, right - left, bar),
             &GRAPHENE_RECT_INIT (reversed ? right - length : left, top, length, bar));
  if (self->winner >= 0) {
    g_autofree char *percentage = format_percentage (self->values[index]);

    gbx_drawn_text (GBX_DRAWN (self), snapshot, percentage, style, &dim, reversed ? 0 : width, y,
                    reversed ? 0 : 1, 0);
  }
}

static int
text_height (GbxProbabilityBars *self)
{
  int height;

  gbx_drawn_measure (GBX_DRAWN (self), "0", GBX_TEXT_BOLD, NULL, &height);
  return height;
}

/* Where there is no height for all bars below each other, they stand in two columns. */
static void
gbx_probability_bars_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxProbabilityBars *self = GBX_PROBABILITY_BARS (drawn);
  GdkRGBA accent = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_ACCENT);
  int n_columns = self->n > 1 && height < self->n * text_height (self) ? 2 : 1;
  int n_rows = (MAX (self->n, 1) + n_columns - 1) / n_columns;
  int column_width = (width - (n_columns - 1) * COLUMN_GAP) / n_columns;
  double row_height = (double)height / n_rows;

  measure_columns (self);
  for (int i = 0; i < self->n; i++) {
    int column = gbx_drawn_is_reversed (drawn) ? n_columns - 1 - i / n_rows : i / n_rows;
    double top = i % n_rows * row_height;

    gtk_snapshot_save (snapshot);
    gtk_snapshot_translate (
        snapshot, &GRAPHENE_POINT_INIT ((float)(column * (column_width + COLUMN_GAP)), 0));
    paint_row (self, snapshot, i, top + row_height / 2, row_height, column_width);
    if (i == self->selected && gtk_widget_has_focus (GTK_WIDGET (self)))
      gbx_drawn_frame (snapshot, &accent, 0, floor (top), column_width, ceil (row_height), 4, 1);
    gtk_snapshot_restore (snapshot);
  }
}

static void
gbx_probability_bars_restyle (GbxDrawn *drawn)
{
  GBX_PROBABILITY_BARS (drawn)->name_width = -1;
}

static void
gbx_probability_bars_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                              int *minimum, int *natural, int *minimum_baseline,
                              int *natural_baseline)
{
  GbxProbabilityBars *self = GBX_PROBABILITY_BARS (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    measure_columns (self);
    *minimum = MIN (self->name_width, 60) + self->percentage_width + 2 * GAP + MINIMUM_BAR;
    *natural = self->name_width + self->percentage_width + 2 * GAP + 4 * MINIMUM_BAR;
  } else {
    int text = text_height (self), half = (MAX (self->n, 1) + 1) / 2;

    *minimum = half * text;
    *natural = half * (text + 2 * ROW_PADDING);
  }
}

static void
select_class (GbxProbabilityBars *self, int index)
{
  g_autofree char *text = NULL;

  self->selected = index;
  text = index < 0 || self->winner < 0 ? describe_verdict (self) : describe_class (self, index);
  gbx_drawn_describe (GBX_DRAWN (self), text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
key_pressed_cb (GbxProbabilityBars *self, guint key, guint code, GdkModifierType state,
                GtkEventControllerKey *controller)
{
  int index = self->selected;

  if (key == GDK_KEY_Left || key == GDK_KEY_Right)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Escape && index >= 0)
    select_class (self, -1);
  else if (gbx_drawn_walk (key, state | GDK_CONTROL_MASK, self->n, 1, self->n, &index))
    select_class (self, index);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
gbx_probability_bars_finalize (GObject *object)
{
  GbxProbabilityBars *self = GBX_PROBABILITY_BARS (object);

  g_strfreev (self->names);
  g_free (self->values);
  G_OBJECT_CLASS (gbx_probability_bars_parent_class)->finalize (object);
}

static void
gbx_probability_bars_class_init (GbxProbabilityBarsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gbx_probability_bars_finalize;
  widget_class->measure = gbx_probability_bars_measure;
  GBX_DRAWN_CLASS (klass)->paint = gbx_probability_bars_paint;
  GBX_DRAWN_CLASS (klass)->restyle = gbx_probability_bars_restyle;
  gtk_widget_class_set_css_name (widget_class, "gbx-probability-bars");
}

static void
gbx_probability_bars_init (GbxProbabilityBars *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->winner = -1;
  self->selected = -1;
  self->name_width = -1;
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Probability of each class"), -1);
  gbx_drawn_describe (GBX_DRAWN (self), _ ("No verdict yet"));
}

/* Asked for with every prediction, changed with every data set. */
static gboolean
has_names (GbxProbabilityBars *self, const char *const *names, int n)
{
  if (self->names == NULL || self->n != n)
    return FALSE;
  for (int i = 0; i < n; i++)
    if (!g_str_equal (self->names[i], names[i]))
      return FALSE;
  return TRUE;
}

GtkWidget *
gbx_probability_bars_new (void)
{
  return g_object_new (GBX_TYPE_PROBABILITY_BARS, NULL);
}

void
gbx_probability_bars_set_classes (GbxProbabilityBars *self, const char *const *names, int n)
{
  g_return_if_fail (GBX_IS_PROBABILITY_BARS (self));
  g_return_if_fail (names && n > 0);

  if (has_names (self, names, n))
    return;
  g_strfreev (self->names);
  self->names = g_new0 (char *, n + 1);
  for (int i = 0; i < n; i++)
    self->names[i] = g_strdup (names[i]);
  g_free (self->values);
  self->values = g_new0 (float, n);
  self->n = n;
  self->winner = -1;
  self->name_width = -1;
  select_class (self, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
gbx_probability_bars_set_values (GbxProbabilityBars *self, const float *values, int winner)
{
  g_autofree char *description = NULL;

  g_return_if_fail (GBX_IS_PROBABILITY_BARS (self));
  g_return_if_fail (winner < self->n);
  g_return_if_fail (values || winner < 0);

  for (int i = 0; i < self->n; i++)
    self->values[i] = winner >= 0 && isfinite (values[i]) ? values[i] : 0;
  self->winner = winner;
  description = self->selected >= 0 && winner >= 0 ? describe_class (self, self->selected)
                                                   : describe_verdict (self);
  gbx_drawn_describe_live (GBX_DRAWN (self), description);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
