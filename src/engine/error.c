/* error.c: the one error domain of the engine. */
#include "error.h"

/* It would take the name for a subtraction. */
/* clang-format off */
G_DEFINE_QUARK (nn-error-quark, nn_error)
/* clang-format on */
