/* european-ones.h: what MNIST has too little of. */
#pragma once

#include "engine/collect/dataset.h"

/**
 * european_ones_join:
 * MNIST was written in the United States, where a 1 is a bare stroke; a 1 with a long upstroke, as
 * most of Europe writes it, comes out as a 7. A hundredth of drawn ones teaches the difference.
 * Returns: (transfer full): @mnist with @n drawn ones more in its training part
 */
NnDataset *european_ones_join (const NnDataset *mnist, gsize n, guint64 seed);
