/* gbx-stage-notes.c: the left panel of a stage without dials: what happens here, and why. */
#include "gbx-stage-notes.h"

#include "ui/widgets/gbx-pipeline-view.h"

#include <glib/gi18n-lib.h>

struct _GbxStageNotes {
  AdwBin parent_instance;

  GtkBox *box;
  int stage;
};

enum { PROP_STAGE = 1 };

G_DEFINE_FINAL_TYPE (GbxStageNotes, gbx_stage_notes, ADW_TYPE_BIN)

typedef struct {
  const char *title;
  const char *paragraphs[4];
} Notes;

static const Notes notes[GBX_N_STAGES] = {
    [GBX_STAGE_PREPARE] =
        {
            N_ ("Prepare"),
            {
                N_ ("A network only compares numbers, so a drawing must look like the pictures it "
                    "was trained on: same size, same place, same range."),
                N_ ("Your drawing and the training pictures go through the same steps. Where they "
                    "differ, a good network fails in use."),
                N_ ("Draw off in a corner: the digit is still brought to the middle."),
            },
        },
    [GBX_STAGE_EVALUATE] =
        {
            N_ ("Evaluate"),
            {
                N_ ("The test pictures were never shown while training: this is how the network "
                    "does on what it has not seen."),
                N_ ("In the confusion matrix a row is the truth and a column is the answer. Off "
                    "the "
                    "diagonal are the mistakes, and not all of them cost the same."),
                N_ ("Precision: of those called a 3, how many were. Recall: of the 3s there were, "
                    "how many it found."),
            },
        },
    [GBX_STAGE_DEPLOY] =
        {
            N_ ("Deploy"),
            {
                N_ ("Shipping a model means shipping its numbers and the preparation that goes "
                    "with "
                    "them. One file carries both."),
                N_ ("Safetensors holds plain numbers and no program, so opening a stranger’s file "
                    "is safe. PyTorch reads it as well."),
            },
        },
};

static void
append_label (GbxStageNotes *self, const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (self->box, label);
}

static void
set_stage (GbxStageNotes *self, int stage)
{
  const Notes *note = &notes[stage];

  self->stage = stage;
  if (note->title == NULL)
    return;
  append_label (self, _ (note->title), "heading");
  for (guint i = 0; i < G_N_ELEMENTS (note->paragraphs) && note->paragraphs[i] != NULL; i++)
    append_label (self, _ (note->paragraphs[i]), NULL);
}

static void
gbx_stage_notes_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_STAGE)
    g_value_set_int (value, GBX_STAGE_NOTES (object)->stage);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_stage_notes_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_STAGE)
    set_stage (GBX_STAGE_NOTES (object), g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gbx_stage_notes_class_init (GbxStageNotesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gbx_stage_notes_get_property;
  object_class->set_property = gbx_stage_notes_set_property;
  g_object_class_install_property (
      object_class, PROP_STAGE,
      g_param_spec_int ("stage", NULL, NULL, 0, GBX_N_STAGES - 1, 0,
                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
gbx_stage_notes_init (GbxStageNotes *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
  gtk_widget_add_css_class (GTK_WIDGET (self->box), "panel");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->box));
  adw_bin_set_child (ADW_BIN (self), scroller);
}
