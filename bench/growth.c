/* growth.c: what training costs as the work grows: larger batches, wider layers, more threads.
 *
 * Every point is a training of its own that is kept; all of them take turns, so that a disturbance
 * falls on many points a little instead of on one point much. */
#include "bench.h"
#include "peak.h"
#include "plot.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>

#define TURNS 5
#define POINT_SECONDS 0.08
#define PEAK_SECONDS 0.03

typedef struct {
  const char *preset;
  double x;
  BenchTrial *trial; /* owned */
  guint n_threads;
  double seconds[TURNS], limit_fractions[TURNS]; /* seconds: of a sample */
  double cost, limit_fraction;                   /* medians */
  double flops;                                  /* of a sample */
} Point;

/* One table and one plot: a line for each preset. */
typedef struct {
  const char *name, *title, *x_label;
  void (*change) (NnExperiment *experiment, int x); /* NULL: x is how many threads */
  const int *values;
  gsize n_values;
  char **presets; /* NULL-terminated, borrowed */
  Point *points;  /* [presets][values], owned */
  gsize n_points;
  double peak; /* the greatest limit seen meanwhile */
} Growth;

static void
change_batch (NnExperiment *experiment, int x)
{
  experiment->train.batch_size = x;
}

/* ---- measuring ---- */

static gboolean
make_point (const Bench *bench, const Growth *growth, Point *point, GError **error)
{
  g_autoptr (NnExperiment) experiment = bench_load_preset (bench, point->preset, error);

  point->n_threads = growth->change == NULL ? (guint)point->x : bench->n_threads;
  if (experiment == NULL)
    return FALSE;
  if (growth->change != NULL)
    growth->change (experiment, (int)point->x);
  point->trial = bench_trial_new (bench, experiment, point->n_threads, error);
  if (point->trial == NULL)
    return FALSE;
  point->flops = point->trial->flops.all;
  return TRUE;
}

static gboolean
measure_point (const Bench *bench, Growth *growth, Point *point, int turn, GError **error)
{
  double peak = bench_peak_flops (point->n_threads, PEAK_SECONDS);
  double seconds = bench->n_batches > 0 ? bench_trial_run (point->trial, bench->n_batches, error)
                                        : bench_trial_run_for (point->trial, POINT_SECONDS, error);

  point->seconds[turn] = seconds / (double)point->trial->n_trained;
  point->limit_fractions[turn] = point->trial->flops.all / peak / point->seconds[turn];
  growth->peak = MAX (growth->peak, peak);
  return !isnan (seconds);
}

static gboolean
measure (const Bench *bench, Growth *growth, GError **error)
{
  gboolean done = TRUE;

  for (gsize i = 0; done && i < growth->n_points; i++)
    done = make_point (bench, growth, &growth->points[i], error);
  for (int turn = 0; done && turn < TURNS; turn++)
    for (gsize i = 0; done && i < growth->n_points; i++)
      done = measure_point (bench, growth, &growth->points[i], turn, error);
  for (gsize i = 0; i < growth->n_points; i++) {
    Point *point = &growth->points[i];

    point->cost = bench_median (point->seconds, TURNS);
    point->limit_fraction = bench_median (point->limit_fractions, TURNS);
    g_clear_pointer (&point->trial, bench_trial_free);
  }
  return done;
}

/* ---- telling ---- */

/* A table in Markdown, ready for docs/performance.md: µs a sample, and the part of the limit. */
static void
print_table (const Bench *bench, const Growth *growth)
{
  gsize n_presets = g_strv_length (growth->presets);

  bench_print (bench, "\n| %s |", growth->x_label);
  for (gsize i = 0; i < n_presets; i++)
    bench_print (bench, " %s |", growth->presets[i]);
  bench_print (bench, "\n|---|");
  for (gsize i = 0; i < n_presets; i++)
    bench_print (bench, "---|");
  for (gsize j = 0; j < growth->n_values; j++) {
    bench_print (bench, "\n| %d |", growth->values[j]);
    for (gsize i = 0; i < n_presets; i++) {
      const Point *point = &growth->points[i * growth->n_values + j];
      bench_print (bench, " %.3g µs, %.0f %% |", 1e6 * point->cost, 100 * point->limit_fraction);
    }
  }
  bench_print (bench, "\n");
}

