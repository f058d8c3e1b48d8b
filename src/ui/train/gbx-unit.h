/* gbx-unit.h: what one unit of a dense layer does, read off its weights. Without GTK. */
#pragma once

#include "engine/design/network.h"

/** gbx_unit_find_layers: Fills @layers with the dense ones, in order. Returns: how many. */
int gbx_unit_find_layers (const NnNetwork *network, const NnLayer **layers, int most);

int gbx_unit_n_inputs (const NnLayer *dense);
int gbx_unit_n_units (const NnLayer *dense);

/** gbx_unit_copy_weights: Returns: (transfer full): those of @n units from @first on, [n][inputs].
 */
real *gbx_unit_copy_weights (const NnLayer *dense, int first, int n);

/** gbx_unit_sum: Returns: z = Σ w·x + b of unit @unit; x[inputs]. */
double gbx_unit_sum (const NnLayer *dense, int unit, const real *x);

/**
 * gbx_unit_strongest:
 * Fills @targets with the units of @next that unit @unit speaks for most, strongest first: those
 * with a positive weight of at least half the greatest.
 * Returns: how many, at most @most; 0 when it speaks for none
 */
int gbx_unit_strongest (const NnLayer *next, int unit, int *targets, int most);
