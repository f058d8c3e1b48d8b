/* gbx-maps-panel.c: one block of a network in pictures. */
#include "gbx-maps-panel.h"

#include "gbx-unit.h"
#include "ui/gbx-format.h"
#include "ui/gbx-session-view.h"
#include "ui/widgets/gbx-heatmap.h"

#include <glib/gi18n-lib.h>

#define MAX_SHOWN 256 /* maps: more than that cannot be told apart */

struct _GbxMapsPanel {
  GbxBlockPanel parent_instance;

  GtkLabel *before_title;
  GtkLabel *after_title;
  GtkDropDown *inputs;
  GtkStringList *input_names;
  GbxHeatmap *before;
  GbxHeatmap *after;
  GtkWidget *inset;
  GtkLabel *chosen_title;
  GbxHeatmap *chosen_before;
  GbxHeatmap *chosen_after;
  GtkInscription *bias;
  GtkInscription *strongest;

  guint wanted_input; /* chosen as soon as the inputs are offered */
  GbxLayerKind kind;  /* of the block that is shown */
};

G_DEFINE_FINAL_TYPE (GbxMapsPanel, gbx_maps_panel, GBX_TYPE_BLOCK_PANEL)

/* ---- choosing ---------------------------------------------------------------------------------
 */

static void
before_selected_cb (GbxMapsPanel *self)
{
  if (self->kind != GBX_LAYER_DENSE) /* its cells are single weights */
    gbx_block_panel_choose (GBX_BLOCK_PANEL (self), gbx_heatmap_get_selected (self->before));
}

static void
after_selected_cb (GbxMapsPanel *self)
{
  gbx_block_panel_choose (GBX_BLOCK_PANEL (self), gbx_heatmap_get_selected (self->after));
}

static int
gbx_maps_panel_get_input (GbxBlockPanel *panel)
{
  guint selected = gtk_drop_down_get_selected (GBX_MAPS_PANEL (panel)->inputs);

  return selected == GTK_INVALID_LIST_POSITION ? -1 : (int)selected - 1;
}

/* "all, in the mean", and each by its number. */
static void
offer_inputs (GbxMapsPanel *self, const GbxBlock *block)
{
  GListModel *names = G_LIST_MODEL (self->input_names);
  int n = block->kind == GBX_LAYER_CONVOLUTION ? gbx_block_n_inputs (block) : 1;

  gtk_widget_set_visible (GTK_WIDGET (self->inputs), n > 1);
  if (n <= 1 || g_list_model_get_n_items (names) == (guint)n + 1)
    return;
  gtk_string_list_splice (self->input_names, 0, g_list_model_get_n_items (names), NULL);
  gtk_string_list_append (self->input_names, _ ("mean of all"));
  for (int i = 0; i < n; i++)
    gtk_string_list_take (self->input_names, g_strdup_printf (_ ("for map %d"), i + 1));
  gtk_drop_down_set_selected (self->inputs,
                              self->wanted_input <= (guint)n ? self->wanted_input : 0);
  self->wanted_input = 0;
}

/* ---- showing ----------------------------------------------------------------------------------
 */

static void
show_pictures (GbxHeatmap *heatmap, const GbxPictures *pictures, GbxHeatmapSubject subject)
{
  gbx_heatmap_set_subject (heatmap,
                           pictures->height * pictures->width == 1 ? GBX_HEATMAP_NUMBERS : subject);
  gbx_heatmap_set_pictures (heatmap, pictures->values, MIN (pictures->n, MAX_SHOWN),
                            pictures->height, pictures->width);
}

/* Only the chosen one. */
static void
show_chosen (GbxHeatmap *heatmap, const GbxPictures *pictures, int chosen,
             GbxHeatmapSubject subject)
{
  gsize size = (gsize)pictures->height * (gsize)pictures->width;

  gbx_heatmap_set_subject (heatmap, subject);
  gbx_heatmap_set_pictures (heatmap, pictures->values + (gsize)chosen * size, 1, pictures->height,
                            pictures->width);
}

static void
show_before (GbxMapsPanel *self, const GbxBlock *block, gboolean inked, int chosen,
             const char *const *class_names)
{
  gboolean filters = block->kind == GBX_LAYER_CONVOLUTION;
  g_auto (GbxPictures) pictures = {0};

  if (block->kind == GBX_LAYER_DENSE) {
    int n_units = gbx_unit_n_units (block->layer);
    g_autofree real *weights = gbx_unit_copy_weights (block->layer, 0, n_units);

    gbx_heatmap_set_subject (self->before, GBX_HEATMAP_UNITS);
    gbx_heatmap_set_matrix (self->before, weights, n_units, gbx_unit_n_inputs (block->layer),
                            class_names);
    return;
  }
  if (!filters && !inked) {
    gbx_heatmap_clear (self->before);
    gbx_heatmap_clear (self->chosen_before);
    return;
  }
  pictures = filters ? gbx_block_filters (block, gbx_maps_panel_get_input (GBX_BLOCK_PANEL (self)))
                     : gbx_block_input (block);
  show_pictures (self->before, &pictures, filters ? GBX_HEATMAP_FILTERS : GBX_HEATMAP_MAPS);
  show_chosen (self->chosen_before, &pictures, chosen,
               filters ? GBX_HEATMAP_FILTERS : GBX_HEATMAP_MAPS);
  gbx_heatmap_set_selected (self->before, chosen);
}

