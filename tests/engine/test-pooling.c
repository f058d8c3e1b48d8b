/* test-pooling.c: the poolings against plain loops, at the picture's edge, with NaN, and with any
 * number of threads. */
#include "layer-fixture.h"

enum { HEIGHT = 6, WIDTH = 5, BATCH = 5, MAX_BATCH = 7 };

/* Windows that fit, overlap, hang over the edge, leave gaps, and see all. */
static const NnWindow windows[] = {
    {.height = 2, .width = 2, .stride_y = 2, .stride_x = 2},
    {.height = 3, .width = 3, .stride_y = 1, .stride_x = 1, .padding = NN_PADDING_SAME},
    {.height = 2, .width = 4, .stride_y = 3, .stride_x = 2, .padding = NN_PADDING_SAME},
    {.height = 1, .width = 2, .stride_y = 4, .stride_x = 3},
    {.height = 4,
     .width = 3,
     .stride_y = 1,
     .stride_x = 2,
     .padding = NN_PADDING_EXPLICIT,
     .top = 3,
     .bottom = 1,
     .left = 0,
     .right = 2},
    {.height = 6, .width = 5, .stride_y = 1, .stride_x = 1},
};
static const int channels[] = {1, 3, 17};

/* ---- the definition ---- */

typedef struct {
  const NnLayer *layer;
  NnWindow window;
  int top, left; /* padding */
  real *y, *dx;
} Naive;

/* Zeros before an @extent, as Keras puts them. */
static int
padding_before (NnPaddingKind kind, int explicit, int extent, int size, int stride)
{
  int outputs = (extent + stride - 1) / stride;

  if (kind == NN_PADDING_EXPLICIT)
    return explicit;
  return kind == NN_PADDING_SAME ? MAX ((outputs - 1) * stride + size - extent, 0) / 2 : 0;
}

static gsize
input_at (const Naive *naive, int n, int row, int column, int c)
{
  const int *dims = naive->layer->input_shape.dims;

  return (gsize)(((n * dims[0] + row) * dims[1] + column) * dims[2] + c);
}

/* One output number: the greatest, or the mean, of what the window sees; and where dy goes. */
static void
pool_one (Naive *naive, gboolean greatest, int n, int v, int u, int c)
{
  const int *in = naive->layer->input_shape.dims, *out = naive->layer->output_shape.dims;
  const real *x = naive->layer->x;
  gsize at = (gsize)(((n * out[0] + v) * out[1] + u) * out[2] + c);
  gsize seen[64], best;
  double sum = 0;
  int count = 0;

  for (int i = 0; i < naive->window.height; i++)
    for (int j = 0; j < naive->window.width; j++) {
      int row = v * naive->window.stride_y - naive->top + i;
      int column = u * naive->window.stride_x - naive->left + j;

      if (row >= 0 && row < in[0] && column >= 0 && column < in[1])
        seen[count++] = input_at (naive, n, row, column, c);
    }
  g_assert_cmpint (count, >, 0);
  best = seen[0];
  for (int k = 0; k < count; k++) {
    sum += x[seen[k]];
    if (x[seen[k]] > x[best])
      best = seen[k];
  }
  naive->y[at] = greatest ? x[best] : (real)(sum / count);
  for (int k = 0; k < count; k++)
    if (!greatest || seen[k] == best)
      naive->dx[seen[k]] += naive->layer->dy[at] / (real)(greatest ? 1 : count);
}

static void
pool_all (Naive *naive, gboolean greatest, int batch)
{
  const int *out = naive->layer->output_shape.dims;

  for (int n = 0; n < batch; n++)
    for (int v = 0; v < out[0]; v++)
      for (int u = 0; u < out[1]; u++)
        for (int c = 0; c < out[2]; c++)
          pool_one (naive, greatest, n, v, u, c);
}

/* ---- against it ---- */

/* Few different numbers, so that windows have several that are greatest. */
static void
fill (real *numbers, gsize n, int seed)
{
  for (gsize i = 0; i < n; i++)
    numbers[i] = (real)((double)((i * i * 5 + i * 7 + (gsize)seed) % 19) - 12) / 8;
}

