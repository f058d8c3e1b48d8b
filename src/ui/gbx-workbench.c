/* gbx-workbench.c: the window's whole content; made anew when the language changes. */
#include "gbx-workbench.h"

#include "gbx-figures.h"
#include "gbx-header.h"
#include "gbx-preferences.h"
#include "gbx-retelling.h"
#include "gbx-run-row.h"
#include "gbx-stage-notes.h"
#include "ui/collect/gbx-collect-page.h"
#include "ui/collect/gbx-collect-panel.h"
#include "ui/deploy/gbx-deploy-page.h"
#include "ui/design/gbx-design-page.h"
#include "ui/design/gbx-design-panel.h"
#include "ui/evaluate/gbx-evaluate-page.h"
#include "ui/prepare/gbx-prepare-page.h"
#include "ui/train/gbx-train-page.h"
#include "ui/train/gbx-training-panel.h"
#include "ui/widgets/gbx-plot.h"

#include <glib/gi18n-lib.h>

#define STAGE_HEIGHT 410 /* what a window of 720 pixels leaves it */

struct _GbxWorkbench {
  GbxSessionView parent_instance;

  AdwToastOverlay *toasts;
  AdwToast *last_done; /* weak: says what was done to the drawings */
  GbxHeader *header;
  GtkInfoBar *error_bar;
  GtkLabel *error_label;
  GbxPipelineView *pipeline;
  AdwFlap *flap;
  GtkStack *controls;
  GtkStack *stages;
  GbxPreparePage *prepare_page;
  GbxTrainPage *train_page;
  GbxDrawingPanel *drawing_panel;
  GtkToggleButton *logarithmic;
  GbxPlot *loss_plot;
  GbxPlot *accuracy_plot;
  GtkListBox *runs;
};

G_DEFINE_FINAL_TYPE (GbxWorkbench, gbx_workbench, GBX_TYPE_SESSION_VIEW)

static void
show_figures (GbxWorkbench *self)
{
  GbxSession *session = gbx_session_view_get_session (GBX_SESSION_VIEW (self));

  for (GbxStage stage = 0; stage < GBX_N_STAGES; stage++) {
    GbxNodeState state = GBX_NODE_IDLE;
    g_autofree char *figure = gbx_figures_describe (session, stage, &state);

    gbx_pipeline_view_set_figure (self->pipeline, stage, figure, state);
  }
  g_object_set (self->pipeline, "flowing", gbx_session_get_state (session) == GBX_SESSION_RUNNING,
                NULL);
}

static void
gbx_workbench_refresh (GbxSessionView *view)
{
  GbxWorkbench *self = GBX_WORKBENCH (view);

  show_figures (self);
  gbx_pipeline_view_move (self->pipeline);
  gbx_plot_queue_refresh (self->loss_plot);
  gbx_plot_queue_refresh (self->accuracy_plot);
}

/* In a low window the bar takes its room from the stage, not from the screen. */
static void
reveal_error (GbxWorkbench *self, gboolean revealed)
{
  gtk_info_bar_set_revealed (self->error_bar, revealed);
  gtk_widget_set_size_request (GTK_WIDGET (self->flap), -1, revealed ? -1 : STAGE_HEIGHT);
}

static void
error_changed_cb (GbxWorkbench *self)
{
  GbxSession *session = gbx_session_view_get_session (GBX_SESSION_VIEW (self));
  g_autofree char *text = NULL, *told = NULL;

  g_object_get (session, "error", &text, NULL);
  if (text == NULL) /* what was drawn or saved cannot be kept? */
    g_object_get (gbx_session_get_library (session), "error", &text, NULL);
  if (text != NULL)
    told = gbx_retell (text); /* it may be older than the language of now */
  if (told != NULL)
    gtk_label_set_label (self->error_label, told);
  reveal_error (self, told != NULL);
}

static void
error_bar_response_cb (GtkInfoBar *bar, int response, GbxWorkbench *self)
{
  reveal_error (self, FALSE);
}

static void
stage_changed_cb (GbxWorkbench *self)
{
  GtkSelectionModel *pages;
  int stage;

  g_object_get (gbx_session_view_get_session (GBX_SESSION_VIEW (self)), "stage", &stage, NULL);
  pages = gtk_stack_get_pages (self->stages);
  gtk_selection_model_select_item (pages, (guint)stage, TRUE);
  g_object_unref (pages);
  pages = gtk_stack_get_pages (self->controls);
  gtk_selection_model_select_item (pages, (guint)stage, TRUE);
  g_object_unref (pages);
}

/* The pages follow the drawing; each looks only at what it shows. */
static void
drawing_changed_cb (GbxWorkbench *self)
{
  gbx_prepare_page_set_drawing (self->prepare_page,
                                gbx_drawing_panel_get_drawing (self->drawing_panel),
                                gbx_drawing_panel_get_pen (self->drawing_panel));
  gbx_train_page_set_drawing (self->train_page,
                              gbx_drawing_panel_get_normalised (self->drawing_panel));
}

