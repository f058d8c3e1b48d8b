/* gbx-share-bar.c: one thin bar: how much of the most. */
#include "gbx-share-bar.h"

#define BAR_HEIGHT 4
#define MINIMUM_WIDTH 40
#define LEAST 1 /* a pixel of what is not nothing */

struct _GbxShareBar {
  GbxDrawn parent_instance;
  double share;
};

G_DEFINE_FINAL_TYPE (GbxShareBar, gbx_share_bar, GBX_TYPE_DRAWN)

/* Light tints would look like full bars in high contrast: there the track is not filled. */
static void
gbx_share_bar_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GtkWidget *widget = GTK_WIDGET (drawn);
  GdkRGBA track = gbx_palette_get (widget, GBX_COLOUR_GRID);
  GdkRGBA fill = gbx_palette_get (widget, GBX_COLOUR_POSITIVE);
  double share = GBX_SHARE_BAR (drawn)->share;
  double length = share > 0 ? MAX (LEAST, share * width) : 0;

  if (gbx_palette_is_contrasting (widget))
    gbx_drawn_frame (snapshot, &track, 0, 0, width, height, height / 2.0, 1);
  else
    gbx_drawn_rectangle (snapshot, &track, 0, 0, width, height, height / 2.0);
  gbx_drawn_rectangle (snapshot, &fill, gbx_drawn_is_reversed (drawn) ? width - length : 0, 0,
                       length, height, height / 2.0);
}

static void
gbx_share_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? MINIMUM_WIDTH : BAR_HEIGHT;
}

static void
gbx_share_bar_class_init (GbxShareBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = gbx_share_bar_measure;
  GBX_DRAWN_CLASS (klass)->paint = gbx_share_bar_paint;
  gtk_widget_class_set_css_name (widget_class, "gbx-share-bar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
gbx_share_bar_init (GbxShareBar *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
}

GtkWidget *
gbx_share_bar_new (void)
{
  return g_object_new (GBX_TYPE_SHARE_BAR, NULL);
}

void
gbx_share_bar_set_share (GbxShareBar *self, double share)
{
  g_return_if_fail (GBX_IS_SHARE_BAR (self));

  self->share = CLAMP (share, 0, 1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
