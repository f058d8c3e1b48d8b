/* onnx-view.c: where the numbers of our layers lie in ONNX's tensor of the moment. */
#include "onnx-view.h"

#include <string.h>

static const NnAxis ours[] = {NN_AXIS_HEIGHT, NN_AXIS_WIDTH, NN_AXIS_CHANNEL};
static const NnAxis theirs[] = {NN_AXIS_CHANNEL, NN_AXIS_HEIGHT, NN_AXIS_WIDTH};

gsize
nn_onnx_view_size (const NnOnnxView *view)
{
  return nn_shape_size (&view->map);
}

NnOnnxView
nn_onnx_view_vector (int n)
{
  NnOnnxView view = {.map = nn_shape_image (1, 1, n), .n_dims = 1, .dims = {n}};

  memcpy (view.order, ours, sizeof ours);
  return view;
}

NnOnnxView
nn_onnx_view_map (const NnShape *map)
{
  NnOnnxView view = {.map = *map, .n_dims = 3};

  memcpy (view.order, theirs, sizeof theirs);
  for (int i = 0; i < 3; i++)
    view.dims[i] = map->dims[theirs[i]];
  return view;
}

/* Those axes of @order that have more than one number. Returns: how many. */
static int
list_long (const NnOnnxView *view, const NnAxis *order, NnAxis *axes)
{
  int n = 0;

  for (int i = 0; i < 3; i++)
    if (view->map.dims[order[i]] > 1)
      axes[n++] = order[i];
  return n;
}

static gboolean
has_order (const NnOnnxView *view, const NnAxis *order)
{
  NnAxis a[3], b[3];
  int n = list_long (view, view->order, a);

  return n == list_long (view, order, b) && memcmp (a, b, (gsize)n * sizeof *a) == 0;
}

gboolean
nn_onnx_view_is_map (const NnOnnxView *view)
{
  for (int i = 0; i < 3; i++)
    if (view->n_dims != 3 || view->dims[i] != view->map.dims[theirs[i]])
      return FALSE;
  return has_order (view, theirs);
}

gboolean
nn_onnx_view_is_ours (const NnOnnxView *view)
{
  return has_order (view, ours);
}

gboolean
nn_onnx_view_regroup (NnOnnxView *view, const gint64 *dims, int n_dims)
{
  NnAxis axes[3];
  int n = list_long (view, view->order, axes), next = 0;
  gboolean flat = n_dims == 1 && dims[0] == (gint64)nn_onnx_view_size (view);

  for (int i = 0; !flat && i < n_dims; i++)
    if (dims[i] != 1 && (next == n || dims[i] != view->map.dims[axes[next++]]))
      return FALSE;
  if (!flat && next < n)
    return FALSE;
  view->n_dims = n_dims;
  memcpy (view->dims, dims, (gsize)n_dims * sizeof *dims);
  return TRUE;
}

int
nn_onnx_view_axis (const NnOnnxView *view, int dim)
{
  NnAxis axes[3];
  int n = list_long (view, view->order, axes), before = 0;

  for (int i = 0; i < dim; i++)
    before += view->dims[i] > 1;
  return view->dims[dim] > 1 && before < n ? (int)axes[before] : -1;
}

gboolean
nn_onnx_view_transpose (NnOnnxView *view, const int *order)
{
  NnOnnxView turned = *view;
  gboolean seen[NN_ONNX_MAX_DIMS] = {FALSE};
  int n = 0;

  for (int i = 0; i < view->n_dims; i++) {
    if (order[i] < 0 || order[i] >= view->n_dims || seen[order[i]])
      return FALSE;
    seen[order[i]] = TRUE;
    turned.dims[i] = view->dims[order[i]];
    if (view->n_dims > 1 && nn_onnx_view_axis (view, order[i]) >= 0)
      turned.order[n++] = (NnAxis)nn_onnx_view_axis (view, order[i]);
  }
  for (int axis = 0; axis < 3 && view->n_dims > 1; axis++)
    if (view->map.dims[axis] == 1)
      turned.order[n++] = (NnAxis)axis;
  *view = turned;
  return TRUE;
}

gsize *
nn_onnx_view_places (const NnOnnxView *view)
{
  const int *extents = view->map.dims;
  gsize *places = g_new (gsize, nn_onnx_view_size (view)), next = 0;
  int at[3];

  for (int i = 0; i < extents[view->order[0]]; i++)
    for (int j = 0; j < extents[view->order[1]]; j++)
      for (int k = 0; k < extents[view->order[2]]; k++) {
        at[view->order[0]] = i;
        at[view->order[1]] = j;
        at[view->order[2]] = k;
        places[next++] =
            ((gsize)at[NN_AXIS_CHANNEL] * extents[NN_AXIS_HEIGHT] + at[NN_AXIS_HEIGHT]) *
                extents[NN_AXIS_WIDTH] +
            at[NN_AXIS_WIDTH];
      }
  return places;
}
