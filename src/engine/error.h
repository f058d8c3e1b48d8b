/* error.h: the one error domain of the engine. Messages name what, where and what to do. */
#pragma once

#include <glib.h>

#define NN_ERROR (nn_error_quark ())

/**
 * NnError:
 * @NN_ERROR_FORMAT: a file or document is not what it claims to be
 * @NN_ERROR_RANGE: a value lies outside what is allowed
 * @NN_ERROR_SHAPE: shapes do not fit together
 * @NN_ERROR_NOT_FOUND: no such data set, preset, file or tensor
 * @NN_ERROR_DIVERGED: the training produced NaN or infinity
 * @NN_ERROR_NETWORK: a download failed
 * @NN_ERROR_TOO_LARGE: more than the stated bound
 */
typedef enum {
  NN_ERROR_FORMAT,
  NN_ERROR_RANGE,
  NN_ERROR_SHAPE,
  NN_ERROR_NOT_FOUND,
  NN_ERROR_DIVERGED,
  NN_ERROR_NETWORK,
  NN_ERROR_TOO_LARGE,
} NnError;

GQuark nn_error_quark (void);
