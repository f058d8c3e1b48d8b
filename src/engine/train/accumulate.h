/* accumulate.h: the gradients of a batch that is larger than the network takes at once. */
#pragma once

#include "engine/math/pool.h"
#include "engine/math/real.h"

/** nn_accumulate: to = from, or where @adds to += from, of @n numbers, on @pool. */
void nn_accumulate (NnPool *pool, real *to, const real *from, gsize n, gboolean adds);
