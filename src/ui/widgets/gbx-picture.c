/* gbx-picture.c: one small grey picture, magnified without blur. */
#include "gbx-picture.h"

#include <glib/gi18n-lib.h>

#define MINIMUM_SIDE 28
#define NATURAL_SIDE 56

struct _GbxPicture {
  GbxDrawn parent_instance;

  guint32 *pixels; /* [height][width] 0xAARRGGBB, or NULL */
  int width, height;

  GskRenderNode *node; /* pixels at the size of the last draw; NULL: to be made */
};

G_DEFINE_FINAL_TYPE (GbxPicture, gbx_picture, GBX_TYPE_DRAWN)

static void
gbx_picture_restyle (GbxDrawn *drawn)
{
  g_clear_pointer (&GBX_PICTURE (drawn)->node, gsk_render_node_unref);
}

/* As large as it fits, in the middle. */
static GskRenderNode *
magnify (GbxPicture *self, int width, int height)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  double zoom = MIN ((double)width * scale / self->width, (double)height * scale / self->height);
  int device_width = MAX (1, (int)(zoom * self->width));
  int device_height = MAX (1, (int)(zoom * self->height));
  int left = (width * scale - device_width) / 2, top = (height * scale - device_height) / 2;
  guint32 *pixels;
  cairo_surface_t *surface = gbx_drawn_begin_image (device_width, device_height, &pixels);

  gbx_drawn_spread (self->pixels, self->width, self->height, self->width, pixels, device_width,
                    device_height, device_width);
  return gbx_drawn_end_image (surface, (double)left / scale, (double)top / scale, scale);
}

static void
gbx_picture_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxPicture *self = GBX_PICTURE (drawn);
  GdkRGBA paper = {0, 0, 0, 1};
  int side = MIN (width, height);

  if (!self->pixels) {
    gbx_drawn_rectangle (snapshot, &paper, (width - side) / 2, (height - side) / 2, side, side, 0);
    return;
  }
  if (!self->node)
    self->node = magnify (self, width, height);
  gtk_snapshot_append_node (snapshot, self->node);
}

static void
gbx_picture_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gbx_picture_restyle (GBX_DRAWN (widget));
}

static void
gbx_picture_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = MINIMUM_SIDE;
  *natural = MAX (MINIMUM_SIDE, for_size > 0 ? for_size : NATURAL_SIDE);
}

static GtkSizeRequestMode
gbx_picture_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
gbx_picture_finalize (GObject *object)
{
  GbxPicture *self = GBX_PICTURE (object);

  g_clear_pointer (&self->node, gsk_render_node_unref);
  g_free (self->pixels);
  G_OBJECT_CLASS (gbx_picture_parent_class)->finalize (object);
}

static void
gbx_picture_class_init (GbxPictureClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gbx_picture_finalize;
  widget_class->measure = gbx_picture_measure;
  widget_class->size_allocate = gbx_picture_size_allocate;
  widget_class->get_request_mode = gbx_picture_get_request_mode;
  GBX_DRAWN_CLASS (klass)->paint = gbx_picture_paint;
  GBX_DRAWN_CLASS (klass)->restyle = gbx_picture_restyle;
  gtk_widget_class_set_css_name (widget_class, "gbx-picture");
}

static void
gbx_picture_init (GbxPicture *self)
{
  /* There is nothing to do in it for the keyboard. */
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What the network sees"), -1);
  gbx_drawn_describe (GBX_DRAWN (self), _ ("Nothing yet"));
}

GtkWidget *
gbx_picture_new (void)
{
  return g_object_new (GBX_TYPE_PICTURE, NULL);
}

void
gbx_picture_set_pixels (GbxPicture *self, const guint8 *pixels, int width, int height)
{
  g_autofree char *description = NULL;

  g_return_if_fail (GBX_IS_PICTURE (self));
  g_return_if_fail (pixels && width > 0 && height > 0);

  if (self->width != width || self->height != height)
    g_clear_pointer (&self->pixels, g_free);
  if (!self->pixels)
    self->pixels = g_new (guint32, (gsize)width * height);
  for (gsize i = 0; i < (gsize)width * height; i++)
    self->pixels[i] = 0xff000000u | pixels[i] * 0x010101u;
  self->width = width;
  self->height = height;
  g_clear_pointer (&self->node, gsk_render_node_unref);
  description = g_strdup_printf (_ ("A picture of %d×%d pixels"), width, height);
  gbx_drawn_describe_live (GBX_DRAWN (self), description);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
gbx_picture_clear (GbxPicture *self)
{
  g_return_if_fail (GBX_IS_PICTURE (self));

  g_clear_pointer (&self->pixels, g_free);
  g_clear_pointer (&self->node, gsk_render_node_unref);
  gbx_drawn_describe_live (GBX_DRAWN (self), _ ("Nothing yet"));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
