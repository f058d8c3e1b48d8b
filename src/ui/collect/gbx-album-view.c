/* gbx-album-view.c: the user's own sets of drawings: what is in them, and training on them. */
#include "gbx-album-view.h"

#include "gbx-label-bar.h"
#include "gbx-set-dialog.h"
#include "ui/session/gbx-drawn-data.h"
#include "ui/widgets/gbx-album-sheet.h"

#include <glib/gi18n-lib.h>

#define FIRST_SHARE 0.3

struct _GbxAlbumView {
  GbxSessionView parent_instance;

  GtkDropDown *sets;
  GtkDropDown *label;
  GtkButton *train_button;
  GtkButton *delete_button;
  GtkCheckButton *mix;
  GtkScale *share;
  GtkLabel *share_text;
  GtkLabel *hint;
  GbxAlbumSheet *sheet;

  GbxOwnDrawing *asked; /* owned: what the popover is about */
  GtkWidget *popover;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (GbxAlbumView, gbx_album_view, GBX_TYPE_SESSION_VIEW)

static GbxSession *
get_session (GbxAlbumView *self)
{
  return gbx_session_view_get_session (GBX_SESSION_VIEW (self));
}

static GbxAlbum *
get_album (GbxAlbumView *self)
{
  return gbx_session_get_album (get_session (self));
}

static char *
get_id (GbxAlbumView *self)
{
  return gbx_drawn_data_id (gbx_album_get_set (get_album (self)));
}

/* ---- what is chosen ---- */

static void
set_chosen_cb (GbxAlbumView *self)
{
  GListModel *sets = gbx_library_get_sets (gbx_album_get_library (get_album (self)));
  g_autoptr (GbxSymbolSet) set =
      g_list_model_get_item (sets, gtk_drop_down_get_selected (self->sets));

  if (!self->filling && set != NULL)
    gbx_album_set_set (get_album (self), set);
}

static void
label_chosen_cb (GbxAlbumView *self)
{
  guint selected = gtk_drop_down_get_selected (self->label);

  if (!self->filling && selected != GTK_INVALID_LIST_POSITION)
    gbx_album_set_label (get_album (self), (int)selected);
}

static void
show_label (GbxAlbumView *self)
{
  self->filling = TRUE;
  gtk_drop_down_set_selected (self->label, (guint)gbx_album_get_label (get_album (self)));
  self->filling = FALSE;
}

static void
fill_sets (GbxAlbumView *self)
{
  GListModel *sets = gbx_library_get_sets (gbx_album_get_library (get_album (self)));
  GbxSymbolSet *now = gbx_album_get_set (get_album (self));
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint selected = 0;

  for (guint i = 0; i < g_list_model_get_n_items (sets); i++) {
    g_autoptr (GbxSymbolSet) set = g_list_model_get_item (sets, i);

    selected = set == now ? i : selected;
    gtk_string_list_append (titles, gbx_symbol_set_get_title (set));
  }
  self->filling = TRUE;
  gtk_drop_down_set_model (self->sets, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->sets, selected);
  self->filling = FALSE;
}

static void
fill_labels (GbxAlbumView *self)
{
  g_autoptr (GtkStringList) names =
      gtk_string_list_new (gbx_symbol_set_get_classes (gbx_album_get_set (get_album (self))));

  self->filling = TRUE;
  gtk_drop_down_set_model (self->label, G_LIST_MODEL (names));
  self->filling = FALSE;
  show_label (self);
}

/* ---- training on it ---- */

static void
train_cb (GbxAlbumView *self)
{
  g_autofree char *id = get_id (self);

  gbx_session_set_dataset (get_session (self), id);
}

static void
mix_cb (GbxAlbumView *self)
{
  g_autofree char *id = get_id (self);
  gboolean mixes = gtk_check_button_get_active (self->mix);

  if (!self->filling)
    gbx_session_set_mix (get_session (self), mixes ? id : NULL,
                         gtk_range_get_value (GTK_RANGE (self->share)) / 100);
}

static void
show_share (GbxAlbumView *self)
{
  /* TRANSLATORS: a share, "30 %" */
  g_autofree char *text =
      g_strdup_printf (_ ("%.0f %%"), gtk_range_get_value (GTK_RANGE (self->share)));

  gtk_label_set_label (self->share_text, text);
}

static void
share_cb (GbxAlbumView *self)
{
  show_share (self);
  if (gtk_check_button_get_active (self->mix))
    mix_cb (self);
}

/* One sentence on what to do next. */
static const char *
hint_for (GbxSymbolSet *set, gboolean alone, gboolean suffices)
{
  if (g_list_model_get_n_items (gbx_symbol_set_get_drawings (set)) == 0)
    return _ ("Draw on the canvas at the right and say what it is; or hold the key of a class "
              "while you draw.");
  if (!suffices)
    return _ ("Draw two of a class at least: one to train with, one to test with.");
  if (alone)
    return _ ("The network trains on these alone.");
  return _ ("Of five drawings of a class one is kept for the test.");
}

static void
show_training (GbxAlbumView *self)
{
  const NnExperiment *recipe = gbx_session_get_experiment (get_session (self));
  GbxSymbolSet *set = gbx_album_get_set (get_album (self));
  g_autofree char *id = get_id (self);
  gboolean alone = g_str_equal (recipe->dataset, id);
  gboolean mixed = g_strcmp0 (recipe->mix.dataset, id) == 0;
  gboolean suffices = gbx_drawn_data_suffices (set);

  self->filling = TRUE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->train_button), suffices && !alone);
  gtk_widget_set_sensitive (GTK_WIDGET (self->mix), mixed || (suffices && !alone));
  gtk_widget_set_sensitive (GTK_WIDGET (self->share), mixed || (suffices && !alone));
  gtk_check_button_set_active (self->mix, mixed);
  if (mixed)
    gtk_range_set_value (GTK_RANGE (self->share), 100 * recipe->mix.share);
  gtk_label_set_label (self->hint, hint_for (set, alone, suffices));
  self->filling = FALSE;
  show_share (self);
}