/* One at a time: whoever draws quickly need not wait for what was said before. */
static void
drawing_done_cb (GbxWorkbench *self, const char *sentence)
{
  AdwToast *toast = adw_toast_new (sentence);

  if (self->last_done != NULL)
    adw_toast_dismiss (self->last_done);
  g_set_weak_pointer (&self->last_done, toast);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo-drawing");
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static GtkWidget *
make_run_row (gpointer item, gpointer data)
{
  return gbx_run_row_new (GBX_SESSION (data), GBX_RUN (item));
}

static void
gbx_workbench_attach (GbxSessionView *view, GbxSession *session)
{
  GbxWorkbench *self = GBX_WORKBENCH (view);
  GListModel *runs = gbx_session_get_runs (session);
  static const char *const progress[] = {"notify::loss",           "notify::state",
                                         "notify::dataset-notice", "notify::validation-accuracy",
                                         "notify::evaluating",     "weights-changed",
                                         "experiment-changed",     "dataset-changed",
                                         "evaluation-changed",     NULL};

  gbx_session_view_refresh_on (view, progress);
  g_signal_connect_object (gbx_session_get_album (session), "done", G_CALLBACK (drawing_done_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::error", G_CALLBACK (error_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gbx_session_get_library (session), "notify::error",
                           G_CALLBACK (error_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::stage", G_CALLBACK (stage_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_object_bind_property (session, "stage", self->pipeline, "selected",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (gbx_preferences_get_default (), "show-controls", self->flap,
                          "reveal-flap", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (gbx_preferences_get_default (), "logarithmic-loss", self->logarithmic,
                          "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (session, "epochs", self->loss_plot, "epochs", G_BINDING_SYNC_CREATE);
  g_object_bind_property (session, "epochs", self->accuracy_plot, "epochs", G_BINDING_SYNC_CREATE);
  gbx_plot_set_runs (self->loss_plot, runs);
  gbx_plot_set_runs (self->accuracy_plot, runs);
  gtk_list_box_bind_model (self->runs, runs, make_run_row, session, NULL);
  show_figures (self);
  stage_changed_cb (self);
  error_changed_cb (self);
}

/* An error that was read and closed stays closed. */
static void
gbx_workbench_take_over (GbxSessionView *view, GbxSessionView *old)
{
  if (!gtk_info_bar_get_revealed (GBX_WORKBENCH (old)->error_bar))
    reveal_error (GBX_WORKBENCH (view), FALSE);
}

static void
ensure_types (void)
{
  g_type_ensure (GBX_TYPE_HEADER);
  g_type_ensure (GBX_TYPE_PIPELINE_VIEW);
  g_type_ensure (GBX_TYPE_PLOT);
  g_type_ensure (GBX_TYPE_DRAWING_PANEL);
  g_type_ensure (GBX_TYPE_STAGE_NOTES);
  g_type_ensure (GBX_TYPE_COLLECT_PANEL);
  g_type_ensure (GBX_TYPE_COLLECT_PAGE);
  g_type_ensure (GBX_TYPE_PREPARE_PAGE);
  g_type_ensure (GBX_TYPE_DESIGN_PANEL);
  g_type_ensure (GBX_TYPE_DESIGN_PAGE);
  g_type_ensure (GBX_TYPE_TRAINING_PANEL);
  g_type_ensure (GBX_TYPE_TRAIN_PAGE);
  g_type_ensure (GBX_TYPE_EVALUATE_PAGE);
  g_type_ensure (GBX_TYPE_DEPLOY_PAGE);
}

static void
gbx_workbench_dispose (GObject *object)
{
  g_clear_weak_pointer (&GBX_WORKBENCH (object)->last_done);
  G_OBJECT_CLASS (gbx_workbench_parent_class)->dispose (object);
}

static void
gbx_workbench_class_init (GbxWorkbenchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gbx_workbench_dispose;
  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_workbench_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_workbench_refresh;
  GBX_SESSION_VIEW_CLASS (klass)->take_over = gbx_workbench_take_over;

  ensure_types ();
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-workbench.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, toasts);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, header);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, error_bar);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, error_label);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, pipeline);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, flap);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, controls);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, stages);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, prepare_page);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, train_page);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, drawing_panel);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, logarithmic);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, loss_plot);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, accuracy_plot);
  gtk_widget_class_bind_template_child (widget_class, GbxWorkbench, runs);
  gtk_widget_class_bind_template_callback (widget_class, drawing_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, error_bar_response_cb);
}

static void
gbx_workbench_init (GbxWorkbench *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gbx_workbench_new (GbxSession *session)
{
  return g_object_new (GBX_TYPE_WORKBENCH, "session", session, NULL);
}

GbxDrawingPanel *
gbx_workbench_get_drawing_panel (GbxWorkbench *self)
{
  return self->drawing_panel;
}

void
gbx_workbench_toast (GbxWorkbench *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (text));
}

void
gbx_workbench_focus (GbxWorkbench *self)
{
  gbx_header_focus (self->header);
}
