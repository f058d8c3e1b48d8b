/* test-dense.c: the dense layer's kernels beside their definition in plain loops, and the layer by
 * every method, fused and not. Run once for each instruction-set level. */
#include "engine/design/network.h"
#include "engine/math/gemm.h"
#include "engine/math/kernels.h"

#include <math.h>
#include <string.h>

#define GUARD 1234.5f /* what lies between the rows of an output, and must stay */
#define GAP 3

static const int sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 67, 70, 129};

/* Numbers of which no two sums are alike, in [-1, 1). */
static real *
make_numbers (gsize n, guint64 seed)
{
  real *numbers = g_new (real, n);
  NnRng rng = nn_rng (seed, NN_STREAM_SPLIT, 0, 0);

  for (gsize i = 0; i < n; i++)
    numbers[i] = (real)nn_rng_uniform (&rng) * 2 - 1;
  return numbers;
}

/* Whole runs of zeros, as in a drawing. */
static void
blacken (real *numbers, int rows, int columns)
{
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++)
      if ((c / 19 + r / 5) % 3 != 0)
        numbers[r * columns + c] = 0;
}

typedef struct {
  int rows, columns, depth;
  gboolean dot, transposed; /* dense_dot; else dense_outer, A's steps in rows or not */
  gboolean skips;
} Case;

static void
check_product (const Case *c)
{
  gsize stride = (gsize)c->columns + GAP;
  g_autofree real *a = make_numbers ((gsize)c->rows * (gsize)c->depth, 1);
  g_autofree real *b = make_numbers ((gsize)c->columns * (gsize)c->depth, 2);
  g_autofree real *bias = make_numbers ((gsize)c->columns, 3);
  g_autofree real *got = g_new (real, (gsize)c->rows * stride);
  NnProduct product = {
      .rows = c->rows,
      .columns = c->columns,
      .depth = c->depth,
      .a = a,
      .a_row = c->transposed ? 1 : (gsize)c->depth,
      .a_step = c->transposed ? (gsize)c->rows : 1,
      .b = b,
      .b_row = c->dot ? (gsize)c->depth : (gsize)c->columns,
      .c = got,
      .c_row = stride,
      .bias = bias,
      .skips_zeros = c->skips,
  };

  if (c->skips && c->dot)
    blacken (a, c->rows, c->depth);
  else if (c->skips)
    blacken (b, c->depth, c->columns);
  for (gsize i = 0; i < (gsize)c->rows * stride; i++)
    got[i] = GUARD;
  (c->dot ? nn_kernels ()->dense_dot : nn_kernels ()->dense_outer) (&product);

  for (int r = 0; r < c->rows; r++) {
    for (int k = 0; k < c->columns; k++) {
      double sum = c->dot ? bias[k] : 0;

      for (int d = 0; d < c->depth; d++)
        sum += (double)a[r * product.a_row + d * product.a_step] *
               (c->dot ? b[k * c->depth + d] : b[d * c->columns + k]);
      g_assert_cmpfloat_with_epsilon (got[r * stride + k], sum, 2e-7 * (c->depth + 2));
    }
    for (int k = 0; k < GAP; k++)
      g_assert_cmpfloat (got[r * stride + c->columns + k], ==, GUARD);
  }
}

static void
check_shapes (gboolean dot, gboolean transposed, gboolean skips)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
      for (gsize k = 0; k < G_N_ELEMENTS (sizes); k++)
        check_product (&(Case){sizes[i], sizes[j], sizes[k], dot, transposed, skips});
}

static void
test_dot (void)
{
  check_shapes (TRUE, FALSE, FALSE);
  check_shapes (TRUE, FALSE, TRUE);
}

static void
test_outer (void)
{
  check_shapes (FALSE, FALSE, FALSE);
  check_shapes (FALSE, TRUE, FALSE);
  check_shapes (FALSE, TRUE, TRUE);
}

/* More vectors, and more rows, than are listed. */
static void
test_long_lists (void)
{
  check_product (&(Case){5, 6, 5003, TRUE, FALSE, TRUE});
  check_product (&(Case){5, 40, 300, FALSE, TRUE, TRUE});
}

