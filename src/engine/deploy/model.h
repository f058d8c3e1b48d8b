/* model.h: a trained network that can be saved, opened and asked. */
#pragma once

#include "engine/design/experiment.h"
#include "engine/design/network.h"
#include "engine/train/training.h"

/* Metadata keys: "glassbox.experiment" (the recipe), "glassbox.version", "format": "pt". Tensors
 * are named as in PyTorch's nn.Sequential of the recipe's layers: "0.weight" [out,in], "0.bias". */

/* A network for prediction, with the recipe it was trained by. One thread at a time. */
typedef struct {
  NnExperiment *experiment;
  NnNetwork *network; /* max_batch as asked for */
  int n_classes;
} NnModel;

/** nn_model_new: Returns: (transfer full): untrained (zero parameters). @experiment is copied. */
NnModel *nn_model_new (const NnExperiment *experiment, int n_classes, int max_batch, NnPool *pool,
                       GError **error);

/**
 * nn_model_open, nn_model_open_bytes:
 * A model that Glassbox saved, or an ONNX file of layers in a row, whoever made it: by its content,
 * not its name.
 */
NnModel *nn_model_open (const char *path, int max_batch, NnPool *pool, GError **error);
NnModel *nn_model_open_bytes (GBytes *bytes, const char *name, int max_batch, NnPool *pool,
                              GError **error);
void nn_model_free (NnModel *model);

/** nn_model_save: Writes @network's parameters with @experiment in the metadata, atomically. */
gboolean nn_model_save (const NnNetwork *network, const NnExperiment *experiment, const char *path,
                        GError **error);

/**
 * nn_model_load_parameters:
 * Fills @network from @file by name; where the names are another framework's numbering but count,
 * order and shapes agree, by order. Refuses anything else, naming the tensor, the shape expected
 * and the shape found; then @network is untouched.
 */
gboolean nn_model_load_parameters (NnNetwork *network, const char *path, GError **error);

/**
 * nn_model_predict:
 * @pixels: 784 bytes from nn_prepare_ink()
 * probabilities[n_classes]. Returns: the most probable class
 */
int nn_model_predict (NnModel *model, const guint8 *pixels, real *probabilities);

/** nn_model_predict_row: The same for a network that reads a table: one row of its columns. */
int nn_model_predict_row (NnModel *model, const float *row, real *probabilities);

/**
 * nn_checkpoint_save / nn_checkpoint_restore:
 * The whole state of a training (parameters, moments, position, the recipe with its live dials) in
 * one safetensors file; a restored training goes on bit for bit. @extra: (nullable): more metadata.
 */
gboolean nn_checkpoint_save (NnTraining *training, GHashTable *extra, const char *path,
                             GError **error);
gboolean nn_checkpoint_restore (NnTraining *training, const char *path, GError **error);

/* A training's whole state, copied: taken between two batches, written later on any thread. */
typedef struct NnCheckpoint NnCheckpoint;

/** nn_checkpoint_capture: Returns: (transfer full): a copy; a fast one, of three blocks. */
NnCheckpoint *nn_checkpoint_capture (NnTraining *training);
gboolean nn_checkpoint_write (const NnCheckpoint *checkpoint, GHashTable *extra, const char *path,
                              GError **error);
void nn_checkpoint_free (NnCheckpoint *checkpoint);

/** nn_model_open_pretrained: Returns: (transfer full): the digit reader that ships. */
NnModel *nn_model_open_pretrained (GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnModel, nn_model_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnCheckpoint, nn_checkpoint_free)
