/* optimizer.c: from gradients to new parameters; each rule one loop over one block. */
#include "optimizer.h"

#include "engine/math/kernels.h"

#include <math.h>
#include <string.h>

#define NUMBERS_PER_PART                                                                           \
  8192          /* small enough to share out, large enough to be worth a hand-over                 \
                 */
#define LANES 8 /* sums that run side by side */

/* A run of one parameter's numbers. */
struct NnOptimizerPart {
  gsize offset, count;
  gboolean decays, is_statistic, never_negative;
  double squares; /* of the gradient's numbers, summed */
  real watch;     /* 0; NaN where a number is no longer finite */
};

/* One part of a layer's gradients with their update, or where they are written down already, the
 * update of one part of the block. */
struct NnLearningPart {
  NnLayer *layer; /* NULL: a part of the block */
  int index;      /* of the layer's part, or of the block's */
  real watch;
};

/* One step over all parts. */
typedef struct {
  NnOptimizer *optimizer;
  NnNetwork *network;
  NnUpdate update; /* decay is each part's own */
  const NnRun *run;
} Step;

typedef struct {
  NnGradientSink base;
  const Step *step;
  real watch;
} UpdateSink;

static double
part_decay (const NnOptimizer *optimizer, const NnOptimizerPart *part)
{
  return part->decays ? optimizer->l2 : 0;
}

/* Sums (g + λ·θ)² in double, in a fixed order: lane by lane, then the lanes. Views begin and end on
 * a cache line and are padded with zeros, so whole lanes may be read. */
static void
sum_squares_part (gpointer data, int index)
{
  Step *step = data;
  NnOptimizerPart *part = &step->optimizer->parts[index];
  const real *gradient = nn_arena_at (&step->network->gradients, part->offset);
  const real *value = nn_arena_at (&step->network->parameters, part->offset);
  real decay = part_decay (step->optimizer, part);
  double lanes[LANES] = {0};

  part->squares = 0;
  if (part->is_statistic)
    return;
  for (gsize i = 0; i < part->count; i += LANES)
    for (int k = 0; k < LANES; k++) {
      double g = gradient[i + k] + decay * value[i + k];
      lanes[k] += g * g;
    }
  for (int k = 0; k < LANES; k++)
    part->squares += lanes[k];
}

/* Returns: what to multiply the gradient by, so that it is no longer than clip_norm (Pascanu,
 * Mikolov, Bengio: "On the difficulty of training recurrent neural networks", 2013); NaN, which
 * the update finds, where it has no length. */
static double
clip_scale (Step *step)
{
  NnOptimizer *optimizer = step->optimizer;
  double squares = 0;

  if (optimizer->clip_norm <= 0)
    return 1;
  nn_pool_run (step->network->pool, sum_squares_part, step, optimizer->n_parts);
  for (int i = 0; i < optimizer->n_parts; i++)
    squares += optimizer->parts[i].squares;
  double norm = sqrt (squares);
  if (!isfinite (norm))
    return NAN;
  return norm > optimizer->clip_norm ? optimizer->clip_norm / norm : 1;
}

/* A statistic's gradient is its change, whatever the optimizer. */
static const NnUpdate gather = {.scale = 1, .rate = 1};

/* Updates @n numbers from @offset of the parameter block on.
 * Returns: 0, or NaN where one is no longer finite */
static real
update_numbers (const Step *step, gsize offset, const real *gradient, gsize n, gboolean decays)
{
  NnOptimizer *optimizer = step->optimizer;
  const NnKernels *kernels = nn_kernels ();
  real *value = nn_arena_at (&step->network->parameters, offset);
  real *previous = nn_arena_at (&optimizer->previous, offset);
  real *first = optimizer->first.data + offset;
  real *second = optimizer->second.data + offset;
  NnUpdate update = step->update;
  update.decay = decays ? optimizer->l2 : 0;

  switch (optimizer->spec.kind) {
  case NN_OPTIMIZER_GRADIENT_DESCENT:
  case NN_OPTIMIZER_SGD:
    return kernels->descend (value, previous, gradient, n, &update);
  case NN_OPTIMIZER_MOMENTUM:
  case NN_OPTIMIZER_NESTEROV:
    return kernels->momentum (value, previous, first, gradient, n, &update);
  case NN_OPTIMIZER_RMSPROP:
    return kernels->rmsprop (value, previous, second, gradient, n, &update);
  case NN_OPTIMIZER_ADAM:
    return kernels->adam (value, previous, first, second, gradient, n, &update);
  }
  g_return_val_if_reached (0);
}

