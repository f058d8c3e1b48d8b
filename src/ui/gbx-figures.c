/* gbx-figures.c: the live figure and the state of each node of the pipeline strip. */
#include "gbx-figures.h"

#include "gbx-format.h"
#include "gbx-layer-kind.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The names in full are too long for a node of the strip. */
static const char *
short_title (const NnDataset *dataset)
{
  if (g_str_equal (dataset->id, NN_DATASET_MNIST))
    return "MNIST";
  if (g_str_equal (dataset->id, NN_DATASET_FASHION))
    return "Fashion-MNIST";
  if (g_str_equal (dataset->id, NN_DATASET_DIGITS))
    return _ ("UCI digits");
  return nn_dataset_get_title (dataset);
}

static char *
describe_collect (GbxSession *session, GbxNodeState *state)
{
  const NnDataset *dataset = gbx_session_get_dataset (session);
  g_autofree char *count = NULL;

  if (dataset == NULL) {
    gboolean loading = gbx_session_get_state (session) == GBX_SESSION_LOADING;

    *state = loading ? GBX_NODE_ACTIVE : GBX_NODE_FAULT;
    return g_strdup (loading ? _ ("loading…") : _ ("no data"));
  }
  *state = GBX_NODE_DONE;
  count = gbx_format_count (dataset->train.count);
  return g_strdup_printf ("%s · %s", short_title (dataset), count);
}

static char *
describe_prepare (GbxSession *session, GbxNodeState *state)
{
  const NnPrepareSpec *prepare = &gbx_session_get_experiment (session)->prepare;

  *state = gbx_session_get_dataset (session) != NULL ? GBX_NODE_DONE : GBX_NODE_IDLE;
  if (prepare->columns != NULL)
    return g_strdup_printf (_ ("%d numbers a row"), nn_columns_width (prepare->columns));
  return g_strdup_printf ("%d×%d · %s", prepare->side, prepare->side,
                          prepare->scale == NN_SCALE_UNIT ? "÷255" : "0…255");
}

static char *
describe_design (GbxSession *session, GbxNodeState *state)
{
  const NnNetwork *network = gbx_session_get_network (session);
  g_autoptr (GbxForesight) foresight = gbx_session_foresee (session);
  g_autofree char *widths = NULL, *count = NULL;

  if (foresight->faulty >= 0) {
    *state = GBX_NODE_FAULT;
    return g_strdup_printf (_ ("mend layer %d"), foresight->faulty + 1);
  }
  *state = network != NULL ? GBX_NODE_DONE : GBX_NODE_IDLE;
  if (network == NULL)
    return g_strdup ("–");
  widths = gbx_figures_describe_network (network);
  count = gbx_format_count (nn_network_n_parameters (network));
  return g_strdup_printf ("%s · %s", widths, count);
}

static char *
describe_train (GbxSession *session, GbxNodeState *state)
{
  g_autofree char *number = NULL;
  double loss;

  switch (gbx_session_get_state (session)) {
  case GBX_SESSION_DIVERGED:
    *state = GBX_NODE_FAULT;
    return g_strdup (_ ("diverged"));
  case GBX_SESSION_RUNNING:
    *state = GBX_NODE_ACTIVE;
    break;
  case GBX_SESSION_FINISHED:
    *state = GBX_NODE_DONE;
    break;
  default:
    *state = GBX_NODE_IDLE;
  }
  g_object_get (session, "loss", &loss, NULL);
  if (isnan (loss))
    return g_strdup (_ ("not trained yet"));
  number = gbx_format_number (loss, 3);
  return g_strdup_printf (_ ("loss %s"), number);
}

static char *
describe_evaluate (GbxSession *session, GbxNodeState *state)
{
  const NnEvaluation *evaluation = gbx_session_get_evaluation (session);
  gboolean evaluating;
  double accuracy;

  g_object_get (session, "evaluating", &evaluating, "validation-accuracy", &accuracy, NULL);
  *state = evaluating ? GBX_NODE_ACTIVE : evaluation != NULL ? GBX_NODE_DONE : GBX_NODE_IDLE;
  return gbx_format_percent (evaluation != NULL ? evaluation->accuracy : accuracy, 1);
}

static char *
describe_deploy (GbxSession *session, GbxNodeState *state)
{
  const NnNetwork *network = gbx_session_get_network (session);

  *state = GBX_NODE_IDLE;
  if (network == NULL)
    return g_strdup ("–");
  return gbx_figures_describe_size (network);
}

char *
gbx_figures_describe (GbxSession *session, GbxStage stage, GbxNodeState *state)
{
  static char *(*const describe[GBX_N_STAGES]) (GbxSession *, GbxNodeState *) = {
      describe_collect, describe_prepare,  describe_design,
      describe_train,   describe_evaluate, describe_deploy};

  return describe[stage](session, state);
}

/* How many numbers, or maps, each place of its output has. */
static int
get_width (const NnLayer *layer)
{
  const NnShape *shape = &layer->output_shape;

  return gbx_layer_kind (layer) == GBX_LAYER_CONVOLUTION ? shape->dims[shape->n_dims - 1]
                                                         : (int)nn_shape_size (shape);
}

char *
gbx_figures_describe_network (const NnNetwork *network)
{
  GString *text = g_string_new (NULL);

  if (!gbx_layer_looks_at_pictures (network))
    g_string_printf (text, "%zu", nn_shape_size (&network->input_shape));
  for (int i = 0; i < network->n_layers; i++) {
    const NnLayer *layer = network->layers[i];
    GbxLayerKind kind = gbx_layer_kind (layer);

    if (kind == GBX_LAYER_DENSE || kind == GBX_LAYER_CONVOLUTION)
      g_string_append_printf (text, text->len > 0 ? "-%d" : "%d", get_width (layer));
  }
  return g_string_free (text, FALSE);
}

char *
gbx_figures_describe_size (const NnNetwork *network)
{
  gsize n = 0;

  for (int i = 0; i < network->n_layers; i++)
    for (int j = 0; j < network->layers[i]->n_parameters; j++)
      n += nn_shape_size (&network->layers[i]->parameters[j].shape);
  return g_format_size (n * sizeof (float));
}
