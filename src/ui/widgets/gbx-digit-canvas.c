/* gbx-digit-canvas.c: a square to draw on by mouse, finger, stylus or keyboard. */
#include "gbx-digit-canvas.h"

#include "gbx-ink-node.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MINIMUM_SIDE 120
#define NATURAL_SIDE 280
#define RADIUS 8
#define SPACING 0.015   /* between two points, in units of the side */
#define CHUNK 32        /* points to a render node: only the last node changes while one draws */
#define STEP (1.0 / 28) /* of the keyboard's pen */
#define FINE_STEP (1.0 / 112)

struct _GbxDigitCanvas {
  GbxDrawn parent_instance;

  NnDrawing *drawing;
  NnDrawing *cleared; /* what the last clearing took, for undo; or NULL */
  double pen;
  gboolean set_aside; /* the next stroke begins a new drawing */
  gboolean stroking;  /* the pointer's pen is down */

  /* The ink so far as nodes; what is not in them is drawn anew at each frame. */
  GPtrArray *nodes;    /* GskRenderNode */
  guint n_node_points; /* points that are in nodes */

  NnPoint cursor; /* the keyboard's pen */
  gboolean cursor_down;
  gboolean pointing; /* the pointer was used last: no need for the keyboard's pen */
};

G_DEFINE_FINAL_TYPE (GbxDigitCanvas, gbx_digit_canvas, GBX_TYPE_DRAWN)

enum { PROP_0, PROP_PEN, PROP_EMPTY, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];

enum { CHANGED, LIFTED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* The square of paper in the middle of the widget. */
static double
paper (GbxDigitCanvas *self, double *left, double *top)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  int side = MAX (1, MIN (width, height));

  *left = (width - side) / 2;
  *top = (height - side) / 2;
  return side;
}

static void
forget_nodes (GbxDigitCanvas *self)
{
  g_ptr_array_set_size (self->nodes, 0);
  self->n_node_points = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
describe (GbxDigitCanvas *self)
{
  guint strokes = self->drawing->starts->len;
  g_autofree char *text = NULL;

  if (strokes == 0)
    text = g_strdup (_ ("Empty. Draw with the pointer; or move the pen with the arrow keys, and "
                        "press Space to put it down or to lift it."));
  else
    text = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "A drawing of %u stroke", "A drawing of %u strokes", strokes),
        strokes);
  gbx_drawn_describe_live (GBX_DRAWN (self), text);
}

static void
describe_cursor (GbxDigitCanvas *self)
{
  int x = (int)lround (self->cursor.x * 100), y = (int)lround (self->cursor.y * 100);
  g_autofree char *text = NULL;

  if (self->cursor_down)
    text = g_strdup_printf (_ ("Pen down, %d %% from the left, %d %% from the top"), x, y);
  else
    text = g_strdup_printf (_ ("Pen lifted, %d %% from the left, %d %% from the top"), x, y);
  gbx_drawn_describe (GBX_DRAWN (self), text);
}

static void
changed (GbxDigitCanvas *self, gboolean was_empty)
{
  if (was_empty != nn_drawing_is_empty (self->drawing))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY]);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Beyond the border the pen runs along it. */
static NnPoint
to_paper (GbxDigitCanvas *self, double x, double y)
{
  double left, top, side = paper (self, &left, &top);

  return (NnPoint){(float)CLAMP ((x - left) / side, 0, 1), (float)CLAMP ((y - top) / side, 0, 1)};
}

static void
begin_stroke (GbxDigitCanvas *self, NnPoint point)
{
  gboolean was_empty = nn_drawing_is_empty (self->drawing);

  if (self->set_aside) {
    nn_drawing_clear (self->drawing);
    self->set_aside = FALSE;
    forget_nodes (self);
  }
  g_clear_pointer (&self->cleared, nn_drawing_free);
  nn_drawing_begin_stroke (self->drawing, point.x, point.y);
  changed (self, was_empty);
}

