/* test-vmath.c: the elementary functions against libm's in double, at every instruction-set level
 * this processor runs, and the choice of the level. */
#include "engine/math/kernel-levels.h"
#include "engine/math/vmath.h"

#include <float.h>
#include <gio/gio.h>
#include <math.h>
#include <string.h>

#define STRIDE 1009 /* through the bit patterns of float: a prime, so every exponent and sign */
#define CHUNK 1021  /* an odd length, so that vector loops have a rest */

typedef void (*VectorFunc) (float *y, const float *x, gsize n);

static const char *program;

/* The levels built in, worst first, as far as this processor has them. */
static gsize
runnable_levels (const NnKernels **levels)
{
#ifdef __x86_64__
  const NnKernels *const all[] = {&nn_kernels_v1, &nn_kernels_v3, &nn_kernels_v4};
#else
  const NnKernels *const all[] = {&nn_kernels_portable};
#endif
  gsize n = 0;

  while (n < G_N_ELEMENTS (all)) {
    levels[n] = all[n];
    if (g_str_equal (all[n++]->isa, nn_isa_name ()))
      break;
  }
  return n;
}

static float
from_bits (guint32 bits)
{
  float number;

  memcpy (&number, &bits, sizeof number);
  return number;
}

/* In units of the last place of a float as large as @exact. */
static double
error_in_ulp (float got, double exact)
{
  float rounded = (float)exact;
  int exponent;

  if (isinf (rounded) || isinf (got))
    return got == rounded || (got == FLT_MAX && isinf (rounded)) ? 0 : INFINITY;
  frexp (exact, &exponent);
  return fabs (got - exact) / ldexp (1, MAX (exponent - 24, -149));
}

static double
exact_sigmoid (double x)
{
  return 1 / (1 + exp (-x));
}

static void
check_function (VectorFunc function, double (*exact) (double), double tolerance)
{
  float x[CHUNK], y[CHUNK];
  guint64 bits = 0;
  double worst = 0;
  float worst_x = 0;

  while (bits <= G_MAXUINT32) {
    gsize n = 0;

    for (; n < CHUNK && bits <= G_MAXUINT32; n++, bits += STRIDE)
      x[n] = from_bits ((guint32)bits);
    function (y, x, n);
    for (gsize i = 0; i < n; i++) {
      if (isnan (x[i])) {
        g_assert_true (isnan (y[i]));
        continue;
      }
      double error = error_in_ulp (y[i], exact (x[i]));

      if (!(error <= worst)) {
        worst = error;
        worst_x = x[i];
      }
    }
  }
  g_test_message ("worst error %.3f ulp at %a", worst, worst_x);
  g_assert_cmpfloat (worst, <=, tolerance);
}

static void
test_errors (void)
{
  const NnKernels *levels[4];
  gsize n = runnable_levels (levels);

  for (gsize i = 0; i < n; i++) {
    g_test_message ("%s: exp, tanh, sigmoid", levels[i]->isa);
    check_function (levels[i]->exp, exp, 2);
    check_function (levels[i]->tanh, tanh, 4);
    check_function (levels[i]->sigmoid, exact_sigmoid, 4);
  }
}

