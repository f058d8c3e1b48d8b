/* gbx-evaluate-page.c: the Evaluate stage: confusion matrix and scores on the test part. */
#include "gbx-evaluate-page.h"

#include "ui/gbx-format.h"
#include "ui/widgets/gbx-confusion-view.h"

#include <glib/gi18n-lib.h>

#define MAX_CLASSES 64

struct _GbxEvaluatePage {
  GbxSessionView parent_instance;

  GtkLabel *summary;
  GtkSpinner *spinner;
  GtkButton *evaluate_button;
  GbxConfusionView *confusion;
  GtkLabel *cell;
  GtkGrid *scores;
};

G_DEFINE_FINAL_TYPE (GbxEvaluatePage, gbx_evaluate_page, GBX_TYPE_SESSION_VIEW)

static GbxSession *
session_of (GbxEvaluatePage *self)
{
  return gbx_session_view_get_session (GBX_SESSION_VIEW (self));
}

/* ---- scores of each class ---------------------------------------------------------------------
 */

static void
attach_cell (GbxEvaluatePage *self, int row, int column, const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_widget_add_css_class (label, "caption");
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_grid_attach (self->scores, label, column, row, 1, 1);
}

static void
attach_scores (GbxEvaluatePage *self, int row, const char *name, double precision, double recall,
               double f1, guint64 support)
{
  g_autofree char *precision_text = gbx_format_percent (precision, 1);
  g_autofree char *recall_text = gbx_format_percent (recall, 1);
  g_autofree char *f1_text = gbx_format_percent (f1, 1);
  g_autofree char *support_text = gbx_format_count (support);

  attach_cell (self, row, 0, name, NULL);
  attach_cell (self, row, 1, precision_text, NULL);
  attach_cell (self, row, 2, recall_text, NULL);
  attach_cell (self, row, 3, f1_text, NULL);
  attach_cell (self, row, 4, support_text, "dim-label");
}

static void
show_scores (GbxEvaluatePage *self, const NnEvaluation *evaluation)
{
  const char *const headings[] = {_ ("Class"), _ ("Precision"), _ ("Recall"), _ ("F1"),
                                  _ ("Samples")};
  int row = 0;

  for (guint i = 0; i < G_N_ELEMENTS (headings); i++)
    attach_cell (self, row, (int)i, headings[i], "dim-label");
  for (int i = 0; i < evaluation->n_classes; i++) {
    const NnClassScore *score = &evaluation->classes[i];

    attach_scores (self, ++row, gbx_session_get_class_name (session_of (self), i), score->precision,
                   score->recall, score->f1, score->support);
  }
  attach_scores (self, ++row, _ ("Mean"), evaluation->macro_precision, evaluation->macro_recall,
                 evaluation->macro_f1, evaluation->count);
}

/* ---- everything -------------------------------------------------------------------------------
 */

static void
show_confusion (GbxEvaluatePage *self, const NnEvaluation *evaluation)
{
  const char *names[MAX_CLASSES + 1] = {NULL};

  for (int i = 0; i < MIN (evaluation->n_classes, MAX_CLASSES); i++)
    names[i] = gbx_session_get_class_name (session_of (self), i);
  gbx_confusion_view_set_matrix (self->confusion, evaluation->confusion, evaluation->n_classes,
                                 names);
}

static void
show_cell (GbxEvaluatePage *self)
{
  const NnEvaluation *evaluation = gbx_session_get_evaluation (session_of (self));
  g_autofree char *text = NULL, *count = NULL;
  int selected, truth, answer;

  g_object_get (self->confusion, "selected", &selected, NULL);
  if (evaluation == NULL || selected < 0 ||
      selected >= evaluation->n_classes * evaluation->n_classes) {
    gtk_label_set_label (self->cell, _ ("Click a cell to read it"));
    return;
  }
  truth = selected / evaluation->n_classes;
  answer = selected % evaluation->n_classes;
  count = gbx_format_count (evaluation->confusion[selected]);
  /* TRANSLATORS: a number, the true class, the network's answer */
  text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s picture of %s was read as %s",
                                       "%s pictures of %s were read as %s",
                                       (gulong)evaluation->confusion[selected]),
                          count, gbx_session_get_class_name (session_of (self), truth),
                          gbx_session_get_class_name (session_of (self), answer));
  gtk_label_set_label (self->cell, text);
}

static void
show_evaluation (GbxEvaluatePage *self)
{
  const NnEvaluation *evaluation = gbx_session_get_evaluation (session_of (self));
  g_autofree char *accuracy = NULL, *loss = NULL, *count = NULL, *text = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->scores))) != NULL)
    gtk_grid_remove (self->scores, child);
  gtk_button_set_label (self->evaluate_button,
                        evaluation != NULL ? _ ("Evaluate Again") : _ ("Evaluate"));
  if (evaluation == NULL) {
    gtk_label_set_label (self->summary, _ ("Not evaluated yet"));
    gbx_confusion_view_clear (self->confusion);
    gtk_label_set_label (self->cell, "");
    return;
  }
  accuracy = gbx_format_percent (evaluation->accuracy, 2);
  loss = gbx_format_number (evaluation->loss, 4);
  count = gbx_format_count (evaluation->count);
  text = g_strdup_printf (_ ("accuracy %s · loss %s · %s test samples"), accuracy, loss, count);
  gtk_label_set_label (self->summary, text);
  show_confusion (self, evaluation);
  show_scores (self, evaluation);
  show_cell (self);
}

static void
evaluating_changed_cb (GbxEvaluatePage *self)
{
  gboolean evaluating, has_weights;

  g_object_get (session_of (self), "evaluating", &evaluating, "has-weights", &has_weights, NULL);
  gtk_spinner_set_spinning (self->spinner, evaluating);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), evaluating);
  gtk_widget_set_sensitive (GTK_WIDGET (self->evaluate_button), has_weights && !evaluating);
}

static void
gbx_evaluate_page_attach (GbxSessionView *view, GbxSession *session)
{
  GbxEvaluatePage *self = GBX_EVALUATE_PAGE (view);

  g_signal_connect_object (session, "evaluation-changed", G_CALLBACK (show_evaluation), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::evaluating", G_CALLBACK (evaluating_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::has-weights", G_CALLBACK (evaluating_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->confusion, "notify::selected", G_CALLBACK (show_cell), self,
                           G_CONNECT_SWAPPED);
  show_evaluation (self);
  evaluating_changed_cb (self);
}

static void
gbx_evaluate_page_take_over (GbxSessionView *view, GbxSessionView *old)
{
  int cell;

  g_object_get (GBX_EVALUATE_PAGE (old)->confusion, "selected", &cell, NULL);
  g_object_set (GBX_EVALUATE_PAGE (view)->confusion, "selected", cell, NULL);
}

static void
gbx_evaluate_page_class_init (GbxEvaluatePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_evaluate_page_attach;
  GBX_SESSION_VIEW_CLASS (klass)->take_over = gbx_evaluate_page_take_over;

  g_type_ensure (GBX_TYPE_CONFUSION_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-evaluate-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxEvaluatePage, summary);
  gtk_widget_class_bind_template_child (widget_class, GbxEvaluatePage, spinner);
  gtk_widget_class_bind_template_child (widget_class, GbxEvaluatePage, evaluate_button);
  gtk_widget_class_bind_template_child (widget_class, GbxEvaluatePage, confusion);
  gtk_widget_class_bind_template_child (widget_class, GbxEvaluatePage, cell);
  gtk_widget_class_bind_template_child (widget_class, GbxEvaluatePage, scores);
}

static void
gbx_evaluate_page_init (GbxEvaluatePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
