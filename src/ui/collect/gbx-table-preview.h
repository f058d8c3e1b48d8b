/* gbx-table-preview.h: what a table's columns are, and its first rows, in place of pictures. */
#pragma once

#include "engine/collect/dataset.h"

#include <gtk/gtk.h>

/**
 * gbx_table_preview_fill:
 * Fills @grid with the columns of @dataset, a table: name, kind, what is missing, and the first
 * rows of the part to train with, or to test with.
 */
void gbx_table_preview_fill (GtkGrid *grid, const NnDataset *dataset, gboolean test);
