/* layout.c: the order of a parameter's numbers in a file, PyTorch's, and in memory, ours.
 *
 *   in panels:     [out][in][height · width] in a file, here
 *                  [out / panel][height · width][in][panel]
 *   behind a map:  […][channels][places] in a file, here […][places][channels]
 *
 * The second is for every layer that takes a map as one vector: PyTorch's nn.Flatten goes through
 * a map channel by channel, ours place by place. */
#include "layout.h"

/* Layers that leave every number at its place, and so the map recognisable. */
static gboolean
keeps_places (const NnLayer *layer)
{
  return layer->class_ != &nn_dense_class && layer->output_shape.n_dims == 1 &&
         nn_shape_size (&layer->output_shape) == nn_shape_size (&layer->input_shape);
}

NnShape
nn_layout_see (const NnNetwork *network, int index, const NnShape *before)
{
  if (index == 0)
    return network->input_shape;
  const NnLayer *last = network->layers[index - 1];
  return keeps_places (last) ? *before : last->output_shape;
}

/* Returns: whether the last axis of @parameter counts the numbers of the layer's input, one by one:
 * a dense layer's columns, and what a normalisation of a vector has for each of its numbers. */
static gboolean
counts_inputs (const NnLayer *layer, const NnParameter *parameter)
{
  if (layer->class_ == &nn_dense_class)
    return parameter->shape.n_dims == 2;
  return layer->input_shape.n_dims == 1;
}

NnLayout
nn_layout (const NnLayer *layer, const NnParameter *parameter, const NnShape *seen)
{
  NnLayout layout = {parameter, 1, 1};

  if (seen->n_dims == 3 && counts_inputs (layer, parameter)) {
    layout.columns = nn_shape_size (seen);
    layout.channels = (gsize)seen->dims[2];
  }
  return layout;
}

gboolean
nn_layout_is_plain (const NnLayout *layout)
{
  return layout->parameter->panel == 0 && layout->channels == 1;
}

/* Returns: where the file's number @index lies in memory. */
static gsize
place_of (const NnLayout *layout, gsize index)
{
  gsize column = index % layout->columns, places = layout->columns / layout->channels;
  gsize place = column % places, channel = column / places;

  return nn_parameter_place (layout->parameter,
                             index - column + place * layout->channels + channel);
}

void
nn_layout_to_file (const NnLayout *layout, const real *memory, real *file)
{
  gsize n = nn_shape_size (&layout->parameter->shape);

  for (gsize i = 0; i < n; i++)
    file[i] = memory[place_of (layout, i)];
}

void
nn_layout_from_file (const NnLayout *layout, const real *file, real *memory)
{
  gsize n = nn_shape_size (&layout->parameter->shape);

  for (gsize i = 0; i < n; i++)
    memory[place_of (layout, i)] = file[i];
}
