/* gbx-class-row.c: one class of a data set in the list of classes. */
#include "gbx-class-row.h"

#include "ui/gbx-format.h"
#include "ui/widgets/gbx-picture.h"
#include "ui/widgets/gbx-share-bar.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define PICTURE_SIDE 28

struct _GbxClassRow {
  GtkListBoxRow parent_instance;

  GtkWidget *place; /* of the picture, which would like to be larger */
  GbxPicture *picture;
  GtkLabel *name, *train, *test;
  GbxShareBar *bar;
};

G_DEFINE_FINAL_TYPE (GbxClassRow, gbx_class_row, GTK_TYPE_LIST_BOX_ROW)

static void
gbx_class_row_class_init (GbxClassRowClass *klass)
{
}

static GtkLabel *
add_label (GtkWidget *box, float xalign)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static void
gbx_class_row_init (GbxClassRow *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->picture = GBX_PICTURE (gbx_picture_new ());
  self->place =
      g_object_new (ADW_TYPE_CLAMP, "child", self->picture, "maximum-size", PICTURE_SIDE,
                    "tightening-threshold", PICTURE_SIDE, "valign", GTK_ALIGN_CENTER, NULL);
  self->name = add_label (words, 0);
  self->train = add_label (words, 1);
  self->test = add_label (words, 1);
  self->bar = GBX_SHARE_BAR (gbx_share_bar_new ());
  gtk_label_set_ellipsize (self->name, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->name), TRUE);
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (column), words);
  gtk_box_append (GTK_BOX (column), GTK_WIDGET (self->bar));
  gtk_box_append (GTK_BOX (row), self->place);
  gtk_box_append (GTK_BOX (row), column);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), row);
}

GtkWidget *
gbx_class_row_new (GtkSizeGroup *train_column, GtkSizeGroup *test_column)
{
  GbxClassRow *self = g_object_new (GBX_TYPE_CLASS_ROW, NULL);

  gtk_size_group_add_widget (train_column, GTK_WIDGET (self->train));
  gtk_size_group_add_widget (test_column, GTK_WIDGET (self->test));
  return GTK_WIDGET (self);
}

void
gbx_class_row_show (GbxClassRow *self, const GbxClassFigures *figures)
{
  g_autofree char *train = gbx_format_count (figures->train);
  g_autofree char *test = gbx_format_count (figures->test);
  /* TRANSLATORS: a class, and how many samples of it there are in either part: "3: 6 131 for…" */
  g_autofree char *words =
      g_strdup_printf (_ ("%s: %s for training, %s for the test"), figures->name, train, test);
  /* TRANSLATORS: the mean of all the pictures of a class */
  g_autofree char *mean = g_strdup_printf (_ ("Mean picture of “%s”"), figures->name);

  g_return_if_fail (GBX_IS_CLASS_ROW (self));

  gtk_label_set_label (self->name, figures->name);
  gtk_label_set_label (self->train, train);
  gtk_label_set_label (self->test, test);
  gtk_widget_set_visible (self->place, figures->has_picture);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), figures->most > 0);
  if (figures->most > 0)
    gbx_share_bar_set_share (self->bar, (double)figures->train / figures->most);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (self), figures->tip != NULL);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), figures->tip != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               figures->tip != NULL ? figures->tip : figures->name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  mean, -1);
}

void
gbx_class_row_set_mean (GbxClassRow *self, const guint8 *pixels, int width, int height)
{
  g_return_if_fail (GBX_IS_CLASS_ROW (self));

  if (pixels != NULL)
    gbx_picture_set_pixels (self->picture, pixels, width, height);
  else
    gbx_picture_clear (self->picture);
}
