/* snapshot.h: wait-free triple buffer from the training thread to the window. Latest wins. */
#pragma once

#include "engine/math/real.h"

#include <glib.h>

typedef struct {
  guint64 run; /* the run's number; a reader drops what is not its own */
  guint64 step;
  int epoch, batch;
  real *parameters; /* the network's whole block: n numbers */
  gsize n;
} NnSnapshot;

typedef struct NnMailbox NnMailbox;

/* Shared by reference count: reader and writer may part with it at different times. */
NnMailbox *nn_mailbox_new (gsize n);
NnMailbox *nn_mailbox_ref (NnMailbox *mailbox);
void nn_mailbox_unref (NnMailbox *mailbox);

/** nn_mailbox_request: The reader asks for a fresh snapshot; free when nobody asks. */
void nn_mailbox_request (NnMailbox *mailbox);

/* Writer: is one wanted; the buffer to fill; hand it over. Never waits. */
gboolean nn_mailbox_wanted (NnMailbox *mailbox);
NnSnapshot *nn_mailbox_back (NnMailbox *mailbox);
void nn_mailbox_publish (NnMailbox *mailbox);

/** nn_mailbox_take: Returns: (transfer none): the newest snapshot, valid until the next take, or
 * NULL when nothing new has come. */
const NnSnapshot *nn_mailbox_take (NnMailbox *mailbox);
