/* code.h: the same experiment as a program for another framework, or for none. */
#pragma once

#include "engine/design/experiment.h"
#include "engine/design/network.h"

typedef enum {
  NN_CODE_KERAS,   /* "keras": Python, Keras 3 */
  NN_CODE_PYTORCH, /* "pytorch": Python */
  NN_CODE_C,       /* "c": C99, without any library */
} NnCodeLanguage;

/**
 * nn_code_write:
 * @network: (nullable): the recipe's, trained: then the C program is that network alone, with its
 * numbers inside, and reads PGM pictures
 * A whole program. The Python ones read the four IDX files of a folder, train and evaluate as the
 * recipe says, or evaluate with the weights that nn_npz_save() wrote; what has no counterpart there
 * is said in a comment. The C one does so in plain loops, from the same first weights and on the
 * same batches; or it reads a model saved by Glassbox and scores it. Returns: (transfer full): or
 * NULL with NN_ERROR_SHAPE where the layers do not fit
 */
char *nn_code_write (const NnExperiment *experiment, const NnNetwork *network,
                     NnCodeLanguage language, GError **error);

/** nn_code_name: Returns: (transfer none): "keras", "pytorch" or "c". */
const char *nn_code_name (NnCodeLanguage language);
gboolean nn_code_parse (const char *name, NnCodeLanguage *language);