static NnShape
small (int n_channels)
{
  return nn_shape_image (HEIGHT, WIDTH, n_channels);
}

typedef struct {
  NnNetwork *network;
  NnLayer *layer;
  gsize n_x, n_y;
  real *x, *dx, *dy;
} Fixture;

static void
set_up (Fixture *fixture, NnLayerSpec *spec, NnShape shape, NnPool *pool)
{
  NnNetwork *network = network_of (spec, shape, MAX_BATCH, pool);

  *fixture = (Fixture){
      .network = network,
      .layer = network->layers[0],
      .n_x = BATCH * nn_shape_size (&network->input_shape),
      .n_y = BATCH * nn_shape_size (&network->output_shape),
  };
  fixture->x = g_new (real, fixture->n_x);
  fixture->dx = g_new (real, fixture->n_x);
  fixture->dy = g_new (real, fixture->n_y);
  fill (fixture->x, fixture->n_x, 1);
  fill (fixture->dy, fixture->n_y, 2);
}

static void
clear (Fixture *fixture)
{
  nn_network_free (fixture->network);
  g_free (fixture->x);
  g_free (fixture->dx);
  g_free (fixture->dy);
}

typedef struct {
  NnLayer *layer;
  const NnRun *run;
} Pass;

static void
run_backward (gpointer data, int part)
{
  Pass *pass = data;

  pass->layer->class_->backward_input (pass->layer, pass->run, part);
}

/* Forward and backward; what was in dx before is of no account. */
static void
run_passes (Fixture *fixture)
{
  NnRun run = {.batch = BATCH, .training = TRUE};
  Pass pass = {fixture->layer, &run};

  memset (fixture->dx, 0xff, fixture->n_x * sizeof (real));
  nn_network_forward (fixture->network, &run, fixture->x);
  fixture->layer->dy = fixture->dy;
  fixture->layer->dx = fixture->dx;
  nn_pool_run (fixture->network->pool, run_backward, &pass, fixture->layer->backward_input_parts);
}

static NnLayerSpec *
make_spec (gboolean greatest, const NnWindow *window)
{
  return greatest ? nn_max_pool_spec (window) : nn_average_pool_spec (window);
}

static void
check_naive (gboolean greatest, const NnWindow *window, int n_channels)
{
  Fixture fixture;

  set_up (&fixture, make_spec (greatest, window), small (n_channels), NULL);
  run_passes (&fixture);
  g_autofree real *y = g_new0 (real, fixture.n_y);
  g_autofree real *dx = g_new0 (real, fixture.n_x);
  Naive naive = {.layer = fixture.layer, .window = *window, .y = y, .dx = dx};

  naive.top =
      padding_before (window->padding, window->top, HEIGHT, window->height, window->stride_y);
  naive.left =
      padding_before (window->padding, window->left, WIDTH, window->width, window->stride_x);
  pool_all (&naive, greatest, BATCH);
  for (gsize i = 0; i < fixture.n_y; i++)
    assert_near (fixture.layer->y[i], y[i], greatest ? 0 : 1e-6);
  for (gsize i = 0; i < fixture.n_x; i++)
    assert_near (fixture.dx[i], dx[i], 1e-6);
  clear (&fixture);
}

static void
test_naive (gconstpointer greatest)
{
  for (gsize w = 0; w < G_N_ELEMENTS (windows); w++)
    for (gsize i = 0; i < G_N_ELEMENTS (channels); i++)
      check_naive (GPOINTER_TO_INT (greatest), &windows[w], channels[i]);
}

