/* batch.h: samples gathered into the numbers of one pass. */
#pragma once

#include "loss.h"

#include "engine/prepare/prepare.h"

/* What one batch is gathered from. */
typedef struct {
  const NnSamples *samples;
  const guint32 *indices; /* [count + n_next], borrowed */
  gsize n_next;     /* of the indices that follow, of samples wanted next: called into the cache */
  gboolean augment; /* and the next two: as in nn_samples_gather() */
  guint64 seed;
  guint32 epoch;
} NnBatchSource;

typedef struct {
  int capacity;     /* rows: the network's max_batch */
  int count;        /* rows gathered last */
  real *x;          /* [capacity][input], borrowed from the arena */
  guint8 *labels;   /* [capacity], owned */
  guint32 *indices; /* [capacity], owned: of rows taken in order */
  NnArena arena;
  NnBatchSource source; /* of the gathering under way */
} NnBatch;

/** nn_batch_init: Makes room for as many rows as @network takes at once. */
void nn_batch_init (NnBatch *batch, const NnNetwork *network);

/** nn_batch_gather: Fills the batch with @count ≤ capacity samples on @pool. */
void nn_batch_gather (NnBatch *batch, NnPool *pool, const NnBatchSource *source, int count);

/**
 * nn_batch_begin:
 * Returns: in how many parts, fixed by @count, nn_batch_gather_part() is to fill the batch, where
 * that is to be done beside something else
 */
int nn_batch_begin (NnBatch *batch, const NnBatchSource *source, int count);

/** nn_batch_gather_part: A NnPartFunc; @data is the batch. */
void nn_batch_gather_part (gpointer data, int part);

/**
 * nn_batch_measure:
 * Gathers the samples from @start on as they stand (no augmentation), as many as fit, and runs
 * them through @network without training.
 * Returns: their loss; batch->count tells how many there were
 */
NnLossSum nn_batch_measure (NnBatch *batch, NnNetwork *network, NnLossKind loss,
                            const NnSamples *samples, gsize start);

/** nn_batch_has_classes: Returns: FALSE with NN_ERROR_SHAPE unless @output has a number for each
 * of the data's classes, or one for both of two (nn_loss_takes_one()). */
gboolean nn_batch_has_classes (const NnShape *output, NnLossKind loss, int n_classes,
                               GError **error);

/**
 * nn_batch_fits:
 * Returns: FALSE with NN_ERROR_SHAPE where @samples and @network do not go together: not as many
 * numbers, or not as many classes as outputs
 */
gboolean nn_batch_fits (const NnSamples *samples, const NnNetwork *network, NnLossKind loss,
                        GError **error);

void nn_batch_clear (NnBatch *batch);
