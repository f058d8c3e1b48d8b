/* test-trainer.c: the training thread: commands, and events in order. Runs under the thread
 * sanitizer too. */
#include "trainer-fixture.h"

#include <math.h>

/* ---- events ---- */

/* idle · running · 7 steps · epoch · … · finished, and what comes out is what comes out alone. */
static void
test_events (Fixture *fixture, gconstpointer data)
{
  guint64 run = nn_trainer_load (fixture->trainer, new_training (fixture));
  guint at = 0;

  g_assert_cmpuint (run, ==, 1);
  nn_trainer_start (fixture->trainer);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpint (nn_trainer_get_state (fixture->trainer), ==, NN_TRAINER_FINISHED);
  drain (fixture);

  assert_state (event_at (fixture, at++), run, NN_TRAINER_IDLE);
  assert_state (event_at (fixture, at++), run, NN_TRAINER_RUNNING);
  for (int epoch = 0; epoch < 3; epoch++) {
    double loss = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      const NnEvent *event = event_at (fixture, at++);
      g_assert_cmpint (event->kind, ==, NN_EVENT_STEP);
      g_assert_cmpuint (event->run, ==, run);
      g_assert_cmpuint (event->step.step, ==, (guint64)epoch * BATCHES + batch + 1);
      g_assert_cmpint (event->step.epoch, ==, epoch);
      g_assert_cmpint (event->step.batch, ==, batch);
      loss += event->step.loss * (batch < BATCHES - 1 ? BATCH : N_SAMPLES % BATCH);
    }
    const NnEvent *event = event_at (fixture, at++);
    g_assert_cmpint (event->kind, ==, NN_EVENT_EPOCH);
    g_assert_cmpuint (event->run, ==, run);
    g_assert_cmpint (event->epoch.epoch, ==, epoch);
    g_assert_cmpfloat_with_epsilon (event->epoch.loss, loss / N_SAMPLES, 1e-12);
    g_assert_true (isfinite (event->epoch.validation_loss));
  }
  assert_state (event_at (fixture, at++), run, NN_TRAINER_FINISHED);
  g_assert_cmpuint (at, ==, fixture->events->len);
  assert_same_as_alone (fixture);
}

/* Nobody looks for longer than the ring is long: steps get lost, nothing else, and in order. */
static void
test_overflow (Fixture *fixture, gconstpointer data)
{
  const int epochs = 400;
  guint64 last = 0;
  int epoch = 0;

  fixture->experiment->train.batch_size = 1;
  fixture->experiment->train.epochs = epochs;
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_start (fixture->trainer);
  nn_trainer_wait_idle (fixture->trainer);
  drain (fixture);

  g_assert_cmpuint (count_events (fixture, NN_EVENT_STEP), ==, 16384);
  g_assert_cmpuint (count_events (fixture, NN_EVENT_EPOCH), ==, epochs);
  for (guint i = 0; i < fixture->events->len; i++) {
    const NnEvent *event = event_at (fixture, i);
    if (event->kind == NN_EVENT_STEP) {
      g_assert_cmpuint (event->step.step, ==, last + 1);
      g_assert_cmpint (event->step.epoch, ==, epoch);
      last++;
    } else if (event->kind == NN_EVENT_EPOCH) {
      g_assert_cmpint (event->epoch.epoch, ==, epoch++);
    }
  }
  assert_state (last_event (fixture), 1, NN_TRAINER_FINISHED);

  /* There is room again. */
  nn_trainer_set_epochs (fixture->trainer, epochs + 1);
  nn_trainer_step (fixture->trainer, NN_STEP_BATCH);
  nn_trainer_wait_idle (fixture->trainer);
  drain (fixture);
  g_assert_cmpuint (count_events (fixture, NN_EVENT_STEP), ==, 16385);
}

/* ---- commands ---- */

