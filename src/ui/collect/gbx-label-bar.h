/* gbx-label-bar.h: says what a drawing is: a button for each class of the user's set.
 *
 * Property "ready" (boolean): there is a drawing to be labelled. Signal "labelled" (int): as which
 * class of the album's set. */
#pragma once

#include "ui/gbx-session-view.h"

#define GBX_TYPE_LABEL_BAR (gbx_label_bar_get_type ())
G_DECLARE_FINAL_TYPE (GbxLabelBar, gbx_label_bar, GBX, LABEL_BAR, GbxSessionView)

/**
 * gbx_label_buttons_new:
 * @clicked: (scope forever): void (*) (int class, gpointer data)
 * Returns: a grid of buttons, one for each class of @set
 */
typedef void (*GbxLabelFunc) (int label, gpointer data);
GtkWidget *gbx_label_buttons_new (GbxSymbolSet *set, GbxLabelFunc clicked, gpointer data);
