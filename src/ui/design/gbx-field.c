/* gbx-field.c: one number or choice of the recipe. */
#include "gbx-field.h"

#include "gbx-layer-words.h"
#include "ui/gbx-session-view.h"
#include "ui/gbx-wheel.h"
#include "ui/session/gbx-layer-edits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 8
#define MAX_DIGITS 17 /* every double has as many, at most */

struct _GbxField {
  AdwBin parent_instance;

  const NnField *field;
  GtkWidget *control; /* a spin button, an entry or a drop-down, as its kind is */
  double value, maximum;
  gboolean showing; /* what changes now was not changed by hand */
};

G_DEFINE_FINAL_TYPE (GbxField, gbx_field, ADW_TYPE_BIN)

static guint edited_signal;

/* The shortest text that reads back as @value: "0.01", "1e-7". */
static char *
format_real (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE], format[] = "%.00g";
  char *exponent;

  for (int digits = 1; digits <= MAX_DIGITS; digits++) {
    format[2] = (char)('0' + digits / 10);
    format[3] = (char)('0' + digits % 10);
    g_ascii_formatd (text, sizeof text, format, value);
    if (g_ascii_strtod (text, NULL) == value && strstr (text, "e+") == NULL) /* 10, not 1e+01 */
      break;
  }
  exponent = strstr (text, "e-0");
  if (exponent == NULL)
    return g_strdup (text);
  return g_strdup_printf ("%.*se-%s", (int)(exponent - text), text, exponent + 3);
}

static gboolean
parse_real (GbxField *self, double *value)
{
  g_autofree char *text =
      g_strdelimit (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->control))), ",", '.');
  char *end;

  g_strstrip (text);
  *value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && *value >= self->field->minimum && *value <= self->maximum &&
         !(self->field->below_maximum && *value == self->maximum);
}

static void
take (GbxField *self, double value)
{
  if (self->showing || value == self->value)
    return;
  self->value = value;
  g_signal_emit (self, edited_signal, 0, value);
}

/* ---- by hand ---- */

static void
spun_cb (GbxField *self)
{
  take (self, gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->control)));
}

static void
chosen_cb (GbxField *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->control));

  if (selected != GTK_INVALID_LIST_POSITION)
    take (self, selected);
}

static void
show_real (GbxField *self)
{
  g_autofree char *text = format_real (self->value);

  gtk_editable_set_text (GTK_EDITABLE (self->control), text);
  gtk_widget_remove_css_class (self->control, "error");
}

static void
commit_cb (GbxField *self)
{
  double value;

  if (parse_real (self, &value))
    take (self, value);
  show_real (self);
}

static void
typed_cb (GbxField *self)
{
  double value;

  if (parse_real (self, &value))
    gtk_widget_remove_css_class (self->control, "error");
  else
    gtk_widget_add_css_class (self->control, "error");
}

/* ---- making ---- */

static GtkWidget *
make_spin_button (GbxField *self)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (self->field->minimum, self->field->maximum, 1);

  gtk_spin_button_set_increments (GTK_SPIN_BUTTON (spin), 1, PAGE);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), self->field->maximum > 1e4 ? 6 : 4);
  gbx_wheel_leave_alone (spin);
  g_signal_connect_object (spin, "value-changed", G_CALLBACK (spun_cb), self, G_CONNECT_SWAPPED);
  return spin;
}

static GtkWidget *
make_entry (GbxField *self)
{
  GtkWidget *entry = gtk_entry_new ();
  g_autofree char *minimum = format_real (self->field->minimum);
  g_autofree char *maximum = format_real (self->field->maximum);
  g_autofree char *range = g_strdup_printf (
      self->field->below_maximum ? _ ("%s to less than %s") : _ ("%s to %s"), minimum, maximum);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 7);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 7);
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_NUMBER);
  gtk_widget_set_tooltip_text (entry, range);
  g_signal_connect_object (entry, "activate", G_CALLBACK (commit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "changed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (commit_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (entry, focus);
  return entry;
}

static GtkWidget *
make_drop_down (GbxField *self)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);
  g_autoptr (GtkListItemFactory) factory =
      gtk_builder_list_item_factory_new_from_resource (NULL, GBX_UI "gbx-item.ui");
  GtkWidget *drop_down;

  for (const char *const *choice = gbx_layer_words_choices (self->field);
       choice != NULL && *choice != NULL; choice++)
    gtk_string_list_append (model, _ (*choice));
  drop_down = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&model)), NULL);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (drop_down), factory);
  g_signal_connect_object (drop_down, "notify::selected", G_CALLBACK (chosen_cb), self,
                           G_CONNECT_SWAPPED);
  return drop_down;
}

static GtkWidget *
make_control (GbxField *self)
{
  switch (self->field->kind) {
  case NN_FIELD_WHOLE:
    return make_spin_button (self);
  case NN_FIELD_REAL:
    return make_entry (self);
  default:
    return make_drop_down (self);
  }
}

static void
gbx_field_class_init (GbxFieldClass *klass)
{
  edited_signal = g_signal_new ("edited", GBX_TYPE_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "field");
}

static void
gbx_field_init (GbxField *self)
{
}

GtkWidget *
gbx_field_new (const NnField *field)
{
  GbxField *self = g_object_new (GBX_TYPE_FIELD, NULL);
  const char *name = _ (gbx_field_name (field));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (name);

  self->field = field;
  self->value = field->minimum;
  self->maximum = field->maximum;
  self->control = make_control (self);
  gtk_widget_set_valign (self->control, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->control, "compact");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->control), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  if (GTK_IS_EDITABLE (self->control)) /* Ctrl+Z takes back the edit, not the typing of it */
    gtk_editable_set_enable_undo (GTK_EDITABLE (self->control), FALSE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), self->control);
  adw_bin_set_child (ADW_BIN (self), box);
  return GTK_WIDGET (self);
}

const NnField *
gbx_field_get_field (GbxField *self)
{
  return self->field;
}

void
gbx_field_show (GbxField *self, double value, double maximum)
{
  self->showing = TRUE;
  self->value = value;
  self->maximum = maximum;
  if (self->field->kind == NN_FIELD_WHOLE) {
    gtk_spin_button_set_range (GTK_SPIN_BUTTON (self->control), self->field->minimum, maximum);
    gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->control), value);
  } else if (self->field->kind == NN_FIELD_CHOICE) {
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->control), (guint)value);
  } else {
    show_real (self);
  }
  self->showing = FALSE;
}
