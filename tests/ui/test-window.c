/* test-window.c: the whole window, as a user has it: drawing, training, switching, closing. */
#include "finding.h"
#include "page.h"

#include "ui/gbx-language.h"
#include "ui/gbx-preferences.h"
#include "ui/gbx-window.h"
#include "ui/collect/gbx-class-row.h"
#include "ui/collect/gbx-collect-page.h"
#include "ui/collect/gbx-collect-panel.h"
#include "ui/train/gbx-dial.h"
#include "ui/widgets/gbx-contact-sheet.h"
#include "ui/widgets/gbx-digit-canvas.h"
#include "ui/widgets/gbx-heatmap.h"
#include "ui/widgets/gbx-picture.h"

#include <glib/gstdio.h>
#include <string.h>

static GbxApplication *application;

/* ---- finding and waiting ----------------------------------------------------------------------
 */

static gboolean
is_dial_of (GtkWidget *widget, gconstpointer data)
{
  g_autofree char *property = NULL;

  if (!GBX_IS_DIAL (widget))
    return FALSE;
  g_object_get (widget, "property", &property, NULL);
  return g_str_equal (property, data);
}

static GtkWidget *
find_label (GbxWindow *window, const char *part)
{
  return finding_label (GTK_WIDGET (window), part);
}

static void
wait_for_label (GbxWindow *window, const char *part)
{
  finding_wait_for_label (GTK_WIDGET (window), part);
}

static void
wait_until_gone (gpointer *weak)
{
  while (*weak != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
is_mapped (GbxSession *session, gpointer window)
{
  return gtk_widget_get_mapped (window);
}

/* A window on a session of its own whose data are there. */
static GbxWindow *
open_window (const char *folder)
{
  g_autoptr (GbxSession) session = session_test_open (folder);
  GbxWindow *window = GBX_WINDOW (gbx_window_new (GTK_APPLICATION (application), session));

  gtk_window_present (GTK_WINDOW (window));
  session_test_wait (session, is_mapped, window);
  return window;
}

/* Closes it, and makes sure that neither it nor its session is left. */
static void
close_window (GbxWindow *window)
{
  gpointer weak_window = window, weak_session = gbx_window_get_session (window);

  g_object_add_weak_pointer (G_OBJECT (window), &weak_window);
  g_object_add_weak_pointer (G_OBJECT (weak_session), &weak_session);
  gtk_window_close (GTK_WINDOW (window));
  wait_until_gone (&weak_window);
  wait_until_gone (&weak_session);
}

static void
act (GbxWindow *window, const char *action)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  g_assert_true (g_action_parse_detailed_name (action, &name, &target, NULL));
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (window), name, target));
}

/* A "1", off in a corner. */
static void
draw_one (GbxWindow *window)
{
  g_autoptr (NnDrawing) drawing = nn_drawing_new ();

  nn_drawing_begin_stroke (drawing, 0.15f, 0.1f);
  for (int i = 1; i <= 20; i++)
    nn_drawing_add_point (drawing, 0.15f + 0.002f * (float)i, 0.1f + 0.025f * (float)i);
  gbx_drawing_panel_set_drawing (
      gbx_workbench_get_drawing_panel (gbx_window_get_workbench (window)), drawing);
}

static void
set_language (const char *language)
{
  g_object_set (gbx_preferences_get_default (), "language", language, NULL);
}

/* ---- tests ------------------------------------------------------------------------------------
 */

static gboolean
is_enabled (GbxWindow *window, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (window), action);
}

static void
test_drawing (void)
{
  GbxWindow *window = open_window (NULL);

  g_assert_false (is_enabled (window, "undo") || is_enabled (window, "clear"));
  g_assert_nonnull (find_label (window, "Draw to ask the network"));
  draw_one (window);
  /* No waiting: the verdict is there with the stroke. */
  g_assert_nonnull (find_label (window, "1 — "));
  g_assert_true (is_enabled (window, "undo") && is_enabled (window, "clear"));
  g_assert_nonnull (gbx_drawing_panel_get_normalised (
      gbx_workbench_get_drawing_panel (gbx_window_get_workbench (window))));

  act (window, "win.undo");
  g_assert_nonnull (find_label (window, "Draw to ask the network"));
  draw_one (window);
  act (window, "win.clear");
  g_assert_false (is_enabled (window, "clear")); /* but a clearing can be taken back */
  g_assert_true (is_enabled (window, "undo"));
  g_assert_null (gbx_drawing_panel_get_normalised (
      gbx_workbench_get_drawing_panel (gbx_window_get_workbench (window))));
  close_window (window);
}

