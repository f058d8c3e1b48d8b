/* onnx-windows.c: convolutions and poolings of an ONNX graph. */
#include "onnx-nodes.h"

#include "code-text.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include <string.h>

/* ---- windows ---- */

static gboolean
get_size (const Onnx__NodeProto *node, const char *name, gint64 otherwise, gint64 *size,
          GError **error)
{
  if (!nn_onnx_ints (node, name, otherwise, size, 2))
    return nn_onnx_fail (node, error, _ ("“%s” must be two numbers: height and width"), name);
  for (int i = 0; i < 2; i++)
    if (size[i] < 1 || size[i] > NN_WINDOW_MAX)
      return nn_onnx_fail (node, error, _ ("“%s” is %" PRId64 "; expected 1…%d"), name, size[i],
                           NN_WINDOW_MAX);
  return TRUE;
}

/* Rows of zeros below that are left out where places are counted by rounding up (ceil_mode). */
static int
more_zeros (int input, int before, int after, int size, int stride)
{
  int rest = (input + before + after - size) % stride;
  int more = rest > 0 ? stride - rest : 0;

  return after + more < size ? more : 0;
}

static void
set_zeros (NnWindow *window, int top, int bottom, int left, int right)
{
  window->padding = NN_PADDING_EXPLICIT;
  window->top = top;
  window->bottom = bottom;
  window->left = left;
  window->right = right;
}

/* The odd zero of our "same" is below and to the right; "SAME_LOWER" has it the other way round. */
static gboolean
set_same (NnOnnxReader *self, const Onnx__NodeProto *node, NnWindow *window)
{
  if (nn_onnx_is (node, "auto_pad", "NOTSET", "SAME_UPPER")) {
    window->padding = NN_PADDING_SAME;
    return TRUE;
  }
  if (!nn_onnx_is (node, "auto_pad", "NOTSET", "SAME_LOWER"))
    return FALSE;
  window->padding = NN_PADDING_SAME;
  NnCodeZeros zeros = nn_code_zeros (window, &self->view.map);
  set_zeros (window, zeros.bottom, zeros.top, zeros.right, zeros.left);
  return TRUE;
}

/* Our word for the zeros, where there is one. */
static void
tidy_zeros (NnOnnxReader *self, NnWindow *window)
{
  NnWindow same = *window;
  NnCodeZeros zeros;

  same.padding = NN_PADDING_SAME;
  zeros = nn_code_zeros (&same, &self->view.map);
  if (window->top + window->bottom + window->left + window->right == 0)
    window->padding = NN_PADDING_VALID;
  else if (zeros.top == window->top && zeros.bottom == window->bottom &&
           zeros.left == window->left && zeros.right == window->right)
    window->padding = NN_PADDING_SAME;
  if (window->padding != NN_PADDING_EXPLICIT)
    window->top = window->bottom = window->left = window->right = 0;
}

static gboolean
read_zeros (NnOnnxReader *self, const Onnx__NodeProto *node, NnWindow *window, GError **error)
{
  const int *put = self->zeros;
  const int sizes[] = {window->height, window->width};
  gint64 pads[4]; /* top, left, bottom, right */

  if (!nn_onnx_ints (node, "pads", 0, pads, 4))
    return nn_onnx_fail (node, error, _ ("“pads” must be four numbers"));
  if (nn_onnx_is (node, "auto_pad", "NOTSET", "VALID"))
    memset (pads, 0, sizeof pads);
  else if (!nn_onnx_is (node, "auto_pad", "NOTSET", "NOTSET"))
    return nn_onnx_fail (node, error, _ ("its “auto_pad” is unknown"));
  for (int i = 0; i < 4; i++) {
    pads[i] = CLAMP (pads[i], -1, NN_WINDOW_MAX) + put[i % 2 * 2 + i / 2];
    if (pads[i] < 0 || pads[i] >= sizes[i % 2])
      return nn_onnx_fail (node, error,
                           _ ("“pads” must be zeros from 0 to less than the window's size"));
  }
  set_zeros (window, (int)pads[0], (int)pads[2], (int)pads[1], (int)pads[3]);
  if (nn_onnx_int (node, "ceil_mode", 0) != 0) {
    const int *map = self->view.map.dims;

    window->bottom +=
        more_zeros (map[0], window->top, window->bottom, window->height, window->stride_y);
    window->right +=
        more_zeros (map[1], window->left, window->right, window->width, window->stride_x);
  }
  return TRUE;
}

