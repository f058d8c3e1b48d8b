/* gbx-session-edit.c: what changes the recipe: dials, presets, files and data sets.
 *
 * A live dial acts on the next batch and is marked on the run; so do the steps a drawing goes
 * through, where the data do not go through them. Any other dial needs fresh weights:
 * the run stops, and a new one from the same seed takes its place, running if the old one was.
 * Every edit can be taken back, by the same way: what differs decides what follows. */
#include "gbx-session-private.h"

#include <glib/gi18n-lib.h>

#define DRAG_MILLISECONDS 150 /* a dial still for this long has been let go */
#define EDIT_MILLISECONDS 700 /* and after this its next turn is an edit of its own */
#define CHOICE 0              /* the one place of a data set in a recipe */

/* ---- live dials ---- */

static const char *const live_dials[] = {"learning-rate", "momentum", "l2", "epochs"};

static double
value_of (const NnTrainSpec *train, const char *dial)
{
  if (g_str_equal (dial, "learning-rate"))
    return train->optimizer.learning_rate;
  if (g_str_equal (dial, "momentum"))
    return train->optimizer.momentum;
  if (g_str_equal (dial, "l2"))
    return train->l2;
  return train->epochs;
}

static void
mark_dial (GbxSession *self)
{
  g_clear_handle_id (&self->mark_source, g_source_remove);
  if (self->current_run != NULL && self->marked_dial != NULL) {
    gbx_run_add_mark (self->current_run, gbx_session_get_position (self), self->marked_dial,
                      value_of (&self->experiment->train, self->marked_dial));
  }
  g_clear_pointer (&self->marked_dial, g_free);
}

static gboolean
mark_dial_cb (gpointer data)
{
  GbxSession *self = data;

  self->mark_source = 0;
  mark_dial (self);
  return G_SOURCE_REMOVE;
}

static void
queue_mark (GbxSession *self, const char *dial)
{
  if (self->marked_dial != NULL && !g_str_equal (self->marked_dial, dial))
    mark_dial (self);
  g_clear_handle_id (&self->mark_source, g_source_remove);
  g_free (self->marked_dial);
  self->marked_dial = g_strdup (dial);
  self->mark_source = g_timeout_add (DRAG_MILLISECONDS, mark_dial_cb, self);
}

/* More epochs than were done: a finished run is a paused one again, and the other way round. */
static void
judge_finished (GbxSession *self)
{
  gboolean done = self->epoch >= self->experiment->train.epochs;

  if (self->state == GBX_SESSION_FINISHED && !done)
    self->state = GBX_SESSION_PAUSED;
  else if (self->state == GBX_SESSION_PAUSED && done)
    self->state = GBX_SESSION_FINISHED;
  else
    return;
  if (self->current_run != NULL)
    g_object_set (self->current_run, "state", done ? GBX_RUN_FINISHED : GBX_RUN_PAUSED, NULL);
}

static void
apply_live_dials (GbxSession *self)
{
  const NnTrainSpec *train = &self->experiment->train;

  gbx_session_copy_live_dials (self, self->network_experiment);
  nn_trainer_set_dials (self->trainer, train->optimizer.learning_rate, train->optimizer.momentum,
                        train->l2);
  nn_trainer_set_epochs (self->trainer, train->epochs);
  judge_finished (self);
}

/* ---- dials that need a reset ---- */

static void
rebuild_as_edited (GbxSession *self)
{
  gboolean runs = self->state == GBX_SESSION_RUNNING && self->goes_on;

  g_clear_handle_id (&self->rebuild_source, g_source_remove);
  gbx_session_rebuild (self, runs ? GBX_INTENT_TRAIN : self->intent);
}

static gboolean
rebuild_cb (gpointer data)
{
  GbxSession *self = data;

  self->rebuild_source = 0;
  rebuild_as_edited (self);
  return G_SOURCE_REMOVE;
}

