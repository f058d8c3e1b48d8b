/* gbx-pixel-grid.c: a picture so large that each pixel shows its number. */
#include "gbx-pixel-grid.h"

#include <glib/gi18n-lib.h>

#define MINIMUM_SIDE 280
#define NATURAL_SIDE 560
#define LEAST_CELL 14 /* logical pixels, for a number to be read */

struct _GbxPixelGrid {
  GbxDrawn parent_instance;

  guint8 *pixels; /* [height][width], or NULL */
  int width, height, maximum;
};

G_DEFINE_FINAL_TYPE (GbxPixelGrid, gbx_pixel_grid, GBX_TYPE_DRAWN)

static void
gbx_pixel_grid_paint (GbxDrawn *drawn, GtkSnapshot *snapshot, int width, int height)
{
  GbxPixelGrid *self = GBX_PIXEL_GRID (drawn);
  int cell = self->pixels != NULL ? MIN (width / self->width, height / self->height) : 0;
  int left, top;

  if (cell < 1)
    return;
  left = (width - cell * self->width) / 2;
  top = (height - cell * self->height) / 2;
  for (int i = 0; i < self->width * self->height; i++) {
    int value = self->pixels[i];
    guint32 grey = (guint32)MIN (255, value * 255 / self->maximum);
    char text[4];

    g_snprintf (text, sizeof text, "%d", value);
    gbx_drawn_cell (drawn, snapshot, 0xff000000u | grey * 0x010101u,
                    value > 0 && cell >= LEAST_CELL ? text : "", NULL,
                    left + i % self->width * cell, top + i / self->width * cell, cell, cell);
  }
}

static void
gbx_pixel_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = MINIMUM_SIDE;
  *natural = NATURAL_SIDE;
}

static void
gbx_pixel_grid_finalize (GObject *object)
{
  g_free (GBX_PIXEL_GRID (object)->pixels);
  G_OBJECT_CLASS (gbx_pixel_grid_parent_class)->finalize (object);
}

static void
gbx_pixel_grid_class_init (GbxPixelGridClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gbx_pixel_grid_finalize;
  GTK_WIDGET_CLASS (klass)->measure = gbx_pixel_grid_measure;
  GBX_DRAWN_CLASS (klass)->paint = gbx_pixel_grid_paint;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "gbx-pixel-grid");
}

static void
gbx_pixel_grid_init (GbxPixelGrid *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE); /* there is nothing to do in it */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The picture's pixels"), -1);
}

void
gbx_pixel_grid_set_pixels (GbxPixelGrid *self, const guint8 *pixels, int width, int height,
                           int maximum)
{
  g_autofree char *text = NULL;

  g_return_if_fail (GBX_IS_PIXEL_GRID (self));
  g_return_if_fail (pixels != NULL && width > 0 && height > 0 && maximum > 0);

  g_free (self->pixels);
  self->pixels = g_memdup2 (pixels, (gsize)width * height);
  self->width = width;
  self->height = height;
  self->maximum = maximum;
  text = g_strdup_printf (_ ("A picture of %d×%d pixels"), width, height);
  gbx_drawn_describe (GBX_DRAWN (self), text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
