/* pooling.c: what max-pool and average-pool share. */
#include "pooling.h"

#include "engine/json-util.h"

#define NUMBERS_PER_PART 16384

NnLayerSpec *
nn_pooling_spec (const NnLayerClass *class_, const NnWindow *window)
{
  NnPoolSpec *spec = g_new0 (NnPoolSpec, 1);

  spec->base.class_ = class_;
  spec->window = *window;
  return &spec->base;
}

gboolean
nn_pooling_parse (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const allowed[] = {"type", "size", "stride", "padding", NULL};

  return nn_json_check_members (object, path, allowed, error) &&
         nn_window_parse (&((NnPoolSpec *)spec)->window, object, path, "size", TRUE, error);
}

void
nn_pooling_write (const NnLayerSpec *spec, JsonBuilder *builder)
{
  nn_window_write (&((const NnPoolSpec *)spec)->window, builder, "size", TRUE);
}

gboolean
nn_pooling_infer (NnLayer *layer, GError **error)
{
  NnWindowGrid *grid = &((NnPooling *)layer)->grid;

  if (!nn_window_place (&((const NnPoolSpec *)layer->spec)->window, &layer->input_shape, grid,
                        error))
    return FALSE;
  layer->output_shape = nn_shape_image (grid->output_height, grid->output_width, grid->channels);
  layer->scratch_size = (gsize)layer->max_batch * nn_shape_size (&layer->output_shape);
  layer->flops = (double)nn_shape_size (&layer->output_shape) * grid->height * grid->width;
  layer->forward_parts = layer->backward_input_parts = nn_layer_row_parts (layer, NUMBERS_PER_PART);
  return TRUE;
}

NnRowShare
nn_pooling_share (const NnLayer *layer, const NnRun *run, int part)
{
  return nn_layer_row_share (layer, run, part, NUMBERS_PER_PART);
}

/* Place (i, j) of the windows in output row v, where input row v·stride_y − top + i is there. Of
 * those windows u has it on the picture where 0 ≤ u·stride_x − left + j < input_width. */
static NnPoolingRun
find_run (const NnWindowGrid *grid, int v, int i, int j)
{
  int row = v * grid->stride_y - grid->top + i;
  int before = MAX (grid->left - j, 0); /* columns to go until the picture begins */
  int first = (before + grid->stride_x - 1) / grid->stride_x;
  int room = grid->input_width - 1 + grid->left - j; /* the last window's greatest u·stride_x */
  int end = room < 0 ? 0 : MIN (room / grid->stride_x + 1, grid->output_width);
  gsize channels = (gsize)grid->channels;

  if (row < 0 || row >= grid->input_height || first >= end)
    return (NnPoolingRun){0};
  return (NnPoolingRun){
      .x = (gsize)(row * grid->input_width + first * grid->stride_x - grid->left + j) * channels,
      .y = (gsize)(v * grid->output_width + first) * channels,
      .tap = i * grid->width + j,
      .rows = {(gsize)(end - first), (gsize)grid->stride_x * channels, channels},
  };
}

void
nn_pooling_each (const NnLayer *layer, void (*visit) (const NnPoolingRun *run, gpointer data),
                 gpointer data)
{
  const NnWindowGrid *grid = &((const NnPooling *)layer)->grid;

  for (int v = 0; v < grid->output_height; v++)
    for (int i = 0; i < grid->height; i++)
      for (int j = 0; j < grid->width; j++) {
        NnPoolingRun run = find_run (grid, v, i, j);

        if (run.rows.count > 0)
          visit (&run, data);
      }
}
