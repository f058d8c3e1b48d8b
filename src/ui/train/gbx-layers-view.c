/* gbx-layers-view.c: a network that looks at pictures, layer by layer. */
#include "gbx-layers-view.h"

#include "gbx-hop-panel.h"
#include "gbx-maps-panel.h"

#include <glib/gi18n-lib.h>

#define MAX_BLOCKS 64
#define MAX_CLASSES 64

struct _GbxLayersView {
  GbxSessionView parent_instance;

  GtkLabel *caption;
  GtkWidget *switcher;
  GtkBox *choices;
  GtkStack *views;
  GtkStackPage *hop_page;
  GbxMapsPanel *maps;
  GbxHopPanel *hop;

  char *names;        /* of the blocks there are buttons for */
  int chosen;         /* block */
  gboolean wants_hop; /* what the user switched to, also while a block has no window */
  gboolean showing;

  guint8 pixels[NN_DIGIT_PIXELS]; /* what the network sees of the drawing; blank without one */
  gboolean inked;
};

G_DEFINE_FINAL_TYPE (GbxLayersView, gbx_layers_view, GBX_TYPE_SESSION_VIEW)

/* ---- which layer ------------------------------------------------------------------------------
 */

static void
chosen_cb (GtkToggleButton *button, GbxLayersView *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  self->chosen = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "block"));
  gbx_session_view_queue_refresh (GBX_SESSION_VIEW (self));
}

static GtkWidget *
append_choice (GbxLayersView *self, const char *name, int index, GtkWidget *group)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (name);

  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (group));
  g_object_set_data (G_OBJECT (button), "block", GINT_TO_POINTER (index));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), index == self->chosen);
  g_signal_connect_object (button, "toggled", G_CALLBACK (chosen_cb), self, 0);
  gtk_box_append (self->choices, button);
  return button;
}

/* The buttons stay while the blocks do: they are not made anew at every beat of a training. */
static void
show_choices (GbxLayersView *self, const GbxBlock *blocks, int n)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;
  GtkWidget *child, *group = NULL;

  for (int i = 0; i < n; i++)
    g_ptr_array_add (names, gbx_block_name (&blocks[i]));
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv ("\n", (char **)names->pdata);
  if (g_strcmp0 (joined, self->names) == 0)
    return;
  g_free (self->names);
  self->names = g_steal_pointer (&joined);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->choices))) != NULL)
    gtk_box_remove (self->choices, child);
  self->chosen = CLAMP (self->chosen, 0, n - 1);
  for (int i = 0; i < n; i++) {
    child = append_choice (self, names->pdata[i], i, group);
    group = group != NULL ? group : child;
  }
}

/* ---- showing ----------------------------------------------------------------------------------
 */

static void
view_switched_cb (GbxLayersView *self)
{
  if (self->showing)
    return;
  self->wants_hop = g_strcmp0 (gtk_stack_get_visible_child_name (self->views), "hop") == 0;
  gbx_session_view_queue_refresh (GBX_SESSION_VIEW (self));
}

/* Returns: whether the panel that steps through it is the one to be seen. */
static gboolean
choose_view (GbxLayersView *self, const GbxBlock *block)
{
  gboolean has_window = gbx_layer_window (block->layer) != NULL;

  self->showing = TRUE;
  gtk_widget_set_visible (self->switcher, has_window);
  gtk_stack_page_set_visible (self->hop_page, has_window);
  gtk_stack_set_visible_child_name (self->views, has_window && self->wants_hop ? "hop" : "maps");
  self->showing = FALSE;
  return has_window && self->wants_hop;
}

