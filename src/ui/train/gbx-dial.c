/* gbx-dial.c: one dial of the recipe. */
#include "gbx-dial.h"

#include "gbx-dial-scale.h"
#include "ui/gbx-session-view.h"
#include "ui/gbx-wheel.h"

struct _GbxDial {
  AdwBin parent_instance;

  GtkLabel *title;
  GtkImage *reset_mark;
  GtkEntry *entry;
  GtkScale *scale;
  GtkAdjustment *adjustment;

  GbxHyperparameters *hyperparameters; /* owned */
  GbxDialScale mapping;
};

enum { PROP_TITLE = 1, PROP_PROPERTY };

G_DEFINE_FINAL_TYPE (GbxDial, gbx_dial, ADW_TYPE_BIN)

/* ---- between the property and what is shown ---------------------------------------------------
 */

static double
number_of (const GValue *value)
{
  return G_VALUE_HOLDS_INT (value) ? g_value_get_int (value) : g_value_get_double (value);
}

static void
set_number (GValue *value, double number)
{
  if (G_VALUE_HOLDS_INT (value))
    g_value_set_int (value, (int)number);
  else
    g_value_set_double (value, number);
}

static gboolean
value_to_position (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_double (to, gbx_dial_scale_to_position (&GBX_DIAL (data)->mapping, number_of (from)));
  return TRUE;
}

static gboolean
position_to_value (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  set_number (to,
              gbx_dial_scale_from_position (&GBX_DIAL (data)->mapping, g_value_get_double (from)));
  return TRUE;
}

static void
show_value (GbxDial *self)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *text = NULL;

  g_object_get_property (G_OBJECT (self->hyperparameters), self->mapping.property, &value);
  text = gbx_dial_scale_format (&self->mapping, number_of (&value));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  text, -1);
}

/* ---- typing and restoring ---------------------------------------------------------------------
 */

static void
commit_cb (GbxDial *self)
{
  g_auto (GValue) value = G_VALUE_INIT;
  double number;

  if (self->hyperparameters == NULL)
    return;
  if (gbx_dial_scale_parse (&self->mapping, gtk_editable_get_text (GTK_EDITABLE (self->entry)),
                            &number)) {
    g_value_init (&value, self->mapping.integer ? G_TYPE_INT : G_TYPE_DOUBLE);
    set_number (&value, number);
    g_object_set_property (G_OBJECT (self->hyperparameters), self->mapping.property, &value);
  }
  show_value (self);
}

static void
entry_changed_cb (GbxDial *self)
{
  double number;

  if (gbx_dial_scale_parse (&self->mapping, gtk_editable_get_text (GTK_EDITABLE (self->entry)),
                            &number))
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
}

static gboolean
entry_key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType modifiers,
              GbxDial *self)
{
  if (key != GDK_KEY_Escape || self->hyperparameters == NULL)
    return GDK_EVENT_PROPAGATE;
  show_value (self);
  return GDK_EVENT_STOP;
}

static void
pressed_cb (GtkGestureClick *click, int n_press, double x, double y, GbxDial *self)
{
  g_auto (GValue) value = G_VALUE_INIT;

  if (n_press != 2 || self->hyperparameters == NULL)
    return;
  gbx_hyperparameters_get_default (self->hyperparameters, self->mapping.property, &value);
  g_object_set_property (G_OBJECT (self->hyperparameters), self->mapping.property, &value);
  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
}

/* ---- the object -------------------------------------------------------------------------------
 */

static void
set_title (GbxDial *self, const char *title)
{
  gtk_label_set_label (self->title, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
}

static void
set_property (GbxDial *self, const char *property)
{
  g_return_if_fail (gbx_dial_scale_find (property, &self->mapping));

  gtk_widget_set_visible (GTK_WIDGET (self->reset_mark), !gbx_hyperparameters_is_live (property));
  for (int i = 0; i < self->mapping.n_marks; i++)
    gtk_scale_add_mark (self->scale,
                        gbx_dial_scale_to_position (&self->mapping, self->mapping.marks[i]),
                        GTK_POS_BOTTOM, NULL);
}

static void
gbx_dial_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GbxDial *self = GBX_DIAL (object);

  if (id == PROP_TITLE)
    g_value_set_string (value, gtk_label_get_label (self->title));
  else if (id == PROP_PROPERTY)
    g_value_set_string (value, self->mapping.property);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_dial_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GbxDial *self = GBX_DIAL (object);

  if (id == PROP_TITLE)
    set_title (self, g_value_get_string (value));
  else if (id == PROP_PROPERTY)
    set_property (self, g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_dial_dispose (GObject *object)
{
  g_clear_object (&GBX_DIAL (object)->hyperparameters);
  G_OBJECT_CLASS (gbx_dial_parent_class)->dispose (object);
}

static void
gbx_dial_class_init (GbxDialClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = gbx_dial_get_property;
  object_class->set_property = gbx_dial_set_property;
  object_class->dispose = gbx_dial_dispose;
  g_object_class_install_property (object_class, PROP_TITLE,
                                   g_param_spec_string ("title", NULL, NULL, "", flags));
  g_object_class_install_property (
      object_class, PROP_PROPERTY,
      g_param_spec_string ("property", NULL, NULL, "learning-rate", flags));

  gtk_widget_class_set_css_name (widget_class, "dial");
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-dial.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxDial, title);
  gtk_widget_class_bind_template_child (widget_class, GbxDial, reset_mark);
  gtk_widget_class_bind_template_child (widget_class, GbxDial, entry);
  gtk_widget_class_bind_template_child (widget_class, GbxDial, scale);
  gtk_widget_class_bind_template_child (widget_class, GbxDial, adjustment);
  gtk_widget_class_bind_template_callback (widget_class, commit_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_key_cb);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
}

static void
gbx_dial_init (GbxDial *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gbx_wheel_leave_alone (GTK_WIDGET (self->scale));
  /* What the number does not need is the title's. */
  gtk_text_set_propagate_text_width (
      GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (self->entry))), TRUE);
}

void
gbx_dial_bind (GbxDial *self, GbxHyperparameters *hyperparameters)
{
  g_autofree char *changed = g_strconcat ("notify::", self->mapping.property, NULL);

  g_return_if_fail (self->hyperparameters == NULL);

  self->hyperparameters = g_object_ref (hyperparameters);
  g_object_bind_property_full (hyperparameters, self->mapping.property, self->adjustment, "value",
                               G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL, value_to_position,
                               position_to_value, self, NULL);
  g_signal_connect_object (hyperparameters, changed, G_CALLBACK (show_value), self,
                           G_CONNECT_SWAPPED);
  show_value (self);
}
