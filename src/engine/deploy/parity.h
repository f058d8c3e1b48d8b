/* parity.h: whether what leaves the program answers like what stays, and what it costs. */
#pragma once

#include "model.h"

#include "engine/prepare/prepare.h"

#define NN_PARITY_PICTURES 100

typedef struct {
  gsize n_pictures, n_agree; /* with the same answer */
  double difference;         /* the greatest, of any number of any answer */
} NnParity;

/**
 * nn_parity_check:
 * @samples: pictures to ask about; as many as there are, up to NN_PARITY_PICTURES
 * Writes @network as an ONNX file that prepares its pictures itself, reads that again, and asks
 * both.
 */
gboolean nn_parity_check (const NnNetwork *network, const NnExperiment *experiment,
                          const NnSamples *samples, NnParity *parity, GError **error);

typedef struct {
  double alone;    /* seconds for one picture by itself */
  double together; /* seconds for one of NN_PACE_BATCH at once */
} NnPace;

#define NN_PACE_BATCH 64

/** nn_pace_measure: Takes about a tenth of a second, on the calling thread alone. */
gboolean nn_pace_measure (const NnNetwork *network, const NnExperiment *experiment, NnPace *pace,
                          GError **error);
