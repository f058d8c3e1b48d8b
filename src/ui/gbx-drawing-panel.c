/* gbx-drawing-panel.c: draw a digit and see at once what the network makes of it. */
#include "gbx-drawing-panel.h"

#include "gbx-format.h"
#include "ui/collect/gbx-label-bar.h"
#include "ui/widgets/gbx-digit-canvas.h"
#include "ui/widgets/gbx-picture.h"
#include "ui/widgets/gbx-probability-bars.h"

#include <glib/gi18n-lib.h>

#define MAX_CLASSES 64
#define N_DIGITS 10

struct _GbxDrawingPanel {
  GbxSessionView parent_instance;

  GbxDigitCanvas *canvas;
  GbxPicture *seen;
  GtkDropDown *reader;
  GbxProbabilityBars *bars;
  GtkInscription *verdict;
  GbxLabelBar *labels;

  /* A key that stands for a class is down. */
  guint held_key;             /* 0: none */
  int held_label;             /* the class */
  gboolean held_drawn;        /* something was drawn since */
  int pending_label;          /* to be given when the pen is lifted; −1: none */
  GtkEventController *digits; /* of the window: borrowed */

  NnNormalised normalised; /* what the network sees, where inked */
  gboolean inked;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (GbxDrawingPanel, gbx_drawing_panel, GBX_TYPE_SESSION_VIEW)

/* The pretrained reader knows digits, whatever data set is loaded; so does everybody before one is.
 */
static const char *
class_name (GbxSession *session, int index)
{
  static const char *const digits[N_DIGITS] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  const char *name = NULL;
  int reader;

  g_object_get (session, "reader", &reader, NULL);
  if (reader == GBX_READER_OWN)
    name = gbx_session_get_class_name (session, index);
  if (name == NULL && index < N_DIGITS)
    name = digits[index];
  return name != NULL ? name : "";
}

/* Bars for @n classes; the names may be another data set's than last time. */
static void
show_bars (GbxDrawingPanel *self, GbxSession *session, const float *probabilities, int n,
           int winner)
{
  const char *names[MAX_CLASSES + 1] = {NULL};

  for (int i = 0; i < n; i++)
    names[i] = class_name (session, i);
  gbx_probability_bars_set_classes (self->bars, names, n);
  gbx_probability_bars_set_values (self->bars, probabilities, winner);
}

static void
show_verdict (GbxDrawingPanel *self, const char *text, gboolean sure)
{
  gtk_inscription_set_text (self->verdict, text);
  if (sure)
    gtk_widget_remove_css_class (GTK_WIDGET (self->verdict), "dim-label");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->verdict), "dim-label");
}

static gboolean
reads_table (GbxSession *session)
{
  return gbx_session_get_experiment (session)->prepare.columns != NULL;
}

/* Returns: how many bars there are before anything was read. */
static int
count_classes (GbxSession *session)
{
  const NnDataset *dataset = gbx_session_get_dataset (session);

  return reads_table (session) && dataset != NULL ? dataset->n_classes : N_DIGITS;
}

/* Microseconds, on this thread, within the frame of the stroke. */
static void
predict (GbxDrawingPanel *self)
{
  GbxSession *session = gbx_session_view_get_session (GBX_SESSION_VIEW (self));
  static const guint8 blank[NN_DIGIT_PIXELS];
  float probabilities[MAX_CLASSES] = {0};
  g_autofree char *percent = NULL, *text = NULL;
  int n_classes = 0, winner;

  if (session == NULL)
    return;
  winner = gbx_session_predict (session, self->inked ? self->normalised.pixels : blank,
                                probabilities, &n_classes);
  if (!self->inked || winner < 0) {
    show_bars (self, session, probabilities, n_classes > 0 ? n_classes : count_classes (session),
               -1);
    show_verdict (self,
                  reads_table (session) ? _ ("This network reads a table: no drawings")
                  : self->inked         ? _ ("No network to read it")
                                        : _ ("Draw to ask the network"),
                  FALSE);
    return;
  }
  show_bars (self, session, probabilities, n_classes, winner);
  percent = gbx_format_percent (probabilities[winner], 1);
  /* TRANSLATORS: the verdict on a drawing: "3 — 94.8 % sure" */
  text = g_strdup_printf (_ ("%s — %s sure"), class_name (session, winner), percent);
  show_verdict (self, text, TRUE);
}

