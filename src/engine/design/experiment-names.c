/* experiment-names.c: the recipe's words for losses, optimizers and schedules. */
#include "experiment-names.h"

#include "engine/json-util.h"

const char *const nn_loss_names[] = {"softmax-cross-entropy", "binary-cross-entropy",
                                     "mean-squared-error", NULL};
const char *const nn_targets_names[] = {"sparse", "one-hot", NULL};
const char *const nn_optimizer_names[] = {"gradient-descent", "sgd",  "momentum", "nesterov",
                                          "rmsprop",          "adam", NULL};
const char *const nn_schedule_names[] = {"constant", "step", "cosine", "exponential", NULL};

const char *
nn_loss_name (NnLossKind loss)
{
  return nn_loss_names[loss];
}

gboolean
nn_loss_parse (const char *name, NnLossKind *loss)
{
  return nn_word_find (nn_loss_names, name, loss);
}

const char *
nn_optimizer_name (NnOptimizerKind kind)
{
  return nn_optimizer_names[kind];
}

gboolean
nn_optimizer_parse (const char *name, NnOptimizerKind *kind)
{
  return nn_word_find (nn_optimizer_names, name, kind);
}

const char *
nn_schedule_name (NnScheduleKind kind)
{
  return nn_schedule_names[kind];
}

gboolean
nn_schedule_parse (const char *name, NnScheduleKind *kind)
{
  return nn_word_find (nn_schedule_names, name, kind);
}

NnOptimizerSpec
nn_optimizer_spec_default (NnOptimizerKind kind)
{
  NnOptimizerSpec spec = {.kind = kind,
                          .learning_rate = 0.001,
                          .momentum = 0.9,
                          .rho = 0.9,
                          .beta_1 = 0.9,
                          .beta_2 = 0.999,
                          .epsilon = 1e-7};
  switch (kind) {
  case NN_OPTIMIZER_GRADIENT_DESCENT: /* Keras has none: one step an epoch wants a longer one */
    spec.learning_rate = 0.1;
    break;
  case NN_OPTIMIZER_SGD:
  case NN_OPTIMIZER_MOMENTUM:
  case NN_OPTIMIZER_NESTEROV:
    spec.learning_rate = 0.01;
    break;
  case NN_OPTIMIZER_RMSPROP:
  case NN_OPTIMIZER_ADAM:
    break;
  }
  return spec;
}

NnScheduleSpec
nn_schedule_spec_default (NnScheduleKind kind)
{
  NnScheduleSpec spec = {.kind = kind, .factor = 0.5, .every = 1};
  if (kind == NN_SCHEDULE_COSINE)
    spec.factor = 0;
  else if (kind == NN_SCHEDULE_EXPONENTIAL)
    spec.factor = 0.9;
  return spec;
}
