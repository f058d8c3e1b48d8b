/* dense.c: y[n][o] = f (Σᵢ x[n][i] · W[o][i] + b[o]), f the activation behind it where the two work
 * as one.
 *
 * dz[n][o] = dy[n][o] · f′, dW[o][i] = Σₙ dz[n][o] · x[n][i], db[o] = Σₙ dz[n][o],
 * dx[n][i] = Σₒ dz[n][o] · W[o][i].
 */
#include "initialiser.h"

#include "engine/json-text.h"
#include "engine/json-util.h"
#include "engine/math/gemm.h"
#include "engine/math/kernels.h"

#include <string.h>

#define BLOCK_ROWS 256    /* of the batch */
#define FEW_ROWS 16       /* where all units are one block */
#define BLOCK_UNITS 32    /* of the output */
#define BLOCK_INPUTS 512  /* of dx and dW */
#define GRADIENT_UNITS 32 /* of dW: with BLOCK_INPUTS 64 kB, a small part of a core's own cache */
#define VECTOR 16         /* numbers: blocks of inputs are whole vectors */
#define SMALL_PRODUCT 250000  /* operations: a few µs, not worth splitting */
#define PREPARED_NUMBERS 8192 /* of dz, a part */

/* A sum of more products, without runs of zeros, is OpenBLAS's: it packs their numbers, which pays
 * where the product is deep. At 512 it is 1.2 times as fast as the kernels with AVX2, and as fast
 * with AVX-512; at 128 and below the kernels are 1.1 to 1.3 times as fast. Forward reads along the
 * depth and is faster at any. */
#define DEEPEST 256

/* One product's output, split into a grid of blocks, one a part. */
typedef struct {
  int rows, columns;             /* of the output */
  int block_rows, block_columns; /* of a part's share */
} Grid;

/* A part's share: rows × columns, from (row, column). */
typedef struct {
  int row, column, rows, columns;
} Block;

typedef struct {
  NnLayer base;
  int inputs, units;
  Grid forward, input, parameters;    /* y [batch][units], dx [batch][inputs], dW [units][inputs] */
  const NnActivationSpec *activation; /* NULL: none */
} Dense;

enum { WEIGHT, BIAS };

static int
ceiling (int extent, int block)
{
  return (extent + block - 1) / block;
}

/* Returns: about @block inputs, so that all blocks are about as large. */
static int
even_inputs (int inputs, int block)
{
  return ceiling (ceiling (inputs, ceiling (inputs, block)), VECTOR) * VECTOR;
}

/* @depth: how many products each number of the output sums. */
static Grid
plan_grid (int rows, int columns, int depth, int block_rows, int block_columns)
{
  Grid grid = {rows, columns, block_rows, block_columns};

  if (2.0 * rows * columns * depth <= SMALL_PRODUCT) {
    grid.block_rows = rows;
    grid.block_columns = columns;
  }
  return grid;
}

static int
n_blocks (const Grid *grid)
{
  return ceiling (grid->rows, grid->block_rows) * ceiling (grid->columns, grid->block_columns);
}

