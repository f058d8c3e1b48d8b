/* gbx-dataset-chooser.c: a drop-down of the data sets that are on this machine. */
#include "gbx-dataset-chooser.h"

#include <glib/gi18n-lib.h>

struct _GbxDatasetChooser {
  GbxSessionView parent_instance;

  GtkDropDown *drop_down;
  GPtrArray *ids; /* char*, in the order of the items */
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (GbxDatasetChooser, gbx_dataset_chooser, GBX_TYPE_SESSION_VIEW)

static void
select_current (GbxDatasetChooser *self)
{
  const char *id =
      gbx_session_get_dataset_id (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));
  guint position = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < self->ids->len; i++)
    if (g_strcmp0 (g_ptr_array_index (self->ids, i), id) == 0)
      position = i;
  self->filling = TRUE;
  gtk_drop_down_set_selected (self->drop_down, position);
  self->filling = FALSE;
}

/* The list is small and changes only when a set is installed. */
static void
fill (GbxDatasetChooser *self)
{
  g_autoptr (GPtrArray) sets = nn_dataset_list ();
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  g_ptr_array_set_size (self->ids, 0);
  for (guint i = 0; i < sets->len; i++) {
    const NnDatasetInfo *info = g_ptr_array_index (sets, i);

    if (info->origin == NULL)
      continue;
    g_ptr_array_add (self->ids, g_strdup (info->id));
    gtk_string_list_append (titles, info->title);
  }
  self->filling = TRUE;
  gtk_drop_down_set_model (self->drop_down, G_LIST_MODEL (titles));
  self->filling = FALSE;
  select_current (self);
}

static void
selected_cb (GbxDatasetChooser *self)
{
  guint selected = gtk_drop_down_get_selected (self->drop_down);

  if (!self->filling && selected < self->ids->len)
    gbx_session_set_dataset (gbx_session_view_get_session (GBX_SESSION_VIEW (self)),
                             g_ptr_array_index (self->ids, selected));
}

static void
gbx_dataset_chooser_attach (GbxSessionView *view, GbxSession *session)
{
  GbxDatasetChooser *self = GBX_DATASET_CHOOSER (view);

  g_signal_connect_object (session, "notify::dataset-id", G_CALLBACK (select_current), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "dataset-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  fill (self);
}

static void
gbx_dataset_chooser_finalize (GObject *object)
{
  g_ptr_array_unref (GBX_DATASET_CHOOSER (object)->ids);
  G_OBJECT_CLASS (gbx_dataset_chooser_parent_class)->finalize (object);
}

static void
gbx_dataset_chooser_class_init (GbxDatasetChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gbx_dataset_chooser_finalize;
  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_dataset_chooser_attach;
}

static void
gbx_dataset_chooser_init (GbxDatasetChooser *self)
{
  g_autoptr (GtkListItemFactory) factory =
      gtk_builder_list_item_factory_new_from_resource (NULL, GBX_UI "gbx-item.ui");
  GtkWidget *drop_down = gtk_drop_down_new (NULL, NULL);

  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->drop_down = GTK_DROP_DOWN (drop_down);
  gtk_drop_down_set_factory (self->drop_down, factory);
  gtk_widget_add_css_class (drop_down, "compact");
  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Data set"), -1);
  g_signal_connect_object (drop_down, "notify::selected", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), drop_down);
}
