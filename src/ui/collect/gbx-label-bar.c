/* gbx-label-bar.c: says what a drawing is: a button for each class of the user's set. */
#include "gbx-label-bar.h"

#include <glib/gi18n-lib.h>

#define MOST_IN_A_ROW 10
#define LONGEST_IN_A_ROW 2 /* characters */
#define COLUMNS 4
#define NAME_WIDTH 14 /* characters, of a button in the grid */

struct _GbxLabelBar {
  GbxSessionView parent_instance;

  GtkBox *row;
  GtkMenuButton *menu; /* in the row's place where the names are many or long */
  GtkMenuButton *sets;
  GStrv shown; /* the classes in the row */
  gboolean ready;
};

enum { PROP_READY = 1, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];
static guint labelled_signal;

G_DEFINE_FINAL_TYPE (GbxLabelBar, gbx_label_bar, GBX_TYPE_SESSION_VIEW)

static GbxAlbum *
get_album (GbxLabelBar *self)
{
  return gbx_session_get_album (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));
}

static void
labelled (int label, gpointer data)
{
  GbxLabelBar *self = data;

  gtk_menu_button_popdown (self->menu);
  g_signal_emit (self, labelled_signal, 0, label);
}

/* ---- buttons ---- */

typedef struct {
  GbxLabelFunc clicked;
  gpointer data;
  int label;
} Click;

static void
clicked_cb (GtkButton *button, gpointer data)
{
  const Click *click = data;

  click->clicked (click->label, click->data);
}

static void
click_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

static GtkWidget *
make_button (GbxSymbolSet *set, int label, GbxLabelFunc clicked, gpointer data)
{
  const char *name = gbx_symbol_set_get_classes (set)[label];
  GtkWidget *button = gtk_button_new (), *text = gtk_label_new (name);
  g_autofree char *tip = g_strdup_printf (_ ("This is a “%s”"), name);
  Click *click = g_new (Click, 1);

  *click = (Click){clicked, data, label};
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (text), NAME_WIDTH);
  gtk_button_set_child (GTK_BUTTON (button), text);
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  gtk_widget_add_css_class (button, "compact");
  g_signal_connect_data (button, "clicked", G_CALLBACK (clicked_cb), click, click_free, 0);
  return button;
}

static gboolean
fits_row (GbxSymbolSet *set)
{
  guint n = gbx_symbol_set_get_n_classes (set);

  if (n > MOST_IN_A_ROW)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (g_utf8_strlen (gbx_symbol_set_get_classes (set)[i], -1) > LONGEST_IN_A_ROW)
      return FALSE;
  return TRUE;
}

static void
fill_row (GbxLabelBar *self, GbxSymbolSet *set)
{
  guint n = fits_row (set) ? gbx_symbol_set_get_n_classes (set) : 0;
  const char *const *classes = gbx_symbol_set_get_classes (set);
  GtkWidget *child;

  g_strfreev (self->shown);
  self->shown = g_strdupv ((GStrv)classes);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->row))) != NULL)
    gtk_box_remove (self->row, child);
  for (guint i = 0; i < n; i++)
    gtk_box_append (self->row, make_button (set, (int)i, labelled, self));
  gtk_widget_set_visible (GTK_WIDGET (self->row), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->menu), n == 0);
}

static void
fill_menu (GtkMenuButton *button, gpointer data)
{
  GbxLabelBar *self = data;
  GtkWidget *popover = gtk_popover_new ();

  gtk_popover_set_child (
      GTK_POPOVER (popover),
      gbx_label_buttons_new (gbx_album_get_set (get_album (self)), labelled, self));
  gtk_menu_button_set_popover (button, popover);
}

/* ---- sets ---- */

static void
set_chosen_cb (GtkCheckButton *check, GbxLabelBar *self)
{
  GbxSymbolSet *set = g_object_get_data (G_OBJECT (check), "set");

  if (gtk_check_button_get_active (check)) {
    gtk_menu_button_popdown (self->sets);
    gbx_album_set_set (get_album (self), set);
  }
}

