/* kernel-vectors.h: one register full of numbers, for kernels that lay out their registers
 * themselves. Only kernel-*.c include it: each level has its own width. */
#pragma once

#include "kernel-levels.h"

#include <string.h>

#if defined(__AVX512F__)
#define NN_VECTOR_BYTES 64
#define NN_REGISTERS 32
#elif defined(__AVX__)
#define NN_VECTOR_BYTES 32
#define NN_REGISTERS 16
#elif defined(__aarch64__)
#define NN_VECTOR_BYTES 16
#define NN_REGISTERS 32
#else
#define NN_VECTOR_BYTES 16
#define NN_REGISTERS 16
#endif

#define NN_WIDTH ((int)(NN_VECTOR_BYTES / sizeof (real)))

#ifdef NN_DOUBLE
typedef gint64 NnWhole; /* as wide as a real */
#else
typedef gint32 NnWhole;
#endif

typedef real NnVector __attribute__ ((vector_size (NN_VECTOR_BYTES)));
typedef NnWhole NnWholes __attribute__ ((vector_size (NN_VECTOR_BYTES)));
typedef guint8 NnBytes __attribute__ ((vector_size (NN_VECTOR_BYTES / sizeof (real))));

/* A function whose loops over registers are to be unrolled for the constants it is called with; not
 * where a sanitizer watches every access, for that would compile for minutes. */
#define NN_INLINE static inline __attribute__ ((always_inline))
#ifdef __SANITIZE_ADDRESS__
#define NN_UNROLL _Pragma ("GCC unroll 1")
#else
#define NN_UNROLL _Pragma ("GCC unroll 64")
#endif

/* Makes the compiler keep @pointer as it is in a register, instead of working out each address near
 * it anew. */
#define NN_KEEP(pointer) __asm__("" : "+r"(pointer))

/* From and to any address: for the processors of today an aligned one is as fast either way. */
NN_INLINE NnVector
nn_load (const real *from)
{
  NnVector vector;

  memcpy (&vector, from, sizeof vector);
  return vector;
}

NN_INLINE void
nn_store (real *to, NnVector vector)
{
  memcpy (to, &vector, sizeof vector);
}

NN_INLINE NnVector
nn_select (NnWholes mask, NnVector yes, NnVector no)
{
  return (NnVector)((mask & (NnWholes)yes) | (~mask & (NnWholes)no));
}
