/* gbx-foresight.c: what a recipe's network will be, before it is built. */
#include "gbx-foresight.h"

#include "engine/train/batch.h"

#include <glib/gi18n-lib.h>

GbxForesight *
gbx_foresight_new (const NnExperiment *experiment, int n_classes)
{
  GbxForesight *self = g_new0 (GbxForesight, 1);
  g_autoptr (GError) error = NULL;

  self->input_shape = nn_prepare_spec_input (&experiment->prepare);
  self->n_layers = experiment->layers->len;
  self->layers = g_new0 (NnForeseen, self->n_layers);
  self->n_good = nn_network_foresee (experiment->layers, &self->input_shape, self->layers, &error);
  self->faulty = -1;
  if (self->n_good < self->n_layers)
    self->faulty = (int)self->n_good;
  else if (n_classes > 0 && !nn_batch_has_classes (&self->layers[self->n_layers - 1].output_shape,
                                                   experiment->train.loss, n_classes, &error))
    self->faulty = (int)self->n_layers - 1;
  if (error != NULL)
    self->message = g_strdup (error->message);
  for (guint i = 0; i < self->n_good; i++) {
    self->n_parameters += self->layers[i].n_parameters;
    self->n_statistics += self->layers[i].n_statistics;
    self->flops += self->layers[i].flops;
  }
  return self;
}

char *
gbx_foresight_explain (const GbxForesight *self)
{
  if (self->faulty < 0)
    return NULL;
  return g_strdup_printf (_ ("This network cannot be trained: mend layer %d of %u in the Design "
                             "stage, or undo the last edit there.\n%s"),
                          self->faulty + 1, self->n_layers, self->message);
}

void
gbx_foresight_free (GbxForesight *self)
{
  g_free (self->layers);
  g_free (self->message);
  g_free (self);
}
