/* loss.h: what the network is told about its mistakes. */
#pragma once

#include "engine/design/experiment.h"
#include "engine/design/network.h"

typedef struct {
  double loss;     /* summed over the samples, without L2 */
  gsize n_correct; /* nn_loss_answer() equals the label */
} NnLossSum;

/**
 * nn_loss_last_layer:
 * Returns: the layer at which the backward pass begins: n_layers − 2 where the loss is fused with
 * the closing softmax (cross-entropy) or sigmoid (binary cross-entropy), so that it is computed
 * from logits by log-sum-exp and its gradient is p − t; n_layers − 1 otherwise. Softmax
 * cross-entropy takes the outputs of any other closing layer for logits; binary cross-entropy
 * takes them for probabilities and clips them to [10⁻⁷, 1 − 10⁻⁷], as Keras does (no gradient
 * flows where it clips).
 */
int nn_loss_last_layer (NnLossKind kind, const NnNetwork *network);

/**
 * nn_loss_evaluate:
 * After nn_network_forward(): the loss of the batch, and, if @dy is not NULL, its gradient by the
 * output of nn_loss_last_layer(), of the mean over the batch: dy[batch][output].
 * Sums in a fixed order, in double precision.
 */
NnLossSum nn_loss_evaluate (NnLossKind kind, const NnNetwork *network, const NnRun *run,
                            const guint8 *labels, real *dy);

/**
 * nn_loss_probabilities:
 * The network's output as class probabilities: as they are behind a closing softmax or sigmoid,
 * the softmax of the outputs otherwise; of a single output p, 1 − p and p.
 * probabilities[batch][nn_loss_n_classes()].
 */
void nn_loss_probabilities (const NnNetwork *network, int batch, real *probabilities);

/**
 * nn_loss_takes_one:
 * Returns: whether a single output is enough to tell two classes apart, as in logistic regression:
 * it is the probability of the second, its target being the label, 0 or 1. A softmax of one number
 * would always be 1.
 */
gboolean nn_loss_takes_one (NnLossKind kind, int n_outputs);

/** nn_loss_n_classes: Returns: how many classes so many outputs tell apart: 2 for a single one. */
int nn_loss_n_classes (int n_outputs);

/**
 * nn_loss_answer:
 * Returns: the class of the greatest of a sample's @n outputs; of a single one, 1 from 0.5 on
 */
int nn_loss_answer (const real *y, int n);

/** nn_argmax: Returns: the index of the greatest of @n ≥ 1 numbers, the first of equals. */
int nn_argmax (const real *numbers, int n);
