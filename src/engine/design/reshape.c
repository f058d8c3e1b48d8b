/* reshape.c: y[n][i] = x[n][i]: the same numbers in the same order, seen in another shape. */
#include "layer.h"

#include "engine/json-util.h"

#include <glib/gi18n-lib.h>

static gboolean
parse_spec (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const allowed[] = {"type", "shape", NULL};
  const char *const key = "shape";
  NnShape *shape = &((NnReshapeSpec *)spec)->shape;
  JsonArray *list = NULL;

  if (!nn_json_check_members (object, path, allowed, error) ||
      !nn_json_get_array (object, path, key, NN_JSON_REQUIRED, &list, error))
    return FALSE;
  shape->n_dims = (int)json_array_get_length (list);
  if (shape->n_dims != 1 && shape->n_dims != 3) {
    g_set_error (
        error, NN_ERROR, NN_ERROR_FORMAT,
        _ ("%s.shape: expected a list of one number, or of three: height, width, channels"), path);
    return FALSE;
  }
  for (guint i = 0; i < (guint)shape->n_dims; i++)
    if (!nn_json_get_int_item (list, i, path, key, 1, NN_MAX_EXTENT, &shape->dims[i], error))
      return FALSE;
  return TRUE;
}

static void
write_spec (const NnLayerSpec *spec, JsonBuilder *builder)
{
  const NnShape *shape = &((const NnReshapeSpec *)spec)->shape;

  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (int i = 0; i < shape->n_dims; i++)
    json_builder_add_int_value (builder, shape->dims[i]);
  json_builder_end_array (builder);
}

static gboolean
infer (NnLayer *layer, GError **error)
{
  const NnShape *shape = &((const NnReshapeSpec *)layer->spec)->shape;

  if (nn_shape_size (shape) != nn_shape_size (&layer->input_shape)) {
    g_autofree char *wanted = nn_shape_to_string (shape);
    g_autofree char *input = nn_shape_to_string (&layer->input_shape);

    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("a shape of %s has %zu numbers, but the input, %s, has %zu"), wanted,
                 nn_shape_size (shape), input, nn_shape_size (&layer->input_shape));
    return FALSE;
  }
  layer->output_shape = *shape;
  return TRUE;
}

const NnLayerClass nn_reshape_class = {
    .type = "reshape",
    .spec_size = sizeof (NnReshapeSpec),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
};

NnLayerSpec *
nn_reshape_spec (NnShape shape)
{
  NnReshapeSpec *spec = g_new0 (NnReshapeSpec, 1);

  spec->base.class_ = &nn_reshape_class;
  spec->shape = shape;
  return &spec->base;
}