static void
test_global_average (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (channels); i++) {
    Fixture fixture;
    const int n = channels[i], places = HEIGHT * WIDTH;

    set_up (&fixture, nn_global_average_pool_spec (), small (n), NULL);
    run_passes (&fixture);
    for (int row = 0; row < BATCH; row++)
      for (int c = 0; c < n; c++) {
        double sum = 0;

        for (int p = 0; p < places; p++) {
          sum += fixture.x[(row * places + p) * n + c];
          assert_near (fixture.dx[(row * places + p) * n + c], fixture.dy[row * n + c] / places,
                       1e-6);
        }
        assert_near (fixture.layer->y[row * n + c], sum / places, 1e-6);
      }
    clear (&fixture);
  }
}

/* ---- special numbers ---- */

/* One NaN: all that see it are NaN, all others are not. */
static void
check_nan (NnLayerSpec *spec, int n_seeing)
{
  Fixture fixture;
  int n_nan = 0;

  set_up (&fixture, spec, small (3), NULL);
  fixture.x[(2 * WIDTH + 2) * 3 + 1] = NAN;
  run_passes (&fixture);
  for (gsize i = 0; i < fixture.n_y; i++)
    n_nan += isnan (fixture.layer->y[i]);
  g_assert_cmpint (n_nan, ==, n_seeing);
  clear (&fixture);
}

static void
test_nan (void)
{
  for (int greatest = 0; greatest < 2; greatest++) {
    check_nan (make_spec (greatest, &windows[0]), 1);
    check_nan (make_spec (greatest, &windows[1]), 9);
  }
  check_nan (nn_global_average_pool_spec (), 1);
}

/* Of equals the first takes the gradient, even where nothing is greater than anything. */
static void
test_equals (void)
{
  static const real values[] = {0, -INFINITY, INFINITY};
  const NnWindow all = {.height = HEIGHT, .width = WIDTH, .stride_y = 1, .stride_x = 1};

  for (gsize v = 0; v < G_N_ELEMENTS (values); v++) {
    Fixture fixture;

    set_up (&fixture, nn_max_pool_spec (&all), small (1), NULL);
    for (gsize i = 0; i < fixture.n_x; i++)
      fixture.x[i] = values[v];
    run_passes (&fixture);
    for (gsize i = 0; i < fixture.n_x; i++) {
      gsize row = i / (HEIGHT * WIDTH);

      g_assert_true (fixture.dx[i] == (i % (HEIGHT * WIDTH) == 0 ? fixture.dy[row] : 0));
      g_assert_true (fixture.layer->y[row] == values[v]);
    }
    clear (&fixture);
  }
}

/* Padding neither wins against negative numbers nor pulls a mean towards 0. */
static void
test_padding_is_not_there (void)
{
  for (int greatest = 0; greatest < 2; greatest++)
    for (gsize w = 0; w < G_N_ELEMENTS (windows); w++) {
      Fixture fixture;

      set_up (&fixture, make_spec (greatest, &windows[w]), small (3), NULL);
      for (gsize i = 0; i < fixture.n_x; i++)
        fixture.x[i] = -2;
      run_passes (&fixture);
      for (gsize i = 0; i < fixture.n_y; i++)
        g_assert_true (fixture.layer->y[i] == -2);
      clear (&fixture);
    }
}

/* ---- threads ---- */

static void
check_threads (NnLayerSpec *(*make) (gsize w), gsize w)
{
  static const guint n_threads[] = {1, 2, 3, 5, 16};
  const NnShape shape = nn_shape_image (41, 39, 17); /* a part a sample */
  Fixture alone;

  set_up (&alone, make (w), shape, NULL);
  run_passes (&alone);
  g_assert_cmpint (alone.layer->forward_parts, ==, MAX_BATCH);
  for (gsize t = 0; t < G_N_ELEMENTS (n_threads); t++) {
    g_autoptr (NnPool) pool = nn_pool_new (n_threads[t]);
    Fixture shared;

    set_up (&shared, make (w), shape, pool);
    run_passes (&shared);
    g_assert_cmpmem (shared.layer->y, shared.n_y * sizeof (real), alone.layer->y,
                     alone.n_y * sizeof (real));
    g_assert_cmpmem (shared.dx, shared.n_x * sizeof (real), alone.dx, alone.n_x * sizeof (real));
    clear (&shared);
  }
  clear (&alone);
}

