/* gbx-contact-sheet.h: thousands of small pictures in a scrolled grid; only the visible are drawn.
 * Implements GtkScrollable: put it into a GtkScrolledWindow. Property "selected" (int: the number
 * of the picture in its part of the data set, from 0; −1 none), keyboard-walkable. Signal
 * "magnify": Enter, or a click on the selected one, asks for a closer look at it. */
#pragma once

#include "engine/collect/dataset.h"

#include "gbx-drawn.h"

#define GBX_TYPE_CONTACT_SHEET (gbx_contact_sheet_get_type ())
G_DECLARE_FINAL_TYPE (GbxContactSheet, gbx_contact_sheet, GBX, CONTACT_SHEET, GbxDrawn)

GtkWidget *gbx_contact_sheet_new (void);
/** gbx_contact_sheet_set_examples: Shows @dataset's train or test part; holds a reference. NULL:
 * nothing. */
void gbx_contact_sheet_set_examples (GbxContactSheet *self, NnDataset *dataset, gboolean test);
/** gbx_contact_sheet_set_class: Only this class; −1: all. */
void gbx_contact_sheet_set_class (GbxContactSheet *self, int class_index);
