/* gbx-step-card.c: one step of the preparation. */
#include "gbx-step-card.h"

#include "ui/design/gbx-field.h"
#include "ui/session/gbx-layer-edits.h"
#include "ui/widgets/gbx-picture.h"

#include <glib/gi18n-lib.h>

#define SIDE 48 /* of a picture of the strip */

/* One place of the strip: a picture or numbers. */
typedef struct {
  GtkWidget *place; /* GtkStack */
  GbxPicture *picture;
  GtkLabel *text;
} Cell;

struct _GbxStepCard {
  AdwBin parent_instance;

  GbxStep step;
  GbxSession *session; /* owned */
  GtkSwitch *on_off;   /* NULL where the step is always taken */
  GtkWidget *fields;
  GtkLabel *detail;
  GtkBox *box;
  Cell cells[GBX_STEP_COLUMNS][2];
  gboolean showing; /* what changes now was not changed by hand */
};

G_DEFINE_FINAL_TYPE (GbxStepCard, gbx_step_card, ADW_TYPE_BIN)

static void
switched_cb (GbxStepCard *self)
{
  if (!self->showing)
    gbx_step_switch (self->step, self->session, gtk_switch_get_active (self->on_off));
}

static void
edited_cb (GbxField *field, double value, GbxStepCard *self)
{
  gbx_experiment_edits_set (self->session, gbx_field_get_field (field), value);
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, css_class);
  if (!g_str_equal (css_class, "heading"))
    gtk_widget_add_css_class (label, "caption");
  return label;
}

static GtkWidget *
make_header (GbxStepCard *self)
{
  const GbxStepInfo *info = gbx_step_info (self->step);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *title = make_label (_ (info->title), "heading");

  gtk_widget_set_hexpand (title, TRUE);
  gtk_box_append (GTK_BOX (row), title);
  if (!gbx_step_has_switch (self->step))
    return row;
  self->on_off = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->on_off), GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->on_off), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (info->title), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _ (info->text), -1);
  g_signal_connect_object (self->on_off, "notify::active", G_CALLBACK (switched_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->on_off));
  return row;
}

static GtkWidget *
make_fields (GbxStepCard *self)
{
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 3);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 12);
  for (const char *const *name = gbx_step_info (self->step)->fields; *name != NULL; name++) {
    GtkWidget *field = gbx_field_new (nn_experiment_field_find (*name));

    g_signal_connect_object (field, "edited", G_CALLBACK (edited_cb), self, 0);
    gtk_flow_box_append (GTK_FLOW_BOX (flow), field);
    gtk_widget_set_focusable (gtk_widget_get_parent (field), FALSE);
  }
  gtk_widget_set_visible (flow, gtk_widget_get_first_child (flow) != NULL);
  self->fields = flow;
  return flow;
}

static void
make_cell (GbxStepCard *self, GtkGrid *grid, int column, int row)
{
  Cell *cell = &self->cells[column][row];
  GtkWidget *picture = gbx_picture_new (), *text = gtk_label_new (NULL);
  const char *when = row == 0 ? _ ("before") : _ ("after");
  g_autofree char *name = g_strdup_printf ("%s, %s", _ (gbx_step_info (self->step)->title), when);

  gtk_widget_set_size_request (picture, SIDE, SIDE);
  gtk_widget_add_css_class (text, "caption");
  gtk_widget_add_css_class (text, "numeric");
  gtk_label_set_xalign (GTK_LABEL (text), 1);
  gtk_label_set_justify (GTK_LABEL (text), GTK_JUSTIFY_RIGHT);
  gtk_accessible_update_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  cell->picture = GBX_PICTURE (picture);
  cell->text = GTK_LABEL (text);
  cell->place = gtk_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (cell->place), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (cell->place), FALSE);
  gtk_stack_add_child (GTK_STACK (cell->place), picture);
  gtk_stack_add_child (GTK_STACK (cell->place), text);
  gtk_widget_set_valign (cell->place, GTK_ALIGN_START);
  gtk_grid_attach (grid, cell->place, column + 1, row, 1, 1);
}

