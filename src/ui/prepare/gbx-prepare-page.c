/* gbx-prepare-page.c: the Prepare stage: each step of the recipe, with what it does to the drawing
 * and to real samples. */
#include "gbx-prepare-page.h"

#include "gbx-preview-sheet.h"
#include "gbx-step-card.h"
#include "gbx-step-pictures.h"
#include "ui/gbx-format.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define PAPER 168 /* side of the drawn picture, in pixels */
#define N_SAMPLES (GBX_STEP_COLUMNS - 1)
#define SHOWN_COLUMNS 6 /* of a table's row */

struct _GbxPreparePage {
  GbxSessionView parent_instance;

  GtkLabel *source;
  GtkBox *steps;

  GbxStepCard *cards[GBX_N_STEPS]; /* the box's */
  GbxPreviewSheet *sheet;          /* a card's */
  guint turn;                      /* which samples are shown */

  guint8 ink[PAPER * PAPER]; /* the drawing on its paper, where inked */
  gboolean inked;
};

G_DEFINE_FINAL_TYPE (GbxPreparePage, gbx_prepare_page, GBX_TYPE_SESSION_VIEW)

/* ---- what the cards say ---- */

static char *
count_samples (GbxSession *session, NnPart part)
{
  const NnSamples *samples = gbx_session_get_samples (session, part);

  return gbx_format_count (samples != NULL ? samples->count : 0);
}

static char *
describe_split (GbxSession *session)
{
  const NnExperiment *experiment = gbx_session_get_experiment (session);
  g_autofree char *train = count_samples (session, NN_PART_TRAIN);
  g_autofree char *validation = count_samples (session, NN_PART_VALIDATION);
  g_autofree char *test = count_samples (session, NN_PART_TEST);

  if (experiment->prepare.validation_fraction > 0)
    return g_strdup_printf (_ ("Training %s · validation %s · test %s"), train, validation, test);
  return g_strdup_printf (_ ("Training %s · test, which validates too, %s"), train, test);
}

static char *
describe_standardising (const NnSamples *samples)
{
  const NnFit *fit = samples->spec.fit;

  if (fit == NULL || fit->n != 1)
    return NULL;
  return g_strdup_printf (_ ("Mean %.4f, deviation %.4f, of %zu training samples"), fit->numbers[0],
                          fit->numbers[1], samples->count);
}

/* A table has nothing to be cropped, turned or divided by 255. */
static gboolean
is_for (GbxStep step, gboolean table)
{
  return !table || step == GBX_STEP_SPLIT || step == GBX_STEP_STANDARDISE ||
         step == GBX_STEP_ONE_HOT;
}

static void
show_cards (GbxPreparePage *self, GbxSession *session, const NnSamples *samples)
{
  gboolean table = gbx_session_get_experiment (session)->prepare.columns != NULL;

  for (GbxStep step = 0; step < GBX_N_STEPS; step++) {
    g_autofree char *detail = NULL;

    if (step == GBX_STEP_SPLIT && samples != NULL)
      detail = describe_split (session);
    else if (step == GBX_STEP_STANDARDISE && samples != NULL)
      detail = describe_standardising (samples);
    gtk_widget_set_visible (GTK_WIDGET (self->cards[step]), is_for (step, table));
    gbx_step_card_show (self->cards[step], detail);
  }
  if (table)
    gtk_label_set_label (self->source, _ ("Rows of the table: the steps that are for pictures "
                                          "are left out"));
  else
    gtk_label_set_label (self->source,
                         self->inked ? _ ("First column: your drawing; then samples of the data")
                                     : _ ("Samples of the data; draw a digit to see your own "
                                          "first"));
}

/* ---- what they show ---- */

static void
show_ink (GbxPreparePage *self, int column, const GbxStepPictures *pictures)
{
  for (GbxStep step = GBX_STEP_INVERT; step <= GBX_STEP_CENTRE; step++)
    gbx_step_card_show_pictures (self->cards[step], column, &pictures->ink[step - 1],
                                 &pictures->ink[step]);
}

static void
show_numbers (GbxPreparePage *self, int column, const GbxStepPictures *pictures)
{
  gbx_step_card_show_texts (self->cards[GBX_STEP_DIVIDE], column, pictures->levels,
                            pictures->scaled);
  gbx_step_card_show_texts (self->cards[GBX_STEP_STANDARDISE], column, pictures->scaled,
                            pictures->standardised);
}

