/* max-pool.c: y[n][v][u][c] = maxᵢⱼ x[n][v·stride − top + i][u·stride − left + j][c] over the
 * places (i, j) of the window that lie on the picture; padding is never looked at.
 *
 * dx gets each dy where its greatest number was, the first of equals. NaN counts as greatest, so
 * that it is seen behind the pooling. scratch holds i · width + j of each output's greatest.
 */
#include "pooling.h"

#include <string.h>

/* One sample. */
typedef struct {
  const real *x, *dy;
  real *y, *dx;
  gint32 *from;
} Sample;

static gint32 *
get_from (const NnLayer *layer)
{
  G_STATIC_ASSERT (sizeof (gint32) <= sizeof (real));
  return (gint32 *)(gpointer)layer->scratch;
}

static Sample
get_sample (const NnLayer *layer, const NnRowShare *share, int n)
{
  gsize inputs = nn_shape_size (&layer->input_shape),
        outputs = nn_shape_size (&layer->output_shape);
  gsize row = (gsize)(share->first + n);

  return (Sample){
      .x = layer->x + row * inputs,
      .y = layer->y + row * outputs,
      .dy = layer->dy != NULL ? layer->dy + row * outputs : NULL,
      .dx = layer->dx != NULL ? layer->dx + row * inputs : NULL,
      .from = get_from (layer) + row * outputs,
  };
}

static void
keep_greatest (const NnPoolingRun *run, gpointer data)
{
  const Sample *sample = data;

  nn_kernels ()->keep_greatest (sample->y + run->y, sample->from + run->y, sample->x + run->x,
                                run->tap, run->rows);
}

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_pooling_share (layer, run, part);
  gsize outputs = nn_shape_size (&layer->output_shape);

  for (int n = 0; n < share.rows; n++) {
    Sample sample = get_sample (layer, &share, n);

    memset (sample.from, 0xff, outputs * sizeof *sample.from); /* −1: nothing yet */
    nn_pooling_each (layer, keep_greatest, &sample);
  }
}

static void
give_back (const NnPoolingRun *run, gpointer data)
{
  const Sample *sample = data;

  nn_kernels ()->give_back (sample->dx + run->x, sample->dy + run->y, sample->from + run->y,
                            run->tap, run->rows);
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_pooling_share (layer, run, part);

  memset (share.dx, 0, share.n * sizeof (real));
  for (int n = 0; n < share.rows; n++) {
    Sample sample = get_sample (layer, &share, n);

    nn_pooling_each (layer, give_back, &sample);
  }
}

const NnLayerClass nn_max_pool_class = {
    .type = "max-pool",
    .spec_size = sizeof (NnPoolSpec),
    .layer_size = sizeof (NnPooling),
    .parse = nn_pooling_parse,
    .write = nn_pooling_write,
    .infer = nn_pooling_infer,
    .forward = forward,
    .backward_input = backward_input,
};

NnLayerSpec *
nn_max_pool_spec (const NnWindow *window)
{
  return nn_pooling_spec (&nn_max_pool_class, window);
}
