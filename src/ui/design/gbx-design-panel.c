/* gbx-design-panel.c: loss, optimizer and schedule, with all their numbers. */
#include "gbx-design-panel.h"

#include "gbx-field.h"
#include "ui/session/gbx-layer-edits.h"

struct _GbxDesignPanel {
  GbxSessionView parent_instance;

  GtkBox *fields;
};

G_DEFINE_FINAL_TYPE (GbxDesignPanel, gbx_design_panel, GBX_TYPE_SESSION_VIEW)

static void
edited_cb (GbxField *field, double value, GbxDesignPanel *self)
{
  gbx_experiment_edits_set (gbx_session_view_get_session (GBX_SESSION_VIEW (self)),
                            gbx_field_get_field (field), value);
}

static void
gbx_design_panel_refresh (GbxSessionView *view)
{
  GbxDesignPanel *self = GBX_DESIGN_PANEL (view);
  const NnExperiment *experiment = gbx_session_get_experiment (gbx_session_view_get_session (view));

  for (GtkWidget *field = gtk_widget_get_first_child (GTK_WIDGET (self->fields)); field != NULL;
       field = gtk_widget_get_next_sibling (field)) {
    const NnField *what = gbx_field_get_field (GBX_FIELD (field));

    gbx_field_show (GBX_FIELD (field), nn_field_get (experiment, what), what->maximum);
    gtk_widget_set_visible (field, nn_experiment_field_counts (experiment, what));
  }
}

static void
gbx_design_panel_attach (GbxSessionView *view, GbxSession *session)
{
  static const char *const changes[] = {"experiment-changed", NULL};

  gbx_session_view_refresh_on (view, changes);
}

static void
gbx_design_panel_class_init (GbxDesignPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_design_panel_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_design_panel_refresh;

  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-design-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxDesignPanel, fields);
}

static void
gbx_design_panel_init (GbxDesignPanel *self)
{
  guint n;
  const NnField *fields = nn_experiment_fields (&n);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < n; i++) {
    GtkWidget *field = gbx_field_new (&fields[i]);

    g_signal_connect_object (field, "edited", G_CALLBACK (edited_cb), self, 0);
    gtk_box_append (self->fields, field);
  }
}