static void
update_part (gpointer data, int index)
{
  const Step *step = data;
  NnOptimizerPart *part = &step->optimizer->parts[index];
  const real *gradient = nn_arena_at (&step->network->gradients, part->offset);

  if (part->is_statistic) {
    real *value = nn_arena_at (&step->network->parameters, part->offset);

    part->watch =
        nn_kernels ()->descend (value, nn_arena_at (&step->optimizer->previous, part->offset),
                                gradient, part->count, &gather);
    if (part->never_negative)
      nn_kernels ()->relu (value, value, part->count);
  } else {
    part->watch = update_numbers (step, part->offset, gradient, part->count, part->decays);
  }
}

/* Returns: the numbers of step t that are the same for every parameter. */
static NnUpdate
plan_update (const NnOptimizer *optimizer, double learning_rate)
{
  const NnOptimizerSpec *spec = &optimizer->spec;
  NnUpdate update = {.rate = learning_rate, .epsilon = spec->epsilon};
  double t = optimizer->step;

  switch (spec->kind) {
  case NN_OPTIMIZER_GRADIENT_DESCENT:
  case NN_OPTIMIZER_SGD:
    break;
  case NN_OPTIMIZER_MOMENTUM:
    update.beta_1 = spec->momentum;
    update.from_gradient = 0;
    update.from_first = 1;
    break;
  case NN_OPTIMIZER_NESTEROV:
    update.beta_1 = spec->momentum;
    update.from_gradient = 1;
    update.from_first = spec->momentum;
    break;
  case NN_OPTIMIZER_RMSPROP:
    update.beta_2 = spec->rho;
    update.gain_2 = 1 - spec->rho;
    break;
  case NN_OPTIMIZER_ADAM:
    update.beta_1 = spec->beta_1;
    update.beta_2 = spec->beta_2;
    update.gain_1 = 1 - spec->beta_1;
    update.gain_2 = 1 - spec->beta_2;
    update.rate = learning_rate / (1 - pow (spec->beta_1, t));
    update.correction = 1 / sqrt (1 - pow (spec->beta_2, t));
    break;
  }
  return update;
}

static gboolean
has_first (NnOptimizerKind kind)
{
  return kind == NN_OPTIMIZER_MOMENTUM || kind == NN_OPTIMIZER_NESTEROV ||
         kind == NN_OPTIMIZER_ADAM;
}

static gboolean
has_second (NnOptimizerKind kind)
{
  return kind == NN_OPTIMIZER_RMSPROP || kind == NN_OPTIMIZER_ADAM;
}

static void
plan_block (NnArena *arena, const NnNetwork *network)
{
  if (network->parameters.reserved == 0)
    return;
  nn_arena_reserve (arena, network->parameters.reserved);
  nn_arena_commit (arena);
}

static void
clear_block (NnArena *arena)
{
  if (arena->data)
    memset (arena->data, 0, arena->reserved * sizeof (real));
}

static void
add_learning_parts (GArray *learning, NnLayer *layer, int first, int n)
{
  for (int i = 0; i < n; i++)
    g_array_append_val (learning, ((NnLearningPart){.layer = layer, .index = first + i}));
}

static void
plan_parts (NnOptimizer *optimizer, const NnNetwork *network)
{
  g_autoptr (GArray) learning = g_array_new (FALSE, TRUE, sizeof (NnLearningPart));
  g_autoptr (GArray) parts = g_array_new (FALSE, TRUE, sizeof (NnOptimizerPart));

  for (int i = 0; i < network->n_layers; i++) {
    NnLayer *layer = network->layers[i];
    int n_before = (int)parts->len;

    for (int j = 0; j < layer->n_parameters; j++) {
      const NnParameter *parameter = &layer->parameters[j];
      gsize size = nn_shape_size (&parameter->shape);
      for (gsize done = 0; done < size; done += NUMBERS_PER_PART) {
        NnOptimizerPart part = {
            .offset = parameter->offset + done,
            .count = MIN (size - done, NUMBERS_PER_PART),
            .decays = parameter->decays,
            .is_statistic = parameter->is_statistic,
            .never_negative = parameter->never_negative,
        };
        g_array_append_val (parts, part);
      }
    }
    if (nn_layer_hands_over (layer))
      add_learning_parts (learning, layer, 0, layer->backward_parameter_parts);
    else
      add_learning_parts (learning, NULL, n_before, (int)parts->len - n_before);
  }
  optimizer->n_learning = learning->len;
  optimizer->learning = (NnLearningPart *)g_array_free (g_steal_pointer (&learning), FALSE);
  optimizer->n_parts = parts->len;
  optimizer->parts = (NnOptimizerPart *)g_array_free (g_steal_pointer (&parts), FALSE);
}