/* @size: of the window */
static gboolean
read_window (NnOnnxReader *self, const Onnx__NodeProto *node, const gint64 *size, NnWindow *window,
             GError **error)
{
  gint64 stride[2], dilation[2];
  gboolean is_put = self->zeros[0] + self->zeros[1] + self->zeros[2] + self->zeros[3] > 0;

  if (!nn_onnx_need_map (self, node, error) || !get_size (node, "strides", 1, stride, error))
    return FALSE;
  if (!nn_onnx_ints (node, "dilations", 1, dilation, 2) || dilation[0] != 1 || dilation[1] != 1)
    return nn_onnx_fail (node, error, _ ("Glassbox's windows have no gaps (dilations)"));
  *window = (NnWindow){.height = (int)size[0],
                       .width = (int)size[1],
                       .stride_y = (int)stride[0],
                       .stride_x = (int)stride[1]};
  if (!is_put && set_same (self, node, window))
    return TRUE;
  if (!read_zeros (self, node, window, error))
    return FALSE;
  tidy_zeros (self, window);
  return TRUE;
}

/* ---- layers ---- */

static gboolean
check_weights (NnOnnxReader *self, const Onnx__NodeProto *node, const NnOnnxConstant *weights,
               gint64 *size, GError **error)
{
  int channels = self->view.map.dims[2];

  if (!weights || weights->n_dims != 4)
    return nn_onnx_fail (node, error,
                         _ ("its weights must be in the file, as out × in × height × width"));
  if (nn_onnx_int (node, "group", 1) != 1)
    return nn_onnx_fail (node, error, _ ("Glassbox's convolutions read all channels (group = 1)"));
  if (!get_size (node, "kernel_shape", 1, size, error))
    return FALSE;
  if (nn_onnx_attribute (node, "kernel_shape") == NULL)
    for (int i = 0; i < 2; i++)
      size[i] = (gint64)MIN (weights->dims[2 + i], NN_WINDOW_MAX + 1);
  if (size[0] != (gint64)weights->dims[2] || size[1] != (gint64)weights->dims[3] || size[0] < 1 ||
      size[1] < 1 || size[0] > NN_WINDOW_MAX || size[1] > NN_WINDOW_MAX)
    return nn_onnx_fail (node, error, _ ("its weights are for a window of %zu×%zu"),
                         weights->dims[2], weights->dims[3]);
  if (weights->dims[1] != (gsize)channels)
    return nn_onnx_fail (node, error, _ ("its weights are for %zu channels, and it has %d"),
                         weights->dims[1], channels);
  if (weights->dims[0] < 1 || weights->dims[0] > NN_MAX_FILTERS)
    return nn_onnx_fail (node, error, _ ("%zu filters; expected 1…%d"), weights->dims[0],
                         NN_MAX_FILTERS);
  return TRUE;
}

gboolean
nn_onnx_read_convolution (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const NnOnnxConstant *weights = nn_onnx_input (self, node, 1);
  g_autofree real *numbers = NULL, *bias = NULL;
  NnWindow window;
  gint64 size[2];
  gsize filters;

  if (!check_weights (self, node, weights, size, error) ||
      !read_window (self, node, size, &window, error))
    return FALSE;
  memset (self->zeros, 0, sizeof self->zeros);
  filters = weights->dims[0];
  numbers = nn_onnx_constant_numbers (weights);
  if (!numbers)
    return nn_onnx_fail (node, error, _ ("its weights are no floats"));
  if (node->n_input > 2 && *node->input[2])
    bias = nn_onnx_numbers (self, node, 2, filters, error);
  else
    bias = g_new0 (real, filters);
  if (!bias ||
      !nn_onnx_add (self, node,
                    nn_convolution_spec ((int)filters, &window, NN_INITIALISER_GLOROT_UNIFORM),
                    error))
    return FALSE;
  nn_stack_add_tensor (self->stack, "weight", g_steal_pointer (&numbers), 4, weights->dims);
  nn_stack_add_tensor (self->stack, "bias", g_steal_pointer (&bias), 1, &filters);
  self->view = nn_onnx_view_map (&self->stack->shape);
  return TRUE;
}

