/* gbx-collect-panel.c: which data set, whose it is, what its classes are, how to get MNIST. */
#include "gbx-collect-panel.h"

#include "engine/collect/means.h"

#include "gbx-class-counts.h"
#include "gbx-class-row.h"
#include "gbx-dataset-chooser.h"
#include "gbx-import.h"

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
  GtkListBox *classes; /* a row each, and one for all of them */
  GtkSizeGroup *train_column, *test_column;
  int n_rows;
  int shown_class; /* −1: all */

  GCancellable *averaging; /* owned: the means that are under way, or NULL */
};

enum { PROP_SHOWN_CLASS = 1 };

G_DEFINE_FINAL_TYPE (GbxCollectPanel, gbx_collect_panel, GBX_TYPE_SESSION_VIEW)

/* ---- the classes ---- */

static GbxClassRow *
get_row (GbxCollectPanel *self, int index)
{
  return GBX_CLASS_ROW (gtk_list_box_get_row_at_index (self->classes, index));
}

/* The last row is that of all classes. Where the rows cannot be chosen, none is. */
static void
mark_shown_class (GbxCollectPanel *self)
{
  int index = self->shown_class < 0 ? self->n_rows - 1 : self->shown_class;

  if (index >= 0 && index < self->n_rows)
    gtk_list_box_select_row (self->classes, GTK_LIST_BOX_ROW (get_row (self, index)));
}

/* A class that is shown already is told of as well: the page may be showing something else. */
static void
chosen_cb (GbxCollectPanel *self, GtkListBoxRow *row)
{
  int index = gtk_list_box_row_get_index (row);

  self->shown_class = index == self->n_rows - 1 ? -1 : index;
  g_object_notify (G_OBJECT (self), "shown-class");
}

/* By the arrow keys, too. */
static void
selected_cb (GbxCollectPanel *self, GtkListBoxRow *row)
{
  int shown = self->shown_class < 0 ? self->n_rows - 1 : self->shown_class;

  if (row != NULL && gtk_list_box_row_get_index (row) != shown)
    chosen_cb (self, row);
}

/* Rows that are there stay, so that nothing jumps where only the numbers change. */
static void
make_rows (GbxCollectPanel *self, int n)
{
  for (; self->n_rows > n; self->n_rows--)
    gtk_list_box_remove (self->classes, GTK_WIDGET (get_row (self, self->n_rows - 1)));
  for (; self->n_rows < n; self->n_rows++)
    gtk_list_box_append (self->classes, gbx_class_row_new (self->train_column, self->test_column));
}

static void
show_classes (GbxCollectPanel *self, const NnDataset *dataset)
{
  gboolean table = nn_dataset_is_table (dataset);
  g_autofree gsize *train = g_new0 (gsize, dataset->n_classes);
  g_autofree gsize *test = g_new0 (gsize, dataset->n_classes);
  const GbxClassFigures all = {.name = _ ("All"),
                               .train = dataset->train.count,
                               .test = dataset->test.count,
                               .tip = table ? NULL : _ ("All classes")};
  gsize most = 0;

  gbx_class_counts (&dataset->train, dataset->n_classes, train);
  gbx_class_counts (&dataset->test, dataset->n_classes, test);
  for (int i = 0; i < dataset->n_classes; i++)
    most = MAX (most, train[i]);
  make_rows (self, dataset->n_classes + 1);
  for (int i = 0; i < dataset->n_classes; i++) {
    const char *name = nn_dataset_get_class_name (dataset, i);
    g_autofree char *tip = table ? NULL : g_strdup_printf (_ ("Show only “%s”"), name);

    gbx_class_row_show (get_row (self, i), &(GbxClassFigures){.name = name,
                                                              .train = train[i],
                                                              .test = test[i],
                                                              .most = most,
                                                              .has_picture = !table,
                                                              .tip = tip});
  }
  gbx_class_row_show (get_row (self, dataset->n_classes), &all);
  mark_shown_class (self);
}

/* ---- their mean pictures ---- */

typedef struct {
  GWeakRef panel;
  GCancellable *cancellable; /* owned */
  NnDataset *dataset;        /* owned */
  guint8 **means;            /* [n_classes], owned; NULL: a class without pictures */
} Averages;