void
gbx_session_rebuild_soon (GbxSession *self)
{
  g_clear_handle_id (&self->rebuild_source, g_source_remove);
  self->rebuild_source = g_timeout_add (DRAG_MILLISECONDS, rebuild_cb, self);
}

/* ---- any edit ---- */

/* @before: the recipe as it was, for a training that is still being built. */
static gboolean
needs_rebuild (GbxSession *self, const NnExperiment *before)
{
  const NnExperiment *built = self->loaded ? self->network_experiment : before;
  g_autoptr (NnExperiment) wanted = nn_experiment_copy (built);
  char *name = wanted->name;

  gbx_session_copy_live_dials (self, wanted);
  if (self->experiment->prepare.fit == NULL) /* measured since */
    nn_prepare_spec_set_fit (&wanted->prepare, NULL);
  wanted->name = self->experiment->name; /* means nothing to the numbers */
  gboolean differs = !nn_experiment_equal (wanted, self->experiment);
  wanted->name = name;
  return differs;
}

/* The recipe is another than @before: does what that needs. */
static void
follow_recipe (GbxSession *self, const NnExperiment *before)
{
  if (needs_rebuild (self, before)) {
    gbx_session_rebuild_soon (self);
  } else if (self->loaded) {
    g_clear_handle_id (&self->rebuild_source, g_source_remove);
    apply_live_dials (self);
    for (guint i = 0; i < G_N_ELEMENTS (live_dials); i++)
      if (value_of (&before->train, live_dials[i]) !=
          value_of (&self->experiment->train, live_dials[i]))
        queue_mark (self, live_dials[i]);
  }
}

static gboolean
seal_cb (gpointer data)
{
  GbxSession *self = data;

  self->seal_source = 0;
  gbx_history_seal (self->history);
  return G_SOURCE_REMOVE;
}

static void
record (GbxSession *self, const char *what, int place)
{
  gbx_history_record (self->history, self->experiment, what, place);
  g_clear_handle_id (&self->seal_source, g_source_remove);
  self->seal_source = g_timeout_add (EDIT_MILLISECONDS, seal_cb, self);
}

static const char *
dial_name (const char *dial)
{
  static const struct {
    const char *dial, *name;
  } names[] = {
      {"learning-rate", N_ ("Learning rate")},
      {"momentum", N_ ("Momentum")},
      {"l2", N_ ("L2 weight decay")},
      {"epochs", N_ ("Epochs")},
      {"batch-size", N_ ("Batch size")},
      {"hidden-units", N_ ("Hidden units")},
      {"dropout", N_ ("Dropout")},
      {"optimizer", N_ ("Optimizer")},
      {"activation", N_ ("Activation")},
      {"loss", N_ ("Loss function")},
      {"schedule", N_ ("Schedule")},
      {"clip-norm", N_ ("Clip gradient at")},
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].dial, dial))
      return names[i].name;
  g_return_val_if_reached (dial);
}

static void
edited_cb (GbxHyperparameters *hyperparameters, const char *dial, GbxSession *self)
{
  if (self->closed)
    return;
  follow_recipe (self, gbx_history_now (self->history));
  record (self, dial_name (dial), 0);
  gbx_session_tell (self);
  gbx_session_emit (self, GBX_SESSION_SIGNAL_EXPERIMENT_CHANGED);
  gbx_session_keep_soon (self);
}

/* An edit of the present recipe, or a step through the history: the run goes on where it can. */
static void
change_recipe (GbxSession *self, const NnExperiment *before, NnExperiment *experiment)
{
  gbx_session_set_error (self, NULL);
  gbx_session_adopt_experiment (self, experiment);
  follow_recipe (self, before);
  gbx_session_tell (self);
  gbx_session_keep_soon (self);
}

static void
step_through_history (GbxSession *self, const NnExperiment *(*step) (GbxHistory *history))
{
  g_autoptr (NnExperiment) before = NULL;
  const NnExperiment *recipe;

  if (self->closed)
    return;
  before = nn_experiment_copy (self->experiment);
  recipe = step (self->history);
  if (recipe != NULL)
    change_recipe (self, before, nn_experiment_copy (recipe));
}