static GtkWidget *
make_strip (GbxStepCard *self)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 8);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  for (int row = 0; row < 2; row++) {
    GtkWidget *when = make_label (row == 0 ? _ ("before") : _ ("after"), "dim-label");

    gtk_widget_set_valign (when, GTK_ALIGN_START);
    gtk_grid_attach (GTK_GRID (grid), when, 0, row, 1, 1);
    for (int column = 0; column < GBX_STEP_COLUMNS; column++)
      make_cell (self, GTK_GRID (grid), column, row);
  }
  return grid;
}

static void
gbx_step_card_dispose (GObject *object)
{
  g_clear_object (&GBX_STEP_CARD (object)->session);
  G_OBJECT_CLASS (gbx_step_card_parent_class)->dispose (object);
}

static void
gbx_step_card_class_init (GbxStepCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gbx_step_card_dispose;
}

static void
gbx_step_card_init (GbxStepCard *self)
{
}

GtkWidget *
gbx_step_card_new (GbxStep step, GbxSession *session)
{
  GbxStepCard *self = g_object_new (GBX_TYPE_STEP_CARD, NULL);
  const GbxStepInfo *info = gbx_step_info (step);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  self->step = step;
  self->session = g_object_ref (session);
  self->box = GTK_BOX (box);
  self->detail = GTK_LABEL (make_label (NULL, "numeric"));
  gtk_widget_add_css_class (box, "layer-card");
  gtk_box_append (self->box, make_header (self));
  gtk_box_append (self->box, make_label (_ (info->text), "body"));
  gtk_box_append (self->box, make_label (_ (info->acts_on), "dim-label"));
  gtk_box_append (self->box, make_fields (self));
  gtk_box_append (self->box, GTK_WIDGET (self->detail));
  if (step != GBX_STEP_SPLIT && step != GBX_STEP_AUGMENT)
    gtk_box_append (self->box, make_strip (self));
  adw_bin_set_child (ADW_BIN (self), box);
  return GTK_WIDGET (self);
}

void
gbx_step_card_show (GbxStepCard *self, const char *detail)
{
  const NnExperiment *experiment = gbx_session_get_experiment (self->session);

  self->showing = TRUE;
  if (self->on_off != NULL)
    gtk_switch_set_active (self->on_off, gbx_step_is_on (self->step, experiment));
  for (GtkWidget *child = gtk_widget_get_first_child (self->fields); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GbxField *field = GBX_FIELD (gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (child)));
    const NnField *what = gbx_field_get_field (field);

    gbx_field_show (field, nn_field_get (experiment, what), what->maximum);
    gtk_widget_set_visible (child, nn_experiment_field_counts (experiment, what));
  }
  gtk_label_set_label (self->detail, detail != NULL ? detail : "");
  gtk_widget_set_visible (GTK_WIDGET (self->detail), detail != NULL);
  self->showing = FALSE;
}

static void
show_picture (Cell *cell, const GbxStepPicture *picture)
{
  gtk_stack_set_visible_child (GTK_STACK (cell->place), GTK_WIDGET (cell->picture));
  gtk_widget_set_visible (cell->place, picture->pixels != NULL);
  if (picture->pixels != NULL)
    gbx_picture_set_pixels (cell->picture, picture->pixels, picture->width, picture->height);
}

static void
show_text (Cell *cell, const char *text)
{
  gtk_stack_set_visible_child (GTK_STACK (cell->place), GTK_WIDGET (cell->text));
  gtk_widget_set_visible (cell->place, TRUE);
  gtk_label_set_label (cell->text, text);
}

void
gbx_step_card_show_pictures (GbxStepCard *self, int column, const GbxStepPicture *before,
                             const GbxStepPicture *after)
{
  show_picture (&self->cells[column][0], before);
  show_picture (&self->cells[column][1], after);
}

void
gbx_step_card_show_texts (GbxStepCard *self, int column, const char *before, const char *after)
{
  show_text (&self->cells[column][0], before);
  show_text (&self->cells[column][1], after);
}

void
gbx_step_card_hide_column (GbxStepCard *self, int column)
{
  gtk_widget_set_visible (self->cells[column][0].place, FALSE);
  gtk_widget_set_visible (self->cells[column][1].place, FALSE);
}

void
gbx_step_card_add (GbxStepCard *self, GtkWidget *widget)
{
  gtk_box_append (self->box, widget);
}
