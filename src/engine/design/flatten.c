/* flatten.c: y[n][i] = x[n][i]: the same numbers, seen as one vector, in the order height, width,
 * channel. */
#include "layer.h"

#include "engine/json-util.h"

static gboolean
parse_spec (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const allowed[] = {"type", NULL};

  return nn_json_check_members (object, path, allowed, error);
}

static void
write_spec (const NnLayerSpec *spec, JsonBuilder *builder)
{
}

static gboolean
infer (NnLayer *layer, GError **error)
{
  layer->output_shape = nn_shape_vector ((int)nn_shape_size (&layer->input_shape));
  return TRUE;
}

const NnLayerClass nn_flatten_class = {
    .type = "flatten",
    .spec_size = sizeof (NnFlattenSpec),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
};

NnLayerSpec *
nn_flatten_spec (void)
{
  NnFlattenSpec *spec = g_new0 (NnFlattenSpec, 1);

  spec->base.class_ = &nn_flatten_class;
  return &spec->base;
}
