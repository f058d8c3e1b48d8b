/* gbx-prepare-page.c: the Prepare stage: from a drawing to what the network reads. */
#include "gbx-prepare-page.h"

#include "ui/widgets/gbx-picture.h"

#include <glib/gi18n-lib.h>

#define PAPER 168 /* side of the drawn picture, in pixels */
#define BOX 20
#define SHOWN_ROWS 9
#define SHOWN_COLUMNS 14

struct _GbxPreparePage {
  GbxSessionView parent_instance;

  GtkLabel *source;
  GbxPicture *drawn;
  GbxPicture *cropped;
  GbxPicture *box;
  GbxPicture *centred;
  GtkLabel *scale_caption;
  GtkLabel *numbers;

  guint8 ink[PAPER * PAPER]; /* the drawing on its paper, where inked */
  gboolean inked;
};

G_DEFINE_FINAL_TYPE (GbxPreparePage, gbx_prepare_page, GBX_TYPE_SESSION_VIEW)

/* A picture of @width × @height in the middle of a black square. */
static void
show_centred (GbxPicture *picture, const guint8 *pixels, int width, int height, int stride,
              int side)
{
  g_autofree guint8 *square = g_malloc0 ((gsize)side * side);
  int left = (side - width) / 2, top = (side - height) / 2;

  for (int y = 0; y < height; y++)
    memcpy (square + (top + y) * side + left, pixels + y * stride, width);
  gbx_picture_set_pixels (picture, square, side, side);
}

static void
show_numbers (GbxPreparePage *self, const NnPrepareSpec *prepare, const guint8 *pixels)
{
  const int first_row = (NN_DIGIT_SIDE - SHOWN_ROWS) / 2;
  const int first_column = (NN_DIGIT_SIDE - SHOWN_COLUMNS) / 2;
  real x[NN_DIGIT_PIXELS];
  g_autofree char *caption = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  nn_prepare_pixels (prepare, pixels, x);
  for (int row = first_row; row < first_row + SHOWN_ROWS; row++) {
    for (int column = first_column; column < first_column + SHOWN_COLUMNS; column++)
      g_string_append_printf (text, prepare->scale == NN_SCALE_UNIT ? "%5.2f" : "%5.0f",
                              (double)x[row * NN_DIGIT_SIDE + column]);
    g_string_append_c (text, '\n');
  }
  g_string_truncate (text, text->len - 1);
  gtk_label_set_label (self->numbers, text->str);
  caption = g_strdup_printf (
      prepare->scale == NN_SCALE_UNIT
          ? _ ("Grey level ÷255, so 0…1. Rows %d–%d, columns %d–%d of 28×28:")
          : _ ("Grey level as it is, 0…255. Rows %d–%d, columns %d–%d of 28×28:"),
      first_row, first_row + SHOWN_ROWS - 1, first_column, first_column + SHOWN_COLUMNS - 1);
  gtk_label_set_label (self->scale_caption, caption);
}

static void
show_steps (GbxPreparePage *self, GbxSession *session, const guint8 *ink, int width, int height)
{
  NnNormalised steps;

  nn_normalise_ink (ink, width, height, width, &steps);
  show_centred (self->drawn, ink, width, height, width, MAX (width, height));
  show_centred (self->cropped, ink + steps.top * width + steps.left, steps.width, steps.height,
                width, MAX (MAX (steps.width, steps.height), 1));
  show_centred (self->box, steps.box, steps.box_width, steps.box_height, BOX, BOX);
  gbx_picture_set_pixels (self->centred, steps.pixels, NN_DIGIT_SIDE, NN_DIGIT_SIDE);
  show_numbers (self, &gbx_session_get_experiment (session)->prepare, steps.pixels);
}

/* The first training picture, brought to the full range of grey. */
static void
show_sample (GbxPreparePage *self, GbxSession *session, const NnDataset *dataset)
{
  gsize size = (gsize)dataset->width * dataset->height;
  g_autofree guint8 *ink = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    ink[i] = (guint8)(dataset->train.images[i * dataset->channels] * 255 / dataset->maximum);
  show_steps (self, session, ink, dataset->width, dataset->height);
}

static void
gbx_prepare_page_refresh (GbxSessionView *view)
{
  GbxPreparePage *self = GBX_PREPARE_PAGE (view);
  GbxSession *session = gbx_session_view_get_session (view);
  const NnDataset *dataset = gbx_session_get_dataset (session);

  if (self->inked) {
    gtk_label_set_label (self->source, _ ("your drawing, as it is now"));
    show_steps (self, session, self->ink, PAPER, PAPER);
  } else if (dataset != NULL && !nn_dataset_is_table (dataset) && dataset->train.count > 0) {
    gtk_label_set_label (self->source,
                         _ ("a picture of the data set; draw a digit to see your own"));
    show_sample (self, session, dataset);
  }
}

static void
gbx_prepare_page_attach (GbxSessionView *view, GbxSession *session)
{
  static const char *const changes[] = {"dataset-changed", "experiment-changed", NULL};

  gbx_session_view_refresh_on (view, changes);
}

static void
gbx_prepare_page_class_init (GbxPreparePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_prepare_page_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_prepare_page_refresh;

  g_type_ensure (GBX_TYPE_PICTURE);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-prepare-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxPreparePage, source);
  gtk_widget_class_bind_template_child (widget_class, GbxPreparePage, drawn);
  gtk_widget_class_bind_template_child (widget_class, GbxPreparePage, cropped);
  gtk_widget_class_bind_template_child (widget_class, GbxPreparePage, box);
  gtk_widget_class_bind_template_child (widget_class, GbxPreparePage, centred);
  gtk_widget_class_bind_template_child (widget_class, GbxPreparePage, scale_caption);
  gtk_widget_class_bind_template_child (widget_class, GbxPreparePage, numbers);
}

static void
gbx_prepare_page_init (GbxPreparePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
gbx_prepare_page_set_drawing (GbxPreparePage *self, const NnDrawing *drawing, float pen)
{
  self->inked = !nn_drawing_is_empty (drawing);
  if (self->inked)
    nn_drawing_rasterise (drawing, pen, PAPER, self->ink);
  gbx_session_view_queue_refresh (GBX_SESSION_VIEW (self));
}