static void
fill_sets (GtkMenuButton *button, gpointer data)
{
  GbxLabelBar *self = data;
  GListModel *sets = gbx_library_get_sets (gbx_album_get_library (get_album (self)));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4), *popover = gtk_popover_new ();
  GtkWidget *title = gtk_label_new (_ ("Put Drawings Into")), *first = NULL;

  gtk_widget_add_css_class (title, "heading");
  gtk_box_append (GTK_BOX (box), title);
  for (guint i = 0; i < g_list_model_get_n_items (sets); i++) {
    g_autoptr (GbxSymbolSet) set = g_list_model_get_item (sets, i);
    GtkWidget *check = gtk_check_button_new_with_label (gbx_symbol_set_get_title (set));

    gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (first));
    first = first != NULL ? first : check;
    gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                                 set == gbx_album_get_set (get_album (self)));
    g_object_set_data_full (G_OBJECT (check), "set", g_object_ref (set), g_object_unref);
    g_signal_connect_object (check, "toggled", G_CALLBACK (set_chosen_cb), self, 0);
    gtk_box_append (GTK_BOX (box), check);
  }
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (button, popover);
}

/* ---- the object ---- */

static void
gbx_label_bar_refresh (GbxSessionView *view)
{
  GbxLabelBar *self = GBX_LABEL_BAR (view);
  GbxSymbolSet *set = gbx_album_get_set (get_album (self));
  g_autofree char *tip = g_strdup_printf (_ ("Drawings are put into “%s”: choose another set"),
                                          gbx_symbol_set_get_title (set));

  /* The focus may be on one of the buttons: they stay where they can. */
  if (self->shown == NULL ||
      !g_strv_equal ((const char *const *)self->shown, gbx_symbol_set_get_classes (set)))
    fill_row (self, set);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->sets), tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->sets), GTK_ACCESSIBLE_PROPERTY_LABEL, tip,
                                  -1);
}

static void
gbx_label_bar_attach (GbxSessionView *view, GbxSession *session)
{
  g_signal_connect_object (gbx_session_get_album (session), "changed",
                           G_CALLBACK (gbx_session_view_queue_refresh), view, G_CONNECT_SWAPPED);
  gbx_label_bar_refresh (view);
}

static void
gbx_label_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_READY)
    g_value_set_boolean (value, GBX_LABEL_BAR (object)->ready);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gbx_label_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GbxLabelBar *self = GBX_LABEL_BAR (object);

  if (id != PROP_READY) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  self->ready = g_value_get_boolean (value);
  gtk_widget_set_sensitive (GTK_WIDGET (self->row), self->ready);
  gtk_widget_set_sensitive (GTK_WIDGET (self->menu), self->ready);
}

static void
gbx_label_bar_finalize (GObject *object)
{
  g_strfreev (GBX_LABEL_BAR (object)->shown);
  G_OBJECT_CLASS (gbx_label_bar_parent_class)->finalize (object);
}

static void
gbx_label_bar_class_init (GbxLabelBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_label_bar_get_property;
  object_class->set_property = gbx_label_bar_set_property;
  object_class->finalize = gbx_label_bar_finalize;
  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_label_bar_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_label_bar_refresh;
  properties[PROP_READY] =
      g_param_spec_boolean ("ready", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  labelled_signal = g_signal_new ("labelled", GBX_TYPE_LABEL_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
gbx_label_bar_init (GbxLabelBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *caption = gtk_label_new (_ ("This is a"));

  self->row = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));
  gtk_box_set_homogeneous (self->row, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->row), "linked");
  gtk_widget_add_css_class (GTK_WIDGET (self->row), "labels");
  gtk_widget_set_hexpand (GTK_WIDGET (self->row), TRUE);
  self->menu = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_label (self->menu, _ ("Choose…"));
  gtk_menu_button_set_create_popup_func (self->menu, fill_menu, self, NULL);
  gtk_widget_set_hexpand (GTK_WIDGET (self->menu), TRUE);
  self->sets = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_icon_name (self->sets, "view-more-symbolic");
  gtk_menu_button_set_create_popup_func (self->sets, fill_sets, self, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->menu), "compact");
  gtk_widget_add_css_class (GTK_WIDGET (self->sets), "compact");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_widget_add_css_class (caption, "caption");
  gtk_box_append (GTK_BOX (box), caption);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->row));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->menu));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->sets));
  gtk_widget_set_sensitive (GTK_WIDGET (self->row), FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->menu), FALSE);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
gbx_label_buttons_new (GbxSymbolSet *set, GbxLabelFunc clicked, gpointer data)
{
  guint n = gbx_symbol_set_get_n_classes (set), columns = n <= MOST_IN_A_ROW ? MIN (n, 5) : COLUMNS;
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 4);
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  for (guint i = 0; i < n; i++)
    gtk_grid_attach (GTK_GRID (grid), make_button (set, (int)i, clicked, data), (int)(i % columns),
                     (int)(i / columns), 1, 1);
  return grid;
}
