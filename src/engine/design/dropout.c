/* dropout.c: while training y[n][i] = x[n][i] · mask[n][i], mask = 0 with probability `rate`, else
 * 1/(1−rate); otherwise y = x. Inverted dropout (Srivastava et al. 2014, section 10).
 *
 * The mask is drawn anew each step from (seed, layer, step, element) alone. Two elements lie 2³²
 * positions apart from the same elements of the next step, so no batch size changes another.
 */
#include "layer.h"

#include "engine/json-text.h"
#include "engine/json-util.h"
#include "engine/math/kernels.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define NUMBERS_PER_PART 4096
#define CHUNK 256 /* random numbers at a time */

static gboolean
parse_spec (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const allowed[] = {"type", "rate", NULL};
  NnDropoutSpec *dropout = (NnDropoutSpec *)spec;

  if (!nn_json_check_members (object, path, allowed, error) ||
      !nn_json_get_double (object, path, "rate", NN_JSON_REQUIRED, 0, 1, &dropout->rate, error))
    return FALSE;
  if (dropout->rate == 1) {
    g_set_error (error, NN_ERROR, NN_ERROR_RANGE,
                 _ ("%s.rate: expected less than 1, got 1: nothing would be left"), path);
    return FALSE;
  }
  return TRUE;
}

static void
write_spec (const NnLayerSpec *spec, JsonBuilder *builder)
{
  nn_json_add_double (builder, "rate", ((const NnDropoutSpec *)spec)->rate);
}

static gboolean
infer (NnLayer *layer, GError **error)
{
  layer->output_shape = layer->input_shape;
  layer->scratch_size = (gsize)layer->max_batch * nn_shape_size (&layer->input_shape);
  layer->flops = (double)nn_shape_size (&layer->input_shape);
  layer->forward_parts = layer->backward_input_parts = nn_layer_row_parts (layer, NUMBERS_PER_PART);
  return TRUE;
}

/* Fills mask[n], whose first number is element @element of the batch. */
static void
draw_mask (const NnLayer *layer, const NnRun *run, gsize element, real *mask, gsize n)
{
  double rate = ((const NnDropoutSpec *)layer->spec)->rate;
  NnRng rng =
      nn_rng (run->seed, NN_STREAM_DROPOUT, (guint32)layer->index, (run->step << 32) + element);
  guint64 dropped = (guint64)(rate * 0x1p32); /* of 2³² equally probable numbers */
  real kept = (real)(1 / (1 - rate));
  guint32 numbers[CHUNK];

  for (gsize done = 0; done < n; done += CHUNK) {
    gsize count = MIN (CHUNK, n - done);

    nn_rng_fill (&rng, numbers, count);
    for (gsize i = 0; i < count; i++)
      mask[done + i] = numbers[i] < dropped ? 0 : kept;
  }
}

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_layer_row_share (layer, run, part, NUMBERS_PER_PART);
  real *mask = layer->scratch + share.offset;

  if (!run->training) {
    memcpy (share.y, share.x, share.n * sizeof (real));
    return;
  }
  draw_mask (layer, run, share.offset, mask, share.n);
  nn_kernels ()->multiply (share.y, share.x, mask, share.n);
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  NnRowShare share = nn_layer_row_share (layer, run, part, NUMBERS_PER_PART);

  if (run->training)
    nn_kernels ()->multiply (share.dx, share.dy, layer->scratch + share.offset, share.n);
  else
    memcpy (share.dx, share.dy, share.n * sizeof (real));
}

const NnLayerClass nn_dropout_class = {
    .type = "dropout",
    .spec_size = sizeof (NnDropoutSpec),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
    .forward = forward,
    .backward_input = backward_input,
};

NnLayerSpec *
nn_dropout_spec (double rate)
{
  NnDropoutSpec *spec = g_new0 (NnDropoutSpec, 1);

  spec->base.class_ = &nn_dropout_class;
  spec->rate = rate;
  return &spec->base;
}
