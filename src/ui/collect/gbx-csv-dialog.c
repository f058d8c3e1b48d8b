/* gbx-csv-dialog.c: what is to be made of a CSV file: shown by its first rows, and asked. */
#include "gbx-csv-dialog.h"

#include "ui/gbx-format.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define WIDTH 820
#define HEIGHT 560
#define SHOWN_ROWS 8
#define SHOWN_COLUMNS 40 /* beyond, a column is what was guessed */
#define CELL_CHARACTERS 18

/* The rows of the grid. */
enum { ROW_NAME, ROW_KIND, ROW_MISSING, ROW_FIRST };

static const char delimiters[] = {',', ';', '\t', '|'};

typedef struct {
  char *path;
  GbxCsvChosen chosen;
  gpointer data;
  GDestroyNotify free_data;

  GtkWidget *window; /* owns this */
  GtkDropDown *rows, *delimiter, *label;
  GtkCheckButton *header;
  GtkLabel *message;
  GtkGrid *grid;
  GtkWidget *import;

  NnCsvChoice wanted; /* for the next look */
  NnCsvLook look;
  guint8 *kinds; /* [look.n_columns] */
  gboolean filling;
  GCancellable *looking;
} Dialog;

static void
dialog_free (gpointer data)
{
  Dialog *self = data;

  g_cancellable_cancel (self->looking);
  g_object_unref (self->looking);
  self->free_data (self->data);
  nn_csv_look_clear (&self->look);
  g_free (self->kinds);
  g_free (self->path);
  g_free (self);
}

/* ---- the columns ---- */

static void
attach_text (Dialog *self, int column, int row, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), CELL_CHARACTERS);
  gtk_widget_add_css_class (label, style);
  gtk_grid_attach (self->grid, label, column, row, 1, 1);
}

static void
kind_cb (GtkDropDown *drop_down, GParamSpec *pspec, Dialog *self)
{
  int column = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (drop_down), "column"));

  self->kinds[column] = (guint8)gtk_drop_down_get_selected (drop_down);
}

static void
attach_kind (Dialog *self, int column)
{
  const char *const kinds[] = {C_ ("kind of a column", "Numbers"),
                               C_ ("kind of a column", "Categories"),
                               C_ ("kind of a column", "Leave out"), NULL};
  GtkWidget *drop_down = gtk_drop_down_new_from_strings (kinds);
  g_autofree char *name = NULL;

  /* TRANSLATORS: a column's name */
  name = g_strdup_printf (_ ("Kind of “%s”"), self->look.columns[column].name);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), self->kinds[column]);
  gtk_widget_add_css_class (drop_down, "compact");
  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  g_object_set_data (G_OBJECT (drop_down), "column", GINT_TO_POINTER (column));
  g_signal_connect (drop_down, "notify::selected", G_CALLBACK (kind_cb), self);
  gtk_grid_attach (self->grid, drop_down, column, ROW_KIND, 1, 1);
}

static void
attach_column (Dialog *self, int column)
{
  const NnCsvColumn *shown = &self->look.columns[column];
  g_autofree char *count = gbx_format_count (shown->n_missing);
  /* TRANSLATORS: of the first rows of a column, how many values are missing */
  g_autofree char *missing = g_strdup_printf (_ ("%s missing"), count);

  attach_text (self, column, ROW_NAME, shown->name, "heading");
  if (column == self->look.label)
    attach_text (self, column, ROW_KIND, _ ("the label"), "dim-label");
  else if (self->look.rows == NN_CSV_TABLE)
    attach_kind (self, column);
  attach_text (self, column, ROW_MISSING, shown->n_missing > 0 ? missing : "", "caption");
  for (guint i = 0; i < MIN (SHOWN_ROWS, self->look.preview->len); i++) {
    char **row = self->look.preview->pdata[i];

    if (column < (int)g_strv_length (row))
      attach_text (self, column, ROW_FIRST + (int)i, row[column], "dim-label");
  }
}