/* ---- edits ---- */

static void
new_cb (GbxAlbumView *self)
{
  gbx_set_dialog_show (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), get_album (self),
                       TRUE);
}

static void
edit_cb (GbxAlbumView *self)
{
  gbx_set_dialog_show (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), get_album (self),
                       FALSE);
}

static void
delete_set_cb (GbxAlbumView *self)
{
  gbx_album_delete_set (get_album (self));
}

static void
relabel (int label, gpointer data)
{
  GbxAlbumView *self = data;

  gtk_popover_popdown (GTK_POPOVER (self->popover));
  gbx_album_relabel (get_album (self), self->asked, label);
}

static void
delete_cb (GbxAlbumView *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  gbx_album_delete (get_album (self), self->asked);
}

static void
asked_cb (GbxAlbumView *self, GbxOwnDrawing *drawing, int x, int y)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *title = gtk_label_new (_ ("This Is a"));
  GtkWidget *delete = gtk_button_new_with_mnemonic (_ ("_Delete Drawing"));
  GdkRectangle place = {x, y, 1, 1};

  g_set_object (&self->asked, drawing);
  gtk_widget_add_css_class (title, "heading");
  gtk_widget_add_css_class (delete, "destructive-action");
  g_signal_connect_swapped (delete, "clicked", G_CALLBACK (delete_cb), self);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box),
                  gbx_label_buttons_new (gbx_album_get_set (get_album (self)), relabel, self));
  gtk_box_append (GTK_BOX (box), delete);
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &place);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* ---- the object ---- */

static void
gbx_album_view_refresh (GbxSessionView *view)
{
  GbxAlbumView *self = GBX_ALBUM_VIEW (view);
  GbxSymbolSet *set = gbx_album_get_set (get_album (self));
  gboolean permanent = g_str_equal (gbx_symbol_set_get_id (set), GBX_SYMBOL_SET_DIGITS);

  fill_sets (self);
  fill_labels (self);
  show_training (self);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->delete_button),
                               permanent ? _ ("Delete all drawings of this set")
                                         : _ ("Delete this set and its drawings"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->delete_button),
                            !permanent ||
                                g_list_model_get_n_items (gbx_symbol_set_get_drawings (set)) > 0);
}

static void
gbx_album_view_attach (GbxSessionView *view, GbxSession *session)
{
  GbxAlbumView *self = GBX_ALBUM_VIEW (view);
  GbxAlbum *album = gbx_session_get_album (session);
  static const char *const changes[] = {"experiment-changed", "dataset-changed", NULL};

  gbx_session_view_refresh_on (view, changes);
  g_signal_connect_object (album, "changed", G_CALLBACK (gbx_session_view_queue_refresh), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gbx_library_get_sets (gbx_album_get_library (album)), "items-changed",
                           G_CALLBACK (gbx_session_view_queue_refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (album, "notify::label", G_CALLBACK (show_label), self,
                           G_CONNECT_SWAPPED);
  gbx_album_sheet_set_album (self->sheet, album);
  gbx_album_view_refresh (view);
}

static void
gbx_album_view_dispose (GObject *object)
{
  GbxAlbumView *self = GBX_ALBUM_VIEW (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->asked);
  G_OBJECT_CLASS (gbx_album_view_parent_class)->dispose (object);
}

static void
gbx_album_view_class_init (GbxAlbumViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gbx_album_view_dispose;
  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_album_view_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_album_view_refresh;

  g_type_ensure (GBX_TYPE_ALBUM_SHEET);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-album-view.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxAlbumView, sets);
  gtk_widget_class_bind_template_child (widget_class, GbxAlbumView, label);
  gtk_widget_class_bind_template_child (widget_class, GbxAlbumView, train_button);
  gtk_widget_class_bind_template_child (widget_class, GbxAlbumView, delete_button);
  gtk_widget_class_bind_template_child (widget_class, GbxAlbumView, mix);
  gtk_widget_class_bind_template_child (widget_class, GbxAlbumView, share);
  gtk_widget_class_bind_template_child (widget_class, GbxAlbumView, share_text);
  gtk_widget_class_bind_template_child (widget_class, GbxAlbumView, hint);
  gtk_widget_class_bind_template_child (widget_class, GbxAlbumView, sheet);
  gtk_widget_class_bind_template_callback (widget_class, set_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, label_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, train_cb);
  gtk_widget_class_bind_template_callback (widget_class, mix_cb);
  gtk_widget_class_bind_template_callback (widget_class, share_cb);
  gtk_widget_class_bind_template_callback (widget_class, new_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_set_cb);
  gtk_widget_class_bind_template_callback (widget_class, asked_cb);
}

static void
gbx_album_view_init (GbxAlbumView *self)
{
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_range_set_value (GTK_RANGE (self->share), 100 * FIRST_SHARE);
  self->filling = FALSE;
  self->popover = gtk_popover_new ();
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self->sheet));
}