static void
test_special_values (void)
{
  const float x[] = {0, -0.0f, INFINITY, -INFINITY, NAN, FLT_MAX, -FLT_MAX, 1e-45f, -1e-45f};
  const NnKernels *levels[4];
  gsize n_levels = runnable_levels (levels);
  enum { N = G_N_ELEMENTS (x) };

  for (gsize i = 0; i < n_levels; i++) {
    float y[N];

    levels[i]->exp (y, x, N);
    g_assert_true (y[0] == 1 && y[1] == 1 && y[7] == 1 && y[8] == 1);
    g_assert_true (y[2] == INFINITY && y[3] == 0 && y[5] == INFINITY && y[6] == 0);
    g_assert_true (isnan (y[4]));

    levels[i]->tanh (y, x, N);
    g_assert_true (y[0] == 0 && !signbit (y[0]) && y[1] == 0 && signbit (y[1]));
    g_assert_true (y[2] == 1 && y[3] == -1 && y[5] == 1 && y[6] == -1);
    g_assert_true (isnan (y[4]) && y[7] == 1e-45f && y[8] == -1e-45f);

    levels[i]->sigmoid (y, x, N);
    g_assert_true (y[0] == 0.5f && y[1] == 0.5f && y[7] == 0.5f && y[8] == 0.5f);
    g_assert_true (y[2] == 1 && y[3] == 0 && y[5] == 1 && y[6] == 0);
    g_assert_true (isnan (y[4]));
  }
}

static void
test_in_place (void)
{
  float x[CHUNK], y[CHUNK];

  for (int i = 0; i < CHUNK; i++)
    x[i] = (float)(i - CHUNK / 2) / 50;
  nn_vexp (y, x, CHUNK);
  nn_vexp (x, x, CHUNK);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
  nn_vtanh (y, x, CHUNK);
  nn_vtanh (x, x, CHUNK);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
  nn_vsigmoid (y, x, CHUNK);
  nn_vsigmoid (x, x, CHUNK);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
}

/* ---- the other element loops, against plain double arithmetic ---- */

static void
test_activations (void)
{
  const float x[] = {-2, -0.0f, 0, 3, NAN, INFINITY, -INFINITY};
  const float dy[] = {5, 6, 7, 8, 9, 10, 11};
  const NnKernels *levels[4];
  gsize n_levels = runnable_levels (levels);
  enum { N = G_N_ELEMENTS (x) };

  for (gsize i = 0; i < n_levels; i++) {
    float y[N];

    levels[i]->relu (y, x, N);
    g_assert_true (y[0] == 0 && y[1] == 0 && y[2] == 0 && y[3] == 3 && isnan (y[4]));
    g_assert_true (y[5] == INFINITY && y[6] == 0);
    levels[i]->relu_gradient (y, dy, x, N);
    g_assert_true (y[0] == 0 && y[1] == 0 && y[2] == 0 && y[3] == 8 && y[5] == 10 && y[6] == 0);
    levels[i]->leaky_relu (y, x, 0.25f, N);
    g_assert_true (y[0] == -0.5f && y[2] == 0 && y[3] == 3 && isnan (y[4]) && y[6] == -INFINITY);
    levels[i]->leaky_relu_gradient (y, dy, x, 0.25f, N);
    g_assert_true (y[0] == 1.25f && y[2] == 1.75f && y[3] == 8 && y[6] == 2.75f);
  }
}

/* The paper's algorithm 1, literally, with clipping and L2. */
static void
test_adam (void)
{
  enum { N = 77 };
  const double alpha = 0.01, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8, decay = 0.1, scale = 0.5;
  const NnKernels *levels[4];
  gsize n_levels = runnable_levels (levels);

  for (gsize level = 0; level < n_levels; level++) {
    float value[N], previous[N], first[N] = {0}, second[N] = {0}, gradient[N];
    double theta[N], m[N] = {0}, v[N] = {0};

    for (int i = 0; i < N; i++)
      theta[i] = value[i] = (float)(i - 40) / 16;
    for (int t = 1; t <= 20; t++) {
      NnUpdate update = {.scale = (float)scale,
                         .decay = (float)decay,
                         .rate = (float)(alpha / (1 - pow (beta_1, t))),
                         .beta_1 = (float)beta_1,
                         .beta_2 = (float)beta_2,
                         .gain_1 = (float)(1 - beta_1),
                         .gain_2 = (float)(1 - beta_2),
                         .correction = (float)(1 / sqrt (1 - pow (beta_2, t))),
                         .epsilon = (float)epsilon};
      float before[N];

      for (int i = 0; i < N; i++) {
        double g = gradient[i] = (float)((i * t * 7) % 11 - 5) / 8;

        g = scale * (g + decay * theta[i]);
        m[i] = beta_1 * m[i] + (1 - beta_1) * g;
        v[i] = beta_2 * v[i] + (1 - beta_2) * g * g;
        theta[i] -= alpha * (m[i] / (1 - pow (beta_1, t))) /
                    (sqrt (v[i] / (1 - pow (beta_2, t))) + epsilon);
      }
      memcpy (before, value, sizeof before);
      g_assert_true (levels[level]->adam (value, previous, first, second, gradient, N, &update) ==
                     0);
      g_assert_cmpmem (previous, sizeof previous, before, sizeof before);
    }
    for (int i = 0; i < N; i++)
      g_assert_cmpfloat (fabs (value[i] - theta[i]), <=, 2e-6);
  }
}