static void
fill_grid (Dialog *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);
  for (int i = 0; i < MIN (self->look.n_columns, SHOWN_COLUMNS); i++)
    attach_column (self, i);
}

/* ---- what was guessed ---- */

static void
fill (Dialog *self)
{
  const NnCsvLook *look = &self->look;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *rows = gbx_format_count (look->n_rows), *text = NULL;

  self->filling = TRUE;
  for (int i = 0; i < look->n_columns; i++)
    gtk_string_list_append (names, look->columns[i].name);
  gtk_drop_down_set_model (self->label, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->label, (guint)look->label);
  gtk_drop_down_set_selected (self->rows, look->rows == NN_CSV_PICTURES);
  for (guint i = 0; i < G_N_ELEMENTS (delimiters); i++)
    if (delimiters[i] == look->delimiter)
      gtk_drop_down_set_selected (self->delimiter, i);
  gtk_check_button_set_active (self->header, look->has_header);
  self->filling = FALSE;
  fill_grid (self);
  text = g_strdup_printf (
      _ ("%d columns. Kinds and missing values are guessed from the first %s rows. Missing numbers "
         "will be the mean of the part to train with; missing categories are one of their own."),
      look->n_columns, rows);
  gtk_label_set_label (self->message, text);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  NnCsvLook *look = g_task_get_task_data (G_TASK (result));
  Dialog *self = data;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return; /* the dialog is gone, or wants to know something else */
    gtk_label_set_label (self->message, error->message);
    return;
  }
  nn_csv_look_clear (&self->look);
  self->look = *look;
  *look = (NnCsvLook){0};
  g_free (self->kinds);
  self->kinds = g_new (guint8, self->look.n_columns);
  for (int i = 0; i < self->look.n_columns; i++)
    self->kinds[i] = self->look.columns[i].kind;
  gtk_widget_set_sensitive (self->import, TRUE);
  fill (self);
}

static void
look_free (gpointer data)
{
  nn_csv_look_clear (data);
  g_free (data);
}

/* What a thread needs to look. */
typedef struct {
  char *path;
  NnCsvChoice wanted;
} Question;

static void
question_free (gpointer data)
{
  g_free (((Question *)data)->path);
  g_free (data);
}

static void
look_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Question *question = g_object_get_data (G_OBJECT (task), "question");
  GError *error = NULL;

  if (nn_csv_look (data, question->path, &question->wanted, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
look_again (Dialog *self)
{
  g_autoptr (GTask) task = NULL;
  Question *question = g_new0 (Question, 1);

  g_cancellable_cancel (self->looking);
  g_object_unref (self->looking);
  self->looking = g_cancellable_new ();
  gtk_widget_set_sensitive (self->import, FALSE);
  question->path = g_strdup (self->path);
  question->wanted = self->wanted;
  task = g_task_new (NULL, self->looking, looked_cb, self);
  g_task_set_task_data (task, g_new0 (NnCsvLook, 1), look_free);
  g_object_set_data_full (G_OBJECT (task), "question", question, question_free);
  g_task_run_in_thread (task, look_cb);
}

/* ---- what is changed ---- */

static void
changed_cb (Dialog *self)
{
  if (self->filling)
    return;
  self->wanted.rows = gtk_drop_down_get_selected (self->rows) == 1 ? NN_CSV_PICTURES : NN_CSV_TABLE;
  self->wanted.delimiter = delimiters[gtk_drop_down_get_selected (self->delimiter)];
  self->wanted.header = gtk_check_button_get_active (self->header);
  look_again (self);
}

static void
label_cb (Dialog *self)
{
  guint selected = gtk_drop_down_get_selected (self->label);

  if (self->filling || selected >= (guint)self->look.n_columns)
    return;
  self->look.label = (int)selected;
  fill_grid (self);
}

static void
import_cb (Dialog *self)
{
  const NnCsvChoice choice = {.rows = self->look.rows,
                              .delimiter = self->look.delimiter,
                              .header = self->look.has_header,
                              .label = self->look.label,
                              .kinds = self->kinds};

  self->chosen (self->path, &choice, self->look.n_columns, self->data);
  gtk_window_destroy (GTK_WINDOW (self->window));
}

/* ---- the window ---- */

static void
add_choice (GtkBox *box, const char *text, GtkWidget *drop_down)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (text);

  gtk_label_set_mnemonic_widget (GTK_LABEL (label), drop_down);
  gtk_box_append (box, label);
  gtk_box_append (box, drop_down);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (drop_down), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  label, NULL, -1);
}

