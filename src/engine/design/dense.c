/* dense.c: y[n][o] = f (Σᵢ x[n][i] · W[o][i] + b[o]), f the activation behind it where the two work
 * as one.
 *
 * dz[n][o] = dy[n][o] · f′, dW[o][i] = Σₙ dz[n][o] · x[n][i], db[o] = Σₙ dz[n][o],
 * dx[n][i] = Σₒ dz[n][o] · W[o][i].
 *
 * In memory W lies as [o][i], so that all three products run along the inputs, which are usually
 * more than the units. The layer that reads the data has it in panels of 64 units, each [i][o],
 * where its units fill a vector: its input is mostly zeros, each of which then leaves out a row of
 * W, and dx is hardly ever asked for. A part works on one panel, so that a core keeps its panels
 * and their moments; and a step begins the next batch with each of their blocks that it has made
 * new (dense-panels.c).
 */
#include "dense.h"
#include "initialiser.h"

#include "engine/json-text.h"
#include "engine/json-util.h"
#include "engine/math/kernels.h"

#include <string.h>

#define BLOCK_ROWS 256    /* of the batch */
#define FEW_ROWS 16       /* where all units are one block, or W lies in panels */
#define BLOCK_UNITS 32    /* of the output */
#define BLOCK_INPUTS 512  /* of dx and dW */
#define GRADIENT_UNITS 32 /* of dW: with BLOCK_INPUTS 64 kB, a small part of a core's own cache */
#define PANEL_INPUTS 448  /* of a panel of W, a part; fewer would make more sums to add up */
#define MOST_SUMS 64      /* of db at a time */
#define VECTOR 16         /* numbers: blocks of inputs are whole vectors */
#define SMALL_PRODUCT 250000  /* operations: a few µs, not worth splitting */
#define PREPARED_NUMBERS 8192 /* of dz, or of y where the batch was begun, a part */

/* Returns: about @block inputs, so that all blocks are about as large. */
static int
even_inputs (int inputs, int block)
{
  return nn_grid_ceiling (nn_grid_ceiling (inputs, nn_grid_ceiling (inputs, block)), VECTOR) *
         VECTOR;
}

/* @depth: how many products each number of the output sums. */
static NnGrid
plan_grid (int rows, int columns, int depth, int block_rows, int block_columns)
{
  NnGrid grid = {rows, columns, block_rows, block_columns, FALSE};

  if (2.0 * rows * columns * depth <= SMALL_PRODUCT) {
    grid.block_rows = rows;
    grid.block_columns = columns;
  }
  return grid;
}

static int
prepared_rows (const NnDense *dense)
{
  return MAX (1, PREPARED_NUMBERS / dense->units);
}

static gboolean
parse_spec (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const allowed[] = {"type", "units", "initialiser", NULL};
  NnDenseSpec *dense = (NnDenseSpec *)spec;

  return nn_json_check_members (object, path, allowed, error) &&
         nn_json_get_int (object, path, "units", NN_JSON_REQUIRED, 1, NN_MAX_UNITS, &dense->units,
                          error) &&
         nn_initialiser_read (object, path, &dense->initialiser, error);
}

static void
write_spec (const NnLayerSpec *spec, JsonBuilder *builder)
{
  const NnDenseSpec *dense = (const NnDenseSpec *)spec;

  nn_json_add_int (builder, "units", dense->units);
  nn_json_add_string (builder, "initialiser", nn_initialiser_name (dense->initialiser));
}

/* Of a panel narrower than a vector, that of the first row begins in the panel before, which
 * another part may be changing just then. */
static gboolean
has_wide_panels (int units)
{
  return units % NN_DENSE_PANEL == 0 || units % NN_DENSE_PANEL >= VECTOR;
}

