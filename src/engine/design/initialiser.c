/* initialiser.c: the first values of weights. */
#include "initialiser.h"

#include "engine/json-util.h"

#include <math.h>
#include <string.h>

#define NORMAL_DEVIATION 0.05 /* Keras's RandomNormal */

static const char *const names[] = {"glorot-uniform", "he-normal", "normal", "zeros", NULL};

static void
draw_uniform (real *weights, gsize n, double limit, NnRng *rng)
{
  for (gsize i = 0; i < n; i++)
    weights[i] = (real)(limit * (2 * nn_rng_uniform (rng) - 1));
}

static void
draw_normal (real *weights, gsize n, double deviation, NnRng *rng)
{
  for (gsize i = 0; i < n; i++)
    weights[i] = (real)(deviation * nn_rng_normal (rng));
}

gboolean
nn_initialiser_read (JsonObject *object, const char *path, NnInitialiser *initialiser,
                     GError **error)
{
  int index = NN_INITIALISER_GLOROT_UNIFORM;

  if (!nn_json_get_choice (object, path, "initialiser", NN_JSON_OPTIONAL, names, &index, error))
    return FALSE;
  *initialiser = (NnInitialiser)index;
  return TRUE;
}

void
nn_initialise (NnInitialiser initialiser, real *weights, gsize n, int fan_in, int fan_out,
               NnRng *rng)
{
  switch (initialiser) {
  case NN_INITIALISER_GLOROT_UNIFORM: /* Glorot & Bengio 2010, equation 16 */
    draw_uniform (weights, n, sqrt (6.0 / ((double)fan_in + fan_out)), rng);
    break;
  case NN_INITIALISER_HE_NORMAL: /* He et al. 2015, equation 10 */
    draw_normal (weights, n, sqrt (2.0 / fan_in), rng);
    break;
  case NN_INITIALISER_NORMAL:
    draw_normal (weights, n, NORMAL_DEVIATION, rng);
    break;
  case NN_INITIALISER_ZEROS:
    memset (weights, 0, n * sizeof (real));
    break;
  }
}

const char *
nn_initialiser_name (NnInitialiser initialiser)
{
  return names[initialiser];
}

gboolean
nn_initialiser_parse (const char *name, NnInitialiser *initialiser)
{
  return nn_word_find (names, name, initialiser);
}
