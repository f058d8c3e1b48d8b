/* gbx-palette.h: the colours of the house: blue is positive, orange negative, never red/green. */
#pragma once

#include <gtk/gtk.h>

typedef enum {
  GBX_COLOUR_FOREGROUND,
  GBX_COLOUR_DIM, /* secondary text, axes */
  GBX_COLOUR_GRID,
  GBX_COLOUR_BACKGROUND, /* of what is drawn on */
  GBX_COLOUR_CARD,       /* of the panel around it */
  GBX_COLOUR_ACCENT,
  GBX_COLOUR_POSITIVE,
  GBX_COLOUR_NEGATIVE,
  GBX_COLOUR_ERROR,
} GbxColour;

/** gbx_palette_get: The colour for @widget's style now: light, dark or high contrast. */
GdkRGBA gbx_palette_get (GtkWidget *widget, GbxColour colour);

/** gbx_palette_get_run: Distinct for colour-blind eyes too; @index wraps. */
GdkRGBA gbx_palette_get_run (GtkWidget *widget, guint index);
guint gbx_palette_get_n_runs (void);

/**
 * gbx_palette_diverging:
 * @value: −1…1, clamped. Returns: 0xAARRGGBB: orange … paper … blue; NaN is a grey of its own.
 * The paper colour follows dark.
 */
guint32 gbx_palette_diverging (float value, gboolean dark);
gboolean gbx_palette_is_dark (GtkWidget *widget);
/** gbx_palette_is_contrasting: Returns: TRUE for high contrast: outlines rather than tints. */
gboolean gbx_palette_is_contrasting (GtkWidget *widget);