static void
test_pause (Fixture *fixture, gconstpointer data)
{
  guint seen = 0;

  fixture->experiment->train.epochs = ENDLESS;
  nn_trainer_load (fixture->trainer, new_training (fixture));
  for (int i = 0; i < 5; i++) {
    nn_trainer_start (fixture->trainer);
    wait_for_steps (fixture, seen + 3);
    nn_trainer_pause (fixture->trainer);
    nn_trainer_wait_idle (fixture->trainer);
    g_assert_cmpint (nn_trainer_get_state (fixture->trainer), ==, NN_TRAINER_PAUSED);
    drain (fixture);
    assert_state (last_event (fixture), 1, NN_TRAINER_PAUSED);
    seen = count_events (fixture, NN_EVENT_STEP);
  }
  assert_same_as_alone (fixture);

  nn_trainer_pause (fixture->trainer); /* once more changes nothing */
  nn_trainer_wait_idle (fixture->trainer);
  guint n = fixture->events->len;
  drain (fixture);
  g_assert_cmpuint (fixture->events->len, ==, n);
}

static void
assert_position (Fixture *fixture, int epoch, gsize position)
{
  nn_trainer_wait_idle (fixture->trainer);
  NnTraining *training = nn_trainer_borrow (fixture->trainer);

  g_assert_cmpint (nn_trainer_get_state (fixture->trainer), ==, NN_TRAINER_PAUSED);
  g_assert_cmpint (nn_training_epoch (training), ==, epoch);
  g_assert_cmpuint (nn_training_position (training), ==, position);
}

static void
test_steps (Fixture *fixture, gconstpointer data)
{
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_step (fixture->trainer, NN_STEP_BATCH);
  assert_position (fixture, 0, 8);
  nn_trainer_step (fixture->trainer, NN_STEP_SAMPLE);
  assert_position (fixture, 0, 9);

  /* Each of many is made, in order with what is said in between. */
  nn_trainer_step (fixture->trainer, NN_STEP_BATCH);
  nn_trainer_set_dials (fixture->trainer, 0.5, 0, 0);
  nn_trainer_step (fixture->trainer, NN_STEP_SAMPLE);
  nn_trainer_set_dials (fixture->trainer, 0.25, 0, 0);
  nn_trainer_step (fixture->trainer, NN_STEP_BATCH);
  assert_position (fixture, 0, 26);
  drain (fixture);
  guint last = fixture->events->len - 1;
  g_assert_cmpfloat (event_at (fixture, last - 2)->step.learning_rate, ==, 0.01);
  g_assert_cmpfloat (event_at (fixture, last - 1)->step.learning_rate, ==, 0.5);
  g_assert_cmpfloat (event_at (fixture, last)->step.learning_rate, ==, 0.25);

  nn_trainer_step (fixture->trainer, NN_STEP_EPOCH);
  assert_position (fixture, 1, 0);
  drain (fixture);
  g_assert_cmpuint (count_events (fixture, NN_EVENT_EPOCH), ==, 1);
  assert_state (last_event (fixture), 1, NN_TRAINER_PAUSED);
  nn_trainer_step (fixture->trainer, NN_STEP_EPOCH);
  assert_position (fixture, 2, 0);

  /* The last batch closes the epoch, and steps asked for meanwhile are made after it. */
  for (int i = 0; i < BATCHES; i++)
    nn_trainer_step (fixture->trainer, NN_STEP_BATCH);
  nn_trainer_wait_idle (fixture->trainer);
  drain (fixture);
  g_assert_cmpuint (count_events (fixture, NN_EVENT_EPOCH), ==, 3);
  assert_state (last_event (fixture), 1, NN_TRAINER_FINISHED);

  nn_trainer_step (fixture->trainer, NN_STEP_SAMPLE); /* there is nothing left to step */
  nn_trainer_wait_idle (fixture->trainer);
  guint n = fixture->events->len;
  drain (fixture);
  g_assert_cmpuint (fixture->events->len, ==, n);
}