static void
averages_free (gpointer data)
{
  Averages *work = data;

  for (int i = 0; i < work->dataset->n_classes; i++)
    g_free (work->means[i]);
  g_free (work->means);
  g_weak_ref_clear (&work->panel);
  g_object_unref (work->cancellable);
  nn_dataset_unref (work->dataset);
  g_free (work);
}

static void
average_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Averages *work = data;

  for (int i = 0; i < work->dataset->n_classes && !g_cancellable_is_cancelled (cancellable); i++)
    work->means[i] = nn_class_mean (work->dataset, i);
  g_task_return_boolean (task, TRUE);
}

static void
averaged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Averages *work = g_task_get_task_data (G_TASK (result));
  const NnDataset *dataset = work->dataset;
  g_autoptr (GbxCollectPanel) self = g_weak_ref_get (&work->panel);

  if (self == NULL || self->averaging != work->cancellable)
    return; /* another data set took its place */
  g_clear_object (&self->averaging);
  for (int i = 0; i < dataset->n_classes; i++)
    gbx_class_row_set_mean (get_row (self, i), work->means[i], dataset->width, dataset->height);
}

static void
stop_averaging (GbxCollectPanel *self)
{
  g_cancellable_cancel (self->averaging);
  g_clear_object (&self->averaging);
}

static void
average (GbxCollectPanel *self, NnDataset *dataset)
{
  Averages *work = g_new0 (Averages, 1);
  g_autoptr (GTask) task = NULL;

  self->averaging = g_cancellable_new ();
  g_weak_ref_init (&work->panel, self);
  work->cancellable = g_object_ref (self->averaging);
  work->dataset = nn_dataset_ref (dataset);
  work->means = g_new0 (guint8 *, dataset->n_classes);
  task = g_task_new (NULL, work->cancellable, averaged_cb, NULL);
  g_task_set_task_data (task, work, averages_free);
  g_task_run_in_thread (task, average_cb);
}

/* ---- the data set ---- */

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
  NnDataset *dataset =
      gbx_session_get_dataset (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));

  stop_averaging (self);
  gtk_widget_set_visible (GTK_WIDGET (self->download_box), is_mnist_missing ());
  if (dataset == NULL)
    return;
  gtk_label_set_label (self->licence, nn_dataset_get_licence (dataset));
  gtk_label_set_label (self->origin, nn_dataset_get_origin (dataset));
  show_classes (self, dataset);
  if (!nn_dataset_is_table (dataset))
    average (self, dataset);
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
gbx_collect_panel_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_SHOWN_CLASS)
    g_value_set_int (value, GBX_COLLECT_PANEL (object)->shown_class);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_collect_panel_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GbxCollectPanel *self = GBX_COLLECT_PANEL (object);

  if (id != PROP_SHOWN_CLASS) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    return;
  }
  self->shown_class = g_value_get_int (value);
  mark_shown_class (self);
}

static void
gbx_collect_panel_dispose (GObject *object)
{
  stop_averaging (GBX_COLLECT_PANEL (object));
  G_OBJECT_CLASS (gbx_collect_panel_parent_class)->dispose (object);
}

static void
gbx_collect_panel_class_init (GbxCollectPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = gbx_collect_panel_get_property;
  G_OBJECT_CLASS (klass)->set_property = gbx_collect_panel_set_property;
  G_OBJECT_CLASS (klass)->dispose = gbx_collect_panel_dispose;
  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_collect_panel_attach;
  g_object_class_install_property (G_OBJECT_CLASS (klass), PROP_SHOWN_CLASS,
                                   g_param_spec_int ("shown-class", NULL, NULL, -1, G_MAXINT, -1,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));

  g_type_ensure (GBX_TYPE_DATASET_CHOOSER);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-collect-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, licence);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, origin);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, download_box);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, download_button);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, progress_box);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, progress);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, progress_text);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, classes);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, train_column);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPanel, test_column);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, download_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_install_action (widget_class, "import.folder", NULL, import_cb);
  gtk_widget_class_install_action (widget_class, "import.file", NULL, import_cb);
}

static void
gbx_collect_panel_init (GbxCollectPanel *self)
{
  self->shown_class = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
}
