/* gbx-heatmap.h: weights as colours: a grid of small pictures, one a unit, or one matrix.
 *
 * Properties: "selected" (int, read-write, −1 none: the cell or picture under the keyboard or the
 * last click), "label" (string, accessible), "hint" (string, shown while there is nothing). Signal
 * "selected-changed" is notify::selected. Drawn by Cairo with the NEAREST filter: every cell sharp.
 */
#pragma once

#include "gbx-drawn.h"

#define GBX_TYPE_HEATMAP (gbx_heatmap_get_type ())
G_DECLARE_FINAL_TYPE (GbxHeatmap, gbx_heatmap, GBX, HEATMAP, GbxDrawn)

/* What the pictures are, for the words that go with them. */
typedef enum {
  GBX_HEATMAP_UNITS,   /* the weights of units */
  GBX_HEATMAP_FILTERS, /* the weights of filters */
  GBX_HEATMAP_MAPS,    /* what filters made of a picture */
  GBX_HEATMAP_NUMBERS, /* what units made of it: 1×1 each */
} GbxHeatmapSubject;

GtkWidget *gbx_heatmap_new (void);
/** gbx_heatmap_set_subject: Before the pictures it is about. */
void gbx_heatmap_set_subject (GbxHeatmap *self, GbxHeatmapSubject subject);

/**
 * gbx_heatmap_set_pictures:
 * @values: [n][height][width], copied into pixels at once; the colour range is symmetric about 0,
 * its end the 99.5th percentile of |value| over all pictures, changing smoothly between calls (of
 * one picture alone, at once)
 * Arranges the n pictures in rows and columns that fill the widget best.
 */
void gbx_heatmap_set_pictures (GbxHeatmap *self, const float *values, int n, int height, int width);

/** gbx_heatmap_set_matrix: @values [rows][columns]; one cell a value; @row_labels: (nullable). */
void gbx_heatmap_set_matrix (GbxHeatmap *self, const float *values, int rows, int columns,
                             const char *const *row_labels);
void gbx_heatmap_clear (GbxHeatmap *self);
int gbx_heatmap_get_selected (GbxHeatmap *self);
void gbx_heatmap_set_selected (GbxHeatmap *self, int index);
