/* gbx-set-dialog.c: asks for the title and the classes of a set of drawings. */
#include "gbx-set-dialog.h"

#include <glib/gi18n-lib.h>

#define WIDTH 380
#define HEIGHT 440

/* Lives as long as its window. */
typedef struct {
  GtkWindow *window;
  GbxAlbum *album; /* owned */
  gboolean is_new;
  GtkEditable *title;
  GtkBox *classes; /* of rows, each with its entry and where it came from */
  GtkLabel *error;
  GtkWidget *add;
} Dialog;

static void
dialog_free (gpointer data)
{
  Dialog *dialog = data;

  g_object_unref (dialog->album);
  g_free (dialog);
}

static guint
count_rows (Dialog *dialog)
{
  guint n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (dialog->classes)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    n++;
  return n;
}

static void
rows_changed (Dialog *dialog)
{
  gtk_widget_set_sensitive (dialog->add, count_rows (dialog) < GBX_SYMBOL_SET_MOST_CLASSES);
  gtk_label_set_label (dialog->error, "");
}

static void
remove_cb (GtkButton *button, gpointer data)
{
  Dialog *dialog = data;
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (button));
  GtkWidget *next = gtk_widget_get_next_sibling (row);

  gtk_widget_grab_focus (next != NULL ? gtk_widget_get_first_child (next) : dialog->add);
  gtk_box_remove (dialog->classes, row);
  rows_changed (dialog);
}

static void save_cb (Dialog *dialog);

/* @origin: which of the set's classes it is, −1: a new one. */
static GtkWidget *
add_row (Dialog *dialog, const char *name, int origin)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *entry = gtk_entry_new ();
  GtkWidget *remove = gtk_button_new_from_icon_name ("user-trash-symbolic");
  guint n = origin < 0 ? 0 : gbx_symbol_set_count (gbx_album_get_set (dialog->album), origin);
  g_autofree char *tip =
      n == 0
          ? g_strdup (_ ("Remove this class"))
          : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Remove this class and its %u drawing",
                                          "Remove this class and its %u drawings", n),
                             n);

  gtk_editable_set_text (GTK_EDITABLE (entry), name);
  gtk_entry_set_max_length (GTK_ENTRY (entry), GBX_SYMBOL_SET_LONGEST_NAME);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Name of the class"), -1);
  gtk_widget_set_tooltip_text (remove, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  gtk_widget_add_css_class (remove, "flat");
  g_object_set_data (G_OBJECT (row), "origin", GINT_TO_POINTER (origin));
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_cb), dialog);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (save_cb), dialog);
  gtk_box_append (GTK_BOX (row), entry);
  gtk_box_append (GTK_BOX (row), remove);
  gtk_box_append (dialog->classes, row);
  return entry;
}

static void
add_cb (Dialog *dialog)
{
  gtk_widget_grab_focus (add_row (dialog, "", -1));
  rows_changed (dialog);
}

/* Returns: (transfer full): the names, without the spaces around them. */
static char **
read_classes (Dialog *dialog, int *origins)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (dialog->classes)); row != NULL;
       row = gtk_widget_get_next_sibling (row)) {
    GtkWidget *entry = gtk_widget_get_first_child (row);
    g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

    *origins++ = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (row), "origin"));
    g_strv_builder_add (builder, name);
  }
  return g_strv_builder_end (builder);
}

/* The program's own title stays the program's, so that it speaks the user's language. */
static const char *
own_title (Dialog *dialog, const char *typed)
{
  GbxSymbolSet *set = gbx_album_get_set (dialog->album);

  if (!dialog->is_new && gbx_symbol_set_get_own_title (set) == NULL &&
      g_str_equal (typed, gbx_symbol_set_get_title (set)))
    return NULL;
  return typed;
}

