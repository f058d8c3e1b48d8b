/* test-hyperparameters.c: the dials of the recipe. */
#include "ui/session/gbx-hyperparameters.h"

typedef struct {
  NnExperiment *experiment;
  GbxHyperparameters *dials;
  GString *edited;   /* names, each followed by a space */
  GString *notified; /* likewise */
} Fixture;

static void
edited_cb (GbxHyperparameters *dials, const char *dial, GString *names)
{
  g_string_append_printf (names, "%s ", dial);
}

static void
notify_cb (GObject *dials, GParamSpec *pspec, GString *names)
{
  g_string_append_printf (names, "%s ", pspec->name);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->experiment = nn_preset_load ("keras-784-64-10", NULL);
  f->dials = gbx_hyperparameters_new ();
  f->edited = g_string_new (NULL);
  f->notified = g_string_new (NULL);
  gbx_hyperparameters_set_experiment (f->dials, f->experiment);
  g_signal_connect (f->dials, "edited", G_CALLBACK (edited_cb), f->edited);
  g_signal_connect (f->dials, "notify", G_CALLBACK (notify_cb), f->notified);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->dials);
  nn_experiment_free (f->experiment);
  g_string_free (f->edited, TRUE);
  g_string_free (f->notified, TRUE);
}

static void
test_reads_recipe (Fixture *f, gconstpointer data)
{
  double rate, momentum, l2, dropout, clip_norm;
  int epochs, batch_size, hidden_units;
  guint optimizer, activation, loss, schedule;

  g_object_get (f->dials, "learning-rate", &rate, "momentum", &momentum, "l2", &l2, "dropout",
                &dropout, "clip-norm", &clip_norm, "epochs", &epochs, "batch-size", &batch_size,
                "hidden-units", &hidden_units, "optimizer", &optimizer, "activation", &activation,
                "loss", &loss, "schedule", &schedule, NULL);
  g_assert_cmpfloat (rate, ==, 0.001);
  g_assert_cmpfloat (momentum, ==, f->experiment->train.optimizer.momentum);
  g_assert_cmpfloat (l2, ==, 0);
  g_assert_cmpfloat (dropout, ==, 0);
  g_assert_cmpfloat (clip_norm, ==, 0);
  g_assert_cmpint (epochs, ==, 10);
  g_assert_cmpint (batch_size, ==, 128);
  g_assert_cmpint (hidden_units, ==, 64);
  g_assert_cmpuint (optimizer, ==, NN_OPTIMIZER_ADAM);
  g_assert_cmpuint (activation, ==, NN_FUNCTION_RELU);
  g_assert_cmpuint (loss, ==, NN_LOSS_SOFTMAX_CROSS_ENTROPY);
  g_assert_cmpuint (schedule, ==, NN_SCHEDULE_CONSTANT);
}

/* Every dial writes the recipe, tells that it was turned, and leaves a recipe that is valid. */
static void
test_writes_recipe (Fixture *f, gconstpointer data)
{
  g_autofree char *json = NULL;
  g_autoptr (NnExperiment) parsed = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (f->dials, "learning-rate", 0.02, NULL);
  g_object_set (f->dials, "l2", 1e-4, NULL);
  g_object_set (f->dials, "dropout", 0.25, NULL);
  g_object_set (f->dials, "epochs", 3, NULL);
  g_object_set (f->dials, "batch-size", 17, NULL);
  g_object_set (f->dials, "hidden-units", 33, NULL);
  g_object_set (f->dials, "activation", NN_FUNCTION_TANH, NULL);
  g_object_set (f->dials, "clip-norm", 5.0, NULL);
  g_object_set (f->dials, "schedule", NN_SCHEDULE_COSINE, NULL);
  g_assert_cmpstr (f->edited->str, ==,
                   "learning-rate l2 dropout epochs batch-size hidden-units activation clip-norm "
                   "schedule ");
  g_assert_cmpstr (f->notified->str, ==, f->edited->str);
  g_assert_cmpfloat (f->experiment->train.optimizer.learning_rate, ==, 0.02);
  g_assert_cmpfloat (f->experiment->train.l2, ==, 1e-4);
  g_assert_cmpfloat (nn_experiment_get_dropout (f->experiment), ==, 0.25);
  g_assert_cmpint (f->experiment->train.epochs, ==, 3);
  g_assert_cmpint (f->experiment->train.batch_size, ==, 17);
  g_assert_cmpint (nn_experiment_get_hidden_units (f->experiment), ==, 33);
  g_assert_cmpint (nn_experiment_get_hidden_function (f->experiment), ==, NN_FUNCTION_TANH);
  g_assert_cmpfloat (f->experiment->train.clip_norm, ==, 5);
  g_assert_cmpint (f->experiment->train.schedule.kind, ==, NN_SCHEDULE_COSINE);

  json = nn_experiment_to_json (f->experiment);
  parsed = nn_experiment_parse (json, -1, &error);
  g_assert_no_error (error);
  g_assert_true (nn_experiment_equal (parsed, f->experiment));
}

