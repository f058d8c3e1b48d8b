/* predict.c: `glassbox-cli predict`. */
#include "cli.h"

#include <string.h>

/* The canvas's own way from a picture to what the network sees, as its recipe has it. */
static gboolean
read_digit (const char *path, const NnPrepareSpec *prepare, guint8 *pixels, GError **error)
{
  NnNormalised normalised;
  int width, height;
  g_autofree guint8 *grey = cli_load_picture (path, &width, &height, error);
  if (!grey)
    return FALSE;
  nn_picture_to_ink (grey, width, height, width);
  if (!nn_prepare_ink (prepare, grey, width, height, width, &normalised)) {
    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT, _ ("“%s” shows nothing but paper"), path);
    return FALSE;
  }
  memcpy (pixels, normalised.pixels, NN_DIGIT_PIXELS);
  return TRUE;
}

static void
add_answer (JsonBuilder *builder, const char *file, int class_, const real *probabilities, int n)
{
  json_builder_begin_object (builder);
  nn_json_add_string (builder, "file", file);
  nn_json_add_int (builder, "class", class_);
  nn_json_add_double (builder, "probability", probabilities[class_]);
  json_builder_set_member_name (builder, "probabilities");
  json_builder_begin_array (builder);
  for (int i = 0; i < n; i++)
    json_builder_add_double_value (builder, probabilities[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* One picture that cannot be read does not keep the others from being read. */
static int
predict (const char *file, char **pictures, gboolean json)
{
  GError *error = NULL;
  int status = CLI_DONE;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (NnModel) model = cli_open_model (file, 1, NULL, &error);
  if (!model)
    return cli_fail (error);
  if (model->experiment->prepare.columns) {
    g_set_error (
        &error, NN_ERROR, NN_ERROR_SHAPE,
        _ ("%s reads the rows of a table, not pictures; “glassbox-cli evaluate” scores it"), file);
    return cli_fail (error);
  }
  g_autofree real *probabilities = g_new (real, model->n_classes);
  json_builder_begin_array (builder);
  for (char **picture = pictures; *picture; picture++) {
    guint8 pixels[NN_DIGIT_PIXELS];
    if (!read_digit (*picture, &model->experiment->prepare, pixels, &error)) {
      status = cli_fail (g_steal_pointer (&error));
      continue;
    }
    int class_ = nn_model_predict (model, pixels, probabilities);
    if (json)
      add_answer (builder, *picture, class_, probabilities, model->n_classes);
    else
      g_print (_ ("%s: %d (%.1f %%)\n"), *picture, class_, 100 * (double)probabilities[class_]);
  }
  json_builder_end_array (builder);
  if (json)
    cli_print_json (json_builder_get_root (builder));
  return status;
}

int
cli_predict (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
      {"json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print the result as JSON"), NULL},
      G_OPTION_ENTRY_NULL};
  g_auto (GStrv) arguments = cli_parse_options (
      argc, argv, entries, _ ("FILE.safetensors|pretrained IMAGE.png…"),
      _ ("Reads the digit in each picture, dark on light or light on dark, in any place."), 2,
      G_MAXINT);
  return arguments ? predict (arguments[0], arguments + 1, json) : CLI_USAGE;
}
