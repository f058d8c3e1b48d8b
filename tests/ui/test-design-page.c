/* test-design-page.c: the Design stage: layers added, moved and mended by hand, and taken back. */
#include "finding.h"
#include "page.h"

#include "ui/design/gbx-code-view.h"
#include "ui/design/gbx-design-page.h"
#include "ui/design/gbx-design-panel.h"
#include "ui/design/gbx-field.h"
#include "ui/design/gbx-layer-row.h"
#include "ui/design/gbx-own-recipes.h"
#include "ui/session/gbx-layer-edits.h"

#include <string.h>

static void
act (Scene *scene, const char *action, const char *target)
{
  g_assert_true (gtk_widget_activate_action_variant (
      scene->page, action, target != NULL ? g_variant_new_string (target) : NULL));
}

static const char *
type_at (Scene *scene, guint index)
{
  const GPtrArray *layers = gbx_session_get_experiment (scene->session)->layers;

  g_assert_cmpuint (index, <, layers->len);
  return ((const NnLayerSpec *)layers->pdata[index])->class_->type;
}

static gboolean
is_chosen (GtkWidget *widget, gconstpointer data)
{
  return GBX_IS_LAYER_ROW (widget) && gtk_list_box_row_is_selected (GTK_LIST_BOX_ROW (widget)) &&
         gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (widget)) == GPOINTER_TO_INT (data);
}

static void
wait_for_choice (Scene *scene, int index)
{
  while (finding_match (scene->page, is_chosen, GINT_TO_POINTER (index)) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
is_field (GtkWidget *widget, gconstpointer data)
{
  return GBX_IS_FIELD (widget) && gtk_widget_get_mapped (widget) &&
         g_str_equal (gbx_field_get_field (GBX_FIELD (widget))->name, data);
}

static GtkWidget *
wait_for_control (Scene *scene, const char *name, GType type)
{
  GtkWidget *field;

  while ((field = finding_match (scene->page, is_field, name)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return finding_type (field, type);
}

/* Presses a key as the list's own shortcuts see it. */
static void
press (Scene *scene, guint key, GdkModifierType state)
{
  GtkWidget *list = gtk_widget_get_parent (finding_type (scene->page, GBX_TYPE_LAYER_ROW));
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (list);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GListModel) shortcuts = g_list_model_get_item (controllers, i);

    if (!GTK_IS_SHORTCUT_CONTROLLER (shortcuts))
      continue;
    for (guint j = 0; j < g_list_model_get_n_items (shortcuts); j++) {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (shortcuts, j);
      GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

      if (GTK_IS_KEYVAL_TRIGGER (trigger) &&
          gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key &&
          gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == state) {
        g_assert_true (
            gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, list, NULL));
        return;
      }
    }
  }
  g_assert_not_reached ();
}

/* 64 ReLU – 10 softmax: a dropout goes behind the first layer, then up and down and away. */
static void
test_cards (void)
{
  Scene scene = page_open (GBX_TYPE_DESIGN_PAGE);

  finding_wait_for_label (scene.page, "1 · Dense: 64 units");
  finding_wait_for_label (scene.page, "The picture: 28×28×1");
  finding_wait_for_label (scene.page, "650 parameters");
  finding_wait_for_label (scene.page, "↓ 10: a number for each class");
  finding_wait_for_label (scene.page, "measured here");
  g_assert_cmpfloat (session_test_get_double (scene.session, "microseconds"), >, 0);

  act (&scene, "design.add", "dropout");
  wait_for_choice (&scene, 1);
  finding_wait_for_label (scene.page, "2 · Dropout: 20");
  press (&scene, GDK_KEY_Down, GDK_ALT_MASK);
  wait_for_choice (&scene, 2);
  g_assert_cmpstr (type_at (&scene, 2), ==, "dropout");
  press (&scene, GDK_KEY_Up, GDK_ALT_MASK);
  wait_for_choice (&scene, 1);
  press (&scene, GDK_KEY_d, GDK_CONTROL_MASK);
  wait_for_choice (&scene, 2);
  g_assert_cmpstr (type_at (&scene, 1), ==, "dropout");
  g_assert_cmpstr (type_at (&scene, 2), ==, "dropout");
  press (&scene, GDK_KEY_Delete, 0);
  g_assert_cmpstr (type_at (&scene, 2), ==, "activation");
  for (int i = 0; i < 5; i++)
    gbx_session_undo (scene.session);
  g_assert_cmpuint (gbx_session_get_experiment (scene.session)->layers->len, ==, 4);
  finding_wait_for_label (scene.page, "2 · ReLU");
  page_close (&scene);
}

/* A number stepped, a choice made, a number typed; one out of bounds is not taken. */
static void
test_fields (void)
{
  Scene scene = page_open (GBX_TYPE_DESIGN_PAGE);
  GtkWidget *control = wait_for_control (&scene, "units", GTK_TYPE_SPIN_BUTTON);

  gtk_spin_button_spin (GTK_SPIN_BUTTON (control), GTK_SPIN_STEP_FORWARD, 1);
  gtk_spin_button_spin (GTK_SPIN_BUTTON (control), GTK_SPIN_STEP_FORWARD, 1);
  finding_wait_for_label (scene.page, "1 · Dense: 66 units");
  gbx_session_undo (scene.session); /* both steps */
  finding_wait_for_label (scene.page, "1 · Dense: 64 units");
  g_assert_true (wait_for_control (&scene, "units", GTK_TYPE_SPIN_BUTTON) == control);
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (control)), ==, 64);

  act (&scene, "design.add", "activation");
  wait_for_choice (&scene, 1);
  control = wait_for_control (&scene, "function", GTK_TYPE_DROP_DOWN);
  g_assert_null (finding_match (scene.page, is_field, "slope"));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (control), NN_FUNCTION_LEAKY_RELU);
  control = wait_for_control (&scene, "slope", GTK_TYPE_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (control), "7");
  g_assert_true (gtk_widget_has_css_class (control, "error"));
  g_signal_emit_by_name (control, "activate");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (control)), ==, "0.01");
  gtk_editable_set_text (GTK_EDITABLE (control), "0,25");
  g_signal_emit_by_name (control, "activate");
  g_assert_cmpfloat (
      ((const NnActivationSpec *)gbx_session_get_experiment (scene.session)->layers->pdata[1])
          ->slope,
      ==, 0.25);
  page_close (&scene);
}

