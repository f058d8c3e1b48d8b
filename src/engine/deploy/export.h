/* export.h: a trained network, taken out of the program in the form that somebody else runs. */
#pragma once

#include "onnx.h"

typedef enum {
  NN_EXPORT_SAFETENSORS, /* "safetensors": weights and recipe, Glassbox's own and PyTorch's */
  NN_EXPORT_ONNX,        /* "onnx": the network as a graph that many programs run */
  NN_EXPORT_C,           /* "c": a program in one file, without any library */
  NN_EXPORT_KERAS,       /* "keras": a Python program, and its weights as .npz beside it */
  NN_EXPORT_PYTORCH,     /* "pytorch": the same for PyTorch */
  NN_N_EXPORTS,
} NnExportFormat;

/** nn_export_name: Returns: (transfer none): the word: "onnx". */
const char *nn_export_name (NnExportFormat format);
gboolean nn_export_parse (const char *name, NnExportFormat *format);

/** nn_export_suffix: Returns: (transfer none): how the file's name ends: ".onnx". */
const char *nn_export_suffix (NnExportFormat format);

/** nn_export_weights_path: Returns: (transfer full) (nullable): the second file that goes with
 * @path: "mine.npz" for "mine.py". */
char *nn_export_weights_path (NnExportFormat format, const char *path);

/** nn_export_file_name: Returns: (transfer full): what to call the file; a Python program's name
 * can be imported. */
char *nn_export_file_name (const NnExperiment *experiment, NnExportFormat format);

/** nn_export_script: Returns: (transfer full): a few lines that make use of the file, in the
 * language of those who get it. */
char *nn_export_script (const NnExperiment *experiment, NnExportFormat format, NnOnnxInput input);

/**
 * nn_export:
 * @input: what an ONNX network is to be given; the others are not asked
 * Writes each file whole or not at all.
 */
gboolean nn_export (const NnNetwork *network, const NnExperiment *experiment, NnExportFormat format,
                    NnOnnxInput input, const char *path, GError **error);