static gboolean
infer (NnLayer *layer, GError **error)
{
  NnDense *dense = (NnDense *)layer;
  int batch = layer->max_batch, units = ((const NnDenseSpec *)layer->spec)->units;
  int inputs = (int)nn_shape_size (&layer->input_shape);
  int block_inputs = even_inputs (inputs, BLOCK_INPUTS);

  dense->units = units;
  dense->inputs = inputs;
  dense->in_panels = layer->reads_data && units >= VECTOR;
  layer->output_shape = nn_shape_vector (units);
  layer->n_parameters = 2;
  layer->parameters[NN_DENSE_WEIGHT] =
      (NnParameter){.name = "weight",
                    .shape = {.n_dims = 2, .dims = {units, inputs}},
                    .decays = TRUE,
                    .panel = dense->in_panels ? NN_DENSE_PANEL : 0};
  layer->parameters[NN_DENSE_BIAS] =
      (NnParameter){.name = "bias", .shape = nn_shape_vector (units)};
  layer->begins = dense->in_panels && layer->reads_batch && layer->method == NN_METHOD_DIRECT &&
                  has_wide_panels (units);
  layer->flops = 2.0 * units * inputs;

  dense->input = plan_grid (batch, inputs, units, BLOCK_ROWS, block_inputs);
  if (dense->in_panels) {
    dense->forward = plan_grid (batch, units, inputs, FEW_ROWS, NN_DENSE_PANEL);
    dense->forward.down = TRUE; /* the units of a thread are then the same in both passes */
    dense->parameters =
        plan_grid (units, inputs, batch, NN_DENSE_PANEL, even_inputs (inputs, PANEL_INPUTS));
  } else {
    dense->forward =
        plan_grid (batch, units, inputs, units > BLOCK_UNITS ? BLOCK_ROWS : FEW_ROWS, BLOCK_UNITS);
    dense->parameters = plan_grid (units, inputs, batch, GRADIENT_UNITS, block_inputs);
  }
  if (layer->begins)
    layer->scratch_size = nn_dense_sums_size (dense);
  layer->forward_parts = nn_grid_n_blocks (&dense->forward);
  layer->finish_parts = nn_grid_ceiling (batch, prepared_rows (dense));
  layer->backward_input_parts = nn_grid_n_blocks (&dense->input);
  layer->backward_parameter_parts = nn_grid_n_blocks (&dense->parameters);
  return TRUE;
}

/* ---- the activation behind ---- */

/* Takes over an activation that treats every number alike. dz gets a place of its own. */
static int
fuse (NnLayer *layer, NnLayer *const *next, int n)
{
  NnDense *dense = (NnDense *)layer;
  const NnActivationSpec *activation = (const NnActivationSpec *)next[0]->spec;

  if (next[0]->class_ != &nn_activation_class || activation->function == NN_FUNCTION_SOFTMAX)
    return 0;
  dense->activation = activation;
  layer->scratch_size += (gsize)layer->max_batch * (gsize)dense->units;
  layer->backward_prepare_parts = nn_grid_ceiling (layer->max_batch, prepared_rows (dense));
  return 1;
}

static void
activate (const NnDense *dense, real *y, gsize n)
{
  const NnKernels *kernels = nn_kernels ();

  switch (dense->activation->function) {
  case NN_FUNCTION_RELU:
    kernels->relu (y, y, n);
    break;
  case NN_FUNCTION_LEAKY_RELU:
    kernels->leaky_relu (y, y, (real)dense->activation->slope, n);
    break;
  case NN_FUNCTION_SIGMOID:
    kernels->sigmoid (y, y, n);
    break;
  case NN_FUNCTION_TANH:
    kernels->tanh (y, y, n);
    break;
  case NN_FUNCTION_LINEAR:
  case NN_FUNCTION_SOFTMAX:
    break;
  }
}