/* ---- what it is a drawing of ---- */

static GbxAlbum *
get_album (GbxDrawingPanel *self)
{
  return gbx_session_get_album (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));
}

static gboolean
can_label (GbxDrawingPanel *self)
{
  return self->inked && !gbx_digit_canvas_is_set_aside (self->canvas);
}

static void
label (GbxDrawingPanel *self, int class_index)
{
  self->pending_label = -1;
  if (!can_label (self))
    return;
  gbx_album_add (get_album (self), gbx_digit_canvas_get_drawing (self->canvas), class_index);
  gbx_digit_canvas_set_aside (self->canvas, TRUE);
}

static void
labelled_cb (GbxDrawingPanel *self, int class_index)
{
  label (self, class_index);
}

static void
lifted_cb (GbxDrawingPanel *self)
{
  if (self->pending_label >= 0)
    label (self, self->pending_label);
}

/* The key of a class: pressed before the first stroke, it says what the next drawing will be, and
 * when it is let go that is put away; pressed after the last, it says what was drawn. */
static gboolean
press_label (GbxDrawingPanel *self, guint key, GdkModifierType state, gboolean digits_alone)
{
  gunichar character = gdk_keyval_to_unicode (key);
  int class_index;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) || character == 0 ||
      character == ' ' || (digits_alone && !g_unichar_isdigit (character)))
    return FALSE;
  if (key == self->held_key)
    return TRUE;
  class_index = gbx_album_find_key (get_album (self), character);
  if (class_index < 0)
    return FALSE;
  self->held_key = key;
  self->held_label = class_index;
  self->held_drawn = can_label (self);
  gbx_album_set_label (get_album (self), class_index);
  return TRUE;
}

static gboolean
key_pressed_cb (GbxDrawingPanel *self, guint key, guint code, GdkModifierType state)
{
  if ((key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) && can_label (self) &&
      gtk_widget_has_focus (GTK_WIDGET (self->canvas))) {
    label (self, gbx_album_get_label (get_album (self)));
    return TRUE;
  }
  return press_label (self, key, state, FALSE);
}

static gboolean
digit_pressed_cb (GbxDrawingPanel *self, guint key, guint code, GdkModifierType state)
{
  return press_label (self, key, state, TRUE);
}

static void
key_released_cb (GbxDrawingPanel *self, guint key)
{
  if (key != self->held_key)
    return;
  self->held_key = 0;
  if (!self->held_drawn)
    return;
  if (gbx_digit_canvas_is_stroking (self->canvas))
    self->pending_label = self->held_label;
  else
    label (self, self->held_label);
}