/* The last columns of a B whose rows begin @before numbers earlier: the kernels may read those. */
static void
check_sparse (int rows, int columns, int depth, gboolean transposed)
{
  const int before = 16;
  gsize b_row = (gsize)(columns + before), c_row = (gsize)(columns + GAP), n = 0;
  g_autofree real *a = make_numbers ((gsize)rows * (gsize)depth, 1);
  g_autofree real *b = make_numbers (b_row * (gsize)depth, 2);
  g_autofree real *before_it = make_numbers ((gsize)columns, 3);
  g_autofree real *got = g_new (real, (gsize)rows * c_row);
  NnProduct product = {
      .rows = rows,
      .columns = columns,
      .depth = depth,
      .a = a,
      .a_row = transposed ? 1 : (gsize)depth,
      .a_step = transposed ? (gsize)rows : 1,
      .b = b + before,
      .b_row = b_row,
      .c = got,
      .c_row = c_row,
  };

  blacken (a, transposed ? depth : rows, transposed ? rows : depth);
  for (gsize i = 0; i < (gsize)rows * c_row; i++)
    got[i] = i % c_row < (gsize)columns ? before_it[i % c_row] : GUARD;
  (transposed ? nn_kernels ()->sparse_columns : nn_kernels ()->sparse_rows) (&product);

  for (int r = 0; r < rows; r++) {
    for (int k = 0; k < columns; k++) {
      double sum = transposed ? 0 : before_it[k];

      for (int d = 0; d < depth; d++)
        sum += (double)a[r * product.a_row + d * product.a_step] * product.b[d * b_row + k];
      g_assert_cmpfloat_with_epsilon (got[r * c_row + k], sum, 2e-7 * (depth + 2));
    }
    for (int k = 0; k < GAP; k++)
      g_assert_cmpfloat (got[r * c_row + columns + k], ==, GUARD);
    for (int d = 0; d < depth; d++)
      n += a[r * product.a_row + d * product.a_step] != 0;
  }
  g_assert_cmpuint (nn_kernels ()->count_numbers (a, (NnRows){1, 0, (gsize)rows * (gsize)depth}),
                    ==, n);
}

static void
test_sparse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
      for (gsize k = 0; k < G_N_ELEMENTS (sizes); k++) {
        check_sparse (sizes[i], sizes[j], sizes[k], FALSE);
        check_sparse (sizes[i], sizes[j], sizes[k], TRUE);
      }
}

/* Each number of a file has one place in memory, also where the last panel is narrower. */
static void
test_panels (void)
{
  NnParameter parameter = {.shape = {4, {150, 3, 2, 5}}, .panel = 64};
  gsize n = nn_shape_size (&parameter.shape);
  g_autofree gboolean *taken = g_new0 (gboolean, n);

  for (gsize i = 0; i < n; i++) {
    gsize place = nn_parameter_place (&parameter, i);

    g_assert_cmpuint (place, <, n);
    g_assert_false (taken[place]);
    taken[place] = TRUE;
  }
  /* [out][in][y][x] = [130][2][1][4], third panel of 22, at [y][x][in][out − 128] */
  g_assert_cmpuint (nn_parameter_place (&parameter, ((130 * 3 + 2) * 2 + 1) * 5 + 4), ==,
                    128 * 30 + ((1 * 5 + 4) * 3 + 2) * 22 + 2);
  parameter.panel = 0;
  g_assert_cmpuint (nn_parameter_place (&parameter, 77), ==, 77);
}

static void
test_not_a_number (void)
{
  static const int depths[] = {1, 5, 17, 67};

  for (gsize i = 0; i < G_N_ELEMENTS (depths); i++) {
    int depth = depths[i];
    g_autofree real *a = make_numbers (3 * depth, 1), *b = make_numbers (5 * depth, 2);
    real bias[5] = {0}, c[15];
    NnProduct product = {.rows = 3,
                         .columns = 5,
                         .depth = depth,
                         .a = a,
                         .a_row = depth,
                         .a_step = 1,
                         .b = b,
                         .b_row = depth,
                         .c = c,
                         .c_row = 5,
                         .bias = bias};

    memset (a, 0, 3 * depth * sizeof (real));
    b[4 * depth + depth - 1] = NAN;
    b[depth / 2] = INFINITY;
    nn_kernels ()->dense_dot (&product);
    for (int r = 0; r < 3; r++) {
      g_assert_true (isnan (c[5 * r + 4])); /* 0·NaN */
      g_assert_true (isnan (c[5 * r]));     /* 0·∞ */
      g_assert_cmpfloat (c[5 * r + 1], ==, 0);
    }
    /* What does not belong to a sum does not spoil it. */
    a[depth - 1] = 1;
    b[depth / 2] = 0;
    b[depth - 1] = INFINITY;
    nn_kernels ()->dense_dot (&product);
    g_assert_true (isinf (c[0]));
  }
}

/* Every grey level as a division gives it, whatever the level. */
static void
test_bytes (void)
{
  guint8 bytes[256 + 7];
  real unit[256 + 7], plain[256 + 7];

  for (int i = 0; i < 256 + 7; i++)
    bytes[i] = (guint8)i;
  nn_kernels ()->from_bytes_unit (unit, bytes, 256 + 7);
  nn_kernels ()->from_bytes (plain, bytes, 256 + 7);
  for (int i = 0; i < 256 + 7; i++) {
    g_assert_cmpfloat (unit[i], ==, bytes[i] / (real)255);
    g_assert_cmpfloat (plain[i], ==, bytes[i]);
  }
}