static void
test_training (void)
{
  GbxWindow *window = open_window (NULL);
  GbxSession *session = gbx_window_get_session (window);
  g_autoptr (GBytes) before = session_test_copy_weights (session);
  g_autoptr (GBytes) after = NULL;

  session_test_make_endless (session);
  g_assert_null (find_label (window, "Pause"));
  act (window, "win.train");
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (5));
  g_assert_nonnull (find_label (window, "Pause"));
  wait_for_label (window, "Run 1");
  draw_one (window);
  g_assert_nonnull (find_label (window, " sure"));

  act (window, "win.train");
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  g_assert_null (find_label (window, "Pause"));
  after = session_test_copy_weights (session);
  g_assert_false (g_bytes_equal (before, after));

  g_object_set (session, "speed", 0.0, NULL);
  act (window, "win.step('epoch')");
  session_test_wait_state (session, GBX_SESSION_PAUSED);
  close_window (window);
}

/* Both ways, with everything kept and nothing of the old content left. */
static void
test_language (void)
{
  GbxWindow *window = open_window (NULL);
  gpointer old = gbx_window_get_workbench (window);

  g_object_add_weak_pointer (G_OBJECT (old), &old);
  draw_one (window);
  act (window, "win.stage(1)");
  g_assert_nonnull (find_label (window, "From Ink to Numbers, Step by Step"));

  act (window, "app.toggle-language");
  wait_until_gone (&old);
  wait_for_label (window, "从笔迹到数字");
  g_assert_cmpstr (gbx_language_get (), ==, "zh_CN");
  g_assert_null (find_label (window, "From Ink to Numbers, Step by Step"));
  g_assert_nonnull (find_label (window, "的把握"));
  wait_for_label (window, "第一列是您写的字");

  gbx_session_set_dataset (gbx_window_get_session (window), "no-such-set");
  act (window, "win.stage(0)");
  wait_for_label (window, "本机没有 no-such-set");
  g_assert_nonnull (find_label (window, "笔画数字 · "));
  act (window, "app.toggle-language");
  wait_for_label (window, "no-such-set is not on this machine");
  g_assert_nonnull (find_label (window, "Pen digits · "));
  g_assert_nonnull (find_label (window, "Drawn by this program"));
  g_assert_nonnull (find_label (window, "built in"));
  g_assert_null (find_label (window, "内置"));
  act (window, "app.toggle-language");
  wait_for_label (window, "本机没有 no-such-set");
  act (window, "win.stage(1)");

  act (window, "app.toggle-language");
  wait_for_label (window, "From Ink to Numbers, Step by Step");
  g_assert_cmpstr (gbx_language_get (), ==, "en");
  g_assert_nonnull (find_label (window, "1 — "));
  set_language ("");
  wait_for_label (window, "First column: your drawing");
  close_window (window);
}

