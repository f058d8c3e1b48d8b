/* gbx-confusion-view.h: the confusion matrix: rows are the truth, columns what was said. Counts in
 * the cells, shade by rate; keyboard-walkable, property "selected" (int: row · n + column, −1). */
#pragma once

#include "gbx-drawn.h"

#define GBX_TYPE_CONFUSION_VIEW (gbx_confusion_view_get_type ())
G_DECLARE_FINAL_TYPE (GbxConfusionView, gbx_confusion_view, GBX, CONFUSION_VIEW, GbxDrawn)

GtkWidget *gbx_confusion_view_new (void);
void gbx_confusion_view_set_matrix (GbxConfusionView *self, const guint *counts, int n,
                                    const char *const *names);
void gbx_confusion_view_clear (GbxConfusionView *self);