/* Another experiment: it begins at once, and waits for Train. */
static void
replace_recipe (GbxSession *self, NnExperiment *experiment)
{
  gbx_session_set_error (self, NULL);
  gbx_session_forget_edit (self);
  gbx_session_adopt_experiment (self, experiment);
  gbx_session_record (self, N_ ("Choice of experiment"));
  gbx_session_rebuild (self, GBX_INTENT_NONE);
  gbx_session_keep_soon (self);
}

/* ---- shared with the session's other files ---- */

void
gbx_session_connect_dials (GbxSession *self)
{
  g_signal_connect_object (self->hyperparameters, "edited", G_CALLBACK (edited_cb), self, 0);
}

void
gbx_session_fit_data (GbxSession *self, const NnExperiment *built)
{
  gboolean same = nn_prepare_spec_same_input (&self->experiment->prepare, &built->prepare);

  if (!g_str_equal (self->experiment->dataset, built->dataset))
    return; /* edited meanwhile: another build will follow */
  nn_prepare_spec_follow (&self->experiment->prepare, self->dataset);
  if (nn_experiment_fit_classes (self->experiment, self->dataset->n_classes) || !same)
    record (self, N_ ("Data set"), CHOICE); /* one edit with the choice of the set */
}

void
gbx_session_copy_live_dials (GbxSession *self, NnExperiment *experiment)
{
  const NnTrainSpec *from = &self->experiment->train;
  NnTrainSpec *to = &experiment->train;

  to->optimizer.learning_rate = from->optimizer.learning_rate;
  to->optimizer.momentum = from->optimizer.momentum;
  to->l2 = from->l2;
  to->epochs = from->epochs;
  experiment->prepare.invert = self->experiment->prepare.invert;
  if (self->dataset != NULL && nn_dataset_is_as_asked (self->dataset)) /* only drawings take them */
    experiment->prepare.ink = self->experiment->prepare.ink;
}

void
gbx_session_adopt_experiment (GbxSession *self, NnExperiment *experiment)
{
  NnExperiment *old = self->experiment;

  self->experiment = experiment;
  gbx_hyperparameters_set_experiment (self->hyperparameters, experiment);
  if (old != NULL)
    nn_experiment_free (old);
  if (self->history == NULL)
    self->history = gbx_history_new (experiment);
  gbx_session_tell (self);
  gbx_session_emit (self, GBX_SESSION_SIGNAL_EXPERIMENT_CHANGED);
}

void
gbx_session_record (GbxSession *self, const char *what)
{
  record (self, what, -1);
  gbx_session_tell (self);
}

void
gbx_session_flush_edit (GbxSession *self)
{
  if (self->mark_source != 0)
    mark_dial (self);
  if (self->rebuild_source != 0)
    rebuild_as_edited (self);
}

void
gbx_session_forget_edit (GbxSession *self)
{
  if (self->mark_source != 0 && !self->closed)
    mark_dial (self);
  g_clear_handle_id (&self->mark_source, g_source_remove);
  g_clear_handle_id (&self->rebuild_source, g_source_remove);
  g_clear_handle_id (&self->seal_source, g_source_remove);
  if (self->history != NULL)
    gbx_history_seal (self->history);
}

/* Other data were chosen. */
static void
choose_data (GbxSession *self)
{
  nn_prepare_spec_set_fit (&self->experiment->prepare, NULL);
  nn_prepare_spec_set_fit (&self->experiment->prepare, NULL);
  self->fits_data = TRUE;
  record (self, N_ ("Data set"), CHOICE);
  gbx_session_tell (self);
  gbx_session_emit (self, GBX_SESSION_SIGNAL_EXPERIMENT_CHANGED);
  gbx_session_keep_soon (self);
}

/* ---- public ---- */