gboolean
nn_onnx_read_pool (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  gboolean greatest = g_str_equal (node->op_type, "MaxPool");
  NnWindow window;
  gint64 size[2];

  if (!nn_onnx_attribute (node, "kernel_shape"))
    return nn_onnx_fail (node, error, _ ("“%s” must be two numbers: height and width"),
                         "kernel_shape");
  if (!get_size (node, "kernel_shape", 1, size, error) ||
      !read_window (self, node, size, &window, error))
    return FALSE;
  if (!greatest && nn_onnx_int (node, "count_include_pad", 0) != 0 &&
      window.padding != NN_PADDING_VALID)
    return nn_onnx_fail (node, error,
                         _ ("it counts the zeros around the map (count_include_pad), Glassbox's "
                            "averages do not"));
  if (!nn_onnx_add (self, node,
                    greatest ? nn_max_pool_spec (&window) : nn_average_pool_spec (&window), error))
    return FALSE;
  self->view = nn_onnx_view_map (&self->stack->shape);
  return TRUE;
}

/* The next convolution takes them. */
gboolean
nn_onnx_read_pad (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const NnOnnxConstant *constant = nn_onnx_input (self, node, 1);
  g_autofree gint64 *ints = constant && constant->n == 8 ? nn_onnx_constant_ints (constant) : NULL;
  g_autofree real *fill = node->n_input > 2 && *node->input[2]
                              ? nn_onnx_numbers (self, node, 2, 1, NULL)
                              : g_new0 (real, 1);
  gint64 pads[8]; /* before each of four dims, then behind each */
  gboolean good = fill && *fill == 0 && nn_onnx_float (node, "value", 0) == 0;

  if (!nn_onnx_need_map (self, node, error))
    return FALSE;
  good = good && nn_onnx_is (node, "mode", "constant", "constant") &&
         nn_onnx_ints (node, "pads", 0, pads, 8);
  if (ints)
    memcpy (pads, ints, sizeof pads);
  for (int i = 0; i < 8 && good; i++)
    good = pads[i] >= 0 && pads[i] < (i % 4 < 2 ? 1 : NN_WINDOW_MAX);
  if (!good)
    return nn_onnx_fail (node, error,
                         _ ("it must put zeros around the map, fewer than %d on each side"),
                         NN_WINDOW_MAX);
  self->zeros[0] = (int)pads[2];
  self->zeros[1] = (int)pads[6];
  self->zeros[2] = (int)pads[3];
  self->zeros[3] = (int)pads[7];
  return TRUE;
}

/* Leaves a tensor of @dims in which the channels alone are many. */
static gboolean
add_global_pool (NnOnnxReader *self, const Onnx__NodeProto *node, const gint64 *dims, int n_dims,
                 GError **error)
{
  if (self->stack->shape.n_dims == 1 &&
      !nn_onnx_add (self, node, nn_reshape_spec (self->view.map), error))
    return FALSE;
  if (!nn_onnx_add (self, node, nn_global_average_pool_spec (), error))
    return FALSE;
  self->view = nn_onnx_view_vector (self->stack->shape.dims[0]);
  return nn_onnx_view_regroup (&self->view, dims, n_dims) ||
         nn_onnx_fail (node, error, _ ("Glassbox has no such layer"));
}

gboolean
nn_onnx_read_global_pool (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const gint64 dims[] = {self->view.map.dims[2], 1, 1};

  return nn_onnx_need_map (self, node, error) && add_global_pool (self, node, dims, 3, error);
}

/* Over height and width it is a pooling, over the channels the beginning of a normalisation. */
gboolean
nn_onnx_read_mean (NnOnnxReader *self, const Onnx__NodeProto *node, GError **error)
{
  const NnOnnxView *view = &self->view;
  gboolean keeps = nn_onnx_int (node, "keepdims", 1) != 0;
  gint64 dims[NN_ONNX_MAX_DIMS], taken = 1;
  gsize n;
  g_autofree int *axes = nn_onnx_axes (self, node, view->n_dims, &n, error);
  int n_dims = 0;
  gboolean channels = FALSE;

  if (!axes)
    return FALSE;
  for (int i = 0; i < view->n_dims; i++) {
    gboolean is_taken = FALSE;

    for (gsize j = 0; j < n; j++)
      is_taken = is_taken || axes[j] == i;
    if (is_taken) {
      taken *= view->dims[i];
      channels = channels || view->n_dims == 1 || nn_onnx_view_axis (view, i) == NN_AXIS_CHANNEL;
    }
    if (!is_taken || keeps)
      dims[n_dims++] = is_taken ? 1 : view->dims[i];
  }
  if (channels)
    return nn_onnx_read_deviation (self, node, error);
  if (taken != (gint64)view->map.dims[0] * view->map.dims[1] || n_dims == 0)
    return nn_onnx_fail (node, error, _ ("it must take the mean of height and width together"));
  return add_global_pool (self, node, dims, n_dims, error);
}