/* Pointers move by whole pixels. So that a slanted line is no staircase, points keep a distance:
 * the newest one follows the pen until it is far enough from the one before. */
static gboolean
add_point (GbxDigitCanvas *self, NnPoint point)
{
  const GArray *starts = self->drawing->starts;
  GArray *points = self->drawing->points;
  NnPoint *last = &g_array_index (points, NnPoint, points->len - 1);

  if (point.x == last->x && point.y == last->y)
    return FALSE;
  if (points->len - g_array_index (starts, guint, starts->len - 1) >= 2 &&
      hypot (last->x - last[-1].x, last->y - last[-1].y) < SPACING)
    *last = point;
  else
    nn_drawing_add_point (self->drawing, point.x, point.y);
  return TRUE;
}

/* GTK hands out one motion event a frame; where the pen was in between is in its history. */
static gboolean
add_history (GbxDigitCanvas *self, GdkEvent *event)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  gboolean added = FALSE;
  guint n = 0;
  g_autofree GdkTimeCoord *history = event && gdk_event_get_event_type (event) == GDK_MOTION_NOTIFY
                                         ? gdk_event_get_history (event, &n)
                                         : NULL;

  for (guint i = 0; i < n; i++) {
    double native_x, native_y, x, y;

    if (!(history[i].flags & GDK_AXIS_FLAG_X) || !(history[i].flags & GDK_AXIS_FLAG_Y))
      continue;
    gtk_native_get_surface_transform (native, &native_x, &native_y);
    gtk_widget_translate_coordinates (GTK_WIDGET (native), GTK_WIDGET (self),
                                      history[i].axes[GDK_AXIS_X] - native_x,
                                      history[i].axes[GDK_AXIS_Y] - native_y, &x, &y);
    added |= add_point (self, to_paper (self, x, y));
  }
  return added;
}

static void
drag_begin_cb (GbxDigitCanvas *self, double x, double y, GtkGestureDrag *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->cursor_down = FALSE;
  self->pointing = TRUE;
  self->stroking = TRUE;
  begin_stroke (self, to_paper (self, x, y));
}

static void
lifted_cb (GbxDigitCanvas *self)
{
  self->stroking = FALSE;
  g_signal_emit (self, signals[LIFTED], 0);
}

static void
drag_update_cb (GbxDigitCanvas *self, double offset_x, double offset_y, GtkGestureDrag *gesture)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));
  double x, y;
  gboolean added;

  if (nn_drawing_is_empty (self->drawing)) /* cleared under the pen */
    return;
  if (!gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  added = add_history (self, event);
  added |= add_point (self, to_paper (self, x + offset_x, y + offset_y));
  if (added)
    changed (self, FALSE);
}

