/* snapshot.c: wait-free triple buffer from the training thread to the window. */
#include "snapshot.h"

#include <stdatomic.h>

#define FRESH 4u /* in `middle`, beside the index: nobody has taken it yet */

struct NnMailbox {
  atomic_int references;
  NnSnapshot slots[3];
  atomic_uint middle; /* index of the slot between the two, | FRESH */
  unsigned back;      /* the writer's slot */
  unsigned front;     /* the reader's slot */
  atomic_bool wanted;
};

NnMailbox *
nn_mailbox_new (gsize n)
{
  NnMailbox *mailbox = g_new0 (NnMailbox, 1);

  for (unsigned i = 0; i < G_N_ELEMENTS (mailbox->slots); i++) {
    mailbox->slots[i].parameters = g_new0 (real, n);
    mailbox->slots[i].n = n;
  }
  atomic_init (&mailbox->references, 1);
  mailbox->back = 0;
  atomic_init (&mailbox->middle, 1);
  mailbox->front = 2;
  return mailbox;
}

NnMailbox *
nn_mailbox_ref (NnMailbox *mailbox)
{
  atomic_fetch_add (&mailbox->references, 1);
  return mailbox;
}

void
nn_mailbox_unref (NnMailbox *mailbox)
{
  if (atomic_fetch_sub (&mailbox->references, 1) > 1)
    return;
  for (unsigned i = 0; i < G_N_ELEMENTS (mailbox->slots); i++)
    g_free (mailbox->slots[i].parameters);
  g_free (mailbox);
}

void
nn_mailbox_request (NnMailbox *mailbox)
{
  atomic_store_explicit (&mailbox->wanted, TRUE, memory_order_relaxed);
}

gboolean
nn_mailbox_wanted (NnMailbox *mailbox)
{
  return atomic_load_explicit (&mailbox->wanted, memory_order_relaxed);
}

NnSnapshot *
nn_mailbox_back (NnMailbox *mailbox)
{
  return &mailbox->slots[mailbox->back];
}

void
nn_mailbox_publish (NnMailbox *mailbox)
{
  unsigned filled = mailbox->back | FRESH;

  /* Before the hand-over: a request made for the next one is not lost with this one's. */
  atomic_store_explicit (&mailbox->wanted, FALSE, memory_order_relaxed);
  mailbox->back =
      atomic_exchange_explicit (&mailbox->middle, filled, memory_order_acq_rel) & ~FRESH;
}

const NnSnapshot *
nn_mailbox_take (NnMailbox *mailbox)
{
  if (!(atomic_load_explicit (&mailbox->middle, memory_order_relaxed) & FRESH))
    return NULL;
  mailbox->front =
      atomic_exchange_explicit (&mailbox->middle, mailbox->front, memory_order_acq_rel) & ~FRESH;
  return &mailbox->slots[mailbox->front];
}
