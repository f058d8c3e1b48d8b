/* test-exactness.c: how near training in float stays to the same training in double precision,
 * which exactness-reference does.
 *
 * No float engine keeps every weight within 1e-5 of the distance d that it moved. A weight of ½ is
 * stored to 3e-8, which is 3e-5 of a step of 0.001. And Adam divides a gradient by its usual size:
 * where the samples' shares of a gradient cancel, most of what is left is their rounding, and Adam
 * makes a step of that. So every weight is held to
 *
 *     1e-5 · d  +  ½ last place for each step  +  what gradients would make of it that are all
 *                                                 wrong by a tiny part of their array's greatest
 *
 * beside what holds for most of them, and for all as one vector. That vector's error is mostly one
 * weight's or two's: their gradient is less than Adam's ε, 1e-7, and a step is made of its
 * rounding; so it is measured without the worst one in ten thousand too. A large network with ReLU
 * and max-pooling has one thing more: where two numbers differ by less than their rounding, it may
 * decide the other way, and go on as another network would; so its smooth twin is trained too.
 * docs/architecture.md has what many seeds come to.
 */
#include "exactness.h"

#include <gio/gio.h>
#include <math.h>

#define TOLERANCE 1e-5
#define FEW 10000 /* one of so many weights may be far off */

typedef struct {
  double gradient_error; /* by the greatest gradient of the array */
  double all, most;      /* error by distance, as one vector: of all weights, without the worst */
  double share;          /* of the weights that moved: how many are within 1e-5 of d */
} Limits;

/* Beside each the worst that these cases come to at any level of x86-64. */
static const Limits after_first = {0x1p-23, 2e-5 /* 1.2e-5 */, 5e-6 /* 2.8e-6 */,
                                   0.994 /* 0.9955 */};
static const Limits after_later = {0x1p-21, 5e-6 /* 1.8e-6 */, 2e-6 /* 8.7e-7 */, 0.96 /* 0.969 */};
static const Limits with_luck = {0x1p-10, 1e-3 /* 2.7e-6 */, 1e-3 /* 1.3e-6 */, 0.9 /* 0.97 */};

static char *folder; /* of this program, and of the other */

/* What the double engine says of all parameters after some steps. */
typedef struct {
  const float *start;
  const double *value;
  const double *doubt; /* how far off it would be if each gradient were by its array's greatest */
  int steps;
  const Limits *limits;
} Reference;

/* Over all weights of a network. */
typedef struct {
  GArray *error_squares; /* of each */
  double distance_squares;
  gsize n_moved, n_near;
} Sum;

/* Returns: (transfer full): all parameters' numbers, without the padding between them. */
static GBytes *
pack_parameters (const NnNetwork *network)
{
  GByteArray *numbers = g_byte_array_new ();

  for (int l = 0; l < network->n_layers; l++)
    for (int p = 0; p < network->layers[l]->n_parameters; p++) {
      const NnParameter *parameter = &network->layers[l]->parameters[p];

      g_byte_array_append (numbers, (const guint8 *)parameter->value,
                           (guint)(nn_shape_size (&parameter->shape) * sizeof (float)));
    }
  return g_byte_array_free_to_bytes (numbers);
}

static double
last_place (float number)
{
  float magnitude = fabsf (number);

  return (double)nextafterf (magnitude, INFINITY) - magnitude;
}

static void
compare_number (float got, const Reference *reference, gsize i, Sum *sum)
{
  double error = fabs (got - reference->value[i]);
  double distance = fabs (reference->value[i] - reference->start[i]), square = error * error;

  g_assert_cmpfloat (error, <=,
                     TOLERANCE * distance + reference->steps * last_place (got) / 2 +
                         reference->limits->gradient_error * reference->doubt[i]);
  g_array_append_val (sum->error_squares, square);
  sum->distance_squares += distance * distance;
  sum->n_moved += distance > 0;
  sum->n_near += distance > 0 && error <= TOLERANCE * distance;
}

static int
compare_descending (gconstpointer a, gconstpointer b)
{
  double first = *(const double *)a, second = *(const double *)b;

  return (first < second) - (first > second);
}

/* Returns: the weights' error as one vector, by the distance, without the @n_left_out worst. */
static double
measure_vector (const Sum *sum, gsize n_left_out)
{
  double squares = 0;

  for (gsize i = n_left_out; i < sum->error_squares->len; i++)
    squares += g_array_index (sum->error_squares, double, i);
  return sqrt (squares / sum->distance_squares);
}

static void
compare (const NnNetwork *network, const Reference *reference)
{
  const Limits *limits = reference->limits;
  g_autoptr (GBytes) packed = pack_parameters (network);
  g_autoptr (GArray) error_squares = g_array_new (FALSE, FALSE, sizeof (double));
  const float *got = g_bytes_get_data (packed, NULL);
  Sum sum = {.error_squares = error_squares};

  for (gsize i = 0; i < g_bytes_get_size (packed) / sizeof *got; i++)
    compare_number (got[i], reference, i, &sum);
  g_array_sort (error_squares, compare_descending);

  double all = measure_vector (&sum, 0), most = measure_vector (&sum, 1 + sum.n_moved / FEW);
  double share = (double)sum.n_near / (double)sum.n_moved;

  g_test_message ("after %d steps: %.2g of the distance as one vector, %.2g without the worst; "
                  "%.4f of the weights within %g of their own",
                  reference->steps, all, most, share, TOLERANCE);
  g_assert_cmpfloat (all, <=, limits->all);
  g_assert_cmpfloat (most, <=, limits->most);
  g_assert_cmpfloat (share, >=, limits->share);
}

/* Returns: (transfer full): what exactness-reference makes of @start. */
static GBytes *
run_reference (const ExactnessCase *which, GBytes *start)
{
  g_autofree char *index = g_strdup_printf ("%d", (int)(which - exactness_cases));
  g_autofree char *program = g_build_filename (folder, "exactness-reference", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) reference = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, index, NULL);
  GBytes *output = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate (reference, start, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (reference));
  return output;
}

static void
test_exactness (gconstpointer data)
{
  const ExactnessCase *which = data;
  g_autoptr (NnTraining) training = make_exactness_training (which);
  NnNetwork *network = nn_training_network (training);
  g_autoptr (GBytes) start = pack_parameters (network);
  g_autoptr (GBytes) output = run_reference (which, start);
  gsize n = g_bytes_get_size (start) / sizeof (float);
  const double *numbers = g_bytes_get_data (output, NULL);
  Reference first = {g_bytes_get_data (start, NULL), numbers, numbers + n, 1, &after_first};
  Reference later = {first.start, numbers + 2 * n, numbers + 3 * n, LATER_STEPS,
                     which->has_luck ? &with_luck : &after_later};
  NnStepResult result;

  g_assert_cmpuint (g_bytes_get_size (output), ==, 4 * n * sizeof (double));
  take_step (training, &result);
  compare (network, &first);
  for (int step = 2; step <= LATER_STEPS; step++)
    take_step (training, &result);
  compare (network, &later);
}

int
main (int argc, char **argv)
{
  int status;

  folder = g_path_get_dirname (argv[0]);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (exactness_cases); i++) {
    g_autofree char *path = g_strconcat ("/exactness/", exactness_cases[i].name, NULL);

    g_test_add_data_func (path, &exactness_cases[i], test_exactness);
  }
  status = g_test_run ();
  g_free (folder);
  return status;
}
