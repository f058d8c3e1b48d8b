/* exactness.h: what the float engine and the double engine both train: the articles' networks, from
 * one start, on the same batches. */
#pragma once

#include "training-fixture.h"

#define LATER_STEPS 10

typedef struct {
  const char *name, *preset;
  gboolean smooth;   /* tanh and means instead of ReLU and greatest: nothing is decided */
  gboolean has_luck; /* so much is decided that some of it hangs on the last place */
} ExactnessCase;

static const ExactnessCase exactness_cases[] = {
    {.name = "keras-784-64-10", .preset = "keras-784-64-10"},
    {.name = "keras-784-128-10", .preset = "keras-784-128-10"},
    {.name = "sigmoid-784-10-10-10", .preset = "sigmoid-784-10-10-10"},
    {.name = "cnn-32-64-64", .preset = "cnn-32-64-64", .has_luck = TRUE},
    {.name = "cnn-32-64-64-smooth", .preset = "cnn-32-64-64", .smooth = TRUE},
};

static inline void
make_smooth (NnLayerSpec *spec)
{
  NnActivationSpec *activation = (NnActivationSpec *)spec;

  if (spec->class_ == &nn_max_pool_class)
    spec->class_ = &nn_average_pool_class;
  else if (spec->class_ == &nn_activation_class && activation->function == NN_FUNCTION_RELU)
    activation->function = NN_FUNCTION_TANH;
}

/* Returns: (transfer full): its training, at the start. */
static inline NnTraining *
make_exactness_training (const ExactnessCase *which)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnExperiment) experiment = nn_preset_load (which->preset, &error);
  g_autoptr (NnDataset) dataset = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (experiment->train.optimizer.kind, ==, NN_OPTIMIZER_ADAM);
  for (guint i = 0; which->smooth && i < experiment->layers->len; i++)
    make_smooth (g_ptr_array_index (experiment->layers, i));
  dataset = make_dataset (LATER_STEPS * (gsize)experiment->train.batch_size, 1, 10);
  return make_training (experiment, dataset, 2);
}
