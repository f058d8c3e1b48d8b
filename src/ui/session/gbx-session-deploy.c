/* gbx-session-deploy.c: taking the network out of the program. */
#include "gbx-session-private.h"

#include <glib/gi18n-lib.h>

static gboolean
has_network (GbxSession *self, GError **error)
{
  if (self->network != NULL)
    return TRUE;
  g_set_error_literal (error, NN_ERROR, NN_ERROR_NOT_FOUND,
                       _ ("There is no network to save yet: the data is still being read."));
  return FALSE;
}

gboolean
gbx_session_export (GbxSession *self, NnExportFormat format, NnOnnxInput input, const char *path,
                    GError **error)
{
  g_return_val_if_fail (GBX_IS_SESSION (self) && path != NULL, FALSE);

  return has_network (self, error) &&
         nn_export (self->network, self->network_experiment, format, input, path, error);
}

gboolean
gbx_session_check_parity (GbxSession *self, NnParity *parity, GError **error)
{
  const NnSamples *samples = self->samples[NN_PART_TEST];

  g_return_val_if_fail (GBX_IS_SESSION (self), FALSE);

  if (!has_network (self, error))
    return FALSE;
  if (samples == NULL || samples->images == NULL) {
    g_set_error_literal (error, NN_ERROR, NN_ERROR_NOT_FOUND,
                         _ ("There are no test pictures to compare by."));
    return FALSE;
  }
  return nn_parity_check (self->network, self->network_experiment, samples, parity, error);
}

gboolean
gbx_session_measure_pace (GbxSession *self, NnPace *pace, GError **error)
{
  g_return_val_if_fail (GBX_IS_SESSION (self), FALSE);

  return has_network (self, error) &&
         nn_pace_measure (self->network, self->network_experiment, pace, error);
}
