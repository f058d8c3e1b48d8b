/* evaluate.c: `glassbox-cli evaluate`. */
#include "cli.h"

#include "terminal.h"

#include "engine/evaluate/metrics.h"

#define BATCH 256

static void
add_classes (JsonBuilder *builder, const NnEvaluation *scores)
{
  json_builder_set_member_name (builder, "classes");
  json_builder_begin_array (builder);
  for (int i = 0; i < scores->n_classes; i++) {
    json_builder_begin_object (builder);
    nn_json_add_int (builder, "class", i);
    nn_json_add_double (builder, "precision", scores->classes[i].precision);
    nn_json_add_double (builder, "recall", scores->classes[i].recall);
    nn_json_add_double (builder, "f1", scores->classes[i].f1);
    nn_json_add_int (builder, "support", scores->classes[i].support);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_confusion (JsonBuilder *builder, const NnEvaluation *scores)
{
  json_builder_set_member_name (builder, "confusion");
  json_builder_begin_array (builder);
  for (int i = 0; i < scores->n_classes; i++) {
    json_builder_begin_array (builder);
    for (int j = 0; j < scores->n_classes; j++)
      json_builder_add_int_value (builder, scores->confusion[i * scores->n_classes + j]);
    json_builder_end_array (builder);
  }
  json_builder_end_array (builder);
}

static void
print_json (const char *file, const NnDataset *dataset, const NnEvaluation *scores)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  nn_json_add_string (builder, "file", file);
  nn_json_add_string (builder, "data", dataset->id);
  nn_json_add_int (builder, "samples", (gint64)scores->count);
  nn_json_add_double (builder, "test_loss", scores->loss);
  nn_json_add_double (builder, "test_accuracy", scores->accuracy);
  nn_json_add_double (builder, "macro_precision", scores->macro_precision);
  nn_json_add_double (builder, "macro_recall", scores->macro_recall);
  nn_json_add_double (builder, "macro_f1", scores->macro_f1);
  add_classes (builder, scores);
  add_confusion (builder, scores);
  json_builder_end_object (builder);
  cli_print_json (json_builder_get_root (builder));
}

static void
print_heading (void)
{
  g_autoptr (GString) line = g_string_new (NULL);
  cli_append_padded (line, _ ("precision"), 9);
  cli_append_padded (line, _ ("recall"), 8);
  cli_append_padded (line, _ ("F1"), 8);
  g_print ("%s  %s\n", line->str, _ ("class"));
}

static void
print_text (const NnDataset *dataset, const NnEvaluation *scores)
{
  g_print (_ ("%s, test part: loss %.4f, accuracy %.2f %% of %zu samples\n\n"),
           nn_dataset_get_title (dataset), scores->loss, 100 * scores->accuracy, scores->count);
  print_heading ();
  for (int i = 0; i < scores->n_classes; i++)
    g_print ("%9.4f %7.4f %7.4f  %s\n", scores->classes[i].precision, scores->classes[i].recall,
             scores->classes[i].f1, nn_dataset_get_class_name (dataset, i));
  g_print ("%9.4f %7.4f %7.4f  %s\n", scores->macro_precision, scores->macro_recall,
           scores->macro_f1, _ ("mean of the classes"));
}

static gboolean
check_classes (const NnModel *model, const NnDataset *dataset, GError **error)
{
  if (model->n_classes == dataset->n_classes)
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _ ("The network knows %d classes, the data set “%s” has %d"), model->n_classes,
               dataset->id, dataset->n_classes);
  return FALSE;
}

static int
evaluate (const char *file, const char *id, gboolean json)
{
  GError *error = NULL;
  g_auto (CliData) data = {0};
  g_autoptr (NnPool) pool = nn_pool_new (0);
  g_autoptr (NnModel) model = cli_open_model (file, BATCH, pool, &error);
  if (!model)
    return cli_fail (error);
  NnExperiment *experiment = model->experiment;
  if (!cli_load_data (id ? id : experiment->dataset, experiment, FALSE, &data, &error) ||
      !check_classes (model, data.dataset, &error))
    return cli_fail (error);
  g_autoptr (NnEvaluation) scores =
      nn_evaluate (model->network, experiment->train.loss, data.test, NULL, &error);
  if (!scores)
    return cli_fail (error);
  if (json)
    print_json (file, data.dataset, scores);
  else
    print_text (data.dataset, scores);
  return CLI_DONE;
}

int
cli_evaluate (int argc, char **argv)
{
  g_autofree char *id = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
      {"data", 0, 0, G_OPTION_ARG_STRING, &id, N_ ("Evaluate on this data set instead"), N_ ("ID")},
      {"json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print the result as JSON"), NULL},
      G_OPTION_ENTRY_NULL};
  g_auto (GStrv) arguments =
      cli_parse_options (argc, argv, entries, _ ("FILE.safetensors|pretrained"),
                         _ ("Scores a saved network on the test part of its data set."), 1, 1);
  return arguments ? evaluate (arguments[0], id, json) : CLI_USAGE;
}
