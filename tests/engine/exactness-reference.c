/* exactness-reference.c: trains as test-exactness does, in double precision: reads
 * the start as floats; after the first step and after the last writes each parameter, and how far
 * it would be off by first order if every gradient were off by all of the greatest gradient of its
 * array. */
#include "exactness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* How far Adam's two moments and what came of them would be off, and the first moment before. */
typedef struct {
  double *first, *second, *value;
  double *before;
} Doubt;

static void
read_start (NnNetwork *network)
{
  for (int l = 0; l < network->n_layers; l++)
    for (int p = 0; p < network->layers[l]->n_parameters; p++) {
      NnParameter *parameter = &network->layers[l]->parameters[p];

      for (gsize i = 0; i < nn_shape_size (&parameter->shape); i++) {
        float number;

        if (fread (&number, sizeof number, 1, stdin) != 1)
          g_error ("the start is too short");
        parameter->value[i] = number;
      }
    }
}

static void
write_views (const NnNetwork *network, const double *block)
{
  for (int l = 0; l < network->n_layers; l++)
    for (int p = 0; p < network->layers[l]->n_parameters; p++) {
      const NnParameter *parameter = &network->layers[l]->parameters[p];
      gsize n = nn_shape_size (&parameter->shape);

      if (fwrite (block + parameter->offset, sizeof *block, n, stdout) != n)
        g_error ("cannot write");
    }
}

/* Follows the derivative of θ ← θ − rate·m/(√v·correction + ε) by each gradient, which the step's
 * own moments tell: g = (m − β₁·m before) / (1 − β₁). */
static void
add_doubt (Doubt *doubt, const NnParameter *parameter, const NnOptimizer *optimizer)
{
  const NnOptimizerSpec *spec = &optimizer->spec;
  double t = (double)optimizer->step, greatest = 0;
  double rate = spec->learning_rate / (1 - pow (spec->beta_1, t));
  double correction = 1 / sqrt (1 - pow (spec->beta_2, t));
  gsize end = parameter->offset + nn_shape_size (&parameter->shape);
  const real *first = optimizer->first.data, *second = optimizer->second.data;

  for (int pass = 0; pass < 2; pass++)
    for (gsize i = parameter->offset; i < end; i++) {
      double g = (first[i] - spec->beta_1 * doubt->before[i]) / (1 - spec->beta_1);
      double root = sqrt (second[i]), divisor = root * correction + spec->epsilon;

      if (pass == 0) {
        greatest = MAX (greatest, fabs (g));
        continue;
      }
      doubt->first[i] = spec->beta_1 * doubt->first[i] + (1 - spec->beta_1) * greatest;
      doubt->second[i] =
          spec->beta_2 * doubt->second[i] + (1 - spec->beta_2) * 2 * fabs (g) * greatest;
      doubt->value[i] += rate * doubt->first[i] / divisor;
      if (root > 0)
        doubt->value[i] += rate * fabs (first[i]) * correction * doubt->second[i] / (2 * root) /
                           (divisor * divisor);
      doubt->before[i] = first[i];
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (NnTraining) training = make_exactness_training (&exactness_cases[atoi (argv[1])]);
  NnNetwork *network = nn_training_network (training);
  gsize n = network->parameters.reserved;
  g_autofree double *numbers = g_new0 (double, 4 * n);
  Doubt doubt = {numbers, numbers + n, numbers + 2 * n, numbers + 3 * n};
  NnStepResult result;

  read_start (network);
  for (int step = 1; step <= LATER_STEPS; step++) {
    take_step (training, &result);
    for (int l = 0; l < network->n_layers; l++)
      for (int p = 0; p < network->layers[l]->n_parameters; p++)
        add_doubt (&doubt, &network->layers[l]->parameters[p], nn_training_optimizer (training));
    if (step == 1 || step == LATER_STEPS) {
      write_views (network, network->parameters.data);
      write_views (network, doubt.value);
    }
  }
  return 0;
}
