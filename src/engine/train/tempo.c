/* tempo.c: whether a step is faster by all threads, or by one alone. */
#include "tempo.h"

#include <stdlib.h>

#define UNMEASURED 3    /* steps after a change, until the caches hold what they need */
#define COMPARED_AT 640 /* steps */
#define LONG_STEP 5e-4  /* seconds: threads that take so long have little to tell each other */

/* The steps of a round: UNMEASURED + NN_TEMPO_MEASURED the way that is kept, as many the other way,
 * and the rest the better way. */
#define OTHER_AT (UNMEASURED + NN_TEMPO_MEASURED)
#define CHOSEN_AT (2 * OTHER_AT)

static int
compare (gconstpointer a, gconstpointer b)
{
  double first = *(const double *)a, second = *(const double *)b;

  return (first > second) - (first < second);
}

static double
median (double *seconds)
{
  qsort (seconds, NN_TEMPO_MEASURED, sizeof *seconds, compare);
  return seconds[NN_TEMPO_MEASURED / 2];
}

static gboolean
tries_other (const NnTempo *tempo)
{
  return tempo->step >= OTHER_AT && tempo->step < CHOSEN_AT;
}

gboolean
nn_tempo_is_alone (const NnTempo *tempo)
{
  return tries_other (tempo) ? !tempo->alone : tempo->alone;
}

void
nn_tempo_take (NnTempo *tempo, double seconds)
{
  int measured = tempo->step % OTHER_AT - UNMEASURED;

  if (tempo->step < CHOSEN_AT && measured >= 0)
    (tries_other (tempo) ? tempo->other : tempo->kept)[measured] = seconds;
  tempo->step++;
  if (tempo->step == OTHER_AT && !tempo->alone && median (tempo->kept) > LONG_STEP)
    tempo->step = CHOSEN_AT;
  else if (tempo->step == CHOSEN_AT && median (tempo->other) < median (tempo->kept))
    tempo->alone = !tempo->alone;
  if (tempo->step >= COMPARED_AT)
    tempo->step = 0;
}
