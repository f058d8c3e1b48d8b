/* gbx-collect-page.c: the Collect stage: the pictures themselves. */
#include "gbx-collect-page.h"

#include "gbx-album-view.h"
#include "gbx-class-counts.h"
#include "gbx-import.h"
#include "gbx-magnifier.h"
#include "gbx-table-preview.h"
#include "ui/gbx-format.h"
#include "ui/widgets/gbx-contact-sheet.h"

#include <glib/gi18n-lib.h>

struct _GbxCollectPage {
  GbxSessionView parent_instance;

  GtkLabel *summary;
  GtkDropDown *class_choice;
  GtkToggleButton *train_toggle;
  GtkToggleButton *test_toggle;
  GtkToggleButton *own_toggle;
  GtkLabel *notice;
  GtkStack *stack;
  GtkWidget *pictures;
  GtkEditable *number;
  GbxContactSheet *sheet;
  GtkWidget *table;
  GtkGrid *columns; /* of a table, with its first rows */
  GbxAlbumView *album;
};

G_DEFINE_FINAL_TYPE (GbxCollectPage, gbx_collect_page, GBX_TYPE_SESSION_VIEW)

enum { PROP_SHOWN_CLASS = 1 };

/* −1: all of them, the first item of the choice. */
static int
get_shown_class (GbxCollectPage *self)
{
  guint selected = gtk_drop_down_get_selected (self->class_choice);

  return selected == GTK_INVALID_LIST_POSITION ? -1 : (int)selected - 1;
}

static void
show_class (GbxCollectPage *self)
{
  gbx_contact_sheet_set_class (self->sheet, get_shown_class (self));
  g_object_notify (G_OBJECT (self), "shown-class");
}

/* Whoever asks for a class of the data set does not want to see the drawings. */
static void
choose_class (GbxCollectPage *self, int index)
{
  if (gtk_toggle_button_get_active (self->own_toggle))
    gtk_toggle_button_set_active (self->train_toggle, TRUE);
  gtk_drop_down_set_selected (self->class_choice, (guint)(index + 1));
}

/* The classes with their counts in the part shown; the choice stays. */
static void
fill_classes (GbxCollectPage *self, const NnDataset *dataset, const NnExamples *part)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree gsize *counts = g_new0 (gsize, dataset->n_classes);
  guint selected = gtk_drop_down_get_selected (self->class_choice);

  gbx_class_counts (part, dataset->n_classes, counts);
  gtk_string_list_append (names, _ ("All classes"));
  for (int i = 0; i < dataset->n_classes; i++) {
    g_autofree char *count = gbx_format_count (counts[i]);
    /* TRANSLATORS: a class's name and how many pictures it has: "3 (6 131)" */
    g_autofree char *text =
        g_strdup_printf (_ ("%s (%s)"), nn_dataset_get_class_name (dataset, i), count);

    gtk_string_list_append (names, text);
  }
  gtk_drop_down_set_model (self->class_choice, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->class_choice,
                              selected <= (guint)dataset->n_classes ? selected : 0);
}

static void
choose_view (GbxCollectPage *self)
{
  const NnDataset *dataset =
      gbx_session_get_dataset (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));
  GtkWidget *view = self->pictures;

  if (gtk_toggle_button_get_active (self->own_toggle))
    view = GTK_WIDGET (self->album);
  else if (dataset != NULL && nn_dataset_is_table (dataset))
    view = self->table;
  gtk_stack_set_visible_child (self->stack, view);
}

static void
show_dataset (GbxCollectPage *self)
{
  NnDataset *dataset =
      gbx_session_get_dataset (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));
  gboolean test = gtk_toggle_button_get_active (self->test_toggle);
  g_autofree char *count = NULL, *text = NULL;
  const NnExamples *part;

  if (dataset == NULL)
    return;
  part = test ? &dataset->test : &dataset->train;
  count = gbx_format_count (part->count);
  if (nn_dataset_is_table (dataset))
    text = g_strdup_printf (test ? _ ("%s · a table: %s test rows, %d columns")
                                 : _ ("%s · a table: %s training rows, %d columns"),
                            nn_dataset_get_title (dataset), count, dataset->columns->count);
  else
    text = g_strdup_printf (test ? _ ("%s · %s test pictures, %d×%d")
                                 : _ ("%s · %s training pictures, %d×%d"),
                            nn_dataset_get_title (dataset), count, dataset->width, dataset->height);
  gtk_label_set_label (self->summary, text);
  gbx_contact_sheet_set_examples (self->sheet, dataset, test);
  if (nn_dataset_is_table (dataset))
    gbx_table_preview_fill (self->columns, dataset, test);
  gtk_widget_set_sensitive (GTK_WIDGET (self->class_choice), !nn_dataset_is_table (dataset));
  gtk_widget_set_sensitive (GTK_WIDGET (self->number), !nn_dataset_is_table (dataset));
  choose_view (self);
  fill_classes (self, dataset, part);
  show_class (self);
}