/* A layer that cannot be says why; Train explains; an undo mends it. */
static void
test_impossible (void)
{
  Scene scene = page_open (GBX_TYPE_DESIGN_PAGE);
  g_autofree char *error = NULL;

  finding_wait_for_label (scene.page, "1 · Dense");
  act (&scene, "design.add", "max-pool");
  finding_wait_for_label (scene.page, "expected an input of height×width×channels, got 64");
  finding_wait_for_label (scene.page, "Layer 2 does not fit");
  gbx_session_train (scene.session);
  session_test_wait (scene.session, session_test_has_error, NULL);
  error = session_test_get_string (scene.session, "error");
  g_assert_nonnull (strstr (error, "mend layer 2 of 5"));
  gbx_session_undo (scene.session);
  g_assert_false (session_test_has_error (scene.session, NULL));
  finding_wait_for_label (scene.page, "measured here");
  g_assert_null (finding_label (scene.page, "expected an input"));
  page_close (&scene);
}

static GtkTextBuffer *
get_program (Scene *scene)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (finding_type (scene->page, GTK_TYPE_TEXT_VIEW)));
}

static void
wait_for_program (Scene *scene, const char *part)
{
  for (;;) {
    GtkTextIter start, end;
    g_autofree char *text = NULL;

    gtk_text_buffer_get_bounds (get_program (scene), &start, &end);
    text = gtk_text_buffer_get_text (get_program (scene), &start, &end, FALSE);
    if (strstr (text, part) != NULL)
      return;
    g_main_context_iteration (NULL, TRUE);
  }
}

/* The program follows the language chosen and the recipe. */
static void
test_code (void)
{
  Scene scene = page_open (GBX_TYPE_CODE_VIEW);
  GtkDropDown *language;

  wait_for_program (&scene, "layers.Dense(64");
  language = GTK_DROP_DOWN (finding_type (scene.page, GTK_TYPE_DROP_DOWN));
  gtk_drop_down_set_selected (language, 1);
  wait_for_program (&scene, "nn.Linear(784, 64)");
  session_test_set_dial (scene.session, "hidden-units", 31);
  wait_for_program (&scene, "nn.Linear(784, 31)");
  gtk_drop_down_set_selected (language, 2);
  wait_for_program (&scene, "weight_0[24304]");
  g_signal_emit_by_name (finding_button (scene.page, "Copy"), "clicked");
  finding_wait_for_label (scene.page, "Copied");
  gbx_layer_edits_add (scene.session, &nn_max_pool_class, 0);
  wait_for_program (&scene, "once every layer fits");
  g_assert_false (gtk_widget_get_sensitive (finding_button (scene.page, "Copy")));
  page_close (&scene);
}

