/* arena.c: one aligned block of numbers, planned first, allocated once, carved into views. */
#include "arena.h"

#define NUMBERS_PER_LINE (NN_ALIGNMENT / sizeof (real))

gsize
nn_arena_reserve (NnArena *arena, gsize count)
{
  gsize offset = arena->reserved;

  g_return_val_if_fail (arena->data == NULL, 0);
  arena->reserved += (count + NUMBERS_PER_LINE - 1) / NUMBERS_PER_LINE * NUMBERS_PER_LINE;
  return offset;
}

void
nn_arena_commit (NnArena *arena)
{
  g_return_if_fail (arena->data == NULL);
  if (arena->reserved > 0)
    arena->data = g_aligned_alloc0 (arena->reserved, sizeof (real), NN_ALIGNMENT);
}

real *
nn_arena_at (const NnArena *arena, gsize offset)
{
  return arena->data + offset;
}

void
nn_arena_clear (NnArena *arena)
{
  g_clear_pointer (&arena->data, g_aligned_free);
  arena->reserved = 0;
}
