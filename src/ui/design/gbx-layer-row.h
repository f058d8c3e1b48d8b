/* gbx-layer-row.h: one layer as a card: what it does and costs, its fields while it is chosen, why
 * it cannot be, and above it what flows in. */
#pragma once

#include "ui/session/gbx-session.h"

#include <gtk/gtk.h>

#define GBX_TYPE_LAYER_ROW (gbx_layer_row_get_type ())
G_DECLARE_FINAL_TYPE (GbxLayerRow, gbx_layer_row, GBX, LAYER_ROW, GtkListBoxRow)

/** gbx_layer_row_new: For a layer of this kind; shows nothing yet. */
GtkWidget *gbx_layer_row_new (GbxSession *session, const NnLayerClass *class_);

const NnLayerClass *gbx_layer_row_get_class (GbxLayerRow *self);

/** gbx_layer_row_show: Layer @index of the session's recipe, as it is now. */
void gbx_layer_row_show (GbxLayerRow *self, int index, const GbxForesight *foresight);

/** gbx_layer_row_set_open: Whether its fields are there to edit. */
void gbx_layer_row_set_open (GbxLayerRow *self, gboolean open);

/** gbx_layer_row_get_handle: Returns: (transfer none): what it is dragged by. */
GtkWidget *gbx_layer_row_get_handle (GbxLayerRow *self);
