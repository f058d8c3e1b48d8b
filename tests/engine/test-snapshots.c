/* test-snapshots.c: what the training thread shares with others: calls, snapshots, its own end.
 * Runs under the thread sanitizer too. */
#include "trainer-fixture.h"

#include <math.h>
#include <stdatomic.h>

/* ---- calls ---- */

typedef struct {
  GThread *thread;
  guint64 step;
  gboolean loaded;
  int n_called, n_destroyed;
} Call;

static void
call_cb (NnTraining *training, gpointer data)
{
  Call *call = data;
  NnTrainingPosition position = {0};

  call->loaded = training != NULL;
  if (training)
    nn_training_get_position (training, &position);
  call->step = position.step;
  call->thread = g_thread_self ();
  call->n_called++;
}

static void
destroy_cb (gpointer data)
{
  ((Call *)data)->n_destroyed++;
}

static void
test_call (Fixture *fixture, gconstpointer data)
{
  Call before = {0}, between = {0}, dropped = {0};

  nn_trainer_call (fixture->trainer, call_cb, &before, destroy_cb);
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_step (fixture->trainer, NN_STEP_BATCH);
  nn_trainer_step (fixture->trainer, NN_STEP_BATCH);
  nn_trainer_call (fixture->trainer, call_cb, &between, destroy_cb);
  nn_trainer_step (fixture->trainer, NN_STEP_BATCH);
  nn_trainer_call (fixture->trainer, call_cb, &dropped, NULL);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_false (before.loaded);
  g_assert_cmpint (before.n_destroyed, ==, 1);
  g_assert_true (between.loaded);
  g_assert_cmpuint (between.step, ==, 2);
  g_assert_cmpuint (dropped.step, ==, 3);
  g_assert_true (between.thread != g_thread_self ());
  g_assert_true (between.thread == before.thread);
  g_assert_cmpint (between.n_called, ==, 1);
  g_assert_cmpint (between.n_destroyed, ==, 1);
}

/* ---- the end ---- */

typedef struct {
  atomic_bool entered, leave;
} Gate;

static void
gate_cb (NnTraining *training, gpointer data)
{
  Gate *gate = data;

  atomic_store (&gate->entered, TRUE);
  while (!atomic_load (&gate->leave))
    g_thread_yield ();
}

static gpointer
open_gate (gpointer data)
{
  atomic_store (&((Gate *)data)->leave, TRUE);
  return NULL;
}

/* In mid-epoch, with every kind of thing still in the queue: nothing is lost track of. */
static void
test_free (Fixture *fixture, gconstpointer data)
{
  Gate gate = {0};
  Call call = {0};
  NnTrainer *trainer = nn_trainer_new (2);

  fixture->experiment->train.epochs = ENDLESS;
  nn_trainer_load (trainer, new_training (fixture));
  nn_trainer_start (trainer);
  nn_trainer_call (trainer, gate_cb, &gate, NULL);
  while (!atomic_load (&gate.entered))
    g_thread_yield ();

  nn_trainer_load (trainer, new_training (fixture));
  nn_trainer_call (trainer, call_cb, &call, destroy_cb);
  nn_trainer_start (trainer);
  GThread *opener = g_thread_new ("opener", open_gate, &gate);
  nn_trainer_free (trainer);
  g_thread_join (opener);
  g_assert_cmpint (call.n_destroyed, ==, 1);

  NnTrainer *running = nn_trainer_new (3);
  nn_trainer_load (running, new_training (fixture));
  nn_trainer_start (running);
  while (nn_trainer_get_state (running) != NN_TRAINER_RUNNING)
    g_thread_yield ();
  nn_trainer_free (running);
}

/* ---- snapshots ---- */

#define HASHED_STEPS 2000

/* Not a checksum of strength, but every bit moves it. */
static guint64
hash_numbers (const real *numbers, gsize n)
{
  guint64 hash = 0;

  for (gsize i = 0; i < n; i++) {
    guint32 bits;
    memcpy (&bits, &numbers[i], sizeof bits);
    hash = (hash ^ bits) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    hash ^= hash >> 29;
  }
  return hash;
}

/* What the parameters are after each step, worked out alone beforehand. */
static guint64 *
hash_steps (Fixture *fixture)
{
  g_autoptr (NnTraining) training = new_training (fixture);
  const NnArena *parameters = &nn_training_network (training)->parameters;
  guint64 *hashes = g_new (guint64, HASHED_STEPS + 1);
  NnStepResult step;
  NnEpochResult epoch;

  hashes[0] = hash_numbers (parameters->data, parameters->reserved);
  for (int i = 1; i <= HASHED_STEPS; i++) {
    if (nn_training_epoch_done (training))
      nn_training_close_epoch (training, &epoch);
    take_step (training, &step);
    hashes[i] = hash_numbers (parameters->data, parameters->reserved);
  }
  return hashes;
}

