/* gbx-preview-sheet.c: real training samples as coming epochs will show them. */
#include "gbx-preview-sheet.h"

#include "ui/widgets/gbx-picture.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_ROWS 5
#define EPOCHS 8 /* shown at a time */
#define ZOOM 2   /* pixels of the sheet's picture to one of a sample's */
#define GAP 2    /* pixels between samples */
#define CELL (NN_DIGIT_SIDE + GAP)
#define PAPER 96 /* grey between them */
#define MOST_EPOCH 9999

struct _GbxPreviewSheet {
  AdwBin parent_instance;

  GtkLabel *caption;
  GbxPicture *picture;

  NnSamples *samples; /* owned, NULL before there are any */
  guint32 indices[MOST_ROWS];
  int n;
  guint64 seed;
  guint32 epoch; /* the first shown */
};

G_DEFINE_FINAL_TYPE (GbxPreviewSheet, gbx_preview_sheet, ADW_TYPE_BIN)

static void
put (guint8 *sheet, int width, int column, int row, const guint8 *picture)
{
  for (int y = 0; y < NN_DIGIT_SIDE; y++)
    memcpy (sheet + (row * CELL + y) * width + column * CELL, picture + y * NN_DIGIT_SIDE,
            NN_DIGIT_SIDE);
}

static void
render (GbxPreviewSheet *self)
{
  int width = (1 + EPOCHS) * CELL - GAP, height = self->n * CELL - GAP;
  g_autofree char *caption = g_strdup_printf (_ ("As it is, then in epochs %u to %u"),
                                              self->epoch + 1, self->epoch + EPOCHS);
  g_autofree guint8 *sheet = NULL;

  gtk_label_set_label (self->caption, caption);
  if (self->samples == NULL || self->n == 0) {
    gbx_picture_clear (self->picture);
    return;
  }
  sheet = g_malloc ((gsize)width * (gsize)height);
  memset (sheet, PAPER, (gsize)width * (gsize)height);
  for (int row = 0; row < self->n; row++) {
    guint32 index = self->indices[row];

    put (sheet, width, 0, row, self->samples->images + (gsize)index * NN_DIGIT_PIXELS);
    for (guint32 i = 0; i < EPOCHS; i++) {
      guint8 picture[NN_DIGIT_PIXELS];
      real x[NN_DIGIT_PIXELS];

      nn_samples_show (self->samples, index, self->seed, self->epoch + i, picture, x);
      put (sheet, width, 1 + (int)i, row, picture);
    }
  }
  gbx_picture_set_pixels (self->picture, sheet, width, height);
}

static void
later_cb (GbxPreviewSheet *self)
{
  self->epoch = (self->epoch + EPOCHS) % MOST_EPOCH;
  render (self);
}

static void
gbx_preview_sheet_dispose (GObject *object)
{
  g_clear_pointer (&GBX_PREVIEW_SHEET (object)->samples, nn_samples_unref);
  G_OBJECT_CLASS (gbx_preview_sheet_parent_class)->dispose (object);
}

static void
gbx_preview_sheet_class_init (GbxPreviewSheetClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gbx_preview_sheet_dispose;
}

static void
gbx_preview_sheet_init (GbxPreviewSheet *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *caption = gtk_label_new (NULL), *picture = gbx_picture_new ();
  GtkWidget *later = gtk_button_new_with_mnemonic (_ ("_Later Epochs"));

  self->caption = GTK_LABEL (caption);
  self->picture = GBX_PICTURE (picture);
  gtk_label_set_xalign (self->caption, 0);
  gtk_label_set_wrap (self->caption, TRUE);
  gtk_widget_set_hexpand (caption, TRUE);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_widget_add_css_class (later, "compact");
  gtk_widget_set_halign (picture, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Samples as coming epochs show them"), -1);
  g_signal_connect_object (later, "clicked", G_CALLBACK (later_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (row), caption);
  gtk_box_append (GTK_BOX (row), later);
  gtk_box_append (GTK_BOX (box), row);
  gtk_box_append (GTK_BOX (box), picture);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
gbx_preview_sheet_new (void)
{
  return g_object_new (GBX_TYPE_PREVIEW_SHEET, NULL);
}

void
gbx_preview_sheet_show (GbxPreviewSheet *self, const NnSamples *samples, const guint32 *indices,
                        int n, guint64 seed)
{
  NnSamples *old = self->samples;

  self->samples = nn_samples_ref ((NnSamples *)samples);
  g_clear_pointer (&old, nn_samples_unref);
  self->n = MIN (n, MOST_ROWS);
  memcpy (self->indices, indices, (gsize)self->n * sizeof *indices);
  self->seed = seed;
  gtk_widget_set_size_request (GTK_WIDGET (self->picture),
                               ZOOM * ((1 + EPOCHS) * CELL - GAP) * 3 / 4,
                               ZOOM * (self->n * CELL - GAP) * 3 / 4);
  render (self);
}
