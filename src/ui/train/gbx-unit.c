/* gbx-unit.c: what one unit of a dense layer does, read off its weights. */
#include "gbx-unit.h"

enum { WEIGHT, BIAS }; /* a dense layer's parameters, in their order */

int
gbx_unit_find_layers (const NnNetwork *network, const NnLayer **layers, int most)
{
  int n = 0;

  for (int i = 0; i < network->n_layers && n < most; i++)
    if (network->layers[i]->class_ == &nn_dense_class)
      layers[n++] = network->layers[i];
  return n;
}

int
gbx_unit_n_inputs (const NnLayer *dense)
{
  return (int)nn_shape_size (&dense->input_shape);
}

int
gbx_unit_n_units (const NnLayer *dense)
{
  return (int)nn_shape_size (&dense->output_shape);
}

static real
get_weight (const NnLayer *dense, int unit, int input)
{
  const NnParameter *weight = &dense->parameters[WEIGHT];

  return weight
      ->value[nn_parameter_place (weight, (gsize)unit * gbx_unit_n_inputs (dense) + input)];
}

real *
gbx_unit_copy_weights (const NnLayer *dense, int first, int n)
{
  int n_inputs = gbx_unit_n_inputs (dense);
  real *weights = g_new (real, (gsize)n * n_inputs);

  for (int unit = 0; unit < n; unit++)
    for (int i = 0; i < n_inputs; i++)
      weights[(gsize)unit * n_inputs + i] = get_weight (dense, first + unit, i);
  return weights;
}

double
gbx_unit_sum (const NnLayer *dense, int unit, const real *x)
{
  int n_inputs = gbx_unit_n_inputs (dense);
  double sum = dense->parameters[BIAS].value[unit];

  for (int i = 0; i < n_inputs; i++)
    sum += (double)get_weight (dense, unit, i) * x[i];
  return sum;
}

int
gbx_unit_strongest (const NnLayer *next, int unit, int *targets, int most)
{
  int n_units = gbx_unit_n_units (next);
  real last = G_MAXFLOAT, greatest = 0;
  int n = 0;

  while (n < most) {
    int best = -1;

    /* The next one down: strictly below the last, so equal weights are told once. */
    for (int target = 0; target < n_units; target++) {
      real weight = get_weight (next, target, unit);

      if (weight > 0 && weight < last && (best < 0 || weight > get_weight (next, best, unit)))
        best = target;
    }
    if (best < 0)
      break;
    last = get_weight (next, best, unit);
    greatest = MAX (greatest, last);
    if (last < greatest / 2)
      break;
    targets[n++] = best;
  }
  return n;
}