static const NnExamples *
get_part (GbxCollectPage *self, const NnDataset *dataset)
{
  return gtk_toggle_button_get_active (self->test_toggle) ? &dataset->test : &dataset->train;
}

/* To the picture of this number, whatever its class. */
static void
go_cb (GbxCollectPage *self)
{
  const NnDataset *dataset =
      gbx_session_get_dataset (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));
  const char *text = gtk_editable_get_text (self->number);
  gsize count = dataset != NULL ? get_part (self, dataset)->count : 0;
  guint64 number;
  g_autofree char *tip = NULL;

  if (count == 0)
    return;
  if (g_ascii_string_to_unsigned (text, 10, 0, count - 1, &number, NULL)) {
    int class_index = get_shown_class (self);

    if (class_index >= 0 && get_part (self, dataset)->labels[number] != class_index)
      gtk_drop_down_set_selected (self->class_choice, 0);
    g_object_set (self->sheet, "selected", (int)number, NULL);
    gtk_widget_remove_css_class (GTK_WIDGET (self->number), "error");
  } else {
    tip = g_strdup_printf (_ ("The pictures have the numbers 0 to %zu."), count - 1);
    gtk_widget_add_css_class (GTK_WIDGET (self->number), "error");
  }
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->number), tip);
}

static void
magnify_cb (GbxCollectPage *self)
{
  NnDataset *dataset =
      gbx_session_get_dataset (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));

  if (dataset != NULL && !nn_dataset_is_table (dataset))
    gbx_magnifier_show (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->sheet, dataset,
                        get_part (self, dataset));
}

/* One folder at a time; of several, the first. */
static gboolean
drop_cb (GbxCollectPage *self, const GValue *value)
{
  GSList *files = g_value_get_boxed (value);
  g_autofree char *path = files != NULL ? g_file_get_path (files->data) : NULL;

  if (path == NULL)
    return FALSE;
  gbx_import_start (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                    gbx_session_view_get_session (GBX_SESSION_VIEW (self)), path);
  return TRUE;
}

static void
gbx_collect_page_attach (GbxSessionView *view, GbxSession *session)
{
  GbxCollectPage *self = GBX_COLLECT_PAGE (view);

  g_signal_connect_object (session, "dataset-changed", G_CALLBACK (show_dataset), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->test_toggle, "notify::active", G_CALLBACK (show_dataset), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->class_choice, "notify::selected", G_CALLBACK (show_class), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->own_toggle, "notify::active", G_CALLBACK (choose_view), self,
                           G_CONNECT_SWAPPED);
  gbx_session_view_bind_notice (view, self->notice);
  show_dataset (self);
}

static void
gbx_collect_page_take_over (GbxSessionView *view, GbxSessionView *old)
{
  GbxCollectPage *self = GBX_COLLECT_PAGE (view), *from = GBX_COLLECT_PAGE (old);

  gtk_toggle_button_set_active (self->test_toggle,
                                gtk_toggle_button_get_active (from->test_toggle));
  gtk_toggle_button_set_active (self->own_toggle, gtk_toggle_button_get_active (from->own_toggle));
  gtk_drop_down_set_selected (self->class_choice, gtk_drop_down_get_selected (from->class_choice));
}

static void
gbx_collect_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_SHOWN_CLASS)
    g_value_set_int (value, get_shown_class (GBX_COLLECT_PAGE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_collect_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_SHOWN_CLASS)
    choose_class (GBX_COLLECT_PAGE (object), g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_collect_page_class_init (GbxCollectPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = gbx_collect_page_get_property;
  G_OBJECT_CLASS (klass)->set_property = gbx_collect_page_set_property;
  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_collect_page_attach;
  GBX_SESSION_VIEW_CLASS (klass)->take_over = gbx_collect_page_take_over;

  g_object_class_install_property (G_OBJECT_CLASS (klass), PROP_SHOWN_CLASS,
                                   g_param_spec_int ("shown-class", NULL, NULL, -1, G_MAXINT, -1,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_type_ensure (GBX_TYPE_ALBUM_VIEW);
  g_type_ensure (GBX_TYPE_CONTACT_SHEET);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-collect-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, summary);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, class_choice);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, train_toggle);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, test_toggle);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, notice);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, own_toggle);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, stack);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, pictures);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, number);
  gtk_widget_class_bind_template_callback (widget_class, go_cb);
  gtk_widget_class_bind_template_callback (widget_class, magnify_cb);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, table);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, columns);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, sheet);
  gtk_widget_class_bind_template_child (widget_class, GbxCollectPage, album);
}

static void
gbx_collect_page_init (GbxCollectPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