void
gbx_session_reset (GbxSession *self, gboolean new_seed)
{
  g_return_if_fail (GBX_IS_SESSION (self));

  if (self->closed)
    return;
  gbx_session_set_error (self, NULL);
  gbx_session_forget_edit (self);
  if (new_seed)
    self->experiment->seed = (self->experiment->seed + 1) & G_MAXINT64;
  nn_prepare_spec_set_fit (&self->experiment->prepare, NULL);
  gbx_session_record (self, N_ ("New seed"));
  gbx_session_rebuild (self, GBX_INTENT_NONE);
  gbx_session_keep_soon (self);
}

void
gbx_session_load_preset (GbxSession *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  NnExperiment *experiment;

  g_return_if_fail (GBX_IS_SESSION (self) && name != NULL);

  if (self->closed)
    return;
  experiment = nn_preset_load (name, &error);
  if (experiment == NULL)
    gbx_session_set_error (self, error->message);
  else
    replace_recipe (self, experiment);
}

void
gbx_session_load_experiment (GbxSession *self, const NnExperiment *experiment)
{
  g_return_if_fail (GBX_IS_SESSION (self) && experiment != NULL);

  if (!self->closed)
    replace_recipe (self, nn_experiment_copy (experiment));
}

void
gbx_session_set_dataset (GbxSession *self, const char *id)
{
  g_return_if_fail (GBX_IS_SESSION (self) && id != NULL);

  if (self->closed)
    return;
  if (g_str_equal (self->experiment->dataset, id) &&
      g_strcmp0 (gbx_session_get_dataset_id (self), id) == 0)
    return;
  gbx_session_set_error (self, NULL);
  gbx_session_forget_edit (self);
  g_free (self->experiment->dataset);
  self->experiment->dataset = g_strdup (id);
  if (g_strcmp0 (self->experiment->mix.dataset, id) == 0)
    g_clear_pointer (&self->experiment->mix.dataset, g_free);
  choose_data (self);
  rebuild_as_edited (self);
}

void
gbx_session_set_mix (GbxSession *self, const char *id, double share)
{
  NnMixSpec *mix;

  g_return_if_fail (GBX_IS_SESSION (self));
  g_return_if_fail (id == NULL || (share >= NN_MIX_LEAST && share <= NN_MIX_MOST));

  mix = &self->experiment->mix;
  if (self->closed || (g_strcmp0 (mix->dataset, id) == 0 && (id == NULL || mix->share == share)))
    return;
  gbx_session_set_error (self, NULL);
  if (g_strcmp0 (mix->dataset, id) != 0)
    gbx_session_forget_edit (self);
  g_free (mix->dataset);
  mix->dataset = g_strdup (id);
  mix->share = id != NULL ? share : 0;
  choose_data (self);
  gbx_session_rebuild_soon (self); /* the slider may be turning still */
}

void
gbx_session_edit (GbxSession *self, NnExperiment *experiment, const char *what, int place)
{
  g_autoptr (NnExperiment) before = NULL;

  g_return_if_fail (GBX_IS_SESSION (self) && experiment != NULL && what != NULL);

  if (self->closed || nn_experiment_equal (self->experiment, experiment)) {
    nn_experiment_free (experiment);
    return;
  }
  before = nn_experiment_copy (self->experiment);
  change_recipe (self, before, experiment);
  record (self, what, place);
  gbx_session_tell (self);
}

void
gbx_session_undo (GbxSession *self)
{
  g_return_if_fail (GBX_IS_SESSION (self));

  step_through_history (self, gbx_history_undo);
}

void
gbx_session_redo (GbxSession *self)
{
  g_return_if_fail (GBX_IS_SESSION (self));

  step_through_history (self, gbx_history_redo);
}

GbxForesight *
gbx_session_foresee (GbxSession *self)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), NULL);

  return gbx_foresight_new (self->experiment, self->dataset != NULL ? self->dataset->n_classes : 0);
}