NnOptimizer *
nn_optimizer_new (const NnTrainSpec *spec, const NnNetwork *network)
{
  NnOptimizer *optimizer = g_new0 (NnOptimizer, 1);

  optimizer->spec = spec->optimizer;
  optimizer->l2 = spec->l2;
  optimizer->clip_norm = spec->clip_norm;
  if (has_first (spec->optimizer.kind))
    plan_block (&optimizer->first, network);
  if (has_second (spec->optimizer.kind))
    plan_block (&optimizer->second, network);
  plan_block (&optimizer->previous, network);
  plan_parts (optimizer, network);
  return optimizer;
}

gboolean
nn_optimizer_step (NnOptimizer *optimizer, NnNetwork *network, double learning_rate)
{
  Step step = {.optimizer = optimizer, .network = network};
  real watch = 0;

  optimizer->step++;
  step.update = plan_update (optimizer, learning_rate);
  step.update.scale = clip_scale (&step);
  nn_pool_run (network->pool, update_part, &step, optimizer->n_parts);
  optimizer->can_undo = TRUE;

  for (int i = 0; i < optimizer->n_parts; i++)
    watch += optimizer->parts[i].watch;
  return watch == 0;
}

static void
take_gradient (NnGradientSink *base, const NnParameter *parameter, gsize first, NnRows rows,
               const real *gradient)
{
  UpdateSink *sink = (UpdateSink *)base;

  for (gsize r = 0; r < rows.count; r++)
    sink->watch += update_numbers (sink->step, parameter->offset + first + r * rows.stride,
                                   gradient + r * rows.n, rows.n, parameter->decays);
}

static void
learn_part (gpointer data, int index)
{
  Step *step = data;
  NnLearningPart *part = &step->optimizer->learning[index];

  if (part->layer == NULL) {
    update_part (step, part->index);
    part->watch = step->optimizer->parts[part->index].watch;
    return;
  }
  UpdateSink sink = {.base = {take_gradient}, .step = step};
  part->layer->class_->hand_over_gradients (part->layer, step->run, part->index, &sink.base);
  part->watch = sink.watch;
}

gboolean
nn_optimizer_may_learn (const NnOptimizer *optimizer, const NnNetwork *network)
{
  return optimizer->clip_norm <= 0 && !network->plan.separate;
}

gboolean
nn_optimizer_learn (NnOptimizer *optimizer, NnNetwork *network, const NnRun *run,
                    double learning_rate)
{
  Step step = {.optimizer = optimizer, .network = network, .run = run};
  real watch = 0;

  g_return_val_if_fail (nn_optimizer_may_learn (optimizer, network), FALSE);
  optimizer->step++;
  step.update = plan_update (optimizer, learning_rate);
  step.update.scale = 1;
  nn_pool_run (network->pool, learn_part, &step, optimizer->n_learning);
  optimizer->can_undo = TRUE;

  for (int i = 0; i < optimizer->n_learning; i++)
    watch += optimizer->learning[i].watch;
  return watch == 0;
}

void
nn_optimizer_undo (NnOptimizer *optimizer, NnNetwork *network)
{
  if (!optimizer->can_undo)
    return;
  if (network->parameters.data)
    memcpy (network->parameters.data, optimizer->previous.data,
            network->parameters.reserved * sizeof (real));
  nn_optimizer_reset (optimizer);
}

void
nn_optimizer_reset (NnOptimizer *optimizer)
{
  optimizer->step = 0;
  optimizer->can_undo = FALSE;
  clear_block (&optimizer->first);
  clear_block (&optimizer->second);
}

void
nn_optimizer_free (NnOptimizer *optimizer)
{
  nn_arena_clear (&optimizer->first);
  nn_arena_clear (&optimizer->second);
  nn_arena_clear (&optimizer->previous);
  g_free (optimizer->parts);
  g_free (optimizer->learning);
  g_free (optimizer);
}

double
nn_schedule_rate (const NnScheduleSpec *schedule, double learning_rate, double epoch, int epochs)
{
  switch (schedule->kind) {
  case NN_SCHEDULE_CONSTANT:
    return learning_rate;
  case NN_SCHEDULE_STEP:
    return learning_rate * pow (schedule->factor, floor (epoch / schedule->every));
  case NN_SCHEDULE_COSINE: {
    /* Loshchilov & Hutter: "SGDR", 2017, equation 5, without restarts. */
    double done = CLAMP (epoch / epochs, 0, 1);
    double left = (1 + cos (G_PI * done)) / 2;
    return learning_rate * (schedule->factor + (1 - schedule->factor) * left);
  }
  case NN_SCHEDULE_EXPONENTIAL:
    return learning_rate * pow (schedule->factor, epoch);
  }
  g_return_val_if_reached (learning_rate);
}