static void
test_reset (Fixture *fixture, gconstpointer data)
{
  g_autoptr (NnTraining) fresh = new_training (fixture);
  guint64 run;

  fixture->experiment->train.epochs = ENDLESS;
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_start (fixture->trainer);
  wait_for_steps (fixture, 2);
  run = nn_trainer_reset (fixture->trainer, fixture->experiment->seed);
  g_assert_cmpuint (run, ==, 2);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpint (nn_trainer_get_state (fixture->trainer), ==, NN_TRAINER_IDLE);
  assert_same_block (&nn_training_network (fresh)->parameters,
                     nn_training_network (nn_trainer_borrow (fixture->trainer))->parameters.data);
  drain (fixture);
  assert_state (last_event (fixture), 2, NN_TRAINER_IDLE);
  for (guint i = 0; i + 1 < fixture->events->len; i++) /* what came before is told apart */
    g_assert_cmpuint (event_at (fixture, i)->run, ==, 1);

  nn_trainer_reset (fixture->trainer, 1234);
  nn_trainer_step (fixture->trainer, NN_STEP_BATCH);
  nn_trainer_wait_idle (fixture->trainer);
  drain (fixture);
  assert_state (last_event (fixture), 3, NN_TRAINER_PAUSED);
  g_assert_cmpuint (nn_training_seed (nn_trainer_borrow (fixture->trainer)), ==, 1234);
}

static void
test_live_dials (Fixture *fixture, gconstpointer data)
{
  fixture->experiment->train.epochs = ENDLESS;
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_start (fixture->trainer);
  wait_for_steps (fixture, 1);
  nn_trainer_set_dials (fixture->trainer, 0.125, 0.5, 0.01);
  while (last_event (fixture)->kind != NN_EVENT_STEP ||
         last_event (fixture)->step.learning_rate != 0.125) {
    g_thread_yield ();
    drain (fixture);
  }
  nn_trainer_pause (fixture->trainer);
  nn_trainer_wait_idle (fixture->trainer);
  const NnExperiment *experiment = nn_training_experiment (nn_trainer_borrow (fixture->trainer));
  g_assert_cmpfloat (experiment->train.optimizer.momentum, ==, 0.5);
  g_assert_cmpfloat (experiment->train.l2, ==, 0.01);
}

static void
test_epochs (Fixture *fixture, gconstpointer data)
{
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_start (fixture->trainer);
  nn_trainer_wait_idle (fixture->trainer);
  drain (fixture);
  guint n = fixture->events->len;

  nn_trainer_start (fixture->trainer); /* there are no more */
  nn_trainer_wait_idle (fixture->trainer);
  drain (fixture);
  g_assert_cmpuint (fixture->events->len, ==, n);

  nn_trainer_set_epochs (fixture->trainer, 5);
  nn_trainer_start (fixture->trainer);
  nn_trainer_wait_idle (fixture->trainer);
  drain (fixture);
  g_assert_cmpuint (count_events (fixture, NN_EVENT_EPOCH), ==, 5);
  assert_state (event_at (fixture, n), 1, NN_TRAINER_RUNNING);
  assert_state (last_event (fixture), 1, NN_TRAINER_FINISHED);

  nn_trainer_set_epochs (fixture->trainer, ENDLESS);
  nn_trainer_start (fixture->trainer);
  wait_for_steps (fixture, 6 * BATCHES);
  nn_trainer_set_epochs (fixture->trainer, 2); /* fewer than done: it ends at once */
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpint (nn_trainer_get_state (fixture->trainer), ==, NN_TRAINER_FINISHED);
}

/* One batch in thirty years, which no machine has been up for: the first is made at once all the
 * same, and what is said meanwhile is heard at once. */