/* Cut to @rows, which may be fewer than planned. */
static Block
get_block (const Grid *grid, int part, int rows)
{
  int across = ceiling (grid->columns, grid->block_columns);
  Block block = {part / across * grid->block_rows, part % across * grid->block_columns, 0, 0};

  block.rows = CLAMP (rows - block.row, 0, grid->block_rows);
  block.columns = MIN (grid->columns - block.column, grid->block_columns);
  return block;
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

static gboolean
infer (NnLayer *layer, GError **error)
{
  Dense *dense = (Dense *)layer;
  int batch = layer->max_batch, units = ((const NnDenseSpec *)layer->spec)->units;
  int inputs = (int)nn_shape_size (&layer->input_shape);
  int block_inputs = even_inputs (inputs, BLOCK_INPUTS);

  dense->units = units;
  dense->inputs = inputs;
  layer->output_shape = nn_shape_vector (units);
  layer->n_parameters = 2;
  layer->parameters[WEIGHT] = (NnParameter){
      .name = "weight", .shape = {.n_dims = 2, .dims = {units, inputs}}, .decays = TRUE};
  layer->parameters[BIAS] = (NnParameter){.name = "bias", .shape = nn_shape_vector (units)};
  layer->flops = 2.0 * units * inputs;

  dense->forward =
      plan_grid (batch, units, inputs, units > BLOCK_UNITS ? BLOCK_ROWS : FEW_ROWS, BLOCK_UNITS);
  dense->input = plan_grid (batch, inputs, units, BLOCK_ROWS, block_inputs);
  dense->parameters = plan_grid (units, inputs, batch, GRADIENT_UNITS, block_inputs);
  layer->forward_parts = n_blocks (&dense->forward);
  layer->backward_input_parts = n_blocks (&dense->input);
  layer->backward_parameter_parts = n_blocks (&dense->parameters);
  return TRUE;
}

/* ---- the activation behind ---- */

static int
prepared_rows (const Dense *dense)
{
  return MAX (1, PREPARED_NUMBERS / dense->units);
}

/* Takes over an activation that treats every number alike. dz gets a place of its own. */
static int
fuse (NnLayer *layer, NnLayer *const *next, int n)
{
  Dense *dense = (Dense *)layer;
  const NnActivationSpec *activation = (const NnActivationSpec *)next[0]->spec;

  if (next[0]->class_ != &nn_activation_class || activation->function == NN_FUNCTION_SOFTMAX)
    return 0;
  dense->activation = activation;
  layer->scratch_size = (gsize)layer->max_batch * (gsize)dense->units;
  layer->backward_prepare_parts = ceiling (layer->max_batch, prepared_rows (dense));
  return 1;
}

static void
activate (const Dense *dense, real *y, gsize n)
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
  const Dense *dense = (const Dense *)layer;
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

/* Returns: the gradient by Σ + b */
static const real *
get_dz (const Dense *dense)
{
  return dense->activation != NULL ? dense->base.scratch : dense->base.dy;
}

static void
initialise (NnLayer *layer, NnRng *rng)
{
  const Dense *dense = (const Dense *)layer;
  const NnDenseSpec *spec = (const NnDenseSpec *)layer->spec;

  nn_initialise (spec->initialiser, layer->parameters[WEIGHT].value,
                 (gsize)dense->units * (gsize)dense->inputs, dense->inputs, dense->units, rng);
}

/* ---- passes ---- */

/* The layer's input comes from the data set when nobody wants its gradient: drawings are mostly
 * empty. Prediction multiplies all the same: a weight that is not finite must not hide. */
static gboolean
skips_zeros (const NnLayer *layer, const NnRun *run)
{
  return run->training && layer->dx == NULL;
}

static void
multiply_forward (const Dense *dense, const NnRun *run, const Block *block)
{
  const NnLayer *layer = &dense->base;
  NnProduct product = {
      .rows = block->rows,
      .columns = block->columns,
      .depth = dense->inputs,
      .a = layer->x + (gsize)block->row * (gsize)dense->inputs,
      .a_row = (gsize)dense->inputs,
      .a_step = 1,
      .b = layer->parameters[WEIGHT].value + (gsize)block->column * (gsize)dense->inputs,
      .b_row = (gsize)dense->inputs,
      .c = layer->y + (gsize)block->row * (gsize)dense->units + block->column,
      .c_row = (gsize)dense->units,
      .bias = layer->parameters[BIAS].value + block->column,
      .skips_zeros = skips_zeros (layer, run),
  };

  if (layer->method == NN_METHOD_DIRECT) {
    nn_kernels ()->dense_dot (&product);
    return;
  }
  for (gsize n = 0; n < (gsize)block->rows; n++)
    memcpy (product.c + n * product.c_row, product.bias, (gsize)block->columns * sizeof (real));
  (layer->method == NN_METHOD_NAIVE ? nn_gemm_naive : nn_gemm) (
      NN_PLAIN, NN_TRANSPOSED, product.rows, product.columns, product.depth, 1, product.a,
      dense->inputs, product.b, dense->inputs, 1, product.c, dense->units);
}

/* C = A·B or Aᵀ·B, where @transpose says that A's steps lie in rows. */
static void
multiply_backward (const NnLayer *layer, NnTranspose transpose, const NnProduct *p)
{
  int lda = (int)(transpose == NN_TRANSPOSED ? p->a_step : p->a_row);

  if (layer->method == NN_METHOD_DIRECT && (p->depth <= DEEPEST || p->skips_zeros))
    nn_kernels ()->dense_outer (p);
  else
    (layer->method == NN_METHOD_NAIVE ? nn_gemm_naive : nn_gemm) (
        transpose, NN_PLAIN, p->rows, p->columns, p->depth, 1, p->a, lda, p->b, (int)p->b_row, 0,
        p->c, (int)p->c_row);
}

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  const Dense *dense = (const Dense *)layer;
  Block block = get_block (&dense->forward, part, run->batch);
  gsize units = (gsize)dense->units, columns = (gsize)block.columns;
  real *y = layer->y + (gsize)block.row * units + block.column;

  if (block.rows == 0)
    return;
  multiply_forward (dense, run, &block);
  if (dense->activation == NULL)
    return;
  if (columns == units)
    activate (dense, y, (gsize)block.rows * units);
  else
    for (gsize n = 0; n < (gsize)block.rows; n++)
      activate (dense, y + n * units, columns);
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  const Dense *dense = (const Dense *)layer;
  Block block = get_block (&dense->input, part, run->batch);
  gsize units = (gsize)dense->units, inputs = (gsize)dense->inputs;
  NnProduct product = {
      .rows = block.rows,
      .columns = block.columns,
      .depth = dense->units,
      .a = get_dz (dense) + (gsize)block.row * units,
      .a_row = units,
      .a_step = 1,
      .b = layer->parameters[WEIGHT].value + block.column,
      .b_row = inputs,
      .c = layer->dx + (gsize)block.row * inputs + block.column,
      .c_row = inputs,
  };

  if (block.rows > 0)
    multiply_backward (layer, NN_PLAIN, &product);
}

