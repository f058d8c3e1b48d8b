/* test-tempo.c: the faster of the two ways of making a step is found, and found again. */
#include "engine/train/tempo.h"

/* @n steps of which each takes @together seconds by all threads, @alone by one; every seventh is
 * disturbed. Returns: how many were made alone */
static int
make_steps (NnTempo *tempo, int n, double together, double alone)
{
  int n_alone = 0;

  for (int i = 0; i < n; i++) {
    gboolean is_alone = nn_tempo_is_alone (tempo);

    n_alone += is_alone;
    nn_tempo_take (tempo, (is_alone ? alone : together) * (i % 7 == 3 ? 50 : 1));
  }
  return n_alone;
}

static void
test_faster (void)
{
  NnTempo tempo = {0};

  g_assert_false (nn_tempo_is_alone (&tempo));
  make_steps (&tempo, 50, 2e-4, 1e-4);
  g_assert_true (tempo.alone);
  g_assert_cmpint (make_steps (&tempo, 10000, 2e-4, 1e-4), >, 9700);
  make_steps (&tempo, 1000, 1e-4, 2e-4); /* until they are compared again */
  g_assert_false (tempo.alone);
  g_assert_cmpint (make_steps (&tempo, 10000, 1e-4, 2e-4), <, 300);
}

/* A long step is never made alone, not even to see. */
static void
test_long (void)
{
  NnTempo tempo = {0};

  g_assert_cmpint (make_steps (&tempo, 2000, 3e-3, 1e-3), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tempo/faster", test_faster);
  g_test_add_func ("/tempo/long", test_long);
  return g_test_run ();
}