static void
add_table (const Bench *bench, const Growth *growth)
{
  JsonBuilder *builder = bench->builder;

  bench_begin_list (builder, growth->name);
  for (gsize i = 0; i < growth->n_points; i++) {
    const Point *point = &growth->points[i];

    json_builder_begin_object (builder);
    bench_add_string (builder, "preset", point->preset);
    bench_add_number (builder, growth->name, point->x);
    bench_add_number (builder, "samples_per_second", 1 / point->cost);
    bench_add_number (builder, "limit_fraction", point->limit_fraction);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/* Cost over x; of the threads, the speed beside that of one thread, and the ideal. */
static char *
draw (const Growth *growth)
{
  gsize n_presets = g_strv_length (growth->presets), n = growth->n_values;
  gboolean by_threads = growth->change == NULL;
  g_autofree PlotSeries *series = g_new0 (PlotSeries, 2 * n_presets);
  g_autofree double *x = g_new (double, n), *y = g_new (double, 2 * growth->n_points);
  Plot plot = {growth->title, growth->x_label, "µs a sample", !by_threads, series, 0};

  for (gsize i = 0; i < n; i++)
    x[i] = growth->values[i];
  for (gsize i = 0; i < n_presets; i++) {
    double *costs = y + i * n, *limits = y + growth->n_points + i * n;

    for (gsize j = 0; j < n; j++) {
      const Point *point = &growth->points[i * n + j];
      costs[j] = by_threads ? growth->points[i * n].cost / point->cost : 1e6 * point->cost;
      limits[j] = by_threads ? x[j] : 1e6 * point->flops / growth->peak;
    }
    series[plot.n++] = (PlotSeries){growth->presets[i], x, costs, n, FALSE, (int)i % 4};
    if (by_threads && i > 0)
      continue;
    series[plot.n++] = (PlotSeries){by_threads ? "as many times" : "… at the limit",
                                    x,
                                    limits,
                                    n,
                                    TRUE,
                                    by_threads ? 3 : (int)i % 4};
  }
  if (by_threads)
    plot.y_label = "times the speed of one thread";
  return plot_to_svg (&plot);
}

static gboolean
tell (const Bench *bench, const Growth *growth, const char *folder, GError **error)
{
  g_autofree char *name = g_strdup_printf ("growth-%s.svg", growth->name);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *svg = draw (growth);

  print_table (bench, growth);
  add_table (bench, growth);
  return g_file_set_contents (path, svg, -1, error);
}

static gboolean
grow (const Bench *bench, Growth *growth, const char *folder, GError **error)
{
  gsize n_presets = g_strv_length (growth->presets);
  gboolean done;

  growth->n_points = n_presets * growth->n_values;
  growth->points = g_new0 (Point, growth->n_points);
  for (gsize i = 0; i < growth->n_points; i++) {
    growth->points[i].preset = growth->presets[i / growth->n_values];
    growth->points[i].x = growth->values[i % growth->n_values];
  }
  done = measure (bench, growth, error) && tell (bench, growth, folder, error);
  g_clear_pointer (&growth->points, g_free);
  return done;
}

/* Returns: (transfer container): the presets whose width a single number tells. */
static char **
find_dense (const Bench *bench)
{
  g_autoptr (GPtrArray) dense = g_ptr_array_new ();

  for (gsize i = 0; bench->presets[i] != NULL; i++) {
    g_autoptr (NnExperiment) experiment = bench_load_preset (bench, bench->presets[i], NULL);
    gboolean is_dense = experiment != NULL;

    for (guint j = 0; is_dense && j < experiment->layers->len; j++) {
      const NnLayerSpec *spec = g_ptr_array_index (experiment->layers, j);
      is_dense = spec->class_ == &nn_dense_class || spec->class_ == &nn_activation_class ||
                 spec->class_ == &nn_flatten_class;
    }
    if (is_dense)
      g_ptr_array_add (dense, bench->presets[i]);
  }
  g_ptr_array_add (dense, NULL);
  return (char **)g_ptr_array_steal (dense, NULL);
}

gboolean
bench_measure_growth (const Bench *bench, const char *folder, GError **error)
{
  static const int batches[] = {8, 16, 32, 64, 128, 256, 512};
  static const int widths[] = {16, 32, 64, 128, 256, 512, 1024};
  g_autofree int *threads = g_new (int, bench->n_threads);
  g_autofree char **dense = find_dense (bench);
  Growth growths[] = {
      {.name = "batch",
       .title = "Larger batches",
       .x_label = "batch",
       .change = change_batch,
       .values = batches,
       .n_values = G_N_ELEMENTS (batches),
       .presets = bench->presets},
      {.name = "width",
       .title = "Wider hidden layers",
       .x_label = "units",
       .change = nn_experiment_set_hidden_units,
       .values = widths,
       .n_values = G_N_ELEMENTS (widths),
       .presets = dense},
      {.name = "threads",
       .title = "More threads",
       .x_label = "threads",
       .values = threads,
       .n_values = bench->n_threads,
       .presets = bench->presets},
  };
  gboolean done = TRUE;

  for (guint i = 0; i < bench->n_threads; i++)
    threads[i] = (int)i + 1;
  if (g_mkdir_with_parents (folder, 0777) != 0) {
    int code = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", folder,
                 g_strerror (code));
    return FALSE;
  }
  json_builder_set_member_name (bench->builder, "growth");
  json_builder_begin_object (bench->builder);
  for (gsize i = 0; done && i < G_N_ELEMENTS (growths); i++)
    done = growths[i].presets[0] == NULL || grow (bench, &growths[i], folder, error);
  json_builder_end_object (bench->builder);
  return done;
}
