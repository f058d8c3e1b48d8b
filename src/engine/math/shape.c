/* shape.c: the dimensions of one sample. */
#include "shape.h"

NnShape
nn_shape_vector (int features)
{
  return (NnShape){.n_dims = 1, .dims = {features}};
}

NnShape
nn_shape_image (int height, int width, int channels)
{
  return (NnShape){.n_dims = 3, .dims = {height, width, channels}};
}

gsize
nn_shape_size (const NnShape *shape)
{
  gsize size = 1;

  for (int i = 0; i < shape->n_dims; i++)
    size *= (gsize)shape->dims[i];
  return size;
}

gboolean
nn_shape_equal (const NnShape *a, const NnShape *b)
{
  if (a->n_dims != b->n_dims)
    return FALSE;
  for (int i = 0; i < a->n_dims; i++)
    if (a->dims[i] != b->dims[i])
      return FALSE;
  return TRUE;
}

char *
nn_shape_to_string (const NnShape *shape)
{
  GString *string = g_string_new (NULL);

  for (int i = 0; i < shape->n_dims; i++)
    g_string_append_printf (string, i == 0 ? "%d" : "×%d", shape->dims[i]);
  return g_string_free (string, FALSE);
}
