/* gbx-train-page.c: the Train stage: what each unit looks for, and what it says to the output. */
#include "gbx-train-page.h"

#include "gbx-layers-view.h"
#include "gbx-unit.h"
#include "ui/gbx-format.h"
#include "ui/gbx-layer-kind.h"
#include "ui/widgets/gbx-heatmap.h"

#include <glib/gi18n-lib.h>

#define MAX_LAYERS 64
#define MAX_SHOWN 256 /* units: more than that cannot be told apart */
#define MAX_CLASSES 64
#define MAX_TARGETS 3

struct _GbxTrainPage {
  GbxSessionView parent_instance;

  GtkStack *views;
  GbxLayersView *layers;
  GtkLabel *units_title;
  GtkLabel *units_caption;
  GbxHeatmap *units;
  GtkLabel *unit_title;
  GbxHeatmap *unit;
  GtkInscription *unit_meaning;
  GtkInscription *unit_formula;
  GtkLabel *outputs_title;
  GbxHeatmap *outputs;

  guint8 pixels[NN_DIGIT_PIXELS]; /* what the network sees of the drawing, where inked */
  gboolean inked;
  int wanted_unit; /* chosen as soon as the units are there */
};

G_DEFINE_FINAL_TYPE (GbxTrainPage, gbx_train_page, GBX_TYPE_SESSION_VIEW)

/* The dense layers of the current network. Returns: how many; 0 while there is no network. */
static int
find_layers (GbxTrainPage *self, const NnLayer **layers)
{
  GbxSession *session = gbx_session_view_get_session (GBX_SESSION_VIEW (self));
  const NnNetwork *network = session != NULL ? gbx_session_get_network (session) : NULL;

  return network != NULL ? gbx_unit_find_layers (network, layers, MAX_LAYERS) : 0;
}

/* ---- all units --------------------------------------------------------------------------------
 */

/* A unit's weights are a picture when its inputs are one; else a row. */
static void
picture_size (GbxTrainPage *self, const NnLayer *first, int *height, int *width)
{
  const NnNetwork *network =
      gbx_session_get_network (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));
  const NnShape *shape = &network->input_shape;

  *height = 1;
  *width = gbx_unit_n_inputs (first);
  if (shape->n_dims == 3 && shape->dims[2] == 1 && shape->dims[0] * shape->dims[1] == *width) {
    *height = shape->dims[0];
    *width = shape->dims[1];
  }
}

static void
show_units (GbxTrainPage *self, const NnLayer *first, gboolean hidden)
{
  int n_units = gbx_unit_n_units (first), n_shown = MIN (n_units, MAX_SHOWN), height, width;
  g_autofree real *weights = gbx_unit_copy_weights (first, 0, n_shown);
  g_autofree char *caption = NULL;

  picture_size (self, first, &height, &width);
  gbx_heatmap_set_pictures (self->units, weights, n_shown, height, width);
  gtk_label_set_label (self->units_title, hidden ? _ ("What Each Hidden Unit Looks For")
                                                 : _ ("What Each Class Looks For"));
  if (n_shown < n_units)
    caption = g_strdup_printf (
        _ ("weights %d → %d, the first %d units, one %d×%d picture each · blue + / orange −"),
        gbx_unit_n_inputs (first), n_units, n_shown, height, width);
  else
    caption =
        g_strdup_printf (_ ("weights %d → %d, one %d×%d picture per unit · blue + / orange −"),
                         gbx_unit_n_inputs (first), n_units, height, width);
  gtk_label_set_label (self->units_caption, caption);
}

static void
show_outputs (GbxTrainPage *self, const NnLayer *last, gboolean hidden)
{
  GbxSession *session = gbx_session_view_get_session (GBX_SESSION_VIEW (self));
  int n_inputs = gbx_unit_n_inputs (last), n_units = gbx_unit_n_units (last);
  const char *names[MAX_CLASSES + 1] = {NULL};
  g_autofree char *title = NULL;
  g_autofree real *weights = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->outputs_title), hidden);
  gtk_widget_set_visible (GTK_WIDGET (self->outputs), hidden);
  if (!hidden)
    return;
  for (int i = 0; i < MIN (n_units, MAX_CLASSES); i++)
    names[i] = gbx_session_get_class_name (session, i);
  weights = gbx_unit_copy_weights (last, 0, n_units);
  gbx_heatmap_set_matrix (self->outputs, weights, n_units, n_inputs,
                          n_units <= MAX_CLASSES ? names : NULL);
  title = g_strdup_printf (_ ("Output Layer %d → %d"), n_inputs, n_units);
  gtk_label_set_label (self->outputs_title, title);
}

/* ---- the chosen unit --------------------------------------------------------------------------
 */

static char *
join_names (GbxTrainPage *self, const int *targets, int n, gboolean classes)
{
  GbxSession *session = gbx_session_view_get_session (GBX_SESSION_VIEW (self));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < n; i++)
    g_ptr_array_add (names, classes ? g_strdup (gbx_session_get_class_name (session, targets[i]))
                                    : g_strdup_printf ("%d", targets[i]));
  g_ptr_array_add (names, NULL);
  /* TRANSLATORS: between the items of a list: "1, 4, 9" */
  return g_strjoinv (_ (", "), (char **)names->pdata);
}

