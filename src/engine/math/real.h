/* real.h: the engine's number. float in the program; double in the build that checks gradients. */
#pragma once

#ifdef NN_DOUBLE
typedef double real;
#define NN_REAL_NAME "F64"
#else
typedef float real;
#define NN_REAL_NAME "F32"
#endif