/* The row of a class leaves the pictures of it alone; the choice and the row are one. */
static void
test_classes (void)
{
  GbxWindow *window = open_window (NULL);
  NnDataset *dataset = gbx_session_get_dataset (gbx_window_get_session (window));
  GtkWidget *content = GTK_WIDGET (gbx_window_get_workbench (window));
  GtkWidget *panel = finding_type (content, GBX_TYPE_COLLECT_PANEL);
  GtkWidget *page = finding_type (content, GBX_TYPE_COLLECT_PAGE);
  GtkWidget *sheet = finding_type (page, GBX_TYPE_CONTACT_SHEET);
  GtkDropDown *choice = GTK_DROP_DOWN (finding_type (page, GTK_TYPE_DROP_DOWN));
  GtkListBoxRow *first = GTK_LIST_BOX_ROW (finding_type (panel, GBX_TYPE_CLASS_ROW));
  GtkListBox *rows = GTK_LIST_BOX (gtk_widget_get_parent (GTK_WIDGET (first)));
  GtkListBoxRow *third = gtk_list_box_get_row_at_index (rows, 2);
  GtkListBoxRow *all = gtk_list_box_get_row_at_index (rows, dataset->n_classes);
  GtkAccessible *mean = GTK_ACCESSIBLE (finding_type (GTK_WIDGET (third), GBX_TYPE_PICTURE));
  int number;

  g_assert_true (gtk_list_box_get_selected_row (rows) == all);
  g_assert_true (gtk_widget_activate (GTK_WIDGET (third)));
  g_assert_cmpuint (gtk_drop_down_get_selected (choice), ==, 3);
  g_assert_true (gtk_list_box_get_selected_row (rows) == third);
  g_assert_true (GBX_DRAWN_GET_CLASS (sheet)->key (GBX_DRAWN (sheet), GDK_KEY_End, 0));
  g_object_get (sheet, "selected", &number, NULL);
  g_assert_cmpint (dataset->train.labels[number], ==, 2);
  gtk_drop_down_set_selected (choice, 1);
  g_assert_true (gtk_list_box_get_selected_row (rows) == first);
  gtk_list_box_select_row (rows, all); /* as the arrow keys do */
  g_assert_cmpuint (gtk_drop_down_get_selected (choice), ==, 0);
  for (char *unlike = g_strdup (""); unlike != NULL;) {
    g_free (unlike);
    unlike = gtk_test_accessible_check_property (mean, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                                 "A picture of 28×28 pixels");
    g_main_context_iteration (NULL, unlike != NULL);
  }
  close_window (window);
}

static gboolean
scrolls (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_SCROLLED_WINDOW (widget) && gtk_widget_get_mapped (widget) &&
         gtk_adjustment_get_upper (
             gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (widget))) >
             gtk_adjustment_get_page_size (
                 gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (widget)));
}

static GtkAdjustment *
wait_for_scrolled (GbxWindow *window)
{
  GtkWidget *found;

  while ((found = finding_match (GTK_WIDGET (window), scrolls, NULL)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (found));
}

/* An error is said again in the new language, and what was scrolled stays where it is. */
static void
test_language_keeps (void)
{
  GbxWindow *window = open_window (NULL);
  GtkAdjustment *adjustment;

  gtk_window_set_default_size (GTK_WINDOW (window), 1024, 600);
  act (window, "win.stage(1)");
  gbx_session_load_preset (gbx_window_get_session (window), "no-such-preset");
  wait_for_label (window, "There is no built-in experiment “no-such-preset”");
  adjustment = wait_for_scrolled (window);
  gtk_adjustment_set_value (adjustment, 7);
  set_language ("zh_CN");
  wait_for_label (window, "没有内置实验“no-such-preset”");
  while (gtk_adjustment_get_value (wait_for_scrolled (window)) != 7)
    g_main_context_iteration (NULL, TRUE);
  set_language ("");
  wait_for_label (window, "There is no built-in experiment “no-such-preset”");
  close_window (window);
}

static int
least (GtkWidget *widget, GtkOrientation orientation, int for_size)
{
  int minimum;

  gtk_widget_measure (widget, orientation, for_size, &minimum, NULL, NULL, NULL);
  return minimum;
}

/* Switches, and waits for the new content to have its place. Returns: (transfer none). */
static GtkWidget *
speak (GbxWindow *window, const char *language)
{
  gpointer old = gbx_window_get_workbench (window);
  GtkWidget *content;

  g_object_add_weak_pointer (G_OBJECT (old), &old);
  set_language (language);
  wait_until_gone (&old);
  content = GTK_WIDGET (gbx_window_get_workbench (window));
  while (gtk_widget_get_width (content) == 0)
    g_main_context_iteration (NULL, TRUE);
  return content;
}

/* A projector shows it whole, also in type half as large again, whichever network it is about. */
static void
test_fits (void)
{
  static const char *const presets[] = {"sigmoid-784-10-10-10", "cnn-32-64-64"};
  static const char *const languages[] = {"zh_CN", "en"};
  GtkSettings *settings = gtk_settings_get_default ();
  GbxWindow *window = open_window (NULL);
  g_autofree char *font = NULL;

  act (window, "win.stage(3)");
  g_object_get (settings, "gtk-font-name", &font, NULL);
  g_object_set (settings, "gtk-font-name", "Cantarell 16.5", NULL);
  for (guint preset = 0; preset < G_N_ELEMENTS (presets); preset++) {
    gbx_session_load_preset (gbx_window_get_session (window), presets[preset]);
    for (guint language = 0; language < G_N_ELEMENTS (languages); language++) {
      GtkWidget *content = speak (window, languages[language]);

      wait_for_label (window, presets[preset]);
      g_assert_cmpint (least (content, GTK_ORIENTATION_HORIZONTAL, -1), <=, 1024);
      g_assert_cmpint (least (content, GTK_ORIENTATION_VERTICAL, 1024), <=, 600);
    }
  }
  set_language ("");
  g_object_set (settings, "gtk-font-name", font, NULL);
  close_window (window);
}

/* The shortcut of the window that listens to @trigger, or NULL. */
static GtkShortcut *
find_shortcut (GbxWindow *window, const char *trigger)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (window));
  GtkShortcut *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (!GTK_IS_SHORTCUT_CONTROLLER (controller) ||
        gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_BUBBLE)
      continue;
    for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++) {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
      g_autofree char *text = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

      if (g_str_equal (text, trigger))
        found = shortcut;
    }
  }
  return found;
}

