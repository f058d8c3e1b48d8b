/* npz.h: a network's parameters for NumPy. Inside the deploy room. */
#pragma once

#include "code.h"

/**
 * nn_npz_save:
 * @language: whose program is to load them: for PyTorch, arrays by the names and in the order of
 * its state_dict; for Keras each layer's in its own order, dense kernels as in × out, those of
 * convolutions as height × width × in × out
 */
gboolean nn_npz_save (const NnNetwork *network, NnCodeLanguage language, const char *path,
                      GError **error);