static int
get_saved_units (GbxSession *session, const char *name)
{
  GbxOwnRecipe *recipe = gbx_library_find_recipe (gbx_session_get_library (session), name);

  return nn_experiment_get_hidden_units (gbx_own_recipe_get_experiment (recipe));
}

/* Saved under a name, loaded again after another was chosen, deleted and put back. */
static void
test_own_recipes (void)
{
  Scene scene = page_open (GBX_TYPE_OWN_RECIPES);
  GListModel *recipes = gbx_library_get_recipes (gbx_session_get_library (scene.session));
  GtkWidget *entry, *row;
  g_autofree char *name = NULL;

  finding_wait_for_label (scene.page, "None yet.");
  entry = finding_type (scene.page, GTK_TYPE_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (entry), " ");
  g_signal_emit_by_name (entry, "activate");
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  session_test_set_dial (scene.session, "hidden-units", 33);
  gtk_editable_set_text (GTK_EDITABLE (entry), "thirty-three");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpuint (g_list_model_get_n_items (recipes), ==, 1);
  name = session_test_get_string (scene.session, "experiment-name");
  g_assert_cmpstr (name, ==, "thirty-three");

  gbx_session_load_preset (scene.session, "keras-784-128-10");
  row = finding_type (scene.page, GTK_TYPE_LIST_BOX_ROW);
  g_signal_emit_by_name (finding_type (row, GTK_TYPE_BUTTON), "clicked");
  g_assert_cmpint (nn_experiment_get_hidden_units (gbx_session_get_experiment (scene.session)), ==,
                   33);

  /* Saved again under its name it is another, until the earlier one is put back. */
  session_test_set_dial (scene.session, "hidden-units", 44);
  gtk_editable_set_text (GTK_EDITABLE (entry), "thirty-three");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpuint (g_list_model_get_n_items (recipes), ==, 1);
  g_assert_cmpint (get_saved_units (scene.session, "thirty-three"), ==, 44);
  g_signal_emit_by_name (finding_button (scene.page, "Put the Earlier “thirty-three” Back"),
                         "clicked");
  g_assert_cmpint (get_saved_units (scene.session, "thirty-three"), ==, 33);

  g_signal_emit_by_name (gtk_widget_get_last_child (gtk_widget_get_first_child (row)), "clicked");
  g_assert_cmpuint (g_list_model_get_n_items (recipes), ==, 0);
  g_signal_emit_by_name (finding_button (scene.page, "Put “thirty-three” Back"), "clicked");
  g_assert_cmpuint (g_list_model_get_n_items (recipes), ==, 1);
  page_close (&scene);
}

/* The numbers there are depend on the optimizer. */
static void
test_panel (void)
{
  Scene scene = page_open (GBX_TYPE_DESIGN_PANEL);
  GtkWidget *control = wait_for_control (&scene, "optimizer", GTK_TYPE_DROP_DOWN);
  const NnTrainSpec *train;

  g_assert_nonnull (wait_for_control (&scene, "beta-2", GTK_TYPE_ENTRY));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (control), NN_OPTIMIZER_NESTEROV);
  control = wait_for_control (&scene, "momentum", GTK_TYPE_ENTRY);
  g_assert_null (finding_match (scene.page, is_field, "beta-2"));
  gtk_editable_set_text (GTK_EDITABLE (control), "0.5");
  g_signal_emit_by_name (control, "activate");
  train = &gbx_session_get_experiment (scene.session)->train;
  g_assert_cmpfloat (train->optimizer.momentum, ==, 0.5);
  gbx_session_undo (scene.session);
  gbx_session_undo (scene.session);
  train = &gbx_session_get_experiment (scene.session)->train;
  g_assert_cmpint (train->optimizer.kind, ==, NN_OPTIMIZER_ADAM);
  g_assert_nonnull (wait_for_control (&scene, "beta-2", GTK_TYPE_ENTRY));
  page_close (&scene);
}

int
main (int argc, char **argv)
{
  GbxApplication *application = page_init (&argc, &argv);
  int status;

  g_test_add_func ("/design-page/cards", test_cards);
  g_test_add_func ("/design-page/fields", test_fields);
  g_test_add_func ("/design-page/impossible", test_impossible);
  g_test_add_func ("/design-page/panel", test_panel);
  g_test_add_func ("/design-page/code", test_code);
  g_test_add_func ("/design-page/own-recipes", test_own_recipes);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
