/* dense.c: y[n][o] = Σᵢ x[n][i] · W[o][i] + b[o].
 *
 * dW[o][i] = Σₙ dy[n][o] · x[n][i],  db[o] = Σₙ dy[n][o],  dx[n][i] = Σₒ dy[n][o] · W[o][i].
 */
#include "initialiser.h"

#include "engine/json-text.h"
#include "engine/json-util.h"
#include "engine/math/gemm.h"

#include <string.h>

#define MAX_UNITS 4096
#define BLOCK_ROWS 256 /* of the batch */
#define BLOCK_UNITS 32
#define BLOCK_INPUTS 128
#define SMALL_PRODUCT 250000.0 /* operations: a few µs, not worth splitting */

/* One product's output, split into a grid of blocks, one a part. */
typedef struct {
  int rows, columns;             /* of the output */
  int block_rows, block_columns; /* of a part's share */
} Grid;

/* A part's share: rows × columns, from (row, column). */
typedef struct {
  int row, column, rows, columns;
} Block;

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
ceiling (int extent, int block)
{
  return (extent + block - 1) / block;
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

typedef struct {
  NnLayer base;
  int inputs, units;
  Grid forward, input, parameters; /* y [batch][units], dx [batch][inputs], dW [units][inputs] */
} Dense;

enum { WEIGHT, BIAS };

static gboolean
parse_spec (NnLayerSpec *spec, JsonObject *object, const char *path, GError **error)
{
  const char *const allowed[] = {"type", "units", "initialiser", NULL};
  NnDenseSpec *dense = (NnDenseSpec *)spec;
  int initialiser = NN_INITIALISER_GLOROT_UNIFORM;

  if (!nn_json_check_members (object, path, allowed, error) ||
      !nn_json_get_int (object, path, "units", NN_JSON_REQUIRED, 1, MAX_UNITS, &dense->units,
                        error) ||
      !nn_json_get_choice (object, path, "initialiser", NN_JSON_OPTIONAL, nn_initialiser_names,
                           &initialiser, error))
    return FALSE;
  dense->initialiser = (NnInitialiser)initialiser;
  return TRUE;
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
  int units = ((const NnDenseSpec *)layer->spec)->units;
  int inputs = (int)nn_shape_size (&layer->input_shape);

  dense->units = units;
  dense->inputs = inputs;
  layer->output_shape = nn_shape_vector (units);
  layer->n_parameters = 2;
  layer->parameters[WEIGHT] = (NnParameter){
      .name = "weight", .shape = {.n_dims = 2, .dims = {units, inputs}}, .decays = TRUE};
  layer->parameters[BIAS] = (NnParameter){.name = "bias", .shape = nn_shape_vector (units)};
  layer->flops = 2.0 * units * inputs;

  dense->forward = plan_grid (layer->max_batch, units, inputs, BLOCK_ROWS, BLOCK_UNITS);
  dense->input = plan_grid (layer->max_batch, inputs, units, BLOCK_ROWS, BLOCK_INPUTS);
  dense->parameters = plan_grid (units, inputs, layer->max_batch, BLOCK_UNITS, inputs);
  layer->forward_parts = n_blocks (&dense->forward);
  layer->backward_input_parts = n_blocks (&dense->input);
  layer->backward_parameter_parts = n_blocks (&dense->parameters);
  return TRUE;
}

static void
initialise (NnLayer *layer, NnRng *rng)
{
  const Dense *dense = (const Dense *)layer;
  const NnDenseSpec *spec = (const NnDenseSpec *)layer->spec;

  nn_initialise (spec->initialiser, layer->parameters[WEIGHT].value,
                 (gsize)dense->units * (gsize)dense->inputs, dense->inputs, dense->units, rng);
}

static void
forward (NnLayer *layer, const NnRun *run, int part)
{
  const Dense *dense = (const Dense *)layer;
  Block block = get_block (&dense->forward, part, run->batch);
  const real *x = layer->x + (gsize)block.row * dense->inputs;
  const real *weight = layer->parameters[WEIGHT].value + (gsize)block.column * dense->inputs;
  const real *bias = layer->parameters[BIAS].value + block.column;
  real *y = layer->y + (gsize)block.row * dense->units + block.column;

  for (int n = 0; n < block.rows; n++)
    memcpy (y + (gsize)n * dense->units, bias, block.columns * sizeof (real));
  if (block.rows > 0)
    nn_gemm (NN_PLAIN, NN_TRANSPOSED, block.rows, block.columns, dense->inputs, 1, x, dense->inputs,
             weight, dense->inputs, 1, y, dense->units);
}

static void
backward_input (NnLayer *layer, const NnRun *run, int part)
{
  const Dense *dense = (const Dense *)layer;
  Block block = get_block (&dense->input, part, run->batch);
  const real *dy = layer->dy + (gsize)block.row * dense->units;
  const real *weight = layer->parameters[WEIGHT].value + block.column;
  real *dx = layer->dx + (gsize)block.row * dense->inputs + block.column;

  if (block.rows > 0)
    nn_gemm (NN_PLAIN, NN_PLAIN, block.rows, block.columns, dense->units, 1, dy, dense->units,
             weight, dense->inputs, 0, dx, dense->inputs);
}

/* Sums down the batch in double: it may be the whole data set. */
static void
sum_rows (real *sums, const real *rows, int n, int columns, int stride)
{
  double exact[BLOCK_UNITS] = {0};

  for (int row = 0; row < n; row++)
    for (int i = 0; i < columns; i++)
      exact[i] += rows[(gsize)row * stride + i];
  for (int i = 0; i < columns; i++)
    sums[i] = (real)exact[i];
}

static void
backward_parameters (NnLayer *layer, const NnRun *run, int part)
{
  const Dense *dense = (const Dense *)layer;
  Block block = get_block (&dense->parameters, part, dense->units);
  const real *dy = layer->dy + block.row;
  real *weight = layer->parameters[WEIGHT].gradient + (gsize)block.row * dense->inputs;
  real *bias = layer->parameters[BIAS].gradient + block.row;

  nn_gemm (NN_TRANSPOSED, NN_PLAIN, block.rows, dense->inputs, run->batch, 1, dy, dense->units,
           layer->x, dense->inputs, 0, weight, dense->inputs);
  for (int o = 0; o < block.rows; o += BLOCK_UNITS)
    sum_rows (bias + o, dy + o, run->batch, MIN (BLOCK_UNITS, block.rows - o), dense->units);
}

const NnLayerClass nn_dense_class = {
    .type = "dense",
    .spec_size = sizeof (NnDenseSpec),
    .layer_size = sizeof (Dense),
    .parse = parse_spec,
    .write = write_spec,
    .infer = infer,
    .initialise = initialise,
    .forward = forward,
    .backward_input = backward_input,
    .backward_parameters = backward_parameters,
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
