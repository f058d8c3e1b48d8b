/* parity.c: whether what leaves the program answers like what stays, and what it costs. */
#include "parity.h"

#include "onnx.h"

#include "engine/evaluate/pace.h"

#include <math.h>
#include <string.h>

#define LEAST_TIME 50000 /* µs */

/* A copy of @network for prediction. */
static NnModel *
copy_network (const NnNetwork *network, const NnExperiment *experiment, int max_batch,
              GError **error)
{
  int n_classes = (int)nn_shape_size (&network->output_shape);
  NnModel *model = nn_model_new (experiment, n_classes, max_batch, NULL, error);

  if (model != NULL)
    memcpy (model->network->parameters.data, network->parameters.data,
            network->parameters.reserved * sizeof (real));
  return model;
}

static void
compare (NnModel *stays, NnModel *leaves, const NnSamples *samples, NnParity *parity)
{
  gsize pixels = nn_shape_size (&samples->shape);
  g_autofree real *x = g_new (real, pixels);
  const NnRun run = {.batch = 1};

  for (gsize i = 0; i < parity->n_pictures; i++) {
    const guint8 *picture = samples->images + i * pixels;
    const real *a, *b;

    nn_prepare_pixels (&stays->experiment->prepare, picture, x);
    a = nn_network_forward (stays->network, &run, x);
    nn_prepare_pixels (&leaves->experiment->prepare, picture, x);
    b = nn_network_forward (leaves->network, &run, x);
    parity->n_agree += nn_argmax (a, stays->n_classes) == nn_argmax (b, stays->n_classes);
    for (int c = 0; c < stays->n_classes; c++)
      parity->difference = fmax (parity->difference, fabs ((double)a[c] - (double)b[c]));
  }
}

gboolean
nn_parity_check (const NnNetwork *network, const NnExperiment *experiment, const NnSamples *samples,
                 NnParity *parity, GError **error)
{
  g_autoptr (GBytes) bytes = nn_onnx_encode (network, experiment, NN_ONNX_BYTES);
  g_autoptr (NnModel) stays = copy_network (network, experiment, 1, error);
  g_autoptr (NnModel) leaves =
      stays != NULL ? nn_onnx_decode (bytes, experiment->name, 1, NULL, error) : NULL;

  if (leaves == NULL)
    return FALSE;
  *parity = (NnParity){.n_pictures = MIN (samples->count, NN_PARITY_PICTURES)};
  compare (stays, leaves, samples, parity);
  return TRUE;
}

gboolean
nn_pace_measure (const NnNetwork *network, const NnExperiment *experiment, NnPace *pace,
                 GError **error)
{
  g_autoptr (NnModel) alone = copy_network (network, experiment, 1, error);
  g_autoptr (NnModel) together =
      alone != NULL ? copy_network (network, experiment, NN_PACE_BATCH, error) : NULL;
  g_autofree real *x = NULL;
  const NnRun run = {.batch = NN_PACE_BATCH};
  gint64 start, used = 0;
  int n = 0;

  if (together == NULL)
    return FALSE;
  pace->alone = nn_network_measure (alone->network, NULL);
  x = g_new0 (real, NN_PACE_BATCH * nn_shape_size (&network->input_shape));
  nn_network_forward (together->network, &run, x);
  start = g_get_monotonic_time ();
  for (; used < LEAST_TIME; n++) {
    nn_network_forward (together->network, &run, x);
    used = g_get_monotonic_time () - start;
  }
  pace->together = (double)used * 1e-6 / n / NN_PACE_BATCH;
  return TRUE;
}