static void
press (GbxWindow *window, const char *trigger)
{
  GtkShortcut *shortcut = find_shortcut (window, trigger);

  g_assert_nonnull (shortcut);
  g_assert_true (gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0,
                                               GTK_WIDGET (window),
                                               gtk_shortcut_get_arguments (shortcut)));
}

static void
test_keys (void)
{
  static const char *const titles[] = {
      "What the Network Learns From",  "From Ink to Numbers, Step by Step",
      "The Network, Layer by Layer",   "What Each Hidden Unit Looks For",
      "On Pictures It Has Never Seen", "What Is Shipped"};
  GbxWindow *window = open_window (NULL);
  GbxSession *session = gbx_window_get_session (window);

  for (int stage = 0; stage < 6; stage++) {
    g_autofree char *action = g_strdup_printf ("win.stage(%d)", stage);
    g_autofree char *key = g_strdup_printf ("<Alt>%d", stage + 1);
    g_auto (GStrv) keys =
        gtk_application_get_accels_for_action (GTK_APPLICATION (application), action);

    g_assert_cmpstr (keys[0], ==, key);
    act (window, action);
    wait_for_label (window, titles[stage]);
    g_assert_cmpint (session_test_get_int (session, "stage"), ==, stage);
  }

  /* The pictures here are few: the window chose a pace that can be watched. */
  g_assert_cmpfloat (session_test_get_double (session, "speed"), ==, 32);
  press (window, "bracketright");
  g_assert_cmpfloat (session_test_get_double (session, "speed"), ==, 64);
  g_object_set (session, "speed", 0.0, NULL);
  press (window, "bracketleft");
  g_assert_cmpfloat (session_test_get_double (session, "speed"), ==, 512);
  press (window, "bracketright");
  g_assert_cmpfloat (session_test_get_double (session, "speed"), ==, 0);
  press (window, "s");
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (1));
  draw_one (window);
  press (window, "<Control>z");
  g_assert_nonnull (find_label (window, "Draw to ask the network"));
  close_window (window);
}

