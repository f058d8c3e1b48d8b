/* gbx-run-row.c: one training run in the list of runs. */
#include "gbx-run-row.h"

#include "gbx-format.h"
#include "gbx-session-view.h"
#include "ui/widgets/gbx-palette.h"

#include <glib/gi18n-lib.h>

#define DOT_SIZE 10

/* The dot in the run's colour: it follows light and dark like the curves do. */
struct _GbxRunDot {
  GtkWidget parent_instance;
  guint colour;
};

#define GBX_TYPE_RUN_DOT (gbx_run_dot_get_type ())
G_DECLARE_FINAL_TYPE (GbxRunDot, gbx_run_dot, GBX, RUN_DOT, GtkWidget)
G_DEFINE_FINAL_TYPE (GbxRunDot, gbx_run_dot, GTK_TYPE_WIDGET)

static void
gbx_run_dot_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = DOT_SIZE;
}

static void
gbx_run_dot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GbxRunDot *self = GBX_RUN_DOT (widget);
  GdkRGBA colour = gbx_palette_get_run (widget, self->colour);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float)gtk_widget_get_width (widget),
                                               (float)gtk_widget_get_height (widget));
  GskRoundedRect circle;

  gsk_rounded_rect_init_from_rect (&circle, &bounds, DOT_SIZE / 2.0f);
  gtk_snapshot_push_rounded_clip (snapshot, &circle);
  gtk_snapshot_append_color (snapshot, &colour, &bounds);
  gtk_snapshot_pop (snapshot);
}

static void
gbx_run_dot_class_init (GbxRunDotClass *klass)
{
  GTK_WIDGET_CLASS (klass)->measure = gbx_run_dot_measure;
  GTK_WIDGET_CLASS (klass)->snapshot = gbx_run_dot_snapshot;
}

static void
gbx_run_dot_init (GbxRunDot *self)
{
}

struct _GbxRunRow {
  GtkListBoxRow parent_instance;

  GtkCheckButton *visible_check;
  GbxRunDot *dot;
  GtkLabel *name;
  GtkLabel *detail;
  GtkLabel *outcome;
  GtkButton *delete_button;

  GbxSession *session; /* owned */
  GbxRun *run;         /* owned */
};

G_DEFINE_FINAL_TYPE (GbxRunRow, gbx_run_row, GTK_TYPE_LIST_BOX_ROW)

static void
show_outcome (GbxRunRow *self)
{
  g_autofree char *percent = gbx_format_percent (gbx_run_get_final_accuracy (self->run), 1);
  GbxRunState state = gbx_run_get_state (self->run);

  gtk_label_set_label (self->outcome, state == GBX_RUN_DIVERGED ? _ ("diverged") : percent);
  if (state == GBX_RUN_DIVERGED)
    gtk_widget_add_css_class (GTK_WIDGET (self->outcome), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->outcome), "error");
  gtk_widget_set_sensitive (GTK_WIDGET (self->delete_button), state != GBX_RUN_RUNNING);
}

static void
delete_cb (GbxRunRow *self)
{
  gbx_session_delete_run (self->session, self->run);
}

static void
gbx_run_row_dispose (GObject *object)
{
  GbxRunRow *self = GBX_RUN_ROW (object);

  g_clear_object (&self->session);
  g_clear_object (&self->run);
  G_OBJECT_CLASS (gbx_run_row_parent_class)->dispose (object);
}

static void
gbx_run_row_class_init (GbxRunRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gbx_run_row_dispose;

  g_type_ensure (GBX_TYPE_RUN_DOT);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-run-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxRunRow, visible_check);
  gtk_widget_class_bind_template_child (widget_class, GbxRunRow, dot);
  gtk_widget_class_bind_template_child (widget_class, GbxRunRow, name);
  gtk_widget_class_bind_template_child (widget_class, GbxRunRow, detail);
  gtk_widget_class_bind_template_child (widget_class, GbxRunRow, outcome);
  gtk_widget_class_bind_template_child (widget_class, GbxRunRow, delete_button);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
}

static void
gbx_run_row_init (GbxRunRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gbx_run_row_new (GbxSession *session, GbxRun *run)
{
  GbxRunRow *self = g_object_new (GBX_TYPE_RUN_ROW, NULL);
  g_autofree char *name = g_strdup_printf (_ ("Run %u"), gbx_run_get_number (run));

  self->session = g_object_ref (session);
  self->run = g_object_ref (run);
  self->dot->colour = gbx_run_get_colour (run);
  gtk_label_set_label (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), gbx_run_get_name (run));
  g_object_bind_property (run, "detail", self->detail, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (run, "visible", self->visible_check, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (run, "notify::state", G_CALLBACK (show_outcome), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "notify::final-accuracy", G_CALLBACK (show_outcome), self,
                           G_CONNECT_SWAPPED);
  show_outcome (self);
  return GTK_WIDGET (self);
}
