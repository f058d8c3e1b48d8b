/* gbx-layer-edits.c: edits of the recipe's layers, and of its fields. */
#include "gbx-layer-edits.h"

#include <glib/gi18n-lib.h>

static NnExperiment *
copy_recipe (GbxSession *session)
{
  return nn_experiment_copy (gbx_session_get_experiment (session));
}

static gboolean
has_layer (GbxSession *session, int index)
{
  return index >= 0 && index < (int)gbx_session_get_experiment (session)->layers->len;
}

static gboolean
has_room (GbxSession *session)
{
  return gbx_session_get_experiment (session)->layers->len < NN_MAX_LAYERS;
}

void
gbx_layer_edits_add (GbxSession *session, const NnLayerClass *class_, int index)
{
  g_autoptr (GbxForesight) foresight = gbx_session_foresee (session);
  const NnShape *input = &foresight->input_shape;
  NnExperiment *experiment;

  if (!has_room (session) || index < -1 || index >= (int)foresight->n_layers)
    return;
  if (index >= 0 && index < (int)foresight->n_good)
    input = &foresight->layers[index].output_shape;
  experiment = copy_recipe (session);
  g_ptr_array_insert (experiment->layers, index + 1, nn_layer_spec_usual (class_, input));
  gbx_session_edit (session, experiment, N_ ("Add layer"), -1);
}

void
gbx_layer_edits_remove (GbxSession *session, int index)
{
  NnExperiment *experiment;

  if (!has_layer (session, index) || gbx_session_get_experiment (session)->layers->len == 1)
    return;
  experiment = copy_recipe (session);
  g_ptr_array_remove_index (experiment->layers, (guint)index);
  gbx_session_edit (session, experiment, N_ ("Remove layer"), -1);
}

void
gbx_layer_edits_duplicate (GbxSession *session, int index)
{
  NnExperiment *experiment;

  if (!has_layer (session, index) || !has_room (session))
    return;
  experiment = copy_recipe (session);
  g_ptr_array_insert (experiment->layers, index + 1,
                      nn_layer_spec_copy (g_ptr_array_index (experiment->layers, index)));
  gbx_session_edit (session, experiment, N_ ("Duplicate layer"), -1);
}

void
gbx_layer_edits_move (GbxSession *session, int from, int to)
{
  NnExperiment *experiment;
  gpointer spec;

  if (!has_layer (session, from) || !has_layer (session, to) || from == to)
    return;
  experiment = copy_recipe (session);
  spec = g_ptr_array_steal_index (experiment->layers, (guint)from);
  g_ptr_array_insert (experiment->layers, to, spec);
  gbx_session_edit (session, experiment, N_ ("Move layer"), -1);
}

void
gbx_layer_edits_set (GbxSession *session, int index, const NnField *field, double value)
{
  NnExperiment *experiment;

  if (!has_layer (session, index))
    return;
  experiment = copy_recipe (session);
  nn_layer_field_set (g_ptr_array_index (experiment->layers, index), field, value);
  gbx_session_edit (session, experiment, gbx_field_name (field), index);
}

void
gbx_experiment_edits_set (GbxSession *session, const NnField *field, double value)
{
  NnExperiment *experiment = copy_recipe (session);

  nn_experiment_field_set (experiment, field, value);
  gbx_session_edit (session, experiment, gbx_field_name (field), 0);
}

const char *
gbx_field_name (const NnField *field)
{
  static const struct {
    const char *field, *name;
  } names[] = {
      {"units", N_ ("Units")},
      {"initialiser", N_ ("First weights")},
      {"function", N_ ("Function")},
      {"slope", N_ ("Slope below zero")},
      {"rate", N_ ("Left out")},
      {"filters", N_ ("Filters")},
      {"kernel-height", N_ ("Kernel height")},
      {"kernel-width", N_ ("Kernel width")},
      {"size-height", N_ ("Window height")},
      {"size-width", N_ ("Window width")},
      {"stride-y", N_ ("Step down")},
      {"stride-x", N_ ("Step across")},
      {"padding", N_ ("Padding")},
      {"padding-top", N_ ("Zeros above")},
      {"padding-bottom", N_ ("Zeros below")},
      {"padding-left", N_ ("Zeros on the left")},
      {"padding-right", N_ ("Zeros on the right")},
      {"momentum", N_ ("Momentum")},
      {"epsilon", N_ ("Epsilon ε")},
      {"dimensions", N_ ("Shape")},
      {"height", N_ ("Height")},
      {"width", N_ ("Width")},
      {"channels", N_ ("Channels")},
      {"loss", N_ ("Loss")},
      {"targets", N_ ("Targets")},
      {"optimizer", N_ ("Optimizer")},
      {"learning-rate", N_ ("Learning rate")},
      {"rho", N_ ("Decay ρ")},
      {"beta-1", N_ ("Decay β₁")},
      {"beta-2", N_ ("Decay β₂")},
      {"schedule", N_ ("Schedule")},
      {"factor", N_ ("Factor")},
      {"every", N_ ("Epochs a step")},
      {"clip-norm", N_ ("Clip gradient at")},
      {"shuffle", N_ ("Order of the data")},
      {"validation-fraction", N_ ("Share for validation")},
      {"test-fraction", N_ ("Share for the test")},
      {"invert", N_ ("Invert")},
      {"crop", N_ ("Crop to the ink")},
      {"keep-aspect", N_ ("Keep proportions")},
      {"resize", N_ ("Resize")},
      {"field", N_ ("Side of the field")},
      {"centre", N_ ("Centre of mass")},
      {"shift", N_ ("Shift, in pixels")},
      {"rotation", N_ ("Turn, in degrees")},
      {"rescaling", N_ ("Grow or shrink")},
      {"shear", N_ ("Lean, in degrees")},
      {"elastic", N_ ("Elastic α")},
      {"elastic-smoothing", N_ ("Elastic σ")},
      {"stroke-width", N_ ("Stroke, in pixels")},
      {"scale", N_ ("Divide by 255")},
      {"noise", N_ ("Noise")},
      {"standardise", N_ ("Standardise")},
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].field, field->name))
      return names[i].name;
  g_return_val_if_reached (field->name);
}
