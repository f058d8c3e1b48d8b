/* load.c: data sets, experiments, models and pictures by the names of the command line. */
#include "cli.h"

#include "engine/collect/image-file.h"

/* ---- data ---- */

static NnDataset *
load_dataset (const char *id, GError **error)
{
  NnDataset *dataset = nn_dataset_load (id, NULL, error);
  if (!dataset && error && g_error_matches (*error, NN_ERROR, NN_ERROR_NOT_FOUND)) {
    g_autofree char *message =
        g_strdup_printf (_ ("%s. “--data %s” takes the digits that are built in."),
                         (*error)->message, NN_DATASET_STAND_IN);
    g_clear_error (error);
    g_set_error_literal (error, NN_ERROR, NN_ERROR_NOT_FOUND, message);
  }
  return dataset;
}

void
cli_data_clear (CliData *data)
{
  g_clear_pointer (&data->train, nn_samples_unref);
  g_clear_pointer (&data->validation, nn_samples_unref);
  g_clear_pointer (&data->test, nn_samples_unref);
  g_clear_pointer (&data->dataset, nn_dataset_unref);
}

/* The recipe's own data set comes with what is mixed into it. */
static NnDataset *
load_mixed (const char *id, const NnExperiment *experiment, GError **error)
{
  const NnMixSpec *mix = &experiment->mix;
  g_autoptr (NnDataset) base = load_dataset (id, error);
  if (!base || !mix->dataset || !g_str_equal (id, experiment->dataset))
    return g_steal_pointer (&base);
  g_autoptr (NnDataset) other = load_dataset (mix->dataset, error);
  if (!other)
    return NULL;
  return nn_dataset_mix (base, other, mix->share, experiment->seed, error);
}

gboolean
cli_load_data (const char *id, NnExperiment *experiment, gboolean fits, CliData *data,
               GError **error)
{
  NnPrepareSpec *prepare = &experiment->prepare, fitted;
  guint64 seed = experiment->seed;
  data->dataset = load_mixed (id, experiment, error);
  if (!data->dataset)
    return FALSE;
  if (fits) {
    nn_prepare_spec_follow (prepare, data->dataset);
    nn_experiment_fit_classes (experiment, data->dataset->n_classes);
  }
  data->train = nn_samples_new (data->dataset, prepare, NN_PART_TRAIN, seed, error);
  if (!data->train)
    return FALSE;
  fitted = *prepare;
  fitted.fit = data->train->spec.fit;
  data->test = nn_samples_new (data->dataset, &fitted, NN_PART_TEST, seed, error);
  if (!data->test)
    return FALSE;
  if (prepare->validation_fraction > 0)
    data->validation = nn_samples_new (data->dataset, &fitted, NN_PART_VALIDATION, seed, error);
  else
    data->validation = nn_samples_ref (data->test);
  return data->validation != NULL;
}

/* ---- recipes and networks ---- */

NnExperiment *
cli_load_experiment (const char *name, GError **error)
{
  if (g_strv_contains (nn_preset_names (), name))
    return nn_preset_load (name, error);
  if (g_file_test (name, G_FILE_TEST_EXISTS))
    return nn_experiment_load_file (name, error);
  g_autofree char *known = g_strjoinv (", ", (char **)nn_preset_names ());
  g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
               _ ("“%s” is neither a file nor a built-in experiment (%s)"), name, known);
  return NULL;
}

NnModel *
cli_open_model (const char *path, int max_batch, NnPool *pool, GError **error)
{
  if (g_str_equal (path, CLI_PRETRAINED))
    return nn_model_open_pretrained (error);
  return nn_model_open (path, max_batch, pool, error);
}

/* ---- pictures ---- */

guint8 *
cli_load_picture (const char *path, int *width, int *height, GError **error)
{
  guint8 *grey = nn_image_file_read (path, width, height, error);
  if (!grey)
    g_prefix_error (error, _ ("“%s”: "), path);
  return grey;
}
