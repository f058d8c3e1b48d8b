/* events.h: what the training thread tells, in order, to one reader, which it never waits for. */
#pragma once

#include "training.h"

typedef enum {
  NN_TRAINER_IDLE, /* nothing loaded, or loaded and not begun */
  NN_TRAINER_RUNNING,
  NN_TRAINER_PAUSED,
  NN_TRAINER_FINISHED, /* all epochs done */
  NN_TRAINER_DIVERGED, /* stopped by NaN or infinity; the last good weights stay */
} NnTrainerState;

typedef enum {
  NN_EVENT_STEP,  /* step is filled */
  NN_EVENT_EPOCH, /* epoch is filled */
  NN_EVENT_STATE, /* state is filled, and message for DIVERGED */
} NnEventKind;

typedef struct {
  NnEventKind kind;
  guint64 run;
  union {
    NnStepResult step;
    NnEpochResult epoch;
    struct {
      NnTrainerState state;
      char message[256]; /* translated */
    } state;
  };
} NnEvent;

typedef struct NnEventQueue NnEventQueue;

NnEventQueue *nn_event_queue_new (void);
void nn_event_queue_free (NnEventQueue *queue);

/**
 * nn_event_queue_push_step:
 * Writer: never waits, never allocates. Where the reader is 16 384 steps behind, the step is
 * dropped.
 */
void nn_event_queue_push_step (NnEventQueue *queue, guint64 run, const NnStepResult *step);

/** nn_event_queue_push: Writer: an epoch or a state. Never waits; none is ever dropped. */
void nn_event_queue_push (NnEventQueue *queue, const NnEvent *event);

/** nn_event_queue_drain: Reader: takes at most @n events, oldest first. Returns: how many. */
gsize nn_event_queue_drain (NnEventQueue *queue, NnEvent *events, gsize n);