static void
show_meaning (GbxTrainPage *self, const NnLayer **layers, int n_layers, int unit)
{
  int targets[MAX_TARGETS];
  g_autofree char *names = NULL, *text = NULL;
  gboolean classes = n_layers == 2;
  int n;

  if (n_layers < 2) {
    gtk_inscription_set_text (self->unit_meaning, "");
    return;
  }
  n = gbx_unit_strongest (layers[1], unit, targets, MAX_TARGETS);
  names = join_names (self, targets, n, classes);
  if (n == 0)
    text = g_strdup (_ ("speaks for nothing"));
  else
    text = g_strdup_printf (classes ? _ ("speaks for %s") : _ ("feeds unit %s of the next layer"),
                            names);
  gtk_inscription_set_text (self->unit_meaning, text);
}

/* The numbers the unit is really given: those of the drawing, through what lies before it. */
static void
show_formula (GbxTrainPage *self, const NnLayer *first, int unit)
{
  GbxSession *session = gbx_session_view_get_session (GBX_SESSION_VIEW (self));
  const NnNetwork *network = self->inked ? gbx_session_examine (session, self->pixels) : NULL;
  g_autofree char *text = NULL, *sum = NULL;

  if (network == NULL) {
    gtk_inscription_set_text (self->unit_formula, "z = Σ w·x + b");
    return;
  }
  sum = gbx_format_signed (gbx_unit_sum (first, unit, network->layers[first->index]->x), 2);
  text = g_strdup_printf ("z = Σ w·x + b = %s", sum);
  gtk_inscription_set_text (self->unit_formula, text);
}

static void
show_unit (GbxTrainPage *self)
{
  const NnLayer *layers[MAX_LAYERS];
  int n_layers = find_layers (self, layers), unit = gbx_heatmap_get_selected (self->units);
  g_autofree char *title = NULL;
  g_autofree real *weights = NULL;
  int height, width;

  if (n_layers == 0 || unit < 0 || unit >= gbx_unit_n_units (layers[0]))
    return;
  picture_size (self, layers[0], &height, &width);
  weights = gbx_unit_copy_weights (layers[0], unit, 1);
  gbx_heatmap_set_pictures (self->unit, weights, 1, height, width);
  title = g_strdup_printf (_ ("Unit %d"), unit + 1);
  gtk_label_set_label (self->unit_title, title);
  show_meaning (self, layers, n_layers, unit);
  show_formula (self, layers[0], unit);
}

/* ---- the object -------------------------------------------------------------------------------
 */

/* Behind convolutions no weight belongs to a pixel any more: such a network is shown by what its
 * layers make of the drawing. */
static gboolean
choose_view (GbxTrainPage *self)
{
  const NnNetwork *network =
      gbx_session_get_network (gbx_session_view_get_session (GBX_SESSION_VIEW (self)));
  gboolean pictures = network != NULL && gbx_layer_looks_at_pictures (network);

  gtk_stack_set_visible_child_name (self->views, pictures ? "layers" : "units");
  return pictures;
}

static void
gbx_train_page_refresh (GbxSessionView *view)
{
  GbxTrainPage *self = GBX_TRAIN_PAGE (view);
  const NnLayer *layers[MAX_LAYERS];
  int n_layers = choose_view (self) ? 0 : find_layers (self, layers);

  if (n_layers == 0)
    return;
  show_units (self, layers[0], n_layers > 1);
  show_outputs (self, layers[n_layers - 1], n_layers > 1);
  if (gbx_heatmap_get_selected (self->units) < 0 ||
      gbx_heatmap_get_selected (self->units) >= gbx_unit_n_units (layers[0]))
    gbx_heatmap_set_selected (
        self->units, self->wanted_unit < gbx_unit_n_units (layers[0]) ? self->wanted_unit : 0);
  show_unit (self);
}

static void
gbx_train_page_attach (GbxSessionView *view, GbxSession *session)
{
  static const char *const changes[] = {"weights-changed", "experiment-changed", "dataset-changed",
                                        NULL};

  gbx_session_view_refresh_on (view, changes);
}

static void
gbx_train_page_take_over (GbxSessionView *view, GbxSessionView *old)
{
  GbxTrainPage *from = GBX_TRAIN_PAGE (old);
  int unit = gbx_heatmap_get_selected (from->units);

  GBX_TRAIN_PAGE (view)->wanted_unit = unit >= 0 ? unit : from->wanted_unit;
}

static void
gbx_train_page_class_init (GbxTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_train_page_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_train_page_refresh;
  GBX_SESSION_VIEW_CLASS (klass)->take_over = gbx_train_page_take_over;

  g_type_ensure (GBX_TYPE_HEATMAP);
  g_type_ensure (GBX_TYPE_LAYERS_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-train-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, views);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, layers);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, units_title);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, units_caption);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, units);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, unit_title);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, unit);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, unit_meaning);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, unit_formula);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, outputs_title);
  gtk_widget_class_bind_template_child (widget_class, GbxTrainPage, outputs);
}

static void
gbx_train_page_init (GbxTrainPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->units, "notify::selected", G_CALLBACK (show_unit), self,
                           G_CONNECT_SWAPPED);
}

void
gbx_train_page_set_drawing (GbxTrainPage *self, const NnNormalised *normalised)
{
  self->inked = normalised != NULL;
  if (self->inked)
    memcpy (self->pixels, normalised->pixels, NN_DIGIT_PIXELS);
  gbx_layers_view_set_drawing (self->layers, normalised);
  if (gtk_widget_get_mapped (GTK_WIDGET (self->units)))
    show_unit (self);
}
