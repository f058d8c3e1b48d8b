/* batch.c: samples gathered into the numbers of one pass. */
#include "batch.h"

#include <glib/gi18n-lib.h>

#define ROWS_PER_PART 8

/* Pictures lie about in no order, too many for the cache: each would be waited for. Into the second
 * level: more calls may be under way to there than to the first, and a batch does not fit into
 * that.
 */
static void
call_into_cache (const NnSamples *samples, guint32 index)
{
  gsize size = nn_shape_size (&samples->shape);
  const guint8 *picture = samples->images + index * size;

  if (samples->images == NULL)
    return; /* rows are short */
  for (gsize i = 0; i < size; i += NN_ALIGNMENT)
    __builtin_prefetch (picture + i, 0, 1);
}

void
nn_batch_init (NnBatch *batch, const NnNetwork *network)
{
  gsize size = nn_shape_size (&network->input_shape);

  *batch = (NnBatch){.capacity = network->max_batch};
  gsize x = nn_arena_reserve (&batch->arena, batch->capacity * size);
  nn_arena_commit (&batch->arena);
  batch->x = nn_arena_at (&batch->arena, x);
  batch->labels = g_new0 (guint8, batch->capacity);
  batch->indices = g_new0 (guint32, batch->capacity);
}

int
nn_batch_begin (NnBatch *batch, const NnBatchSource *source, int count)
{
  g_return_val_if_fail (count <= batch->capacity, 0);

  batch->source = *source;
  batch->count = count;
  return (count + ROWS_PER_PART - 1) / ROWS_PER_PART;
}

void
nn_batch_gather_part (gpointer data, int part)
{
  NnBatch *batch = data;
  const NnBatchSource *source = &batch->source;
  int first = part * ROWS_PER_PART, rows = MIN (ROWS_PER_PART, batch->count - first);
  gsize size = nn_shape_size (&source->samples->shape);

  nn_samples_gather (source->samples, source->indices + first, rows, source->augment, source->seed,
                     source->epoch, batch->x + first * size, batch->labels + first);
  for (int i = first; i < first + rows && (gsize)i < source->n_next; i++)
    call_into_cache (source->samples, source->indices[batch->count + i]);
}

void
nn_batch_gather (NnBatch *batch, NnPool *pool, const NnBatchSource *source, int count)
{
  nn_pool_run (pool, nn_batch_gather_part, batch, nn_batch_begin (batch, source, count));
}

NnLossSum
nn_batch_measure (NnBatch *batch, NnNetwork *network, NnLossKind loss, const NnSamples *samples,
                  gsize start)
{
  int count = MIN ((gsize)batch->capacity, samples->count - start);
  NnRun run = {.batch = count};
  NnBatchSource source = {.samples = samples, .indices = batch->indices};

  for (int i = 0; i < count; i++)
    batch->indices[i] = start + i;
  nn_batch_gather (batch, network->pool, &source, count);
  nn_network_forward (network, &run, batch->x);
  return nn_loss_evaluate (loss, network, &run, batch->labels, NULL);
}

gboolean
nn_batch_has_classes (const NnShape *output, NnLossKind loss, int n_classes, GError **error)
{
  int n_outputs = (int)nn_shape_size (output);

  if (n_outputs == n_classes || (n_classes == 2 && nn_loss_takes_one (loss, n_outputs)))
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _ ("The data have %d classes, but the network has %d outputs. "
                  "Give the last dense layer %d units."),
               n_classes, n_outputs, n_classes);
  return FALSE;
}

gboolean
nn_batch_fits (const NnSamples *samples, const NnNetwork *network, NnLossKind loss, GError **error)
{
  if (nn_shape_size (&samples->shape) != nn_shape_size (&network->input_shape)) {
    g_autofree char *given = nn_shape_to_string (&samples->shape);
    g_autofree char *expected = nn_shape_to_string (&network->input_shape);
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 _ ("The samples are %s, but the network reads %s."), given, expected);
    return FALSE;
  }
  return nn_batch_has_classes (&network->output_shape, loss, samples->n_classes, error);
}

void
nn_batch_clear (NnBatch *batch)
{
  nn_arena_clear (&batch->arena);
  g_clear_pointer (&batch->labels, g_free);
  g_clear_pointer (&batch->indices, g_free);
}
