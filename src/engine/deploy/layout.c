/* layout.c: the order of a parameter's numbers in a file, PyTorch's, and in memory, ours.
 *
 *   convolution   file [out][in][height · width]     memory [height · width][in][out]
 *   behind a map  file […][channels][places]         memory […][places][channels]
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
  const int *dims = parameter->shape.dims;
  gsize size = nn_shape_size (&parameter->shape);
  if (parameter->channels_last) {
    gsize out = (gsize)dims[0], in = (gsize)dims[1];
    return (NnLayout){{out, in, size / (out * in)}, {1, out, in * out}};
  }
  if (seen->n_dims == 3 && counts_inputs (layer, parameter)) {
    gsize channels = (gsize)seen->dims[2], columns = nn_shape_size (seen);
    return (NnLayout){{size / columns, channels, columns / channels}, {columns, 1, channels}};
  }
  return (NnLayout){{1, 1, size}, {size, size, 1}};
}

gboolean
nn_layout_is_plain (const NnLayout *layout)
{
  gsize stride = 1;
  for (int axis = NN_LAYOUT_AXES - 1; axis >= 0; axis--) {
    if (layout->dims[axis] > 1 && layout->strides[axis] != stride)
      return FALSE;
    stride *= layout->dims[axis];
  }
  return TRUE;
}

void
nn_layout_to_file (const NnLayout *layout, const real *memory, real *file)
{
  const gsize *dims = layout->dims, *strides = layout->strides;
  for (gsize i = 0; i < dims[0]; i++)
    for (gsize j = 0; j < dims[1]; j++)
      for (gsize k = 0; k < dims[2]; k++)
        *file++ = memory[i * strides[0] + j * strides[1] + k * strides[2]];
}

void
nn_layout_from_file (const NnLayout *layout, const real *file, real *memory)
{
  const gsize *dims = layout->dims, *strides = layout->strides;
  for (gsize i = 0; i < dims[0]; i++)
    for (gsize j = 0; j < dims[1]; j++)
      for (gsize k = 0; k < dims[2]; k++)
        memory[i * strides[0] + j * strides[1] + k * strides[2]] = *file++;
}