static void
save_cb (Dialog *dialog)
{
  int origins[GBX_SYMBOL_SET_MOST_CLASSES];
  g_auto (GStrv) classes = read_classes (dialog, origins);
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (dialog->title)));
  const char *title = own_title (dialog, typed);
  g_autoptr (GError) error = NULL;
  gboolean done =
      dialog->is_new
          ? gbx_album_create_set (dialog->album, typed, (const char *const *)classes, &error)
          : gbx_album_change_set (dialog->album, title, (const char *const *)classes, origins,
                                  &error);

  if (done)
    gtk_window_destroy (dialog->window);
  else
    gtk_label_set_label (dialog->error, error->message);
}

/* ---- putting it together ---- */

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_header (Dialog *dialog)
{
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));
  GtkWidget *save = gtk_button_new_with_mnemonic (dialog->is_new ? _ ("Crea_te") : _ ("_Save"));

  gtk_widget_add_css_class (save, "suggested-action");
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), save);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_destroy), dialog->window);
  g_signal_connect_swapped (save, "clicked", G_CALLBACK (save_cb), dialog);
  return bar;
}

static GtkWidget *
make_body (Dialog *dialog)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *scrolled = gtk_scrolled_window_new (), *title = gtk_entry_new ();
  GtkWidget *classes = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  dialog->title = GTK_EDITABLE (title);
  dialog->classes = GTK_BOX (classes);
  dialog->error = GTK_LABEL (make_label ("", "error"));
  dialog->add = gtk_button_new_with_mnemonic (_ ("_Add a Class"));
  gtk_entry_set_max_length (GTK_ENTRY (title), GBX_SYMBOL_SET_LONGEST_NAME);
  gtk_accessible_update_property (GTK_ACCESSIBLE (title), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Title of the set"), -1);
  g_signal_connect_swapped (title, "activate", G_CALLBACK (save_cb), dialog);
  g_signal_connect_swapped (dialog->add, "clicked", G_CALLBACK (add_cb), dialog);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), classes);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_widget_add_css_class (box, "panel");
  gtk_box_append (GTK_BOX (box), make_label (_ ("Title"), "heading"));
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), make_label (_ ("Classes, 2 to 20"), "heading"));
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), dialog->add);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (dialog->error));
  return box;
}

static void
fill (Dialog *dialog)
{
  GbxSymbolSet *set = gbx_album_get_set (dialog->album);
  guint n = dialog->is_new ? 2 : gbx_symbol_set_get_n_classes (set);

  gtk_editable_set_text (dialog->title, dialog->is_new ? "" : gbx_symbol_set_get_title (set));
  for (guint i = 0; i < n; i++)
    add_row (dialog, dialog->is_new ? "" : gbx_symbol_set_get_classes (set)[i],
             dialog->is_new ? -1 : (int)i);
  rows_changed (dialog);
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  gtk_window_destroy (GTK_WINDOW (widget));
  return TRUE;
}

void
gbx_set_dialog_show (GtkWindow *window, GbxAlbum *album, gboolean is_new)
{
  Dialog *dialog = g_new0 (Dialog, 1);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkEventController *keys = gtk_shortcut_controller_new ();

  dialog->window = GTK_WINDOW (adw_window_new ());
  dialog->album = g_object_ref (album);
  dialog->is_new = is_new;
  g_object_set_data_full (G_OBJECT (dialog->window), "dialog", dialog, dialog_free);
  gtk_window_set_title (dialog->window, is_new ? _ ("New Set of Symbols") : _ ("Edit the Set"));
  gtk_window_set_default_size (dialog->window, WIDTH, HEIGHT);
  gtk_window_set_transient_for (dialog->window, window);
  gtk_window_set_modal (dialog->window, TRUE);
  gtk_window_set_destroy_with_parent (dialog->window, TRUE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Escape"),
                        gtk_callback_action_new (escape_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (dialog->window), keys);
  gtk_box_append (GTK_BOX (content), make_header (dialog));
  gtk_box_append (GTK_BOX (content), make_body (dialog));
  adw_window_set_content (ADW_WINDOW (dialog->window), content);
  fill (dialog);
  gtk_window_present (dialog->window);
}
