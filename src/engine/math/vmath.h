/* vmath.h: vectorised elementary functions of our own, the same on every C library.
 *
 * NaN in, NaN out; nothing here is compiled with -ffast-math. The stated errors hold for float
 * and are measured by the tests over the whole range. x and y may be the same array.
 */
#pragma once

#include "real.h"

#include <glib.h>

void nn_vexp (real *y, const real *x, gsize n);     /* y = eˣ, ≤ 2 ulp */
void nn_vtanh (real *y, const real *x, gsize n);    /* y = tanh x, ≤ 4 ulp */
void nn_vsigmoid (real *y, const real *x, gsize n); /* y = 1/(1+e⁻ˣ), ≤ 4 ulp */

/**
 * nn_isa_name:
 * Returns: (transfer none): the instruction-set level the kernels were chosen for at start:
 * "x86-64", "x86-64-v3", "x86-64-v4" or "portable". `GLASSBOX_ISA` forces a lower one.
 */
const char *nn_isa_name (void);
