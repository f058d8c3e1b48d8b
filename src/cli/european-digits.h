/* european-digits.h: what MNIST has too little of. */
#pragma once

#include "engine/collect/dataset.h"

/**
 * european_digits_join:
 * MNIST was written in the United States, where a 1 is a bare stroke; a 1 with a long upstroke, as
 * most of Europe writes it, comes out as a 7, and a 7 with a bar across its stem is rare. A few
 * hundredths of drawn ones and sevens teach the difference.
 * Returns: (transfer full): @mnist with @n drawn digits more in its training part, two ones to
 * each seven
 */
NnDataset *european_digits_join (const NnDataset *mnist, gsize n, guint64 seed);
