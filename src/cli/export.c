/* export.c: `glassbox-cli export`. */
#include "cli.h"

#include "engine/deploy/export.h"

static int export(const char *file, NnExportFormat format, NnOnnxInput input, const char *output)
{
  GError *error = NULL;
  g_autoptr (NnModel) model = cli_open_model (file, 1, NULL, &error);
  if (!model)
    return cli_fail (error);
  g_autofree char *usual = nn_export_file_name (model->experiment, format);
  const char *path = output ? output : usual;
  g_autofree char *weights = nn_export_weights_path (format, path);
  if (!nn_export (model->network, model->experiment, format, input, path, &error))
    return cli_fail (error);
  if (weights)
    g_print (_ ("Written: %s and %s\n"), path, weights);
  else
    g_print (_ ("Written: %s\n"), path);
  return CLI_DONE;
}

int
cli_export (int argc, char **argv)
{
  g_autofree char *word = NULL, *input_word = NULL, *output = NULL;
  NnExportFormat format = NN_EXPORT_ONNX;
  NnOnnxInput input = NN_ONNX_PREPARED;
  const GOptionEntry entries[] = {
      {"format", 'f', 0, G_OPTION_ARG_STRING, &word,
       N_ ("onnx (default), c, safetensors, keras or pytorch"), N_ ("FORMAT")},
      {"input", 0, 0, G_OPTION_ARG_STRING, &input_word,
       N_ ("What the ONNX network is given: prepared (default) numbers, or pixels 0…255 as pixels "
           "(floats) or bytes"),
       N_ ("INPUT")},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
       N_ ("The file to write; otherwise named after the recipe"), N_ ("FILE")},
      G_OPTION_ENTRY_NULL};
  g_auto (GStrv) arguments =
      cli_parse_options (argc, argv, entries, _ ("FILE.safetensors|FILE.onnx|pretrained"),
                         _ ("Writes a trained network in the form that other programs run."), 1, 1);
  if (!arguments)
    return CLI_USAGE;
  if (word && !nn_export_parse (word, &format)) {
    g_autofree char *message = g_strdup_printf (
        _ ("--format: expected onnx, c, safetensors, keras or pytorch, got “%s”"), word);
    return cli_usage_error (message);
  }
  if (input_word && !nn_onnx_input_parse (input_word, &input)) {
    g_autofree char *message =
        g_strdup_printf (_ ("--input: expected prepared, pixels or bytes, got “%s”"), input_word);
    return cli_usage_error (message);
  }
  return export(arguments[0], format, input, output);
}
