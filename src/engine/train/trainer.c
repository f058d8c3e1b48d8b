/* trainer.c: the one long-lived training thread and what the window says to it. */
#define _GNU_SOURCE /* gettid() */
#include "trainer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

#define NICENESS 10         /* as the pool's workers: the window comes first */
#define METER_INTERVAL 0.1  /* seconds of training between two readings of the speed */
#define METER_SMOOTHING 0.3 /* weight of the newest reading */
#define SECONDS 1000000     /* µs */
#define FOREVER 1e18        /* µs; the clock's sum with it does not overflow */

/* What the thread works towards. A sample and a batch are short: no command comes in between. */
typedef enum { GOAL_NONE, GOAL_SAMPLE, GOAL_BATCH, GOAL_EPOCH, GOAL_ALL } Goal;

typedef struct Command Command;
struct Command {
  void (*obey) (NnTrainer *trainer, const Command *command);
  guint64 run, seed;
  NnTraining *training; /* owned until obeyed */
  NnMailbox *mailbox;   /* a reference, until obeyed */
  Goal goal;
  int epochs;
  double speed, learning_rate, momentum, l2;
  NnTrainerFunc func;
  gpointer data;
  GDestroyNotify destroy;
};

typedef enum { TO_STOP, TO_OBEY, TO_PUBLISH, TO_WORK } Task;

struct NnTrainer {
  GThread *thread;
  NnEventQueue *events;
  atomic_int state;
  _Atomic double samples_per_second;
  atomic_bool stopping;

  /* Shared by both threads, under the lock (of pthread: the thread sanitizer knows no other). */
  pthread_mutex_t lock;
  pthread_cond_t woken; /* a command, a wanted snapshot, or the end */
  pthread_cond_t rests; /* `resting` became true */
  GQueue commands;
  gboolean waiting; /* for a command or the next step's time */
  gboolean resting; /* for a command only */

  /* The main thread's. A mailbox is shared with the training thread by reference count. */
  guint64 newest_run;
  NnMailbox *inbox; /* of the newest run, or NULL */
  NnMailbox *held;  /* the one of which a snapshot is being read, or NULL */

  /* The training thread's; the main thread looks only while it rests. */
  NnPool *pool;
  NnTraining *training; /* or NULL */
  NnMailbox *outbox;    /* or NULL */
  guint64 run;
  gboolean unpublished; /* the parameters are not those of the last snapshot */
  Goal goal;
  gboolean stepped; /* towards the goal */
  gint64 interval;  /* µs from one step to the next at least */
  gint64 last_step; /* when it began; 0 before a run's first, which waits for nothing */
  gint64 metered_time;
  guint64 metered_samples;
};

/* ---- telling ---- */

static void
tell_state (NnTrainer *trainer, NnTrainerState state, const char *message)
{
  NnEvent event = {.kind = NN_EVENT_STATE, .run = trainer->run, .state = {.state = state}};
  const char *end;

  g_strlcpy (event.state.message, message, sizeof event.state.message);
  if (!g_utf8_validate (event.state.message, -1, &end)) /* cut within a character */
    *(char *)end = '\0';
  atomic_store (&trainer->state, state);
  nn_event_queue_push (trainer->events, &event);
}

static void
change_state (NnTrainer *trainer, NnTrainerState state)
{
  if (atomic_load (&trainer->state) != (int)state)
    tell_state (trainer, state, "");
}

static void
rest (NnTrainer *trainer, NnTrainerState state)
{
  trainer->goal = GOAL_NONE;
  change_state (trainer, state);
}

static void
publish (NnTrainer *trainer)
{
  const NnArena *parameters = &nn_training_network (trainer->training)->parameters;
  NnSnapshot *snapshot = nn_mailbox_back (trainer->outbox);
  NnTrainingPosition position;

  nn_training_get_position (trainer->training, &position);
  snapshot->run = trainer->run;
  snapshot->step = position.step;
  snapshot->epoch = position.epoch;
  snapshot->batch = position.batch;
  if (snapshot->n > 0)
    memcpy (snapshot->parameters, parameters->data, snapshot->n * sizeof (real));
  nn_mailbox_publish (trainer->outbox);
  trainer->unpublished = FALSE;
}

static gboolean
should_publish (NnTrainer *trainer)
{
  return trainer->unpublished && trainer->outbox && nn_mailbox_wanted (trainer->outbox);
}

static void
meter (NnTrainer *trainer, gint64 time, gsize samples)
{
  trainer->metered_time += time;
  trainer->metered_samples += samples;
  if (trainer->metered_time < METER_INTERVAL * SECONDS)
    return;
  double newest = (double)trainer->metered_samples * SECONDS / trainer->metered_time;
  double before = atomic_load (&trainer->samples_per_second);
  double smooth = before > 0 ? before + METER_SMOOTHING * (newest - before) : newest;
  atomic_store (&trainer->samples_per_second, smooth);
  trainer->metered_time = trainer->metered_samples = 0;
}