/* Every step tells of a single number that is no longer finite. */
static void
test_steps_watch (void)
{
  enum { N = 77 };
  const NnUpdate update = {.scale = 1,
                           .rate = 1,
                           .beta_1 = 0.5f,
                           .beta_2 = 0.5f,
                           .gain_1 = 0.5f,
                           .gain_2 = 0.5f,
                           .from_gradient = 1,
                           .from_first = 1,
                           .correction = 1,
                           .epsilon = 1};
  const NnKernels *levels[4];
  gsize n_levels = runnable_levels (levels);

  for (gsize level = 0; level < n_levels; level++)
    for (int bad = -1; bad < N; bad++) {
      float value[N] = {0}, previous[N], first[N] = {0}, second[N] = {0}, gradient[N] = {0};

      if (bad >= 0)
        gradient[bad] = bad % 2 == 0 ? NAN : INFINITY;
      g_assert_true (isnan (levels[level]->descend (value, previous, gradient, N, &update)) ==
                     (bad >= 0));
      memset (value, 0, sizeof value);
      g_assert_true (isnan (levels[level]->momentum (value, previous, first, gradient, N,
                                                     &update)) == (bad >= 0));
      memset (value, 0, sizeof value);
      g_assert_true (isnan (levels[level]->rmsprop (value, previous, second, gradient, N,
                                                    &update)) == (bad >= 0));
      memset (value, 0, sizeof value);
      memset (first, 0, sizeof first);
      memset (second, 0, sizeof second);
      g_assert_true (isnan (levels[level]->adam (value, previous, first, second, gradient, N,
                                                 &update)) == (bad >= 0));
    }
}

/* ---- the choice ---- */

static char *
isa_when_forced (const char *forced)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  g_subprocess_launcher_setenv (launcher, "GLASSBOX_ISA", forced, TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, program, "--print-isa", NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return output;
}

/* Every level can be forced, down but never up, and nonsense is not heard. */
static void
test_forced_level (void)
{
  const NnKernels *levels[4];
  gsize n = runnable_levels (levels);
  g_autofree char *nonsense = isa_when_forced ("x86-64-v99");

  g_assert_cmpstr (nonsense, ==, levels[n - 1]->isa);
  for (gsize i = 0; i < n; i++) {
    g_autofree char *name = isa_when_forced (levels[i]->isa);

    g_assert_cmpstr (name, ==, levels[i]->isa);
  }
}

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "--print-isa")) {
    g_print ("%s", nn_isa_name ());
    return 0;
  }

  g_unsetenv ("GLASSBOX_ISA");
  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vmath/errors", test_errors);
  g_test_add_func ("/vmath/special-values", test_special_values);
  g_test_add_func ("/vmath/in-place", test_in_place);
  g_test_add_func ("/vmath/activations", test_activations);
  g_test_add_func ("/vmath/adam", test_adam);
  g_test_add_func ("/vmath/steps-watch", test_steps_watch);
  g_test_add_func ("/vmath/forced-level", test_forced_level);
  return g_test_run ();
}
