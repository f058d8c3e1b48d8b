/* layer.c: the list of layer kinds, and what all of them share. */
#include "layer.h"

static const NnLayerClass *const classes[] = {
    &nn_dense_class,        &nn_activation_class,
    &nn_flatten_class,      &nn_dropout_class,
    &nn_convolution_class,  &nn_max_pool_class,
    &nn_average_pool_class, &nn_global_average_pool_class,
    &nn_batch_norm_class,   &nn_layer_norm_class,
    &nn_reshape_class,      NULL,
};

gsize
nn_parameter_place (const NnParameter *parameter, gsize index)
{
  if (parameter->panel == 0)
    return index;
  gsize outs = (gsize)parameter->shape.dims[0], ins = (gsize)parameter->shape.dims[1];
  gsize depth = nn_shape_size (&parameter->shape) / outs, places = depth / ins;
  gsize out = index / depth, in = index % depth / places, place = index % places;
  gsize first = out - out % (gsize)parameter->panel; /* of its panel */
  gsize width = MIN ((gsize)parameter->panel, outs - first);

  return first * depth + (place * ins + in) * width + out - first;
}

static int
rows_per_part (const NnLayer *layer, int numbers)
{
  return (int)MAX (1, (gsize)numbers / nn_shape_size (&layer->input_shape));
}

const NnLayerClass *
nn_layer_class_find (const char *type)
{
  for (gsize i = 0; classes[i] != NULL; i++)
    if (g_str_equal (classes[i]->type, type))
      return classes[i];
  return NULL;
}

const NnLayerClass *const *
nn_layer_class_all (void)
{
  return classes;
}

NnLayerSpec *
nn_layer_spec_copy (const NnLayerSpec *spec)
{
  return g_memdup2 (spec, spec->class_->spec_size);
}

int
nn_layer_row_parts (const NnLayer *layer, int numbers)
{
  int rows = rows_per_part (layer, numbers);

  return (layer->max_batch + rows - 1) / rows;
}

NnRowShare
nn_layer_row_share (const NnLayer *layer, const NnRun *run, int part, int numbers)
{
  gsize inputs = nn_shape_size (&layer->input_shape);
  gsize outputs = nn_shape_size (&layer->output_shape);
  int rows = rows_per_part (layer, numbers);
  int first = part * rows;
  NnRowShare share = {.first = first, .rows = CLAMP (run->batch - first, 0, rows)};

  share.offset = (gsize)first * inputs;
  share.n = (gsize)share.rows * inputs;
  share.x = layer->x + share.offset;
  share.y = layer->y + (gsize)first * outputs;
  share.dy = layer->dy != NULL ? layer->dy + (gsize)first * outputs : NULL;
  share.dx = layer->dx != NULL ? layer->dx + share.offset : NULL;
  return share;
}