static void
test_speed (Fixture *fixture, gconstpointer data)
{
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_set_speed (fixture->trainer, 1e-9);
  nn_trainer_start (fixture->trainer);
  wait_for_steps (fixture, 1);
  nn_trainer_pause (fixture->trainer);
  nn_trainer_wait_idle (fixture->trainer);
  drain (fixture);
  g_assert_cmpuint (count_events (fixture, NN_EVENT_STEP), ==, 1);

  nn_trainer_step (fixture->trainer, NN_STEP_BATCH); /* by hand: no waiting */
  nn_trainer_wait_idle (fixture->trainer);
  drain (fixture);
  g_assert_cmpuint (count_events (fixture, NN_EVENT_STEP), ==, 2);

  nn_trainer_start (fixture->trainer);
  nn_trainer_request_snapshot (fixture->trainer); /* is served while it waits */
  while (!nn_trainer_take_snapshot (fixture->trainer))
    g_thread_yield ();
  drain (fixture);
  g_assert_cmpuint (count_events (fixture, NN_EVENT_STEP), ==, 2);
  nn_trainer_set_speed (fixture->trainer, 0);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpint (nn_trainer_get_state (fixture->trainer), ==, NN_TRAINER_FINISHED);
  assert_same_as_alone (fixture);

  drain (fixture);
  nn_trainer_reset (fixture->trainer, 5); /* so is that of another run */
  nn_trainer_set_speed (fixture->trainer, 1e-9);
  nn_trainer_start (fixture->trainer);
  wait_for_steps (fixture, count_events (fixture, NN_EVENT_STEP) + 1);
}

static void
test_divergence (Fixture *fixture, gconstpointer data)
{
  fixture->experiment->train.optimizer.learning_rate = 1e30;
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_start (fixture->trainer);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpint (nn_trainer_get_state (fixture->trainer), ==, NN_TRAINER_DIVERGED);
  drain (fixture);
  assert_state (last_event (fixture), 1, NN_TRAINER_DIVERGED);
  const char *message = last_event (fixture)->state.message;
  g_assert_nonnull (strstr (message, "epoch 1, batch "));
  g_assert_nonnull (strstr (message, "layer "));
  g_assert_true (g_utf8_validate (message, -1, NULL));

  nn_trainer_set_dials (fixture->trainer, 0.001, 0.5, 0);
  nn_trainer_start (fixture->trainer);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpint (nn_trainer_get_state (fixture->trainer), ==, NN_TRAINER_FINISHED);
  drain (fixture);
  for (guint i = 0; i < fixture->events->len; i++)
    if (event_at (fixture, i)->kind == NN_EVENT_EPOCH)
      g_assert_true (isfinite (event_at (fixture, i)->epoch.loss));
}

/* Every command there is, and nothing to apply it to. */
static void
test_nothing_loaded (Fixture *fixture, gconstpointer data)
{
  nn_trainer_start (fixture->trainer);
  nn_trainer_pause (fixture->trainer);
  nn_trainer_step (fixture->trainer, NN_STEP_EPOCH);
  nn_trainer_set_dials (fixture->trainer, 1, 0, 0);
  nn_trainer_set_epochs (fixture->trainer, 3);
  nn_trainer_set_speed (fixture->trainer, 3);
  nn_trainer_request_snapshot (fixture->trainer);
  g_assert_null (nn_trainer_take_snapshot (fixture->trainer));
  g_assert_cmpuint (nn_trainer_reset (fixture->trainer, 3), ==, 1);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_null (nn_trainer_borrow (fixture->trainer));
  g_assert_cmpint (nn_trainer_get_state (fixture->trainer), ==, NN_TRAINER_IDLE);
  g_assert_cmpfloat (nn_trainer_get_samples_per_second (fixture->trainer), ==, 0);
}

int
main (int argc, char **argv)
{
  static const TrainerTest tests[] = {
      {"/trainer/events", test_events},         {"/trainer/overflow", test_overflow},
      {"/trainer/pause", test_pause},           {"/trainer/steps", test_steps},
      {"/trainer/reset", test_reset},           {"/trainer/live-dials", test_live_dials},
      {"/trainer/epochs", test_epochs},         {"/trainer/speed", test_speed},
      {"/trainer/divergence", test_divergence}, {"/trainer/nothing-loaded", test_nothing_loaded},
  };

  return run_trainer_tests (argc, argv, tests, G_N_ELEMENTS (tests));
}
