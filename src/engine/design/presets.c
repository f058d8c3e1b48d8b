/* presets.c: the experiments that are built in, the articles' own. */
#include "experiment.h"

#include "engine/resources.h"

#include <glib/gi18n-lib.h>

#include <string.h>

static const char *const names[] = {
    "keras-784-64-10",      "keras-784-128-10", "sigmoid-784-10-10-10",
    "raw-pixels-784-64-10", "cnn-32-64-64",     NULL,
};

static const char *const titles[] = {
    N_ ("64 ReLU units, one-hot targets: the first network of the articles"),
    N_ ("128 ReLU units behind a flatten layer, sparse targets"),
    N_ ("Two hidden layers of 10 sigmoid units: the textbook's deep network"),
    N_ ("64 ReLU units on pixels of 0…255 as they are: what scaling is for"),
    N_ ("Three convolutions and two poolings: the articles' network for pictures"),
};

G_STATIC_ASSERT (G_N_ELEMENTS (titles) == G_N_ELEMENTS (names) - 1);

static int
find_preset (const char *name)
{
  for (int i = 0; names[i]; i++)
    if (strcmp (names[i], name) == 0)
      return i;
  return -1;
}

const char *const *
nn_preset_names (void)
{
  return names;
}

NnExperiment *
nn_preset_load (const char *name, GError **error)
{
  if (find_preset (name) < 0) {
    g_autofree char *known = g_strjoinv (", ", (char **)names);
    g_set_error (error, NN_ERROR, NN_ERROR_NOT_FOUND,
                 _ ("There is no built-in experiment “%s”; there are %s."), name, known);
    return NULL;
  }
  g_autofree char *path = g_strdup_printf ("experiments/%s.json", name);
  g_autoptr (GBytes) bytes = nn_resource_load (path, error);
  if (!bytes)
    return NULL;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  return nn_experiment_parse (text, (gssize)length, error);
}

const char *
nn_preset_title (const char *name)
{
  int index = find_preset (name);
  return index < 0 ? NULL : _ (titles[index]);
}