/* ---- working ---- */

static gboolean
goal_is_short (const NnTrainer *trainer)
{
  return trainer->goal == GOAL_SAMPLE || trainer->goal == GOAL_BATCH;
}

static void
make_step (NnTrainer *trainer)
{
  g_autoptr (GError) error = NULL;
  NnTraining *training = trainer->training;
  gsize position = nn_training_position (training);
  NnStepResult result;
  gboolean ok;

  trainer->last_step = g_get_monotonic_time ();
  if (trainer->goal == GOAL_SAMPLE)
    ok = nn_training_step_sample (training, &result, &error);
  else
    ok = nn_training_step (training, &result, &error);
  trainer->stepped = TRUE;
  trainer->unpublished = TRUE;
  if (!ok) {
    trainer->goal = GOAL_NONE;
    tell_state (trainer, NN_TRAINER_DIVERGED, error->message);
    return;
  }
  meter (trainer, g_get_monotonic_time () - trainer->last_step,
         nn_training_position (training) - position);
  nn_event_queue_push_step (trainer->events, trainer->run, &result);
  if (goal_is_short (trainer) && !nn_training_epoch_done (training))
    rest (trainer, NN_TRAINER_PAUSED);
}

static void
close_epoch (NnTrainer *trainer)
{
  NnEvent event = {.kind = NN_EVENT_EPOCH, .run = trainer->run};

  if (nn_training_validate (trainer->training))
    return;
  nn_training_close_epoch (trainer->training, &event.epoch);
  nn_event_queue_push (trainer->events, &event);
  if (nn_training_finished (trainer->training))
    rest (trainer, NN_TRAINER_FINISHED);
  else if (trainer->goal == GOAL_EPOCH || (goal_is_short (trainer) && trainer->stepped))
    rest (trainer, NN_TRAINER_PAUSED);
}

/* One batch, of the training or of the validation. */
static void
work (NnTrainer *trainer)
{
  if (nn_training_epoch_done (trainer->training))
    close_epoch (trainer);
  else
    make_step (trainer);
}

/* ---- obeying ---- */

static void
begin_run (NnTrainer *trainer)
{
  trainer->unpublished = TRUE;
  trainer->goal = GOAL_NONE;
  trainer->last_step = 0;
  trainer->metered_time = trainer->metered_samples = 0;
  atomic_store (&trainer->samples_per_second, 0);
  tell_state (trainer, NN_TRAINER_IDLE, "");
}

static void
obey_load (NnTrainer *trainer, const Command *command)
{
  g_clear_pointer (&trainer->training, nn_training_free);
  g_clear_pointer (&trainer->outbox, nn_mailbox_unref);
  trainer->training = command->training;
  trainer->outbox = command->mailbox;
  nn_training_lend_pool (trainer->training, trainer->pool);
  trainer->run = command->run;
  begin_run (trainer);
}

static void
obey_reset (NnTrainer *trainer, const Command *command)
{
  trainer->run = command->run;
  if (trainer->training)
    nn_training_reset (trainer->training, command->seed);
  begin_run (trainer);
}

static void
obey_goal (NnTrainer *trainer, const Command *command)
{
  if (!trainer->training)
    return;
  if (nn_training_finished (trainer->training)) {
    rest (trainer, NN_TRAINER_FINISHED);
    return;
  }
  trainer->goal = command->goal;
  trainer->stepped = FALSE;
  if (!goal_is_short (trainer))
    change_state (trainer, NN_TRAINER_RUNNING);
}

static void
obey_pause (NnTrainer *trainer, const Command *command)
{
  if (trainer->goal != GOAL_NONE)
    rest (trainer, NN_TRAINER_PAUSED);
}

static void
obey_dials (NnTrainer *trainer, const Command *command)
{
  if (trainer->training)
    nn_training_set_dials (trainer->training, command->learning_rate, command->momentum,
                           command->l2);
}

static void
obey_epochs (NnTrainer *trainer, const Command *command)
{
  if (!trainer->training)
    return;
  nn_training_set_epochs (trainer->training, command->epochs);
  if (trainer->goal != GOAL_NONE && nn_training_finished (trainer->training))
    rest (trainer, NN_TRAINER_FINISHED);
}

static void
obey_speed (NnTrainer *trainer, const Command *command)
{
  trainer->interval = command->speed > 0 ? (gint64)MIN (SECONDS / command->speed, FOREVER) : 0;
}