/* A dial shows what the recipe says and nothing else, whoever changed it. */
static void
test_dials (void)
{
  GbxWindow *window = open_window (NULL);
  GbxHyperparameters *recipe = gbx_session_get_hyperparameters (gbx_window_get_session (window));
  GtkWidget *dial = finding_match (GTK_WIDGET (window), is_dial_of, "learning-rate");
  GtkWidget *entry = finding_type (dial, GTK_TYPE_ENTRY);
  GtkRange *slider = GTK_RANGE (finding_type (dial, GTK_TYPE_SCALE));
  double rate;

  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "0.001");
  g_object_set (recipe, "learning-rate", 0.1, NULL);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "0.1");
  g_assert_cmpfloat_with_epsilon (gtk_range_get_value (slider), 5.0 / 7, 1e-9);

  gtk_range_set_value (slider, 4.0 / 7);
  g_object_get (recipe, "learning-rate", &rate, NULL);
  g_assert_cmpfloat_with_epsilon (rate, 0.01, 1e-12);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "0.01");

  gtk_editable_set_text (GTK_EDITABLE (entry), "0,25");
  g_signal_emit_by_name (entry, "activate");
  g_object_get (recipe, "learning-rate", &rate, NULL);
  g_assert_cmpfloat_with_epsilon (rate, 0.25, 1e-12);

  gtk_editable_set_text (GTK_EDITABLE (entry), "quick");
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "0.25");
  g_assert_false (gtk_widget_has_css_class (entry, "error"));
  close_window (window);
}

/* While it trains: nothing is lost. */
static void
test_closing (void)
{
  g_autofree char *folder = session_test_folder ();
  GbxWindow *window = open_window (folder);
  GbxSession *session = gbx_window_get_session (window);
  guint points;

  draw_one (window);
  session_test_make_endless (session);
  act (window, "win.train");
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (3));
  points = session_test_n_points (session);
  close_window (window);

  window = open_window (folder);
  session = gbx_window_get_session (window);
  g_assert_cmpint (gbx_session_get_state (session), ==, GBX_SESSION_PAUSED);
  g_assert_cmpuint (session_test_n_points (session), >=, points);
  wait_for_label (window, "Run 1");
  g_assert_nonnull (gbx_drawing_panel_get_normalised (
      gbx_workbench_get_drawing_panel (gbx_window_get_workbench (window))));
  g_assert_null (find_label (window, "Draw to ask the network"));
  close_window (window);
}

static GtkWindow *
find_dialog (void)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window))
      return window;
  }
  return NULL;
}

/* Where nothing can be kept, the user is asked, and may stay. */
static void
test_closing_fails (void)
{
  g_autofree char *folder = session_test_folder ();
  g_autofree char *blocked = g_build_filename (folder, "session", NULL);
  GbxWindow *window = open_window (blocked);
  GbxSession *session = gbx_window_get_session (window);
  gpointer weak = window;
  GtkWindow *dialog;
  GtkWidget *button;
  guint points;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  act (window, "win.step('batch')");
  session_test_wait (gbx_window_get_session (window), session_test_has_points,
                     GUINT_TO_POINTER (1));
  /* The session may be writing there at this very moment. */
  do
    session_test_remove_tree (blocked);
  while (!g_file_set_contents (blocked, "in the way", -1, NULL));

  gtk_window_close (GTK_WINDOW (window));
  while ((dialog = find_dialog ()) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (window)));

  button = finding_button (GTK_WIDGET (dialog), "_Stay Open");
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  while (find_dialog () != NULL)
    g_main_context_iteration (NULL, TRUE);
  points = session_test_n_points (session);
  act (window, "win.step('batch')");
  session_test_wait (session, session_test_has_points, GUINT_TO_POINTER (points + 1));

  gtk_window_close (GTK_WINDOW (window));
  while ((dialog = find_dialog ()) == NULL)
    g_main_context_iteration (NULL, TRUE);
  button = finding_button (GTK_WIDGET (dialog), "_Close Anyway");
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  wait_until_gone (&weak);
}

int
main (int argc, char **argv)
{
  int status;

  application = page_init (&argc, &argv);

  g_test_add_func ("/window/drawing", test_drawing);
  g_test_add_func ("/window/training", test_training);
  g_test_add_func ("/window/classes", test_classes);
  g_test_add_func ("/window/language", test_language);
  g_test_add_func ("/window/language-keeps", test_language_keeps);
  g_test_add_func ("/window/fits", test_fits);
  g_test_add_func ("/window/keys", test_keys);
  g_test_add_func ("/window/dials", test_dials);
  g_test_add_func ("/window/closing", test_closing);
  g_test_add_func ("/window/closing-fails", test_closing_fails);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