static GtkWidget *
make_choices (Dialog *self)
{
  const char *const rows[] = {_ ("a table"), _ ("pictures"), NULL};
  const char *const names[] = {_ ("commas"), _ ("semicolons"), _ ("tabs"), _ ("vertical bars"),
                               NULL};
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->rows = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (rows));
  self->delimiter = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (names));
  self->label = GTK_DROP_DOWN (gtk_drop_down_new_from_strings ((const char *const[]){NULL}));
  self->header = GTK_CHECK_BUTTON (gtk_check_button_new_with_mnemonic (_ ("_Names in line 1")));
  add_choice (GTK_BOX (box), _ ("_Rows are"), GTK_WIDGET (self->rows));
  add_choice (GTK_BOX (box), _ ("_divided by"), GTK_WIDGET (self->delimiter));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->header));
  add_choice (GTK_BOX (box), _ ("_Label"), GTK_WIDGET (self->label));
  g_signal_connect_swapped (self->rows, "notify::selected", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->delimiter, "notify::selected", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->header, "notify::active", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->label, "notify::selected", G_CALLBACK (label_cb), self);
  return box;
}

static GtkWidget *
make_header_bar (Dialog *self)
{
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));

  self->import = gtk_button_new_with_mnemonic (_ ("_Import"));
  gtk_widget_add_css_class (self->import, "suggested-action");
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), self->import);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), self->window);
  g_signal_connect_swapped (self->import, "clicked", G_CALLBACK (import_cb), self);
  return bar;
}

static GtkWidget *
make_content (Dialog *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scrolled = gtk_scrolled_window_new (), *message = gtk_label_new (NULL);

  self->message = GTK_LABEL (message);
  gtk_label_set_wrap (self->message, TRUE);
  gtk_label_set_xalign (self->message, 0);
  self->grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_column_spacing (self->grid, 16);
  gtk_grid_set_row_spacing (self->grid, 4);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->grid));
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_widget_set_margin_start (box, 16);
  gtk_widget_set_margin_end (box, 16);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 16);
  gtk_box_append (GTK_BOX (content), make_header_bar (self));
  gtk_box_append (GTK_BOX (box), make_choices (self));
  gtk_box_append (GTK_BOX (box), message);
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (content), box);
  return content;
}

static gboolean
close_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

void
gbx_csv_dialog_ask (GtkWindow *window, const char *path, GbxCsvChosen chosen, gpointer data,
                    GDestroyNotify free_data)
{
  Dialog *self = g_new0 (Dialog, 1);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *shown = g_filename_display_name (base);
  g_autofree char *title = g_strdup_printf (_ ("Import “%s”"), shown);
  GtkEventController *keys = gtk_shortcut_controller_new ();

  self->path = g_strdup (path);
  self->chosen = chosen;
  self->data = data;
  self->free_data = free_data;
  self->looking = g_cancellable_new ();
  self->wanted = NN_CSV_NO_CHOICE;
  self->window = adw_window_new ();
  gtk_window_set_title (GTK_WINDOW (self->window), title);
  gtk_window_set_transient_for (GTK_WINDOW (self->window), window);
  gtk_window_set_modal (GTK_WINDOW (self->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self->window), WIDTH, HEIGHT);
  adw_window_set_content (ADW_WINDOW (self->window), make_content (self));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                        gtk_callback_action_new (close_cb, NULL, NULL)));
  gtk_widget_add_controller (self->window, keys);
  g_object_set_data_full (G_OBJECT (self->window), "dialog", self, dialog_free);
  look_again (self);
  gtk_window_present (GTK_WINDOW (self->window));
}