static NnLayerSpec *
make_max (gsize w)
{
  return nn_max_pool_spec (&windows[w]);
}

static NnLayerSpec *
make_average (gsize w)
{
  return nn_average_pool_spec (&windows[w]);
}

static NnLayerSpec *
make_global (gsize w)
{
  return nn_global_average_pool_spec ();
}

static void
test_threads (void)
{
  for (gsize w = 0; w < G_N_ELEMENTS (windows); w++) {
    check_threads (make_max, w);
    check_threads (make_average, w);
  }
  check_threads (make_global, 0);
}

/* ---- recipe ---- */

static void
test_recipe (void)
{
  static const char *const texts[] = {
      "{\"type\":\"max-pool\",\"size\":[2,3],\"stride\":[1,2],\"padding\":\"same\"}",
      "{\"type\":\"average-pool\",\"size\":[3,3],\"stride\":[64,1],\"padding\":\"valid\"}",
      "{\"type\":\"max-pool\",\"size\":[3,2],\"stride\":[2,2],\"padding\":[2,1,0,1]}",
      "{\"type\":\"global-average-pool\"}",
  };
  static const char *const cases[][2] = {
      {"{\"type\":\"max-pool\"}", "layers[2].size: missing"},
      {"{\"type\":\"max-pool\",\"size\":0}", "layers[2].size: expected 1…64, got 0"},
      {"{\"type\":\"average-pool\",\"size\":[2,65]}", "layers[2].size[1]: expected 1…64, got 65"},
      {"{\"type\":\"average-pool\",\"size\":2,\"stride\":0}",
       "layers[2].stride: expected 1…64, got 0"},
      {"{\"type\":\"max-pool\",\"size\":2,\"padding\":[2,0,0,0]}",
       "layers[2].padding[0]: expected 0…1, got 2"},
      {"{\"type\":\"max-pool\",\"size\":2,\"kernel\":2}",
       "layers[2].kernel: unknown; known here: type, size, stride, padding"},
      {"{\"type\":\"global-average-pool\",\"size\":2}",
       "layers[2].size: unknown; known here: type"},
  };
  g_autofree NnLayerSpec *plain = parse_spec ("{\"type\":\"max-pool\",\"size\":[2,3]}", NULL);
  const NnWindow *window = &((NnPoolSpec *)plain)->window;

  check_round_trips (texts, G_N_ELEMENTS (texts));
  check_recipe_errors (cases, G_N_ELEMENTS (cases));
  g_assert_cmpint (window->stride_y, ==, 2);
  g_assert_cmpint (window->stride_x, ==, 3);
  g_assert_cmpint (window->padding, ==, NN_PADDING_VALID);
}

static void
test_shapes (void)
{
  const NnWindow large = {.height = 5, .width = 5, .stride_y = 1, .stride_x = 1};

  check_refused (nn_max_pool_spec (&large), nn_shape_image (4, 4, 1),
                 "layers[0]: a window of 5×5 does not fit into an input of 4×4");
  check_refused (nn_average_pool_spec (&large), nn_shape_vector (128),
                 "layers[0]: expected an input of height×width×channels, got 128");
  check_refused (nn_global_average_pool_spec (), nn_shape_vector (128),
                 "layers[0]: expected an input of height×width×channels, got 128");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/pooling/naive/max", GINT_TO_POINTER (TRUE), test_naive);
  g_test_add_data_func ("/pooling/naive/average", GINT_TO_POINTER (FALSE), test_naive);
  g_test_add_func ("/pooling/naive/global-average", test_global_average);
  g_test_add_func ("/pooling/nan", test_nan);
  g_test_add_func ("/pooling/equals", test_equals);
  g_test_add_func ("/pooling/padding-is-not-there", test_padding_is_not_there);
  g_test_add_func ("/pooling/threads", test_threads);
  g_test_add_func ("/pooling/recipe", test_recipe);
  g_test_add_func ("/pooling/shapes", test_shapes);
  return g_test_run ();
}