static void
hide_column (GbxPreparePage *self, int column)
{
  for (GbxStep step = 0; step < GBX_N_STEPS; step++)
    if (step != GBX_STEP_SPLIT && step != GBX_STEP_AUGMENT)
      gbx_step_card_hide_column (self->cards[step], column);
}

/* The drawing is read, not learned from: neither noise nor label. */
static void
show_drawing (GbxPreparePage *self, const NnPrepareSpec *prepare)
{
  g_auto (GbxStepPictures) pictures = {0};

  hide_column (self, 0);
  if (!self->inked || prepare->columns != NULL)
    return;
  gbx_step_pictures_draw (&pictures, prepare, self->ink, PAPER, PAPER);
  if (pictures.ink[GBX_STEP_CENTRE].pixels == NULL)
    return;
  show_ink (self, 0, &pictures);
  gbx_step_pictures_count (&pictures, prepare, pictures.ink[GBX_STEP_CENTRE].pixels);
  show_numbers (self, 0, &pictures);
}

/* Which of the parts that the data came with a sample is from, and where in it. */
static const NnExamples *
find_examples (const NnSamples *samples, guint32 index, gsize *place)
{
  const NnDataset *dataset = samples->dataset;
  gsize from = samples->source[index], n_train = dataset->train.count;

  *place = from < n_train ? from : from - n_train;
  return from < n_train ? &dataset->train : &dataset->test;
}

/* The grey levels of a sample before it was brought to 28×28. */
static guint8 *
find_original (const NnSamples *samples, guint32 index)
{
  const NnDataset *dataset = samples->dataset;
  gsize place, n = (gsize)dataset->width * (gsize)dataset->height;
  gsize channels = (gsize)dataset->channels;
  const NnExamples *examples = find_examples (samples, index, &place);
  const guint8 *image = examples->images + place * n * channels;
  guint8 *grey = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    grey[i] = (guint8)(image[i * channels] * 255 / dataset->maximum);
  return grey;
}

static char *
write_one_hot (int label, int n_classes)
{
  GString *text = g_string_new (NULL);

  for (int i = 0; i < n_classes; i++)
    g_string_append_printf (text, "%s%d", i == 0 ? "" : i % 2 ? " " : "\n", i == label);
  return g_string_free (text, FALSE);
}

static void
show_label (GbxPreparePage *self, GbxSession *session, int column, const NnSamples *samples,
            int label)
{
  gboolean one_hot = gbx_step_is_on (GBX_STEP_ONE_HOT, gbx_session_get_experiment (session));
  g_autofree char *number = g_strdup_printf ("%d", label);
  g_autofree char *numbers =
      one_hot ? write_one_hot (label, samples->n_classes) : g_strdup (number);

  gbx_step_card_show_texts (self->cards[GBX_STEP_ONE_HOT], column, number, numbers);
}

static void
show_sample (GbxPreparePage *self, GbxSession *session, int column, const NnSamples *samples,
             const NnPrepareSpec *prepare, guint32 index)
{
  const NnDataset *dataset = samples->dataset;
  const guint8 *pixels = samples->images + (gsize)index * NN_DIGIT_PIXELS;
  g_auto (GbxStepPictures) pictures = {0};

  if (nn_dataset_is_as_asked (dataset)) {
    gbx_step_pictures_lay_on_paper (&pictures, prepare, pixels);
  } else {
    g_autofree guint8 *original = find_original (samples, index);

    gbx_step_pictures_draw (&pictures, prepare, original, dataset->width, dataset->height);
  }
  if (pictures.ink[GBX_STEP_CENTRE].pixels != NULL)
    show_ink (self, column, &pictures);
  gbx_step_pictures_count (&pictures, prepare, pixels);
  show_numbers (self, column, &pictures);
  gbx_step_pictures_add_noise (&pictures, samples, index,
                               gbx_session_get_experiment (session)->seed, 0);
  gbx_step_card_show_pictures (self->cards[GBX_STEP_NOISE], column, &pictures.grey,
                               &pictures.noisy);
  show_label (self, session, column, samples, samples->labels[index]);
}

static void
append_number (GString *text, double number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (digits, sizeof digits, "%.4g", number);
  g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "",
                          isnan (number) ? _ ("missing") : digits);
}