static void
move_cursor (GbxDigitCanvas *self, double dx, double dy)
{
  self->pointing = FALSE;
  self->cursor.x = (float)CLAMP (self->cursor.x + dx, 0, 1);
  self->cursor.y = (float)CLAMP (self->cursor.y + dy, 0, 1);
  if (self->cursor_down && nn_drawing_is_empty (self->drawing))
    begin_stroke (self, self->cursor);
  else if (self->cursor_down && add_point (self, self->cursor))
    changed (self, FALSE);
  describe_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
toggle_cursor (GbxDigitCanvas *self)
{
  self->pointing = FALSE;
  self->cursor_down = !self->cursor_down;
  if (self->cursor_down)
    begin_stroke (self, self->cursor);
  describe_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
key_pressed_cb (GbxDigitCanvas *self, guint key, guint code, GdkModifierType state,
                GtkEventControllerKey *controller)
{
  double step = state & GDK_SHIFT_MASK ? FINE_STEP : STEP;

  if ((state & GDK_CONTROL_MASK) && (key == GDK_KEY_z || key == GDK_KEY_Z) &&
      gbx_digit_canvas_can_undo (self))
    gbx_digit_canvas_undo (self);
  else if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return GDK_EVENT_PROPAGATE;
  else if (key == GDK_KEY_Left || key == GDK_KEY_KP_Left)
    move_cursor (self, -step, 0);
  else if (key == GDK_KEY_Right || key == GDK_KEY_KP_Right)
    move_cursor (self, step, 0);
  else if (key == GDK_KEY_Up || key == GDK_KEY_KP_Up)
    move_cursor (self, 0, -step);
  else if (key == GDK_KEY_Down || key == GDK_KEY_KP_Down)
    move_cursor (self, 0, step);
  else if (key == GDK_KEY_space || key == GDK_KEY_KP_Space)
    toggle_cursor (self);
  else if (key == GDK_KEY_Delete || key == GDK_KEY_KP_Delete || key == GDK_KEY_BackSpace)
    gbx_digit_canvas_clear (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
focus_left_cb (GbxDigitCanvas *self)
{
  self->cursor_down = FALSE;
  self->pointing = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static GskRenderNode *
ink_node (GbxDigitCanvas *self, guint from, guint to, gboolean starts, gboolean ends)
{
  GbxInk ink = {.points = (const NnPoint *)self->drawing->points->data,
                .colour = gbx_palette_get (
                    GTK_WIDGET (self), self->set_aside ? GBX_COLOUR_DIM : GBX_COLOUR_FOREGROUND)};

  ink.side = paper (self, &ink.left, &ink.top);
  ink.width = self->pen * ink.side;
  return gbx_ink_node_new (&ink, from, to, starts, ends);
}

static void
paint_ink (GbxDigitCanvas *self, GtkSnapshot *snapshot)
{
  const GArray *starts = self->drawing->starts;
  guint n = self->drawing->points->len;

  for (guint i = 0; i < self->nodes->len; i++)
    gtk_snapshot_append_node (snapshot, g_ptr_array_index (self->nodes, i));
  for (guint stroke = 0; stroke < starts->len; stroke++) {
    guint begin = g_array_index (starts, guint, stroke);
    guint end = stroke + 1 < starts->len ? g_array_index (starts, guint, stroke + 1) : n;

    for (guint from = MAX (begin, self->n_node_points); from < end; from += CHUNK) {
      guint to = MIN (from + CHUNK, end);
      GskRenderNode *node = ink_node (self, from, to, from == begin, to == end);

      gtk_snapshot_append_node (snapshot, node);
      /* What lies before the newest point, which may still move, stays as it is. */
      if (to == end ? to < n : to + 1 < n) {
        g_ptr_array_add (self->nodes, node);
        self->n_node_points = to;
      } else {
        gsk_render_node_unref (node);
      }
    }
  }
}

/* Where the keyboard's pen is: a cross, and the pen's own size; filled while it is down. */
static void
paint_cursor (GbxDigitCanvas *self, GtkSnapshot *snapshot)
{
  GdkRGBA accent = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_ACCENT);
  double left, top, side = paper (self, &left, &top);
  double x = floor (left + self->cursor.x * side), y = floor (top + self->cursor.y * side);
  double radius = MAX (3, self->pen * side / 2), reach = radius + 8;

  if (self->cursor_down)
    gbx_drawn_rectangle (snapshot, &accent, x - radius, y - radius, 2 * radius, 2 * radius, radius);
  else
    gbx_drawn_frame (snapshot, &accent, x - radius, y - radius, 2 * radius, 2 * radius, radius, 2);
  gbx_drawn_rectangle (snapshot, &accent, x - reach, y - 1, 2 * reach, 2, 0);
  gbx_drawn_rectangle (snapshot, &accent, x - 1, y - reach, 2, 2 * reach, 0);
}

static void
gbx_digit_canvas_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxDigitCanvas *self = GBX_DIGIT_CANVAS (drawn);
  GdkRGBA white = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_BACKGROUND);
  GdkRGBA line = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_GRID);
  GdkRGBA dim = gbx_palette_get (GTK_WIDGET (self), GBX_COLOUR_DIM);
  double left, top, side = paper (self, &left, &top);
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (left, top, side, side), RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &white, &outline.bounds);
  paint_ink (self, snapshot);
  gtk_snapshot_pop (snapshot);
  gbx_drawn_frame (snapshot, &line, left, top, side, side, RADIUS, 1);
  if (!self->pointing && gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    paint_cursor (self, snapshot);
  else if (nn_drawing_is_empty (self->drawing))
    gbx_drawn_text (drawn, snapshot, _ ("Draw a digit here"), GBX_TEXT_NORMAL, &dim,
                    left + side / 2, top + side / 2, 0.5, (int)side - 2 * RADIUS);
}

static void
gbx_digit_canvas_restyle (GbxDrawn *drawn)
{
  forget_nodes (GBX_DIGIT_CANVAS (drawn));
}

static void
gbx_digit_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  forget_nodes (GBX_DIGIT_CANVAS (widget));
}

