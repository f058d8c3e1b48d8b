/* gbx-class-row.h: one class of a data set: its mean picture, its name, how many samples it has. */
#pragma once

#include <gtk/gtk.h>

#define GBX_TYPE_CLASS_ROW (gbx_class_row_get_type ())
G_DECLARE_FINAL_TYPE (GbxClassRow, gbx_class_row, GBX, CLASS_ROW, GtkListBoxRow)

typedef struct {
  const char *name;
  gsize train, test;    /* samples */
  gsize most;           /* to train with, of any class; 0: no bar */
  gboolean has_picture; /* room for it, though it may come later */
  const char *tip;      /* (nullable): what choosing the row does; NULL: it cannot be chosen */
} GbxClassFigures;

/** gbx_class_row_new: The groups give the numbers the same columns in every row. */
GtkWidget *gbx_class_row_new (GtkSizeGroup *train_column, GtkSizeGroup *test_column);
void gbx_class_row_show (GbxClassRow *self, const GbxClassFigures *figures);

/** gbx_class_row_set_mean: @pixels: (nullable): [height][width] 0…255; NULL: there is none. */
void gbx_class_row_set_mean (GbxClassRow *self, const guint8 *pixels, int width, int height);
