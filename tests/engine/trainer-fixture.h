/* trainer-fixture.h: a training thread, what to load into it, and what it told. Loops that wait for
 * the other thread end by the test's timeout where they would not end. */
#pragma once

#include "training-fixture.h"

#include "engine/train/trainer.h"

#define RECIPE                                                                                     \
  "{ \"type\": \"dense\", \"units\": 8 }, { \"type\": \"activation\", \"function\": \"relu\" }, "  \
  "{ \"type\": \"dense\", \"units\": 4 }, { \"type\": \"activation\", \"function\": \"softmax\" }"
#define N_SAMPLES 50
#define BATCH 8
#define BATCHES 7        /* an epoch */
#define ENDLESS G_MAXINT /* epochs: however slow the test and fast the machine, it still trains */

typedef struct {
  NnExperiment *experiment;
  NnDataset *dataset;
  NnTrainer *trainer;
  GArray *events; /* NnEvent, all drained so far */
} Fixture;

static inline NnTraining *
new_training (Fixture *fixture)
{
  return make_training (fixture->experiment, fixture->dataset, 2);
}

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->experiment = make_experiment (
      "", RECIPE,
      "\"loss\": \"softmax-cross-entropy\", \"optimizer\": { \"type\": \"momentum\", "
      "\"learning_rate\": 0.01 }, \"batch_size\": 8, \"epochs\": 3");
  fixture->dataset = make_dataset (N_SAMPLES, 20, 4);
  fixture->trainer = nn_trainer_new (2);
  fixture->events = g_array_new (FALSE, FALSE, sizeof (NnEvent));
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  nn_trainer_free (fixture->trainer);
  g_array_unref (fixture->events);
  nn_dataset_unref (fixture->dataset);
  nn_experiment_free (fixture->experiment);
}

/* Takes a few at a time, as a window would. */
static inline void
drain (Fixture *fixture)
{
  NnEvent events[5];
  gsize n;

  while ((n = nn_trainer_drain (fixture->trainer, events, G_N_ELEMENTS (events))) > 0)
    g_array_append_vals (fixture->events, events, n);
}

static inline const NnEvent *
event_at (Fixture *fixture, guint i)
{
  g_assert_cmpuint (i, <, fixture->events->len);
  return &g_array_index (fixture->events, NnEvent, i);
}

static inline const NnEvent *
last_event (Fixture *fixture)
{
  return event_at (fixture, fixture->events->len - 1);
}

static inline guint
count_events (Fixture *fixture, NnEventKind kind)
{
  guint n = 0;

  for (guint i = 0; i < fixture->events->len; i++)
    n += event_at (fixture, i)->kind == kind;
  return n;
}

static inline void
assert_state (const NnEvent *event, guint64 run, NnTrainerState state)
{
  g_assert_cmpint (event->kind, ==, NN_EVENT_STATE);
  g_assert_cmpuint (event->run, ==, run);
  g_assert_cmpint (event->state.state, ==, state);
}

static inline void
wait_for_steps (Fixture *fixture, guint n)
{
  while (count_events (fixture, NN_EVENT_STEP) < n) {
    g_thread_yield ();
    drain (fixture);
  }
}

/* Asserts that the trainer's training stands where one alone stands after as many steps. */
static inline void
assert_same_as_alone (Fixture *fixture)
{
  NnTraining *training = nn_trainer_borrow (fixture->trainer);
  g_autoptr (NnTraining) alone = new_training (fixture);
  NnTrainingPosition position, own = {0};
  NnStepResult step;
  NnEpochResult epoch;

  g_assert_nonnull (training);
  nn_training_get_position (training, &position);
  for (;;) {
    nn_training_get_position (alone, &own);
    if (own.step == position.step)
      break;
    if (nn_training_epoch_done (alone))
      nn_training_close_epoch (alone, &epoch);
    take_step (alone, &step);
  }
  assert_same_block (&nn_training_network (alone)->parameters,
                     nn_training_network (training)->parameters.data);
}

typedef struct {
  const char *path;
  void (*test) (Fixture *fixture, gconstpointer data);
} TrainerTest;

static inline int
run_trainer_tests (int argc, char **argv, const TrainerTest *tests, gsize n)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < n; i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