/* Sums down the batch in double: it may be the whole data set. */
static void
sum_rows (real *sums, const real *rows, int n, int columns, int stride)
{
  double exact[GRADIENT_UNITS] = {0};

  for (int row = 0; row < n; row++)
    for (int i = 0; i < columns; i++)
      exact[i] += rows[(gsize)row * (gsize)stride + (gsize)i];
  for (int i = 0; i < columns; i++)
    sums[i] = (real)exact[i];
}

/* One part's share of dW, its rows @stride numbers apart. */
static void
multiply_gradient (const Dense *dense, const NnRun *run, const Block *block, real *gradient,
                   gsize stride)
{
  const NnLayer *layer = &dense->base;
  NnProduct product = {
      .rows = block->rows,
      .columns = block->columns,
      .depth = run->batch,
      .a = get_dz (dense) + block->row,
      .a_row = 1,
      .a_step = (gsize)dense->units,
      .b = layer->x + block->column,
      .b_row = (gsize)dense->inputs,
      .c = gradient,
      .c_row = stride,
      .skips_zeros = skips_zeros (layer, run),
  };

  multiply_backward (layer, NN_TRANSPOSED, &product);
}

static void
backward_parameters (NnLayer *layer, const NnRun *run, int part)
{
  const Dense *dense = (const Dense *)layer;
  Block block = get_block (&dense->parameters, part, dense->units);
  gsize inputs = (gsize)dense->inputs;
  real *weight = layer->parameters[WEIGHT].gradient + (gsize)block.row * inputs + block.column;
  real *bias = layer->parameters[BIAS].gradient + block.row;
  const real *dz = get_dz (dense) + block.row;

  multiply_gradient (dense, run, &block, weight, inputs);
  for (int o = 0; block.column == 0 && o < block.rows; o += GRADIENT_UNITS)
    sum_rows (bias + o, dz + o, run->batch, MIN (GRADIENT_UNITS, block.rows - o), dense->units);
}

/* A part's share of dW lies on the stack, in the core's own cache, where the sink reads it. */
static void
hand_over_gradients (NnLayer *layer, const NnRun *run, int part, NnGradientSink *sink)
{
  const Dense *dense = (const Dense *)layer;
  Block whole = get_block (&dense->parameters, part, dense->units);
  gsize inputs = (gsize)dense->inputs;
  real gradient[GRADIENT_UNITS * BLOCK_INPUTS], bias[GRADIENT_UNITS];
  /* A small layer's only part may have more rows, or longer ones. */
  Grid grid = {whole.rows, whole.columns, GRADIENT_UNITS, BLOCK_INPUTS};

  for (int i = 0; i < n_blocks (&grid); i++) {
    Block block = get_block (&grid, i, whole.rows);
    gsize columns = (gsize)block.columns;

    block.row += whole.row;
    block.column += whole.column;
    multiply_gradient (dense, run, &block, gradient, columns);
    for (gsize o = 0; o < (gsize)block.rows; o++)
      sink->take (sink, &layer->parameters[WEIGHT],
                  ((gsize)block.row + o) * inputs + (gsize)block.column, gradient + o * columns,
                  columns);
    if (block.column == 0) {
      sum_rows (bias, get_dz (dense) + block.row, run->batch, block.rows, dense->units);
      sink->take (sink, &layer->parameters[BIAS], (gsize)block.row, bias, (gsize)block.rows);
    }
  }
}

const NnLayerClass nn_dense_class = {
    .type = "dense",
    .spec_size = sizeof (NnDenseSpec),
    .layer_size = sizeof (Dense),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
    .fuse = fuse,
    .initialise = initialise,
    .forward = forward,
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
