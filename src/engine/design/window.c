/* window.c: the window that a convolution or a pooling moves over a picture. */
#include "window.h"

#include "engine/json-text.h"
#include "engine/json-util.h"

#include <glib/gi18n-lib.h>

/* In the order of NnPaddingKind. */
static const char *const padding_names[] = {"valid", "same", NULL};

/* ---- recipe ---- */

static JsonArray *
get_list (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* One number for both, or a list of height and width. */
static gboolean
parse_pair (JsonObject *object, const char *path, const char *key, NnJsonPresence presence,
            int *height, int *width, GError **error)
{
  JsonArray *list = get_list (object, key);
  int number = 0;

  if (list == NULL) {
    if (!nn_json_get_int (object, path, key, presence, 1, NN_WINDOW_MAX, &number, error))
      return FALSE;
    if (number > 0)
      *height = *width = number;
    return TRUE;
  }
  if (json_array_get_length (list) != 2) {
    g_autofree char *where = nn_json_path (path, key);

    g_set_error (error, NN_ERROR, NN_ERROR_FORMAT,
                 _ ("%s: expected one number, or a list of two: height and width"), where);
    return FALSE;
  }
  return nn_json_get_int_item (list, 0, path, key, 1, NN_WINDOW_MAX, height, error) &&
         nn_json_get_int_item (list, 1, path, key, 1, NN_WINDOW_MAX, width, error);
}

static gboolean
parse_padding (NnWindow *window, JsonObject *object, const char *path, GError **error)
{
  const char *const key = "padding";
  JsonArray *list = get_list (object, key);
  int kind = (int)window->padding;

  if (list == NULL) {
    if (!nn_json_get_choice (object, path, key, NN_JSON_OPTIONAL, padding_names, &kind, error))
      return FALSE;
    window->padding = (NnPaddingKind)kind;
    return TRUE;
  }
  if (json_array_get_length (list) != 4) {
    g_autofree char *where = nn_json_path (path, key);

    g_set_error (
        error, NN_ERROR, NN_ERROR_FORMAT,
        _ ("%s: expected valid, same, or a list of four numbers: top, bottom, left, right"), where);
    return FALSE;
  }
  window->padding = NN_PADDING_EXPLICIT;
  return nn_json_get_int_item (list, 0, path, key, 0, window->height - 1, &window->top, error) &&
         nn_json_get_int_item (list, 1, path, key, 0, window->height - 1, &window->bottom, error) &&
         nn_json_get_int_item (list, 2, path, key, 0, window->width - 1, &window->left, error) &&
         nn_json_get_int_item (list, 3, path, key, 0, window->width - 1, &window->right, error);
}

gboolean
nn_window_parse (NnWindow *window, JsonObject *object, const char *path, const char *size_key,
                 gboolean with_padding, GError **error)
{
  if (!parse_pair (object, path, size_key, NN_JSON_REQUIRED, &window->height, &window->width,
                   error))
    return FALSE;
  if (window->stride_y == 0)
    window->stride_y = window->height;
  if (window->stride_x == 0)
    window->stride_x = window->width;
  return parse_pair (object, path, "stride", NN_JSON_OPTIONAL, &window->stride_y, &window->stride_x,
                     error) &&
         (!with_padding || parse_padding (window, object, path, error));
}

static void
write_list (JsonBuilder *builder, const char *key, const int *numbers, int n)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_array (builder);
  for (int i = 0; i < n; i++)
    json_builder_add_int_value (builder, numbers[i]);
  json_builder_end_array (builder);
}

void
nn_window_write (const NnWindow *window, JsonBuilder *builder, const char *size_key,
                 gboolean with_padding)
{
  const int size[] = {window->height, window->width};
  const int stride[] = {window->stride_y, window->stride_x};
  const int padding[] = {window->top, window->bottom, window->left, window->right};

  write_list (builder, size_key, size, 2);
  write_list (builder, "stride", stride, 2);
  if (!with_padding)
    return;
  if (window->padding == NN_PADDING_EXPLICIT)
    write_list (builder, "padding", padding, 4);
  else
    nn_json_add_string (builder, "padding", padding_names[window->padding]);
}

/* ---- places ---- */

/* Zeros in all along one side, so that there are ⌈input / stride⌉ places. */
static int
same_padding (int input, int size, int stride)
{
  int places = (input + stride - 1) / stride;

  return MAX ((places - 1) * stride + size - input, 0);
}

/* Sets the zeros before, returns those before and after. */
static int
get_zeros (const NnWindow *window, gboolean vertical, int input, int *before)
{
  int zeros = 0;

  *before = 0;
  switch (window->padding) {
  case NN_PADDING_VALID:
    break;
  case NN_PADDING_SAME:
    zeros = vertical ? same_padding (input, window->height, window->stride_y)
                     : same_padding (input, window->width, window->stride_x);
    *before = zeros / 2;
    break;
  case NN_PADDING_EXPLICIT:
    *before = vertical ? window->top : window->left;
    zeros = *before + (vertical ? window->bottom : window->right);
    break;
  }
  return zeros;
}

gboolean
nn_window_place (const NnWindow *window, const NnShape *input, NnWindowGrid *grid, GError **error)
{
  int height, width;

  if (input->n_dims != 3) {
    g_autofree char *shape = nn_shape_to_string (input);

    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("expected an input of height×width×channels, got %s"), shape);
    return FALSE;
  }
  *grid = (NnWindowGrid){
      .height = window->height,
      .width = window->width,
      .stride_y = window->stride_y,
      .stride_x = window->stride_x,
      .input_height = input->dims[0],
      .input_width = input->dims[1],
      .channels = input->dims[2],
  };
  height = grid->input_height + get_zeros (window, TRUE, grid->input_height, &grid->top);
  width = grid->input_width + get_zeros (window, FALSE, grid->input_width, &grid->left);
  if (height < window->height || width < window->width) {
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("a window of %d×%d does not fit into an input of %d×%d"), window->height,
                 window->width, height, width);
    return FALSE;
  }
  grid->output_height = (height - window->height) / window->stride_y + 1;
  grid->output_width = (width - window->width) / window->stride_x + 1;
  return TRUE;
}
