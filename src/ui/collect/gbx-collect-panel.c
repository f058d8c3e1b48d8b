/* gbx-collect-panel.c: which data set, whose it is, how many of each class, how to get MNIST. */
#include "gbx-collect-panel.h"

#include "gbx-class-counts.h"
#include "gbx-dataset-chooser.h"
#include "gbx-import.h"
#include "ui/gbx-format.h"

#include <glib/gi18n-lib.h>

struct _GbxCollectPanel {
  GbxSessionView parent_instance;

  GtkLabel *licence;
  GtkLabel *origin;
  GtkBox *download_box;
  GtkButton *download_button;
  GtkBox *progress_box;
  GtkProgressBar *progress;
  GtkLabel *progress_text;
  GtkGrid *counts;
};

G_DEFINE_FINAL_TYPE (GbxCollectPanel, gbx_collect_panel, GBX_TYPE_SESSION_VIEW)

static void
attach_cell (GbxCollectPanel *self, int row, int column, const char *text, gboolean dim)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_label_set_ellipsize (GTK_LABEL (label),
                           column == 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_hexpand (label, column == 0);
  if (dim)
    gtk_widget_add_css_class (label, "dim-label");
  gtk_grid_attach (self->counts, label, column, row, 1, 1);
}

static void
attach_row (GbxCollectPanel *self, int row, const char *name, gsize train, gsize test)
{
  g_autofree char *train_text = gbx_format_count (train);
  g_autofree char *test_text = gbx_format_count (test);

  attach_cell (self, row, 0, name, FALSE);
  attach_cell (self, row, 1, train_text, FALSE);
  attach_cell (self, row, 2, test_text, FALSE);
}

static void
show_counts (GbxCollectPanel *self, const NnDataset *dataset)
{
  g_autofree gsize *train = g_new0 (gsize, dataset->n_classes);
  g_autofree gsize *test = g_new0 (gsize, dataset->n_classes);

  gbx_class_counts (&dataset->train, dataset->n_classes, train);
  gbx_class_counts (&dataset->test, dataset->n_classes, test);
  attach_cell (self, 0, 0, _ ("Class"), TRUE);
  attach_cell (self, 0, 1, C_ ("part of a data set", "Training"), TRUE);
  attach_cell (self, 0, 2, C_ ("part of a data set", "Test"), TRUE);
  for (int i = 0; i < dataset->n_classes; i++)
    attach_row (self, i + 1, nn_dataset_get_class_name (dataset, i), train[i], test[i]);
  attach_row (self, dataset->n_classes + 1, _ ("All"), dataset->train.count, dataset->test.count);
}

/* MNIST is offered until it is there. */
static gboolean
is_mnist_missing (void)
{
  g_autoptr (GPtrArray) sets = nn_dataset_list ();

  for (guint i = 0; i < sets->len; i++) {
    const NnDatasetInfo *info = g_ptr_array_index (sets, i);

    if (g_str_equal (info->id, NN_DATASET_MNIST))
      return info->origin == NULL;
  }
  return FALSE;
}

static void
show_dataset (GbxCollectPanel *self)
{
  const NnDataset *dataset =
      gbx_session_get_dataset (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->counts))) != NULL)
    gtk_grid_remove (self->counts, child);
  gtk_widget_set_visible (GTK_WIDGET (self->download_box), is_mnist_missing ());
  if (dataset == NULL)
    return;
  gtk_label_set_label (self->licence, nn_dataset_get_licence (dataset));
  gtk_label_set_label (self->origin, nn_dataset_get_origin (dataset));
  show_counts (self, dataset);
}

static void
download_changed_cb (GbxCollectPanel *self)
{
  g_autofree char *text = NULL;
  double fraction;
  gboolean running;

  g_object_get (gbx_session_view_get_session (GBX_SESSION_VIEW (self)), "download-fraction",
                &fraction, "download-text", &text, NULL);
  running = fraction >= 0;
  gtk_widget_set_sensitive (GTK_WIDGET (self->download_button), !running);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_box), running);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_text), running && text != NULL);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0, 1));
  gtk_label_set_label (self->progress_text, text != NULL ? text : "");
}

static void
download_cb (GbxCollectPanel *self)
{
  gbx_session_download (gbx_session_view_get_session (GBX_SESSION_VIEW (self)), NN_DATASET_MNIST);
}

static void
import_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gbx_import_choose (GTK_WINDOW (gtk_widget_get_root (widget)),
                     gbx_session_view_get_session (GBX_SESSION_VIEW (widget)),
                     g_str_equal (action, "import.folder"));
}

static void
cancel_cb (GbxCollectPanel *self)
{
  gbx_session_cancel_download (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));
}

static void
gbx_collect_panel_attach (GbxSessionView *view, GbxSession *session)
{
  GbxCollectPanel *self = GBX_COLLECT_PANEL (view);

  g_signal_connect_object (session, "dataset-changed", G_CALLBACK (show_dataset), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::download-fraction", G_CALLBACK (download_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::download-text", G_CALLBACK (download_changed_cb), self,
                           G_CONNECT_SWAPPED);
  show_dataset (self);
  download_changed_cb (self);
}

static void
gbx_collect_panel_class_init (GbxCollectPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_collect_panel_attach;

  g_type_ensure (GBX_TYPE_DATASET_CHOOSER);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-collect-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, licence);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, origin);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, download_box);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, download_button);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, progress_box);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, progress);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, progress_text);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, counts);
  gtk_widget_class_bind_template_callback (widget_class, download_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_install_action (widget_class, "import.folder", NULL, import_cb);
  gtk_widget_class_install_action (widget_class, "import.file", NULL, import_cb);
}

static void
gbx_collect_panel_init (GbxCollectPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
