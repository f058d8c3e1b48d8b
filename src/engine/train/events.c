/* events.c: what the training thread tells, in order, to one reader, which it never waits for.
 *
 * Steps are many and may be missed: they go round a ring. Epochs and states are few and may not:
 * each has a link of its own in a chain (the single-producer queue of Dmitry Vyukov,
 * 1024cores.net). A serial number on each puts the two in one order again.
 */
#include "events.h"

#include <stdatomic.h>

#define RING_SIZE 16384u /* a power of two; some seconds of the smallest network */

typedef struct {
  guint64 serial, run;
  NnStepResult result;
} Step;

typedef struct Link Link;
struct Link {
  _Atomic (Link *) next;
  guint64 serial;
  NnEvent event;
};

struct NnEventQueue {
  guint64 serial; /* writer: of the last event */
  Step steps[RING_SIZE];
  atomic_uint written, read; /* steps so far, counted round */

  Link *last;  /* writer */
  Link *taken; /* reader: the link before the next */
};

NnEventQueue *
nn_event_queue_new (void)
{
  NnEventQueue *queue = g_new0 (NnEventQueue, 1);

  queue->last = queue->taken = g_new0 (Link, 1);
  return queue;
}

void
nn_event_queue_free (NnEventQueue *queue)
{
  for (Link *link = queue->taken, *next; link; link = next) {
    next = atomic_load (&link->next);
    g_free (link);
  }
  g_free (queue);
}

void
nn_event_queue_push_step (NnEventQueue *queue, guint64 run, const NnStepResult *step)
{
  unsigned written = atomic_load_explicit (&queue->written, memory_order_relaxed);

  queue->serial++;
  if (written - atomic_load_explicit (&queue->read, memory_order_acquire) == RING_SIZE)
    return;
  queue->steps[written % RING_SIZE] = (Step){queue->serial, run, *step};
  atomic_store_explicit (&queue->written, written + 1, memory_order_release);
}

void
nn_event_queue_push (NnEventQueue *queue, const NnEvent *event)
{
  Link *link = g_new0 (Link, 1);

  link->serial = ++queue->serial;
  link->event = *event;
  atomic_store_explicit (&queue->last->next, link, memory_order_release);
  queue->last = link;
}

/* Returns: the oldest step not yet read, or NULL. */
static const Step *
next_step (NnEventQueue *queue)
{
  unsigned read = atomic_load_explicit (&queue->read, memory_order_relaxed);

  if (read == atomic_load_explicit (&queue->written, memory_order_acquire))
    return NULL;
  return &queue->steps[read % RING_SIZE];
}

static void
take_step (NnEventQueue *queue, const Step *step, NnEvent *event)
{
  *event = (NnEvent){.kind = NN_EVENT_STEP, .run = step->run, .step = step->result};
  atomic_fetch_add_explicit (&queue->read, 1, memory_order_release);
}

static void
take_link (NnEventQueue *queue, Link *link, NnEvent *event)
{
  *event = link->event;
  g_free (queue->taken);
  queue->taken = link;
}

/* A link older than a step was there before the step was, so it is seen after it. A step older than
 * a link was there before the link was, so once a link is seen an empty ring is asked again. */
static gboolean
take (NnEventQueue *queue, NnEvent *event)
{
  const Step *step = next_step (queue);
  Link *link = atomic_load_explicit (&queue->taken->next, memory_order_acquire);

  if (link && !step)
    step = next_step (queue);
  if (link && (!step || link->serial < step->serial))
    take_link (queue, link, event);
  else if (step)
    take_step (queue, step, event);
  else
    return FALSE;
  return TRUE;
}

gsize
nn_event_queue_drain (NnEventQueue *queue, NnEvent *events, gsize n)
{
  gsize taken = 0;

  while (taken < n && take (queue, &events[taken]))
    taken++;
  return taken;
}
