/* model.c: a trained network that can be saved, opened and asked. */
#include "model.h"

#include "onnx.h"
#include "parameters.h"
#include "read-file.h"

#include "engine/ink/drawing.h"
#include "engine/resources.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include <string.h>
#include <unistd.h>

#define MAX_ONNX_FILE (512 << 20)
#define PRETRAINED "models/digits.safetensors"

static NnNetwork *
build_network (const NnExperiment *experiment, int max_batch, NnPool *pool, GError **error)
{
  NnShape input = nn_prepare_spec_input (&experiment->prepare);
  return nn_network_new (experiment->layers, &input, max_batch, FALSE, pool, error);
}

static NnModel *
wrap_network (const NnExperiment *experiment, NnNetwork *network)
{
  NnModel *model = g_new0 (NnModel, 1);
  model->experiment = nn_experiment_copy (experiment);
  model->network = network;
  model->n_classes = nn_loss_n_classes ((int)nn_shape_size (&network->output_shape));
  return model;
}

/* A short file must not make us plan a huge network: its recipe's weights have to be in it. */
static gboolean
check_size (const NnTensorFile *file, const NnExperiment *experiment, GError **error)
{
  NnShape input = nn_prepare_spec_input (&experiment->prepare);
  g_autofree NnForeseen *foreseen = g_new (NnForeseen, experiment->layers->len);
  guint n_good = nn_network_foresee (experiment->layers, &input, foreseen, error);
  guint64 present = 0;
  gsize needed = 0;
  if (n_good < experiment->layers->len) {
    g_prefix_error (error, "layers[%u]: ", n_good);
    return FALSE;
  }
  for (guint i = 0; i < n_good; i++)
    needed += foreseen[i].n_parameters;
  for (guint i = 0; i < file->tensors->len; i++)
    present += ((const NnTensor *)file->tensors->pdata[i])->n;
  if (needed <= present)
    return TRUE;
  g_set_error (
      error, NN_ERROR, NN_ERROR_SHAPE,
      _ ("the network of the recipe inside has %zu weights, the file only %" PRIu64 " numbers"),
      needed, present);
  return FALSE;
}

static NnExperiment *
read_experiment (const NnTensorFile *file, GError **error)
{
  const char *text = g_hash_table_lookup (file->metadata, NN_METADATA_EXPERIMENT);
  if (!text) {
    g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
                 _ ("the recipe is missing (metadata “%s”): this file holds weights, but was not "
                    "saved by Glassbox. Its weights can be the start of a training instead."),
                 NN_METADATA_EXPERIMENT);
    return NULL;
  }
  NnExperiment *experiment = nn_experiment_parse (text, -1, error);
  if (!experiment)
    g_prefix_error (error, _ ("in the recipe inside: "));
  return experiment;
}

static NnModel *
open_file (const NnTensorFile *file, int max_batch, NnPool *pool, GError **error)
{
  g_autoptr (NnExperiment) experiment = read_experiment (file, error);
  if (!experiment || !check_size (file, experiment, error))
    return NULL;
  g_autoptr (NnNetwork) network = build_network (experiment, max_batch, pool, error);
  if (!network || !nn_parameters_load (file, network, FALSE, error))
    return NULL;
  return wrap_network (experiment, g_steal_pointer (&network));
}

NnModel *
nn_model_new (const NnExperiment *experiment, int n_classes, int max_batch, NnPool *pool,
              GError **error)
{
  g_autoptr (NnNetwork) network = build_network (experiment, max_batch, pool, error);
  if (!network)
    return NULL;
  if (nn_loss_n_classes ((int)nn_shape_size (&network->output_shape)) != n_classes) {
    g_autofree char *outputs = nn_shape_to_string (&network->output_shape);
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("layers[%d]: the network answers with %s numbers, but there are %d classes"),
                 network->n_layers - 1, outputs, n_classes);
    return NULL;
  }
  return wrap_network (experiment, g_steal_pointer (&network));
}

/* An ONNX file begins with its version, as field 1 of a protobuf message; a safetensors file with
 * its header's length, of which the upper half is 0, for no header has 4 GiB. */
static gboolean
looks_like_onnx (const guint8 *start, gsize length)
{
  const guint8 zeros[4] = {0};

  return length > 8 && start[0] == 0x08 && memcmp (start + 4, zeros, sizeof zeros) != 0;
}