/* Digits are heard wherever the focus is, unless something takes them before. */
static void
gbx_drawing_panel_root (GtkWidget *widget)
{
  GbxDrawingPanel *self = GBX_DRAWING_PANEL (widget);

  GTK_WIDGET_CLASS (gbx_drawing_panel_parent_class)->root (widget);
  self->digits = gtk_event_controller_key_new ();
  g_signal_connect_swapped (self->digits, "key-pressed", G_CALLBACK (digit_pressed_cb), self);
  g_signal_connect_swapped (self->digits, "key-released", G_CALLBACK (key_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (gtk_widget_get_root (widget)), self->digits);
}

static void
gbx_drawing_panel_unroot (GtkWidget *widget)
{
  GbxDrawingPanel *self = GBX_DRAWING_PANEL (widget);

  gtk_widget_remove_controller (GTK_WIDGET (gtk_widget_get_root (widget)), self->digits);
  self->digits = NULL;
  GTK_WIDGET_CLASS (gbx_drawing_panel_parent_class)->unroot (widget);
}

/* Through the recipe's steps, whoever reads it. */
static void
normalise (GbxDrawingPanel *self)
{
  GbxSession *session = gbx_session_view_get_session (GBX_SESSION_VIEW (self));

  self->inked = gbx_digit_canvas_normalise (
      self->canvas, &gbx_session_get_experiment (session)->prepare, &self->normalised);
  if (self->inked)
    gbx_picture_set_pixels (self->seen, self->normalised.pixels, NN_DIGIT_SIDE, NN_DIGIT_SIDE);
  else
    gbx_picture_clear (self->seen);
  predict (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
drawing_changed_cb (GbxDrawingPanel *self)
{
  normalise (self);
  self->held_drawn = self->held_key != 0 && can_label (self);
  g_object_set (self->labels, "ready", can_label (self), NULL);
  gbx_session_set_drawing (gbx_session_view_get_session (GBX_SESSION_VIEW (self)),
                           gbx_digit_canvas_get_drawing (self->canvas));
}

/* Its steps may be others. */
static void
recipe_changed_cb (GbxDrawingPanel *self)
{
  if (self->inked)
    normalise (self);
}

static gboolean
reader_to_selected (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_uint (to, (guint)g_value_get_int (from));
  return TRUE;
}

static gboolean
selected_to_reader (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  guint selected = g_value_get_uint (from);

  if (selected == GTK_INVALID_LIST_POSITION)
    return FALSE;
  g_value_set_int (to, (int)selected);
  return TRUE;
}

static void
gbx_drawing_panel_attach (GbxSessionView *view, GbxSession *session)
{
  GbxDrawingPanel *self = GBX_DRAWING_PANEL (view);

  g_object_bind_property_full (session, "reader", self->reader, "selected",
                               G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL, reader_to_selected,
                               selected_to_reader, NULL, NULL);
  g_signal_connect_object (session, "prediction-changed", G_CALLBACK (predict), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "dataset-changed", G_CALLBACK (predict), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "experiment-changed", G_CALLBACK (recipe_changed_cb), self,
                           G_CONNECT_SWAPPED);
  predict (self);
}

static void
gbx_drawing_panel_class_init (GbxDrawingPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_drawing_panel_attach;
  widget_class->root = gbx_drawing_panel_root;
  widget_class->unroot = gbx_drawing_panel_unroot;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (GBX_TYPE_DIGIT_CANVAS);
  g_type_ensure (GBX_TYPE_LABEL_BAR);
  g_type_ensure (GBX_TYPE_PICTURE);
  g_type_ensure (GBX_TYPE_PROBABILITY_BARS);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-drawing-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxDrawingPanel, canvas);
  gtk_widget_class_bind_template_child (widget_class, GbxDrawingPanel, seen);
  gtk_widget_class_bind_template_child (widget_class, GbxDrawingPanel, reader);
  gtk_widget_class_bind_template_child (widget_class, GbxDrawingPanel, bars);
  gtk_widget_class_bind_template_child (widget_class, GbxDrawingPanel, verdict);
  gtk_widget_class_bind_template_child (widget_class, GbxDrawingPanel, labels);
  gtk_widget_class_bind_template_callback (widget_class, drawing_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, labelled_cb);
  gtk_widget_class_bind_template_callback (widget_class, lifted_cb);
}

static void
gbx_drawing_panel_init (GbxDrawingPanel *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->pending_label = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (key_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

const NnNormalised *
gbx_drawing_panel_get_normalised (GbxDrawingPanel *self)
{
  return self->inked ? &self->normalised : NULL;
}

const NnDrawing *
gbx_drawing_panel_get_drawing (GbxDrawingPanel *self)
{
  return gbx_digit_canvas_get_drawing (self->canvas);
}

float
gbx_drawing_panel_get_pen (GbxDrawingPanel *self)
{
  double pen;

  g_object_get (self->canvas, "pen", &pen, NULL);
  return (float)pen;
}

void
gbx_drawing_panel_set_drawing (GbxDrawingPanel *self, const NnDrawing *drawing)
{
  gbx_digit_canvas_set_drawing (self->canvas, drawing);
}

gboolean
gbx_drawing_panel_can_add (GbxDrawingPanel *self)
{
  return can_label (self);
}

void
gbx_drawing_panel_add (GbxDrawingPanel *self)
{
  label (self, gbx_album_get_label (get_album (self)));
}

gboolean
gbx_drawing_panel_is_set_aside (GbxDrawingPanel *self)
{
  return gbx_digit_canvas_is_set_aside (self->canvas);
}

void
gbx_drawing_panel_take_up (GbxDrawingPanel *self)
{
  gbx_digit_canvas_set_aside (self->canvas, FALSE);
}

gboolean
gbx_drawing_panel_can_undo (GbxDrawingPanel *self)
{
  return gbx_digit_canvas_can_undo (self->canvas);
}

void
gbx_drawing_panel_undo (GbxDrawingPanel *self)
{
  gbx_digit_canvas_undo (self->canvas);
}

void
gbx_drawing_panel_clear (GbxDrawingPanel *self)
{
  gbx_digit_canvas_clear (self->canvas);
}
