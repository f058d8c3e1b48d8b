/* gbx-drawn.h: what the widgets that draw themselves share: text that is laid out once, a focus
 * ring, caches dropped when the style or the scale changes, and a voice that does not chatter. */
#pragma once

#include "gbx-palette.h"

#define GBX_TYPE_DRAWN (gbx_drawn_get_type ())
G_DECLARE_DERIVABLE_TYPE (GbxDrawn, gbx_drawn, GBX, DRAWN, GtkWidget)

struct _GbxDrawnClass {
  GtkWidgetClass parent_class;

  /* Draws the widget; the focus ring is put on top afterwards. */
  void (*paint) (GbxDrawn *self, GtkSnapshot *snapshot, int width, int height);
  /* Colours, font or device scale are others now: drop what was made for the old ones. */
  void (*restyle) (GbxDrawn *self);
  double ring_radius; /* of the focus ring's corners */

  /* For those that hands work on; each may be NULL. A click, which has brought the focus already.
   */
  void (*press) (GbxDrawn *self, double x, double y);
  /* Returns: TRUE when the key is taken. */
  gboolean (*key) (GbxDrawn *self, guint key, GdkModifierType state);
  /* Returns: (transfer full) (nullable): the tooltip for a place, or (@keyboard) for what keys
   * have chosen. */
  char *(*tip) (GbxDrawn *self, int x, int y, gboolean keyboard);
};

typedef enum {
  GBX_TEXT_NORMAL,
  GBX_TEXT_BOLD,
  GBX_TEXT_SMALL,
  GBX_TEXT_SMALL_BOLD,
} GbxTextStyle;

/**
 * gbx_drawn_layout:
 * Returns: (transfer none): @text laid out in the widget's font, kept for the next time; use it at
 * once and do not change it
 */
PangoLayout *gbx_drawn_layout (GbxDrawn *self, const char *text, GbxTextStyle style);
void gbx_drawn_measure (GbxDrawn *self, const char *text, GbxTextStyle style, int *width,
                        int *height);

/**
 * gbx_drawn_text:
 * Draws one line of @text with its start, middle or end (@align 0…1) at @x, its middle height at
 * @y. At most @most wide (0: as it is): what is longer is left out.
 * Returns: how wide it was
 */
int gbx_drawn_text (GbxDrawn *self, GtkSnapshot *snapshot, const char *text, GbxTextStyle style,
                    const GdkRGBA *colour, double x, double y, double align, int most);

/** gbx_drawn_rectangle: A filled rectangle with corners of @radius. */
void gbx_drawn_rectangle (GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y,
                          double width, double height, double radius);
/** gbx_drawn_frame: An outline of @thickness inside the rectangle. */
void gbx_drawn_frame (GtkSnapshot *snapshot, const GdkRGBA *colour, double x, double y,
                      double width, double height, double radius, double thickness);

/**
 * gbx_drawn_cell:
 * @fill: 0xAARRGGBB
 * @ink: (nullable): what is written in; NULL: black or white, whichever stands out
 * A filled rectangle with a number in it, smaller where it has to be, without where it cannot.
 */
void gbx_drawn_cell (GbxDrawn *self, GtkSnapshot *snapshot, guint32 fill, const char *text,
                     const GdkRGBA *ink, double x, double y, double width, double height);

/**
 * gbx_drawn_begin_image:
 * @pixels: (out): [device_height][device_width] 0xAARRGGBB, premultiplied, to be filled in
 * An image in the screen's own pixels. As a node of Cairo's it is drawn as it is: GTK 4.8 would
 * blur a texture that it scales, and takes ten times as long over one that it does not.
 */
cairo_surface_t *gbx_drawn_begin_image (int device_width, int device_height, guint32 **pixels);
/** gbx_drawn_end_image: @surface: (transfer full). Returns: (transfer full): the image at (@x, @y),
 * both in logical pixels, as is one in @scale of the screen's. */
GskRenderNode *gbx_drawn_end_image (cairo_surface_t *surface, double x, double y, int scale);

/**
 * gbx_drawn_spread:
 * @pixels: [height][stride] 0xAARRGGBB
 * Spreads @width × @height pixels over @device_width × @device_height of the screen's, each with
 * hard edges.
 */
void gbx_drawn_spread (const guint32 *pixels, int width, int height, int stride, guint32 *spread,
                       int device_width, int device_height, int device_stride);

/**
 * gbx_drawn_panel:
 * @lines: NULL-terminated, the first one in bold
 * A small framed note beside (@x, @y), kept inside @width × @height.
 */
void gbx_drawn_panel (GbxDrawn *self, GtkSnapshot *snapshot, const char *const *lines, double x,
                      double y, double width, double height);

/**
 * gbx_drawn_walk:
 * @page: rows that Page Up and Page Down go
 * Moves @index (−1: nowhere yet) among @n tiles in @columns by a key.
 * Returns: FALSE when the key is none of those that walk
 */
gboolean gbx_drawn_walk (guint key, GdkModifierType state, int n, int columns, int page,
                         int *index);

/** gbx_drawn_describe: Tells assistive technology at once: the answer to something the user did. */
void gbx_drawn_describe (GbxDrawn *self, const char *text);
/** gbx_drawn_describe_live: Tells it at most once a second, the newest text. */
void gbx_drawn_describe_live (GbxDrawn *self, const char *text);

/** gbx_drawn_is_reversed: Returns: TRUE when the writing runs from right to left. */
gboolean gbx_drawn_is_reversed (GbxDrawn *self);