static void
obey_call (NnTrainer *trainer, const Command *command)
{
  command->func (trainer->training, command->data);
  trainer->unpublished = TRUE; /* it may have written */
}

/* Frees what nobody has taken over. */
static void
command_free (Command *command)
{
  if (command->destroy)
    command->destroy (command->data);
  g_free (command);
}

static void
command_drop (gpointer data)
{
  Command *command = data;

  g_clear_pointer (&command->training, nn_training_free);
  g_clear_pointer (&command->mailbox, nn_mailbox_unref);
  command_free (command);
}

/* ---- the thread ---- */

/* A short goal is reached first, but for the validation that closes its epoch: only another step
 * waits for that. */
static Command *
take_command (NnTrainer *trainer)
{
  const Command *next = g_queue_peek_head (&trainer->commands);

  if (next && goal_is_short (trainer) && (!trainer->stepped || next->obey == obey_goal))
    return NULL;
  return g_queue_pop_head (&trainer->commands);
}

/* Returns: when to work: 0 at once, −1 never. */
static gint64
time_to_work (const NnTrainer *trainer)
{
  if (trainer->goal == GOAL_NONE)
    return -1;
  if (goal_is_short (trainer) || trainer->interval == 0 || trainer->last_step == 0 ||
      nn_training_epoch_done (trainer->training))
    return 0;
  return trainer->last_step + trainer->interval;
}

static void
wait_until (NnTrainer *trainer, gint64 time)
{
  trainer->waiting = TRUE;
  if (time < 0) {
    trainer->resting = TRUE;
    pthread_cond_broadcast (&trainer->rests);
    pthread_cond_wait (&trainer->woken, &trainer->lock);
    trainer->resting = FALSE;
  } else {
    struct timespec until = {time / SECONDS, time % SECONDS * 1000};
    pthread_cond_timedwait (&trainer->woken, &trainer->lock, &until);
  }
  trainer->waiting = FALSE;
}

/* Waits until there is something to do. */
static Task
find_task (NnTrainer *trainer, Command **command)
{
  for (;;) {
    if (atomic_load (&trainer->stopping))
      return TO_STOP;
    if ((*command = take_command (trainer)))
      return TO_OBEY;
    if (should_publish (trainer))
      return TO_PUBLISH;
    gint64 time = time_to_work (trainer);
    if (time >= 0 && time <= g_get_monotonic_time ())
      return TO_WORK;
    wait_until (trainer, time);
  }
}

static Task
next_task (NnTrainer *trainer, Command **command)
{
  pthread_mutex_lock (&trainer->lock);
  Task task = find_task (trainer, command);
  pthread_mutex_unlock (&trainer->lock);
  return task;
}

static gpointer
trainer_main (gpointer data)
{
  NnTrainer *trainer = data;
  Command *command;

#ifdef __linux__
  setpriority (PRIO_PROCESS, (id_t)gettid (), NICENESS);
#endif
  for (;;)
    switch (next_task (trainer, &command)) {
    case TO_STOP:
      return NULL;
    case TO_OBEY:
      command->obey (trainer, command);
      command_free (command);
      break;
    case TO_PUBLISH:
      publish (trainer);
      break;
    case TO_WORK:
      work (trainer);
      break;
    }
}

/* Under the lock. */
static gboolean
is_idle (const NnTrainer *trainer)
{
  return trainer->resting && trainer->commands.length == 0;
}

static void
send (NnTrainer *trainer, const Command *command)
{
  Command *copy = g_memdup2 (command, sizeof *command);

  pthread_mutex_lock (&trainer->lock);
  g_queue_push_tail (&trainer->commands, copy);
  pthread_cond_signal (&trainer->woken);
  pthread_mutex_unlock (&trainer->lock);
}

/* ---- public ---- */

NnTrainer *
nn_trainer_new (guint n_threads)
{
  NnTrainer *trainer = g_new0 (NnTrainer, 1);
  pthread_condattr_t attributes;

  trainer->events = nn_event_queue_new ();
  trainer->pool = nn_pool_new (n_threads);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC); /* as g_get_monotonic_time() */
  pthread_mutex_init (&trainer->lock, NULL);
  pthread_cond_init (&trainer->woken, &attributes);
  pthread_cond_init (&trainer->rests, NULL);
  pthread_condattr_destroy (&attributes);
  trainer->thread = g_thread_new ("trainer", trainer_main, trainer);
  return trainer;
}