static void
show_block (GbxLayersView *self, const NnNetwork *network, const GbxBlock *block)
{
  GbxSession *session = gbx_session_view_get_session (GBX_SESSION_VIEW (self));
  int n = (int)nn_shape_size (&network->output_shape);
  gboolean last = block->last == network->layers[network->n_layers - 1] && n <= MAX_CLASSES;
  const char *names[MAX_CLASSES + 1] = {NULL};
  g_autofree char *caption = gbx_block_describe (block);

  gtk_label_set_label (self->caption, caption);
  if (choose_view (self, block)) {
    gbx_hop_panel_show (self->hop, block);
    return;
  }
  for (int i = 0; last && i < n; i++)
    names[i] = gbx_session_get_class_name (session, i);
  gbx_maps_panel_show (self->maps, block, self->inked, last && names[n - 1] != NULL ? names : NULL);
}

static void
gbx_layers_view_refresh (GbxSessionView *view)
{
  GbxLayersView *self = GBX_LAYERS_VIEW (view);
  const NnNetwork *network =
      gbx_session_examine (gbx_session_view_get_session (view), self->pixels);
  GbxBlock blocks[MAX_BLOCKS];
  int n = network != NULL ? gbx_block_find_all (network, blocks, MAX_BLOCKS) : 0;

  if (n == 0)
    return;
  show_choices (self, blocks, n);
  show_block (self, network, &blocks[self->chosen]);
}

/* ---- the object -------------------------------------------------------------------------------
 */

static void
gbx_layers_view_attach (GbxSessionView *view, GbxSession *session)
{
  static const char *const changes[] = {"weights-changed", "experiment-changed", "dataset-changed",
                                        NULL};

  gbx_session_view_refresh_on (view, changes);
}

static void
gbx_layers_view_take_over (GbxSessionView *view, GbxSessionView *old)
{
  GbxLayersView *self = GBX_LAYERS_VIEW (view), *from = GBX_LAYERS_VIEW (old);

  self->chosen = from->chosen;
  self->wants_hop = from->wants_hop;
  gbx_maps_panel_take_over (self->maps, from->maps);
  gbx_hop_panel_take_over (self->hop, from->hop);
}

static void
gbx_layers_view_finalize (GObject *object)
{
  g_free (GBX_LAYERS_VIEW (object)->names);
  G_OBJECT_CLASS (gbx_layers_view_parent_class)->finalize (object);
}

static void
gbx_layers_view_class_init (GbxLayersViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gbx_layers_view_finalize;
  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_layers_view_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_layers_view_refresh;
  GBX_SESSION_VIEW_CLASS (klass)->take_over = gbx_layers_view_take_over;

  g_type_ensure (GBX_TYPE_MAPS_PANEL);
  g_type_ensure (GBX_TYPE_HOP_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-layers-view.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxLayersView, caption);
  gtk_widget_class_bind_template_child (widget_class, GbxLayersView, switcher);
  gtk_widget_class_bind_template_child (widget_class, GbxLayersView, choices);
  gtk_widget_class_bind_template_child (widget_class, GbxLayersView, views);
  gtk_widget_class_bind_template_child (widget_class, GbxLayersView, hop_page);
  gtk_widget_class_bind_template_child (widget_class, GbxLayersView, maps);
  gtk_widget_class_bind_template_child (widget_class, GbxLayersView, hop);
  gtk_widget_class_bind_template_callback (widget_class, view_switched_cb);
}

static void
gbx_layers_view_init (GbxLayersView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->maps, "notify::selected",
                           G_CALLBACK (gbx_session_view_queue_refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->maps, "notify::input", G_CALLBACK (gbx_session_view_queue_refresh),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->hop, "notify::input", G_CALLBACK (gbx_session_view_queue_refresh),
                           self, G_CONNECT_SWAPPED);
}

void
gbx_layers_view_set_drawing (GbxLayersView *self, const NnNormalised *normalised)
{
  self->inked = normalised != NULL;
  if (self->inked)
    memcpy (self->pixels, normalised->pixels, NN_DIGIT_PIXELS);
  else
    memset (self->pixels, 0, NN_DIGIT_PIXELS);
  gbx_session_view_queue_refresh (GBX_SESSION_VIEW (self));
}
