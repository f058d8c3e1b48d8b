/* metrics.h: how good a network is, counted. */
#pragma once

#include "engine/design/network.h"
#include "engine/train/loss.h"

typedef struct {
  double precision, recall, f1; /* 0 where undefined (no such prediction, no such sample) */
  guint support;                /* samples of this class */
} NnClassScore;

typedef struct {
  int n_classes;
  gsize count;
  double loss, accuracy; /* loss: the mean, without L2; NaN where it was not measured */
  guint *confusion;      /* [true class][predicted class], n_classes², owned */
  NnClassScore *classes; /* [n_classes], owned */
  /* Means over the classes that occur, as label or as prediction. */
  double macro_precision, macro_recall, macro_f1;
} NnEvaluation;

/**
 * nn_evaluate:
 * Runs @samples through @network (no dropout, no augmentation), in batches of its max_batch.
 * Returns: (transfer full): the scores, or NULL with G_IO_ERROR_CANCELLED, or NN_ERROR_SHAPE where
 * the samples are not for this network
 */
NnEvaluation *nn_evaluate (NnNetwork *network, NnLossKind loss, const NnSamples *samples,
                           GCancellable *cancellable, GError **error);

/** nn_evaluation_from_confusion: Fills the scores from counts: the part that is pure arithmetic. */
NnEvaluation *nn_evaluation_from_confusion (const guint *confusion, int n_classes);

void nn_evaluation_free (NnEvaluation *evaluation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnEvaluation, nn_evaluation_free)