NnModel *
nn_model_open_bytes (GBytes *bytes, const char *name, int max_batch, NnPool *pool, GError **error)
{
  gsize length;
  const guint8 *start = g_bytes_get_data (bytes, &length);
  if (looks_like_onnx (start, length))
    return nn_onnx_decode (bytes, name, max_batch, pool, error);
  g_autoptr (NnTensorFile) file = nn_tensor_file_read_bytes (bytes, name, error);
  if (!file)
    return NULL;
  NnModel *model = open_file (file, max_batch, pool, error);
  if (!model)
    g_prefix_error (error, "%s: ", name);
  return model;
}

/* Sets @bytes where it is an ONNX file. */
static gboolean
read_onnx (const char *path, GBytes **bytes, GError **error)
{
  guint8 start[9];
  guint64 length;
  int fd = nn_file_open (path, &length, error);
  if (fd < 0)
    return FALSE;
  gsize n = (gsize)MIN (length, sizeof start);
  gboolean good = nn_file_read (fd, path, start, n, error);
  if (good && looks_like_onnx (start, n) && length > MAX_ONNX_FILE) {
    g_set_error (error, NN_ERROR, NN_ERROR_TOO_LARGE, _ ("“%s” is larger than 512 MiB."), path);
    good = FALSE;
  } else if (good && looks_like_onnx (start, n)) {
    *bytes = nn_file_read_whole (fd, length, path, error);
    good = *bytes != NULL;
  }
  close (fd);
  return good;
}

NnModel *
nn_model_open (const char *path, int max_batch, NnPool *pool, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  if (!read_onnx (path, &bytes, error))
    return NULL;
  if (bytes)
    return nn_onnx_decode (bytes, path, max_batch, pool, error);
  g_autoptr (NnTensorFile) file = nn_tensor_file_read (path, error);
  if (!file)
    return NULL;
  NnModel *model = open_file (file, max_batch, pool, error);
  if (!model)
    g_prefix_error (error, "%s: ", path);
  return model;
}

NnModel *
nn_model_open_pretrained (GError **error)
{
  g_autoptr (GBytes) bytes = nn_resource_load (PRETRAINED, NULL);
  if (!bytes) {
    g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
                 _ ("This build of Glassbox has no pretrained network inside."));
    return NULL;
  }
  return nn_model_open_bytes (bytes, "digits.safetensors", 1, NULL, error);
}

void
nn_model_free (NnModel *model)
{
  if (!model)
    return;
  nn_network_free (model->network);
  nn_experiment_free (model->experiment);
  g_free (model);
}

gboolean
nn_model_save (const NnNetwork *network, const NnExperiment *experiment, const char *path,
               GError **error)
{
  g_autoptr (NnTensorFile) file = nn_tensor_file_new ();
  g_autofree char *recipe = nn_experiment_to_json (experiment);
  nn_tensor_file_set_metadata (file, "format", "pt");
  nn_tensor_file_set_metadata (file, NN_METADATA_VERSION, GBX_VERSION);
  nn_tensor_file_set_metadata (file, NN_METADATA_EXPERIMENT, recipe);
  nn_parameters_add (file, network, &network->parameters, "");
  return nn_tensor_file_write (file, path, error);
}

gboolean
nn_model_load_parameters (NnNetwork *network, const char *path, GError **error)
{
  g_autoptr (NnTensorFile) file = nn_tensor_file_read (path, error);
  if (!file)
    return FALSE;
  if (nn_parameters_load (file, network, TRUE, error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

static int
predict (NnModel *model, const real *x, real *probabilities)
{
  const NnRun run = {.batch = 1};
  nn_network_forward (model->network, &run, x);
  nn_loss_probabilities (model->network, 1, probabilities);
  return nn_argmax (probabilities, model->n_classes);
}

int
nn_model_predict (NnModel *model, const guint8 *pixels, real *probabilities)
{
  real x[NN_DIGIT_PIXELS];
  g_return_val_if_fail (!model->experiment->prepare.columns, 0);
  nn_prepare_pixels (&model->experiment->prepare, pixels, x);
  return predict (model, x, probabilities);
}

int
nn_model_predict_row (NnModel *model, const float *row, real *probabilities)
{
  const NnPrepareSpec *prepare = &model->experiment->prepare;
  real x[NN_COLUMNS_MOST];
  g_return_val_if_fail (prepare->columns && prepare->fit, 0);
  nn_columns_encode (prepare->columns, prepare->fit->numbers, prepare->standardise, row, x);
  return predict (model, x, probabilities);
}