/* dz from dy and y: ReLU's y is ≤ 0 where its input is, the leaky one's too. */
static void
backward_prepare (NnLayer *layer, const NnRun *run, int part)
{
  const NnDense *dense = (const NnDense *)layer;
  const NnKernels *kernels = nn_kernels ();
  int row = part * prepared_rows (dense);
  gsize offset = (gsize)row * (gsize)dense->units;
  gsize n = (gsize)CLAMP (run->batch - row, 0, prepared_rows (dense)) * (gsize)dense->units;
  const real *dy = layer->dy + offset, *y = layer->y + offset;
  real *dz = layer->scratch + offset;

  switch (dense->activation->function) {
  case NN_FUNCTION_RELU:
    kernels->relu_gradient (dz, dy, y, n);
    break;
  case NN_FUNCTION_LEAKY_RELU:
    kernels->leaky_relu_gradient (dz, dy, y, (real)dense->activation->slope, n);
    break;
  case NN_FUNCTION_SIGMOID:
    kernels->sigmoid_gradient (dz, dy, y, n);
    break;
  case NN_FUNCTION_TANH:
    kernels->tanh_gradient (dz, dy, y, n);
    break;
  case NN_FUNCTION_LINEAR:
  case NN_FUNCTION_SOFTMAX:
    memcpy (dz, dy, n * sizeof (real));
    break;
  }
}

static void
initialise (NnLayer *layer, NnRng *rng)
{
  const NnDense *dense = (const NnDense *)layer;
  const NnDenseSpec *spec = (const NnDenseSpec *)layer->spec;

  const NnParameter *weight = &layer->parameters[NN_DENSE_WEIGHT];
  gsize n = (gsize)dense->units * (gsize)dense->inputs;
  g_autofree real *drawn = g_new (real, n);

  nn_initialise (spec->initialiser, drawn, n, dense->inputs, dense->units, rng);
  for (gsize i = 0; i < n; i++)
    weight->value[nn_parameter_place (weight, i)] = drawn[i];
}

/* ---- passes ---- */

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  const NnDense *dense = (const NnDense *)layer;
  NnBlock block = nn_grid_block (&dense->forward, part, run->batch);
  gsize units = (gsize)dense->units;

  if (block.rows == 0)
    return;
  NnGrid grid = nn_grid_cut (&block, block.rows, dense->in_panels ? NN_DENSE_PANEL : block.columns);
  for (int i = 0; i < nn_grid_n_blocks (&grid); i++) {
    NnBlock piece = nn_grid_piece (&grid, i, &block);

    (run->training && dense->in_panels && layer->method == NN_METHOD_DIRECT
         ? nn_dense_forward_in_panels
         : nn_dense_multiply_forward) (dense, run, &piece);
  }
  if (dense->activation == NULL)
    return;
  real *y = layer->y + (gsize)block.row * units + block.column;
  if (block.columns == dense->units)
    activate (dense, y, (gsize)block.rows * units);
  else
    for (gsize n = 0; n < (gsize)block.rows; n++)
      activate (dense, y + n * units, (gsize)block.columns);
}

static void
finish_forward (NnLayer *layer, const NnRun *run, int part)
{
  const NnDense *dense = (const NnDense *)layer;
  int row = part * prepared_rows (dense), rows = CLAMP (run->batch - row, 0, prepared_rows (dense));
  gsize units = (gsize)dense->units;

  nn_dense_finish (dense, row, rows);
  if (dense->activation != NULL)
    activate (dense, layer->y + (gsize)row * units, (gsize)rows * units);
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  const NnDense *dense = (const NnDense *)layer;
  NnBlock block = nn_grid_block (&dense->input, part, run->batch);

  if (block.rows > 0)
    nn_dense_multiply_input (dense, &block);
}

/* Sums down the batch in double: it may be the whole data set. */
static void
sum_rows (real *sums, const real *rows, int n, int columns, int stride)
{
  double exact[MOST_SUMS] = {0};

  for (int row = 0; row < n; row++)
    for (int i = 0; i < columns; i++)
      exact[i] += rows[(gsize)row * (gsize)stride + (gsize)i];
  for (int i = 0; i < columns; i++)
    sums[i] = (real)exact[i];
}

/* Where @block of dW lies in memory: its first number, and its rows. */
static gsize
place_block (const NnDense *dense, const NnBlock *block, NnRows *rows)
{
  gsize unit = (gsize)block->row, input = (gsize)block->column, inputs = (gsize)dense->inputs;

  if (dense->in_panels) { /* the block is as wide as its panel: one row */
    gsize width = (gsize)block->rows, n = (gsize)block->columns * width;

    *rows = (NnRows){1, n, n};
    return unit * inputs + input * width;
  }
  *rows = (NnRows){(gsize)block->rows, inputs, (gsize)block->columns};
  return unit * inputs + input;
}

