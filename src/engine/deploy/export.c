/* export.c: a trained network, taken out of the program in the form that somebody else runs. */
#include "export.h"

#include "code.h"
#include "npz.h"
#include "safetensors.h"

#include "engine/json-util.h"

#include <string.h>

static const char *const names[] = {"safetensors", "onnx", "c", "keras", "pytorch", NULL};
static const char *const suffixes[] = {".safetensors", ".onnx", ".c", ".py", ".py"};

const char *
nn_export_name (NnExportFormat format)
{
  return names[format];
}

gboolean
nn_export_parse (const char *name, NnExportFormat *format)
{
  return nn_word_find (names, name, format);
}

const char *
nn_export_suffix (NnExportFormat format)
{
  return suffixes[format];
}

char *
nn_export_weights_path (NnExportFormat format, const char *path)
{
  gsize length = strlen (path) - (g_str_has_suffix (path, ".py") ? 3 : 0);

  if (format != NN_EXPORT_KERAS && format != NN_EXPORT_PYTORCH)
    return NULL;
  return g_strdup_printf ("%.*s.npz", (int)length, path);
}

static gboolean
export_code (const NnNetwork *network, const NnExperiment *experiment, NnExportFormat format,
             const char *path, GError **error)
{
  static const NnCodeLanguage languages[] = {[NN_EXPORT_C] = NN_CODE_C,
                                             [NN_EXPORT_KERAS] = NN_CODE_KERAS,
                                             [NN_EXPORT_PYTORCH] = NN_CODE_PYTORCH};
  NnCodeLanguage language = languages[format];
  g_autofree char *text = nn_code_write (experiment, network, language, error);
  g_autofree char *weights = nn_export_weights_path (format, path);

  return text && (!weights || nn_npz_save (network, language, weights, error)) &&
         nn_write_file_atomically (path, text, strlen (text), error);
}

gboolean
nn_export (const NnNetwork *network, const NnExperiment *experiment, NnExportFormat format,
           NnOnnxInput input, const char *path, GError **error)
{
  if (format == NN_EXPORT_SAFETENSORS)
    return nn_model_save (network, experiment, path, error);
  if (format != NN_EXPORT_ONNX)
    return export_code (network, experiment, format, path, error);
  g_autoptr (GBytes) bytes = nn_onnx_encode (network, experiment, input);
  return nn_write_file_atomically (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                   error);
}
