/* gbx-foresight.h: what a recipe's network will be, or why there can be none. */
#pragma once

#include "engine/design/experiment.h"
#include "engine/design/network.h"

typedef struct {
  guint n_layers;     /* of the recipe */
  guint n_good;       /* of those, from the first, how many fit */
  NnForeseen *layers; /* [n_good] */
  NnShape input_shape;
  int faulty;         /* the layer to mend, or −1 */
  char *message;      /* (nullable): what is wrong with it, translated */
  gsize n_parameters; /* learned, of all layers; where one is faulty, of those before */
  gsize n_statistics; /* gathered, likewise: they are kept too */
  double flops;       /* of one sample, forward */
} GbxForesight;

/** gbx_foresight_new: @n_classes: the data's, or 0 where they are not known yet. */
GbxForesight *gbx_foresight_new (const NnExperiment *experiment, int n_classes);

/** gbx_foresight_explain: Returns: (transfer full) (nullable): which layer to mend, why and where;
 * NULL where there is nothing to mend. */
char *gbx_foresight_explain (const GbxForesight *self);

void gbx_foresight_free (GbxForesight *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GbxForesight, gbx_foresight_free)