static void
gbx_digit_canvas_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = MINIMUM_SIDE;
  *natural = NATURAL_SIDE;
  if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0)
    *natural = MAX (for_size, MINIMUM_SIDE);
}

static GtkSizeRequestMode
gbx_digit_canvas_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
gbx_digit_canvas_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GbxDigitCanvas *self = GBX_DIGIT_CANVAS (object);

  if (id == PROP_PEN)
    g_value_set_double (value, self->pen);
  else if (id == PROP_EMPTY)
    g_value_set_boolean (value, nn_drawing_is_empty (self->drawing));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
set_pen (GbxDigitCanvas *self, double pen)
{
  if (self->pen == pen)
    return;
  self->pen = pen;
  forget_nodes (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PEN]);
  if (!nn_drawing_is_empty (self->drawing))
    changed (self, FALSE);
}

static void
gbx_digit_canvas_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PEN)
    set_pen (GBX_DIGIT_CANVAS (object), g_value_get_double (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_digit_canvas_finalize (GObject *object)
{
  GbxDigitCanvas *self = GBX_DIGIT_CANVAS (object);

  nn_drawing_free (self->drawing);
  g_clear_pointer (&self->cleared, nn_drawing_free);
  g_ptr_array_unref (self->nodes);
  G_OBJECT_CLASS (gbx_digit_canvas_parent_class)->finalize (object);
}

static void
gbx_digit_canvas_class_init (GbxDigitCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = gbx_digit_canvas_get_property;
  object_class->set_property = gbx_digit_canvas_set_property;
  object_class->finalize = gbx_digit_canvas_finalize;
  widget_class->measure = gbx_digit_canvas_measure;
  widget_class->get_request_mode = gbx_digit_canvas_get_request_mode;
  widget_class->size_allocate = gbx_digit_canvas_size_allocate;
  GBX_DRAWN_CLASS (klass)->paint = gbx_digit_canvas_paint;
  GBX_DRAWN_CLASS (klass)->restyle = gbx_digit_canvas_restyle;
  properties[PROP_PEN] =
      g_param_spec_double ("pen", NULL, NULL, 0.01, 0.5, (double)NN_PEN,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_EMPTY] =
      g_param_spec_boolean ("empty", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[LIFTED] = g_signal_new ("lifted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "gbx-digit-canvas");
}

static void
gbx_digit_canvas_init (GbxDigitCanvas *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->drawing = nn_drawing_new ();
  self->pen = (double)NN_PEN;
  self->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify)gsk_render_node_unref);
  self->cursor = (NnPoint){0.5f, 0.5f};
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (lifted_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "crosshair");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Drawing canvas"), -1);
  describe (self);
}

GtkWidget *
gbx_digit_canvas_new (void)
{
  return g_object_new (GBX_TYPE_DIGIT_CANVAS, NULL);
}

gboolean
gbx_digit_canvas_normalise (GbxDigitCanvas *self, const NnPrepareSpec *prepare,
                            NnNormalised *result)
{
  g_autofree guint8 *ink = g_malloc (NN_DRAWING_SIDE * NN_DRAWING_SIDE);

  g_return_val_if_fail (GBX_IS_DIGIT_CANVAS (self), FALSE);

  nn_drawing_rasterise (self->drawing, (float)self->pen, NN_DRAWING_SIDE, ink);
  return nn_prepare_ink (prepare, ink, NN_DRAWING_SIDE, NN_DRAWING_SIDE, NN_DRAWING_SIDE, result);
}

const NnDrawing *
gbx_digit_canvas_get_drawing (GbxDigitCanvas *self)
{
  g_return_val_if_fail (GBX_IS_DIGIT_CANVAS (self), NULL);
  return self->drawing;
}

void
gbx_digit_canvas_set_drawing (GbxDigitCanvas *self, const NnDrawing *drawing)
{
  gboolean was_empty;
  NnDrawing *copy;

  g_return_if_fail (GBX_IS_DIGIT_CANVAS (self));
  g_return_if_fail (drawing != NULL);

  was_empty = nn_drawing_is_empty (self->drawing);
  copy = nn_drawing_copy (drawing);
  nn_drawing_free (self->drawing);
  self->drawing = copy;
  g_clear_pointer (&self->cleared, nn_drawing_free);
  self->cursor_down = FALSE;
  self->set_aside = FALSE;
  forget_nodes (self);
  changed (self, was_empty);
}

gboolean
gbx_digit_canvas_can_undo (GbxDigitCanvas *self)
{
  g_return_val_if_fail (GBX_IS_DIGIT_CANVAS (self), FALSE);
  return !self->set_aside && (!nn_drawing_is_empty (self->drawing) || self->cleared != NULL);
}

void
gbx_digit_canvas_undo (GbxDigitCanvas *self)
{
  g_return_if_fail (GBX_IS_DIGIT_CANVAS (self));

  self->cursor_down = FALSE;
  if (self->set_aside)
    return;
  if (nn_drawing_is_empty (self->drawing) && self->cleared) {
    g_autoptr (NnDrawing) cleared = g_steal_pointer (&self->cleared);

    gbx_digit_canvas_set_drawing (self, cleared);
  } else if (nn_drawing_undo (self->drawing)) {
    forget_nodes (self);
    changed (self, FALSE);
  }
}

void
gbx_digit_canvas_clear (GbxDigitCanvas *self)
{
  g_return_if_fail (GBX_IS_DIGIT_CANVAS (self));

  self->cursor_down = FALSE;
  if (nn_drawing_is_empty (self->drawing))
    return;
  self->set_aside = FALSE;
  g_clear_pointer (&self->cleared, nn_drawing_free);
  self->cleared = nn_drawing_copy (self->drawing);
  nn_drawing_clear (self->drawing);
  forget_nodes (self);
  changed (self, FALSE);
}

void
gbx_digit_canvas_set_aside (GbxDigitCanvas *self, gboolean set_aside)
{
  g_return_if_fail (GBX_IS_DIGIT_CANVAS (self));

  if (self->set_aside == set_aside || nn_drawing_is_empty (self->drawing))
    return;
  self->set_aside = set_aside;
  self->cursor_down = FALSE;
  forget_nodes (self);
  changed (self, FALSE);
}

gboolean
gbx_digit_canvas_is_set_aside (GbxDigitCanvas *self)
{
  g_return_val_if_fail (GBX_IS_DIGIT_CANVAS (self), FALSE);
  return self->set_aside;
}

gboolean
gbx_digit_canvas_is_stroking (GbxDigitCanvas *self)
{
  g_return_val_if_fail (GBX_IS_DIGIT_CANVAS (self), FALSE);
  return self->stroking;
}