void
nn_trainer_free (NnTrainer *trainer)
{
  pthread_mutex_lock (&trainer->lock);
  atomic_store (&trainer->stopping, TRUE);
  pthread_cond_signal (&trainer->woken);
  pthread_mutex_unlock (&trainer->lock);
  g_thread_join (trainer->thread);

  g_queue_clear_full (&trainer->commands, command_drop);
  g_clear_pointer (&trainer->training, nn_training_free);
  g_clear_pointer (&trainer->outbox, nn_mailbox_unref);
  g_clear_pointer (&trainer->inbox, nn_mailbox_unref);
  g_clear_pointer (&trainer->held, nn_mailbox_unref);
  nn_pool_free (trainer->pool);
  nn_event_queue_free (trainer->events);
  pthread_cond_destroy (&trainer->woken);
  pthread_cond_destroy (&trainer->rests);
  pthread_mutex_destroy (&trainer->lock);
  g_free (trainer);
}

guint64
nn_trainer_load (NnTrainer *trainer, NnTraining *training)
{
  Command command = {
      .obey = obey_load,
      .run = ++trainer->newest_run,
      .training = training,
      .mailbox = nn_mailbox_new (nn_training_network (training)->parameters.reserved),
  };

  g_clear_pointer (&trainer->inbox, nn_mailbox_unref);
  trainer->inbox = nn_mailbox_ref (command.mailbox);
  send (trainer, &command);
  return command.run;
}

void
nn_trainer_start (NnTrainer *trainer)
{
  send (trainer, &(Command){.obey = obey_goal, .goal = GOAL_ALL});
}

void
nn_trainer_pause (NnTrainer *trainer)
{
  send (trainer, &(Command){.obey = obey_pause});
}

void
nn_trainer_step (NnTrainer *trainer, NnStepSize size)
{
  static const Goal goals[] = {
      [NN_STEP_SAMPLE] = GOAL_SAMPLE,
      [NN_STEP_BATCH] = GOAL_BATCH,
      [NN_STEP_EPOCH] = GOAL_EPOCH,
  };

  send (trainer, &(Command){.obey = obey_goal, .goal = goals[size]});
}

guint64
nn_trainer_reset (NnTrainer *trainer, guint64 seed)
{
  Command command = {.obey = obey_reset, .run = ++trainer->newest_run, .seed = seed};

  send (trainer, &command);
  return command.run;
}

void
nn_trainer_set_dials (NnTrainer *trainer, double learning_rate, double momentum, double l2)
{
  send (trainer, &(Command){
                     .obey = obey_dials,
                     .learning_rate = learning_rate,
                     .momentum = momentum,
                     .l2 = l2,
                 });
}

void
nn_trainer_set_epochs (NnTrainer *trainer, int epochs)
{
  send (trainer, &(Command){.obey = obey_epochs, .epochs = epochs});
}

void
nn_trainer_set_speed (NnTrainer *trainer, double batches_per_second)
{
  send (trainer, &(Command){.obey = obey_speed, .speed = batches_per_second});
}

void
nn_trainer_call (NnTrainer *trainer, NnTrainerFunc func, gpointer data, GDestroyNotify destroy)
{
  send (trainer, &(Command){.obey = obey_call, .func = func, .data = data, .destroy = destroy});
}

void
nn_trainer_wait_idle (NnTrainer *trainer)
{
  pthread_mutex_lock (&trainer->lock);
  while (!is_idle (trainer))
    pthread_cond_wait (&trainer->rests, &trainer->lock);
  pthread_mutex_unlock (&trainer->lock);
}

NnTraining *
nn_trainer_borrow (NnTrainer *trainer)
{
  pthread_mutex_lock (&trainer->lock);
  NnTraining *training = is_idle (trainer) ? trainer->training : NULL;
  pthread_mutex_unlock (&trainer->lock);
  return training;
}

NnTrainerState
nn_trainer_get_state (NnTrainer *trainer)
{
  return atomic_load (&trainer->state);
}

double
nn_trainer_get_samples_per_second (NnTrainer *trainer)
{
  return atomic_load (&trainer->samples_per_second);
}

gsize
nn_trainer_drain (NnTrainer *trainer, NnEvent *events, gsize n)
{
  return nn_event_queue_drain (trainer->events, events, n);
}

void
nn_trainer_request_snapshot (NnTrainer *trainer)
{
  if (!trainer->inbox)
    return;
  nn_mailbox_request (trainer->inbox);
  pthread_mutex_lock (&trainer->lock);
  if (trainer->waiting && trainer->unpublished)
    pthread_cond_signal (&trainer->woken);
  pthread_mutex_unlock (&trainer->lock);
}

const NnSnapshot *
nn_trainer_take_snapshot (NnTrainer *trainer)
{
  const NnSnapshot *snapshot = trainer->inbox ? nn_mailbox_take (trainer->inbox) : NULL;

  if (snapshot && trainer->held != trainer->inbox) {
    g_clear_pointer (&trainer->held, nn_mailbox_unref);
    trainer->held = nn_mailbox_ref (trainer->inbox);
  }
  return snapshot;
}