/* ---- the layer ---- */

typedef struct {
  int batch, inputs, units, outputs;
  NnFunction function;
} Shape;

/* Runs a network of two dense layers; returns (transfer full): y, then all gradients. */
static real *
run (const Shape *shape, NnPlan plan, guint n_threads, int rows, gsize *n)
{
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (NnPool) pool = nn_pool_new (n_threads);
  g_autoptr (GError) error = NULL;
  NnShape input = nn_shape_vector (shape->inputs);
  NnRun run = {.batch = rows, .training = TRUE};
  g_autofree real *x = make_numbers ((gsize)shape->batch * (gsize)shape->inputs, 5);
  g_autofree real *dy = make_numbers ((gsize)shape->batch * (gsize)shape->outputs, 6);

  blacken (x, shape->batch, shape->inputs);
  g_ptr_array_add (specs, nn_dense_spec (shape->units, NN_INITIALISER_GLOROT_UNIFORM));
  g_ptr_array_add (specs, nn_activation_spec (shape->function));
  g_ptr_array_add (specs, nn_dense_spec (shape->outputs, NN_INITIALISER_GLOROT_UNIFORM));
  g_autoptr (NnNetwork) network =
      nn_network_new_planned (specs, &input, shape->batch, TRUE, plan, pool, &error);
  g_assert_no_error (error);
  nn_network_initialise (network, 3);

  gsize n_outputs = (gsize)rows * (gsize)shape->outputs, n_gradients = network->gradients.reserved;
  real *results = g_new (real, n_outputs + n_gradients);
  memcpy (results, nn_network_forward (network, &run, x), n_outputs * sizeof (real));
  nn_network_backward (network, &run, 2, dy);
  memcpy (results + n_outputs, network->gradients.data, n_gradients * sizeof (real));
  *n = n_outputs + n_gradients;
  return results;
}

static const Shape shapes[] = {
    {1, 1, 1, 1, NN_FUNCTION_RELU},         {7, 13, 33, 3, NN_FUNCTION_SIGMOID},
    {32, 784, 128, 10, NN_FUNCTION_RELU},   {128, 784, 64, 10, NN_FUNCTION_LEAKY_RELU},
    {32, 784, 10, 10, NN_FUNCTION_SIGMOID}, {33, 131, 300, 17, NN_FUNCTION_TANH},
    {300, 65, 40, 260, NN_FUNCTION_LINEAR}, {40, 784, 70, 5, NN_FUNCTION_RELU},
};

static void
test_methods (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    for (int method = NN_METHOD_NAIVE; method <= NN_METHOD_DIRECT; method++)
      for (int separate = 0; separate < 2; separate++) {
        gsize n, n_expected;
        int rows = MAX (1, shapes[i].batch - 3 * separate);
        NnPlan plan = {.method = (NnMethod)method, .separate = separate};
        g_autofree real *expected =
            run (&shapes[i], (NnPlan){NN_METHOD_NAIVE, TRUE}, 1, rows, &n_expected);
        g_autofree real *got = run (&shapes[i], plan, 2, rows, &n);

        g_assert_cmpuint (n, ==, n_expected);
        for (gsize j = 0; j < n; j++)
          g_assert_cmpfloat_with_epsilon (got[j], expected[j], 1e-4);
      }
}

/* Fused or not, by one thread or sixteen: the same bits. */
static void
test_same_bits (void)
{
  static const guint threads[] = {1, 2, 3, 5, 16};

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++) {
    gsize n;
    g_autofree real *expected =
        run (&shapes[i], (NnPlan){NN_METHOD_DIRECT, TRUE}, 1, shapes[i].batch, &n);

    for (gsize j = 0; j < G_N_ELEMENTS (threads); j++) {
      g_autofree real *got =
          run (&shapes[i], (NnPlan){NN_METHOD_DIRECT, FALSE}, threads[j], shapes[i].batch, &n);

      g_assert_cmpmem (got, n * sizeof (real), expected, n * sizeof (real));
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_message ("%s", nn_kernels ()->isa);
  g_test_add_func ("/dense/dot", test_dot);
  g_test_add_func ("/dense/outer", test_outer);
  g_test_add_func ("/dense/long-lists", test_long_lists);
  g_test_add_func ("/dense/sparse", test_sparse);
  g_test_add_func ("/dense/panels", test_panels);
  g_test_add_func ("/dense/not-a-number", test_not_a_number);
  g_test_add_func ("/dense/bytes", test_bytes);
  g_test_add_func ("/dense/methods", test_methods);
  g_test_add_func ("/dense/same-bits", test_same_bits);
  return g_test_run ();
}
