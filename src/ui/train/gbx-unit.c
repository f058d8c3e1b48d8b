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

const real *
gbx_unit_weights (const NnLayer *dense)
{
  return dense->parameters[WEIGHT].value;
}

double
gbx_unit_sum (const NnLayer *dense, int unit, const real *x)
{
  int n_inputs = gbx_unit_n_inputs (dense);
  const real *weights = gbx_unit_weights (dense) + (gsize)unit * n_inputs;
  double sum = dense->parameters[BIAS].value[unit];

  for (int i = 0; i < n_inputs; i++)
    sum += (double)weights[i] * x[i];
  return sum;
}

int
gbx_unit_strongest (const NnLayer *next, int unit, int *targets, int most)
{
  const real *weights = gbx_unit_weights (next);
  int n_inputs = gbx_unit_n_inputs (next), n_units = gbx_unit_n_units (next);
  real last = G_MAXFLOAT, greatest = 0;
  int n = 0;

  while (n < most) {
    int best = -1;

    /* The next one down: strictly below the last, so equal weights are told once. */
    for (int target = 0; target < n_units; target++) {
      real weight = weights[(gsize)target * n_inputs + unit];

      if (weight > 0 && weight < last &&
          (best < 0 || weight > weights[(gsize)best * n_inputs + unit]))
        best = target;
    }
    if (best < 0)
      break;
    last = weights[(gsize)best * n_inputs + unit];
    greatest = MAX (greatest, last);
    if (last < greatest / 2)
      break;
    targets[n++] = best;
  }
  return n;
}
