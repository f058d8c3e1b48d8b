/* gbx-table-preview.c: what a table's columns are, and its first rows, in place of pictures. */
#include "gbx-table-preview.h"

#include "ui/gbx-format.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define SHOWN_ROWS 50
#define SHOWN_COLUMNS 60
#define CELL_CHARACTERS 18

/* The rows of the grid; the class is its first column. */
enum { ROW_NAME, ROW_KIND, ROW_MISSING, ROW_FIRST };

static void
attach (GtkGrid *grid, int column, int row, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), CELL_CHARACTERS);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_grid_attach (grid, label, column, row, 1, 1);
}

/* "-2.5 to 7", or "categories: 12". */
static char *
describe (const NnColumns *columns, int index, const NnExamples *part)
{
  const NnColumn *column = &columns->columns[index];
  double least = INFINITY, most = -INFINITY;

  if (column->categories != NULL)
    return g_strdup_printf (_ ("categories: %d"), column->n_categories);
  for (gsize i = 0; i < part->count; i++) {
    double value = part->rows[i * columns->count + index];

    if (!isnan (value)) {
      least = MIN (least, value);
      most = MAX (most, value);
    }
  }
  if (least > most)
    return g_strdup (_ ("no numbers"));
  return g_strdup_printf (_ ("%.4g to %.4g"), least, most);
}

static char *
format_value (const NnColumn *column, float value)
{
  if (isnan (value))
    return g_strdup (_ ("missing"));
  if (column->categories != NULL)
    return g_strdup (column->categories[(int)value]);
  return g_strdup_printf ("%.6g", (double)value);
}

static void
attach_column (GtkGrid *grid, const NnDataset *dataset, const NnExamples *part, int index)
{
  const NnColumns *columns = dataset->columns;
  const NnColumn *column = &columns->columns[index];
  g_autofree char *kind = describe (columns, index, part);
  g_autofree char *count = gbx_format_count (column->n_missing);
  g_autofree char *missing = g_strdup_printf (_ ("%s missing"), count);

  attach (grid, index + 1, ROW_NAME, column->name, "heading");
  attach (grid, index + 1, ROW_KIND, kind, "caption");
  attach (grid, index + 1, ROW_MISSING, column->n_missing > 0 ? missing : "", "caption");
  for (gsize i = 0; i < MIN (part->count, SHOWN_ROWS); i++) {
    float value = part->rows[i * columns->count + index];
    g_autofree char *text = format_value (column, value);

    attach (grid, index + 1, ROW_FIRST + (int)i, text, isnan (value) ? "dim-label" : NULL);
  }
}

void
gbx_table_preview_fill (GtkGrid *grid, const NnDataset *dataset, gboolean test)
{
  const NnExamples *part = test ? &dataset->test : &dataset->train;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (grid))) != NULL)
    gtk_grid_remove (grid, child);
  attach (grid, 0, ROW_NAME, dataset->label != NULL ? dataset->label : _ ("Class"), "heading");
  attach (grid, 0, ROW_KIND, _ ("the label"), "caption");
  for (gsize i = 0; i < MIN (part->count, SHOWN_ROWS); i++)
    attach (grid, 0, ROW_FIRST + (int)i, nn_dataset_get_class_name (dataset, part->labels[i]),
            NULL);
  for (int i = 0; i < MIN (dataset->columns->count, SHOWN_COLUMNS); i++)
    attach_column (grid, dataset, part, i);
}
