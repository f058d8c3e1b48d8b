/* test-prepare-page.c: the Prepare stage: each step switched off and on, and seen. */
#include "finding.h"
#include "page.h"

#include "ui/design/gbx-field.h"
#include "ui/prepare/gbx-prepare-page.h"
#include "ui/prepare/gbx-preview-sheet.h"
#include "ui/prepare/gbx-step-card.h"
#include "ui/prepare/gbx-step-pictures.h"

#include <string.h>

static gboolean
is_titled (GtkWidget *widget, gconstpointer title)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), title);
}

static gboolean
begins_so (GtkWidget *widget, gconstpointer text)
{
  return GTK_IS_LABEL (widget) && g_str_has_prefix (gtk_label_get_label (GTK_LABEL (widget)), text);
}

static GtkWidget *
find_card (Scene *scene, const char *title)
{
  GtkWidget *label = finding_match (scene->page, is_titled, title);

  g_assert_nonnull (label);
  return gtk_widget_get_ancestor (label, GBX_TYPE_STEP_CARD);
}

/* Each of them is an edit of the recipe, by name, and Undo takes it back. */
static void
test_switches (void)
{
  Scene scene = page_open (GBX_TYPE_PREPARE_PAGE);

  for (GbxStep step = 0; step < GBX_N_STEPS; step++) {
    const char *title = gbx_step_info (step)->title;
    GtkWidget *card = find_card (&scene, title);
    GtkWidget *on_off = finding_type (card, GTK_TYPE_SWITCH);
    gboolean before = gbx_step_is_on (step, gbx_session_get_experiment (scene.session));

    g_assert_cmpint (on_off != NULL, ==, gbx_step_has_switch (step));
    if (on_off == NULL)
      continue;
    g_assert_cmpint (gtk_switch_get_active (GTK_SWITCH (on_off)), ==, before);
    gtk_switch_set_active (GTK_SWITCH (on_off), !before);
    g_assert_cmpint (gbx_step_is_on (step, gbx_session_get_experiment (scene.session)), ==,
                     !before);
    gbx_session_undo (scene.session);
    g_assert_cmpint (gbx_step_is_on (step, gbx_session_get_experiment (scene.session)), ==, before);
    while (gtk_switch_get_active (GTK_SWITCH (on_off)) != before) /* shown before the next frame */
      g_main_context_iteration (NULL, TRUE);
  }
  session_test_wait_quiet ();
  page_close (&scene);
}

static void
test_standardise_says_what_it_found (void)
{
  Scene scene = page_open (GBX_TYPE_PREPARE_PAGE);
  GtkWidget *card = find_card (&scene, "Standardise");

  gtk_switch_set_active (GTK_SWITCH (finding_type (card, GTK_TYPE_SWITCH)), TRUE);
  session_test_wait_quiet ();
  session_test_wait_state (scene.session, GBX_SESSION_READY);
  while (finding_match (card, begins_so, "Mean 0.") == NULL) /* shown before the next frame */
    g_main_context_iteration (NULL, TRUE);
  page_close (&scene);
}

/* What is switched off is not done, and what comes behind it goes on with that. */
static void
test_pictures (void)
{
  NnPrepareSpec prepare = nn_prepare_spec_default ();
  guint8 sample[NN_DIGIT_PIXELS] = {0};
  g_auto (GbxStepPictures) whole = {0}, broken = {0};

  for (int y = 6; y < 22; y++)
    memset (sample + y * 28 + 12, 255, 4);
  gbx_step_pictures_lay_on_paper (&whole, &prepare, sample);
  g_assert_cmpint (whole.ink[GBX_STEP_SPLIT].pixels[0], ==, 255); /* dark on light … */
  g_assert_cmpint (whole.ink[GBX_STEP_INVERT].pixels[0], ==, 0);  /* … and light on dark */
  g_assert_cmpint (whole.ink[GBX_STEP_CROP].width, ==, 8);
  g_assert_cmpint (whole.ink[GBX_STEP_CROP].height, ==, 32);
  g_assert_cmpint (whole.ink[GBX_STEP_ASPECT].width, ==, 32);
  g_assert_cmpint (whole.ink[GBX_STEP_ASPECT].pixels[0], ==, 0);
  g_assert_cmpint (whole.ink[GBX_STEP_RESIZE].width, ==, 20);
  g_assert_cmpint (whole.ink[GBX_STEP_CENTRE].width, ==, 28);

  prepare.invert = prepare.ink.crop = prepare.ink.keep_aspect = FALSE;
  gbx_step_pictures_lay_on_paper (&broken, &prepare, sample);
  g_assert_cmpint (broken.ink[GBX_STEP_INVERT].pixels[0], ==, 255);
  g_assert_cmpint (broken.ink[GBX_STEP_CROP].width, ==, broken.ink[GBX_STEP_INVERT].width);
  g_assert_cmpint (broken.ink[GBX_STEP_CENTRE].pixels[14 * 28 + 5], >, 128);

  gbx_step_pictures_count (&whole, &prepare, sample);
  g_assert_cmpstr (whole.levels, ==, "0\n255\n255\n255\n255");
  g_assert_cmpstr (whole.scaled, ==, "0.00\n1.00\n1.00\n1.00\n1.00");
}

/* The sheet goes on to later epochs, which look otherwise. */
static void
test_sheet (void)
{
  Scene scene = page_open (GBX_TYPE_PREPARE_PAGE);
  GtkWidget *card = find_card (&scene, "Augmentation");
  GtkWidget *sheet = finding_type (card, GBX_TYPE_PREVIEW_SHEET);

  g_assert_nonnull (sheet);
  gtk_switch_set_active (GTK_SWITCH (finding_type (card, GTK_TYPE_SWITCH)), TRUE);
  session_test_wait_quiet ();
  session_test_wait_state (scene.session, GBX_SESSION_READY);
  g_assert_nonnull (gbx_session_get_samples (scene.session, NN_PART_TRAIN)->augmenter);
  g_assert_nonnull (finding_match (sheet, is_titled, "As it is, then in epochs 1 to 8"));
  g_signal_emit_by_name (finding_type (sheet, GTK_TYPE_BUTTON), "clicked");
  g_assert_nonnull (finding_match (sheet, is_titled, "As it is, then in epochs 9 to 16"));
  page_close (&scene);
}

int
main (int argc, char **argv)
{
  GbxApplication *application = page_init (&argc, &argv);
  int status;

  g_test_add_func ("/prepare-page/switches", test_switches);
  g_test_add_func ("/prepare-page/standardise", test_standardise_says_what_it_found);
  g_test_add_func ("/prepare-page/pictures", test_pictures);
  g_test_add_func ("/prepare-page/sheet", test_sheet);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
