/* gbx-csv-dialog.h: what is to be made of a CSV file: shown by its first rows, and asked. */
#pragma once

#include "engine/collect/csv.h"

#include <gtk/gtk.h>

/** GbxCsvChosen: @choice is borrowed. */
typedef void (*GbxCsvChosen) (const char *path, const NnCsvChoice *choice, int n_columns,
                              gpointer data);

/**
 * gbx_csv_dialog_ask:
 * Looks into @path on a thread, and shows what was guessed of it to be changed. @chosen is called
 * when the user wants it imported so; a file that cannot be read is told in the dialog.
 * @data: (transfer full): freed by @free_data when the dialog is gone
 */
void gbx_csv_dialog_ask (GtkWindow *window, const char *path, GbxCsvChosen chosen, gpointer data,
                         GDestroyNotify free_data);