static void
test_same_value_is_no_edit (Fixture *f, gconstpointer data)
{
  g_object_set (f->dials, "learning-rate", 0.001, "hidden-units", 64, NULL);
  g_assert_cmpstr (f->edited->str, ==, "");
  g_assert_cmpstr (f->notified->str, ==, "");
}

/* An optimizer brings its own usual rate; that is one edit, of which every dial it moves tells. */
static void
test_optimizer_brings_rate (Fixture *f, gconstpointer data)
{
  NnOptimizerSpec usual = nn_optimizer_spec_default (NN_OPTIMIZER_MOMENTUM);
  double rate, momentum;

  g_object_set (f->dials, "optimizer", NN_OPTIMIZER_MOMENTUM, NULL);
  g_object_get (f->dials, "learning-rate", &rate, "momentum", &momentum, NULL);
  g_assert_cmpfloat (rate, ==, usual.learning_rate);
  g_assert_cmpfloat (momentum, ==, usual.momentum);
  g_assert_cmpfloat (rate, !=, 0.001);
  g_assert_cmpstr (f->edited->str, ==, "optimizer ");
  g_assert_nonnull (strstr (f->notified->str, "optimizer "));
  g_assert_nonnull (strstr (f->notified->str, "learning-rate "));
}

/* A network without a hidden layer has no units to turn: the slider goes back. */
static void
test_nothing_to_turn (Fixture *f, gconstpointer data)
{
  int units;

  while (f->experiment->layers->len > 2)
    g_ptr_array_remove_index (f->experiment->layers, 0);
  gbx_hyperparameters_set_experiment (f->dials, f->experiment);
  g_string_truncate (f->notified, 0);

  g_object_set (f->dials, "hidden-units", 12, NULL);
  g_object_get (f->dials, "hidden-units", &units, NULL);
  g_assert_cmpint (units, ==, 0);
  g_assert_cmpstr (f->edited->str, ==, "");
  g_assert_cmpstr (f->notified->str, ==, "hidden-units ");
}

/* Another recipe: what differs is told, and it is nobody's edit. */
static void
test_other_recipe (Fixture *f, gconstpointer data)
{
  g_autoptr (NnExperiment) other = nn_preset_load ("keras-784-128-10", NULL);
  int units;

  gbx_hyperparameters_set_experiment (f->dials, other);
  g_object_get (f->dials, "hidden-units", &units, NULL);
  g_assert_cmpint (units, ==, 128);
  g_assert_cmpstr (f->edited->str, ==, "");
  g_assert_nonnull (strstr (f->notified->str, "hidden-units "));
  g_assert_null (strstr (f->notified->str, "learning-rate "));
}

static void
test_default (Fixture *f, gconstpointer data)
{
  GValue value = G_VALUE_INIT;
  double rate;

  g_object_set (f->dials, "learning-rate", 0.5, "hidden-units", 7, NULL);
  gbx_hyperparameters_get_default (f->dials, "learning-rate", &value);
  g_assert_cmpfloat (g_value_get_double (&value), ==, 0.001);
  g_object_set_property (G_OBJECT (f->dials), "learning-rate", &value);
  g_object_get (f->dials, "learning-rate", &rate, NULL);
  g_assert_cmpfloat (rate, ==, 0.001);
  g_value_unset (&value);

  gbx_hyperparameters_get_default (f->dials, "hidden-units", &value);
  g_assert_cmpint (g_value_get_int (&value), ==, 64);
}

static void
test_live (void)
{
  static const char *const live[] = {"learning-rate", "momentum", "l2", "epochs"};
  static const char *const structural[] = {"batch-size", "hidden-units", "dropout",  "optimizer",
                                           "activation", "loss",         "schedule", "clip-norm"};

  for (guint i = 0; i < G_N_ELEMENTS (live); i++)
    g_assert_true (gbx_hyperparameters_is_live (live[i]));
  for (guint i = 0; i < G_N_ELEMENTS (structural); i++)
    g_assert_false (gbx_hyperparameters_is_live (structural[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/hyperparameters/reads-recipe", test_reads_recipe);
  ADD ("/hyperparameters/writes-recipe", test_writes_recipe);
  ADD ("/hyperparameters/same-value-is-no-edit", test_same_value_is_no_edit);
  ADD ("/hyperparameters/optimizer-brings-rate", test_optimizer_brings_rate);
  ADD ("/hyperparameters/nothing-to-turn", test_nothing_to_turn);
  ADD ("/hyperparameters/other-recipe", test_other_recipe);
  ADD ("/hyperparameters/default", test_default);
#undef ADD
  g_test_add_func ("/hyperparameters/live", test_live);
  return g_test_run ();
}