/* Each snapshot is whole: the very numbers of the step it says it is of, none older than the last.
 */
static void
test_snapshots (Fixture *fixture, gconstpointer data)
{
  g_autofree guint64 *hashes = NULL;
  guint64 last = 0;
  int n_taken = 0;

  fixture->experiment->train.epochs = HASHED_STEPS / BATCHES;
  hashes = hash_steps (fixture);
  guint64 run = nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_start (fixture->trainer);
  for (;;) {
    gboolean finished = nn_trainer_get_state (fixture->trainer) == NN_TRAINER_FINISHED;
    nn_trainer_request_snapshot (fixture->trainer);
    const NnSnapshot *snapshot = nn_trainer_take_snapshot (fixture->trainer);
    if (!snapshot) {
      if (finished && last == (guint64)fixture->experiment->train.epochs * BATCHES)
        break;
      g_thread_yield ();
      continue;
    }
    g_assert_cmpuint (snapshot->run, ==, run);
    g_assert_cmpuint (snapshot->step, >=, last);
    g_assert_cmpuint (snapshot->step, <=, HASHED_STEPS);
    g_assert_cmpuint (hash_numbers (snapshot->parameters, snapshot->n), ==, hashes[snapshot->step]);
    last = snapshot->step;
    n_taken++;
  }
  g_assert_cmpint (n_taken, >=, 1);
  g_assert_cmpfloat (nn_trainer_get_samples_per_second (fixture->trainer), >=, 0);
}

static const NnSnapshot *
wait_for_snapshot (Fixture *fixture)
{
  const NnSnapshot *snapshot;

  nn_trainer_request_snapshot (fixture->trainer);
  while (!(snapshot = nn_trainer_take_snapshot (fixture->trainer)))
    g_thread_yield ();
  return snapshot;
}

/* A resting trainer answers too, and one that was answered has no more to say; what is being read
 * stays while another network is loaded. */
static void
test_snapshot_at_rest (Fixture *fixture, gconstpointer data)
{
  Call call = {0};

  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_wait_idle (fixture->trainer);
  const NnSnapshot *snapshot = wait_for_snapshot (fixture);
  g_assert_cmpuint (snapshot->run, ==, 1);
  g_assert_cmpuint (snapshot->step, ==, 0);
  guint64 hash = hash_numbers (snapshot->parameters, snapshot->n);

  nn_trainer_request_snapshot (fixture->trainer);
  nn_trainer_pause (fixture->trainer); /* a command behind which it must have looked */
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_null (nn_trainer_take_snapshot (fixture->trainer));

  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpuint (hash_numbers (snapshot->parameters, snapshot->n), ==, hash);
  g_assert_cmpuint (wait_for_snapshot (fixture)->run, ==, 3);

  nn_trainer_step (fixture->trainer, NN_STEP_BATCH);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpuint (wait_for_snapshot (fixture)->step, ==, 1);
  nn_trainer_reset (fixture->trainer, 5);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpuint (wait_for_snapshot (fixture)->run, ==, 4);
  nn_trainer_call (fixture->trainer, call_cb, &call, NULL);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpuint (wait_for_snapshot (fixture)->step, ==, 0);
}

/* ---- the meter ---- */

static void
test_meter (Fixture *fixture, gconstpointer data)
{
  fixture->experiment->train.epochs = ENDLESS;
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_start (fixture->trainer);
  while (nn_trainer_get_samples_per_second (fixture->trainer) == 0) {
    g_thread_yield ();
    drain (fixture);
  }
  g_assert_true (isfinite (nn_trainer_get_samples_per_second (fixture->trainer)));
  nn_trainer_load (fixture->trainer, new_training (fixture));
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpfloat (nn_trainer_get_samples_per_second (fixture->trainer), ==, 0);
  nn_trainer_start (fixture->trainer);
  while (nn_trainer_get_samples_per_second (fixture->trainer) == 0) {
    g_thread_yield ();
    drain (fixture);
  }
  nn_trainer_reset (fixture->trainer, 7);
  nn_trainer_wait_idle (fixture->trainer);
  g_assert_cmpfloat (nn_trainer_get_samples_per_second (fixture->trainer), ==, 0);
}

int
main (int argc, char **argv)
{
  static const TrainerTest tests[] = {
      {"/trainer/call", test_call},           {"/trainer/free", test_free},
      {"/trainer/snapshots", test_snapshots}, {"/trainer/snapshot-at-rest", test_snapshot_at_rest},
      {"/trainer/meter", test_meter},
  };

  return run_trainer_tests (argc, argv, tests, G_N_ELEMENTS (tests));
}