/* A table's row: its first columns, and the first of the numbers that are made of them. */
static void
show_row (GbxPreparePage *self, GbxSession *session, int column, const NnSamples *samples,
          guint32 index)
{
  gsize place, n_columns = (gsize)samples->dataset->columns->count;
  gsize n_numbers = nn_shape_size (&samples->shape);
  const float *row = find_examples (samples, index, &place)->rows + place * n_columns;
  g_autofree real *x = g_new (real, n_numbers);
  g_autoptr (GString) before = g_string_new (NULL), after = g_string_new (NULL);
  guint8 label;

  nn_samples_gather (samples, &index, 1, FALSE, 0, 0, x, &label);
  for (gsize i = 0; i < MIN (n_columns, SHOWN_COLUMNS); i++)
    append_number (before, (double)row[i]);
  for (gsize i = 0; i < MIN (n_numbers, SHOWN_COLUMNS); i++)
    append_number (after, (double)x[i]);
  gbx_step_card_show_texts (self->cards[GBX_STEP_STANDARDISE], column, before->str, after->str);
  show_label (self, session, column, samples, label);
}

static void
show_samples (GbxPreparePage *self, GbxSession *session, const NnSamples *samples,
              const NnPrepareSpec *prepare)
{
  guint32 indices[N_SAMPLES];
  int n = (int)MIN ((gsize)N_SAMPLES, samples->count);

  for (int i = 0; i < n; i++) {
    indices[i] = (guint32)((samples->count * (gsize)i / (gsize)n + self->turn) % samples->count);
    if (samples->images == NULL)
      show_row (self, session, 1 + i, samples, indices[i]);
    else
      show_sample (self, session, 1 + i, samples, prepare, indices[i]);
  }
  if (samples->images != NULL)
    gbx_preview_sheet_show (self->sheet, samples, indices, n,
                            gbx_session_get_experiment (session)->seed);
}

static void
gbx_prepare_page_refresh (GbxSessionView *view)
{
  GbxPreparePage *self = GBX_PREPARE_PAGE (view);
  GbxSession *session = gbx_session_view_get_session (view);
  const NnSamples *samples = gbx_session_get_samples (session, NN_PART_TRAIN);
  NnPrepareSpec prepare = gbx_session_get_experiment (session)->prepare; /* borrows its fit */

  if (samples != NULL && samples->spec.fit != NULL)
    prepare.fit = samples->spec.fit;
  show_cards (self, session, samples);
  show_drawing (self, &prepare);
  for (int column = 1; column < GBX_STEP_COLUMNS; column++)
    hide_column (self, column);
  if (samples != NULL && samples->count > 0)
    show_samples (self, session, samples, &prepare);
}

/* ---- making ---- */

static void
other_samples_cb (GbxPreparePage *self)
{
  self->turn += 7; /* neighbours may be of one class */
  gbx_session_view_queue_refresh (GBX_SESSION_VIEW (self));
}

static void
gbx_prepare_page_attach (GbxSessionView *view, GbxSession *session)
{
  static const char *const changes[] = {"dataset-changed", "experiment-changed", NULL};
  GbxPreparePage *self = GBX_PREPARE_PAGE (view);

  for (GbxStep step = 0; step < GBX_N_STEPS; step++) {
    self->cards[step] = GBX_STEP_CARD (gbx_step_card_new (step, session));
    gtk_box_append (self->steps, GTK_WIDGET (self->cards[step]));
  }
  self->sheet = GBX_PREVIEW_SHEET (gbx_preview_sheet_new ());
  gbx_step_card_add (self->cards[GBX_STEP_AUGMENT], GTK_WIDGET (self->sheet));
  gbx_session_view_refresh_on (view, changes);
}

static void
gbx_prepare_page_class_init (GbxPreparePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GBX_SESSION_VIEW_CLASS (klass)->attach = gbx_prepare_page_attach;
  GBX_SESSION_VIEW_CLASS (klass)->refresh = gbx_prepare_page_refresh;

  gtk_widget_class_set_template_from_resource (widget_class, GBX_UI "gbx-prepare-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GbxPreparePage, source);
  gtk_widget_class_bind_template_child (widget_class, GbxPreparePage, steps);
  gtk_widget_class_bind_template_callback (widget_class, other_samples_cb);
}

static void
gbx_prepare_page_init (GbxPreparePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
gbx_prepare_page_set_drawing (GbxPreparePage *self, const NnDrawing *drawing, float pen)
{
  self->inked = !nn_drawing_is_empty (drawing);
  if (self->inked)
    nn_drawing_rasterise (drawing, pen, PAPER, self->ink);
  gbx_session_view_queue_refresh (GBX_SESSION_VIEW (self));
}