/* Returns: how far apart the rows of @block of dW lie in memory. */
static gsize
row_stride (const NnDense *dense, const NnBlock *block)
{
  return (gsize)(dense->in_panels ? block->rows : dense->inputs);
}

static void
backward_parameters (NnLayer *layer, const NnRun *run, int part)
{
  const NnDense *dense = (const NnDense *)layer;
  NnBlock block = nn_grid_block (&dense->parameters, part, dense->units);
  real *bias = layer->parameters[NN_DENSE_BIAS].gradient + block.row;
  const real *dz = nn_dense_dz (dense) + block.row;
  NnGrid grid = nn_grid_cut (&block, dense->in_panels ? NN_DENSE_PANEL : block.rows, block.columns);

  for (int i = 0; i < nn_grid_n_blocks (&grid); i++) {
    NnBlock piece = nn_grid_piece (&grid, i, &block);
    NnRows rows;
    gsize first = place_block (dense, &piece, &rows);

    nn_dense_multiply_gradient (dense, run, &piece,
                                layer->parameters[NN_DENSE_WEIGHT].gradient + first,
                                row_stride (dense, &piece));
  }
  for (int o = 0; block.column == 0 && o < block.rows; o += MOST_SUMS)
    sum_rows (bias + o, dz + o, run->batch, MIN (MOST_SUMS, block.rows - o), dense->units);
}

/* A part's share of dW lies on the stack, in the core's own cache, where the sink reads it. */
static void
hand_over_gradients (NnLayer *layer, const NnRun *run, int part, NnGradientSink *sink)
{
  const NnDense *dense = (const NnDense *)layer;
  NnBlock whole = nn_grid_block (&dense->parameters, part, dense->units);
  real gradient[GRADIENT_UNITS * BLOCK_INPUTS], bias[MOST_SUMS];
  /* A small layer's only part may have more rows, or longer ones. */
  NnGrid grid = dense->in_panels ? nn_grid_cut (&whole, NN_DENSE_PANEL, NN_DENSE_INPUTS)
                                 : nn_grid_cut (&whole, GRADIENT_UNITS, BLOCK_INPUTS);

  for (int i = 0; i < nn_grid_n_blocks (&grid); i++) {
    NnBlock block = nn_grid_piece (&grid, i, &whole);
    NnRows rows;
    gsize first = place_block (dense, &block, &rows);

    nn_dense_multiply_gradient (dense, run, &block, gradient,
                                (gsize)(dense->in_panels ? block.rows : block.columns));
    sink->take (sink, &layer->parameters[NN_DENSE_WEIGHT], first, rows, gradient);
    if (layer->begins && run->next_x != NULL)
      nn_dense_begin (dense, run, &block);
    if (block.column == 0) {
      gsize n = (gsize)block.rows;

      sum_rows (bias, nn_dense_dz (dense) + block.row, run->batch, block.rows, dense->units);
      sink->take (sink, &layer->parameters[NN_DENSE_BIAS], (gsize)block.row, (NnRows){1, n, n},
                  bias);
    }
  }
}

const NnLayerClass nn_dense_class = {
    .type = "dense",
    .spec_size = sizeof (NnDenseSpec),
    .layer_size = sizeof (NnDense),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
    .fuse = fuse,
    .initialise = initialise,
    .forward = forward,
    .finish_forward = finish_forward,
    .backward_prepare = backward_prepare,
    .backward_input = backward_input,
    .backward_parameters = backward_parameters,
    .hand_over_gradients = hand_over_gradients,
};

NnLayerSpec *
nn_dense_spec (int units, NnInitialiser initialiser)
{
  NnDenseSpec *spec = g_new0 (NnDenseSpec, 1);

  spec->base.class_ = &nn_dense_class;
  spec->units = units;
  spec->initialiser = initialiser;
  return &spec->base;
}
