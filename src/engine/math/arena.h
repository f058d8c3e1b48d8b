/* arena.h: one aligned block of numbers, planned first, allocated once, carved into views. */
#pragma once

#include "real.h"

#include <glib.h>

#define NN_ALIGNMENT 64 /* bytes: a cache line and an AVX-512 vector */

typedef struct {
  real *data;     /* owned; NULL until committed */
  gsize reserved; /* numbers asked for so far, each view rounded up to the alignment */
} NnArena;

/**
 * nn_arena_reserve:
 * Plans a view of @count numbers. Returns: its offset, a multiple of the alignment.
 */
gsize nn_arena_reserve (NnArena *arena, gsize count);

/**
 * nn_arena_commit:
 * Allocates the whole block, zeroed. Padding stays zero for ever, so that a loop over the block
 * is a loop over its views.
 */
void nn_arena_commit (NnArena *arena);

/** nn_arena_at: Returns: (transfer none): the view at @offset; only after the commit. */
real *nn_arena_at (const NnArena *arena, gsize offset);

void nn_arena_clear (NnArena *arena);