static void
show_strongest (GbxMapsPanel *self, const GbxPictures *pictures, int chosen)
{
  int size = pictures->height * pictures->width, best = 0;
  const float *values = pictures->values + (gsize)chosen * (gsize)size;
  g_autofree char *value = NULL, *text = NULL;

  for (int i = 1; i < size; i++)
    if (values[i] > values[best])
      best = i;
  value = gbx_format_signed (values[best], 2);
  text = g_strdup_printf (_ ("largest %s at (%d, %d)"), value, best / pictures->width + 1,
                          best % pictures->width + 1);
  gtk_inscription_set_text (self->strongest, text);
}

static void
show_after (GbxMapsPanel *self, const GbxBlock *block, gboolean inked, int chosen,
            const char *const *class_names)
{
  g_auto (GbxPictures) pictures = {0};

  if (!inked) {
    gbx_heatmap_clear (self->after);
    gbx_heatmap_clear (self->chosen_after);
    gtk_inscription_set_text (self->strongest, NULL);
    return;
  }
  pictures = gbx_block_output (block);
  if (block->kind == GBX_LAYER_DENSE) { /* each beside its row of weights */
    gbx_heatmap_set_subject (self->after, GBX_HEATMAP_NUMBERS);
    gbx_heatmap_set_matrix (self->after, pictures.values, pictures.n, 1, class_names);
    return;
  }
  show_pictures (self->after, &pictures, GBX_HEATMAP_MAPS);
  show_chosen (self->chosen_after, &pictures, chosen, GBX_HEATMAP_MAPS);
  show_strongest (self, &pictures, chosen);
  gbx_heatmap_set_selected (self->after, chosen);
}

static void
show_bias (GbxMapsPanel *self, const GbxBlock *block, int chosen)
{
  gboolean filters = block->kind == GBX_LAYER_CONVOLUTION;
  g_autofree char *number = NULL, *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->bias), filters);
  if (!filters)
    return;
  number = gbx_format_signed (gbx_block_bias (block, chosen), 3);
  text = g_strdup_printf (_ ("bias %s"), number);
  gtk_inscription_set_text (self->bias, text);
}

static void
show_titles (GbxMapsPanel *self, const GbxBlock *block, int chosen)
{
  gboolean filters = block->kind == GBX_LAYER_CONVOLUTION;
  const char *before = _ ("Maps before"), *after = _ ("Maps after");
  g_autofree char *title = NULL;

  if (filters) {
    before = _ ("Filters");
    after = _ ("Feature maps of your drawing");
  } else if (block->kind == GBX_LAYER_DENSE) {
    before = _ ("Weights: a row for each unit");
    after = _ ("What the units say to your drawing");
  }
  gtk_label_set_label (self->before_title, before);
  gtk_label_set_label (self->after_title, after);
  g_object_set (self->before, "label", before, "hint", _ ("Draw a digit"), NULL);
  g_object_set (self->after, "label", after, NULL);
  g_object_set (self->chosen_before, "label", filters ? _ ("The chosen filter") : before, "hint",
                _ ("Draw a digit"), NULL);
  g_object_set (self->chosen_after, "label", _ ("The chosen map"), NULL);
  title = g_strdup_printf (filters ? _ ("Filter %d") : _ ("Map %d"), chosen + 1);
  gtk_label_set_label (self->chosen_title, title);
}

/* ---- the object -------------------------------------------------------------------------------
 */

static void
gbx_maps_panel_class_init (GbxMapsPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_BLOCK_PANEL_CLASS (klass)->get_input = gbx_maps_panel_get_input;

  g_type_ensure (GBX_TYPE_HEATMAP);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-maps-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, before_title);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, after_title);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, inputs);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, input_names);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, before);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, after);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, inset);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, chosen_title);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, chosen_before);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, chosen_after);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, bias);
  gtk_widget_class_bind_template_child (widget_class, GbxMapsPanel, strongest);
  gtk_widget_class_bind_template_callback (widget_class, before_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, after_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, gbx_block_panel_input_chosen);
}

static void
gbx_maps_panel_init (GbxMapsPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
gbx_maps_panel_show (GbxMapsPanel *self, const GbxBlock *block, gboolean inked,
                     const char *const *class_names)
{
  GbxBlockPanel *panel = GBX_BLOCK_PANEL (self);
  int chosen =
      MIN (gbx_block_panel_get_selected (panel), MIN (gbx_block_n_outputs (block), MAX_SHOWN) - 1);

  gbx_block_panel_set_showing (panel, TRUE);
  if (self->kind != block->kind) { /* what was chosen there means something else here */
    gbx_heatmap_set_selected (self->before, -1);
    gbx_heatmap_set_selected (self->after, -1);
  }
  self->kind = block->kind;
  gtk_widget_set_visible (self->inset, block->kind != GBX_LAYER_DENSE);
  offer_inputs (self, block);
  show_titles (self, block, chosen);
  show_before (self, block, inked, chosen, class_names);
  show_after (self, block, inked, chosen, class_names);
  show_bias (self, block, chosen);
  gbx_block_panel_set_showing (panel, FALSE);
}

void
gbx_maps_panel_take_over (GbxMapsPanel *self, GbxMapsPanel *old)
{
  guint input = gtk_drop_down_get_selected (old->inputs);

  gbx_block_panel_choose (GBX_BLOCK_PANEL (self),
                          gbx_block_panel_get_selected (GBX_BLOCK_PANEL (old)));
  self->wanted_input = input == GTK_INVALID_LIST_POSITION ? old->wanted_input : input;
}
